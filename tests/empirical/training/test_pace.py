"""Pieces of an epoch take some seconds, however long a step takes, and none begins that would end too late."""

from types import SimpleNamespace

import pytest

from empirical.training import pace
from empirical.training.pace import PIECE_S, Pace

STEPS, CHUNKS = 0, 1


@pytest.fixture
def clock(monkeypatch):
    fake_time = SimpleNamespace(now=1000.0, time=lambda: fake_time.now)
    monkeypatch.setattr(pace, "time", fake_time)
    return fake_time


def after(made, *pieces):
    for part, units, seconds in pieces:
        made.took(part, units, seconds)
    return made


def test_the_first_two_pieces_of_a_part_are_one_unit_whatever_the_first_took():
    made = Pace(None)
    assert made.units(STEPS, 100) == 1
    assert after(made, (STEPS, 1, 60.0)).units(STEPS, 100) == 1
    assert after(made, (STEPS, 1, 0.5)).units(STEPS, 100) == PIECE_S / 0.5
    assert made.units(CHUNKS, 100) == 1, "another part has a pace of its own"


def test_a_first_piece_that_took_long_says_nothing_of_the_next(clock):
    made = after(Pace(clock.now + 10), (STEPS, 1, 60.0))
    assert not made.over(STEPS)
    assert after(made, (STEPS, 1, 20.0)).over(STEPS)


@pytest.mark.parametrize(("unit_s", "left", "expected"), [(0.01, 390, 390), (0.1, 390, 50), (7.0, 390, 1), (0.0, 390, 390)])
def test_a_piece_takes_some_seconds_of_the_time_left(unit_s, left, expected):
    assert after(Pace(None), (STEPS, 1, 60.0), (STEPS, 10, 10 * unit_s)).units(STEPS, left) == expected


def test_a_piece_is_no_longer_than_the_time_that_is_left(clock):
    made = after(Pace(clock.now + 10), (STEPS, 1, 60.0), (STEPS, 1, 1.0))
    assert made.units(STEPS, 390) == PIECE_S
    clock.now += 7
    assert made.units(STEPS, 390) == 3
    clock.now += 2
    assert not made.over(STEPS), "a second is left, and a step takes one"
    clock.now += 0.5
    assert made.over(STEPS)
    assert not made.over(CHUNKS), "what a chunk takes is not known"
    clock.now += 0.5
    assert made.over(CHUNKS)


def test_a_run_without_limit_is_never_over(clock):
    made = after(Pace(None), (STEPS, 1, 1e9), (STEPS, 1, 1e9))
    clock.now += 1e12
    assert not made.over(STEPS)
