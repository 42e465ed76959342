"""The style sheet of the page, and the policy that tells a browser what the page may do.

The policy allows this very style sheet, this very script and fonts from within the page, and nothing else: no request, no other script.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from reports.page import palette

HERE = Path(__file__).parent
FONTS = (
    ("Claims Serif", "serif", "400", "normal"),
    ("Claims Serif", "serif-italic", "400", "italic"),
    ("Claims Serif", "serif-semibold", "600", "normal"),
    ("Claims Sans", "sans", "400", "normal"),
    ("Claims Sans", "sans-bold", "700", "normal"),
    ("Claims Maths", "maths", "400", "normal"),
)
PLOTTED = ("p1", "p2", "p3", "p4", "p5", "ink", "quiet", "line", "refuted")


def sheet(drawn: Iterable[str]) -> str:
    """Return the style sheet: fonts, colours (also those that runs' pictures are drawn in), and the rules of the page and its plots."""
    faces = "".join(
        f"@font-face{{font-family:{family!r};font-weight:{weight};font-style:{slant};font-display:swap;"
        f"src:url(data:font/woff2;base64,{base64.b64encode((HERE / 'fonts' / f'{name}.woff2').read_bytes()).decode()}) format('woff2')}}"
        for family, name, weight, slant in FONTS
    )
    rules = (HERE / "page.css").read_text(encoding="utf-8")
    return faces + palette.style(drawn=tuple(sorted(drawn))) + re.sub(r"/\*.*?\*/|\n\s*", "", rules) + plots()


def plots() -> str:
    """Return the rules of plots: their shapes, and the colours of the page for lines, dots, bars and words."""
    rules = (HERE / "plot.css").read_text(encoding="utf-8").replace("\n", "")
    lines = "".join(f".plot .curve.{name},.plot .thin.{name},.plot .ring.{name}{{stroke:var(--{name})}}" for name in PLOTTED)
    return rules + lines + "".join(f".plot .dot.{name},.plot .bar.{name},.plot .end.{name}{{fill:var(--{name})}}" for name in PLOTTED)


def standalone(drawn: str) -> str:
    """Return a plot of the page as a separate picture, with the colours it is drawn in for a light and a dark ground."""
    head, _, body = drawn.partition(">")
    colours = palette.style(names=(*PLOTTED, "card", "shade")).replace("@media screen and", "@media")
    ground = '<rect width="100%" height="100%" rx="6" fill="var(--card)"/>'
    return f"{head}><style>{colours}{plots()}</style>{ground}{body}"


def script() -> str:
    """Return the script of the page."""
    return (HERE / "page.js").read_text(encoding="utf-8")


def policy(style: str, program: str) -> str:
    """Return the policy that allows this style sheet, this script and embedded fonts, and nothing else."""
    allowed = f"style-src {_hash(style)}; script-src {_hash(program)}; font-src data:"
    return f"default-src 'none'; {allowed}; base-uri 'none'; form-action 'none'"


def _hash(content: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
