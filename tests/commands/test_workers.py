"""Workers: their results, and the message where one of them is killed."""

import os
import signal

import pytest

from reports import evidence
from theory import run, workers
from theory.__main__ import main
from theory.run import Verified
from theory.workers import LostError


@pytest.fixture(autouse=True)
def dismissed():
    yield
    workers.dismiss()


def test_a_worker_that_is_killed_costs_its_own_claim_only():
    workers.ready(1)
    os.kill(workers._idle[0].process.pid, signal.SIGKILL)
    lost, verified = workers.spread([("lemma-3.1", 600, 0), ("eq-3.2", 600, 0)], 1)
    assert lost[0] == ("lemma-3.1", 600, 0)
    assert isinstance(lost[2], LostError)
    assert str(lost[2]) == "its process was ended by SIGKILL, as when memory runs out"
    assert isinstance(verified[2], Verified)
    assert [item.claim for item in verified[2].evidence] == ["eq-3.2"] * len(verified[2].evidence)
    assert verified[2].evidence
    assert workers._alive == []


def test_a_lost_claim_is_a_fault_with_its_name_and_the_others_are_kept(monkeypatch, capsys, tmp_path):
    def two(*_):
        yield Verified("lemma-3.1", [], 0.0, 1.0, "its process was ended by SIGKILL")
        yield run.verify_one("eq-3.2", 600, 0)

    kept = evidence.path_of(tmp_path, "theory", "lemma-3.1")
    evidence.write_whole(kept, b"what an earlier call found")
    monkeypatch.setattr(run, "verify_all", two)
    monkeypatch.setattr(run, "get_ready", lambda *_: None)
    assert main(["verify", "lemma-3.1", "eq-3.2", "--examples", "600", "--out", str(tmp_path)]) == 1
    assert "FAULT lemma-3.1: its process was ended by SIGKILL; verify it again" in capsys.readouterr().out
    assert kept.read_bytes() == b"what an earlier call found"
    assert evidence.path_of(tmp_path, "theory", "eq-3.2").exists()


def test_workers_that_a_refused_call_had_started_are_dismissed(tmp_path):
    assert main(["verify", "lemma-3.1", "no-such-claim", "--jobs", "2", "--out", str(tmp_path)]) == 2
    assert workers._alive == []


def test_a_status_is_told_in_words():
    assert workers._how(3) == "its process ended with exit status 3"
    assert workers._how(-signal.SIGSEGV) == "its process was ended by SIGSEGV"
