(** * Between which bounds the cross-entropy of one example lies when the 2-norm of the logits is at most C

    Statement.  Let f be the K >= 2 logits, |f| <= C, and let the loss be log(sum_k e^(f_k)) - f_t. For every K and target t
                log(1 + (K - 1) e^(-C sqrt(K / (K - 1)))) <= loss <= log(1 + (K - 1) e^(C sqrt 2)).
                The paper prints the exponents -C and C. Those are right where every difference f_k - f_t of logits, rather
                than |f|, is at most C in absolute value; that they are wrong as printed, and that the constants here cannot
                be improved, is proved in loss_bounds_extremes.v.
    Idea.       Lower: with m the mean of the n = K - 1 wrong logits, convexity gives sum e^(f_k) >= n e^m, and
                (1 + 1/n)(f_t^2 + n m^2) - (f_t - m)^2 = (f_t + n m)^2 / n. Upper: (f_k - f_t)^2 <= 2 (f_k^2 + f_t^2).
    Assumes.    K >= 2 and t < K, as natural numbers; C real (a ball that holds a point has C >= 0).
    Source.     Section 4.4, third sentence. *)

Require Import Reals Lra Lia Arith.
From Formal Require Import vectors.
Open Scope R_scope.

Definition cross_entropy (K t : nat) (f : vector) : R := ln (sum K (fun k => exp (f k))) - f t.

(** The number of wrong classes, K - 1, as a real; and a sum over the wrong classes alone. *)
Definition wrong_classes (K : nat) : R := INR K - 1.
Definition wrong (K t : nat) (u : vector) : R := sum K (fun k => if k =? t then 0 else u k).

Lemma wrong_classes_ge_1 (K : nat) : (2 <= K)%nat -> 1 <= wrong_classes K.
Proof. intros HK. apply le_INR in HK. simpl in HK. unfold wrong_classes. lra. Qed.

Lemma sum_split (K t : nat) (u : vector) : (t < K)%nat -> sum K u = u t + wrong K t u.
Proof.
  intros Ht. unfold wrong. induction K as [| K IH]; [lia |]. simpl. destruct (Nat.eqb_spec K t) as [-> | Hne].
  - rewrite (sum_ext t (fun k => if k =? t then 0 else u k) u); [ring |].
    intros k Hk. destruct (Nat.eqb_spec k t); [lia | reflexivity].
  - rewrite IH by lia. ring.
Qed.

Lemma wrong_affine (K t : nat) (a b : R) (u : vector) :
  (t < K)%nat -> wrong K t (fun k => a * u k + b) = a * wrong K t u + b * wrong_classes K.
Proof.
  intros Ht. pose proof (sum_split K t u Ht) as Hu. pose proof (sum_split K t (fun k => a * u k + b) Ht) as Hv.
  rewrite sum_plus, sum_scale, sum_const in Hv. unfold wrong_classes. simpl in Hv. nra.
Qed.

Lemma wrong_plus (K t : nat) (u v : vector) : wrong K t (fun k => u k + v k) = wrong K t u + wrong K t v.
Proof. unfold wrong. rewrite <- sum_plus. apply sum_ext. intros k _. destruct (k =? t); ring. Qed.

Lemma wrong_ext (K t : nat) (u v : vector) : (forall k, (k < K)%nat -> k <> t -> u k = v k) -> wrong K t u = wrong K t v.
Proof. intros H. apply sum_ext. intros k Hk. destruct (Nat.eqb_spec k t); [reflexivity | auto]. Qed.

Lemma wrong_le (K t : nat) (u v : vector) :
  (forall k, (k < K)%nat -> k <> t -> u k <= v k) -> wrong K t u <= wrong K t v.
Proof. intros H. apply sum_le. intros k Hk. destruct (Nat.eqb_spec k t); [lra | auto]. Qed.

Lemma wrong_const (K t : nat) (c : R) : (t < K)%nat -> wrong K t (fun _ => c) = wrong_classes K * c.
Proof. intros Ht. pose proof (sum_split K t (fun _ => c) Ht) as H. rewrite sum_const in H. unfold wrong_classes. lra. Qed.

(** One wrong class alone gives no more than all of them, if the terms are not negative. *)
Lemma one_le_wrong (K t j : nat) (u : vector) :
  (j < K)%nat -> j <> t -> (forall k, 0 <= u k) -> u j <= wrong K t u.
Proof.
  intros Hj Hne Hpos. unfold wrong. rewrite (sum_split K j _ Hj). destruct (Nat.eqb_spec j t); [lia |].
  assert (0 <= wrong K j (fun k => if k =? t then 0 else u k)); [| lra].
  apply sum_nonneg. intros k _. destruct (k =? j); [lra |]. destruct (k =? t); [lra | auto].
Qed.

Lemma cross_entropy_log1p (K t : nat) (f : vector) :
  (t < K)%nat -> cross_entropy K t f = ln (1 + wrong K t (fun k => exp (f k - f t))).
Proof.
  intros Ht. unfold cross_entropy. rewrite <- (ln_exp (f t)) at 1. rewrite (sum_split K t _ Ht).
  assert (Hpos : 0 <= wrong K t (fun k => exp (f k))).
  { apply sum_nonneg. intros k _. destruct (k =? t); [lra | apply Rlt_le, exp_pos]. }
  assert (Hshift : wrong K t (fun k => exp (f k - f t)) = / exp (f t) * wrong K t (fun k => exp (f k))).
  { unfold wrong. rewrite <- sum_scale. apply sum_ext. intros k _. destruct (k =? t); [ring |].
    unfold Rminus. rewrite exp_plus, exp_Ropp. ring. }
  pose proof (exp_pos (f t)) as Ht0. rewrite Hshift.
  replace (1 + / exp (f t) * wrong K t (fun k => exp (f k))) with ((exp (f t) + wrong K t (fun k => exp (f k))) / exp (f t))
    by (field; lra).
  unfold Rdiv. rewrite ln_mult, ln_Rinv; try lra. now apply Rinv_0_lt_compat.
Qed.

(** log(1 + n e^a) increases with a. *)
Definition bound (K : nat) (a : R) : R := ln (1 + wrong_classes K * exp a).

Lemma log1p_le (a b : R) : 0 <= a -> a <= b -> ln (1 + a) <= ln (1 + b).
Proof. intros Ha [Hlt | ->]; [left; apply ln_increasing; lra | lra]. Qed.

Lemma bound_lt (K : nat) (a b : R) : (2 <= K)%nat -> a < b -> bound K a < bound K b.
Proof.
  intros HK Hab. pose proof (wrong_classes_ge_1 K HK) as Hn. pose proof (exp_pos a). apply exp_increasing in Hab.
  apply ln_increasing; nra.
Qed.

Lemma bound_le (K : nat) (a b : R) : (2 <= K)%nat -> a <= b -> bound K a <= bound K b.
Proof. intros HK [Hlt | ->]; [left; now apply bound_lt | lra]. Qed.

(** Where the printed bounds are true: a bound on the differences of logits. *)
Theorem bounds_from_differences (K t : nat) (f : vector) (a b : R) :
  (t < K)%nat -> (forall k, (k < K)%nat -> k <> t -> a <= f k - f t <= b) -> bound K a <= cross_entropy K t f <= bound K b.
Proof.
  intros Ht Hab. rewrite cross_entropy_log1p by exact Ht. unfold bound. rewrite <- !(wrong_const K t) by exact Ht.
  assert (Hexp : forall x y, x <= y -> exp x <= exp y).
  { intros x y [Hlt | ->]; [left; now apply exp_increasing | lra]. }
  split; apply log1p_le.
  - apply sum_nonneg. intros k _. destruct (k =? t); [lra | apply Rlt_le, exp_pos].
  - apply wrong_le. intros k Hk Hne. now apply Hexp, Hab.
  - apply sum_nonneg. intros k _. destruct (k =? t); [lra | apply Rlt_le, exp_pos].
  - apply wrong_le. intros k Hk Hne. now apply Hexp, Hab.
Qed.

Lemma square_le_between (x b : R) : 0 <= b -> x * x <= b * b -> - b <= x <= b.
Proof. intros Hb Hx. apply Rsqr_le_abs_0 in Hx. rewrite (Rabs_pos_eq b Hb) in Hx. unfold Rabs in Hx. destruct (Rcase_abs x); lra. Qed.

Lemma differences_within (K t k : nat) (f : vector) (C : R) :
  (t < K)%nat -> (k < K)%nat -> k <> t -> norm K f <= C -> - (C * sqrt 2) <= f k - f t <= C * sqrt 2.
Proof.
  intros Ht Hk Hne HC. pose proof (norm_nonneg K f) as Hf. pose proof (norm_square K f) as Hsquare.
  unfold dot in Hsquare. rewrite (sum_split K t _ Ht) in Hsquare.
  pose proof (sqrt_pos 2) as Hroot. assert (H2 : sqrt 2 * sqrt 2 = 2) by (apply sqrt_sqrt; lra).
  apply square_le_between; [apply Rmult_le_pos; lra |].
  pose proof (one_le_wrong K t k (fun i => f i * f i) Hk Hne (fun i => Rle_0_sqr (f i))) as Hone. simpl in Hone.
  pose proof (Rle_0_sqr (f k + f t)) as Hsum. unfold Rsqr in Hsum.
  replace (C * sqrt 2 * (C * sqrt 2)) with (C * C * (sqrt 2 * sqrt 2)) by ring. rewrite H2. nra.
Qed.

Theorem upper_bound (K t : nat) (f : vector) (C : R) :
  (t < K)%nat -> (2 <= K)%nat -> norm K f <= C -> cross_entropy K t f <= bound K (C * sqrt 2).
Proof.
  intros Ht HK HC. apply (bounds_from_differences K t f (- (C * sqrt 2)) _ Ht). intros k Hk Hne. now apply (differences_within K).
Qed.

(** Jensen's inequality for the exponential, by its tangent at the mean. *)
Lemma mean_below (K t : nat) (f : vector) (m : R) :
  (t < K)%nat -> wrong K t f = m * wrong_classes K -> wrong_classes K * exp m <= wrong K t (fun k => exp (f k)).
Proof.
  intros Ht Hm. replace (wrong_classes K * exp m) with (wrong K t (fun k => exp m * f k + exp m * (1 - m))).
  - apply wrong_le. intros k _ _. replace (f k) with (m + (f k - m)) at 2 by ring. rewrite exp_plus.
    pose proof (exp_pos m). pose proof (exp_ineq1_le (f k - m)). nra.
  - rewrite wrong_affine, Hm by exact Ht. ring.
Qed.

Definition extreme_root (K : nat) : R := sqrt (INR K / wrong_classes K).

Lemma extreme_root_square (K : nat) : (2 <= K)%nat -> extreme_root K * extreme_root K = 1 + / wrong_classes K.
Proof.
  intros HK. pose proof (wrong_classes_ge_1 K HK) as Hn. unfold extreme_root.
  replace (INR K / wrong_classes K) with (1 + / wrong_classes K).
  - apply sqrt_sqrt. pose proof (Rinv_0_lt_compat (wrong_classes K)). lra.
  - unfold wrong_classes in *. field. lra.
Qed.

Lemma extreme_root_pos (K : nat) : (2 <= K)%nat -> 0 < extreme_root K.
Proof.
  intros HK. pose proof (wrong_classes_ge_1 K HK). apply sqrt_lt_R0. unfold wrong_classes in *. apply Rdiv_lt_0_compat; lra.
Qed.

(** It is sqrt 2 for two classes, and less for more. *)
Lemma extreme_root_of_two : extreme_root 2 = sqrt 2.
Proof. unfold extreme_root, wrong_classes. simpl. f_equal. field. Qed.

Lemma extreme_root_below (K : nat) : (3 <= K)%nat -> extreme_root K < sqrt 2.
Proof.
  intros HK. assert (H3 : 3 <= INR K) by (apply le_INR in HK; simpl in HK; lra). unfold extreme_root, wrong_classes.
  apply sqrt_lt_1_alt. split.
  - apply Rlt_le, Rdiv_lt_0_compat; lra.
  - apply (Rmult_lt_reg_r (INR K - 1)); [lra |]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra. lra.
Qed.

(** The mean m of the wrong logits, and the sum D of the squares of their deviations from it: |f|^2 = f_t^2 + n m^2 + D. *)
Definition wrong_mean (K t : nat) (f : vector) : R := wrong K t f / wrong_classes K.
Definition spread (K t : nat) (f : vector) : R := wrong K t (fun k => (f k - wrong_mean K t f) ^ 2).

Lemma wrong_is_mean (K t : nat) (f : vector) : (2 <= K)%nat -> wrong K t f = wrong_mean K t f * wrong_classes K.
Proof. intros HK. pose proof (wrong_classes_ge_1 K HK). unfold wrong_mean. field. lra. Qed.

Lemma spread_nonneg (K t : nat) (f : vector) : 0 <= spread K t f.
Proof. apply sum_nonneg. intros k _. destruct (k =? t); [lra | apply pow2_ge_0]. Qed.

Lemma norm_by_mean (K t : nat) (f : vector) :
  (t < K)%nat -> (2 <= K)%nat ->
  norm K f * norm K f = f t * f t + wrong_classes K * (wrong_mean K t f * wrong_mean K t f) + spread K t f.
Proof.
  intros Ht HK. set (m := wrong_mean K t f). rewrite norm_square. unfold dot. rewrite (sum_split K t _ Ht).
  rewrite (wrong_ext K t (fun k => f k * f k) (fun k => (f k - m) ^ 2 + (2 * m * f k + - (m * m)))) by (intros; ring).
  rewrite wrong_plus, wrong_affine, (wrong_is_mean K t f HK) by exact Ht. fold m. unfold spread. fold m. ring.
Qed.

(** What the ball leaves for f_t - m, by (1 + 1/n)(f_t^2 + n m^2) - (f_t - m)^2 = (f_t + n m)^2 / n. *)
Lemma mean_within (K t : nat) (f : vector) (C : R) :
  (t < K)%nat -> (2 <= K)%nat -> norm K f <= C ->
  (f t - wrong_mean K t f) * (f t - wrong_mean K t f) + extreme_root K * extreme_root K * spread K t f
  <= C * extreme_root K * (C * extreme_root K).
Proof.
  intros Ht HK HC. pose proof (wrong_classes_ge_1 K HK) as Hn. pose proof (norm_by_mean K t f Ht HK) as Hnorm.
  set (n := wrong_classes K) in *. set (m := wrong_mean K t f) in *. set (D := spread K t f) in *.
  pose proof (norm_nonneg K f) as Hf. assert (Hball : f t * f t + n * (m * m) + D <= C * C) by nra.
  replace (C * extreme_root K * (C * extreme_root K)) with (extreme_root K * extreme_root K * (C * C)) by ring.
  rewrite extreme_root_square by exact HK. fold n. assert (Hinv : 0 < / n) by (apply Rinv_0_lt_compat; lra).
  apply Rle_trans with ((1 + / n) * (f t * f t + n * (m * m) + D)); [| apply Rmult_le_compat_l; lra].
  assert (Hgap : (1 + / n) * (f t * f t + n * (m * m)) - (f t - m) * (f t - m) = / n * Rsqr (f t + n * m))
    by (unfold Rsqr; field; lra).
  pose proof (Rmult_le_pos _ _ (Rlt_le _ _ Hinv) (Rle_0_sqr (f t + n * m))). lra.
Qed.

Lemma mean_near (K t : nat) (f : vector) (C : R) :
  (t < K)%nat -> (2 <= K)%nat -> norm K f <= C -> - (C * extreme_root K) <= f t - wrong_mean K t f <= C * extreme_root K.
Proof.
  intros Ht HK HC. apply square_le_between.
  - apply Rmult_le_pos; [pose proof (norm_nonneg K f); lra | apply sqrt_pos].
  - pose proof (mean_within K t f C Ht HK HC).
    pose proof (Rmult_le_pos _ _ (Rle_0_sqr (extreme_root K)) (spread_nonneg K t f)). unfold Rsqr in *. lra.
Qed.

Theorem lower_bound (K t : nat) (f : vector) (C : R) :
  (t < K)%nat -> (2 <= K)%nat -> norm K f <= C -> bound K (- (C * extreme_root K)) <= cross_entropy K t f.
Proof.
  intros Ht HK HC. pose proof (wrong_classes_ge_1 K HK) as Hn. pose proof (mean_near K t f C Ht HK HC) as Hmargin.
  apply Rle_trans with (bound K (wrong_mean K t f - f t)).
  - apply bound_le; [exact HK | lra].
  - rewrite cross_entropy_log1p by exact Ht. apply log1p_le.
    + apply Rmult_le_pos; [lra | apply Rlt_le, exp_pos].
    + apply mean_below; [exact Ht |].
      rewrite (wrong_ext K t (fun k => f k - f t) (fun k => 1 * f k + - f t)) by (intros; ring).
      rewrite wrong_affine, (wrong_is_mean K t f HK) by exact Ht. ring.
Qed.

Definition main_theorems := (bounds_from_differences, upper_bound, lower_bound).
Print Assumptions main_theorems.
