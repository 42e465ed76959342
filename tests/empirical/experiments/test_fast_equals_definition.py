"""The rule of `fast-equals-definition` on made-up errors, its records and verdict, and a short run that compares and rejects."""

import copy
import sys
import time

import jax
import msgspec
import numpy as np
import pytest

from empirical.agreement import comparison as agreement
from empirical.agreement import random_nets, subjects
from empirical.agreement.agreement_results import AgreementResults
from empirical.experiments import fast_equals_definition as module
from empirical.report import record
from empirical.report.experiment import Setup
from reports import evidence, ledger
from reports import record as reports_record
from reports.verdict import of_claim

VALUES = {
    "seeds": list(range(module.NETWORKS)),
    "short": "",
    "networks": [
        {"network": f"network {number}", "examples": 3, "weights": 12, "errors": {"1-SAM, gram": [1e-15, 2e-15], "SGD, gram": [0.0, 0.0]}}
        for number in range(module.NETWORKS)
    ],
    "misses": [{"change": f"miss {number}", "of": "1-SAM", "errors": [1e-12, 1e-3]} for number in range(3)],
}
GOOD = msgspec.convert(VALUES, AgreementResults)


def changed(change):
    values = copy.deepcopy(VALUES)
    change(values)
    return msgspec.convert(values, AgreementResults)


def findings(results):
    return [(finding.method, finding.outcome) for finding in module.RULE.judge(results)[module.TARGET].findings]


def test_equality_up_to_rounding_with_every_near_miss_rejected_supports():
    ruling = module.RULE.judge(GOOD)[module.TARGET]
    assert ruling.outcome == "supports"
    assert findings(GOOD) == [("property", "supports"), ("near-miss", "supports")]
    assert ruling.findings[0].details["points"] == 4 * module.NETWORKS
    assert ruling.findings[0].details["worst"] == 2e-15
    assert ruling.findings[1].details["misses"][0]["killed_by"] == "an error of 0.001 (beyond the tolerance at 1 of 2 draws, from 1e-12)"


@pytest.mark.parametrize("error", [1.1e-10, sys.float_info.max])
def test_one_error_beyond_the_tolerance_refutes(error):
    results = changed(lambda values: values["networks"][2]["errors"]["SGD, gram"].append(error))
    assert module.RULE.judge(results)[module.TARGET].outcome == "refutes"
    assert "SGD, gram; network 2" in module.RULE.judge(results)[module.TARGET].says


def test_the_comparison_that_differs_most_is_the_counterexample(tmp_path):
    results = changed(lambda values: values["networks"][2]["errors"]["SGD, gram"].append(3e-4))
    record.keep(module.EXPERIMENT, results, Setup(out=tmp_path), time.time())
    items = reports_record.items(reports_record.gather([tmp_path]))
    assert items[-1].details["point"] == {"network": "network 2", "method and route": "SGD, gram", "draw": "2"}
    assert of_claim(ledger.read().claim("fast-equals-definition"), items)["beyond"].whole.word == "refuted"


def test_a_near_miss_that_no_draw_rejects_leaves_the_claim_open():
    results = changed(lambda values: values["misses"][1].update(errors=[1e-10, 1e-11]))
    assert findings(results) == [("property", "supports"), ("near-miss", "inconclusive")]
    assert module.RULE.judge(results)[module.TARGET].findings[1].details["survivors"] == ["miss 1"]


def test_no_near_misses_at_all_decide_nothing():
    assert findings(changed(lambda values: values["misses"].clear()))[1] == ("near-miss", "inconclusive")


def test_too_few_networks_or_a_run_cut_short_decide_nothing():
    for change in (lambda values: values["seeds"].pop(), lambda values: values.update(short="profile smoke")):
        assert findings(changed(change)) == [("property", "inconclusive"), ("near-miss", "inconclusive")]


def test_the_records_make_the_verdict_checked(tmp_path):
    record.keep(module.EXPERIMENT, GOOD, Setup(out=tmp_path), time.time())
    dossiers = reports_record.gather([tmp_path])
    items = reports_record.items(dossiers)
    assert [item.method for item in items] == ["property", "near-miss"]
    verdict = of_claim(ledger.read().claim("fast-equals-definition"), items)["beyond"].whole
    assert verdict.word == "checked"
    assert f"properties held at {4 * module.NETWORKS} points; 3 near misses rejected, none survived" in verdict.why
    assert reports_record.strangers(ledger.read(), dossiers) == []
    assert "fast-equals-definition" not in [name for name, _ in reports_record.unsupported(ledger.read(), dossiers)]
    record.keep(module.EXPERIMENT, GOOD, Setup(out=tmp_path), time.time())  # replaces its own records
    assert len(evidence.read(evidence.path_of(tmp_path, "empirical", "fast-equals-definition")).evidence) == 2


def test_a_short_run_compares_and_rejects_in_float64_and_leaves_float32_alone(tmp_path):
    with jax.enable_x64(False):
        results = module.run(Setup(profile="smoke", out=tmp_path))
        assert jax.numpy.ones(1).dtype == np.float32
    assert results.short == "profile smoke"
    assert max(error for network in results.networks for errors in network.errors.values() for error in errors) <= module.TOLERANCE
    assert all(max(miss.errors) > module.TOLERANCE for miss in results.misses)
    assert {miss.of for miss in results.misses} == {"L-SAM", "J-SAM", "1-SAM", "m-SAM", "n-SAM"}
    ways = {way for network in results.networks for way in network.errors}
    assert {"1-SAM, cheapest", "SGD, cheapest", "L-SAM, cheapest", "J-SAM, cheapest", "m-SAM, by shards", "n-SAM, by shards"} == ways
    assert module.picture(results).startswith("<svg")
    assert [row["examples"] for row in module.table(results)] == ["4", "1"]


def test_the_same_networks_are_drawn_each_time_and_take_every_route():
    first, more = subjects.drawn(3), subjects.drawn(6)
    assert [subject.name for subject in first] == [subject.name for subject in more][:3]
    assert {subject.routes for subject in more} == {(route,) for route in subjects.ALL_ROUTES}


@pytest.mark.parametrize(("batch", "size"), [(1, 1), (2, 1), (3, 1), (4, 2), (6, 3)])
def test_shards_are_the_largest_smaller_than_the_batch(batch, size):
    assert subjects.shard_of(batch) == size


def test_an_error_that_is_no_number_counts_as_the_largest():
    assert agreement.finite(float("nan")) == sys.float_info.max
    assert agreement.finite(float("inf")) == sys.float_info.max
    assert agreement.finite(1e-3) == 1e-3


def test_one_tolerance_holds_in_tests_and_evidence():
    assert module.TOLERANCE == random_nets.TOLERANCE
