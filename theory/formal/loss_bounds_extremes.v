(** * The printed bounds on the cross-entropy fail for every K, and the constants of loss_bounds.v cannot be improved

    Statement.  For every number of classes K >= 2 and target t < K:
                for every C > 0 logits of norm C have a loss below log(1 + (K - 1) e^-C), others one above
                log(1 + (K - 1) e^C): the printed bounds fail at both ends;
                for every C >= 0 logits of norm C have the loss log(1 + (K - 1) e^(-C sqrt(K / (K - 1)))): the lower end is
                attained, and for K = 2 so is the upper end log(1 + e^(C sqrt 2));
                for no a < sqrt 2 is log(1 + (K - 1) e^(a C)) an upper bound for all C. In particular sqrt(K / (K - 1)), the
                constant of the lower end, will not do for the upper end once K >= 3.
    Idea.       The extreme logits: f_t = s / r and f_k = -s / (n r) for k <> t, with n = K - 1, r = sqrt(K / n), s = C or -C.
                They have norm C, and every difference f_k - f_t is -s r. For the constant sqrt 2: f_t = -C / sqrt 2, one wrong
                logit C / sqrt 2 and the others 0, whose loss is above C sqrt 2.
    Assumes.    As in loss_bounds.v. At C = 0 both printed ends are true: all logits vanish.
    Source.     Section 4.4, third sentence. *)

Require Import Reals Lra Lia Arith.
From Formal Require Import vectors loss_bounds.
Open Scope R_scope.

Definition extreme (K t : nat) (s : R) : vector :=
  fun k => if k =? t then s / extreme_root K else - (s / (wrong_classes K * extreme_root K)).

Lemma extreme_root_gt_1 (K : nat) : (2 <= K)%nat -> 1 < extreme_root K.
Proof.
  intros HK. pose proof (wrong_classes_ge_1 K HK) as Hn. pose proof (extreme_root_square K HK) as Hsquare.
  assert (0 < / wrong_classes K) by (apply Rinv_0_lt_compat; lra).
  assert (0 <= extreme_root K) by apply sqrt_pos. apply Rsqr_incrst_0; unfold Rsqr; lra.
Qed.

Lemma extreme_norm (K t : nat) (s : R) : (t < K)%nat -> (2 <= K)%nat -> norm K (extreme K t s) = Rabs s.
Proof.
  intros Ht HK. pose proof (wrong_classes_ge_1 K HK) as Hn. pose proof (extreme_root_gt_1 K HK) as Hr.
  rewrite <- sqrt_Rsqr_abs. unfold norm, dot. f_equal. rewrite (sum_split K t _ Ht).
  assert (Hwrong : wrong K t (fun k => extreme K t s k * extreme K t s k)
                   = wrong K t (fun _ => (s / (wrong_classes K * extreme_root K)) * (s / (wrong_classes K * extreme_root K)))).
  { apply sum_ext. intros k _. unfold extreme. destruct (k =? t); ring. }
  rewrite Hwrong, wrong_const by exact Ht. unfold extreme. rewrite Nat.eqb_refl. unfold Rsqr.
  transitivity (s * s * (1 + / wrong_classes K) / (extreme_root K * extreme_root K)).
  - field. lra.
  - rewrite extreme_root_square by exact HK. field. lra.
Qed.

Lemma extreme_loss (K t : nat) (s : R) :
  (t < K)%nat -> (2 <= K)%nat -> cross_entropy K t (extreme K t s) = bound K (- (s * extreme_root K)).
Proof.
  intros Ht HK. pose proof (wrong_classes_ge_1 K HK) as Hn. pose proof (extreme_root_gt_1 K HK) as Hr.
  assert (Hdiff : forall k, k <> t -> extreme K t s k - extreme K t s t = - (s * extreme_root K)).
  { intros k Hne. unfold extreme. apply Nat.eqb_neq in Hne. rewrite Hne, Nat.eqb_refl.
    transitivity (- (s * (1 + / wrong_classes K) / extreme_root K)); [field; lra |].
    rewrite <- extreme_root_square by exact HK. field. lra. }
  apply Rle_antisym; apply (bounds_from_differences K t (extreme K t s) (- (s * extreme_root K)) (- (s * extreme_root K)) Ht);
    intros k _ Hne; rewrite (Hdiff k Hne); lra.
Qed.

Theorem tight_lower_bound (K t : nat) (C : R) :
  (t < K)%nat -> (2 <= K)%nat -> 0 <= C ->
  (forall f : vector, norm K f <= C -> bound K (- (C * extreme_root K)) <= cross_entropy K t f)
  /\ (exists f : vector, norm K f = C /\ cross_entropy K t f = bound K (- (C * extreme_root K))).
Proof.
  intros Ht HK HC. split; [intros f; now apply lower_bound |]. exists (extreme K t C). split.
  - rewrite extreme_norm by assumption. now apply Rabs_pos_eq.
  - now apply extreme_loss.
Qed.

(** The same logits with their sign changed: for K = 2, and for small C, those of the largest loss. *)
Theorem opposite_point (K t : nat) (C : R) :
  (t < K)%nat -> (2 <= K)%nat -> 0 <= C ->
  exists f : vector, norm K f = C /\ cross_entropy K t f = bound K (C * extreme_root K).
Proof.
  intros Ht HK HC. exists (extreme K t (- C)). split.
  - rewrite extreme_norm, Rabs_Ropp by assumption. now apply Rabs_pos_eq.
  - rewrite extreme_loss by assumption. f_equal. ring.
Qed.

Theorem upper_bound_tight_for_two (K t : nat) (C : R) :
  (t < K)%nat -> (2 <= K)%nat -> 0 <= C ->
  (forall f : vector, norm K f <= C -> cross_entropy K t f <= bound K (C * sqrt 2))
  /\ (K = 2%nat -> exists f : vector, norm K f = C /\ cross_entropy K t f = bound K (C * sqrt 2)).
Proof.
  intros Ht HK HC. split; [intros f; now apply upper_bound |]. intros H2.
  rewrite H2, <- extreme_root_of_two in *. now apply opposite_point.
Qed.

Theorem printed_lower_bound_fails (K t : nat) (C : R) :
  (t < K)%nat -> (2 <= K)%nat -> 0 < C ->
  exists f : vector, norm K f <= C /\ cross_entropy K t f < bound K (- C).
Proof.
  intros Ht HK HC. destruct (tight_lower_bound K t C Ht HK (Rlt_le _ _ HC)) as [_ [f [Hnorm Hloss]]]. exists f.
  split; [lra |]. rewrite Hloss. apply bound_lt; [exact HK |]. pose proof (extreme_root_gt_1 K HK). nra.
Qed.

Theorem printed_upper_bound_fails (K t : nat) (C : R) :
  (t < K)%nat -> (2 <= K)%nat -> 0 < C ->
  exists f : vector, norm K f <= C /\ bound K C < cross_entropy K t f.
Proof.
  intros Ht HK HC. destruct (opposite_point K t C Ht HK (Rlt_le _ _ HC)) as [f [Hnorm Hloss]]. exists f.
  split; [lra |]. rewrite Hloss. apply bound_lt; [exact HK |]. pose proof (extreme_root_gt_1 K HK). nra.
Qed.

Definition opposed (t j : nat) (a : R) : vector := fun k => if k =? t then - a else if k =? j then a else 0.

Lemma opposed_norm (K t j : nat) (a : R) : (t < K)%nat -> (j < K)%nat -> j <> t -> norm K (opposed t j a) = Rabs a * sqrt 2.
Proof.
  intros Ht Hj Hne. rewrite <- sqrt_Rsqr_abs, <- sqrt_mult_alt by apply Rle_0_sqr. unfold norm, dot. f_equal.
  rewrite (sum_split K t _ Ht). unfold wrong. rewrite (sum_split K j _ Hj).
  assert (Hrest : wrong K j (fun k => if k =? t then 0 else opposed t j a k * opposed t j a k) = 0).
  { transitivity (wrong K j (fun _ => 0)); [| rewrite wrong_const by exact Hj; ring]. apply sum_ext. intros k _.
    destruct (Nat.eqb_spec k j) as [| Hkj]; [reflexivity |]. destruct (Nat.eqb_spec k t) as [| Hkt]; [reflexivity |].
    unfold opposed. apply Nat.eqb_neq in Hkj, Hkt. rewrite Hkj, Hkt. ring. }
  rewrite Hrest. apply Nat.eqb_neq in Hne. unfold opposed. rewrite Hne, !Nat.eqb_refl. unfold Rsqr. ring.
Qed.

Lemma opposed_loss (K t j : nat) (a : R) :
  (t < K)%nat -> (j < K)%nat -> j <> t -> 2 * a < cross_entropy K t (opposed t j a).
Proof.
  intros Ht Hj Hne. rewrite cross_entropy_log1p by exact Ht. rewrite <- (ln_exp (2 * a)).
  apply ln_increasing; [apply exp_pos |].
  assert (exp (2 * a) <= wrong K t (fun k => exp (opposed t j a k - opposed t j a t))); [| lra].
  replace (2 * a) with (opposed t j a j - opposed t j a t).
  - apply (one_le_wrong K t j (fun k => exp (opposed t j a k - opposed t j a t)) Hj Hne). intros k. apply Rlt_le, exp_pos.
  - apply Nat.eqb_neq in Hne. unfold opposed. rewrite Hne, !Nat.eqb_refl. ring.
Qed.

Theorem sqrt_2_is_the_smallest_constant (K t : nat) (a : R) :
  (t < K)%nat -> (2 <= K)%nat -> a < sqrt 2 ->
  exists (C : R) (f : vector), 0 < C /\ norm K f <= C /\ bound K (C * a) < cross_entropy K t f.
Proof.
  intros Ht HK Ha. pose proof (wrong_classes_ge_1 K HK) as Hn. set (n := wrong_classes K) in *.
  assert (Hj : exists j, (j < K)%nat /\ j <> t) by (destruct t; [exists 1%nat | exists 0%nat]; lia).
  destruct Hj as [j [Hj Hne]].
  assert (Hroot : 0 < sqrt 2) by (apply sqrt_lt_R0; lra). assert (H2 : sqrt 2 * sqrt 2 = 2) by (apply sqrt_sqrt; lra).
  (* a negative a makes the claim weaker; at this C, then, e^(C sqrt 2) = 2 n e^(C b), which is at least 1 + n e^(C b) *)
  set (b := Rmax a 0). assert (Hab : a <= b) by apply Rmax_l. assert (Hb0 : 0 <= b) by apply Rmax_r.
  assert (Hb : b < sqrt 2) by now apply Rmax_lub_lt.
  set (C := ln (2 * n) / (sqrt 2 - b)).
  assert (Hlog : 0 < ln (2 * n)) by (rewrite <- ln_1; apply ln_increasing; lra).
  assert (HC : 0 < C) by (apply Rdiv_lt_0_compat; lra).
  exists C, (opposed t j (C / sqrt 2)). repeat split; [exact HC | |].
  - rewrite opposed_norm, Rabs_pos_eq by (try assumption; apply Rlt_le, Rdiv_lt_0_compat; assumption).
    right. field. lra.
  - apply Rle_lt_trans with (2 * (C / sqrt 2)); [| now apply opposed_loss].
    replace (2 * (C / sqrt 2)) with (C * sqrt 2) by (rewrite <- H2 at 2; field; lra).
    apply Rle_trans with (bound K (C * b)); [apply bound_le; [exact HK | nra] |].
    rewrite <- (ln_exp (C * sqrt 2)). unfold bound. fold n.
    replace (C * sqrt 2) with (ln (2 * n) + C * b) by (unfold C; field; lra).
    rewrite exp_plus, exp_ln by lra. assert (1 <= exp (C * b)).
    { rewrite <- exp_0. destruct (Rmult_le_pos C b) as [Hlt | <-]; try lra. left. now apply exp_increasing. }
    destruct (Rle_lt_or_eq_dec (1 + n * exp (C * b)) (2 * n * exp (C * b))) as [Hlt | ->]; [nra | | lra].
    left. apply ln_increasing; nra.
Qed.

Theorem lower_constant_fails_above (K t : nat) :
  (t < K)%nat -> (3 <= K)%nat ->
  exists (C : R) (f : vector), 0 < C /\ norm K f <= C /\ bound K (C * extreme_root K) < cross_entropy K t f.
Proof.
  intros Ht HK. apply sqrt_2_is_the_smallest_constant; [exact Ht | lia | now apply extreme_root_below].
Qed.

Definition main_theorems :=
  (tight_lower_bound, opposite_point, upper_bound_tight_for_two, printed_lower_bound_fails, printed_upper_bound_fails,
   sqrt_2_is_the_smallest_constant, lower_constant_fails_above).
Print Assumptions main_theorems.
