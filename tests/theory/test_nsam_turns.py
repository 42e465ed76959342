"""Where the order of naive SAM turns round: by two numbers, by bisection over the start, and lies that no proof may reach."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import flint
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import sympy as sp
from scipy.optimize import brentq
from scipy.stats import norm as normal

from theory.early_stopping.toy import B, N, eta, n_c, n_n, rho, tau
from theory.kernel.propositions import relation
from theory.linear.sam_hurts import BITS, number, score
from theory.naive_sam import first_step
from theory.naive_sam.later_steps import WITNESS, check, favour, naive_path
from theory.naive_sam.order import apart
from theory.naive_sam.shift import B as SIGNAL
from theory.naive_sam.start import FURTHER, MARGIN
from theory.naive_sam.toy_step import CEILING, SCALE, after_one_step_away
from theory.proving import Unbound, prove
from theory.symbols import Phi

(CLAIM,) = first_step.CLAIMS
PARTS: dict[str, Any] = {statement.part: statement for statement in CLAIM.beyond}


def two_numbers(steps: int, radius: float) -> list[tuple[float, float]]:
    """Return (score, shift of a clean point minus that of the mislabelled one) along steps on the witness: B = 1, N = 4, counts 2, 1."""
    a = b = 0.0
    out = []
    for _ in range(steps):
        lead = 2 * a - b
        clean, wrong = 1 / (1 + np.exp(lead + 4 * a)), 1 / (1 + np.exp(-lead + 4 * b))
        signal = 2 * clean - wrong
        long = np.sqrt(signal**2 + 4 * (2 * clean**2 + wrong**2))
        shifts = radius * (4 * clean + signal) / long, radius * (4 * wrong - signal) / long
        a += 1 / (1 + np.exp(lead + 4 * a - shifts[0])) / 6
        b += 1 / (1 + np.exp(-lead + 4 * b - shifts[1])) / 6
        out.append(((2 * a - b) / np.sqrt(4 * (2 * a**2 + b**2)), shifts[0] - shifts[1]))
    return out


def test_the_intervals_hold_what_two_numbers_give():
    assert all(finding.agrees for finding in check(WITNESS))
    expected = two_numbers(60, 0.5)
    with flint.ctx.workprec(BITS):
        inputs = [[number(entry) for entry in row] for row in WITNESS["inputs"]]
        run = naive_path(WITNESS, inputs, [0] * 5)
        scores = [float(score(w).mid()) for w in run[1:]]
        favours = [float(favour(WITNESS, inputs, w).mid()) for w in run[:-1]]
    np.testing.assert_allclose(scores, [at for at, _ in expected], rtol=1e-10)
    np.testing.assert_allclose(favours, [shift for _, shift in expected], atol=1e-10)


@pytest.mark.parametrize(("clean", "wrong", "radius"), [(2, 1, 0.5), (4, 2, 2.0), (3, 2, 0.05)])
def test_the_length_at_which_the_first_step_meets_the_ceiling(clean: int, wrong: int, radius: float):
    count = clean + wrong
    p = SimpleNamespace(
        B=jnp.array(0.8), N=jnp.array(3.0), s=jnp.array(1.0), rho=jnp.array(radius), eta=jnp.array(0.7), h=jnp.ones(count + 1),
        y_c=jnp.ones(clean), y_n=-jnp.ones(wrong), tilt=jnp.array(0.0), stretch=jnp.array(1.0), lean=jnp.array(0.0),
    )  # fmt: skip
    ceiling = normal.cdf(0.8**2 * (clean - wrong) / np.sqrt(count * 3.0))

    reached = jax.jit(lambda length: after_one_step_away(SimpleNamespace(**vars(p), tau=length)))

    def above(length: float) -> float:
        return float(reached(jnp.asarray(length))) - ceiling

    met = brentq(above, 0.0, 5.0, xtol=1e-13)
    values: dict[Any, float] = {n_c: clean, n_n: wrong, N: 3.0, B: 0.8, eta: 0.7, tau: met, rho: radius}
    length, margin = (float(term.rewrite(sp.exp).subs(values)) for term in (FURTHER, MARGIN))
    assert length == pytest.approx(margin, rel=1e-6)


def test_the_proofs_hold_before_they_are_turned_into_lies():
    for part in ("above-ceiling", "short-start", "long-start", "order"):
        prove(CLAIM, PARTS[part])


@pytest.mark.parametrize(
    ("part", "lie"),
    [
        ("short-start", {"smaller": Phi(SCALE * CEILING * 2)}),
        ("short-start", {"larger": Phi(SCALE * CEILING)}),
        ("short-start", {"given": PARTS["short-start"].given[:3]}),
        ("long-start", {"larger": Phi(SCALE * CEILING / 2)}),
        ("long-start", {"given": PARTS["long-start"].given[:-1]}),
        ("order", {"formula": -apart}),
        ("order", {"formula": apart.xreplace({SIGNAL: 0 * SIGNAL})}),
        ("order", {"given": PARTS["order"].given[:-1]}),
        ("order", {"given": PARTS["order"].given[:-2]}),
    ],
)
def test_no_proof_of_a_changed_statement(part: str, lie: dict[str, Any]):
    with pytest.raises(Unbound):
        prove(CLAIM, replace(PARTS[part], **lie))


@pytest.mark.parametrize(
    ("part", "says", "instead"),
    [
        ("short-start", "tau is below the length", relation("<=", FURTHER, MARGIN)),
        ("short-start", "tau is below the length", relation("<", FURTHER, 2 * MARGIN)),
        ("long-start", "tau is above the length", relation("<", MARGIN / 2, FURTHER)),
    ],
)
def test_no_proof_from_a_weaker_assumption(part: str, says: str, instead: Any):
    weaker = replace(CLAIM, assumes=tuple(replace(a, given=(instead,)) if a.says == says else a for a in CLAIM.assumes))
    with pytest.raises(Unbound):
        prove(weaker, PARTS[part])
