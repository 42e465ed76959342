"""Which rule belongs to which kind of layer; a subclass may do something else and is not covered."""

from __future__ import annotations

import flax.linen as nn

from empirical.rules.conv import ConvRule
from empirical.rules.dense import DenseRule
from empirical.rules.embed import EmbedRule
from empirical.rules.norm import LayerNormRule
from empirical.rules.rule import Rule

RULES: dict[type[nn.Module], Rule] = {
    nn.Dense: DenseRule(),
    nn.Conv: ConvRule(),
    nn.LayerNorm: LayerNormRule(),
    nn.Embed: EmbedRule(),
}
