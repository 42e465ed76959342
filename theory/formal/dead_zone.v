(** * Within rho of the origin the J-SAM flow shrinks the weights of a two-layer linear network

    Statement.  <w, grad f> = 2 f and <w, grad J> = J; |f| <= J^2/(2 |x|) and J <= |x| |w|; so the J-SAM direction D of one
                example has <w, D> = sigma(-t f) (2 t f - rho J) <= sigma(-t f) J (|w| - rho). For the mean of the directions of any
                number of examples <w, D> < 0 while |w| < rho, so that |w| falls along the flow. At W = s u x^T, v = t s |x| u all
                three bounds are met: the radius rho is sharp.
    Idea.       Euler's identity: f is of degree 2 in the weights, J of degree 1. The bounds are those of Cauchy and Schwarz.
    Assumes.    t = 1 or t = -1, J > 0 for every example; any real rho, any width, input dimension and number of examples.
    Source.     Beyond Proposition 4.1 and Eq. 4.5. *)

Require Import Reals Lra Lia.
From Formal Require Import lemma_3_1 vectors matrices one_sam_linear two_layers.
Open Scope R_scope.

Theorem euler_output (h d : nat) (w : weights) (x : vector) :
  is_gradient h d (fun u => output h d u x) w (jacobian d w x) /\ along h d w (jacobian d w x) = 2 * output h d w x.
Proof.
  split; [apply jacobian_is_gradient |]. rewrite along_sym. unfold along, jacobian, output. simpl.
  rewrite inner_outer, (dot_sym h (hidden d w x)). unfold hidden. ring.
Qed.

(** <w, (z x^T, |x|^2 v)> = J^2. *)
Lemma along_second (h d : nat) (w : weights) (x : vector) :
  along h d (outer (hidden d w x) x, fun i => dot d x x * last w i) w = jacobian_norm h d w x * jacobian_norm h d w x.
Proof.
  unfold jacobian_norm. rewrite length_square, jacobian_square. unfold along. simpl. rewrite inner_outer, dot_scale. reflexivity.
Qed.

Theorem euler_norm (h d : nat) (w : weights) (x : vector) :
  0 < jacobian_norm h d w x ->
  exists N, is_gradient h d (fun u => jacobian_norm h d u x) w N /\ along h d w N = jacobian_norm h d w x.
Proof.
  intros some. exists (norm_gradient h d w x). split; [now apply norm_gradient_is_gradient |].
  unfold norm_gradient. rewrite along_sym, along_scaled, along_second. field. lra.
Qed.

(** <w, D> = sigma(-t f) (2 t f - rho J). *)
Lemma along_j_sam (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) :
  is_label t -> 0 < jacobian_norm h d w x ->
  along h d w (j_sam rho h d w x t)
  = sigma (- (t * output h d w x)) * (2 * (t * output h d w x) - rho * jacobian_norm h d w x).
Proof.
  intros label some. unfold j_sam. rewrite along_sym, along_scaled, perturbed_closed_form by assumption.
  set (s := - (rho * t / jacobian_norm h d w x)).
  replace (along h d (jacobian d (moved w s (jacobian d w x)) x) w)
    with (along h d (moved (jacobian d w x) s (outer (hidden d w x) x, fun i => dot d x x * last w i)) w).
  - rewrite along_moved, along_second, (along_sym h d (jacobian d w x)), (proj2 (euler_output h d w x)).
    unfold s, logit_scale. apply label_square in label.
    transitivity (sigma (- (t * output h d w x)) * (2 * (t * output h d w x) - t * t * rho * jacobian_norm h d w x)).
    + field. lra.
    + rewrite label. ring.
  - unfold along. f_equal.
    + apply sum_ext. intros i _. apply dot_ext; intros j _; [unfold jacobian, moved, outer; simpl; ring | reflexivity].
    + apply dot_ext; intros i _; [| reflexivity].
      change (hidden d w x i + s * (dot d x x * last w i) = hidden d (moved w s (jacobian d w x)) x i).
      now rewrite hidden_moved, hidden_jacobian.
Qed.

Lemma twice_output (h d : nat) (w : weights) (x : vector) :
  2 * norm d x * Rabs (output h d w x) <= jacobian_norm h d w x * jacobian_norm h d w x.
Proof.
  unfold jacobian_norm. rewrite length_square, jacobian_square, <- !norm_square.
  pose proof (inner_at_most h (last w) (hidden d w x)) as product. fold (output h d w x) in product.
  pose proof (norm_nonneg d x) as size.
  pose proof (Rle_0_sqr (norm h (hidden d w x) - norm d x * norm h (last w))) as square. unfold Rsqr in square.
  pose proof (Rmult_le_compat_l _ _ _ size product). lra.
Qed.

Lemma square_of_length (h d : nat) (w : weights) (x : vector) :
  jacobian_norm h d w x * jacobian_norm h d w x <= norm d x * length h d w * (norm d x * length h d w).
Proof.
  unfold jacobian_norm. rewrite length_square, jacobian_square.
  replace (norm d x * length h d w * (norm d x * length h d w)) with (norm d x * norm d x * (length h d w * length h d w)) by ring.
  rewrite length_square, norm_square. unfold along. pose proof (apply_at_most h d (first w) x) as rows. unfold hidden. lra.
Qed.

Lemma jacobian_at_most (h d : nat) (w : weights) (x : vector) : jacobian_norm h d w x <= norm d x * length h d w.
Proof.
  apply Rsqr_incr_0_var; [apply square_of_length |]. apply Rmult_le_pos; [apply norm_nonneg | apply length_nonneg].
Qed.

(** The numbers alone: b = J, k = |x|, l = |w|, r = rho. *)
Lemma radius (a b k l r c : R) :
  0 < c -> 0 < b -> 0 <= k -> 2 * k * Rabs a <= b * b -> b <= k * l -> c * (2 * a - r * b) <= c * b * (l - r).
Proof.
  intros scale some size half long. assert (nonzero : 0 < k).
  { destruct size as [positive | none]; [exact positive | rewrite <- none in long; lra]. }
  assert (twice : 2 * Rabs a <= b * l).
  { apply (Rmult_le_reg_l k); [exact nonzero |]. pose proof (Rmult_le_compat_l b _ _ (Rlt_le _ _ some) long). lra. }
  rewrite Rmult_assoc. apply Rmult_le_compat_l; [lra |]. pose proof (Rle_abs a). lra.
Qed.

Lemma one_example_bound (rho : R) (h d : nat) (w : weights) (x : vector) (t : R) :
  is_label t -> 0 < jacobian_norm h d w x ->
  along h d w (j_sam rho h d w x t)
  <= sigma (- (t * output h d w x)) * jacobian_norm h d w x * (length h d w - rho).
Proof.
  intros label some. rewrite along_j_sam by assumption.
  apply (radius _ _ (norm d x)); [apply sigma_pos | exact some | apply norm_nonneg | | apply jacobian_at_most].
  rewrite Rabs_mult, label_size, Rmult_1_l by exact label. apply twice_output.
Qed.

(** Where the bounds are met: both layers along one direction u of hidden units. *)
Definition aligned (s : R) (u : vector) (d : nat) (x : vector) (t : R) : weights :=
  (fun i j => s * u i * x j, fun i => t * s * norm d x * u i).

Lemma aligned_values (s : R) (u : vector) (h d : nat) (x : vector) (t : R) :
  is_label t -> 0 < s -> 0 < norm h u -> 0 < norm d x ->
  let k := s * norm h u in
  t * output h d (aligned s u d x t) x = k ^ 2 * norm d x ^ 3
  /\ jacobian_norm h d (aligned s u d x t) x = sqrt 2 * k * norm d x ^ 2
  /\ length h d (aligned s u d x t) = sqrt 2 * k * norm d x.
Proof.
  intros label positive some nonzero k. set (w := aligned s u d x t). apply label_square in label.
  assert (z : hidden d w x = fun i => s * norm d x ^ 2 * u i).
  { apply FunctionalExtensionality.functional_extensionality. intros i. unfold hidden, apply, w, aligned. simpl.
    rewrite dot_scale, <- norm_square. ring. }
  assert (last_square : dot h (last w) (last w) = (k * norm d x) ^ 2).
  { unfold w, aligned, k. simpl. rewrite dot_scale, dot_sym, dot_scale, <- (norm_square h u).
    transitivity (t * t * (s * norm h u * norm d x) ^ 2); [ring | rewrite label; ring]. }
  assert (some_k : 0 < k) by now apply Rmult_lt_0_compat.
  assert (root_pos : 0 < sqrt 2) by (apply sqrt_lt_R0; lra). assert (root : sqrt 2 * sqrt 2 = 2) by (apply sqrt_sqrt; lra).
  repeat split.
  - unfold output. rewrite z. unfold w, aligned, k. simpl last. rewrite dot_scale, dot_sym, dot_scale, <- norm_square.
    transitivity (t * t * ((s * norm h u) ^ 2 * norm d x ^ 3)); [ring | rewrite label; ring].
  - unfold jacobian_norm, length. rewrite jacobian_square, last_square, z, dot_scale, dot_sym, dot_scale, <- !norm_square.
    rewrite <- (sqrt_square (sqrt 2 * k * norm d x ^ 2)).
    + f_equal. transitivity (sqrt 2 * sqrt 2 * (k * norm d x ^ 2) ^ 2); [rewrite root; unfold k; ring | ring].
    + apply Rlt_le, Rmult_lt_0_compat; [now apply Rmult_lt_0_compat | now apply pow_lt].
  - unfold length, along. rewrite last_square. unfold inner, w, aligned. simpl first.
    replace (sum h (fun i => dot d (fun j => s * u i * x j) (fun j => s * u i * x j))) with ((k * norm d x) ^ 2).
    + rewrite <- (sqrt_square (sqrt 2 * k * norm d x)).
      * f_equal. transitivity (sqrt 2 * sqrt 2 * (k * norm d x) ^ 2); [rewrite root; ring | ring].
      * apply Rlt_le, Rmult_lt_0_compat; [now apply Rmult_lt_0_compat | exact nonzero].
    + unfold k. transitivity ((s * norm d x) ^ 2 * dot h u u); [rewrite <- norm_square; ring |].
      unfold dot at 1. rewrite <- sum_scale. apply sum_ext. intros i _. rewrite dot_scale, dot_sym, dot_scale, <- norm_square. ring.
Qed.

Theorem output_bound (h d : nat) (x : vector) :
  0 < norm d x ->
  (forall w, Rabs (output h d w x) <= jacobian_norm h d w x ^ 2 / (2 * norm d x))
  /\ ((0 < h)%nat -> exists w, 0 < jacobian_norm h d w x /\ Rabs (output h d w x) = jacobian_norm h d w x ^ 2 / (2 * norm d x)).
Proof.
  intros nonzero. split.
  - intros w. pose proof (twice_output h d w x). apply (Rmult_le_reg_l (2 * norm d x)); [lra |].
    replace (2 * norm d x * (jacobian_norm h d w x ^ 2 / (2 * norm d x)))
      with (jacobian_norm h d w x * jacobian_norm h d w x) by (field; lra). lra.
  - intros wide. assert (some : 0 < norm h (fun _ => 1)) by now apply norm_of_ones.
    destruct (aligned_values 1 (fun _ => 1) h d x 1 (or_introl eq_refl) Rlt_0_1 some nonzero) as (value & slope & _).
    exists (aligned 1 (fun _ => 1) d x 1). assert (root : sqrt 2 * sqrt 2 = 2) by (apply sqrt_sqrt; lra).
    assert (root_pos : 0 < sqrt 2) by (apply sqrt_lt_R0; lra). rewrite Rmult_1_l in value. rewrite value, slope, Rabs_pos_eq.
    + split; [repeat apply Rmult_lt_0_compat; lra |].
      transitivity (sqrt 2 * sqrt 2 * (1 * norm h (fun _ => 1)) ^ 2 * norm d x ^ 3 / 2); [rewrite root | ]; field; lra.
    + apply Rmult_le_pos; apply pow_le; lra.
Qed.

Theorem jacobian_bound (h d : nat) (x : vector) :
  (forall w, jacobian_norm h d w x <= norm d x * length h d w)
  /\ (0 < norm d x -> (0 < h)%nat -> exists w, 0 < jacobian_norm h d w x /\ jacobian_norm h d w x = norm d x * length h d w).
Proof.
  split; [intros w; apply jacobian_at_most |]. intros nonzero wide.
  assert (some : 0 < norm h (fun _ => 1)) by now apply norm_of_ones.
  destruct (aligned_values 1 (fun _ => 1) h d x 1 (or_introl eq_refl) Rlt_0_1 some nonzero) as (_ & slope & long).
  exists (aligned 1 (fun _ => 1) d x 1). assert (root_pos : 0 < sqrt 2) by (apply sqrt_lt_R0; lra). rewrite slope, long.
  split; [repeat apply Rmult_lt_0_compat; lra | ring].
Qed.

Theorem sharp (rho s : R) (u : vector) (h d : nat) (x : vector) (t : R) :
  is_label t -> 0 < s -> 0 < norm h u -> 0 < norm d x ->
  let w := aligned s u d x t in
  let k := s * norm h u in
  length h d w = sqrt 2 * k * norm d x
  /\ along h d w (j_sam rho h d w x t)
     = sigma (- (k ^ 2 * norm d x ^ 3)) * (sqrt 2 * k * norm d x ^ 2) * (sqrt 2 * k * norm d x - rho)
  /\ (rho < length h d w -> 0 < along h d w (j_sam rho h d w x t)).
Proof.
  intros label positive some nonzero w k. destruct (aligned_values s u h d x t label positive some nonzero) as (value & slope & long).
  fold w k in value, slope, long. assert (root : sqrt 2 * sqrt 2 = 2) by (apply sqrt_sqrt; lra).
  assert (some_k : 0 < sqrt 2 * k * norm d x ^ 2).
  { apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat; [apply sqrt_lt_R0; lra | now apply Rmult_lt_0_compat] | now apply pow_lt]. }
  assert (rate : along h d w (j_sam rho h d w x t)
                 = sigma (- (k ^ 2 * norm d x ^ 3)) * (sqrt 2 * k * norm d x ^ 2) * (sqrt 2 * k * norm d x - rho)).
  { rewrite along_j_sam by (assumption || now rewrite slope). rewrite value, slope.
    transitivity (sigma (- (k ^ 2 * norm d x ^ 3)) * (sqrt 2 * sqrt 2 * (k ^ 2 * norm d x ^ 3) - rho * (sqrt 2 * k * norm d x ^ 2)));
      [rewrite root |]; ring. }
  split; [exact long |]. split; [exact rate |]. intros beyond. rewrite rate, <- long.
  apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat; [apply sigma_pos | exact some_k] | lra].
Qed.

Theorem one_example (rho : R) (h d : nat) (x : vector) (t : R) :
  is_label t ->
  (forall w, 0 < jacobian_norm h d w x ->
     along h d w (j_sam rho h d w x t)
     <= sigma (- (t * output h d w x)) * jacobian_norm h d w x * (length h d w - rho))
  /\ (0 < norm d x -> (0 < h)%nat -> exists w, 0 < jacobian_norm h d w x
        /\ along h d w (j_sam rho h d w x t)
           = sigma (- (t * output h d w x)) * jacobian_norm h d w x * (length h d w - rho)).
Proof.
  intros label. split; [intros w; now apply one_example_bound |]. intros nonzero wide.
  assert (some : 0 < norm h (fun _ => 1)) by now apply norm_of_ones.
  destruct (aligned_values 1 (fun _ => 1) h d x t label Rlt_0_1 some nonzero) as (value & slope & long).
  destruct (sharp rho 1 (fun _ => 1) h d x t label Rlt_0_1 some nonzero) as (_ & rate & _).
  exists (aligned 1 (fun _ => 1) d x t). rewrite rate, value, slope, long. split; [| reflexivity].
  assert (root_pos : 0 < sqrt 2) by (apply sqrt_lt_R0; lra). repeat apply Rmult_lt_0_compat; lra.
Qed.

(** Examples 0, ..., n - 1 with inputs X k and labels T k. *)
Definition mean_j_sam (rho : R) (n h d : nat) (w : weights) (X : nat -> vector) (T : vector) : weights :=
  scaled (/ INR n) (fun i j => sum n (fun k => first (j_sam rho h d w (X k) (T k)) i j),
                    fun i => sum n (fun k => last (j_sam rho h d w (X k) (T k)) i)).

Lemma mean_shrinks (rho : R) (n h d : nat) (w : weights) (X : nat -> vector) (T : vector) :
  (0 < n)%nat -> (forall k, (k < n)%nat -> is_label (T k) /\ 0 < jacobian_norm h d w (X k)) -> length h d w < rho ->
  along h d w (mean_j_sam rho n h d w X T) < 0.
Proof.
  intros some examples short. unfold mean_j_sam. rewrite along_sym, along_scaled.
  rewrite (along_sum n h d (fun k => j_sam rho h d w (X k) (T k)) w).
  assert (total : 0 < sum n (fun k => - along h d (j_sam rho h d w (X k) (T k)) w)).
  { apply sum_pos; [exact some |]. intros k Hk. destruct (examples k Hk) as [label slope].
    pose proof (one_example_bound rho h d w (X k) (T k) label slope) as bound. rewrite along_sym in bound.
    pose proof (Rmult_lt_0_compat _ _ (sigma_pos (- (T k * output h d w (X k)))) slope) as scale.
    pose proof (Rmult_lt_0_compat _ (rho - length h d w) scale). lra. }
  assert (sign : sum n (fun k => - along h d (j_sam rho h d w (X k) (T k)) w)
                 = -1 * sum n (fun k => along h d (j_sam rho h d w (X k) (T k)) w)).
  { rewrite <- sum_scale. apply sum_ext. intros k _. ring. }
  pose proof (Rmult_lt_0_compat (/ INR n) _ (Rinv_0_lt_compat _ (lt_0_INR n some)) total) as mean. rewrite sign in mean. lra.
Qed.

Theorem shrinks (rho : R) (n h d : nat) (X : nat -> vector) (T : vector) (w : R -> weights) (s : R) :
  (0 < n)%nat -> (forall k, (k < n)%nat -> is_label (T k) /\ 0 < jacobian_norm h d (w s) (X k)) -> length h d (w s) < rho ->
  along h d (w s) (mean_j_sam rho n h d (w s) X T) < 0
  /\ (velocity h d w s (mean_j_sam rho n h d (w s) X T) ->
      exists l, derivable_pt_lim (fun r => length h d (w r)) s l /\ l < 0).
Proof.
  intros some examples short. set (D := mean_j_sam rho n h d (w s) X T).
  assert (falls : along h d (w s) D < 0) by now apply mean_shrinks. split; [exact falls |]. intros flow.
  assert (long : 0 < length h d (w s)).
  { destruct (examples 0%nat some) as [_ slope]. pose proof (jacobian_at_most h d (w s) (X 0%nat)) as bound.
    destruct (length_nonneg h d (w s)) as [long | none]; [exact long | rewrite <- none in bound; lra]. }
  assert (square : 0 < along h d (w s) (w s)) by (rewrite <- length_square; now apply Rmult_lt_0_compat).
  exists (along h d (w s) D / length h d (w s)). split.
  - apply (root_derivative (fun r => along h d (w r) (w r)) s); [exact square | now apply along_derivative].
  - apply Ropp_lt_cancel. rewrite Ropp_0, <- Ropp_div. apply Rdiv_lt_0_compat; lra.
Qed.

Definition main_theorems :=
  (euler_output, euler_norm, output_bound, jacobian_bound, one_example, sharp, shrinks).
Print Assumptions main_theorems.
