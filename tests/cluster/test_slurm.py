"""Real trainings in a real Slurm: cut short by time limits, killed, cancelled or failing, and in the end as if nothing had been.

The time limits are Slurm's own: it looks every 30 s, and warns a job of two minutes 66 to 96 s after its start.
"""

import json
import os
import signal
import subprocess
import time

import pytest

from empirical.data.digits import digits
from empirical.jobs.driver import complete
from empirical.jobs.place import Backend, BackendError
from empirical.training.run_files import CHECKPOINT, METRICS, ORIGIN
from tests.cluster.training import Training

if os.environ.get("CLAIMS_SLURM") != "1":
    pytest.skip("a Slurm of its own is needed to submit to; `nox -s cluster` starts one", allow_module_level=True)

WAIT_S = 120.0
IMAGES = digits(0, train=256, held_out=32)
HALF_AN_HOUR = Backend("slurm", minutes=30, memory_gib=0.5)


@pytest.fixture(autouse=True)
def nothing_is_left():
    """Each test begins and ends with an empty queue, but for jobs that are just ending."""
    assert queue() == []
    yield
    until(lambda: queue() == [], 20)


def queue():
    said = subprocess.run(["squeue", "--noheader", "--array", "--format=%i %T"], capture_output=True, text=True, check=True)
    return [line.split() for line in said.stdout.splitlines()]


def until(came, seconds=WAIT_S):
    limit = time.monotonic() + seconds
    while not came():
        assert time.monotonic() < limit, "it did not come to this"
        time.sleep(0.2)


def silent(states):
    pass


def test_an_array_whose_limit_forces_two_requeues_of_each_run_ends_as_the_local_backend_does(tmp_path):
    """250 s of sleep do not fit in two jobs of two minutes, so that each run is queued at least twice more."""
    slow = [Training(f"run {seed}", tmp_path / "slurm", IMAGES, seed, epochs=25, pause=10.0) for seed in range(6)]
    told = []
    assert complete(slow, Backend("slurm", minutes=2, memory_gib=0.5), tmp_path / "logs", told.append) == []
    assert any(list(states.values()) == ["running"] * 6 for states in told)
    quick = [Training(task.name, tmp_path / "local", IMAGES, task.seed, epochs=25) for task in slow]
    assert complete(quick, Backend("local", jobs=2), tmp_path / "logs", silent) == []
    for on_slurm, on_this_machine in zip(slow, quick, strict=True):
        assert len(json.loads((on_slurm.folder / ORIGIN).read_text())["parts"]) >= 3
        assert len(json.loads((on_this_machine.folder / ORIGIN).read_text())["parts"]) == 1
        assert {METRICS, CHECKPOINT} < set(on_slurm.results())
        assert on_slurm.results() == on_this_machine.results()
    [array] = {path.name.split("_")[0] for path in (tmp_path / "logs").glob("*/*_submission.sh")}
    assert len(list((tmp_path / "logs").glob(f"*/{array}_*_0_log.out"))) == 6, "one array, requeued by itself: nothing submitted anew"


def test_a_killed_job_is_tried_again_and_a_failing_run_reported_while_the_others_finish(tmp_path):
    struck, untouched = Training("struck", tmp_path, IMAGES, epochs=20, pause=0.5), Training("other", tmp_path, IMAGES, 1)
    failing = Training("failing", tmp_path, IMAGES, rho=-1.0)
    killed = []

    def strike(_):
        if not killed:
            until(lambda: struck.progress() >= 2)
            killed.append(int(struck.process.read_text()))
            os.kill(killed[0], signal.SIGKILL)

    [failure] = complete([struck, failing, untouched], HALF_AN_HOUR, tmp_path / "logs", strike)
    assert (failure.task, failure.why) == ("failing", "rho must be finite and at least 0, got -1.0; rho = 0 gives plain SGD")
    assert failure.log is not None
    assert failure.why in failure.log.read_text()
    assert (struck.done(), untouched.done()) == (True, True)
    assert int(struck.process.read_text()) != killed[0]
    left_alone = Training("struck", tmp_path / "local", IMAGES, epochs=20)
    assert complete([left_alone], Backend(), tmp_path / "logs", silent) == []
    assert struck.results() == left_alone.results()


def test_at_the_deadline_the_queue_is_emptied_and_running_jobs_are_waited_for(tmp_path):
    first, second = (Training(name, tmp_path, IMAGES, epochs=8, pause=1.0) for name in ("first", "second"))
    told = []
    assert complete([first, second], Backend("slurm", jobs=1, memory_gib=0.5), tmp_path / "logs", told.append, until=time.time() + 8) == []
    assert told[-1] == {"first": "done", "second": "stopped"}
    assert not second.process.exists()


def test_an_error_in_the_driver_leaves_nothing_in_the_queue(tmp_path):
    def stumble(_):
        until(lambda: any(state == "RUNNING" for _, state in queue()))
        raise ZeroDivisionError

    tasks = [Training(f"run {seed}", tmp_path, IMAGES, seed, epochs=100, pause=10.0) for seed in range(3)]
    with pytest.raises(ZeroDivisionError):
        complete(tasks, Backend("slurm", jobs=2, memory_gib=0.5), tmp_path / "logs", stumble)


def test_a_job_that_somebody_cancels_is_given_up_and_the_others_are_not(tmp_path):
    struck, untouched = Training("struck", tmp_path, IMAGES, epochs=100, pause=10.0), Training("other", tmp_path, IMAGES, 1)
    cancelled = []

    def strike(_):
        if not cancelled and struck.process.exists():
            cancelled.extend(job for job, _ in queue() if job.endswith("_0"))
            subprocess.run(["scancel", *cancelled], check=True)

    [failure] = complete([struck, untouched], HALF_AN_HOUR, tmp_path / "logs", strike)
    assert (failure.task, failure.why) == ("struck", "its job was cancelled by somebody; run again to go on")
    assert untouched.done()


def test_a_call_that_slurm_refuses_is_told_in_its_words(tmp_path, capsys):
    with pytest.raises(BackendError, match=r"^Slurm must take the jobs, but says: .*Invalid partition name specified; ask for less"):
        complete([Training("run", tmp_path, IMAGES)], Backend("slurm", partition="no-such"), tmp_path / "logs", silent)
    assert capsys.readouterr().err == "", "it is told once, by the error"
