"""The paper's axes stand where its numbers lie in our picture, and lines that leave them are told."""

import re

import pytest

from reports import ledger, record
from reports.ledger import LedgerError
from reports.page import claims_html, claims_json, figure, paper_axes, paper_values, runs
from reports.page.paper_values import Figure, Panel
from tests.reports.examples import LEDGER, dossier, evidence
from tests.reports.outline import Outline

TICKS = ["0.2", "0.4", "0.6"]


def picture(*levels, log_y=False, title="n = 100"):
    """A picture of a run whose lines are level, at these accuracies, for steps from 0 to 100."""
    from empirical.report import figures

    lines = [figures.Line([0, 100], [level, level], f"line {level}") for level in levels]
    panel = figures.Panel(title, "step", "test accuracy", lines, log_y=log_y, x_range=(0, 100), y_range=(0.05, 1.0))
    return figure.cleaned(figures.svg([panel, figures.Panel("another", "step", "trace", lines)]), "fig-10")


def paper(*titles, ticks=TICKS, lines=None):
    panel = Panel(titles=list(titles), y="test accuracy", x_ticks=["0", "50"], y_ticks=ticks, lines=lines or {})
    return Figure(experiment="fig-10", place="Figure 10", source="its ticks", panel=[panel])


def heights(drawn):
    """Return where the level lines of the first panel stand, in the order in which they were drawn."""
    paths = re.findall(r'<path d="M[\d.]+ ([\d.]+)L[\d.]+ [\d.]+" fill="none" stroke="var\(--k0072b2\)"', drawn)
    return [float(height) for height in paths]


@pytest.mark.parametrize("log_y", [False, True])
def test_the_shaded_range_reaches_from_the_first_number_to_the_last(log_y):
    drawn = picture(0.2, 0.6, log_y=log_y)
    low, high = heights(drawn)[:2]
    over = paper_axes.marked(drawn, paper("n = 100"))
    [(x, top, width, height)] = re.findall(
        r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" fill="var\(--shade\)"', over.svg
    )
    assert (float(top), float(top) + float(height)) == pytest.approx((high, low), abs=0.2)
    start, end = map(float, re.findall(r'<path d="M([\d.]+) [\d.]+L([\d.]+) [\d.]+" fill="none" stroke="var\(--k0072b2\)"', drawn)[0])
    assert (float(x), float(width)) == pytest.approx((start, (end - start) / 2), abs=0.2), "the paper shows half of the steps"


def test_a_stroke_marks_each_number_of_the_paper_and_a_dashed_line_what_it_states():
    drawn = picture(0.4, 0.5)
    middle, stated = heights(drawn)[:2]
    over = paper_axes.marked(drawn, paper("n = 100", lines={"1-SAM": "0.5"}))
    edges, dashed = re.findall(r'<path d="([^"]*)" fill="none" stroke="var\(--quiet\)" stroke-width="0.8"', over.svg)[:2]
    assert [float(height) for height in re.findall(r"M[\d.]+ ([\d.]+)L", edges)][2] == pytest.approx(middle, abs=0.2)
    assert float(re.findall(r"M[\d.]+ ([\d.]+)L", dashed)[0]) == pytest.approx(stated, abs=0.2)
    assert over.says.endswith("Dashed: the paper's best accuracies in Table 1: 1-SAM 0.5.")


@pytest.mark.parametrize(
    ("levels", "told"),
    [
        ((0.3, 0.55), "Our lines stay within a tick of them."),
        ((0.3, 0.75), "Our lines stay within a tick of them."),  # the axis may go on for less than one tick
        ((0.3, 0.85), "Our lines leave them by more than a tick above in “n = 100”."),
        ((0.06, 0.3), "Our lines stay within a tick of them."),
        ((0.06, 0.9), "Our lines leave them by more than a tick above in “n = 100”."),
    ],
)
def test_a_line_that_is_a_whole_tick_beyond_the_range_is_told(levels, told):
    over = paper_axes.marked(picture(*levels), paper("n = 100"))
    start = "Shaded: the axes of the paper's Figure 10, from first to last number: test accuracy 0.2 to 0.6, across 0 to 50. "
    assert over.says == start + told


def test_a_line_below_and_above_is_told_once():
    over = paper_axes.marked(picture(0.06, 0.9), paper("n = 100", ticks=["0.3", "0.4", "0.5"]))
    assert over.says.endswith("Our lines leave them by more than a tick above and below in “n = 100”.")


def test_a_panel_that_the_paper_does_not_have_is_left_alone():
    drawn = picture(0.3, 0.5, title="n = 7")
    assert paper_axes.marked(drawn, paper("n = 100")) == paper_axes.Marked(drawn, "")


@pytest.mark.parametrize(("qualifier", "shown"), [("", True), ("reduced", True), ("stand-in", False)])
def test_the_axes_stand_in_the_caption_and_in_the_text_alternative_but_not_over_a_stand_in(qualifier, shown):
    details = {"experiment": "fig-10", "question": "?", "rule": "r", "expected": "e", "seeds": 2, "command": "c"}
    outcome = "inconclusive" if qualifier else "supports"
    recorded = dossier(
        evidence("experiment", outcome, claim="fig-2", part="result", qualifier=qualifier, **details), claim="fig-2", source="empirical"
    )
    made = claims_json.document(ledger.parse(LEDGER, "claims.toml"), [recorded])
    outline = Outline(claims_html.render(made, runs.Runs(figures={"fig-10": picture(0.6, 0.9)})))
    told = "Our lines leave them by more than a tick above in “n = 100”."
    alternatives = [attributes["aria-label"] for _, attributes in outline.tags if attributes.get("role") == "img"]
    assert (told in outline.text, any(told in text for text in alternatives)) == (shown, shown)


def test_every_panel_that_is_named_is_drawn():
    published = runs.gather([record.PUBLISHED]).figures
    for name, paper_figure in paper_values.read().items():
        drawn = [svg for run, svg in published.items() if run == name or run.startswith(f"{name}-")]
        words = {word.replace("&amp;", "&") for svg in drawn for word in re.findall(r">([^<]+)</text>", svg)}
        assert {title for panel in paper_figure.panel for title in panel.titles} | {panel.y for panel in paper_figure.panel} <= words, name


def test_an_experiment_that_no_module_defines_is_told():
    assert paper_values.strangers(paper_values.read()) == []
    assert paper_values.strangers([])[0] == "paper_values.toml refers to the experiment fig-1, which no module defines"


FIGURE = 'schema = 2\n[[figure]]\nexperiment = "a"\nplace = "b"\nsource = "c"\n[[figure.panel]]\ntitles = ["d"]\ny = "e"\n'


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("schema = 1", "Invalid enum value 1"),
        ("schema = 2", "missing required field `figure`"),
        (FIGURE + 'y_ticks = ["0.5", "0.4"]', r"the ticks of 'e' must rise from the first to the last, got \['0.5', '0.4'\]"),
        (FIGURE + 'y_ticks = ["0.5"]', "must rise from the first"),
        (FIGURE + 'lines = { a = "high" }', "could not convert string to float: 'high'"),
    ],
)
def test_a_file_of_the_papers_numbers_that_is_wrong_is_refused(tmp_path, content, told):
    (tmp_path / "a.toml").write_text(content)
    with pytest.raises(LedgerError, match=f"must hold the numbers of the paper's figures, but .*{told}"):
        paper_values.read(tmp_path / "a.toml")


def test_a_panel_of_the_paper_is_asked_for_by_title_and_axis():
    with pytest.raises(KeyError, match=r"Figure 10 must have a panel 'n = 7' that shows 'test accuracy'; name it in paper_values\.toml"):
        paper_values.read()["fig-10"].panel_of("n = 7", "test accuracy")
