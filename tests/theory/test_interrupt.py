"""Ctrl-C ends a command at once, even where Python loses the exception that it raises."""

import signal
import subprocess
import sys

from theory.interrupt import heard

LOST = """
import gc, signal, time
from theory.interrupt import heard
gc.callbacks.append(lambda *_: signal.raise_signal(signal.SIGINT))
with heard():
    gc.collect()
    time.sleep(60)
"""


def test_it_is_heard_inside_a_callback_of_the_garbage_collector():
    done = subprocess.run([sys.executable, "-c", LOST], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "interrupted; every file that was written is whole\n")


def test_nothing_of_it_stays_behind():
    before = signal.getsignal(signal.SIGINT)
    with heard():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before
