"""Pictures beside theorems: their numbers are those of the theory's own definitions."""

import functools
import math
from fractions import Fraction
from itertools import pairwise
from types import SimpleNamespace

import flint
import jax
import jax.numpy as jnp
import numpy as np
import pytest
import sympy as sp

from reports.page.explained import dead_zone, one_sam_exact, robust_loss, sam_hurts, two_groups, two_layers
from reports.page.explained.two_layers import Layers
from theory.deep_linear.network import pieces
from theory.definitions import j_sam, one_sam, sgd
from theory.jacobian import no_objective
from theory.linear import group_examples
from theory.linear import sam_hurts as proved
from theory.linear import two_groups as proved_groups
from theory.loss import robust_objective

METHODS = {"J-SAM": j_sam, "1-SAM": one_sam}


# two layers


def field(method, points, rho):
    """Return the mean direction of a method at (W, v), by automatic differentiation."""
    x, t = (jnp.asarray(part, dtype=float) for part in zip(*points, strict=True))

    def mean(w):
        directions = jax.vmap(lambda x, t: method(*pieces(SimpleNamespace(W=w[0], v=w[1], x=x, t=t)), rho))(x, t)
        return jax.tree.map(lambda part: jnp.mean(part, axis=0), directions)

    return mean


def arrays(w):
    return jnp.asarray(w.W), jnp.asarray(w.v)


@functools.cache
def flow_of(method, points):
    """Return the program (weights, rho, time) -> weights: steps of Runge and Kutta along the theory's own directions."""
    steps = 1_000

    def ahead(w, by, factor):
        return jax.tree.map(lambda a, b: a + factor * b, w, by)

    @jax.jit
    def flow(w, rho, time):
        slope, long = field(method, points, rho), time / steps

        def step(_, w):
            first = slope(w)
            second = slope(ahead(w, first, long / 2))
            third = slope(ahead(w, second, long / 2))
            last = slope(ahead(w, third, long))
            return jax.tree.map(lambda a, b, c, d, e: a + long / 6 * (b + 2 * c + 2 * d + e), w, first, second, third, last)

        return jax.lax.fori_loop(0, steps, step, w)

    return flow


def flown(method, start, points, rho, time):
    """Return W and v after this time along the flow."""
    return flow_of(method, points)(arrays(start), jnp.asarray(rho), jnp.asarray(time))


@pytest.mark.parametrize("method", METHODS)
def test_the_directions_of_the_pictures_are_those_of_the_definitions(method):
    rng = np.random.default_rng(0)
    for _ in range(20):
        w = Layers(tuple(map(tuple, rng.normal(size=(3, 2)).tolist())), tuple(rng.normal(size=3).tolist()))
        points = [(tuple(x), t) for x, t in zip(rng.normal(size=(4, 2)).tolist(), (1, -1, -1, 1), strict=True)]
        for rho, definition in ((0.7, METHODS[method]), (0.0, sgd)):
            ours = arrays(two_layers.direction(w, points, rho, method))
            for mine, theirs in zip(ours, field(definition, points, rho)(arrays(w)), strict=True):
                np.testing.assert_allclose(mine, theirs, rtol=1e-11, atol=1e-13)


STARTS = [
    *((dead_zone.START.of_length(length), dead_zone.FOUR) for length in dead_zone.FROM_FOUR),
    *((dead_zone.ALIGNED.of_length(length), dead_zone.ONE) for length in dead_zone.FROM_ONE),
]


@pytest.mark.parametrize(("start", "points"), STARTS)
@pytest.mark.parametrize("rho", [0.0, dead_zone.RHO])
def test_lengths_over_time_are_those_of_the_flow(start, points, rho):
    line = dead_zone.lengths(start, points, rho)
    for time, reached in (line[len(line) // 2], line[-2]):
        first, last = flown(j_sam if rho else sgd, start, points, rho, time)
        assert reached == pytest.approx(float(jnp.sqrt(jnp.sum(first**2) + jnp.sum(last**2))), abs=1e-3)


def test_inside_the_dead_zone_lengths_only_fall_and_just_outside_one_grows():
    lines = [dead_zone.lengths(*start, dead_zone.RHO) for start in STARTS]
    zone = [line for line in lines if line[0][1] < dead_zone.RHO]
    assert len(zone) == 3
    for line in zone:
        assert all(after < before for (_, before), (_, after) in pairwise(line))
        assert line[-1][1] == 0
    beyond = lines[-1]
    assert beyond[0][1] < 1.1 * dead_zone.RHO
    assert all(after > before for (_, before), (_, after) in pairwise(beyond))


@pytest.mark.parametrize("method", METHODS)
def test_marked_places_are_those_of_the_flow(method):
    for start in one_sam_exact.STARTS:
        places = one_sam_exact.path(start, method, max(one_sam_exact.MARKED))
        for steps in one_sam_exact.MARKED:
            if steps < len(places):
                weights = Layers(((start[0],),), (start[1],))
                first, last = flown(METHODS[method], weights, one_sam_exact.EXAMPLE, one_sam_exact.RHO, steps * one_sam_exact.STEP)
                assert places[steps] == pytest.approx((float(first[0, 0]), float(last[0])), abs=1e-3)


def test_both_methods_follow_the_same_lines():
    for start in one_sam_exact.STARTS:
        line = np.array(one_sam_exact.path(start, "J-SAM", one_sam_exact.STEPS))
        for place in one_sam_exact.path(start, "1-SAM", max(one_sam_exact.MARKED))[:-1]:
            nearest = np.min(np.hypot(*(line - np.array(place)).T))
            assert nearest < 0.03, f"{place} lies beside the line from {start}"


def test_the_dividing_line_parts_the_starts_that_collapse_from_the_others():
    meant = no_objective.meant_field((no_objective.a, no_objective.b))
    known = {no_objective.x: 1, no_objective.t: 1, no_objective.rho: one_sam_exact.RHO}
    logistic = {"sigma": lambda u: 1 / (1 + math.exp(-u))}
    direction = sp.lambdify((no_objective.a, no_objective.b), [part.subs(known) for part in meant], [logistic, "math"])
    for degrees in (-60, -20, 15, 45, 70):
        here, after = (np.array(one_sam_exact.divide(math.radians(degrees + more))) for more in (-0.01, 0.01))
        along, moves = after - here, np.array(direction(*one_sam_exact.divide(math.radians(degrees))))
        turn = along[0] * moves[1] - along[1] * moves[0]
        assert abs(turn) < 1e-6 * np.hypot(*along) * np.hypot(*moves), f"at {degrees} degrees the flow crosses the line"
        for factor, collapses in ((0.98, True), (1.02, False)):
            x, y = one_sam_exact.divide(math.radians(degrees))
            end = one_sam_exact.path((factor * x, factor * y), "J-SAM", 2_000)[-1]
            assert (end == (0, 0)) == collapses
    assert one_sam_exact.divide(0.0) == pytest.approx((math.sqrt(0.5), math.sqrt(0.5)))


# a linear model


def of_theory(w, rho):
    signed = jnp.asarray(robust_loss.SIGNED)
    return SimpleNamespace(X=signed[:, None], t=jnp.ones(signed.size), w=jnp.asarray([w]), rho=jnp.asarray(rho))


@pytest.mark.parametrize("rho", [1.0, 2.0, 3.0])
def test_the_convex_function_and_its_steps_are_those_of_the_theory(rho):
    for w in (-1.6, 0.3, 2.5):
        p = of_theory(w, rho)
        assert robust_loss.objective(w, rho) == pytest.approx(float(robust_objective.objective(p)), rel=1e-12)
        assert robust_loss.direction(w, rho) == pytest.approx(float(robust_objective.mean_step(p)[0]), rel=1e-11)


def test_gradient_descent_is_the_radius_zero():
    for w in (-1.0, 2.0):
        slope = jax.grad(lambda at: jnp.mean(jnp.logaddexp(0.0, -at * jnp.asarray(robust_loss.SIGNED))))(w)
        assert robust_loss.direction(w, 0.0) == pytest.approx(-float(slope), rel=1e-12)


def test_the_dots_are_minima_and_the_rings_lead_to_one():
    for rho, _ in robust_loss.RADII:
        lowest = robust_loss.rest(rho)
        assert robust_loss.direction(lowest, rho) == pytest.approx(0, abs=1e-12)
        around = [robust_loss.objective(lowest + by, rho) for by in (-0.1, -0.01, 0.01, 0.1)]
        assert min(around) > robust_loss.objective(lowest, rho)
    rings = robust_loss.steps(robust_loss.STEPPED, robust_loss.START, 60)
    heights = [robust_loss.objective(w, robust_loss.STEPPED) for w in rings]
    assert heights[:20] == sorted(heights[:20], reverse=True)
    assert rings[-1] == pytest.approx(robust_loss.rest(robust_loss.STEPPED), abs=1e-6)


def test_points_of_helping_and_hurting_are_those_of_the_claim():
    root = math.sqrt(2)
    rows = [tuple(a + b * root for a, b in row) for row in proved.WITNESS["inputs"]]
    assert tuple((*row, 0.0) for row in rows) == sam_hurts.INPUTS
    assert list(sam_hurts.LABELS) == proved.WITNESS["labels"]
    assert proved.WITNESS["steps"] == sam_hurts.STEPS
    assert proved.WITNESS["eta"] == 1
    assert [rho for rho, _ in sam_hurts.RADII] == proved.WITNESS["radii"]


@pytest.mark.parametrize("degrees", [0, 12, 37, 90])
def test_best_accuracies_are_those_of_the_certified_steps(degrees):
    angle = math.radians(degrees)
    start = [0, 0, Fraction(math.cos(angle)), Fraction(math.sin(angle))]
    data = {**proved.WITNESS, "inputs": [[*row, (0, 0)] for row in proved.WITNESS["inputs"]], "start": start}
    with flint.ctx.workprec(proved.BITS):
        for rho in proved.WITNESS["radii"]:
            assert sam_hurts.best(degrees, float(rho)) == pytest.approx(float(proved.accuracy(proved.best(data, rho))), rel=1e-12)


def test_the_order_turns_once_and_where_the_picture_says():
    for rho, _ in sam_hurts.RADII[1:]:
        turns = sam_hurts.turning(rho)
        hurts = [sam_hurts.best(degrees, rho) < sam_hurts.best(degrees, 0) for degrees in range(91)]
        assert hurts == [degrees < turns for degrees in range(91)]


def test_the_numbers_of_the_two_groups_are_those_of_the_claim():
    data = group_examples.WITNESS
    signed = np.array([[t * a for a, _ in row] for row, t in zip(data["inputs"], data["labels"], strict=True)], dtype=float)
    clean = np.array(data["labels"]) == np.array(data["true"])
    sums = signed[clean].sum(axis=0), signed[~clean].sum(axis=0)
    for group, seen in ((signed[clean], two_groups.CLEAN), (signed[~clean], two_groups.WRONG)):
        for row in group:
            assert (row @ sums[0], row @ sums[1]) == seen
    assert (sums[0][0], sums[1][0]) == two_groups.SIGNAL
    assert tuple(zip(sums[0][1:5], sums[1][1:5], strict=True)) == two_groups.NOISE
    assert (sums[0][5], sums[1][5], data["start"]) == (0, 0, [0, 0, 0, 0, 0, two_groups.START])
    assert (data["eta"], data["steps"], len(signed)) == (two_groups.RATE, two_groups.STEPS, two_groups.NUMBER)
    assert {np.linalg.norm(row) for row in signed} == {two_groups.LENGTH}


@pytest.mark.parametrize("start", [(0.0, 0.0), two_groups.BEHIND])
def test_paths_of_the_two_groups_are_those_of_the_certified_steps(start):
    data = group_examples.WITNESS
    rows = [[flint.arb(a) for a, _ in row] for row in data["inputs"]]
    mislabelled = [-1, -1, -1, -1, -1, 0]  # S_n
    weights = [a + int(start[1]) * b for a, b in zip(data["start"], mislabelled, strict=True)]
    for rho, _ in two_groups.RADII:
        with flint.ctx.workprec(proved.BITS):
            steps = list(proved.path(rows, data["labels"], weights, data["eta"], data["steps"], Fraction(rho)))
            theirs = [float(proved.accuracy(proved.score(w))) for w in steps]
            signals = [float(w[0]) for w in steps]
        path = two_groups.follow(start, rho)
        np.testing.assert_allclose([two_groups.accuracy(place) for place in path], theirs, rtol=1e-11)
        np.testing.assert_allclose([two_groups.along(two_groups.SIGNAL, place) for place in path], signals, atol=1e-11)


def test_below_the_line_a_larger_radius_lowers_the_path_and_above_it_lifts_it():
    slope = sp.lambdify((proved_groups.u_c, proved_groups.u_n, proved_groups.C), proved_groups.SLOPE, "math")
    for place in ((1.0, 1.2), (2.0, 2.9), (0.2, 0.9), (1.0, 1.6)):
        clean, wrong = (two_groups.along(group, place) for group in (two_groups.CLEAN, two_groups.WRONG))
        falls = slope(clean, wrong, 2 * two_groups.LENGTH) < slope(clean, wrong, two_groups.LENGTH)
        assert falls == two_groups.clean_leads(place) == (place[1] < 1.5 * place[0])
    low, middle, high = (two_groups.follow((0.0, 0.0), rho) for rho, _ in two_groups.RADII)
    lifted = [two_groups.behind(two_groups.BEHIND, rho) for rho, _ in two_groups.RADII]
    for a in (0.2, 0.5, 0.7):
        heights = [np.interp(a, *np.array(path).T) for path in (high, middle, low)]
        assert heights == sorted(heights)
        heights = [np.interp(a, *np.array(path).T) for path in lifted]
        assert heights == sorted(heights)
