(** * J-SAM on one example of a two-layer linear network does not bound the output

    Statement.  With p, q = (W x/|x| +- t v)/sqrt 2 and R = J/|x|: t f = |x| (|p|^2 - |q|^2)/2 and R^2 = |p|^2 + |q|^2. Along the
                J-SAM flow p' = sigma(-t f) |x| (1 - rho/R) p and q' = -sigma(-t f) |x| (1 + rho/R) q. Where |p| > rho, |p| grows;
                and t f + e^(t f) grows at least at the rate |x|^2 |p| (|p| - rho), which it meets where q = 0.
    Idea.       p and q are linear in the weights, and t^2 = 1. sigma(-u) (1 + e^u) = 1, and |p| <= R.
    Assumes.    t = 1 or t = -1, |x| > 0, J > 0; rho >= 0 for the last rate, rho > 0 where |p| > rho; any width and dimension.
    Source.     Beyond Section 4.4. *)

Require Import Reals Lra Lia.
From Formal Require Import lemma_3_1 vectors matrices one_sam_linear two_layers eq_4_1_to_4_4 dead_zone.
Open Scope R_scope.

(** The two halves: [half 1] is p, [half (-1)] is q. *)
Definition half (sign : R) (d : nat) (w : weights) (x : vector) (t : R) : vector :=
  fun i => (hidden d w x i / norm d x + sign * (t * last w i)) / sqrt 2.

Definition relative_norm (h d : nat) (w : weights) (x : vector) : R := jacobian_norm h d w x / norm d x.

Definition rate (rho sign : R) (h d : nat) (w : weights) (x : vector) (t : R) : R :=
  sign * sigma (- (t * output h d w x)) * norm d x * (1 - sign * rho / relative_norm h d w x).

Lemma root_2 : 0 < sqrt 2 /\ sqrt 2 * sqrt 2 = 2.
Proof. split; [apply sqrt_lt_R0 | apply sqrt_sqrt]; lra. Qed.

(** |p|^2 and |q|^2: half of |z|^2/|x|^2 +- 2 t f/|x| + |v|^2. *)
Lemma half_square (sign : R) (h d : nat) (w : weights) (x : vector) (t : R) :
  is_label t -> is_label sign -> 0 < norm d x ->
  dot h (half sign d w x t) (half sign d w x t)
  = (dot h (hidden d w x) (hidden d w x) / (norm d x * norm d x) + 2 * sign * (t * output h d w x) / norm d x
     + dot h (last w) (last w)) / 2.
Proof.
  intros label label_sign nonzero. destruct root_2 as [root_pos root].
  replace (dot h (half sign d w x t) (half sign d w x t))
    with (/ (sqrt 2 * sqrt 2) * dot h (fun i => / norm d x * hidden d w x i + sign * t * last w i)
                                      (fun i => / norm d x * hidden d w x i + sign * t * last w i)).
  - rewrite root, dot_of_sum, !dot_scale, (dot_sym h (hidden d w x) (fun i => / norm d x * _)), dot_scale.
    rewrite (dot_sym h (hidden d w x) (last w)). fold (output h d w x). apply label_square in label, label_sign.
    transitivity ((dot h (hidden d w x) (hidden d w x) / (norm d x * norm d x) + 2 * sign * (t * output h d w x) / norm d x
                   + sign * sign * (t * t) * dot h (last w) (last w)) / 2); [field; lra |]. rewrite label, label_sign. field. lra.
  - unfold dot. rewrite <- sum_scale. apply sum_ext. intros i _. unfold half. field. lra.
Qed.

Theorem output_of_halves (h d : nat) (w : weights) (x : vector) (t : R) :
  is_label t -> 0 < norm d x ->
  t * output h d w x = norm d x * (norm h (half 1 d w x t) ^ 2 - norm h (half (-1) d w x t) ^ 2) / 2.
Proof.
  intros label nonzero. simpl. rewrite !Rmult_1_r, !norm_square, !half_square by (unfold is_label; auto). field. lra.
Qed.

Theorem jacobian_of_halves (h d : nat) (w : weights) (x : vector) (t : R) :
  is_label t -> 0 < norm d x ->
  relative_norm h d w x ^ 2 = norm h (half 1 d w x t) ^ 2 + norm h (half (-1) d w x t) ^ 2.
Proof.
  intros label nonzero. simpl. rewrite !Rmult_1_r, !norm_square, !half_square by (unfold is_label; auto).
  unfold relative_norm. transitivity (jacobian_norm h d w x * jacobian_norm h d w x / (norm d x * norm d x)); [field; lra |].
  unfold jacobian_norm. rewrite length_square, jacobian_square, <- (norm_square d x). field. lra.
Qed.

Lemma half_moves (sign rho : R) (h d : nat) (w : R -> weights) (s : R) (x : vector) (t : R) (i : nat) :
  is_label t -> is_label sign -> 0 < norm d x -> 0 < jacobian_norm h d (w s) x ->
  velocity h d w s (j_sam rho h d (w s) x t) -> (i < h)%nat ->
  derivable_pt_lim (fun r => half sign d (w r) x t i) s (rate rho sign h d (w s) x t * half sign d (w s) x t i).
Proof.
  intros label label_sign nonzero some [moves_first moves_last] Hi. destruct root_2 as [root_pos _].
  set (D := j_sam rho h d (w s) x t) in *.
  assert (hidden_moves : derivable_pt_lim (fun r => hidden d (w r) x i) s (hidden d D x i)).
  { apply (derivative_is _ _ (dot d (first D i) x + dot d (first (w s) i) (fun _ => 0))).
    - apply (dot_derivative d s (fun r => first (w r) i) (fun _ => x)). intros j Hj. split; [now apply moves_first |].
      apply derivable_pt_lim_const.
    - rewrite (dot_sym d (first (w s) i)), dot_nothing. unfold hidden, apply. ring. }
  apply (derivative_is _ _ ((hidden d D x i * / norm d x + sign * (t * last D i)) * / sqrt 2)).
  - unfold half, Rdiv. apply (derivative_scaled (fun r => hidden d (w r) x i * / norm d x + sign * (t * last (w r) i))).
    apply (derivable_pt_lim_plus (fun r => hidden d (w r) x i * / norm d x) (fun r => sign * (t * last (w r) i))).
    + now apply (derivative_scaled (fun r => hidden d (w r) x i)).
    + apply (derivable_pt_lim_scal (fun r => t * last (w r) i)), (derivable_pt_lim_scal (fun r => last (w r) i)). now apply moves_last.
  - assert (hidden_D : hidden d D x i = sigma (- (t * output h d (w s) x)) * (norm d x * norm d x)
                         * (t * last (w s) i - rho / jacobian_norm h d (w s) x * hidden d (w s) x i)).
    { rewrite norm_square. unfold hidden at 1, apply, dot at 1. rewrite (sum_ext d _ (fun j => sigma (- (t * output h d (w s) x))
        * (t * last (w s) i - rho / jacobian_norm h d (w s) x * hidden d (w s) x i) * (x j * x j))).
      - rewrite sum_scale. fold (dot d x x). ring.
      - intros j _. unfold D. rewrite first_layer by assumption. ring. }
    rewrite hidden_D. unfold D. rewrite second_layer by assumption. unfold rate, relative_norm, half.
    apply label_square in label, label_sign.
    transitivity (sigma (- (t * output h d (w s) x)) * (norm d x * t * last (w s) i + sign * (t * t) * hidden d (w s) x i
                  - rho * norm d x / jacobian_norm h d (w s) x * (hidden d (w s) x i + sign * t * norm d x * last (w s) i)) / sqrt 2).
    + field. lra.
    + rewrite label. transitivity (sigma (- (t * output h d (w s) x)) * (sign * sign * norm d x * t * last (w s) i
                  + sign * hidden d (w s) x i - sign * sign * rho * norm d x / jacobian_norm h d (w s) x
                    * (hidden d (w s) x i + sign * t * norm d x * last (w s) i)) / sqrt 2).
      * rewrite label_sign. field. lra.
      * field. lra.
Qed.

Theorem p_moves (rho : R) (h d : nat) (w : R -> weights) (s : R) (x : vector) (t : R) (i : nat) :
  is_label t -> 0 < norm d x -> 0 < jacobian_norm h d (w s) x ->
  velocity h d w s (j_sam rho h d (w s) x t) -> (i < h)%nat ->
  derivable_pt_lim (fun r => half 1 d (w r) x t i) s
    (sigma (- (t * output h d (w s) x)) * norm d x * (1 - rho / relative_norm h d (w s) x) * half 1 d (w s) x t i).
Proof.
  intros label nonzero some flow Hi.
  apply (derivative_is _ _ _ _ (half_moves 1 rho h d w s x t i label (or_introl eq_refl) nonzero some flow Hi)).
  unfold rate. now rewrite !Rmult_1_l.
Qed.

Theorem q_moves (rho : R) (h d : nat) (w : R -> weights) (s : R) (x : vector) (t : R) (i : nat) :
  is_label t -> 0 < norm d x -> 0 < jacobian_norm h d (w s) x ->
  velocity h d w s (j_sam rho h d (w s) x t) -> (i < h)%nat ->
  derivable_pt_lim (fun r => half (-1) d (w r) x t i) s
    (- sigma (- (t * output h d (w s) x)) * norm d x * (1 + rho / relative_norm h d (w s) x) * half (-1) d (w s) x t i).
Proof.
  intros label nonzero some flow Hi.
  apply (derivative_is _ _ _ _ (half_moves (-1) rho h d w s x t i label (or_intror eq_refl) nonzero some flow Hi)).
  unfold rate, Rdiv. ring.
Qed.

Lemma half_square_moves (sign rho : R) (h d : nat) (w : R -> weights) (s : R) (x : vector) (t : R) :
  is_label t -> is_label sign -> 0 < norm d x -> 0 < jacobian_norm h d (w s) x ->
  velocity h d w s (j_sam rho h d (w s) x t) ->
  derivable_pt_lim (fun r => dot h (half sign d (w r) x t) (half sign d (w r) x t)) s
    (2 * (rate rho sign h d (w s) x t * dot h (half sign d (w s) x t) (half sign d (w s) x t))).
Proof.
  intros label label_sign nonzero some flow. set (p := half sign d (w s) x t). set (a := rate rho sign h d (w s) x t).
  apply (derivative_is _ _ (dot h (fun i => a * p i) p + dot h p (fun i => a * p i))).
  - apply (dot_derivative h s (fun r => half sign d (w r) x t) (fun r => half sign d (w r) x t)).
    intros i Hi. split; now apply half_moves.
  - rewrite (dot_sym h p), dot_scale. ring.
Qed.

(** |p| <= R, and R > 0. *)
Lemma half_at_most (h d : nat) (w : weights) (x : vector) (t : R) :
  is_label t -> 0 < norm d x -> 0 < jacobian_norm h d w x ->
  0 < relative_norm h d w x /\ norm h (half 1 d w x t) <= relative_norm h d w x.
Proof.
  intros label nonzero some. assert (positive : 0 < relative_norm h d w x) by now apply Rdiv_lt_0_compat.
  split; [exact positive |]. apply Rsqr_incr_0_var; [| lra]. unfold Rsqr.
  pose proof (jacobian_of_halves h d w x t label nonzero) as squares. pose proof (pow2_ge_0 (norm h (half (-1) d w x t))). lra.
Qed.

Theorem p_grows (rho : R) (h d : nat) (w : R -> weights) (s : R) (x : vector) (t : R) :
  is_label t -> 0 < norm d x -> 0 < jacobian_norm h d (w s) x -> 0 < rho ->
  velocity h d w s (j_sam rho h d (w s) x t) -> rho < norm h (half 1 d (w s) x t) ->
  exists l, derivable_pt_lim (fun r => norm h (half 1 d (w r) x t)) s l /\ 0 < l.
Proof.
  intros label nonzero some positive flow beyond. set (p := half 1 d (w s) x t) in *.
  destruct (half_at_most h d (w s) x t label nonzero some) as [some_R long]. fold p in long.
  assert (square : 0 < dot h p p) by (rewrite <- norm_square; apply Rmult_lt_0_compat; lra).
  exists (rate rho 1 h d (w s) x t * dot h p p / norm h p). split.
  - apply (root_derivative (fun r => dot h (half 1 d (w r) x t) (half 1 d (w r) x t)) s); [exact square |].
    apply half_square_moves; try assumption. now left.
  - apply Rdiv_lt_0_compat; [| lra]. apply Rmult_lt_0_compat; [| exact square]. unfold rate. rewrite !Rmult_1_l.
    apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat; [apply sigma_pos | exact nonzero] |].
    assert (share : rho / relative_norm h d (w s) x < 1); [| lra].
    apply (Rmult_lt_reg_r (relative_norm h d (w s) x)); [exact some_R |]. unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra.
Qed.

Lemma sigma_times (u : R) : sigma (- u) * (1 + exp u) = 1.
Proof. unfold sigma. rewrite Ropp_involutive. pose proof (exp_pos u). field. lra. Qed.

(** The rate at which t f + e^(t f) grows, exactly. *)
Lemma value_moves (rho : R) (h d : nat) (w : R -> weights) (s : R) (x : vector) (t : R) :
  is_label t -> 0 < norm d x -> 0 < jacobian_norm h d (w s) x -> velocity h d w s (j_sam rho h d (w s) x t) ->
  derivable_pt_lim (fun r => t * output h d (w r) x + exp (t * output h d (w r) x)) s
    (norm d x ^ 2 * ((1 - rho / relative_norm h d (w s) x) * norm h (half 1 d (w s) x t) ^ 2
                     + (1 + rho / relative_norm h d (w s) x) * norm h (half (-1) d (w s) x t) ^ 2)).
Proof.
  intros label nonzero some flow. set (u := t * output h d (w s) x).
  set (p := dot h (half 1 d (w s) x t) (half 1 d (w s) x t)). set (q := dot h (half (-1) d (w s) x t) (half (-1) d (w s) x t)).
  set (l := norm d x * / 2 * (2 * (rate rho 1 h d (w s) x t * p) - 2 * (rate rho (-1) h d (w s) x t * q))).
  assert (moves : derivable_pt_lim (fun r => t * output h d (w r) x) s l).
  { apply (derivable_pt_lim_ext (fun r => norm d x * / 2 * (dot h (half 1 d (w r) x t) (half 1 d (w r) x t)
                                                           - dot h (half (-1) d (w r) x t) (half (-1) d (w r) x t)))).
    - intros r. rewrite output_of_halves by assumption. simpl. rewrite !Rmult_1_r, !norm_square. field.
    - apply (derivable_pt_lim_scal (fun r => dot h (half 1 d (w r) x t) (half 1 d (w r) x t)
                                             - dot h (half (-1) d (w r) x t) (half (-1) d (w r) x t))).
      apply (derivable_pt_lim_minus (fun r => dot h (half 1 d (w r) x t) (half 1 d (w r) x t))
                                    (fun r => dot h (half (-1) d (w r) x t) (half (-1) d (w r) x t)));
        apply half_square_moves; unfold is_label; auto. }
  apply (derivative_is _ _ (l + exp u * l)).
  - apply (derivable_pt_lim_plus (fun r => t * output h d (w r) x) (fun r => exp (t * output h d (w r) x))); [exact moves |].
    apply (derivable_pt_lim_comp (fun r => t * output h d (w r) x) exp); [exact moves | apply derivable_pt_lim_exp].
  - unfold l, rate. fold u. simpl. rewrite !Rmult_1_r, !norm_square. fold p q. unfold Rdiv.
    set (share := rho * / relative_norm h d (w s) x).
    transitivity (sigma (- u) * (1 + exp u) * (norm d x * norm d x * ((1 - share) * p + (1 + share) * q))).
    + unfold share. field. destruct (half_at_most h d (w s) x t label nonzero some). lra.
    + rewrite sigma_times, <- norm_square. ring.
Qed.

Theorem grows_without_end (rho : R) (h d : nat) (w : R -> weights) (s : R) (x : vector) (t : R) :
  is_label t -> 0 < norm d x -> 0 < jacobian_norm h d (w s) x -> 0 < rho -> velocity h d w s (j_sam rho h d (w s) x t) ->
  let size := norm h (half 1 d (w s) x t) in
  exists l, derivable_pt_lim (fun r => t * output h d (w r) x + exp (t * output h d (w r) x)) s l
            /\ norm d x ^ 2 * size * (size - rho) <= l
            /\ (norm h (half (-1) d (w s) x t) = 0 -> l = norm d x ^ 2 * size * (size - rho)).
Proof.
  intros label nonzero some positive flow size. eexists. split; [apply (value_moves rho); assumption |].
  destruct (half_at_most h d (w s) x t label nonzero some) as [some_R long]. fold size in long |- *.
  pose proof (jacobian_of_halves h d (w s) x t label nonzero) as squares. fold size in squares.
  set (whole := relative_norm h d (w s) x) in *. set (q := norm h (half (-1) d (w s) x t)) in *.
  pose proof (norm_nonneg h (half 1 d (w s) x t)) as some_size. fold size in some_size.
  assert (share : 0 < rho / whole) by now apply Rdiv_lt_0_compat. split.
  - rewrite Rmult_assoc. apply Rmult_le_compat_l; [apply pow2_ge_0 |].
    assert (less : size * (rho / whole) <= rho).
    { apply (Rmult_le_reg_r whole); [exact some_R |]. replace (size * (rho / whole) * whole) with (rho * size) by (field; lra).
      apply Rmult_le_compat_l; lra. }
    pose proof (Rmult_le_compat_l size _ _ some_size less). pose proof (pow2_ge_0 q).
    pose proof (Rmult_le_pos _ _ (Rlt_le _ _ share) (pow2_ge_0 q)). simpl in *. lra.
  - intros none. rewrite none in *. assert (same : whole = size).
    { apply Rsqr_inj; [lra | exact some_size |]. unfold Rsqr. lra. }
    rewrite same in *. field. lra.
Qed.

(** There are such weights for every input that is not zero: both layers along one direction of hidden units. *)
Theorem bound_is_met (rho : R) (h d : nat) (x : vector) (t : R) :
  is_label t -> 0 < norm d x -> (0 < h)%nat ->
  exists w : R -> weights, 0 < jacobian_norm h d (w 0) x /\ velocity h d w 0 (j_sam rho h d (w 0) x t)
                           /\ norm h (half (-1) d (w 0) x t) = 0.
Proof.
  intros label nonzero wide. set (start := aligned 1 (fun _ => 1) d x t).
  assert (some : 0 < norm h (fun _ => 1)) by now apply norm_of_ones.
  destruct (aligned_values 1 (fun _ => 1) h d x t label Rlt_0_1 some nonzero) as (_ & slope & _). fold start in slope.
  exists (fun r => moved start r (j_sam rho h d start x t)). rewrite moved_nothing. split; [| split].
  - rewrite slope. destruct root_2. apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat; lra | now apply pow_lt].
  - apply straight_velocity.
  - unfold norm. rewrite (dot_ext h _ (fun _ => 0) _ (fun _ => 0)), dot_nothing, sqrt_0 by
      (intros i _; unfold half, hidden, apply, start, aligned; simpl; rewrite dot_scale, <- norm_square;
       apply label_square in label; destruct root_2;
       transitivity ((norm d x - t * t * norm d x) / sqrt 2); [field; lra | rewrite label; field; lra]).
    reflexivity.
Qed.

Definition main_theorems :=
  (output_of_halves, jacobian_of_halves, p_moves, q_moves, p_grows, grows_without_end, bound_is_met).
Print Assumptions main_theorems.
