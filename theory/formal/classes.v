(** * The two-layer linear network f = V W x with K outputs: its gradients, and the direction of J-SAM

    Statement.  With the cross-entropy, g = softmax(f) - e_t and z = W x: grad loss = (V^T g x^T, g z^T). With g held fixed this is
                the gradient of <g, f>, of norm N = sqrt(|V^T g|^2 |x|^2 + |g|^2 |z|^2); where N > 0,
                grad N = (|g|^2 z x^T, |x|^2 g g^T V)/N. The gradients are derived, not postulated.
    Idea.       Along every direction each logit, <g, f> and N^2 are polynomials of degree 2; grad <g, f> is linear in the weights.
    Assumes.    Any number of classes, width and input dimension; a target t < K.
    Source.     Beyond Proposition 4.1; Eqs. 2.4 and 2.9 for K classes. *)

Require Import Reals Lra Lia Arith.
From Formal Require Import vectors matrices loss_bounds.
Open Scope R_scope.

(** Weights are a pair of matrices: W with h rows and d columns, V with K rows and h columns. *)
Definition layers := (matrix * matrix)%type.
Definition lower (w : layers) : matrix := fst w.
Definition upper (w : layers) : matrix := snd w.
Definition multiple (a : R) (w : layers) : layers := (fun i j => a * lower w i j, fun k i => a * upper w k i).
Definition shifted (w : layers) (s : R) (H : layers) : layers :=
  (fun i j => lower w i j + s * lower H i j, fun k i => upper w k i + s * upper H k i).
Definition product (K h d : nat) (w H : layers) : R := inner h d (lower w) (lower H) + inner K h (upper w) (upper H).
Definition extent (K h d : nat) (w : layers) : R := sqrt (product K h d w w).

Definition is_gradient_of (K h d : nat) (F : layers -> R) (w G : layers) : Prop :=
  forall H : layers, derivable_pt_lim (fun s => F (shifted w s H)) 0 (product K h d G H).

Lemma product_sym (K h d : nat) (w H : layers) : product K h d w H = product K h d H w.
Proof. unfold product. now rewrite (inner_sym h), (inner_sym K). Qed.

Lemma product_multiple (K h d : nat) (a : R) (w H : layers) : product K h d (multiple a w) H = a * product K h d w H.
Proof. unfold product, multiple. simpl. rewrite !inner_scale. ring. Qed.

Lemma product_shifted (K h d : nat) (s : R) (w G H : layers) :
  product K h d (shifted w s G) H = product K h d w H + s * product K h d G H.
Proof. unfold product, shifted. simpl. rewrite !inner_affine. ring. Qed.

Lemma extent_square (K h d : nat) (w : layers) : extent K h d w * extent K h d w = product K h d w w.
Proof.
  apply sqrt_sqrt. pose proof (inner_nonneg h d (lower w)). pose proof (inner_nonneg K h (upper w)). unfold product. lra.
Qed.

(** V^T g. *)
Definition back (K : nat) (V : matrix) (g : vector) : vector := fun i => sum K (fun k => g k * V k i).

Lemma back_affine (K : nat) (s : R) (A B : matrix) (g : vector) :
  back K (fun k i => A k i + s * B k i) g = fun i => back K A g i + s * back K B g i.
Proof.
  apply FunctionalExtensionality.functional_extensionality. intros i. unfold back. rewrite <- sum_scale, <- sum_plus.
  apply sum_ext. intros k _. ring.
Qed.

Lemma back_outer (K : nat) (u b : vector) (g : vector) : back K (outer u b) g = fun i => dot K g u * b i.
Proof.
  apply FunctionalExtensionality.functional_extensionality. intros i. unfold back, outer, dot.
  rewrite Rmult_comm, <- sum_scale. apply sum_ext. intros k _. ring.
Qed.

(** <g, V u> = <V^T g, u>. *)
Lemma dot_apply (K h : nat) (V : matrix) (g u : vector) : dot K g (apply h V u) = dot h (back K V g) u.
Proof.
  unfold back. rewrite (dot_of_sums K h (fun k i => g k * V k i) u). apply sum_ext. intros k _. unfold apply. now rewrite dot_scale.
Qed.

Definition activation (d : nat) (w : layers) (x : vector) : vector := apply d (lower w) x.
Definition logits (h d : nat) (w : layers) (x : vector) : vector := apply h (upper w) (activation d w x).
Definition class_loss (K h d t : nat) (x : vector) (w : layers) : R := cross_entropy K t (logits h d w x).

Definition softmax (K : nat) (f : vector) : vector := fun k => exp (f k) / sum K (fun j => exp (f j)).
Definition one_hot (t : nat) : vector := fun k => if k =? t then 1 else 0.
Definition class_scale (K h d t : nat) (w : layers) (x : vector) : vector :=
  fun k => softmax K (logits h d w x) k - one_hot t k.

(** <g, f> with g held fixed, and its gradient. *)
Definition mixed (K h d : nat) (g x : vector) (w : layers) : R := dot K g (logits h d w x).
Definition mixed_gradient (K d : nat) (g x : vector) (w : layers) : layers :=
  (outer (back K (upper w) g) x, outer g (activation d w x)).

Definition class_loss_gradient (K h d t : nat) (w : layers) (x : vector) : layers :=
  mixed_gradient K d (class_scale K h d t w x) x w.

(** Eqs. 2.6 and 2.9: the logit scale at w, the Jacobian at the perturbed weights. *)
Definition class_perturbed (rho : R) (K h d t : nat) (w : layers) (x : vector) : layers :=
  shifted w (rho / extent K h d (class_loss_gradient K h d t w x)) (class_loss_gradient K h d t w x).
Definition class_j_sam (rho : R) (K h d t : nat) (w : layers) (x : vector) : layers :=
  multiple (-1) (mixed_gradient K d (class_scale K h d t w x) x (class_perturbed rho K h d t w x)).

(** The logits along a direction. *)
Definition logit_slope (h d : nat) (w H : layers) (x : vector) : vector :=
  fun k => apply h (upper w) (activation d H x) k + apply h (upper H) (activation d w x) k.

Lemma logits_shifted (h d : nat) (w H : layers) (x : vector) (s : R) (k : nat) :
  logits h d (shifted w s H) x k = logits h d w x k + s * logit_slope h d w H x k + s * s * logits h d H x k.
Proof. unfold logits, logit_slope, activation, shifted. simpl. rewrite (apply_affine d). apply dot_of_moved. Qed.

Lemma slope_of_mixed (K h d : nat) (g x : vector) (w H : layers) :
  dot K g (logit_slope h d w H x) = product K h d (mixed_gradient K d g x w) H.
Proof.
  unfold product, mixed_gradient. simpl. rewrite !inner_outer, <- dot_apply. unfold logit_slope.
  rewrite dot_sym, (dot_ext K _ (fun k => apply h (upper w) (activation d H x) k + 1 * apply h (upper H) (activation d w x) k) _ g)
    by (intros; reflexivity || ring).
  rewrite dot_affine, (dot_sym K _ g), (dot_sym K _ g). unfold activation. ring.
Qed.

Lemma mixed_shifted (K h d : nat) (g x : vector) (w H : layers) (s : R) :
  mixed K h d g x (shifted w s H)
  = mixed K h d g x w + s * product K h d (mixed_gradient K d g x w) H + s * s * mixed K h d g x H.
Proof.
  rewrite <- slope_of_mixed. unfold mixed, dot. rewrite <- !sum_scale, <- !sum_plus. apply sum_ext. intros k _.
  rewrite logits_shifted. ring.
Qed.

Theorem mixed_gradient_is_gradient (K h d : nat) (g x : vector) (w : layers) :
  is_gradient_of K h d (mixed K h d g x) w (mixed_gradient K d g x w).
Proof.
  intros H. rewrite <- (Rmult_1_l (product K h d _ H)).
  apply (derivative_along _ id (mixed K h d g x w) _ (mixed K h d g x H)); [| apply derivable_pt_lim_id].
  intros s. apply mixed_shifted.
Qed.

Lemma exp_sum_pos (K : nat) (f : vector) : (0 < K)%nat -> 0 < sum K (fun k => exp (f k)).
Proof. intros some. apply sum_pos; [exact some |]. intros k _. apply exp_pos. Qed.

Theorem class_loss_gradient_is_gradient (K h d t : nat) (w : layers) (x : vector) :
  (t < K)%nat -> is_gradient_of K h d (class_loss K h d t x) w (class_loss_gradient K h d t w x).
Proof.
  intros target H. unfold class_loss_gradient. rewrite <- slope_of_mixed. set (b := logit_slope h d w H x).
  set (f := logits h d w x). assert (some : 0 < sum K (fun k => exp (f k))) by (apply exp_sum_pos; lia).
  assert (logit : forall (phi : R -> R) l k, derivable_pt_lim phi (f k) l ->
                  derivable_pt_lim (fun s => phi (logits h d (shifted w s H) x k)) 0 (l * b k)).
  { intros phi l k moves. apply (derivative_along _ phi (f k) _ (logits h d H x k)); [| exact moves].
    intros s. now rewrite logits_shifted. }
  apply (derivative_is _ _ (/ sum K (fun k => exp (f k)) * sum K (fun k => exp (f k) * b k) - 1 * b t)).
  - unfold class_loss, cross_entropy.
    apply (derivable_pt_lim_minus (fun s => ln (sum K (fun k => exp (logits h d (shifted w s H) x k))))
                                  (fun s => logits h d (shifted w s H) x t)).
    + apply (derivable_pt_lim_comp (fun s => sum K (fun k => exp (logits h d (shifted w s H) x k))) ln).
      * apply (sum_derivative K 0 (fun k s => exp (logits h d (shifted w s H) x k)) (fun k => exp (f k) * b k)).
        intros k _. apply logit, derivable_pt_lim_exp.
      * rewrite (sum_ext K _ (fun k => exp (f k))); [now apply derivable_pt_lim_ln |].
        intros k _. f_equal. rewrite logits_shifted. fold f. ring.
    + apply (logit id 1 t), derivable_pt_lim_id.
  - unfold class_scale, softmax. fold f. rewrite <- sum_scale.
    transitivity (sum K (fun k => / sum K (fun j => exp (f j)) * (exp (f k) * b k)) + -1 * sum K (fun k => one_hot t k * b k)).
    + rewrite (sum_split K t (fun k => one_hot t k * b k)) by exact target. unfold one_hot at 1. rewrite Nat.eqb_refl.
      unfold wrong. rewrite (sum_ext K (fun k => if k =? t then 0 else one_hot t k * b k) (fun _ => 0)), sum_const; [ring |].
      intros k _. unfold one_hot. destruct (k =? t); ring.
    + rewrite <- sum_scale, <- sum_plus. apply sum_ext. intros k _. unfold Rdiv. ring.
Qed.

(** N^2, and the gradient of N. *)
Lemma mixed_square (K h d : nat) (g x : vector) (w : layers) :
  product K h d (mixed_gradient K d g x w) (mixed_gradient K d g x w)
  = dot h (back K (upper w) g) (back K (upper w) g) * dot d x x + dot K g g * dot h (activation d w x) (activation d w x).
Proof.
  unfold product, mixed_gradient. simpl. rewrite !inner_outer, !apply_outer, (dot_sym h (back K (upper w) g)), dot_scale.
  rewrite (dot_sym K g), dot_scale. ring.
Qed.

Theorem mixed_norm_closed_form (K h d : nat) (g x : vector) (w : layers) :
  extent K h d (mixed_gradient K d g x w)
  = sqrt (norm h (back K (upper w) g) ^ 2 * norm d x ^ 2 + norm K g ^ 2 * norm h (activation d w x) ^ 2).
Proof. unfold extent. rewrite mixed_square. f_equal. rewrite <- !norm_square. ring. Qed.

(** The gradient of <g, f> at its own gradient: |g|^2 z x^T and |x|^2 g (V^T g)^T. *)
Definition mixed_second (K d : nat) (g x : vector) (w : layers) : layers :=
  (fun i j => dot K g g * outer (activation d w x) x i j, fun k i => dot d x x * outer g (back K (upper w) g) k i).

Lemma mixed_gradient_twice (K d : nat) (g x : vector) (w : layers) :
  mixed_gradient K d g x (mixed_gradient K d g x w) = mixed_second K d g x w.
Proof.
  unfold mixed_gradient at 1, mixed_second, activation at 1, mixed_gradient. simpl. rewrite back_outer, apply_outer.
  f_equal; apply FunctionalExtensionality.functional_extensionality; intros i;
    apply FunctionalExtensionality.functional_extensionality; intros j; unfold outer; ring.
Qed.

Lemma mixed_gradient_shifted (K d : nat) (g x : vector) (w H : layers) (s : R) :
  mixed_gradient K d g x (shifted w s H) = shifted (mixed_gradient K d g x w) s (mixed_gradient K d g x H).
Proof.
  unfold mixed_gradient, activation, shifted. simpl. rewrite back_affine, apply_affine.
  f_equal; apply FunctionalExtensionality.functional_extensionality; intros i;
    apply FunctionalExtensionality.functional_extensionality; intros j; unfold outer; ring.
Qed.

(** <grad of <g, f> at w, the same at H> is <grad of <g, f> at its gradient, H>: the second derivative is symmetric. *)
Lemma mixed_symmetric (K h d : nat) (g x : vector) (w H : layers) :
  product K h d (mixed_gradient K d g x w) (mixed_gradient K d g x H) = product K h d (mixed_second K d g x w) H.
Proof.
  unfold product, mixed_gradient, mixed_second. simpl. rewrite (inner_scale h), (inner_scale K), !inner_outer, !apply_outer.
  rewrite !dot_scale_right, (dot_apply K h (upper H)). fold (activation d H x).
  rewrite (dot_sym h (activation d H x)), (dot_sym h (back K (upper H) g)). ring.
Qed.

Definition mixed_norm_gradient (K h d : nat) (g x : vector) (w : layers) : layers :=
  multiple (/ extent K h d (mixed_gradient K d g x w)) (mixed_second K d g x w).

Theorem mixed_norm_gradient_is_gradient (K h d : nat) (g x : vector) (w : layers) :
  0 < extent K h d (mixed_gradient K d g x w) ->
  is_gradient_of K h d (fun u => extent K h d (mixed_gradient K d g x u)) w (mixed_norm_gradient K h d g x w).
Proof.
  intros some H. set (G := mixed_gradient K d g x w) in *.
  pose proof (extent_square K h d G) as square.
  apply (derivative_is _ _ (/ (2 * sqrt (product K h d G G)) * (2 * product K h d G (mixed_gradient K d g x H)))).
  - apply (derivative_along _ sqrt (product K h d G G) _ (product K h d (mixed_gradient K d g x H) (mixed_gradient K d g x H))).
    + intros s. unfold extent. f_equal. rewrite mixed_gradient_shifted. fold G. rewrite product_shifted.
      rewrite (product_sym K h d G), (product_sym K h d (mixed_gradient K d g x H)), !product_shifted.
      rewrite (product_sym K h d (mixed_gradient K d g x H) G). ring.
    + apply derivable_pt_lim_sqrt. rewrite <- square. now apply Rmult_lt_0_compat.
  - unfold mixed_norm_gradient. rewrite product_multiple, <- (mixed_symmetric K h d g x w H). fold G.
    change (sqrt (product K h d G G)) with (extent K h d G). field. lra.
Qed.

Definition main_theorems :=
  (mixed_gradient_is_gradient, class_loss_gradient_is_gradient, mixed_norm_closed_form, mixed_norm_gradient_is_gradient).
Print Assumptions main_theorems.
