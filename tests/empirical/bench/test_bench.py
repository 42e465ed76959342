"""The benchmark on a tiny network: the files it writes, and that its ruling follows from its measurements."""

import json
from dataclasses import replace

import jax
import msgspec
import pytest

from empirical.bench import __main__ as bench
from empirical.bench import rule, shown, step_times, workloads
from empirical.bench.bench_results import BenchResults
from empirical.bench.route_times import measured
from empirical.methods.model import one_example
from empirical.methods.program import trace
from empirical.report.experiment import Target
from empirical.training.models import MLP2, Block
from reports import ledger, lock
from reports import record as reports_record
from reports.page import costs
from reports.verdict import of_claim
from tests.empirical.methods.oracle import promoting
from theory.compile_options import quick_compile

PART = Target("one-sam-cost", "beyond", "2nn")


def test_it_times_every_step_and_writes_what_it_shows(monkeypatch, tmp_path, capsys):
    monkeypatch.setitem(workloads.WORKLOADS, "2nn", replace(workloads.WORKLOADS["2nn"], model=MLP2(width=2), batch=2, rounds=6, at_once=1))
    assert bench.main(["--model", "2nn", "--out", str(tmp_path)]) == 0
    whole = json.loads((tmp_path / "experiments" / "one-sam-cost.json").read_text())
    assert whole["provenance"]["command"] == "python -m empirical.bench --model 2nn"
    kept = whole["results"]["workloads"]["2nn"]["steps"]
    assert {name: len(row["seconds"]) for name, row in kept.items()} == dict.fromkeys(kept, 6) | dict.fromkeys(step_times.SLOW, 2)
    assert kept["SGD"]["flops"] == kept["SGD, again"]["flops"] < kept["n-SAM"]["flops"]
    assert kept["SGD"]["ratios"] == [1.0] * 6
    shown = capsys.readouterr().out
    assert all(name in shown for name in ("SGD, again", step_times.ALIKE, "n-SAM", "1-SAM", "J-SAM", "L-SAM", *step_times.SLOW))
    dossiers = reports_record.gather([tmp_path])
    assert reports_record.strangers(ledger.read(), dossiers) == []
    parts = of_claim(ledger.read().claim("one-sam-cost"), reports_record.items(dossiers))["beyond"].parts
    assert parts["resnet18"].word == "open"


def made_up(sam, again=1.0, rounds=20, names=("2nn",), memory=1, plain_memory=2, compile_s=1.0):
    ratios = {"SGD": 1.0, "SGD, again": again, step_times.ALIKE: 0.9, "1-SAM": sam, "1-SAM by vmap": 30.0}
    steps = {
        name: {
            "ratios": [value * (1 + 0.001 * k) for k in range(rounds)],
            "seconds": [0.1] * rounds,
            "flops": 1e9,
            "memory": memory if name == "1-SAM" else plain_memory,
            "compile_s": compile_s if name == "1-SAM" else 1.0,
        }
        for name, value in ratios.items()
    }
    timed = {name: {"batch": 128, "rounds": rounds, "bound": 1.2, "steps": steps} for name in names}
    return msgspec.convert({"seeds": [0], "short": "", "device": "cpu", "workloads": timed}, BenchResults)


def test_the_readme_tells_the_unit_of_a_run_by_a_step_that_the_benchmark_times():
    assert costs.ALIKE == step_times.ALIKE


def test_the_ruling_tells_what_sgd_costs_with_the_products_of_1_sam():
    says = rule.StepRule().judge(made_up(1.1))[PART].says
    assert "the same SGD step again 1.01 [1.00, 1.01], with 1-SAM's products 0.91. 20 rounds" in says


def test_operations_stand_beside_times_where_xla_counts_all_of_them():
    results = made_up(1.1)
    steps = results.workloads["2nn"].steps
    steps["1-SAM"] = msgspec.structs.replace(steps["1-SAM"], flops=1.5e9)
    steps[step_times.BY_PARTS] = steps["1-SAM by vmap"]
    assert "(at most 1.2 is claimed); XLA counts 1.50 times its operations; by plain vmap" in rule.StepRule().judge(results)[PART].says
    counted = {row["step"]: row["operations"] for row in shown.table(results)}
    assert (counted["SGD"], counted["1-SAM"], counted[step_times.BY_PARTS]) == ("1.00", "1.50", "–")
    steps["SGD"] = msgspec.structs.replace(steps["SGD"], flops=0.0)  # a device on which XLA counts nothing
    assert "XLA counts" not in rule.StepRule().judge(results)[PART].says


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
    assert rule.StepRule().judge(results)[PART].outcome == outcome


def test_the_interval_of_a_median_takes_the_ranks_of_the_binomial_table():
    values = [float(rank) for rank in range(1, 21)]
    assert step_times.ratio(values) == (10.5, 6.0, 15.0)  # ranks 6 and 15 of 20 cover the median with 95.9%
    assert step_times.ratio([3.0, 1.0, 2.0]) == (2.0, 1.0, 3.0)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (["--model", "vgg"], "2nn, resnet18, vit, table, strided, resnet18-gpu, resnet18-gpu-bfloat16, got 'vgg'"),
        (
            ["--model", "vgg", "resnet", "2nn"],
            "got 'vgg', 'resnet' (perhaps you meant resnet18 or resnet18-gpu); leave --model out for this device's",
        ),
        (
            ["--model"],
            "--model must name one or more of 2nn, resnet18, vit, table, strided, resnet18-gpu, resnet18-gpu-bfloat16, each once, got none",
        ),
        (["--model", "2nn", "2nn"], "each once, got 2nn 2nn"),
        (["--model", "resnet18-gpu"], "--model resnet18-gpu is timed on a GPU, but JAX computes on a CPU here; install JAX for your GPU"),
        (["--rounds", "0"], "at least 1"),
        (
            ["--rounds", "99999999999999999999"],
            "--rounds must be at most 10,000 (days on ResNet18), got 99999999999999999999",
        ),
        (["--seed", "-1"], "--seed must be at least 0, got -1"),
        (["--seed", "4294967296"], "--seed must be at most 4,294,967,295"),
        (["--out", "/proc/nowhere"], "must be writable"),
        (["--out", "/dev/null"], "--out must name a folder, but /dev/null is a pipe or a device"),
    ],
)
def test_wrong_calls_are_one_message_and_exit_status_2(call, message, capsys):
    assert bench.main(call) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert "Traceback" not in error


@pytest.mark.parametrize("option", ["--rounds", "--seed", "--out"])
def test_values_that_cannot_be_read_are_refused_in_plain_words(option, capsys):
    with pytest.raises(SystemExit) as stopped:
        bench.main([option, ""])
    assert stopped.value.code == 2
    assert f"Error parsing {option}: it must be a" in " ".join(capsys.readouterr().err.split())


def test_a_second_benchmark_into_one_folder_is_refused(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(bench, "timed", lambda *_: pytest.fail("two are timed"))
    with lock.output(tmp_path, "run one-sam-cost"):
        assert bench.main(["--out", str(tmp_path)]) == 2
    assert f"one process at a time may `run one-sam-cost` into {tmp_path}" in capsys.readouterr().err


def test_the_expected_time_of_a_call_grows_with_its_rounds():
    few, many = (bench.expected_s(bench.Bench(model=("2nn",), rounds=rounds)) for rounds in (100, 1100))
    assert many - few == pytest.approx(1000 * workloads.WORKLOADS["2nn"].round_s)


BESIDE_VMAP = Target("one-sam-cost", "beyond", "beside-vmap")


@pytest.mark.parametrize(
    ("changes", "outcome", "says"),
    [
        ({}, "supports", "at most 0.037 (vit) of the time and 0.500 (vit) of the temporary memory, and 1.000 (vit) times the compilation"),
        ({"memory": 3}, "refutes", "1.500 (vit) of the temporary memory"),
        ({"sam": 31.0}, "refutes", "1.033 (vit) of the time"),
        ({"compile_s": 2.1}, "refutes", "2.100 (vit) times the compilation (2 is allowed)"),
        ({"again": 1.2}, "inconclusive", ""),
        ({"plain_memory": 0}, "inconclusive", ""),  # XLA did not tell it
    ],
)
def test_beside_vmap_time_memory_and_compilation_count(changes, outcome, says):
    results = made_up(**{"sam": 1.1, **changes}, names=tuple(workloads.WORKLOADS))
    ruling = rule.StepRule().judge(results)[BESIDE_VMAP]
    assert ruling.outcome == outcome
    assert says in ruling.says


def test_beside_vmap_is_ruled_on_where_all_workloads_were_timed():
    assert BESIDE_VMAP not in rule.StepRule().judge(made_up(1.1))
    assert bench.parts(bench.Bench(model=("2nn",))) == ["2nn"]
    assert bench.parts(bench.Bench()) == [*workloads.of_device("cpu"), "beside-vmap"]


def test_on_a_gpu_float32_is_timed_where_nothing_is_named(monkeypatch):
    monkeypatch.setattr(jax, "default_backend", lambda: "gpu")
    assert bench.parts(bench.Bench()) == ["resnet18-gpu"]
    experiment = bench.experiment(bench.Bench())
    assert (experiment.id, experiment.rule) == ("one-sam-cost-gpu", rule.StepRule(device="gpu"))


def test_evidence_names_the_gpu_that_was_timed():
    assert made_up(1.1).computed_on == ""
    assert msgspec.structs.replace(made_up(1.1), device="NVIDIA H200").computed_on == "gpu NVIDIA H200"


def test_every_route_of_every_layer_is_timed_and_the_one_that_is_taken_is_marked():
    model = Block(16, 1, (-1,))
    with jax.enable_x64(False):
        inputs = jax.numpy.ones((2, 4, 4, 16))
        params = jax.jit(model.init)(jax.random.key(0), inputs)["params"]
        (layer,) = measured(trace(one_example(model), params, jax.eval_shape(lambda: inputs)), 2, 0)
    assert (layer.layer, layer.layers, layer.weight) == ("Conv_0/kernel", 2, [3, 3, 16, 16])
    assert set(layer.seconds) == {"gram", "kernel", "materialised"}
    assert all(seconds > 0 for seconds in layer.seconds.values())
    work = msgspec.structs.replace(made_up(1.1).workloads["2nn"], routes=[layer])
    (row,) = shown.routes(msgspec.structs.replace(made_up(1.1), workloads={"2nn": work}))
    assert (row["layers"], row["weight"], row["input"]) == ("2", "3x3x16x16", "4x4x16")
    assert [route for route in layer.seconds if row[f"{route} us"].endswith("*")] == [layer.taken]


def test_the_table_has_the_weights_that_its_workload_names():
    work = workloads.WORKLOADS["table"]
    with jax.enable_x64(False):
        params = jax.eval_shape(work.model.init, jax.random.key(0), work.inputs(jax.random.key(1), 2))["params"]
    assert round(sum(leaf.size for leaf in jax.tree.leaves(params)) / 1e6, 1) == 2.6


@pytest.mark.parametrize("name", [name for name in workloads.of_device("cpu") if name != "resnet18"])
def test_every_way_to_1_sam_and_both_to_sgd_take_the_same_step_on_every_workload(name):
    work = replace(workloads.WORKLOADS[name], batch=2, at_once=1)
    if name == "vit":
        work = replace(work, model=workloads.ViT(depth=1))  # its blocks are alike, and take long to compile
    with jax.enable_x64(False):
        drawn = work.inputs(jax.random.key(0), 2)
        weights = jax.jit(work.model.init)(jax.random.key(1), drawn)["params"]
    inputs, params = jax.tree.map(lambda v: v.astype(float) if v.dtype == jax.numpy.float32 else v, (drawn, weights))
    targets = jax.nn.one_hot(jax.numpy.array([1, 2]), workloads.CLASSES, dtype=float)
    ways = step_times.directions(work)
    steps = [ways[step] for step in (step_times.FAST, *step_times.SLOW, step_times.ALIKE, step_times.BASE)]
    with promoting():  # Flax's LayerNorm needs it
        fast, *plainly, alike, sgd = (
            jax.tree.leaves(jax.jit(direction, compiler_options=quick_compile())(params, 0.01, inputs, targets)[0]) for direction in steps
        )
    for one_sam in plainly:
        assert all(jax.numpy.allclose(a, b, rtol=1e-9, atol=1e-9) for a, b in zip(fast, one_sam, strict=True))
    assert all(jax.numpy.allclose(a, b, rtol=1e-9, atol=1e-9) for a, b in zip(alike, sgd, strict=True))
