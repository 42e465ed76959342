"""Malformed files through the command line, as a user meets them: status 2, one message on stderr, no traceback.

Twenty of each kind, made by the same harms as in the tests beside this one; the command is started for each.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from empirical.data import cifar10
from empirical.data.files import image
from empirical.data.images import DataError
from empirical.training import checkpoint, run_files, run_folder
from empirical.training.run_files import RunError
from reports import evidence as ev
from tests.fuzz import test_archives, test_evidence, test_images, test_ledgers, test_runs
from tests.reports.examples import LEDGER

ROOT = Path(__file__).parents[2]
EACH = 20
HANGS_S = 300  # of one command, which takes seconds; the machine may be busy


def malformed_files(files, read, kind, count=EACH):
    """Return the first `count` files that are malformed."""
    malformed = []

    @settings(
        max_examples=20 * count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(files)
    def collect(content):
        if len(malformed) < count and content not in malformed:
            try:
                read(content)
            except kind:
                malformed.append(content)

    collect()
    assert len(malformed) == count
    return malformed


def refused(arguments, *names):
    """Run a command and check that it ends with status 2 and one message that names one of `names`."""
    environment = {**os.environ, "JAX_PLATFORMS": "cpu"}
    called = subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=HANGS_S)
    assert called.returncode == 2, (arguments, called.returncode, called.stdout[-300:], called.stderr[-1000:])
    assert called.stderr.count("\n") == 1, called.stderr
    assert any(name in called.stderr for name in names), called.stderr
    assert "Traceback" not in called.stdout + called.stderr


def test_malformed_ledgers_through_the_command_line(tmp_path):
    from reports import ledger

    path = tmp_path / "claims.toml"

    def read(content):
        path.write_bytes(content)
        ledger.read(path)

    for content in malformed_files(test_ledgers.HARMS["any"](LEDGER.encode()), read, ledger.LedgerError):
        path.write_bytes(content)
        refused(["reports", "check", "--ledger", str(path), "--evidence", str(tmp_path)], str(path))


def test_malformed_evidence_through_the_command_line(tmp_path):
    path = ev.path_of(tmp_path, "theory", "eq-1")
    path.parent.mkdir(parents=True)
    (tmp_path / "claims.toml").write_text(LEDGER)

    def read(content):
        path.write_bytes(content)
        ev.read(path)

    for content in malformed_files(test_evidence.HARMS["values"](test_evidence.WHOLE), read, ev.EvidenceError):
        path.write_bytes(content)
        refused(
            ["reports", "build", "--ledger", str(tmp_path / "claims.toml"), "--evidence", str(tmp_path), "--out", str(tmp_path / "page")],
            str(path),
        )
    assert [path.name for path in (tmp_path / "page").iterdir()] == [".locks"]


FORKED = """
import os, sys, warnings
from pathlib import Path
warnings.simplefilter("ignore")  # of JAX, that it may hang in a child; it has not looked for devices yet
from empirical.__main__ import main
from empirical.experiments import experiments
experiments()
path, harmed, *arguments = sys.argv[1:]
for file in sorted(Path(harmed).iterdir()):
    Path(path).write_bytes(file.read_bytes())
    child = os.fork()
    if child == 0:
        sys.stdout, sys.stderr = (open(f"{file}.{name}", "w") for name in ("out", "err"))
        status = main(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    Path(f"{file}.status").write_text(str(status))
"""
"""The command `empirical` for each of many files in a separate process, after shared imports, which take most of the time."""


def run_for_each(path, files, folder, *arguments):
    """Return (status, stdout, stderr) of `python -m empirical` with each of `files` in the place of `path`, kept in a new `folder`."""
    folder.mkdir()
    for number, content in enumerate(files):
        (folder / f"{number:02d}").write_bytes(content)
    environment = {**os.environ, "JAX_PLATFORMS": "cpu"}
    call = [sys.executable, "-c", FORKED, str(path), str(folder), *arguments]
    called = subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=HANGS_S)
    assert called.returncode == 0, called.stderr
    return [
        (int((folder / f"{number:02d}.status").read_text()), *((folder / f"{number:02d}.{name}").read_text() for name in ("out", "err")))
        for number in range(len(files))
    ]


def check_each(endings, name, count=EACH):
    assert len(endings) == count
    for status, out, told in endings:
        assert status == 2, (out[-500:], told[-500:])
        assert told.count("\n") == 1, told
        assert name in told
        assert "Traceback" not in out + told


def test_malformed_images_through_the_command_line(tmp_path):
    for part in ("train", "test"):
        for label in range(10):
            (tmp_path / "data" / part / f"c{label}").mkdir(parents=True)
            (tmp_path / "data" / part / f"c{label}" / "0.png").write_bytes(test_images.WHOLE["png"])
    path = tmp_path / "data" / "train" / "c3" / "1.png"

    def read(content):
        path.write_bytes(content)
        image(path, 3)

    files = malformed_files(test_images.HARMS["png", "any"](test_images.WHOLE["png"]), read, DataError)
    data, out = str(tmp_path / "data"), str(tmp_path / "out")
    options = ("run", "small-shards", "--profile", "smoke", "--seeds", "1", "--data", data, "--out", out)
    check_each(run_for_each(path, files, tmp_path / "harmed", *options), str(path))


def test_malformed_archives_through_the_command_line(tmp_path):
    path = tmp_path / "data" / cifar10.ARCHIVE
    path.parent.mkdir()
    whole = test_archives.zipped(test_archives.tar_of(dict.fromkeys(cifar10.BATCHES, bytes(3073))))

    def read(content):
        path.write_bytes(content)
        cifar10.cifar10(path)

    files = malformed_files(test_archives.HARMS["tgz", "any"](whole), read, DataError)
    options = ("run", "small-shards", "--profile", "smoke", "--seeds", "1", "--data", str(path), "--out", str(tmp_path / "out"))
    check_each(run_for_each(path, files, tmp_path / "harmed", *options), str(path))


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Options of a command whose networks are all trained, and the run folder of one of them."""
    folder = tmp_path_factory.mktemp("trained")
    for part in ("train", "test"):
        for label in range(10):
            (folder / "data" / part / f"c{label}").mkdir(parents=True)
            for number in range(8):
                (folder / "data" / part / f"c{label}" / f"{number}.png").write_bytes(test_images.WHOLE["png"])
    options = ("run", "small-shards", "--profile", "smoke", "--seeds", "1", "--data", str(folder / "data"), "--out", str(folder / "out"))
    environment = {**os.environ, "JAX_PLATFORMS": "cpu"}
    call = [sys.executable, "-m", "empirical", *options]
    called = subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=HANGS_S)
    assert called.returncode == 0, called.stderr
    return options, min((folder / "out" / "runs").iterdir())


@pytest.mark.parametrize(
    ("name", "harm"),
    [("config.json", test_runs.other_values), ("checkpoint.json", test_runs.other_values), ("metrics.jsonl", test_runs.metrics)],
)
def test_malformed_run_folders_through_the_command_line(trained, tmp_path, name, harm):
    options, folder = trained
    path, count = folder / name, -(-EACH // 3)
    whole = path.read_bytes()
    settings = run_files.config_in(folder).settings

    def read(content):
        path.write_bytes(content)
        if name == "checkpoint.json":
            checkpoint.checkpoint_in(folder, settings)
        run_folder.read(folder)

    try:
        files = malformed_files(harm(whole), read, RunError, count)
        check_each(run_for_each(path, files, tmp_path / "harmed", *options), str(folder), count)
    finally:
        path.write_bytes(whole)
