"""Which Coq theorem is evidence on which statement of the ledger: one row each, and the only place that says so.

A theorem is evidence only if it covers the whole statement, so that a row may need nothing beside it. `also` names theorems
of the same file that say where the limits of the statement are; they are shown with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from reports.evidence import Form

# In the order of compilation: a file may use those before it.
FILES = (
    "vectors",
    "lemma_3_1",
    "one_sam_linear",
    "equal_norm_upweighting",
    "loss_bounds",
    "loss_bounds_extremes",
    "accuracy_monotone",
    "robust_loss",
)


@dataclass(frozen=True)
class Row:
    """The theorem `theorem` of the file `<file>.v` supports or refutes the statement (claim, form, part); `says` it in a sentence."""

    claim: str
    form: Form
    part: str
    file: str
    theorem: str
    says: str
    outcome: Literal["supports", "refutes"] = "supports"
    also: tuple[str, ...] = ()


TABLE = (
    Row(
        claim="eq-3.2",
        form="printed",
        part="perturbation",
        file="one_sam_linear",
        theorem="perturbation",
        says=r"In every dimension, $\epsilon=-\rho\,t\,x/\|x\|$, for the gradient that Coq derives from the logistic loss.",
        also=("gradient_is_derivative",),
    ),
    Row(
        claim="eq-3.2",
        form="printed",
        part="shift",
        file="one_sam_linear",
        theorem="shifted_update",
        says=r"In every dimension, the gradient at the perturbed weights is the gradient of the shifted logit, coordinate by coordinate.",
        also=("gradient_is_derivative",),
    ),
    Row(
        claim="grad-norm-increases",
        form="printed",
        part="increases",
        file="one_sam_linear",
        theorem="gradient_norm_increases",
        says=r"In every dimension, the perturbation increases the norm of the gradient if $\rho>0$ and $x\ne0$.",
    ),
    Row(
        claim="lemma-3.1",
        form="printed",
        part="ratio",
        file="lemma_3_1",
        theorem="ratio_closed_form",
        says=r"The two sides of Eq. 3.3 agree for all real $z$ and $C$.",
    ),
    Row(
        claim="lemma-3.1",
        form="printed",
        part="quotient-rule",
        file="lemma_3_1",
        theorem="ratio_derivative_by_quotient_rule",
        says=r"The ratio $\sigma(-z+C)/\sigma(-z)$ itself has the derivative that Eq. 3.4 prints.",
    ),
    Row(
        claim="lemma-3.1",
        form="printed",
        part="derivative",
        file="lemma_3_1",
        theorem="ratio_derivative",
        says=r"The ratio $\sigma(-z+C)/\sigma(-z)$ itself has the derivative that Eq. 3.5 prints, positive where $C>0$.",
    ),
    Row(
        claim="lemma-3.1",
        form="printed",
        part="increasing",
        file="lemma_3_1",
        theorem="ratio_strictly_increasing",
        says=r"The ratio is strictly increasing if $C>0$, and only then: it is constant for $C=0$ and strictly decreasing for $C<0$.",
        also=("strictly_increasing_iff_positive", "ratio_constant_at_zero", "ratio_strictly_decreasing"),
    ),
    Row(
        claim="lemma-3.1",
        form="beyond",
        part="above-one",
        file="lemma_3_1",
        theorem="ratio_bounds",
        says=r"For $C>0$ the ratio lies strictly between $1$ and $e^{C}$ and comes as near to both as one likes.",
    ),
    Row(
        claim="lemma-3.1",
        form="beyond",
        part="below-exp",
        file="lemma_3_1",
        theorem="ratio_bounds",
        says=r"For $C>0$ the ratio lies strictly between $1$ and $e^{C}$ and comes as near to both as one likes.",
    ),
    Row(
        claim="eq-3.6",
        form="printed",
        part="weight",
        file="one_sam_linear",
        theorem="weight_is_ratio",
        says=r"In every dimension, the quotient of the two norms is the ratio of Lemma 3.1 at $z=t\langle w,x\rangle$, $C=\rho\|x\|$.",
        also=("gradient_is_derivative",),
    ),
    Row(
        claim="equal-norm-upweighting",
        form="printed",
        part="upweighting",
        file="equal_norm_upweighting",
        theorem="equal_norm_upweighting",
        says=r"In every dimension, of two points with one norm the less lossy has the larger weight; with unequal norms it need not.",
        also=("logistic_strictly_decreasing", "lower_loss_larger_weight", "equal_norms_are_needed"),
    ),
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
        claim="accuracy-monotone",
        form="printed",
        part="increases",
        file="accuracy_monotone",
        theorem="printed_form_fails",
        outcome="refutes",
        says=r"For $B=-1$, $\gamma=1$, $d=2$ the accuracy at $w=(1,1)$ is below that at $w=(0,1)$, for every strictly increasing $\Phi$.",
    ),
    Row(
        claim="accuracy-monotone",
        form="corrected",
        part="increases",
        file="accuracy_monotone",
        theorem="accuracy_monotone",
        says=r"For $B,\gamma>0$ and every strictly increasing $\Phi$ an accuracy is the larger exactly where $w_1/\|w_{1+}\|$ is.",
        also=("accuracy_of_symmetric", "such_a_function_exists"),
    ),
    Row(
        claim="robust-loss",
        form="beyond",
        part="inner-maximum",
        file="robust_loss",
        theorem="inner_maximum",
        says=r"In every dimension, no step of length at most $\rho$ raises the loss above the bound, which 1-SAM's perturbation reaches.",
        also=("own_epsilon",),
    ),
    Row(
        claim="robust-loss",
        form="beyond",
        part="own-epsilon",
        file="robust_loss",
        theorem="own_epsilon",
        says=r"In every dimension, the loss at the perturbation of 1-SAM is $\log(1+e^{\rho\|x\|-t\langle w,x\rangle})$.",
    ),
    Row(
        claim="robust-loss",
        form="beyond",
        part="gradient",
        file="robust_loss",
        theorem="direction_is_gradient",
        says=r"For any number of examples and every direction $h$, the derivative of $F_\rho$ along $h$ is $-\langle\Delta,h\rangle$.",
    ),
)
