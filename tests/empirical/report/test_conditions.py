"""Each class of condition: its words say what it decides. Results are random, and the intervals are computed again here, by SciPy."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from empirical.report.rules.combined import AllOf, AnyOf, Given
from empirical.report.rules.conditions import Above, Below, Between, Nearer, NoLoss, Rises, Within
from empirical.report.rules.term import Term, number, times
from empirical.report.sweep_results import SweepResults

SEEDS = 4
steps = st.integers(-8, 8).map(lambda n: n / 8)  # few values, exact in binary, so that bounds are often met exactly
columns = st.lists(steps, min_size=SEEDS, max_size=SEEDS).map(lambda values: np.array(values)[:, None])
margins = st.integers(1, 6).map(lambda n: n / 8)


def term(name, values):
    return Term(name, lambda *_: np.asarray(values, float))


def ends(values):
    """The interval of a mean over seeds, by SciPy."""
    values = np.asarray(values, float).ravel()
    if np.ptp(values) == 0:
        return values[0], values[0]
    return stats.t.interval(0.95, len(values) - 1, values.mean(), stats.sem(values))


def side(values, above):
    """Where a whole interval lies beside a bound."""
    low, high = ends(values)
    near = min(abs(low - above), abs(high - above)) < 1e-12 * max(1.0, abs(above)) and low != high
    return "supports" if low > above else "refutes" if high < above else "inconclusive", near


def results_of(seeds, profile=None):
    """Results without arms: of them a condition reads its seeds and the profile."""
    return SweepResults(seeds=list(range(seeds)), short="", profile=profile, arms={})


def outcome(condition, seeds=SEEDS, results=None):
    return condition.decide(results or results_of(seeds), "", seeds)


@given(columns, columns, st.one_of(st.just(0.0), margins))
def test_above_asks_for_a_difference_beyond_its_bound(a, b, by):
    condition = Above(term("A", a), term("B", b), by)
    assert condition.words == (f"A exceeds B by more than {by:g}" if by else "A exceeds B")
    expected, near = side(a - b, by)
    assert near or outcome(condition) == expected


@given(columns, columns, st.one_of(st.just(0.0), margins))
def test_below_asks_for_a_difference_under_its_bound(a, b, by):
    condition = Below(term("A", a), term("B", b), by)
    assert condition.words == (f"A exceeds B by less than {by:g}" if by else "A is less than B")
    expected, near = side(b - a, -by)
    assert near or outcome(condition) == expected


@given(columns, columns, margins)
def test_within_asks_for_a_small_difference_on_either_side(a, b, by):
    condition = Within(term("A", a), term("B", b), by)
    assert condition.words == f"A lies within {by:g} of B"
    (above_low, _), (above_high, _) = side(a - b, -by), side(a - b, by)
    expected = {("supports", "refutes"): "supports", ("refutes", "refutes"): "refutes", ("supports", "supports"): "refutes"}
    near = side(a - b, -by)[1] or side(a - b, by)[1]
    assert near or outcome(condition) == expected.get((above_low, above_high), "inconclusive")


@given(columns, steps, margins)
def test_between_asks_for_an_interval_inside_two_bounds(a, low, width):
    high = low + width
    condition = Between(term("A", a), low, high)
    assert condition.words == f"A lies between {low:g} and {high:g}"
    (over, near_low), (beyond, near_high) = side(a, low), side(a, high)
    expected = {("supports", "refutes"): "supports", ("refutes", "refutes"): "refutes", ("supports", "supports"): "refutes"}
    assert near_low or near_high or outcome(condition) == expected.get((over, beyond), "inconclusive")


@given(columns, columns, columns)
def test_nearer_compares_two_distances(a, b, c):
    condition = Nearer(term("A", a), term("B", b), term("C", c))
    assert condition.words == "A lies nearer to B than to C"
    expected, near = side((c - a) - (a - b), 0.0)
    assert near or outcome(condition) == expected


@given(columns, columns, columns, st.one_of(st.just(0.0), margins))
def test_rises_asks_for_every_step_and_no_loss_for_no_fall(a, b, c, slack):
    rows = np.concatenate([a, b, c], axis=1)
    rises = Rises(term("A", rows), "each size", slack)
    assert rises.words == (f"A falls by less than {slack:g} from each size to the next" if slack else "A rises from each size to the next")
    pairs = [side(b - a, -slack), side(c - b, -slack)]
    seen = [step_outcome for step_outcome, _ in pairs]
    expected = "refutes" if "refutes" in seen else "supports" if seen == ["supports"] * 2 else "inconclusive"
    assert any(near for _, near in pairs) or outcome(rises) == expected
    kept = NoLoss(term("A", rows), "each size")
    assert kept.words == "no 95% interval shows a fall of A from each size to the next"
    falls = [side(a - b, 0.0), side(b - c, 0.0)]
    lost = any(step_outcome == "supports" for step_outcome, _ in falls)
    assert any(near for _, near in falls) or outcome(kept) == ("refutes" if lost else "supports")


def test_a_step_of_several_grids_stays_within_its_grid():
    grids = np.zeros((SEEDS, 2, 3)) + np.array([[0.0, 5.0, 9.0], [1.0, 6.0, 10.0]])
    assert outcome(Rises(term("A", grids), "each rate")) == "supports"
    assert outcome(Rises(term("A", grids[:, ::-1]), "each rate")) == "refutes"


@dataclasses.dataclass(frozen=True)
class Fixed:
    """A condition with a known answer."""

    words: str
    answer: str

    def decide(self, *_):
        return self.answer


ANSWERS = ("supports", "refutes", "inconclusive")


@pytest.mark.parametrize("first", ANSWERS)
@pytest.mark.parametrize("second", ANSWERS)
def test_combinations_say_and_decide_by_their_conditions(first, second):
    condition_a, condition_b = Fixed("a", first), Fixed("b", second)
    both, either, given_ = AllOf((condition_a, condition_b)), AnyOf((condition_a, condition_b)), Given(condition_a, condition_b)
    assert both.words == "a; and b"
    assert outcome(both) == ("refutes" if "refutes" in {first, second} else "inconclusive" if "inconclusive" in {first, second} else first)
    assert either.words == "a, or b (one of them is enough; refuted if each is)"
    assert outcome(either) == (
        "supports" if "supports" in {first, second} else "refutes" if first == second == "refutes" else "inconclusive"
    )
    assert given_.words == "where a, b (elsewhere nothing is decided)"
    assert outcome(given_) == (second if first == "supports" else "inconclusive")


LEVEL = np.full((SEEDS, 1), 0.5)
AT_THE_BOUND = (
    Above(term("A", LEVEL), term("B", LEVEL)),
    Above(term("A", LEVEL), number(0.25), 0.25),
    Below(term("A", LEVEL), number(0.25), 0.25),
    Within(term("A", LEVEL), number(0.25), 0.25),
    Between(term("A", LEVEL), 0.5, 0.75),
    Nearer(term("A", LEVEL), number(0.25), number(0.75)),
    Rises(term("A", np.repeat(LEVEL, 2, axis=1)), "each size"),
)


@pytest.mark.parametrize("condition", AT_THE_BOUND, ids=lambda condition: type(condition).__name__)
def test_a_mean_on_the_bound_decides_nothing(condition):
    assert outcome(condition) == "inconclusive"


def every_leaf(values):
    """Each class, in a form that values of one would meet."""
    rows = np.concatenate([values - 1, values], axis=1)
    return (
        Above(term("A", values), number(0.0)),
        Below(term("A", values), number(2.0)),
        Within(term("A", values), number(1.0), 0.5),
        Between(term("A", values), 0.0, 2.0),
        Nearer(term("A", values), number(0.5), number(2.0)),
        Rises(term("A", rows), "each size"),
    )


@pytest.mark.parametrize("place", range(6))
def test_a_missing_value_or_a_single_seed_decides_nothing(place):
    met = every_leaf(np.ones((SEEDS, 1)))[place]
    assert outcome(met) == "supports"
    gap = np.ones((SEEDS, 1))
    gap[2] = math.nan
    assert outcome(every_leaf(gap)[place]) == "inconclusive"
    nothing = np.full((SEEDS, 1), math.nan)
    assert outcome(every_leaf(nothing)[place]) == "inconclusive"
    single = every_leaf(np.ones((1, 1)))[place]
    assert outcome(single, seeds=1) == "inconclusive"


def test_a_bound_for_the_papers_settings_holds_there_alone():
    condition = Above(term("A", LEVEL), number(0.0), paper=0.75)
    assert condition.words == "A exceeds 0 (under `paper` by more than 75 points)"
    for profile, bound, expected in (("pocket", 0.0, "supports"), ("paper", 0.75, "refutes")):
        results = results_of(SEEDS, profile)
        assert (condition.bound(results), outcome(condition, results=results)) == (bound, expected)


@pytest.mark.parametrize(("factor", "words"), [(0.5, "half of A"), (1 / 3, "a third of A"), (1.5, "1.5 times A")])
def test_a_multiple_is_named_and_read(factor, words):
    multiple = times(factor, term("A", LEVEL))
    assert multiple.name == words
    assert multiple.columns({}, "").tolist() == (factor * LEVEL).tolist()
