"""Every formula of the ledger can be set, looks as it did when it was looked at, and needs no character that the page's font lacks."""

import json
import re
from pathlib import Path

import pytest

from reports import ledger
from reports.page import text

STORED = Path(__file__).with_name("formulas.json")
FONT = Path(text.__file__).with_name("fonts") / "maths.txt"
ITALIC = {**{chr(65 + k): chr(0x1D434 + k) for k in range(26)}, **{chr(97 + k): chr(0x1D44E + k) for k in range(26)}, "h": "ℎ"}
ITALIC |= {chr(0x3B1 + k): chr(0x1D6FC + k) for k in range(25)} | {"ϵ": "𝜖", "∂": "𝜕", "ϕ": "𝜙", "ϑ": "𝜗"}


def formulas():
    """Return {claim id: its formulas, in order}."""
    by_claim = {}
    for claim in ledger.read().claims:
        told = [words for statement in claim.statements for words in (statement.says, statement.quote, statement.effect_reason)]
        texts = (claim.says, claim.where, *told)
        by_claim[claim.id] = [piece for words in texts for is_tex, piece in text.split(words) if is_tex]
    return by_claim


def set_as(claim, tex):
    try:
        return str(text.mathml(tex))
    except text.TexError as error:
        raise AssertionError(f"a formula of {claim} cannot be set: {error}") from error


def written():
    """Return the content of formulas.json that the ledger gives now: {claim: {TeX: MathML}}."""
    by_claim = {claim: {tex: set_as(claim, tex) for tex in kept} for claim, kept in formulas().items()}
    return json.dumps(by_claim, indent=1, ensure_ascii=False) + "\n"


def font():
    """Return the characters that the embedded font has."""
    kept = set()
    for line in FONT.read_text(encoding="utf-8").splitlines():
        for span in line.split(",") if not line.startswith("#") else []:
            first, _, last = span.partition("-")
            kept |= {chr(code) for code in range(int(first, 16), int(last or first, 16) + 1)}
    return kept


@pytest.mark.parametrize("claim", formulas())
def test_every_formula_renders_to_the_mathml_that_is_stored(claim):
    stored = json.loads(STORED.read_text(encoding="utf-8")).get(claim, {})
    rendered = {tex: set_as(claim, tex) for tex in formulas()[claim]}
    assert rendered == stored, "look at the page, then run `python -m tests.reports.test_page_formulas`"


def test_a_formula_that_cannot_be_set_is_told_with_its_claim():
    with pytest.raises(AssertionError, match="a formula of eq-9 cannot be set"):
        set_as("eq-9", r"\frac{")


def test_the_font_has_every_character_of_every_formula():
    kept, lacking = font(), {}
    for claim, formulas_of_claim in formulas().items():
        for tex in formulas_of_claim:
            for tag, inside in re.findall(r"<(m[ion]|mtext)[^>]*>([^<]*)</", text.mathml(tex)):
                letters = inside.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
                wanted = {ITALIC.get(letters, letters)} if tag == "mi" and len(letters) == 1 else set(letters)
                if missing := wanted - kept - set(letters if "normal" in tag else ""):
                    lacking[claim] = missing
    assert lacking == {}, "add them to maths.txt and make the font anew (reports/page/fonts/README.md)"


if __name__ == "__main__":  # python -m tests.reports.test_page_formulas
    STORED.write_text(written())
