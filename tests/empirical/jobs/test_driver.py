"""Tasks come to their end on this machine whatever befalls their jobs, and nothing is left running. Slurm's part is in tests/cluster."""

import os
import re
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest

from empirical.jobs.driver import complete
from empirical.jobs.local import Local
from empirical.jobs.place import Backend, BackendError
from empirical.jobs.slurm import Slurm
from tests.empirical.jobs.tasks import Counting, Damaged, Dying, Failing, Fated, Idle, Overtaken, Seeing, Unloadable

ROOT = Path(__file__).resolve().parents[3]
START_S = 30.0  # a process may take this long to start on a busy machine


def silent(states):
    pass


def lines(task):
    return [int(line) for line in task.counted.read_text().splitlines()]


def alive(process):
    """Whether a process runs; an ended process that nobody has waited for yet does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def controllers(folder):
    """The processes of submitit's that look after jobs with logs in a folder."""
    said = subprocess.run(["ps", "-e", "-o", "args"], capture_output=True, text=True, check=True).stdout
    return [line for line in said.splitlines() if "submitit" in line and str(folder) in line]


def until(came, seconds=START_S):
    limit = time.monotonic() + seconds
    while not came():
        assert time.monotonic() < limit, "it did not come to this"
        time.sleep(0.05)


# --- all is well ---


def test_each_task_runs_in_a_separate_process_and_at_most_the_given_number_at_once(tmp_path):
    tasks = [Counting(f"task {number}", tmp_path / "out", pause=0.1) for number in range(4)]
    most = []
    assert complete(tasks, Backend(jobs=2), tmp_path / "logs", lambda states: most.append(list(states.values()).count("running"))) == []
    assert [lines(task) for task in tasks] == [[0, 1, 2]] * 4
    processes = [task.processes() for task in tasks]
    assert len({process for [process] in processes} | {os.getpid()}) == 5
    assert max(most) == 2
    assert controllers(tmp_path) == [], "each has been waited for"


def test_states_are_told_when_one_changes_or_a_running_task_has_come_further(tmp_path):
    told = []
    complete([Counting("a", tmp_path)], Backend(), tmp_path / "logs", told.append)
    assert told[0]["a"] in {"running", "submitted"}
    assert told[-1] == {"a": "done"}
    assert all(before != after or before == {"a": "running"} for before, after in pairwise(told))


def test_a_finished_task_is_not_started_again(tmp_path):
    task = Counting("a", tmp_path)
    task()
    before = task.processes()
    told = []
    assert complete([task], Backend(), tmp_path / "logs", told.append) == []
    assert (task.processes(), told) == (before, [{"a": "done"}])
    assert not (tmp_path / "logs").exists()


def test_a_begun_task_goes_on(tmp_path):
    Counting("a", tmp_path, steps=2)()
    task = Counting("a", tmp_path, steps=4)
    assert complete([task], Backend(), tmp_path / "logs", silent) == []
    assert lines(task) == [0, 1, 2, 3]


def test_jobs_at_the_same_time_share_no_gpu(tmp_path, monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    tasks = [Seeing(name, tmp_path, steps=1, pause=0.5) for name in "ab"]
    assert complete(tasks, Backend(jobs=2, gpus=2), tmp_path / "logs", silent) == []
    assert [(tmp_path / f"{name}.devices").read_text() for name in "ab"] == ["0,1", "2,3"]


def test_jobs_get_only_gpus_that_this_process_may_use(tmp_path, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "MIG-x,7")
    task = Seeing("a", tmp_path, steps=1)
    assert complete([task], Backend(gpus=2), tmp_path / "logs", silent) == []
    assert (tmp_path / "a.devices").read_text() == "MIG-x,7"
    with pytest.raises(BackendError, match="2 jobs at once with 2 GPUs each must be visible, got 2; run fewer"):
        Local(Backend(jobs=2, gpus=2))


# --- time limits ---


def test_a_limit_shorter_than_a_task_lets_it_go_on(tmp_path):
    task = Counting("a", tmp_path, steps=70, pause=0.1)
    assert complete([task], Backend(minutes=4 / 60), tmp_path / "logs", silent) == []
    assert lines(task) == list(range(70))
    assert len(task.processes()) >= 3, "7 s of sleep do not fit in two stretches of 3 s"


def test_a_task_that_comes_no_further_between_two_limits_is_given_up(tmp_path):
    task = Idle("a", tmp_path, pause=60)
    [failure] = complete([task], Backend(minutes=3 / 60), tmp_path / "logs", silent)
    assert failure.why.startswith("a must come further from one time limit to the next, but was at 0 at both; give each job more time")
    assert len(task.processes()) == 2


# --- jobs that die and tasks that fail ---


def test_a_job_that_is_killed_is_tried_again_as_long_as_it_comes_further(tmp_path):
    task = Dying("a", tmp_path, steps=4, at=(0, 1, 2))
    assert complete([task], Backend(retries=1), tmp_path / "logs", silent) == []
    assert (lines(task), len(task.processes())) == ([0, 1, 2, 3], 4)


def test_a_job_that_is_killed_time_and_again_is_given_up_and_the_others_are_not(tmp_path):
    fated, untouched = Fated("a", tmp_path), Counting("b", tmp_path)
    [failure] = complete([fated, untouched], Backend(retries=2), tmp_path / "logs", silent)
    assert failure.task == "a"
    assert failure.why.startswith("3 jobs in a row ended without a word, no further than 0: killed, out of memory")
    assert failure.log is not None
    assert failure.log.is_relative_to(tmp_path / "logs")
    assert failure.log.exists()
    assert (len(fated.processes()), lines(untouched)) == (3, [0, 1, 2])


@pytest.mark.parametrize(
    ("task", "why", "refused"),
    [
        (Failing("a", Path()), "rho must be positive\nand is not", True),
        (Failing("a", Path(), raises="RuntimeError"), "RuntimeError: rho must be positive\nand is not", False),
        (Unloadable("a", Path()), "ValueError: invalid literal for int() with base 10: 'no number'", False),
    ],
    ids=["refused", "broken", "unloadable"],
)
def test_a_task_that_raises_fails_with_its_message_and_log_once_and_the_others_do_not(tmp_path, task, why, refused):
    bad, good = type(task)(**{**vars(task), "folder": tmp_path}), Counting("b", tmp_path)
    [failure] = complete([bad, good], Backend(), tmp_path / "logs", silent)
    assert (failure.task, failure.why, failure.refused) == ("a", why, refused)
    assert failure.log is not None
    assert "Traceback" in failure.log.read_text()
    assert why.splitlines()[-1] in failure.log.read_text()
    assert len(bad.processes()) <= 1
    assert good.done()


def test_a_task_whose_state_is_damaged_fails_in_its_job_and_the_others_do_not(tmp_path):
    bad, good = Damaged("a", tmp_path), Counting("b", tmp_path)
    [failure] = complete([bad, good], Backend(), tmp_path / "logs", silent)
    assert (failure.task, failure.why) == ("a", "the checkpoint is damaged")
    assert failure.log is not None
    assert "the checkpoint is damaged" in failure.log.read_text()
    assert good.done()


def test_a_task_that_another_machine_ends_meanwhile_is_done(tmp_path):
    assert complete([Overtaken("a", tmp_path)], Backend(), tmp_path / "logs", silent) == []


def test_a_task_that_returns_before_it_is_done_has_failed(tmp_path):
    [failure] = complete([Idle("a", tmp_path)], Backend(), tmp_path / "logs", silent)
    assert failure.why == "it ended without an error, but is not done"


# --- deadlines ---


def test_after_the_deadline_nothing_is_started(tmp_path):
    task, told = Counting("a", tmp_path), []
    assert complete([task], Backend(), tmp_path / "logs", told.append, until=time.time() - 1) == []
    assert (task.processes(), told) == ([], [{"a": "stopped"}])


def test_a_running_task_is_waited_for_at_the_deadline_and_waiting_tasks_stop(tmp_path):
    first, second, told = Counting("a", tmp_path, steps=2, pause=1.0), Counting("b", tmp_path), []
    assert complete([first, second], Backend(), tmp_path / "logs", told.append, until=time.time() + 0.5) == []
    assert (told[-1], second.processes()) == ({"a": "done", "b": "stopped"}, [])


def test_a_task_that_returns_at_its_deadline_has_stopped_and_not_failed(tmp_path):
    told = []
    assert complete([Idle("a", tmp_path)], Backend(), tmp_path / "logs", told.append, until=time.time() + 60) == []
    assert told[-1] == {"a": "stopped"}


def test_after_a_task_that_returned_at_its_deadline_none_is_started(tmp_path):
    first, second, told = Idle("a", tmp_path), Counting("b", tmp_path), []
    assert complete([first, second], Backend(), tmp_path / "logs", told.append, until=time.time() + 60) == []
    assert (told[-1], second.processes()) == ({"a": "stopped", "b": "stopped"}, [])


def test_a_running_task_tells_whenever_it_has_come_further(tmp_path):
    told = []
    assert complete([Counting("a", tmp_path, steps=3, pause=1.5)], Backend(), tmp_path / "logs", told.append) == []
    assert told.count({"a": "running"}) >= 3


# --- nothing is left running ---

DRIVER = """
import sys
from pathlib import Path
from empirical.jobs.driver import Backend, complete
from tests.empirical.jobs.tasks import Idle
folder = Path(sys.argv[1])
tasks = [Idle(name, folder, pause=600) for name in "abc"]
complete(tasks, Backend(jobs=2), folder / "logs", lambda states: None)
"""


@pytest.fixture
def driver(tmp_path):
    """A driver in a new process group, as in a terminal, with two jobs running and one waiting."""
    said = (tmp_path / "said").open("w+")  # not a pipe, which jobs that were left over would hold open
    process = subprocess.Popen([sys.executable, "-c", DRIVER, str(tmp_path)], cwd=ROOT, stderr=said, process_group=0)
    tasks = [Idle(name, tmp_path) for name in "abc"]
    try:
        until(lambda: tasks[0].processes() and tasks[1].processes())
        yield process, [tasks[0].processes()[0], tasks[1].processes()[0]]
    finally:
        process.kill()
        process.wait()
        said.close()


def test_ctrl_c_ends_all_jobs_before_the_driver(driver, tmp_path):
    process, jobs = driver
    assert [alive(job) for job in jobs] == [True, True]
    os.killpg(process.pid, signal.SIGINT)
    process.wait(START_S)
    said = (tmp_path / "said").read_text()
    assert [alive(job) for job in jobs] == [False, False]
    assert (said.count("Traceback"), said.strip().splitlines()[-1]) == (1, "KeyboardInterrupt"), "jobs do not hear of it"
    assert process.returncode == -signal.SIGINT
    assert not Idle("c", tmp_path).processes()


def test_sigterm_ends_all_jobs_before_the_driver(driver):
    process, jobs = driver
    process.terminate()
    process.wait(START_S)
    assert process.returncode == -signal.SIGTERM
    assert [alive(job) for job in jobs] == [False, False]


def test_jobs_end_with_a_driver_that_is_killed(driver):
    process, jobs = driver
    process.kill()
    process.wait()
    until(lambda: not any(alive(job) for job in jobs), 10)


def test_an_error_in_the_driver_ends_all_jobs(tmp_path):
    task = Idle("a", tmp_path, pause=600)

    def stumble(_):
        until(task.processes)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        complete([task], Backend(), tmp_path / "logs", stumble)
    assert not alive(task.processes()[0])
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_controller_that_is_killed_takes_its_job_along_and_the_task_is_tried_again(tmp_path):
    task = Counting("a", tmp_path, steps=20, pause=0.1)

    def strike(states):
        if len(task.processes()) == 0 and states["a"] == "running":
            until(task.processes)
            controller = int(Path(f"/proc/{task.processes()[0]}/stat").read_text().rpartition(")")[2].split()[1])
            os.kill(controller, signal.SIGKILL)

    complete([task], Backend(), tmp_path / "logs", strike)
    assert len(task.processes()) == 2


# --- questions to Slurm and its answers, with stub commands; tests/cluster has a real Slurm ---


@pytest.fixture
def slurm(tmp_path, monkeypatch):
    """Slurm's commands: squeue says what `squeue.says` holds, or `squeue.then` after a scancel; `calls` has a line for each order."""
    folder = tmp_path / "slurm"
    folder.mkdir()
    scripts = {
        "sbatch": 'echo "sbatch" >>calls; if [ -e full ]; then echo "the queue is full" >&2; exit 1; fi; echo "Submitted batch job 7"',
        "squeue": "cat squeue.says",
        "scancel": 'echo "scancel $*" >>calls; [ ! -e squeue.then ] || cp squeue.then squeue.says',
        "srun": "exit 1",
        "scontrol": "exit 1",
    }
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\ncd '{folder}' || exit\n{script}\n")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    monkeypatch.setattr(Slurm, "poll_s", 0.1)
    return folder


def test_slurm_is_asked_for_one_array_with_what_each_job_may_take(tmp_path, slurm):
    (slurm / "squeue.says").write_text("7_0|CANCELLED|None\n7_1|CANCELLED|None\n")
    tasks = [Counting(name, tmp_path) for name in "ab"]
    wanted = Backend("slurm", jobs=1, minutes=2.5, partition="fast", gpus=2, cpus=3, memory_gib=1.5)
    assert len(complete(tasks, wanted, tmp_path / "logs", silent)) == 2
    [script] = (tmp_path / "logs").glob("*/7_submission.sh")
    asked = script.read_text()
    for option in ("array=0-1%1", "time=3", "partition=fast", "gpus-per-node=2", "cpus-per-task=3", "mem=1536M", "signal=USR2@36"):
        assert f"#SBATCH --{option}\n" in asked
    assert "--cpus-per-task=3 env" in asked, "a step has to be given its processors anew"
    assert (slurm / "calls").read_text() == "sbatch\n", "nothing is left to cancel"


def test_a_queue_that_does_not_answer_is_asked_again(tmp_path, slurm):
    task, told = Counting("a", tmp_path), []

    def tell(states):
        told.append(states["a"])
        if states["a"].startswith("unknown"):
            (slurm / "squeue.says").write_text("7|PENDING|Resources\n")
        elif states["a"].startswith("in the queue"):
            task()
            (slurm / "squeue.says").write_text("7|COMPLETED|None\n")

    assert complete([task], Backend("slurm"), tmp_path / "logs", tell) == []
    assert told == ["submitted", "unknown: the queue does not answer", "in the queue (Resources)", "done"]


def test_how_slurm_ended_a_job_is_told_when_it_is_given_up(tmp_path, slurm):
    (slurm / "squeue.says").write_text("7|OUT_OF_MEMORY|OutOfMemory\n")
    [failure] = complete([Counting("a", tmp_path)], Backend("slurm", retries=1), tmp_path / "logs", silent)
    assert failure.why.startswith("2 jobs in a row ended without a word, the last one with OUT_OF_MEMORY, no further than 0: ")
    assert (slurm / "calls").read_text() == "sbatch\nsbatch\n"


def test_a_job_that_cannot_be_queued_again_fails_and_the_others_do_not(tmp_path, slurm):
    lost, untouched = Counting("lost", tmp_path), Counting("other", tmp_path)
    (slurm / "squeue.says").write_text("7_0|NODE_FAIL|None\n7_1|RUNNING|None\n")

    def tell(states):
        (slurm / "full").touch()
        if states["lost"] == "failed":
            untouched()
            (slurm / "squeue.says").write_text("")

    [failure] = complete([lost, untouched], Backend("slurm"), tmp_path / "logs", tell)
    assert failure.task == "lost"
    assert failure.why.startswith("its job died and could not be queued again: Slurm must take the jobs, but says: the queue is full;")


def test_a_deadline_empties_the_queue_but_leaves_running_jobs(tmp_path, slurm):
    runs, told = Counting("a", tmp_path), []
    (slurm / "squeue.says").write_text("7_0|RUNNING|None\n7_1|PENDING|Resources\n")
    (slurm / "squeue.then").write_text("7_0|RUNNING|None\n7_1|CANCELLED|None\n")

    def tell(states):
        told.append(states)
        if states["b"] == "stopped":
            runs()
            (slurm / "squeue.says").write_text("7_0|COMPLETED|None\n")

    assert complete([runs, Counting("b", tmp_path)], Backend("slurm"), tmp_path / "logs", tell, until=time.time() + 1) == []
    assert [(states["a"], states["b"]) for states in told][-2:] == [("running", "stopped"), ("done", "stopped")]
    cancelled = [line for line in (slurm / "calls").read_text().splitlines() if line.startswith("scancel")]
    assert all(re.fullmatch(rf"scancel --quiet --name=claims-\S+ --user={os.getuid()} --state=PENDING", line) for line in cancelled)


def test_an_error_takes_all_jobs_from_slurm(tmp_path, slurm):
    (slurm / "squeue.says").write_text("7|RUNNING|None\n")

    def stumble(_):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        complete([Counting("a", tmp_path)], Backend("slurm"), tmp_path / "logs", stumble)
    [folder] = (tmp_path / "logs").iterdir()
    assert (slurm / "calls").read_text() == f"sbatch\nscancel --quiet --name=claims-{folder.name} --user={os.getuid()}\n"


def test_a_machine_without_slurm_is_told_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackendError, match="needs Slurm's commands, but sbatch, srun, squeue, scancel, scontrol cannot be found; use"):
        complete([Counting("a", tmp_path)], Backend("slurm"), tmp_path / "logs", silent)


# --- wrong calls ---


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"kind": "cloud"}, "the backend must be local or slurm, got 'cloud'"),
        ({"jobs": 0}, "the number of jobs at once must be at least 1, got 0"),
        ({"gpus": -1}, "the number of GPUs of a job must be at least 0, got -1"),
        ({"cpus": 0}, "the number of processors of a job must be at least 1, got 0"),
        ({"retries": -1}, "the number of retries must be at least 0, got -1"),
        ({"minutes": 0.0}, "the time limit of a job in minutes must be finite and above 0, got 0.0"),
        ({"minutes": float("inf")}, "the time limit of a job in minutes must be finite and above 0, got inf"),
        ({"memory_gib": float("nan")}, "the memory of a job in GiB must be finite and above 0, got nan"),
        ({"partition": "gpu"}, "a partition belongs to the backend slurm, got 'gpu' for local; leave it out"),
    ],
)
def test_a_backend_that_cannot_be_is_refused(wrong, message):
    with pytest.raises(BackendError) as refused:
        Backend(**wrong)
    assert str(refused.value) == message


def test_two_tasks_of_one_name_are_refused(tmp_path):
    tasks = [Counting("a", tmp_path), Counting("b", tmp_path), Counting("a", tmp_path)]
    with pytest.raises(BackendError, match="the names of tasks must differ, got a more than once"):
        complete(tasks, Backend(), tmp_path / "logs", silent)
    assert not tasks[1].processes()


def test_a_place_for_logs_that_is_none_is_refused(tmp_path):
    (tmp_path / "logs").write_text("a file")
    with pytest.raises(BackendError, match="logs must be a folder that can be written, but File exists; make room or choose another"):
        complete([Counting("a", tmp_path)], Backend(), tmp_path / "logs", silent)
