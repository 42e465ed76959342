(** * Lemma 3.1: the up-weighting of one example by 1-SAM in a linear model

    Statement.  With sigma(z) = 1 / (1 + e^-z), let r_C(z) = sigma(-z + C) / sigma(-z) (Eq. 3.3). For every real z:
                r_C(z) = (1 + e^z) / (1 + e^(z - C));
                its derivative is the printed one (Eqs. 3.4 and 3.5), positive if C > 0;
                r_C is strictly increasing in z if, and only if, C > 0;
                if C > 0, then 1 < r_C(z) < e^C, and r_C comes as near to 1 and to e^C as one likes.
    Idea.       With u = e^z and c = e^-C: the cross-multiplied difference of two values is (1 - c)(v - u).
    Assumes.    z and C real. For C = 0 the ratio is constant and for C < 0 it strictly decreases: C > 0 cannot be dropped.
    Source.     Section 3.2, Lemma 3.1, Eqs. 3.3 to 3.5. The range is not in the paper. *)

Require Import Reals Lra.
Open Scope R_scope.

Definition sigma (z : R) : R := / (1 + exp (- z)).
Definition ratio (C z : R) : R := sigma (- z + C) / sigma (- z).

Lemma sigma_pos (z : R) : 0 < sigma z.
Proof. apply Rinv_0_lt_compat. pose proof (exp_pos (- z)). lra. Qed.

Lemma sigma_increasing (y z : R) : y < z -> sigma y < sigma z.
Proof.
  intros Hyz. pose proof (exp_pos (- y)). pose proof (exp_pos (- z)). apply Rinv_lt_contravar.
  - apply Rmult_lt_0_compat; lra.
  - apply Rplus_lt_compat_l, exp_increasing. lra.
Qed.

Lemma sigma_derivative (z : R) : derivable_pt_lim sigma z (sigma z * (1 - sigma z)).
Proof.
  pose proof (exp_pos (- z)) as Hpos.
  assert (Hinner : derivable_pt_lim (fun y => 1 + exp (- y)) z (0 + exp (- z) * - (1))).
  { apply derivable_pt_lim_plus; [apply derivable_pt_lim_const |].
    apply (derivable_pt_lim_comp (fun y => - y) exp); [apply derivable_pt_lim_opp, derivable_pt_lim_id | apply derivable_pt_lim_exp]. }
  apply (derivable_pt_lim_ext (fun y => 1 / (1 + exp (- y)))); [intros y; unfold sigma, Rdiv; apply Rmult_1_l |].
  replace (sigma z * (1 - sigma z))
    with ((0 * (1 + exp (- z)) - (0 + exp (- z) * - (1)) * 1) / Rsqr (1 + exp (- z)))
    by (unfold sigma, Rsqr; field; lra).
  apply (derivable_pt_lim_div (fun _ => 1) (fun y => 1 + exp (- y)) z 0); [apply derivable_pt_lim_const | exact Hinner | lra].
Qed.

Lemma sigma_slope (y z : R) : y <= z -> sigma z - sigma y <= (z - y) / 4.
Proof.
  intros [less | ->]; [| lra].
  destruct (MVT_cor2 sigma (fun x => sigma x * (1 - sigma x)) y z less (fun x _ => sigma_derivative x)) as (x & -> & _).
  assert (quarter : sigma x * (1 - sigma x) <= / 4) by (pose proof (Rle_0_sqr (sigma x - / 2)) as H; unfold Rsqr in H; lra).
  apply Rle_trans with (/ 4 * (z - y)); [apply Rmult_le_compat_r |]; lra.
Qed.

(** The number that the sign of C decides: e^-C below, at or above 1. *)
Lemma exp_opp_lt_1 (C : R) : 0 < C -> exp (- C) < 1.
Proof. intros HC. rewrite <- exp_0. apply exp_increasing. lra. Qed.

Lemma exp_opp_gt_1 (C : R) : C < 0 -> 1 < exp (- C).
Proof. intros HC. rewrite <- exp_0. apply exp_increasing. lra. Qed.

Lemma exp_shift (z C : R) : exp (z - C) = exp (- C) * exp z.
Proof. rewrite <- exp_plus. f_equal. ring. Qed.

Theorem ratio_closed_form (C z : R) : ratio C z = (1 + exp z) / (1 + exp (z - C)).
Proof.
  unfold ratio, sigma. replace (- (- z + C)) with (z - C) by ring. rewrite Ropp_involutive.
  pose proof (exp_pos z). pose proof (exp_pos (z - C)). field. lra.
Qed.

Theorem ratio_derivative_by_quotient_rule (C z : R) :
  derivable_pt_lim (ratio C) z (exp z / (1 + exp (z - C)) - (1 + exp z) * exp (z - C) / (1 + exp (z - C)) ^ 2).
Proof.
  pose proof (exp_pos (z - C)) as Hpos.
  assert (Hu : derivable_pt_lim (fun y => 1 + exp y) z (0 + exp z)).
  { apply derivable_pt_lim_plus. apply derivable_pt_lim_const. apply derivable_pt_lim_exp. }
  assert (Hv : derivable_pt_lim (fun y => 1 + exp (y - C)) z (0 + exp (z - C) * (1 - 0))).
  { apply derivable_pt_lim_plus. apply derivable_pt_lim_const.
    apply (derivable_pt_lim_comp (fun y => y - C) exp).
    - apply derivable_pt_lim_minus. apply derivable_pt_lim_id. apply derivable_pt_lim_const.
    - apply derivable_pt_lim_exp. }
  apply (derivable_pt_lim_ext (fun y => (1 + exp y) / (1 + exp (y - C)))).
  { intros y. symmetry. apply ratio_closed_form. }
  replace (exp z / (1 + exp (z - C)) - (1 + exp z) * exp (z - C) / (1 + exp (z - C)) ^ 2)
    with (((0 + exp z) * (1 + exp (z - C)) - (0 + exp (z - C) * (1 - 0)) * (1 + exp z)) / Rsqr (1 + exp (z - C))).
  - apply (derivable_pt_lim_div _ _ _ _ _ Hu Hv). lra.
  - unfold Rsqr. field. lra.
Qed.

Theorem ratio_derivative (C z : R) :
  derivable_pt_lim (ratio C) z (exp z * (1 - exp (- C)) / (1 + exp (z - C)) ^ 2)
  /\ (0 < C -> 0 < exp z * (1 - exp (- C)) / (1 + exp (z - C)) ^ 2).
Proof.
  pose proof (exp_pos (z - C)) as Hpos. split.
  - replace (exp z * (1 - exp (- C)) / (1 + exp (z - C)) ^ 2)
      with (exp z / (1 + exp (z - C)) - (1 + exp z) * exp (z - C) / (1 + exp (z - C)) ^ 2).
    + apply ratio_derivative_by_quotient_rule.
    + rewrite exp_shift in *. field. lra.
  - intros HC. apply Rdiv_lt_0_compat; [| apply pow_lt; lra].
    apply Rmult_lt_0_compat; [apply exp_pos |]. pose proof (exp_opp_lt_1 C HC). lra.
Qed.

(** Fractions are compared by cross-multiplication. *)
Lemma fraction_lt (a b c d : R) : 0 < b -> 0 < d -> a * d < c * b -> a / b < c / d.
Proof.
  intros Hb Hd H. apply (Rmult_lt_reg_r (b * d)).
  - now apply Rmult_lt_0_compat.
  - replace (a / b * (b * d)) with (a * d) by (field; lra). replace (c / d * (b * d)) with (c * b) by (field; lra). exact H.
Qed.

(** (1 + v)(1 + c u) - (1 + u)(1 + c v) = (1 - c)(v - u), with u = e^z1, v = e^z2, c = e^-C. *)
Lemma cross_difference (C z1 z2 : R) :
  (1 + exp z2) * (1 + exp (z1 - C)) - (1 + exp z1) * (1 + exp (z2 - C)) = (1 - exp (- C)) * (exp z2 - exp z1).
Proof. rewrite !exp_shift. ring. Qed.

Theorem ratio_strictly_increasing (C z1 z2 : R) : 0 < C -> z1 < z2 -> ratio C z1 < ratio C z2.
Proof.
  intros HC Hz. rewrite !ratio_closed_form.
  pose proof (exp_pos (z1 - C)). pose proof (exp_pos (z2 - C)). apply fraction_lt; try lra.
  assert (0 < (1 - exp (- C)) * (exp z2 - exp z1)).
  { apply Rmult_lt_0_compat; apply Rlt_Rminus. now apply exp_opp_lt_1. now apply exp_increasing. }
  pose proof (cross_difference C z1 z2). lra.
Qed.

Theorem ratio_constant_at_zero (z : R) : ratio 0 z = 1.
Proof. unfold ratio. rewrite Rplus_0_r. apply Rinv_r. pose proof (sigma_pos (- z)). lra. Qed.

Theorem ratio_strictly_decreasing (C z1 z2 : R) : C < 0 -> z1 < z2 -> ratio C z2 < ratio C z1.
Proof.
  intros HC Hz. rewrite !ratio_closed_form.
  pose proof (exp_pos (z1 - C)). pose proof (exp_pos (z2 - C)). apply fraction_lt; try lra.
  assert (0 < (exp (- C) - 1) * (exp z2 - exp z1)).
  { apply Rmult_lt_0_compat; apply Rlt_Rminus. now apply exp_opp_gt_1. now apply exp_increasing. }
  pose proof (cross_difference C z1 z2). lra.
Qed.

(** The assumption of the lemma is exactly the right one. *)
Theorem strictly_increasing_iff_positive (C : R) :
  (forall z1 z2 : R, z1 < z2 -> ratio C z1 < ratio C z2) <-> 0 < C.
Proof.
  split.
  - intros Hincreasing. specialize (Hincreasing 0 1 Rlt_0_1). destruct (total_order_T C 0) as [[HC | HC] | HC]; [| | exact HC].
    + pose proof (ratio_strictly_decreasing C 0 1 HC Rlt_0_1). lra.
    + subst C. rewrite !ratio_constant_at_zero in Hincreasing. lra.
  - intros HC z1 z2. now apply ratio_strictly_increasing.
Qed.

(** The two gaps, with u = e^z and c = e^-C: r - 1 = (1 - c) u / (1 + c u) and e^C - r = (e^C - 1) / (1 + c u). *)
Lemma gap_below (C z : R) : ratio C z - 1 = (1 - exp (- C)) * exp z / (1 + exp (z - C)).
Proof. pose proof (exp_pos (z - C)). rewrite ratio_closed_form, exp_shift in *. field. lra. Qed.

Lemma gap_above (C z : R) : exp C - ratio C z = (exp C - 1) / (1 + exp (z - C)).
Proof.
  pose proof (exp_pos (z - C)). rewrite ratio_closed_form, exp_shift in *.
  assert (HCc : exp C * exp (- C) = 1) by (rewrite <- exp_plus, <- exp_0; f_equal; ring).
  transitivity ((exp C + exp C * exp (- C) * exp z - 1 - exp z) / (1 + exp (- C) * exp z)); [field; lra |].
  rewrite HCc. f_equal. ring.
Qed.

Theorem ratio_bounds (C : R) :
  0 < C ->
  (forall z, 1 < ratio C z < exp C)
  /\ (forall e, 0 < e -> exists z, ratio C z < 1 + e)
  /\ (forall e, 0 < e -> exists z, exp C - e < ratio C z).
Proof.
  intros HC. pose proof (exp_opp_lt_1 C HC) as Hc. pose proof (exp_pos (- C)) as Hc0.
  assert (HC1 : 1 < exp C) by (rewrite <- exp_0; now apply exp_increasing).
  repeat split.
  - assert (0 < ratio C z - 1); [| lra]. rewrite gap_below. pose proof (exp_pos (z - C)).
    apply Rdiv_lt_0_compat; [| lra]. apply Rmult_lt_0_compat; [lra | apply exp_pos].
  - assert (0 < exp C - ratio C z); [| lra]. rewrite gap_above. pose proof (exp_pos (z - C)).
    apply Rdiv_lt_0_compat; lra.
  - intros e He. exists (ln e). assert (ratio C (ln e) - 1 < e / 1); [| lra].
    rewrite gap_below, exp_ln by exact He. pose proof (exp_pos (ln e - C)). apply fraction_lt; nra.
  - intros e He. exists (ln ((exp C - 1) / e) + C). assert (exp C - ratio C (ln ((exp C - 1) / e) + C) < e / 1); [| lra].
    rewrite gap_above. replace (ln ((exp C - 1) / e) + C - C) with (ln ((exp C - 1) / e)) by ring.
    rewrite exp_ln by (apply Rdiv_lt_0_compat; lra).
    assert (0 < (exp C - 1) / e) by (apply Rdiv_lt_0_compat; lra). apply fraction_lt; try lra.
    replace (e * (1 + (exp C - 1) / e)) with (e + (exp C - 1)) by (field; lra). lra.
Qed.

Definition main_theorems :=
  (ratio_closed_form, ratio_derivative_by_quotient_rule, ratio_derivative, ratio_strictly_increasing,
   ratio_constant_at_zero, ratio_strictly_decreasing, strictly_increasing_iff_positive, ratio_bounds).
Print Assumptions main_theorems.
