(** * For K classes J-SAM is exactly a step with a penalty on the norm of a gradient; and its dead zone

    Statement.  With g = softmax(f) - e_t held fixed, h = <g, f> and N = |grad h| > 0: J-SAM's direction is -grad(h + rho N) in
                both layers; in W it is -V^T g x^T - rho |g|^2/N z x^T, in V it is -g z^T - rho |x|^2/N g g^T V. Along the weights
                it is -2 h - rho N <= N (|w| - rho).
    Idea.       The perturbed weights are w + rho grad h/N, grad h is linear in the weights, and at grad h it is N grad N.
                2 |g| |x| |h| <= N^2 and N <= |g| |x| |w| by Cauchy and Schwarz.
    Assumes.    N > 0; any real rho, any number of classes, width and input dimension.
    Source.     Beyond Proposition 4.1. *)

Require Import Reals Lra Lia.
From Formal Require Import vectors matrices loss_bounds classes dead_zone.
Open Scope R_scope.

(** J-SAM's direction is -(grad h + rho grad N). *)
Lemma j_sam_parts (rho : R) (K h d t : nat) (w : layers) (x : vector) :
  let g := class_scale K h d t w x in
  class_j_sam rho K h d t w x
  = multiple (-1) (shifted (mixed_gradient K d g x w) (rho / extent K h d (mixed_gradient K d g x w)) (mixed_second K d g x w)).
Proof.
  intros g. unfold class_j_sam, class_perturbed, class_loss_gradient. fold g.
  now rewrite mixed_gradient_shifted, mixed_gradient_twice.
Qed.

Theorem j_sam_of_classes (rho : R) (K h d t : nat) (w : layers) (x : vector) :
  let g := class_scale K h d t w x in
  0 < extent K h d (mixed_gradient K d g x w) ->
  exists G, is_gradient_of K h d (fun u => mixed K h d g x u + rho * extent K h d (mixed_gradient K d g x u)) w G
    /\ is_gradient_of K h d (mixed K h d g x) w (mixed_gradient K d g x w)
    /\ (forall i j, lower (class_j_sam rho K h d t w x) i j = - lower G i j)
    /\ (forall k i, upper (class_j_sam rho K h d t w x) k i = - upper G k i).
Proof.
  intros g some. exists (shifted (mixed_gradient K d g x w) rho (mixed_norm_gradient K h d g x w)).
  split; [| split; [apply mixed_gradient_is_gradient |]].
  - intros H. rewrite product_shifted.
    apply (derivable_pt_lim_plus (fun s => mixed K h d g x (shifted w s H))
                                 (fun s => rho * extent K h d (mixed_gradient K d g x (shifted w s H)))).
    + apply mixed_gradient_is_gradient.
    + apply (derivable_pt_lim_scal (fun s => extent K h d (mixed_gradient K d g x (shifted w s H)))).
      now apply mixed_norm_gradient_is_gradient.
  - rewrite j_sam_parts. fold g. unfold mixed_norm_gradient, multiple, shifted. simpl. split; intros; field; lra.
Qed.

Theorem explicit_lower (rho : R) (K h d t : nat) (w : layers) (x : vector) (i j : nat) :
  let g := class_scale K h d t w x in
  let N := extent K h d (mixed_gradient K d g x w) in
  lower (class_j_sam rho K h d t w x) i j
  = - (back K (upper w) g i * x j) - rho * norm K g ^ 2 / N * (activation d w x i * x j).
Proof.
  intros g N. rewrite j_sam_parts. fold g N. unfold multiple, shifted, mixed_gradient, mixed_second, outer. simpl.
  rewrite Rmult_1_r, norm_square. unfold Rdiv. ring.
Qed.

(** The entry of g g^T V in row k and column i is g_k (V^T g)_i. *)
Theorem explicit_upper (rho : R) (K h d t : nat) (w : layers) (x : vector) (k i : nat) :
  let g := class_scale K h d t w x in
  let N := extent K h d (mixed_gradient K d g x w) in
  upper (class_j_sam rho K h d t w x) k i
  = - (g k * activation d w x i) - rho * norm d x ^ 2 / N * sum K (fun l => outer g g k l * upper w l i).
Proof.
  intros g N. rewrite j_sam_parts. fold g N. unfold multiple, shifted, mixed_gradient, mixed_second. simpl.
  rewrite (sum_ext K _ (fun l => g k * (g l * upper w l i))), sum_scale by (intros; unfold outer; ring).
  rewrite Rmult_1_r, norm_square. unfold outer, back, Rdiv. ring.
Qed.

(** |V^T g|^2 <= |V|^2 |g|^2: the columns of V. *)
Lemma sum_swap (m n : nat) (u : nat -> vector) : sum m (fun i => sum n (u i)) = sum n (fun j => sum m (fun i => u i j)).
Proof.
  induction m as [| m IH]; simpl.
  - rewrite sum_const. ring.
  - rewrite IH, <- sum_plus. apply sum_ext. reflexivity.
Qed.

Lemma back_at_most (K h : nat) (V : matrix) (g : vector) :
  dot h (back K V g) (back K V g) <= inner K h V V * dot K g g.
Proof.
  replace (inner K h V V) with (inner h K (fun i k => V k i) (fun i k => V k i)).
  - rewrite (dot_ext h (back K V g) (apply K (fun i k => V k i) g) (back K V g) (apply K (fun i k => V k i) g)); [apply apply_at_most | |];
      intros i _; apply sum_ext; intros k _; ring.
  - unfold inner, dot. apply sum_swap.
Qed.

Theorem dead_zone_of_classes (rho : R) (K h d t : nat) (w : layers) (x : vector) :
  let N := extent K h d (mixed_gradient K d (class_scale K h d t w x) x w) in
  0 < N -> product K h d w (class_j_sam rho K h d t w x) <= N * (extent K h d w - rho).
Proof.
  intros N some. rewrite j_sam_parts, product_sym, product_multiple, product_shifted. set (g := class_scale K h d t w x) in *. fold N.
  set (b := back K (upper w) g). set (z := activation d w x).
  assert (value : mixed K h d g x w = dot h b z) by apply dot_apply.
  assert (first : product K h d (mixed_gradient K d g x w) w = 2 * mixed K h d g x w).
  { unfold product, mixed_gradient. simpl. rewrite !inner_outer, (dot_apply K h), value. fold b.
    change (apply d (lower w) x) with z. change (activation d w x) with z. ring. }
  assert (square : N * N = dot h b b * dot d x x + dot K g g * dot h z z) by (unfold N; rewrite extent_square; apply mixed_square).
  assert (second : product K h d (mixed_second K d g x w) w = N * N).
  { rewrite <- mixed_symmetric. unfold N. now rewrite extent_square. }
  rewrite first, second, value. replace (-1 * (2 * dot h b z + rho / N * (N * N))) with (1 * (2 * - dot h b z - rho * N)) by (field; lra).
  rewrite <- (Rmult_1_l N) at 2. pose proof (norm_nonneg K g) as size_g. pose proof (norm_nonneg d x) as size_x.
  apply (radius _ _ (norm K g * norm d x)); [lra | exact some | now apply Rmult_le_pos | |].
  - rewrite Rabs_Ropp, square, <- !norm_square. pose proof (inner_at_most h b z) as bound.
    pose proof (Rmult_le_compat_l _ _ _ (Rmult_le_pos _ _ size_g size_x) bound) as wide.
    pose proof (Rle_0_sqr (norm h b * norm d x - norm K g * norm h z)) as gap. unfold Rsqr in gap. lra.
  - apply Rsqr_incr_0_var; [| apply Rmult_le_pos; [now apply Rmult_le_pos | apply sqrt_pos]]. unfold Rsqr.
    replace (norm K g * norm d x * extent K h d w * (norm K g * norm d x * extent K h d w))
      with (norm K g * norm K g * (norm d x * norm d x) * (extent K h d w * extent K h d w)) by ring.
    rewrite square, extent_square, !norm_square. unfold product.
    pose proof (Rmult_le_compat_r _ _ _ (dot_nonneg d x) (back_at_most K h (upper w) g)) as columns. fold b in columns.
    pose proof (Rmult_le_compat_l _ _ _ (dot_nonneg K g) (apply_at_most h d (lower w) x)) as rows.
    change (apply d (lower w) x) with z in rows. lra.
Qed.

Definition main_theorems := (j_sam_of_classes, explicit_lower, explicit_upper, dead_zone_of_classes).
Print Assumptions main_theorems.
