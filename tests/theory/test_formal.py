"""The formal proofs: which sources count as a proof, which are refused, and that the table fits the ledger and the sources."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from reports import evidence, ledger, lock
from reports.provenance import ROOT
from theory.formal import __main__ as command
from theory.formal import coq, theorems

needs_coq = pytest.mark.skipif(coq.find() is None, reason="coqc is not installed, so that no proof can be checked here")

CLASSICAL = """\
Axioms:
ClassicalDedekindReals.sig_not_dec : forall P : Prop, {~ ~ P} + {~ P}
ClassicalDedekindReals.sig_forall_dec
  : forall P : nat -> Prop,
    (forall n : nat, {P n} + {~ P n}) ->
    {n : nat | ~ P n} + {forall n : nat, P n}
"""
TRUE = """\
(* A comment (* with one inside, Admitted. *) and an Axiom. *)
Theorem two : 1 + 1 = 2.
Proof. reflexivity. Qed.

Definition main_theorems := (two).
Print Assumptions main_theorems.
"""


def source(folder: Path, text: str) -> Path:
    path = folder / "trial.v"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def stub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A coqc of two lines, first on PATH: it accepts everything, without axioms, unless a test rewrites it."""
    path = tmp_path / "bin" / "coqc"
    path.parent.mkdir()
    path.write_text("#!/bin/sh\n[ $1 = --print-version ] && echo 0.0 0.0 || echo 'Closed under the global context'\n", encoding="utf-8")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(path.parent), prepend=os.pathsep)
    return path


def test_the_table_names_statements_of_the_ledger_once_each():
    known = {(claim.id, statement.form, statement.part) for claim in ledger.read().claims for statement in claim.statements}
    named = [(row.claim, row.form, row.part) for row in theorems.TABLE]
    assert set(named) <= known, sorted(set(named) - known)
    assert len(named) == len(set(named))


def test_only_printed_statements_are_refuted_and_all_corrected_ones_of_their_claims_are_proved():
    refuted = {row.claim for row in theorems.TABLE if row.outcome == "refutes"}
    assert {row.form for row in theorems.TABLE if row.outcome == "refutes"} == {"printed"}
    claims = [claim for claim in ledger.read().claims if claim.id in refuted]
    stated = {(claim.id, statement.part) for claim in claims for statement in claim.statements if statement.form == "corrected"}
    assert stated == {(row.claim, row.part) for row in theorems.TABLE if row.form == "corrected"}


def test_the_table_names_theorems_that_its_files_prove():
    sources = {name: coq.read(coq.SOURCES / f"{name}.v") for name in theorems.FILES}
    for row in theorems.TABLE:
        assert {row.theorem, *row.also} <= sources[row.file].theorems.keys(), row
    assert {path.stem for path in coq.SOURCES.glob("*.v")} == set(theorems.FILES)


def test_every_source_says_what_it_states_and_where_it_comes_from():
    for name in theorems.FILES:
        text = (coq.SOURCES / f"{name}.v").read_text(encoding="utf-8")
        wanted = ("Statement.", "Idea.", "Assumes.", "Source.") if "main_theorems" in text else ("No statement of the",)
        assert all(word in text.split("*)")[0] for word in wanted), name


def test_a_statement_is_read_as_it_is_written(tmp_path: Path):
    assert coq.read(source(tmp_path, TRUE)).theorems == {"two": "1 + 1 = 2"}


def test_comments_become_blanks_and_lines_stay():
    code = coq.without_comments('a (* b (* c\n *) "*)" d *) e "(* f"')
    assert code.split() == ["a", "e", '"(*', 'f"']
    assert code.count("\n") == 1


@pytest.mark.parametrize(
    ("wrong", "line", "says"),
    [
        (TRUE.replace("Qed", "Admitted"), 3, "got Admitted"),
        (TRUE.replace("reflexivity", "admit"), 3, "got admit"),
        ("\nAxiom cheat : False.\n" + TRUE, 2, "got Axiom"),
        (TRUE.replace("(two).", "(one)."), 6, "got one"),
        (TRUE.replace("Print Assumptions main_theorems.\n", ""), 5, "print its assumptions"),
        (TRUE.replace("Definition", "Theorem three : True.\nProof. exact I. Qed.\nDefinition"), 8, "two, three"),
    ],
)
def test_a_source_with_an_open_or_unlisted_proof_is_refused_by_line(tmp_path: Path, wrong: str, line: int, says: str):
    with pytest.raises(coq.ProofError, match=rf"trial\.v, line {line}: .*{says}"):
        coq.read(source(tmp_path, wrong))


def test_a_source_that_is_no_text_is_refused_by_line(tmp_path: Path):
    path = source(tmp_path, TRUE)
    path.write_bytes(path.read_bytes().replace(b"Qed.", b"Qed.\xff"))
    with pytest.raises(coq.ProofError, match=r"trial\.v, line 3: a source must be UTF-8 text, got the byte 0xff; mend it$"):
        coq.read(path)


def test_the_names_of_axioms_are_read_and_their_types_are_not():
    assert coq.axioms(CLASSICAL) == ("ClassicalDedekindReals.sig_forall_dec", "ClassicalDedekindReals.sig_not_dec")
    assert coq.axioms("Axioms:\ncheat : False\n") == ("cheat",)
    assert coq.axioms("Closed under the global context\n") == ()


@pytest.mark.parametrize("printed", ["", "cheat : False\n", CLASSICAL + CLASSICAL, CLASSICAL + "Closed under the global context\n"])
def test_output_that_is_not_one_list_of_axioms_is_refused(printed: str):
    with pytest.raises(ValueError, match="one answer"):
        coq.axioms(printed)


def test_an_axiom_that_only_coq_reports_is_refused(stub: Path, tmp_path: Path):
    stub.write_text("#!/bin/sh\nprintf 'Axioms:\\ncheat : False\\n'\n", encoding="utf-8")
    with pytest.raises(coq.ProofError, match=r"trial\.v, line 6: .*got cheat"):
        coq.check(str(stub), [coq.read(source(tmp_path, TRUE))])


def test_a_theorem_whose_axioms_are_not_printed_is_refused(stub: Path, tmp_path: Path):
    stub.write_text("#!/bin/sh\n", encoding="utf-8")
    with pytest.raises(coq.ProofError, match=r"trial\.v, line 6: one answer"):
        coq.check(str(stub), [coq.read(source(tmp_path, TRUE))])


def test_the_line_of_an_error_is_not_mistaken_for_the_line_of_a_warning(stub: Path, tmp_path: Path):
    text = 'File "./trial.v", line 2, characters 0-5:\nWarning: old\nFile "./trial.v", line 3, characters 1-2:\nError: no\n such goal'
    stub.write_text(f"#!/bin/sh\ncat >&2 <<'END'\n{text}\nEND\nexit 1\n", encoding="utf-8")
    with pytest.raises(coq.ProofError, match=r"trial\.v, line 3: Coq refuses the proof: no such goal$"):
        coq.check(str(stub), [coq.read(source(tmp_path, TRUE))])


def test_a_proof_that_does_not_end_is_stopped(stub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    stub.write_text("#!/bin/sh\nexec sleep 60\n", encoding="utf-8")
    monkeypatch.setattr(coq, "LIMIT_S", 0.1)
    with pytest.raises(coq.ProofError, match=r"trial\.v, line 1: coqc took more than 0\.1 s"):
        coq.check(str(stub), [coq.read(source(tmp_path, TRUE))])


def test_where_coqc_is_missing_it_says_so_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("PATH", "")
    assert command.main(["--out", str(tmp_path / "out")]) == 0
    assert "coqc is not here" in " ".join(capsys.readouterr().out.split())
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("stub")
def test_checked_theorems_are_written_as_evidence_on_each_claim(tmp_path: Path):
    assert command.main(["--out", str(tmp_path)]) == 0
    items = [item for dossier in evidence.read_all(tmp_path) for item in dossier.evidence]
    assert {(item.claim, item.form, item.part, item.outcome) for item in items} == {
        (row.claim, row.form, row.part, row.outcome) for row in theorems.TABLE
    }
    assert all(item.method == "formal" and item.details["statement"] and item.details["coq"] == "0.0" for item in items)


def test_a_broken_proof_exits_1_and_leaves_earlier_evidence(stub: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert command.main(["--out", str(tmp_path)]) == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.json")}
    stub.write_text('#!/bin/sh\n[ $1 = --print-version ] && echo 0.0 || { echo "no disk" >&2; exit 1; }\n', encoding="utf-8")
    assert command.main(["--out", str(tmp_path)]) == 1
    assert capsys.readouterr().err == "vectors.v, line 1: Coq refuses the proof: no disk\n"
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*.json")}


@pytest.mark.usefixtures("stub")
def test_a_folder_that_cannot_be_written_exits_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "file").touch()
    assert command.main(["--out", str(tmp_path / "file")]) == 2
    assert "file is a file; choose another with --out DIR" in capsys.readouterr().err
    assert command.main(["--out", "/proc/nowhere"]) == 2
    assert "must be writable" in capsys.readouterr().err


@pytest.mark.usefixtures("stub")
def test_a_second_check_into_one_folder_exits_2_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with lock.output(tmp_path, "formal"):
        assert command.main(["--out", str(tmp_path)]) == 2
    assert f"one process at a time may `formal` into {tmp_path}, and another one does" in capsys.readouterr().err
    assert evidence.read_all(tmp_path) == []


@pytest.mark.parametrize("path", ["", "a\0b", "x" * 300])
def test_a_path_that_no_file_can_have_exits_2(path: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit, match="2"):
        command.main(["--out", path])
    assert "Error parsing --out: it must be a path" in capsys.readouterr().err


def test_an_unknown_option_exits_2():
    with pytest.raises(SystemExit, match="2"):
        command.main(["--fast"])


def test_ctrl_c_exits_130_and_writes_nothing(stub: Path, tmp_path: Path):
    stub.write_text(f"#!/bin/sh\n[ $1 = --print-version ] && echo 0.0 || {{ touch {tmp_path}/busy; exec sleep 60; }}\n", encoding="utf-8")
    call = [sys.executable, "-m", "theory.formal", "--out", str(tmp_path / "out")]
    with subprocess.Popen(call, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while not (tmp_path / "busy").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert "interrupted" in process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert not (tmp_path / "out" / "evidence").exists()


def test_importing_it_does_not_import_jax():
    code = "import sys, theory.formal.__main__; sys.exit('jax' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@needs_coq
def test_coq_leaves_nothing_beside_the_sources():
    before = sorted(coq.SOURCES.iterdir())
    (checked,) = coq.check(str(coq.find()), [coq.read(coq.SOURCES / f"{theorems.FILES[0]}.v")])
    assert checked.source.name == theorems.FILES[0]
    assert sorted(coq.SOURCES.iterdir()) == before


@needs_coq
@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (TRUE.replace("= 2.", "= 3."), "trial.v, line 3: Coq refuses the proof"),
        (TRUE.replace("Qed", "Admitted"), "got two"),  # as coq.read would find first, but Coq itself must tell
        (TRUE.replace("Theorem", "Axiom cheat : 1 + 1 = 2.\nTheorem").replace("reflexivity", "exact cheat"), "got cheat"),
    ],
)
def test_coq_itself_tells_a_false_statement_an_open_proof_and_an_axiom(wrong: str, says: str):
    with pytest.raises(coq.ProofError, match=says):
        coq.check(str(coq.find()), [coq.Source("trial", wrong, {"two": "1 + 1 = 2"})])
