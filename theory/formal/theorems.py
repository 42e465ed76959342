"""Which Coq theorem is evidence on which statement of the ledger: one row each, gathered here from the files `rows_*.py`.

A theorem is evidence only if it covers the whole statement, so that a row may need nothing beside it. `also` names theorems
of the same file that say where the limits of the statement are; they are shown with it.
"""

from __future__ import annotations

from theory.formal import rows_flows, rows_linear, rows_loss, rows_networks, rows_toy

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
    "matrices",
    "growth",
    "comparison",
    "limits",
    "existence",
    "euler",
    "exponentials",
    "sharp_bound",
    "sharp_bound_extremes",
    "two_layers",
    "eq_4_1_to_4_4",
    "prop_4_1",
    "jsam_exact",
    "dead_zone",
    "no_cap",
    "classes",
    "jsam_multiclass",
    "toy",
    "early_stopping_accuracy",
    "early_stopping_reduction",
    "early_stopping_flow",
    "early_stopping_slope",
    "two_radii",
    "early_stopping_steps",
    "early_stopping_first_step",
    "sigmoid_steps",
    "step_errors",
    "moving_run",
    "run_order",
    "lead_of_radius",
    "lead_kept",
    "radius_gains",
    "largest_of_many",
    "ranked_steps",
    "early_stopping_every_start",
    "early_stopping_curve",
    "early_stopping_progress",
    "early_stopping_ends",
    "early_stopping_peak",
    "early_stopping_near_flow",
    "early_stopping_small_steps",
    "early_stopping_all_steps",
    "no_gain_from_origin",
    "follows_by_induction",
    "rays",
    "rays_met",
    "two_numbers",
    "groups",
    "two_groups",
    "nsam_first_step",
)

TABLE = (*rows_linear.ROWS, *rows_loss.ROWS, *rows_networks.ROWS, *rows_flows.ROWS, *rows_toy.ROWS)
