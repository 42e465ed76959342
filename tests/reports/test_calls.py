"""Wrong calls that every command refuses before it works: each message says what must hold, what came and what to do, in one line."""

import errno
import math
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import arguments, calls
from reports.command import CallError


def between(value, least=1, most=10_000_000):
    calls.between("--number", value, least, most, "half a day", "leave it out")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (0, "--number must be at least 1, got 0; leave it out"),
        (-(10**30), "--number must be at least 1, got -1000000000000000000000000000000; leave it out"),
        (99999999999999999999, "--number must be at most 10,000,000 (half a day), got 99999999999999999999; leave it out"),
        (math.inf, "--number must be a finite number, got inf; leave it out"),
        (-math.inf, "--number must be a finite number, got -inf; leave it out"),
        (math.nan, "--number must be a finite number, got nan; leave it out"),
        (1e300, "--number must be at most 10,000,000 (half a day), got 1e+300; leave it out"),
    ],
)
def test_a_number_out_of_bounds_is_told_with_its_bound_the_reason_and_what_to_do(value, message):
    with pytest.raises(CallError) as refused:
        between(value)
    assert str(refused.value) == message


def test_the_message_of_a_very_long_number_is_short():
    with pytest.raises(CallError) as refused:
        between(10**4000)
    assert "(4001 characters)" in str(refused.value)
    assert len(str(refused.value)) < 200


@given(st.integers() | st.floats())
def test_a_number_passes_exactly_where_it_lies_between_the_bounds(value):
    inside = math.isfinite(value) and 1 <= value <= 10_000_000 if isinstance(value, float) else 1 <= value <= 10_000_000
    try:
        between(value)
    except CallError:
        assert not inside
    else:
        assert inside


def test_an_option_that_is_not_given_passes():
    between(None)


def test_all_unknown_names_are_told_at_once_each_with_names_spelt_alike():
    with pytest.raises(CallError) as refused:
        calls.among("a claim must be one of these", ["lema-3.1", "eq-2.3", "zzz", "EQ-2.3", "zzz"], ["lemma-3.1", "eq-2.3"], "see them")
    assert str(refused.value) == (
        "a claim must be one of these, got 'lema-3.1' (perhaps you meant lemma-3.1), 'zzz', 'EQ-2.3' (perhaps you meant eq-2.3); see them"
    )


def test_many_or_long_unknown_names_give_a_short_message():
    with pytest.raises(CallError) as refused:
        calls.among("a claim must be one of these", [*map(str, range(1000)), "x" * 100_000], ["lemma-3.1"], "see them")
    assert str(refused.value).endswith("'8', '9', and 991 more; see them")
    with pytest.raises(CallError) as refused:
        calls.among("a claim must be one of these", ["x\n" * 50_000], ["lemma-3.1"], "see them")
    assert len(str(refused.value)) < 120
    assert "\n" not in str(refused.value)


@pytest.fixture
def place(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    return tmp_path


@pytest.mark.parametrize("name", ["folder", "absent", "absent/below", "folder/below", "."])
def test_a_folder_to_write_to_need_not_be_there(place, name):
    calls.output("--out", place / name)


@pytest.mark.parametrize(("name", "kind"), [("file", "a file"), ("pipe", "a pipe or a device"), ("file/below/it", "a file")])
def test_a_folder_to_write_to_that_is_something_else_is_refused(place, name, kind):
    with pytest.raises(CallError) as refused:
        calls.output("--out", place / name)
    there = place / name.partition("/")[0]
    assert str(refused.value) == f"--out must name a folder, but {there} is {kind}; choose another with --out DIR"


def test_all_absent_folders_to_read_are_told_with_names_spelt_alike(place):
    with pytest.raises(CallError) as refused:
        calls.folders("--evidence", [place / "folde", place / "folder", place / "file", Path("/no/such/place")])
    assert str(refused.value) == (
        f"--evidence must name folders, but {place}/folde is absent (perhaps you meant folder or file), {place}/file is a file, "
        "/no/such/place is absent; check the spelling"
    )


@pytest.mark.parametrize(
    ("name", "kind"), [("fil", "absent (perhaps you meant file)"), ("folder", "a folder"), ("pipe", "a pipe or a device")]
)
def test_a_file_to_read_that_is_none_is_refused(place, name, kind):
    with pytest.raises(CallError) as refused:
        calls.file("--ledger", place / name)
    assert str(refused.value) == f"--ledger must name a file, but {place / name} is {kind}; name another with --ledger FILE"
    calls.file("--ledger", place / "file")


@pytest.mark.parametrize("refuse", [calls.file, lambda option, path: calls.folders(option, [path])])
def test_a_path_that_is_too_long_is_one_message(place, refuse):
    with pytest.raises(CallError, match="--evidence must name"):
        refuse("--evidence", place / ("x" * 300))


def test_a_folder_that_may_not_be_looked_into_is_told(place, monkeypatch):
    def refuse(_):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "is_dir", refuse)
    with pytest.raises(CallError, match=r"--out must name what this process may look at, but .*: Permission denied"):
        calls.output("--out", place / "folder")


@pytest.mark.parametrize(
    ("read", "text", "message"),
    [
        (arguments.whole, "many", "it must be a whole number, such as 20000, got 'many'"),
        (arguments.whole, "1e5", "it must be a whole number, such as 20000, got '1e5'"),
        (arguments.whole, "", "it must be a whole number, such as 20000, got ''"),
        (arguments.whole, "9" * 5000, "got '99999999999999999999999999999... (5002 characters)"),
        (arguments.decimal, "soon", "it must be a number, such as 7.5, got 'soon'"),
        (arguments.place, "", "it must be a path, got '', which is empty"),
        (arguments.place, "  ", "it must be a path, got '  ', which is empty"),
        (arguments.place, "a\0b", "it must be a path, got 'a\\x00b', which holds a NUL character"),
        (arguments.place, "x" * 300, "it must be a path that this system can take, got 300 characters, which are too many"),
        (arguments.place, "x/" * 5000, "it must be a path that this system can take, got 10000 characters, which are too many"),
        (arguments.word, "", "it must be a word without spaces, got ''"),
        (arguments.word, "a b", "it must be a word without spaces, got 'a b'"),
        (arguments.address, "", "it must be a word without spaces, got ''"),
        (arguments.address, "ftp://example.org", "it must be an address such as https://example.org/data, got 'ftp://example.org'"),
        (arguments.address, "https://", "it must be an address such as https://example.org/data, got 'https://'"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_in_plain_words(read, text, message):
    with pytest.raises(ValueError, match=r"^it must be") as refused:
        read(text)
    assert message in str(refused.value)
    assert len(str(refused.value)) < 200


def test_values_that_can_be_read_are():
    assert arguments.whole("12") == 12
    assert arguments.decimal("1.5") == 1.5
    assert arguments.place("a/b") == Path("a/b")
    assert arguments.place(".") == Path()
    assert arguments.address("http://localhost:8000") == "http://localhost:8000"
