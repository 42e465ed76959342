"""Coq theorems on the loss of one example whose logits have a bounded norm."""

from __future__ import annotations

from theory.formal.row import Row

ROWS = (
    Row(
        claim="loss-bounds",
        form="printed",
        part="lower",
        file="loss_bounds_extremes",
        theorem="printed_lower_bound_fails",
        outcome="refutes",
        says=r"For every $K\ge2$, every target and every $C>0$ some logits of norm $C$ have a loss below the printed bound: "
        r"$f_t=C/r$, all others $-C/((K-1)r)$, with $r=\sqrt{K/(K-1)}$.",
    ),
    Row(
        claim="loss-bounds",
        form="printed",
        part="upper",
        file="loss_bounds_extremes",
        theorem="printed_upper_bound_fails",
        outcome="refutes",
        says=r"For every $K\ge2$, every target and every $C>0$ some logits of norm $C$ have a loss above the printed bound: "
        r"$f_t=-C/r$, all others $C/((K-1)r)$, with $r=\sqrt{K/(K-1)}$.",
    ),
    Row(
        claim="loss-bounds",
        form="corrected",
        part="lower",
        file="loss_bounds_extremes",
        theorem="tight_lower_bound",
        says=r"The bound holds for every $K\ge2$ and every target, and is attained for every $C\ge0$.",
    ),
    Row(
        claim="loss-bounds",
        form="corrected",
        part="upper",
        file="loss_bounds_extremes",
        theorem="upper_bound_tight_for_two",
        says=r"The bound holds for every $K\ge2$ and every target and is attained for $K=2$; "
        r"for no $K$ does a constant below $\sqrt2$ serve every $C$.",
        also=("sqrt_2_is_the_smallest_constant", "opposite_point", "lower_constant_fails_above"),
    ),
    Row(
        claim="loss-bounds",
        form="beyond",
        part="upper-constant",
        file="loss_bounds_extremes",
        theorem="sqrt_2_is_the_smallest_constant",
        says=r"For every $K\ge2$, every target and every $a<\sqrt2$ there are logits in some ball whose loss exceeds the bound with $a$.",
        also=("lower_constant_fails_above",),
    ),
    Row(
        claim="loss-bounds",
        form="beyond",
        part="lower-differences",
        file="loss_bounds",
        theorem="bounds_from_differences",
        says=r"If every $f_k-f_t$ lies in $[-C,C]$, so does the loss between the two printed bounds, for every $K$ and every target.",
    ),
    Row(
        claim="loss-bounds",
        form="beyond",
        part="upper-differences",
        file="loss_bounds",
        theorem="bounds_from_differences",
        says=r"If every $f_k-f_t$ lies in $[-C,C]$, so does the loss between the two printed bounds, for every $K$ and every target.",
    ),
    Row(
        claim="sharp-loss-bound",
        form="beyond",
        part="upper",
        file="sharp_bound",
        theorem="sharp_upper_bound",
        says=r"For every $K\ge2$, every target, and all logits of norm at most $C\le\sqrt6$.",
    ),
    Row(
        claim="sharp-loss-bound",
        form="beyond",
        part="attained",
        file="sharp_bound_extremes",
        theorem="sharp_bound_attained",
        says=r"For every $K\ge2$, every target and every real $C$.",
    ),
    Row(
        claim="sharp-loss-bound",
        form="beyond",
        part="fails-beyond",
        file="sharp_bound_extremes",
        theorem="fails_beyond",
        says=r"For every $K\ge3$, every target and every $h>0$; the norms with $h>0$ are all norms above $\sqrt{K(K-1)}$. "
        r"The bound serves every $K$ up to a radius exactly where this radius is at most $\sqrt6$.",
        also=("sqrt_6_is_the_largest_radius",),
    ),
    Row(
        claim="sharp-loss-bound",
        form="beyond",
        part="loose",
        file="sharp_bound",
        theorem="loose_upper_bound",
        says=r"For every $K\ge3$, every target and every $C>0$; some logits attain the bound exactly where $K=2$.",
        also=("attained_for_two_alone",),
    ),
)
