"""A cleaned picture in fewer bytes and elements, drawn alike: shapes used once stand in place, paths run in steps, no group only repeats.

`figure` decides what may stand in a picture; nothing is let through here that did not pass there.

The page may have 2,000,000 bytes and 25,000 elements (`tests/reports/test_page_numbers.py`): a slow processor feels each element.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from xml.etree import ElementTree as ET

from reports.page import labels, level_names, plain_numbers
from reports.page.dots import as_strokes
from reports.page.figure import SVG
from reports.page.polyline import shortened

SHARED = ("clip-path",)
"""Attributes that a group states for its members. Others stand with each, which takes more bytes and fewer elements."""
STILL = {"var(--line)", "var(--quiet)"}
"""Strokes of what is no curve: grids, levels and axes."""
EDGE = 1.0
"""Units by which a line may reach beyond its clip, where the clip would take a part of its width."""
SMALLEST = 8.0
"""Units of the smallest letters: a picture of two panels in the column of the page shows them with eleven pixels."""
PALE = 1.0
"""Units by which the edge of a band of intervals may be off: nobody sees one in a pale area under a line."""
STRAIGHT = re.compile(r"[MLz](?:\s*-?[\d.]+\s+-?[\d.]+)*|\s+")
NUMBER = re.compile(r"-?[\d.]+")


def compacted(picture: str, prefix: str) -> str:
    """Return a cleaned picture with ids that begin with `prefix`; every place is kept to a tenth of a unit."""
    root = ET.fromstring(picture)
    for node in root.iter():
        node.tag = node.tag.removeprefix(SVG)
    level_names.placed(root)
    _stand_alone(root)
    _put_in_place(root)
    as_strokes(root)
    _drop_idle_clips(root)
    _referred_to_once(root)
    for node in root.iter("path"):
        data = node.get("d", "")
        node.set("d", stepped(shortened(data, PALE) if "fill-opacity" in node.attrib else data))
    for node in root.iter("text"):
        node.set("font-size", f"{max(SMALLEST, float(node.get('font-size', SMALLEST))):g}")
    labels.apart(root)
    plain_numbers.written_out(root)
    _one_path_for_lines(root)
    root[:] = _grouped([node for node in root if node.tag != "path" or node.get("d")], SHARED)
    _rename(root, prefix)
    return ET.tostring(root, encoding="unicode").replace(" />", "/>")


def stepped(path: str, by: tuple[float, float] = (0.0, 0.0)) -> str:
    """Return the data of a path of straight lines, moved, as steps in tenths; nothing where it only moves. Curves are left alone."""
    if STRAIGHT.sub("", path):
        return path
    pieces: list[str] = []
    position = (0, 0)
    for part in re.findall(r"[MLz][^MLz]*", path):
        if part[0] == "z":
            pieces.append("z")
            continue
        numbers = [float(number) for number in NUMBER.findall(part[1:])]
        places = [(round(10 * (x + by[0])), round(10 * (y + by[1]))) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
        if part[0] == "M":
            pieces.append("M" + _pair(*places[0]))
            position, places = places[0], places[1:]
        for place in places:
            pieces.append(_step(place[0] - position[0], place[1] - position[1]))
            position = place
    if all(piece[0] == "M" for piece in pieces):
        return ""
    joined = "".join(pieces)
    return re.sub(r"(?<=l)([^a-zA-Z]+)((?:l[^a-zA-Z]+)+)", lambda run: run[1] + _run(run[2]), joined)


def _step(across: int, down: int) -> str:
    if not down:
        return f"h{_tenths(across)}"
    return f"l{_pair(across, down)}" if across else f"v{_tenths(down)}"


def _run(steps: str) -> str:
    """Return the steps after the first of a run without their letters."""
    return "".join(step if step[0] == "-" else f" {step}" for step in steps.split("l")[1:])


def _pair(across: int, down: int) -> str:
    second = _tenths(down)
    return _tenths(across) + (second if second[0] == "-" else f" {second}")


def _tenths(value: int) -> str:
    text = f"{value / 10:.1f}".removesuffix(".0")
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def _stand_alone(root: ET.Element) -> None:
    """Dissolve groups that only clip: each member has the clip itself, until `_grouped` finds those that share it."""
    gathered: list[ET.Element] = []
    for node in root:
        if node.tag == "g" and set(node.attrib) <= {"clip-path"} and not any("clip-path" in child.attrib for child in node):
            for child in node:
                child.attrib |= node.attrib
            gathered += list(node)
        else:
            gathered.append(node)
    root[:] = gathered


def _put_in_place(root: ET.Element) -> None:
    """Turn each `use` of a path that is used once into that path."""
    parents = {child: parent for parent in root.iter() for child in parent}
    uses = Counter(node.get("href") for node in root.iter("use"))
    paths = {f"#{node.get('id')}": node for node in root.iter("path") if parents[node].tag == "defs" and node.get("id")}
    for use in list(root.iter("use")):
        path = paths.get(use.get("href", ""))
        if path is None or uses[use.get("href")] > 1 or "transform" in use.attrib or STRAIGHT.sub("", path.get("d", "")):
            continue
        moved = stepped(path.get("d", ""), (float(use.get("x", 0)), float(use.get("y", 0))))
        parents[path].remove(path)
        use.tag = "path"
        use.attrib = {**use.attrib, **path.attrib, "d": _absolute(moved)}
        for name in ("x", "y", "href", "id"):
            use.attrib.pop(name, None)
    root[:] = [node for node in root if node.tag != "defs" or len(node)]


def _absolute(path: str) -> str:
    """Return steps as places: `stepped` turns each path once, and this one was already."""
    pieces: list[str] = []
    x = y = 0.0
    for letter, digits in re.findall(r"([Mlhvz])([^Mlhvz]*)", path):
        numbers = [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", digits)]
        if letter == "z":
            pieces.append("z")
        elif letter in "hv":
            x, y = (x + numbers[0], y) if letter == "h" else (x, y + numbers[0])
            pieces.append(f"L{x:.1f} {y:.1f}")
        else:
            for across, down in zip(numbers[::2], numbers[1::2], strict=True):
                x, y = (across, down) if letter == "M" else (x + across, y + down)
                pieces.append(f"{'M' if letter == 'M' else 'L'}{x:.1f} {y:.1f}")
    return "".join(pieces)


def _drop_idle_clips(root: ET.Element) -> None:
    """Leave out clips that cut nothing: all that they hold are paths of straight lines within their box."""
    for defs in root.iter("defs"):
        for clip in [node for node in defs if node.tag == "clipPath" and len(node) == 1 and node[0].tag == "rect"]:
            held = [node for node in root.iter() if node.get("clip-path") == f"url(#{clip.get('id')})"]
            x, y, width, height = (float(clip[0].get(name, 0)) for name in ("x", "y", "width", "height"))
            numbers = [float(number) for node in held for number in NUMBER.findall(node.get("d", ""))]
            inside = all(x - EDGE <= at <= x + width + EDGE for at in numbers[::2]) and all(
                y - EDGE <= at <= y + height + EDGE for at in numbers[1::2]
            )
            if inside and all(node.tag == "path" and not STRAIGHT.sub("", node.get("d", "")) for node in held):
                defs.remove(clip)
                for node in held:
                    del node.attrib["clip-path"]
    root[:] = [node for node in root if node.tag != "defs" or len(node)]


def _referred_to_once(root: ET.Element) -> None:
    """Put all that is referred to first, each clip and each mark once: a mark has the colours of its places where each of them has them."""
    uses: dict[str, list[ET.Element]] = {}
    for use in root.iter("use"):
        uses.setdefault(use.get("href", ""), []).append(use)
        for name in ("x", "y"):
            use.set(name, _tenths(round(10 * float(use.get(name, 0)))))
    first: dict[str, ET.Element] = {}
    kept: dict[str, str] = {}
    for node in [node for defs in root.iter("defs") for node in defs]:
        for name in ("fill", "stroke"):
            if node.get(name) is not None and all(use.get(name) == node.get(name) for use in uses.get(f"#{node.get('id')}", [])):
                del node.attrib[name]
        own = node.attrib.pop("id", "")
        key = ET.tostring(node, encoding="unicode")
        node.set("id", own)
        kept[own] = first.setdefault(key, node).get("id", "")
    for node in root.iter():
        if link := node.get("href"):
            node.set("href", f"#{kept.get(link[1:], link[1:])}")
        if clip := node.get("clip-path"):
            node.set("clip-path", f"url(#{kept.get(clip[5:-1], clip[5:-1])})")
    defs = ET.Element("defs")
    defs.extend(first.values())
    root[:] = [*([defs] if first else []), *(node for node in root if node.tag != "defs")]


def _one_path_for_lines(root: ET.Element) -> None:
    """Draw lines that differ in place only as one path: neighbours, and all grids, levels and axes, where the first of them stands."""
    first: dict[tuple[tuple[str, str], ...], ET.Element] = {}
    before: ET.Element | None = None
    for node in list(root):
        if node.tag == "path" and node.get("fill") == "none" and not any("opacity" in name for name in node.keys()):  # noqa: SIM118
            key = tuple(sorted((name, value) for name, value in node.items() if name != "d"))
            earlier = first.get(key)
            if earlier is not None and (earlier is before or node.get("stroke") in STILL):
                earlier.set("d", earlier.get("d", "") + node.get("d", ""))
                root.remove(node)
                continue
            first[key] = node
        before = node


def _grouped(nodes: Sequence[ET.Element], names: Sequence[str]) -> list[ET.Element]:
    """Return the elements with groups around neighbours that have the same value of an attribute; a clip always stands on a group."""
    if not names:
        return list(nodes)
    name, remaining = names[0], names[1:]
    grouped: list[ET.Element] = []
    for value, members in groupby(nodes, key=lambda node: node.get(name)):
        run = list(members)
        if value is None or (len(run) == 1 and name != "clip-path"):
            grouped += _grouped(run, remaining)
            continue
        for node in run:
            del node.attrib[name]
        inside = _grouped(run, remaining)
        if len(inside) == 1 and inside[0].tag == "g" and name not in inside[0].attrib and "clip-path" not in inside[0].attrib:
            inside[0].attrib = {name: value, **inside[0].attrib}
            grouped += inside
        else:
            group = ET.Element("g", {name: value})
            group.extend(inside)
            grouped.append(group)
    return grouped


def _rename(root: ET.Element, prefix: str) -> None:
    """Give short ids, in the order in which they stand."""
    short: dict[str, str] = {}
    for node in root.iter():
        if (own := node.get("id")) is not None:
            node.set("id", short.setdefault(own, f"{prefix}{len(short)}"))
    for node in root.iter():
        if link := node.get("href"):
            node.set("href", f"#{short.get(link[1:], link[1:])}")
        if clip := node.get("clip-path"):
            node.set("clip-path", f"url(#{short.get(clip[5:-1], clip[5:-1])})")
