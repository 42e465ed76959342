"""Steps in place of the flow: the programs train as defined, and the signal rises with the radius as long as it does not fall."""

import math
import random
from types import SimpleNamespace

import flint
import jax.numpy as jnp
import numpy as np
import pytest

from tests.theory.two_numbers import Toy, follow
from theory.early_stopping import first_step, signal_step, two_radii
from theory.early_stopping.accuracy import first_step as accuracy_of_first_step
from theory.early_stopping.early_stopping_steps import LARGEST, LONG, STEPS, falls, peak
from theory.early_stopping.toy import data, directions, sums
from theory.early_stopping.two_runs import exact_runs, runs_space, signal_after_step, smallest_lag
from theory.kernel.balls import meets
from theory.kernel.propositions import relation
from theory.kernel.rules import decided
from theory.kernel.terms import Refused
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


def runs_of_toy(seed, shares):
    """Return toy data of random sizes with a step of some share of 1 / L, and two radii."""
    rng = np.random.default_rng(seed)
    noisy = int(rng.integers(1, 4))
    clean = noisy + int(rng.integers(1, 5))
    signal, noise_square = 10 ** rng.uniform(-1, 1), 10 ** rng.uniform(-1, 1)
    smooth = 4 * (clean + noisy) / (noise_square + signal**2 * (clean + noisy))
    toy = Toy(signal=signal, noise_square=noise_square, clean=clean, noisy=noisy, step=float(rng.choice(shares)) * smooth)
    radii = np.sort(10 ** rng.uniform(-2, 1, 2))
    return toy, radii


def signals(toy, radii, steps):
    """Return n_c a - n_n b after 0, 1, ... steps under each radius, (radii, steps + 1)."""
    paths = follow(toy, radii, steps)
    return toy.clean * paths.a - toy.noisy * paths.b


def lowest_gain(toy, radii, steps):
    """Return the smallest lead in signal of the larger radius, relative to the signal, as long as the smaller radius' has not fallen."""
    first, second = signals(toy, radii, steps)
    rising = np.logical_and.accumulate(np.diff(first) >= 0)
    return np.min(np.where(rising, (second - first)[1:] / first[1:], np.inf))


def test_the_signal_is_larger_under_the_larger_radius_until_it_falls_under_the_smaller_one():
    gains = [lowest_gain(*runs_of_toy(seed, (0.05, 0.3, 0.9, 1.0)), 40) for seed in range(200)]
    assert min(gains) > 0
    assert sum(math.isfinite(gain) for gain in gains) == len(gains)  # the first step always counts


def runs_near_a_fall(seed, share):
    """Return toy data near one on which steps of 2 / L let the signal fall in the radius, a step of `share` of 1 / L, and two radii."""
    rng = np.random.default_rng(seed)
    square, shift = rng.uniform(0.1, 0.25), rng.uniform(4.0, 7.0)
    toy = Toy(signal=math.sqrt(square), noise_square=1.0, clean=3, noisy=2, step=share * 4 * 5 / (1 + square * 5))
    return toy, np.array([shift, shift + rng.uniform(0.5, 4.0)]) / math.sqrt(square + 1)


@pytest.mark.parametrize(("share", "fall"), [(1.0, False), (2.0, True)])
def test_steps_of_twice_that_size_let_it_be_smaller_now_and_then(share, fall):
    gains = [lowest_gain(*runs_near_a_fall(seed, share), 12) for seed in range(1000)]
    assert (min(gains) <= 0) == fall


EXPLICIT = SimpleNamespace(
    h=jnp.array([1.0, -2.0, 0.5, 1.0, 3.0, -1.0, 0.2]),
    y_c=jnp.array([1.0, -1.0, 1.0, 1.0]),
    y_n=jnp.array([-1.0, 1.0]),
    B=1.3,
    N=2.0,
    s=0.8,
    tau=0.7,
    tilt=0.0,
    stretch=1.0,
    lean=0.0,
    eta=0.9,
    rho=jnp.asarray(0.8),
)


def test_the_two_numbers_have_the_signal_of_a_step_in_explicit_weights():
    w, x, t = data(EXPLICIT)
    clean, noisy = sums(EXPLICIT)
    w = w + 0.4 * clean + 0.9 * noisy
    signal = (w + EXPLICIT.eta * jnp.mean(directions(w, x, t, EXPLICIT.rho), axis=0))[0]
    assert float(signal_after_step(EXPLICIT, (0.4, 0.9), 0.8)) == pytest.approx(float(signal), rel=1e-12)


def test_the_two_numbers_have_the_accuracy_of_the_first_step_in_explicit_weights():
    assert float(first_step.accuracy_after(EXPLICIT, 0.8)) == pytest.approx(float(accuracy_of_first_step(EXPLICIT)), rel=1e-12)


def test_the_step_that_just_keeps_the_signal_is_at_the_end_of_the_domain():
    batch = {name: np.array([value]) for name, value in {"B": 1.5, "N": 1.0, "rho": 0.2, "a_1": 2.0}.items()}
    batch |= {"y_c": np.ones((1, 4)), "y_n": np.ones((1, 2))}
    highest = 2.0 * (1 + 2 * 1.5**2 * 4) / (1 + 2 * 1.5**2 * 2)
    b = smallest_lag(batch, np.array([highest]))[0]
    shift, pull = 0.2 * math.sqrt(1.5**2 + 1), 1.5**2 * (4 * 2.0 - 2 * b)
    clean, noisy = 4 / (1 + math.exp(pull + 2.0 - shift)), 2 / (1 + math.exp(-pull + b - shift))
    assert 0 < b < highest
    assert 0 <= clean - noisy < 1e-3 * noisy


def test_the_exact_runs_often_satisfy_all_assumptions():
    rng = random.Random(1)
    with flint.ctx.workprec(800):
        kept = sum(meets(signal_step.NUMBERS, exact_runs(rng)) for _ in range(200))
    assert kept >= 20


def test_clean_progress_that_is_behind_may_cost_the_signal():
    names = {"B": 1.25188594224, "N": 3.14468241408, "a_1": 1.36978788692, "gap": -1.23650855244, "lag": 0.943447952533, "lead": 1e-6}
    names |= {"more": 1.0379706893, "rho": 0.124135442008, "share": 0.233368960399}
    batch = {name: np.array([value]) for name, value in names.items()} | {"y_c": np.ones((1, 4)), "y_n": np.ones((1, 2))}
    at = SimpleNamespace(**{name: value[0] for name, value in runs_space({}).construct(batch).items()})
    assert at.a_2 < at.a_1
    assert float(signal_step.signal_of_first(at)) > float(signal_step.signal_of_second(at))


@pytest.mark.parametrize("dropped", ["SMALL", "LAGS"])
def test_the_lemma_in_numbers_needs(dropped):
    two = two_radii
    s_0, r_0 = (two.real(name) for name in ("s_0", "r_0"))
    u, v = two.D - two.N * two.Y, two.D - two.N * two.k * two.Y / two.l
    slopes = [relation("<=", s_0, two.s_2 + (two.p + u - two.P_2) / 4), relation("<=", two.r_2, r_0 + (two.Q_2 - two.q - v) / 4)]
    more = relation("<", two.l * (r_0 - two.r), two.k * (s_0 - two.s))
    first = two.after_step(two.f, *two.OF_SIGNAL, (two.s, two.r))
    second = two.after_step(two.f + two.X, *two.OF_SIGNAL, (two.s_2, two.r_2))
    given = {"SMALL": two.SMALL, "LAGS": two.LAGS}
    whole = (*two.SIZES, relation("<=", 0, two.X), *slopes, more)
    decided(relation("<", first, second), given=(*whole, *given.values()))
    del given[dropped]
    with pytest.raises(Refused):
        decided(relation("<", first, second), given=(*whole, *given.values()))
