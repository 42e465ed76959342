"""Results on disk, judged once more: marks, directions and sentences are renewed, and no number is changed."""

import json
import shutil
from pathlib import Path

import pytest

from empirical.cli import judge_again
from empirical.report.results import networks
from empirical.report.sweep_results import read
from reports import evidence
from reports.command import WRONG

PUBLISHED = Path(__file__).parents[3] / "reports" / "published"


@pytest.fixture
def folder(tmp_path):
    """The published run of Figure 12 as an earlier version wrote it: marked as reduced, in other words, without direction."""
    for name in ("evidence/empirical/fig-12.json", "experiments/fig-12.json"):
        (tmp_path / name).parent.mkdir(parents=True)
        shutil.copy(PUBLISHED / name, tmp_path / name)
    path = tmp_path / "evidence" / "empirical" / "fig-12.json"
    whole = json.loads(path.read_text())
    for item in whole["evidence"]:
        if item["details"]["experiment"] == "fig-12":
            item["qualifier"] = "reduced"
            item["says"] = "An old sentence."
            item["details"]["question"] = "An old question?"
            item["details"] = {key: value for key, value in item["details"].items() if key not in {"run", "direction", "effect"}}
    path.write_text(json.dumps(whole))
    return tmp_path


def records(folder):
    return {item.details["experiment"]: item for item in evidence.read(folder / "evidence" / "empirical" / "fig-12.json").evidence}


def test_marks_directions_questions_and_sentences_are_renewed_and_outcomes_stay(folder):
    before = records(folder)
    assert judge_again.main([str(folder), "fig-12"]) == 0
    after, results = records(folder), json.loads((folder / "experiments" / "fig-12.json").read_text())
    own, old = after["fig-12"], before["fig-12"]
    assert (own.qualifier, own.details["run"], own.details["direction"]) == ("stand-in", "fig-12", "for")
    assert own.details["question"].endswith("Here the 2NN stands in for ResNet18.")
    assert own.details["effect"]["seeds"] == 3
    assert own.outcome == old.outcome
    assert own.says == results["rulings"][0]["says"]
    assert own.says.startswith("2NN, 10% of the images: SGD 0.265, lead of 1-SAM 0.005 [0.000, 0.010], n = 3 at")
    for key in ("rule", "rows", "settings", "commit", "date", "machine", "data"):
        assert own.details[key] == old.details[key]
    assert after["fig-12-digits"] == before["fig-12-digits"]
    assert results["results"]["qualifier"] == "stand-in"
    assert results["results"]["arms"] == json.loads((PUBLISHED / "experiments" / "fig-12.json").read_text())["results"]["arms"]
    assert judge_again.main([str(folder), "fig-12"]) == 0
    assert records(folder) == after


def test_a_record_that_would_have_another_outcome_is_refused(folder, capsys):
    path = folder / "evidence" / "empirical" / "fig-12.json"
    path.write_text(path.read_text().replace('"outcome": "inconclusive"', '"outcome": "supports"'))
    before = path.read_bytes()
    assert judge_again.main([str(folder), "fig-12"]) == WRONG
    assert "must keep its outcome, supports, but by this version it is inconclusive; run the experiment again" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_a_statement_that_the_experiment_does_not_rule_on_is_refused_and_nothing_is_written(folder, capsys):
    paths = [folder / "evidence" / "empirical" / "fig-12.json", folder / "experiments" / "fig-12.json"]
    paths[1].write_text(paths[1].read_text().replace('"part":"result"', '"part":"other"'))
    before = [path.read_bytes() for path in paths]
    assert judge_again.main([str(folder), "fig-12"]) == WRONG
    assert "must speak of statements that fig-12 rules on, got fig-12 printed other; run it again" in capsys.readouterr().err
    assert [path.read_bytes() for path in paths] == before


def test_arms_that_disk_sorts_by_name_stand_in_the_order_of_the_rows(folder):
    """Sorted by name, 100% of the images come before 50%, so that other arms would be neighbours."""
    whole = json.loads((folder / "experiments" / "fig-12.json").read_text())
    on_disk = read(whole["results"])
    settings = networks(judge_again.in_order(on_disk, [records(folder)["fig-12"]]))
    assert settings == ["2NN, 10% of the images", "2NN, 50% of the images", "2NN, 100% of the images"]
    assert networks(on_disk) != settings


def test_absent_results_are_told(folder, capsys):
    assert judge_again.main([str(folder), "fig-99"]) == WRONG
    assert "fig-99.json must be readable" in capsys.readouterr().err
    (folder / "experiments" / "fig-12.json").write_text("{}")
    assert judge_again.main([str(folder), "fig-12"]) == WRONG
    assert "must hold results of an experiment of this version" in capsys.readouterr().err
