"""Eq. 2.1: the shapes printed for the two-layer linear network do not fit together; W must be h by d.

Statement.  f = <v, W x> with hidden activation z = W x in R^h, so W has one row for each hidden unit and one column for
            each input.
Idea.       A product exists when the inner dimensions are the same symbol; nothing is assumed about h and d.
As printed. W is d by h, and W x exists only where h = d. Eq. 4.1 adds v x^T, which is h by d, to W.
Source.     Section 2.1, Eq. 2.1; Section 4.2, Eq. 4.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sympy as sp
from sympy.matrices.exceptions import ShapeError

from theory.domain import Space
from theory.statement import Agreement, Claim, Finding
from theory.symbols import size

Shapes = Mapping[str, tuple[sp.Expr, sp.Expr]]

h, d = size("h"), size("d")
EXAMPLE = {h: 2, d: 3}  # two hidden units, three inputs: the smallest sizes that differ from each other and from 1

PRINTED: Shapes = {"W": (d, h), "v": (h, sp.S.One), "x": (d, sp.S.One), "z": (h, sp.S.One)}
CORRECTED: Shapes = {**PRINTED, "W": (h, d)}


def _text(shape: Sequence[sp.Expr]) -> str:
    return f"{shape[0]} by {shape[1]}"


def _product_at_example(shapes: Shapes) -> str:
    """Let SymPy multiply W and x at the example's sizes; return the shape of the product, or that there is none."""
    W, x = (sp.MatrixSymbol(name, *[side.subs(EXAMPLE) for side in shapes[name]]) for name in ("W", "x"))
    try:
        return f"at h = 2, d = 3 the product W x is {_text((W * x).shape)}"
    except ShapeError:
        return f"at h = 2, d = 3 there is no product of W ({_text(W.shape)}) and x ({_text(x.shape)})"


def fit(shapes: Shapes) -> list[Finding]:
    """Compare the dimensions that Eqs. 2.1 and 4.1 bring together, as symbols, so for all sizes at once."""
    W, v, x, z = (shapes[name] for name in "Wvxz")
    return [
        Finding(
            "W x exists: W has as many columns as x has entries",
            W[1] == x[0],
            f"{W[1]} columns, {x[0]} entries; {_product_at_example(shapes)}",
        ),
        Finding("W x has the shape of z", (W[0], x[1]) == z, f"W x would be {_text((W[0], x[1]))}, z is {_text(z)}"),
        Finding("v and z have an inner product", v == z, f"v is {_text(v)}, z is {_text(z)}"),
        Finding("the step v x^T of Eq. 4.1 has the shape of W", (v[0], x[0]) == W, f"v x^T is {_text((v[0], x[0]))}, W is {_text(W)}"),
    ]


CLAIMS = (
    Claim(
        id="shape-w",
        space=Space({}),
        printed=(Agreement(part="shapes", data=PRINTED, check=fit, variants={}, copied=True),),
        corrected=(
            Agreement(
                part="shapes",
                copied=True,
                data=CORRECTED,
                check=fit,
                variants={
                    "W as printed, d by h": PRINTED,
                    "W square, h by h": {**CORRECTED, "W": (h, h)},
                    "W square, d by d": {**CORRECTED, "W": (d, d)},
                    "v with d entries": {**CORRECTED, "v": (d, sp.S.One)},
                    "x with h entries": {**CORRECTED, "x": (h, sp.S.One)},
                    "z with d entries": {**CORRECTED, "z": (d, sp.S.One)},
                    "v as a row": {**CORRECTED, "v": (sp.S.One, h)},
                    "x as a row": {**CORRECTED, "x": (sp.S.One, d)},
                    "one hidden unit more in W": {**CORRECTED, "W": (h + 1, d)},
                    "one input more in W": {**CORRECTED, "W": (h, d + 1)},
                },
            ),
        ),
    ),
)
