(** * Steps of 1-SAM keep near the gradient flow, and a larger radius leads: at equal time its a is no smaller

    For steps of equal size up to smooth_step, the larger radius has the larger C - m of either kind of points after every step: each of the
    two falls by its own sigma alone, and rises with the other one. So its a is no smaller, which the flow inherits as the steps shrink.
    No statement of the paper is proved here. *)

Require Import Reals Lra Lia.
From Formal Require Import lemma_3_1 vectors exponentials existence euler one_sam_linear toy early_stopping_accuracy.
From Formal Require Import early_stopping_reduction early_stopping_flow early_stopping_slope early_stopping_steps early_stopping_curve.
Open Scope R_scope.

(** Progress a and b after k steps. *)
Definition stepped (D : toy) (rho eta : R) (k : nat) : R * R := euler (clean_rate D rho) (noisy_rate D rho) eta k.

Lemma trained_stepped (D : toy) (rho eta : R) (k : nat) :
  orthogonal D -> trained D rho (fun _ => eta) k = reached D (fst (stepped D rho eta k)) (snd (stepped D rho eta k)).
Proof.
  intros good. unfold stepped. induction k as [| k IH]; simpl; [now rewrite reached_nothing |].
  rewrite IH, step_reached by exact good. now destruct (euler (clean_rate D rho) (noisy_rate D rho) eta k).
Qed.

(** The two steps of one push: down with its own sigma, by a factor of at most 4, and up with the other one. *)
Lemma push_keeps_order (c d p q p' q' : R) :
  0 <= c <= 4 -> 0 <= d -> p <= p' -> q <= q' -> p - c * sigma p + d * sigma q <= p' - c * sigma p' + d * sigma q'.
Proof.
  intros [nonneg small] more own other. pose proof (sigma_slope p p' own) as slow.
  assert (rises : sigma q <= sigma q') by (destruct other as [less | <-]; [now apply Rlt_le, sigma_increasing | apply Rle_refl]).
  pose proof (Rmult_le_compat_l _ _ _ more rises). pose proof (Rmult_le_compat_l _ _ _ nonneg slow).
  pose proof (Rmult_le_compat_r (p' - p) _ _ ltac:(lra) small). lra.
Qed.

Lemma steps_lead (D : toy) (rho rho' eta : R) (k : nat) :
  orthogonal D -> (noisy D < clean D)%nat -> rho < rho' -> 0 < eta <= smooth_step D ->
  fst (stepped D rho eta k) <= fst (stepped D rho' eta k).
Proof.
  intros good majority larger [positive small]. assert (many : 0 < INR (points D)) by (apply points_pos; lia).
  pose proof (some_noise D good) as some_N. pose proof (pow_lt _ 2 (some_signal D good)) as some_A.
  set (h := eta / INR (points D)). assert (some_h : 0 < h) by now apply Rdiv_lt_0_compat.
  assert (factor : forall count, (count <= points D)%nat -> 0 <= h * (signal D ^ 2 * INR count + noise_size D) <= 4).
  { intros count few. apply le_INR in few. pose proof (Rmult_le_compat_l _ _ _ (Rlt_le _ _ some_A) few) as at_most.
    pose proof (Rmult_le_pos _ _ (Rlt_le _ _ some_A) (pos_INR count)) as size. split; [apply Rmult_le_pos; lra |].
    apply Rle_trans with (h * (noise_size D + signal D ^ 2 * INR (points D))); [apply Rmult_le_compat_l; lra |].
    apply Rmult_le_compat_r with (r := (noise_size D + signal D ^ 2 * INR (points D)) / INR (points D)) in small;
      [| apply Rlt_le, Rdiv_lt_0_compat; lra].
    unfold smooth_step in small. unfold h.
    replace (eta / INR (points D) * (noise_size D + signal D ^ 2 * INR (points D)))
      with (eta * ((noise_size D + signal D ^ 2 * INR (points D)) / INR (points D))) by (field; lra).
    apply Rle_trans with (1 := small). right. field. lra. }
  assert (across : forall count, 0 <= h * signal D ^ 2 * INR count).
  { intros count. apply Rmult_le_pos; [apply Rmult_le_pos; lra | apply pos_INR]. }
  assert (order : forall j, let run := fun radius => stepped D radius eta j in
    fst (run rho) <= fst (run rho')
    /\ clean_push D rho (fst (run rho)) (snd (run rho)) <= clean_push D rho' (fst (run rho')) (snd (run rho'))
    /\ noisy_push D rho (fst (run rho)) (snd (run rho)) <= noisy_push D rho' (fst (run rho')) (snd (run rho'))); [| apply order].
  unfold stepped. induction j as [| j IH]; simpl.
  - pose proof (shift_grows D rho rho' good larger). unfold clean_push, noisy_push, clean_margin, noisy_margin, lead. lra.
  - destruct (euler (clean_rate D rho) (noisy_rate D rho) eta j) as [a b].
    destruct (euler (clean_rate D rho') (noisy_rate D rho') eta j) as [a' b']. simpl in *.
    destruct IH as (further & clean_order & noisy_order). rewrite !clean_push_after, !noisy_push_after. fold h. split; [| split].
    + unfold clean_rate. fold (clean_push D rho a b) (clean_push D rho' a' b'). apply Rplus_le_compat; [exact further |].
      apply Rmult_le_compat_l; [lra |]. apply Rmult_le_compat_r; [now apply Rlt_le, Rinv_0_lt_compat |].
      destruct clean_order as [less | <-]; [now apply Rlt_le, sigma_increasing | apply Rle_refl].
    + apply push_keeps_order; try assumption; [apply factor; unfold points; lia | apply across].
    + pose proof (factor (noisy D) ltac:(unfold points; lia)) as own.
      pose proof (push_keeps_order _ _ _ _ _ _ own (across (clean D)) noisy_order clean_order). lra.
Qed.

Lemma path_exists (D : toy) (rho : R) : orthogonal D -> (0 < points D)%nat -> exists a b, is_path D rho a b.
Proof.
  intros good some. destruct (rates_tame D rho good some) as (some_L & tame_clean & tame_noisy).
  exact (solution (stiffness D) 1 _ _ some_L Rlt_0_1 tame_clean tame_noisy).
Qed.

Lemma path_is_steady (D : toy) (rho : R) (a b : R -> R) :
  orthogonal D -> (0 < points D)%nat -> is_path D rho a b -> steady 1 a /\ steady 1 b.
Proof.
  intros good some (_ & _ & moves). destruct (rates_tame D rho good some) as (_ & tame_clean & tame_noisy). split.
  - apply (steady_of_speed a (fun s => clean_rate D rho (a s) (b s))). intros s from.
    split; [now apply moves | apply (bounded _ _ _ tame_clean)].
  - apply (steady_of_speed b (fun s => noisy_rate D rho (a s) (b s))). intros s from.
    split; [now apply moves | apply (bounded _ _ _ tame_noisy)].
Qed.

(** Up to the time t the steps are at most spread eta away from the flow. *)
Definition spread (D : toy) (t : R) : R := 2 * exp (2 * stiffness D * t).

Lemma stepped_near (D : toy) (rho eta t : R) (a b : R -> R) (k : nat) :
  orthogonal D -> (0 < points D)%nat -> is_path D rho a b -> 0 < eta -> INR k * eta <= t ->
  Rabs (fst (stepped D rho eta k) - a (INR k * eta)) + Rabs (snd (stepped D rho eta k) - b (INR k * eta)) <= spread D t * eta.
Proof.
  intros good some path some_eta within. destruct (rates_tame D rho good some) as (some_L & tame_clean & tame_noisy).
  apply Rle_trans with (1 := euler_near (stiffness D) 1 eta _ _ a b some_L some_eta tame_clean tame_noisy path k). unfold spread.
  assert (later : exp (2 * stiffness D * (INR k * eta)) <= exp (2 * stiffness D * t)) by (apply exp_le, Rmult_le_compat_l; lra).
  pose proof (Rmult_le_compat_l (2 * eta) _ _ ltac:(lra) later). lra.
Qed.

(** The flow of the larger radius is no less far in a: the steps are, and they come as near as asked. *)
Lemma flow_leads (D : toy) (rho rho' s : R) (a b a' b' : R -> R) :
  orthogonal D -> (noisy D < clean D)%nat -> rho < rho' -> is_path D rho a b -> is_path D rho' a' b' -> 0 < s -> a s <= a' s.
Proof.
  intros good majority larger path path' later. destruct (Rle_or_lt (a s) (a' s)) as [fine | behind]; [exact fine | exfalso].
  assert (some : (0 < points D)%nat) by (unfold points; lia). assert (many : 0 < INR (points D)) by now apply lt_0_INR.
  assert (positive : 0 < spread D s) by (pose proof (exp_pos (2 * stiffness D * s)); unfold spread; lra).
  assert (smooth : 0 < smooth_step D).
  { pose proof (some_noise D good). pose proof (Rmult_le_pos _ _ (pow2_ge_0 (signal D)) (Rlt_le _ _ many)).
    apply Rdiv_lt_0_compat; lra. }
  assert (gap : 0 < (a s - a' s) / (3 * spread D s)) by (apply Rdiv_lt_0_compat; lra).
  destruct (whole_steps s (Rmin (smooth_step D) ((a s - a' s) / (3 * spread D s))) later) as (k & [some_eta small] & exact_time).
  { now apply Rmin_pos. }
  set (eta := s / INR k) in *.
  pose proof (Rle_trans _ _ _ small (Rmin_l _ _)) as is_smooth. pose proof (Rle_trans _ _ _ small (Rmin_r _ _)) as is_near.
  pose proof (steps_lead D rho rho' eta k good majority larger (conj some_eta is_smooth)) as order.
  pose proof (stepped_near D rho eta s a b k good some path some_eta (Req_le _ _ exact_time)) as near.
  pose proof (stepped_near D rho' eta s a' b' k good some path' some_eta (Req_le _ _ exact_time)) as near'.
  rewrite exact_time in near, near'.
  apply (Rmult_le_compat_l (3 * spread D s)) in is_near; [| lra].
  replace (3 * spread D s * ((a s - a' s) / (3 * spread D s))) with (a s - a' s) in is_near by (field; lra).
  pose proof (Rabs_pos (snd (stepped D rho eta k) - b s)). pose proof (Rabs_pos (snd (stepped D rho' eta k) - b' s)).
  pose proof (Rle_abs (- (fst (stepped D rho eta k) - a s))) as low. rewrite Rabs_Ropp in low.
  pose proof (Rle_abs (fst (stepped D rho' eta k) - a' s)). lra.
Qed.
