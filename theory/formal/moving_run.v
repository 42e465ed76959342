(** * A run of short gradient steps of the toy model, with its derivatives in the radius

    No statement of the paper is proved here; early_stopping_every_start.v uses these lemmas. *)

Require Import Reals Lra Lia.
From Formal Require Import lemma_3_1 growth exponentials sigmoid_steps.
Open Scope R_scope.

(** In units in which the noise has the squared norm 1: k and l are B^2 n_c and B^2 n_n, h is the step size over n, and C is at least 0.
    a and b are the progress on clean and on mislabelled points; u and v are their derivatives in C. *)
Record run : Type := {
  k : R; l : R; h : R; C : R;
  a : nat -> R; b : nat -> R; u : nat -> R; v : nat -> R;
  some_noisy : 0 < l; majority : l < k; some_step : 0 < h; short : h * (1 + k + l) <= 1 / 4; radius : 0 <= C;
  a_0 : a 0%nat = 0; b_0 : b 0%nat = 0; u_0 : u 0%nat = 0; v_0 : v 0%nat = 0;
  a_next : forall n, a (S n) = a n + h * sigma (C - (k * a n - l * b n) - a n);
  b_next : forall n, b (S n) = b n + h * sigma (C + (k * a n - l * b n) - b n);
  u_next : forall n, let p := sigma (C - (k * a n - l * b n) - a n) in
    u (S n) = u n + h * (p * (1 - p) * (1 - (k * u n - l * v n) - u n));
  v_next : forall n, let q := sigma (C + (k * a n - l * b n) - b n) in
    v (S n) = v n + h * (q * (1 - q) * (1 + (k * u n - l * v n) - v n)) }.

Definition A (T : run) (n : nat) : R := C T - (k T * a T n - l T * b T n) - a T n.
Definition B (T : run) (n : nat) : R := C T + (k T * a T n - l T * b T n) - b T n.
Definition p (T : run) (n : nat) : R := sigma (A T n).
Definition q (T : run) (n : nat) : R := sigma (B T n).
Definition x (T : run) (n : nat) : R := a T n + b T n.
Definition x_C (T : run) (n : nat) : R := u T n + v T n.
Definition A_C (T : run) (n : nat) : R := 1 - (k T * u T n - l T * v T n) - u T n.
Definition B_C (T : run) (n : nat) : R := 1 + (k T * u T n - l T * v T n) - v T n.

(** A falls by i and B rises by j in a step. *)
Definition i (T : run) (n : nat) : R := h T * ((1 + k T) * p T n - l T * q T n).
Definition j (T : run) (n : nat) : R := h T * (k T * p T n - (1 + l T) * q T n).

Ltac sizes T :=
  pose proof (some_noisy T); pose proof (majority T); pose proof (some_step T); pose proof (short T); pose proof (radius T);
  pose proof (Rmult_lt_0_compat _ _ (some_step T) (some_noisy T));
  pose proof (Rmult_lt_compat_l _ _ _ (some_step T) (majority T)).
Ltac rates T n :=
  pose proof (sigma_pos (A T n)); pose proof (sigma_below (A T n)); pose proof (sigma_pos (B T n)); pose proof (sigma_below (B T n));
  fold (p T n) (q T n) in *.

Lemma A_next (T : run) (n : nat) : A T (S n) = A T n - i T n.
Proof. unfold i, p, q, A, B. rewrite a_next, b_next. ring. Qed.

Lemma B_next (T : run) (n : nat) : B T (S n) = B T n + j T n.
Proof. unfold j, p, q, A, B. rewrite a_next, b_next. ring. Qed.

Lemma x_next (T : run) (n : nat) : x T (S n) = x T n + h T * (p T n + q T n).
Proof. unfold x, p, q, A, B. rewrite a_next, b_next. ring. Qed.

Lemma step_is (T : run) (n : nat) : i T n - j T n = h T * (p T n + q T n).
Proof. unfold i, j. ring. Qed.

Lemma arguments_sum (T : run) (n : nat) : A T n + B T n = 2 * C T - x T n.
Proof. unfold A, B, x. ring. Qed.

Lemma x_C_next (T : run) (n : nat) :
  x_C T (S n) = x_C T n + h T * (p T n * (1 - p T n) * A_C T n + q T n * (1 - q T n) * B_C T n).
Proof. unfold x_C, A_C, B_C, p, q, A, B. rewrite u_next, v_next. simpl. ring. Qed.

Lemma A_C_next (T : run) (n : nat) :
  A_C T (S n) = A_C T n - h T * ((1 + k T) * (p T n * (1 - p T n) * A_C T n) - l T * (q T n * (1 - q T n) * B_C T n)).
Proof. unfold A_C, B_C, p, q, A, B. rewrite u_next, v_next. simpl. ring. Qed.

Lemma B_C_next (T : run) (n : nat) :
  B_C T (S n) = B_C T n + h T * (k T * (p T n * (1 - p T n) * A_C T n) - (1 + l T) * (q T n * (1 - q T n) * B_C T n)).
Proof. unfold A_C, B_C, p, q, A, B. rewrite u_next, v_next. simpl. ring. Qed.

Lemma B_above_A (T : run) (n : nat) : A T n <= B T n.
Proof.
  sizes T. induction n as [| n IH]; [unfold A, B; rewrite a_0, b_0; lra |].
  rewrite A_next, B_next. rates T n. pose proof (sigma_slope _ _ IH) as slope. fold (p T n) (q T n) in slope.
  assert (p T n <= q T n) by (apply sigma_le; exact IH).
  assert (sum : i T n + j T n = h T * (2 * (k T - l T) * p T n) - h T * (1 + 2 * l T) * (q T n - p T n)) by (unfold i, j; ring).
  assert (0 <= h T * (2 * (k T - l T) * p T n)) by (repeat apply Rmult_le_pos; lra).
  assert (h T * (1 + 2 * l T) * (q T n - p T n) <= 1 / 4 * (q T n - p T n)) by (apply Rmult_le_compat_r; lra). lra.
Qed.

Lemma q_above_p (T : run) (n : nat) : p T n <= q T n.
Proof. apply sigma_le, B_above_A. Qed.

Lemma quarter (y : R) : y * (1 - y) <= 1 / 4.
Proof. pose proof (pow2_ge_0 (y - 1 / 2)). lra. Qed.

Lemma A_falls (T : run) (n : nat) : 0 < i T n.
Proof.
  sizes T. induction n as [| n IH].
  - unfold i, p, q, A, B. rewrite a_0, b_0. replace (C T - (k T * 0 - l T * 0) - 0) with (C T) by ring.
    replace (C T + (k T * 0 - l T * 0) - 0) with (C T) by ring. pose proof (sigma_pos (C T)). apply Rmult_lt_0_compat; [lra |]. nra.
  - rates T n. pose proof (step_is T n) as step. assert (0 < h T * (p T n + q T n)) by (apply Rmult_lt_0_compat; lra).
    assert (p_next : p T n - i T n / 4 <= p T (S n)).
    { unfold p. rewrite A_next. pose proof (sigma_slope (A T n - i T n) (A T n) ltac:(lra)). lra. }
    assert (q_next : q T (S n) <= q T n + i T n / 4).
    { unfold q. rewrite B_next. apply Rle_trans with (sigma (B T n + i T n)); [apply sigma_le; lra |].
      pose proof (sigma_slope (B T n) (B T n + i T n) ltac:(lra)). lra. }
    assert (h T * ((1 + k T) * (p T n - i T n / 4) - l T * (q T n + i T n / 4)) <= i T (S n)).
    { unfold i at 3. apply Rmult_le_compat_l; [lra |].
      assert ((1 + k T) * (p T n - i T n / 4) <= (1 + k T) * p T (S n)) by (apply Rmult_le_compat_l; lra).
      assert (l T * q T (S n) <= l T * (q T n + i T n / 4)) by (apply Rmult_le_compat_l; lra). lra. }
    assert (h T * (1 + k T + l T) * (i T n / 4) <= 1 / 4 * (i T n / 4)) by (apply Rmult_le_compat_r; lra).
    assert (h T * ((1 + k T) * p T n - l T * q T n) = i T n) by reflexivity. lra.
Qed.

Lemma p_falls (T : run) (n : nat) : p T (S n) < p T n.
Proof. apply sigma_increasing. rewrite A_next. pose proof (A_falls T n). lra. Qed.

Lemma derivatives_nonneg (T : run) (n : nat) : 0 <= A_C T n /\ 0 <= B_C T n.
Proof.
  sizes T. induction n as [| n [IH_A IH_B]]; [unfold A_C, B_C; rewrite u_0, v_0; lra |].
  rewrite A_C_next, B_C_next. rates T n. pose proof (quarter (p T n)) as pq. pose proof (quarter (q T n)) as qq.
  assert (0 <= p T n * (1 - p T n)) by (apply Rmult_le_pos; lra). assert (0 <= q T n * (1 - q T n)) by (apply Rmult_le_pos; lra).
  assert (A_part : 0 <= p T n * (1 - p T n) * A_C T n <= A_C T n / 4) by (split; [apply Rmult_le_pos; lra | nra]).
  assert (B_part : 0 <= q T n * (1 - q T n) * B_C T n <= B_C T n / 4) by (split; [apply Rmult_le_pos; lra | nra]).
  set (y := p T n * (1 - p T n) * A_C T n) in *. set (z := q T n * (1 - q T n) * B_C T n) in *.
  assert (0 <= h T * (l T * z)) by (repeat apply Rmult_le_pos; lra). assert (0 <= h T * (k T * y)) by (repeat apply Rmult_le_pos; lra).
  assert (h T * (1 + k T) * y <= 1 / 4 * y) by (apply Rmult_le_compat_r; lra).
  assert (h T * (1 + l T) * z <= 1 / 4 * z) by (apply Rmult_le_compat_r; lra). split; lra.
Qed.

Lemma u_v_nonneg (T : run) (n : nat) : 0 <= u T n /\ 0 <= v T n.
Proof.
  sizes T. induction n as [| n [IH_u IH_v]]; [rewrite u_0, v_0; lra |]. destruct (derivatives_nonneg T n) as [eps phi].
  rewrite u_next, v_next. simpl. rates T n. fold (A T n) (B T n). fold (p T n) (q T n). fold (A_C T n) (B_C T n).
  assert (0 <= h T * (p T n * (1 - p T n) * A_C T n)) by (repeat apply Rmult_le_pos; lra).
  assert (0 <= h T * (q T n * (1 - q T n) * B_C T n)) by (repeat apply Rmult_le_pos; lra). lra.
Qed.

Lemma derivatives_sum (T : run) (n : nat) : A_C T n + B_C T n = 2 - x_C T n.
Proof. unfold A_C, B_C, x_C. ring. Qed.

Lemma x_C_below_2 (T : run) (n : nat) : x_C T n <= 2.
Proof. pose proof (derivatives_sum T n). destruct (derivatives_nonneg T n). lra. Qed.

(** Once B falls it goes on falling; C is at least 0, so that B is at least 0 as long as it rises. *)
Lemma keeps_falling (T : run) (n : nat) : j T n <= 0 -> j T (S n) <= 0.
Proof.
  intros falls. sizes T. rates T n. rates T (S n). pose proof (p_falls T n).
  assert (q_next : q T n + j T n / 4 <= q T (S n)).
  { unfold q. rewrite B_next. pose proof (sigma_slope (B T n + j T n) (B T n) ltac:(lra)). lra. }
  assert (j T (S n) <= h T * (k T * p T n - (1 + l T) * (q T n + j T n / 4))).
  { unfold j at 1. apply Rmult_le_compat_l; [lra |]. assert (k T * p T (S n) <= k T * p T n) by (apply Rmult_le_compat_l; lra).
    assert ((1 + l T) * (q T n + j T n / 4) <= (1 + l T) * q T (S n)) by (apply Rmult_le_compat_l; lra). lra. }
  assert (h T * (k T * p T n - (1 + l T) * q T n) = j T n) by reflexivity.
  assert (h T * (1 + l T) * (- j T n / 4) <= 1 / 4 * (- j T n / 4)) by (apply Rmult_le_compat_r; lra). lra.
Qed.

Lemma B_nonneg (T : run) (n : nat) : 0 < j T n -> 0 <= B T n.
Proof.
  induction n as [| n IH]; intros rises; [unfold B; rewrite a_0, b_0; pose proof (radius T); lra |].
  rewrite B_next. destruct (Rlt_or_le 0 (j T n)) as [before | falls]; [pose proof (IH before); lra |].
  pose proof (keeps_falling T n falls). lra.
Qed.

Lemma falls_short (T : run) (n : nat) : i T n <= p T n / 4 /\ - j T n <= q T n / 4.
Proof.
  sizes T. rates T n. pose proof (q_above_p T n) as order. unfold i, j. split.
  - assert (h T * l T * p T n <= h T * l T * q T n) by (apply Rmult_le_compat_l; lra).
    assert (0 <= h T * l T * p T n) by (apply Rmult_le_pos; lra).
    assert (h T * (1 + k T) * p T n <= 1 / 4 * p T n) by (apply Rmult_le_compat_r; lra). lra.
  - assert (0 <= h T * k T * p T n) by (apply Rmult_le_pos; lra).
    assert (h T * (1 + l T) * q T n <= 1 / 4 * q T n) by (apply Rmult_le_compat_r; lra). lra.
Qed.

Lemma rates_kept (T : run) (n : nat) : 15 / 16 * p T n <= p T (S n) /\ 15 / 16 * q T n <= q T (S n).
Proof.
  destruct (falls_short T n) as [i_short j_short].
  pose proof (A_falls T n). rates T n. unfold p at 2, q at 2. rewrite A_next, B_next. split.
  - pose proof (sigma_slope (A T n - i T n) (A T n) ltac:(lra)). fold (p T n) in *. lra.
  - destruct (Rle_or_lt 0 (j T n)) as [rises | falls].
    + pose proof (sigma_le (B T n) (B T n + j T n) ltac:(lra)). fold (q T n) in *. lra.
    + pose proof (sigma_slope (B T n + j T n) (B T n) ltac:(lra)). fold (q T n) in *. lra.
Qed.

Lemma step_short (T : run) (n : nat) : 0 < i T n - j T n <= 2 * h T * q T n.
Proof.
  sizes T. rates T n. pose proof (q_above_p T n). rewrite step_is. split; [apply Rmult_lt_0_compat; lra |].
  replace (2 * h T * q T n) with (h T * (q T n + q T n)) by ring. apply Rmult_le_compat_l; lra.
Qed.

Lemma h_short (T : run) : h T <= 1 / 4.
Proof. sizes T. assert (0 <= h T * k T) by (apply Rmult_le_pos; lra). lra. Qed.
