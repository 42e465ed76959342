"""Pictures of several panels: each panel is a picture that a phone can show alone, and no label covers another."""

import re
from xml.etree import ElementTree as ET

import pytest

from reports import record
from reports.page import compact, labels, panels, runs

TWO = """<svg xmlns="http://www.w3.org/2000/svg" class="claims-figure wide" viewBox="0 0 561.6 208.8">
<defs><clipPath id="c"><rect x="330" y="20" width="200" height="150"/></clipPath></defs>
<path d="M43 30h200M330 30h200M43 60h200M330 60h200" stroke="var(--line)"/>
<g clip-path="url(#c)"><path d="M-900 40l9 9" stroke="red"/></g>
<path d="M50 50h9" stroke="blue"/>
<text font-size="9" transform="translate(9.8 120) rotate(-90)">left axis</text>
<text font-size="9" transform="translate(271.4 120) rotate(-90)">right axis</text>
<text font-size="9" x="265" y="90">10</text>
<text font-size="8" x="525" y="25">right end</text>
</svg>"""
ONE = TWO.replace("561.6", "280.8")


def test_each_panel_has_what_is_drawn_in_it():
    left, right = panels.split(TWO)
    assert [re.findall(r">([^<>]+)</text>", panel) for panel in (left, right)] == [["left axis"], ["right axis", "10", "right end"]]
    assert re.findall(r' d="([^"]*)"', left) == ["M43 30h200M43 60h200", "M50 50h9"]
    assert re.findall(r' d="([^"]*)"', right) == ["M330 30h200M330 60h200", "M-900 40l9 9"], "a line that is cut belongs to its clip"


def test_panels_have_one_scale_and_a_column_begins_left_of_its_axis_label():
    views = [re.findall(r'viewBox="([^"]*)"', panel)[0] for panel in panels.split(TWO)]
    assert views == ["0 0 300.2 208.8", "261.4 0 300.2 208.8"]
    assert all('class="claims-figure broad"' in panel for panel in panels.split(TWO))


def test_a_picture_of_one_panel_stays_as_it_is():
    assert panels.split(ONE) == [ONE]


def test_rows_follow_each_other():
    words = "".join(f'<text font-size="9" x="{x}" y="{y}">{x} {y}</text>' for x in (50, 400) for y in (20, 300))
    square = f'<svg viewBox="0 0 561.6 417.6">{words}</svg>'
    assert [re.findall(r">([^<>]+)<", panel) for panel in panels.split(square)] == [["50 20"], ["400 20"], ["50 300"], ["400 300"]]


def test_the_name_of_a_horizontal_axis_that_reaches_over_its_cell_stays_with_its_panel():
    words = "".join(f'<text font-size="9" x="60" y="{y}">{name}</text>' for y, name in ((209.8, "step"), (218.8, "title"), (415, "last")))
    first, second = panels.split(f'<svg viewBox="0 0 561.6 417.6">{words}</svg>')
    assert first.count("<text") == 1
    assert 'y="206.7">step<' in first
    assert re.findall(r">([^<>]+)<", second) == ["title", "last"]


def test_the_panels_of_a_published_picture_have_all_its_words_in_their_views():
    for name, cleaned in sorted(runs.gather([record.PUBLISHED]).figures.items()):
        small = compact.compacted(cleaned, "f-")
        parts = panels.split(small)
        words = [sorted(re.findall(r"<text[^>]*>(.*?)</text>", drawn)) for drawn in (small, "".join(parts))]
        assert words[0] == words[1], name
        for panel in map(ET.fromstring, parts):
            x, y, width, height = map(float, panel.attrib["viewBox"].split())
            for node in panel.iter("text"):
                across, down = panels.place(node, {})
                assert x <= across < x + width, f"{name}: {node.text}"
                assert y <= down < y + height, f"{name}: {node.text}"


@pytest.mark.parametrize(
    ("numbers", "stay"),
    [
        ([(33, "2×10⁻²"), (58, "3×10⁻²"), (75, "4×10⁻²"), (139, "10⁻¹"), (150, "2×10⁻¹")], ["2×10⁻²", "4×10⁻²", "10⁻¹"]),
        ([(20, "0.84"), (50, "0.86")], ["0.84", "0.86"]),
    ],
)
def test_numbers_of_an_axis_thin_out_where_they_would_cover_each_other(numbers, stay):
    root = ET.fromstring("<svg>" + "".join(f'<text font-size="9" x="{x}" y="189">{text}</text>' for x, text in numbers) + "</svg>")
    labels.apart(root)
    assert [node.text for node in root] == stay


def test_names_of_two_levels_that_are_near_stand_below_each_other():
    heights = {"SGD": 33, "printed": 31.8, "squares": 31.5}
    names = "".join(f'<text font-size="8" x="44.6" y="{y}">{name}</text>' for name, y in heights.items())
    root = ET.fromstring(f"<svg>{names}</svg>")
    labels.apart(root)
    assert {node.text: float(node.get("y")) for node in root} == {"squares": 31.5, "printed": 40.0, "SGD": 48.5}


def test_no_two_numbers_of_a_published_picture_cover_each_other():
    for name, cleaned in runs.gather([record.PUBLISHED]).figures.items():
        root = ET.fromstring(compact.compacted(cleaned, "f-"))
        numbers = [node for node in root.iter("text") if labels.NUMBER.fullmatch(node.text or "") and node.get("x")]
        assert not any(labels.covers(later, earlier) for index, later in enumerate(numbers) for earlier in numbers[:index]), name
