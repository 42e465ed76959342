(** * J-SAM and 1-SAM of one example in a two-layer linear network, exactly

    Statement.  J-SAM's direction is -grad loss - rho sigma(-t f) grad J in both layers, with no remainder. With
                m = t f (1 + rho^2 |x|^2/J^2) - rho J, t f at the perturbed weights is m, and 1-SAM's direction is
                sigma(-m) grad(t f - rho J): J-SAM's direction times sigma(-m)/sigma(-t f).
    Idea.       The perturbed weights are w - (rho t/J) grad f, where grad f is grad f - rho t grad J of w; f there has one term of
                second order, (rho t/J)^2 |x|^2 f.
    Assumes.    t = 1 or t = -1, J > 0; any real rho, any width and input dimension. The logit scale is held fixed. One example.
    Source.     Beyond Proposition 4.1. *)

Require Import Reals Lra.
From Formal Require Import lemma_3_1 vectors matrices one_sam_linear two_layers eq_4_1_to_4_4.
Open Scope R_scope.

Lemma first_layer_of_norm (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) (i j : nat) :
  is_label t -> 0 < jacobian_norm h d w x ->
  first (j_sam rho h d w x t) i j
  = - first (loss_gradient h d w x t) i j
    - rho * sigma (- (t * output h d w x)) * first (norm_gradient h d w x) i j.
Proof.
  intros label some. rewrite first_layer_split by assumption. unfold norm_gradient, scaled, outer. simpl. field. lra.
Qed.

Lemma second_layer_of_norm (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) (i : nat) :
  is_label t -> 0 < jacobian_norm h d w x ->
  last (j_sam rho h d w x t) i
  = - last (loss_gradient h d w x t) i - rho * sigma (- (t * output h d w x)) * last (norm_gradient h d w x) i.
Proof.
  intros label some. rewrite second_layer_split by assumption. unfold norm_gradient, scaled. simpl.
  rewrite Rmult_1_r, norm_square. field. lra.
Qed.

Lemma j_sam_of_norm (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) :
  is_label t -> 0 < jacobian_norm h d w x ->
  exists L N, is_gradient h d (fun u => network_loss h d u x t) w L /\ is_gradient h d (fun u => jacobian_norm h d u x) w N
    /\ (forall i j, first (j_sam rho h d w x t) i j = - first L i j - rho * sigma (- (t * output h d w x)) * first N i j)
    /\ (forall i, last (j_sam rho h d w x t) i = - last L i - rho * sigma (- (t * output h d w x)) * last N i).
Proof.
  intros label some. exists (loss_gradient h d w x t), (norm_gradient h d w x).
  split; [apply loss_gradient_is_gradient |]. split; [now apply norm_gradient_is_gradient |].
  split; intros; [now apply first_layer_of_norm | now apply second_layer_of_norm].
Qed.

Definition moved_margin (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) : R :=
  t * output h d w x * (1 + rho ^ 2 * norm d x ^ 2 / jacobian_norm h d w x ^ 2) - rho * jacobian_norm h d w x.

Lemma output_of_jacobian (h d : nat) (w : weights) (x : vector) :
  output h d (jacobian d w x) x = dot d x x * output h d w x.
Proof. unfold output. rewrite hidden_jacobian. simpl. rewrite dot_sym, dot_scale. reflexivity. Qed.

Theorem margin (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) :
  is_label t -> 0 < jacobian_norm h d w x -> t * output h d (perturbed rho h d w x t) x = moved_margin rho h d w x t.
Proof.
  intros label some. rewrite perturbed_closed_form, output_moved, output_of_jacobian, <- length_square by assumption.
  fold (jacobian_norm h d w x). unfold moved_margin. apply label_square in label.
  transitivity (t * output h d w x * (1 + t * t * rho ^ 2 * norm d x ^ 2 / jacobian_norm h d w x ^ 2)
                - t * t * rho * jacobian_norm h d w x).
  - replace (norm d x ^ 2) with (dot d x x) by (rewrite <- norm_square; ring). field. lra.
  - now rewrite label, !Rmult_1_l.
Qed.

(** On one example both directions lie on one line. *)
Theorem one_line (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) :
  is_label t -> 0 < jacobian_norm h d w x ->
  let speed := sigma (- moved_margin rho h d w x t) / sigma (- (t * output h d w x)) in
  (forall i j, first (one_sam rho h d w x t) i j = speed * first (j_sam rho h d w x t) i j)
  /\ (forall i, last (one_sam rho h d w x t) i = speed * last (j_sam rho h d w x t) i).
Proof.
  intros label some speed. pose proof (sigma_pos (- (t * output h d w x))) as positive.
  unfold speed, one_sam, loss_gradient, j_sam, logit_scale, scaled. simpl. rewrite margin by assumption.
  split; intros; field; lra.
Qed.

(** The objective t f - rho J has the gradient t grad f - rho grad J. *)
Lemma objective_gradient (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) :
  0 < jacobian_norm h d w x ->
  is_gradient h d (fun u => t * output h d u x - rho * jacobian_norm h d u x) w
    (moved (scaled t (jacobian d w x)) (- rho) (norm_gradient h d w x)).
Proof.
  intros some H. rewrite along_moved, along_scaled.
  apply (derivative_is _ _ (t * along h d (jacobian d w x) H - rho * along h d (norm_gradient h d w x) H)); [| ring].
  apply (derivable_pt_lim_minus (fun s => t * output h d (moved w s H) x) (fun s => rho * jacobian_norm h d (moved w s H) x)).
  - apply (derivable_pt_lim_scal (fun s => output h d (moved w s H) x)), jacobian_is_gradient.
  - apply (derivable_pt_lim_scal (fun s => jacobian_norm h d (moved w s H) x)). now apply norm_gradient_is_gradient.
Qed.

Theorem one_sam_exact (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) :
  is_label t -> 0 < jacobian_norm h d w x ->
  let scale := sigma (- moved_margin rho h d w x t) in
  exists G, is_gradient h d (fun u => t * output h d u x - rho * jacobian_norm h d u x) w G
    /\ (forall i j, first (one_sam rho h d w x t) i j
                    = scale * (t * last w i - rho / jacobian_norm h d w x * hidden d w x i) * x j
                    /\ first (one_sam rho h d w x t) i j = scale * first G i j)
    /\ (forall i, last (one_sam rho h d w x t) i
                  = scale * (t * hidden d w x i - rho * norm d x ^ 2 / jacobian_norm h d w x * last w i)
                  /\ last (one_sam rho h d w x t) i = scale * last G i).
Proof.
  intros label some scale. pose proof (sigma_pos (- (t * output h d w x))) as positive.
  exists (moved (scaled t (jacobian d w x)) (- rho) (norm_gradient h d w x)).
  destruct (one_line rho h d w x t label some) as [line_first line_last].
  split; [now apply objective_gradient |]. split.
  - intros i j. rewrite line_first, first_layer by assumption. fold scale. unfold norm_gradient, moved, scaled, jacobian, outer. simpl.
    split; field; lra.
  - intros i. rewrite line_last, second_layer by assumption. fold scale. unfold norm_gradient, moved, scaled, jacobian. simpl.
    rewrite Rmult_1_r, norm_square. split; field; lra.
Qed.

(** J-SAM's direction likewise, after division by its logit scale. *)
Lemma j_sam_objective (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) :
  is_label t -> 0 < jacobian_norm h d w x ->
  exists G, is_gradient h d (fun u => t * output h d u x - rho * jacobian_norm h d u x) w G
    /\ (forall i j, first (j_sam rho h d w x t) i j = sigma (- (t * output h d w x)) * first G i j)
    /\ (forall i, last (j_sam rho h d w x t) i = sigma (- (t * output h d w x)) * last G i).
Proof.
  intros label some. exists (moved (scaled t (jacobian d w x)) (- rho) (norm_gradient h d w x)).
  split; [now apply objective_gradient |]. split.
  - intros i j. rewrite first_layer by assumption. unfold norm_gradient, moved, scaled, jacobian, outer. simpl. field. lra.
  - intros i. rewrite second_layer by assumption. unfold norm_gradient, moved, scaled, jacobian. simpl.
    rewrite Rmult_1_r, norm_square. field. lra.
Qed.

Theorem j_sam_exact (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) :
  is_label t -> 0 < jacobian_norm h d w x ->
  let scale := sigma (- (t * output h d w x)) in
  exists L N G, is_gradient h d (fun u => network_loss h d u x t) w L /\ is_gradient h d (fun u => jacobian_norm h d u x) w N
    /\ is_gradient h d (fun u => t * output h d u x - rho * jacobian_norm h d u x) w G
    /\ (forall i j, first (j_sam rho h d w x t) i j = - first L i j - rho * scale * first N i j
                    /\ first (j_sam rho h d w x t) i j = scale * first G i j)
    /\ (forall i, last (j_sam rho h d w x t) i = - last L i - rho * scale * last N i
                  /\ last (j_sam rho h d w x t) i = scale * last G i).
Proof.
  intros label some scale.
  destruct (j_sam_of_norm rho h d w x t label some) as [L [N [loss_is [norm_is [first_of_norm last_of_norm]]]]].
  destruct (j_sam_objective rho h d w x t label some) as [G [objective_is [first_of_objective last_of_objective]]].
  exists L, N, G. repeat (split; [assumption |]).
  split; intros; split; auto.
Qed.

Definition main_theorems := (j_sam_exact, margin, one_line, one_sam_exact).
Print Assumptions main_theorems.
