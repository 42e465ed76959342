(** * Antiderivatives, functions whose derivative is below an exponential, and sequences whose steps halve

    No statement of the paper is proved here; existence.v solves differential equations with these lemmas. *)

Require Import Reals Ranalysis5 RiemannInt Lra Lia.
From Formal Require Import matrices growth.
Open Scope R_scope.

(** An antiderivative on [0, oo) that has the derivative at 0 from both sides. *)
Lemma antiderivative (f : R -> R) :
  (forall s, continuity_pt f s) -> { P : R -> R | P 0 = 0 /\ forall s, 0 <= s -> derivable_pt_lim P s (f s) }.
Proof.
  intros continuous.
  set (P := fun s => match Rle_dec 0 s with
    | left from => RiemannInt (continuity_implies_RiemannInt (f := f) from (fun x _ => continuous x))
    | right _ => f 0 * s end).
  exists P. split.
  - unfold P. destruct (Rle_dec 0 0) as [same | wrong]; [apply RiemannInt_P9 | lra].
  - intros s from. assert (order : 0 <= s + 1) by lra. set (near := fun x (_ : 0 <= x <= s + 1) => continuous x).
    apply (derivable_pt_lim_locally_ext (primitive order (FTC_P1 order near)) P s (s - 1) (s + 1)); [lra | | apply RiemannInt_P28; lra].
    intros r [_ before]. unfold primitive, P. destruct (Rle_dec 0 r) as [later | earlier]; [| ring].
    destruct (Rle_dec r (s + 1)) as [inside | wrong]; [apply RiemannInt_P5 | lra].
Qed.

(** A function that vanishes at 0, with a derivative of at most A e^(lambda s). *)
Lemma grown (F F' : R -> R) (A rate s : R) :
  0 < rate -> 0 <= A -> F 0 = 0 -> (forall r, 0 <= r -> derivable_pt_lim F r (F' r) /\ Rabs (F' r) <= A * exp (rate * r)) -> 0 <= s ->
  Rabs (F s) <= A / rate * exp (rate * s).
Proof.
  intros some nonneg start moves later. pose proof (Rmult_le_pos _ _ nonneg (Rlt_le _ _ (Rinv_0_lt_compat _ some))) as share.
  assert (sides : forall sign, Rabs sign = 1 -> A / rate * exp (rate * 0) - sign * F 0 <= A / rate * exp (rate * s) - sign * F s).
  { intros sign unit. apply (rises (fun r => A / rate * exp (rate * r) - sign * F r) (fun r => A * exp (rate * r) - sign * F' r) 0 s later).
    - intros r [from _]. destruct (moves r from) as [moved _]. eapply derivative_is; [derive | field; lra].
    - intros r [from _]. destruct (moves r (Rlt_le _ _ from)) as [_ small]. pose proof (Rle_abs (sign * F' r)) as most.
      rewrite Rabs_mult, unit in most. lra. }
  pose proof (sides 1 (Rabs_pos_eq 1 Rle_0_1)) as above. pose proof (sides (-1) ltac:(rewrite Rabs_left; lra)) as below.
  rewrite Rmult_0_r, exp_0, start in above, below. unfold Rdiv in *. apply Rabs_le. lra.
Qed.

(** Limits of sequences whose steps halve. *)
Lemma halved (a b d : R) : (forall k, a <= b + d * (1 / 2) ^ k) -> a <= b.
Proof.
  intros close. destruct (Rle_or_lt a b) as [fine | apart]; [exact fine |]. exfalso. pose proof (Rabs_pos d) as size.
  destruct (pow_lt_1_zero (1 / 2)) with (y := (a - b) / (Rabs d + 1)) as [k small];
    [rewrite Rabs_pos_eq; lra | apply Rdiv_lt_0_compat; lra |].
  specialize (small k (le_n k)). specialize (close k). pose proof (pow_lt (1 / 2) k ltac:(lra)) as power.
  rewrite Rabs_pos_eq in small by lra.
  apply (Rmult_lt_compat_l (Rabs d + 1)) in small; [| lra].
  replace ((Rabs d + 1) * ((a - b) / (Rabs d + 1))) with (a - b) in small by (field; lra).
  pose proof (Rmult_le_compat_r _ _ _ (Rlt_le _ _ power) (Rle_abs d)). lra.
Qed.

Lemma halving_limit (u : nat -> R) (d : R) :
  (forall k, Rabs (u (S k) - u k) <= d * (1 / 2) ^ k) -> { l : R | forall k, Rabs (l - u k) <= 2 * d * (1 / 2) ^ k }.
Proof.
  intros steps. assert (nonneg : 0 <= d) by (pose proof (steps 0%nat) as H; pose proof (Rabs_pos (u 1%nat - u 0%nat)); simpl in H; lra).
  assert (tail : forall j k, Rabs (u (k + j)%nat - u k) <= 2 * d * (1 / 2) ^ k).
  { assert (sum : forall j k, Rabs (u (k + j)%nat - u k) <= 2 * d * (1 / 2) ^ k - 2 * d * (1 / 2) ^ (k + j)).
    { induction j as [| j IH]; intros k.
      - rewrite Nat.add_0_r, Rminus_eq_0, Rabs_R0. lra.
      - rewrite Nat.add_succ_r. specialize (IH k). specialize (steps (k + j)%nat).
        pose proof (Rabs_triang (u (S (k + j)) - u (k + j)%nat) (u (k + j)%nat - u k)) as triangle.
        replace (u (S (k + j)) - u (k + j)%nat + (u (k + j)%nat - u k)) with (u (S (k + j)) - u k) in triangle by ring.
        simpl pow. lra. }
    intros j k. specialize (sum j k). pose proof (Rmult_le_pos _ _ nonneg (pow_le (1 / 2) (k + j) ltac:(lra))). lra. }
  destruct (R_complete u) as [l limit].
  - intros e some. destruct (pow_lt_1_zero (1 / 2)) with (y := e / (4 * d + 1)) as [N small];
      [rewrite Rabs_pos_eq; lra | apply Rdiv_lt_0_compat; lra |].
    exists N. intros n m Hn Hm. unfold R_dist. specialize (small N (le_n N)). rewrite Rabs_pos_eq in small by (apply pow_le; lra).
    apply (Rmult_lt_compat_l (4 * d + 1)) in small; [| lra]. replace ((4 * d + 1) * (e / (4 * d + 1))) with e in small by (field; lra).
    pose proof (tail (n - N)%nat N) as of_n. pose proof (tail (m - N)%nat N) as of_m.
    replace (N + (n - N))%nat with n in of_n by lia. replace (N + (m - N))%nat with m in of_m by lia.
    pose proof (Rabs_triang (u n - u N) (u N - u m)) as triangle. rewrite (Rabs_minus_sym (u N) (u m)) in triangle.
    replace (u n - u N + (u N - u m)) with (u n - u m) in triangle by ring. pose proof (pow_le (1 / 2) N ltac:(lra)). lra.
  - exists l. intros k. apply Rnot_lt_le. intros far. destruct (limit (Rabs (l - u k) - 2 * d * (1 / 2) ^ k)) as [N close]; [lra |].
    specialize (close (k + N)%nat ltac:(lia)). unfold R_dist in close. specialize (tail N k).
    pose proof (Rabs_triang (l - u (k + N)%nat) (u (k + N)%nat - u k)) as triangle.
    replace (l - u (k + N)%nat + (u (k + N)%nat - u k)) with (l - u k) in triangle by ring.
    rewrite (Rabs_minus_sym (u (k + N)%nat) l) in close. lra.
Qed.
