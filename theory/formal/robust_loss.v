(** * 1-SAM in a linear model descends a convex function: the largest loss within rho, and the gradient of its mean

    Statement.  No step of length at most rho raises the loss of an example above ln(1 + e^(rho |x| - t <w, x>)), and the
                perturbation of 1-SAM raises it to exactly that. Let F be the mean of these numbers over n examples; the mean
                of the examples' gradients at their own w + eps_i is the gradient of F.
    Idea.       Cauchy-Schwarz: a step of length rho moves <w, x> by at most rho |x|. The shift rho |x| does not depend on w.
    Assumes.    Labels 1 or -1, inputs with |x| > 0; w and x of any length d, any number n >= 1 of examples.
    Source.     Beyond Eqs. 2.6 and 3.2. *)

Require Import Reals Lra Lia.
From Formal Require Import lemma_3_1 vectors one_sam_linear.
Open Scope R_scope.

Definition largest (rho : R) (d : nat) (w x : vector) (t : R) : R := ln (1 + exp (rho * norm d x - t * dot d w x)).

Lemma softplus_le (a b : R) : a <= b -> ln (1 + exp a) <= ln (1 + exp b).
Proof.
  intros [less | same]; [| rewrite same; lra]. left. apply ln_increasing; [pose proof (exp_pos a); lra |].
  apply Rplus_lt_compat_l. now apply exp_increasing.
Qed.

Theorem inner_maximum (rho : R) (d : nat) (w x e : vector) (t : R) :
  is_label t -> norm d e <= rho -> loss d (fun i => w i + 1 * e i) x t <= largest rho d w x t.
Proof.
  intros label short. unfold loss, largest. apply softplus_le. rewrite dot_affine.
  pose proof (inner_at_most d e x) as H. pose proof (norm_nonneg d x) as Hx.
  assert (Hm : norm d e * norm d x <= rho * norm d x) by now apply Rmult_le_compat_r.
  unfold Rabs in H. destruct (Rcase_abs (dot d e x)), label as [-> | ->]; lra.
Qed.

Theorem own_epsilon (rho : R) (d : nat) (w x : vector) (t : R) :
  is_label t -> 0 < norm d x -> loss d (perturbed rho d w x t) x t = largest rho d w x t.
Proof.
  intros label nonzero. unfold loss, largest. rewrite perturbed_margin by assumption. do 3 f_equal. ring.
Qed.

(** Examples 0, ..., n - 1 with inputs X j and labels T j. *)
Definition objective (rho : R) (n d : nat) (X : nat -> vector) (T : vector) (w : vector) : R :=
  / INR n * sum n (fun j => largest rho d w (X j) (T j)).

Definition mean_direction (rho : R) (n d : nat) (X : nat -> vector) (T : vector) (w : vector) : vector :=
  fun i => / INR n * sum n (fun j => - gradient d (perturbed rho d w (X j) (T j)) (X j) (T j) i).

Lemma largest_derivative (rho : R) (d : nat) (w x h : vector) (t : R) :
  is_label t -> 0 < norm d x ->
  derivable_pt_lim (fun s => largest rho d (fun i => w i + s * h i) x t) 0 (dot d (gradient d (perturbed rho d w x t) x t) h).
Proof.
  intros label nonzero.
  pose proof (gradient_is_derivative d (perturbed rho d w x t) x h t) as H.
  apply (derivable_pt_lim_ext (fun s => loss d (fun i => perturbed rho d w x t i + s * h i) x t)); [| exact H].
  intros s. unfold loss, largest. do 3 f_equal. rewrite !dot_affine.
  pose proof (perturbed_margin rho d w x t label nonzero) as M. lra.
Qed.

Theorem direction_is_gradient (rho : R) (n d : nat) (X : nat -> vector) (T w h : vector) :
  (forall j, (j < n)%nat -> is_label (T j) /\ 0 < norm d (X j)) ->
  derivable_pt_lim (fun s => objective rho n d X T (fun i => w i + s * h i)) 0 (- dot d (mean_direction rho n d X T w) h).
Proof.
  intros H. unfold objective, mean_direction. rewrite dot_scale.
  rewrite (dot_of_sums n d (fun j i => - gradient d (perturbed rho d w (X j) (T j)) (X j) (T j) i)).
  replace (- (/ INR n * sum n (fun j => dot d (fun i => - gradient d (perturbed rho d w (X j) (T j)) (X j) (T j) i) h)))
    with (/ INR n * sum n (fun j => dot d (gradient d (perturbed rho d w (X j) (T j)) (X j) (T j)) h)).
  - apply (derivable_pt_lim_scal (fun s => sum n (fun j => largest rho d (fun i => w i + s * h i) (X j) (T j)))).
    apply (sum_derivative n 0 (fun j s => largest rho d (fun i => w i + s * h i) (X j) (T j))).
    intros j Hj. destruct (H j Hj). now apply largest_derivative.
  - rewrite Ropp_mult_distr_r. f_equal. rewrite <- (Rmult_1_l (- sum n _)), <- Ropp_mult_distr_r, Ropp_mult_distr_l, <- sum_scale.
    apply sum_ext. intros j _. unfold dot. rewrite <- sum_scale. apply sum_ext. intros i _. ring.
Qed.

Definition main_theorems := (inner_maximum, own_epsilon, direction_is_gradient).
Print Assumptions main_theorems.
