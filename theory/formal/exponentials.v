(** * The exponential compared with polynomials, and the hyperbolic cosine with exponentials

    No statement of the paper is proved here; the sharp bound of the loss uses these lemmas. *)

Require Import Reals Lra.
From Formal Require Import matrices growth.
Open Scope R_scope.

Lemma exp_le (x y : R) : x <= y -> exp x <= exp y.
Proof. intros [less | ->]; [now apply Rlt_le, exp_increasing | apply Rle_refl]. Qed.

(** e^u against polynomials in u. *)
Lemma exp_above_quadratic (u : R) : 0 <= u -> 1 + u + u ^ 2 / 2 <= exp u.
Proof.
  intros H. cut (exp 0 - (1 + 0 + 0 ^ 2 / 2) <= exp u - (1 + u + u ^ 2 / 2)); [rewrite exp_0; lra |].
  apply (rises (fun s => exp s - (1 + s + s ^ 2 / 2)) (fun s => exp s - (1 + s)) 0 u H); intros s inside.
  - eapply derivative_is; [derive | simpl; field].
  - pose proof (exp_ineq1_le s). lra.
Qed.

Lemma exp_above_cubic (u : R) : 0 <= u -> 1 + u + u ^ 2 / 2 + u ^ 3 / 6 <= exp u.
Proof.
  intros H. cut (exp 0 - (1 + 0 + 0 ^ 2 / 2 + 0 ^ 3 / 6) <= exp u - (1 + u + u ^ 2 / 2 + u ^ 3 / 6)); [rewrite exp_0; lra |].
  apply (rises (fun s => exp s - (1 + s + s ^ 2 / 2 + s ^ 3 / 6)) (fun s => exp s - (1 + s + s ^ 2 / 2)) 0 u H); intros s inside.
  - eapply derivative_is; [derive | simpl; field].
  - pose proof (exp_above_quadratic s). lra.
Qed.

Lemma exp_below_quadratic (u : R) : u <= 0 -> exp u <= 1 + u + u ^ 2 / 2.
Proof.
  intros H. cut (1 + 0 + 0 ^ 2 / 2 - exp 0 <= 1 + u + u ^ 2 / 2 - exp u); [rewrite exp_0; lra |].
  apply (falls (fun s => 1 + s + s ^ 2 / 2 - exp s) (fun s => 1 + s - exp s) u 0 H); intros s inside.
  - eapply derivative_is; [derive | simpl; field].
  - pose proof (exp_ineq1_le s). lra.
Qed.

(** Up to 8/3 the Taylor polynomial of order 5 with u^6/400 grows faster than e^u. *)
Definition sixth_order (u : R) : R := 1 + u + u ^ 2 / 2 + u ^ 3 / 6 + u ^ 4 / 24 + u ^ 5 / 120 + u ^ 6 / 400.

Lemma exp_below_sixth_order (u : R) : 0 <= u <= 8 / 3 -> exp u <= sixth_order u.
Proof.
  intros [above below]. assert (quotient : 1 <= sixth_order u * exp (- u)).
  { apply Rle_trans with (sixth_order 0 * exp (- 0)); [unfold sixth_order; rewrite Ropp_0, exp_0; lra |].
    apply (rises (fun s => sixth_order s * exp (- s)) (fun s => s ^ 5 * (8 / 3 - s) / 400 * exp (- s)) 0 u above); intros s inside.
    - unfold sixth_order. eapply derivative_is; [derive | simpl; field].
    - apply Rmult_le_pos; [| apply Rlt_le, exp_pos]. pose proof (pow_le s 5). apply Rmult_le_pos; [| lra]. apply Rmult_le_pos; lra. }
  pose proof (Rmult_le_compat_r (exp u) _ _ (Rlt_le _ _ (exp_pos u)) quotient) as product.
  rewrite Rmult_assoc, <- exp_plus, Rplus_opp_l, exp_0 in product. lra.
Qed.

(** What serves every u with u^2 <= s <= 6. *)
Definition coefficient (s : R) : R := 7 / 10 + s / 12 + s ^ 2 / 200.

Lemma exp_below_even (u s : R) : u ^ 2 <= s -> s <= 6 -> exp u <= 1 + u + u ^ 2 * coefficient s.
Proof.
  intros within small. pose proof (pow2_ge_0 u) as square.
  assert (more : coefficient (u ^ 2) <= coefficient s).
  { unfold coefficient. pose proof (pow_incr _ _ 2 (conj square within)). lra. }
  pose proof (Rmult_le_compat_l _ _ _ square more) as larger. destruct (Rle_or_lt u 0) as [below | above].
  - pose proof (exp_below_quadratic u below). unfold coefficient in larger at 1.
    pose proof (pow2_ge_0 (u ^ 2)). pose proof (Rmult_le_pos _ _ square (pow2_ge_0 (u ^ 2))). lra.
  - assert (near : u <= 8 / 3).
    { apply Rsqr_incr_0_var; [| lra]. unfold Rsqr. simpl in within. lra. }
    pose proof (exp_below_sixth_order u (conj (Rlt_le _ _ above) near)) as taylor.
    assert (quartic : 0 <= 1 / 5 - u / 6 + u ^ 2 / 24 - u ^ 3 / 120 + u ^ 4 / 400).
    { replace (1 / 5 - u / 6 + u ^ 2 / 24 - u ^ 3 / 120 + u ^ 4 / 400) with ((u ^ 2 / 20 - u / 12) ^ 2 + / 5 * (1 - 5 / 12 * u) ^ 2)
        by field. pose proof (pow2_ge_0 (u ^ 2 / 20 - u / 12)). pose proof (pow2_ge_0 (1 - 5 / 12 * u)). lra. }
    pose proof (Rmult_le_pos _ _ square quartic) as gap. unfold sixth_order in taylor. unfold coefficient in larger at 1. lra.
Qed.

(** The hyperbolic cosine. *)
Lemma cosh_below (u : R) : 0 <= u -> (exp u + exp (- u)) / 2 <= exp (u ^ 2 / 2).
Proof.
  intros H. assert (gap : forall v, 0 <= v -> exp v - exp (- v) <= v * (exp v + exp (- v))).
  { intros v Hv. cut (0 * (exp 0 + exp (- 0)) - (exp 0 - exp (- 0)) <= v * (exp v + exp (- v)) - (exp v - exp (- v)));
      [rewrite Ropp_0, exp_0; lra |].
    apply (rises (fun s => s * (exp s + exp (- s)) - (exp s - exp (- s))) (fun s => s * (exp s - exp (- s))) 0 v Hv); intros s inside.
    - eapply derivative_is; [derive | ring].
    - apply Rmult_le_pos; [lra |]. pose proof (exp_le (- s) s). lra. }
  assert (quotient : (exp u + exp (- u)) / 2 * exp (- (u ^ 2 / 2)) <= 1).
  { apply Rle_trans with ((exp 0 + exp (- 0)) / 2 * exp (- (0 ^ 2 / 2))).
    - apply (falls (fun s => (exp s + exp (- s)) / 2 * exp (- (s ^ 2 / 2)))
        (fun s => (exp s - exp (- s) - s * (exp s + exp (- s))) / 2 * exp (- (s ^ 2 / 2))) 0 u H); intros s inside.
      + eapply derivative_is; [derive | simpl; field].
      + pose proof (exp_pos (- (s ^ 2 / 2))) as bell. pose proof (gap s (Rlt_le _ _ (proj1 inside))). nra.
    - replace (- (0 ^ 2 / 2)) with 0 by field. rewrite Ropp_0, exp_0. lra. }
  pose proof (Rmult_le_compat_r (exp (u ^ 2 / 2)) _ _ (Rlt_le _ _ (exp_pos (u ^ 2 / 2))) quotient) as product.
  rewrite Rmult_assoc, <- exp_plus, Rplus_opp_l, exp_0 in product. lra.
Qed.

Lemma sinh_above (t : R) : 0 < t -> 2 * t < exp t - exp (- t).
Proof.
  intros H. cut (exp 0 - exp (- 0) - 2 * 0 < exp t - exp (- t) - 2 * t); [rewrite Ropp_0, exp_0; lra |].
  apply (rises_strictly (fun s => exp s - exp (- s) - 2 * s) (fun s => exp s + exp (- s) - 2) 0 t H); intros s inside.
  - eapply derivative_is; [derive | ring].
  - pose proof (exp_ineq1 s). pose proof (exp_ineq1 (- s)). lra.
Qed.

(** Their logarithms have the slopes t/sqrt(1 + t^2) and tanh t. *)
Lemma cosh_above (t : R) : 0 < t -> exp (sqrt (1 + t ^ 2) - 1) < (exp t + exp (- t)) / 2.
Proof.
  intros H. assert (steeper : forall s, 0 < s -> 0 < exp s - exp (- s) - (exp s + exp (- s)) * (s / sqrt (1 + s ^ 2))).
  { intros s Hs. pose proof (sinh_above s Hs) as sinh. pose proof (exp_pos s) as up. pose proof (exp_pos (- s)) as down.
    assert (inverse : exp s * exp (- s) = 1) by (rewrite <- exp_plus, Rplus_opp_r; apply exp_0).
    assert (root : 0 < sqrt (1 + s ^ 2)) by (apply sqrt_lt_R0; pose proof (pow2_ge_0 s); lra).
    assert (square : sqrt (1 + s ^ 2) * sqrt (1 + s ^ 2) = 1 + s * s) by (rewrite sqrt_sqrt; [ring | pose proof (pow2_ge_0 s); lra]).
    set (r := sqrt (1 + s ^ 2)) in *. set (p := exp s) in *. set (q := exp (- s)) in *.
    assert (products : (p + q) * s < (p - q) * r).
    { apply Rsqr_incrst_0; try (apply Rmult_le_pos; lra). rewrite !Rsqr_mult. unfold Rsqr. rewrite square.
      pose proof (Rmult_le_0_lt_compat (2 * s) (p - q) (2 * s) (p - q)). nra. }
    apply (Rmult_lt_reg_r r); [exact root |].
    replace ((p - q - (p + q) * (s / r)) * r) with ((p - q) * r - (p + q) * s) by (field; lra). lra. }
  assert (quotient : 1 < (exp t + exp (- t)) / 2 * exp (- (sqrt (1 + t ^ 2) - 1))).
  { apply Rle_lt_trans with ((exp 0 + exp (- 0)) / 2 * exp (- (sqrt (1 + 0 ^ 2) - 1))).
    - replace (1 + 0 ^ 2) with 1 by ring. rewrite sqrt_1, Rminus_eq_0, Ropp_0, exp_0. lra.
    - apply (rises_strictly (fun s => (exp s + exp (- s)) / 2 * exp (- (sqrt (1 + s ^ 2) - 1)))
        (fun s => (exp s - exp (- s) - (exp s + exp (- s)) * (s / sqrt (1 + s ^ 2))) / 2 * exp (- (sqrt (1 + s ^ 2) - 1))) 0 t H);
        intros s inside.
      + assert (positive : 0 < 1 + s ^ 2) by (pose proof (pow2_ge_0 s); lra). pose proof (sqrt_lt_R0 _ positive).
        eapply derivative_is; [derive; exact positive | simpl; field; simpl in *; lra].
      + pose proof (steeper s (proj1 inside)). pose proof (exp_pos (- (sqrt (1 + s ^ 2) - 1))). nra. }
  pose proof (Rmult_lt_compat_r (exp (sqrt (1 + t ^ 2) - 1)) _ _ (exp_pos _) quotient) as product.
  rewrite Rmult_assoc, <- exp_plus, Rplus_opp_l, exp_0 in product. lra.
Qed.

(** e^(2 h/n) on the chord of e^x from 0 to h, by tangents. *)
Lemma power_below (n h : R) : 2 <= n -> n * exp (2 * h / n) <= n - 2 + 2 * exp h.
Proof.
  intros many. set (y := 2 * h / n). assert (share : n * y = 2 * h) by (unfold y; field; lra).
  assert (tangent : forall x, exp y * (1 + x - y) <= exp x).
  { intros x. replace x with (y + (x - y)) at 2 by ring. rewrite exp_plus. pose proof (exp_ineq1_le (x - y)). pose proof (exp_pos y). nra. }
  pose proof (tangent h). pose proof (tangent 0) as at_0. rewrite exp_0 in at_0.
  pose proof (Rmult_le_compat_l (n - 2) _ _ ltac:(lra) at_0).
  replace (n * exp y) with ((n - 2) * (exp y * (1 + 0 - y)) + 2 * (exp y * (1 + h - y)) + exp y * (n * y - 2 * h)) by ring. nra.
Qed.
