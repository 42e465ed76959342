"""Operations counted from the layers against XLA's own count, networks that experiments share, and the plan that shows both."""

import re
from dataclasses import replace

import jax
import jax.numpy as jnp
import pytest

from empirical import __main__ as command
from empirical.bench import __main__ as bench
from empirical.cli.setup import DATA
from empirical.data.data_spec import CIFAR10, FLOWERS102, TINY_IMAGENET
from empirical.experiments import experiments
from empirical.images import cost as image_cost
from empirical.images.arms import BASES, Arm, Sample, arms
from empirical.images.cost import UNMEASURED, cost, counts_of, speed, work
from empirical.methods.penalty import Gammas
from empirical.report.experiment import Setup
from empirical.training.recipe import recipe
from empirical.training.settings import Settings
from reports import ledger

METHODS = {
    "sgd": {},
    "1-sam": {},
    "l-sam": {},
    "j-sam": {},
    "n-sam": {},
    "m-sam": {"shard": 8},
    "penalty": {"reading": "printed", "gammas": (0.1, 0.01)},
}
DENSE = [(model, None, method) for model in ("dln", "2nn") for method in METHODS]
NARROW = [("resnet18", 16, method) for method in ("sgd", "1-sam", "n-sam")]


def counted_by_xla(model, width, method, batch=16, side=32):
    """Return the operations of one example in a step, as XLA counts them before it compiles anything."""
    made = recipe(Settings(model=model, width=width, method=method, batch=batch, **METHODS[method]), 10)
    inputs, targets = (jax.ShapeDtypeStruct(shape, jnp.float32) for shape in ((batch, side, side, 3), (batch, 10)))
    params = jax.eval_shape(made.model.init, jax.random.key(0), inputs)["params"]
    number = jax.ShapeDtypeStruct((), jnp.float32)
    strength = Gammas(number, number) if METHODS[method].get("gammas") else number
    lowered = jax.jit(lambda *at: made.direction(*at)[0]).lower(params, strength, inputs, targets)
    return lowered.cost_analysis()["flops"] / batch


@pytest.mark.parametrize(("model", "width", "method"), [*DENSE, *NARROW])
def test_counted_operations_equal_the_count_of_xla(model, width, method):
    """Our count leaves out entrywise operations, and it counts multiplications by a convolution's padding."""
    with jax.numpy_dtype_promotion("standard"):
        expected = counted_by_xla(model, width, method)
    assert counts_of(model, width, 32, 10).step(method) == pytest.approx(expected, rel=0.25)


ARM = Arm(model="2nn", method="1-sam", width=20, epochs=3, probed=10, sample=Sample(shrink=4, train=40, held_out=5, test=6))


def test_the_work_of_a_network_by_hand():
    """Weights: 192 x 20 and 20 x 10. One layer needs no input gradient; rules take three products of a vector with itself a layer."""
    first, second = 2 * 192 * 20, 2 * 20 * 10
    step = 3 * (first + second) + 2 * second + 2 * 3 * (192 + 20 + 20 + 10)
    probe = 2 * (first + second) + 2 * second + 2 * 3 * (192 + 20 + 20 + 10)
    assert work(ARM).flops == 3 * (40 * step + 10 * probe + (6 + 5) * (first + second))


def test_memory_grows_with_the_arrays_that_are_held():
    big = replace(ARM, width=500)
    assert work(replace(big, momentum=0.9)).memory - work(big).memory == 4 * (192 * 500 + 500 * 10)
    n_sam, m_sam = (work(replace(big, method=method, shard=shard)).memory for method, shard in (("n-sam", None), ("m-sam", 8)))
    assert m_sam - n_sam == 15 * 4 * 3 * (192 * 500 + 500 * 10)  # each of sixteen shards has separate weights
    conv = Arm(model="resnet18", method="1-sam", width=8)
    assert counts_of("resnet18", 8, 32, 10).formed > 0
    assert work(conv).memory - work(replace(conv, method="sgd")).memory == 8 * 128 * counts_of("resnet18", 8, 32, 10).formed


def test_a_data_set_brings_its_own_number_and_size_of_images():
    whole = replace(ARM, sample=Sample())
    small, many, large = (work(whole, data).flops for data in (CIFAR10, TINY_IMAGENET, FLOWERS102))
    assert 2 * small < many < 2.5 * small  # twice the images, and more classes
    share = (FLOWERS102.train + FLOWERS102.test) / (CIFAR10.train + CIFAR10.test)
    assert large > 2 * share * small  # four times the pixels, of fewer images, most of which are only tested on


def test_the_cost_names_each_network_once_and_measures_only_when_asked(monkeypatch):
    asked = []
    monkeypatch.setattr(image_cost, "speed", lambda *size: asked.append(size) or 1e9)
    priced = cost(lambda profile: arms(profile, ("2NN",), ("SGD", "1-SAM")).values(), 3)
    plain = priced(Setup(profile="pocket"))
    assert not asked
    assert len(plain.flops) == 3 * (1 + len(BASES["pocket"]["2NN"].rhos))
    assert plain.parts == {name: pytest.approx(flops / UNMEASURED) for name, flops in plain.flops.items()}
    measured = priced(Setup(profile="pocket", measure=True))
    assert asked
    assert measured.seconds == pytest.approx(sum(plain.flops.values()) / 1e9)
    tiny_imagenet = cost(lambda profile: arms(profile, ("2NN",), ("SGD",)).values(), 3, TINY_IMAGENET)(Setup(profile="pocket"))
    cifar = cost(lambda profile: arms(profile, ("2NN",), ("SGD",)).values(), 3)(Setup(profile="pocket"))
    assert cifar.flops.keys() <= plain.flops.keys()
    assert not tiny_imagenet.flops.keys() & plain.flops.keys()


def test_so_many_epochs_cost_their_share():
    priced = cost(lambda profile: arms(profile, ("2NN",), ("SGD",)).values(), 3)
    whole, few, beyond = (priced(Setup(profile="pocket", epochs=epochs)) for epochs in (None, 4, 4000))
    share = 4 / BASES["pocket"]["2NN"].epochs
    assert sum(few.flops.values()) == pytest.approx(share * sum(whole.flops.values()))
    assert beyond.flops == whole.flops


def test_the_speed_is_operations_over_seconds(monkeypatch):
    """A clock that moves a quarter of a second a reading: one before the first program, one after each of three, and one at the end."""
    monkeypatch.setattr(image_cost, "MEASURED_S", 0.6)
    monkeypatch.setattr(image_cost.time, "perf_counter", iter([0.0, 0.25, 0.5, 0.75, 1.0]).__next__)
    flops_s = speed("2nn", 7, 8, 4)
    assert flops_s == 4 * counts_of("2nn", 7, 8, 10).step("sgd") * 3 / 1.0


def test_a_residual_network_is_measured_by_a_block_of_each_stage(monkeypatch):
    """Two convolutions of 3 x 3, channels doubled and pixels a side halved from stage to stage."""
    asked = []
    monkeypatch.setattr(image_cost, "_seconds", lambda *block: asked.append((block[1].shape, block[2])) or 0.5)
    flops_s = speed("resnet18", 2, 8, 4)
    assert asked == [((4, 8, 8, 2), True), ((4, 4, 4, 4), True), ((4, 2, 2, 8), True), ((4, 1, 1, 16), True)]
    products = sum(2 * (2 * pixels**2 * 9 * channels**2) for pixels, channels in ((8, 2), (4, 4), (2, 8), (1, 16)))
    assert flops_s == 4 * 3 * products / 2.0


@pytest.fixture
def planned(monkeypatch, capsys):
    """Return the lines of a plan as a terminal of 80 columns shows them."""
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv(DATA, raising=False)
    monkeypatch.setattr(image_cost, "speed", lambda *_: 1e12)

    def lines(*arguments):
        assert command.main(["plan", *arguments]) == 0
        return capsys.readouterr().out.splitlines()

    return lines


def test_the_plan_lists_each_experiment_on_one_line_in_80_columns(planned):
    lines = planned("--profile", "paper")
    assert max(map(len, lines)) <= 80
    firsts = [line.split(" ")[0] for line in lines]
    for name in experiments():
        assert firsts.count(name) >= 1, f"{name} is missing or broken over two lines"


def test_an_experiment_that_cannot_run_here_is_listed_with_its_networks_operations_memory_and_reason(planned):
    lines = planned("table-1", "fig-3a", "--profile", "paper")
    row = next(line for line in lines if line.startswith("table-1"))
    assert re.fullmatch(r"table-1 +3 +\d+ +\d\.\de1\d +\S+ \S+ +[\d.]+ GiB +not here", row.strip())
    assert "cannot run here: no images: give a folder of cifar-10 with --data" in lines
    assert re.fullmatch(r"1 experiment not here: about \S+ \S+, \d+ networks on images \(\d\.\de1\d flops\)", lines[-1])
    assert lines[-2].startswith("1 experiment here: about ")


@pytest.mark.parametrize(("profile", "mark"), [("pocket", "reduced"), ("paper", "")])
def test_only_a_run_at_the_papers_settings_is_not_marked_reduced(planned, tmp_path, profile, mark):
    for number in range(10):
        for part in ("train", "test"):
            (tmp_path / part / str(number)).mkdir(parents=True)
    row = next(line for line in planned("table-1", "--profile", profile, "--data", str(tmp_path)) if line.startswith("table-1"))
    assert re.search(r"[GM]iB *(\S*) *$", row)[1] == mark


def test_the_total_counts_a_network_that_two_experiments_share_once(planned):
    alone = planned("table-1", "--profile", "paper")[-1]
    lines = planned("table-1", "table-1", "fig-1", "--profile", "paper")
    shared = next(line for line in lines if line.startswith("fig-1")).split()
    assert shared[2:4] != ["0", "0.0e0"]
    assert lines[-1] == alone.replace("1 experiment", "2 experiments", 1), "Figure 1 takes two rows of Table 1"
    assert "0 s" in " ".join(shared)


def test_every_experiment_of_the_ledger_has_code_that_speaks_about_it():
    timed = bench.experiment(bench.Bench())  # a separate command
    spoken = {target.claim for experiment in (*experiments().values(), timed) for target in experiment.targets}
    missing = [claim.id for claim in ledger.read().claims if claim.kind == "experiment" and claim.id not in spoken]
    assert not missing, f"no experiment speaks about {', '.join(missing)}"


def test_every_figure_and_table_has_an_experiment_at_the_papers_scale():
    """Stand-ins on digits do not count."""
    spoken = {target.claim for experiment in experiments().values() if experiment.qualifier != "stand-in" for target in experiment.targets}
    figures = [claim.id for claim in ledger.read().claims if claim.id.startswith(("fig-", "table-")) and claim.kind == "experiment"]
    missing = [name for name in figures if name not in spoken]
    assert len(figures) >= 16
    assert not missing, f"only stand-ins speak about {', '.join(missing)}"
