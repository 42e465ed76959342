(** * The sharp upper bound of the loss up to radius sqrt 6, and the strict bound of every radius

    Statement.  Let f be the K >= 2 logits, |f| <= C. If C <= sqrt 6, then loss <= log(1 + (K - 1) e^(C sqrt(K / (K - 1)))).
                If K >= 3 and C > 0, then loss < log(1 + (K - 1) e^(C sqrt 2)): that bound is attained for K = 2 alone.
    Idea.       With m the mean of the n = K - 1 wrong logits, D the sum of their squared deviations and r = sqrt(K / n), the ball
                leaves G = f_t + C r - m >= r D/(2 C). So the sum of e^(f_k - m) must be at most n e^G. For K = 3 that is
                cosh v <= e^(v^2/2), for K >= 4 a polynomial of order 6 serves. The strict bound: m - f_t is at most C r < C sqrt 2.
    Assumes.    K >= 2 and t < K, as natural numbers.
    Source.     Beyond Section 4.4, third sentence. *)

Require Import Reals Lra Lia Arith.
From Formal Require Import vectors exponentials loss_bounds loss_bounds_extremes.
Open Scope R_scope.

(** How far m can still rise, f_t held fixed, before it is the mean of symmetric logits of norm C. *)
Definition left_over (K t : nat) (f : vector) (C : R) : R := f t + C * extreme_root K - wrong_mean K t f.

Lemma left_over_nonneg (K t : nat) (f : vector) (C : R) : (t < K)%nat -> (2 <= K)%nat -> norm K f <= C -> 0 <= left_over K t f C.
Proof. intros Ht HK HC. pose proof (mean_near K t f C Ht HK HC). unfold left_over. lra. Qed.

(** r D <= 2 C G, hence (n + 1) D^2 <= 24 n G^2. *)
Lemma spread_within (K t : nat) (f : vector) (C : R) :
  (t < K)%nat -> (2 <= K)%nat -> norm K f <= C -> C <= sqrt 6 ->
  (wrong_classes K + 1) * spread K t f ^ 2 <= 24 * wrong_classes K * left_over K t f C ^ 2.
Proof.
  intros Ht HK HC small. pose proof (wrong_classes_ge_1 K HK) as Hn. pose proof (extreme_root_pos K HK) as Hr.
  pose proof (extreme_root_square K HK) as Hsquare. pose proof (norm_nonneg K f) as Hf. pose proof (spread_nonneg K t f) as HD.
  pose proof (mean_within K t f C Ht HK HC) as within. pose proof (left_over_nonneg K t f C Ht HK HC) as HG.
  set (n := wrong_classes K) in *. set (r := extreme_root K) in *. set (D := spread K t f) in *.
  assert (reached : r * (r * D) <= r * (2 * C * left_over K t f C)).
  { pose proof (Rle_0_sqr (left_over K t f C)) as gap. unfold Rsqr, left_over in *. fold r in gap |- *. lra. }
  set (G := left_over K t f C) in *. apply Rmult_le_reg_l in reached; [| exact Hr].
  assert (radius : C * C <= 6) by (rewrite <- (sqrt_sqrt 6) by lra; apply Rmult_le_compat; lra).
  assert (squared : r * D * (r * D) <= 2 * C * G * (2 * C * G)) by (apply Rmult_le_compat; try assumption; apply Rmult_le_pos; lra).
  pose proof (Rmult_le_compat_r (G * G) _ _ (Rle_0_sqr G) radius) as wide.
  assert (by_root : n * (r * D * (r * D)) <= n * (24 * (G * G))) by (apply Rmult_le_compat_l; lra).
  replace (n * (r * D * (r * D))) with (n * (r * r) * (D * D)) in by_root by ring.
  rewrite Hsquare in by_root. replace (n * (1 + / n)) with (n + 1) in by_root by (field; lra). simpl. lra.
Qed.

Lemma loss_below (K t : nat) (f : vector) (C : R) :
  (t < K)%nat -> (2 <= K)%nat ->
  wrong K t (fun k => exp (f k - wrong_mean K t f)) <= wrong_classes K * exp (left_over K t f C) ->
  cross_entropy K t f <= bound K (C * extreme_root K).
Proof.
  intros Ht HK compared. rewrite cross_entropy_log1p by exact Ht. set (m := wrong_mean K t f) in *.
  rewrite (wrong_ext K t _ (fun k => exp (m - f t) * exp (f k - m) + 0))
    by (intros; rewrite Rplus_0_r, <- exp_plus; f_equal; ring).
  rewrite wrong_affine by exact Ht. apply log1p_le.
  - rewrite Rmult_0_l, Rplus_0_r. apply Rmult_le_pos; [apply Rlt_le, exp_pos |].
    apply sum_nonneg. intros k _. destruct (k =? t); [lra | apply Rlt_le, exp_pos].
  - apply (Rmult_le_compat_l (exp (m - f t))) in compared; [| apply Rlt_le, exp_pos].
    replace (wrong_classes K * exp (C * extreme_root K)) with (exp (m - f t) * (wrong_classes K * exp (left_over K t f C))); [lra |].
    transitivity (wrong_classes K * (exp (m - f t) * exp (left_over K t f C))); [ring |].
    rewrite <- exp_plus. do 2 f_equal. unfold left_over. fold m. ring.
Qed.

(** Four classes and more: each e^(f_k - m) is below a parabola, whose coefficient D determines. *)
Lemma sum_below_polynomial (K t : nat) (f : vector) :
  (t < K)%nat -> (2 <= K)%nat -> spread K t f <= 6 ->
  wrong K t (fun k => exp (f k - wrong_mean K t f)) <= wrong_classes K + spread K t f * coefficient (spread K t f).
Proof.
  intros Ht HK small. set (m := wrong_mean K t f). set (D := spread K t f) in *. set (p := coefficient D).
  apply Rle_trans with (wrong K t (fun k => (p * (f k - m) ^ 2 + 0) + (1 * f k + (1 - m)))).
  - apply wrong_le. intros k Hk Hne. pose proof (exp_below_even (f k - m) D) as parabola. fold p in parabola.
    assert (one : (f k - m) ^ 2 <= D)
      by exact (one_le_wrong K t k (fun i => (f i - m) ^ 2) Hk Hne (fun i => pow2_ge_0 (f i - m))).
    specialize (parabola one small). lra.
  - rewrite wrong_plus, !wrong_affine, (wrong_is_mean K t f HK) by exact Ht. fold m. change (wrong K t (fun k => (f k - m) ^ 2)) with D.
    right. ring.
Qed.

(** Term by term below n (1 + G + G^2/2 + G^3/6). *)
Lemma polynomial_below (n D G : R) :
  3 <= n -> 0 <= D -> 0 <= G -> (n + 1) * D ^ 2 <= 24 * n * G ^ 2 -> n + D * coefficient D <= n * exp G.
Proof.
  intros many HD HG within. pose proof (exp_above_cubic G HG) as taylor. pose proof (pow2_ge_0 D) as HDD. pose proof (pow2_ge_0 G) as HGG.
  assert (second : D ^ 2 <= 6 * n * G ^ 2) by nra.
  assert (uniform : D ^ 2 <= 24 * G ^ 2) by nra.
  assert (longest : D <= 5 * G) by (apply Rsqr_incr_0_var; unfold Rsqr; nra).
  assert (first : 7 / 10 * D <= n * G).
  { apply Rsqr_incr_0_var; [unfold Rsqr | apply Rmult_le_pos; lra].
    assert (size : 12 <= n * (n + 1)) by nra.
    apply (Rmult_le_reg_l (n + 1)); [lra |].
    pose proof (Rmult_le_compat_r (n * G ^ 2) _ _ ltac:(apply Rmult_le_pos; lra) size). nra. }
  assert (third : D * D ^ 2 <= 5 * G * (6 * n * G ^ 2)) by (apply Rmult_le_compat; lra).
  apply (Rmult_le_compat_l n) in taylor; [| lra]. unfold coefficient.
  assert (0 <= n * G ^ 3) by (apply Rmult_le_pos; [lra | now apply pow_le]). lra.
Qed.

Lemma spread_at_most_6 (K t : nat) (f : vector) (C : R) :
  (t < K)%nat -> (2 <= K)%nat -> norm K f <= C -> C <= sqrt 6 -> spread K t f <= 6.
Proof.
  intros Ht HK HC small. pose proof (wrong_classes_ge_1 K HK) as Hn. pose proof (norm_nonneg K f) as Hf.
  pose proof (norm_by_mean K t f Ht HK) as Hnorm. pose proof (Rle_0_sqr (f t)). pose proof (Rle_0_sqr (wrong_mean K t f)).
  assert (ball : norm K f * norm K f <= sqrt 6 * sqrt 6) by (apply Rmult_le_compat; lra). rewrite sqrt_sqrt in ball by lra.
  assert (0 <= wrong_classes K * Rsqr (wrong_mean K t f)) by (apply Rmult_le_pos; lra). unfold Rsqr in *. lra.
Qed.

Lemma four_or_more (K t : nat) (f : vector) (C : R) :
  (t < K)%nat -> (4 <= K)%nat -> norm K f <= C -> C <= sqrt 6 ->
  wrong K t (fun k => exp (f k - wrong_mean K t f)) <= wrong_classes K * exp (left_over K t f C).
Proof.
  intros Ht H4 HC small. assert (HK : (2 <= K)%nat) by lia.
  apply Rle_trans with (wrong_classes K + spread K t f * coefficient (spread K t f)).
  - apply sum_below_polynomial; [exact Ht | exact HK | now apply (spread_at_most_6 K t f C)].
  - apply polynomial_below; [| apply spread_nonneg | now apply left_over_nonneg | now apply spread_within].
    apply le_INR in H4. simpl in H4. unfold wrong_classes. lra.
Qed.

(** Three classes: the two deviations are v and -v, with 2 v^2 = D <= 4 G. *)
Lemma exactly_three (t : nat) (f : vector) (C : R) :
  (t < 3)%nat -> norm 3 f <= C -> C <= sqrt 6 ->
  wrong 3 t (fun k => exp (f k - wrong_mean 3 t f)) <= wrong_classes 3 * exp (left_over 3 t f C).
Proof.
  intros Ht HC small. assert (HK : (2 <= 3)%nat) by lia. pose proof (spread_within 3 t f C Ht HK HC small) as within.
  pose proof (left_over_nonneg 3 t f C Ht HK HC) as HG. pose proof (spread_nonneg 3 t f) as HD.
  set (G := left_over 3 t f C) in *. assert (two : wrong_classes 3 = 2) by (unfold wrong_classes; simpl; ring).
  assert (pair : exists v, spread 3 t f = 2 * v ^ 2 /\ wrong 3 t (fun k => exp (f k - wrong_mean 3 t f)) = exp v + exp (- v)).
  { assert (named : exists i j, forall u, wrong 3 t u = u i + u j).
    { destruct t as [| [| [|]]]; [exists 1%nat, 2%nat | exists 0%nat, 2%nat | exists 0%nat, 1%nat | lia];
        intros u; unfold wrong; simpl; ring. }
    destruct named as (i & j & both). exists ((f i - f j) / 2). unfold spread. rewrite !both. unfold wrong_mean. rewrite both, two.
    split; [field |]. f_equal; f_equal; field. }
  destruct pair as (v & is_spread & ->). rewrite two, is_spread in *.
  assert (reached : v ^ 2 / 2 <= G).
  { apply Rsqr_incr_0_var; [unfold Rsqr; simpl in *; lra | exact HG]. }
  assert (cosh : (exp (Rabs v) + exp (- Rabs v)) / 2 <= exp G).
  { apply Rle_trans with (exp (Rabs v ^ 2 / 2)); [apply cosh_below, Rabs_pos |]. rewrite pow2_abs. now apply exp_le. }
  unfold Rabs in cosh. destruct (Rcase_abs v); [rewrite Ropp_involutive in cosh |]; lra.
Qed.

Theorem sharp_upper_bound (K t : nat) (f : vector) (C : R) :
  (t < K)%nat -> (2 <= K)%nat -> norm K f <= C -> C <= sqrt 6 -> cross_entropy K t f <= bound K (C * extreme_root K).
Proof.
  intros Ht HK HC small. destruct (Nat.eq_dec K 2) as [two | more].
  - rewrite two, extreme_root_of_two in *. now apply upper_bound.
  - apply loss_below; [exact Ht | exact HK |]. destruct (Nat.eq_dec K 3) as [-> | many]; [now apply exactly_three |].
    apply four_or_more; assumption || lia.
Qed.

(** e^y <= e^L - e^-L (L - y) for |y| <= L, by the tangent at y; the mean of the y = f_k - f_t is below L = C sqrt 2. *)
Theorem loose_upper_bound (K t : nat) (f : vector) (C : R) :
  (t < K)%nat -> (3 <= K)%nat -> norm K f <= C -> 0 < C -> cross_entropy K t f < bound K (C * sqrt 2).
Proof.
  intros Ht HK HC positive. assert (H2 : (2 <= K)%nat) by lia. pose proof (wrong_classes_ge_1 K H2) as Hn.
  set (L := C * sqrt 2). pose proof (mean_near K t f C Ht H2 HC) as near.
  assert (wide : C * extreme_root K < L) by (apply Rmult_lt_compat_l; [exact positive | now apply extreme_root_below]).
  rewrite cross_entropy_log1p by exact Ht. set (rest := wrong K t (fun k => exp (f k - f t))).
  assert (some : 0 <= rest) by (apply sum_nonneg; intros k _; destruct (k =? t); [lra | apply Rlt_le, exp_pos]).
  apply ln_increasing; [lra |]. apply Rplus_lt_compat_l.
  apply Rle_lt_trans with (wrong K t (fun k => exp (- L) * f k + (exp L - exp (- L) * (L + f t)))).
  - apply wrong_le. intros k Hk Hne. pose proof (differences_within K t k f C Ht Hk Hne HC) as inside. fold L in inside.
    pose proof (exp_ineq1_le (L - (f k - f t))) as tangent.
    apply (Rmult_le_compat_l (exp (f k - f t))) in tangent; [| apply Rlt_le, exp_pos].
    rewrite <- exp_plus in tangent. replace (f k - f t + (L - (f k - f t))) with L in tangent by ring.
    pose proof (exp_le (- L) (f k - f t) (proj1 inside)) as least.
    apply (Rmult_le_compat_r (L - (f k - f t))) in least; lra.
  - rewrite wrong_affine, (wrong_is_mean K t f H2) by exact Ht. set (m := wrong_mean K t f) in *.
    assert (0 < exp (- L) * (wrong_classes K * (L + f t - m))); [| lra].
    apply Rmult_lt_0_compat; [apply exp_pos | apply Rmult_lt_0_compat; lra].
Qed.

Theorem attained_for_two_alone (K t : nat) (C : R) :
  (t < K)%nat -> (2 <= K)%nat -> 0 < C ->
  (exists f : vector, norm K f <= C /\ cross_entropy K t f = bound K (C * sqrt 2)) <-> K = 2%nat.
Proof.
  intros Ht HK positive. split.
  - intros (f & HC & same). destruct (Nat.eq_dec K 2) as [two | more]; [exact two |]. exfalso.
    assert (strict : cross_entropy K t f < bound K (C * sqrt 2)) by (apply loose_upper_bound; assumption || lia). lra.
  - intros two. destruct (upper_bound_tight_for_two K t C Ht HK (Rlt_le _ _ positive)) as [_ attained].
    destruct (attained two) as (f & long & same). exists f. split; [now right | exact same].
Qed.

Definition main_theorems := (sharp_upper_bound, loose_upper_bound, attained_for_two_alone).
Print Assumptions main_theorems.
