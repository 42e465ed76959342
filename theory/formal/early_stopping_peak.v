(** * The best accuracy along a gradient flow of 1-SAM is reached at a finite progress, and strictly increases with the radius

    Statement.  Let tau = |w_0| > 0. Each rho has a flow of 1-SAM from w_0. Along every such flow some time has the best
                accuracy of all, with a clean progress a > 0. For rho < rho' the best accuracy under rho' is strictly higher.
    Idea.       Let r = (N + 2 B^2 n_c)/(N + 2 B^2 n_n) > 1. The lead stays between two positive numbers in the end, as the slope is below r
                for a small lead and above r for a large one. So b lies below r a by an amount between two positive numbers: the
                quotient of early_stopping_accuracy.v exceeds its limit, that for b/a = r, somewhere, and tends to it. At the start it
                is 0. So it has a largest value. Where rho has its peak, rho' is more accurate (early_stopping_progress.v).
    Assumes.    The data of toy.v, n_c > n_n >= 1, s > 0, tau > 0. Of Phi only this is used: it increases strictly.
    Source.     Beyond the end of Section 3.2. *)

Require Import Reals Lra Lia Arith.
From Formal Require Import lemma_3_1 vectors matrices growth comparison exponentials one_sam_linear accuracy_monotone toy.
From Formal Require Import early_stopping_accuracy early_stopping_reduction early_stopping_slope early_stopping_curve.
From Formal Require Import early_stopping_flow early_stopping_progress early_stopping_ends.
Open Scope R_scope.

(** The lead along a curve: k_c x - k_n beta, with the derivative k_n (r - slope). *)
Definition curve_lead (D : toy) (beta : R -> R) (x : R) : R := pull D (clean D) * x - pull D (noisy D) * beta x.

Lemma lead_moves (D : toy) (rho : R) (beta : R -> R) (x : R) :
  orthogonal D -> (noisy D < clean D)%nat -> is_curve D rho beta -> 0 < x ->
  derivable_pt_lim (curve_lead D beta) x (pull D (noisy D) * (end_ratio D - slope D rho x (beta x))).
Proof.
  intros good majority curve positive. destruct (pulls D good majority). destruct (curve x positive) as [moves _].
  unfold curve_lead. eapply derivative_is; [derive |]. unfold end_ratio. field. lra.
Qed.

(** The slope against e^lead and against r. *)
Lemma slope_by_lead (D : toy) (rho x b : R) :
  noisy_margin D x b < clean_margin D x b -> slope D rho x b < exp (pull D (clean D) * x - pull D (noisy D) * b).
Proof.
  intros ahead. rewrite <- margin_gap. unfold slope. set (v := noisy_margin D x b - shift D rho).
  replace (clean_margin D x b - shift D rho) with (clean_margin D x b - noisy_margin D x b + v) by (unfold v; ring).
  rewrite exp_plus. set (g := clean_margin D x b - noisy_margin D x b). pose proof (exp_pos v).
  assert (1 < exp g) by (rewrite <- exp_0; apply exp_increasing; unfold g; lra).
  apply (Rmult_lt_reg_r (1 + exp v)); [lra |]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra.
Qed.

Lemma slope_above_ratio (D : toy) (rho x b r : R) :
  1 < r -> ln (2 * r) <= pull D (clean D) * x - pull D (noisy D) * b -> ln (4 * r) <= clean_margin D x b - shift D rho ->
  r < slope D rho x b.
Proof.
  intros more wide far. rewrite <- margin_gap in wide. unfold slope. set (v := noisy_margin D x b - shift D rho).
  set (u := clean_margin D x b - shift D rho) in *. pose proof (exp_pos v).
  apply exp_le in far. rewrite exp_ln in far by lra.
  assert (times : 2 * r * exp v <= exp u).
  { apply exp_le in wide. rewrite exp_ln in wide by lra.
    replace u with (clean_margin D x b - noisy_margin D x b + v) by (unfold u, v; ring). rewrite exp_plus. apply Rmult_le_compat_r; lra. }
  apply (Rmult_lt_reg_r (1 + exp v)); [lra |]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra.
Qed.

Lemma lead_keeps_above (D : toy) (rho : R) (beta : R -> R) :
  orthogonal D -> (noisy D < clean D)%nat -> is_curve D rho beta -> exists k, 0 < k /\ forall x, 1 <= x -> beta x <= end_ratio D * x - k.
Proof.
  intros good majority curve. destruct (pulls D good majority) as [some more]. pose proof (end_ratio_above_1 D good majority) as ratio.
  set (low := Rmin (curve_lead D beta 1) (ln ((1 + end_ratio D) / 2))).
  assert (positive : 0 < low).
  { apply Rmin_pos; [| rewrite <- ln_1; apply ln_increasing; lra]. destruct (curve 1 Rlt_0_1) as (_ & _ & ahead).
    pose proof (margin_gap D 1 (beta 1)). unfold curve_lead. lra. }
  exists (low / pull D (noisy D)). split; [now apply Rdiv_lt_0_compat |]. intros x after.
  assert (stays : low <= curve_lead D beta x).
  { apply (stays_above (curve_lead D beta) (fun y => pull D (noisy D) * (end_ratio D - slope D rho y (beta y))) 1);
      [| apply Rmin_l | | exact after].
    - intros y from. apply (lead_moves D rho beta y good majority curve). lra.
    - intros y from below. destruct (curve y ltac:(lra)) as (_ & _ & ahead). pose proof (slope_by_lead D rho y (beta y) ahead) as small.
      assert (exp (curve_lead D beta y) < (1 + end_ratio D) / 2).
      { rewrite <- (exp_ln ((1 + end_ratio D) / 2)) by lra. apply exp_increasing.
        pose proof (Rmin_r (curve_lead D beta 1) (ln ((1 + end_ratio D) / 2))) as bound. fold low in bound. lra. }
      unfold curve_lead in *. apply Rmult_lt_0_compat; lra. }
  apply (Rmult_le_reg_l (pull D (noisy D))); [exact some |].
  replace (pull D (noisy D) * (end_ratio D * x - low / pull D (noisy D))) with (pull D (clean D) * x - low)
    by (unfold end_ratio; field; lra).
  unfold curve_lead in stays. lra.
Qed.

Lemma lead_stays_bounded (D : toy) (rho : R) (beta : R -> R) :
  orthogonal D -> (noisy D < clean D)%nat -> is_curve D rho beta ->
  exists M A, 0 < M /\ 0 < A /\ forall x, A <= x -> end_ratio D * x - M <= beta x.
Proof.
  intros good majority curve. destruct (pulls D good majority) as [some more]. pose proof (end_ratio_above_1 D good majority) as ratio.
  pose proof (some_noise D good) as noise_pos. set (far := ln (4 * end_ratio D) + shift D rho).
  set (A := 1 + 2 * Rabs far / noise_size D).
  assert (some_A : 0 < A).
  { pose proof (Rmult_le_pos _ _ (Rabs_pos far) (Rlt_le _ _ (Rinv_0_lt_compat _ noise_pos))). unfold A, Rdiv. lra. }
  assert (high : 0 < ln (2 * end_ratio D)) by (rewrite <- ln_1; apply ln_increasing; lra).
  set (top := Rmax (curve_lead D beta A) (ln (2 * end_ratio D))).
  pose proof (Rmax_r (curve_lead D beta A) (ln (2 * end_ratio D))) as top_high. fold top in top_high. assert (some_top : 0 < top) by lra.
  exists (top / pull D (noisy D)), A. split; [now apply Rdiv_lt_0_compat |]. split; [exact some_A |]. intros x after.
  assert (stays : - top <= - curve_lead D beta x).
  { apply (stays_above (fun y => - curve_lead D beta y) (fun y => - (pull D (noisy D) * (end_ratio D - slope D rho y (beta y)))) A);
      [| apply Ropp_le_contravar, Rmax_l | | exact after].
    - intros y from. apply (derivable_pt_lim_opp (curve_lead D beta)). apply (lead_moves D rho beta y good majority curve). lra.
    - intros y from below. destruct (curve y ltac:(lra)) as (_ & beta_pos & ahead).
      assert (steep : end_ratio D < slope D rho y (beta y)).
      { apply slope_above_ratio; [exact ratio | |].
        - unfold curve_lead in *. lra.
        - assert (size : 2 * far <= noise_size D * y).
          { apply Rle_trans with (noise_size D * A); [| apply Rmult_le_compat_l; lra].
            replace (noise_size D * A) with (noise_size D + 2 * Rabs far) by (unfold A; field; lra). pose proof (Rle_abs far). lra. }
          assert (total : clean_margin D y (beta y) + noisy_margin D y (beta y) = noise_size D * y + noise_size D * beta y)
            by (unfold clean_margin, noisy_margin; ring).
          pose proof (Rmult_lt_0_compat _ _ noise_pos beta_pos). unfold far in size. lra. }
      pose proof (Rmult_lt_compat_l _ _ _ some steep). lra. }
  apply (Rmult_le_reg_l (pull D (noisy D))); [exact some |].
  replace (pull D (noisy D) * (end_ratio D * x - top / pull D (noisy D))) with (pull D (clean D) * x - top)
    by (unfold end_ratio; field; lra).
  unfold curve_lead in stays. lra.
Qed.

(** The largest quotient along a curve. *)
Lemma curve_has_peak (D : toy) (rho T : R) (beta : R -> R) :
  orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> 0 < T -> is_curve D rho beta ->
  exists x, 0 < x /\ 0 < quotient D T x (beta x) /\ forall y, 0 < y -> quotient D T y (beta y) <= quotient D T x (beta x).
Proof.
  intros good majority some_noisy some_T curve. assert (some : (0 < clean D)%nat) by lia.
  destruct (lead_keeps_above D rho beta good majority curve) as (k & some_k & above).
  destruct (lead_stays_bounded D rho beta good majority curve) as (M & A & some_M & some_A & below).
  pose proof (end_ratio_above_1 D good majority) as ratio. pose proof (end_numerator_pos D good majority) as numerator.
  set (far := (INR (noisy D) * k ^ 2 + T) / (2 * INR (noisy D) * end_ratio D * k)).
  pose proof some as some_m. pose proof some_noisy as some_n. apply lt_0_INR in some_m, some_n.
  assert (far_pos : 0 < far).
  { apply Rdiv_lt_0_compat; [| apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat |]; lra].
    pose proof (Rmult_lt_0_compat _ _ some_n (pow_lt k 2 some_k)). lra. }
  set (x := 1 + far). set (Q := fun y => quotient D T y (beta y)).
  assert (exceeds : end_quotient D < Q x).
  { apply (tail_above D T k); try assumption; [lra | unfold x; lra | | apply above; unfold x; lra | fold far; unfold x; lra].
    apply Rlt_le, curve. unfold x. lra. }
  assert (level_pos : 0 < Q x).
  { apply Rlt_trans with (2 := exceeds). apply Rdiv_lt_0_compat; [exact numerator |]. apply sqrt_lt_R0.
    pose proof (Rmult_le_pos _ _ (Rlt_le _ _ some_n) (pow2_ge_0 (end_ratio D))). lra. }
  destruct (tail_below D T M (Q x) good majority some_noisy ltac:(lra) some_M exceeds) as (X & some_X & tail).
  set (first := Q x * sqrt T / INR (clean D)).
  assert (first_pos : 0 < first).
  { apply Rdiv_lt_0_compat; [| exact some_m]. apply Rmult_lt_0_compat; [exact level_pos | now apply sqrt_lt_R0]. }
  set (from := Rmin first x). set (to := X + A + x).
  assert (from_pos : 0 < from) by (apply Rmin_pos; [exact first_pos | unfold x; lra]).
  pose proof (Rmin_l first x) as from_first. pose proof (Rmin_r first x) as from_x. fold from in from_first, from_x.
  destruct (continuity_ab_maj Q from to) as (best & largest & [left right]); [unfold to; lra | |].
  { intros y [after _]. destruct (curve y ltac:(lra)) as [moves _].
    pose proof (radicand_pos D T y (beta y) some ltac:(lra) ltac:(lra)) as radicand. pose proof (sqrt_lt_R0 _ radicand).
    eapply continuous_of_derivative. unfold Q, quotient. derive; [exact radicand | lra]. }
  pose proof (largest x ltac:(unfold to; lra)) as not_below. exists best. split; [lra |]. split; [fold (Q best); lra |]. intros y positive.
  fold (Q y) (Q best). destruct (Rlt_or_le y from) as [early | late].
  - apply Rle_trans with (2 := not_below). apply near_start; try assumption; [now apply Rlt_le, curve | fold first; lra].
  - destruct (Rle_or_lt y to) as [inside | beyond]; [apply largest; lra |]. apply Rle_trans with (2 := not_below).
    unfold to, x in beyond. apply tail; [lra |]. apply below. lra.
Qed.

Definition is_peak (Phi : R -> R) (D : toy) (s : R) (w : R -> vector) (p : R) : Prop :=
  0 <= p /\ forall r, 0 <= r -> toy_accuracy Phi D s (w r) <= toy_accuracy Phi D s (w p).

Lemma flow_has_peak (Phi : R -> R) (D : toy) (s rho : R) (w : R -> vector) :
  strictly_increasing Phi -> orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> 0 < s -> 0 < norm (dimension D) (start D) ->
  is_flow D rho w -> exists p a b, is_peak Phi D s w p /\ 0 < a /\ has_progress D a b (w p).
Proof.
  intros grows good majority some_noisy deviation apart flow. assert (some : (0 < clean D)%nat) by lia.
  destruct (flow_has_curve D rho w good majority some_noisy flow) as (beta & curve & on_curve & endless).
  set (T := norm (dimension D) (start D) ^ 2 / noise_size D).
  assert (some_T : 0 < T) by (apply Rdiv_lt_0_compat; [now apply pow_lt | apply (some_noise D good)]).
  destruct (curve_has_peak D rho T beta good majority some_noisy some_T curve) as (x & positive & above & largest).
  destruct (endless x positive) as (p & later & here). exists p, x, (beta x). split; [split; [lra |] | now split].
  assert (score : forall y v, 0 < y -> has_progress D y (beta y) v ->
            toy_accuracy Phi D s v = Phi (signal D ^ 2 / (s * sqrt (noise_size D)) * quotient D T y (beta y))).
  { intros y v some_y there. rewrite (accuracy_of_progress Phi D s y (beta y) v good there). now apply accuracy_closed_form. }
  pose proof (scale_pos D s good deviation) as scale. intros r [from | <-]; rewrite (score x (w p) positive here).
  - destruct (on_curve r from) as (y & some_y & there). rewrite (score y (w r) some_y there).
    apply increasing_le; [exact grows |]. apply Rmult_le_compat_l; [lra | now apply largest].
  - apply increasing_le; [exact grows |]. rewrite (proj1 flow 0%nat) by apply (some_dimension D good). rewrite (start_flat D good).
    unfold Rdiv at 1. rewrite Rmult_0_r, Rmult_0_l. apply Rmult_le_pos; lra.
Qed.

Theorem peak_increases (Phi : R -> R) (D : toy) (s : R) :
  strictly_increasing Phi -> orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> 0 < s -> 0 < norm (dimension D) (start D) ->
  (forall rho, exists w, is_flow D rho w)
  /\ (forall rho w, is_flow D rho w -> exists p a b, is_peak Phi D s w p /\ 0 < a /\ has_progress D a b (w p))
  /\ (forall rho rho' w w' p p', rho < rho' -> is_flow D rho w -> is_flow D rho' w' -> is_peak Phi D s w p -> is_peak Phi D s w' p' ->
       toy_accuracy Phi D s (w p) < toy_accuracy Phi D s (w' p')).
Proof.
  intros grows good majority some_noisy deviation apart.
  split; [intros rho; apply flow_exists; [exact good | unfold points; lia] |].
  split; [intros rho w flow; now apply (flow_has_peak Phi D s rho w) |].
  intros rho rho' w w' p p' larger flow flow' [from best] [from' best'].
  destruct (flow_has_peak Phi D s rho w grows good majority some_noisy deviation apart flow) as (q & a & b & [later top] & positive & here).
  destruct (equal_progress Phi D s rho rho' grows good majority some_noisy deviation larger) as (_ & _ & of_flows).
  destruct (of_flows w w' flow flow') as [higher reached_by_both].
  destruct (reached_by_both a positive) as (_ & _ & q' & b' & _ & later' & _ & here').
  apply Rle_lt_trans with (toy_accuracy Phi D s (w q)); [now apply top |].
  apply Rlt_le_trans with (toy_accuracy Phi D s (w' q')); [| apply best'; lra].
  apply (higher q q' a b b'); try assumption. lra.
Qed.

Definition main_theorems := (peak_increases).
Print Assumptions main_theorems.
