"""Every command, with a standard output that nobody reads or that is full."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.commands.processes import (
    BENCH,
    BUILD,
    CHECK,
    COMMANDS,
    LIMIT_S,
    VERIFY,
    Command,
    left_nothing,
    semaphores,
    started,
    surroundings,
)
from tests.reports.examples import LEDGER

FULL = "standard output must be writable, but No space left on device; free space there or send it elsewhere"
SMALL = "--ledger OUT/claims.toml --evidence OUT"
# What costs minutes or a second process is asked for its help here, and a page is made of a small ledger: the streams are the same.
CHEAP_CALLS = {
    VERIFY: Command("theory verify eq-3.2 --examples 600 --jobs 1 --out OUT"),
    BENCH: Command("empirical.bench --help"),
    BUILD: Command(f"reports build {SMALL} --out OUT"),
    CHECK: Command(f"reports check {SMALL}", (1,)),  # its statements have no evidence
}
CHEAP = [CHEAP_CALLS.get(command, command) for command in COMMANDS]
each_command = pytest.mark.parametrize("command", CHEAP, ids=lambda command: command.name)


def folder_for(command, tmp_path):
    """Return the folder for OUT, which is there only where the command reads a ledger from it."""
    out = tmp_path / "out"
    if SMALL in command.words:
        out.mkdir()
        (out / "claims.toml").write_text(LEDGER, encoding="utf-8")
    return out


def ended(command, tmp_path, output):
    """Run a command whose standard output is the descriptor `output`; return its status and what it says on standard error."""
    before, out = semaphores(), folder_for(command, tmp_path)
    process = started(command, out, surroundings(tmp_path), stdout=output)
    _, said = process.communicate(timeout=LIMIT_S)
    left_nothing(process, out, before)
    return process.returncode, said.decode()


@each_command
def test_a_full_device_is_one_message_and_status_2(command, tmp_path):
    with Path("/dev/full").open("wb") as full:
        status, said = ended(command, tmp_path, full)
    assert status == 2
    assert "Traceback" not in said
    assert said.splitlines() == [FULL] or not command.prints


@each_command
def test_a_reader_that_is_gone_at_once_is_status_141(command, tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    status, said = ended(command, tmp_path, writer)
    os.close(writer)
    assert status in ((141,) if command.prints else command.fine)
    assert said == "" or not command.prints


@pytest.mark.parametrize("words", ["theory list", "empirical list"])
def test_a_reader_that_has_enough_after_the_first_line_is_no_fault(words, tmp_path):
    """A reader that takes a line and leaves: a short output may have been written whole by then."""
    process = started(Command(words), tmp_path, surroundings(tmp_path), bufsize=0)
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read()
    assert process.wait(LIMIT_S) in (0, 141)
    assert said == b""
    process.stderr.close()


@pytest.mark.parametrize("command", [command for command in CHEAP if command.name in ("reports check", "empirical list", "theory.formal")])
def test_standard_error_that_is_full_or_closed_changes_no_status(command, tmp_path):
    with Path("/dev/full").open("wb") as full:
        process = started(command, folder_for(command, tmp_path), surroundings(tmp_path), stdout=subprocess.DEVNULL, stderr=full)
        assert process.wait(LIMIT_S) in command.fine
