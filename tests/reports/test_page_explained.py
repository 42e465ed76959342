"""Pictures beside theorems: the page shows each with its claim, its words tell what it shows, and its bytes are the same everywhere."""

import math
import re

import pytest

from reports import ledger, record
from reports.page import claims_html, claims_json, palette, plot, runs
from reports.page.explained import beside, dead_zone, one_sam_exact, robust_loss, sam_hurts, two_groups
from tests.reports.examples import LEDGER
from tests.reports.outline import Outline


@pytest.fixture(scope="module")
def published():
    page = claims_json.document(ledger.read(), record.gather([record.PUBLISHED]))
    return page, claims_html.render(page, runs.gather([record.PUBLISHED]))


def test_each_picture_stands_with_its_claim_and_its_text_alternative_tells_the_result(published):
    page, content = published
    entries = re.findall(rb"<article class=.?claim.*?</article>", content, flags=re.DOTALL)
    assert len(entries) == len(page.claims)
    shown = {claim.id: entry for claim, entry in zip(page.claims, entries, strict=True) if re.search(rb'class="?plot', entry)}
    assert shown.keys() == beside.beside(page).keys() == {"dead-zone", "one-sam-exact", "robust-loss", "sam-hurts", "two-groups"}
    for claim, drawn in beside.beside(page).items():
        [told] = [tag["aria-label"] for _, tag in Outline(shown[claim]).tags if tag.get("role") == "img"]
        assert told.startswith(drawn.title)
        assert told.endswith(drawn.result)
        assert re.search(r"\d", drawn.result)


def test_captions_are_short_and_pictures_have_few_elements(published):
    drawn = beside.beside(published[0])
    assert {claim: words for claim, picture in drawn.items() if (words := len(f"{picture.title} {picture.says}".split())) > 40} == {}
    assert sum(picture.svg.count("<") - picture.svg.count("</") for picture in drawn.values()) < 300


def test_results_are_those_that_are_drawn():
    told = {claim.picture().id: claim.picture().result for claim in (dead_zone, one_sam_exact, robust_loss, sam_hurts, two_groups)}
    assert told["two-groups"].startswith("Best accuracies: GD: 59.3%"), "the least of the claim's accuracies"
    assert told["sam-hurts"].startswith("From GD to ρ = 5: 0.950 to 0.760 at 0 degrees"), "as the claim says"
    assert told["robust-loss"].startswith(f"Minima: w = {robust_loss.rest(0.0):.2f} for ρ = 0")
    assert told["dead-zone"].startswith("On four points J-SAM goes from lengths 0.4, 0.95, 1.4 to 0")
    assert told["one-sam-exact"] == "1-SAM is farther along on 8 of 8 lines."


def test_a_page_without_the_theorems_has_no_pictures_of_them():
    assert beside.beside(claims_json.document(ledger.parse(LEDGER, "claims.toml"), [])) == {}


@pytest.mark.parametrize("way", [-1, 1])
def test_the_bytes_do_not_depend_on_the_last_digit_of_a_processor(monkeypatch, way):
    made = [draw() for draw in beside.DRAWN.values()]
    for name in ("exp", "log1p", "erf", "sin", "cos", "hypot", "dist"):
        exact = getattr(math, name)
        monkeypatch.setattr(math, name, lambda *at, exact=exact: math.nextafter(exact(*at), way * math.inf))
    assert [draw.__wrapped__() for draw in beside.DRAWN.values()] == made


@pytest.mark.parametrize("colours", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
def test_words_and_lines_are_seen_on_shaded_areas(colours):
    for words in ("ink", "quiet"):
        assert palette.contrast(colours[words], colours["shade"]) >= 4.5
    for line in ("p1", "p2", "p3", "p4"):
        assert palette.contrast(colours[line], colours["shade"]) >= palette.READABLE


def test_an_area_is_closed_a_disc_has_its_radius_and_a_head_points_along_its_arrow():
    chart = plot.Plot((0, 1), (0, 1), "x", "y", width=100, height=100, margins=(0, 0, 0, 0))
    chart.area([(0, 0), (1, 0), (1, 1)])
    chart.disc((0.5, 0.5), 0.25)
    chart.heads([((1, 0.5), (0, 0.5))], "ink")
    area, head = re.findall(r' d="([^"]*)"', chart.svg())
    assert area == "M0.0 100.0L100.0 100.0L100.0 0.0z"
    assert head == "M100.0 50.0L91.0 54.0L91.0 46.0z"
    assert 'cx="50.0" cy="50.0" rx="25.0" ry="25.0"' in chart.svg()
