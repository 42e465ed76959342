"""Which rule belongs to which kind of layer; a subclass may do something else and is not covered."""

from __future__ import annotations

import flax.linen as nn

from empirical.methods.rules.conv import ConvRule
from empirical.methods.rules.dense import DenseRule
from empirical.methods.rules.embed import EmbedRule
from empirical.methods.rules.norm import LayerNormRule
from empirical.methods.rules.rule import Rule

RULES: dict[type[nn.Module], Rule] = {
    nn.Dense: DenseRule(),
    nn.Conv: ConvRule(),
    nn.LayerNorm: LayerNormRule(),
    nn.Embed: EmbedRule(),
}
