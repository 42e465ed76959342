"""Text on a terminal fits its width: prose is cut or folded, names and numbers never."""

import io
import sys

import pytest
from rich.console import Console
from rich.text import Text

from reports.terminal import Column, Line, room, say, table

COLUMNS = (
    Column("name"),
    Column("seeds", right=True, leaves=2),
    Column("about", right=True, leaves=1),
    Column("question", least=12, leaves=3),
)
ROWS = [
    ("asked-early-stopping-digits", "8", "12 min", "How do the best and the last accuracy differ?"),
    ("fig-3a", "20", "8 s", "Does it rise?"),
]


def lines(width, columns=COLUMNS, rows=ROWS):
    return [[line.plain for line in row] for row in table(columns, rows, width)]


def test_without_a_width_all_is_shown():
    assert lines(None) == [
        ["name                         seeds   about  question"],
        ["asked-early-stopping-digits      8  12 min  How do the best and the last accuracy differ?"],
        ["fig-3a                          20     8 s  Does it rise?"],
    ]


def test_prose_is_cut_first_with_an_ellipsis():
    assert lines(60)[1] == ["asked-early-stopping-digits      8  12 min  How do the best…"]


def test_the_gap_narrows_before_a_column_leaves():
    assert lines(54)[1] == ["asked-early-stopping-digits     8 12 min How do the b…"]


def test_columns_leave_from_the_highest_number_down():
    assert lines(52)[0] == ["name                         seeds   about"]
    assert lines(36)[0] == ["name                          about"]
    assert lines(30)[0] == ["name"]


def test_a_row_is_stacked_where_the_columns_that_stay_do_not_fit():
    columns = (Column("name"), Column("about", right=True), Column("memory", right=True), Column("mark"))
    rows = [("asked-early-stopping-digits", "12 min", "900 MiB", ""), ("fig-3a", "3.4 years", "6.3 GiB", "not here")]
    assert lines(34, columns, rows) == [
        [],
        ["asked-early-stopping-digits", "  about 12 min, memory 900 MiB"],
        ["fig-3a", "  about 3.4 years, memory 6.3 GiB", "  mark not here"],
    ]


def test_styles_survive():
    [_, [line]] = table((Column("a"), Column("b")), [("x", Text("proved", style="green"))], None)
    assert any(str(span.style) == "green" for span in line.spans)


def said(paragraphs, width, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    file = io.StringIO()
    say(Console(file=file, width=width, force_terminal=width is not None, color_system=None), paragraphs)
    return file.getvalue().splitlines()


PARAGRAPH = Line(Text("one two three four five six [bold]seven[/bold]"), 2, 4)


def test_a_paragraph_is_folded_at_words_under_its_hanging_indent(monkeypatch):
    assert said([PARAGRAPH], 20, monkeypatch) == ["  one two three", "    four five six", "    [bold]seven[/bol", "    d]"]


def test_a_pipe_gets_a_paragraph_on_one_line_without_blanks_at_its_end(monkeypatch):
    assert said([PARAGRAPH, Text(), Text("end  ")], None, monkeypatch) == ["  one two three four five six [bold]seven[/bold]", "", "end"]


@pytest.mark.parametrize(("columns", "width"), [("33", 33), ("", None), ("wide", None)])
def test_columns_in_the_environment_give_a_pipe_a_width(columns, width, monkeypatch):
    monkeypatch.setenv("COLUMNS", columns)
    assert room(Console(file=io.StringIO())) == width


def test_a_stream_that_lacks_a_sign_gets_its_escape(monkeypatch):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    say(Console(), [Text("σ(−t f)")])
    sys.stdout.flush()
    assert raw.getvalue() == b"\\u03c3(\\u2212t f)\n"
