"""The files of an experiment: results, picture, and evidence beside the evidence of other experiments; all are written or none."""

import json
import threading
import time
from dataclasses import replace

import pytest

from empirical.experiments import experiments, fig_3a, nsam_no_gain
from empirical.report import record
from empirical.report.arm_key import ArmKey
from empirical.report.experiment import Setup, Target
from empirical.report.sweep_results import read
from reports import evidence, ledger
from reports.evidence import EvidenceError
from tests.empirical.experiments.made_up_results import results


def keep(module, out, **changes):
    experiment = replace(module.EXPERIMENT, **changes)
    return record.keep(experiment, results(module), Setup(out=out), time.time())


def test_results_picture_and_evidence_are_written(tmp_path):
    rulings = keep(nsam_no_gain, tmp_path)
    whole = json.loads((tmp_path / "experiments" / "nsam-no-gain.json").read_text())
    assert read(whole["results"]) == results(nsam_no_gain)
    assert [item["outcome"] for item in whole["rulings"]] == ["supports", "supports"]
    assert (tmp_path / "figures" / "nsam-no-gain.svg").read_text().startswith("<svg")
    dossier = evidence.read(evidence.path_of(tmp_path, "empirical", "nsam-no-gain"))
    assert {(item.form, item.part): item.says for item in dossier.evidence} == {(t.form, t.part): r.says for t, r in rulings.items()}
    details = dossier.evidence[0].details
    assert (details["experiment"], details["seeds"], details["figure"]) == ("nsam-no-gain", 20, "figures/nsam-no-gain.svg")
    assert details["rule"] == nsam_no_gain.EXPERIMENT.rule.sentence
    assert "noise = unit" in details["settings"]["inferred, random, n-SAM, chance"]
    assert details["command"] == "python -m empirical run nsam-no-gain --profile auto"
    assert dossier.provenance.seed == 0


def test_a_claims_file_keeps_the_records_of_other_experiments_and_one_of_each(tmp_path):
    keep(fig_3a, tmp_path)
    keep(fig_3a, tmp_path, id="another", qualifier="stand-in")
    keep(fig_3a, tmp_path)
    items = evidence.read(evidence.path_of(tmp_path, "empirical", "fig-3a")).evidence
    assert [(item.details["experiment"], item.qualifier) for item in items] == [("another", "stand-in"), ("fig-3a", "")]


def test_two_processes_that_add_to_one_claim_at_the_same_time_lose_nothing(tmp_path, monkeypatch):
    names, reading = ("fig-3a", "another"), threading.Event()
    standing = record._standing

    def slowly(*arguments):
        standing_records = standing(*arguments)
        reading.set()
        time.sleep(0.5)  # in which the other process would read the same and then write over it
        return standing_records

    monkeypatch.setattr(record, "_standing", slowly)
    threads = [threading.Thread(target=keep, args=(fig_3a, tmp_path), kwargs={"id": name}) for name in names]
    for thread in threads:
        thread.start()
    assert reading.wait(60)
    for thread in threads:
        thread.join(60)
    items = evidence.read(evidence.path_of(tmp_path, "empirical", "fig-3a")).evidence
    assert {item.details["experiment"] for item in items} == set(names)


def test_numbers_that_json_does_not_have_are_refused_before_anything_is_written(tmp_path):
    sweep = results(fig_3a)
    sweep.arms[ArmKey("inferred", flips="chance")].values["last"][3][2] = float("nan")
    with pytest.raises(EvidenceError, match="must be finite, got nan at fig-3a"):
        record.keep(fig_3a.EXPERIMENT, sweep, Setup(out=tmp_path), time.time())
    assert list(tmp_path.iterdir()) == []


def test_every_experiment_speaks_of_statements_that_the_ledger_says_need_an_experiment_or_a_check():
    book = ledger.read()
    for experiment in experiments().values():
        assert experiment.targets
        for target in experiment.targets:
            needs = {(s.form, s.part): s.needs for s in book.claim(target.claim).statements}
            assert needs.get((target.form, target.part)) == ("check" if target.claim == "fast-equals-definition" else "experiment"), target


def test_every_statement_about_the_toy_data_has_its_experiment():
    toy = ("eq-3.1", "fig-3a", "fig-3b", "fig-6", "fig-10", "fig-11", "flatness-uncorrelated", "nsam-no-gain", "follows-by-induction-toy")
    spoken = {target for experiment in experiments().values() for target in experiment.targets}
    for name in (*toy, "early-stopping-toy", "equal-ends-toy", "nsam-ceiling-toy", "dead-zone-digits"):
        for statement in ledger.read().claim(name).statements:
            assert statement.needs != "experiment" or Target(name, statement.form, statement.part) in spoken, (name, statement.part)


def test_a_statement_that_the_ledger_lacks_is_refused_before_the_run(tmp_path):
    stranger = replace(fig_3a.EXPERIMENT, targets=(Target("fig-3a", "printed", "nothing"),))
    with pytest.raises(EvidenceError, match="fig-3a printed nothing, which the ledger lacks"):
        record.refuse([stranger], ledger.read(), tmp_path)


def test_evidence_that_cannot_be_read_is_refused_before_the_run(tmp_path):
    path = evidence.path_of(tmp_path, "empirical", "fig-3a")
    path.parent.mkdir(parents=True)
    path.write_text("{")
    with pytest.raises(EvidenceError, match="must be a whole JSON file"):
        record.refuse([fig_3a.EXPERIMENT], ledger.read(), tmp_path)
    record.refuse([nsam_no_gain.EXPERIMENT], ledger.read(), tmp_path)
