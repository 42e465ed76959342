(** * How the sigmoid changes when its argument moves: bounds for small moves

    No statement of the paper is proved here; the runs of the toy model under nearby radii use these lemmas. *)

Require Import Reals Lra.
From Formal Require Import lemma_3_1 growth exponentials.
Open Scope R_scope.

Lemma sigma_below (x : R) : sigma x < 1.
Proof. unfold sigma. pose proof (exp_pos (- x)). apply Rmult_lt_reg_r with (1 + exp (- x)); [lra |]. rewrite Rinv_l; lra. Qed.

Lemma sigma_le (x y : R) : x <= y -> sigma x <= sigma y.
Proof. intros [less | ->]; [now apply Rlt_le, sigma_increasing | apply Rle_refl]. Qed.

Lemma sigma_opp (x : R) : sigma (- x) = 1 - sigma x.
Proof. unfold sigma. rewrite Ropp_involutive, exp_Ropp. pose proof (exp_pos x). field. lra. Qed.

Lemma sigma_0 : sigma 0 = 1 / 2.
Proof. pose proof (sigma_opp 0) as H. rewrite Ropp_0 in H. lra. Qed.

(** sigma(x + t) by sigma(x) and e^-t. *)
Lemma sigma_moved (x t : R) : sigma (x + t) = sigma x / (sigma x + (1 - sigma x) * exp (- t)).
Proof.
  unfold sigma. replace (- (x + t)) with (- x + - t) by ring. rewrite exp_plus. pose proof (exp_pos (- x)). pose proof (exp_pos (- t)).
  pose proof (Rmult_lt_0_compat _ _ H H0). field. repeat split; try lra.
Qed.

Lemma exp_opp_below (t : R) : 0 <= t -> exp (- t) <= 1 - t + t ^ 2 / 2.
Proof. intros H. pose proof (exp_below_quadratic (- t)). simpl in *. lra. Qed.

Lemma share_pos (x t : R) : 0 < sigma x + (1 - sigma x) * exp t.
Proof. pose proof (sigma_pos x). pose proof (sigma_below x). pose proof (exp_pos t). nra. Qed.

Lemma drop_at_least (x t : R) : 0 <= t -> sigma x * (1 - sigma x) * t <= exp t * (sigma x - sigma (x - t)).
Proof.
  intros nonneg. unfold Rminus at 3. rewrite sigma_moved, Ropp_involutive. pose proof (share_pos x t) as some.
  pose proof (sigma_pos x). pose proof (sigma_below x). pose proof (exp_ineq1_le t). set (s := sigma x) in *. set (e := exp t) in *.
  replace (e * (s - s / (s + (1 - s) * e))) with (s * (1 - s) * (e * (e - 1) / (s + (1 - s) * e))) by (field; lra).
  apply Rmult_le_compat_l; [nra |]. apply (Rmult_le_reg_r (s + (1 - s) * e)); [exact some |].
  replace (e * (e - 1) / (s + (1 - s) * e) * (s + (1 - s) * e)) with (e * (e - 1)) by (field; lra).
  pose proof (Rmult_le_pos t (s * (e - 1)) nonneg ltac:(apply Rmult_le_pos; lra)).
  pose proof (Rmult_le_pos (e - 1 - t) e ltac:(lra) ltac:(lra)). nra.
Qed.

Lemma sigma_keeps (x t : R) : 0 <= t -> exp (- t) * sigma x <= sigma (x - t).
Proof.
  intros nonneg. unfold Rminus. rewrite sigma_moved, Ropp_involutive. pose proof (share_pos x t) as some.
  pose proof (sigma_pos x). pose proof (sigma_below x). pose proof (exp_ineq1_le t). pose proof (exp_pos (- t)).
  assert (inverse : exp (- t) * exp t = 1) by (rewrite <- exp_plus, Rplus_opp_l; apply exp_0).
  set (s := sigma x) in *. set (e := exp t) in *. apply (Rmult_le_reg_r (s + (1 - s) * e)); [exact some |].
  replace (s / (s + (1 - s) * e) * (s + (1 - s) * e)) with s by (field; lra).
  replace (exp (- t) * s * (s + (1 - s) * e)) with (s * (s * exp (- t) + (1 - s) * (exp (- t) * e))) by ring. rewrite inverse.
  assert (exp (- t) <= 1) by nra. nra.
Qed.

(** log sigma is concave: the lower argument loses the larger share. *)
Lemma larger_share_lost (x y t r : R) : x <= y -> 0 <= t -> r <= t -> sigma (x - t) * sigma y <= sigma (y - r) * sigma x.
Proof.
  intros ordered nonneg less. apply Rle_trans with (sigma (y - t) * sigma x).
  - pose proof (exp_ineq1_le t) as grows. pose proof (exp_le (- y) (- x) ltac:(lra)) as order. unfold sigma.
    replace (- (x - t)) with (- x + t) by ring. replace (- (y - t)) with (- y + t) by ring. rewrite !exp_plus.
    pose proof (exp_pos (- x)) as px. pose proof (exp_pos (- y)) as py. set (a := exp (- x)) in *. set (b := exp (- y)) in *.
    set (e := exp t) in *. assert (0 < a * e) by nra. assert (0 < b * e) by nra. rewrite <- !Rinv_mult. apply Rinv_le_contravar; nra.
  - apply Rmult_le_compat_r; [apply Rlt_le, sigma_pos | apply sigma_le; lra].
Qed.

Lemma slope_between (x y : R) : x < y -> exists z, x < z < y /\ sigma y - sigma x = sigma z * (1 - sigma z) * (y - x).
Proof.
  intros less. destruct (MVT_cor2 sigma (fun x => sigma x * (1 - sigma x)) x y less (fun x _ => sigma_derivative x)) as (z & change &
    inside).
  now exists z.
Qed.

Lemma slope_grows_left (x y : R) : x <= y -> y <= 0 -> sigma x * (1 - sigma x) <= sigma y * (1 - sigma y).
Proof.
  intros order left. pose proof (sigma_le x y order). pose proof (sigma_le y 0 left) as half. rewrite sigma_0 in half. nra.
Qed.

Lemma slope_falls_right (x y : R) : x <= y -> 0 <= x -> sigma y * (1 - sigma y) <= sigma x * (1 - sigma x).
Proof.
  intros order right. pose proof (sigma_le x y order). pose proof (sigma_le 0 x right) as half. rewrite sigma_0 in half. nra.
Qed.

(** sigma is convex on the left of 0. *)
Lemma chords_on_left (y t r : R) : y <= 0 -> 0 < t -> t <= r -> t * (sigma y - sigma (y - r)) <= r * (sigma y - sigma (y - t)).
Proof.
  intros left some [longer | <-]; [| lra]. destruct (slope_between (y - t) y ltac:(lra)) as (w & [w_low w_high] & near).
  destruct (slope_between (y - r) (y - t) ltac:(lra)) as (z & [z_low z_high] & far).
  pose proof (slope_grows_left z w ltac:(lra) ltac:(lra)) as steeper.
  replace (sigma y - sigma (y - r)) with ((sigma y - sigma (y - t)) + (sigma (y - t) - sigma (y - r))) by ring. rewrite far, near.
  replace (y - (y - t)) with t by ring. replace (y - t - (y - r)) with (r - t) by ring.
  assert (0 <= t * (r - t)) by nra. nra.
Qed.

Lemma drop_on_left (x y t : R) : x <= y -> y <= 0 -> 0 <= t -> sigma x - sigma (x - t) <= sigma y - sigma (y - t).
Proof.
  intros order left nonneg. cut (sigma y - sigma (y - t) >= sigma x - sigma (x - t)); [lra |]. apply Rle_ge.
  apply (rises (fun s => sigma s - sigma (s - t)) (fun s => sigma s * (1 - sigma s) - sigma (s - t) * (1 - sigma (s - t)) * 1));
    [lra | |].
  - intros s _. apply derivable_pt_lim_minus; [apply sigma_derivative |].
    apply (derivable_pt_lim_comp (fun s => s - t) sigma); [| apply sigma_derivative].
    replace 1 with (1 - 0) by ring. apply derivable_pt_lim_minus; [apply derivable_pt_lim_id | apply derivable_pt_lim_const].
  - intros s inside. pose proof (slope_grows_left (s - t) s ltac:(lra) ltac:(lra)). lra.
Qed.

Lemma rise_on_right (x t : R) : 0 <= x -> 0 <= t -> sigma (x + t) * (1 - sigma (x + t)) * t <= sigma (x + t) - sigma x.
Proof.
  intros right [some | <-]; [| rewrite Rplus_0_r; lra]. destruct (slope_between x (x + t) ltac:(lra)) as (z & [low high] & ->).
  replace (x + t - x) with t by ring. apply Rmult_le_compat_r; [lra |]. apply slope_falls_right; lra.
Qed.

(** A polynomial bound for the next lemma: s is a value of sigma, and m + m^2/2 + m^3/6 is below e^m - 1. *)
Lemma gap_polynomial (m s : R) :
  0 <= m -> m <= 4 / 3 -> 0 <= s -> s <= 1 -> m * (1 - s / 2) * (1 + s * (m + m ^ 2 / 2 + m ^ 3 / 6)) <= m + m ^ 2 / 2 + m ^ 3 / 6.
Proof.
  intros nonneg small s_nonneg s_small. assert (0 <= m * m) by (apply Rmult_le_pos; lra).
  assert (0 <= m * (s * s)) by (repeat apply Rmult_le_pos; lra).
  assert (core : 0 <= m * (1 - s) ^ 2 + s - m ^ 2 / 6 - m ^ 3 / 6).
  { destruct (Rle_or_lt (1 / 2) m) as [large | little].
    - apply (Rmult_le_reg_l m); [lra |]. pose proof (pow2_ge_0 (m * (1 - s) - 1 / 2)).
      assert (between : 0 <= (m - 1 / 2) * (4 / 3 - m)) by (apply Rmult_le_pos; lra).
      pose proof (Rmult_le_pos _ _ nonneg between). pose proof (Rmult_le_pos (m * m) _ ltac:(lra) between). simpl in *. lra.
    - pose proof (Rmult_le_pos s (1 - 2 * m) ltac:(lra) ltac:(lra)).
      pose proof (Rmult_le_compat_r m m (1 / 2) nonneg ltac:(lra)).
      pose proof (Rmult_le_compat_r (m * m) m (1 / 2) ltac:(lra) ltac:(lra)). simpl in *. lra. }
  assert (rest : 0 <= (m ^ 2 / 2 + m ^ 3 / 6) * (1 - s) ^ 2).
  { apply Rmult_le_pos; [| apply pow2_ge_0]. assert (0 <= m * (m * m)) by (apply Rmult_le_pos; lra). simpl. lra. }
  pose proof (Rmult_le_compat_l m 0 _ nonneg (Rplus_le_le_0_compat _ _ core rest)). simpl in *. lra.
Qed.

(** A gap m of the arguments, up to 4/3, gives a gap of the values. *)
Lemma gap_at_least (x y m : R) :
  0 <= m -> m <= 4 / 3 -> m <= y - x -> (1 - sigma x) * m * (sigma x * (1 - sigma x / 2)) <= sigma y - sigma x.
Proof.
  intros nonneg small apart. apply Rle_trans with (sigma (x + m) - sigma x); [| pose proof (sigma_le (x + m) y ltac:(lra)); lra].
  rewrite sigma_moved. pose proof (share_pos x (- m)) as some. pose proof (sigma_pos x). pose proof (sigma_below x).
  pose proof (exp_pos (- m)). pose proof (exp_above_cubic m nonneg) as grows.
  assert (inverse : exp (- m) * exp m = 1) by (rewrite <- exp_plus, Rplus_opp_l; apply exp_0).
  pose proof (gap_polynomial m (sigma x) nonneg small ltac:(lra) ltac:(lra)) as key.
  set (s := sigma x) in *. set (w := exp (- m)) in *. set (g := m + m ^ 2 / 2 + m ^ 3 / 6) in *.
  assert (g_nonneg : 0 <= g).
  { pose proof (pow2_ge_0 m). pose proof (pow_le m 3 nonneg). unfold g. lra. }
  assert (w_small : w * (1 + g) <= 1) by (rewrite <- inverse; apply Rmult_le_compat_l; unfold g; lra).
  apply (Rmult_le_reg_r (s + (1 - s) * w)); [exact some |].
  replace ((s / (s + (1 - s) * w) - s) * (s + (1 - s) * w)) with (s * (1 - s) * (1 - w)) by (field; lra).
  assert (core : m * (1 - s / 2) * (s + (1 - s) * w) <= 1 - w).
  { apply (Rmult_le_reg_r (1 + g)); [lra |].
    assert (m * (1 - s / 2) * (1 - s) * (w * (1 + g)) <= m * (1 - s / 2) * (1 - s) * 1); [| lra].
    apply Rmult_le_compat_l; [repeat apply Rmult_le_pos |]; lra. }
  replace ((1 - s) * m * (s * (1 - s / 2)) * (s + (1 - s) * w)) with (s * (1 - s) * (m * (1 - s / 2) * (s + (1 - s) * w))) by ring.
  apply Rmult_le_compat_l; [apply Rmult_le_pos |]; lra.
Qed.
