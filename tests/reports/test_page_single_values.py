"""A line of one value is a dot: its interval is drawn as a bar, and the page says why there is no line."""

import re

import pytest

from empirical.report.figures import Line, Panel, svg
from reports.page import figure, runs, single_values
from reports.page.once import Once
from reports.record import PUBLISHED

GAP = "gap between clean and noisy accuracy"


def dot(x=0.85, **interval):
    return Line([x], [0.5], "SGD", marked=True, **interval)


def cleaned(*panels):
    return figure.cleaned(svg(panels), "run")


@pytest.mark.parametrize(("name", "value", "log"), [(GAP, 0.85, False), ("ρ", 0.1, True), ("epoch", 5, False)])
def test_a_panel_of_dots_says_at_which_value_they_stand(name, value, log):
    line = Line([value / 2, value, 2 * value], [0.1, 0.2, 0.3], "SGD")
    drawn = cleaned(
        Panel("DLN", name, "loss", [dot(value)], log_x=log, x_range=(value / 3, 3 * value)), Panel("2NN", name, "loss", [line], log_x=log)
    )
    which = " that all methods reach in every seed" if name == GAP else ""
    assert single_values.told(drawn) == f"“DLN” has dots and no lines: there is only one {name}{which}, {value:g}."


def test_an_interval_at_one_value_becomes_a_bar_and_a_band_stays_a_band():
    band = Line([0.7, 0.8], [0.1, 0.2], "SGD", low=[0.0, 0.1], high=[0.2, 0.3])
    drawn = cleaned(Panel("DLN", GAP, "loss", [dot(low=[0.4], high=[0.6])]), Panel("2NN", GAP, "loss", [band]))
    assert single_values.told(drawn).endswith("Bars are intervals over seeds.")
    bands, barred = (re.findall(r'<use [^>]*fill-opacity="0.18"[^>]*>', text) for text in (drawn, single_values.with_bars(drawn)))
    assert len(bands) == len(barred) == 2
    assert ["stroke-width" in use for use in bands] == [False, False]
    assert ["stroke-width" in use for use in barred] == [True, False]


def test_a_picture_of_lines_is_left_as_it_is():
    drawn = cleaned(Panel("2NN", GAP, "loss", [Line([0.7, 0.8], [0.1, 0.2], "SGD", low=[0.0, 0.1], high=[0.2, 0.3])]))
    assert single_values.told(drawn) == ""
    assert single_values.with_bars(drawn) == drawn


def test_the_published_pictures_with_dots_alone_say_so():
    ran = runs.gather([PUBLISHED])
    beside = {name: drawn.beside for name in ran.figures if (drawn := Once(ran).picture(name)) is not None}
    assert len(beside) > 50
    saying = [name for name, says in beside.items() if "has dots and no lines" in says]
    assert saying == ["clean-loss-higher-digits", "fig-7-digits"]
