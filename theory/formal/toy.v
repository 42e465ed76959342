(** * The toy data with orthogonal noise, and full-batch 1-SAM on them

    Points 0, ..., n_c - 1 are clean, the next n_n are mislabelled. Point k has the input y_k (B e + z_k), e the first unit vector,
    and is trained on the label y_k where it is clean, on -y_k where it is mislabelled. The noise vectors z_k are orthogonal to e and
    to one another, with |z_k|^2 = N; the initial weights are orthogonal to e and to the noise. No statement of the paper is proved
    here. *)

Require Import Reals Lra Lia Arith.
From Formal Require Import lemma_3_1 vectors one_sam_linear.
Open Scope R_scope.

Record toy := Toy {
  dimension : nat; clean : nat; noisy : nat; signal : R; noise_size : R; noise : nat -> vector; truth : vector; start : vector }.

Definition points (D : toy) : nat := (clean D + noisy D)%nat.
Definition axis : vector := fun i => if i =? 0 then 1 else 0.
Definition flip (D : toy) (k : nat) : R := if k <? clean D then 1 else -1.
Definition input (D : toy) (k : nat) : vector := fun i => truth D k * (signal D * axis i + noise D k i).
Definition label (D : toy) (k : nat) : R := flip D k * truth D k.

Record orthogonal (D : toy) : Prop := Orthogonal {
  some_dimension : (0 < dimension D)%nat;
  some_signal : 0 < signal D;
  some_noise : 0 < noise_size D;
  labels : forall k, (k < points D)%nat -> is_label (truth D k);
  flat : forall k, (k < points D)%nat -> noise D k 0%nat = 0;
  noise_products : forall k l, (k < points D)%nat -> (l < points D)%nat ->
                   dot (dimension D) (noise D k) (noise D l) = if k =? l then noise_size D else 0;
  start_flat : start D 0%nat = 0;
  start_apart : forall k, (k < points D)%nat -> dot (dimension D) (start D) (noise D k) = 0 }.

(** t_k x_k = flip (B e + z_k), and its sums over both kinds of points. *)
Definition signed (D : toy) (k : nat) : vector := fun i => label D k * input D k i.
Definition sum_clean (D : toy) : vector := fun i => sum (clean D) (fun k => signed D k i).
Definition sum_noisy (D : toy) : vector := fun i => sum (noisy D) (fun k => signed D (clean D + k) i).
Definition reached (D : toy) (a b : R) : vector := fun i => start D i + a * sum_clean D i + b * sum_noisy D i.

Definition lead (D : toy) (a b : R) : R := signal D ^ 2 * (INR (clean D) * a - INR (noisy D) * b).
Definition clean_margin (D : toy) (a b : R) : R := lead D a b + noise_size D * a.
Definition noisy_margin (D : toy) (a b : R) : R := - lead D a b + noise_size D * b.
Definition shift (D : toy) (rho : R) : R := rho * sqrt (signal D ^ 2 + noise_size D).

(** The mean of the 1-SAM directions of all points (Eqs. 2.6 and 2.7). *)
Definition one_sam_direction (D : toy) (rho : R) (w : vector) (k : nat) : vector :=
  fun i => - gradient (dimension D) (perturbed rho (dimension D) w (input D k) (label D k)) (input D k) (label D k) i.
Definition mean_direction (D : toy) (rho : R) (w : vector) : vector :=
  fun i => / INR (points D) * sum (points D) (fun k => one_sam_direction D rho w k i).

Lemma flip_square (D : toy) (k : nat) : flip D k * flip D k = 1.
Proof. unfold flip. destruct (k <? clean D); ring. Qed.

Lemma flip_clean (D : toy) (k : nat) : (k < clean D)%nat -> flip D k = 1.
Proof. intros H. unfold flip. apply Nat.ltb_lt in H. now rewrite H. Qed.

Lemma flip_noisy (D : toy) (k : nat) : flip D (clean D + k) = -1.
Proof. unfold flip. destruct (Nat.ltb_spec (clean D + k) (clean D)); [lia | reflexivity]. Qed.

Lemma truth_square (D : toy) (k : nat) : orthogonal D -> (k < points D)%nat -> truth D k * truth D k = 1.
Proof. intros good H. destruct (labels D good k H) as [-> | ->]; ring. Qed.

Lemma label_is_label (D : toy) (k : nat) : orthogonal D -> (k < points D)%nat -> is_label (label D k).
Proof.
  intros good H. unfold label, flip. destruct (k <? clean D), (labels D good k H) as [-> | ->]; unfold is_label; lra.
Qed.

Lemma signed_entry (D : toy) (k i : nat) :
  orthogonal D -> (k < points D)%nat -> signed D k i = flip D k * (signal D * axis i + 1 * noise D k i).
Proof.
  intros good H. unfold signed, label, input.
  transitivity (truth D k * truth D k * (flip D k * (signal D * axis i + noise D k i))); [ring |].
  rewrite truth_square by assumption. ring.
Qed.

Lemma dot_axis (d : nat) (u : vector) : (0 < d)%nat -> dot d axis u = u 0%nat.
Proof.
  intros some. unfold dot, axis. induction d as [| d IH]; [lia |]. simpl. destruct d as [| d]; [simpl; ring |].
  rewrite IH by lia. simpl. ring.
Qed.

(** <t_k x_k, u> for any u. *)
Lemma dot_signed (D : toy) (k : nat) (u : vector) :
  orthogonal D -> (k < points D)%nat ->
  dot (dimension D) (signed D k) u = flip D k * (signal D * u 0%nat + dot (dimension D) (noise D k) u).
Proof.
  intros good H.
  rewrite (dot_ext _ _ (fun i => flip D k * (signal D * axis i + 1 * noise D k i)) u u)
    by (intros i _; reflexivity || now apply signed_entry).
  rewrite dot_scale, dot_affine, dot_scale, dot_axis by apply (some_dimension D good). ring.
Qed.

Lemma signed_products (D : toy) (k l : nat) :
  orthogonal D -> (k < points D)%nat -> (l < points D)%nat ->
  dot (dimension D) (signed D k) (signed D l) = flip D k * flip D l * signal D ^ 2 + if k =? l then noise_size D else 0.
Proof.
  intros good Hk Hl. rewrite dot_signed, (dot_sym _ (noise D k)), dot_signed by assumption.
  rewrite signed_entry, noise_products, !flat by assumption. unfold axis at 1. simpl.
  rewrite Nat.eqb_sym. destruct (Nat.eqb_spec k l) as [<- | _]; [| ring].
  transitivity (flip D k * flip D k * (signal D * (signal D * 1) + noise_size D)); [ring |]. rewrite flip_square. ring.
Qed.

Lemma start_signed (D : toy) (k : nat) : orthogonal D -> (k < points D)%nat -> dot (dimension D) (start D) (signed D k) = 0.
Proof.
  intros good H. rewrite dot_sym, dot_signed, dot_sym, start_flat, start_apart by assumption. ring.
Qed.

Lemma input_norm (D : toy) (k : nat) :
  orthogonal D -> (k < points D)%nat -> norm (dimension D) (input D k) = sqrt (signal D ^ 2 + noise_size D).
Proof.
  intros good H. unfold norm. f_equal.
  pose proof (signed_products D k k good H H) as square. rewrite flip_square, Nat.eqb_refl in square.
  rewrite <- (Rmult_1_l (signal D ^ 2)), <- square. unfold signed. rewrite dot_scale, dot_scale_right.
  pose proof (label_is_label D k good H) as [-> | ->]; ring.
Qed.

Lemma input_norm_pos (D : toy) (k : nat) : orthogonal D -> (k < points D)%nat -> 0 < norm (dimension D) (input D k).
Proof.
  intros good H. rewrite input_norm by assumption. apply sqrt_lt_R0. pose proof (some_noise D good). pose proof (pow2_ge_0 (signal D)).
  lra.
Qed.

Lemma margin_of_signed (D : toy) (k : nat) (w : vector) :
  label D k * dot (dimension D) w (input D k) = dot (dimension D) w (signed D k).
Proof. unfold signed. now rewrite dot_scale_right. Qed.

(** The direction of one point: a multiple of t_k x_k (Eq. 3.2). *)
Lemma one_direction (D : toy) (rho : R) (w : vector) (k i : nat) :
  orthogonal D -> (k < points D)%nat ->
  one_sam_direction D rho w k i = sigma (shift D rho - dot (dimension D) w (signed D k)) * signed D k i.
Proof.
  intros good H. unfold one_sam_direction.
  rewrite shifted_update by (now apply label_is_label || now apply input_norm_pos).
  rewrite margin_of_signed, input_norm by assumption. unfold shift, signed.
  replace (- dot (dimension D) w (fun i0 => label D k * input D k i0) + rho * sqrt (signal D ^ 2 + noise_size D))
    with (rho * sqrt (signal D ^ 2 + noise_size D) - dot (dimension D) w (fun i0 => label D k * input D k i0)) by ring. ring.
Qed.

(** Sums over the two kinds of points. *)
Lemma sum_of_two (m n : nat) (u : vector) : sum (m + n) u = sum m u + sum n (fun k => u (m + k)%nat).
Proof.
  induction n as [| n IH]; [rewrite Nat.add_0_r; simpl; ring |]. rewrite Nat.add_succ_r. simpl. rewrite IH. ring.
Qed.

Lemma clean_product (D : toy) (l : nat) :
  orthogonal D -> (l < points D)%nat ->
  dot (dimension D) (sum_clean D) (signed D l)
  = INR (clean D) * (flip D l * signal D ^ 2) + if l <? clean D then noise_size D else 0.
Proof.
  intros good Hl. unfold sum_clean. rewrite (dot_of_sums (clean D) (dimension D) (signed D)), <- sum_single, <- sum_const, <- sum_plus.
  apply sum_ext. intros k Hk. rewrite signed_products, flip_clean by (assumption || unfold points; lia). ring.
Qed.

Lemma noisy_product (D : toy) (l : nat) :
  orthogonal D -> (l < points D)%nat ->
  dot (dimension D) (sum_noisy D) (signed D l)
  = - INR (noisy D) * (flip D l * signal D ^ 2) + if l <? clean D then 0 else noise_size D.
Proof.
  intros good Hl. unfold sum_noisy. rewrite (dot_of_sums (noisy D) (dimension D) (fun k => signed D (clean D + k))).
  rewrite (sum_ext _ _ (fun k => - (flip D l * signal D ^ 2) + if k =? l - clean D then (if l <? clean D then 0 else noise_size D) else 0)).
  - rewrite sum_plus, sum_const, sum_single. unfold points in Hl.
    destruct (Nat.ltb_spec l (clean D)), (Nat.ltb_spec (l - clean D) (noisy D)); lia || ring.
  - intros k Hk. rewrite signed_products, flip_noisy by (assumption || unfold points; lia).
    destruct (Nat.ltb_spec l (clean D)), (Nat.eqb_spec (clean D + k) l), (Nat.eqb_spec k (l - clean D)); lia || ring.
Qed.

(** The margins at w_0 + a S_c + b S_n. *)
Lemma reached_margin (D : toy) (a b : R) (l : nat) :
  orthogonal D -> (l < points D)%nat ->
  dot (dimension D) (reached D a b) (signed D l) = if l <? clean D then clean_margin D a b else noisy_margin D a b.
Proof.
  intros good Hl. unfold reached. rewrite (dot_affine _ b), (dot_affine _ a), start_signed, clean_product, noisy_product by assumption.
  unfold clean_margin, noisy_margin, lead, flip. destruct (l <? clean D); ring.
Qed.

Lemma mean_direction_reached (D : toy) (rho a b : R) (i : nat) :
  orthogonal D ->
  mean_direction D rho (reached D a b) i
  = sigma (shift D rho - clean_margin D a b) / INR (points D) * sum_clean D i
    + sigma (shift D rho - noisy_margin D a b) / INR (points D) * sum_noisy D i.
Proof.
  intros good. unfold mean_direction, points. rewrite sum_of_two. fold (points D).
  rewrite (sum_ext (clean D) _ (fun k => sigma (shift D rho - clean_margin D a b) * signed D k i)),
    (sum_ext (noisy D) _ (fun k => sigma (shift D rho - noisy_margin D a b) * signed D (clean D + k) i)), !sum_scale.
  - unfold sum_clean, sum_noisy, Rdiv. ring.
  - intros k Hk. rewrite one_direction, reached_margin by (assumption || unfold points; lia).
    destruct (Nat.ltb_spec (clean D + k) (clean D)); [lia | reflexivity].
  - intros k Hk. rewrite one_direction, reached_margin by (assumption || unfold points; lia).
    destruct (Nat.ltb_spec k (clean D)); [reflexivity | lia].
Qed.

Lemma reached_nothing (D : toy) : reached D 0 0 = start D.
Proof. apply FunctionalExtensionality.functional_extensionality. intros i. unfold reached. ring. Qed.
