"""A run killed at any moment ends bitwise as an undisturbed run; a folder that cannot take a run is refused with one message, and kept."""

import dataclasses
import io
import json
import multiprocessing
import re
import resource
import signal
import time
from types import SimpleNamespace

import jax
import numpy as np
import pytest

from empirical.data.images import Images, Split
from empirical.training import checkpoint, pace, run_files, run_folder
from empirical.training.run_files import CHECKPOINT, CONFIG, METRICS, ORIGIN, RunError
from empirical.training.run_folder import name_of, read, run
from empirical.training.settings import Settings, SettingsError
from empirical.training.trainer import Trainer
from reports.evidence import EvidenceError, write_whole
from theory.compile_options import quick_compile

RESULTS = (CONFIG, METRICS, CHECKPOINT, "state-*")
TINY = Settings(model="dln", width=2, method="n-sam", momentum=0.9, batch=4, epochs=4, rho=0.3, rate=0.1)
LONG = dataclasses.replace(TINY, epochs=300)


def made_up(seed=0, n=8):
    random = np.random.default_rng(seed)

    def split(count):
        labels = random.integers(2, size=count).astype(np.int32)
        return Split(random.integers(256, size=(count, 3)).astype(np.uint8), labels, np.roll(labels, 1))

    return Images("made up", 2, split(n), split(2), split(4), np.zeros(1), np.full(1, 255.0))


def train(folder, settings=TINY, data=None, **options):
    return run(folder, settings, data or made_up(), compiler=quick_compile(), **options)


def contents(folder):
    return {path.name: path.read_bytes() for name in RESULTS for path in folder.glob(name)}


def arrays_of(folder):
    checkpoint = json.loads((folder / CHECKPOINT).read_text())
    content = b"".join((folder / name).read_bytes() for name in checkpoint["files"])
    with np.load(io.BytesIO(content)) as file:
        return {name: file[name] for name in file.files}


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("finished") / "run"
    train(folder, command="python -m empirical run made-up")
    return folder


# --- the files that are written ---


def test_each_epoch_has_a_line_and_reads_as_one_array_for_each_probe(finished):
    lines = [json.loads(line) for line in (finished / METRICS).read_text().splitlines()]
    assert [line["epoch"] for line in lines] == [1, 2, 3, 4]
    whole_run = read(finished)
    assert (whole_run.done, whole_run.epochs, whole_run.settings, whole_run.data) == (True, 4, TINY, made_up().fingerprint)
    assert whole_run.metrics["test_accuracy"].shape == (4,)
    assert [[whole_run.metrics["test_loss"][2]]] == lines[2]["test_loss"]


def test_the_run_is_the_trainer_and_the_checkpoint_its_last_state(finished):
    trainer = Trainer(TINY, made_up(), quick_compile())
    state = trainer.start()
    for epoch in range(4):
        state, probes = trainer.advance(state, epoch)
        for name, values in read(finished).metrics.items():
            assert np.array_equal(values[epoch], probes[name].astype(float), equal_nan=True), name
    assert json.loads((finished / CHECKPOINT).read_text()) == {"schema": 1, "epoch": 4, "files": ["state-4.npz"]}
    leaves = {jax.tree_util.keystr(path): leaf for path, leaf in jax.tree_util.tree_flatten_with_path(state)[0]}
    arrays = arrays_of(finished)
    assert arrays.keys() == leaves.keys()
    assert all(np.array_equal(arrays[name], np.asarray(leaf)[None, None]) for name, leaf in leaves.items())


def test_a_metric_without_a_number_is_written_as_text_and_read_back(tmp_path):
    data = made_up()
    clean = dataclasses.replace(data, train=dataclasses.replace(data.train, given=data.train.clean))
    short_run = train(tmp_path / "run", dataclasses.replace(TINY, epochs=1), clean)
    assert '"noisy_loss":[["nan"]]' in (tmp_path / "run" / METRICS).read_text()
    assert np.isnan(short_run.metrics["noisy_loss"]).all()
    assert np.isfinite(short_run.metrics["clean_loss"]).all()


def test_provenance_says_where_and_from_what(finished):
    (part,) = json.loads((finished / ORIGIN).read_text())["parts"]
    origin = part["provenance"]
    assert part["epoch"] == 1
    assert origin["command"] == "python -m empirical run made-up"
    assert origin["data"] == made_up().fingerprint
    assert {"jax", "optax", "scikit-learn"} <= origin["versions"].keys()
    assert origin["timing"]["wall_s"] > 0


def test_the_name_tells_settings_and_data_apart_and_not_how_a_number_is_written():
    data = made_up()
    name = name_of(TINY, data)
    assert re.fullmatch(r"made up-dln-n-sam-[0-9a-f]{12}", name)
    assert name_of(dataclasses.replace(TINY, decay=0), data) == name
    changed = [name_of(dataclasses.replace(TINY, epochs=5), data), name_of(TINY, made_up(1))]
    assert len({name, *changed}) == 3


# --- going on ---


def test_a_finished_run_is_left_as_it_is(finished, monkeypatch):
    monkeypatch.setattr("empirical.training.run_folder.Trainer", lambda *_: pytest.fail("a finished run was trained again"))
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in finished.iterdir() if path.name != ".lock"}
    assert train(finished).done
    assert before == {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in finished.iterdir() if path.name != ".lock"}


class Stopped(Exception):
    pass


def stop_after(epochs):
    def tell(done):
        if done == epochs:
            raise Stopped

    return tell


@pytest.mark.parametrize(("stop", "every"), [(1, 1), (3, 2), (1, 3)])
def test_a_run_that_was_stopped_goes_on_from_its_checkpoint(finished, tmp_path, stop, every):
    folder = tmp_path / "run"
    with pytest.raises(Stopped):
        train(folder, every=every, tell=stop_after(stop))
    assert read(folder).epochs == stop
    (folder / ".checkpoint.json.abc.part").write_bytes(b"half")  # a kill leaves this of a file that is replaced whole
    (folder / "state-99.npz").write_bytes(b"half")  # and of a state whose checkpoint was never written
    with (folder / METRICS).open("ab") as file:
        file.write(b'{"epoch": 99, "test_')  # and of a line
    told = []
    assert train(folder, tell=told.append).done
    assert told == list(range(stop - stop % every + 1, 5))
    assert contents(folder) == contents(finished)
    assert not list(folder.glob(".*.part"))
    assert [part["epoch"] for part in json.loads((folder / ORIGIN).read_text())["parts"]] == [1, told[0]]


# Children are forked from a server that has imported everything but has not started JAX: 20 of them cost seconds, not a minute.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__])


def train_long(folder, within):
    if within:  # for this process alone: a checkpoint after each step and each chunk
        pace.PIECE_S, run_folder.SAVED_S = 0.0, -1.0
    train(folder, LONG)


def child(folder, within=False):
    process = PROCESSES.Process(target=train_long, args=(folder, within))
    process.start()
    return process


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("undisturbed") / "run"
    process = child(folder)
    process.join()
    assert process.exitcode == 0
    return folder


def lines_in(folder):
    return (folder / METRICS).read_bytes().count(b"\n") if (folder / METRICS).exists() else 0


@pytest.mark.parametrize("within", [False, True], ids=["epochs", "within epochs"])
@pytest.mark.parametrize("seed", range(2))
def test_killed_five_times_at_random_moments_a_run_ends_bitwise_as_if_left_alone(undisturbed, tmp_path, seed, within):
    folder, random = tmp_path / "run", np.random.default_rng(seed)
    for number in range(5):
        before, process = lines_in(folder), child(folder, within)
        if number == 0:  # while it starts
            time.sleep(random.uniform(0, 0.5))
        else:  # in any part of an epoch, after the first new line
            while lines_in(folder) <= before and process.is_alive():
                time.sleep(0.001)
            time.sleep(random.uniform(0, 0.03))
        process.kill()
        process.join()
        assert process.exitcode == -signal.SIGKILL, "the run was over before it was killed; make it longer"
        assert number == 0 or before < lines_in(folder) < LONG.epochs
    process = child(folder)
    process.join()
    assert process.exitcode == 0
    assert contents(folder) == contents(undisturbed)
    assert len(json.loads((folder / ORIGIN).read_text())["parts"]) >= 5  # the first kill may have come before the first stretch


def test_two_processes_on_one_folder_are_refused_and_the_first_goes_on(tmp_path):
    folder = tmp_path / "run"
    process = child(folder)
    while not lines_in(folder) and process.is_alive():
        time.sleep(0.001)
    with pytest.raises(RunError, match=r"one process at a time may use .*, and another one does; wait for it or choose another folder"):
        train(folder, LONG)
    assert read(folder).epochs >= 1  # looking is allowed
    process.kill()
    process.join()
    assert process.exitcode == -signal.SIGKILL


# --- refused calls, and the files that are still there afterwards ---


def refused(folder, message, settings=TINY, data=None):
    before = {path: path.read_bytes() for path in folder.iterdir()} if folder.is_dir() else {}
    with pytest.raises(RunError, match=message):
        train(folder, settings, data)
    assert before == {path: path.read_bytes() for path in before}


@pytest.fixture
def copy(finished, tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    for name, content in (contents(finished) | {ORIGIN: (finished / ORIGIN).read_bytes()}).items():
        (folder / name).write_bytes(content)
    return folder


def test_other_settings_are_refused_by_name(copy):
    refused(
        copy,
        "belongs to a run of other settings: rho = 0.3 there and 0.4 here",
        dataclasses.replace(TINY, rho=0.4),
    )


OLD = {
    "schema": 1,
    "settings": {
        "model": "resnet18",
        "width": 64,
        "loss": "cross-entropy",
        "method": "penalty",
        "shard": None,
        "reading": "printed",
        "gammas": [[0.03, 0.003]],
        "seeds": [1],
        "rhos": [0.01],
        "rates": [0.01],
        "optimiser": "sgd",
        "momentum": 0.0,
        "decay": 0.0005,
        "decay_inside": False,
        "batch": 128,
        "epochs": 200,
        "trace_draws": 0,
        "probed": 5000,
        "chunk": 256,
        "precision": "float32",
    },
    "data": ["cifar 5e2c406c9c95e3a1"],
}
"""The config of a run that was trained when a folder could hold several networks."""


def test_a_folder_of_an_earlier_version_is_read_and_keeps_its_name(tmp_path):
    (tmp_path / CONFIG).write_text(json.dumps(OLD, indent=2) + "\n")
    (tmp_path / METRICS).write_text('{"epoch":1,"noisy_loss":[["nan"]],"test_accuracy":[[0.25]]}\n')
    (tmp_path / CHECKPOINT).write_text('{"schema": 1, "epoch": 1, "files": ["state-1.npz"]}\n')
    old_run = read(tmp_path)
    assert (old_run.settings.gammas, old_run.settings.seed, old_run.settings.rho, old_run.settings.rate) == ((0.03, 0.003), 1, 0.01, 0.01)
    assert old_run.metrics["test_accuracy"].tolist() == [0.25]
    assert np.isnan(old_run.metrics["noisy_loss"]).tolist() == [True]
    (name,) = OLD["data"]
    assert name_of(old_run.settings, SimpleNamespace(name="cifar", fingerprint=name)) == "cifar-resnet18-penalty-7695d87ae473"
    assert run_files.encode_config(run_files.config_in(tmp_path)) == (tmp_path / CONFIG).read_bytes()


def with_setting(name, value):
    """Return the config of an earlier version with another value of one setting."""
    return json.dumps(OLD | {"settings": OLD["settings"] | {name: value}}).encode()


def test_other_data_is_refused(copy):
    refused(copy, "belongs to a run on other data", data=made_up(1))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            b'{"schema": 2, "whatever": []}',
            r"config.json was written by a newer version \(schema 2, this one reads 1\); update this project",
        ),
        (b'{"schema": "1"}', "must have schema 1, got '1'"),
        (b"[]", "must have schema 1, got None"),
        (b'{"schema": 1, "settings": {}}', "config.json is damaged: .*missing required field `model`.*; delete its folder"),
        (with_setting("rhos", [-1]), "config.json is damaged: rho must be finite"),
        (
            with_setting("optimiser", "adam"),
            "this version cannot train: optimiser must be sgd, got 'adam'; choose another",
        ),
        (
            with_setting("decay_inside", True),
            "this version cannot train: decay_inside must be False, got True; choose",
        ),
        (
            with_setting("trace_draws", 2),
            "this version cannot train: trace_draws must be 0, got 2; choose another folder",
        ),
        (with_setting("seeds", [0, 1]), "seeds must hold one value, since a folder holds one network, got 2; choose another folder"),
        (with_setting("rhos", []), "rhos must hold one value, since a folder holds one network, got 0; choose another folder"),
        (with_setting("gammas", [[1, 1], [2, 2]]), "gammas must hold one value, since a folder holds one network, got 2"),
        (
            with_setting("model", "linear"),
            "config.json is damaged: the model must be one of dln, .*, got 'linear'",
        ),
        (b'{"schema"', "config.json is damaged"),
        (b'{"schema": 1, "settings": "\xff"}', "config.json is damaged"),
    ],
)
def test_a_folder_of_a_newer_version_or_a_damaged_one_is_refused(copy, content, message):
    (copy / CONFIG).write_bytes(content)
    refused(copy, message)
    with pytest.raises(RunError, match=message):
        read(copy)


def test_results_without_a_config_are_refused(copy):
    (copy / CONFIG).unlink()
    refused(copy, "holds results but no config.json, so nobody knows of what; choose another folder")
    with pytest.raises(RunError, match=r"a run folder holds config.json, but .* does not"):
        read(copy)


def test_a_folder_that_lost_its_provenance_says_how_to_go_on(copy):
    (copy / ORIGIN).unlink()
    with pytest.raises(RunError, match=r"provenance.json must be readable, but No such.*; mend that, or delete its folder and run again"):
        run_folder.stretches(copy)


def with_state(folder, content):
    checkpoint = json.loads((folder / CHECKPOINT).read_text())
    (folder / checkpoint["files"][0]).write_bytes(content)


def test_a_damaged_checkpoint_is_refused(copy):
    state = copy / "state-4.npz"
    whole, arrays = state.read_bytes(), arrays_of(copy)
    inside = whole.index(list(arrays.values())[-1].tobytes())  # one bit of one weight
    turned = whole[:inside] + bytes([whole[inside] ^ 1]) + whole[inside + 1 :]
    for content in (whole[:-30], b"", b"text", turned):
        state.write_bytes(content)
        refused(copy, r"the state of .* \(state-4.npz\) is damaged: .*; delete checkpoint.json to train from the start")
    state.unlink()
    refused(copy, r"the state of .* \(state-4.npz\) is damaged: No such file.*; delete checkpoint.json to train from the start")
    (copy / CHECKPOINT).write_text('{"schema": 1, "epo')
    refused(copy, r"checkpoint.json is damaged: .*; delete its folder and run again")


@pytest.mark.parametrize("epoch", [0, 5])
def test_a_checkpoint_of_more_epochs_than_the_run_has_is_refused(copy, epoch):
    checkpoint = json.loads((copy / CHECKPOINT).read_text())
    (copy / CHECKPOINT).write_text(json.dumps(checkpoint | {"epoch": epoch}))
    refused(copy, f"must hold between 1 and 4 epochs, or a part of one, got {epoch} and 0 of 1 parts; delete it to train from the start")


@pytest.mark.parametrize("changes", [{"another": np.zeros(2)}, {".params['Dense_0']['kernel']": np.zeros((1, 1, 3, 2))}])  # float64
def test_a_checkpoint_of_another_run_is_refused(copy, changes):
    checkpoint = json.loads((copy / CHECKPOINT).read_text())
    (copy / CHECKPOINT).write_text(json.dumps(checkpoint | {"epoch": 2}))
    buffer = io.BytesIO()
    np.savez(buffer, **{**arrays_of(copy), **changes})
    with_state(copy, buffer.getvalue())
    with pytest.raises(RunError, match="tells of other arrays than this version trains"):
        train(copy)


def test_a_state_without_arrays_is_refused_and_not_taken_for_a_fresh_start(copy):
    checkpoint = json.loads((copy / CHECKPOINT).read_text())
    (copy / CHECKPOINT).write_text(json.dumps(checkpoint | {"epoch": 2}))
    buffer = io.BytesIO()
    np.savez(buffer)
    with_state(copy, buffer.getvalue())
    with pytest.raises(RunError, match="tells of other arrays than this version trains"):
        train(copy)


def test_a_large_state_is_cut_into_pieces_that_make_the_same_run(finished, tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint, "PIECE", 200)
    folder = tmp_path / "run"
    with pytest.raises(Stopped):
        train(folder, tell=stop_after(2))
    pieces = sorted(folder.glob("state-*"), key=lambda path: int(path.suffix[1:]))
    assert [path.name for path in pieces] == [f"state-2.npz.{number}" for number in range(len(pieces))]
    assert len(pieces) > 2
    assert {path.stat().st_size for path in pieces[:-1]} == {200}
    train(folder)
    assert (folder / METRICS).read_bytes() == (finished / METRICS).read_bytes()
    state, whole = arrays_of(folder), arrays_of(finished)
    assert all(np.array_equal(state[name], whole[name]) for name in whole)


@pytest.mark.parametrize("name", ["state-2.npz.0", "state-2.npz.2", CHECKPOINT])
def test_a_disk_that_is_full_within_a_checkpoint_leaves_the_one_before(finished, tmp_path, monkeypatch, name):
    """Whichever of its pieces finds no room."""
    folder = tmp_path / "run"
    monkeypatch.setattr(checkpoint, "PIECE", 200)
    with pytest.raises(Stopped):
        train(folder, tell=stop_after(1))

    def full(path, content):
        if path.name == name:
            raise EvidenceError(f"{path} could not be written: No space left on device")
        write_whole(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(run_files, "write_whole", full)
        with pytest.raises(RunError, match=f"{name} could not be written: No space.*make room and run again: it goes on from the last"):
            train(folder)
    assert json.loads((folder / CHECKPOINT).read_text())["epoch"] == 1
    train(folder)
    assert (folder / METRICS).read_bytes() == (finished / METRICS).read_bytes()
    pieces = json.loads((folder / CHECKPOINT).read_text())["files"]
    assert {path.name for path in folder.glob("state-*")} == set(pieces), "what did not count is cleared away"


def test_a_run_stops_after_the_given_epochs_and_goes_on(finished, tmp_path):
    folder = tmp_path / "run"
    assert train(folder, stop=2).epochs == 2
    lines = (folder / METRICS).read_bytes()
    assert (finished / METRICS).read_bytes().startswith(lines)
    assert lines.count(b"\n") == 2
    assert train(folder, stop=1).epochs == 2, "nothing is taken back"
    assert train(folder, stop=99).done
    assert (folder / METRICS).read_bytes() == (finished / METRICS).read_bytes()


@pytest.fixture
def clock(monkeypatch):
    """A clock that goes on by ten seconds for each step and each chunk, of which an epoch of `TINY` has two and three."""
    fake_time = SimpleNamespace(now=time.time() - 10000, time=lambda: fake_time.now)
    take = Trainer.take

    def slowly(self, midway, index, first, count):
        fake_time.now += 10 * count
        return take(self, midway, index, first, count)

    monkeypatch.setattr(Trainer, "take", slowly)
    for module in (pace, run_folder):
        monkeypatch.setattr(module, "time", fake_time)
    return fake_time


def test_a_run_stops_in_time_wherever_in_an_epoch_it_is_and_goes_on(finished, tmp_path, clock):
    folder, began = tmp_path / "run", clock.now
    assert train(folder, until=began).epochs == 0
    for tens in (1, 4, 5, 12, 17):  # within the steps, between chunks, after an epoch
        assert train(folder, until=began + 10 * tens).epochs == tens // 5
        assert clock.now == began + 10 * tens
        at = json.loads((folder / CHECKPOINT).read_text())
        assert (at["epoch"], at.get("unit", 0), at.get("units", 1)) == (tens // 5, tens % 5, 5 if tens % 5 else 1)
        assert run_folder.epochs_in(folder) == tens / 5
    assert train(folder).done
    assert contents(folder) == contents(finished)


def test_a_run_that_writes_few_checkpoints_writes_one_when_its_time_is_over(finished, tmp_path, clock):
    folder, began = tmp_path / "run", clock.now
    assert train(folder, until=began + 100, every=9).epochs == 2
    assert run_folder.epochs_in(folder) == 2
    assert train(folder, until=began + 200, every=9).done
    assert contents(folder) == contents(finished)


def test_a_long_epoch_is_kept_every_minute_and_a_kill_costs_no_more(finished, tmp_path, clock, monkeypatch):
    monkeypatch.setattr(run_folder, "SAVED_S", 25.0)
    folder, began = tmp_path / "run", clock.now
    with pytest.raises(Stopped):
        train(folder, tell=stop_after(1.6))
    assert clock.now == began + 80
    told = []
    assert train(folder, tell=told.append).done
    assert told == [2, 2.6, 3, 3.6, 4]
    assert clock.now == began + 200, "nothing was done twice"
    assert contents(folder) == contents(finished)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"unit": 5}, "got 0 and 5 of 5 parts; delete it to train from the start"),
        ({"units": 6}, "other arrays than this version trains; delete it to train from the start"),
        ({"units": 0}, "is damaged: Expected `int` >= 1 .*; delete its folder and run again"),
    ],
)
def test_a_checkpoint_within_an_epoch_of_other_parts_is_refused(tmp_path, clock, change, message):
    folder = tmp_path / "run"
    train(folder, until=clock.now + 40)
    (folder / CHECKPOINT).write_text(json.dumps(json.loads((folder / CHECKPOINT).read_text()) | change))
    with pytest.raises(RunError, match=message):
        train(folder)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lines: lines[:3], "must hold the 4 epochs of the checkpoint, got 3; delete the folder and run again"),
        (lambda lines: [lines[1], *lines[1:]], "line 1 of .*metrics.jsonl must be of epoch 1"),
        (lambda lines: [*lines[:3], b"{"], "line 4 of .*metrics.jsonl is damaged"),
        (lambda lines: [*lines[:3], b"[]"], "line 4 of .*metrics.jsonl is damaged"),
    ],
)
def test_damaged_metrics_are_refused(copy, change, message):
    lines = (copy / METRICS).read_bytes().splitlines()
    (copy / METRICS).write_bytes(b"".join(line + b"\n" for line in change(lines)))
    refused(copy, message)


def test_a_folder_that_cannot_be_is_refused(tmp_path):
    (tmp_path / "file").write_text("")
    refused(tmp_path / "file", "must be writable, but .*; choose another folder")
    refused(tmp_path / "file" / "run", "must be writable, but .*; choose another folder")


@pytest.mark.parametrize(("limit", "epochs"), [(800, 0), (1600, 1)])
def test_a_full_disk_is_told_and_the_run_goes_on_later(finished, tmp_path, limit, epochs):
    """A limit on the size of files stands in for the disk: config and first checkpoint fit or not, later lines do not."""
    folder, before = tmp_path / "run", resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        with pytest.raises(
            RunError, match=r"could not be written: File too large.*make room and run again: it goes on from the last checkpoint"
        ):
            train(folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert (folder / CHECKPOINT).exists() == bool(epochs)
    train(folder)
    assert contents(folder) == contents(finished)


def test_settings_that_json_cannot_keep_and_a_checkpoint_every_no_epochs_are_refused(tmp_path):
    with pytest.raises(SettingsError, match="settings must be plain numbers and text, as JSON keeps them"):
        train(tmp_path, dataclasses.replace(TINY, seed=np.int64(0)))
    with pytest.raises(RunError, match="a checkpoint is written after every so many epochs, at least 1, got 0"):
        train(tmp_path, every=0)
    assert not list(tmp_path.iterdir())
