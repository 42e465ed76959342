(** * Euler's steps keep near the solution of x' = p(x, y), y' = q(x, y) from (0, 0), if p and q are bounded and Lipschitz

    After k steps of size eta both coordinates together are at most 2 M eta (e^(2 L k eta) - 1) away from the solution at the time k eta:
    in one step that distance grows by the factor 1 + 2 L eta, and by 4 L M eta^2. No statement of the paper is proved here. *)

Require Import Reals Lra Lia ZArith.
From Formal Require Import existence.
Open Scope R_scope.

Fixpoint euler (p q : R -> R -> R) (eta : R) (k : nat) : R * R :=
  match k with
  | O => (0, 0)
  | S j => let (x, y) := euler p q eta j in (x + eta * p x y, y + eta * q x y)
  end.

Definition solves (p q : R -> R -> R) (x y : R -> R) : Prop :=
  x 0 = 0 /\ y 0 = 0 /\ forall s, 0 <= s -> derivable_pt_lim x s (p (x s) (y s)) /\ derivable_pt_lim y s (q (x s) (y s)).

(** One coordinate after one step from (u, v), in place of the solution at the time s. *)
Lemma one_step_near (L M eta s u v z : R) (f : R -> R -> R) (F x y : R -> R) :
  0 < L -> 0 < eta -> 0 <= s -> tame L M f -> steady M x -> steady M y ->
  (forall r, 0 <= r -> derivable_pt_lim F r (f (x r) (y r))) ->
  Rabs (z + eta * f u v - F (s + eta)) <= Rabs (z - F s) + eta * (L * (Rabs (u - x s) + Rabs (v - y s))) + 2 * L * M * eta * eta.
Proof.
  intros some_L some_eta from good slow_x slow_y moves.
  destruct (MVT_cor2 F (fun r => f (x r) (y r)) s (s + eta)) as (c & change & inside); [lra | intros r inside; apply moves; lra |].
  assert (early : Rabs (s - c) <= eta) by (rewrite Rabs_minus_sym, Rabs_pos_eq; lra).
  pose proof (lipschitz L M f good u v (x s) (y s)) as apart. pose proof (lipschitz L M f good (x s) (y s) (x c) (y c)) as later.
  assert (some_M : 0 <= M) by (apply Rle_trans with (1 := Rabs_pos (f u v)), (bounded L M f good)).
  pose proof (Rmult_le_compat_l M _ _ some_M early) as short.
  pose proof (slow_x s c from ltac:(lra)) as x_slow. pose proof (slow_y s c from ltac:(lra)) as y_slow.
  assert (drift : Rabs (f (x s) (y s) - f (x c) (y c)) <= 2 * L * M * eta).
  { apply Rle_trans with (1 := later). apply Rle_trans with (L * (M * eta + M * eta)); [apply Rmult_le_compat_l |]; lra. }
  replace (z + eta * f u v - F (s + eta))
    with (z - F s + (eta * (f u v - f (x s) (y s)) + eta * (f (x s) (y s) - f (x c) (y c)))) by lra.
  apply Rle_trans with (1 := Rabs_triang _ _). rewrite Rplus_assoc. apply Rplus_le_compat_l. apply Rle_trans with (1 := Rabs_triang _ _).
  rewrite !Rabs_mult, (Rabs_pos_eq eta) by lra. apply Rplus_le_compat; [apply Rmult_le_compat_l; lra |].
  apply (Rmult_le_compat_l eta) in drift; lra.
Qed.

Lemma euler_near (L M eta : R) (p q : R -> R -> R) (x y : R -> R) :
  0 < L -> 0 < eta -> tame L M p -> tame L M q -> solves p q x y ->
  forall k, Rabs (fst (euler p q eta k) - x (INR k * eta)) + Rabs (snd (euler p q eta k) - y (INR k * eta))
    <= 2 * M * eta * (exp (2 * L * (INR k * eta)) - 1).
Proof.
  intros some_L some_eta good_p good_q (x_0 & y_0 & moves).
  assert (some_M : 0 <= M) by (apply Rle_trans with (1 := Rabs_pos (p 0 0)), (bounded L M p good_p)).
  assert (slow_x : steady M x).
  { apply (steady_of_speed x (fun s => p (x s) (y s))). intros s from. split; [now apply moves | apply (bounded L M p good_p)]. }
  assert (slow_y : steady M y).
  { apply (steady_of_speed y (fun s => q (x s) (y s))). intros s from. split; [now apply moves | apply (bounded L M q good_q)]. }
  induction k as [| k IH].
  - simpl. rewrite Rmult_0_l, x_0, y_0, Rmult_0_r, exp_0, Rminus_0_r, Rabs_R0. lra.
  - rewrite S_INR, Rmult_plus_distr_r, Rmult_1_l. simpl. destruct (euler p q eta k) as [u v]. simpl in *.
    set (s := INR k * eta) in *. assert (from : 0 <= s) by (apply Rmult_le_pos; [apply pos_INR | lra]).
    pose proof (one_step_near L M eta s u v u p x x y some_L some_eta from good_p slow_x slow_y (fun r H => proj1 (moves r H))) as of_x.
    pose proof (one_step_near L M eta s u v v q y x y some_L some_eta from good_q slow_x slow_y (fun r H => proj2 (moves r H))) as of_y.
    set (gap := Rabs (u - x s) + Rabs (v - y s)) in *.
    pose proof (Rmult_lt_0_compat _ _ some_L some_eta) as step.
    assert (grown : (1 + 2 * (L * eta)) * gap <= (1 + 2 * (L * eta)) * (2 * M * eta * (exp (2 * L * s) - 1)))
      by (apply Rmult_le_compat_l; lra).
    assert (factor : (1 + 2 * (L * eta)) * exp (2 * L * s) <= exp (2 * L * (s + eta))).
    { replace (2 * L * (s + eta)) with (2 * (L * eta) + 2 * L * s) by ring. rewrite exp_plus.
      apply Rmult_le_compat_r; [apply Rlt_le, exp_pos | apply exp_ineq1_le]. }
    pose proof (Rmult_le_compat_l (2 * M * eta) _ _ ltac:(apply Rmult_le_pos; lra) factor) as last.
    apply Rle_trans with ((1 + 2 * (L * eta)) * gap + 4 * L * M * eta * eta); [unfold gap in *; lra |]. lra.
Qed.

(** The last step at or before the time s. *)
Lemma last_step (s eta : R) : 0 <= s -> 0 < eta -> exists j, INR j * eta <= s < INR j * eta + eta.
Proof.
  intros from some. destruct (base_Int_part (s / eta)) as [below above]. exists (Z.to_nat (Int_part (s / eta))).
  pose proof (Rmult_le_pos _ _ from (Rlt_le _ _ (Rinv_0_lt_compat _ some))) as ratio. fold (s / eta) in ratio.
  assert (whole : (0 <= Int_part (s / eta))%Z).
  { apply Z.lt_succ_r. unfold Z.succ. apply lt_IZR. rewrite plus_IZR. lra. }
  rewrite INR_IZR_INZ, Z2Nat.id by exact whole. apply (Rmult_le_compat_r eta) in below; [| lra].
  apply Rgt_lt, (Rmult_lt_compat_r eta) in above; [| exact some].
  unfold Rdiv in *. rewrite Rmult_minus_distr_r in above. rewrite Rmult_assoc, Rinv_l, Rmult_1_r in below by lra.
  rewrite (Rmult_assoc s), Rinv_l, Rmult_1_r in above by lra. lra.
Qed.

(** A whole number of equal steps, as small as asked, to the time s. *)
Lemma whole_steps (s e : R) : 0 < s -> 0 < e -> exists k, 0 < s / INR k <= e /\ INR k * (s / INR k) = s.
Proof.
  intros some small. pose proof (Rdiv_lt_0_compat _ _ some small) as ratio. destruct (last_step (s / e) 1) as (j & _ & many); [lra | lra |].
  rewrite Rmult_1_r, <- S_INR in many. exists (S j). set (k := INR (S j)) in *.
  assert (some_k : 0 < k) by lra.
  split; [split; [now apply Rdiv_lt_0_compat |] | field; lra]. apply (Rmult_le_reg_r k); [exact some_k |].
  apply (Rmult_lt_compat_l e) in many; [| exact small]. replace (e * (s / e)) with s in many by (field; lra).
  replace (s / k * k) with s by (field; lra). lra.
Qed.
