(** * Along the run a larger radius gains more signal than the last step did: the induction

    No statement of the paper is proved here; early_stopping_every_start.v uses the last lemma. *)

Require Import Reals Lra Lia.
From Formal Require Import lemma_3_1 growth exponentials sigmoid_steps step_errors moving_run run_order.
Open Scope R_scope.

Definition D (T : run) (n : nat) : R := q T n - p T n.

(** What the derivatives after step n + 1 have above the direction of this step, which is (p, q) up to a factor. *)
Definition U (T : run) (n : nat) : R := q T n * u T (S n) / p T n - v T (S n).

Definition err (T : run) (n : nat) : R := error (A T (S n)) (B T (S n)) (i T n) (j T n).

Lemma U_next (T : run) (n : nat) :
  U T (S n) = U T n * (1 - h T * q T (S n) * (l T * (2 - p T (S n) - q T (S n)) + 1 - q T (S n)) - q T (S n) * (err T n / q T n))
    + h T * q T (S n) * D T (S n) - v T (S n) * err T n / q T n * q T (S n).
Proof.
  unfold err, error. replace (A T (S n) + i T n) with (A T n) by (rewrite A_next; ring).
  replace (B T (S n) - j T n) with (B T n) by (rewrite B_next; ring). rates T n. rates T (S n).
  unfold U. rewrite (u_next T (S n)), (v_next T (S n)). cbv zeta. fold (A T (S n)) (B T (S n)). fold (p T (S n)) (q T (S n)).
  unfold D, i, j. field. lra.
Qed.

(** How the gap D moves. *)
Lemma drop_is (y t : R) : sigma y - sigma (y - t) = sigma (y - t) * (1 - sigma y) * (exp t - 1).
Proof.
  replace (y - t) with (y + - t) by ring. rewrite sigma_moved, Ropp_involutive. pose proof (share_pos y t). field. lra.
Qed.

Lemma D_nonneg (T : run) (n : nat) : 0 <= D T n.
Proof. pose proof (q_above_p T n). unfold D. lra. Qed.

Lemma difference_falls_slowly (T : run) (n : nat) : - (D T n / 4) <= i T n + j T n.
Proof.
  sizes T. rates T n. pose proof (D_nonneg T n). assert (0 <= h T * (2 * (k T - l T) * p T n)) by (repeat apply Rmult_le_pos; lra).
  assert (h T * (1 + 2 * l T) * D T n <= 1 / 4 * D T n) by (apply Rmult_le_compat_r; lra). unfold i, j, D in *. lra.
Qed.

Lemma D_kept (T : run) (n : nat) : i T n + j T n < 0 -> 5 / 6 * D T n <= D T (S n).
Proof.
  intros falls. rates T n. rates T (S n). pose proof (A_falls T n) as some. destruct (falls_short T n) as [i_short j_short].
  pose proof (q_above_p T n).
  pose proof (difference_falls_slowly T n) as slow. pose proof (D_nonneg T n). pose proof (D_nonneg T (S n)).
  pose proof (drop_is (A T n) (i T n)) as p_drop. pose proof (drop_is (B T n) (- j T n)) as q_drop.
  replace (B T n - - j T n) with (B T (S n)) in q_drop by (rewrite B_next; ring). rewrite <- A_next in p_drop.
  fold (p T n) (p T (S n)) in p_drop. fold (q T n) (q T (S n)) in q_drop.
  pose proof (exp_ineq1_le (- i T n)) as i_low. pose proof (exp_ineq1_le (j T n)) as j_low. pose proof (exp_ineq1_le (i T n)).
  pose proof (exp_ineq1_le (i T n + j T n)) as gap_low.
  assert (i_inverse : exp (- i T n) * exp (i T n) = 1) by (rewrite <- exp_plus, Rplus_opp_l; apply exp_0).
  assert (j_inverse : exp (j T n) * exp (- j T n) = 1) by (rewrite <- exp_plus, Rplus_opp_r; apply exp_0).
  assert (steps : exp (i T n) = exp (- j T n) * exp (i T n + j T n)) by (rewrite <- exp_plus; f_equal; ring).
  pose proof (exp_pos (- j T n)). pose proof (exp_pos (i T n)).
  assert (i_high : exp (i T n) <= 4 / 3).
  { assert (3 / 4 * exp (i T n) <= exp (- i T n) * exp (i T n)) by (apply Rmult_le_compat_r; lra). lra. }
  assert (j_high : exp (- j T n) <= 4 / 3).
  { assert (3 / 4 * exp (- j T n) <= exp (j T n) * exp (- j T n)) by (apply Rmult_le_compat_r; lra). lra. }
  assert (apart : exp (- j T n) - exp (i T n) <= 4 / 3 * (D T n / 4)).
  { rewrite steps. apply Rle_trans with (exp (- j T n) * (D T n / 4)); [| apply Rmult_le_compat_r; lra].
    replace (exp (- j T n) - exp (- j T n) * exp (i T n + j T n)) with (exp (- j T n) * (1 - exp (i T n + j T n))) by ring.
    apply Rmult_le_compat_l; lra. }
  set (e := exp (i T n)) in *. set (f := exp (- j T n)) in *.
  assert (f_above : 0 <= f - e). { assert (exp (i T n + j T n) <= 1) by (rewrite <- exp_0; apply exp_le; lra).
    assert (f * exp (i T n + j T n) <= f * 1) by (apply Rmult_le_compat_l; lra). lra. }
  assert (first : - (D T (S n) * (1 - p T n)) * (e - 1) <= (p T (S n) * (1 - p T n) - q T (S n) * (1 - q T n)) * (e - 1)).
  { apply Rmult_le_compat_r; [lra |]. assert (0 <= q T (S n) * D T n) by (apply Rmult_le_pos; lra). unfold D in *. lra. }
  assert (q_falls : q T (S n) <= q T n) by (apply sigma_le; rewrite B_next; lra).
  assert (e_small : (1 - p T n) * (e - 1) <= (1 - p T n) * (p T n / 3)).
  { apply Rmult_le_compat_l; [lra |]. assert (e * i T n <= 4 / 3 * i T n) by (apply Rmult_le_compat_r; lra).
    assert (e * (1 - i T n) <= e * exp (- i T n)) by (apply Rmult_le_compat_l; lra). lra. }
  pose proof (quarter (p T n)). assert (D T (S n) * ((1 - p T n) * (e - 1)) <= D T (S n) * (1 / 12)) by (apply Rmult_le_compat_l; lra).
  assert (second : q T (S n) * (1 - q T n) * (f - e) <= 1 / 4 * (f - e)).
  { apply Rmult_le_compat_r; [exact f_above |]. pose proof (quarter (q T n)).
    assert (q T (S n) * (1 - q T n) <= q T n * (1 - q T n)) by (apply Rmult_le_compat_r; lra). lra. }
  unfold D in *. lra.
Qed.

Lemma D_by_progress (T : run) (n : nat) : B T n < 0 -> D T (S n) * x T n <= D T n * x T (S n).
Proof.
  intros left. pose proof (B_above_A T n) as order. pose proof (B_above_A T (S n)) as order'. pose proof (x_nonneg T n) as nonneg.
  pose proof (D_nonneg T n) as D_n. pose proof (step_short T n) as [some_step _].
  assert (B_falls : j T n <= 0). { destruct (Rlt_or_le 0 (j T n)) as [rises | done]; [pose proof (B_nonneg T n rises); lra | exact done].
  }
  set (r := B T n - A T n). set (r' := B T (S n) - A T (S n)).
  assert (below : D T (S n) <= sigma (B T n) - sigma (B T n - r')).
  { unfold D, q, p. replace (A T (S n)) with (B T (S n) - r') by (unfold r'; ring).
    apply drop_on_left; [rewrite B_next | |]; unfold r'; lra. }
  assert (D_is : D T n = sigma (B T n) - sigma (B T n - r)) by (unfold D, q, p; f_equal; f_equal; unfold r; ring).
  assert (r_next : r' = r + (i T n + j T n)) by (unfold r, r'; rewrite A_next, B_next; ring).
  rewrite x_next, <- step_is. destruct (Rle_or_lt (i T n + j T n) 0) as [falls | rises].
  - pose proof (sigma_le (B T n - r) (B T n - r') ltac:(lra)).
    assert (D T (S n) * x T n <= D T n * x T n) by (apply Rmult_le_compat_r; lra).
    assert (0 <= D T n * (i T n - j T n)) by (apply Rmult_le_pos; lra). lra.
  - pose proof (rise_by_progress T n ltac:(lra)) as slope. fold r in slope.
    destruct (Rle_lt_or_eq_dec 0 r ltac:(unfold r; lra)) as [some | none].
    + pose proof (chords_on_left (B T n) r r' ltac:(lra) some ltac:(lra)) as chords. rewrite <- D_is in chords.
      apply (Rmult_le_reg_l r); [exact some |].
      assert (r * (D T (S n) * x T n) <= r * (sigma (B T n) - sigma (B T n - r')) * x T n).
      { rewrite <- Rmult_assoc. apply Rmult_le_compat_r; [exact nonneg |]. apply Rmult_le_compat_l; lra. }
      assert (r * (sigma (B T n) - sigma (B T n - r')) * x T n <= r' * D T n * x T n) by (apply Rmult_le_compat_r; lra).
      assert (D T n * ((i T n + j T n) * x T n) <= D T n * (r * (i T n - j T n))) by (apply Rmult_le_compat_l; lra).
      rewrite r_next in *. lra.
    + rewrite <- none in slope. assert (x T n = 0) by nra. rewrite H, Rmult_0_r. apply Rmult_le_pos; lra.
Qed.

Lemma p_drop (T : run) (n : nat) : p T n * (1 - p T n) * i T n <= 4 / 3 * (p T n - p T (S n)).
Proof.
  pose proof (A_falls T n) as some. destruct (falls_short T n) as [short _]. rates T n.
  pose proof (drop_at_least (A T n) (i T n) ltac:(lra)) as drop.
  rewrite <- A_next in drop. fold (p T n) (p T (S n)) in drop. apply Rle_trans with (1 := drop). pose proof (p_falls T n).
  apply Rmult_le_compat_r; [lra |]. pose proof (exp_ineq1_le (- i T n)). pose proof (exp_pos (i T n)).
  assert (exp (- i T n) * exp (i T n) = 1) by (rewrite <- exp_plus, Rplus_opp_l; apply exp_0). nra.
Qed.

Lemma signal_derivative_nonneg (T : run) (n : nat) : 0 <= U T n -> 0 <= i T n + j T n -> A_C T (S n) <= 1.
Proof.
  intros lead rises. sizes T. rates T n. destruct (u_v_nonneg T (S n)) as [u_nonneg v_nonneg]. pose proof (q_above_p T n).
  assert (lag : p T n * v T (S n) <= q T n * u T (S n)).
  { unfold U in lead. apply (Rmult_le_compat_l (p T n)) in lead; [| lra]. rewrite Rmult_0_r in lead.
    replace (p T n * (q T n * u T (S n) / p T n - v T (S n))) with (q T n * u T (S n) - p T n * v T (S n)) in lead by (field; lra). lra. }
  assert (gains : l T * q T n <= k T * p T n).
  { destruct (Rle_or_lt (l T * q T n) (k T * p T n)) as [done | less]; [exact done | exfalso].
    assert (h T * ((2 * k T + 1) * p T n - (2 * l T + 1) * q T n) < h T * 0) by (apply Rmult_lt_compat_l; lra). unfold i, j in rises.
    lra. }
  assert (0 <= k T * u T (S n) - l T * v T (S n)).
  { apply (Rmult_le_reg_l (p T n)); [lra |]. pose proof (Rmult_le_compat_l (l T) _ _ ltac:(lra) lag).
    pose proof (Rmult_le_compat_r (u T (S n)) _ _ u_nonneg gains). lra. }
  unfold A_C. lra.
Qed.

Lemma u_step (T : run) (n : nat) : u T (S n) = u T n + h T * (p T n * (1 - p T n) * A_C T n).
Proof. rewrite u_next. reflexivity. Qed.

(** As long as the difference of B and A rises, u is at most 1 - p times the progress, and u times the fall of A is of the order of the
    step. *)
Definition fresh (T : run) (n : nat) : Prop :=
  0 <= i T n + j T n -> u T (S n) <= (1 - p T n) * a T (S n) /\ u T (S n) * i T n <= 4 / 3 * h T * (p T 0%nat - p T (S n)).

Lemma a_step (T : run) (n : nat) : a T (S n) = a T n + h T * p T n.
Proof. apply a_next. Qed.

Lemma fresh_start (T : run) : fresh T 0%nat.
Proof.
  intros _. sizes T. rewrite u_step, a_step, a_0. unfold A_C. rewrite u_0, v_0. pose proof (p_drop T 0%nat) as drop.
  pose proof (Rmult_le_compat_l (h T) _ _ ltac:(lra) drop). split; lra.
Qed.

Lemma fresh_next (T : run) (n : nat) : 0 <= U T n -> fresh T n -> fresh T (S n).
Proof.
  intros lead before rises. pose proof (difference_rose T n rises) as rose. destruct (before rose) as [u_small u_fall]. sizes T.
  rates T (S n). pose proof (signal_derivative_nonneg T n lead rose) as small_eps.
  destruct (derivatives_nonneg T (S n)) as [eps_nonneg _].
  destruct (u_v_nonneg T (S n)) as [u_nonneg _]. pose proof (falls_less T n rose). pose proof (A_falls T (S n)). pose proof (p_falls T n).
  pose proof (p_drop T (S n)) as drop. rewrite (u_step T (S n)), (a_step T (S n)).
  assert (slope : p T (S n) * (1 - p T (S n)) * A_C T (S n) <= p T (S n) * (1 - p T (S n)) * 1).
  { apply Rmult_le_compat_l; [apply Rmult_le_pos |]; lra. }
  split.
  - assert (h T * (p T (S n) * (1 - p T (S n)) * A_C T (S n)) <= h T * (p T (S n) * (1 - p T (S n)) * 1))
      by (apply Rmult_le_compat_l; lra).
    assert ((1 - p T n) * a T (S n) <= (1 - p T (S n)) * a T (S n)) by (apply Rmult_le_compat_r; [apply a_nonneg | lra]). lra.
  - assert (u T (S n) * i T (S n) <= u T (S n) * i T n) by (apply Rmult_le_compat_l; lra).
    assert (p T (S n) * (1 - p T (S n)) * A_C T (S n) * i T (S n) <= p T (S n) * (1 - p T (S n)) * 1 * i T (S n))
      by (apply Rmult_le_compat_r; lra).
    assert (h T * (p T (S n) * (1 - p T (S n)) * A_C T (S n) * i T (S n)) <= h T * (4 / 3 * (p T (S n) - p T (S (S n)))))
      by (apply Rmult_le_compat_l; lra).
    lra.
Qed.

(** The difference of the arguments, up to 4/3. *)
Definition m (T : run) (n : nat) : R := Rmin (B T n - A T n) (4 / 3).

Lemma m_between (T : run) (n : nat) : 0 <= m T n /\ m T n <= 4 / 3 /\ m T n <= B T n - A T n.
Proof.
  pose proof (B_above_A T n). unfold m. pose proof (Rmin_l (B T n - A T n) (4 / 3)). pose proof (Rmin_r (B T n - A T n) (4 / 3)).
  repeat split; [apply Rmin_glb; lra | lra | lra].
Qed.

Lemma u_times_rise (T : run) (n : nat) (w : R) :
  fresh T n -> 0 <= w -> w <= i T n -> w <= i T n + j T n -> u T (S n) * w <= h T * ((1 - p T (S n)) * m T (S n)).
Proof.
  intros fresh_n w_nonneg w_i w_rise. destruct (fresh_n ltac:(lra)) as [u_small u_fall]. sizes T.
  destruct (u_v_nonneg T (S n)) as [u_nonneg _]. pose proof (rise_by_progress T n ltac:(lra)) as slope. pose proof (p_falls T n).
  pose proof (step_short T n) as [dx short]. pose proof (a_nonneg T (S n)) as a_pos. pose proof (b_above_a T (S n)) as a_b.
  rates T n. rates T (S n). pose proof (sigma_below (A T 0%nat)) as p_0. fold (p T 0%nat) in p_0.
  assert (by_difference : u T (S n) * w <= h T * ((1 - p T (S n)) * (B T (S n) - A T (S n)))).
  { assert (u T (S n) * w <= (1 - p T (S n)) * (x T (S n) / 2) * (i T n + j T n)).
    { apply Rmult_le_compat; try lra. assert ((1 - p T n) * a T (S n) <= (1 - p T (S n)) * (x T (S n) / 2)); [| lra].
      apply Rmult_le_compat; unfold x; lra. }
    assert ((1 - p T (S n)) * (x T (S n) * (i T n + j T n)) <= (1 - p T (S n)) * ((B T (S n) - A T (S n)) * (2 * h T))); [| lra].
    apply Rmult_le_compat_l; [lra |]. rewrite x_next, <- step_is in *. rewrite A_next, B_next in *. pose proof (B_above_A T n) as order.
    assert ((B T n + j T n - (A T n - i T n)) * (i T n - j T n) <= (B T n + j T n - (A T n - i T n)) * (2 * h T)); [| lra].
    apply Rmult_le_compat_l; [lra |]. assert (h T * q T n <= h T * 1) by (apply Rmult_le_compat_l; lra). lra. }
  assert (by_fall : u T (S n) * w <= h T * ((1 - p T (S n)) * (4 / 3))).
  { assert (u T (S n) * w <= u T (S n) * i T n) by (apply Rmult_le_compat_l; lra).
    assert (h T * (p T 0%nat - p T (S n)) <= h T * (1 - p T (S n))) by (apply Rmult_le_compat_l; lra). lra. }
  unfold m. apply Rmin_case; assumption.
Qed.

Lemma lag_of_v (T : run) (n : nat) : 0 <= U T n -> p T n * v T (S n) <= q T n * u T (S n).
Proof.
  intros lead. rates T n. unfold U in lead. apply (Rmult_le_compat_l (p T n)) in lead; [| lra]. rewrite Rmult_0_r in lead.
  replace (p T n * (q T n * u T (S n) / p T n - v T (S n))) with (q T n * u T (S n) - p T n * v T (S n)) in lead by (field; lra). lra.
Qed.
