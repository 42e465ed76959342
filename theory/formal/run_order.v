(** * The order of the two numbers along a run of short steps, and bounds by the progress

    No statement of the paper is proved here; early_stopping_every_start.v uses these lemmas. *)

Require Import Reals Lra Lia.
From Formal Require Import lemma_3_1 growth exponentials sigmoid_steps moving_run.
Open Scope R_scope.

(** Half the difference of B and A rises by (i + j)/2. Once it falls it goes on falling. *)
Lemma difference_keeps_falling (T : run) (n : nat) : i T n + j T n < 0 -> i T (S n) + j T (S n) < 0.
Proof.
  intros falls. sizes T. rates T n. rates T (S n). pose proof (step_short T n) as [some_dx dx_short]. pose proof (h_short T).
  set (g := (i T n - j T n) / 2). set (r := - (i T n + j T n) / 2). assert (some_r : 0 < r) by (unfold r; lra).
  set (p' := sigma (A T n - g)). set (q' := sigma (B T n - g)).
  assert (p_next : p T (S n) <= p' + r / 4).
  { unfold p, p'. rewrite A_next. pose proof (sigma_slope (A T n - g) (A T n - i T n) ltac:(unfold g; lra)). unfold g, r in *. lra. }
  assert (q_next : q' - r / 4 <= q T (S n)).
  { unfold q, q'. rewrite B_next. pose proof (sigma_slope (B T n + j T n) (B T n - g) ltac:(unfold g; lra)). unfold g, r in *. lra. }
  pose proof (larger_share_lost (A T n) (B T n) g g (B_above_A T n) ltac:(unfold g; lra) ltac:(lra)) as shares.
  fold p' q' (p T n) (q T n) in shares.
  pose proof (sigma_keeps (B T n) g ltac:(unfold g; lra)) as kept. fold q' (q T n) in kept.
  assert (g_small : 1 / 2 * q T n <= q').
  { apply Rle_trans with (2 := kept). apply Rmult_le_compat_r; [lra |]. pose proof (exp_ineq1_le (- g)).
    assert (h T * q T n <= 1 / 4 * 1) by (apply Rmult_le_compat; lra). unfold g in *. lra. }
  set (K := 2 * k T + 1) in *. set (L := 2 * l T + 1) in *.
  assert (now : i T n + j T n = h T * (K * p T n - L * q T n)) by (unfold i, j, K, L; ring).
  assert (next : i T (S n) + j T (S n) = h T * (K * p T (S n) - L * q T (S n))) by (unfold i, j, K, L; ring).
  assert (e_neg : K * p T n - L * q T n < 0).
  { apply (Rmult_lt_reg_l (h T)); [lra |]. lra. }
  assert (moved : K * p' - L * q' <= 1 / 2 * (K * p T n - L * q T n)).
  { apply (Rmult_le_reg_r (q T n)); [lra |].
    assert (K * (p' * q T n) <= K * (q' * p T n)) by (apply Rmult_le_compat_l; unfold K; lra).
    assert ((q' - 1 / 2 * q T n) * (K * p T n - L * q T n) <= 0) by (assert (0 <= (q' - 1 / 2 * q T n) * (L * q T n - K * p T n))
      by (apply Rmult_le_pos; lra); lra).
    lra. }
  assert (K * p T (S n) - L * q T (S n) <= 1 / 2 * (K * p T n - L * q T n) + (K + L) * (r / 4)).
  { assert (K * p T (S n) <= K * (p' + r / 4)) by (apply Rmult_le_compat_l; unfold K; lra).
    assert (L * (q' - r / 4) <= L * q T (S n)) by (apply Rmult_le_compat_l; unfold L; lra). lra. }
  assert (h T * (K + L) <= 1 / 2) by (unfold K, L; lra).
  assert (h T * (K + L) * (r / 4) <= 1 / 2 * (r / 4)) by (apply Rmult_le_compat_r; lra).
  assert (h T * (K * p T (S n) - L * q T (S n)) <= h T * (1 / 2 * (K * p T n - L * q T n) + (K + L) * (r / 4)))
    by (apply Rmult_le_compat_l; lra).
  unfold r in *. lra.
Qed.

Lemma difference_rose (T : run) (n : nat) : 0 <= i T (S n) + j T (S n) -> 0 <= i T n + j T n.
Proof.
  intros rises. destruct (Rlt_or_le (i T n + j T n) 0) as [falls | done]; [| exact done].
  pose proof (difference_keeps_falling T n falls). lra.
Qed.

(** While the difference rises, p loses a larger share than q, and A falls ever less. *)
Lemma share_order (T : run) (n : nat) : 0 <= i T n + j T n -> p T (S n) * q T n <= q T (S n) * p T n.
Proof.
  intros rises. unfold p, q. rewrite A_next, B_next. replace (B T n + j T n) with (B T n - - j T n) by ring.
  apply larger_share_lost; [apply B_above_A | apply Rlt_le, A_falls | lra].
Qed.

Lemma falls_less (T : run) (n : nat) : 0 <= i T n + j T n -> i T (S n) <= i T n.
Proof.
  intros rises. sizes T. rates T n. rates T (S n). pose proof (share_order T n rises) as shares. pose proof (p_falls T n) as less.
  pose proof (A_falls T n) as falls. unfold i in falls.
  assert (positive : 0 <= (1 + k T) * p T n - l T * q T n).
  { destruct (Rlt_or_le ((1 + k T) * p T n - l T * q T n) 0) as [negative | done]; [| exact done].
    pose proof (Rmult_lt_compat_l (h T) _ _ ltac:(lra) negative). lra. }
  unfold i. apply Rmult_le_compat_l; [lra |]. apply (Rmult_le_reg_r (p T n)); [lra |].
  pose proof (Rmult_le_compat_l (l T) _ _ ltac:(lra) shares).
  pose proof (Rmult_le_pos _ _ positive (Rlt_le _ _ (Rlt_Rminus _ _ less))). lra.
Qed.

Lemma x_nonneg (T : run) (n : nat) : 0 <= x T n.
Proof.
  induction n as [| n IH]; [unfold x; rewrite a_0, b_0; lra |]. rewrite x_next, <- step_is. pose proof (step_short T n). lra.
Qed.

Lemma a_nonneg (T : run) (n : nat) : 0 <= a T n.
Proof.
  sizes T. induction n as [| n IH]; [rewrite a_0; lra |]. rewrite a_next. fold (A T n). fold (p T n). rates T n.
  assert (0 < h T * p T n) by (apply Rmult_lt_0_compat; lra). lra.
Qed.

Lemma b_above_a (T : run) (n : nat) : a T n <= b T n.
Proof.
  sizes T. induction n as [| n IH]; [rewrite a_0, b_0; lra |]. rewrite a_next, b_next. fold (A T n) (B T n). fold (p T n) (q T n).
  pose proof (q_above_p T n). assert (h T * p T n <= h T * q T n) by (apply Rmult_le_compat_l; lra). lra.
Qed.

Lemma rise_by_progress (T : run) (n : nat) : 0 <= i T n + j T n -> (i T n + j T n) * x T n <= (B T n - A T n) * (i T n - j T n).
Proof.
  induction n as [| n IH]; intros rises.
  - unfold x, A, B. rewrite a_0, b_0. lra.
  - pose proof (difference_rose T n rises) as before. specialize (IH before). pose proof (share_order T n before) as shares. sizes T.
    pose proof (step_short T n) as [some _]. pose proof (step_short T (S n)) as [some' _].
    rewrite A_next, B_next, x_next, <- step_is. set (t := (i T n - j T n)) in *. set (t' := i T (S n) - j T (S n)) in *.
    assert (slopes : (i T (S n) + j T (S n)) * t <= (i T n + j T n) * t').
    { assert (0 <= h T * h T * (2 * k T + 2 * l T + 2) * (q T (S n) * p T n - p T (S n) * q T n)).
      { apply Rmult_le_pos; [| lra]. repeat apply Rmult_le_pos; lra. }
      unfold t, t', i, j. lra. }
    pose proof (x_nonneg T n) as nonneg.
    assert (first : (i T (S n) + j T (S n)) * t * (x T n + t) <= (i T n + j T n) * t' * (x T n + t)) by (apply Rmult_le_compat_r; lra).
    assert (second : (i T n + j T n) * x T n * t' <= (B T n - A T n) * t * t') by (apply Rmult_le_compat_r; lra).
    apply (Rmult_le_reg_r t); [exact some |]. lra.
Qed.

Lemma rates_sum (T : run) (n : nat) : 1 - x T n / 4 <= p T n + q T n.
Proof.
  pose proof (arguments_sum T n) as sum. pose proof (radius T) as nonneg. pose proof (sigma_opp (A T n)) as opposite.
  fold (p T n) in opposite.
  destruct (Rle_or_lt (- A T n) (B T n)) as [order | order].
  - pose proof (sigma_le _ _ order). fold (q T n) in *. pose proof (x_nonneg T n). lra.
  - pose proof (sigma_slope _ _ (Rlt_le _ _ order)). fold (q T n) in *. lra.
Qed.

Lemma x_C_next_below (T : run) (n : nat) : x_C T (S n) <= x_C T n + h T * ((2 - x_C T n) / 4).
Proof.
  sizes T. rewrite x_C_next. destruct (derivatives_nonneg T n). pose proof (derivatives_sum T n). pose proof (quarter (p T n)).
  pose proof (quarter (q T n)).
  apply Rplus_le_compat_l, Rmult_le_compat_l; [lra |].
  assert (p T n * (1 - p T n) * A_C T n <= 1 / 4 * A_C T n) by (apply Rmult_le_compat_r; lra).
  assert (q T n * (1 - q T n) * B_C T n <= 1 / 4 * B_C T n) by (apply Rmult_le_compat_r; lra). lra.
Qed.

Lemma x_C_below (T : run) (n : nat) : x_C T n <= x T n / 2.
Proof.
  sizes T. pose proof (h_short T). induction n as [| n IH]; [unfold x_C, x; rewrite a_0, b_0, u_0, v_0; lra |].
  pose proof (x_C_next_below T n). rewrite x_next. pose proof (rates_sum T n) as sum.
  assert (h T * (1 - x T n / 4) <= h T * (p T n + q T n)) by (apply Rmult_le_compat_l; lra).
  assert (x_C T n * (1 - h T / 4) <= x T n / 2 * (1 - h T / 4)) by (apply Rmult_le_compat_r; lra). lra.
Qed.
