"""The benchmark on a tiny network: what it writes, and that its ruling follows from what it measured."""

import json

import pytest

from empirical import bench, step_times
from empirical.experiment import Target
from empirical.models import MLP2
from reports import ledger
from reports import record as reports_record
from reports.verdict import of_claim

PART = Target("one-sam-cost", "beyond", "2nn")


def test_it_times_every_step_and_writes_what_it_shows(monkeypatch, tmp_path, capsys):
    monkeypatch.setitem(step_times.WORKLOADS, "2nn", step_times.Workload(MLP2(width=2), 2, 6, 1.2))
    assert bench.main(["--model", "2nn", "--out", str(tmp_path)]) == 0
    whole = json.loads((tmp_path / "experiments" / "one-sam-cost.json").read_text())
    assert whole["provenance"]["command"] == "python -m empirical.bench --model 2nn"
    kept = whole["results"]["workloads"]["2nn"]["steps"]
    assert {name: len(row["seconds"]) for name, row in kept.items()} == dict.fromkeys(kept, 6) | {step_times.PLAIN: 2}
    assert kept["SGD"]["flops"] == kept["SGD, again"]["flops"] < kept["n-SAM"]["flops"]
    assert kept["SGD"]["ratios"] == [1.0] * 6
    shown = capsys.readouterr().out
    assert all(name in shown for name in ("SGD, again", "n-SAM", "1-SAM", "J-SAM", "L-SAM", "1-SAM by vmap"))
    dossiers = reports_record.gather([tmp_path])
    assert reports_record.strangers(ledger.read(), dossiers) == []
    parts = of_claim(ledger.read().claim("one-sam-cost"), reports_record.items(dossiers))["beyond"].parts
    assert parts["resnet18"].word == "open"


def made_up(sam, again=1.0, rounds=20):
    ratios = {"SGD": 1.0, "SGD, again": again, "1-SAM": sam, "1-SAM by vmap": 30.0}
    steps = {
        name: {
            "ratios": [value * (1 + 0.001 * k) for k in range(rounds)],
            "seconds": [0.1] * rounds,
            "flops": 1e9,
            "memory": 0,
            "compile_s": 1,
        }
        for name, value in ratios.items()
    }
    return {"seeds": [0], "short": "", "workloads": {"2nn": {"batch": 128, "rounds": rounds, "bound": 1.2, "steps": steps}}}


@pytest.mark.parametrize(
    ("results", "outcome"),
    [
        (made_up(1.1), "supports"),
        (made_up(1.3), "refutes"),
        (made_up(1.19), "inconclusive"),  # the interval holds the bound
        (made_up(1.1, again=1.2), "inconclusive"),  # the machine was busy
        (made_up(1.1, rounds=5), "inconclusive"),
    ],
)
def test_the_whole_interval_decides_on_a_steady_machine(results, outcome):
    assert bench.judge(results)[PART].outcome == outcome


def test_the_interval_of_a_median_takes_the_ranks_of_the_binomial_table():
    values = [float(rank) for rank in range(1, 21)]
    assert step_times.ratio(values) == (10.5, 6.0, 15.0)  # ranks 6 and 15 of 20 cover the median with 95.9%
    assert step_times.ratio([3.0, 1.0, 2.0]) == (2.0, 1.0, 3.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [(["--model", "vgg"], "2nn, resnet18, got vgg"), (["--rounds", "0"], "at least 1"), (["--out", "/proc/nowhere"], "must be writable")],
)
def test_wrong_calls_are_one_message_and_exit_status_2(call, message, capsys):
    assert bench.main(call) == 2
    error = capsys.readouterr().err
    assert message in error
    assert "Traceback" not in error
