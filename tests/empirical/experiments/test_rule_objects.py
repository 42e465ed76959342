"""The rules of all experiments are objects of one vocabulary, and say every bound that they decide by."""

import dataclasses

import pytest

from empirical.bench.rule import StepRule
from empirical.bench.workloads import WORKLOADS
from empirical.experiments import clean_loss_higher, early_stopping_toy, experiments, fast_equals_definition
from empirical.report.arm_key import ArmKey
from empirical.report.results import directions
from empirical.report.rules.combined import AllOf, AnyOf, Given
from empirical.report.rules.conditions import Above, Below, Between, Nearer, NoLoss, Rises, Within
from empirical.report.rules.rule import SeedRule
from empirical.report.sweep_results import ArmResults, SweepResults

LEAVES = (Above, Below, Within, Between, Nearer, Rises, NoLoss)
SINGULAR = (clean_loss_higher.HigherAtGaps, early_stopping_toy.FollowsTheTwoNumbers)
"""Conditions of one experiment alone, in its file."""
KNOWN = list(experiments().values())


def leaves(condition):
    """All conditions below one."""
    if isinstance(condition, AllOf | AnyOf):
        return [leaf for below in condition.conditions for leaf in leaves(below)]
    return [*leaves(condition.premise), *leaves(condition.then)] if isinstance(condition, Given) else [condition]


def conditions(experiment):
    return [leaf for part in experiment.rule.parts.values() for leaf in leaves(part.condition)]


SEED_RULES = [experiment for experiment in KNOWN if experiment.id != "fast-equals-definition"]


def test_every_rule_is_an_object_of_the_vocabulary():
    assert len(KNOWN) == 55
    assert isinstance(fast_equals_definition.EXPERIMENT.rule, fast_equals_definition.Agreement)
    assert all(f"{work.bound:g} on {work.says}" in StepRule(device=work.device).sentence for work in WORKLOADS.values())
    for experiment in SEED_RULES:
        assert isinstance(experiment.rule, SeedRule), experiment.id
        assert all(isinstance(leaf, LEAVES + SINGULAR) for leaf in conditions(experiment)), experiment.id
    used = {type(leaf) for experiment in SEED_RULES for leaf in conditions(experiment)}
    assert used == {*LEAVES, *SINGULAR}, "a class that no experiment needs"


@pytest.mark.parametrize("experiment", SEED_RULES, ids=lambda experiment: experiment.id)
def test_a_rule_says_every_bound_that_it_decides_by(experiment):
    sentence = experiment.rule.sentence
    assert experiment.rule.seeds == experiment.seeds
    assert tuple(experiment.rule.parts) == experiment.targets
    assert f"over {experiment.seeds} seeds" in sentence.lower()
    for leaf in conditions(experiment):
        assert leaf.words in sentence
        bounds = [getattr(leaf, field.name) for field in dataclasses.fields(leaf) if field.name in {"by", "low", "high", "slack", "much"}]
        assert all(f"{bound:g}" in leaf.words for bound in bounds if bound)


def test_a_method_without_networks_decides_nothing_and_one_that_is_unknown_is_named():
    """Of a sweep under way: a network that has not begun has values of None."""
    experiment = experiments()["fig-2"]
    values = {"gap": 0.5, "tracking": 0.95, "peak": 0.6}
    arm = ArmResults(setting={"method": "sgd", "rhos": [0.01]}, values={stat: [[level]] * 3 for stat, level in values.items()})
    absent = ArmResults(setting=arm.setting, values={stat: [[None]] * 3 for stat in values})
    descent, sam = ArmKey("ResNet18", "SGD"), ArmKey("ResNet18", "1-SAM")
    made = SweepResults(seeds=[1, 2, 3], short="", arms={descent: arm, sam: absent})
    rulings = experiment.judge(made)
    (target,) = experiment.targets
    assert (rulings[target].outcome, rulings[target].effect) == ("inconclusive", None)
    assert directions(experiment, made, rulings)[target] == "undecided"
    with pytest.raises(KeyError, match="setting='ResNet18', method='1-SAM'"):
        experiment.judge(SweepResults(seeds=[1, 2, 3], short="", arms={descent: arm}))
