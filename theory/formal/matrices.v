(** * Matrices, and gradients in the weights of two layers

    A matrix of h rows and d columns is a function from two indices to reals, of which the entries i < h and j < d count. Weights
    are a pair: a matrix W, the first layer, and a vector v, the last one. A gradient is not postulated: it is the pair G for
    which <G, H> is the derivative along every direction H, and there is only one. No statement of the paper is proved here. *)

Require Import Reals Lra Lia FunctionalExtensionality.
From Formal Require Import vectors.
Open Scope R_scope.

Definition matrix := nat -> vector.

(** A x, the sum of the products of all entries of two matrices, and u x^T. *)
Definition apply (d : nat) (A : matrix) (x : vector) : vector := fun i => dot d (A i) x.
Definition inner (h d : nat) (A B : matrix) : R := sum h (fun i => dot d (A i) (B i)).
Definition outer (u x : vector) : matrix := fun i j => u i * x j.

Lemma apply_affine (d : nat) (s : R) (A B : matrix) (x : vector) :
  apply d (fun i j => A i j + s * B i j) x = fun i => apply d A x i + s * apply d B x i.
Proof. extensionality i. apply dot_affine. Qed.

Lemma apply_outer (d : nat) (u x y : vector) : apply d (outer u x) y = fun i => dot d x y * u i.
Proof. extensionality i. unfold apply, outer. rewrite dot_scale. ring. Qed.

Lemma inner_affine (h d : nat) (s : R) (A B C : matrix) :
  inner h d (fun i j => A i j + s * B i j) C = inner h d A C + s * inner h d B C.
Proof. unfold inner. rewrite <- sum_scale, <- sum_plus. apply sum_ext. intros i _. apply dot_affine. Qed.

Lemma inner_scale (h d : nat) (s : R) (A B : matrix) : inner h d (fun i j => s * A i j) B = s * inner h d A B.
Proof. unfold inner. rewrite <- sum_scale. apply sum_ext. intros i _. apply dot_scale. Qed.

Lemma inner_nothing (h d : nat) (A : matrix) : inner h d (fun _ _ => 0) A = 0.
Proof. unfold inner. rewrite (sum_ext h _ (fun _ => 0)), sum_const; [ring |]. intros i _. apply dot_nothing. Qed.

Lemma inner_sym (h d : nat) (A B : matrix) : inner h d A B = inner h d B A.
Proof. apply sum_ext. intros i _. apply dot_sym. Qed.

Lemma inner_nonneg (h d : nat) (A : matrix) : 0 <= inner h d A A.
Proof. apply sum_nonneg. intros i _. apply dot_nonneg. Qed.

(** <u x^T, A> = <u, A x>. *)
Lemma inner_outer (h d : nat) (u x : vector) (A : matrix) : inner h d (outer u x) A = dot h u (apply d A x).
Proof. apply sum_ext. intros i _. unfold outer, apply. now rewrite dot_scale, dot_sym. Qed.

(** |A x|^2 <= |A|^2 |x|^2, row by row. *)
Lemma apply_at_most (h d : nat) (A : matrix) (x : vector) :
  dot h (apply d A x) (apply d A x) <= inner h d A A * dot d x x.
Proof.
  unfold inner. rewrite Rmult_comm, <- sum_scale. apply sum_le. intros i _. rewrite (Rmult_comm (dot d x x)). apply cauchy_schwarz.
Qed.

Definition weights := (matrix * vector)%type.
Definition first (w : weights) : matrix := fst w.
Definition last (w : weights) : vector := snd w.

Definition scaled (a : R) (w : weights) : weights := (fun i j => a * first w i j, fun i => a * last w i).
Definition moved (w : weights) (s : R) (H : weights) : weights :=
  (fun i j => first w i j + s * first H i j, fun i => last w i + s * last H i).
Definition along (h d : nat) (w H : weights) : R := inner h d (first w) (first H) + dot h (last w) (last H).
Definition length (h d : nat) (w : weights) : R := sqrt (along h d w w).

Lemma along_scaled (h d : nat) (a : R) (w H : weights) : along h d (scaled a w) H = a * along h d w H.
Proof. unfold along, scaled. simpl. rewrite inner_scale, dot_scale. ring. Qed.

Lemma along_moved (h d : nat) (w G H : weights) (s : R) : along h d (moved w s G) H = along h d w H + s * along h d G H.
Proof. unfold along, moved. simpl. rewrite inner_affine, dot_affine. ring. Qed.

Lemma along_sym (h d : nat) (w H : weights) : along h d w H = along h d H w.
Proof. unfold along. now rewrite inner_sym, dot_sym. Qed.

Lemma along_nonneg (h d : nat) (w : weights) : 0 <= along h d w w.
Proof. pose proof (inner_nonneg h d (first w)). pose proof (dot_nonneg h (last w)). unfold along. lra. Qed.

Lemma length_nonneg (h d : nat) (w : weights) : 0 <= length h d w.
Proof. apply sqrt_pos. Qed.

Lemma length_square (h d : nat) (w : weights) : length h d w * length h d w = along h d w w.
Proof. apply sqrt_sqrt, along_nonneg. Qed.

Lemma length_scaled (h d : nat) (a : R) (w : weights) : length h d (scaled a w) = Rabs a * length h d w.
Proof.
  unfold length. rewrite along_scaled, along_sym, along_scaled, <- Rmult_assoc, sqrt_mult_alt by apply Rle_0_sqr.
  change (a * a) with (Rsqr a). now rewrite sqrt_Rsqr_abs.
Qed.

Lemma moved_scaled (w H : weights) (s a : R) : moved w s (scaled a H) = moved w (s * a) H.
Proof. unfold moved, scaled. simpl. f_equal; [extensionality i; extensionality j | extensionality i]; ring. Qed.

Definition is_gradient (h d : nat) (F : weights -> R) (w G : weights) : Prop :=
  forall H : weights, derivable_pt_lim (fun s => F (moved w s H)) 0 (along h d G H).

Lemma derivative_is (F : R -> R) (s l l' : R) : derivable_pt_lim F s l -> l = l' -> derivable_pt_lim F s l'.
Proof. now intros H <-. Qed.

(** Where F is phi of a quadratic along the direction, F(w + s H) = phi(a + s b + s^2 c), its derivative is phi'(a) b. *)
Lemma derivative_along (F phi : R -> R) (a b c l : R) :
  (forall s, F s = phi (a + s * b + s * s * c)) -> derivable_pt_lim phi a l -> derivable_pt_lim F 0 (l * b).
Proof.
  intros HF Hphi. apply (derivable_pt_lim_ext (fun s => phi (a + s * b + s * s * c))); [intros s; now rewrite HF |].
  apply (derivable_pt_lim_comp (fun s => a + s * b + s * s * c) phi 0 b l).
  - apply (derivative_is _ _ (0 + (1 * b + 0 * 0) + ((1 * 0 + 0 * 1) * c + 0 * 0 * 0))); [| ring].
    apply (derivable_pt_lim_plus (fun s => a + s * b) (fun s => s * s * c)).
    + apply (derivable_pt_lim_plus (fun _ => a) (fun s => s * b)); [apply derivable_pt_lim_const |].
      apply (derivable_pt_lim_mult (fun s => s) (fun _ => b)); [apply derivable_pt_lim_id | apply derivable_pt_lim_const].
    + apply (derivable_pt_lim_mult (fun s => s * s) (fun _ => c)); [| apply derivable_pt_lim_const].
      apply (derivable_pt_lim_mult (fun s => s) (fun s => s)); apply derivable_pt_lim_id.
  - now replace (a + 0 * b + 0 * 0 * c) with a by ring.
Qed.

Lemma sum_zero (d : nat) (u : vector) :
  (forall i, (i < d)%nat -> 0 <= u i) -> sum d u = 0 -> forall i, (i < d)%nat -> u i = 0.
Proof.
  induction d as [| d IH]; simpl; intros some none i Hi; [lia |].
  assert (before : 0 <= sum d u) by (apply sum_nonneg; auto with arith). assert (own : 0 <= u d) by auto with arith.
  destruct (Nat.eq_dec i d) as [-> | other]; [lra |]. apply IH; [auto with arith | lra | lia].
Qed.

Lemma dot_zero (d : nat) (u : vector) : dot d u u = 0 -> forall i, (i < d)%nat -> u i = 0.
Proof.
  intros none i Hi. assert (square : u i * u i = 0); [| now apply Rsqr_0_uniq].
  apply (sum_zero d (fun i => u i * u i)); [intros j _; apply Rle_0_sqr | exact none | exact Hi].
Qed.

(** Two gradients of one function agree in every entry that counts. *)
Lemma gradient_unique (h d : nat) (F : weights -> R) (w G G' : weights) :
  is_gradient h d F w G -> is_gradient h d F w G' ->
  (forall i j, (i < h)%nat -> (j < d)%nat -> first G i j = first G' i j) /\ (forall i, (i < h)%nat -> last G i = last G' i).
Proof.
  intros HG HG'. set (D := moved G (-1) G').
  assert (none : along h d D D = 0).
  { pose proof (uniqueness_limite _ _ _ _ (HG D) (HG' D)) as same. unfold D at 1. rewrite along_moved, same. ring. }
  assert (parts : inner h d (first D) (first D) = 0 /\ dot h (last D) (last D) = 0).
  { pose proof (inner_nonneg h d (first D)). pose proof (dot_nonneg h (last D)). unfold along in none. lra. }
  destruct parts as [none_first none_last]. split.
  - intros i j Hi Hj. pose proof (sum_zero h (fun i => dot d (first D i) (first D i))) as row.
    specialize (row (fun i _ => dot_nonneg d (first D i)) none_first i Hi).
    pose proof (dot_zero d _ row j Hj) as entry. unfold D, moved in entry. simpl in entry. lra.
  - intros i Hi. pose proof (dot_zero h _ none_last i Hi) as entry. unfold D, moved in entry. simpl in entry. lra.
Qed.

(** Sums of weights; and weights w that move in time, at the rate D at the time s. *)
Lemma along_sum (n h d : nat) (D : nat -> weights) (H : weights) :
  along h d (fun i j => sum n (fun k => first (D k) i j), fun i => sum n (fun k => last (D k) i)) H
  = sum n (fun k => along h d (D k) H).
Proof.
  induction n as [| n IH]; simpl.
  - unfold along. simpl. rewrite inner_nothing, dot_nothing. ring.
  - rewrite <- IH, <- (Rmult_1_l (along h d (D n) H)), <- along_moved. unfold along, moved. simpl. f_equal.
    + apply sum_ext. intros i _. apply dot_ext; intros j _; ring.
    + apply dot_ext; intros i _; ring.
Qed.

Definition velocity (h d : nat) (w : R -> weights) (s : R) (D : weights) : Prop :=
  (forall i j, (i < h)%nat -> (j < d)%nat -> derivable_pt_lim (fun r => first (w r) i j) s (first D i j))
  /\ (forall i, (i < h)%nat -> derivable_pt_lim (fun r => last (w r) i) s (last D i)).

Lemma moved_nothing (w H : weights) : moved w 0 H = w.
Proof.
  destruct w as [W v]. unfold moved, first, last. simpl. f_equal; [extensionality i; extensionality j | extensionality i]; ring.
Qed.

Lemma straight_velocity (h d : nat) (w D : weights) (s : R) : velocity h d (fun r => moved w r D) s D.
Proof.
  assert (line : forall a b, derivable_pt_lim (fun r => a + r * b) s b).
  { intros a b. apply (derivative_is _ _ (0 + (1 * b + s * 0))); [| ring].
    apply (derivable_pt_lim_plus (fun _ => a) (fun r => r * b)); [apply derivable_pt_lim_const |].
    apply (derivable_pt_lim_mult (fun r => r) (fun _ => b)); [apply derivable_pt_lim_id | apply derivable_pt_lim_const]. }
  split; intros; apply line.
Qed.

Lemma along_derivative (h d : nat) (w : R -> weights) (s : R) (D : weights) :
  velocity h d w s D -> derivable_pt_lim (fun r => along h d (w r) (w r)) s (2 * along h d (w s) D).
Proof.
  intros [moves_first moves_last].
  apply (derivative_is _ _ (along h d D (w s) + along h d (w s) D)); [| rewrite (along_sym h d D); ring].
  unfold along. apply (derivative_is _ _ (inner h d (first D) (first (w s)) + inner h d (first (w s)) (first D)
                                          + (dot h (last D) (last (w s)) + dot h (last (w s)) (last D)))); [| ring].
  apply (derivable_pt_lim_plus (fun r => inner h d (first (w r)) (first (w r))) (fun r => dot h (last (w r)) (last (w r)))).
  - unfold inner. rewrite <- sum_plus. apply (sum_derivative h s (fun i r => dot d (first (w r) i) (first (w r) i))). intros i Hi.
    apply (dot_derivative d s (fun r => first (w r) i) (fun r => first (w r) i)). intros j Hj. split; now apply moves_first.
  - apply (dot_derivative h s (fun r => last (w r)) (fun r => last (w r))). intros i Hi. split; now apply moves_last.
Qed.

Lemma derivative_scaled (F : R -> R) (a s l : R) :
  derivable_pt_lim F s l -> derivable_pt_lim (fun r => F r * a) s (l * a).
Proof.
  intros H. apply (derivative_is _ _ (l * a + F s * 0)); [| ring].
  apply (derivable_pt_lim_mult F (fun _ => a)); [exact H | apply derivable_pt_lim_const].
Qed.

(** The root of a positive number that moves. *)
Lemma root_derivative (F : R -> R) (s l : R) :
  0 < F s -> derivable_pt_lim F s (2 * l) -> derivable_pt_lim (fun r => sqrt (F r)) s (l / sqrt (F s)).
Proof.
  intros some moves. assert (root : 0 < sqrt (F s)) by now apply sqrt_lt_R0.
  apply (derivative_is _ _ (/ (2 * sqrt (F s)) * (2 * l))); [| field; lra].
  apply (derivable_pt_lim_comp F sqrt); [exact moves | now apply derivable_pt_lim_sqrt].
Qed.
