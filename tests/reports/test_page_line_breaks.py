"""A formula too wide for a phone stands in pieces, between which a line may break; a formula that fits stays whole."""

import re

import pytest

from reports.page import line_breaks, text
from tests.reports.test_page_formulas import formulas

TAG = re.compile(r"<[^>]*>")
RATIO = r"\lim_{\rho\to\infty}\sigma(-t_i\langle w,x_i\rangle+\rho\|x_i\|)/\sigma(-t_j\langle w,x_j\rangle+\rho\|x_j\|)=1"


def pieces(tex):
    """Return the words of each formula that stands for one of TeX."""
    return [TAG.sub("", piece).replace("&ApplyFunction;", "\u2061") for piece in str(text.html(f"${tex}$")).split("</math>") if piece]


@pytest.mark.parametrize(
    ("tex", "parts"),
    [
        (r"a=-b+c", ["a=−b+c"]),
        (RATIO, ["limρ→∞\u2061σ(−ti⟨w,xi⟩+ρ‖xi‖)/", "σ(−tj⟨w,xj⟩+ρ‖xj‖)", "=1"]),
        (r"\|aaaaaaaa-bbbbbbbbbb+cccccccccccc\|\le-dddd", ["‖aaaaaaaa−bbbbbbbbbb+cccccccccccc‖", "≤−dddd"]),
        (r"aaaaaaaaaaaa+bbbbbbbbbbbb(c+d)-eeeeeeeeeeee", ["aaaaaaaaaaaa", "+bbbbbbbbbbbb(c+d)", "−eeeeeeeeeeee"]),
        (r"\|aaaaaaaaaa\|_2(bbbbbbbbb-c)^2+ddddddddddddd", ["‖aaaaaaaaaa‖2(bbbbbbbbb−c)2", "+ddddddddddddd"]),
        (r"\left(aaaaaaaaaaaaaaaaaa=bbbbbbbbbbbbbbbbb\right)", ["(aaaaaaaaaaaaaaaaaa=bbbbbbbbbbbbbbbbb)"]),
        (r"\frac{aaaaaaaaaaaaaaaa}{bbbbbbbbbbbbbbbb}=c", ["aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbb=c"]),
    ],
)
def test_a_wide_formula_breaks_before_relations_and_sums_and_after_slashes_outside_brackets(tex, parts):
    assert pieces(tex) == parts


def test_a_sign_that_begins_a_piece_keeps_the_spaces_of_a_sign_between_two_sides():
    assert '<math><mo form="infix">=</mo><mn>1</mn></math>' in text.html(f"${RATIO}$")


@pytest.mark.parametrize("claim", formulas())
def test_no_formula_of_the_ledger_loses_a_sign(claim):
    for tex in formulas()[claim]:
        whole = str(text.mathml(tex))
        parted = line_breaks.parted(whole)
        assert TAG.sub("", parted) == TAG.sub("", whole.replace("&ApplyFunction;", "\u2061") if parted != whole else whole), tex
        assert parted.count("<math>") == parted.count("</math>")


@pytest.mark.parametrize(
    ("tex", "markup"),
    [
        ("p'+1", '<mi>p</mi><mo lspace="0" rspace="0">′</mo><mo>+</mo>'),
        ("r'_j+1", '<msub><mi>r</mi><mi>j</mi></msub><mo lspace="0" rspace="0">′</mo><mo>+</mo>'),
        ("p^2+1", "<msup><mi>p</mi><mn>2</mn></msup><mo>+</mo>"),
    ],
)
def test_a_prime_stands_on_the_line_and_a_power_above_it(tex, markup):
    assert markup in text.html(f"${tex}$")
