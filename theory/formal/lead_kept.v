(** * The second-order error of a step is smaller than the gain of the step

    No statement of the paper is proved here; early_stopping_every_start.v uses the last lemma. *)

Require Import Reals Lra Lia.
From Formal Require Import lemma_3_1 growth exponentials sigmoid_steps step_errors moving_run run_order lead_of_radius.
Open Scope R_scope.

Definition error_small (T : run) (n : nat) : Prop :=
  v T (S n) * err T n <= 41 / 200 * h T * q T n * D T (S n) /\ err T n <= q T n / 20.

Lemma v_below_2 (T : run) (n : nat) : 0 <= v T n <= 2.
Proof. destruct (u_v_nonneg T n). pose proof (x_C_below_2 T n). unfold x_C in *. lra. Qed.

Lemma D_is_gap (T : run) (n : nat) : sigma (B T n) - sigma (A T n) = D T n.
Proof. reflexivity. Qed.

Lemma D_at_least (T : run) (n : nat) : 2 / 5 <= p T n -> 3 / 5 * (1 - p T n) * m T n <= D T n.
Proof. intros large. destruct (m_between T n) as [[] ]. apply gap_at_least; assumption. Qed.

(** The bound z y (i + j) (c X) on the error, where X is 0 for p < 2/5 and else p - 2/5. *)
Lemma first_part_small (T : run) (n : nat) (y : R) :
  0 <= U T n -> fresh T n -> 0 <= i T n + j T n -> 2 / 5 <= p T (S n) -> 0 <= y -> y <= 1 / 15 ->
  v T (S n) * ((1 - p T (S n)) * (i T n + j T n) * (y * (p T (S n) - 2 / 5))) <= 7 / 50 * h T * q T n * D T (S n).
Proof.
  intros lead fresh_n rises large y_nonneg y_small. sizes T. rates T n. rates T (S n). pose proof (lag_of_v T n lead) as lag.
  pose proof (u_times_rise T n fresh_n rises) as bound. pose proof (D_at_least T (S n) large) as gap. pose proof (p_falls T n).
  destruct (m_between T (S n)) as [[m_low m_high] _]. apply (Rmult_le_reg_l (p T n)); [lra |].
  set (z := 1 - p T (S n)) in *. set (w := y * (p T (S n) - 2 / 5)) in *.
  assert (w_high : 0 <= w <= 1 / 15 * (3 / 5 * p T (S n))).
  { unfold w. split; [apply Rmult_le_pos; lra | apply Rmult_le_compat; lra]. }
  assert (z_w : 0 <= z * w) by (apply Rmult_le_pos; unfold z; lra).
  assert (first : p T n * v T (S n) * ((i T n + j T n) * (z * w)) <= q T n * u T (S n) * ((i T n + j T n) * (z * w))).
  { apply Rmult_le_compat_r; [apply Rmult_le_pos |]; lra. }
  assert (second : u T (S n) * (i T n + j T n) * (q T n * (z * w)) <= 64 / 31 * h T * m T (S n) * (q T n * (z * w))).
  { apply Rmult_le_compat_r; [apply Rmult_le_pos |]; lra. }
  set (g := h T * q T n) in *. assert (g_pos : 0 < g) by (apply Rmult_lt_0_compat; lra).
  assert (third : 64 / 31 * (g * m T (S n) * z) * w <= 64 / 31 * (g * m T (S n) * z) * (1 / 15 * (3 / 5 * p T (S n)))).
  { apply Rmult_le_compat_l; [| lra]. apply Rmult_le_pos; [lra |]. repeat apply Rmult_le_pos; unfold z; lra. }
  assert (0 <= g * m T (S n) * z) by (repeat apply Rmult_le_pos; unfold z; lra).
  assert (fourth : g * m T (S n) * z * p T (S n) <= g * m T (S n) * z * p T n) by (apply Rmult_le_compat_l; lra).
  assert (fifth : g * p T n * (3 / 5 * z * m T (S n)) <= g * p T n * D T (S n)) by (apply Rmult_le_compat_l; [apply Rmult_le_pos |]; lra).
  assert (0 <= g * m T (S n) * z * p T n) by (apply Rmult_le_pos; lra). unfold g in *. lra.
Qed.

Lemma second_part_small (T : run) (n : nat) (J c : R) :
  0 <= J -> J <= c * (h T * q T n) -> 0 <= c -> c <= 2 -> D T (S n) * J ^ 2 / 2 <= c ^ 2 / 64 * h T * q T n * D T (S n).
Proof.
  intros J_nonneg J_small c_nonneg c_small. sizes T. rates T n. pose proof (D_nonneg T (S n)) as D_pos. pose proof (h_short T).
  assert (J * J <= c * (h T * q T n) * (c * (h T * q T n))) by (apply Rmult_le_compat; lra).
  assert (0 < h T * q T n) by (apply Rmult_lt_0_compat; lra).
  assert (h T * q T n <= 1 / 32 * 1) by (apply Rmult_le_compat; lra).
  assert (square : J ^ 2 / 2 <= c ^ 2 / 64 * h T * q T n).
  { assert (c * c * (h T * q T n) * (h T * q T n) <= c * c * (h T * q T n) * (1 / 32 * 1)).
    { apply Rmult_le_compat_l; [| lra]. repeat apply Rmult_le_pos; lra. } lra. }
  pose proof (Rmult_le_compat_l (D T (S n)) _ _ D_pos square). lra.
Qed.

Lemma error_is_small (T : run) (n : nat) : 0 <= U T n -> fresh T n -> error_small T n.
Proof.
  intros lead fresh_n. sizes T. rates T n. rates T (S n). pose proof (h_short T) as h_small.
  pose proof (step_short T n) as [dx_pos dx_short].
  assert (hq_small : h T * q T n <= 1 / 32 * 1) by (apply Rmult_le_compat; lra).
  assert (h_q : h T * q T n <= 1 / 32 * q T n) by (apply Rmult_le_compat_r; lra).
  assert (hq : 0 < h T * q T n) by (apply Rmult_lt_0_compat; lra). pose proof (A_falls T n) as i_pos. pose proof (i_small T n) as i_few.
  pose proof (v_below_2 T (S n)) as [v_low v_high]. pose proof (D_nonneg T (S n)) as D_pos. pose proof (B_above_A T (S n)) as order.
  assert (D_1 : D T (S n) <= 1) by (unfold D; lra).
  assert (hqD : 0 <= h T * q T n * D T (S n)) by (apply Rmult_le_pos; lra).
  assert (hqD_small : h T * q T n * D T (S n) <= h T * q T n * 1) by (apply Rmult_le_compat_l; lra).
  assert (v_times : forall y, 0 <= y -> v T (S n) * y <= 2 * y) by (intros; apply Rmult_le_compat_r; lra).
  unfold error_small, err. destruct (Rlt_or_le (i T n + j T n) 0) as [falls | rises].
  - pose proof (difference_falls_slowly T n) as slow. pose proof (D_kept T n falls) as kept.
    pose proof (second_falls_more (A T (S n)) (B T (S n)) (i T n) (- j T n) order ltac:(lra) ltac:(lra) ltac:(lra)) as bound.
    rewrite Ropp_involutive, D_is_gap in bound.
    pose proof (second_part_small T n (- j T n) 2 ltac:(lra) ltac:(lra) ltac:(lra) ltac:(lra)) as second.
    assert (first : (- j T n - i T n) * (11 / 20 * (i T n + - j T n)) <= 10 / 9 * D T (S n) / 32 * (11 / 20 * (2 * h T * q T n))).
    { apply Rmult_le_compat; lra. }
    assert (total : error (A T (S n)) (B T (S n)) (i T n) (j T n) <= 101 / 1000 * (h T * q T n * D T (S n))) by lra.
    split; [| lra]. pose proof (v_times (101 / 1000 * (h T * q T n * D T (S n))) ltac:(lra)).
    assert (v T (S n) * error (A T (S n)) (B T (S n)) (i T n) (j T n) <= v T (S n) * (101 / 1000 * (h T * q T n * D T (S n))))
      by (apply Rmult_le_compat_l; lra).
    lra.
  - destruct (Rlt_or_le 0 (j T n)) as [B_rises | B_falls].
    + pose proof (B_nonneg T n B_rises) as right. assert (half : 1 / 2 <= q T n) by (rewrite <- sigma_0; apply sigma_le; exact right).
      assert (right' : 0 <= B T (S n) - j T n) by (rewrite B_next; lra).
      destruct (Rlt_or_le (p T (S n)) (2 / 5)) as [little | large].
      * pose proof (second_rises (A T (S n)) (B T (S n)) (i T n) (j T n) 0 ltac:(lra) right' ltac:(lra) ltac:(lra) ltac:(lra)
          ltac:(fold (p T (S n)); lra)) as bound. rewrite !Rmult_0_r in bound. split; [| lra].
        assert (v T (S n) * error (A T (S n)) (B T (S n)) (i T n) (j T n) <= v T (S n) * 0) by (apply Rmult_le_compat_l; lra). lra.
      * pose proof (second_rises (A T (S n)) (B T (S n)) (i T n) (j T n) (p T (S n) - 2 / 5) ltac:(lra) right' ltac:(lra) ltac:(lra)
        ltac:(lra)
          ltac:(fold (p T (S n)); lra)) as bound. fold (p T (S n)) in bound.
        pose proof (first_part_small T n (32 / 31 * i T n) lead fresh_n rises large ltac:(lra) ltac:(lra)) as first.
        assert (i_square : 0 <= i T n * i T n <= 1 / 32 * (1 / 32)) by (split; [apply Rmult_le_pos | apply Rmult_le_compat]; lra).
        assert (X : 0 <= (1 - p T (S n)) * (p T (S n) - 2 / 5) <= 1 * 1) by (split; [apply Rmult_le_pos | apply Rmult_le_compat]; lra).
        assert (wide : (1 - p T (S n)) * (32 / 31 * i T n ^ 2 * (p T (S n) - 2 / 5))
          <= (1 - p T (S n)) * (i T n + j T n) * (32 / 31 * i T n * (p T (S n) - 2 / 5))).
        { assert (0 <= (1 - p T (S n)) * (p T (S n) - 2 / 5) * (j T n * i T n)) by (apply Rmult_le_pos; [lra | apply Rmult_le_pos; lra]).
          lra. }
        split.
        -- apply Rle_trans with (v T (S n) * ((1 - p T (S n)) * (i T n + j T n) * (32 / 31 * i T n * (p T (S n) - 2 / 5)))); [| lra].
           apply Rmult_le_compat_l; lra.
        -- assert ((1 - p T (S n)) * (p T (S n) - 2 / 5) * (i T n * i T n) <= 1 * 1 * (1 / 32 * (1 / 32)))
          by (apply Rmult_le_compat; lra). lra.
    + pose proof (second_part_small T n (- j T n) 1 ltac:(lra) ltac:(lra) ltac:(lra) ltac:(lra)) as second.
      pose proof (v_times (D T (S n) * (- j T n) ^ 2 / 2)) as v_second.
      assert (0 <= D T (S n) * (- j T n) ^ 2 / 2).
      { pose proof (Rmult_le_pos _ _ D_pos (pow2_ge_0 (- j T n))). lra. }
      destruct (Rlt_or_le (p T (S n)) (2 / 5)) as [little | large].
      * pose proof (both_fall (A T (S n)) (B T (S n)) (i T n) (- j T n) 0 order ltac:(lra) ltac:(lra) ltac:(lra) ltac:(lra)
          ltac:(fold (p T (S n)); lra)) as bound. rewrite Ropp_involutive, !Rmult_0_r, D_is_gap in bound. split; [| lra].
        assert (v T (S n) * error (A T (S n)) (B T (S n)) (i T n) (j T n) <= v T (S n) * (D T (S n) * (- j T n) ^ 2 / 2))
          by (apply Rmult_le_compat_l; lra).
        lra.
      * pose proof (both_fall (A T (S n)) (B T (S n)) (i T n) (- j T n) (p T (S n) - 2 / 5) order ltac:(lra) ltac:(lra) ltac:(lra)
        ltac:(lra)
          ltac:(fold (p T (S n)); lra)) as bound. fold (p T (S n)) in bound. rewrite Ropp_involutive, D_is_gap in bound.
        pose proof (first_part_small T n (16 / 15 * (i T n + - j T n)) lead fresh_n rises large ltac:(lra) ltac:(lra)) as first.
        replace (i T n - - j T n) with (i T n + j T n) in bound by ring. split.
        -- apply Rle_trans with (v T (S n) * ((1 - p T (S n)) * (i T n + j T n) * (16 / 15 * (i T n + - j T n) * (p T (S n) - 2 / 5))
             + D T (S n) * (- j T n) ^ 2 / 2)); [apply Rmult_le_compat_l; lra | lra].
        -- assert (X : 0 <= (1 - p T (S n)) * (p T (S n) - 2 / 5) <= 1 * 1) by (split; [apply Rmult_le_pos | apply Rmult_le_compat]; lra).
           assert (Y : 0 <= (i T n + j T n) * (i T n + - j T n) <= 1 / 16 * (2 * h T * q T n))
             by (split; [apply Rmult_le_pos | apply Rmult_le_compat]; lra).
           assert ((1 - p T (S n)) * (p T (S n) - 2 / 5) * ((i T n + j T n) * (i T n + - j T n)) <= 1 * 1 * (1 / 16 * (2 * h T * q T n)))
             by (apply Rmult_le_compat; lra).
           lra.
Qed.

(** The lead after a step. *)
Lemma lead_after (T : run) (n : nat) :
  0 <= U T n -> fresh T n -> U T n * (1 - q T (S n) / 10) + 159 / 200 * (h T * q T (S n) * D T (S n)) <= U T (S n).
Proof.
  intros lead fresh_n. destruct (error_is_small T n lead fresh_n) as [v_error error_bound]. sizes T. rates T n. rates T (S n).
  rewrite U_next.
  set (q' := q T (S n)) in *. set (p' := p T (S n)) in *. set (e := err T n) in *.
  assert (share : e / q T n <= 1 / 20). { apply (Rmult_le_reg_r (q T n)); [lra |]. replace (e / q T n * q T n) with e by (field; lra).
  lra. }
  assert (v_share : v T (S n) * e / q T n <= 41 / 200 * h T * D T (S n)).
  { apply (Rmult_le_reg_r (q T n)); [lra |]. replace (v T (S n) * e / q T n * q T n) with (v T (S n) * e) by (field; lra). lra. }
  assert (carry : h T * q' * (l T * (2 - p' - q') + 1 - q') <= 1 / 32 * q').
  { assert (h T * (l T * (2 - p' - q') + 1 - q') <= h T * (l T * 2 + 1)).
    { apply Rmult_le_compat_l; [lra |]. assert (l T * (2 - p' - q') <= l T * 2) by (apply Rmult_le_compat_l; lra). lra. }
    assert (q' * (h T * (l T * (2 - p' - q') + 1 - q')) <= q' * (1 / 32)) by (apply Rmult_le_compat_l; lra). lra. }
  assert (q' * (e / q T n) <= q' * (1 / 20)) by (apply Rmult_le_compat_l; lra).
  assert (v T (S n) * e / q T n * q' <= 41 / 200 * h T * D T (S n) * q') by (apply Rmult_le_compat_r; lra).
  assert (U T n * (1 - q' / 10) <= U T n * (1 - h T * q' * (l T * (2 - p' - q') + 1 - q') - q' * (e / q T n)))
    by (apply Rmult_le_compat_l; lra).
  lra.
Qed.
