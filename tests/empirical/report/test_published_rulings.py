"""What is published of a run follows from its published values, by the rules of the code: nobody typed it, and no rule has moved since.

The words of a rule stay as they were before its run; rules on networks were later put in other words, so that those on toy data alone are
compared. Pictures are not.
"""

import json
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from empirical.cli.judge_again import in_order, marked
from empirical.experiments import experiments
from empirical.report.experiment import Target
from empirical.report.record import qualifier, turning
from empirical.report.results import directions
from empirical.report.sweep_results import SweepResults, read_as
from reports import record
from reports.direction import run_of

PUBLISHED = Path(__file__).parents[3] / "reports" / "published"
WHOLE = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((PUBLISHED / "experiments").glob("*.json"))}
JUDGED = [run for run, whole in WHOLE.items() if whole["experiment"] in experiments()]  # step times are another command's


@pytest.fixture(scope="module")
def records():
    """Return {run: its pieces of evidence}."""
    items: dict[str, list] = {run: [] for run in WHOLE}
    for dossier in record.gather([PUBLISHED]):
        for item in dossier.evidence if dossier.source == "empirical" else ():
            items[run_of(item)].append(item)
    return items


def judged(run, own):
    """Return the experiment of a run, its results, the rulings on them, and which way they point."""
    experiment = experiments()[WHOLE[run]["experiment"]]
    results = read_as(experiment.results, WHOLE[run]["results"])
    if isinstance(results, SweepResults):
        results = in_order(marked(experiment, results), own)
    rulings = experiment.judge(results)
    return experiment, results, rulings, directions(experiment, results, rulings)


def lines(rows):
    """Return how often each row of a table stands there: on disk, arms are sorted by name."""
    return Counter(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in rows)


def test_all_runs_but_the_step_times_are_judged():
    assert WHOLE.keys() - set(JUDGED) == {"one-sam-cost", "one-sam-cost-gpu"}


@pytest.mark.parametrize("run", JUDGED)
def test_records_follow_from_the_values(run, records):
    experiment, results, rulings, pointing = judged(run, records[run])
    assert records[run]
    for item in records[run]:
        target = Target(item.claim, item.form, item.part)
        ruling = rulings[target]
        told = {(finding.outcome, finding.says): finding for finding in ruling.findings or (ruling,)}
        assert (item.outcome, item.says) in told, target
        assert {key: item.details[key] for key in ("effect", "needs") if key in item.details} == turning(ruling), target
        assert item.details["direction"] == pointing[target], target
        assert item.qualifier == qualifier(experiment, results), target
        assert item.details["seeds"] == len(results.seeds), target
        own_details = getattr(told[item.outcome, item.says], "details", {})
        assert lines(item.details["rows"]) == lines(own_details.get("rows", experiment.table(results))), target


@pytest.mark.parametrize("run", JUDGED)
def test_rulings_in_the_file_of_results_follow_from_the_values(run, records):
    _, _, rulings, _ = judged(run, records[run])
    now = [{**target._asdict(), "outcome": ruling.outcome, "says": ruling.says} for target, ruling in rulings.items()]
    assert WHOLE[run]["rulings"] == msgspec.to_builtins(now)


ON_TOY_DATA = [run for run in JUDGED if not experiments()[WHOLE[run]["experiment"]].data and not run.endswith("-digits")]


@pytest.mark.parametrize("run", ON_TOY_DATA)
def test_a_rule_on_toy_data_has_not_moved_since_its_run(run, records):
    assert {item.details["rule"] for item in records[run]} == {experiments()[WHOLE[run]["experiment"]].rule.sentence}
