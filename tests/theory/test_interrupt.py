"""Ctrl-C is heard even where Python loses the exception that it raises."""

import signal
import time
from contextlib import suppress

import pytest

from theory.interrupt import heard


def lose_one_and_wait():
    with heard():
        with suppress(KeyboardInterrupt):  # as a callback of the garbage collector would
            signal.raise_signal(signal.SIGINT)
        time.sleep(60)


def test_an_interruption_that_was_lost_comes_again():
    with pytest.raises(KeyboardInterrupt):
        lose_one_and_wait()


def test_nothing_of_it_stays_behind():
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGALRM)
    with heard():
        assert signal.getsignal(signal.SIGINT) not in before
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGALRM)) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
