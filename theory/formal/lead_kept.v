(** * The second-order error of a step is smaller than the gain of the step

    No statement of the paper is proved here; early_stopping_every_start.v uses the last lemma. *)

Require Import Reals Lra Lia.
From Formal Require Import lemma_3_1 growth exponentials sigmoid_steps step_errors moving_run run_order lead_of_radius.
Open Scope R_scope.

(** The first part of the error has a factor z t (1/2 - z (1 - t)) with z = 1 - p. Two bounds of it: for all p, and for p and q of at most
    11/20. *)
Lemma larger_fall (z t s c : R) :
  0 <= z <= 1 -> 0 <= t <= s -> 0 <= c -> z * s * (1 / 2 - z * (1 - s)) <= c -> z * t * (1 / 2 - z * (1 - t)) <= c.
Proof.
  intros [] [] nonneg bound. assert (0 <= z * t) by (apply Rmult_le_pos; lra).
  destruct (Rle_or_lt (1 / 2 - z * (1 - t)) 0) as [none | some].
  - assert (0 <= z * t * - (1 / 2 - z * (1 - t))) by (apply Rmult_le_pos; lra). lra.
  - apply Rle_trans with (2 := bound). assert (z * t <= z * s) by (apply Rmult_le_compat_l; lra). apply Rmult_le_compat; lra.
Qed.

Lemma first_bound (p0 p q0 t : R) :
  0 < p -> p <= p0 -> p0 < 1 -> 15 / 16 * p0 <= p -> q0 <= 1 -> 0 <= t <= (p0 + q0) / 4 ->
  (1 - p) * t * (1 / 2 - (1 - p) * (1 - t)) <= (3 / 10 - p / 8) * (p0 * (p * (1 - p / 2))).
Proof.
  intros positive order p0_below kept q0_below within. assert (some : 0 <= p * (1 - p / 2)) by (apply Rmult_le_pos; lra).
  apply (larger_fall (1 - p) t (1 / 4 + 4 / 15 * p)); [lra | lra | repeat apply Rmult_le_pos; lra |].
  apply Rle_trans with ((3 / 10 - p / 8) * (p * (p * (1 - p / 2)))).
  - assert (0 <= p * (p * p)) by (repeat apply Rmult_le_pos; lra). assert (p * p <= 1) by nra.
    assert (p * p * (p * p) <= p * p * 1) by (apply Rmult_le_compat_l; nra). pose proof (pow2_ge_0 (p - 11 / 24)). simpl in *. lra.
  - apply Rmult_le_compat_l; [lra |]. apply Rmult_le_compat_r; lra.
Qed.

Lemma middle_bound (p0 p q0 t : R) :
  0 < p -> p <= p0 -> p <= 11 / 20 -> 15 / 16 * p0 <= p -> q0 <= 16 / 15 * (11 / 20) -> 0 <= t <= (p0 + q0) / 4 ->
  (1 - p) * t * (1 / 2 - (1 - p) * (1 - t)) <= 3 / 25 * (p0 * (p * (1 - p / 2))).
Proof.
  intros positive order p_small kept q0_small within. assert (some : 0 <= p * (1 - p / 2)) by (apply Rmult_le_pos; lra).
  apply (larger_fall (1 - p) t (11 / 75 + 4 / 15 * p)); [lra | lra | repeat apply Rmult_le_pos; lra |].
  apply Rle_trans with (3 / 25 * (p * (p * (1 - p / 2)))).
  - assert (0 <= p * (p * p) * (11 / 20 - p)) by (repeat apply Rmult_le_pos; lra).
    pose proof (Rmult_le_pos p _ ltac:(lra) (pow2_ge_0 (p - 1 / 2))). pose proof (pow2_ge_0 (p - 5 / 9)). simpl in *. lra.
  - apply Rmult_le_compat_l; [lra |]. apply Rmult_le_compat_r; lra.
Qed.

Lemma D_is_gap (T : run) (n : nat) : sigma (B T n) - sigma (A T n) = D T n.
Proof. reflexivity. Qed.

Lemma first_part_small (T : run) (n : nat) (w t c : R) :
  0 <= U T n -> fresh T n -> 0 <= w -> w <= i T n -> w <= i T n + j T n -> 0 <= c ->
  let z := 1 - p T (S n) in
  z * t * (1 / 2 - z * (1 - t)) <= c * (p T n * (p T (S n) * (1 - p T (S n) / 2))) ->
  v T (S n) * (z * w * t * (1 / 2 - z * (1 - t))) <= c * (h T * q T n * D T (S n)).
Proof.
  intros lead fresh_n w_nonneg w_i w_rise c_nonneg z bound. sizes T. rates T n. rates T (S n). pose proof (lag_of_v T n lead) as lag.
  pose proof (u_times_rise T n w fresh_n w_nonneg w_i w_rise) as rise. destruct (m_between T (S n)) as (m_low & m_high & m_gap).
  pose proof (gap_at_least (A T (S n)) (B T (S n)) (m T (S n)) m_low m_high m_gap) as gap. rewrite D_is_gap in gap.
  fold (p T (S n)) in gap. fold z in rise, gap. destruct (u_v_nonneg T (S n)) as [_ v_nonneg]. pose proof (D_nonneg T (S n)).
  set (Y := p T (S n) * (1 - p T (S n) / 2)) in *. assert (Y_pos : 0 < Y) by (apply Rmult_lt_0_compat; lra).
  set (G := z * t * (1 / 2 - z * (1 - t))) in *.
  replace (z * w * t * (1 / 2 - z * (1 - t))) with (w * G) by (unfold G; ring). clearbody G Y.
  assert (hqD : 0 <= h T * q T n * D T (S n)) by (repeat apply Rmult_le_pos; lra). destruct (Rle_or_lt G 0) as [none | some].
  - assert (0 <= v T (S n) * (w * - G)) by (repeat apply Rmult_le_pos; lra).
    assert (0 <= c * (h T * q T n * D T (S n))) by (now apply Rmult_le_pos). lra.
  - assert (pY : 0 < p T n * Y) by (apply Rmult_lt_0_compat; lra). apply (Rmult_le_reg_l (p T n * Y)); [exact pY |].
    assert (first : p T n * v T (S n) * (w * G * Y) <= q T n * u T (S n) * (w * G * Y)).
    { apply Rmult_le_compat_r; [repeat apply Rmult_le_pos |]; lra. }
    assert (second : q T n * G * Y * (u T (S n) * w) <= q T n * G * Y * (h T * (z * m T (S n)))).
    { apply Rmult_le_compat_l; [repeat apply Rmult_le_pos |]; lra. }
    assert (third : q T n * G * h T * (z * m T (S n) * Y) <= q T n * G * h T * D T (S n)).
    { apply Rmult_le_compat_l; [repeat apply Rmult_le_pos |]; lra. }
    assert (fourth : h T * q T n * D T (S n) * G <= h T * q T n * D T (S n) * (c * (p T n * Y))) by (apply Rmult_le_compat_l; lra). lra.
Qed.

Lemma v_times_step (T : run) (n : nat) : 0 <= U T n -> v T (S n) * (i T n - j T n) <= 2 * (h T * q T n).
Proof.
  intros lead. sizes T. rates T n. pose proof (lag_of_v T n lead) as lag. pose proof (x_C_below_2 T (S n)) as few. unfold x_C in few.
  rewrite step_is. assert (q T n * (u T (S n) + v T (S n)) <= q T n * 2) by (apply Rmult_le_compat_l; lra).
  assert (h T * (p T n * v T (S n) + q T n * v T (S n)) <= h T * (q T n * 2)) by (apply Rmult_le_compat_l; lra). lra.
Qed.

Lemma second_part_small (T : run) (n : nat) (J X c : R) :
  0 <= U T n -> 0 <= J -> J <= (i T n - j T n) / 2 -> 0 <= c -> X <= c ->
  v T (S n) * (D T (S n) * (J ^ 2 * X)) <= c / 4 * (h T * q T n * D T (S n)).
Proof.
  intros lead J_nonneg J_small c_nonneg X_small. sizes T. rates T n. pose proof (D_nonneg T (S n)) as D_pos. pose proof (h_short T).
  destruct (u_v_nonneg T (S n)) as [_ v_nonneg]. pose proof (v_times_step T n lead) as few. pose proof (step_short T n) as [_ short].
  assert (h T * q T n <= 1 / 4 * 1) by (apply Rmult_le_compat; lra).
  assert (v_J : v T (S n) * J <= v T (S n) * ((i T n - j T n) / 2)) by (apply Rmult_le_compat_l; lra).
  assert (0 <= v T (S n) * J) by (apply Rmult_le_pos; lra).
  assert (v T (S n) * J * J <= h T * q T n * (1 / 4)) by (apply Rmult_le_compat; lra).
  assert (0 <= D T (S n) * (v T (S n) * J * J)) by (repeat apply Rmult_le_pos; lra).
  assert (D T (S n) * (v T (S n) * J * J) * X <= D T (S n) * (v T (S n) * J * J) * c) by (apply Rmult_le_compat_l; lra).
  assert (D T (S n) * c * (v T (S n) * J * J) <= D T (S n) * c * (h T * q T n * (1 / 4)))
    by (apply Rmult_le_compat_l; [apply Rmult_le_pos |]; lra).
  simpl. lra.
Qed.

(** Early in the run q is near 1/2, and the gain of a step has to be larger (radius_gains.v): hence the last part. *)
Definition error_small (T : run) (n : nat) : Prop :=
  v T (S n) * err T n <= 3 / 10 * (h T * q T n * D T (S n)) /\ err T n <= q T n / 10
  /\ (7 / 16 <= q T (S n) <= 11 / 20 -> v T (S n) * err T n <= 3 / 25 * (h T * q T n * D T (S n))).

Lemma square_part_small (T : run) (n : nat) (J X : R) :
  0 <= J -> J <= (i T n - j T n) / 2 -> X <= 1 / 2 -> D T (S n) * (J ^ 2 * X) <= q T n / 32.
Proof.
  intros J_nonneg J_small X_small. sizes T. rates T n. rates T (S n). pose proof (D_nonneg T (S n)) as D_pos. pose proof (h_short T).
  pose proof (step_short T n) as [_ short]. assert (h T * q T n <= 1 / 4 * q T n) by (apply Rmult_le_compat_r; lra).
  assert (D_1 : D T (S n) <= 1) by (unfold D; lra). assert (square : J * J <= q T n / 4 * (1 / 4)) by (apply Rmult_le_compat; lra).
  assert (D T (S n) * (J * J) <= 1 * (q T n / 4 * (1 / 4))) by (apply Rmult_le_compat; nra).
  assert (0 <= D T (S n) * (J * J)) by (repeat apply Rmult_le_pos; lra).
  assert (D T (S n) * (J * J) * X <= D T (S n) * (J * J) * (1 / 2)) by (apply Rmult_le_compat_l; lra). simpl. lra.
Qed.

(** Where the difference of the arguments did not fall. *)
Lemma error_small_before (T : run) (n : nat) (w t J : R) :
  0 <= U T n -> fresh T n -> 0 <= w -> w <= i T n -> w <= i T n + j T n -> 0 <= t <= (p T n + q T n) / 4 ->
  0 <= J -> J <= (i T n - j T n) / 2 ->
  let z := 1 - p T (S n) in let y := 1 - q T (S n) in
  err T n <= z * w * t * (1 / 2 - z * (1 - t)) + D T (S n) * (J ^ 2 * (1 / 2 - (z + y) * (1 - J))) -> error_small T n.
Proof.
  intros lead fresh_n w_nonneg w_i w_rise t_within J_nonneg J_small z y bound. sizes T. rates T n. rates T (S n).
  destruct (rates_kept T n) as [p_kept q_kept]. destruct (falls_short T n) as [i_short _]. pose proof (h_short T).
  pose proof (p_falls T n). pose proof (q_above_p T n). pose proof (q_above_p T (S n)). pose proof (step_short T n) as [_ short].
  destruct (u_v_nonneg T (S n)) as [_ v_nonneg]. assert (h T * q T n <= 1 / 4 * 1) by (apply Rmult_le_compat; lra).
  assert (zy : (z + y) * (3 / 4) <= (z + y) * (1 - J)) by (apply Rmult_le_compat_l; unfold z, y; lra).
  set (f := z * w * t * (1 / 2 - z * (1 - t))) in *. set (X := 1 / 2 - (z + y) * (1 - J)) in *.
  assert (v_bound : v T (S n) * err T n <= v T (S n) * f + v T (S n) * (D T (S n) * (J ^ 2 * X))).
  { rewrite <- Rmult_plus_distr_l. apply Rmult_le_compat_l; lra. }
  split; [| split].
  - pose proof (first_bound (p T n) (p T (S n)) (q T n) t ltac:(lra) ltac:(lra) ltac:(lra) p_kept ltac:(lra) t_within) as small.
    pose proof (first_part_small T n w t (3 / 10 - p T (S n) / 8) lead fresh_n w_nonneg w_i w_rise ltac:(lra) small) as first.
    fold z f in first.
    pose proof (second_part_small T n J X (p T (S n) / 2) lead J_nonneg J_small ltac:(lra) ltac:(unfold X, z, y in *; lra)). lra.
  - pose proof (square_part_small T n J X J_nonneg J_small ltac:(unfold X, z, y in *; lra)).
    assert (w_t : 0 <= w * t <= q T n / 4 * (1 / 2)) by (split; [apply Rmult_le_pos | apply Rmult_le_compat]; lra).
    assert (slope : z * (1 / 2 - z * (1 - t)) <= 1 / 8).
    { assert (z * (z * t) <= z * (z * (1 / 2))) by (repeat apply Rmult_le_compat_l; unfold z; lra). pose proof (quarter z). lra. }
    assert (w * t * (z * (1 / 2 - z * (1 - t))) <= w * t * (1 / 8)) by (apply Rmult_le_compat_l; lra). unfold f in *. lra.
  - intros [_ q_small].
    pose proof (middle_bound (p T n) (p T (S n)) (q T n) t ltac:(lra) ltac:(lra) ltac:(lra) p_kept ltac:(lra) t_within) as small.
    pose proof (first_part_small T n w t (3 / 25) lead fresh_n w_nonneg w_i w_rise ltac:(lra) small) as first. fold z f in first.
    pose proof (second_part_small T n J X 0 lead J_nonneg J_small ltac:(lra) ltac:(unfold X, z, y in *; lra)). lra.
Qed.

(** Where it fell. *)
Lemma error_small_after (T : run) (n : nat) : 0 <= U T n -> i T n + j T n < 0 -> error_small T n.
Proof.
  intros lead falls. sizes T. rates T n. rates T (S n). destruct (rates_kept T n) as [_ q_kept]. pose proof (A_falls T n).
  pose proof (q_above_p T (S n)). pose proof (step_short T n) as [_ short]. pose proof (h_short T).
  pose proof (D_nonneg T (S n)) as D_pos. destruct (u_v_nonneg T (S n)) as [_ v_nonneg].
  pose proof (difference_falls_slowly T n) as slow. pose proof (D_kept T n falls) as kept.
  assert (hq : h T * q T n <= 1 / 4 * q T n) by (apply Rmult_le_compat_r; lra). pose proof (v_times_step T n lead) as few.
  set (z := 1 - p T (S n)) in *. set (y := 1 - q T (S n)) in *. set (t := i T n - j T n) in *.
  set (X := 1 / 2 - (z + y) * (1 - i T n)). assert (D_1 : D T (S n) <= 1) by (unfold D; lra).
  assert (zy : (z + y) * (3 / 4) <= (z + y) * (1 - i T n)) by (apply Rmult_le_compat_l; unfold z, y, t in *; lra).
  assert (X_half : X <= 1 / 2) by (unfold X, z, y in *; lra). assert (i_small : i T n <= t / 2) by (unfold t; lra).
  assert (y_t : y * t <= y * (8 / 15 * q T (S n))) by (apply Rmult_le_compat_l; unfold y; lra). pose proof (pow2_ge_0 y) as y_square.
  assert (bounds : forall c, 0 <= c -> y * (y - 1 / 2 + t / 4) <= c * (1 - y * t) ->
    err T n <= c * ((- j T n - i T n) * t) + D T (S n) * (i T n ^ 2 * X)
    /\ v T (S n) * (c * ((- j T n - i T n) * t)) <= 3 / 5 * c * (h T * q T n * D T (S n))).
  { intros c c_nonneg c_large. split.
    - pose proof (second_falls_more (A T (S n)) (B T (S n)) (i T n) (- j T n) c (B_above_A T (S n)) ltac:(lra) ltac:(lra)
        ltac:(unfold t in *; lra) c_nonneg) as bound. cbv zeta in bound. fold (p T (S n)) (q T (S n)) z y in bound.
      rewrite Ropp_involutive in bound. apply bound. exact c_large.
    - assert (c * (- j T n - i T n) * (v T (S n) * t) <= c * (3 / 10 * D T (S n)) * (2 * (h T * q T n))); [| lra].
      apply Rmult_le_compat; [apply Rmult_le_pos; lra | apply Rmult_le_pos; unfold t; lra | apply Rmult_le_compat_l; lra | exact few]. }
  destruct (bounds (1 / 2) ltac:(lra)) as [err_bound v_bound].
  { assert (0 <= y * q T (S n)) by (apply Rmult_le_pos; unfold y; lra). unfold y in *. lra. }
  assert (v_err : forall c, err T n <= c * ((- j T n - i T n) * t) + D T (S n) * (i T n ^ 2 * X) ->
    v T (S n) * err T n <= v T (S n) * (c * ((- j T n - i T n) * t)) + v T (S n) * (D T (S n) * (i T n ^ 2 * X))).
  { intros c bound. rewrite <- Rmult_plus_distr_l. apply Rmult_le_compat_l; lra. }
  assert (narrow : 7 / 16 <= q T (S n) ->
    v T (S n) * err T n <= 9 / 100 * (h T * q T n * D T (S n)) + v T (S n) * (D T (S n) * (i T n ^ 2 * X))).
  { intros large. destruct (bounds (3 / 20) ltac:(lra)) as [bound v_small].
    - assert (y * t <= y * (1 / 2)) by (apply Rmult_le_compat_l; unfold y, t in *; lra).
      assert (y * y <= 9 / 16 * y) by (apply Rmult_le_compat_r; unfold y; lra). unfold y in *. lra.
    - specialize (v_err _ bound). lra. }
  split; [| split].
  - destruct (Rle_or_lt (q T (S n)) (2 / 3)) as [small | large].
    + pose proof (second_part_small T n (i T n) X 0 lead ltac:(lra) i_small ltac:(lra) ltac:(unfold X, z, y in *; lra)).
      specialize (v_err _ err_bound). lra.
    + pose proof (second_part_small T n (i T n) X (1 / 2) lead ltac:(lra) i_small ltac:(lra) X_half). specialize (narrow ltac:(lra)).
      assert (0 <= h T * q T n * D T (S n)) by (repeat apply Rmult_le_pos; lra). lra.
  - pose proof (square_part_small T n (i T n) X ltac:(lra) i_small X_half).
    assert ((- j T n - i T n) * t <= 1 / 4 * (1 / 2 * q T n)) by (apply Rmult_le_compat; unfold t, D in *; lra). lra.
  - intros [large small].
    pose proof (second_part_small T n (i T n) X 0 lead ltac:(lra) i_small ltac:(lra) ltac:(unfold X, z, y in *; lra)).
    specialize (narrow large). assert (0 <= h T * q T n * D T (S n)) by (repeat apply Rmult_le_pos; lra). lra.
Qed.

Lemma error_is_small (T : run) (n : nat) : 0 <= U T n -> fresh T n -> error_small T n.
Proof.
  intros lead fresh_n. destruct (Rlt_or_le (i T n + j T n) 0) as [falls | rises]; [now apply error_small_after |].
  pose proof (A_falls T n) as i_pos. destruct (falls_short T n) as [i_short j_short]. rates T n. rates T (S n).
  pose proof (B_above_A T (S n)) as order. pose proof (step_short T n) as [step _]. destruct (Rlt_or_le 0 (j T n)) as [B_rises | B_falls].
  - pose proof (B_nonneg T n B_rises) as right. replace (B T n) with (B T (S n) - j T n) in right by (rewrite B_next; ring).
    pose proof (second_rises (A T (S n)) (B T (S n)) (i T n) (j T n) ltac:(lra) right ltac:(lra)) as bound.
    apply (error_small_before T n (i T n) (i T n) 0); try lra; try assumption.
    cbv zeta in *. fold (p T (S n)) in bound. unfold err. simpl. lra.
  - pose proof (both_fall (A T (S n)) (B T (S n)) (i T n) (- j T n) order ltac:(lra) ltac:(lra) ltac:(lra)) as bound.
    rewrite Ropp_involutive in bound. apply (error_small_before T n (i T n + j T n) (i T n - j T n) (- j T n)); try lra; try assumption.
    cbv zeta in *. fold (p T (S n)) (q T (S n)) in bound. replace (i T n - - j T n) with (i T n + j T n) in bound by ring.
    replace (i T n + - j T n) with (i T n - j T n) in bound by ring. exact bound.
Qed.

(** The lead after a step. *)
Lemma lead_after (T : run) (n : nat) :
  0 <= U T n -> fresh T n -> let kept := U T n * (1 - 7 / 20 * q T (S n)) in let gain := h T * D T (S n) in
  0 <= kept /\ 0 <= gain /\ kept + 7 / 10 * q T (S n) * gain <= U T (S n) /\ (7 / 16 <= q T (S n) -> kept + 77 / 200 * gain <= U T (S n)).
Proof.
  intros lead fresh_n kept gain. destruct (error_is_small T n lead fresh_n) as (v_error & error_bound & middle). sizes T. rates T n.
  rates T (S n). assert (gain_nonneg : 0 <= gain) by (apply Rmult_le_pos; [lra | apply D_nonneg]).
  assert (kept_nonneg : 0 <= kept) by (apply Rmult_le_pos; lra). split; [exact kept_nonneg | split; [exact gain_nonneg |]].
  set (q' := q T (S n)) in *. set (p' := p T (S n)) in *. set (e := err T n) in *.
  assert (share : e / q T n <= 1 / 10). { apply (Rmult_le_reg_r (q T n)); [lra |]. replace (e / q T n * q T n) with e by (field; lra).
  lra. }
  assert (carry : h T * q' * (l T * (2 - p' - q') + 1 - q') <= 1 / 4 * q').
  { assert (h T * (l T * (2 - p' - q') + 1 - q') <= h T * (l T * 2 + 1)).
    { apply Rmult_le_compat_l; [lra |]. assert (l T * (2 - p' - q') <= l T * 2) by (apply Rmult_le_compat_l; lra). lra. }
    assert (q' * (h T * (l T * (2 - p' - q') + 1 - q')) <= q' * (1 / 4)) by (apply Rmult_le_compat_l; lra). lra. }
  assert (q' * (e / q T n) <= q' * (1 / 10)) by (apply Rmult_le_compat_l; lra).
  assert (keeps : kept <= U T n * (1 - h T * q' * (l T * (2 - p' - q') + 1 - q') - q' * (e / q T n)))
    by (apply Rmult_le_compat_l; lra).
  assert (gains : forall c, v T (S n) * e <= c * (h T * q T n * D T (S n)) -> kept + (1 - c) * q' * gain <= U T (S n)).
  { intros c bound. assert (v_share : v T (S n) * e / q T n <= c * gain).
    { apply (Rmult_le_reg_r (q T n)); [lra |]. replace (v T (S n) * e / q T n * q T n) with (v T (S n) * e) by (field; lra).
      unfold gain. lra. }
    assert (v T (S n) * e / q T n * q' <= c * gain * q') by (apply Rmult_le_compat_r; lra).
    rewrite U_next. fold q' p' e. unfold gain in *. lra. }
  pose proof (gains _ v_error) as always. split; [lra |]. intros large. destruct (Rle_or_lt q' (11 / 20)) as [small | larger].
  - specialize (gains _ (middle (conj large small))). assert (7 / 16 * gain <= q' * gain) by (apply Rmult_le_compat_r; lra). lra.
  - assert (11 / 20 * gain <= q' * gain) by (apply Rmult_le_compat_r; lra). lra.
Qed.
