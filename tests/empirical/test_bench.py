"""The benchmark on a tiny network: what it writes, and that its verdict follows from what it measured."""

import io
import json

import pytest
from rich.console import Console

from empirical import bench
from empirical.models import MLP2


def test_it_times_every_step_and_writes_what_it_shows(monkeypatch, tmp_path):
    monkeypatch.setattr(bench, "WORKLOADS", {"2nn": bench.Workload(MLP2(width=2), 2, 1.2)})
    text, out = io.StringIO(), tmp_path / "new" / "bench.json"
    result = bench.main(bench.Bench(("2nn",), rounds=6, out=out), Console(file=text, width=120))
    rows = result["workloads"]["2nn"]["rows"]
    assert json.loads(out.read_text()) == result
    assert {name: len(row["seconds"]) for name, row in rows.items()} == dict.fromkeys(rows, 6) | {bench.PLAIN: 2}
    assert rows["sgd"]["flops"] == rows[bench.CONTROL]["flops"] < rows["n-sam"]["flops"]
    shown = text.getvalue()
    assert all(name in shown for name in ("sgd, again", "n-sam", "1-sam", "j-sam", "l-sam", "1-sam, vmap"))


def timed(*seconds):
    found = bench.Timed(lambda: None, 0.0, 0, 0.0)
    found.seconds.extend(seconds)
    return found


def test_ratios_are_those_of_medians_and_the_bound_is_held_to():
    programs = {"sgd": timed(1.0, 2.0, 9.0), "1-sam": timed(2.0, 2.5, 2.4)}
    found = bench.summary(programs, 1.2)
    assert found["rows"]["1-sam"]["ratio"] == 1.2
    assert found["within"]
    assert not bench.summary(programs, 1.19)["within"]
    assert found["rows"]["sgd"]["quartiles_s"] == [1.5, 5.5]


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="models that can be timed are 2nn, resnet18, got vgg"):
        bench.main(bench.Bench(("vgg",)))
    with pytest.raises(ValueError, match="at least 6 rounds, got 5"):
        bench.main(bench.Bench(rounds=5))
