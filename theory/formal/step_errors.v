(** * The second-order error of a step of the toy model, bounded

    No statement of the paper is proved here; early_stopping_every_start.v uses these lemmas. *)

Require Import Reals Lra.
From Formal Require Import lemma_3_1 matrices growth exponentials sigmoid_steps.
Open Scope R_scope.

(** The step before had the arguments x + i and y - j. To first order in i and j the error is 0. *)
Definition error (x y i j : R) : R :=
  (1 - sigma x) * i + (1 - sigma y) * j - sigma (x + i) / sigma x + sigma (y - j) / sigma y.

Lemma error_in_shares (x y i j : R) :
  error x y i j = (1 - sigma x) * i + (1 - sigma y) * j - / (sigma x + (1 - sigma x) * exp (- i)) + / (sigma y + (1 - sigma y) * exp j).
Proof.
  unfold error. replace (y - j) with (y + - j) by ring. rewrite !sigma_moved, Ropp_involutive.
  pose proof (sigma_pos x). pose proof (sigma_pos y). pose proof (share_pos x (- i)). pose proof (share_pos y j). field.
  repeat split; lra.
Qed.

(** Both arguments fell: the share of the second against the share of the first, after the same fall t. *)
Lemma shares_differ (x y t : R) :
  x <= y -> 0 <= t ->
  / (sigma y + (1 - sigma y) * exp (- t)) - (1 - sigma y) * t
  <= / (sigma x + (1 - sigma x) * exp (- t)) - (1 - sigma x) * t + (sigma y - sigma x) * t ^ 2 / 2.
Proof.
  intros order nonneg. pose proof (share_pos x (- t)) as some_x. pose proof (share_pos y (- t)) as some_y.
  pose proof (exp_opp_below t nonneg) as near. pose proof (exp_pos (- t)). pose proof (exp_ineq1_le (- t)).
  assert (below : exp (- t) <= 1) by (rewrite <- exp_0; apply exp_le; lra).
  pose proof (sigma_pos x). pose proof (sigma_below x). pose proof (sigma_pos y). pose proof (sigma_below y).
  pose proof (sigma_le x y order).
  set (p := sigma x) in *. set (q := sigma y) in *. set (e := exp (- t)) in *. set (f := p + (1 - p) * e) in *.
  set (g := q + (1 - q) * e) in *.
  assert (f_1 : f <= 1) by (unfold f; nra). assert (g_1 : g <= 1) by (unfold g; nra).
  assert (change : / f - / g = (q - p) * (1 - e) * / (f * g)).
  { replace ((q - p) * (1 - e)) with (g - f) by (unfold f, g; ring). field. lra. }
  assert (1 <= / (f * g)). { rewrite <- Rinv_1 at 1. apply Rinv_le_contravar; nra. }
  assert (0 <= (q - p) * (1 - e)) by (apply Rmult_le_pos; lra).
  assert ((q - p) * (1 - e) <= / f - / g) by (rewrite change; nra).
  assert ((q - p) * (t - t ^ 2 / 2) <= (q - p) * (1 - e)) by (apply Rmult_le_compat_l; lra). nra.
Qed.

Lemma both_fall (x y i J X : R) :
  x <= y -> 0 <= J -> J <= i -> i + J <= 1 / 16 -> 0 <= X -> sigma x - 1 / 2 + (i + J) / 2 <= X ->
  error x y i (- J) <= (1 - sigma x) * (i - J) * (16 / 15 * (i + J) * X) + (sigma y - sigma x) * J ^ 2 / 2.
Proof.
  intros order J_nonneg less small X_nonneg X_large. rewrite error_in_shares.
  pose proof (shares_differ x y J order J_nonneg) as differ.
  pose proof (share_pos x (- i)) as some_i. pose proof (share_pos x (- J)) as some_J. pose proof (sigma_pos x).
  pose proof (sigma_below x).
  pose proof (exp_ineq1_le (- J)) as J_low. pose proof (exp_ineq1_le (- i)) as i_low. pose proof (exp_opp_below i ltac:(lra)) as i_high.
  pose proof (exp_opp_below J J_nonneg) as J_high. pose proof (exp_opp_below (i - J) ltac:(lra)) as gap_high.
  assert (steps : exp (- i) = exp (- J) * exp (- (i - J))) by (rewrite <- exp_plus; f_equal; ring).
  set (p := sigma x) in *. set (e1 := exp (- i)) in *. set (e2 := exp (- J)) in *. set (z := 1 - p) in *.
  set (f := p + z * e1) in *. set (g := p + z * e2) in *.
  assert (apart : (i - J) * (1 - (i + J) / 2) <= e2 - e1).
  { rewrite steps. assert (e2 * ((i - J) - (i - J) ^ 2 / 2) <= e2 * (1 - exp (- (i - J)))).
    { apply Rmult_le_compat_l; lra. }
    assert ((1 - J) * ((i - J) - (i - J) ^ 2 / 2) <= e2 * ((i - J) - (i - J) ^ 2 / 2)).
    { apply Rmult_le_compat_r; [| lra]. assert (0 <= (i - J) * (1 - (i - J) / 2)); [apply Rmult_le_pos; lra | lra]. }
    assert (0 <= J * (i - J) ^ 2) by (apply Rmult_le_pos; [lra | apply pow2_ge_0]). nra. }
  assert (f_high : f <= 1 - z * (i - i ^ 2 / 2)) by (unfold f; unfold z in *; nra).
  assert (g_high : g <= 1 - z * (J - J ^ 2 / 2)) by (unfold g; unfold z in *; nra).
    assert (z_pos : 0 < z) by (unfold z; lra). assert (z_1 : z < 1) by (unfold z; lra).
  assert (f_low : 1 - i <= f).
  { assert (z * (1 - i) <= z * e1) by (apply Rmult_le_compat_l; lra). assert (z * i <= 1 * i) by (apply Rmult_le_compat_r; lra).
    unfold f, z in *. lra. }
  assert (g_low : 1 - J <= g).
  { assert (z * (1 - J) <= z * e2) by (apply Rmult_le_compat_l; lra). assert (z * J <= 1 * J) by (apply Rmult_le_compat_r; lra).
    unfold g, z in *. lra. }
  assert (product : 0 <= i * J) by (apply Rmult_le_pos; lra).
  assert (fg_low : 15 / 16 <= f * g) by (assert ((1 - i) * (1 - J) <= f * g) by (apply Rmult_le_compat; lra); lra).
  assert (i_square : i * i <= 1 * i) by (apply Rmult_le_compat_r; lra).
  assert (J_square : J * J <= 1 * J) by (apply Rmult_le_compat_r; lra).
  pose proof (pow2_ge_0 i). pose proof (pow2_ge_0 J).
  assert (fg_high : f * g <= 1 - z * (i + J) + z * (i + J) ^ 2 / 2).
  { assert (f * g <= (1 - z * (i - i ^ 2 / 2)) * (1 - z * (J - J ^ 2 / 2))) by (apply Rmult_le_compat; lra).
    assert (0 <= i - i ^ 2 / 2 <= i) by lra. assert (0 <= J - J ^ 2 / 2 <= J) by lra.
    assert ((i - i ^ 2 / 2) * (J - J ^ 2 / 2) <= i * J) by (apply Rmult_le_compat; lra).
    assert (z * z * ((i - i ^ 2 / 2) * (J - J ^ 2 / 2)) <= z * (i * J)).
    { apply Rmult_le_compat; try nra. }
    nra. }
  assert (bracket : (i - J) * (f * g) - (e2 - e1) <= (i - J) * ((i + J) * X)).
  { assert ((i - J) * (f * g - (1 - (i + J) / 2)) <= (i - J) * ((i + J) * X)); [| nra].
    apply Rmult_le_compat_l; [lra |]. assert (z * (i + J) ^ 2 <= 1 * (i + J) ^ 2) by (apply Rmult_le_compat_r; [apply pow2_ge_0 | lra]).
    assert ((i + J) * (p - 1 / 2 + (i + J) / 2) <= (i + J) * X) by (apply Rmult_le_compat_l; lra). unfold z in *. lra. }
  assert (change : / g - / f = - (z * (e2 - e1)) * / (f * g)).
  { replace (z * (e2 - e1)) with (g - f) by (unfold f, g; ring). field. lra. }
  assert (inverse : / (f * g) <= 16 / 15). { replace (16 / 15) with (/ (15 / 16)) by field. apply Rinv_le_contravar; lra. }
  assert (some_inverse : 0 < / (f * g)) by (apply Rinv_0_lt_compat; lra).
  assert (z * (i - J) + (/ g - / f) <= z * (i - J) * (16 / 15 * (i + J) * X)); [| lra].
  rewrite change. replace (z * (i - J) + - (z * (e2 - e1)) * / (f * g)) with (z * ((i - J) * (f * g) - (e2 - e1)) * / (f * g))
    by (field; lra).
  assert (0 <= (i - J) * ((i + J) * X)) by (repeat apply Rmult_le_pos; lra).
  apply Rle_trans with (z * ((i - J) * ((i + J) * X)) * / (f * g)).
  - apply Rmult_le_compat_r; [lra |]. apply Rmult_le_compat_l; lra.
  - replace (z * (i - J) * (16 / 15 * (i + J) * X)) with (z * ((i - J) * ((i + J) * X)) * (16 / 15)) by ring.
    apply Rmult_le_compat_l; [apply Rmult_le_pos |]; lra.
Qed.

Lemma second_rises (x y i j X : R) :
  0 <= j -> 0 <= y - j -> 0 <= i -> i <= 1 / 32 -> 0 <= X -> sigma x - 1 / 2 + i / 2 <= X ->
  error x y i j <= (1 - sigma x) * (32 / 31 * i ^ 2 * X).
Proof.
  intros j_nonneg right i_nonneg small X_nonneg X_large.
  assert (second : (1 - sigma y) * j + sigma (y - j) / sigma y <= 1).
  { pose proof (rise_on_right (y - j) j right j_nonneg) as rise. replace (y - j + j) with y in rise by ring. pose proof (sigma_pos y).
    apply (Rmult_le_reg_r (sigma y)); [assumption |].
    replace (((1 - sigma y) * j + sigma (y - j) / sigma y) * sigma y) with (sigma y * (1 - sigma y) * j + sigma (y - j)) by (field; lra).
    lra. }
  assert (first : (1 - sigma x) * i - sigma (x + i) / sigma x <= (1 - sigma x) * (32 / 31 * i ^ 2 * X) - 1); [| unfold error; lra].
  rewrite sigma_moved. pose proof (share_pos x (- i)) as some. pose proof (sigma_pos x). pose proof (sigma_below x).
  pose proof (exp_ineq1_le (- i)) as low. pose proof (exp_opp_below i i_nonneg) as high.
  set (p := sigma x) in *. set (e := exp (- i)) in *. set (z := 1 - p) in *. set (f := p + z * e) in *.
  assert (f_low : 31 / 32 <= f) by (unfold f, z in *; nra).
  assert (core : i * f - (1 - e) <= i ^ 2 * X).
  { assert (i * f <= i * (1 - z * (i - i ^ 2 / 2))) by (apply Rmult_le_compat_l; [lra | unfold f, z in *; nra]).
    assert (i ^ 2 * (p - 1 / 2 + i / 2) <= i ^ 2 * X) by (apply Rmult_le_compat_l; [apply pow2_ge_0 | lra]).
    assert (0 <= i * (i * i)) by (repeat apply Rmult_le_pos; lra).
    assert (z * (i * (i * i)) <= 1 * (i * (i * i))) by (apply Rmult_le_compat_r; unfold z; lra).
    unfold z in *. nra. }
  assert (inverse : / f <= 32 / 31). { replace (32 / 31) with (/ (31 / 32)) by field. apply Rinv_le_contravar; lra. }
  replace (p / f / p) with (/ f) by (field; lra).
  assert (z * i + 1 - / f <= z * (32 / 31 * i ^ 2 * X)); [| lra].
  replace (z * i + 1 - / f) with (z * (i * f - (1 - e)) * / f).
  2: { assert (1 = p + z) by (unfold z; ring). unfold f in *. field_simplify_eq; [| lra]. unfold z. ring. }
  pose proof (Rinv_0_lt_compat f some). assert (0 <= i ^ 2 * X) by (apply Rmult_le_pos; [apply pow2_ge_0 | lra]).
  apply Rle_trans with (z * (i ^ 2 * X) * / f).
  - apply Rmult_le_compat_r; [lra |]. apply Rmult_le_compat_l; [unfold z |]; lra.
  - replace (z * (32 / 31 * i ^ 2 * X)) with (z * (i ^ 2 * X) * (32 / 31)) by ring.
    apply Rmult_le_compat_l; [apply Rmult_le_pos; [unfold z |] |]; lra.
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

Lemma second_falls_more (x y i J : R) :
  x <= y -> 0 <= i -> i <= J -> i + J <= 1 / 16 ->
  error x y i (- J) <= (J - i) * (11 / 20 * (i + J)) + (sigma y - sigma x) * J ^ 2 / 2.
Proof.
  intros order i_nonneg more small. rewrite error_in_shares. pose proof (shares_differ x y J order ltac:(lra)) as differ.
  pose proof (share_pos x (- i)) as some_i. pose proof (share_pos x (- J)) as some_J. pose proof (sigma_pos x). pose proof (sigma_below x).
  pose proof (exp_ineq1_le (- J)) as J_low. pose proof (exp_ineq1_le (- i)) as i_low. pose proof (fall_of_exp (J - i) ltac:(lra)) as gap.
  pose proof (exp_opp_below i i_nonneg) as i_high. pose proof (exp_opp_below J ltac:(lra)) as J_high. pose proof (exp_pos (- i)).
  assert (steps : exp (- J) = exp (- i) * exp (- (J - i))) by (rewrite <- exp_plus; f_equal; ring).
  assert (apart : exp (- i) - exp (- J) <= (J - i) * ((exp (- i) + exp (- J)) / 2)).
  { rewrite steps. assert (exp (- i) * (1 - exp (- (J - i))) <= exp (- i) * ((J - i) * (1 + exp (- (J - i))) / 2)); [| lra].
    apply Rmult_le_compat_l; lra. }
  set (p := sigma x) in *. set (e1 := exp (- i)) in *. set (e2 := exp (- J)) in *. set (z := 1 - p) in *. set (t := i + J) in *.
  set (f := p + z * e1) in *. set (g := p + z * e2) in *.
  assert (z_pos : 0 < z) by (unfold z; lra). assert (z_1 : z < 1) by (unfold z; lra).
  assert (squares : i ^ 2 + J ^ 2 <= t ^ 2).
  { assert (0 <= i * J) by (apply Rmult_le_pos; lra). unfold t. lra. }
  assert (mean : (e1 + e2) / 2 <= 1 - t / 2 + t ^ 2 / 4) by (unfold t in *; lra).
  assert (f_low : 1 - z * i <= f).
  { assert (z * (1 - i) <= z * e1) by (apply Rmult_le_compat_l; lra). unfold f, z in *. lra. }
  assert (g_low : 1 - z * J <= g).
  { assert (z * (1 - J) <= z * e2) by (apply Rmult_le_compat_l; lra). unfold g, z in *. lra. }
  assert (z_i : 0 <= z * i <= 1 * i) by (split; [apply Rmult_le_pos | apply Rmult_le_compat_r]; lra).
  assert (z_J : 0 <= z * J <= 1 * J) by (split; [apply Rmult_le_pos | apply Rmult_le_compat_r]; lra).
  assert (fg_low : 1 - z * t <= f * g).
  { assert ((1 - z * i) * (1 - z * J) <= f * g) by (apply Rmult_le_compat; unfold t in *; lra).
    assert (0 <= z * i * (z * J)) by (apply Rmult_le_pos; lra). unfold t. lra. }
  assert (t_0 : 0 <= t) by (unfold t; lra).
  assert (z_t : 0 <= z * t <= 1 * t) by (split; [apply Rmult_le_pos | apply Rmult_le_compat_r]; lra).
  assert (fg_pos : 0 < f * g) by lra. assert (change : / g - / f = z * (e1 - e2) * / (f * g)).
  { replace (z * (e1 - e2)) with (f - g) by (unfold f, g; ring). field. split; apply Rgt_not_eq; assumption. }
  assert (quotient : (e1 + e2) / 2 * / (f * g) <= 1 + 11 / 20 * t).
  { apply (Rmult_le_reg_r (f * g)); [exact fg_pos |]. rewrite Rmult_assoc, Rinv_l by lra. rewrite Rmult_1_r.
    assert ((1 + 11 / 20 * t) * (1 - z * t) <= (1 + 11 / 20 * t) * (f * g)) by (apply Rmult_le_compat_l; lra).
    assert (11 / 20 * t * (z * t) <= 11 / 20 * t * (1 * t)) by (apply Rmult_le_compat_l; lra).
    assert (t * t <= 1 / 16 * t) by (apply Rmult_le_compat_r; lra). lra. }
  assert (/ g - / f <= z * (J - i) * (1 + 11 / 20 * t)).
  { rewrite change. pose proof (Rinv_0_lt_compat _ fg_pos). apply Rle_trans with (z * ((J - i) * ((e1 + e2) / 2)) * / (f * g)).
    - apply Rmult_le_compat_r; [lra |]. apply Rmult_le_compat_l; lra.
    - replace (z * ((J - i) * ((e1 + e2) / 2)) * / (f * g)) with (z * (J - i) * ((e1 + e2) / 2 * / (f * g))) by ring.
      apply Rmult_le_compat_l; [apply Rmult_le_pos |]; lra. }
  assert (z * ((J - i) * (11 / 20 * t)) <= 1 * ((J - i) * (11 / 20 * t))); [| unfold t in *; lra].
  apply Rmult_le_compat_r; [repeat apply Rmult_le_pos |]; lra.
Qed.
