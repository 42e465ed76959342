(** * Two differential equations x' = p(x, y), y' = q(x, y) have a solution from (0, 0) for all time, if p and q are bounded and Lipschitz

    The iterates of Picard, of which each is the antiderivative of p and q along the one before, converge: with lambda = 4 L the distance
    of two successive ones at time t is at most c e^(lambda t)/2^k. No statement of the paper is proved here. *)

Require Import Reals Lra.
From Formal Require Import limits.
Open Scope R_scope.

(** Right sides, and functions of bounded speed. *)
Record tame (L M : R) (p : R -> R -> R) : Prop := Tame {
  lipschitz : forall x y x' y', Rabs (p x y - p x' y') <= L * (Rabs (x - x') + Rabs (y - y'));
  bounded : forall x y, Rabs (p x y) <= M }.

Definition steady (M : R) (x : R -> R) : Prop := forall s r, 0 <= s -> 0 <= r -> Rabs (x s - x r) <= M * Rabs (s - r).

Lemma steady_of_speed (F F' : R -> R) (M : R) : (forall s, 0 <= s -> derivable_pt_lim F s (F' s) /\ Rabs (F' s) <= M) -> steady M F.
Proof.
  intros slow. assert (ordered : forall s r, 0 <= s -> s <= r -> Rabs (F r - F s) <= M * (r - s)).
  { intros s r from [less | <-]; [| rewrite !Rminus_eq_0, Rabs_R0; lra].
    destruct (MVT_cor2 F F' s r less) as (q & -> & inside); [intros q inside; apply slow; lra |].
    rewrite Rabs_mult, (Rabs_pos_eq (r - s)) by lra. apply Rmult_le_compat_r; [lra |]. apply slow. lra. }
  intros s r from_s from_r. destruct (Rle_or_lt s r) as [order | order].
  - rewrite Rabs_minus_sym, (Rabs_minus_sym s), (Rabs_pos_eq (r - s)) by lra. now apply ordered.
  - rewrite (Rabs_pos_eq (s - r)) by lra. apply ordered; lra.
Qed.

(** The next iterate of Picard. *)
Lemma along (L M : R) (p : R -> R -> R) (x y : R -> R) :
  0 < L -> 0 < M -> tame L M p -> steady M x -> steady M y ->
  { P : R -> R | P 0 = 0 /\ forall s, 0 <= s -> derivable_pt_lim P s (p (x s) (y s)) }.
Proof.
  intros some_L some_M good slow_x slow_y. set (f := fun s => p (x (Rmax 0 s)) (y (Rmax 0 s))).
  assert (kept : forall s r, Rabs (Rmax 0 s - Rmax 0 r) <= Rabs (s - r)).
  { intros s r. unfold Rmax, Rabs. destruct (Rle_dec 0 s), (Rle_dec 0 r);
      repeat match goal with |- context [Rcase_abs ?v] => destruct (Rcase_abs v) end; lra. }
  assert (slow : forall s r, Rabs (f s - f r) <= 2 * L * M * Rabs (s - r)).
  { intros s r. apply Rle_trans with (1 := lipschitz L M p good _ _ _ _).
    pose proof (slow_x (Rmax 0 s) (Rmax 0 r) (Rmax_l 0 s) (Rmax_l 0 r)).
    pose proof (slow_y (Rmax 0 s) (Rmax 0 r) (Rmax_l 0 s) (Rmax_l 0 r)).
    pose proof (Rmult_le_compat_l M _ _ (Rlt_le _ _ some_M) (kept s r)).
    apply Rle_trans with (L * (2 * (M * Rabs (s - r)))); [apply Rmult_le_compat_l |]; lra. }
  destruct (antiderivative f) as (P & start & moves).
  - intros s e some. pose proof (Rmult_lt_0_compat _ _ some_L some_M) as LM. exists (e / (2 * L * M)).
    split; [apply Rdiv_lt_0_compat; lra |].
    intros r [_ close]. simpl in *. unfold R_dist in *. apply Rle_lt_trans with (1 := slow r s).
    apply (Rmult_lt_compat_l (2 * L * M)) in close; [| lra]. replace (2 * L * M * (e / (2 * L * M))) with e in close by (field; lra).
    exact close.
  - exists P. split; [exact start |]. intros s from. pose proof (moves s from) as moved. unfold f in moved. now rewrite Rmax_right in moved.
Qed.

Definition state (M : R) : Type := { z : (R -> R) * (R -> R) | steady M (fst z) /\ steady M (snd z) }.
Definition x_of (M : R) (z : state M) : R -> R := fst (proj1_sig z).
Definition y_of (M : R) (z : state M) : R -> R := snd (proj1_sig z).
Definition follows (M : R) (p q : R -> R -> R) (z z' : state M) : Prop :=
  x_of M z' 0 = 0 /\ y_of M z' 0 = 0 /\ forall s, 0 <= s ->
    derivable_pt_lim (x_of M z') s (p (x_of M z s) (y_of M z s)) /\ derivable_pt_lim (y_of M z') s (q (x_of M z s) (y_of M z s)).

Lemma next (L M : R) (p q : R -> R -> R) (z : state M) :
  0 < L -> 0 < M -> tame L M p -> tame L M q -> { z' : state M | follows M p q z z' }.
Proof.
  intros some_L some_M good_p good_q. destruct z as [[x y] [slow_x slow_y]]. simpl in *.
  destruct (along L M p x y some_L some_M good_p slow_x slow_y) as (P & start_P & moves_P).
  destruct (along L M q x y some_L some_M good_q slow_x slow_y) as (Q & start_Q & moves_Q).
  assert (slow : steady M P /\ steady M Q).
  { split; [apply (steady_of_speed P (fun s => p (x s) (y s))) | apply (steady_of_speed Q (fun s => q (x s) (y s)))];
      intros s from; split; auto; now apply (bounded L M). }
  exists (exist _ (P, Q) slow). split; [exact start_P |]. split; [exact start_Q |]. intros s from.
  split; [now apply moves_P | now apply moves_Q].
Qed.

Lemma at_rest (M : R) : 0 < M -> steady M (fun _ => 0).
Proof. intros some s r _ _. rewrite Rminus_eq_0, Rabs_R0. apply Rmult_le_pos; [lra | apply Rabs_pos]. Qed.

(** Two states that follow two others come nearer, measured by e^(4 L s). *)
Lemma nearer (L M c : R) (p q : R -> R -> R) (z z' v v' : state M) :
  0 < L -> 0 <= c -> tame L M p -> tame L M q -> follows M p q z z' -> follows M p q v v' ->
  (forall s, 0 <= s ->
     Rabs (x_of M z s - x_of M v s) <= c * exp (4 * L * s) /\ Rabs (y_of M z s - y_of M v s) <= c * exp (4 * L * s)) ->
  forall s, 0 <= s ->
    Rabs (x_of M z' s - x_of M v' s) <= c / 2 * exp (4 * L * s) /\ Rabs (y_of M z' s - y_of M v' s) <= c / 2 * exp (4 * L * s).
Proof.
  intros some nonneg good_p good_q (start_1 & start_2 & moves) (start_1' & start_2' & moves') near s from.
  replace (c / 2) with (2 * L * c / (4 * L)) by (field; lra).
  assert (size : 0 <= 2 * L * c) by (apply Rmult_le_pos; lra).
  assert (rates : forall f, tame L M f -> forall r, 0 <= r ->
    Rabs (f (x_of M z r) (y_of M z r) - f (x_of M v r) (y_of M v r)) <= 2 * L * c * exp (4 * L * r)).
  { intros f good r later. apply Rle_trans with (1 := lipschitz L M f good _ _ _ _). destruct (near r later).
    apply Rle_trans with (L * (2 * (c * exp (4 * L * r)))); [apply Rmult_le_compat_l |]; lra. }
  split.
  - apply (grown (fun r => x_of M z' r - x_of M v' r) (fun r => p (x_of M z r) (y_of M z r) - p (x_of M v r) (y_of M v r)));
      [lra | exact size | lra | | exact from].
    intros r later. split; [| now apply rates].
    apply (derivable_pt_lim_minus (x_of M z') (x_of M v')); [now apply moves | now apply moves'].
  - apply (grown (fun r => y_of M z' r - y_of M v' r) (fun r => q (x_of M z r) (y_of M z r) - q (x_of M v r) (y_of M v r)));
      [lra | exact size | lra | | exact from].
    intros r later. split; [| now apply rates].
    apply (derivable_pt_lim_minus (y_of M z') (y_of M v')); [now apply moves | now apply moves'].
Qed.

Lemma solution (L M : R) (p q : R -> R -> R) :
  0 < L -> 0 < M -> tame L M p -> tame L M q ->
  exists x y : R -> R, x 0 = 0 /\ y 0 = 0 /\ forall s, 0 <= s ->
    derivable_pt_lim x s (p (x s) (y s)) /\ derivable_pt_lim y s (q (x s) (y s)).
Proof.
  intros some_L some_M good_p good_q. set (step := fun z : state M => proj1_sig (next L M p q z some_L some_M good_p good_q)).
  assert (steps : forall z, follows M p q z (step z)) by (intros z; exact (proj2_sig (next L M p q z some_L some_M good_p good_q))).
  set (rest := exist _ (fun _ => 0, fun _ => 0) (conj (at_rest M some_M) (at_rest M some_M)) : state M).
  set (z := fix z (k : nat) : state M := match k with O => rest | S k' => step (z k') end).
  set (c := M / L). assert (some_c : 0 < c) by now apply Rdiv_lt_0_compat.
  assert (close : forall k s, 0 <= s ->
    Rabs (x_of M (z (S k)) s - x_of M (z k) s) <= c * exp (4 * L * s) * (1 / 2) ^ k
    /\ Rabs (y_of M (z (S k)) s - y_of M (z k) s) <= c * exp (4 * L * s) * (1 / 2) ^ k).
  { induction k as [| k IH]; intros s from.
    - assert (early : M * s <= c * exp (4 * L * s)).
      { pose proof (exp_ineq1_le (4 * L * s)) as growth. apply (Rmult_le_compat_l c) in growth; [| lra].
        replace (c * (1 + 4 * L * s)) with (c + 4 * (M * s)) in growth by (unfold c; field; lra). pose proof (Rmult_le_pos M s). lra. }
      assert (slow : forall F, steady M F -> F 0 = 0 -> Rabs (F s - 0) <= M * s).
      { intros F H start. specialize (H s 0 from (Rle_refl 0)). rewrite start, (Rabs_pos_eq (s - 0)) in H by lra. lra. }
      simpl pow. rewrite !Rmult_1_r. destruct (steps rest) as (start_1 & start_2 & _). destruct (proj2_sig (step rest)) as [slow_1 slow_2].
      split; apply Rle_trans with (2 := early); apply slow; assumption.
    - assert (halves : forall r, 0 <= r -> Rabs (x_of M (z (S k)) r - x_of M (z k) r) <= c * (1 / 2) ^ k * exp (4 * L * r)
        /\ Rabs (y_of M (z (S k)) r - y_of M (z k) r) <= c * (1 / 2) ^ k * exp (4 * L * r)).
      { intros r later. destruct (IH r later). split; lra. }
      pose proof (pow_le (1 / 2) k ltac:(lra)) as power.
      destruct (nearer L M (c * (1 / 2) ^ k) p q (z (S k)) (z (S (S k))) (z k) (z (S k)) some_L ltac:(apply Rmult_le_pos; lra) good_p good_q
        (steps _) (steps _) halves s from) as [H1 H2].
      simpl pow. split; lra. }
  assert (limit : forall sel : state M -> R -> R,
    (forall k s, 0 <= s -> Rabs (sel (z (S k)) s - sel (z k) s) <= c * exp (4 * L * s) * (1 / 2) ^ k) ->
    (forall v, steady M (sel v)) ->
    { X : R -> R | steady M X /\ forall s, 0 <= s -> forall k, Rabs (X s - sel (z k) s) <= 2 * (c * exp (4 * L * s)) * (1 / 2) ^ k }).
  { intros sel halves slow.
    set (X := fun s => match Rle_dec 0 s with
      | left from => proj1_sig (halving_limit (fun k => sel (z k) s) _ (fun k => halves k s from))
      | right _ => 0 end).
    assert (near : forall s, 0 <= s -> forall k, Rabs (X s - sel (z k) s) <= 2 * (c * exp (4 * L * s)) * (1 / 2) ^ k).
    { intros s from k. unfold X. destruct (Rle_dec 0 s) as [H | wrong]; [| lra].
      exact (proj2_sig (halving_limit (fun k => sel (z k) s) _ (fun k => halves k s H)) k). }
    exists X. split; [| exact near]. intros s r from_s from_r.
    apply (halved _ _ (2 * (c * exp (4 * L * s)) + 2 * (c * exp (4 * L * r)))). intros k.
    pose proof (near s from_s k) as at_s. pose proof (near r from_r k) as at_r. pose proof (slow (z k) s r from_s from_r) as between.
    pose proof (Rabs_triang (X s - sel (z k) s) (sel (z k) s - sel (z k) r)) as one.
    pose proof (Rabs_triang (X s - sel (z k) s + (sel (z k) s - sel (z k) r)) (sel (z k) r - X r)) as two.
    rewrite (Rabs_minus_sym (sel (z k) r)) in two.
    replace (X s - sel (z k) s + (sel (z k) s - sel (z k) r) + (sel (z k) r - X r)) with (X s - X r) in two by ring. lra. }
  destruct (limit (x_of M) (fun k s from => proj1 (close k s from)) (fun v => proj1 (proj2_sig v))) as (X & slow_X & near_X).
  destruct (limit (y_of M) (fun k s from => proj2 (close k s from)) (fun v => proj2 (proj2_sig v))) as (Y & slow_Y & near_Y).
  set (limit_state := exist _ (X, Y) (conj slow_X slow_Y) : state M).
  assert (same : forall s, 0 <= s -> x_of M (step limit_state) s = X s /\ y_of M (step limit_state) s = Y s).
  { intros s from.
    assert (agree : forall k, Rabs (x_of M (step limit_state) s - x_of M (z (S k)) s) <= 2 * c * (1 / 2) ^ k / 2 * exp (4 * L * s)
      /\ Rabs (y_of M (step limit_state) s - y_of M (z (S k)) s) <= 2 * c * (1 / 2) ^ k / 2 * exp (4 * L * s)).
    { intros k. pose proof (pow_le (1 / 2) k ltac:(lra)) as power.
      apply (nearer L M (2 * c * (1 / 2) ^ k) p q limit_state (step limit_state) (z k) (z (S k)) some_L
        ltac:(apply Rmult_le_pos; lra) good_p good_q (steps _) (steps _)); [| exact from].
      intros r later. pose proof (near_X r later k). pose proof (near_Y r later k). unfold x_of at 1, y_of at 1. simpl. split; lra. }
    assert (zero : forall u (v : nat -> R) w, (forall k, Rabs (u - v (S k)) <= 2 * c * (1 / 2) ^ k / 2 * exp (4 * L * s)) ->
      (forall k, Rabs (w - v k) <= 2 * (c * exp (4 * L * s)) * (1 / 2) ^ k) -> u = w).
    { intros u v w of_u of_w. apply Rminus_diag_uniq. destruct (Req_dec (u - w) 0) as [done | apart]; [exact done |]. exfalso.
      pose proof (Rabs_pos_lt _ apart) as positive. apply (Rlt_not_le _ _ positive).
      apply (halved _ _ (2 * (c * exp (4 * L * s)))). intros k. specialize (of_u k). specialize (of_w (S k)). simpl pow in of_w.
      pose proof (Rabs_triang (u - v (S k)) (v (S k) - w)) as triangle. rewrite (Rabs_minus_sym (v (S k))) in triangle.
      replace (u - v (S k) + (v (S k) - w)) with (u - w) in triangle by ring. lra. }
    split; [apply (zero _ (fun k => x_of M (z k) s)) | apply (zero _ (fun k => y_of M (z k) s))]; intros k;
      apply agree || now apply near_X || now apply near_Y. }
  exists (x_of M (step limit_state)), (y_of M (step limit_state)). destruct (steps limit_state) as (start_1 & start_2 & moves).
  split; [exact start_1 |]. split; [exact start_2 |]. intros s from. destruct (same s from) as [-> ->]. now apply moves.
Qed.
