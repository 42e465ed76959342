"""What stands in the place of a file: a named pipe, a device, a socket, a folder. Every reader refuses them at once."""

import os
import shutil
import socket

import pytest

from empirical.data import cifar10, unpack
from empirical.data import files as images
from empirical.data.images import DataError
from empirical.training import metrics, run_files, run_folder
from empirical.training.run_files import RunError
from reports import evidence, files, ledger
from reports.evidence import EvidenceError
from reports.ledger import LedgerError
from reports.page import runs
from tests.fuzz.harm import in_time


def pipe(path):
    os.mkfifo(path)


def device(path):
    path.symlink_to("/dev/zero")


def unix_socket(path):
    with socket.socket(socket.AF_UNIX) as own:
        parent_fd = os.open(path.parent, os.O_RDONLY)  # a socket's path may have 107 bytes, and a test's folder has a longer one
        try:
            own.bind(f"/proc/self/fd/{parent_fd}/{path.name}")
        finally:
            os.close(parent_fd)


def folder(path):
    path.mkdir()


def nothing(path):
    path.symlink_to("nowhere")


def itself(path):
    path.symlink_to(path.name)


KINDS = {
    pipe: "it is a named pipe and no plain file",
    device: "it is a device and no plain file",
    unix_socket: "it is a socket and no plain file",
    folder: "it is a folder and no plain file",
    nothing: "No such file or directory",
    itself: "Too many levels of symbolic links",
}


def read_evidence(path):
    evidence.read(path)


def read_results(path):
    (path.parent / "experiments").mkdir()
    move(path, "experiments/x.json")
    runs.gather([path.parent])


def read_picture(path):
    (path.parent / "figures").mkdir()
    move(path, "figures/x.svg")
    runs.gather([path.parent])


def move(path, name):
    target = path.readlink() if path.is_symlink() else None
    place = path.parent / name
    if target is None:
        path.rename(place)
    else:
        place.symlink_to(place.name if str(target) == path.name else target)
        path.unlink()


def read_config(path):
    move(path, "config.json")
    run_folder.config_in(path.parent)


def read_metrics(path):
    move(path, "metrics.jsonl")
    metrics.cut_metrics(path.parent, 1)


def read_image(path):
    move(path, "x.png")
    images.image(path.parent / "x.png", 3)


def read_archive(path):
    unpack.unpack(path, "data", path.parent)


def read_batch(path):
    move(path, "data_batch_1.bin")
    cifar10.from_files(path.parent)


READERS = {
    read_evidence: EvidenceError,
    read_results: EvidenceError,
    read_picture: EvidenceError,
    ledger.read: LedgerError,
    read_config: RunError,
    read_metrics: RunError,
    read_image: DataError,
    read_archive: DataError,
    read_batch: DataError,
}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_a_path_that_is_no_plain_file_is_refused_at_once(tmp_path, reader, kind):
    kind(tmp_path / "x")
    # Metrics that are not there are no fault by themselves, but the checkpoint speaks of an epoch.
    said = "must hold the 1 epochs of the checkpoint, got 0" if (reader, kind) == (read_metrics, nothing) else KINDS[kind]
    with in_time(20), pytest.raises(READERS[reader]) as caught:
        reader(tmp_path / "x")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_pipe_that_takes_the_place_of_a_file_in_between_is_refused_too(tmp_path, monkeypatch):
    path = tmp_path / "x"
    path.write_text("whole")
    plain = path.stat()
    path.unlink()
    os.mkfifo(path)
    monkeypatch.setattr(type(path), "stat", lambda *_, **__: plain)
    with in_time(20), pytest.raises(OSError, match="it is a named pipe and no plain file"):
        files.read_bytes(path, 100)


def test_a_file_that_grows_or_has_no_length_beforehand_is_read_up_to_the_limit(tmp_path):
    (tmp_path / "x").write_bytes(b"12345")
    assert files.read_bytes(tmp_path / "x", 5) == b"12345"
    with pytest.raises(OSError, match="it holds 5 bytes, and at most 4 are read"):
        files.read_bytes(tmp_path / "x", 4)
    (tmp_path / "system").symlink_to("/proc/self/status")  # a plain file of length 0, as the system says
    with pytest.raises(OSError, match="it holds more than 10 bytes, and at most 10 are read"):
        files.read_bytes(tmp_path / "system", 10)


def test_a_lock_that_is_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / run_files.LOCK)
    with in_time(20), pytest.raises(RunError, match="must be writable, but No such device or address"), run_files.locked(tmp_path):
        pass


def test_a_folder_in_the_place_of_what_a_kill_left_is_one_message(tmp_path):
    (tmp_path / ".x.part").mkdir()
    with (
        pytest.raises(RunError, match=r"\.x\.part must be a file that can be removed, but Is a directory; move it away"),
        run_files.locked(tmp_path),
    ):
        pass
    shutil.rmtree(tmp_path / ".x.part")
    with run_files.locked(tmp_path):
        pass
