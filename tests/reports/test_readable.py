"""SymPy's text, and formulas between words, in Unicode."""

import pytest

from reports.readable import readable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("-t_j*g*sigma(-t_j*f)", "−tⱼ·g·σ(−tⱼ·f)"),
        ("(exp(z) + 1)/(exp(-C + z) + 1)**2", "(exp(z) + 1)/(exp(−C + z) + 1)²"),
        ("<(-t*rho/sqrt(<x, x>))*x + w, x> = -t*<w, x>", "⟨(−t·ρ/‖x‖)·x + w, x⟩ = −t·⟨w, x⟩"),
        ("<k~ X~ X k>", "⟨kᵀ Xᵀ X k⟩"),
        ("ρ*‖x‖ - <v, x>", "ρ·‖x‖ − ⟨v, x⟩"),
        ("1/n*X.T*labels + (A + A.T)*df", "1/n·Xᵀ·labels + (A + Aᵀ)·df"),
        ("sqrt(k) + sqrt(a + b) + x**(3/2) + M**(-2)", "√k + √(a + b) + x^(3/2) + M⁻²"),
        ("r > 0, Eq(r**2, n), Ne(b, 0) => a*g <= g*o", "r > 0, r² = n, b ≠ 0 ⇒ a·g ≤ g·o"),
        ("Eq(gap, F**2*W**2 - M**2) => (a <= R) & (-a <= R)", "gap = F²·W² − M² ⇒ (a ≤ R) and (−a ≤ R)"),
        ("lim (u + 1)/(c*u + 1) = 1/c as u -> oo", "lim (u + 1)/(c·u + 1) = 1/c as u → ∞"),
        ("d/drho (rho*B) = B", "d/dρ (ρ·B) = B"),
        ("r*Subs(Derivative(q(y), y), y, 0) + Derivative(q(y), (y, 2))", "r·q′(0) + q″(y)"),
        ("Sum(G[k, i], (i, 0, m - 1))/m", "∑(G[k, i], i = 0 … m − 1)/m"),
        ("so ||grad f|| is rho ||x||^2 for gamma_z and w_1", "so ‖∇f‖ is ρ ‖x‖² for γ_z and w₁"),
        ("[1e-06, 40] and entries -1", "[1e-06, 40] and entries −1"),
    ],
)
def test_formulas_are_written_in_unicode(text, shown):
    assert readable(text) == shown


@pytest.mark.parametrize(
    "text", ["a two-class model", "the n-SAM direction on 2026-11-22", "x < y and y > z", "Lemma 3.1, eq-b.12", "1-SAM", "the gradient"]
)
def test_words_stay_as_they_are(text):
    assert readable(text) == text
