"""Words in a picture of a run stand clear: of one another, of every line that is drawn, and of the axes."""

import re
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest

from empirical.report.figures import Line, Panel, svg
from reports.page import compact, figure, level_names, runs
from reports.page.once import Once
from reports.page.places_apart import ALIKE, BETWEEN, LINE, Name, moved_apart
from reports.record import PUBLISHED

LETTER, ASCENT = 0.45, 0.55
"""Width of a letter and height of a small one, in units of the size: a little less than drawn, so that what only touches may stand."""
BEFORE = 2.0
"""Units before a word that are clear, too: letters that stand on an axis are hard to read."""
NUMBERS = re.compile(r"[-−\d.×⁰¹²³⁴⁵⁶⁷⁸⁹⁻ ]+")
RUNS = runs.gather([PUBLISHED])


def corners(path):
    """Return the lines of a path of steps, as lists of corners."""
    lines, x, y = [], 0.0, 0.0
    for letter, coordinates in re.findall(r"([MLlhvz])([^MLlhvz]*)", path):
        numbers = [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", coordinates)]
        if letter in "hv":
            numbers = [numbers[0], 0.0] if letter == "h" else [0.0, numbers[0]]
        if letter == "M":
            lines.append([])
        for number, (across, down) in enumerate(zip(numbers[::2], numbers[1::2], strict=True)):
            absolute = letter == "L" or (letter == "M" and not number)
            x, y = (across, down) if absolute else (x + across, y + down)
            lines[-1].append((x, y))
    return lines


def samples(root):
    """Return points along every line but the grid, at most a unit apart, and on the edge of every mark."""
    points = []
    for path in root.iter("path"):
        if path.get("fill") != "none" or path.get("stroke") == "var(--line)":
            continue
        edge = float(path.get("stroke-width", "1")) / 2
        for line in corners(path.get("d")):
            for (x, y), (to_x, to_y) in pairwise(line):
                if (x, y) == (to_x, to_y):
                    points += [(x + edge, y), (x - edge, y), (x, y + edge), (x, y - edge)]
                count = int(max(abs(to_x - x), abs(to_y - y))) + 1
                points += [(x + (to_x - x) * part / count, y + (to_y - y) * part / count) for part in range(count + 1)]
    return points


def boxes(root):
    """Return {words: box} of the words that lie flat: names of levels and lines, titles, names of horizontal axes."""
    named = {}
    for text in root.iter("text"):
        if "transform" not in text.attrib and not NUMBERS.fullmatch(text.text):
            x, y, size = (float(text.get(name)) for name in ("x", "y", "font-size"))
            named[f"{text.text} at {x} {y}"] = (x - BEFORE, y - ASCENT * size, x + LETTER * size * len(text.text), y)
    return named


def crossings(panel):
    """Return what crosses what in a panel: words and words, words and lines."""
    root = ET.fromstring(re.sub(r' xmlns="[^"]*"', "", panel))
    named, points = boxes(root), samples(root)
    hit = [name for name, (left, top, right, bottom) in named.items() if any(left < x < right and top < y < bottom for x, y in points)]
    covered = [
        (name, other)
        for (name, box), (other, under) in combinations(named.items(), 2)
        if box[0] < under[2] and under[0] < box[2] and box[1] < under[3] and under[1] < box[3]
    ]
    return hit + covered


def compacted(*panels):
    return compact.compacted(figure.cleaned(svg(panels), "run"), "")


@pytest.mark.parametrize("name", sorted(RUNS.figures))
def test_no_words_of_a_published_picture_are_crossed_by_a_line_or_by_other_words(name):
    drawn = Once(RUNS).picture(name)
    assert drawn is not None
    assert [crossing for panel in drawn.panels for crossing in crossings(panel)] == []


def test_the_name_of_a_level_moves_along_it_to_where_no_line_crosses_it():
    falling = Line([0, 1, 2, 3], [0.52, 0.52, 0.3, 0.1], "SGD", marked=True)
    kept = compacted(Panel("2NN", "step", "accuracy", [falling], [(0.5, "claimed")]))
    assert crossings(kept) == []
    y = float(re.search(r'y="([\d.]+)"[^>]*>claimed<', kept)[1])
    level = max(float(height) for height in re.findall(r'd="M[\d.]+ ([\d.]+)h[\d.]+"[^>]*dasharray', kept))
    assert abs(y - level) < 12, "it stays beside its level"


def test_names_of_levels_that_lie_together_stand_beside_the_names_of_lines_and_apart():
    flat = [Line([0, 1, 2, 3], [at, at + 0.002, at - 0.002, at], "a line of some length", marked=True) for at in (0.5, 0.508)]
    far = Line([0, 3], [0.0, 1.0], "another line")
    levels = [(0.5, "first level"), (0.501, "second level"), (0.502, "third level")]
    kept = compacted(Panel("2NN", "step", "accuracy", [*flat, far], levels))
    assert crossings(kept) == []
    assert all(f">{name}<" in kept for _, name in levels)


def test_a_level_without_a_free_place_keeps_its_name_where_there_are_no_names_of_lines():
    dense = [Line([0, 3], [at / 40, at / 40]) for at in range(41)]
    kept = compacted(Panel("2NN", "step", "accuracy", dense, [(0.51, "claimed")]))
    assert ">claimed<" in kept


@pytest.mark.parametrize(
    ("line", "crosses"),
    [
        ((0, 5, 20, 5), True),
        ((0, 0, 20, 20), True),
        ((8, 8, 9, 9), True),
        ((0, 12, 20, 12), False),
        ((0, 16, 16, 0), True),
        ((0, 25, 20, 12), False),
        ((12, 0, 12, 20), False),
        ((0, 10, 20, 10), False),
    ],
)
def test_a_line_crosses_a_box_where_a_part_of_it_lies_within(line, crosses):
    assert level_names.crosses(line, (4, 4, 10, 10)) is crosses


@pytest.mark.parametrize(("fills", "gap"), [(("a", "a"), ALIKE), (("a", "b"), BETWEEN)])
def test_names_of_one_colour_stand_further_apart_where_only_the_gap_tells_them(fills, gap):
    names = [[ET.Element("text", {"y": str(50 + LINE * line), "fill": fill}) for line in range(2)] for fill in fills]
    moved_apart([Name(lines, 50 + LINE / 2, 50 + LINE / 2) for lines in names], 0, 200)
    assert float(names[1][0].get("y", "")) - float(names[0][1].get("y", "")) == pytest.approx(LINE + gap, abs=0.11)


def test_names_of_several_lines_are_moved_apart_by_their_lines_and_stay_between_two_heights():
    names = [[ET.Element("text", {"y": str(y)}) for y in heights] for heights in ((50, 59.6), (52,), (58,))]
    moved_apart([Name(lines, middle, middle) for lines, middle in zip(names, (54.8, 52, 58), strict=True)], 40, 80)
    heights = sorted(float(text.get("y")) for name in names for text in name)
    assert all(below - above > 9 for above, below in pairwise(heights))
    assert float(names[0][1].get("y")) - float(names[0][0].get("y")) == pytest.approx(9.6, abs=0.11)


def named(drawn, *names):
    """Return the heights of these names in a picture, from top to bottom."""
    heights = {name: float(re.search(rf'y="([\d.]+)"[^>]*>{name}<', drawn)[1]) for name in names}
    return sorted(names, key=heights.__getitem__), heights


def test_names_of_lines_stand_in_the_order_of_their_ends_and_as_near_to_them_as_they_can():
    lines = [Line([0, 1, 2], [0, 0.5, end], name, colour) for end, name, colour in ((1.0, "clean", "#0072b2"), (0.97, "test", "#009e73"))]
    last = Line([0, 1, 2], [0, 0, 0], "a name of two lines of text", "#d55e00")
    order, heights = named(compacted(Panel("DLN", "epoch", "accuracy", [*lines, last])), "clean", "test")
    assert order == ["clean", "test"]
    assert heights["test"] - heights["clean"] == pytest.approx(LINE + BETWEEN, abs=0.11), "the long name takes room for itself alone"


def test_a_name_stands_where_its_line_is_furthest_to_the_right():
    back = Line([2, 1, 0], [1.0, 0.5, 0.0], "back", "#0072b2")
    flat = Line([0, 1, 2], [0.5, 0.5, 0.5], "flat", "#009e73")
    assert named(compacted(Panel("DLN", "trace", "accuracy", [back, flat])), "back", "flat")[0] == ["back", "flat"]


def test_names_of_one_colour_and_of_equal_ends_keep_their_order():
    lines = [Line([0, 1], [0, end], name) for end, name in ((0.0, "low"), (1.0, "high"))]
    assert named(compacted(Panel("DLN", "step", "accuracy", lines)), "high", "low")[0] == ["high", "low"]
    alike = [Line([0, 1], [0, 1.0], name, colour) for name, colour in (("GD", "#0072b2"), ("SAM", "#009e73"))]
    assert named(compacted(Panel("DLN", "step", "accuracy", alike)), "GD", "SAM")[0] == ["SAM", "GD"]


def test_the_name_of_a_level_that_a_line_covers_stands_beside_the_names_of_lines_shorter_where_room_lacks():
    flat = Line([0, 3], [0.5, 0.5], "n-SAM", "#d55e00")
    far = Line([0, 3], [0.0, 1.0], "SGD", "#0072b2")
    kept = compacted(Panel("2NN", "step", "accuracy", [flat, far], [(0.5, "gradient descent")]))
    x = {word: float(re.search(rf'x="([\d.]+)"[^>]*>{word}<', kept)[1]) for word in ("GD", "n-SAM", "SGD")}
    assert x["GD"] == x["n-SAM"] == x["SGD"]
    assert crossings(kept) == []
