(** * The test accuracy along a training path on the toy data: its closed form, its fall in b, its ceiling, and the origin

    Statement.  At w_0 + a S_c + b S_n with a > 0 the accuracy is Phi(B^2/(s sqrt N) q), q = (n_c a - n_n b)/sqrt(n_c a^2 + n_n b^2 +
                tau^2/N). It strictly decreases in b for b >= 0. Where b >= a it is at most Phi(B^2 (n_c - n_n)/(s sqrt(n N))), which
                is met at b = a and tau = 0: after the first step of 1-SAM from the origin, of any size and for every rho.
    Idea.       |rest of w|^2 = |w|^2 - w_1^2. The fall is shown by cross-multiplication of squares. At the origin all margins are
                0, so that all points move alike.
    Assumes.    The data of toy.v, n_c > n_n, s > 0, tau = |w_0|; n_n >= 1 for the fall. Of the normal distribution function Phi only
                this is used: it increases strictly. That Phi(B w_1/(s |rest|)) is the probability of a correct answer is not shown here.
    Source.     Beyond the end of Section 3.2; Eq. B.3 for the accuracy. *)

Require Import Reals Lra Lia Arith.
From Formal Require Import lemma_3_1 vectors one_sam_linear accuracy_monotone toy.
Open Scope R_scope.

(** The accuracy of weights: entry 0 carries the signal, s is the standard deviation of a noise coordinate. *)
Definition noise_part (w : vector) : vector := fun i => if i =? 0 then 0 else w i.
Definition toy_accuracy (Phi : R -> R) (D : toy) (s : R) (w : vector) : R :=
  Phi (signal D * w 0%nat / (s * norm (dimension D) (noise_part w))).

Definition quotient (D : toy) (T a b : R) : R :=
  (INR (clean D) * a - INR (noisy D) * b) / sqrt (INR (clean D) * a ^ 2 + INR (noisy D) * b ^ 2 + T).
Definition path_accuracy (Phi : R -> R) (D : toy) (s tau a b : R) : R :=
  Phi (signal D ^ 2 / (s * sqrt (noise_size D)) * quotient D (tau ^ 2 / noise_size D) a b).
Definition ceiling (Phi : R -> R) (D : toy) (s : R) : R :=
  Phi (signal D ^ 2 * (INR (clean D) - INR (noisy D)) / (s * sqrt (INR (points D) * noise_size D))).

Lemma rest_square (d : nat) (w : vector) : (0 < d)%nat -> dot d (noise_part w) (noise_part w) = dot d w w - w 0%nat ^ 2.
Proof.
  intros some. rewrite (dot_ext d (noise_part w) (fun i => w i + - w 0%nat * axis i) (noise_part w) (fun i => w i + - w 0%nat * axis i)).
  - rewrite dot_of_sum, (dot_sym d w axis), !dot_axis by exact some. unfold axis. simpl. ring.
  - intros i _. unfold noise_part, axis. destruct (Nat.eqb_spec i 0) as [-> |]; ring.
  - intros i _. unfold noise_part, axis. destruct (Nat.eqb_spec i 0) as [-> |]; ring.
Qed.

Lemma reached_first (D : toy) (a b : R) :
  orthogonal D -> reached D a b 0%nat = signal D * (INR (clean D) * a - INR (noisy D) * b).
Proof.
  intros good. unfold reached, sum_clean, sum_noisy. rewrite (start_flat D good).
  rewrite (sum_ext (clean D) _ (fun _ => signal D)), (sum_ext (noisy D) _ (fun _ => - signal D)), !sum_const; [ring | |].
  - intros k Hk. rewrite signed_entry, flip_noisy, flat by (assumption || unfold points; lia). unfold axis. simpl. ring.
  - intros k Hk. rewrite signed_entry, flip_clean, flat by (assumption || unfold points; lia). unfold axis. simpl. ring.
Qed.

Lemma reached_rest (D : toy) (a b : R) :
  orthogonal D ->
  dot (dimension D) (noise_part (reached D a b)) (noise_part (reached D a b))
  = norm (dimension D) (start D) ^ 2 + noise_size D * (INR (clean D) * a ^ 2 + INR (noisy D) * b ^ 2).
Proof.
  intros good. rewrite rest_square, reached_first by (apply some_dimension || idtac; assumption).
  set (w := reached D a b). set (d := dimension D).
  assert (of_start : dot d w (start D) = dot d (start D) (start D)).
  { unfold w, reached. rewrite (dot_affine d b), (dot_affine d a). unfold sum_clean, sum_noisy.
    rewrite (dot_of_sums (clean D) d (signed D)), (dot_of_sums (noisy D) d (fun k => signed D (clean D + k))).
    rewrite (sum_ext (clean D) _ (fun _ => 0)), (sum_ext (noisy D) _ (fun _ => 0)), !sum_const; [ring | |];
      intros k Hk; rewrite dot_sym; apply start_signed; assumption || unfold points; lia. }
  assert (of_clean : dot d w (sum_clean D) = INR (clean D) * clean_margin D a b).
  { rewrite dot_sym. unfold sum_clean. rewrite (dot_of_sums (clean D) d (signed D)), <- sum_const. apply sum_ext. intros k Hk.
    rewrite dot_sym. unfold w, d. rewrite reached_margin by (assumption || unfold points; lia).
    destruct (Nat.ltb_spec k (clean D)); [reflexivity | lia]. }
  assert (of_noisy : dot d w (sum_noisy D) = INR (noisy D) * noisy_margin D a b).
  { rewrite dot_sym. unfold sum_noisy. rewrite (dot_of_sums (noisy D) d (fun k => signed D (clean D + k))), <- sum_const.
    apply sum_ext. intros k Hk. rewrite dot_sym. unfold w, d. rewrite reached_margin by (assumption || unfold points; lia).
    destruct (Nat.ltb_spec (clean D + k) (clean D)); [lia | reflexivity]. }
  replace (dot d w w) with (dot d w (start D) + a * dot d w (sum_clean D) + b * dot d w (sum_noisy D)).
  - rewrite of_start, of_clean, of_noisy, <- norm_square. unfold clean_margin, noisy_margin, lead. ring.
  - rewrite (dot_sym d w (start D)), (dot_sym d w (sum_clean D)), (dot_sym d w (sum_noisy D)).
    change (dot d w w) with (dot d (fun i => start D i + a * sum_clean D i + b * sum_noisy D i) w).
    now rewrite (dot_affine d b), (dot_affine d a).
Qed.

Lemma radicand_pos (D : toy) (T a b : R) : (0 < clean D)%nat -> 0 < a -> 0 <= T -> 0 < INR (clean D) * a ^ 2 + INR (noisy D) * b ^ 2 + T.
Proof.
  intros some positive more. pose proof (Rmult_lt_0_compat _ _ (lt_0_INR _ some) (pow_lt a 2 positive)).
  pose proof (Rmult_le_pos _ _ (pos_INR (noisy D)) (pow2_ge_0 b)). lra.
Qed.

Lemma start_share (D : toy) (tau : R) : orthogonal D -> 0 <= tau ^ 2 / noise_size D.
Proof. intros good. apply Rmult_le_pos; [apply pow2_ge_0 | apply Rlt_le, Rinv_0_lt_compat, (some_noise D good)]. Qed.

(** The closed form wherever its root is positive: at the start too, where tau > 0. *)
Lemma accuracy_of_radicand (Phi : R -> R) (D : toy) (s a b : R) :
  orthogonal D -> 0 < s -> 0 < INR (clean D) * a ^ 2 + INR (noisy D) * b ^ 2 + norm (dimension D) (start D) ^ 2 / noise_size D ->
  toy_accuracy Phi D s (reached D a b) = path_accuracy Phi D s (norm (dimension D) (start D)) a b.
Proof.
  intros good deviation radicand. unfold toy_accuracy, path_accuracy, quotient. f_equal.
  rewrite reached_first by exact good. unfold norm at 1. rewrite reached_rest by exact good.
  pose proof (some_noise D good) as noise_pos. set (T := norm (dimension D) (start D) ^ 2) in *.
  replace (T + noise_size D * (INR (clean D) * a ^ 2 + INR (noisy D) * b ^ 2))
    with (noise_size D * (INR (clean D) * a ^ 2 + INR (noisy D) * b ^ 2 + T / noise_size D)) by (field; lra).
  rewrite sqrt_mult by lra. pose proof (sqrt_lt_R0 _ noise_pos). pose proof (sqrt_lt_R0 _ radicand). field. lra.
Qed.

Theorem accuracy_closed_form (Phi : R -> R) (D : toy) (s a b : R) :
  orthogonal D -> (0 < clean D)%nat -> 0 < s -> 0 < a ->
  toy_accuracy Phi D s (reached D a b) = path_accuracy Phi D s (norm (dimension D) (start D)) a b.
Proof.
  intros good some deviation positive. apply accuracy_of_radicand; try assumption.
  apply radicand_pos; try assumption. now apply start_share.
Qed.

(** A quotient by roots, compared by cross-multiplication. *)
Lemma quotient_falls (D : toy) (T a b c : R) :
  (0 < clean D)%nat -> (0 < noisy D)%nat -> 0 <= T -> 0 < a -> 0 <= b -> b < c -> quotient D T a c < quotient D T a b.
Proof.
  intros some_clean some_noisy more positive nonneg less. unfold quotient.
  pose proof (radicand_pos D T a b some_clean positive more) as square_b.
  pose proof (radicand_pos D T a c some_clean positive more) as square_c.
  pose proof (sqrt_lt_R0 _ square_b) as root_b. pose proof (sqrt_lt_R0 _ square_c) as root_c. apply fraction_lt; try assumption.
  apply lt_0_INR in some_clean, some_noisy. set (m := INR (clean D)) in *. set (n := INR (noisy D)) in *.
  set (A := m * a ^ 2 + n * b ^ 2 + T) in *. set (E := m * a ^ 2 + n * c ^ 2 + T) in *.
  assert (falls : n * b < n * c) by now apply Rmult_lt_compat_l.
  assert (larger : sqrt A < sqrt E).
  { apply sqrt_lt_1; try lra. unfold A, E. assert (b ^ 2 < c ^ 2) by (simpl; nra). pose proof (Rmult_lt_compat_l n _ _ some_noisy H). lra. }
  destruct (Rle_or_lt 0 (m * a - n * c)) as [ahead | behind].
  - apply Rle_lt_trans with ((m * a - n * c) * sqrt E).
    + apply Rmult_le_compat_l; lra.
    + apply Rmult_lt_compat_r; lra.
  - destruct (Rle_or_lt 0 (m * a - n * b)) as [ahead | also_behind].
    + apply Rlt_le_trans with 0; [| apply Rmult_le_pos; lra].
      rewrite <- (Rmult_0_l (sqrt A)). apply Rmult_lt_compat_r; lra.
    + assert (sizes : (n * b - m * a) * sqrt E < (n * c - m * a) * sqrt A); [| lra].
      apply Rsqr_incrst_0; try (apply Rmult_le_pos; lra). rewrite !Rsqr_mult, !Rsqr_sqrt by lra. unfold Rsqr.
      assert (gap : (n * c - m * a) * (n * c - m * a) * A - (n * b - m * a) * (n * b - m * a) * E
        = n * (c - b) * ((m * a ^ 2 + T) * ((n * b - m * a) + (n * c - m * a))
                         + m * a * (c * (n * b - m * a) + b * (n * c - m * a)))) by (unfold A, E; ring).
      assert (first : 0 < (m * a ^ 2 + T) * ((n * b - m * a) + (n * c - m * a))).
      { apply Rmult_lt_0_compat; [| lra]. pose proof (Rmult_lt_0_compat _ _ some_clean (pow_lt a 2 positive)). lra. }
      assert (second : 0 <= m * a * (c * (n * b - m * a) + b * (n * c - m * a))).
      { apply Rmult_le_pos; [apply Rmult_le_pos; lra |]. apply Rplus_le_le_0_compat; apply Rmult_le_pos; lra. }
      assert (some_gap : 0 < n * (c - b)) by (apply Rmult_lt_0_compat; lra).
      pose proof (Rmult_lt_0_compat _ _ some_gap (Rplus_lt_le_0_compat _ _ first second)). lra.
Qed.

Lemma scale_pos (D : toy) (s : R) : orthogonal D -> 0 < s -> 0 < signal D ^ 2 / (s * sqrt (noise_size D)).
Proof.
  intros good deviation. apply Rdiv_lt_0_compat; [apply pow_lt, (some_signal D good) |].
  apply Rmult_lt_0_compat; [exact deviation | apply sqrt_lt_R0, (some_noise D good)].
Qed.

Theorem accuracy_falls (Phi : R -> R) (D : toy) (s tau a b c : R) :
  strictly_increasing Phi -> orthogonal D -> (0 < clean D)%nat -> (0 < noisy D)%nat -> 0 < s -> 0 < a -> 0 <= b -> b < c ->
  path_accuracy Phi D s tau a c < path_accuracy Phi D s tau a b.
Proof.
  intros grows good some_clean some_noisy deviation positive nonneg less. apply grows, Rmult_lt_compat_l; [now apply scale_pos |].
  apply quotient_falls; try assumption. now apply start_share.
Qed.

(** At b = a the quotient is (n_c - n_n)/sqrt n where T = 0, and at most that elsewhere. *)
Lemma quotient_tie (D : toy) (T a : R) :
  (noisy D < clean D)%nat -> 0 < a -> 0 <= T ->
  quotient D T a a <= (INR (clean D) - INR (noisy D)) / sqrt (INR (points D))
  /\ quotient D 0 a a = (INR (clean D) - INR (noisy D)) / sqrt (INR (points D)).
Proof.
  intros majority positive more. unfold quotient, points. rewrite plus_INR. apply lt_INR in majority. pose proof (pos_INR (noisy D)).
  set (m := INR (clean D)) in *. set (n := INR (noisy D)) in *. assert (some : 0 < sqrt (m + n)) by (apply sqrt_lt_R0; lra).
  assert (root : forall E, 0 <= E -> a * sqrt (m + n) <= sqrt (m * a ^ 2 + n * a ^ 2 + E)).
  { intros E HE. rewrite <- (sqrt_square a) at 1 by lra. rewrite <- sqrt_mult by nra. apply sqrt_le_1; simpl; nra. }
  assert (same : sqrt (m * a ^ 2 + n * a ^ 2 + 0) = a * sqrt (m + n)).
  { rewrite <- (sqrt_square a) at 3 by lra. rewrite <- sqrt_mult by nra. f_equal. ring. }
  split.
  - pose proof (root T more) as long. assert (0 < a * sqrt (m + n)) by now apply Rmult_lt_0_compat.
    apply (Rmult_le_reg_r (sqrt (m * a ^ 2 + n * a ^ 2 + T))); [lra |].
    unfold Rdiv. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra.
    replace (m * a - n * a) with ((m - n) * / sqrt (m + n) * (a * sqrt (m + n))) by (field; lra).
    apply Rmult_le_compat_l; [| exact long]. apply Rmult_le_pos; [lra | now apply Rlt_le, Rinv_0_lt_compat].
  - rewrite same. field. lra.
Qed.

Lemma ceiling_score (D : toy) (s : R) :
  orthogonal D -> (0 < clean D)%nat -> 0 < s ->
  signal D ^ 2 * (INR (clean D) - INR (noisy D)) / (s * sqrt (INR (points D) * noise_size D))
  = signal D ^ 2 / (s * sqrt (noise_size D)) * ((INR (clean D) - INR (noisy D)) / sqrt (INR (points D))).
Proof.
  intros good some deviation. pose proof (some_noise D good) as noise_pos. pose proof (sqrt_lt_R0 _ noise_pos).
  assert (many : 0 < INR (points D)) by (apply lt_0_INR; unfold points; lia). pose proof (sqrt_lt_R0 _ many).
  rewrite sqrt_mult by lra. field. lra.
Qed.

Lemma increasing_le (Phi : R -> R) (u v : R) : strictly_increasing Phi -> u <= v -> Phi u <= Phi v.
Proof. intros grows [less | ->]; [now left; apply grows | lra]. Qed.

Lemma quotient_ceiling (D : toy) (T a b : R) :
  (noisy D < clean D)%nat -> 0 < a -> a <= b -> 0 <= T ->
  quotient D T a b <= (INR (clean D) - INR (noisy D)) / sqrt (INR (points D)).
Proof.
  intros majority positive behind more. destruct (quotient_tie D T a majority positive more) as [tie _].
  destruct behind as [less | <-]; [| exact tie]. destruct (Nat.eq_dec (noisy D) 0) as [none | some].
  - apply Rle_trans with (2 := tie). unfold quotient. rewrite none. simpl INR. rewrite !Rmult_0_l. apply Rle_refl.
  - apply Rlt_le, Rlt_le_trans with (2 := tie). apply quotient_falls; lia || lra.
Qed.

Theorem accuracy_ceiling (Phi : R -> R) (D : toy) (s a b : R) :
  strictly_increasing Phi -> orthogonal D -> (noisy D < clean D)%nat -> 0 < s -> 0 < a -> a <= b ->
  toy_accuracy Phi D s (reached D a b) <= ceiling Phi D s
  /\ (norm (dimension D) (start D) = 0 -> toy_accuracy Phi D s (reached D a a) = ceiling Phi D s).
Proof.
  intros grows good majority deviation positive behind. assert (some : (0 < clean D)%nat) by lia.
  rewrite !accuracy_closed_form by assumption. unfold path_accuracy, ceiling. rewrite ceiling_score by assumption. split.
  - apply increasing_le; [exact grows |]. apply Rmult_le_compat_l; [now apply Rlt_le, scale_pos |].
    apply quotient_ceiling; try assumption. now apply start_share.
  - intros none. rewrite none. replace (0 ^ 2 / noise_size D) with 0 by (simpl; unfold Rdiv; ring).
    now rewrite (proj2 (quotient_tie D 0 a majority positive (Rle_refl 0))).
Qed.

(** A step of full-batch 1-SAM of size eta. *)
Definition one_sam_step (D : toy) (rho eta : R) (w : vector) : vector := fun i => w i + eta * mean_direction D rho w i.

Theorem origin_meets_ceiling (Phi : R -> R) (D : toy) (s rho eta : R) :
  orthogonal D -> (noisy D < clean D)%nat -> 0 < s -> 0 < eta -> norm (dimension D) (start D) = 0 ->
  toy_accuracy Phi D s (one_sam_step D rho eta (start D)) = ceiling Phi D s.
Proof.
  intros good majority deviation positive origin. assert (some : (0 < clean D)%nat) by lia.
  set (a := eta * (sigma (shift D rho) / INR (points D))).
  assert (many : 0 < INR (points D)) by (apply lt_0_INR; unfold points; lia).
  assert (moved : one_sam_step D rho eta (start D) = reached D a a).
  { apply FunctionalExtensionality.functional_extensionality. intros i. unfold one_sam_step.
    pose proof (mean_direction_reached D rho 0 0 i good) as rate. rewrite reached_nothing in rate. rewrite rate.
    unfold clean_margin, noisy_margin, lead.
    replace (shift D rho - (signal D ^ 2 * (INR (clean D) * 0 - INR (noisy D) * 0) + noise_size D * 0)) with (shift D rho) by ring.
    replace (shift D rho - (- (signal D ^ 2 * (INR (clean D) * 0 - INR (noisy D) * 0)) + noise_size D * 0)) with (shift D rho) by ring.
    unfold reached, a. ring. }
  assert (some_a : 0 < a).
  { apply Rmult_lt_0_compat; [exact positive | apply Rdiv_lt_0_compat; [apply sigma_pos | exact many]]. }
  rewrite moved, accuracy_closed_form by assumption. unfold path_accuracy, ceiling. rewrite ceiling_score, origin by assumption.
  replace (0 ^ 2 / noise_size D) with 0 by (simpl; unfold Rdiv; ring).
  now rewrite (proj2 (quotient_tie D 0 a majority some_a (Rle_refl 0))).
Qed.

Definition main_theorems := (accuracy_closed_form, accuracy_falls, accuracy_ceiling, origin_meets_ceiling).
Print Assumptions main_theorems.
