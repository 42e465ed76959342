(** * The second-order error of a step of the toy model, bounded

    No statement of the paper is proved here; early_stopping_every_start.v uses these lemmas. *)

Require Import Reals Lra.
From Formal Require Import lemma_3_1 matrices growth exponentials sigmoid_steps.
Open Scope R_scope.

(** The step before had the arguments x + i and y - j. To first order in i and j the error is 0. *)
Definition error (x y i j : R) : R :=
  (1 - sigma x) * i + (1 - sigma y) * j - sigma (x + i) / sigma x + sigma (y - j) / sigma y.

(** Its part from one argument, which fell by t to a value of the sigmoid of 1 - z. *)
Definition bend (z t : R) : R := / (1 - z * (1 - exp (- t))) - 1 - z * t.

Lemma error_is_bends (x y i j : R) : error x y i j = bend (1 - sigma y) (- j) - bend (1 - sigma x) i.
Proof.
  unfold error, bend. replace (y - j) with (y + - j) by ring. rewrite !sigma_moved, !Ropp_involutive.
  pose proof (sigma_pos x). pose proof (sigma_pos y). pose proof (share_pos x (- i)). pose proof (share_pos y j). field.
  repeat split; lra.
Qed.

Lemma fall_between (t : R) : 0 <= t <= 1 -> t * (1 - t / 2) <= 1 - exp (- t) <= t /\ 1 - exp (- t) < 1.
Proof.
  intros []. pose proof (exp_opp_below t ltac:(lra)). pose proof (exp_ineq1_le (- t)). pose proof (exp_pos (- t)). simpl in *. lra.
Qed.

Lemma inverses_apart (v w : R) : 0 <= v -> v <= w -> w < 1 -> (w - v) * (1 + v + w) <= / (1 - w) - / (1 - v).
Proof.
  intros v_nonneg order w_below. replace (/ (1 - w) - / (1 - v)) with ((w - v) * / ((1 - w) * (1 - v))) by (field; lra).
  apply Rmult_le_compat_l; [lra |]. assert (some : 0 < (1 - w) * (1 - v)) by (apply Rmult_lt_0_compat; lra).
  apply (Rmult_le_reg_r ((1 - w) * (1 - v))); [exact some |]. rewrite Rinv_l by lra.
  assert (0 <= v * w) by (apply Rmult_le_pos; lra). assert (0 <= v * w * (2 - v - w)) by (apply Rmult_le_pos; lra).
  pose proof (pow2_ge_0 (w - v)). simpl in *. lra.
Qed.

Lemma bend_gap (y z t : R) :
  0 <= y -> y <= z -> z < 1 -> 0 <= t <= 1 -> bend y t - bend z t <= (z - y) * (t ^ 2 * (1 / 2 - (z + y) * (1 - t))).
Proof.
  intros y_nonneg order z_below within. destruct (fall_between t within) as [[low high] below]. unfold bend.
  set (E := 1 - exp (- t)) in *. assert (E_pos : 0 <= t * (1 - t / 2)) by (apply Rmult_le_pos; lra).
  assert (y_E : 0 <= y * E) by (apply Rmult_le_pos; lra). assert (z_E : y * E <= z * E) by (apply Rmult_le_compat_r; lra).
  assert (E_1 : z * E <= 1 * E) by (apply Rmult_le_compat_r; lra).
  pose proof (inverses_apart (y * E) (z * E) y_E z_E ltac:(lra)) as apart.
  assert (square : t ^ 2 * (1 - t) <= E * E).
  { apply Rle_trans with (t * (1 - t / 2) * (t * (1 - t / 2))); [| apply Rmult_le_compat; lra].
    pose proof (pow2_ge_0 (t * t)). simpl in *. lra. }
  assert (sum : (z + y) * (t ^ 2 * (1 - t)) <= (z + y) * (E * E)) by (apply Rmult_le_compat_l; lra).
  assert ((z - y) * (t - E - (z + y) * (E * E)) <= (z - y) * (t ^ 2 * (1 / 2 - (z + y) * (1 - t)))); [| lra].
  apply Rmult_le_compat_l; [lra |]. simpl in *. lra.
Qed.

(** The second fall is the longer. *)
Lemma bend_longer (z J i : R) :
  0 <= z -> z < 1 -> 0 <= J -> J <= i -> i + J <= 1 -> bend z J - bend z i <= z * (i - J) * (i + J) * (1 / 2 - z * (1 - (i + J))).
Proof.
  intros z_nonneg z_below J_nonneg order small. destruct (fall_between i ltac:(lra)) as [[i_low i_high] i_below].
  destruct (fall_between J ltac:(lra)) as [[J_low J_high] J_below]. destruct (fall_between (i - J) ltac:(lra)) as [[low high] below].
  assert (steps : exp (- i) = exp (- J) * exp (- (i - J))) by (rewrite <- exp_plus; f_equal; ring). unfold bend.
  assert (apart : (i - J) * (1 - (i + J) / 2) <= (1 - exp (- i)) - (1 - exp (- J))).
  { rewrite steps. assert (0 <= (i - J) * (1 - (i - J) / 2)) by (apply Rmult_le_pos; lra).
    assert ((1 - J) * ((i - J) * (1 - (i - J) / 2)) <= exp (- J) * (1 - exp (- (i - J)))) by (apply Rmult_le_compat; lra).
    assert (0 <= J * (i - J) * (i - J)) by (repeat apply Rmult_le_pos; lra). lra. }
  set (E := 1 - exp (- i)) in *. set (F := 1 - exp (- J)) in *. set (t := i + J) in *.
  assert (F_pos : 0 <= J * (1 - J / 2)) by (apply Rmult_le_pos; unfold t in *; lra).
  assert (0 <= (i - J) * (1 - t / 2)) by (apply Rmult_le_pos; unfold t in *; lra).
  assert (F_z : 0 <= z * F) by (apply Rmult_le_pos; lra). assert (E_z : z * F <= z * E) by (apply Rmult_le_compat_l; lra).
  assert (E_1 : z * E <= 1 * E) by (apply Rmult_le_compat_r; lra).
  pose proof (inverses_apart (z * F) (z * E) F_z E_z ltac:(lra)) as inverses.
  assert (sum : t * (1 - t / 2) <= E + F). { assert (0 <= i * J) by (apply Rmult_le_pos; lra). unfold t in *. lra. }
  assert (0 <= t * (1 - t / 2)) by (apply Rmult_le_pos; unfold t in *; lra).
  assert (z * (t * (1 - t / 2)) <= z * (E + F)) by (apply Rmult_le_compat_l; lra).
  assert (0 <= z * (t * (1 - t / 2))) by (apply Rmult_le_pos; lra).
  assert (product : (i - J) * (1 - t / 2) * (1 + z * (t * (1 - t / 2))) <= (E - F) * (1 + z * (E + F))) by (apply Rmult_le_compat; lra).
  assert (core : (i - J) - (i - J) * (1 - t / 2) * (1 + z * (t * (1 - t / 2))) <= (i - J) * (t * (1 / 2 - z * (1 - t)))).
  { assert (0 <= (i - J) * (z * (t * (t * t)))) by (repeat apply Rmult_le_pos; unfold t in *; lra). lra. }
  assert (z * ((i - J) - (E - F) * (1 + z * (E + F))) <= z * ((i - J) * (t * (1 / 2 - z * (1 - t))))); [| lra].
  apply Rmult_le_compat_l; lra.
Qed.

(** The mean of e^-i and e^-J is above the mean of e^-s in between. *)
Lemma fall_of_exp (r : R) : 0 <= r -> 1 - exp (- r) <= r * (1 + exp (- r)) / 2.
Proof.
  intros nonneg.
  cut (0 * (1 + exp (- 0)) / 2 - (1 - exp (- 0)) <= r * (1 + exp (- r)) / 2 - (1 - exp (- r))); [rewrite Ropp_0, exp_0; lra |].
  apply (rises (fun s => s * (1 + exp (- s)) / 2 - (1 - exp (- s))) (fun s => (1 - exp (- s) - s * exp (- s)) / 2) 0 r nonneg);
    intros s inside.
  - eapply derivative_is; [derive | field].
  - pose proof (exp_ineq1_le s). pose proof (exp_pos (- s)).
    assert (exp (- s) * exp s = 1) by (rewrite <- exp_plus, Rplus_opp_l; apply exp_0).
    assert (exp (- s) * (1 + s) <= exp (- s) * exp s) by (apply Rmult_le_compat_l; lra). lra.
Qed.

(** The second fall is the shorter. *)
Lemma bend_shorter (y i J c : R) :
  0 <= y -> y < 1 -> 0 <= i -> i <= J -> i + J <= 1 -> 0 <= c -> y * (y - 1 / 2 + (i + J) / 4) <= c * (1 - y * (i + J)) ->
  bend y J - bend y i <= c * ((J - i) * (i + J)).
Proof.
  intros y_nonneg y_below i_nonneg more small c_nonneg c_large. destruct (fall_between i ltac:(lra)) as [[i_low i_high] i_below].
  destruct (fall_between J ltac:(lra)) as [[J_low J_high] J_below]. pose proof (fall_of_exp (J - i) ltac:(lra)) as gap.
  assert (steps : exp (- J) = exp (- i) * exp (- (J - i))) by (rewrite <- exp_plus; f_equal; ring).
  assert (apart : exp (- i) - exp (- J) <= (J - i) * ((exp (- i) + exp (- J)) / 2)).
  { rewrite steps. assert (exp (- i) * (1 - exp (- (J - i))) <= exp (- i) * ((J - i) * (1 + exp (- (J - i))) / 2)); [| lra].
    apply Rmult_le_compat_l; lra. }
  unfold bend. set (E := 1 - exp (- i)) in *. set (F := 1 - exp (- J)) in *. set (t := i + J) in *.
  assert (i_J : 0 <= i * J) by (apply Rmult_le_pos; lra).
  assert (apart' : F - E <= (J - i) * (1 - t / 2 + t ^ 2 / 4)).
  { apply Rle_trans with ((J - i) * (1 - (E + F) / 2)); [unfold E, F in *; lra |]. apply Rmult_le_compat_l; [lra |].
    unfold t in *. simpl in *. lra. }
  assert (0 <= i * (1 - i / 2)) by (apply Rmult_le_pos; unfold t in *; lra).
  assert (0 <= J * (1 - J / 2)) by (apply Rmult_le_pos; unfold t in *; lra).
  assert (y_E : 0 <= y * E <= y * i) by (split; [apply Rmult_le_pos | apply Rmult_le_compat_l]; lra).
  assert (y_F : 0 <= y * F <= y * J) by (split; [apply Rmult_le_pos | apply Rmult_le_compat_l]; lra).
  assert (y_E_1 : y * E <= 1 * E) by (apply Rmult_le_compat_r; lra). assert (y_F_1 : y * F <= 1 * F) by (apply Rmult_le_compat_r; lra).
  assert (0 <= y * E * (y * F)) by (apply Rmult_le_pos; lra).
  assert (some : 0 < (1 - y * E) * (1 - y * F)) by (apply Rmult_lt_0_compat; lra).
  assert (product : 1 - y * t <= (1 - y * E) * (1 - y * F)) by (unfold t; lra).
  assert (0 <= c * t) by (apply Rmult_le_pos; unfold t in *; lra).
  assert (core : y * (1 - t / 2 + t ^ 2 / 4) <= (y + c * t) * ((1 - y * E) * (1 - y * F))).
  { apply Rle_trans with ((y + c * t) * (1 - y * t)); [| apply Rmult_le_compat_l; lra].
    assert (t * (y * (y - 1 / 2 + t / 4)) <= t * (c * (1 - y * t))) by (apply Rmult_le_compat_l; [unfold t |]; lra). simpl. lra. }
  replace (/ (1 - y * F) - 1 - y * J - (/ (1 - y * E) - 1 - y * i))
    with (y * (F - E) * / ((1 - y * E) * (1 - y * F)) - y * (J - i)) by (field; split; lra).
  assert (y * (F - E) * / ((1 - y * E) * (1 - y * F)) <= (J - i) * (y + c * t)); [| lra].
  apply (Rmult_le_reg_r ((1 - y * E) * (1 - y * F))); [exact some |]. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra.
  apply Rle_trans with (y * ((J - i) * (1 - t / 2 + t ^ 2 / 4))); [apply Rmult_le_compat_l; lra |].
  apply (Rmult_le_compat_l (J - i)) in core; lra.
Qed.

(** Both arguments fell, the first by more. *)
Lemma both_fall (x y i J : R) :
  x <= y -> 0 <= J -> J <= i -> i + J <= 1 ->
  let z := 1 - sigma x in let w := 1 - sigma y in
  error x y i (- J) <= z * (i - J) * (i + J) * (1 / 2 - z * (1 - (i + J))) + (sigma y - sigma x) * (J ^ 2 * (1 / 2 - (z + w) * (1 - J))).
Proof.
  intros order J_nonneg less small z w. rewrite error_is_bends, Ropp_involutive. fold z w. pose proof (sigma_pos x).
  pose proof (sigma_below y). pose proof (sigma_le x y order).
  pose proof (bend_gap w z J ltac:(unfold w; lra) ltac:(unfold w, z; lra) ltac:(unfold z; lra) ltac:(lra)) as gap.
  replace (z - w) with (sigma y - sigma x) in gap by (unfold z, w; ring).
  pose proof (bend_longer z J i ltac:(unfold z, w in *; lra) ltac:(unfold z; lra) J_nonneg less small). lra.
Qed.

(** Both fell, the second by more. *)
Lemma second_falls_more (x y i J c : R) :
  x <= y -> 0 <= i -> i <= J -> i + J <= 1 -> 0 <= c ->
  let z := 1 - sigma x in let w := 1 - sigma y in
  w * (w - 1 / 2 + (i + J) / 4) <= c * (1 - w * (i + J)) ->
  error x y i (- J) <= c * ((J - i) * (i + J)) + (sigma y - sigma x) * (i ^ 2 * (1 / 2 - (z + w) * (1 - i))).
Proof.
  intros order i_nonneg more small c_nonneg z w c_large. rewrite error_is_bends, Ropp_involutive. fold z w. pose proof (sigma_pos x).
  pose proof (sigma_pos y). pose proof (sigma_below y). pose proof (sigma_le x y order).
  pose proof (bend_gap w z i ltac:(unfold w; lra) ltac:(unfold w, z; lra) ltac:(unfold z; lra) ltac:(lra)) as gap.
  replace (z - w) with (sigma y - sigma x) in gap by (unfold z, w; ring).
  pose proof (bend_shorter w i J c ltac:(unfold w; lra) ltac:(unfold w; lra) i_nonneg more small c_nonneg c_large). lra.
Qed.

(** The first fell, the second rose on the right of 0. *)
Lemma second_rises (x y i j : R) :
  0 <= j -> 0 <= y - j -> 0 <= i <= 1 -> let z := 1 - sigma x in error x y i j <= z * i * i * (1 / 2 - z * (1 - i)).
Proof.
  intros j_nonneg right within z.
  assert (second : (1 - sigma y) * j + sigma (y - j) / sigma y <= 1).
  { pose proof (rise_on_right (y - j) j right j_nonneg) as rise. replace (y - j + j) with y in rise by ring. pose proof (sigma_pos y).
    apply (Rmult_le_reg_r (sigma y)); [assumption |].
    replace (((1 - sigma y) * j + sigma (y - j) / sigma y) * sigma y) with (sigma y * (1 - sigma y) * j + sigma (y - j)) by (field; lra).
    lra. }
  pose proof (sigma_pos x). pose proof (sigma_below x).
  pose proof (bend_longer z 0 i ltac:(unfold z; lra) ltac:(unfold z; lra) ltac:(lra) ltac:(lra) ltac:(lra)) as first.
  assert (none : bend z 0 = 0) by (unfold bend; rewrite Ropp_0, exp_0; field; lra). rewrite none, Rminus_0_r, Rplus_0_r in first.
  assert (same : error x y i j = (1 - sigma y) * j + sigma (y - j) / sigma y - 1 - bend z i).
  { unfold error, bend, z. rewrite (sigma_moved x i). pose proof (share_pos x (- i)).
    pose proof (sigma_pos y). field. repeat split; lra. }
  lra.
Qed.
