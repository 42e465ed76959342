"""Parts on disk: each is trained once, read back bit for bit, and never taken from another version, other data or a damaged file."""

import dataclasses
import os
import signal
import subprocess
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from empirical.digits import program as digits_program
from empirical.digits import runs as digits_runs
from empirical.digits.sweep import METHODS, arms, part, small
from empirical.experiments import table_1
from empirical.methods.named import METHODS as NAMED
from empirical.methods.named import direction
from empirical.methods.switch import Method
from empirical.report.experiment import Cost, Setup, seconds_in_turn
from empirical.report.summary import ACCURACIES, PROBES
from empirical.training.trainer import Trainer
from theory.compile_options import quick_compile

ARMS = {key.written: small(arm) for key, arm in arms(*METHODS, models=("2NN",)).items()}


@pytest.fixture
def trained(monkeypatch):
    """The settings that were trained, and not read."""
    calls = []

    def train(networks, *arguments):
        calls.append(networks[0])
        return digits_program.train(networks, *arguments)

    monkeypatch.setattr(digits_runs, "train", train)
    return calls


@pytest.mark.parametrize("name", ARMS)
def test_a_part_is_what_the_trainer_of_any_run_finds(name, tmp_path):
    """Column by column the same networks, though one program serves every corner of the switch."""
    arm = ARMS[name]
    curves = part(arm, 3, tmp_path, compiles_fast=True)
    assert set(curves) == set(arm.probe_names)
    for column, settings in enumerate(arm.settings(3)):
        trainer = Trainer(settings, digits_runs.images_of(3, 0.3, arm.train, 256), quick_compile())
        state, epochs = trainer.start(), []
        for index in range(arm.epochs):
            state, probes = trainer.advance(state, index)
            epochs.append(probes)
        for probe in arm.probe_names:
            expected = np.array([probes[probe] for probes in epochs])
            # one tenth of a thousandth: a point more or less of 128 that is guessed right would be 80 times as much
            np.testing.assert_allclose(curves[probe][:, column], expected, rtol=1e-4, atol=1e-6, err_msg=probe)


@pytest.mark.parametrize("name", ["sgd", "1-sam", "l-sam", "j-sam"])
def test_a_corner_that_is_chosen_as_a_program_runs_is_the_corner(name):
    from empirical.methods.losses import cross_entropy
    from empirical.training.models import MLP2

    model, method = MLP2(classes=3, width=5), NAMED[name]
    x, t = jax.random.normal(jax.random.key(1), (6, 4)), jax.nn.one_hot(jnp.arange(6) % 3, 3, dtype=jnp.float64)
    params = jax.tree.map(lambda leaf: leaf.astype(jnp.float64), model.init(jax.random.key(0), jnp.zeros((1, 4), jnp.float32))["params"])

    @jax.jit
    def chosen(logit, jacobian):
        return direction(model, cross_entropy, Method(logit, jacobian))(params, 0.3, x, t)[0]

    switched = chosen(method.logit_at == "w+eps", method.jacobian_at == "w+eps")
    wanted = direction(model, cross_entropy, method)(params, 0.3, x, t)[0]
    for a, b in zip(jax.tree.leaves(switched), jax.tree.leaves(wanted), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-15)


def test_a_place_that_a_program_decides_needs_shards_of_one_example():
    with pytest.raises(ValueError, match="needs shards of one example, got 4"):
        Method(jnp.bool_(True), "w", 4)


def test_a_finished_part_is_read_and_an_unfinished_run_goes_on_where_it_was(tmp_path, trained):
    arm = ARMS["2NN, 1-SAM"]
    first = [part(arm, seed, tmp_path, compiles_fast=True) for seed in range(2)]
    assert len(trained) == 2
    files = {path: path.read_bytes() for path in (tmp_path / "runs").iterdir()}
    assert len(files) == 2
    again = [part(arm, seed, tmp_path, compiles_fast=True) for seed in range(3)]  # as if the run had been killed before the third
    assert [settings.seed for settings in trained] == [0, 1, 2]
    for trained_curves, read_curves in zip(first, again, strict=False):
        assert all(np.array_equal(trained_curves[name], read_curves[name], equal_nan=True) for name in arm.probe_names)
    assert all(path.read_bytes() == content for path, content in files.items())
    next(iter(files)).unlink()
    part(arm, 0, tmp_path, compiles_fast=True)
    part(arm, 1, tmp_path, compiles_fast=True)
    assert {path: path.read_bytes() for path in files} == files  # trained anew, the same bytes


@pytest.mark.parametrize("harm", [b"", b"PK\x03\x04", "cut", "flipped", "other"])
def test_a_damaged_file_is_made_anew(tmp_path, trained, harm):
    arm = ARMS["2NN, SGD"]
    part(arm, 0, tmp_path, compiles_fast=True)
    (path,) = (tmp_path / "runs").iterdir()
    good = path.read_bytes()
    middle = len(good) // 2
    wrong = {"cut": good[:middle], "flipped": good[:middle] + bytes([good[middle] ^ 255]) + good[middle + 1 :]}
    if harm == "other":
        np.savez(path, **{name: np.zeros((arm.epochs, 2)) for name in arm.probe_names})
    else:
        path.write_bytes(wrong.get(harm, harm))
    part(arm, 0, tmp_path, compiles_fast=True)
    assert len(trained) == 2
    assert path.read_bytes() == good


def test_another_version_other_data_and_other_settings_have_other_names(tmp_path, monkeypatch):
    arm = ARMS["2NN, 1-SAM"]

    def name(arm=arm, seed=0, share=0.3, kept=ACCURACIES, compiles_fast=True):
        images = digits_runs.images_of(seed, share, arm.train, 256)
        return digits_runs.path_of(tmp_path, arm.settings(seed), images, kept, compiles_fast).name

    names = {
        name(),
        name(dataclasses.replace(arm, rate=0.4)),
        name(dataclasses.replace(arm, method="l-sam")),
        name(dataclasses.replace(arm, epochs=5)),
        name(seed=1),
        name(share=0.2),
        name(kept=PROBES),
        name(compiles_fast=False),
    }
    digits_runs.fingerprint.cache_clear()
    monkeypatch.setattr(digits_runs, "versions", lambda: {"jax": "0.0"})
    names.add(name())
    monkeypatch.undo()
    digits_runs.fingerprint.cache_clear()
    monkeypatch.setattr(digits_runs, "SOURCES", digits_runs.SOURCES[1:])
    names.add(name())
    monkeypatch.undo()
    digits_runs.fingerprint.cache_clear()
    assert len(names) == 10


def test_every_module_that_training_imports_counts_as_a_source():
    code = "import sys, empirical.digits.program, empirical.data.digits; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=digits_runs.ROOT).stdout.split()
    files = {name.replace(".", "/") + ".py" for name in loaded if name.split(".")[0] in {"empirical", "theory"}}
    files = {name for name in files if (digits_runs.ROOT / name).exists()}  # packages are folders
    left = {name for name in files if name not in digits_runs.SOURCES and name.rsplit("/", 1)[0] not in digits_runs.SOURCES}
    assert left == set()
    assert {name for name in digits_runs.SOURCES if name.endswith(".py")} <= files
    assert all((digits_runs.ROOT / name).exists() for name in digits_runs.SOURCES)


def test_costs_that_experiments_share_are_counted_once():
    first, second = Cost(5.0, 1.0, parts={"a": 2.0, "b": 3.0}), Cost(6.0, 1.0, parts={"b": 3.0, "c": 1.0})
    assert seconds_in_turn([first, second, first, Cost(4.0, 1.0)]) == [5.0, 3.0, 0.0, 4.0]


def test_a_run_that_was_killed_goes_on_and_ends_as_if_it_had_not_been(tmp_path):
    killed, alone = tmp_path / "killed", tmp_path / "alone"
    call = [sys.executable, "-m", "empirical", "run", "table-1-digits", "--profile", "smoke", "--out", str(killed)]
    started = subprocess.Popen(call, cwd=digits_runs.ROOT, env={**os.environ, "JAX_ENABLE_X64": "1"}, stdout=subprocess.DEVNULL)
    with started:
        until = time.monotonic() + 120
        while len(list(killed.glob("runs/*.npz"))) < 2 and time.monotonic() < until:
            time.sleep(0.02)
        started.kill()
    assert started.returncode == -signal.SIGKILL
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in killed.glob("runs/*.npz")}
    assert before
    results = [table_1.ON_DIGITS.run(Setup(profile="smoke", out=out)) for out in (killed, alone)]
    assert results[0] == results[1]
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in before} == before  # not trained again
    ends = [{path.name: path.read_bytes() for path in out.glob("runs/*.npz")} for out in (killed, alone)]
    assert ends[0] == ends[1]
