"""The text that the experiments' command line shows, at several widths."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from empirical.experiments import experiments, fig_3a, large_lr_sgd_networks, table_1
from empirical.report import terminal_text as shown
from empirical.report.experiment import Cost, Ruling, Setup, Target
from empirical.report.terminal_text import Finished
from empirical.report.unfinished import UnfinishedError
from reports import record
from reports.duration import duration
from reports.terminal import Line

DAY = 86400
KNOWN = list(experiments().values())
HERE = {experiment.id: Cost(83.0 * number, 523.0 + 100 * number) for number, experiment in enumerate(KNOWN) if "digits" in experiment.id}
COSTS = {
    experiment.id: HERE.get(experiment.id) or Cost(200 * DAY, 6451.0, missing="no images: give --data", flops={experiment.id: 1.25e18})
    for experiment in KNOWN
}


def text(lines):
    return "\n".join(line.text.plain if isinstance(line, Line) else line.plain for line in lines)


@pytest.mark.parametrize("width", [40, 80, 120])
def test_every_experiment_is_listed_whole_on_one_line(width):
    lines = text(shown.listing(KNOWN, width)).splitlines()
    assert max(map(len, lines)) <= width
    assert [line.split()[0] for line in lines[1:]] == [experiment.id for experiment in KNOWN]


def test_a_wide_list_has_questions_and_claims():
    lines = text(shown.listing(KNOWN, None)).splitlines()
    assert lines[0].split() == ["experiment", "seeds", "question", "claims"]
    for line, experiment in zip(lines[1:], KNOWN, strict=True):
        assert experiment.question in line
        assert line.endswith(", ".join(dict.fromkeys(target.claim for target in experiment.targets)))


@pytest.mark.parametrize("width", [40, 58, 80, 120, None])
def test_the_plan_names_every_experiment_and_cuts_no_number(width):
    lines = text(shown.plan(KNOWN, COSTS, Setup(), width)).split("\n\n")[0].splitlines()
    assert width is None or max(map(len, lines)) <= width
    assert not any("…" in line for line in lines)
    for experiment in KNOWN:
        [place] = [number for number, line in enumerate(lines) if line.split()[0] == experiment.id]
        row = " ".join(lines[place : place + (1 if lines[0].startswith("experiment ") else 3)])
        cost = COSTS[experiment.id]
        assert duration(cost.seconds) in row
        assert (f"{cost.memory_mib:.0f} MiB" if cost.memory_mib < 1000 else f"{cost.memory_mib / 1024:.1f} GiB") in row


def test_every_column_of_the_plan_has_a_heading_and_numbers_end_at_one_place():
    heading, *rows = text(shown.plan(KNOWN, COSTS, Setup(), 120)).split("\n\n")[0].splitlines()
    assert heading.split() == ["experiment", "seeds", "networks", "flops", "about", "memory", "mark"]
    ends = heading.index("memory") + len("memory")
    assert {line[ends - 3 : ends] for line in rows} == {"MiB", "GiB"}


def test_the_sums_of_the_plan_are_told_in_years_and_for_an_accelerator():
    chosen = {experiment.id: COSTS[experiment.id] for experiment in (table_1.ON_IMAGES, large_lr_sgd_networks.ON_DIGITS)}
    long = {**chosen, "table-1": replace(chosen["table-1"], seconds=8111 * DAY, flops={"a": 3e18, "b": 1.32e18})}
    lines = text(shown.plan([table_1.ON_IMAGES, large_lr_sgd_networks.ON_DIGITS], long, Setup(), None)).splitlines()
    assert lines[-2] == f"1 experiment here: about {duration(chosen['large-lr-sgd-digits'].seconds)}"
    assert lines[-1] == (
        "1 experiment not here: about 22 years, 2 networks on images (4.3e18 flops: 12.0 h for an accelerator that does 1e14 a second)"
    )
    assert "cannot run here: no images: give --data\n" in "\n".join(lines)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "0 s"),
        (89, "89 s"),
        (90, "2 min"),
        (5399, "90 min"),
        (5400, "1.5 h"),
        (95 * 3600, "95.0 h"),
        (96 * 3600, "4 d"),
        (89 * DAY, "89 d"),
        (256 * DAY, "8 months"),
        (730 * DAY, "24 months"),
        (1198 * DAY, "3.3 years"),
        (8111 * DAY, "22 years"),
    ],
)
def test_a_duration_has_the_unit_of_its_size(seconds, words):
    assert duration(seconds) == words


def finished(*outcomes, mark="", says="the gain is 1.2 [0.1, 2.3]"):
    rulings = {Target("fig-3a", "printed", f"part-{number}"): Ruling(outcome, says) for number, outcome in enumerate(outcomes)}
    return Finished(fig_3a.EXPERIMENT, mark, rulings, 12.34)


@pytest.mark.parametrize(
    ("outcomes", "mark", "words"),
    [
        (["supports"], "", "met its rule"),
        (["refutes"], "stand-in", "missed its rule, stand-in"),
        (["inconclusive"], "", "undecided"),
        (["supports", "supports"], "", "met their rules (2 statements)"),
        (["supports", "refutes", "supports"], "reduced", "2 met, 1 missed, reduced"),
        (["refutes", "inconclusive"], "", "1 undecided, 1 missed"),
    ],
)
def test_a_run_ends_with_one_line_for_each_experiment(outcomes, mark, words):
    lines = text(shown.ending([finished(*outcomes, mark=mark)] * 4, {}, {}, False, 80)).splitlines()
    assert [re.split(r"  +", line) for line in lines] == [["experiment", "outcome", "s"], *[["fig-3a", words, "12.3"]] * 4]


@pytest.mark.parametrize(("count", "named", "sentences"), [(4, False, 0), (3, False, 3), (4, True, 4)])
def test_rulings_are_told_in_sentences_where_they_are_few_or_asked_for(count, named, sentences):
    said = text(shown.ending([finished("supports")] * count, {}, {}, named, 80))
    assert said.count("fig-3a, printed part-0: the gain is 1.2 [0.1, 2.3]") == sentences


def test_experiments_that_are_unfinished_failed_or_did_not_run_are_told():
    unfinished = {"table-1": UnfinishedError((1, 24), (3.5, 4800), []), "fig-1": UnfinishedError((0, 6), (0, 1200), ["seed 0: NaN"])}
    said = text(shown.ending([], {"fig-2": "no images"}, unfinished, False, None))
    assert "not finished: 1 of 24 networks trained, 3.5 of 4800 epochs" in said
    assert "failed: 0 of 6 networks trained" in said
    assert "fig-1: seed 0: NaN" in said
    assert "not run, since no images: fig-2" in said


def test_the_last_lines_name_the_folder_and_the_next_command():
    assert text(shown.closing([finished("supports")], (), record.OUT, 61)).splitlines()[1:] == [
        f"1 experiment, 61 s; results in {record.OUT}",
        "next: python -m reports build shows them",
    ]
    said = text(shown.closing([finished("supports")] * 2, ("table-1", "fig-1"), Path("x"), 61)).splitlines()
    assert said[1:] == [
        "2 experiments, 61 s; results in x",
        "next: the same command goes on with table-1, fig-1; python -m reports build --evidence x --out x shows them",
    ]


def test_a_run_that_trained_nothing_names_the_option_that_kept_it_from_training():
    said = text(shown.closing([], ["table-1"], record.OUT, 61, train=False)).splitlines()
    assert said[2:] == ["next: the same command without --no-train goes on with table-1"]
