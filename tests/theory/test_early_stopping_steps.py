"""Steps in place of the flow: the program that trains in float64 and the intervals of the example follow the same steps."""

from types import SimpleNamespace

import flint
import jax.numpy as jnp
import pytest

from theory.early_stopping.early_stopping_steps import LARGEST, LONG, STEPS, falls, peak
from theory.linear.sam_hurts import BITS, accuracy, best


@pytest.mark.parametrize("eta", [LARGEST, LONG["eta"]])
@pytest.mark.parametrize("rho", LONG["radii"])
def test_the_program_has_the_peak_of_the_intervals(eta, rho):
    ones = jnp.ones
    toy = SimpleNamespace(
        h=jnp.array([0.0, 0.0, 0.0, 1.0]),
        y_c=ones(2),
        y_n=ones(1),
        B=3.0,
        N=1.0,
        tau=1.0,
        s=1.0,
        tilt=0.0,
        stretch=1.0,
        lean=0.0,
        eta=float(eta),
    )
    with flint.ctx.workprec(BITS):
        surely = float(accuracy(3 * best({**LONG, "eta": eta}, rho)).mid())
    assert float(peak(toy, jnp.asarray(float(rho)))) == pytest.approx(surely, rel=1e-13)


def test_a_peak_that_stands_is_no_example_of_one_that_falls():
    assert [finding.agrees for finding in falls(LONG)] == [True, True]
    assert [finding.agrees for finding in falls({**LONG, "eta": LARGEST})] == [False, True]


def test_the_peak_is_not_the_last_accuracy():
    last, whole = ({**LONG, "steps": steps} for steps in (1, STEPS))
    with flint.ctx.workprec(BITS):
        assert best(whole, LONG["radii"][0]) > best(last, LONG["radii"][0])
