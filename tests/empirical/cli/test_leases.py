"""Leases of a run that are killed at random moments, each in a new folder: `--carry` brings the work from one lease to the next."""

import json
import multiprocessing
import os
import random
import re
import shutil
import time
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from empirical import __main__ as command
from empirical.images import arms as image_arms
from empirical.images import standing
from empirical.report.summary import QUARTERS
from empirical.training import carry
from empirical.training.carried import LIST, LOCK, CarryError, carried_in, content_of
from empirical.training.carry import Carrier
from empirical.training.run_files import CHECKPOINT, CONFIG, METRICS
from reports import lock
from reports.command import FINE, UNFINISHED, WRONG

LEASES, EPOCHS = 5, 40
# Children are forked from a server that has imported everything but has not started JAX.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload([__name__])
SMOKE = image_arms.BASES["smoke"]
SMALL = {"ResNet18": replace(SMOKE["ResNet18"], model="2nn", rhos=(0.01,), epochs=EPOCHS)}
"""Smoke's 2NN in the place of ResNet18, with epochs enough to be killed between them."""


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Ten classes of noise, told apart by their mean."""
    random, images = np.random.default_rng(0), tmp_path_factory.mktemp("data") / "images"
    for part, count in (("train", 20), ("test", 7)):
        for label in range(10):
            folder = images / part / str(label)
            folder.mkdir(parents=True)
            for number in range(count):
                Image.fromarray(random.integers(20 * label, 20 * label + 60, (32, 32, 3)).astype(np.uint8)).save(folder / f"{number}.png")
    return images


@pytest.fixture(scope="module")
def alone(data, tmp_path_factory):
    """The folder of a run that was left alone."""
    out = tmp_path_factory.mktemp("alone") / "out"
    process = started(call(data, out))
    process.join()
    assert process.exitcode == FINE
    return out


@pytest.fixture(autouse=True)
def small(monkeypatch):
    monkeypatch.setitem(image_arms.BASES, "smoke", SMOKE | SMALL)


def call(data, out, *options):
    return ["run", "fig-1", "--profile", "smoke", "--seeds", "1", "--data", str(data), "--out", str(out), *options]


def lease(arguments):
    """Run a command in a process that was made for it, with a copy after each checkpoint, and a best that is long past half way."""
    image_arms.BASES["smoke"] = SMOKE | SMALL
    carry.COPIED_S = 0.0
    standing.FITTED, standing.FALLEN, standing.LAST = 0.0, -1.0, EPOCHS // 2
    os._exit(command.main(arguments))


def started(arguments):
    process = PROCESSES.Process(target=lease, args=(arguments,))
    process.start()
    return process


def epochs_in(folder):
    """Return the epochs of all networks that a folder carries, None where another process has replaced it meanwhile."""
    try:
        carried = carried_in(folder)
        return sum(content_of(folder, carried, name, METRICS).count(b"\n") for name, sums in carried.runs.items() if METRICS in sums)
    except CarryError:
        return None


def runs(out):
    names = (CONFIG, METRICS, CHECKPOINT, "state-*")
    return {path.relative_to(out): path.read_bytes() for name in names for path in (out / "runs").rglob(name)}


def results_and_picture(out):
    """Return the results of a run and its picture, without where and how long its networks were trained."""
    results = json.loads((out / "experiments" / "fig-1.json").read_text())["results"]
    del results["trained"]
    return results, (out / "figures" / "fig-1.svg").read_bytes()


def test_leases_that_are_killed_end_with_the_bytes_of_one_run_that_was_left_alone(data, alone, tmp_path):
    chance, carried = random.Random(18), tmp_path / "carried"
    reached = 0
    for number in range(LEASES):
        process = started(call(data, tmp_path / f"lease-{number}", "--carry", str(carried), "--minutes", "60"))
        enough, limit = reached + chance.randint(4, 14), time.monotonic() + 300
        while (epochs_in(carried) or 0) < enough and process.is_alive() and time.monotonic() < limit:
            time.sleep(0.02)
        time.sleep(chance.uniform(0.0, 0.1))
        process.kill()
        process.join()
        before, reached = reached, epochs_in(carried) or 0
        assert reached > before
        look = tmp_path / f"look-{number}"
        assert command.main(call(data, look, "--carry", str(carried), "--no-train")) == FINE
        rows = sorted((folder / METRICS).read_bytes().count(b"\n") for folder in (look / "runs").iterdir() if (folder / METRICS).exists())
        assert sum(rows) == reached
        arms = results_and_picture(look)[0]["arms"].values()
        told = sorted(epochs for arm in arms for row in arm["values"]["epochs"] for epochs in row if epochs)
        assert told == [epochs for epochs in rows if epochs >= QUARTERS], "whole rows of all that there is"
    last = tmp_path / "last"
    process = started(call(data, last, "--carry", str(carried), "--minutes", "60"))
    process.join()
    assert process.exitcode == FINE
    assert len(runs(alone)) == 2 * 4
    assert runs(last) == runs(alone)
    assert results_and_picture(last) == results_and_picture(alone)


def test_carried_networks_are_told_at_the_end_and_only_read_with_no_train(data, alone, tmp_path, capsys):
    carried = tmp_path / "carried"
    shutil.copytree(alone, tmp_path / "first")
    assert command.main(call(data, tmp_path / "first", "--carry", str(carried))) == FINE
    said = " ".join(capsys.readouterr().out.split())
    assert re.search(r"2 networks, 0\.\d MiB, carried in \S+carried$", said)
    before = (carried / LIST).read_bytes()
    assert command.main(call(data, tmp_path / "second", "--carry", str(carried), "--no-train")) == FINE
    assert "carried in" not in capsys.readouterr().out
    assert (carried / LIST).read_bytes() == before
    assert results_and_picture(tmp_path / "second") == results_and_picture(alone)


def test_a_folder_that_cannot_be_used_gets_one_message_and_status_2(data, tmp_path, capsys):
    (tmp_path / "carried").mkdir()
    (tmp_path / "carried" / LIST).write_text("no JSON")
    assert command.main(call(data, tmp_path / "out", "--carry", str(tmp_path / "carried"))) == WRONG
    said = capsys.readouterr().err
    assert (said.count("\n"), "carry.json is damaged" in said) == (1, True)
    assert (tmp_path / "carried" / LIST).read_text() == "no JSON"
    assert not (tmp_path / "out" / "runs").exists()


def test_networks_of_other_settings_are_refused_before_any_is_trained(data, alone, tmp_path, capsys, monkeypatch):
    carried = tmp_path / "carried"
    shutil.copytree(alone, tmp_path / "first")
    assert command.main(call(data, tmp_path / "first", "--carry", str(carried))) == FINE
    before = (carried / LIST).read_bytes()
    monkeypatch.setitem(image_arms.BASES, "smoke", SMOKE | {"ResNet18": replace(SMALL["ResNet18"], epochs=EPOCHS + 1)})
    capsys.readouterr()
    assert command.main(call(data, tmp_path / "second", "--carry", str(carried))) == WRONG
    shown = capsys.readouterr()
    assert re.fullmatch(r".*carried carries 2 networks of fig-1, such as images-2nn-.*, and this call would train others; .*\n", shown.err)
    assert (carried / LIST).read_bytes() == before
    assert len(list((tmp_path / "second" / "runs").glob("*/" + METRICS))) == 2, "what was carried, and no other"


def test_one_process_at_a_time_carries_in_a_folder(data, tmp_path, capsys):
    with lock.locked(tmp_path / "carried", LOCK, "carry"):
        assert command.main(call(data, tmp_path / "out", "--carry", str(tmp_path / "carried"))) == WRONG
    assert "one process at a time may carry networks in" in capsys.readouterr().err


def test_where_nothing_is_said_64_mib_are_carried(data, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr("empirical.cli.run.Carrier", lambda place, runs, limit: asked.append(limit) or Carrier(place, runs, limit))
    assert command.main(call(data, tmp_path / "out", "--carry", str(tmp_path / "carried"), "--no-train")) == UNFINISHED
    assert command.main(call(data, tmp_path / "out", "--carry", str(tmp_path / "carried"), "--no-train", "--carry-mib", "5")) == UNFINISHED
    assert asked == [64, 5]
