(** * Functions of one real variable: derivatives of written-out formulas, and growth by the sign of the derivative

    No statement of the paper is proved here; the other files use these lemmas. All of them follow from the mean value theorem. *)

Require Import Reals Lra.
From Formal Require Import matrices.
Open Scope R_scope.

(** Finds the derivative of a formula with sums, products, quotients, powers, exponentials and positive square roots. *)
Ltac derive :=
  match goal with
  | H : derivable_pt_lim _ ?s _ |- derivable_pt_lim _ ?s _ => exact H
  | |- derivable_pt_lim (fun _ => ?c) _ _ => apply derivable_pt_lim_const
  | |- derivable_pt_lim (fun r => r) _ _ => apply derivable_pt_lim_id
  | |- derivable_pt_lim (fun r => r ^ ?n) _ _ => apply derivable_pt_lim_pow
  | |- derivable_pt_lim (fun r => @?f r + @?g r) _ _ => apply (derivable_pt_lim_plus f g); derive
  | |- derivable_pt_lim (fun r => @?f r - @?g r) _ _ => apply (derivable_pt_lim_minus f g); derive
  | |- derivable_pt_lim (fun r => @?f r * @?g r) _ _ => apply (derivable_pt_lim_mult f g); derive
  | |- derivable_pt_lim (fun r => @?f r / ?c) _ _ => apply (derivable_pt_lim_mult f (fun _ => / c)); derive
  | |- derivable_pt_lim (fun r => @?f r / @?g r) _ _ => apply (derivable_pt_lim_div f g); [derive | derive |]
  | |- derivable_pt_lim (fun r => @?f r ^ ?n) _ _ => apply (derivable_pt_lim_comp f (fun y => y ^ n)); [derive | apply derivable_pt_lim_pow]
  | |- derivable_pt_lim (fun r => - @?f r) _ _ => apply (derivable_pt_lim_opp f); derive
  | |- derivable_pt_lim (fun r => exp (@?f r)) _ _ => apply (derivable_pt_lim_comp f exp); [derive | apply derivable_pt_lim_exp]
  | |- derivable_pt_lim (fun r => sqrt (@?f r)) _ _ => apply (derivable_pt_lim_comp f sqrt); [derive | apply derivable_pt_lim_sqrt]
  end.

Lemma rises (F F' : R -> R) (a b : R) :
  a <= b -> (forall s, a <= s <= b -> derivable_pt_lim F s (F' s)) -> (forall s, a < s < b -> 0 <= F' s) -> F a <= F b.
Proof.
  intros [less | ->] moves sign; [| lra]. destruct (MVT_cor2 F F' a b less moves) as (s & change & inside).
  pose proof (Rmult_le_compat_r (b - a) _ _ (Rlt_le _ _ (Rlt_Rminus _ _ less)) (sign s inside)). lra.
Qed.

Lemma rises_strictly (F F' : R -> R) (a b : R) :
  a < b -> (forall s, a <= s <= b -> derivable_pt_lim F s (F' s)) -> (forall s, a < s < b -> 0 < F' s) -> F a < F b.
Proof.
  intros less moves sign. destruct (MVT_cor2 F F' a b less moves) as (s & change & inside).
  pose proof (Rmult_lt_0_compat _ _ (sign s inside) (Rlt_Rminus _ _ less)). lra.
Qed.

Lemma falls (F F' : R -> R) (a b : R) :
  a <= b -> (forall s, a <= s <= b -> derivable_pt_lim F s (F' s)) -> (forall s, a < s < b -> F' s <= 0) -> F b <= F a.
Proof.
  intros order moves sign. apply Ropp_le_cancel. apply (rises (fun s => - F s) (fun s => - F' s)); [exact order | |].
  - intros s inside. apply (derivable_pt_lim_opp F). now apply moves.
  - intros s inside. specialize (sign s inside). lra.
Qed.

(** A function of time, from time 0 on. *)
Lemma never_grows (F F' : R -> R) :
  (forall s, 0 <= s -> derivable_pt_lim F s (F' s) /\ F' s <= 0) -> forall s, 0 <= s -> F s <= F 0.
Proof. intros both s later. apply (falls F F' 0 s later); intros r inside; apply both; lra. Qed.
