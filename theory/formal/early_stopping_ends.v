(** * The quotient of the accuracy near the start and near the end of a training path on the toy data

    quotient is that of early_stopping_accuracy.v, T = tau^2/N, and r = (N + 2 B^2 n_c)/(N + 2 B^2 n_n) > 1. Where b lies below r a by at
    least k > 0 and a is large, the quotient exceeds its limit for b/a = r; where b lies below r a by at most M and a is large, it comes
    as near to that limit as one likes. For T > 0 it is small near the start. Along a flow b lies below r a by an amount between two
    positive numbers in the end, as the slope is below r for a small lead and above r for a large one. No statement of the paper is proved
    here. *)

Require Import Reals Lra Lia Arith.
From Formal Require Import lemma_3_1 vectors matrices growth comparison exponentials one_sam_linear toy.
From Formal Require Import early_stopping_accuracy early_stopping_reduction early_stopping_slope early_stopping_curve.
Open Scope R_scope.

Definition end_ratio (D : toy) : R := pull D (clean D) / pull D (noisy D).
Definition end_quotient (D : toy) : R :=
  (INR (clean D) - INR (noisy D) * end_ratio D) / sqrt (INR (clean D) + INR (noisy D) * end_ratio D ^ 2).

Lemma end_ratio_above_1 (D : toy) : orthogonal D -> (noisy D < clean D)%nat -> 1 < end_ratio D.
Proof.
  intros good majority. destruct (pulls D good majority). apply (Rmult_lt_reg_r (pull D (noisy D))); [assumption |].
  unfold end_ratio, Rdiv. rewrite Rmult_assoc, Rinv_l; lra.
Qed.

Lemma end_numerator_pos (D : toy) : orthogonal D -> (noisy D < clean D)%nat -> 0 < INR (clean D) - INR (noisy D) * end_ratio D.
Proof.
  intros good majority. destruct (pulls D good majority) as [some more]. pose proof (some_noise D good) as noise_pos.
  apply lt_INR in majority.
  replace (INR (clean D) - INR (noisy D) * end_ratio D) with (noise_size D * (INR (clean D) - INR (noisy D)) / pull D (noisy D)).
  - apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat |]; lra.
  - unfold end_ratio. apply (Rmult_eq_reg_r (pull D (noisy D))); [| lra]. field_simplify; [| lra | lra]. unfold pull. ring.
Qed.

(** The quotient far out, where b = r a - k: above its limit, and near it. *)
Lemma quotient_antitone (D : toy) (T a b c : R) :
  (0 < clean D)%nat -> (0 < noisy D)%nat -> 0 <= T -> 0 < a -> 0 <= b -> b <= c -> quotient D T a c <= quotient D T a b.
Proof. intros some some_noisy more positive nonneg [less | ->]; [now apply Rlt_le, quotient_falls | lra]. Qed.

Lemma tail_above (D : toy) (T k a b : R) :
  orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> 0 <= T -> 0 < k -> 0 < a -> 0 <= b -> b <= end_ratio D * a - k ->
  (INR (noisy D) * k ^ 2 + T) / (2 * INR (noisy D) * end_ratio D * k) <= a -> end_quotient D < quotient D T a b.
Proof.
  intros good majority some_noisy more some_k positive nonneg below far. assert (some : (0 < clean D)%nat) by lia.
  pose proof (end_ratio_above_1 D good majority) as ratio. pose proof (end_numerator_pos D good majority) as numerator.
  apply Rlt_le_trans with (2 := quotient_antitone D T a b _ some some_noisy more positive nonneg below).
  pose proof (radicand_pos D T a (end_ratio D * a - k) some positive more) as radicand. apply lt_0_INR in some, some_noisy.
  unfold end_quotient, quotient. set (m := INR (clean D)) in *. set (n := INR (noisy D)) in *. set (r := end_ratio D) in *.
  assert (denominator : 0 < 2 * n * r * k) by (apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat |]; lra).
  assert (size : 0 < m + n * r ^ 2) by (pose proof (Rmult_le_pos _ _ (Rlt_le _ _ some_noisy) (pow2_ge_0 r)); lra).
  apply (Rmult_le_compat_r (2 * n * r * k)) in far; [| lra]. unfold Rdiv in far. rewrite Rmult_assoc, Rinv_l, Rmult_1_r in far by lra.
  assert (root : sqrt (m * a ^ 2 + n * (r * a - k) ^ 2 + T) <= sqrt (m + n * r ^ 2) * a).
  { replace (sqrt (m + n * r ^ 2) * a) with (sqrt ((m + n * r ^ 2) * (a * a)))
      by (rewrite sqrt_mult, sqrt_square by (apply Rle_0_sqr || lra); reflexivity).
    apply sqrt_le_1_alt. simpl in *. lra. }
  pose proof (sqrt_lt_R0 _ size) as root_size. apply fraction_lt; [exact root_size | now apply sqrt_lt_R0 |].
  apply Rle_lt_trans with ((m - n * r) * (sqrt (m + n * r ^ 2) * a)); [apply Rmult_le_compat_l; lra |].
  pose proof (Rmult_lt_0_compat _ _ (Rmult_lt_0_compat _ _ some_noisy some_k) root_size). lra.
Qed.

Lemma tail_below (D : toy) (T M level : R) :
  orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> 0 <= T -> 0 < M -> end_quotient D < level ->
  exists X, 0 < X /\ forall a b, X <= a -> end_ratio D * a - M <= b -> quotient D T a b <= level.
Proof.
  intros good majority some_noisy more some_M higher. assert (some : (0 < clean D)%nat) by lia.
  pose proof (end_ratio_above_1 D good majority) as ratio. pose proof (end_numerator_pos D good majority) as numerator.
  pose proof some as some_m. pose proof some_noisy as some_n. apply lt_0_INR in some_m, some_n. unfold end_quotient in higher.
  set (m := INR (clean D)) in *. set (n := INR (noisy D)) in *. set (r := end_ratio D) in *. set (L := m - n * r) in *.
  assert (size : 0 < m + n * r ^ 2) by (pose proof (Rmult_le_pos _ _ (Rlt_le _ _ some_n) (pow2_ge_0 r)); lra).
  pose proof (sqrt_lt_R0 _ size) as root. pose proof (Rdiv_lt_0_compat _ _ numerator root) as limit_pos.
  assert (room : 0 < level * level * (m + n * r ^ 2) - L * L).
  { apply (Rmult_lt_compat_r (sqrt (m + n * r ^ 2))) in higher; [| exact root].
    unfold Rdiv in higher. rewrite Rmult_assoc, Rinv_l, Rmult_1_r in higher by lra.
    pose proof (Rmult_le_0_lt_compat L (level * sqrt (m + n * r ^ 2)) L (level * sqrt (m + n * r ^ 2))) as squares.
    rewrite <- (sqrt_sqrt (m + n * r ^ 2)) by lra. lra. }
  set (d := level * level * (m + n * r ^ 2) - L * L) in *.
  set (p := level * level * (2 * n * r * M)). set (q := 2 * L * (n * M)). set (u := n * M * (n * M)).
  assert (nM : 0 < n * M) by now apply Rmult_lt_0_compat.
  assert (rM : 0 < r * M) by (apply Rmult_lt_0_compat; lra).
  assert (p_pos : 0 < p).
  { unfold p. pose proof (Rmult_lt_0_compat _ _ some_n rM). pose proof (Rmult_lt_0_compat level level). apply Rmult_lt_0_compat; lra. }
  assert (q_pos : 0 < q) by (unfold q; apply Rmult_lt_0_compat; lra). assert (u_pos : 0 < u) by now apply Rmult_lt_0_compat.
  pose proof (Rdiv_lt_0_compat _ _ some_M (Rlt_trans _ _ _ Rlt_0_1 ratio)) as first.
  assert (second : 0 < (p + q + u) / d) by (apply Rdiv_lt_0_compat; lra).
  exists (1 + M / r + (p + q + u) / d). split; [lra |]. intros a b far near.
  assert (nonneg : 0 <= r * a - M).
  { replace (r * a - M) with (r * (a - M / r)) by (field; lra). apply Rmult_le_pos; lra. }
  apply Rle_trans with (1 := quotient_antitone D T a _ b some some_noisy more ltac:(lra) nonneg near).
  pose proof (radicand_pos D T a (r * a - M) some ltac:(lra) more) as radicand. unfold quotient. fold m n in radicand |- *.
  pose proof (sqrt_lt_R0 _ radicand) as root_pos. apply (Rmult_le_reg_r (sqrt (m * a ^ 2 + n * (r * a - M) ^ 2 + T))); [exact root_pos |].
  unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra.
  apply Rsqr_incr_0_var; [| apply Rmult_le_pos; lra]. rewrite Rsqr_mult, Rsqr_sqrt by lra. unfold Rsqr.
  assert (wide : p + q + u <= d * a).
  { apply Rle_trans with (d * ((p + q + u) / d)); [right; field; lra | apply Rmult_le_compat_l; lra]. }
  pose proof (Rmult_le_compat_r a _ _ ltac:(lra) wide) as square. pose proof (Rmult_le_compat_l u 1 a ltac:(lra) ltac:(lra)).
  assert (rest : 0 <= n * M ^ 2 + T) by (pose proof (Rmult_le_pos _ _ (Rlt_le _ _ some_n) (pow2_ge_0 M)); lra).
  pose proof (Rmult_le_pos _ _ (Rle_0_sqr level) rest).
  unfold p, q, u, d, L, Rsqr in *. simpl in *. lra.
Qed.

Lemma near_start (D : toy) (T level a b : R) :
  (0 < clean D)%nat -> 0 < T -> 0 < level -> 0 < a -> 0 <= b -> a <= level * sqrt T / INR (clean D) -> quotient D T a b <= level.
Proof.
  intros some some_T some_level positive nonneg near. pose proof (radicand_pos D T a b some positive (Rlt_le _ _ some_T)) as radicand.
  pose proof (sqrt_lt_R0 _ radicand) as root. apply lt_0_INR in some. pose proof (pos_INR (noisy D)) as count. unfold quotient.
  apply (Rmult_le_reg_r (sqrt (INR (clean D) * a ^ 2 + INR (noisy D) * b ^ 2 + T))); [exact root |].
  unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra. pose proof (Rmult_le_pos _ _ count nonneg).
  apply Rle_trans with (level * sqrt T).
  - apply (Rmult_le_compat_l (INR (clean D))) in near; [| lra].
    replace (INR (clean D) * (level * sqrt T / INR (clean D))) with (level * sqrt T) in near by (field; lra). lra.
  - apply Rmult_le_compat_l; [lra |]. apply sqrt_le_1_alt.
    pose proof (Rmult_le_pos _ _ (Rlt_le _ _ some) (pow2_ge_0 a)). pose proof (Rmult_le_pos _ _ count (pow2_ge_0 b)). lra.
Qed.

(** The lead along a curve: k_c x - k_n beta, with the derivative k_n (r - slope). *)
Definition curve_lead (D : toy) (beta : R -> R) (x : R) : R := pull D (clean D) * x - pull D (noisy D) * beta x.

Lemma lead_moves (D : toy) (rho : R) (beta : R -> R) (x : R) :
  orthogonal D -> (noisy D < clean D)%nat -> is_curve D rho beta -> 0 < x ->
  derivable_pt_lim (curve_lead D beta) x (pull D (noisy D) * (end_ratio D - slope D rho x (beta x))).
Proof.
  intros good majority curve positive. destruct (pulls D good majority). destruct (curve x positive) as [moves _].
  unfold curve_lead. eapply derivative_is; [derive |]. unfold end_ratio. field. lra.
Qed.

(** The slope against e^lead and against r. *)
Lemma slope_by_lead (D : toy) (rho x b : R) :
  noisy_margin D x b < clean_margin D x b -> slope D rho x b < exp (pull D (clean D) * x - pull D (noisy D) * b).
Proof.
  intros ahead. rewrite <- margin_gap. unfold slope. set (v := noisy_margin D x b - shift D rho).
  replace (clean_margin D x b - shift D rho) with (clean_margin D x b - noisy_margin D x b + v) by (unfold v; ring).
  rewrite exp_plus. set (g := clean_margin D x b - noisy_margin D x b). pose proof (exp_pos v).
  assert (1 < exp g) by (rewrite <- exp_0; apply exp_increasing; unfold g; lra).
  apply (Rmult_lt_reg_r (1 + exp v)); [lra |]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra.
Qed.

Lemma slope_above_ratio (D : toy) (rho x b r : R) :
  1 < r -> ln (2 * r) <= pull D (clean D) * x - pull D (noisy D) * b -> ln (4 * r) <= clean_margin D x b - shift D rho ->
  r < slope D rho x b.
Proof.
  intros more wide far. rewrite <- margin_gap in wide. unfold slope. set (v := noisy_margin D x b - shift D rho).
  set (u := clean_margin D x b - shift D rho) in *. pose proof (exp_pos v).
  apply exp_le in far. rewrite exp_ln in far by lra.
  assert (times : 2 * r * exp v <= exp u).
  { apply exp_le in wide. rewrite exp_ln in wide by lra.
    replace u with (clean_margin D x b - noisy_margin D x b + v) by (unfold u, v; ring). rewrite exp_plus. apply Rmult_le_compat_r; lra. }
  apply (Rmult_lt_reg_r (1 + exp v)); [lra |]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra.
Qed.

(** From this clean progress on the slope is above r wherever the lead is large. *)
Definition far_progress (D : toy) (rho : R) : R := 1 + 2 * Rabs (ln (4 * end_ratio D) + shift D rho) / noise_size D.

Lemma far_progress_pos (D : toy) (rho : R) : orthogonal D -> 0 < far_progress D rho.
Proof.
  intros good. unfold far_progress, Rdiv. pose proof (Rabs_pos (ln (4 * end_ratio D) + shift D rho)) as size.
  pose proof (Rmult_le_pos _ _ size (Rlt_le _ _ (Rinv_0_lt_compat _ (some_noise D good)))). lra.
Qed.

Lemma steep_far_out (D : toy) (rho x b : R) :
  orthogonal D -> (noisy D < clean D)%nat -> far_progress D rho <= x -> 0 <= b ->
  ln (2 * end_ratio D) <= pull D (clean D) * x - pull D (noisy D) * b -> end_ratio D < slope D rho x b.
Proof.
  intros good majority after nonneg wide. pose proof (end_ratio_above_1 D good majority) as ratio.
  pose proof (some_noise D good) as noise_pos.
  assert (high : 0 < ln (2 * end_ratio D)) by (rewrite <- ln_1; apply ln_increasing; lra).
  apply slope_above_ratio; [exact ratio | exact wide |]. pose proof (margin_gap D x b) as gap.
  set (far := ln (4 * end_ratio D) + shift D rho). assert (size : 2 * far <= noise_size D * x).
  { apply Rle_trans with (noise_size D * far_progress D rho); [| apply Rmult_le_compat_l; lra].
    replace (noise_size D * far_progress D rho) with (noise_size D + 2 * Rabs far) by (unfold far_progress; fold far; field; lra).
    pose proof (Rle_abs far). lra. }
  assert (total : clean_margin D x b + noisy_margin D x b = noise_size D * x + noise_size D * b)
    by (unfold clean_margin, noisy_margin; ring).
  pose proof (Rmult_le_pos _ _ (Rlt_le _ _ noise_pos) nonneg). unfold far in size. lra.
Qed.

Lemma lead_keeps_above (D : toy) (rho : R) (beta : R -> R) :
  orthogonal D -> (noisy D < clean D)%nat -> is_curve D rho beta -> exists k, 0 < k /\ forall x, 1 <= x -> beta x <= end_ratio D * x - k.
Proof.
  intros good majority curve. destruct (pulls D good majority) as [some more]. pose proof (end_ratio_above_1 D good majority) as ratio.
  set (low := Rmin (curve_lead D beta 1) (ln ((1 + end_ratio D) / 2))).
  assert (positive : 0 < low).
  { apply Rmin_pos; [| rewrite <- ln_1; apply ln_increasing; lra]. destruct (curve 1 Rlt_0_1) as (_ & _ & ahead).
    pose proof (margin_gap D 1 (beta 1)). unfold curve_lead. lra. }
  exists (low / pull D (noisy D)). split; [now apply Rdiv_lt_0_compat |]. intros x after.
  assert (stays : low <= curve_lead D beta x).
  { apply (stays_above (curve_lead D beta) (fun y => pull D (noisy D) * (end_ratio D - slope D rho y (beta y))) 1);
      [| apply Rmin_l | | exact after].
    - intros y from. apply (lead_moves D rho beta y good majority curve). lra.
    - intros y from below. destruct (curve y ltac:(lra)) as (_ & _ & ahead). pose proof (slope_by_lead D rho y (beta y) ahead) as small.
      assert (exp (curve_lead D beta y) < (1 + end_ratio D) / 2).
      { rewrite <- (exp_ln ((1 + end_ratio D) / 2)) by lra. apply exp_increasing.
        pose proof (Rmin_r (curve_lead D beta 1) (ln ((1 + end_ratio D) / 2))) as bound. fold low in bound. lra. }
      unfold curve_lead in *. apply Rmult_lt_0_compat; lra. }
  apply (Rmult_le_reg_l (pull D (noisy D))); [exact some |].
  replace (pull D (noisy D) * (end_ratio D * x - low / pull D (noisy D))) with (pull D (clean D) * x - low)
    by (unfold end_ratio; field; lra).
  unfold curve_lead in stays. lra.
Qed.

Lemma lead_stays_bounded (D : toy) (rho : R) (beta : R -> R) :
  orthogonal D -> (noisy D < clean D)%nat -> is_curve D rho beta ->
  exists M A, 0 < M /\ 0 < A /\ forall x, A <= x -> end_ratio D * x - M <= beta x.
Proof.
  intros good majority curve. destruct (pulls D good majority) as [some more]. pose proof (end_ratio_above_1 D good majority) as ratio.
  set (A := far_progress D rho). pose proof (far_progress_pos D rho good) as some_A. fold A in some_A.
  assert (high : 0 < ln (2 * end_ratio D)) by (rewrite <- ln_1; apply ln_increasing; lra).
  set (top := Rmax (curve_lead D beta A) (ln (2 * end_ratio D))).
  pose proof (Rmax_r (curve_lead D beta A) (ln (2 * end_ratio D))) as top_high. fold top in top_high. assert (some_top : 0 < top) by lra.
  exists (top / pull D (noisy D)), A. split; [now apply Rdiv_lt_0_compat |]. split; [exact some_A |]. intros x after.
  assert (stays : - top <= - curve_lead D beta x).
  { apply (stays_above (fun y => - curve_lead D beta y) (fun y => - (pull D (noisy D) * (end_ratio D - slope D rho y (beta y)))) A);
      [| apply Ropp_le_contravar, Rmax_l | | exact after].
    - intros y from. apply (derivable_pt_lim_opp (curve_lead D beta)). apply (lead_moves D rho beta y good majority curve). lra.
    - intros y from below. destruct (curve y ltac:(lra)) as (_ & beta_pos & ahead).
      assert (steep : end_ratio D < slope D rho y (beta y))
        by (apply steep_far_out; unfold curve_lead in *; assumption || fold A; lra).
      pose proof (Rmult_lt_compat_l _ _ _ some steep). lra. }
  apply (Rmult_le_reg_l (pull D (noisy D))); [exact some |].
  replace (pull D (noisy D) * (end_ratio D * x - top / pull D (noisy D))) with (pull D (clean D) * x - top)
    by (unfold end_ratio; field; lra).
  unfold curve_lead in stays. lra.
Qed.
