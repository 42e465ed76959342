"""TeX as Unicode text on one line."""

import re

import pytest

from reports import ledger
from reports.plain import formula, plain


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"\sigma(-t f)", "σ(−t f)"),
        (r"-\nabla_w\ell=t\,\sigma(-t f(w,x))\,\nabla f", "−∇_w ℓ = t σ(−t f(w, x)) ∇f"),
        (r"\dfrac{\|\nabla L\|}{2\rho}\|e-\epsilon\|^2", "‖∇L‖/(2ρ) · ‖e − ϵ‖²"),
        (r"\dfrac{e^{z}}{1+e^{z-C}}-\dfrac{(1+e^{z})e^{z-C}}{(1+e^{z-C})^2}", "e^z/(1 + e^(z−C)) − (1 + e^z) e^(z−C)/(1 + e^(z−C))²"),
        (r"\dfrac{a+b}{c}", "(a + b)/c"),
        (r"\dfrac{(a+b)(c+d)}{(e)(f)}", "(a + b) (c + d)/((e) (f))"),
        (r"\gamma^2/\sqrt{d-1}", "γ²/√(d − 1)"),
        (r"\tfrac12X^\top t", "½ Xᵀ t"),
        (r"w_{1+}\ne0", "w₁₊ ≠ 0"),
        (r"\|X\|_F^2", "‖X‖_F²"),
        (r"r'_j", "rⱼ′"),
        (r"\hat u", "û"),
        (r"\lim_{\rho\to\infty}-t", "lim_(ρ→∞) −t"),
        (r"\|a\|\,\|b\|", "‖a‖ ‖b‖"),
        (r"\nabla\|\nabla f\|", "∇‖∇f‖"),
        (r"\Delta^{\text{L-SAM}}", "Δ^(L-SAM)"),
        (r"\log(1+(K-1)e^{-C})", "log(1 + (K − 1) e^(−C))"),
        (r"a\cdot b", "a · b"),
    ],
)
def test_a_formula_is_written_in_a_line(tex, text):
    assert formula(tex) == text


def test_words_between_formulas_stay_as_they_are():
    assert plain(r"for $x > 0$ and 5-fold, $\sigma(x)$ grows_up") == "for x > 0 and 5-fold, σ(x) grows_up"
    assert plain("no formula") == "no formula"


def test_a_formula_that_is_not_tex_keeps_its_source():
    assert plain(r"the $\nosuchcommand$ here") == r"the \nosuchcommand here"


def test_no_tex_is_left_of_the_ledger():
    texts = [
        text for claim in ledger.read().claims for text in (claim.where, claim.says, *(statement.says for statement in claim.statements))
    ]
    assert any("$" in text for text in texts)
    assert [text for text in map(plain, texts) if re.search(r"[\\$]|[_^]\{", text)] == []
