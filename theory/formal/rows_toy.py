"""Coq theorems on the toy data with orthogonal noise: early stopping, the sentence on induction, and the first step of naive SAM."""

from __future__ import annotations

from theory.formal.row import Row

ROWS = (
    Row(
        claim="early-stopping",
        form="beyond",
        part="reduction",
        file="early_stopping_reduction",
        theorem="reduction",
        says=r"For any $n_c,n_n\ge1$ and dimension: steps of any size, and every flow from $w_0$, for which Coq finds $a$ and $b$.",
    ),
    Row(
        claim="early-stopping",
        form="beyond",
        part="clean-first",
        file="early_stopping_slope",
        theorem="clean_first",
        says=r"For any $n_c>n_n\ge1$ and dimension, for every pair of points, and by induction after every step of training.",
    ),
    Row(
        claim="early-stopping",
        form="beyond",
        part="slope",
        file="early_stopping_slope",
        theorem="slope_is_quotient",
        says=r"For any $n_c,n_n\ge1$ and dimension: the quotient of the two rates, read along the noise of any two points.",
    ),
    Row(
        claim="early-stopping",
        form="beyond",
        part="slope-above-one",
        file="early_stopping_slope",
        theorem="slope_above_one",
        says=r"For any $n_c,n_n\ge1$ and every $\rho$.",
        also=("slope_is_quotient",),
    ),
    Row(
        claim="early-stopping",
        form="beyond",
        part="slope-falls",
        file="early_stopping_slope",
        theorem="slope_falls",
        says=r"For any $n_c,n_n\ge1$ and any two radii.",
        also=("slope_is_quotient",),
    ),
    Row(
        claim="early-stopping",
        form="beyond",
        part="accuracy",
        file="early_stopping_accuracy",
        theorem="accuracy_closed_form",
        says=r"For any $n_c\ge1$, $n_n$ and dimension, whatever $\Phi$ is: the two scores agree.",
    ),
    Row(
        claim="early-stopping",
        form="beyond",
        part="accuracy-falls",
        file="early_stopping_accuracy",
        theorem="accuracy_falls",
        says=r"For any $n_c,n_n\ge1$ and every strictly increasing $\Phi$.",
        also=("accuracy_closed_form",),
    ),
    Row(
        claim="early-stopping",
        form="beyond",
        part="ceiling",
        file="early_stopping_accuracy",
        theorem="accuracy_ceiling",
        says=r"For any $n_c>n_n$, every dimension and strictly increasing $\Phi$; for $\tau=0$ the bound is met at $b=a$.",
    ),
    Row(
        claim="early-stopping",
        form="beyond",
        part="origin",
        file="early_stopping_accuracy",
        theorem="origin_meets_ceiling",
        says=r"For any $n_c>n_n$ and dimension, every $\rho$ and step size, whatever $\Phi$ is.",
    ),
    Row(
        claim="early-stopping",
        form="beyond",
        part="equal-progress",
        file="early_stopping_progress",
        theorem="equal_progress",
        says=r"For any $n_c>n_n\ge1$, every dimension, any two flows and every strictly increasing $\Phi$; each $a>0$ is reached by both. "
        "Coq proves that the flows exist, and compares the two differential equations by the extreme value theorem: nothing is cited.",
    ),
    Row(
        claim="early-stopping",
        form="beyond",
        part="peak",
        file="early_stopping_peak",
        theorem="peak_increases",
        says=r"For any $n_c>n_n\ge1$, every dimension, $\tau>0$, any two flows and every strictly increasing $\Phi$. "
        r"Coq proves that the flows exist, and that for every $\rho$ the peak up to any $a$, and the peak over all of training, are "
        r"reached at some $a>0$; the latter strictly increases with $\rho$ too.",
    ),
    Row(
        claim="early-stopping-steps",
        form="beyond",
        part="first-step",
        file="early_stopping_first_step",
        theorem="first_step_rises",
        says=r"For any $n_c>n_n$ and dimension, in explicit weights, for every strictly increasing $\Phi$.",
    ),
    Row(
        claim="early-stopping-steps",
        form="beyond",
        part="signal",
        file="early_stopping_steps",
        theorem="signal_larger",
        says=r"For any $n_c>n_n\ge1$ and dimension, in explicit weights, by induction over all steps, whose sizes may differ; "
        "and as long as the accuracy has not fallen, for every strictly increasing $\\Phi$.",
        also=("signal_larger_until_stopped",),
    ),
    Row(
        claim="early-stopping-steps",
        form="beyond",
        part="small-steps",
        file="early_stopping_small_steps",
        theorem="best_accuracy_rises",
        says=r"For any $n_c>n_n\ge1$ and dimension, in explicit weights. One $\eta_0$ serves every $s$ and strictly increasing $\Phi$. "
        "Coq proves that Euler's steps keep near the flow, and that the flow of a larger radius is ahead in $a$: nothing is cited.",
    ),
    Row(
        claim="early-stopping-steps",
        form="beyond",
        part="all-steps",
        file="early_stopping_all_steps",
        theorem="best_of_all_steps",
        says=r"For any $n_c>n_n\ge1$ and dimension, in explicit weights. One $\eta_0$ serves every $s$ and strictly increasing $\Phi$. "
        r"Coq proves that under either radius some step has the best accuracy of all.",
    ),
    Row(
        claim="early-stopping-steps",
        form="beyond",
        part="short-steps",
        file="early_stopping_every_start",
        theorem="every_start",
        says=r"For any $n_c>n_n\ge1$, with the derivatives of the run in $\rho$. Then, in explicit weights, the best accuracy of the first "
        r"$M$ steps never falls as $\rho$ grows, for every $M$, every $w_0\ne0$ and every strictly increasing $\Phi$.",
        also=("best_accuracy_never_falls",),
    ),
    Row(
        claim="follows-by-induction",
        form="printed",
        part="early-stopping",
        file="no_gain_from_origin",
        theorem="printed_form_fails",
        outcome="refutes",
        says=r"On three points of one norm, from the origin and by the same small steps, gradient descent and 1-SAM of every $\rho$ have "
        r"one best accuracy, over any number of steps and for every strictly increasing $\Phi$.",
    ),
    Row(
        claim="follows-by-induction",
        form="corrected",
        part="early-stopping",
        file="follows_by_induction",
        theorem="follows_by_induction",
        says=r"For any $n_c>n_n\ge1$, every dimension, $B\ne0$, any two flows and every strictly increasing $\Phi$. Coq proves that both "
        r"flows exist, and that each reaches its best accuracy up to any $a$; from the origin both radii meet the ceiling after one step.",
    ),
    Row(
        claim="nsam-first-step",
        form="beyond",
        part="above-ceiling",
        file="nsam_first_step",
        theorem="above_ceiling",
        says=r"For any $n_c>n_n\ge1$, every dimension and strictly increasing $\Phi$; the limit for $\Phi$ continuous there.",
    ),
)
