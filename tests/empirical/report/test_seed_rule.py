"""A whole rule: its sentence, its outcome over all cases, its effect, and its ruling on an incomplete run."""

import math

import numpy as np
import pytest

from empirical.report.experiment import Target
from empirical.report.rules.conditions import Above
from empirical.report.rules.rule import ONCE, Cases, Part, SeedRule, TurnsOn
from empirical.report.rules.term import Term, number
from empirical.report.sweep_results import SweepResults

SEEDS = 4
LEVEL = np.full((SEEDS, 1), 0.5)

FIRST, SECOND = Target("fig-1", "printed", "result"), Target("fig-2", "printed", "result")


def by_case(**levels):
    return Term("A", lambda results, case: np.full(len(results.seeds), levels[case]))


def rule(parts, **changes):
    return SeedRule(seeds=SEEDS, parts=parts, cases=Cases("in each network", lambda _: ("one", "two")), setting="at rest", **changes)


def part(**levels):
    read = by_case(**levels)
    return Part(Above(read, number(0.0)), lambda _: "Found.", TurnsOn("{case}, A", read.read, 0.25, 0.5))


def results(seeds=SEEDS, **changes):
    return SweepResults(**{"seeds": list(range(seeds)), "short": "", "arms": {}, **changes})


def test_a_rule_says_its_cases_seeds_setting_conditions_and_notes():
    assert rule({FIRST: part(one=1.0, two=1.0)}, notes="More.").sentence == (
        "In each network, paired over 4 seeds, at rest: A exceeds 0. Every 95% interval says so; refuted if one lies on the other side. "
        "More."
    )
    sentence = rule({FIRST: part(one=1.0, two=1.0), SECOND: part(one=1.0, two=1.0)}, paired=False).sentence
    assert "over 4 seeds, at rest: (fig-1) A exceeds 0. (fig-2) A exceeds 0. Each is ruled on alone: every 95% interval" in sentence
    assert "paired" not in sentence


@pytest.mark.parametrize(("second", "expected"), [(1.0, "supports"), (-1.0, "refutes"), (0.0, "inconclusive"), (math.nan, "inconclusive")])
def test_a_condition_must_hold_in_every_case(second, expected):
    ruling = rule({FIRST: part(one=1.0, two=second)}).judge(results())[FIRST]
    assert (ruling.outcome, ruling.says) == (expected, "Found.")


def test_the_effect_is_read_from_the_last_case():
    effect = rule({FIRST: part(one=1.0, two=0.5)}).judge(results())[FIRST].effect
    assert effect is not None
    assert (effect.name, effect.mean, effect.above, effect.paper, effect.seeds) == ("two, A", 0.5, 0.25, 0.5, SEEDS)
    assert rule({FIRST: part(one=1.0, two=math.nan)}).judge(results())[FIRST].effect is None


def test_the_papers_value_stands_beside_the_cases_of_which_the_paper_gives_it():
    read = by_case(one=1.0, two=0.5)
    for case, paper in (("one", None), ("two", 0.75)):
        effect = TurnsOn("{case}, A", read.read, 0.25, {"two": 0.75}).measure(results(), case)
        assert effect is not None
        assert effect.paper == paper


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"seeds": SEEDS - 1}, "The rule asks for 4 seeds, and 3 ran. Found."),
        ({"short": "smoke"}, "The run was cut short (smoke). Found."),
        ({"needs": "seed 3"}, "Found."),
    ],
)
def test_a_run_that_lacks_something_decides_nothing(changes, says):
    ruling = rule({FIRST: part(one=1.0, two=1.0)}).judge(results(**changes))[FIRST]
    assert (ruling.outcome, ruling.says, ruling.needs) == ("inconclusive", says, changes.get("needs", ""))


def test_a_rule_without_cases_is_decided_once():
    alone = SeedRule(seeds=SEEDS, parts={FIRST: Part(Above(Term("A", lambda *_: LEVEL), number(0.0)), lambda _: "Found.")})
    assert alone.cases is ONCE
    assert alone.sentence.startswith("Paired over 4 seeds: A exceeds 0.")
    assert alone.judge(results())[FIRST].outcome == "supports"
