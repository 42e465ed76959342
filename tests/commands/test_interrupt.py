"""Ctrl-C ends a command at once, even where Python loses the exception that it raises, and registered actions are done first."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from reports import interrupt, unfinished

ROOT = Path(__file__).parents[2]
START = """import gc, os, pathlib, signal, subprocess, sys, threading, time
from reports import interrupt
interrupt.exit_on_interrupt('__main__')
"""
STRIKE = "signal.raise_signal(signal.SIGINT)\n"


def ended(script, *arguments, **options):
    """Return status and messages of a Python script that ends by Ctrl-C."""
    command = [sys.executable, "-c", START + script, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=60, **options)
    return done.returncode, done.stderr


def test_it_is_heard_inside_a_callback_of_the_garbage_collector():
    lost = "gc.callbacks.append(lambda *_: signal.raise_signal(signal.SIGINT))\ngc.collect()\ntime.sleep(60)\n"
    assert ended(lost) == (130, interrupt.SAID)


def test_a_module_that_is_only_imported_leaves_signals_as_they_are():
    before = signal.getsignal(signal.SIGINT)
    interrupt.exit_on_interrupt("theory.__main__")
    assert signal.getsignal(signal.SIGINT) is before


def test_a_file_that_is_being_written_is_removed(tmp_path):
    script = f"from reports.unfinished import Part\nwith Part(pathlib.Path(sys.argv[1])) as file:\n    file.write(b'half')\n    {STRIKE}"
    assert ended(script, tmp_path / "claims.json") == (130, interrupt.SAID)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_another_thread_is_writing_is_removed_and_no_other_is_begun(tmp_path):
    script = f"""
from reports.unfinished import Part
def write():
    for number in range(10**6):
        with Part(pathlib.Path(sys.argv[1]) / str(number)) as file:
            file.write(b'half')
            began.set()
began = threading.Event()
threading.Thread(target=write, daemon=True).start()
began.wait()
{STRIKE}"""
    assert ended(script, tmp_path) == (130, interrupt.SAID)
    assert list(tmp_path.iterdir()) == []


def test_children_are_gone_before_the_command_is(tmp_path):
    script = f"""
child = subprocess.Popen(["sleep", "60"])
print(child.pid, flush=True, file=open(sys.argv[1], "w"))
with interrupt.Ending(lambda: interrupt.kill(child)):
    {STRIKE}"""
    assert ended(script, tmp_path / "pid") == (130, interrupt.SAID)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text(encoding="utf-8")), 0)


def test_an_action_registered_for_a_block_is_forgotten_after_it(tmp_path):
    script = f"with interrupt.Ending(lambda: pathlib.Path(sys.argv[1]).touch()):\n    pass\n{STRIKE}"
    assert ended(script, tmp_path / "called") == (130, interrupt.SAID)
    assert not (tmp_path / "called").exists()


def test_a_child_that_has_ended_is_not_killed_again():
    with subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"]) as child:
        child.wait()
        interrupt.kill(child)
    assert child.returncode == 3


def test_a_full_standard_error_does_not_keep_it_from_ending():
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([sys.executable, "-c", START + STRIKE], cwd=ROOT, stderr=full, timeout=60)
    assert done.returncode == 130


def test_a_part_is_gone_after_its_block_however_that_ends(tmp_path):
    part = unfinished.Part(tmp_path / "a")
    assert list(tmp_path.iterdir()) == list(unfinished._parts)
    with pytest.raises(ZeroDivisionError), part:
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []
    assert unfinished._parts == set()


def test_a_part_in_a_folder_that_is_none_leaves_nothing_to_remove(tmp_path):
    with pytest.raises(FileNotFoundError):
        unfinished.Part(tmp_path / "nowhere" / "a")
    assert unfinished._parts == set()


def test_nothing_hears_later_than_the_module_that_is_imported_first():
    """The window in which Python answers Ctrl-C by a traceback is only as short as this import is: it must load nothing else of ours."""
    code = "import sys; before = set(sys.modules); import reports.interrupt; print(*sorted(set(sys.modules) - before))"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60).stdout.split()
    assert {name for name in loaded if name.partition(".")[0] in {"reports", "theory", "empirical"}} == {"reports", "reports.interrupt"}
    assert {"subprocess", "threading", "tempfile", "logging"}.isdisjoint(loaded)


def test_in_a_block_it_waits_for_the_end_of_the_block_although_another_thread_receives_it(tmp_path):
    script = """
threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
def last():
    with interrupt.BlockInterrupt():  # as the call that takes jobs from a queue
        pathlib.Path(sys.argv[1]).write_text(" ".join(done))
    done.append("again")
interrupt.at_stop(last)
done = []
with interrupt.BlockInterrupt():
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(0.2)
    done.append("inner")
    with interrupt.BlockInterrupt():
        done.append("nested")
    done.append("outer")
done.append("after")
time.sleep(60)
"""
    assert ended(script, tmp_path / "done") == (130, interrupt.SAID)
    assert (tmp_path / "done").read_text() == "inner nested outer"
