"""What one lease leaves for the next: whole or not at all, the most needed first, and nothing lost where it cannot be used."""

import json
import shutil
import time

import numpy as np
import pytest

from empirical.training import carried, carry
from empirical.training.carried import FILES, LIST, CarryError, carried_in
from empirical.training.carry import Carrier
from empirical.training.checkpoint import Checkpoint, save_state
from empirical.training.metrics import append_metrics
from empirical.training.run_files import (
    CHECKPOINT,
    CONFIG,
    METRICS,
    ORIGIN,
    SCHEMA,
    Origin,
    Part,
    RunError,
    claim,
    config_of,
    encode,
    locked,
)
from empirical.training.run_folder import epochs_in, name_of, read
from empirical.training.settings import Settings
from reports.evidence import EvidenceError, write_whole
from reports.files import MIB
from reports.provenance import provenance
from tests.empirical.training.test_run_folder import made_up

EPOCHS = 6
HALF_A_MIB = MIB // 16
"""Numbers of eight bytes in a state of half a MiB."""


def settings_of(seed):
    return Settings(model="dln", width=2, method="sgd", batch=4, epochs=EPOCHS, seed=seed)


def begun(runs, seed, epochs, numbers=4):
    """Make a run folder as if it had been trained for some epochs, with a state of so many numbers; return it."""
    folder, config = runs / name_of(settings_of(seed), made_up()), config_of(settings_of(seed), made_up())
    with locked(folder):
        claim(folder, config)
        for epoch in range(1, epochs + 1):
            append_metrics(folder, epoch, {"test_accuracy": epoch / 10 + seed})
        (folder / ORIGIN).write_bytes(encode(Origin(SCHEMA, [Part(1, provenance(f"made up with seed {seed}", None, time.time()))])))
        save_state(folder, {"weights": np.full(numbers, epochs + seed, float)}, Checkpoint(SCHEMA, epochs, []))
    return folder


def copied(place, folders, limit=1):
    """Have a new carrier copy run folders, all of one experiment; return its messages."""
    carrier = Carrier(place, folders[0].parent, limit)
    carrier("fig-1", lambda: folders)
    return carrier.copy()


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != ".lock"}


@pytest.fixture
def places(tmp_path):
    return tmp_path / "first" / "runs", tmp_path / "carried", tmp_path / "second" / "runs"


def test_copied_networks_are_taken_up_byte_for_byte_elsewhere(places):
    first, place, second = places
    folders = [begun(first, 1, EPOCHS), begun(first, 2, 3)]
    assert copied(place, folders)[-1].startswith("2 networks, 0.0 MiB, carried in")
    Carrier(place, second, 1)
    assert contents(second) == contents(first)
    assert [epochs_in(second / folder.name) for folder in folders] == [EPOCHS, 3]


def test_a_copy_replaces_the_one_before_and_leaves_nothing_of_it(places):
    first, place, second = places
    folder = begun(first, 1, 2)
    copied(place, [folder])
    (place / FILES / ".half.part").write_bytes(b"of a process that was killed")
    begun_anew = begun(first.parent / "other", 1, 4)
    shutil.rmtree(folder)
    shutil.move(begun_anew, folder)
    copied(place, [folder])
    assert len(list((place / FILES).iterdir())) == len([path for path in folder.iterdir() if path.name != ".lock"])
    Carrier(place, second, 1)
    assert contents(second) == contents(first)


def test_states_that_are_needed_most_are_copied_first_and_those_that_do_not_fit_are_named(places):
    first, place, second = places
    done, next_one, later = begun(first, 1, EPOCHS, HALF_A_MIB), begun(first, 2, 3, HALF_A_MIB), begun(first, 3, 2, HALF_A_MIB)
    said = copied(place, [done, next_one, later])
    assert [sentence.split(";")[0] for sentence in said[:-1]] == [
        f"no room for the state of {later.name} after 2 epochs (0.5 MiB): it begins anew",
        f"no room for the last states of finished networks, which nothing goes on from: {done.name}",
    ]
    assert sum(len(content) for content in contents(place).values()) <= MIB
    Carrier(place, second, 1)
    assert contents(second / next_one.name) == contents(next_one)
    assert [epochs_in(second / folder.name) for folder in (done, next_one, later)] == [EPOCHS, 3, 0]
    for folder in (done, next_one, later):
        assert read(second / folder.name).metrics["test_accuracy"].tolist() == read(folder).metrics["test_accuracy"].tolist()
    assert copied(place, [next_one, later, done], limit=2)[:-1] == []


def test_a_run_whose_rows_do_not_fit_is_named(places, monkeypatch):
    first, place, _ = places
    folders = [begun(first, 1, 1), begun(first, 2, 1)]
    monkeypatch.setattr(carry, "LISTED", 2 * MIB // 3)
    assert copied(place, folders)[0].startswith(f"no room for {folders[1].name}: the next lease knows nothing of it")
    assert list(carried_in(place).runs) == [folders[0].name]


def test_only_a_run_that_is_further_is_taken_up(places):
    first, place, second = places
    copied(place, [begun(first, 1, 2), begun(first, 2, 4)])
    ahead, behind = begun(second, 1, 3), begun(second, 2, 3)
    before = contents(ahead)
    Carrier(place, second, 1)
    assert contents(ahead) == before
    assert contents(behind) == contents(first / behind.name)


def test_runs_of_other_calls_stay_carried(places):
    first, place, second = places
    copied(place, [begun(first, 1, 2)])
    carrier = Carrier(place, second, 1)
    folder = begun(second, 2, 3)
    carrier("fig-2", lambda: [folder])
    carrier.copy()
    assert {experiment: len(names) for experiment, names in carried_in(place).experiments.items()} == {"fig-1": 1, "fig-2": 1}
    assert len(carried_in(place).runs) == 2


def test_a_run_folder_that_is_damaged_here_costs_nothing_that_was_carried(places):
    first, place, _ = places
    folder = begun(first, 1, 2)
    copied(place, [folder])
    carrier = Carrier(place, first, 1)
    carrier("fig-1", lambda: [folder])
    (folder / CHECKPOINT).write_text("no JSON")
    before = contents(place)
    carrier.copy()
    assert contents(place) == before
    Carrier(place, first, 1)
    assert epochs_in(folder) == 2, "and it mends the folder"


def test_networks_that_have_not_begun_are_not_copied(places):
    first, place, _ = places
    folder = first / name_of(settings_of(1), made_up())
    claim(folder, config_of(settings_of(1), made_up()))
    copied(place, [folder])
    assert carried_in(place).runs == {}


def damage(path, change):
    whole = json.loads(path.read_text())
    change(whole)
    path.write_text(json.dumps(whole))


def only(whole):
    (name,) = whole["runs"]
    return whole["runs"][name]


def rename(whole, name):
    whole["runs"] = {name: only(whole)}


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda place: (place / LIST).write_text("no JSON"), r"carry\.json is damaged: .*; copy .* again from where it came, or delete it"),
        (lambda place: (place / LIST).write_text("[]"), r"must have schema 1, got None, so another version wrote it; update this project"),
        (
            lambda place: damage(place / LIST, lambda whole: whole.update(schema=2)),
            "must have schema 1, got 2, so another version wrote it",
        ),
        (lambda place: damage(place / LIST, lambda whole: rename(whole, "..")), r"carry\.json is damaged: "),
        (lambda place: damage(place / LIST, lambda whole: rename(whole, "a/b")), r"carry\.json is damaged: "),
        (
            lambda place: damage(place / LIST, lambda whole: rename(whole, "x-000000000000")),
            r"carries x-000000000000, whose config\.json is of",
        ),
        (lambda place: damage(place / LIST, lambda whole: only(whole).update({"../x": "0" * 64})), r"carry\.json is damaged: "),
        (lambda place: damage(place / LIST, lambda whole: only(whole).pop(CONFIG)), r"must name config\.json of made up-dln-sgd-"),
        (
            lambda place: damage(place / LIST, lambda whole: only(whole).update({METRICS: "0" * 64})),
            "must hold metrics.jsonl of .*No such file",
        ),
        (
            lambda place: (place / FILES / only(json.loads((place / LIST).read_text()))["state-2.npz"]).write_bytes(b"0"),
            r"state-2\.npz of made up-dln-sgd-.* is damaged, since its SHA-256 is not",
        ),
    ],
)
def test_a_copy_that_cannot_be_used_is_refused_and_nothing_is_written(places, spoil, message):
    first, place, second = places
    copied(place, [begun(first, 1, 2)])
    spoil(place)
    before = contents(place)
    with pytest.raises(CarryError, match=message) as refused:
        Carrier(place, second, 1)
    assert "\n" not in str(refused.value)
    assert contents(place) == before
    assert not second.exists()


def test_a_checkpoint_of_a_newer_version_is_refused_before_anything_is_written(places):
    first, place, second = places
    folder = begun(first, 1, 2)
    damage(folder / CHECKPOINT, lambda whole: whole.update(schema=1))
    copied(place, [folder])
    (newer := json.loads((folder / CHECKPOINT).read_text())).update(schema=2)
    kept = carried.keep(place, json.dumps(newer).encode())
    damage(place / LIST, lambda whole: only(whole).update({CHECKPOINT: kept}))
    with pytest.raises(RunError, match=r"was written by a newer version \(schema 2"):
        Carrier(place, second, 1)
    assert not second.exists()


def test_other_networks_of_an_experiment_are_refused_and_nothing_is_lost(places):
    first, place, second = places
    copied(place, [begun(first, 1, 2)])
    before, carrier = contents(place), Carrier(place, second, 1)
    with pytest.raises(CarryError, match=r"carries 1 network of fig-1, such as made up-dln-sgd-.*, and this call would train others; give"):
        carrier("fig-1", lambda: [second / "made up-dln-sgd-0123456789ab"])
    assert contents(place) == before


def test_at_every_moment_the_folder_holds_all_that_its_list_names(places, monkeypatch):
    """A copy that is cut off at its n-th write, for every n."""
    first, place, second = places
    folders = [begun(first, 1, 2), begun(first, 2, 3)]
    copied(place, folders[:1])
    shutil.copytree(place, place.with_name("before"))
    writes = 0

    class Cut(Exception):
        pass

    def cut_off(path, content):
        nonlocal writes
        writes -= 1
        if writes < 0:
            raise Cut
        write_whole(path, content)

    monkeypatch.setattr(carried, "write_whole", cut_off)
    known = []
    for count in range(20):
        shutil.rmtree(place)
        shutil.copytree(place.with_name("before"), place)
        writes = count
        try:
            copied(place, folders)
            break
        except Cut:
            known.append(len(carried_in(place).runs))
            shutil.rmtree(second, ignore_errors=True)
            writes = 1000
            Carrier(place, second, 1)
            assert epochs_in(second / folders[0].name) == 2
    assert set(known) == {1}
    assert len(known) == 6, "five files of the second run, and the list"
    assert len(carried_in(place).runs) == 2


def test_a_state_that_is_replaced_while_it_is_read_is_read_anew(places, monkeypatch):
    first, place, second = places
    folder, keep = begun(first, 1, 2), Carrier._keep_state

    def replaced(self, path):
        if path.name == "state-2.npz":
            append_metrics(folder, 3, {"test_accuracy": 1.3})
            save_state(folder, {"weights": np.full(4, 9.0)}, Checkpoint(SCHEMA, 3, []))
        return keep(self, path)

    monkeypatch.setattr(Carrier, "_keep_state", replaced)
    copied(place, [folder])
    Carrier(place, second, 1)
    assert contents(second) == contents(first)
    assert epochs_in(second / folder.name) == 3


def test_a_state_that_cannot_be_copied_meanwhile_stops_nothing_and_is_told_at_the_end(places, monkeypatch):
    first, place, _ = places
    folder = begun(first, 1, 2)
    carrier = Carrier(place, first, 1)
    monkeypatch.setattr(carry, "COPIED_S", 0.0)

    def full(*_):
        raise EvidenceError("could not be written") from OSError(28, "No space left on device")

    monkeypatch.setattr(carried, "write_whole", full)
    carrier("fig-1", lambda: [folder])
    with pytest.raises(CarryError, match=r"must be written for the next lease, but No space left on device; make room or choose another"):
        carrier.copy()


def test_a_copy_is_made_when_the_last_one_is_a_minute_old(places, monkeypatch):
    first, place, _ = places
    folder, now = begun(first, 1, 2), [1000.0]
    monkeypatch.setattr(carry.time, "monotonic", lambda: now[0])
    carrier = Carrier(place, first, 1)
    for later, there in ((59.0, False), (1.0, True)):
        now[0] += later
        carrier("fig-1", lambda: [folder])
        assert (place / LIST).exists() is there


def test_the_files_of_a_state_that_was_copied_are_not_read_again(places, monkeypatch):
    first, place, _ = places
    folder = begun(first, 1, 2)
    carrier = Carrier(place, first, 1)
    carrier("fig-1", lambda: [folder])
    carrier.copy()
    asked, read_bytes = [], carry.files.read_bytes
    monkeypatch.setattr(carry.files, "read_bytes", lambda path, limit: asked.append(path.name) or read_bytes(path, limit))
    carrier.copy()
    assert "state-2.npz" not in asked
    assert METRICS in asked
