(** * Eqs. 3.2 and 3.6: the 1-SAM update of one example in a linear model

    Statement.  Let l(w) = log(1 + e^(-t <w, x>)), t = 1 or t = -1, |x| > 0, and let 1-SAM evaluate the gradient of l at
                w + rho grad l(w) / |grad l(w)|. Then
                the perturbation is -rho t x / |x|, and -grad l there = t sigma(-t <w, x> + rho |x|) x   (Eq. 3.2);
                its norm divided by |grad l(w)| = sigma(-t <w, x> + rho |x|) / sigma(-t <w, x>)         (Eq. 3.6),
                which is larger than 1 for rho > 0: the norm of the gradient increases.
    Idea.       grad l = -t sigma(-t <w, x>) x is a multiple of x, so the perturbation moves the margin by -rho |x|.
    Assumes.    w and x of any length d; rho any real number, positive for the last statement.
    Source.     Section 3.2; the perturbation is Eq. 2.5. The gradient is not postulated: [gradient_is_derivative] shows
                that <gradient, h> is the derivative of the loss along every direction h. *)

Require Import Reals Lra.
From Formal Require Import lemma_3_1 vectors.
Open Scope R_scope.

Definition loss (d : nat) (w x : vector) (t : R) : R := ln (1 + exp (- (t * dot d w x))).

Definition gradient (d : nat) (w x : vector) (t : R) : vector :=
  fun i => - (t * sigma (- (t * dot d w x))) * x i.

Definition perturbed (rho : R) (d : nat) (w x : vector) (t : R) : vector :=
  fun i => w i + rho / norm d (gradient d w x t) * gradient d w x t i.

Definition weight (rho : R) (d : nat) (w x : vector) (t : R) : R :=
  norm d (gradient d (perturbed rho d w x t) x t) / norm d (gradient d w x t).

Theorem gradient_is_derivative (d : nat) (w x h : vector) (t : R) :
  derivable_pt_lim (fun s => loss d (fun i => w i + s * h i) x t) 0 (dot d (gradient d w x t) h).
Proof.
  set (m := - (t * dot d w x)). set (slope := - (t * dot d h x)).
  apply (derivable_pt_lim_ext (fun s => ln (1 + exp (m + slope * s)))).
  { intros s. unfold loss. rewrite dot_affine. do 3 f_equal. unfold m, slope. ring. }
  assert (Hinner : derivable_pt_lim (fun s => m + slope * s) 0 (0 + slope * 1)).
  { apply derivable_pt_lim_plus. apply derivable_pt_lim_const.
    apply derivable_pt_lim_scal. apply derivable_pt_lim_id. }
  pose proof (derivable_pt_lim_comp _ exp 0 _ _ Hinner (derivable_pt_lim_exp _)) as Hexp.
  pose proof (derivable_pt_lim_plus _ _ 0 _ _ (derivable_pt_lim_const 1 0) Hexp) as Hsum.
  assert (Hm : m + slope * 0 = m) by ring. assert (Hpos : 0 < exp m) by apply exp_pos.
  replace (dot d (gradient d w x t) h) with (/ (1 + exp (m + slope * 0)) * (0 + exp (m + slope * 0) * (0 + slope * 1))).
  - apply (derivable_pt_lim_comp _ ln 0 _ _ Hsum). apply derivable_pt_lim_ln.
    unfold plus_fct, fct_cte, comp. rewrite Hm. lra.
  - rewrite Hm. unfold gradient. rewrite dot_scale, (dot_sym d x h). fold m. unfold slope, sigma. rewrite exp_Ropp.
    field. lra.
Qed.

Definition is_label (t : R) : Prop := t = 1 \/ t = -1.

(** |grad l| = sigma(-t <w, x>) |x|. *)
Lemma gradient_norm (d : nat) (w x : vector) (t : R) :
  is_label t -> norm d (gradient d w x t) = sigma (- (t * dot d w x)) * norm d x.
Proof.
  intros label. unfold gradient.
  rewrite norm_scale, Rabs_Ropp, Rabs_mult, (Rabs_pos_eq (sigma _)) by apply Rlt_le, sigma_pos.
  assert (Ht : Rabs t = 1) by (destruct label as [-> | ->]; apply Rabs_pos_eq || rewrite Rabs_left; lra). rewrite Ht. ring.
Qed.

(** grad l / |grad l| = -t x / |x|: the factor sigma cancels. *)
Theorem perturbation (rho : R) (d : nat) (w x : vector) (t : R) (i : nat) :
  is_label t -> 0 < norm d x -> perturbed rho d w x t i = w i + - (rho * t / norm d x) * x i.
Proof.
  intros label nonzero. unfold perturbed. rewrite gradient_norm by exact label. unfold gradient.
  pose proof (sigma_pos (- (t * dot d w x))). field. lra.
Qed.

Lemma perturbed_margin (rho : R) (d : nat) (w x : vector) (t : R) :
  is_label t -> 0 < norm d x -> - (t * dot d (perturbed rho d w x t) x) = - (t * dot d w x) + rho * norm d x.
Proof.
  intros label nonzero.
  replace (dot d (perturbed rho d w x t) x) with (dot d w x + - (rho * t / norm d x) * (norm d x * norm d x)).
  - assert (Ht : t * t = 1) by (destruct label as [-> | ->]; ring).
    replace (- (t * (dot d w x + - (rho * t / norm d x) * (norm d x * norm d x))))
      with (- (t * dot d w x) + t * t * (rho * norm d x)) by (field; lra).
    rewrite Ht. ring.
  - rewrite norm_square, <- dot_affine. apply sum_ext. intros i _. now rewrite perturbation.
Qed.

Theorem shifted_update (rho : R) (d : nat) (w x : vector) (t : R) (i : nat) :
  is_label t -> 0 < norm d x ->
  - gradient d (perturbed rho d w x t) x t i = t * sigma (- (t * dot d w x) + rho * norm d x) * x i.
Proof. intros label nonzero. unfold gradient at 1. rewrite perturbed_margin by assumption. ring. Qed.

Theorem weight_is_ratio (rho : R) (d : nat) (w x : vector) (t : R) :
  is_label t -> 0 < norm d x -> weight rho d w x t = ratio (rho * norm d x) (t * dot d w x).
Proof.
  intros label nonzero. unfold weight, ratio. rewrite !gradient_norm, perturbed_margin by assumption.
  pose proof (sigma_pos (- (t * dot d w x))). field. lra.
Qed.

Theorem gradient_norm_increases (rho : R) (d : nat) (w x : vector) (t : R) :
  is_label t -> 0 < norm d x -> 0 < rho -> norm d (gradient d w x t) < norm d (gradient d (perturbed rho d w x t) x t).
Proof.
  intros label nonzero positive. rewrite !gradient_norm, perturbed_margin by assumption.
  apply Rmult_lt_compat_r; [exact nonzero |]. apply sigma_increasing.
  pose proof (Rmult_lt_0_compat rho (norm d x) positive nonzero). lra.
Qed.

Definition main_theorems :=
  (gradient_is_derivative, perturbation, shifted_update, weight_is_ratio, gradient_norm_increases).
Print Assumptions main_theorems.
