"""A folder is one process's at a time; the lock ends with the process, however that ends; what cannot be locked is told in one line."""

import errno
import fcntl
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from reports import lock
from reports.lock import LockError, locked

ROOT = Path(__file__).parents[2]
HOLD = """
import signal, sys
from pathlib import Path
from reports import lock
signal.signal(signal.SIGINT, signal.SIG_DFL)  # which a shell ignores in what it runs in the background
with lock.output(Path(sys.argv[1]), sys.argv[2]):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def holder(folder, command="verify"):
    """A process that holds the lock until its input ends."""
    arguments = [sys.executable, "-c", HOLD, str(folder), command]
    process = subprocess.Popen(arguments, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
    finally:
        process.kill()
        process.communicate(timeout=60)


def test_a_second_process_is_refused_with_the_name_of_the_folder_and_let_in_afterwards(tmp_path):
    out = tmp_path / "out"
    with holder(out) as first:
        message = rf"^one process at a time may `verify` into {out}, and another one does; wait for it or choose another with --out DIR$"
        with pytest.raises(LockError, match=message), lock.output(out, "verify"):
            pytest.fail("two hold it")
        with lock.output(out, "formal"), lock.output(tmp_path / "other", "verify"):
            pass  # which write other files
        first.communicate(timeout=60)
        with lock.output(out, "verify"):
            pass


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_lock_ends_with_its_process_however_that_ends(tmp_path, number):
    with holder(tmp_path) as first:
        first.send_signal(number)
        first.wait(timeout=60)
        with lock.output(tmp_path, "verify"):
            pass


def test_a_child_that_outlives_its_parent_does_not_keep_the_lock(tmp_path):
    with lock.output(tmp_path, "verify"):
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        with lock.output(tmp_path, "verify"):
            assert child.poll() is None
    finally:
        child.communicate(timeout=60)


def test_who_waits_is_let_in_when_the_first_is_done(tmp_path):
    with holder(tmp_path, "keep") as first:
        code = HOLD.replace("sys.argv[2])", "sys.argv[2], wait=True)")
        arguments = [sys.executable, "-c", code, str(tmp_path), "keep"]
        second = subprocess.Popen(arguments, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            with pytest.raises(subprocess.TimeoutExpired):
                second.wait(timeout=1)
            first.communicate(timeout=60)
            said, _ = second.communicate(timeout=60)
        finally:
            second.kill()
            second.wait(timeout=60)
    assert (said, second.returncode) == ("held\n", 0)


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EBADF])
def test_a_file_system_without_locks_is_told_as_such(tmp_path, monkeypatch, number):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    message = f"{tmp_path} must be on a file system with locks, but {os.strerror(number)}; choose another with --out DIR"
    with pytest.raises(LockError, match=message), lock.output(tmp_path, "verify"):
        pytest.fail("it is not held")


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.ENOSPC])
@pytest.mark.parametrize("broken", ["mkdir", "open"])
def test_a_folder_that_cannot_be_written_is_told_with_what_to_do(tmp_path, monkeypatch, broken, number):
    def refuse(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, broken, refuse)
    with (
        pytest.raises(LockError, match=f"the folder {tmp_path} must be writable, but {os.strerror(number)}; choose another with --out DIR"),
        lock.output(tmp_path, "verify"),
    ):
        pytest.fail("it is not held")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to every folder")
def test_a_folder_without_permission_to_write_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(LockError, match="must be writable, but Permission denied"), lock.output(tmp_path, "verify"):
        pytest.fail("it is not held")


def test_a_folder_that_is_a_file_is_refused(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(LockError, match="must be writable"), locked(tmp_path / "file", ".lock", "use it"):
        pytest.fail("it is not held")
