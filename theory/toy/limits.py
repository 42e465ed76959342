"""What the limits of B.1 share: the 1-SAM gradient of one example in a linear model, and a few bounds, each derived step by step."""

from __future__ import annotations

import sympy as sp

from theory.attack.derivation import Derivation
from theory.symbols import Inner, Sign, column, norm, positive, real, sigma, size

d = size("d")
rho = positive("rho")


def derive_gradient(proof: Derivation, x: sp.MatrixExpr, t: Sign) -> None:
    """The gradient of -log sigma(t <w, x>) is -t sigma(-t <w, x>) x: its slope along any direction k."""
    k, s, f = column("k", d), real("s"), real("f")
    slope = sp.diff(-sp.log(sigma(t * (f + s * Inner(k, x)))), s).subs(s, 0)
    proof.equal("along any k the loss grows at this rate, where f is the output <w, x>", slope, Inner(-t * sigma(-t * f) * x, k))


def derive_perturbed(proof: Derivation, w: sp.MatrixExpr, x: sp.MatrixExpr, t: Sign) -> sp.Expr:
    """Derive the gradient -t sigma(u) x at w + eps with u = rho ||x|| - t <w, x>, for nonzero x; return u."""
    derive_gradient(proof, x, t)
    scale = sigma(-t * Inner(w, x))
    gradient = -t * scale * x
    proof.equal("its norm is the logit scale times ||x||", Inner(gradient, gradient), (scale * norm(x)) ** 2)
    proof.positive("which is positive for ||x|| = R > 0", sigma(real("f")) * positive("R"))
    eps = -t * rho / norm(x) * x
    proof.equal("so eps = rho grad / ||grad||", rho / (scale * norm(x)) * gradient, eps)
    u = rho * norm(x) - t * Inner(w, x)
    proof.equal("at w + eps the logit scale has this argument", -t * Inner(w + eps, x), u)
    return u


def derive_tail(proof: Derivation) -> None:
    """1 - sigma(u) = sigma(-u), which lies between 0 and e^-u."""
    u, q = real("u"), real("q")
    proof.equal("1 - sigma(u) = sigma(-u)", 1 - sigma(u), sigma(-u))
    proof.equal("which with q = e^-u is q / (1 + q)", sigma(-u), sp.exp(-u) / (1 + sp.exp(-u)))
    proof.decided("between 0 and q", [q > 0], sp.And(q / (1 + q) < q, q / (1 + q) > 0))


def derive_error(proof: Derivation, x: sp.MatrixExpr) -> None:
    """No entry of sigma(-u) x exceeds e^-u ||x||: an entry <e, x> of x is no larger than its norm."""
    derive_tail(proof)
    e = column("e", x.shape[0])
    beside = Inner(e, e) * x - Inner(e, x) * e
    proof.equal("the rest of x beside e", Inner(beside, beside), Inner(e, e) * (Inner(e, e) * Inner(x, x) - Inner(e, x) ** 2))
    square, entry, R, scale, q = real("square entry R scale q")
    bounded = [entry <= R, -entry <= R]
    proof.decided(
        "so, with <e, e> = 1 and ||x|| = R, an entry is at most R", [R >= 0, square >= 0, sp.Eq(square, R**2 - entry**2)], sp.And(*bounded)
    )
    proof.decided(
        "and sigma(-u) times an entry at most q R",
        [scale > 0, scale < q, R >= 0, *bounded],
        sp.And(scale * entry <= q * R, -scale * entry <= q * R),
    )
