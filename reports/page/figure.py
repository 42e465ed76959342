"""Pictures of runs, made fit to stand in the page: nothing but shapes and words is kept, colours become variables, paths become short.

A picture comes from a file, so it is not trusted: only the elements and attributes named here pass, and a reference only where it leads to
an id of the same picture. Matplotlib writes words as outlines and notes them in a comment; they become words again, which are smaller
and can be searched. Cleaning a cleaned picture changes nothing.
"""

from __future__ import annotations

import re
from html import unescape
from xml.etree import ElementTree as ET

from reports.evidence import EvidenceError
from reports.page import palette
from reports.page.polyline import shortened

SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"
SHAPES = {"svg", "g", "path", "use", "defs", "clipPath", "rect", "circle", "line", "polyline", "polygon", "text"}
DRAWN = set(
    "fill stroke opacity fill-opacity stroke-opacity stroke-width stroke-dasharray stroke-linecap stroke-linejoin".split()  # noqa: SIM905
)
PLACED = set("d x y x1 x2 y1 y2 cx cy r width height points transform viewBox text-anchor font-size".split())  # noqa: SIM905
PLAIN = re.compile(r"[-\w.,()%#\s]*")
CLEAN = "claims-figure"
WIDE = 400  # units, from which on a phone shows a part of the picture at a time
POWER = re.compile(r"\$\\mathdefault\{(.*?)10\^\{(.+?)\}\}\$")
RAISED = str.maketrans("0123456789-\N{MINUS SIGN}", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻")
PLACE = re.compile(r"translate\(([-\d.]+)[ ,]([-\d.]+)\)(?: rotate\(([-\d.]+)\))? scale\(([\d.]+)[ ,]-[\d.]+\)")
INKS = {"#000000": "var(--ink)", "#444444": "var(--quiet)", "#666666": "var(--quiet)", "#888888": "var(--quiet)", "#e6e6e6": "var(--line)"}
TICK = re.compile(r"M 0 0\s+L (?:0 -?3\.5|-?3\.5 0|0 -?2|-?2 0)\s*")  # the grid says the same
INSIDE = re.compile(r"url\(#([^()\s]+)\)")
WHITE = {"#ffffff", "white"}


def cleaned(text: str, name: str) -> str:
    """Return the picture as SVG for the page, its ids beginning with `name`; raise EvidenceError where it is no picture."""
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        text = re.sub(r"<!DOCTYPE[^>\[]*>", "", text)
        if "<!" in re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL):
            raise EvidenceError(f"the picture of {name} must be plain SVG without entities; run the experiment again")
    try:
        root = ET.fromstring(text, parser=ET.XMLParser(target=ET.TreeBuilder(insert_comments=True)))
    except ET.ParseError as error:
        raise EvidenceError(f"the picture of {name} must be SVG, but {error}; run the experiment again") from error
    if root.tag != f"{SVG}svg":
        raise EvidenceError(f"the picture of {name} must be SVG, got an element {root.tag!r}; run the experiment again")
    done = (root.get("class") or "").split(" ")[0] == CLEAN
    _drop_ticks(root)
    copied = _copy(root, done)
    _rename(copied, name)
    wide = any(float(width) > WIDE for width in re.findall(r"^\S+ \S+ ([\d.]+)", copied.get("viewBox") or ""))
    copied.attrib.update({"xmlns": "http://www.w3.org/2000/svg", "class": f"{CLEAN} wide" if wide else CLEAN})
    return ET.tostring(copied, encoding="unicode")


def colours(picture: str) -> set[str]:
    """Return the colours (#rrggbb) for which a cleaned picture has variables."""
    return {f"#{colour}" for colour in re.findall(r"var\(--k([0-9a-f]{6})\)", picture)}


def _copy(node: ET.Element, done: bool) -> ET.Element:
    """Return an element with what may stay of its attributes and children."""
    tag = node.tag.removeprefix(SVG)
    element = ET.Element(tag, _attributes(node, done))
    if tag == "text":
        element.text = "".join(node.itertext())
        return element
    words: str | None = None
    for child in node:
        if child.tag is ET.Comment:
            words = unescape((child.text or "").strip())
            continue
        inner = child.tag.removeprefix(SVG) if isinstance(child.tag, str) else ""
        told = _words(child, words) if inner == "g" and words is not None else None
        words = None
        if told is not None:
            element.append(told)
        elif inner in SHAPES and not _ground(child):
            copied = _copy(child, done)
            if len(copied) or inner not in {"g", "defs"}:
                if inner == "g" and not copied.attrib:
                    element.extend(copied)  # a group that says nothing
                else:
                    element.append(copied)
    return element


def _attributes(node: ET.Element, done: bool) -> dict[str, str]:
    style = dict(re.findall(r"([\w-]+)\s*:\s*([^;]+)", node.get("style", "")))
    attributes = {key: value.strip() for key, value in {**node.attrib, **style}.items() if key in DRAWN or key in PLACED}
    attributes = {key: _colour(value) if key in {"fill", "stroke"} else value for key, value in attributes.items()}
    attributes = {key: value for key, value in attributes.items() if PLAIN.fullmatch(value)}
    if "d" in attributes and not done:
        attributes["d"] = shortened(attributes["d"])
    if not done:
        attributes |= {key: _rounded(attributes[key]) for key in ("x", "y", "width", "height", "transform") if key in attributes}
    attributes |= {"id": own} if (own := node.get("id")) and node.tag != f"{SVG}g" else {}  # groups are not referred to
    attributes |= {"href": link} if (link := _link(node)).startswith("#") else {}
    attributes |= {"clip-path": clip} if INSIDE.fullmatch(clip := node.get("clip-path", "")) else {}
    if node.tag == f"{SVG}svg":
        attributes.pop("width", None)
        attributes.pop("height", None)
    return attributes


def _words(node: ET.Element, words: str | None) -> ET.Element | None:
    """Return the words that a group outlines as an element of text; None where it is not known how to write them."""
    place = PLACE.fullmatch(node.get("transform", ""))
    shapes = list(node.iter(f"{SVG}use"))
    if not words or not place or not shapes:
        return None
    if power := POWER.fullmatch(words):
        words = f"{power[1].replace(chr(92) + 'times', '×')}10{power[2].translate(RAISED)}"
    if "$" in words:
        return None
    x, y, turn, scale = (float(part or 0) for part in place.groups())
    label = ET.Element("text", {"font-size": f"{100 * scale:g}"})
    label.attrib |= {"x": f"{x:.1f}", "y": f"{y:.1f}"} if not turn else {"transform": f"translate({x:.1f} {y:.1f}) rotate({turn:g})"}
    label.attrib |= {key: value for key, value in _attributes(node, True).items() if key in {"fill", "opacity"}}
    label.text = words
    return label


def _ground(node: ET.Element) -> bool:
    """Whether a group is only a white rectangle behind the drawing: the page has its own ground."""
    shapes = [child for child in node if isinstance(child.tag, str)]
    return len(shapes) == 1 and shapes[0].tag == f"{SVG}path" and any(white in shapes[0].get("style", "") for white in WHITE)


def _colour(value: str) -> str:
    low = value.lower()
    if low in WHITE:
        return "var(--card)"
    if low in INKS:
        return INKS[low]
    return f"var(--k{low[1:]})" if palette.COLOUR.fullmatch(low) else value


def _drop_ticks(root: ET.Element) -> None:
    """Take away the small strokes of ticks, which are one element each."""
    strokes = {f"#{path.get('id')}" for path in root.iter(f"{SVG}path") if TICK.fullmatch(path.get("d", ""))}
    for node in root.iter():
        for child in [child for child in node if _link(child) in strokes or f"#{child.get('id')}" in strokes]:
            node.remove(child)


def _rename(root: ET.Element, name: str) -> None:
    """Give each element that is referred to an id that begins with `name`, in the order of the references; other ids are left out."""
    referred: dict[str, str] = {}
    for node in root.iter():
        for key, old in (("href", node.get("href", "")[1:]), ("clip-path", node.get("clip-path", "")[5:-1])):
            if old:
                new = referred.setdefault(old, f"{name}-{len(referred)}")
                node.set(key, f"#{new}" if key == "href" else f"url(#{new})")
    for node in root.iter():
        if own := node.attrib.pop("id", ""):
            node.attrib |= {"id": referred[own]} if own in referred else {}


def _link(node: ET.Element) -> str:
    return node.get("href") or node.get(f"{XLINK}href") or ""


def _rounded(value: str) -> str:
    return re.sub(r"-?\d+\.\d+", lambda number: f"{round(float(number[0]), 2):g}", value)
