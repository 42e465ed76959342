"""The toy model: the flow agrees with trained weights, the ceiling and the theorem by hand, and lies to be caught."""

from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import sympy as sp

from tests.theory import two_numbers
from theory.early_stopping import (
    accuracy,
    clean_first,
    early_stopping,
    follows_by_induction,
    noise_outweighs,
    peak,
    reduction,
    slope,
    toy,
    training,
)
from theory.early_stopping.paths import b_2
from theory.goal import hypotheses_of
from theory.kernel.propositions import solution
from theory.kernel.sentence import clause
from theory.kernel.terms import Solution
from theory.meaning import meaning, means
from theory.proving import Unbound, prove
from theory.verify import verify

EQUAL, PEAK = peak.PARTS
(INDUCTION,) = follows_by_induction.CLAIMS
(GAIN,) = INDUCTION.corrected

SMALL = two_numbers.Toy(signal=1.0, noise_square=2.0, noise_sd=0.7, clean=3, noisy=2, start=0.5, step=0.3)


def point(**changes):
    """The data set of SMALL, with the noise turned by an arbitrary reflection."""
    values = {"B": 1.0, "N": 2.0, "s": 0.7, "tau": 0.5, "rho": 0.4, "eta": 0.3, "h": np.array([1.0, -2.0, 0.5, 3.0, 1.0, 0.25])}
    values |= {"tilt": 0.0, "stretch": 1.0, "lean": 0.0}
    values |= {"y_c": np.array([1.0, -1.0, 1.0]), "y_n": np.array([-1.0, 1.0])} | changes
    return SimpleNamespace(**{name: jnp.asarray(value) for name, value in values.items()})


def test_the_noise_is_orthogonal_and_of_one_norm():
    w, x, t = toy.data(point())
    np.testing.assert_allclose(x[:, 1:] @ x[:, 1:].T, 2.0 * np.eye(5), atol=1e-14)
    np.testing.assert_allclose(x @ w, 0.0, atol=1e-14)
    np.testing.assert_array_equal(t, [1.0, -1.0, 1.0, 1.0, -1.0])


@pytest.mark.parametrize("rho", [0.0, 0.4, 3.0])
def test_ten_steps_of_trained_weights_follow_the_two_numbers(rho):
    at = point(rho=rho)
    w, x, t = toy.data(at)
    accuracies = []
    for _ in range(10):
        w = w + SMALL.step * jnp.mean(toy.directions(w, x, t, at.rho), axis=0)
        accuracies.append(float(toy.accuracy(at, w)))
    np.testing.assert_allclose(two_numbers.follow(SMALL, np.array([rho]), 10).accuracy[0, 1:], accuracies, rtol=1e-12)


def test_from_the_origin_every_radius_peaks_at_the_ceiling():
    paths = two_numbers.follow(replace(SMALL, start=0.0), np.array([0.0, 0.1, 1.0, 10.0]), 300)
    np.testing.assert_allclose(paths.peaks, two_numbers.ceiling(SMALL), rtol=1e-14)


def test_away_from_the_origin_the_peak_rises_with_the_radius_and_stays_below_the_ceiling():
    peaks = two_numbers.follow(SMALL, np.array([0.0, 0.3, 1.0, 3.0]), 3000).peaks
    assert np.all(np.diff(peaks) > 1e-3), peaks
    assert peaks[-1] < two_numbers.ceiling(SMALL)


def test_the_accuracy_without_signal_is_one_half():
    assert two_numbers.accuracy_at(replace(SMALL, start=0.0), np.zeros(1), np.zeros(1)) == [0.5]


@pytest.mark.parametrize("change", [{"noise_square": 0.0}, {"clean": 0}, {"start": -1.0}, {"step": 0.0}])
def test_a_toy_that_is_none_is_refused(change):
    with pytest.raises(ValueError, match="must be positive"):
        replace(SMALL, **change)


def test_a_negative_radius_is_refused():
    with pytest.raises(ValueError, match="not negative"):
        two_numbers.follow(SMALL, np.array([-0.1]), 1)


def test_a_large_step_can_let_mislabelled_points_lead():
    signal, noise = 2.0, 0.5
    largest = 4 * 5 / (noise + 2 * signal**2 * 2)
    start = {"B": signal, "N": noise, "tau": 0.0, "a": 0.0, "b": 0.0}
    assert float(clean_first.lead_after_step(point(**start, eta=largest))) > 0
    first = 20 * largest / 5 / (1 + np.exp(-0.4 * np.sqrt(signal**2 + noise)))  # a = b after a step twenty times as large
    assert float(clean_first.lead_after_step(point(**{**start, "a": first, "b": first}, eta=20 * largest))) < 0


def test_the_largest_step_of_the_space_is_one_that_the_theorem_allows_exactly():
    random = np.random.default_rng(0)
    many = {name: random.uniform(0.1, 3.0, 500) for name in ("B", "N", "a")}
    batch = {**many, "share": np.ones(500), "lag": np.zeros(500), "y_c": np.ones((500, 2)), "y_n": np.ones((500, 1))}
    for B, N, eta in zip(batch["B"], batch["N"], clean_first.small_steps(batch)["eta"], strict=True):
        assert Fraction(eta) <= Fraction(12) / (Fraction(N) + 2 * Fraction(B) ** 2)


def test_the_slope_at_the_start_is_one():
    assert float(slope.rates(point(a=0.0, b=0.0))) == pytest.approx(1.0, rel=1e-14)


def test_two_clean_points_and_one_mislabelled_stand_still_at_a_ratio_by_hand():
    at = point(h=np.array([0.0, 0.0, 0.0, 1.0]), y_c=np.ones(2), y_n=np.ones(1), a=1.0, b=1.0, tau=2.0, N=4.0)
    assert float(noise_outweighs.ratio(at)) == pytest.approx((2 * 2 + 1) / (2 + 1), rel=1e-14)


@pytest.mark.parametrize(("eta", "leads"), [(1.0, True), (9.0, False)])
def test_after_a_step_from_the_origin_the_accuracy_falls_while_clean_points_contribute_more(eta, leads):
    at = point(h=np.array([0.0, 0.0, 0.0, 1.0]), y_c=np.ones(2), y_n=np.ones(1), B=1.0, N=1.0, s=1.0, tau=0.0, eta=eta)
    moved = eta / 6  # a = b, since every logit scale is 1/2; then the margins are 2 moved and 0, the signal is moved, the noise 3 moved^2
    clean, noisy = 1 / (1 + np.exp(2 * moved)), 0.5
    assert bool(2 * clean > noisy) is leads
    signal, noise = (2 * clean - noisy) / 3, 2 * moved * (2 * clean + noisy) / 3
    score = (signal - noise / (6 * moved)) / (np.sqrt(3) * moved)
    expected = np.exp(-1 / 6) / np.sqrt(2 * np.pi) * score if leads else 0.0
    assert float(noise_outweighs.rate_under_clean_lead(at)) == pytest.approx(expected, rel=1e-12)
    assert bool(expected < 0) is leads


def test_in_training_the_accuracy_peaks_while_clean_points_contribute_more():
    at = point(h=np.array([0.0, 0.0, 0.0, 1.0]), y_c=np.ones(2), y_n=np.ones(1), s=1.0, B=0.5, N=4.0, tau=0.5, rho=0.0)
    w, x, t = (np.asarray(part) for part in toy.data(at))
    signed, reached = t[:, None] * x, []
    for step in range(4000):
        scales = 1 / (1 + np.exp(signed @ w))
        if step % 40 == 0:
            reached.append((float(toy.accuracy(at, jnp.asarray(w))), scales[:2].sum() / scales[2]))
        w = w + 1e-2 * scales @ signed / 3
    best = max(range(100), key=lambda k: reached[k][0])
    assert 0 < best < 99
    assert reached[best][1] > 1.1
    assert min(ratio for _, ratio in reached) > 1.0, "the accuracy has long fallen, and clean points still contribute more"


def followed(steps=3000, **changes):
    """The accuracy at a clean progress of 2/(N + 3 B^2), by the midpoint rule in fine steps, from margins alone."""
    values = {"h": np.array([0.0, 0.0, 0.0, 1.0]), "y_c": np.ones(2), "y_n": np.ones(1), "s": 1.0, "B": 0.5, "N": 4.0, "tau": 0.5} | changes
    at = point(**values)
    w, x, t = (np.asarray(part) for part in toy.data(at))
    signed, shift = t[:, None] * x, float(at.rho) * np.linalg.norm(x, axis=1)
    step = 2.0 / (values["N"] + 3 * values["B"] ** 2) / steps

    def motion(w):
        scales = 1 / (1 + np.exp(signed @ w - shift))
        return scales @ signed / np.mean(scales[:2])

    for _ in range(steps):
        w = w + step * motion(w + step / 2 * motion(w))
    return float(toy.accuracy(at, jnp.asarray(w)))


@pytest.mark.parametrize("switch", [{"stretch": 2.0}, {"tilt": -1.0}, {"tilt": -0.5}, {"lean": -1.0, "B": 1.0, "N": 1.0}, {"lean": -0.5}])
def test_a_dropped_assumption_fails_in_the_flow_itself_not_by_large_steps(switch):
    assert followed(rho=1.5) > followed(rho=0.5) + 1e-3
    assert followed(rho=1.5, **switch) < followed(rho=0.5, **switch) - 1e-3


def test_close_to_the_origin_the_attack_tells_two_radii_apart_as_the_flow_does():
    start, radii = 1e-5, (0.1, 1.0)
    toy_of_three = two_numbers.Toy(signal=1.0, noise_square=5.0, noise_sd=1.0, clean=2, noisy=1, start=start, step=1e-6)
    peaks = two_numbers.follow(toy_of_three, np.array(radii), 4000).peaks
    assert peaks[1] > peaks[0] + 1e-5
    data = {"h": np.array([0.0, 0.0, 0.0, 1.0]), "y_c": np.ones(2), "y_n": np.ones(1), "B": 1.0, "N": 5.0, "s": 1.0, "a": 0.125}
    in_steps = jax.jit(jax.vmap(lambda rho: training.peak(point(**data, tau=start), rho)))(jnp.array(radii))
    assert in_steps[1] > in_steps[0]


def test_from_the_origin_the_peak_of_the_attack_is_the_ceiling_for_every_radius():
    at = point(tau=0.0, a=0.3)
    for radius in (0.0, 0.4, 3.0):
        assert float(training.peak(at, radius)) == pytest.approx(two_numbers.ceiling(replace(SMALL, start=0.0)), rel=1e-14)


@pytest.mark.parametrize("radius", [0.0, 0.4, 3.0])
def test_the_path_of_the_attack_is_that_of_small_steps_of_training(radius):
    toy_of_steps = replace(SMALL, step=2e-3)
    path = two_numbers.follow(toy_of_steps, np.array([radius]), 8000)
    last = int(np.searchsorted(path.a[0], 0.3))
    at = point(a=path.a[0, last])
    assert float(training.lag(at, radius)) == pytest.approx(path.b[0, last], rel=1e-3)
    assert float(training.final(at, radius)) == pytest.approx(path.accuracy[0, last], rel=1e-4)
    assert float(training.peak(at, radius)) == pytest.approx(path.accuracy[0, : last + 1].max(), rel=1e-2)


LIES = {
    "a lead of one": (clean_first.PARTS[0], {"smaller": toy.a / toy.a}),
    "a lead of the mislabelled points": (clean_first.PARTS[0], {"smaller": clean_first.lead_after_step, "larger": 0 * toy.a}),
    "a slope above two": (slope.PARTS[1], {"smaller": 2 * toy.a / toy.a}),
    "another first step": (accuracy.PARTS[3], {"formula": accuracy.PARTS[0].formula}),
    "a missing step size": (reduction.PARTS[0], {"formula": toy.w0 + toy.a * toy.S_c + toy.b * toy.S_n}),
    "another margin": (reduction.PARTS[0], {"where": {**toy.WHERE, toy.m_c: toy.WHERE[toy.m_n]}}),
    "the inverse slope": (slope.PARTS[0], {"formula": 1 / slope.slope}),
    "a slope that rises": (slope.PARTS[2], {"increasing": True}),
    "an accuracy without tau": (accuracy.PARTS[0], {"where": {toy.T: 0 * toy.tau}}),
    "an accuracy that rises in b": (accuracy.PARTS[1], {"increasing": True}),
    "a ceiling of the clean share": (accuracy.PARTS[2], {"larger": accuracy.ceiling.subs(toy.n_n, 0)}),
    "an accuracy that falls with the radius": (EQUAL, {"smaller": EQUAL.larger, "larger": EQUAL.smaller}),
    "a radius without effect": (EQUAL, {"larger": EQUAL.smaller}),
    "an accuracy that is doubled": (EQUAL, {"smaller": means(2 * meaning(EQUAL.smaller))(lambda _: None)}),
    "a peak that falls": (PEAK, {"smaller": PEAK.larger, "larger": PEAK.smaller}),
    "a peak below one half": (PEAK, {"larger": PEAK.larger / 2}),
    "a standstill at the inverse ratio": (noise_outweighs.PEAK, {"formula": 1 / noise_outweighs.standstill}),
    "a standstill without tau": (noise_outweighs.PEAK, {"where": {toy.T: 0 * toy.tau}}),
    "a standstill where both contribute the same": (noise_outweighs.PEAK, {"formula": toy.a / toy.a}),
    "a lead of more than twice": (noise_outweighs.LEAD, {"smaller": 2 * toy.a / toy.a}),
    "a lead that need not be one": (noise_outweighs.LEAD, {"strictly": False}),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_proof_of_a_false_statement_breaks(lie):
    true, change = LIES[lie]
    with pytest.raises(Unbound):
        prove(early_stopping.CLAIMS[0], replace(true, **change))


def flows(statement):
    return [h for h in statement.given if isinstance(h, Solution)]


def with_flow(statement, number, **changes):
    """The statement with one of its flows changed."""
    old = flows(statement)[number]
    return replace(statement, given=tuple(solution(**{**old._asdict(), **changes}) if h is old else h for h in statement.given))


FLOWS = [(claim, s) for claim, s in ((early_stopping.CLAIMS[0], EQUAL), (early_stopping.CLAIMS[0], PEAK), (INDUCTION, GAIN))]


@pytest.mark.parametrize(("claim", "statement"), FLOWS, ids=["equal-progress", "peak", "gain"])
def test_a_false_statement_about_the_flow_is_not_proved(claim, statement):
    prove(claim, statement)
    first, second = flows(statement)
    p, q = first.s, first.y
    lies = {
        "the other slope": (0, {"slope": 1 / first.slope}),
        "twice the slope": (0, {"slope": 2 * first.slope}),
        "clean and mislabelled progress exchanged": (0, {"slope": first.slope.xreplace({p: q, q: p})}),
        "the larger radius for both": (0, {"slope": second.slope}),
        "the smaller radius for both": (1, {"slope": first.slope}),
        "a slope that stands still": (1, {"slope": first.slope.xreplace({p: sp.S.Zero, q: sp.S.Zero})}),
        "another end": (1, {"at": 2 * second.at}),
        "another value": (0, {"value": first.value + 1}),
    }
    for number, changes in lies.values():
        with pytest.raises(Unbound):
            prove(claim, with_flow(statement, number, **changes))


def test_the_radii_exchanged_in_both_flows_are_refused():
    first, second = flows(EQUAL)
    with pytest.raises(Unbound):
        prove(early_stopping.CLAIMS[0], with_flow(with_flow(EQUAL, 0, slope=second.slope), 1, slope=first.slope))


def test_a_peak_that_need_not_bound_the_accuracy_along_the_flow_is_refused():
    with pytest.raises(Unbound):
        prove(early_stopping.CLAIMS[0], with_flow(PEAK, 1, along=()))


UNUSED = "0 ≤ ρ"  # what a radius is; the theorem holds for every number


@pytest.mark.parametrize(("claim", "statement"), FLOWS, ids=["equal-progress", "peak", "gain"])
def test_no_assumption_on_the_flow_can_be_dropped(claim, statement):
    given = hypotheses_of(claim, statement)
    for h in dict.fromkeys(given):
        kept = replace(claim, assumes=tuple(replace(a, given=tuple(g for g in a.given if g != h)) for a in claim.assumes))
        fewer = replace(statement, given=tuple(g for g in statement.given if g != h))
        if clause(h) == UNUSED:
            continue
        with pytest.raises(Unbound):
            prove(kept, fewer)


def test_a_program_that_leaves_the_flow_is_told():
    no_lag = replace(EQUAL, atoms={**EQUAL.atoms, b_2: lambda at: at.a})
    at_equal = means(meaning(EQUAL.larger))(lambda at: toy.accuracy(at, toy.reached(SimpleNamespace(**vars(at), b=at.a))))
    items = verify(replace(early_stopping.CLAIMS[0], beyond=(replace(no_lag, larger=at_equal),), assumes=()), 600, 0)
    assert any("the theorem does not speak of what is attacked: the solution" in item.says for item in items)
