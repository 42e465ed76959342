(** * Where the signal is not lower than before, a larger radius moves the point (A_k^2, S_k^2) at least as steeply as the last step did

    No statement of the paper is proved here; early_stopping_every_start.v uses the last lemma. *)

Require Import Reals Lra Lia.
From Formal Require Import lemma_3_1 sigmoid_steps moving_run run_order lead_of_radius lead_kept.
Open Scope R_scope.

Lemma start_values (T : run) : p T 0%nat = q T 0%nat /\ 1 / 2 <= q T 0%nat.
Proof.
  unfold p, q, A, B. rewrite a_0, b_0. split; [f_equal; ring |]. rewrite <- sigma_0. apply sigma_le. pose proof (radius T). lra.
Qed.

Lemma leads (T : run) (n : nat) : 0 <= U T n /\ fresh T n.
Proof.
  induction n as [| n [lead fresh_n]].
  - split; [| apply fresh_start]. destruct (start_values T) as [same _]. rates T 0%nat. unfold U. rewrite u_next, v_next. cbv zeta.
    fold (A T 0%nat) (B T 0%nat). fold (p T 0%nat) (q T 0%nat). rewrite u_0, v_0, same. right. field. lra.
  - split; [| now apply fresh_next]. destruct (lead_after T n lead fresh_n) as (kept & gain & after & _). rates T (S n).
    assert (0 <= 7 / 10 * q T (S n) * (h T * D T (S n))) by (apply Rmult_le_pos; lra). lra.
Qed.

Lemma first_progress (T : run) : h T <= x T 1%nat <= 2 * h T /\ forall n, 15 / 8 * h T <= x T (S (S n)).
Proof.
  sizes T. pose proof (h_short T). destruct (start_values T) as [same half]. rates T 0%nat.
  assert (first : h T <= x T 1%nat <= 2 * h T).
  { rewrite x_next, same. unfold x. rewrite a_0, b_0. split.
    - assert (h T * 1 <= h T * (q T 0%nat + q T 0%nat)) by (apply Rmult_le_compat_l; lra). lra.
    - assert (h T * (q T 0%nat + q T 0%nat) <= h T * 2) by (apply Rmult_le_compat_l; lra). lra. }
  split; [exact first |]. induction n as [| n IH].
  - rewrite x_next. pose proof (rates_sum T 1%nat).
    assert (h T * (7 / 8) <= h T * (p T 1%nat + q T 1%nat)) by (apply Rmult_le_compat_l; lra). lra.
  - rewrite x_next, <- step_is. pose proof (step_short T (S (S n))). lra.
Qed.

(** From the third step on, first where the gain of the last step is enough. *)
Lemma gain_is_enough (T : run) (n : nat) :
  7 / 16 <= q T (S (S n)) -> h T * D T (S (S n)) * x_C T (S (S (S n))) <= 2 * U T (S (S n)) * x T (S (S n)).
Proof.
  intros large. sizes T. destruct (first_progress T) as [_ far]. specialize (far n). destruct (leads T (S n)) as [lead fresh_n].
  destruct (lead_after T (S n) lead fresh_n) as (kept & gain & _ & after). specialize (after large). set (K := S (S n)) in *.
  pose proof (x_C_next_below T K). pose proof (x_C_below T K). destruct (u_v_nonneg T K).
  assert (0 <= h T * x_C T K) by (apply Rmult_le_pos; unfold x_C; lra).
  assert (h T * D T K * x_C T (S K) <= h T * D T K * (77 / 100 * x T K)) by (apply Rmult_le_compat_l; lra).
  assert (77 / 200 * (h T * D T K) * x T K <= U T K * x T K) by (apply Rmult_le_compat_r; lra). lra.
Qed.

Lemma gains_by_progress (T : run) (n : nat) : h T * D T (S (S n)) * x_C T (S (S (S n))) <= 2 * U T (S (S n)) * x T (S (S n)).
Proof.
  sizes T. destruct (first_progress T) as [_ far]. induction n as [| n IH].
  - apply gain_is_enough. destruct (start_values T). destruct (rates_kept T 0%nat). destruct (rates_kept T 1%nat). lra.
  - set (P := S (S n)) in *. destruct (rates_kept T P) as [_ kept_q]. destruct (Rlt_or_le (B T P) 0) as [left | right].
    2: { apply gain_is_enough. fold P. assert (1 / 2 <= q T P) by (rewrite <- sigma_0; apply sigma_le; exact right). lra. }
    destruct (leads T P) as [lead fresh_n]. destruct (lead_after T P lead fresh_n) as (_ & hD & after & _).
    pose proof (far n) as far_n. specialize (far (S n)). fold P in far, far_n. rates T (S P). destruct (u_v_nonneg T (S P)).
    pose proof (x_C_below T (S P)) as half. pose proof (D_by_progress T P left) as slow.
    assert (kept : h T * D T (S P) * x_C T (S P) <= 2 * U T P * x T (S P)).
    { apply (Rmult_le_reg_r (x T P)); [lra |].
      assert (h T * x_C T (S P) * (D T (S P) * x T P) <= h T * x_C T (S P) * (D T P * x T (S P))).
      { apply Rmult_le_compat_l; [apply Rmult_le_pos; unfold x_C |]; lra. }
      assert (h T * D T P * x_C T (S P) * x T (S P) <= 2 * U T P * x T P * x T (S P)) by (apply Rmult_le_compat_r; lra). lra. }
    assert (next : x_C T (S (S P)) <= x_C T (S P) + 2 * h T * q T (S P)).
    { rewrite (x_C_next T (S P)). destruct (derivatives_nonneg T (S P)). pose proof (derivatives_sum T (S P)).
      pose proof (q_above_p T (S P)).
      assert (p T (S P) * (1 - p T (S P)) * A_C T (S P) <= q T (S P) * A_C T (S P)).
      { apply Rmult_le_compat_r; [lra |]. pose proof (pow2_ge_0 (p T (S P))). lra. }
      assert (q T (S P) * (1 - q T (S P)) * B_C T (S P) <= q T (S P) * B_C T (S P)).
      { apply Rmult_le_compat_r; [lra |]. pose proof (pow2_ge_0 (q T (S P))). lra. }
      assert (q T (S P) * (A_C T (S P) + B_C T (S P)) <= q T (S P) * 2) by (apply Rmult_le_compat_l; [| unfold x_C in *]; lra).
      assert (h T * (p T (S P) * (1 - p T (S P)) * A_C T (S P) + q T (S P) * (1 - q T (S P)) * B_C T (S P)) <= h T * (2 * q T (S P)))
        by (apply Rmult_le_compat_l; lra).
      lra. }
    assert (h T * D T (S P) * x_C T (S (S P)) <= h T * D T (S P) * (x_C T (S P) + 2 * h T * q T (S P)))
      by (apply Rmult_le_compat_l; lra).
    assert ((U T P * (1 - 7 / 20 * q T (S P)) + 7 / 10 * q T (S P) * (h T * D T (S P))) * x T (S P) <= U T (S P) * x T (S P))
      by (apply Rmult_le_compat_r; lra).
    assert (h T * D T (S P) * x_C T (S P) * (1 - 7 / 20 * q T (S P)) <= 2 * U T P * x T (S P) * (1 - 7 / 20 * q T (S P)))
      by (apply Rmult_le_compat_r; lra).
    assert (0 <= h T * D T (S P) * q T (S P)) by (apply Rmult_le_pos; lra).
    assert (h T * D T (S P) * q T (S P) * (7 / 20 * x_C T (S P) + 2 * h T) <= h T * D T (S P) * q T (S P) * (7 / 5 * x T (S P)))
      by (apply Rmult_le_compat_l; lra).
    lra.
Qed.

Lemma gains (T : run) (n : nat) : h T * D T (S n) * x_C T (S (S n)) <= U T (S n) * (x T (S (S n)) + x T (S n)).
Proof.
  sizes T. pose proof (step_short T (S n)) as [dx _].
  assert (more : x T (S n) <= x T (S (S n))) by (rewrite (x_next T (S n)), <- step_is; lra). destruct n as [| n].
  - destruct (leads T 0%nat) as [lead fresh_0]. destruct (lead_after T 0%nat lead fresh_0) as (kept & hD & _ & after).
    destruct (start_values T) as [_ half]. destruct (rates_kept T 0%nat) as [_ kept_q]. specialize (after ltac:(lra)).
    destruct (first_progress T) as [[first _] far]. specialize (far 0%nat).
    assert (small : x_C T 2%nat <= h T).
    { pose proof (x_C_next_below T 0%nat) as next. pose proof (x_C_next_below T 1%nat). destruct (u_v_nonneg T 1%nat).
      assert (none : x_C T 0%nat = 0) by (unfold x_C; rewrite u_0, v_0; ring). rewrite none in next.
      assert (0 <= h T * x_C T 1%nat) by (apply Rmult_le_pos; unfold x_C; lra). lra. }
    assert (h T * D T 1%nat * x_C T 2%nat <= h T * D T 1%nat * (77 / 200 * (x T 2%nat + x T 1%nat))) by (apply Rmult_le_compat_l; lra).
    assert (77 / 200 * (h T * D T 1%nat) * (x T 2%nat + x T 1%nat) <= U T 1%nat * (x T 2%nat + x T 1%nat))
      by (apply Rmult_le_compat_r; lra). lra.
  - pose proof (gains_by_progress T n). destruct (leads T (S (S n))) as [lead _].
    assert (U T (S (S n)) * (2 * x T (S (S n))) <= U T (S (S n)) * (x T (S (S (S n))) + x T (S (S n)))) by (apply Rmult_le_compat_l; lra).
    lra.
Qed.

Definition signal (T : run) (n : nat) : R := k T * a T n - l T * b T n.
Definition signal_C (T : run) (n : nat) : R := k T * u T n - l T * v T n.

Lemma radius_gains (T : run) (n : nat) :
  signal T (S n) <= signal T (S (S n)) -> 0 <= signal T (S (S n)) ->
  x_C T (S (S n)) * x T (S (S n)) * (signal T (S (S n)) ^ 2 - signal T (S n) ^ 2)
  <= signal_C T (S (S n)) * signal T (S (S n)) * (x T (S (S n)) ^ 2 - x T (S n) ^ 2).
Proof.
  intros rises nonneg. pose proof (gains T n) as gain. destruct (leads T (S n)) as [lead _]. sizes T. set (P := S n) in *. rates T P.
  pose proof (b_above_a T (S P)) as order. pose proof (q_above_p T P) as rates_order.
  destruct (u_v_nonneg T (S P)) as [u_nonneg v_nonneg].
  assert (some : 0 < p T P + q T P) by lra.
  assert (lead_is : p T P * U T P = q T P * u T (S P) - p T P * v T (S P)) by (unfold U; field; lra).
  set (r := k T * p T P - l T * q T P).
  assert (signal_next : signal T (S P) = signal T P + h T * r).
  { unfold signal, r, p, q, A, B. rewrite a_next, b_next. ring. }
  assert (r_nonneg : 0 <= r). { apply (Rmult_le_reg_l (h T)); lra. }
  assert (slope : (p T P + q T P) * signal_C T (S P) = r * x_C T (S P) + (k T + l T) * (p T P * U T P)).
  { rewrite lead_is. unfold signal_C, x_C, r. ring. }
  assert (x_is : x T (S P) = x T P + h T * (p T P + q T P)) by apply x_next.
  set (c := q T P * a T (S P) - p T P * b T (S P)).
  assert (cross : (p T P + q T P) * signal T (S P) - r * x T (S P) = (k T + l T) * c) by (unfold signal, x, r, c; ring).
  assert (key : h T * r * x_C T (S P) * c <= p T P * U T P * signal T (S P) * (x T (S P) + x T P)).
  { pose proof (x_nonneg T P). pose proof (x_nonneg T (S P)). destruct (Rle_or_lt c 0) as [behind | ahead].
    - assert (0 <= p T P * U T P * signal T (S P) * (x T (S P) + x T P)) by (repeat apply Rmult_le_pos; lra).
      assert (0 <= h T * r * x_C T (S P) * - c) by (repeat apply Rmult_le_pos; unfold x_C; lra). lra.
    - assert (ranks : r * c <= p T P * D T P * signal T (S P)).
      { assert (0 <= l T * (D T P * c)) by (unfold D; repeat apply Rmult_le_pos; lra).
        assert (0 <= r * (p T P * (b T (S P) - a T (S P)))) by (repeat apply Rmult_le_pos; lra).
        unfold D, signal, c, r in *. lra. }
      assert (h T * x_C T (S P) * (r * c) <= h T * x_C T (S P) * (p T P * D T P * signal T (S P))).
      { apply Rmult_le_compat_l; [apply Rmult_le_pos; unfold x_C |]; lra. }
      assert (p T P * signal T (S P) * (h T * D T P * x_C T (S P)) <= p T P * signal T (S P) * (U T P * (x T (S P) + x T P))).
      { apply Rmult_le_compat_l; [apply Rmult_le_pos |]; lra. }
      lra. }
  assert (goal : x_C T (S P) * x T (S P) * (h T * r * (signal T (S P) + signal T P)) <=
    signal_C T (S P) * signal T (S P) * (h T * (p T P + q T P) * (x T (S P) + x T P))).
  2: { replace (signal T (S P) ^ 2 - signal T P ^ 2) with (h T * r * (signal T (S P) + signal T P)) by (rewrite signal_next; ring).
       replace (x T (S P) ^ 2 - x T P ^ 2) with (h T * (p T P + q T P) * (x T (S P) + x T P)) by (rewrite x_is; ring). exact goal. }
  assert (before : signal T P = signal T (S P) - h T * r) by lra.
  assert (x_before : x T P = x T (S P) - h T * (p T P + q T P)) by lra.
  replace (signal_C T (S P) * signal T (S P) * (h T * (p T P + q T P) * (x T (S P) + x T P)))
    with (h T * signal T (S P) * (x T (S P) + x T P) * ((p T P + q T P) * signal_C T (S P))) by ring. rewrite slope.
  assert (h T * (k T + l T) * (h T * r * x_C T (S P) * c) <= h T * (k T + l T) * (p T P * U T P * signal T (S P) * (x T (S P) + x T P))).
  { apply Rmult_le_compat_l; [apply Rmult_le_pos |]; lra. }
  assert (same : h T * signal T (S P) * (x T (S P) + x T P) * (r * x_C T (S P)) - x_C T (S P) * x T (S P) * (h T * r * (signal T (S P) +
    signal T P))
    = - (h T * (h T * r * x_C T (S P) * ((p T P + q T P) * signal T (S P) - r * x T (S P))))).
  { rewrite before, x_before. ring. }
  rewrite cross in same. lra.
Qed.
