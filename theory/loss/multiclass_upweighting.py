"""Beyond Lemma 3.1: how 1-SAM weights an example with K classes, and when a lower loss means a larger weight.

Statement.  In a linear softmax model 1-SAM moves the logits by C g/||g||, C = rho ||x||, g = softmax(f) - e_t. With s the
            probability of the wrong classes and r its distribution among them, the factor ||g(f')||/||g(f)|| is
            M/((1 - s) e^-c + s M) times a number that depends on r and C only, where c = C/sqrt(1 + ||r||^2) and
            M = sum r_j e^(c r_j). So at fixed r it strictly decreases in s: a lower loss, a larger factor.
            For K = 2 it is the ratio of Lemma 3.1 with the constant sqrt(2) rho ||x|| in place of rho ||x||.
Idea.       The true logit moves by -c, the wrong ones by c r_j: the masses become (1 - s) e^-c and s r_j e^(c r_j), and M >= 1 > e^-c.
Assumes.    rho > 0, x nonzero. Without the fixed r it fails from K = 3 on, as two points show (`not-in-general`).
Source.     Lemma 3.1 and Section 4.1; K classes are not treated in the paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import sympy as sp

from theory.attack import chains
from theory.attack.derivation import Derivation
from theory.attack.exact import exact_number
from theory.definitions import cross_entropy
from theory.domain import Arrays, OneHot, Reals, Space
from theory.loss.softmax_model import distribution, factor, grown, margin, model_factor
from theory.loss.wrong_classes import derive_scale
from theory.statement import Agreement, Assumption, Claim, Finding, Identity, Monotone
from theory.symbols import Inner, column, matrix, positive, real, sigma, size
from theory.symbols import norm as length

d = size("d")
n = size("n")  # the wrong classes: K = n + 1
s, rho, c, C, M = positive("s rho c C M")
z = real("z")
u, r, tilted = column("u", n), column("r", n), column("r'", n)
x = column("x", d)
W, e = matrix("W", 2, d), sp.MatrixSymbol("e", 2, 1)

share = M / ((1 - s) * sp.exp(-c) + s * M)
weight = share * sp.sqrt(1 + Inner(tilted, tilted)) / sp.sqrt(1 + Inner(r, r))
WHERE = {C: rho * length(x), c: C / sp.sqrt(1 + Inner(r, r))}
printed_out = weight.xreplace({c: WHERE[c]}).xreplace({C: WHERE[C]})
two = sigma(-z + sp.sqrt(2) * rho * length(x)) / sigma(-z)

SPACE = Space(
    {s: Reals(1e-3, 0.999), u: Arrays(3.0, zero=True), x: Arrays(2.0), rho: Reals(1e-3, 4.0)},
    sizes=({n: 1, d: 1}, {n: 3, d: 2}),
    note="r is the softmax of u; the first class is the true one",
)
PAIR = Space({W: Arrays(3.0, zero=True), e: OneHot(), x: Arrays(2.0), rho: Reals(1e-3, 4.0)}, sizes=({d: 1}, {d: 3}))


ATOMS = {r: distribution, M: lambda p: jnp.sum(grown(p)), tilted: lambda p: grown(p) / jnp.sum(grown(p))}


def derive_shift(proof: Derivation) -> None:
    """The gradient in W is g x^T, so that 1-SAM moves the logits by rho ||x|| g/||g||."""
    K = size("K")
    g, H, V = column("g", K), matrix("H", K, d), matrix("W", K, d)
    step, at = sp.Symbol("h", real=True), chains.scalar
    proof.equal("along any H, <g, W x> changes by <g x^T, H>", sp.diff(at(Inner(g, (V + step * H) * x)), step), Inner(g * x.T, H))
    proof.equal("the norm of g x^T is ||g|| ||x||", Inner(g * x.T, g * x.T), (length(g) * length(x)) ** 2)
    moved = (V + rho / (length(g) * length(x)) * g * x.T) * x
    proof.equal("so the logits move by C g/||g||", moved, V * x + rho * length(x) / length(g) * g)


def prove_weight(statement: Identity, proof: Derivation) -> None:
    """Follow the masses of the true and of one wrong class through the shift."""
    part = positive("r_j")
    derive_scale(proof)
    derive_shift(proof)
    size_of_g = s * sp.sqrt(1 + Inner(r, r))
    proof.equal("g has the entries -s and s r", s**2 + Inner(s * r, s * r), size_of_g**2)
    shift = statement.where[c].xreplace({C: statement.where[C]})
    moved = rho * length(x) / size_of_g
    proof.equal("the true logit moves by -c", -moved * s, -shift)
    proof.equal("a wrong one by c r_j", moved * s * part, shift * part)
    below = (1 - s) * sp.exp(-c) + s * M
    mass = s * M / below
    grown = s * part * sp.exp(c * part) / below
    proof.equal("its mass becomes s' r'_j with s' = s M/(...), r'_j = r_j e^(c r_j)/M", grown, mass * (part * sp.exp(c * part) / M))
    proof.equal("and the true class keeps the mass (1 - s) e^-c/(...)", 1 - mass, (1 - s) * sp.exp(-c) / below)
    norm_after = mass * sp.sqrt(1 + Inner(tilted, tilted))
    proof.equal("the squared norm of the new g", mass**2 + Inner(mass * tilted, mass * tilted), norm_after**2)
    proof.equal("over that of g it is the formula", norm_after / size_of_g, statement.formula)


def prove_decreasing(statement: Monotone, proof: Derivation) -> None:
    """M >= 1 > e^-c, by induction over the classes and since c > 0."""
    T, P, E, R, S, V, m, k = real("T P E R S V M k")
    norms_ratio = sp.sqrt(1 + Inner(tilted, tilted)) / sp.sqrt(1 + Inner(r, r))
    proof.equal("the quantity is the share times a factor without s", statement.quantity, share * norms_ratio)
    proof.increasing("e^(c r_j) increases in c", sp.exp(c * positive("r_j")), c)
    proof.equal("from 1 at c = 0", sp.exp(c).subs(c, 0), sp.S.One)
    says = "partial sums: that of r_j e^(c r_j) is at least that of r_j, so M >= 1"
    proof.decided(says, [T >= P, E >= 1, R >= 0], T + R * E >= P + R)
    rational = share.subs({sp.exp(-c): k, M: m})
    proof.equal("with k = e^-c and m = M the share is rational", rational.subs({k: sp.exp(-c), m: M}), share)
    below = ((1 - S) * k + S * m) * ((1 - V) * k + V * m)
    proof.polynomial("the difference of its values at S and V", rational.subs(s, S) - rational.subs(s, V), m * (m - k) * (V - S) / below)
    proof.decided("the numerator is positive for S < V", [m >= 1, k > 0, k < 1, S < V], m * (m - k) * (V - S) > 0)
    proof.decided("and so is each denominator", [m >= 1, k > 0, S > 0, S < 1], (1 - S) * k + S * m > 0)
    l = real("l")
    proof.increasing("s = 1 - e^-l increases in the loss l, so the factor decreases in it", 1 - sp.exp(-l), l)


def prove_two(statement: Identity, proof: Derivation) -> None:
    """One wrong class: r = r' = 1, c = C/sqrt 2, M = e^c, s = sigma(-z)."""
    derive_shift(proof)
    general = weight.xreplace({Inner(r, r): sp.S.One, Inner(tilted, tilted): sp.S.One}).xreplace({M: sp.exp(c)})
    proof.equal("the general factor for one wrong class", general, sp.exp(c) / ((1 - s) * sp.exp(-c) + s * sp.exp(c)))
    lemma = sigma(-z + 2 * c) / sigma(-z)
    proof.equal("with s = sigma(-z) it is the ratio of Lemma 3.1 at the shift 2 c", general.xreplace({s: sigma(-z)}), lemma)
    proof.equal("where 2 c = sqrt(2) rho ||x||", lemma.xreplace({c: rho * length(x) / sp.sqrt(2)}), statement.formula)


POINTS = {"low": (0.0, 2.0, -1.0), "high": (0.0, 2.0, 0.0), "rho": 1.0}


def compare(data: Mapping[str, Any]) -> Sequence[Finding]:
    """Compare, in 50 digits, loss and factor of two examples with x = 1 whose first class is the true one; weights = logits."""
    label, single_input = (1.0, *[0.0] * (len(data["low"]) - 1)), (1.0,)

    def loss(p: SimpleNamespace) -> jax.Array:
        return cross_entropy(p.f, p.e)

    def weight_of(p: SimpleNamespace) -> jax.Array:
        return factor(p.f[:, None], p.e, p.x, p.rho)

    def words(values: Sequence[Any]) -> str:
        return " against ".join(f"{float(v):.12g}" for v in values)

    losses = [exact_number(loss, f=data[name], e=label) for name in ("low", "high")]
    factors = [exact_number(weight_of, f=data[name], e=label, x=single_input, rho=data["rho"]) for name in ("low", "high")]
    return [
        Finding(f"logits {data['low']} have a lower loss than {data['high']}", losses[0] < losses[1], words(losses)),
        Finding("and are up-weighted by a smaller factor", factors[0] < factors[1], words(factors)),
    ]


CLAIMS = (
    Claim(
        id="multiclass-upweighting",
        space=SPACE,
        beyond=(
            Agreement(
                part="not-in-general",
                data=POINTS,
                check=compare,
                variants={
                    "the two points exchanged": {**POINTS, "low": POINTS["high"], "high": POINTS["low"]},
                    "one point twice": {**POINTS, "high": POINTS["low"]},
                    "two classes": {**POINTS, "low": (0.0, -1.0), "high": (0.0, 0.0)},
                    "one wrong class out of play": {**POINTS, "low": (0.0, 1.0, -60.0), "high": (0.0, 2.0, -60.0)},
                    "the same distribution over the wrong classes": {**POINTS, "low": (0.0, 1.0, -1.0), "high": (0.0, 2.0, 0.0)},
                    "no perturbation": {**POINTS, "rho": 0.0},
                },
            ),
            Identity(
                part="weight",
                formula=weight,
                where=WHERE,
                atoms=ATOMS,
                defined_by=model_factor,
                conditioning=printed_out / s,
                proof=prove_weight,
            ),
            Monotone(
                part="fixed-distribution",
                quantity=weight,
                where=WHERE,
                atoms=ATOMS,
                along=s,
                increasing=False,
                proof=prove_decreasing,
            ),
            Identity(
                part="two-classes",
                formula=two,
                atoms={z: margin},
                defined_by=lambda p: factor(p.W, p.e, p.x, p.rho),
                space=PAIR,
                conditioning=two / sigma(-z),
                proof=prove_two,
            ),
        ),
        assumes=(Assumption("rho > 0", SPACE.but(rho=Reals(-4.0, 0.0)), parts=("fixed-distribution",)),),
    ),
)
