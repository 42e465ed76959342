(** * Of two runs of rays.v the one with the larger shift meets each ray of the other one, and further out

    It has the lower curve; and no run stays behind a ray on which u > v: far out y would grow faster there. So it meets the ray after
    the point at which its x equals x of the other one. No statement of the paper is proved here. *)

Require Import Reals Ranalysis5 Lra Classical.
From Formal Require Import lemma_3_1 matrices growth comparison exponentials rays.
Open Scope R_scope.

(** From some x on sigma(C - v) exceeds m sigma(C - u), where u and u - v grow as x does. *)
Lemma second_outruns (C m u v : R) : 1 < m -> ln (2 * m) <= u - v -> C + ln (2 * m) <= u -> m * sigma (C - u) <= sigma (C - v).
Proof.
  intros many apart far. unfold sigma. rewrite !Ropp_minus_distr. pose proof (exp_pos (u - C)). pose proof (exp_pos (v - C)).
  assert (large : 2 * m <= exp (u - C)) by (rewrite <- (exp_ln (2 * m)) by lra; apply exp_le; lra).
  assert (behind : 2 * m * exp (v - C) <= exp (u - C)).
  { rewrite <- (exp_ln (2 * m)) at 1 by lra. rewrite <- exp_plus. apply exp_le. lra. }
  apply (Rmult_le_reg_r ((1 + exp (u - C)) * (1 + exp (v - C)))); [apply Rmult_lt_0_compat; lra |].
  replace (m * / (1 + exp (u - C)) * ((1 + exp (u - C)) * (1 + exp (v - C)))) with (m + m * exp (v - C)) by (field; lra).
  replace (/ (1 + exp (v - C)) * ((1 + exp (u - C)) * (1 + exp (v - C)))) with (1 + exp (u - C)) by (field; lra). lra.
Qed.

Lemma x_order (D : tilted) (C r s : R) (x y : R -> R) : fits D -> is_run D C x y -> 0 <= r -> r <= s -> x r <= x s.
Proof.
  intros good (_ & _ & moves) from order. apply (rises x (fun r => x_rate D C (x r) (y r)) r s order).
  - intros t [after _]. apply moves. lra.
  - intros t _. destruct (rates_positive D C (x t) (y t) good) as [some more].
    pose proof (Rmult_le_pos _ _ (some_h D good) (Rlt_le _ _ some)). lra.
Qed.

(** No run stays behind a ray on which u > v. *)
Lemma ray_is_reached (D : tilted) (C k s : R) (x y : R -> R) :
  fits D -> is_run D C x y -> 0 < k -> h D * k < 1 -> 0 < ahead D 1 k -> 0 < first D 1 k -> 0 < s -> exists r, s <= r /\ k * x r <= y r.
Proof.
  intros good run some_k slant apart far later. apply NNPP. intros never.
  assert (behind : forall r, s <= r -> y r < k * x r).
  { intros r from. destruct (Rlt_or_le (y r) (k * x r)) as [fine | wrong]; [exact fine |]. exfalso. apply never. now exists r. }
  pose proof run as (_ & _ & moves). pose proof (some_h D good) as tilt. pose proof (some_e D good). pose proof (some_f D good).
  pose proof (some_n D good) as many. unfold ahead in apart. unfold first in far.
  set (m := 1 + k / (1 - h D * k)). assert (ratio : 0 < k / (1 - h D * k)) by (apply Rdiv_lt_0_compat; lra).
  assert (m_above : 1 < m) by (unfold m; lra). set (L := ln (2 * m)).
  assert (L_pos : 0 < L) by (unfold L; rewrite <- ln_1; apply ln_increasing; lra).
  set (delta := (p D - q D) * 1 - (e D + f D) * k) in *. set (mu := p D * 1 - e D * k) in *.
  pose proof (Rabs_pos C) as size. pose proof (Rle_abs C) as most. pose proof (Rinv_0_lt_compat _ apart) as share.
  pose proof (Rinv_0_lt_compat _ far) as share_mu.
  set (X := (Rabs C + L) * / mu + L * / delta).
  assert (X_mu : C + L <= mu * X).
  { replace (mu * X) with (Rabs C + L + mu * (L * / delta)) by (unfold X; field; lra).
    pose proof (Rmult_lt_0_compat _ _ far (Rmult_lt_0_compat _ _ L_pos share)). lra. }
  assert (X_delta : L <= delta * X).
  { replace (delta * X) with (delta * ((Rabs C + L) * / mu) + L) by (unfold X; field; lra).
    assert (part : 0 < (Rabs C + L) * / mu) by (apply Rmult_lt_0_compat; lra). pose proof (Rmult_lt_0_compat _ _ apart part). lra. }
  assert (X_pos : 0 < X).
  { unfold X. pose proof (Rmult_lt_0_compat (Rabs C + L) _ ltac:(lra) share_mu). pose proof (Rmult_lt_0_compat _ _ L_pos share). lra. }
  destruct (endless D C X x y good run X_pos) as [T_pos beyond]. set (t := s + time_beyond D C X).
  assert (x_far : forall r, t <= r -> X <= x r).
  { intros r from. apply Rle_trans with (x (time_beyond D C X)); [lra |].
    apply (x_order D C _ r x y good run); [now apply Rlt_le | unfold t in from; lra]. }
  set (a := fun r => x r - h D * y r). set (G := fun r => y r - m * a r).
  assert (kept : forall r, t <= r -> G t <= G r).
  { intros r from.
    apply (rises G (fun r => y_rate D C (x r) (y r) - m * (x_rate D C (x r) (y r) - h D * y_rate D C (x r) (y r))) t r from).
    - intros z [after _]. destruct (moves z) as [H1 H2]; [unfold t in after; lra |]. unfold G, a. eapply derivative_is; [derive | ring].
    - intros z [after _]. pose proof (behind z ltac:(unfold t in after; lra)) as low. pose proof (x_far z ltac:(lra)) as out.
      assert (outruns : m * sigma (C - first D (x z) (y z)) <= sigma (C - second D (x z) (y z))).
      { apply second_outruns; [exact m_above | |]; fold L.
        - rewrite <- ahead_is_gap. unfold ahead. apply Rle_trans with (1 := X_delta). apply Rle_trans with (delta * x z).
          + apply Rmult_le_compat_l; lra.
          + pose proof (Rmult_le_compat_l (e D + f D) _ _ ltac:(lra) (Rlt_le _ _ low)). unfold delta. lra.
        - apply Rle_trans with (1 := X_mu). apply Rle_trans with (mu * x z); [apply Rmult_le_compat_l; lra |].
          pose proof (Rmult_le_compat_l (e D) _ _ ltac:(lra) (Rlt_le _ _ low)). unfold first, mu. lra. }
      unfold x_rate, y_rate. set (A := sigma (C - first D (x z) (y z))) in *. set (B := sigma (C - second D (x z) (y z))) in *.
      replace (B / n D - m * ((A + h D * B) / n D - h D * (B / n D))) with ((B - m * A) / n D) by (field; lra).
      apply Rmult_le_pos; [lra | now apply Rlt_le, Rinv_0_lt_compat]. }
  assert (t_pos : 0 < t) by (unfold t; lra).
  assert (low : forall r, t <= r -> y r < (m - 1) * a r).
  { intros r from. pose proof (behind r ltac:(unfold t in from; lra)) as below. unfold a, m.
    replace ((1 + k / (1 - h D * k) - 1) * (x r - h D * y r)) with (k * (x r - h D * y r) / (1 - h D * k)) by (field; lra).
    apply (Rmult_lt_reg_r (1 - h D * k)); [lra |]. unfold Rdiv. rewrite (Rmult_assoc (k * _)), Rinv_l by lra. lra. }
  assert (near : forall r, t <= r -> a r < - G t).
  { intros r from. pose proof (kept r from) as more. pose proof (low r from). unfold G at 2 in more. lra. }
  assert (a_pos : 0 < a t) by (destruct (run_grows D C t x y good run t_pos); unfold a; lra).
  pose proof (near t (Rle_refl t)) as first_near. set (W := (1 + h D * (m - 1)) * - G t).
  pose proof (Rmult_le_pos _ _ tilt (Rlt_le _ _ (Rlt_Rminus _ _ m_above))) as more_m.
  assert (W_pos : 0 < W) by (apply Rmult_lt_0_compat; lra).
  destruct (endless D C W x y good run W_pos) as [last_pos past]. set (z := t + time_beyond D C W).
  assert (x_past : W < x z).
  { apply Rlt_le_trans with (1 := past). apply (x_order D C _ z x y good run); unfold z; lra. }
  pose proof (near z ltac:(unfold z; lra)) as z_near. pose proof (low z ltac:(unfold z; lra)) as z_low.
  pose proof (Rmult_le_compat_l _ _ _ tilt (Rlt_le _ _ z_low)) as z_share.
  assert (within : x z <= (1 + h D * (m - 1)) * a z) by (unfold a in *; lra).
  pose proof (Rmult_lt_compat_l (1 + h D * (m - 1)) _ _ ltac:(lra) z_near). unfold W in x_past. lra.
Qed.

(** The comparison on rays, where u > v at the start. *)
Lemma ray_met_further (D : tilted) (C C' s : R) (x y x' y' : R -> R) :
  fits D -> starts_ahead D -> C < C' -> is_run D C x y -> is_run D C' x' y' -> 0 < s ->
  exists r, 0 < r /\ x s < x' r /\ y' r * x s = y s * x' r.
Proof.
  intros good faster larger run run' later.
  destruct (run_grows D C s x y good run later) as [y_pos a_pos]. pose proof (x_positive D C s x y good run later) as x_pos.
  pose proof (stays_ahead D C s x y good faster run later) as leads.
  pose proof (margin_positive D good (x s) (y s) y_pos a_pos leads) as margin.
  destruct (run_has_curve D C x y good faster run) as (beta & curve & on_curve).
  destruct (run_has_curve D C' x' y' good faster run') as (beta' & curve' & on_curve').
  destruct (run_meets_level D C' (x s) x' y' good run' x_pos) as (t & t_pos & same).
  pose proof (curves_compared D C C' (x s) beta beta' good larger curve curve' x_pos).
  assert (below : y' t < y s) by (rewrite (on_curve s later), (on_curve' t t_pos), same; assumption).
  set (k := y s / x s). assert (k_pos : 0 < k) by now apply Rdiv_lt_0_compat.
  assert (times : k * x s = y s) by (unfold k; field; lra).
  destruct (ray_is_reached D C' k t x' y' good run' k_pos) as (z & after & reached).
  - apply (Rmult_lt_reg_r (x s)); [exact x_pos |]. rewrite Rmult_assoc, times. lra.
  - apply (Rmult_lt_reg_r (x s)); [exact x_pos |]. unfold ahead in *. replace (((p D - q D) * 1 - (e D + f D) * k) * x s)
      with ((p D - q D) * x s - (e D + f D) * (k * x s)) by ring. rewrite times. lra.
  - apply (Rmult_lt_reg_r (x s)); [exact x_pos |]. unfold first in *.
    replace ((p D * 1 - e D * k) * x s) with (p D * x s - e D * (k * x s)) by ring. rewrite times. lra.
  - exact t_pos.
  - assert (meets : exists r, t < r /\ y' r * x s = y s * x' r).
    { pose proof run' as (_ & _ & moves'). set (F := fun r => y' r * x s - y s * x' r).
      assert (first_sign : F t < 0) by (unfold F; rewrite same; pose proof (Rmult_lt_compat_r _ _ _ x_pos below); lra).
      assert (last_sign : 0 <= F z).
      { unfold F. rewrite <- times. pose proof (Rmult_le_compat_r _ _ _ (Rlt_le _ _ x_pos) reached). lra. }
      assert (order : t < z) by (destruct after as [less | <-]; [exact less | lra]).
      destruct last_sign as [above | tie]; [| exists z; split; [exact order | unfold F in tie; lra]].
      destruct (IVT_interv F t z) as (r & [from _] & zero); [| exact order | exact first_sign | exact above |].
      - intros r [from _]. destruct (moves' r ltac:(lra)) as [moves_x moves_y]. eapply continuous_of_derivative. unfold F. derive.
      - exists r. split; [| unfold F in zero; lra]. destruct from as [from | <-]; [exact from | lra]. }
    destruct meets as (r & beyond & on_ray). exists r. split; [lra |]. split; [| exact on_ray]. rewrite <- same.
    apply (rises_strictly x' (fun r => x_rate D C' (x' r) (y' r)) t r beyond); intros v inside.
    + pose proof run' as (_ & _ & moves'). apply moves'. lra.
    + destruct (rates_positive D C' (x' v) (y' v) good) as [some more].
      pose proof (Rmult_le_pos _ _ (some_h D good) (Rlt_le _ _ some)). lra.
Qed.
