(** * Proposition 4.1: J-SAM and SGD with L2 penalties on the activation and on the last layer

    Statement.  z x^T and v are the gradients of |z|^2/2 in W and of |v|^2/2 in v. J-SAM's step is exactly the SGD step minus a
                times the first gradient in W, and minus b times the second in v, with a = rho sigma(-t f)/J > 0 and
                b = rho sigma(-t f) |x|^2/J >= 0, which depend on the example and on the weights. As printed the coefficients are
                constants: the a and the b of one example do not serve another. Where all weights are multiplied by c > 0, a is
                rho sigma(-t c^2 f)/(c J), which exceeds every bound as c tends to 0.
    Idea.       Eqs. 4.2 and 4.4. For two opposite inputs J is the same and f changes its sign.
    Assumes.    t = 1 or t = -1, J > 0; any width and input dimension. For the last statement also z and x are not zero, so that a
                is determined by the step.
    Source.     Section 4.2, Proposition 4.1 and the remarks after its proof. *)

Require Import Reals Lra Lia.
From Formal Require Import lemma_3_1 vectors matrices one_sam_linear two_layers eq_4_1_to_4_4.
Open Scope R_scope.

Definition activation_penalty (h d : nat) (x : vector) (w : weights) : R := norm h (hidden d w x) ^ 2 / 2.
Definition last_layer_penalty (h : nat) (w : weights) : R := norm h (last w) ^ 2 / 2.

Theorem activation_gradient (h d : nat) (w : weights) (x : vector) :
  is_gradient h d (activation_penalty h d x) w (outer (hidden d w x) x, fun _ => 0).
Proof.
  intros H. rewrite <- (Rmult_1_l (along h d _ H)).
  apply (derivative_along _ id (activation_penalty h d x w) _ (activation_penalty h d x H)); [| apply derivable_pt_lim_id].
  intros s. unfold activation_penalty, along, id. rewrite hidden_moved. simpl. rewrite !Rmult_1_r, !norm_square, dot_of_sum, inner_outer.
  rewrite dot_nothing. unfold hidden. field.
Qed.

Theorem last_layer_gradient (h d : nat) (w : weights) :
  is_gradient h d (last_layer_penalty h) w (fun _ _ => 0, last w).
Proof.
  intros H. rewrite <- (Rmult_1_l (along h d _ H)).
  apply (derivative_along _ id (last_layer_penalty h w) _ (last_layer_penalty h H)); [| apply derivable_pt_lim_id].
  intros s. unfold last_layer_penalty, along, id. simpl. rewrite !Rmult_1_r, !norm_square, dot_of_sum.
  rewrite inner_nothing. field.
Qed.

Definition activation_coefficient (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) : R :=
  rho * sigma (- (t * output h d w x)) / jacobian_norm h d w x.

Definition last_layer_coefficient (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) : R :=
  rho * sigma (- (t * output h d w x)) * norm d x ^ 2 / jacobian_norm h d w x.

Lemma scale_positive (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) :
  0 < rho -> 0 < rho * sigma (- (t * output h d w x)).
Proof. intros positive. apply Rmult_lt_0_compat; [exact positive | apply sigma_pos]. Qed.

Theorem corrected_first_layer (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) :
  is_label t -> 0 < rho -> 0 < jacobian_norm h d w x ->
  0 < activation_coefficient rho h d w x t
  /\ exists P, is_gradient h d (activation_penalty h d x) w P
               /\ forall i j, first (j_sam rho h d w x t) i j
                              = first (sgd h d w x t) i j - activation_coefficient rho h d w x t * first P i j.
Proof.
  intros label positive some. split; [apply Rdiv_lt_0_compat; [now apply scale_positive | exact some] |].
  exists (outer (hidden d w x) x, fun _ => 0). split; [apply activation_gradient |].
  intros i j. rewrite first_layer_split by assumption. unfold sgd, scaled, activation_coefficient, outer. simpl. ring.
Qed.

Theorem corrected_second_layer (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) :
  is_label t -> 0 < rho -> 0 < jacobian_norm h d w x ->
  0 <= last_layer_coefficient rho h d w x t
  /\ exists P, is_gradient h d (last_layer_penalty h) w P
               /\ forall i, last (j_sam rho h d w x t) i
                            = last (sgd h d w x t) i - last_layer_coefficient rho h d w x t * last P i.
Proof.
  intros label positive some. split.
  - apply Rmult_le_pos; [| now apply Rlt_le, Rinv_0_lt_compat].
    apply Rmult_le_pos; [now apply Rlt_le, scale_positive | apply pow2_ge_0].
  - exists (fun _ _ => 0, last w). split; [apply last_layer_gradient |].
    intros i. rewrite second_layer_split by assumption. unfold sgd, scaled, last_layer_coefficient. simpl. field. lra.
Qed.

(** One weight in each layer, W = v = t = 1: the inputs 1 and -1. *)
Definition unit_weights : weights := (fun _ _ => 1, fun _ => 1).
Definition opposite : vector := fun _ => -1.

Lemma unit_norms : jacobian_norm 1 1 unit_weights ones = sqrt 2 /\ jacobian_norm 1 1 unit_weights opposite = sqrt 2.
Proof.
  unfold jacobian_norm, length. rewrite !jacobian_square. unfold hidden, apply, dot, unit_weights, ones, opposite. simpl.
  split; f_equal; ring.
Qed.

Theorem printed_reductions_fail :
  exists (rho : R) (h d : nat) (w : weights) (x x2 : vector) (t t2 : R),
    0 < rho /\ is_label t /\ is_label t2 /\ hidden d w x 0%nat <> 0 /\ hidden d w x2 0%nat <> 0
    /\ (forall a, first (j_sam rho h d w x t) 0%nat 0%nat
                  = first (sgd h d w x t) 0%nat 0%nat - a * outer (hidden d w x) x 0%nat 0%nat ->
                  first (j_sam rho h d w x2 t2) 0%nat 0%nat
                  <> first (sgd h d w x2 t2) 0%nat 0%nat - a * outer (hidden d w x2) x2 0%nat 0%nat)
    /\ (forall b, last (j_sam rho h d w x t) 0%nat = last (sgd h d w x t) 0%nat - b * last w 0%nat ->
                  last (j_sam rho h d w x2 t2) 0%nat <> last (sgd h d w x2 t2) 0%nat - b * last w 0%nat).
Proof.
  exists 1, 1%nat, 1%nat, unit_weights, ones, opposite, 1, 1. destruct unit_norms as [norm_1 norm_2].
  assert (root : 0 < sqrt 2) by (apply sqrt_lt_R0; lra).
  assert (apart : sigma (- 1) / sqrt 2 < sigma 1 / sqrt 2).
  { apply Rmult_lt_compat_r; [now apply Rinv_0_lt_compat | apply sigma_increasing; lra]. }
  assert (outputs : - (1 * output 1 1 unit_weights ones) = - 1 /\ - (1 * output 1 1 unit_weights opposite) = 1).
  { unfold output, hidden, apply, dot, unit_weights, ones, opposite. simpl. split; ring. }
  destruct outputs as [output_1 output_2].
  assert (label : is_label 1) by now left.
  assert (some : 0 < jacobian_norm 1 1 unit_weights ones) by now rewrite norm_1.
  assert (some_2 : 0 < jacobian_norm 1 1 unit_weights opposite) by now rewrite norm_2.
  assert (square_1 : norm 1 ones ^ 2 = 1) by (simpl; rewrite Rmult_1_r, norm_square; unfold dot, ones; simpl; ring).
  assert (square_2 : norm 1 opposite ^ 2 = 1) by (simpl; rewrite Rmult_1_r, norm_square; unfold dot, opposite; simpl; ring).
  repeat split; try assumption; try lra.
  1, 2: unfold hidden, apply, dot, unit_weights, ones, opposite; simpl; lra.
  - intros a. rewrite !first_layer_split by assumption. rewrite norm_1, norm_2, output_1, output_2.
    unfold sgd, scaled, outer, hidden, apply, dot, unit_weights, ones, opposite. simpl. lra.
  - intros b. rewrite !second_layer_split by assumption. rewrite norm_1, norm_2, output_1, output_2, square_1, square_2.
    unfold sgd, scaled, unit_weights. simpl. lra.
Qed.

(** All weights multiplied by c. *)
Lemma output_scaled (h d : nat) (c : R) (w : weights) (x : vector) :
  output h d (scaled c w) x = c ^ 2 * output h d w x.
Proof.
  unfold output, hidden, scaled. simpl. rewrite dot_scale, dot_sym. unfold apply. simpl.
  rewrite (dot_ext h _ (fun i => c * dot d (first w i) x) _ (last w)), dot_scale, dot_sym.
  - ring.
  - intros i _. apply dot_scale.
  - reflexivity.
Qed.

Lemma jacobian_norm_scaled (h d : nat) (c : R) (w : weights) (x : vector) :
  0 < c -> jacobian_norm h d (scaled c w) x = c * jacobian_norm h d w x.
Proof.
  intros positive. rewrite <- (Rabs_pos_eq c) at 2 by lra. unfold jacobian_norm. rewrite <- length_scaled.
  unfold length, along, jacobian, hidden, scaled. simpl. f_equal. f_equal.
  - apply sum_ext. intros i _. apply dot_ext; intros j _; unfold outer; simpl; ring.
  - apply dot_ext; intros i _; unfold apply; apply dot_scale.
Qed.

Theorem coefficient_unbounded (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) :
  is_label t -> 0 < rho -> 0 < norm h (hidden d w x) -> 0 < norm d x ->
  (forall c a, 0 < c ->
     (forall i j, (i < h)%nat -> (j < d)%nat ->
                  first (j_sam rho h d (scaled c w) x t) i j
                  = first (sgd h d (scaled c w) x t) i j - a * outer (hidden d (scaled c w) x) x i j) ->
     a = rho * sigma (- (t * (c ^ 2 * output h d w x))) / (c * jacobian_norm h d w x))
  /\ (forall bound, exists near, 0 < near /\ forall c, 0 < c < near ->
        bound < rho * sigma (- (t * (c ^ 2 * output h d w x))) / (c * jacobian_norm h d w x)).
Proof.
  intros label positive active nonzero.
  assert (some : 0 < jacobian_norm h d w x).
  { rewrite jacobian_norm_closed_form, <- Rpow_mult_distr. apply sqrt_lt_R0, Rplus_lt_le_0_compat; [now apply pow_lt | apply pow2_ge_0]. }
  split.
  - intros c a large same.
    assert (some_c : 0 < jacobian_norm h d (scaled c w) x) by (rewrite jacobian_norm_scaled by exact large; now apply Rmult_lt_0_compat).
    set (z := hidden d (scaled c w) x).
    assert (active_c : 0 < norm h z * norm d x).
    { apply Rmult_lt_0_compat; [| exact nonzero]. unfold z, hidden, scaled. simpl.
      replace (apply d (fun i j => c * first w i j) x) with (fun i => c * hidden d w x i).
      - rewrite norm_scale, Rabs_pos_eq by lra. now apply Rmult_lt_0_compat.
      - apply FunctionalExtensionality.functional_extensionality. intros i. symmetry. apply dot_scale. }
    assert (total : inner h d (outer z x) (outer z x) = norm h z * norm d x * (norm h z * norm d x)).
    { rewrite inner_outer, apply_outer, dot_sym, dot_scale, <- !norm_square. ring. }
    rewrite <- output_scaled, <- jacobian_norm_scaled by exact large.
    set (b := rho * sigma (- (t * output h d (scaled c w) x)) / jacobian_norm h d (scaled c w) x).
    apply (Rmult_eq_reg_r (inner h d (outer z x) (outer z x))); [| rewrite total; nra].
    rewrite <- !inner_scale. apply sum_ext. intros i Hi. apply dot_ext; [| reflexivity]. intros j Hj.
    specialize (same i j Hi Hj). rewrite first_layer_split in same by assumption.
    change (first (sgd h d (scaled c w) x t) i j) with (-1 * first (loss_gradient h d (scaled c w) x t) i j) in same.
    fold z b in same. unfold outer in *. lra.
  - intros bound. set (J := jacobian_norm h d w x) in *. set (k := sigma (- Rabs (output h d w x))).
    assert (below : forall c, 0 < c < 1 -> k <= sigma (- (t * (c ^ 2 * output h d w x)))).
    { intros c small. assert (short : t * (c ^ 2 * output h d w x) <= Rabs (output h d w x)).
      { assert (0 <= c ^ 2 <= 1) by (simpl; nra). unfold Rabs. destruct (Rcase_abs _), label as [-> | ->]; nra. }
      unfold k. destruct short as [less | same]; [left; apply sigma_increasing; lra | rewrite same; lra]. }
    assert (first_part : 0 < rho * k) by (apply Rmult_lt_0_compat; [exact positive | apply sigma_pos]).
    exists (Rmin 1 (rho * k / ((Rabs bound + 1) * J))).
    pose proof (Rabs_pos bound) as size. pose proof (Rle_abs bound) as above.
    split; [apply Rmin_glb_lt; [lra |]; apply Rdiv_lt_0_compat; [exact first_part | apply Rmult_lt_0_compat; lra] |].
    intros c [large small]. pose proof (Rmin_l 1 (rho * k / ((Rabs bound + 1) * J))) as left_part.
    pose proof (Rmin_r 1 (rho * k / ((Rabs bound + 1) * J))) as right_part.
    assert (lower := below c (conj large (Rlt_le_trans _ _ _ small left_part))).
    assert (cJ : 0 < c * J) by now apply Rmult_lt_0_compat.
    assert (less : c * ((Rabs bound + 1) * J) < rho * k).
    { apply (Rmult_lt_reg_r (/ ((Rabs bound + 1) * J))); [apply Rinv_0_lt_compat, Rmult_lt_0_compat; lra |].
      rewrite Rmult_assoc, Rinv_r, Rmult_1_r by (apply Rgt_not_eq, Rmult_lt_0_compat; lra). unfold Rdiv in *. lra. }
    apply Rlt_le_trans with (Rabs bound + 1); [lra |]. apply (Rmult_le_reg_r (c * J)); [exact cJ |].
    unfold Rdiv. rewrite (Rmult_assoc _ (/ (c * J))), Rinv_l, Rmult_1_r by lra. nra.
Qed.

Definition main_theorems :=
  (activation_gradient, last_layer_gradient, corrected_first_layer, corrected_second_layer, printed_reductions_fail,
   coefficient_unbounded).
Print Assumptions main_theorems.
