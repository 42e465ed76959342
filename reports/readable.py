"""Formulas that SymPy printed, and those in plain sentences, in Unicode: `-t*sigma(-t*f)**2` becomes −t·σ(−t·f)².

Evidence keeps SymPy's own text, which SymPy reads again; the page and a terminal show this one.
"""

from __future__ import annotations

import re

GREEK = {
    "alpha": "α", "beta": "β", "chi": "χ", "gamma": "γ", "Delta": "Δ", "delta": "δ", "eps": "ε", "epsilon": "ϵ", "varepsilon": "ε",
    "eta": "η", "lam": "λ", "lambda": "λ", "pi": "π", "phi": "φ", "rho": "ρ", "sigma": "σ", "tau": "τ", "Phi": "Φ",
}  # fmt: skip
RAISED = str.maketrans("−0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
LOWERED = str.maketrans("0123456789ijkt", "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₜ")
RULES: tuple[tuple[str, str], ...] = (
    (r"Subs\(Derivative\((\w+)\((\w+)\), \2\), \2, (\w+)\)", r"\1′(\3)"),
    (r"Derivative\((\w+)\((\w+)\), \(\2, 2\)\)", r"\1″(\2)"),
    (r"Derivative\((\w+)\((\w+)\), \2\)", r"\1′(\2)"),
    (r"\bSum\((.+?), \((\w+), (\w+), ([^()]*)\)\)", r"∑(\1, \2 = \3 … \4)"),
    (r"\bsum_\.?(?=[ijk]\b)", "∑_"),
    (r"\.([ijk])\[\w+\]", r"\1"),
    (r"\bAbs\(([^()]*)\)", r"|\1|"),
    (r"_\{1\+\}|(?<=\bw)1\+(?=[\s,])", "₁₊"),
    (r"=>", "⇒"),
    (r"->", "→"),
    (r"<=", "≤"),
    (r">=", "≥"),
    (r"!=", "≠"),
    (r"(?<!\S)&(?!\S)", "and"),
    (r"<(?=[^\s=])", "⟨"),  # a comparison stands between spaces, an inner product does not
    (r"(?<=\S)>", "⟩"),
    (r"\|\|", "‖"),
    (r"(?<=\w)\.T\b|(?<=\))\.T\b|(?<=[\w)])\^T\b|(?<=\w)~", "ᵀ"),
    (r"\bsqrt\((\w+)\)", r"√\1"),
    (r"\bsqrt\(", "√("),
    (r"\bgrad (?=[A-Za-z]\b|[A-Za-z]_|phi\b)", "∇"),
    (r"\('([^']*)', '([^']*)'\)", r"(\1, \2)"),
    (r"\boo\b", "∞"),
    (r"√\(⟨([^⟨⟩‖,]+), \1⟩\)", r"‖\1‖"),
    (r"\*\*(?=[\w(])", "^"),
    (r"(?<=\S)\*(?=\S)", "·"),
    (r"(?<![\w)\]])-(?=[\w(√∞⟨∇])", "−"),
    (r"(?<=[\w)\]⟩²³‖|ᵀ]) - (?=\S)", " − "),
    (r"(?<=\b[A-Za-z])-(?=\d)", "−"),
)  # fmt: skip


def readable(text: str) -> str:
    """Return text whose formulas stand as SymPy or a keyboard writes them, with signs, Greek letters, powers and indices in Unicode."""
    for relation, sign in (("Eq", "="), ("Ne", "≠")):
        text = _between_arguments(text, relation, sign)
    for pattern, sign in RULES:
        text = re.sub(pattern, sign, text)
    text = re.sub(rf"(?:(?<![A-Za-z])|(?<=/d))({'|'.join(GREEK)})(?![A-Za-z])", lambda match: GREEK[match[1]], text)
    text = re.sub(r"\^\((−?\d+)\)|\^(\d+)", lambda match: (match[1] or match[2]).translate(RAISED), text)
    return re.sub(r"(?<=[\w∑])_(\d+|[ijkt])(?![A-Za-z0-9])", lambda match: match[1].translate(LOWERED), text)


def compared(detail: str) -> str:
    """Return what a step compared. Where both sides came out as the same text it stands once: the step was to compute it."""
    left, equal, right = detail.partition(" = ")
    return readable(f"computed: {left}" if equal and left == right else detail)


def _between_arguments(text: str, relation: str, sign: str) -> str:
    """Return text with `relation(a, b)` written as `a sign b`."""
    pieces = re.split(rf"\b{relation}\(", text)
    line = pieces[0]
    for piece in pieces[1:]:
        comma, end = _ends(piece)
        line += f"{piece[:comma]} {sign} {piece[comma + 2 : end]}{piece[end + 1 :]}"
    return line


def _ends(text: str) -> tuple[int, int]:
    """Return where the first argument and the argument list of a call end, in text that begins within its parentheses."""
    depth, comma = 0, -1
    for place, letter in enumerate(text):
        if letter in "([<" and not text.startswith((" ", "="), place + 1):
            depth += 1
        elif letter in "]>" and not text[place - 1].isspace():
            depth -= 1
        elif letter == "," and depth == 0 and comma < 0:
            comma = place
        elif letter == ")":
            if depth == 0:
                return comma, place
            depth -= 1
    return comma, len(text)
