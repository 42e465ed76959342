(** * From the initial weights of the toy data a gradient flow of 1-SAM runs for all time, for every radius

    Statement.  For every rho some w has w(0) = w_0 and w'(s) = the mean 1-SAM direction at w(s), for all times s >= 0.
    Idea.       The two numbers a and b of early_stopping_reduction.v solve a' = sigma(C - m_c)/n, b' = sigma(C - m_n)/n: right sides that
                are bounded and Lipschitz, so that the iterates of Picard converge (existence.v).
    Assumes.    The data of toy.v with at least one point.
    Source.     Beyond the end of Section 3.2; so the theorems on flows speak of something. *)

Require Import Reals Lra Lia Arith.
From Formal Require Import lemma_3_1 vectors matrices growth existence one_sam_linear toy early_stopping_accuracy early_stopping_reduction.
Open Scope R_scope.

Lemma sigma_below_1 (z : R) : sigma z < 1.
Proof. unfold sigma. pose proof (exp_pos (- z)). rewrite <- Rinv_1 at 2. apply Rinv_lt_contravar; lra. Qed.

Lemma sigma_lipschitz (y z : R) : Rabs (sigma y - sigma z) <= Rabs (y - z).
Proof.
  assert (ordered : forall y z, y < z -> Rabs (sigma y - sigma z) <= Rabs (y - z)).
  { intros y' z' less. pose proof (sigma_increasing y' z' less). pose proof (sigma_slope y' z' (Rlt_le _ _ less)).
    rewrite !Rabs_left by lra. lra. }
  destruct (Rtotal_order y z) as [less | [-> | more]]; [now apply ordered | rewrite !Rminus_eq_0; apply Rle_refl |].
  rewrite Rabs_minus_sym, (Rabs_minus_sym y). now apply ordered.
Qed.

(** sigma(C - u a - v b)/n with |u|, |v| <= L. *)
Lemma rate_tame (n C u v L : R) (margin : R -> R -> R) :
  1 <= n -> Rabs u <= L -> Rabs v <= L -> (forall a b, margin a b = u * a + v * b) -> tame L 1 (fun a b => sigma (C - margin a b) / n).
Proof.
  intros many small_u small_v linear. assert (share : 0 < / n <= 1).
  { split; [apply Rinv_0_lt_compat; lra |]. rewrite <- Rinv_1. apply Rinv_le_contravar; lra. }
  assert (divided : forall x y, Rabs x <= y -> Rabs (x * / n) <= y).
  { intros x y H. rewrite Rabs_mult, (Rabs_pos_eq (/ n)) by lra. pose proof (Rabs_pos x).
    pose proof (Rmult_le_compat_l (Rabs x) _ _ ltac:(lra) (proj2 share)). lra. }
  split.
  - intros a b a' b'. replace (sigma (C - margin a b) / n - sigma (C - margin a' b') / n)
      with ((sigma (C - margin a b) - sigma (C - margin a' b')) * / n) by (unfold Rdiv; ring).
    apply divided, Rle_trans with (1 := sigma_lipschitz _ _). rewrite !linear.
    replace (C - (u * a + v * b) - (C - (u * a' + v * b'))) with (- (u * (a - a')) + - (v * (b - b'))) by ring.
    apply Rle_trans with (1 := Rabs_triang _ _). rewrite !Rabs_Ropp, !Rabs_mult.
    pose proof (Rmult_le_compat_r _ _ _ (Rabs_pos (a - a')) small_u). pose proof (Rmult_le_compat_r _ _ _ (Rabs_pos (b - b')) small_v). lra.
  - intros a b. apply divided. pose proof (sigma_pos (C - margin a b)). pose proof (sigma_below_1 (C - margin a b)).
    rewrite Rabs_pos_eq; lra.
Qed.

(** A constant with which both rates are Lipschitz. *)
Definition stiffness (D : toy) : R := signal D ^ 2 * INR (clean D) + signal D ^ 2 * INR (noisy D) + noise_size D.

Lemma rates_tame (D : toy) (rho : R) :
  orthogonal D -> (0 < points D)%nat ->
  0 < stiffness D /\ tame (stiffness D) 1 (clean_rate D rho) /\ tame (stiffness D) 1 (noisy_rate D rho).
Proof.
  intros good some. assert (many : 1 <= INR (points D)) by (apply (le_INR 1); lia).
  pose proof (some_noise D good) as noise_pos. pose proof (pow2_ge_0 (signal D)) as square.
  pose proof (Rmult_le_pos _ _ square (pos_INR (clean D))) as clean_size.
  pose proof (Rmult_le_pos _ _ square (pos_INR (noisy D))) as noisy_size.
  set (L := stiffness D). split; [unfold L, stiffness; lra |]. split.
  - apply (rate_tame _ _ (signal D ^ 2 * INR (clean D) + noise_size D) (- (signal D ^ 2 * INR (noisy D))) L (clean_margin D) many).
    + rewrite Rabs_pos_eq; unfold L, stiffness; lra.
    + rewrite Rabs_Ropp, Rabs_pos_eq; unfold L, stiffness; lra.
    + intros a b. unfold clean_margin, lead. ring.
  - apply (rate_tame _ _ (- (signal D ^ 2 * INR (clean D))) (signal D ^ 2 * INR (noisy D) + noise_size D) L (noisy_margin D) many).
    + rewrite Rabs_Ropp, Rabs_pos_eq; unfold L, stiffness; lra.
    + rewrite Rabs_pos_eq; unfold L, stiffness; lra.
    + intros a b. unfold noisy_margin, lead. ring.
Qed.

Theorem flow_exists (D : toy) (rho : R) : orthogonal D -> (0 < points D)%nat -> exists w : R -> vector, is_flow D rho w.
Proof.
  intros good some. destruct (rates_tame D rho good some) as (some_L & tame_clean & tame_noisy).
  destruct (solution (stiffness D) 1 _ _ some_L Rlt_0_1 tame_clean tame_noisy) as (a & b & a_0 & b_0 & moves).
  exists (fun s => reached D (a s) (b s)). split.
  - intros i _. now rewrite a_0, b_0, reached_nothing.
  - intros s i from _. rewrite mean_direction_reached by exact good. destruct (moves s from) as [moves_a moves_b].
    unfold reached. eapply derivative_is; [derive |]. unfold clean_rate, noisy_rate. ring.
Qed.

Definition main_theorems := (flow_exists).
Print Assumptions main_theorems.
