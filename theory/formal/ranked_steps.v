(** * The ratio that ranks the steps of short training never falls at the best of them, as the radius grows

    No statement of the paper is proved here; early_stopping_every_start.v uses these lemmas. *)

Require Import Reals Lra Lia.
From Formal Require Import lemma_3_1 matrices growth sigmoid_steps largest_of_many.
From Formal Require moving_run run_order lead_of_radius radius_gains.
Open Scope R_scope.

(** The two numbers after n steps in units of moving_run.v, and their derivatives in c. *)
Fixpoint moved (k l h c : R) (n : nat) : R * R :=
  match n with
  | O => (0, 0)
  | S m => let a := fst (moved k l h c m) in let b := snd (moved k l h c m) in
      (a + h * sigma (c - (k * a - l * b) - a), b + h * sigma (c + (k * a - l * b) - b))
  end.
Fixpoint speed (k l h c : R) (n : nat) : R * R :=
  match n with
  | O => (0, 0)
  | S m => let a := fst (moved k l h c m) in let b := snd (moved k l h c m) in
      let u := fst (speed k l h c m) in let v := snd (speed k l h c m) in
      let p := sigma (c - (k * a - l * b) - a) in let q := sigma (c + (k * a - l * b) - b) in
      (u + h * (p * (1 - p) * (1 - (k * u - l * v) - u)), v + h * (q * (1 - q) * (1 + (k * u - l * v) - v)))
  end.

Definition sizes (k l h : R) : Prop := 0 < l /\ l < k /\ 0 < h /\ h * (1 + k + l) <= 1 / 4.

Lemma is_run (k l h c : R) :
  sizes k l h -> 0 <= c -> exists T : moving_run.run, moving_run.k T = k /\ moving_run.l T = l /\ moving_run.h T = h /\ moving_run.C T = c
  /\ forall n, moving_run.a T n = fst (moved k l h c n) /\ moving_run.b T n = snd (moved k l h c n)
     /\ moving_run.u T n = fst (speed k l h c n) /\ moving_run.v T n = snd (speed k l h c n).
Proof.
  intros (some & more & step & short) nonneg.
  unshelve eexists (moving_run.Build_run k l h c (fun n => fst (moved k l h c n)) (fun n => snd (moved k l h c n))
    (fun n => fst (speed k l h c n)) (fun n => snd (speed k l h c n)) _ _ _ _ _ _ _ _ _ _ _ _ _); try assumption; try reflexivity.
  simpl. repeat split.
Qed.

Lemma moved_derivative (k l h c : R) (n : nat) :
  derivable_pt_lim (fun r => fst (moved k l h r n)) c (fst (speed k l h c n))
  /\ derivable_pt_lim (fun r => snd (moved k l h r n)) c (snd (speed k l h c n)).
Proof.
  induction n as [| n [IH_a IH_b]]; [split; apply derivable_pt_lim_const |].
  set (a := fun r => fst (moved k l h r n)) in *. set (b := fun r => snd (moved k l h r n)) in *.
  set (u := fst (speed k l h c n)) in *. set (v := snd (speed k l h c n)) in *. split.
  - apply (derivable_pt_lim_ext (fun r => a r + h * sigma (r - (k * a r - l * b r) - a r))); [reflexivity |].
    assert (inner : derivable_pt_lim (fun r => r - (k * a r - l * b r) - a r) c (1 - (k * u - l * v) - u)).
    { eapply derivative_is; [derive | ring]. }
    pose proof (derivable_pt_lim_comp _ sigma c _ _ inner (sigma_derivative _)) as outer. unfold comp in outer.
    eapply derivative_is; [derive |]. simpl. fold (a c) (b c) u v. ring.
  - apply (derivable_pt_lim_ext (fun r => b r + h * sigma (r + (k * a r - l * b r) - b r))); [reflexivity |].
    assert (inner : derivable_pt_lim (fun r => r + (k * a r - l * b r) - b r) c (1 + (k * u - l * v) - v)).
    { eapply derivative_is; [derive | ring]. }
    pose proof (derivable_pt_lim_comp _ sigma c _ _ inner (sigma_derivative _)) as outer. unfold comp in outer.
    eapply derivative_is; [derive |]. simpl. fold (a c) (b c) u v. ring.
Qed.

Definition signal_at (k l h c : R) (n : nat) : R := k * fst (moved k l h c n) - l * snd (moved k l h c n).
Definition progress_at (k l h c : R) (n : nat) : R := fst (moved k l h c n) + snd (moved k l h c n).
Definition signal_speed (k l h c : R) (n : nat) : R := k * fst (speed k l h c n) - l * snd (speed k l h c n).
Definition progress_speed (k l h c : R) (n : nat) : R := fst (speed k l h c n) + snd (speed k l h c n).
Definition rank (k l h T : R) (n : nat) (c : R) : R := signal_at k l h c n ^ 2 / (progress_at k l h c n ^ 2 + T).


Lemma run_facts (k l h c : R) (n : nat) :
  sizes k l h -> 0 <= c ->
  (0 < fst (moved k l h c (S n)) /\ 0 <= signal_at k l h c n /\ 0
    <= progress_at k l h c n /\ progress_at k l h c n < progress_at k l h c (S n)
   /\ 0 <= progress_speed k l h c n)
  /\ (signal_at k l h c (S n) <= signal_at k l h c (S (S n)) ->
  progress_speed k l h c (S (S n)) * progress_at k l h c (S (S n)) * (signal_at k l h c (S (S n)) ^ 2 - signal_at k l h c (S n) ^ 2)
  <= signal_speed k l h c (S (S n)) * signal_at k l h c (S (S n)) * (progress_at k l h c (S (S n)) ^ 2 - progress_at k l h c (S n) ^ 2)).
Proof.
  intros good nonneg. destruct (is_run k l h c good nonneg) as (T & is_k & is_l & is_h & is_c & same).
  assert (signals : forall m, radius_gains.signal T m = signal_at k l h c m).
  { intros m. destruct (same m) as (is_a & is_b & _). unfold radius_gains.signal, signal_at. now rewrite is_k, is_l, is_a, is_b. }
  assert (progresses : forall m, moving_run.x T m = progress_at k l h c m).
  { intros m. destruct (same m) as (is_a & is_b & _). unfold moving_run.x, progress_at. now rewrite is_a, is_b. }
  assert (signal_speeds : forall m, radius_gains.signal_C T m = signal_speed k l h c m).
  { intros m. destruct (same m) as (_ & _ & is_u & is_v). unfold radius_gains.signal_C, signal_speed. now rewrite is_k, is_l, is_u, is_v.
    }
  assert (progress_speeds : forall m, moving_run.x_C T m = progress_speed k l h c m).
  { intros m. destruct (same m) as (_ & _ & is_u & is_v). unfold moving_run.x_C, progress_speed. now rewrite is_u, is_v. }
  assert (signal_nonneg : forall m, 0 <= radius_gains.signal T m).
  { intros m. pose proof (moving_run.B_above_A T m) as order. pose proof (run_order.b_above_a T m).
    unfold radius_gains.signal, moving_run.A, moving_run.B in *. lra. }
  split; [split; [| split; [| split; [| split]]] |].
  - destruct (same (S n)) as (<- & _). pose proof (run_order.a_nonneg T n) as nonneg_n.
    pose proof (sigma_pos (moving_run.A T n)) as some_p. fold (moving_run.p T n) in some_p.
    rewrite lead_of_radius.a_step. pose proof (Rmult_lt_0_compat _ _ (moving_run.some_step T) some_p). lra.
  - now rewrite <- signals.
  - rewrite <- progresses. apply run_order.x_nonneg.
  - rewrite <- !progresses, moving_run.x_next, <- moving_run.step_is. pose proof (moving_run.step_short T n). lra.
  - rewrite <- progress_speeds. destruct (moving_run.u_v_nonneg T n). unfold moving_run.x_C. lra.
  - intros rises. rewrite <- !signals, <- !progresses, <- signal_speeds, <- progress_speeds.
    apply radius_gains.radius_gains; [now rewrite !signals | apply signal_nonneg].
Qed.

Lemma every_start_in_units (k l h c : R) (n : nat) :
  sizes k l h -> 0 <= c -> signal_at k l h c (S n) <= signal_at k l h c (S (S n)) ->
  progress_speed k l h c (S (S n)) * progress_at k l h c (S (S n)) * (signal_at k l h c (S (S n)) ^ 2 - signal_at k l h c (S n) ^ 2)
  <= signal_speed k l h c (S (S n)) * signal_at k l h c (S (S n)) * (progress_at k l h c (S (S n)) ^ 2 - progress_at k l h c (S n) ^ 2).
Proof. intros good nonneg. apply (run_facts k l h c n good nonneg). Qed.

Definition rank_speed (k l h T : R) (n : nat) (c : R) : R :=
  2 * signal_at k l h c n
  * (signal_speed k l h c n * (progress_at k l h c n ^ 2 + T) - signal_at k l h c n * (progress_at k l h c n * progress_speed k l h c n))
  / (progress_at k l h c n ^ 2 + T) ^ 2.

Lemma rank_derivative (k l h T : R) (n : nat) (c : R) : 0 < T -> derivable_pt_lim (rank k l h T n) c (rank_speed k l h T n c).
Proof.
  intros some. destruct (moved_derivative k l h c n) as [move_a move_b].
  assert (positive : 0 < progress_at k l h c n ^ 2 + T) by (pose proof (pow2_ge_0 (progress_at k l h c n)); lra).
  set (a := fun r => fst (moved k l h r n)) in *. set (b := fun r => snd (moved k l h r n)) in *.
  apply (derivable_pt_lim_ext (fun r => (k * a r - l * b r) ^ 2 / ((a r + b r) ^ 2 + T))); [reflexivity |].
  unfold progress_at in positive. fold (a c) (b c) in positive.
  eapply derivative_is; [derive; apply Rgt_not_eq; exact positive |].
  unfold rank_speed, signal_at, progress_at, signal_speed, progress_speed.
  fold (a c) (b c). unfold Rsqr. simpl. simpl in positive. field. lra.
Qed.

(** At the best step the rank does not fall in the radius. *)
Lemma best_rank_rises (k l h T c : R) (M n : nat) :
  sizes k l h -> 0 <= c -> 0 < T -> largest (fun m => rank k l h T m c) M n -> 0 <= rank_speed k l h T n c.
Proof.
  intros good nonneg some [within top]. destruct n as [| [| n]]; [unfold among in within; lia | |].
  - destruct (run_facts k l h c 1 good nonneg) as [(_ & S_nonneg & x_nonneg & _) _]. destruct good as (some_l & more & step & short).
    unfold rank_speed. pose proof (pow2_ge_0 (progress_at k l h c 1)).
    apply Rmult_le_pos; [| apply Rlt_le, Rinv_0_lt_compat, pow_lt; lra].
    apply Rmult_le_pos; [lra |].
    assert (speeds : signal_at k l h c 1 * progress_speed k l h c 1 = signal_speed k l h c 1 * progress_at k l h c 1).
    { unfold signal_at, progress_speed, signal_speed, progress_at. simpl.
      replace (c - (k * 0 - l * 0) - 0) with c by ring. replace (c + (k * 0 - l * 0) - 0) with c by ring. ring. }
    assert (rises : 0 <= signal_speed k l h c 1).
    { unfold signal_speed. simpl. replace (c - (k * 0 - l * 0) - 0) with c by ring. replace (c + (k * 0 - l * 0) - 0) with c by ring.
      pose proof (sigma_pos c). pose proof (sigma_below c). assert (0 <= sigma c * (1 - sigma c)) by (apply Rmult_le_pos; lra).
      replace (k * (0 + h * (sigma c * (1 - sigma c) * (1 - (k * 0 - l * 0) - 0))) - l * (0 + h * (sigma c * (1 - sigma c) * (1 + (k * 0
        - l * 0) - 0))))
        with ((k - l) * h * (sigma c * (1 - sigma c))) by ring. repeat apply Rmult_le_pos; lra. }
    pose proof (Rmult_le_pos _ _ rises (Rlt_le _ _ some)).
    replace (signal_at k l h c 1 * (progress_at k l h c 1 * progress_speed k l h c 1))
      with (progress_at k l h c 1 * (signal_at k l h c 1 * progress_speed k l h c 1)) by ring. rewrite speeds. lra.
  - destruct (run_facts k l h c (S n) good nonneg) as [(_ & S_before & x_before & grows & _) _].
    destruct (run_facts k l h c (S (S n)) good nonneg) as [(_ & S_now & x_now & _ & x_speed) _].
    pose proof (top (S n) ltac:(unfold among in *; lia)) as better. simpl in better. unfold rank in better.
    set (S1 := signal_at k l h c (S (S n))) in *. set (S0 := signal_at k l h c (S n)) in *.
    set (x1 := progress_at k l h c (S (S n))) in *.
    set (x0 := progress_at k l h c (S n)) in *. set (d1 := x1 ^ 2 + T). set (d0 := x0 ^ 2 + T).
    assert (squares : x0 ^ 2 < x1 ^ 2) by nra. assert (some_0 : 0 < d0) by (unfold d0; pose proof (pow2_ge_0 x0); lra).
    assert (some_1 : 0 < d1) by (unfold d0, d1 in *; lra).
    assert (cross : S0 ^ 2 * d1 <= S1 ^ 2 * d0).
    { apply (Rmult_le_compat_r (d0 * d1)) in better; [| apply Rmult_le_pos; lra]. fold d0 d1 in better.
      replace (S0 ^ 2 / d0 * (d0 * d1)) with (S0 ^ 2 * d1) in better by (field; lra).
      replace (S1 ^ 2 / d1 * (d0 * d1)) with (S1 ^ 2 * d0) in better by (field; lra). exact better. }
    assert (rises : S0 <= S1).
    { apply Rsqr_incr_0_var; [| exact S_now]. rewrite !Rsqr_pow2. apply (Rmult_le_reg_r d0); [exact some_0 |]. pose proof (pow2_ge_0 S0).
      assert (S0 ^ 2 * d0 <= S0 ^ 2 * d1) by (apply Rmult_le_compat_l; [| unfold d0, d1]; lra). lra. }
    pose proof (every_start_in_units k l h c n good nonneg rises) as steep. fold S0 S1 x0 x1 in steep.
    set (u := progress_speed k l h c (S (S n))) in *. set (v := signal_speed k l h c (S (S n))) in *.
    unfold rank_speed. fold S1 x1 u v d1. apply Rmult_le_pos; [| apply Rlt_le, Rinv_0_lt_compat, pow_lt; lra].
    assert (core : 0 <= S1 * (v * d1 - S1 * (x1 * u))); [| lra].
    apply (Rmult_le_reg_r (x1 ^ 2 - x0 ^ 2)); [lra |]. rewrite Rmult_0_l.
    assert (u * x1 * (S1 ^ 2 - S0 ^ 2) * d1 <= v * S1 * (x1 ^ 2 - x0 ^ 2) * d1) by (apply Rmult_le_compat_r; lra).
    assert (0 <= u * x1 * (S1 ^ 2 * d0 - S0 ^ 2 * d1)) by (repeat apply Rmult_le_pos; lra). unfold d0, d1 in *. lra.
Qed.

Lemma best_rank_never_falls (k l h T c c' : R) (M m : nat) :
  sizes k l h -> 0 < T -> 0 <= c <= c' -> among M m -> exists n, among M n /\ rank k l h T m c <= rank k l h T n c'.
Proof.
  intros good some [nonneg order] within.
  apply (largest_does_not_fall (rank k l h T) (rank_speed k l h T) M c c' order); [unfold among in within; lia | | | exact within].
  - intros. now apply rank_derivative.
  - intros n r inside top. apply (best_rank_rises k l h T r M n good ltac:(lra) some top).
Qed.
