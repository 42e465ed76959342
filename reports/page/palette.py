"""The colours of the page and of its pictures, for a light and a dark ground, as variables of a style sheet.

Lines have the hues of Okabe and Ito, told apart with every common kind of colour blindness. Verdicts differ by their mark and their word
too, never by colour alone. Words and marks have a contrast of at least 4.5 with their ground (tested).
"""

from __future__ import annotations

import colorsys
import re

LIGHT = {
    "paper": "#fdfcf9",
    "card": "#ffffff",
    "shade": "#f3f1ea",
    "ink": "#1d1f24",
    "quiet": "#5a5f69",
    "line": "#d9d5c9",
    "link": "#1f4e8c",
    "proved": "#1b6b3a",
    "quoted": "#5b4b8a",
    "checked": "#1f5f8b",
    "measured": "#0b6b6b",
    "refuted": "#a3262a",
    "not-reproduced": "#8a3a00",
    "open": "#5a5f69",
    "p1": "#0072b2",
    "p2": "#b84f00",
    "p3": "#00795a",
    "p4": "#a9518a",
    "p5": "#33749b",
}
DARK = {
    "paper": "#14161a",
    "card": "#1a1d22",
    "shade": "#22262d",
    "ink": "#e4e2dc",
    "quiet": "#a3a8b2",
    "line": "#383d46",
    "link": "#8fbcf0",
    "proved": "#7fcf9a",
    "quoted": "#b9a8f0",
    "checked": "#8cc4ee",
    "measured": "#6fcfcf",
    "refuted": "#f2938f",
    "not-reproduced": "#f0a774",
    "open": "#a3a8b2",
    "p1": "#56b4e9",
    "p2": "#f0883e",
    "p3": "#3cc79c",
    "p4": "#e09ac8",
    "p5": "#a5c8dd",
}
READABLE = 3.0  # of lines and large words, by the same guidelines
ON_BAND = 3.9  # of a line on its card, which leaves 3.0 where the line crosses its band on a shaded ground
WORDS = 5.5  # of small words, such as the name of a line: 4.5, and what a letter of 11 pixels loses at its smoothed edges
COLOUR = re.compile(r"#[0-9a-f]{6}")


def style(*, names: tuple[str, ...] | None = None, drawn: tuple[str, ...] = ()) -> str:
    """Return the variables as a style sheet: `--NAME` for a colour of the page, `--kRRGGBB` for a colour that a run's picture was drawn in.

    Words of such a colour have `--tRRGGBB`, which stands out more.

    `names` chooses some of the colours of the page; None takes all of them.
    """
    chosen = tuple(LIGHT) if names is None else names
    light = "".join(f"--{name}:{LIGHT[name]};" for name in chosen) + "".join(
        f"--k{c[1:]}:{on_light(c)};--t{c[1:]}:{on_light(c, WORDS)};" for c in drawn
    )
    dark = "".join(f"--{name}:{DARK[name]};" for name in chosen) + "".join(
        f"--k{c[1:]}:{on_dark(c)};--t{c[1:]}:{on_dark(c, WORDS)};" for c in drawn
    )
    return f":root{{color-scheme:light dark;{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"


def on_light(colour: str, least: float = ON_BAND) -> str:
    """Return the colour made dark enough to be seen on a light ground; of two, the paler one stays the paler."""
    stands_out = contrast(colour, LIGHT["card"])
    return _until(colour, LIGHT["card"], least + 0.4 * (stands_out - 1), 0.96) if stands_out < 2 * least else colour


def on_dark(colour: str, least: float = ON_BAND) -> str:
    """Return the colour of the same hue for a dark ground: what stands out more from white stands out more from black."""
    hue, _, saturation = colorsys.rgb_to_hls(*_parts(colour))
    dim = _hex(colorsys.hls_to_rgb(hue, 0.2, saturation))
    return _until(dim, DARK["card"], least + 0.5 * (contrast(colour, LIGHT["card"]) - 1), 1.03)


def _until(colour: str, ground: str, enough: float, step: float) -> str:
    """Return the colour with its lightness changed step by step until it has that contrast with the ground, or is black or white."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(colour))
    while contrast(colour, ground) < enough and 0.01 < lightness < 1:
        lightness = min(1.0, lightness * step)
        colour = _hex(colorsys.hls_to_rgb(hue, lightness, saturation))
    return colour


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colours, from 1 to 21, as the accessibility guidelines (WCAG 2) define it."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _parts(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _parts(colour: str) -> tuple[float, float, float]:
    """Return red, green and blue of #rrggbb, each from 0 to 1."""
    return int(colour[1:3], 16) / 255, int(colour[3:5], 16) / 255, int(colour[5:7], 16) / 255


def _hex(parts: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in parts)
