(** * The first gradient step: the accuracy after it rises with the radius

    Statement.  From w_0 with |w_0| > 0 the accuracy after one full-batch step of 1-SAM, of any size, strictly increases with rho.
    Idea.       All margins are 0 at w_0, so that the step makes a = b = eta sigma(C)/n = g. The score grows with g, and g with C.
    Assumes.    The data of toy.v; n_c > n_n. Of Phi only that it strictly increases.
    Source.     Beyond the end of Section 3.2. *)

Require Import Reals Lra Lia Arith.
From Formal Require Import lemma_3_1 vectors accuracy_monotone one_sam_linear toy early_stopping_accuracy early_stopping_reduction
  early_stopping_steps.
Open Scope R_scope.

Lemma longer_is_better (D : toy) (T x y : R) : (noisy D < clean D)%nat -> 0 < T -> 0 < x -> x < y -> quotient D T x x < quotient D T y y.
Proof.
  intros majority some_T some_x more. assert (some : (0 < clean D)%nat) by lia. apply lt_INR in majority. unfold quotient.
  pose proof (radicand_pos D T x x some some_x (Rlt_le _ _ some_T)) as square_x.
  pose proof (radicand_pos D T y y some ltac:(lra) (Rlt_le _ _ some_T)) as square_y.
  set (p := INR (clean D) * x ^ 2 + INR (noisy D) * x ^ 2 + T) in *. set (q := INR (clean D) * y ^ 2 + INR (noisy D) * y ^ 2 + T) in *.
  pose proof (sqrt_lt_R0 _ square_x) as root_x. pose proof (sqrt_lt_R0 _ square_y) as root_y.
  assert (roots : x * sqrt q < y * sqrt p).
  { rewrite <- (sqrt_square x), <- (sqrt_square y), <- !sqrt_mult by (try apply Rle_0_sqr; nra). apply sqrt_lt_1_alt.
    pose proof (Rmult_lt_compat_r T _ _ some_T (Rmult_gt_0_lt_compat x y x y some_x ltac:(lra) more more)).
    split; [apply Rmult_le_pos; nra | unfold p, q; lra]. }
  apply (Rmult_lt_reg_r (sqrt p * sqrt q)); [now apply Rmult_lt_0_compat |].
  replace ((INR (clean D) * x - INR (noisy D) * x) / sqrt p * (sqrt p * sqrt q))
    with ((INR (clean D) - INR (noisy D)) * (x * sqrt q)) by (field; lra).
  replace ((INR (clean D) * y - INR (noisy D) * y) / sqrt q * (sqrt p * sqrt q))
    with ((INR (clean D) - INR (noisy D)) * (y * sqrt p)) by (field; lra).
  apply Rmult_lt_compat_l; [lra | exact roots].
Qed.

Theorem first_step_rises (Phi : R -> R) (D : toy) (s rho rho' eta : R) :
  strictly_increasing Phi -> orthogonal D -> (noisy D < clean D)%nat -> 0 < s -> 0 < eta -> 0 < norm (dimension D) (start D) -> rho < rho' ->
  toy_accuracy Phi D s (one_sam_step D rho eta (start D)) < toy_accuracy Phi D s (one_sam_step D rho' eta (start D)).
Proof.
  intros grows good majority deviation positive apart larger. assert (some : (0 < clean D)%nat) by lia.
  assert (many : 0 < INR (points D)) by (apply points_pos; lia).
  set (g := fun radius => eta * (sigma (shift D radius) / INR (points D))).
  assert (moved : forall radius, one_sam_step D radius eta (start D) = reached D (g radius) (g radius)).
  { intros radius. rewrite <- (reached_nothing D), step_reached by exact good. unfold clean_rate, noisy_rate, clean_margin, noisy_margin, lead.
    replace (shift D radius - (signal D ^ 2 * (INR (clean D) * 0 - INR (noisy D) * 0) + noise_size D * 0)) with (shift D radius) by ring.
    replace (shift D radius - (- (signal D ^ 2 * (INR (clean D) * 0 - INR (noisy D) * 0)) + noise_size D * 0)) with (shift D radius) by ring.
    unfold g. f_equal; ring. }
  assert (some_g : forall radius, 0 < g radius).
  { intros radius. apply Rmult_lt_0_compat; [exact positive | apply Rdiv_lt_0_compat; [apply sigma_pos | exact many]]. }
  rewrite !moved, !accuracy_closed_form by (assumption || apply some_g). unfold path_accuracy.
  apply grows, Rmult_lt_compat_l; [now apply scale_pos |]. apply longer_is_better; [exact majority | | apply some_g |].
  - apply Rdiv_lt_0_compat; [now apply pow_lt | apply (some_noise D good)].
  - unfold g. apply Rmult_lt_compat_l; [exact positive |]. apply Rmult_lt_compat_r; [now apply Rinv_0_lt_compat |].
    now apply sigma_increasing, shift_grows.
Qed.

Definition main_theorems := (first_step_rises).
Print Assumptions main_theorems.
