"""The strategy for networks reaches every feature that the rules treat apart, and the distance tells near from equal."""

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import Phase, given, settings

from empirical.agreement.random_nets import apart, plans

REACHED = {
    "two convolutions": lambda model, _: len(model.convs) == 2,
    "no convolution": lambda model, _: not model.convs,
    "an uneven stride": lambda model, _: any(spec.strides == (1, 2) for spec in model.convs),
    "stride with 'SAME'": lambda model, _: any(spec.strides == (2, 2) and spec.padding == "SAME" for spec in model.convs),
    "'VALID'": lambda model, _: any(spec.padding == "VALID" for spec in model.convs),
    "uneven padding": lambda model, _: any(isinstance(spec.padding, tuple) and spec.padding[0] in ((0, 2), (2, 0)) for spec in model.convs),
    "1x1": lambda model, _: any(spec.kernel == (1, 1) for spec in model.convs),
    "LayerNorm": lambda model, _: any(spec.norm for spec in model.convs),
    "one example": lambda _, shape: shape[0] == 1,
    "no bias": lambda model, _: not model.bias,
    "Dense on pixels": lambda model, _: model.pixelwise,
}


def test_networks_reach_what_the_rules_treat_apart():
    missing = dict(REACHED)

    @settings(max_examples=200, database=None, derandomize=True, phases=[Phase.generate])
    @given(plans())
    def look(plan):
        for feature in [feature for feature, reached in missing.items() if reached(*plan[:2])]:
            del missing[feature]

    look()
    assert not missing


def test_apart_is_relative_over_all_entries_and_does_not_hide_nan():
    assert apart({"a": jnp.array([3.0]), "b": jnp.array([4.4])}, {"a": jnp.array([3.0]), "b": jnp.array([4.0])}) == pytest.approx(0.08)
    assert np.isnan(apart(jnp.array([np.nan]), jnp.array([1.0])))
