"""The command line of the theory, called as a user calls it: right, wrong and interrupted calls."""

import errno
import json
import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from reports import evidence, lock
from theory import run
from theory.__main__ import main

ROOT = Path(__file__).parents[2]
FEW = ["--examples", "1500"]  # three batches


@pytest.fixture(scope="module")
def verified(tmp_path_factory):
    """Evidence on two claims, from few points."""
    out = tmp_path_factory.mktemp("out")
    assert main(["verify", "lemma-3.1", "eq-4.1", *FEW, "--jobs", "1", "--out", str(out)]) == 0
    return out


def refused(capsys, *arguments):
    """Return the message of a wrong call, which must exit with 2, print nothing else and show no traceback."""
    try:
        code = main(list(arguments))
    except SystemExit as stop:
        code = stop.code
    said = capsys.readouterr()
    assert code == 2
    assert "Traceback" not in said.out + said.err
    return " ".join((said.out + said.err).split())


def test_an_unknown_claim_is_refused_and_the_nearest_ids_are_offered(capsys):
    assert "lemma-3.1" in refused(capsys, "verify", "lema-3.1")
    assert "eq-2.3" in refused(capsys, "show", "eq-2.33")


def test_show_without_a_claim_asks_for_an_id(capsys):
    assert "Missing from python -m theory show: ID The claim's id" in " ".join(refused(capsys, "show").replace("│", "").split())


def test_all_unknown_claims_are_told_at_once_each_with_the_nearest_ids(capsys):
    said = refused(capsys, "verify", "lema-3.1", "eq-2.3", "zzz", "fig-3a")
    assert "got 'lema-3.1' (perhaps you meant lemma-3.1 or " in said
    assert ", 'zzz', 'fig-3a'; fig-3a is an experiment, for which there is `python -m empirical run`" in said
    assert "'eq-2.3'" not in said


def test_a_claim_without_a_row_in_the_ledger_is_refused_with_the_file_that_lacks_it(capsys):
    assert re.match(
        r"a claim to verify must be one of the \d+ that reports/claims.toml has to be proved, got 'new'", refused(capsys, "verify", "new")
    )


def test_experiments_cannot_be_verified(capsys):
    assert "fig-3a, fig-3b are experiments" in refused(capsys, "verify", "fig-3a", "fig-3b")


def test_a_misspelt_option_is_refused_and_the_right_one_is_offered(capsys):
    assert "--examples" in refused(capsys, "verify", "--exampels", "3")


@pytest.mark.parametrize("number", ["0", "-5"])
def test_fewer_than_one_example_is_refused(capsys, number):
    assert f"must be at least 1, got {number}" in refused(capsys, "verify", "lemma-3.1", "--examples", number)


@pytest.mark.parametrize("option", ["--examples", "--seed", "--jobs"])
@pytest.mark.parametrize("number", ["many", "1e5", "1.5", ""])
def test_a_number_that_is_none_is_refused(capsys, option, number):
    assert f"Error parsing {option}: it must be a whole number" in refused(capsys, "verify", option, number).replace("│ ", "")


@pytest.mark.parametrize(
    ("option", "number", "bound"),
    [
        ("--examples", "99999999999999999999", "10,000,000"),
        ("--examples", "10000001", "10,000,000"),
        ("--seed", "9" * 400, "4,294,967,295"),
        ("--jobs", "257", "256"),
    ],
)
def test_a_number_that_is_too_large_is_refused_before_any_work(capsys, monkeypatch, option, number, bound):
    monkeypatch.setattr(run, "verify_all", lambda *_: pytest.fail("work began"))
    assert f"{option} must be at most {bound} (" in refused(capsys, "verify", "lemma-3.1", option, number)


@pytest.mark.parametrize("call", [("verify", "--out"), ("show", "lemma-3.1", "--evidence")])
@pytest.mark.parametrize("path", ["", "  ", "a\0b", "x" * 300])
def test_a_path_that_no_file_can_have_is_refused_and_nothing_is_written(capsys, monkeypatch, tmp_path, call, path):
    monkeypatch.chdir(tmp_path)
    assert f"Error parsing {call[-1]}: it must be a path" in refused(capsys, *call, path).replace("│ ", "")
    assert not list(tmp_path.iterdir())


def test_folders_of_evidence_that_are_none_are_told_by_show(capsys, tmp_path):
    said = refused(capsys, "show", "lemma-3.1", "--evidence", str(tmp_path / "a"), str(tmp_path), str(tmp_path / "b"))
    assert f"--evidence must name folders, but {tmp_path / 'a'} is absent, {tmp_path / 'b'} is absent" in said


def test_a_second_verification_into_one_folder_is_refused_and_into_another_is_not(capsys, monkeypatch, tmp_path):
    with lock.output(tmp_path / "out", "verify"):
        monkeypatch.setattr(run, "verify_all", lambda *_: pytest.fail("work began"))
        said = refused(capsys, "verify", "lemma-3.1", "--out", str(tmp_path / "out"))
        assert f"one process at a time may `verify` into {tmp_path / 'out'}, and another one does; wait for it or choose another" in said
        monkeypatch.setattr(run, "verify_all", lambda *_: iter(()))
        assert main(["verify", "lemma-3.1", "--out", str(tmp_path / "other")]) == 0
    assert main(["verify", "lemma-3.1", "--out", str(tmp_path / "out")]) == 0


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_where_nothing_can_be_written_the_message_says_to_choose_another_folder(capsys, monkeypatch, tmp_path, number):
    def refuse(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("reports.evidence.Part", refuse)
    monkeypatch.setattr(run, "verify_all", lambda *_: pytest.fail("work began"))
    said = refused(capsys, "verify", "lemma-3.1", "--out", str(tmp_path))
    assert f"must be writable, but {os.strerror(number)}; choose another with --out" in said


@pytest.mark.parametrize("seed", ["-1", "4294967296"])
def test_a_seed_out_of_range_is_refused(capsys, seed):
    assert "--seed" in refused(capsys, "verify", "--seed", seed)


def test_a_negative_number_of_jobs_is_refused(capsys):
    assert "--jobs" in refused(capsys, "verify", "--jobs", "-1")


def test_a_folder_that_cannot_be_written_is_refused_before_any_work(capsys, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setattr(run, "verify_all", lambda *_: pytest.fail("work began"))
    assert "file is a file; choose another with --out DIR" in refused(capsys, "verify", "lemma-3.1", "--out", str(tmp_path / "file"))
    assert "file is a file" in refused(capsys, "verify", "lemma-3.1", "--out", str(tmp_path / "file" / "below"))
    assert "must be writable" in refused(capsys, "verify", "lemma-3.1", "--out", "/proc/nowhere")


def test_a_claim_in_code_without_a_row_in_the_ledger_is_refused(capsys, monkeypatch):
    from theory import registry

    known = dict(registry.claims())
    monkeypatch.setattr(registry, "claims", lambda: {**known, "stranger": known["lemma-3.1"]})
    assert "stranger" in refused(capsys, "verify", "lemma-3.1")


def test_truncated_evidence_is_refused_by_show(capsys, verified, tmp_path):
    whole = evidence.path_of(verified, "theory", "lemma-3.1").read_bytes()
    broken = evidence.path_of(tmp_path, "theory", "lemma-3.1")
    broken.parent.mkdir(parents=True)
    broken.write_bytes(whole[: len(whole) // 2])
    assert "whole JSON" in refused(capsys, "show", "lemma-3.1", "--evidence", str(tmp_path))


def test_every_claim_is_listed_with_its_file(capsys):
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    [words] = [line.split() for line in lines if line.startswith("lemma-3.1 ")]
    assert words[-1] == "linear/lemma_3_1.py"


def test_show_prints_statement_derivation_attacks_assumptions_and_verdict(capsys, verified):
    assert main(["show", "eq-4.1", "--evidence", str(verified)]) == 0
    said = " ".join(capsys.readouterr().out.split())
    for words in (
        "printed update: proved",
        "printed left-side: refuted",
        "near-miss:",
        "domain:",
        "∇f is not zero",
        "as checked: For all d, h whole",
        "counterexample:",
    ):
        assert words in said


def test_show_says_how_to_find_evidence_where_there_is_none(capsys, tmp_path):
    assert main(["show", "eq-4.1", "--evidence", str(tmp_path)]) == 0
    assert "python -m theory verify eq-4.1" in " ".join(capsys.readouterr().out.split())


def without_timing(folder):
    contents = {}
    for path in sorted((folder / "evidence" / "theory").glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        content["provenance"]["timing"] = None
        contents[path.name] = json.dumps(content)
    return contents


def test_two_runs_with_one_seed_write_the_same_evidence_whatever_the_number_of_jobs(verified, tmp_path):
    command = [sys.executable, "-m", "theory", "verify", "eq-4.1", "lemma-3.1", *FEW, "--jobs", "2", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert without_timing(tmp_path) == without_timing(verified)


def test_another_seed_draws_other_points(verified, tmp_path):
    assert main(["verify", "lemma-3.1", *FEW, "--seed", "1", "--jobs", "1", "--out", str(tmp_path)]) == 0
    second_seed, first_seed = without_timing(tmp_path)["lemma-3.1.json"], without_timing(verified)["lemma-3.1.json"]
    assert [item["details"].get("worst") for item in json.loads(second_seed)["evidence"]] != [
        item["details"].get("worst") for item in json.loads(first_seed)["evidence"]
    ]


def processor_seconds(session):
    """Return the parent of each process of a session, with the processor time that the process took."""
    seconds = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = path.read_text(encoding="utf-8").rpartition(")")[2].split()
            if int(fields[3]) == session:
                seconds.append((int(fields[1]), (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")))
    return seconds


def until(met, limit_s=600):
    deadline = time.monotonic() + limit_s
    while not met():
        assert time.monotonic() < deadline, "it has not begun"
        time.sleep(0.1)


@contextmanager
def endless(out, jobs):
    """A verification that would take hours, once all its processes are at work; nothing of it is left behind, however the test ends."""
    options = ("--examples", "10000000", "--jobs", jobs, "--out", str(out))
    command = [sys.executable, "-m", "theory", "verify", "lemma-3.1", "eq-4.1", *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        # A parent of workers waits after its imports, so only the processes that verify are sure to take more and more time.
        parent, workers = (os.getpid(), 1) if jobs == "1" else (process.pid, int(jobs))
        until(lambda: sum(of == parent and seconds > 5 for of, seconds in processor_seconds(process.pid)) == workers)
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_ends_at_once_with_130_and_leaves_earlier_evidence_whole(verified, tmp_path, jobs):
    before = evidence.path_of(verified, "theory", "lemma-3.1").read_bytes()
    kept = evidence.path_of(tmp_path, "theory", "lemma-3.1")
    evidence.write_whole(kept, before)
    with endless(tmp_path, jobs) as process:
        os.killpg(process.pid, signal.SIGINT)
        said, complaint = process.communicate(timeout=60)
    assert process.returncode == 130, said + complaint
    assert "Traceback" not in said + complaint
    assert "interrupted" in complaint
    assert kept.read_bytes() == before
    assert [path.name for path in kept.parent.iterdir()] == ["lemma-3.1.json"]


def test_workers_end_with_a_parent_that_is_killed(tmp_path):
    with endless(tmp_path, "2") as process:
        process.kill()
        process.communicate(timeout=60)  # which waits for everyone who could still write
