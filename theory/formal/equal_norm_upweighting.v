(** * Among points of equal norm, 1-SAM up-weights the point of lower loss more

    Statement.  Let rho > 0 and |x1| = |x2| > 0. If the logistic loss of (x1, t1) is below that of (x2, t2), then the weight
                of Eq. 3.6 is larger for the first point.
    Idea.       The loss log(1 + e^-m) strictly decreases in the margin m, and the weight is the ratio of Lemma 3.1 at
                z = m and the common C = rho |x|, which strictly increases in m.
    Assumes.    A linear model of any dimension, labels 1 and -1. Equal norms cannot be dropped: [equal_norms_are_needed].
    Source.     Section 3.2, the two sentences after Eq. 3.6. *)

Require Import Reals Lra.
From Formal Require Import lemma_3_1 vectors one_sam_linear.
Open Scope R_scope.

Definition logistic (m : R) : R := ln (1 + exp (- m)).

Theorem logistic_strictly_decreasing (m1 m2 : R) : m1 < m2 -> logistic m2 < logistic m1.
Proof.
  intros Hm. pose proof (exp_pos (- m2)). apply ln_increasing; [lra |].
  apply Rplus_lt_compat_l, exp_increasing. lra.
Qed.

Lemma lower_loss_larger_margin (m1 m2 : R) : logistic m1 < logistic m2 -> m2 < m1.
Proof.
  intros Hloss. apply Rnot_le_lt. intros [Hlt | Heq].
  - pose proof (logistic_strictly_decreasing m1 m2 Hlt). lra.
  - subst m2. lra.
Qed.

(** The statement about two margins and one common norm n. *)
Theorem lower_loss_larger_weight (rho n m1 m2 : R) :
  0 < rho -> 0 < n -> logistic m1 < logistic m2 -> ratio (rho * n) m2 < ratio (rho * n) m1.
Proof.
  intros Hrho Hn Hloss. apply ratio_strictly_increasing.
  - now apply Rmult_lt_0_compat.
  - now apply lower_loss_larger_margin.
Qed.

(** The statement about two examples: [loss] and [weight] are those of 1-SAM itself. *)
Theorem equal_norm_upweighting (rho : R) (d : nat) (w x1 x2 : vector) (t1 t2 : R) :
  0 < rho -> is_label t1 -> is_label t2 -> 0 < norm d x1 -> norm d x1 = norm d x2 ->
  loss d w x1 t1 < loss d w x2 t2 -> weight rho d w x2 t2 < weight rho d w x1 t1.
Proof.
  intros Hrho Ht1 Ht2 Hpos Hequal Hloss. rewrite !weight_is_ratio by (rewrite <- ?Hequal; assumption).
  rewrite <- Hequal. now apply lower_loss_larger_weight.
Qed.

(** With unequal norms a point of lower loss can be up-weighted less. The witness: margins 1 and 0, norms log(3/2) and
    log 3, rho = 1; the first weight is below e^log(3/2) = 3/2, the second is 2 / (1 + 1/3) = 3/2. *)
Theorem equal_norms_are_needed :
  exists n1 n2 m1 m2 : R, 0 < n1 /\ 0 < n2 /\ logistic m1 < logistic m2 /\ ratio (1 * n1) m1 < ratio (1 * n2) m2.
Proof.
  assert (Hln : forall a, 1 < a -> 0 < ln a) by (intros a Ha; rewrite <- ln_1; apply ln_increasing; lra).
  exists (ln (3 / 2)), (ln 3), 1, 0. rewrite !Rmult_1_l. repeat split.
  - apply Hln. lra.
  - apply Hln. lra.
  - apply logistic_strictly_decreasing. lra.
  - assert (Hfirst : ratio (ln (3 / 2)) 1 < 3 / 2).
    { rewrite <- (exp_ln (3 / 2)) at 2 by lra. apply ratio_bounds, Hln. lra. }
    assert (Hsecond : ratio (ln 3) 0 = 3 / 2).
    { rewrite ratio_closed_form, exp_shift, exp_0, exp_Ropp, exp_ln by lra. field. }
    lra.
Qed.

Definition main_theorems :=
  (logistic_strictly_decreasing, lower_loss_larger_weight, equal_norm_upweighting, equal_norms_are_needed).
Print Assumptions main_theorems.
