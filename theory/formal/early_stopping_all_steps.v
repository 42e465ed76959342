(** * For small enough steps of 1-SAM the best accuracy over all of training strictly increases with the radius

    Statement.  Let tau = |w_0| > 0 and rho < rho'. Some eta_0 > 0 serves every strictly increasing Phi and every s > 0. Take steps of one
                size eta <= eta_0. Then under either radius the best accuracy over all of training is reached after some number of
                steps, and it is strictly higher under rho'.
    Idea.       The lead of the steps is bounded, like that of the flow: where it is large, the slope is above r, so that a step lowers it.
                So the quotients after a certain time lie below a quotient that the steps reach before. So the best step comes before that
                time, up to which early_stopping_small_steps.v compares the radii.
    Assumes.    The data of toy.v; n_c > n_n >= 1. Of Phi only that it strictly increases.
    Source.     Beyond the end of Section 3.2. *)

Require Import Reals Lra Lia Arith.
From Formal Require Import lemma_3_1 vectors growth comparison exponentials existence euler one_sam_linear accuracy_monotone toy.
From Formal Require Import early_stopping_accuracy early_stopping_reduction early_stopping_flow early_stopping_slope early_stopping_curve.
From Formal Require Import early_stopping_ends early_stopping_peak early_stopping_near_flow early_stopping_small_steps.
Open Scope R_scope.

Definition clean_steps (D : toy) (rho h : R) (k : nat) : R := fst (stepped D rho h k).
Definition noisy_steps (D : toy) (rho h : R) (k : nat) : R := snd (stepped D rho h k).

(** The quotient after k steps of size h, and its distance from the flow. *)
Definition score_of_steps (D : toy) (T rho h : R) (k : nat) : R := quotient D T (clean_steps D rho h k) (noisy_steps D rho h k).

Lemma score_near (D : toy) (T rho t : R) (a b : R -> R) :
  orthogonal D -> (0 < clean D)%nat -> (0 < noisy D)%nat -> 0 < T -> is_path D rho a b ->
  exists c, 0 < c /\ forall h k s, 0 < h -> INR k * h <= t -> INR k * h <= s <= INR k * h + h ->
    Rabs (score_of_steps D T rho h k - quotient D T (a s) (b s)) <= c * h.
Proof.
  intros good some some_noisy some_T path. assert (some_points : (0 < points D)%nat) by (unfold points; lia).
  destruct (path_is_steady D rho a b good some_points path) as [slow_a slow_b]. pose proof (points_pos D some) as many.
  assert (some_lip : 0 < steepness D T) by (apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat; lra | now apply sqrt_lt_R0]).
  assert (some_c : 0 < spread D t) by (pose proof (exp_pos (2 * stiffness D * t)); unfold spread; lra).
  exists (steepness D T * (spread D t + 2)). split; [apply Rmult_lt_0_compat; lra |]. intros h k s some_h within [from to].
  pose proof (stepped_near D rho h t a b k good some_points path some_h within) as near.
  pose proof (Rmult_le_pos _ _ (pos_INR k) (Rlt_le _ _ some_h)) as later. set (r := INR k * h) in *.
  pose proof (slow_a r s later ltac:(lra)) as move_a. pose proof (slow_b r s later ltac:(lra)) as move_b.
  rewrite (Rabs_left1 (r - s)) in move_a, move_b by lra. unfold score_of_steps, clean_steps, noisy_steps.
  set (u := fst (stepped D rho h k)) in *. set (v := snd (stepped D rho h k)) in *.
  pose proof (Rabs_triang (u - a r) (a r - a s)) as of_a. pose proof (Rabs_triang (v - b r) (b r - b s)) as of_b.
  replace (u - a r + (a r - a s)) with (u - a s) in of_a by ring. replace (v - b r + (b r - b s)) with (v - b s) in of_b by ring.
  apply Rle_trans with (1 := quotient_lipschitz D T u v (a s) (b s) some some_noisy some_T).
  replace (steepness D T * (spread D t + 2) * h) with (steepness D T * (spread D t * h + 2 * h)) by ring.
  apply Rmult_le_compat_l; lra.
Qed.

Lemma next_step (D : toy) (rho h : R) (k : nat) :
  clean_steps D rho h (S k) = clean_steps D rho h k + h * clean_rate D rho (clean_steps D rho h k) (noisy_steps D rho h k)
  /\ noisy_steps D rho h (S k) = noisy_steps D rho h k + h * noisy_rate D rho (clean_steps D rho h k) (noisy_steps D rho h k).
Proof. unfold clean_steps, noisy_steps, stepped. simpl. now destruct (euler (clean_rate D rho) (noisy_rate D rho) h k). Qed.

Lemma rates_below_1 (D : toy) (rho a b : R) : (0 < clean D)%nat -> clean_rate D rho a b <= 1.
Proof.
  intros some. pose proof (points_pos D some) as many. assert (at_least : 1 <= INR (points D)) by (apply (le_INR 1); unfold points; lia).
  unfold clean_rate. apply (Rmult_le_reg_r (INR (points D))); [exact many |]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l by lra.
  pose proof (sigma_below_1 (shift D rho - clean_margin D a b)). lra.
Qed.

Lemma steps_nonneg (D : toy) (rho h : R) (k : nat) : (0 < clean D)%nat -> 0 < h -> 0 <= clean_steps D rho h k /\ 0 <= noisy_steps D rho h k.
Proof.
  intros some positive. induction k as [| k [IH_a IH_b]]; [split; apply Rle_refl |]. destruct (next_step D rho h k) as [-> ->].
  destruct (rates_pos D rho (clean_steps D rho h k) (noisy_steps D rho h k) some) as [rate_a rate_b].
  pose proof (Rmult_lt_0_compat _ _ positive rate_a). pose proof (Rmult_lt_0_compat _ _ positive rate_b). lra.
Qed.

(** A bound on the lead, for steps of size at most 1. *)
Definition top_lead (D : toy) (rho : R) : R := Rmax (pull D (clean D) * far_progress D rho) (ln (2 * end_ratio D)).

Lemma lead_of_steps (D : toy) (rho h : R) (k : nat) :
  orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> 0 < h <= 1 ->
  pull D (clean D) * clean_steps D rho h k - pull D (noisy D) * noisy_steps D rho h k <= top_lead D rho + pull D (clean D).
Proof.
  intros good majority some_noisy [positive small]. assert (some : (0 < clean D)%nat) by lia.
  destruct (pulls D good majority) as [some_pull more].
  pose proof (Rmax_l (pull D (clean D) * far_progress D rho) (ln (2 * end_ratio D))) as top_far. fold (top_lead D rho) in top_far.
  pose proof (Rmax_r (pull D (clean D) * far_progress D rho) (ln (2 * end_ratio D))) as top_wide. fold (top_lead D rho) in top_wide.
  pose proof (Rmult_lt_0_compat _ _ (Rlt_trans _ _ _ some_pull more) (far_progress_pos D rho good)) as far.
  induction k as [| k IH]; [unfold clean_steps, noisy_steps; simpl; lra |]. destruct (next_step D rho h k) as [-> ->].
  destruct (steps_nonneg D rho h k some positive) as [a_pos b_pos].
  set (a := clean_steps D rho h k) in *. set (b := noisy_steps D rho h k) in *. destruct (rates_pos D rho a b some) as [rate_a rate_b].
  destruct (Rle_or_lt (pull D (clean D) * a - pull D (noisy D) * b) (top_lead D rho)) as [low | high].
  - pose proof (rates_below_1 D rho a b some) as slow. pose proof (Rmult_lt_0_compat _ _ positive rate_b) as move_b.
    pose proof (Rmult_lt_0_compat _ _ some_pull move_b).
    assert (move_a : h * clean_rate D rho a b <= 1) by (rewrite <- (Rmult_1_l 1); apply Rmult_le_compat; lra).
    pose proof (Rmult_le_compat_l (pull D (clean D)) _ _ ltac:(lra) move_a). lra.
  - assert (after : far_progress D rho <= a).
    { apply (Rmult_le_reg_l (pull D (clean D))); [lra |]. pose proof (Rmult_le_pos _ _ (Rlt_le _ _ some_pull) b_pos). lra. }
    pose proof (steep_far_out D rho a b good majority after b_pos ltac:(lra)) as steep.
    destruct (slope_is_quotient D rho a b 0 0 good some some_noisy) as [quotient _]. rewrite <- quotient in steep.
    apply (Rmult_lt_compat_r (clean_rate D rho a b)) in steep; [| exact rate_a].
    unfold Rdiv at 1 in steep. rewrite Rmult_assoc, Rinv_l, Rmult_1_r in steep by lra.
    apply (Rmult_lt_compat_l (pull D (noisy D))) in steep; [| exact some_pull].
    replace (pull D (noisy D) * (end_ratio D * clean_rate D rho a b)) with (pull D (clean D) * clean_rate D rho a b) in steep
      by (unfold end_ratio; field; lra).
    apply (Rmult_lt_compat_l h) in steep; [| exact positive]. lra.
Qed.

(** The clean progress reaches X in bounded time. *)
Lemma steps_advance (D : toy) (rho h X : R) (k : nat) :
  orthogonal D -> (0 < clean D)%nat -> 0 < h -> Rmin X (lowest_rate D rho X * (INR k * h)) <= clean_steps D rho h k.
Proof.
  intros good some positive. pose proof (lowest_rate_pos D rho X some) as low. induction k as [| k IH].
  - unfold clean_steps. simpl. rewrite Rmult_0_l, Rmult_0_r. apply Rmin_r.
  - destruct (next_step D rho h k) as [-> _]. destruct (steps_nonneg D rho h k some positive) as [_ b_pos].
    set (a := clean_steps D rho h k) in *. set (b := noisy_steps D rho h k) in *. destruct (rates_pos D rho a b some) as [rate _].
    pose proof (Rmult_lt_0_compat _ _ positive rate) as move.
    destruct (Rle_or_lt X a) as [beyond | below]; [apply Rle_trans with (1 := Rmin_l _ _); lra |].
    apply Rle_trans with (1 := Rmin_r _ _). rewrite S_INR.
    pose proof (rate_above_lowest D rho X a b good some (Rlt_le _ _ below) b_pos) as fast.
    apply (Rmult_le_compat_l h) in fast; [| lra]. unfold Rmin in IH. destruct (Rle_dec X (lowest_rate D rho X * (INR k * h))); lra.
Qed.

Lemma late_steps (D : toy) (T rho level : R) :
  orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> 0 <= T -> end_quotient D < level ->
  exists t, 0 < t /\ forall h k, 0 < h <= 1 -> t <= INR k * h -> score_of_steps D T rho h k <= level.
Proof.
  intros good majority some_noisy more exceeds. assert (some : (0 < clean D)%nat) by lia.
  destruct (pulls D good majority) as [some_pull less].
  pose proof (end_ratio_above_1 D good majority) as ratio.
  set (M := (top_lead D rho + pull D (clean D)) / pull D (noisy D)).
  assert (some_M : 0 < M).
  { apply Rdiv_lt_0_compat; [| exact some_pull]. pose proof (Rmax_r (pull D (clean D) * far_progress D rho) (ln (2 * end_ratio D))) as wide.
    fold (top_lead D rho) in wide. assert (0 < ln (2 * end_ratio D)) by (rewrite <- ln_1; apply ln_increasing; lra). lra. }
  destruct (tail_below D T M level good majority some_noisy more some_M exceeds) as (X & some_X & tail).
  pose proof (lowest_rate_pos D rho X some) as low. exists (X / lowest_rate D rho X). split; [now apply Rdiv_lt_0_compat |].
  intros h k small late. apply tail.
  - apply Rle_trans with (2 := steps_advance D rho h X k good some (proj1 small)). apply Rmin_glb; [apply Rle_refl |].
    apply (Rmult_le_compat_l (lowest_rate D rho X)) in late; [| lra].
    replace (lowest_rate D rho X * (X / lowest_rate D rho X)) with X in late by (field; lra). exact late.
  - pose proof (lead_of_steps D rho h k good majority some_noisy small) as bound.
    apply (Rmult_le_reg_l (pull D (noisy D))); [exact some_pull |].
    replace (pull D (noisy D) * (end_ratio D * clean_steps D rho h k - M))
      with (pull D (clean D) * clean_steps D rho h k - (top_lead D rho + pull D (clean D))) by (unfold end_ratio, M; field; lra). lra.
Qed.

(** The best of finitely many steps. *)
Lemma largest_of (f : nat -> R) (n : nat) : exists j, (j <= n)%nat /\ forall k, (k <= n)%nat -> f k <= f j.
Proof.
  induction n as [| n (j & within & best)].
  - exists 0%nat. split; [lia |]. intros k H. replace k with 0%nat by lia. apply Rle_refl.
  - destruct (Rle_or_lt (f (S n)) (f j)) as [less | more].
    + exists j. split; [lia |]. intros k H. destruct (Nat.eq_dec k (S n)) as [-> | other]; [exact less | apply best; lia].
    + exists (S n). split; [lia |]. intros k H. destruct (Nat.eq_dec k (S n)) as [-> | other]; [apply Rle_refl |].
      apply Rlt_le, Rle_lt_trans with (2 := more), best. lia.
Qed.

Lemma steps_have_peak (D : toy) (T rho : R) :
  orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> 0 < T ->
  exists eta_0 t, 0 < eta_0 /\ 0 < t /\ forall eta, 0 < eta <= eta_0 ->
    exists j, INR j * eta <= t /\ forall k, score_of_steps D T rho eta k <= score_of_steps D T rho eta j.
Proof.
  intros good majority some_noisy some_T. assert (some : (0 < clean D)%nat) by lia.
  destruct (path_exists D rho good ltac:(unfold points; lia)) as (a & b & path).
  destruct (path_has_curve D rho a b good majority some_noisy path) as (beta & curve & on & reached_at & _).
  destruct (curve_above_end D rho T beta good majority some_noisy some_T curve) as (x & some_x & exceeds).
  destruct (reached_at x some_x) as (p & some_p & at_p). destruct (on p some_p) as [_ same]. rewrite at_p in same.
  set (level := (end_quotient D + quotient D T x (beta x)) / 2).
  destruct (late_steps D T rho level good majority some_noisy (Rlt_le _ _ some_T)) as (t & some_t & late); [unfold level; lra |].
  destruct (score_near D T rho p a b good some some_noisy some_T path) as (c & some_c & near).
  set (gap := (quotient D T x (beta x) - end_quotient D) / (2 * c)). assert (some_gap : 0 < gap) by (apply Rdiv_lt_0_compat; lra).
  pose proof (Rmin_l 1 gap) as below_1. pose proof (Rmin_r 1 gap) as below_gap. exists (Rmin 1 gap), (t + p).
  split; [apply Rmin_pos; lra |]. split; [lra |]. intros eta [positive small].
  destruct (last_step p eta ltac:(lra) positive) as (i & before & after).
  assert (high : level <= score_of_steps D T rho eta i).
  { pose proof (near eta i p positive before ltac:(lra)) as close. rewrite at_p, same, Rabs_minus_sym in close.
    pose proof (Rle_trans _ _ _ (Rle_abs _) close) as side.
    assert (cost : c * eta <= (quotient D T x (beta x) - end_quotient D) / 2).
    { replace ((quotient D T x (beta x) - end_quotient D) / 2) with (c * gap) by (unfold gap; field; lra). apply Rmult_le_compat_l; lra. }
    unfold level. lra. }
  destruct (last_step (t + p) eta ltac:(lra) positive) as (n & inside & outside).
  destruct (largest_of (score_of_steps D T rho eta) n) as (j & within & best).
  assert (not_after : forall m, INR m * eta <= t + p -> (m <= n)%nat).
  { intros m early. destruct (le_lt_dec m n) as [fine | wrong]; [exact fine |]. exfalso.
    apply (le_INR (S n)) in wrong. rewrite S_INR in wrong. apply (Rmult_le_compat_r eta) in wrong; lra. }
  exists j. split.
  - apply le_INR in within. apply (Rmult_le_compat_r eta) in within; lra.
  - intros k. destruct (Rle_or_lt (INR k * eta) (t + p)) as [early | beyond]; [now apply best, not_after |].
    apply Rle_trans with level; [apply late; lra |]. apply Rle_trans with (1 := high). apply best, not_after. lra.
Qed.

Lemma accuracy_of_steps (Phi : R -> R) (D : toy) (s rho eta : R) (k : nat) :
  orthogonal D -> 0 < norm (dimension D) (start D) -> 0 < s ->
  toy_accuracy Phi D s (trained D rho (fun _ => eta) k)
  = Phi (signal D ^ 2 / (s * sqrt (noise_size D)) * score_of_steps D (norm (dimension D) (start D) ^ 2 / noise_size D) rho eta k).
Proof.
  intros good apart deviation. rewrite trained_stepped by exact good. apply accuracy_of_radicand; [exact good | exact deviation |].
  apply radicand_positive, Rdiv_lt_0_compat; [now apply pow_lt | apply (some_noise D good)].
Qed.

Theorem best_of_all_steps (D : toy) (rho rho' : R) :
  orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> 0 < norm (dimension D) (start D) -> rho < rho' ->
  exists eta_0, 0 < eta_0 /\ forall eta, 0 < eta <= eta_0 ->
    exists j j', forall Phi s, strictly_increasing Phi -> 0 < s ->
      (forall k, toy_accuracy Phi D s (trained D rho (fun _ => eta) k) <= toy_accuracy Phi D s (trained D rho (fun _ => eta) j))
      /\ (forall k, toy_accuracy Phi D s (trained D rho' (fun _ => eta) k) <= toy_accuracy Phi D s (trained D rho' (fun _ => eta) j'))
      /\ toy_accuracy Phi D s (trained D rho (fun _ => eta) j) < toy_accuracy Phi D s (trained D rho' (fun _ => eta) j').
Proof.
  intros good majority some_noisy apart larger. assert (some : (0 < clean D)%nat) by lia.
  set (T := norm (dimension D) (start D) ^ 2 / noise_size D).
  assert (some_T : 0 < T) by (apply Rdiv_lt_0_compat; [now apply pow_lt | apply (some_noise D good)]).
  destruct (steps_have_peak D T rho good majority some_noisy some_T) as (eta_1 & t & some_1 & some_t & peaks).
  destruct (steps_have_peak D T rho' good majority some_noisy some_T) as (eta_2 & t' & some_2 & _ & peaks').
  destruct (steps_gain D rho rho' t T good majority some_noisy larger some_t some_T) as (eta_3 & some_3 & gains).
  pose proof (Rmin_l eta_1 (Rmin eta_2 eta_3)). pose proof (Rmin_r eta_1 (Rmin eta_2 eta_3)).
  pose proof (Rmin_l eta_2 eta_3). pose proof (Rmin_r eta_2 eta_3).
  exists (Rmin eta_1 (Rmin eta_2 eta_3)). split; [repeat apply Rmin_pos; assumption |]. intros eta [positive small].
  destruct (peaks eta ltac:(lra)) as (j & within & best). destruct (peaks' eta ltac:(lra)) as (j' & _ & best').
  destruct (gains eta ltac:(lra)) as (i & _ & higher). exists j, j'. intros Phi s grows deviation.
  pose proof (scale_pos D s good deviation) as scale.
  split; [| split]; intros; rewrite !accuracy_of_steps by assumption; fold T.
  - apply increasing_le; [exact grows |]. apply Rmult_le_compat_l; [lra | apply best].
  - apply increasing_le; [exact grows |]. apply Rmult_le_compat_l; [lra | apply best'].
  - apply grows, Rmult_lt_compat_l; [exact scale |]. apply Rlt_le_trans with (2 := best' i). now apply higher.
Qed.

Definition main_theorems := (best_of_all_steps).
Print Assumptions main_theorems.
