"""Harms to whole files: bytes turned, cut, doubled and exchanged, numbers and nesting that no program wrote.

`refused` reads many harmed files and counts those that ended in one clear message; any other exception fails the test at once.
"""

import contextlib
import hashlib
import os
import signal

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

HANGS_S = 60
"""Seconds after which a file that is still being read counts as one that hangs; most take a millisecond."""
EXAMPLES = 2000
"""Malformed files of each kind."""
NUMBERS = st.sampled_from(
    ["NaN", "Infinity", "-Infinity", "nan", "inf", "1e999", "-1", "-1e308", "0.5", "1e308", "9" * 25, "9" * 500, "9" * 5000, "true", "null"]
)
SCRAPS = st.sampled_from(
    ['"text"', "[]", "{}", "[[1]]", '{"a": 1}', "[" * 40, "{" * 40, '"', "\\", ",", ":", "=", "\n", "\x00", "\x1b[2J", "é", "﻿", "#", "''"]
)


def spots(content):
    """Places in a file, near its start and end as often as anywhere else."""
    last = max(len(content) - 1, 0)
    return st.one_of(st.integers(0, last), st.integers(0, min(last, 64)), st.integers(max(0, last - 64), last))


@st.composite
def turned(draw, content):
    """Some bits, or a few neighbouring bytes, are changed."""
    raw = bytearray(content)
    for _ in range(draw(st.integers(1, 6))):
        spot = draw(spots(content))
        raw[spot] ^= 1 << draw(st.integers(0, 7))
    if draw(st.booleans()):
        spot, scrap = draw(spots(content)), draw(st.binary(min_size=1, max_size=8))
        raw[spot : spot + len(scrap)] = scrap
    return bytes(raw)


@st.composite
def shortened(draw, content):
    """The end, the start or a piece within is missing."""
    first, second = sorted((draw(spots(content)), draw(spots(content))))
    return draw(st.sampled_from([content[:second], content[first + 1 :], content[:first] + content[second + 1 :]]))


@st.composite
def repeated(draw, content):
    """A piece stands there twice, somewhere else, or many times."""
    first, second = sorted((draw(spots(content)), draw(spots(content))))
    piece, spot = content[first : second + 1], draw(spots(content))
    return content[:spot] + piece * draw(st.sampled_from([1, 2, 50])) + content[spot:]


@st.composite
def exchanged(draw, content, replacements):
    """Another file, whole, cut or joined to this one, or nothing stands in its place."""
    replacement = draw(st.sampled_from([b"", b"\n", *replacements]))
    cut = replacement[: draw(st.integers(0, len(replacement)))]
    return draw(st.sampled_from([replacement, cut, cut + content, content[: draw(spots(content))] + replacement]))


def harms(content, replacements):
    """Harms that any file may come to."""
    return st.one_of(turned(content), shortened(content), repeated(content), exchanged(content, replacements))


@contextlib.contextmanager
def in_time(seconds=HANGS_S):
    """Fail where the body hangs, which a test runner alone would wait for."""

    def late(*_):
        raise AssertionError(f"a file was still being read after {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def assert_one_line(message, *names):
    """Check that a message is one line of bounded length that names the file."""
    assert message
    assert len(message) <= 2000, f"{len(message)} characters: {message[:300]}"
    assert message.isprintable(), repr(message)
    assert any(name in message for name in names), f"it names none of {names}: {message}"


class Harmed:
    """A file, or the files of a folder, shown in part where an example fails: Hypothesis would show megabytes."""

    def __init__(self, content):
        self.content = content

    def __repr__(self):
        told = repr(self.content)
        return told if len(told) <= 4000 else f"{told[:3000]} [...] {told[-1000:]}"


class EnoughError(Exception):
    """As many malformed files as were asked for."""


def refused(files, read, kind, *names, least):
    """Read `files` (a strategy) until `least` different files were refused with `kind`, and return the message on each.

    `read` takes a file and either raises or returns after checking the content it read. Each message must name one of `names`.
    """
    said = {}

    # The same files each time and under every profile: how many were malformed is counted, not hoped for.
    @settings(
        max_examples=10 * least,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(files.map(Harmed))
    def try_file(harmed):
        if len(said) == least:
            raise EnoughError
        message = None
        try:
            with in_time():
                read(harmed.content)
        except kind as error:
            message = str(error)
        if message is not None:
            assert_one_line(message, *names)
            said[hashlib.sha256(repr(harmed.content).encode()).digest()] = message

    with contextlib.suppress(EnoughError):
        try_file()
    assert len(said) == least, f"only {len(said)} of {least} harmed files were malformed"
    return list(said.values())


def put(path, content):
    """Write a file, in the place of whatever is there."""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)  # noqa: PTH108 - thousands of times
    path.write_bytes(content)
