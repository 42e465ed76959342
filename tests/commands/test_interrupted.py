"""Ctrl-C at any moment, and a parent that is killed: the right status, and nothing is left."""

import os
import random
import signal
import time

import pytest

from tests.commands.processes import (
    BENCH,
    BUILD,
    COMMANDS,
    FETCH,
    FORMAL,
    LIMIT_S,
    ROOT,
    RUN,
    VERIFY,
    left_nothing,
    living,
    semaphores,
    started,
    surroundings,
)

# What Python says, with status 1, where Ctrl-C comes while it starts, before it has found the command.
UNBORN = ("Could not import runpy module", "Fatal Python error: init_")
SAID = "interrupted; every file that was written is whole\n"
# For how many seconds moments are drawn: about what each takes on a quiet machine. The longer it takes, the more moments it gets.
SECONDS = {VERIFY: 8.0, RUN: 8.0, BENCH: 8.0, FORMAL: 2.0, BUILD: 2.0, FETCH: 4.0}
SHARE = [VERIFY] * 6 + [RUN] * 3 + [BENCH] * 2 + [BUILD] * 2 + [FORMAL, FETCH] + [c for c in COMMANDS if c not in SECONDS]
DRAWN = random.Random(13)
MOMENTS = [(command, round(place * SECONDS.get(command, 3.0), 3)) for command in SHARE for place in [DRAWN.random()]]
MOMENTS[0] = (VERIFY, 0.0)


@pytest.mark.parametrize(("command", "moment"), MOMENTS, ids=lambda value: getattr(value, "name", value))
def test_ctrl_c_is_status_130_and_leaves_nothing(command, moment, tmp_path):
    before = semaphores()
    process = started(command, tmp_path / "out", surroundings(tmp_path))
    time.sleep(moment)
    over = process.poll() is not None
    if not over:
        os.killpg(process.pid, signal.SIGINT)
    process.wait(LIMIT_S)
    assert living(process.pid) == [], "its processes must be gone when it is, and with them its streams"
    said, complaint = (stream.decode() for stream in process.communicate(timeout=LIMIT_S))
    if process.returncode == -signal.SIGINT or complaint.startswith(UNBORN):  # Python was still starting: see README.md, "Exit status"
        assert str(ROOT) not in complaint
    elif process.returncode == 130:
        assert complaint == SAID
        assert not over
    else:  # all was done
        assert process.returncode in command.fine
    assert "Traceback" not in said
    assert "leaked" not in complaint
    left_nothing(process, tmp_path / "out", before)


@pytest.mark.parametrize(("command", "moment"), [(VERIFY, 0.5), (VERIFY, 4.0), (RUN, 3.0)], ids=lambda value: getattr(value, "name", value))
def test_nothing_outlives_a_command_that_is_killed(command, moment, tmp_path):
    before = semaphores()
    process = started(command, tmp_path / "out", surroundings(tmp_path))
    time.sleep(moment)
    process.kill()
    said, complaint = process.communicate(timeout=LIMIT_S)
    assert b"Traceback" not in said + complaint
    assert b"leaked" not in complaint
    left_nothing(process, tmp_path / "out", before)
