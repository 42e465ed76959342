"""The page as a reader meets it: in Chromium, light and dark, on a laptop, a phone and paper, with the keyboard and without scripts.

One look at the pages takes two minutes and is judged by all tests here. They are skipped where Chromium, node or what
tests/browser/package.json names is not installed: `nox -s browser` installs the last.
"""

import json
import subprocess
from pathlib import Path

import pytest

from reports.page import claims_json

HERE = Path(__file__).parent
OTHERS = ("evidence.html", "sentences.html")
SHADE = 1.3  # contrast of the shade at the edge of a formula with its ground, of which 1 is none
MARGIN, LINES = 42.5, 55.0  # points: the lower margin of 15 mm, and the head of an entry with the first line of its body


@pytest.fixture(scope="session")
def seen(chromium_and_node, rendered):
    """What `look.cjs` found in the page of the published evidence."""
    chromium, node = chromium_and_node
    others = [str(rendered.with_name(name)) for name in OTHERS]
    command = [node, str(HERE / "look.cjs"), str(rendered), chromium, *others]
    called = subprocess.run(command, capture_output=True, text=True, timeout=900)
    assert called.returncode == 0, called.stderr
    return json.loads(called.stdout)


@pytest.mark.parametrize("way", ["light", "dark", "phone", "print"])
def test_no_rule_of_accessibility_is_violated(seen, way):
    assert seen[way] == []


@pytest.mark.parametrize("name", OTHERS)
def test_the_pages_beside_it_are_accessible_and_do_not_scroll_sideways(seen, name):
    assert seen["beside"][name] == {"light": [], "dark": [], "phone": [], "print": [], "overflow": {"folded": 360, "open": 360}}


def test_nothing_is_requested_and_the_console_is_silent(seen):
    assert (seen["requests"], seen["console"]) == ([], [])


def test_a_phone_shows_the_page_without_scrolling_sideways(seen):
    assert seen["overflow"] == {"folded": 360, "open": 360}


def test_letters_have_eleven_pixels_at_every_width(seen):
    assert seen["small"] == {"360": {}, "768": {}, "1440": {}}


def test_on_a_phone_panels_stand_below_one_another_and_no_label_is_cut_or_covered(seen):
    assert seen["stacked"]["missed"] == []
    assert seen["stacked"]["several"] > 30
    assert seen["stacked"]["explaining"] > 9, "the pictures of the section, and those beside theorems"


def test_search_and_findings_stand_on_the_first_screen(seen):
    assert seen["shown"]["first"] == ["filter-text", "What survives", "What falls", "What is open"]


def test_a_tile_shows_its_focus_and_a_wide_line_has_a_cue(seen):
    assert seen["shown"]["ring"] == ["solid", "2px"]
    assert seen["shown"]["cue"] == 4


def test_no_formula_picture_or_table_is_clipped_at_any_width(seen):
    assert seen["clipped"] == {"360": [], "768": [], "1440": []}


def test_a_phone_clips_no_formula(seen):
    assert seen["onAPhone"] == []


def test_a_clipped_formula_has_a_shade_at_its_edge_that_is_seen(seen):
    assert len(seen["cues"]) > 10
    assert [(words, contrast) for words, contrast in seen["cues"] if contrast < SHADE] == []


def test_a_phone_parts_no_number_and_no_option_of_a_command(seen):
    assert seen["parted"]["missed"] == []
    assert seen["parted"]["seen"] > 3000


def test_whatever_takes_the_focus_shows_it(seen, page):
    assert seen["unringed"]["missed"] == []
    assert seen["unringed"]["seen"] > len(page.claims)


def test_every_mark_of_a_verdict_is_printed_without_backgrounds(seen, page):
    assert seen["unprinted"]["missed"] == []
    assert seen["unprinted"]["seen"] > 2 * len(page.claims)


def test_the_shortcut_of_the_search_can_be_switched_off(seen):
    assert seen["switched"] == ""


def test_every_link_lands(seen, page):
    assert seen["lost"]["missed"] == []
    assert seen["lost"]["followed"] > len(page.claims)


def test_search_and_filters_work_by_keyboard(seen, page):
    everything = len(page.claims)
    words = {claim.id: {entry.verdict for form in claims_json.FORMS if (entry := claim.form(form))} for claim in page.claims}
    refuted = [name for name, verdicts in words.items() if "refuted" in verdicts]
    steps = seen["keyboard"]
    assert steps["searched"] == {"said": f"1 of {everything} claims shown", "shown": ["lemma-3.1"], "focus": "filter-text"}
    assert steps["filtered"]["shown"] == refuted
    for step in ("start", "escaped", "cleared", "linked"):
        assert len(steps[step]["shown"]) == everything, step
    assert steps["cleared"]["focus"] == "filter-text"


def test_the_page_is_whole_without_scripts(seen, page):
    assert seen["plain"]["text"] == seen["scripted"]["text"]
    assert (seen["plain"]["claims"], seen["scripted"]["claims"]) == (len(page.claims), len(page.claims))
    assert (seen["plain"]["controls"], seen["scripted"]["controls"]) == (False, True)


def test_on_paper_no_entry_is_parted_from_its_head(seen, page):
    places = seen["printed"]["places"]
    assert {claim.id for claim in page.claims} <= places.keys()
    assert {claim.id: places[claim.id] for claim in page.claims if places[claim.id] < MARGIN + LINES} == {}
    assert seen["printed"]["parted"] == [], "the first statement stands on the page of its head"


def test_paper_cuts_no_formula_picture_or_table(seen):
    assert seen["printed"]["cut"] == []


def test_on_paper_no_formula_covers_the_next_column_and_each_picture_is_large(seen):
    assert (seen["printed"]["covering"], seen["printed"]["tiny"]) == ([], [])
