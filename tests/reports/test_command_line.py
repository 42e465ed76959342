"""The command line of the record: the files it writes, and one clear message and exit status for each wrong call."""

import errno
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from reports import __main__ as command
from reports import evidence as ev
from reports import lock, record
from reports.lock import LOCKS
from reports.page.readme import BEGIN, END
from tests.reports.examples import LEDGER, dossier, evidence

ROOT = Path(__file__).parents[2]
HEAVY = ["empirical", "flax", "flint", "hypothesis", "jax", "matplotlib", "numpy", "sympy", "theory", "z3"]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with a ledger, where out/ and published/ are the folders read and written by default."""
    (tmp_path / "claims.toml").write_text(LEDGER)
    monkeypatch.setattr(record, "OUT", tmp_path / "out")
    monkeypatch.setattr(record, "PUBLISHED", tmp_path / "published")
    return tmp_path


def run(place, name, *arguments):
    outputs = ["--out", str(place / "out")] if name == "build" else []
    return command.main([name, "--ledger", str(place / "claims.toml"), *outputs, *arguments])


def files(folder):
    """Return the files below a folder, without lock files, which stay, empty."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file() and path.parent.name != LOCKS)


def test_build_renders_the_pages_from_out_and_published(place, capsys):
    ev.write(place / "out", dossier(evidence(says="New.")))
    ev.write(place / "published", dossier(evidence(says="Old.")))
    ev.write(place / "published", dossier(evidence("formal"), source="formal"))
    assert run(place, "build") == 0
    assert files(place / "out") == [
        "claims.html",
        "claims.json",
        "claims.md",
        "claims.schema.json",
        "evidence.html",
        "evidence/theory/eq-1.json",
    ]
    page = json.loads((place / "out" / "claims.json").read_text(encoding="utf-8"))
    assert [item["says"] for item in page["claims"][0]["evidence"]] == ["New.", "One finding."]
    assert capsys.readouterr().out == f"2 claims, 2 pieces of evidence: {place / 'out' / 'claims.html'}\n"
    assert files(place / "published") == ["evidence/formal/eq-1.json", "evidence/theory/eq-1.json"]


def test_build_reads_only_the_folders_that_are_named(place):
    ev.write(place / "out", dossier(evidence()))
    ev.write(place / "other", dossier(evidence("formal"), source="formal"))
    assert run(place, "build", "--evidence", str(place / "other")) == 0
    page = json.loads((place / "out" / "claims.json").read_text(encoding="utf-8"))
    assert [item["method"] for item in page["claims"][0]["evidence"]] == ["formal"]


def test_publish_copies_pages_and_evidence_and_a_fresh_clone_renders_the_same(place):
    ev.write(place / "out", dossier(evidence(points=1)))
    assert run(place, "build", "--publish") == 0
    assert files(place / "published") == files(place / "out")
    for name in files(place / "out"):
        assert (place / "published" / name).read_bytes() == (place / "out" / name).read_bytes()
    assert run(place, "build", "--evidence", str(place / "published"), "--out", str(place / "clone")) == 0
    assert (place / "clone" / "claims.html").read_bytes() == (place / "published" / "claims.html").read_bytes()


def test_build_rewrites_the_readme_that_is_named(place):
    (place / "README.md").write_text(f"{BEGIN}\n{END}\n")
    assert run(place, "build", "--readme", str(place / "README.md")) == 0
    assert "| [eq-1](published/claims.md#eq-1) | open | open | – |" in (place / "README.md").read_text(encoding="utf-8")


def test_check_lists_mismatches_from_both_sides(place, capsys):
    ev.write(place / "out", dossier(evidence(), evidence(part="middle")))
    assert run(place, "check") == 1
    assert capsys.readouterr().out.splitlines() == [
        "evidence from theory speaks of eq-1, printed middle, but this claim has printed upper, printed lower, corrected upper",
        "no evidence speaks of eq-1, printed lower, which needs a proof",
        "no evidence speaks of eq-1, corrected upper, which needs a proof",
    ]


def test_check_tells_a_refuted_statement_without_effect(place, capsys):
    ev.write(place / "out", dossier(evidence("counterexample", "refutes"), evidence(part="lower"), evidence(form="corrected")))
    assert run(place, "check") == 1
    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()] == [
        "eq-1, printed upper, is refuted and has no effect",
        "eq-1, printed upper, is refuted and quotes nothing",
    ]


def test_check_finds_nothing_where_all_fits(place, capsys):
    ev.write(place / "out", dossier(evidence(), evidence(part="lower"), evidence(form="corrected")))
    assert run(place, "check", "--evidence", str(place / "out")) == 0
    assert capsys.readouterr().out.startswith("all evidence has its statement")


def test_check_tells_which_published_pages_are_stale(place, capsys):
    recorded = dossier(evidence(), evidence(part="lower"), evidence(form="corrected"))
    ev.write(place / "out", recorded)
    assert run(place, "build", "--publish") == 0
    assert run(place, "check") == 0
    (place / "published" / "claims.md").write_text("typed by hand")
    ev.write(place / "published", dossier(*recorded.evidence, date="2024-06-07T08:09:10Z"))
    capsys.readouterr()
    assert run(place, "check") == 1
    told = capsys.readouterr().out.splitlines()
    assert [line.split(" is stale")[0] for line in told] == ["published/claims.json", "published/claims.md", "published/claims.html"]
    assert all("`git diff` shows it), or publish it anew" in line for line in told)  # to publish alone would keep an edited verdict
    (place / "published" / "claims.html").unlink()
    ev.write(place / "published", dossier(evidence(claim="eq-9"), claim="eq-9"))
    assert run(place, "check") == 1
    assert "the published evidence cannot be rendered" in capsys.readouterr().out


def test_check_tells_a_published_picture_that_holds_more_than_is_let_through(place, capsys):
    drawn = place / "published" / "figures" / "fig-2.svg"
    drawn.parent.mkdir(parents=True)
    drawn.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M1 1L2 2"/></svg>')
    ev.write(place / "out", dossier(evidence(), evidence(part="lower"), evidence(form="corrected")))
    assert run(place, "build", "--publish") == 0
    assert run(place, "check") == 0
    clean = drawn.read_text()
    drawn.write_text(clean.replace("</svg>", "<script>alert(1)</script></svg>"))
    capsys.readouterr()
    assert run(place, "check") == 1
    assert capsys.readouterr().out.startswith("figures/fig-2.svg is stale; undo what was edited by hand")


def broken_ledger(place):
    (place / "claims.toml").write_text("schema =")
    return []


def truncated_evidence(place):
    path = ev.write(place / "out", dossier(evidence()))
    path.write_bytes(path.read_bytes()[:50])
    return []


def evidence_on_no_claim(place):
    ev.write(place / "out", dossier(evidence(claim="eq-2"), claim="eq-2"))
    return []


def file_in_place_of_a_folder(place):
    (place / "file").write_text("")
    return ["--out", str(place / "file")]


def readme_without_markers(place):
    (place / "README.md").write_text("nothing")
    return ["--readme", str(place / "README.md")]


WRONG_CALLS = [
    (broken_ledger, "claims.toml must be TOML"),
    (truncated_evidence, "must be a whole JSON file"),
    (evidence_on_no_claim, "got 'eq-2'; perhaps you meant eq-1"),
    (file_in_place_of_a_folder, "file is a file; choose another with --out DIR"),
    (readme_without_markers, "must each occur once"),
    (lambda place: ["--evidence", str(place / "a"), str(place / "b")], "a is absent, "),
    (lambda place: ["--evidence", str(place / "a"), str(place / "b")], "b is absent; check the spelling"),
    (lambda place: ["--evidence", str(place / "claims.toml")], "claims.toml is a file; check the spelling"),
    (lambda place: ["--readme", str(place)], "is a folder; name another with --readme FILE"),
    (lambda place: ["--readme", str(place / "README.md")], "README.md is absent; name another"),
    (lambda _: ["--readme", "/dev/null"], "/dev/null is a pipe or a device; name another"),
    (lambda place: ["--ledger", str(place)], "is a folder; name another with --ledger FILE"),
    (lambda _: ["--ledger", "/dev/null"], "/dev/null is a pipe or a device; name another"),
]


@pytest.mark.parametrize(("prepare", "said"), WRONG_CALLS)
def test_a_wrong_call_of_build_is_one_line_and_status_2(place, capsys, prepare, said):
    assert run(place, "build", *prepare(place)) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert told.err.count("\n") == 1
    assert told.out == ""


@pytest.mark.parametrize(
    ("command_name", "option"),
    [
        ("build", "--out"),
        *((name, option) for name in ("build", "check") for option in ("--evidence", "--readme", "--ledger")),
    ],
)
@pytest.mark.parametrize(("path", "said"), [("", "which is empty"), (" ", "which is empty"), ("a\0b", "NUL"), ("x" * 300, "too many")])
def test_a_path_that_no_file_can_have_is_refused(place, capsys, monkeypatch, command_name, option, path, said):
    monkeypatch.setenv("COLUMNS", "300")
    before = files(place)
    with pytest.raises(SystemExit) as stopped:
        run(place, command_name, option, path)
    assert stopped.value.code == 2
    told = " ".join(capsys.readouterr().err.split())
    assert option in told
    assert said in told
    assert files(place) == before


def test_two_builds_into_one_folder_are_refused_and_so_are_two_that_publish(place, capsys):
    with lock.output(place / "out", "build"):
        assert run(place, "build") == 2
        assert run(place, "build", "--out", str(place / "other")) == 0
    assert f"one process at a time may `build` into {place / 'out'}" in capsys.readouterr().err
    with lock.locked(place / "out", f"{LOCKS}/publish", "publish"):
        assert run(place, "build", "--publish") == 2
        assert run(place, "build") == 0
    assert f"one process at a time may publish to {place / 'published'}" in capsys.readouterr().err
    assert not (place / "published").exists()
    assert run(place, "build", "--publish") == 0


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_where_nothing_can_be_written_the_message_says_to_choose_another_folder(place, capsys, monkeypatch, number):
    def refuse(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("reports.evidence.Part", refuse)
    assert run(place, "build") == 2
    told = capsys.readouterr().err
    assert told == f"the folder {place / 'out'} must be writable, but {os.strerror(number)}; choose another with --out\n"


@pytest.mark.parametrize("arguments", [[], ["bild"], ["build", "--publsh"], ["check", "--out", "x"]])
def test_a_misspelt_call_is_status_2_without_a_traceback(arguments):  # and tyro names the options or commands that are spelt alike
    called = subprocess.run([sys.executable, "-m", "reports", *arguments], cwd=ROOT, capture_output=True, text=True)
    assert called.returncode == 2
    assert "Traceback" not in called.stdout + called.stderr
    assert called.stderr


def test_ctrl_c_is_status_130_and_leaves_earlier_pages_whole(place, monkeypatch, capsys):
    assert run(place, "build") == 0
    before = (place / "out" / "claims.md").read_bytes()
    ev.write(place / "out", dossier(evidence()))
    whole, calls = ev.write_whole, []

    def interrupted(path, content):
        calls.append(path.name)
        if path.name == "claims.md":
            raise KeyboardInterrupt
        whole(path, content)

    monkeypatch.setattr(ev, "write_whole", interrupted)
    assert run(place, "build") == 130
    assert calls == ["claims.json", "claims.schema.json", "claims.md"]
    assert (place / "out" / "claims.md").read_bytes() == before
    assert json.loads((place / "out" / "claims.json").read_text(encoding="utf-8"))["generated"]["evidence"] == 1
    assert capsys.readouterr().err == "interrupted; every file that was written is whole\n"


def test_the_record_imports_neither_package_nor_what_they_need(tmp_path):
    code = f"""
import sys
from reports.__main__ import main
status = main(["build", "--out", {str(tmp_path)!r}, "--evidence", {str(tmp_path)!r}])
heavy = {{name.split(".")[0] for name in sys.modules}} & {set(HEAVY)}
sys.exit(f"status {{status}}, imported {{heavy}}" if status or heavy else 0)
"""
    called = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert called.returncode == 0, called.stderr
    assert files(tmp_path) == ["claims.html", "claims.json", "claims.md", "claims.schema.json", "evidence.html", "sentences.html"]
