(** * The two-layer linear network f = <v, W x> of one example: its gradients, and the directions of SGD, J-SAM and 1-SAM

    Statement.  grad f = (v x^T, z) with z = W x, and J = |grad f| = sqrt(|z|^2 + |x|^2 |v|^2); for the loss log(1 + e^(-t f)),
                grad loss = -t sigma(-t f) grad f; where J > 0, grad J = (z x^T, |x|^2 v)/J. The gradients are derived, not
                postulated. The perturbed weights w + rho grad loss/|grad loss| are w - (rho t/J) grad f.
    Idea.       Along every direction f and J^2 are polynomials of degree 2. |grad loss| is sigma(-t f) J, so sigma cancels.
    Assumes.    Any width h and input dimension d; t = 1 or t = -1 and J > 0 where weights are perturbed.
    Source.     Section 4.2, Eqs. 2.6 to 2.9. *)

Require Import Reals Lra.
From Formal Require Import lemma_3_1 vectors matrices one_sam_linear equal_norm_upweighting.
Open Scope R_scope.

Definition hidden (d : nat) (w : weights) (x : vector) : vector := apply d (first w) x.
Definition output (h d : nat) (w : weights) (x : vector) : R := dot h (last w) (hidden d w x).
Definition network_loss (h d : nat) (w : weights) (x : vector) (t : R) : R := logistic (t * output h d w x).

Definition jacobian (d : nat) (w : weights) (x : vector) : weights := (outer (last w) x, hidden d w x).
Definition jacobian_norm (h d : nat) (w : weights) (x : vector) : R := length h d (jacobian d w x).

(** Minus the derivative of the loss in the output. *)
Definition logit_scale (h d : nat) (w : weights) (x : vector) (t : R) : R := t * sigma (- (t * output h d w x)).
Definition loss_gradient (h d : nat) (w : weights) (x : vector) (t : R) : weights :=
  scaled (- logit_scale h d w x t) (jacobian d w x).

Definition perturbed (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) : weights :=
  moved w (rho / length h d (loss_gradient h d w x t)) (loss_gradient h d w x t).

(** The three descent directions: Eq. 2.3, Eq. 2.9 and Eq. 2.7. *)
Definition sgd (h d : nat) (w : weights) (x : vector) (t : R) : weights := scaled (-1) (loss_gradient h d w x t).
Definition j_sam (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) : weights :=
  scaled (logit_scale h d w x t) (jacobian d (perturbed rho h d w x t) x).
Definition one_sam (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) : weights :=
  scaled (-1) (loss_gradient h d (perturbed rho h d w x t) x t).

Lemma hidden_moved (d : nat) (w H : weights) (x : vector) (s : R) :
  hidden d (moved w s H) x = fun i => hidden d w x i + s * hidden d H x i.
Proof. apply apply_affine. Qed.

Lemma hidden_jacobian (d : nat) (w : weights) (x : vector) : hidden d (jacobian d w x) x = fun i => dot d x x * last w i.
Proof. apply apply_outer. Qed.

(** f along a direction: a polynomial of degree 2. *)
Lemma output_moved (h d : nat) (w H : weights) (x : vector) (s : R) :
  output h d (moved w s H) x
  = output h d w x + s * along h d (jacobian d w x) H + s * s * output h d H x.
Proof.
  unfold output, along, jacobian, hidden, moved. simpl. rewrite apply_affine, inner_outer.
  unfold last, first. simpl. rewrite dot_of_moved, (dot_sym h (snd H)). ring.
Qed.

Theorem jacobian_is_gradient (h d : nat) (w : weights) (x : vector) :
  is_gradient h d (fun u => output h d u x) w (jacobian d w x).
Proof.
  intros H. rewrite <- (Rmult_1_l (along h d _ H)).
  apply (derivative_along _ id (output h d w x) _ (output h d H x)); [| apply derivable_pt_lim_id].
  intros s. apply output_moved.
Qed.

Lemma logistic_derivative (m : R) : derivable_pt_lim logistic m (- sigma (- m)).
Proof.
  unfold logistic. pose proof (exp_pos (- m)) as Hm.
  replace (- sigma (- m)) with (/ (1 + exp (- m)) * (0 + exp (- m) * - (1))).
  - apply (derivable_pt_lim_comp (fun y => 1 + exp (- y)) ln).
    + apply derivable_pt_lim_plus; [apply derivable_pt_lim_const |].
      apply (derivable_pt_lim_comp (fun y => - y) exp); [apply derivable_pt_lim_opp, derivable_pt_lim_id | apply derivable_pt_lim_exp].
    + apply derivable_pt_lim_ln. lra.
  - unfold sigma. rewrite (exp_Ropp (- m)). field. lra.
Qed.

Theorem loss_gradient_is_gradient (h d : nat) (w : weights) (x : vector) (t : R) :
  is_gradient h d (fun u => network_loss h d u x t) w (loss_gradient h d w x t).
Proof.
  intros H. unfold loss_gradient, logit_scale. rewrite along_scaled.
  replace (- (t * sigma (- (t * output h d w x))) * along h d (jacobian d w x) H)
    with (- sigma (- (t * output h d w x)) * (t * along h d (jacobian d w x) H)) by ring.
  apply (derivative_along _ logistic (t * output h d w x) _ (t * output h d H x)); [| apply logistic_derivative].
  intros s. unfold network_loss. rewrite output_moved. f_equal. ring.
Qed.

(** J^2, and its meaning. *)
Lemma jacobian_square (h d : nat) (w : weights) (x : vector) :
  along h d (jacobian d w x) (jacobian d w x)
  = dot h (hidden d w x) (hidden d w x) + dot d x x * dot h (last w) (last w).
Proof.
  unfold along, jacobian. simpl. rewrite inner_outer, apply_outer, (dot_sym h (last w)), dot_scale. ring.
Qed.

Theorem jacobian_norm_closed_form (h d : nat) (w : weights) (x : vector) :
  jacobian_norm h d w x = sqrt (norm h (hidden d w x) ^ 2 + norm d x ^ 2 * norm h (last w) ^ 2).
Proof.
  unfold jacobian_norm, length. rewrite jacobian_square. f_equal. rewrite <- !norm_square. ring.
Qed.

Definition norm_gradient (h d : nat) (w : weights) (x : vector) : weights :=
  scaled (/ jacobian_norm h d w x) (outer (hidden d w x) x, fun i => dot d x x * last w i).

Theorem norm_gradient_is_gradient (h d : nat) (w : weights) (x : vector) :
  0 < jacobian_norm h d w x -> is_gradient h d (fun u => jacobian_norm h d u x) w (norm_gradient h d w x).
Proof.
  intros some H. unfold norm_gradient. rewrite along_scaled.
  set (G := along h d (outer (hidden d w x) x, fun i => dot d x x * last w i) H).
  pose proof (length_square h d (jacobian d w x)) as square. fold (jacobian_norm h d w x) in square.
  replace (/ jacobian_norm h d w x * G) with (/ (2 * sqrt (along h d (jacobian d w x) (jacobian d w x))) * (2 * G)).
  - apply (derivative_along _ sqrt (along h d (jacobian d w x) (jacobian d w x)) _ (along h d (jacobian d H x) (jacobian d H x))).
    + intros s. unfold jacobian_norm, length. f_equal. rewrite !jacobian_square. unfold G, along, hidden, moved. simpl.
      rewrite apply_affine, inner_outer, !dot_of_sum, dot_scale. ring.
    + apply derivable_pt_lim_sqrt. rewrite <- square. now apply Rmult_lt_0_compat.
  - change (sqrt (along h d (jacobian d w x) (jacobian d w x))) with (jacobian_norm h d w x). field. lra.
Qed.

Lemma label_square (t : R) : is_label t -> t * t = 1.
Proof. intros [-> | ->]; ring. Qed.

Lemma label_size (t : R) : is_label t -> Rabs t = 1.
Proof. intros [-> | ->]; [apply Rabs_pos_eq; lra | rewrite Rabs_left; lra]. Qed.

(** The perturbation is -(rho t/J) grad f: the factor sigma cancels. *)
Lemma perturbed_closed_form (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) :
  is_label t -> 0 < jacobian_norm h d w x ->
  perturbed rho h d w x t = moved w (- (rho * t / jacobian_norm h d w x)) (jacobian d w x).
Proof.
  intros label some. unfold perturbed, loss_gradient. rewrite moved_scaled, length_scaled. f_equal.
  fold (jacobian_norm h d w x). unfold logit_scale. pose proof (sigma_pos (- (t * output h d w x))) as positive.
  rewrite Rabs_Ropp, Rabs_mult, label_size, (Rabs_pos_eq (sigma _)) by (assumption || lra). field. lra.
Qed.

Definition main_theorems :=
  (jacobian_is_gradient, loss_gradient_is_gradient, jacobian_norm_closed_form, norm_gradient_is_gradient).
Print Assumptions main_theorems.
