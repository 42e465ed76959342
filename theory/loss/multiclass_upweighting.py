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

from theory.attack.exact import exact_number
from theory.definitions import cross_entropy
from theory.domain import Arrays, OneHot, Reals, Space
from theory.loss import grown_distribution as general
from theory.loss import two_classes
from theory.loss.fixed_distribution import GIVEN, MEANT_GROWN, MEANT_TILTED, POSITIVE_RADIUS, R, d, n, prove_decreasing, r, rho, s, u, x
from theory.loss.softmax_model import distribution, factor, grown, margin, weight_factor, wrong_grown, wrong_mass, wrong_shares
from theory.loss.wrong_classes import K
from theory.meaning import means
from theory.statement import Agreement, Assumption, Atoms, Claim, Finding, Identity, Monotone
from theory.symbols import Inner, column, real, sigma
from theory.symbols import norm as length

c, C, M, z = real("c C M z")
tilted = column("r'", n)

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
PAIR = Space(
    {two_classes.W: Arrays(3.0, zero=True), two_classes.e: OneHot(), x: Arrays(2.0), rho: Reals(1e-3, 4.0)}, sizes=({d: 1}, {d: 3})
)


ATOMS: Atoms = {
    r: means(R)(distribution),
    M: means(MEANT_GROWN)(lambda p: jnp.sum(grown(p))),
    tilted: means(MEANT_TILTED)(lambda p: grown(p) / jnp.sum(grown(p))),
}


# the same for any label and all K classes, with r = 0 at the true one
all_r, all_tilted = column("r", K), column("r'", K)


def in_all_classes(term: sp.Expr) -> sp.Expr:
    """Return a formula for columns of all classes."""
    return term.xreplace({r: all_r, tilted: all_tilted})


ALL_CLASSES = Space(
    {general.W: Arrays(3.0, zero=True), general.e: OneHot(), x: Arrays(2.0), rho: Reals(1e-3, 4.0)}, sizes=({K: 2, d: 1}, {K: 4, d: 2})
)
FOR_ALL_CLASSES: Atoms = {
    s: means(general.SHARE)(wrong_mass),
    all_r: means(general.R)(wrong_shares),
    M: means(general.MEANT_GROWN)(lambda p: jnp.sum(wrong_grown(p))),
    all_tilted: means(general.MEANT_TILTED)(lambda p: wrong_grown(p) / jnp.sum(wrong_grown(p))),
}


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
                formula=in_all_classes(weight),
                where={C: WHERE[C], c: in_all_classes(WHERE[c])},
                atoms=FOR_ALL_CLASSES,
                defined_by=means(general.FACTOR)(weight_factor),
                space=ALL_CLASSES,
                conditioning=in_all_classes(printed_out) / s,
                given=(general.POSITIVE_RADIUS, general.NONZERO_INPUT, general.SOME_WRONG_HERE),
                theorem=general.prove_weight,
            ),
            Monotone(
                part="fixed-distribution",
                quantity=weight,
                where=WHERE,
                atoms=ATOMS,
                along=s,
                increasing=False,
                given=GIVEN,
                theorem=prove_decreasing,
            ),
            Identity(
                part="two-classes",
                formula=two,
                atoms={z: means(two_classes.MARGIN)(margin)},
                defined_by=means(two_classes.FACTOR)(lambda p: factor(p.W, p.e, p.x, p.rho)),
                space=PAIR,
                conditioning=two / sigma(-z),
                given=(two_classes.NONZERO_INPUT,),
                theorem=two_classes.prove_two,
            ),
        ),
        assumes=(Assumption("rho > 0", SPACE.but(rho=Reals(-4.0, 0.0)), parts=("fixed-distribution",), given=(POSITIVE_RADIUS,)),),
    ),
)
