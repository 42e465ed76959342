"""Changes between two versions of the record: verdicts that differ, statements that came or went; other files are refused."""

import json

import pytest

from reports.__main__ import main
from reports.evidence import EvidenceError
from reports.page import since


def version(folder, name, **claims):
    """Write a claims.json whose claims have these printed parts, {part: verdict}, and return its path."""
    rows = [
        {"id": claim, "printed": {"parts": [{"part": part, "verdict": word} for part, word in parts.items()]}}
        for claim, parts in claims.items()
    ]
    path = folder / name
    path.write_text(json.dumps({"schema": 1, "claims": rows, "generated": {"claims": len(rows)}}))
    return path


def test_verdicts_that_differ_and_statements_that_came_or_went_are_told(tmp_path, capsys):
    before = version(tmp_path, "before.json", a={"upper": "open", "lower": "proved"}, b={"result": "measured"})
    after = version(tmp_path, "after.json", a={"upper": "proved", "lower": "proved"}, c={"result": "refuted"})
    assert main(["changes", str(before), "--after", str(after)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "a, printed upper: open -> proved",
        "c, printed result: new, refuted",
        "b, printed result: gone, was measured",
    ]
    assert main(["changes", str(before), "--after", str(before)]) == 0
    assert capsys.readouterr().out == "no verdict changed, and no statement came or went\n"


def test_a_qualifier_is_a_part_of_the_verdict():
    parts = [since.Part(part="result", verdict="open", qualifier=word) for word in ("reduced", "partial")]
    assert [part.told for part in parts] == ["open (reduced)", "open (partial)"]


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"schema": 2, "claims": []}', '{"schema": 1, "claims": [{}]}', "[" * 5000])
def test_a_file_that_is_no_version_is_refused(tmp_path, content):
    path = tmp_path / "other.json"
    path.write_text(content)
    with pytest.raises(EvidenceError, match=r"other\.json must be a claims\.json of this project, but .*; name another"):
        since.read(path)


def test_wrong_calls_end_with_status_2_and_one_line(tmp_path, capsys):
    for call in (["changes", str(tmp_path)], ["changes", str(tmp_path / "none.json")]):
        assert main(call) == 2
        error = capsys.readouterr().err
        assert error.count("\n") == 1
        assert "must name a file" in error
