"""How long verifying takes: from evidence on disk, corrected by the claims that are done."""

import msgspec
import pytest

from reports import evidence
from tests.reports.examples import dossier
from tests.reports.examples import evidence as record
from theory import __main__ as command
from theory import progress, run
from theory.time_left import CLAIM_S, POINT_S, Left, expected, in_parallel


def earlier(folder, examples, seconds):
    """Leave evidence on eq-1 of a run that took so many seconds."""
    recorded = dossier(record())
    timing = msgspec.structs.replace(recorded.provenance.timing, wall_s=seconds)
    told = f"python -m theory verify eq-1 --examples {examples} --seed 0"
    origin = msgspec.structs.replace(recorded.provenance, command=told, timing=timing)
    evidence.write(folder, msgspec.structs.replace(recorded, provenance=origin))


def test_the_time_of_an_earlier_run_is_expected_and_more_points_take_longer(tmp_path):
    earlier(tmp_path, 10_000, 7.0)
    assert expected(["eq-1"], 10_000, {"eq-1": 3}, [tmp_path]) == {"eq-1": 7.0}
    assert expected(["eq-1"], 10, {"eq-1": 3}, [tmp_path]) == {"eq-1": 7.0}  # most of it is compilation and proof
    assert expected(["eq-1"], 1_010_000, {"eq-1": 3}, [tmp_path]) == {"eq-1": pytest.approx(7.0 + 3e6 * POINT_S)}


def test_the_first_folder_counts_and_unreadable_evidence_is_left_aside(tmp_path):
    near, far = tmp_path / "near", tmp_path / "far"
    earlier(far, 10_000, 9.0)
    assert expected(["eq-1"], 10_000, {"eq-1": 1}, [near, far]) == {"eq-1": 9.0}
    evidence.write_whole(evidence.path_of(near, "theory", "eq-1"), b"{")
    assert expected(["eq-1"], 10_000, {"eq-1": 1}, [near, far]) == {"eq-1": 9.0}
    earlier(near, 10_000, 5.0)
    assert expected(["eq-1"], 10_000, {"eq-1": 1}, [near, far]) == {"eq-1": 5.0}


def test_without_evidence_there_is_an_expectation_too(tmp_path):
    assert expected(["eq-1"], 10_000, {"eq-1": 1}, [tmp_path]) == {"eq-1": pytest.approx(CLAIM_S + 10_000 * POINT_S)}


@pytest.mark.parametrize(("seconds", "jobs", "whole"), [([], 2, 0), ([4, 4, 4], 2, 6), ([10, 1], 2, 10), ([10, 1], 8, 10), ([3, 4], 1, 7)])
def test_processes_share_the_work_and_none_ends_before_the_longest_claim(seconds, jobs, whole):
    assert in_parallel(seconds, jobs) == whole


def test_the_time_left_follows_the_clock_and_the_claims_that_are_done():
    now = [0.0]
    left = Left({"a": 10.0, "b": 20.0, "c": 30.0}, 1, lambda: now[0])
    assert left.tasks == 3
    assert left.seconds() == 60
    now[0] = 15.0
    assert left.seconds() == 45
    now[0] = 20.0
    left.done("a", 20.0)  # twice as long as was expected, and so will the others be
    assert left.seconds() == 100
    assert "a" not in left
    assert "b" in left
    now[0] = 500.0
    assert left.seconds() == 0


def test_a_long_run_says_beforehand_how_long_it_takes_and_a_short_one_does_not(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(run, "verify_all", lambda *_: iter(()))
    assert command.main(["verify", "lemma-3.1", "eq-4.2", "--examples", "10000000", "--jobs", "1", "--out", str(tmp_path)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("about ")
    assert said[0].endswith(" for 2 claims; fewer --examples take less")
    assert command.main(["verify", "lemma-3.1", "--jobs", "1", "--out", str(tmp_path)]) == 0
    assert "about" not in capsys.readouterr().out


def test_the_bar_tells_the_time_left():
    shown = progress.LeftColumn(Left({"a": 600.0}, 1, lambda: 0.0)).render(None)
    assert shown.plain == "about 10 min left"
