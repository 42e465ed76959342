"""Every number copied from the paper is looked for in the text that a user gives, and faults of that file are told."""

import os
import re
import stat

import pytest

from reports import quotes
from reports.ledger import LedgerError
from theory.__main__ import main
from theory.paper import quote_checks

QUOTES = quotes.read()
PAGE = "\n".join(f"Lorem ipsum. {quote.context}. Dolor sit amet" for quote in QUOTES)


def called(capsys, path):
    """Return the exit status of `quotes` and all that it printed, in one line."""
    try:
        code = main(["quotes", str(path)])
    except SystemExit as stop:
        code = stop.code
    said = capsys.readouterr()
    assert "Traceback" not in said.out + said.err
    return code, " ".join((said.out + said.err).replace("│", " ").split())


def test_all_numbers_are_found_in_a_text_that_has_them(capsys, tmp_path):
    file = tmp_path / "paper.txt"
    file.write_text(PAGE, encoding="utf-8")
    code, said = called(capsys, file)
    assert code == 0
    assert f"{len(QUOTES)} of {len(QUOTES)} numbers stand where" in said


def test_a_text_that_lost_its_blanks_and_broke_its_lines_has_them_too():
    text = re.sub(r"([a-z])([a-z])", r"\1-\n\2", PAGE.replace(" ", ""), count=40)
    plain = quotes.in_one_form(text)
    assert [quote.context for quote in QUOTES if not quotes.places(quote.context, plain)] == []


@pytest.mark.parametrize("quote", QUOTES, ids=lambda quote: f"{quote.place} {quote.value}")
def test_a_number_that_the_text_has_otherwise_is_missed(capsys, tmp_path, quote):
    file = tmp_path / "paper.txt"
    altered = quote.context.replace(quote.as_printed, f"7{quote.as_printed}")
    file.write_text(PAGE.replace(quote.context, altered), encoding="utf-8")
    code, said = called(capsys, file)
    assert code == 1
    assert re.search(rf"{re.escape(quote.as_printed)} {re.escape(quote.place)} no ", said)


def test_a_number_that_goes_on_is_another_one():
    assert quotes.places("from 17% to 9", "from 17% to 9.") == 1
    assert quotes.places("from 17% to 9", "from 17% to 9.5") == 0
    assert quotes.places("from 17% to 9", "from 17% to 95") == 0
    assert quotes.places("17 of them", "117 of them") == 0
    assert quotes.places("17 of them", "1 7 of them") == 0


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "it holds none"), (b"caf\xe9", "text in UTF-8"), (b"x" * (2**21 + 1), "at most 2,097,152 bytes"), (None, "No such file")],
)
def test_a_file_that_is_no_paper_is_refused(capsys, tmp_path, content, why):
    file = tmp_path / "paper.txt"
    if content is not None:
        file.write_bytes(content)
    code, said = called(capsys, file)
    assert code == 2
    assert why in said


def test_a_folder_is_refused(capsys, tmp_path):
    code, said = called(capsys, tmp_path)
    assert (code, "it is a folder" in said) == (2, True)


def program(folder, monkeypatch, script):
    """Put a program in the place of pdftotext; None leaves none on PATH."""
    monkeypatch.setenv("PATH", str(folder) if script is None else f"{folder}{os.pathsep}{os.environ['PATH']}")
    if script is not None:
        path = folder / "pdftotext"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)


def test_a_pdf_is_read_by_pdftotext(capsys, monkeypatch, tmp_path):
    text, pdf = tmp_path / "text", tmp_path / "paper.pdf"
    text.write_text(PAGE, encoding="utf-8")
    pdf.write_bytes(b"%PDF-1.7 and so on")
    program(tmp_path, monkeypatch, f'cat "{text}"')
    assert called(capsys, pdf)[0] == 0


@pytest.mark.parametrize(
    ("script", "why"),
    [(None, "not on PATH; install it"), ("echo no pages >&2; exit 1", "could not read"), ("printf ''", "a picture of pages")],
)
def test_a_pdf_that_cannot_be_read_is_told(capsys, monkeypatch, tmp_path, script, why):
    pdf = tmp_path / "paper.pdf"
    pdf.write_bytes(b"%PDF-1.7 and so on")
    program(tmp_path, monkeypatch, script)
    code, said = called(capsys, pdf)
    assert code == 2
    assert why in said


QUOTE = '[[quote]]\nplace = "Table 1"\nvalue = "0.3"\nprinted = "30%"\ncontext = "with 30% noise"\n'


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ('value = "0.3"', 'value = "0.4"', "must be printed as the same number"),
        ("with 30%", "with 130%", "must have the number as it is printed"),
        ("with 30% noise", "with 30% noise" + " so" * 20, "at most 20 words"),
        ('printed = "30%"', 'printed = "thirty"', "is not a list of quotes"),
        ("[[quote]]", "[[quote]]\nplace = 1", "must be TOML"),
        ("[[quote]]", "[[quotes]]", "is not a list of quotes"),
        (QUOTE, QUOTE * 2, "stands more than once"),
    ],
)
def test_a_quote_that_contradicts_itself_is_refused(tmp_path, before, after, why):
    file = tmp_path / "quotes.toml"
    text = "schema = 1\n" + QUOTE
    file.write_text(text, encoding="utf-8")
    assert [quote.as_printed for quote in quotes.read(file)] == ["30%"]
    file.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(LedgerError, match=why):
        quotes.read(file)


def test_a_number_that_is_typed_otherwise_than_it_is_listed_is_refused():
    listed = quote_checks.Quote("Table 1", "69.47")
    quote_checks.refuse_unlisted([listed])
    with pytest.raises(ValueError, match=r"69\.74 \(Table 1\) does not"):
        quote_checks.refuse_unlisted([listed, quote_checks.Quote("Table 1", "69.74")])
