(** * The toy test accuracy increases strictly with w_1 / |w_rest|

    Statement.  Let Acc(w) = 1 - Phi(-B sqrt(d - 1) w_1 / (gamma |w_rest|)), as Eq. B.3 prints it, with |w_rest| > 0. Then
                Acc(w) < Acc(w') if, and only if, w_1 / |w_rest| < w'_1 / |w'_rest|;
                where Phi(-u) = 1 - Phi(u), Acc(w) = Phi(B sqrt(d - 1) w_1 / (gamma |w_rest|)).
    Idea.       The argument of Phi is the positive number B sqrt(d - 1) / gamma times w_1 / |w_rest|.
    Assumes.    B > 0, gamma > 0, d >= 2; w_rest has d - 1 entries. Of the normal distribution function Phi only this is used:
                it increases strictly, and for the second statement its symmetry; [such_a_function_exists] shows that the two
                do not contradict each other. For B < 0, which Eq. B.1 allows, the accuracy
                can decrease: [printed_form_fails].
    Source.     Appendix B, Eq. B.3 and the sentence after it. That Eq. B.3 is the probability of Eq. B.2 is not shown here. *)

Require Import Reals Lra.
From Formal Require Import lemma_3_1 vectors.
Open Scope R_scope.

Definition strictly_increasing (Phi : R -> R) : Prop := forall u v : R, u < v -> Phi u < Phi v.
Definition symmetric (Phi : R -> R) : Prop := forall u : R, Phi (- u) = 1 - Phi u.

Definition accuracy (Phi : R -> R) (B gamma : R) (d : nat) (w1 : R) (rest : vector) : R :=
  1 - Phi (- (B * sqrt (INR d - 1) * w1 / (gamma * norm (d - 1) rest))).

Definition alignment (d : nat) (w1 : R) (rest : vector) : R := w1 / norm (d - 1) rest.

Lemma argument (B gamma : R) (d : nat) (w1 : R) (rest : vector) :
  0 < gamma -> 0 < norm (d - 1) rest ->
  B * sqrt (INR d - 1) * w1 / (gamma * norm (d - 1) rest) = B * (sqrt (INR d - 1) / gamma * alignment d w1 rest).
Proof. intros Hgamma Hrest. unfold alignment. field. lra. Qed.

Lemma scale_pos (gamma : R) (d : nat) : 0 < gamma -> (2 <= d)%nat -> 0 < sqrt (INR d - 1) / gamma.
Proof.
  intros Hgamma Hd. apply le_INR in Hd. simpl in Hd. apply Rdiv_lt_0_compat; [apply sqrt_lt_R0 |]; lra.
Qed.

Theorem accuracy_of_symmetric (Phi : R -> R) (B gamma : R) (d : nat) (w1 : R) (rest : vector) :
  symmetric Phi -> accuracy Phi B gamma d w1 rest = Phi (B * sqrt (INR d - 1) * w1 / (gamma * norm (d - 1) rest)).
Proof. intros HPhi. unfold accuracy. rewrite HPhi. ring. Qed.

Lemma accuracy_increases (Phi : R -> R) (B gamma : R) (d : nat) (w1 w1' : R) (rest rest' : vector) :
  strictly_increasing Phi -> 0 < B -> 0 < gamma -> (2 <= d)%nat -> 0 < norm (d - 1) rest -> 0 < norm (d - 1) rest' ->
  alignment d w1 rest < alignment d w1' rest' -> accuracy Phi B gamma d w1 rest < accuracy Phi B gamma d w1' rest'.
Proof.
  intros HPhi HB Hgamma Hd Hrest Hrest' Halign. unfold accuracy. rewrite !argument by assumption.
  apply Rplus_lt_compat_l, Ropp_lt_contravar, HPhi, Ropp_lt_contravar.
  apply Rmult_lt_compat_l, Rmult_lt_compat_l; try assumption. now apply scale_pos.
Qed.

Theorem accuracy_monotone (Phi : R -> R) (B gamma : R) (d : nat) (w1 w1' : R) (rest rest' : vector) :
  strictly_increasing Phi -> 0 < B -> 0 < gamma -> (2 <= d)%nat -> 0 < norm (d - 1) rest -> 0 < norm (d - 1) rest' ->
  (accuracy Phi B gamma d w1 rest < accuracy Phi B gamma d w1' rest' <-> alignment d w1 rest < alignment d w1' rest').
Proof.
  intros HPhi HB Hgamma Hd Hrest Hrest'. split; [| now apply accuracy_increases].
  intros Hacc. destruct (Rtotal_order (alignment d w1 rest) (alignment d w1' rest')) as [Hlt | [Heq | Hgt]]; [exact Hlt | |].
  - unfold accuracy in Hacc. rewrite !argument, Heq in Hacc by assumption. lra.
  - apply (accuracy_increases Phi B gamma d w1' w1 rest' rest) in Hgt; try assumption. lra.
Qed.

(** B = -1, gamma = 1, d = 2, w = (0, 1) and w' = (1, 1), whatever the distribution function. *)
Theorem printed_form_fails :
  exists (B gamma : R) (d : nat) (w1 w1' : R) (rest rest' : vector),
    B < 0 /\ 0 < gamma /\ (2 <= d)%nat /\ 0 < norm (d - 1) rest /\ 0 < norm (d - 1) rest'
    /\ alignment d w1 rest < alignment d w1' rest'
    /\ forall Phi, strictly_increasing Phi -> accuracy Phi B gamma d w1' rest' < accuracy Phi B gamma d w1 rest.
Proof.
  assert (Hnorm : norm (2 - 1) (fun _ => 1) = 1).
  { unfold norm, dot. simpl. rewrite Rplus_0_l, Rmult_1_l. apply sqrt_1. }
  assert (Hroot : sqrt (INR 2 - 1) = 1) by (simpl; replace (1 + 1 - 1) with 1 by ring; apply sqrt_1).
  exists (-1), 1, 2%nat, 0, 1, (fun _ => 1), (fun _ => 1). unfold alignment, accuracy. rewrite Hnorm, Hroot.
  repeat split; try lra; [auto |]. intros Phi HPhi. apply Rplus_lt_compat_l, Ropp_lt_contravar, HPhi. lra.
Qed.

Theorem such_a_function_exists : exists Phi : R -> R, strictly_increasing Phi /\ symmetric Phi.
Proof.
  exists sigma. split; intros u.
  - intros v. apply sigma_increasing.
  - unfold sigma. rewrite Ropp_involutive, exp_Ropp. pose proof (exp_pos u). field. lra.
Qed.

Definition main_theorems := (accuracy_of_symmetric, accuracy_monotone, printed_form_fails, such_a_function_exists).
Print Assumptions main_theorems.
