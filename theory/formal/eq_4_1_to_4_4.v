(** * Eqs. 4.1 to 4.4: the J-SAM update of both layers of a two-layer linear network

    Statement.  With z = W x and J = |grad f| > 0, J-SAM moves W along sigma(-t f) (t v - rho/J z) x^T (Eq. 4.1) and v along
                sigma(-t f) (t z - rho |x|^2/J v) (Eq. 4.3): the SGD directions less rho sigma(-t f)/J z x^T (Eq. 4.2) and
                rho sigma(-t f) |x|^2/J v (Eq. 4.4). The left sides as printed are 1-SAM's directions, which differ.
    Idea.       The perturbed weights are w - (rho t/J) grad f, grad f is linear in the weights, and t^2 = 1.
    Assumes.    t = 1 or t = -1, J > 0; any real rho, any width and input dimension.
    Source.     Section 4.2, proof of Proposition 4.1. *)

Require Import Reals Lra.
From Formal Require Import lemma_3_1 vectors matrices one_sam_linear two_layers.
Open Scope R_scope.

Theorem first_layer (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) (i j : nat) :
  is_label t -> 0 < jacobian_norm h d w x ->
  first (j_sam rho h d w x t) i j
  = sigma (- (t * output h d w x)) * (t * last w i - rho / jacobian_norm h d w x * hidden d w x i) * x j.
Proof.
  intros label some. unfold j_sam. rewrite perturbed_closed_form by assumption.
  unfold logit_scale, scaled, jacobian, moved, outer. simpl. apply label_square in label.
  transitivity (sigma (- (t * output h d w x)) * (t * last w i - t * t * (rho / jacobian_norm h d w x) * hidden d w x i) * x j).
  - field. lra.
  - rewrite label. ring.
Qed.

Theorem second_layer (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) (i : nat) :
  is_label t -> 0 < jacobian_norm h d w x ->
  last (j_sam rho h d w x t) i
  = sigma (- (t * output h d w x)) * (t * hidden d w x i - rho * norm d x ^ 2 / jacobian_norm h d w x * last w i).
Proof.
  intros label some. unfold j_sam. rewrite perturbed_closed_form by assumption.
  unfold logit_scale, scaled, jacobian at 1. simpl. apply label_square in label.
  rewrite hidden_moved, hidden_jacobian, Rmult_1_r, norm_square.
  transitivity (sigma (- (t * output h d w x))
                * (t * hidden d w x i - t * t * (rho * dot d x x / jacobian_norm h d w x) * last w i)).
  - field. lra.
  - rewrite label. ring.
Qed.

Theorem first_layer_split (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) (i j : nat) :
  is_label t -> 0 < jacobian_norm h d w x ->
  first (j_sam rho h d w x t) i j
  = - first (loss_gradient h d w x t) i j
    - rho * sigma (- (t * output h d w x)) / jacobian_norm h d w x * (hidden d w x i * x j).
Proof.
  intros label some. rewrite first_layer by assumption. unfold loss_gradient, logit_scale, scaled, jacobian, outer. simpl. field. lra.
Qed.

Theorem second_layer_split (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) (i : nat) :
  is_label t -> 0 < jacobian_norm h d w x ->
  last (j_sam rho h d w x t) i
  = - last (loss_gradient h d w x t) i
    - rho * sigma (- (t * output h d w x)) * norm d x ^ 2 / jacobian_norm h d w x * last w i.
Proof.
  intros label some. rewrite second_layer by assumption. unfold loss_gradient, logit_scale, scaled, jacobian. simpl. field. lra.
Qed.

(** The witness: one weight in each layer, W = 3, v = 4, x = t = 1, rho = 5. There f = 12 and J = 5; the perturbed weights are
    -1 and 1, so that 1-SAM's logit scale is sigma(1) in place of sigma(-12). *)
Definition witness : weights := (fun _ _ => 3, fun _ => 4).
Definition ones : vector := fun _ => 1.

Lemma witness_norm : jacobian_norm 1 1 witness ones = 5.
Proof.
  unfold jacobian_norm, length. rewrite jacobian_square. unfold hidden, apply, dot, witness, ones. simpl.
  replace (0 + (0 + 3 * 1) * (0 + 3 * 1) + (0 + 1 * 1) * (0 + 4 * 4)) with (5 * 5) by ring. apply sqrt_square. lra.
Qed.

Lemma witness_perturbed : perturbed 5 1 1 witness ones 1 = moved witness (-1) (jacobian 1 witness ones).
Proof.
  rewrite perturbed_closed_form, witness_norm by (rewrite ?witness_norm; unfold is_label; lra). f_equal. field.
Qed.

Theorem printed_left_sides_fail :
  exists (rho : R) (h d : nat) (w : weights) (x : vector) (t : R),
    0 < rho /\ is_label t /\ 0 < jacobian_norm h d w x
    /\ first (one_sam rho h d w x t) 0%nat 0%nat
       <> sigma (- (t * output h d w x)) * (t * last w 0%nat - rho / jacobian_norm h d w x * hidden d w x 0%nat) * x 0%nat
    /\ last (one_sam rho h d w x t) 0%nat
       <> sigma (- (t * output h d w x)) * (t * hidden d w x 0%nat - rho * norm d x ^ 2 / jacobian_norm h d w x * last w 0%nat).
Proof.
  exists 5, 1%nat, 1%nat, witness, ones, 1. unfold one_sam. rewrite witness_perturbed, witness_norm.
  assert (apart : sigma (- 12) < sigma 1) by (apply sigma_increasing; lra).
  replace (norm 1 ones ^ 2) with 1 by (simpl; rewrite Rmult_1_r, norm_square; unfold dot, ones; simpl; ring).
  unfold loss_gradient, logit_scale, scaled, jacobian, moved, output, hidden, apply, outer, dot, witness, ones, is_label. simpl.
  replace (- (1 * (0 + (4 + -1 * (0 + 3 * 1)) * (0 + (3 + -1 * (4 * 1)) * 1)))) with 1 by ring.
  replace (- (1 * (0 + 4 * (0 + 3 * 1)))) with (- 12) by ring.
  repeat split; lra.
Qed.

Definition main_theorems := (first_layer, second_layer, first_layer_split, second_layer_split, printed_left_sides_fail).
Print Assumptions main_theorems.
