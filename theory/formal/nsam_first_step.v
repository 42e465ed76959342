(** * From the origin the first step of naive SAM is above the ceiling of 1-SAM and of gradient descent

    Statement.  On the toy data, after one full-batch step of naive SAM from w = 0, for every rho > 0 and every step size, the accuracy
                is above Phi(B^2 (n_c - n_n)/(s sqrt(n N))), the ceiling of early_stopping_accuracy.v. As rho -> 0 it tends to it.
    Idea.       The one perturbation is -rho S/|S|, S the sum of t_k x_k; it adds rho (N + L)/|S| to the logit of a clean point and
                rho (N - L)/|S| to the margin of a mislabelled one, L = B^2 (n_c - n_n): clean points move further, a > b.
    Assumes.    The data of toy.v with initial weights 0, n_c > n_n >= 1, s > 0. Phi increases strictly; for the limit it is also
                continuous at the score of the ceiling.
    Source.     Beyond Appendix B.2 and Section 3.2. *)

Require Import Reals Lra Lia Arith.
From Formal Require Import lemma_3_1 vectors one_sam_linear accuracy_monotone toy early_stopping_accuracy.
Open Scope R_scope.

(** The gradient of the mean loss, and a step of naive SAM (Eq. B.10): the ascent is along that one gradient. *)
Definition mean_gradient (D : toy) (w : vector) : vector :=
  fun i => / INR (points D) * sum (points D) (fun k => gradient (dimension D) w (input D k) (label D k) i).
Definition naive_step (D : toy) (rho eta : R) (w : vector) : vector :=
  fun i => w i - eta * mean_gradient D (fun j => w j + rho / norm (dimension D) (mean_gradient D w) * mean_gradient D w j) i.

Lemma mean_gradient_reached (D : toy) (a b : R) :
  orthogonal D ->
  mean_gradient D (reached D a b)
  = fun i => - (sigma (- clean_margin D a b) / INR (points D)) * sum_clean D i
             + - (sigma (- noisy_margin D a b) / INR (points D)) * sum_noisy D i.
Proof.
  intros good. apply FunctionalExtensionality.functional_extensionality. intros i. unfold mean_gradient, points.
  rewrite sum_of_two. fold (points D).
  assert (of_point : forall k, (k < points D)%nat ->
    gradient (dimension D) (reached D a b) (input D k) (label D k) i
    = - sigma (- (if k <? clean D then clean_margin D a b else noisy_margin D a b)) * signed D k i).
  { intros k Hk. unfold gradient. rewrite margin_of_signed, reached_margin by assumption. unfold signed. ring. }
  rewrite (sum_ext (clean D) _ (fun k => - sigma (- clean_margin D a b) * signed D k i)),
    (sum_ext (noisy D) _ (fun k => - sigma (- noisy_margin D a b) * signed D (clean D + k) i)), !sum_scale.
  - unfold sum_clean, sum_noisy, Rdiv. ring.
  - intros k Hk. rewrite of_point by (unfold points; lia). destruct (Nat.ltb_spec (clean D + k) (clean D)); [lia | reflexivity].
  - intros k Hk. rewrite of_point by (unfold points; lia). destruct (Nat.ltb_spec k (clean D)); [reflexivity | lia].
Qed.

(** |S|, and the two logits that the perturbation adds for rho = 1. *)
Definition sum_norm (D : toy) : R := norm (dimension D) (reached D 1 1).
Definition clean_gain (D : toy) : R := clean_margin D 1 1 / sum_norm D.
Definition noisy_gain (D : toy) : R := noisy_margin D 1 1 / sum_norm D.

Lemma sum_norm_pos (D : toy) : orthogonal D -> (0 < clean D)%nat -> 0 < sum_norm D.
Proof.
  intros good some. apply sqrt_lt_R0. pose proof (reached_rest D 1 1 good) as square.
  rewrite rest_square in square by apply (some_dimension D good).
  pose proof (pow2_ge_0 (reached D 1 1 0%nat)). pose proof (pow2_ge_0 (norm (dimension D) (start D))).
  pose proof (Rmult_lt_0_compat _ _ (some_noise D good) (radicand_pos D 0 1 1 some Rlt_0_1 (Rle_refl 0))). lra.
Qed.

Lemma margins_scale (D : toy) (c : R) :
  clean_margin D c c = c * clean_margin D 1 1 /\ noisy_margin D c c = c * noisy_margin D 1 1.
Proof. unfold clean_margin, noisy_margin, lead. split; ring. Qed.

Lemma first_naive_step (D : toy) (rho eta : R) :
  orthogonal D -> (0 < clean D)%nat -> start D = (fun _ => 0) ->
  naive_step D rho eta (start D)
  = reached D (eta * (sigma (rho * clean_gain D) / INR (points D))) (eta * (sigma (rho * noisy_gain D) / INR (points D))).
Proof.
  intros good some origin. assert (many : 0 < INR (points D)) by (apply lt_0_INR; unfold points; lia).
  pose proof (sum_norm_pos D good some) as long. pose proof (sigma_pos 0) as half.
  assert (slope : mean_gradient D (start D) = fun i => - (sigma 0 / INR (points D)) * reached D 1 1 i).
  { rewrite <- (reached_nothing D), mean_gradient_reached by exact good.
    destruct (margins_scale D 0) as [-> ->]. rewrite !Rmult_0_l, !Ropp_0.
    apply FunctionalExtensionality.functional_extensionality. intros i. unfold reached. rewrite origin. ring. }
  assert (scale : 0 < sigma 0 / INR (points D)) by now apply Rdiv_lt_0_compat.
  assert (moved : (fun j => start D j + rho / norm (dimension D) (mean_gradient D (start D)) * mean_gradient D (start D) j)
                  = reached D (- (rho / sum_norm D)) (- (rho / sum_norm D))).
  { rewrite slope, norm_scale, Rabs_Ropp, Rabs_pos_eq by lra. fold (sum_norm D).
    apply FunctionalExtensionality.functional_extensionality. intros j. unfold reached. rewrite origin. field. lra. }
  unfold naive_step. rewrite moved, mean_gradient_reached by exact good. destruct (margins_scale D (- (rho / sum_norm D))) as [-> ->].
  apply FunctionalExtensionality.functional_extensionality. intros i. unfold clean_gain, noisy_gain.
  replace (- (- (rho / sum_norm D) * clean_margin D 1 1)) with (rho * (clean_margin D 1 1 / sum_norm D)) by (field; lra).
  replace (- (- (rho / sum_norm D) * noisy_margin D 1 1)) with (rho * (noisy_margin D 1 1 / sum_norm D)) by (field; lra).
  unfold reached. ring.
Qed.

Lemma scaled_sigma_pos (D : toy) (eta z : R) : (0 < clean D)%nat -> 0 < eta -> 0 < eta * (sigma z / INR (points D)).
Proof.
  intros some positive. apply Rmult_lt_0_compat; [exact positive |].
  apply Rdiv_lt_0_compat; [apply sigma_pos | apply lt_0_INR; unfold points; lia].
Qed.

Definition first_score (D : toy) (s eta rho : R) : R :=
  signal D ^ 2 / (s * sqrt (noise_size D))
  * quotient D 0 (eta * (sigma (rho * clean_gain D) / INR (points D))) (eta * (sigma (rho * noisy_gain D) / INR (points D))).

Lemma first_accuracy (Phi : R -> R) (D : toy) (s rho eta : R) :
  orthogonal D -> (0 < clean D)%nat -> 0 < s -> 0 < eta -> start D = (fun _ => 0) ->
  toy_accuracy Phi D s (naive_step D rho eta (start D)) = Phi (first_score D s eta rho).
Proof.
  intros good some deviation positive origin. rewrite first_naive_step, accuracy_closed_form by (assumption || now apply scaled_sigma_pos).
  unfold path_accuracy, first_score. do 3 f_equal. rewrite origin. unfold norm. rewrite dot_nothing, sqrt_0. simpl. unfold Rdiv. ring.
Qed.

Lemma score_at_zero (D : toy) (s eta : R) :
  orthogonal D -> (noisy D < clean D)%nat -> 0 < s -> 0 < eta ->
  first_score D s eta 0 = signal D ^ 2 * (INR (clean D) - INR (noisy D)) / (s * sqrt (INR (points D) * noise_size D)).
Proof.
  intros good majority deviation positive. assert (some : (0 < clean D)%nat) by lia. unfold first_score.
  rewrite !Rmult_0_l, (proj2 (quotient_tie D 0 _ majority (scaled_sigma_pos D eta 0 some positive) (Rle_refl 0))).
  now rewrite ceiling_score.
Qed.

Lemma score_above (D : toy) (s eta rho : R) :
  orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> 0 < s -> 0 < eta -> 0 < rho ->
  first_score D s eta 0 < first_score D s eta rho.
Proof.
  intros good majority some_noisy deviation positive radius. assert (some : (0 < clean D)%nat) by lia.
  unfold first_score. rewrite !Rmult_0_l. apply Rmult_lt_compat_l; [now apply scale_pos |].
  pose proof (scaled_sigma_pos D eta 0 some positive) as zero_pos.
  pose proof (scaled_sigma_pos D eta (rho * clean_gain D) some positive) as clean_pos.
  pose proof (scaled_sigma_pos D eta (rho * noisy_gain D) some positive) as noisy_pos.
  rewrite (proj2 (quotient_tie D 0 _ majority zero_pos (Rle_refl 0))), <- (proj2 (quotient_tie D 0 _ majority clean_pos (Rle_refl 0))).
  apply quotient_falls; try assumption; try lra. apply Rmult_lt_compat_l; [exact positive |]. apply Rmult_lt_compat_r.
  - apply Rinv_0_lt_compat, lt_0_INR. unfold points. lia.
  - apply sigma_increasing, Rmult_lt_compat_l; [exact radius |]. unfold clean_gain, noisy_gain.
    apply Rmult_lt_compat_r; [now apply Rinv_0_lt_compat, sum_norm_pos |]. unfold clean_margin, noisy_margin, lead.
    apply lt_INR in majority. pose proof (Rmult_lt_0_compat _ _ (pow_lt _ 2 (some_signal D good)) (Rlt_Rminus _ _ majority)). lra.
Qed.

Lemma score_continuous (D : toy) (s eta : R) :
  (0 < clean D)%nat -> 0 < eta -> continuity_pt (first_score D s eta) 0.
Proof.
  intros some positive.
  assert (scale : forall c, continuity_pt (fun r => eta * (sigma (r * c) / INR (points D))) 0).
  { intros c. apply (continuity_pt_mult (fun _ => eta) (fun r => sigma (r * c) / INR (points D))); [now apply continuity_pt_const |].
    apply (continuity_pt_mult (fun r => sigma (r * c)) (fun _ => / INR (points D))); [| now apply continuity_pt_const].
    apply (continuity_pt_comp (fun r => r * c) sigma).
    - apply (continuity_pt_mult (fun r => r) (fun _ => c)); [| now apply continuity_pt_const].
      apply derivable_continuous_pt, derivable_pt_id.
    - apply derivable_continuous_pt. exists (sigma (0 * c) * (1 - sigma (0 * c))). apply sigma_derivative. }
  set (a := fun r => eta * (sigma (r * clean_gain D) / INR (points D))) in *.
  set (b := fun r => eta * (sigma (r * noisy_gain D) / INR (points D))) in *.
  assert (times : forall c f, continuity_pt f 0 -> continuity_pt (fun r => c * f r) 0).
  { intros c f Hf. apply (continuity_pt_mult (fun _ => c) f); [now apply continuity_pt_const | exact Hf]. }
  assert (square : forall f, continuity_pt f 0 -> continuity_pt (fun r => f r ^ 2) 0).
  { intros f Hf. apply (continuity_pt_mult f (fun r => f r * 1)); [exact Hf |].
    apply (continuity_pt_mult f (fun _ => 1)); [exact Hf | now apply continuity_pt_const]. }
  set (under := fun r => INR (clean D) * a r ^ 2 + INR (noisy D) * b r ^ 2 + 0).
  assert (radicand : 0 < under 0) by (apply radicand_pos; [exact some | now apply scaled_sigma_pos | lra]).
  apply (times _ (fun r => quotient D 0 (a r) (b r))). unfold quotient, Rdiv.
  apply (continuity_pt_mult (fun r => INR (clean D) * a r - INR (noisy D) * b r) (fun r => / sqrt (under r))).
  - apply (continuity_pt_minus (fun r => INR (clean D) * a r) (fun r => INR (noisy D) * b r)); apply times, scale.
  - apply (continuity_pt_inv (fun r => sqrt (under r))); [| apply Rgt_not_eq, sqrt_lt_R0, radicand].
    apply (continuity_pt_comp under sqrt); [| apply continuity_pt_sqrt; lra].
    apply (continuity_pt_plus (fun r => INR (clean D) * a r ^ 2 + INR (noisy D) * b r ^ 2) (fun _ => 0)); [| now apply continuity_pt_const].
    apply (continuity_pt_plus (fun r => INR (clean D) * a r ^ 2) (fun r => INR (noisy D) * b r ^ 2)); apply times, square, scale.
Qed.

Theorem above_ceiling (Phi : R -> R) (D : toy) (s eta : R) :
  strictly_increasing Phi -> orthogonal D -> start D = (fun _ => 0) -> (noisy D < clean D)%nat -> (0 < noisy D)%nat ->
  0 < s -> 0 < eta ->
  (forall rho, 0 < rho -> ceiling Phi D s < toy_accuracy Phi D s (naive_step D rho eta (start D)))
  /\ (continuity_pt Phi (signal D ^ 2 * (INR (clean D) - INR (noisy D)) / (s * sqrt (INR (points D) * noise_size D))) ->
      forall e, 0 < e -> exists near, 0 < near /\ forall rho, 0 < rho < near ->
        Rabs (toy_accuracy Phi D s (naive_step D rho eta (start D)) - ceiling Phi D s) < e).
Proof.
  intros grows good origin majority some_noisy deviation positive. assert (some : (0 < clean D)%nat) by lia.
  unfold ceiling. rewrite <- (score_at_zero D s eta) by assumption. split.
  - intros rho radius. rewrite first_accuracy by assumption. apply grows. now apply score_above.
  - intros steady e some_e.
    destruct (continuity_pt_comp (first_score D s eta) Phi 0 (score_continuous D s eta some positive) steady e some_e)
      as (near & some_near & close).
    exists near. split; [exact some_near |]. intros rho [large small]. rewrite first_accuracy by assumption.
    apply close. split; [split; [exact I | lra] |]. simpl. unfold R_dist. rewrite Rminus_0_r, Rabs_pos_eq; lra.
Qed.

Definition main_theorems := (above_ceiling).
Print Assumptions main_theorems.
