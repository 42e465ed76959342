(** * Two groups of points that each see the data alike: a gradient flow of 1-SAM is two numbers

    s_k = t_k x_k. Points 0, ..., n_c - 1 are clean, the next n_n are mislabelled; S_c and S_n are the sums of s_k over both. All inputs
    have one length, <s_k, S_c> and <s_k, S_n> take one value among clean points and one among mislabelled ones, and w_0 is orthogonal to
    all x_k. A flow is then w_0 + a S_c + b S_n with the numbers of two_numbers.v: there is such a flow, and no other, since two flows never
    come apart: 1-SAM descends a convex function. No statement of the paper is proved here. *)

Require Import Reals Lra Lia Arith.
From Formal Require Import lemma_3_1 vectors matrices growth one_sam_linear robust_loss rays two_numbers.
Open Scope R_scope.

Record groups := Groups { dimension : nat; clean : nat; noisy : nat; input : nat -> vector; label : vector; start : vector }.

Definition points (D : groups) : nat := (clean D + noisy D)%nat.
Definition signed (D : groups) (k : nat) : vector := fun i => label D k * input D k i.
Definition sum_clean (D : groups) : vector := fun i => sum (clean D) (fun k => signed D k i).
Definition sum_noisy (D : groups) : vector := fun i => sum (noisy D) (fun k => signed D (clean D + k) i).
Definition reached (D : groups) (a b : R) : vector := fun i => start D i + a * sum_clean D i + b * sum_noisy D i.

Record alike (D : groups) (G : gram) (l : R) : Prop := Alike {
  some_clean_points : (0 < clean D)%nat;
  some_noisy_points : (0 < noisy D)%nat;
  labels : forall k, (k < points D)%nat -> is_label (label D k);
  some_length : 0 < l;
  one_length : forall k, (k < points D)%nat -> norm (dimension D) (input D k) = l;
  start_across : forall k, (k < points D)%nat -> dot (dimension D) (start D) (input D k) = 0;
  clean_see_clean : forall k, (k < clean D)%nat -> dot (dimension D) (signed D k) (sum_clean D) = cc G;
  clean_see_noisy : forall k, (k < clean D)%nat -> dot (dimension D) (signed D k) (sum_noisy D) = cn G;
  noisy_see_clean : forall k, (k < noisy D)%nat -> dot (dimension D) (signed D (clean D + k)) (sum_clean D) = nc G;
  noisy_see_noisy : forall k, (k < noisy D)%nat -> dot (dimension D) (signed D (clean D + k)) (sum_noisy D) = nn G }.

Definition direction (D : groups) (rho : R) (w : vector) : vector :=
  mean_direction rho (points D) (dimension D) (input D) (label D) w.
Definition is_flow (D : groups) (rho : R) (w : R -> vector) : Prop :=
  (forall i, (i < dimension D)%nat -> w 0 i = start D i)
  /\ forall s i, 0 <= s -> (i < dimension D)%nat -> derivable_pt_lim (fun r => w r i) s (direction D rho (w s) i).

Lemma many_points (D : groups) (G : gram) (l : R) : alike D G l -> 1 <= INR (points D).
Proof. intros good. apply (le_INR 1). pose proof (some_clean_points D G l good). unfold points. lia. Qed.

(** The direction is the mean of the s_k, with their logit scales (Eq. 3.2). *)
Lemma direction_by_scales (D : groups) (G : gram) (rho l : R) (w : vector) (i : nat) :
  alike D G l ->
  direction D rho w i
  = / INR (points D) * sum (points D) (fun k => sigma (rho * l - dot (dimension D) w (signed D k)) * signed D k i).
Proof.
  intros good. unfold direction, mean_direction. f_equal. apply sum_ext. intros k Hk.
  pose proof (one_length D G l good k Hk) as size. pose proof (some_length D G l good).
  rewrite shifted_update by (apply (labels D G l good k Hk) || lra). rewrite size.
  unfold signed. rewrite dot_scale_right.
  replace (rho * l - label D k * dot (dimension D) w (input D k)) with (- (label D k * dot (dimension D) w (input D k)) + rho * l) by ring.
  ring.
Qed.

Lemma sum_of_groups (m n : nat) (u : vector) : sum (m + n) u = sum m u + sum n (fun k => u (m + k)%nat).
Proof.
  induction n as [| n IH]; [rewrite Nat.add_0_r; simpl; ring |]. rewrite Nat.add_succ_r. simpl. rewrite IH. ring.
Qed.

Lemma start_signed (D : groups) (G : gram) (l : R) (k : nat) :
  alike D G l -> (k < points D)%nat -> dot (dimension D) (start D) (signed D k) = 0.
Proof. intros good Hk. unfold signed. rewrite dot_scale_right, (start_across D G l good k Hk). ring. Qed.

(** The margins at w_0 + a S_c + b S_n. *)
Lemma margin_of_clean (D : groups) (G : gram) (l a b : R) (k : nat) :
  alike D G l -> (k < clean D)%nat -> dot (dimension D) (reached D a b) (signed D k) = margin_c G a b.
Proof.
  intros good Hk. unfold reached. rewrite (dot_affine _ b), (dot_affine _ a), (start_signed D G l k good) by (unfold points; lia).
  rewrite (dot_sym _ (sum_clean D)), (dot_sym _ (sum_noisy D)), (clean_see_clean D G l good k Hk), (clean_see_noisy D G l good k Hk).
  unfold margin_c. ring.
Qed.

Lemma margin_of_noisy (D : groups) (G : gram) (l a b : R) (k : nat) :
  alike D G l -> (k < noisy D)%nat -> dot (dimension D) (reached D a b) (signed D (clean D + k)) = margin_n G a b.
Proof.
  intros good Hk. unfold reached. rewrite (dot_affine _ b), (dot_affine _ a), (start_signed D G l _ good) by (unfold points; lia).
  rewrite (dot_sym _ (sum_clean D)), (dot_sym _ (sum_noisy D)), (noisy_see_clean D G l good k Hk), (noisy_see_noisy D G l good k Hk).
  unfold margin_n. ring.
Qed.

Lemma direction_reached (D : groups) (G : gram) (rho l a b : R) (i : nat) :
  alike D G l ->
  direction D rho (reached D a b) i
  = sigma (rho * l - margin_c G a b) / INR (points D) * sum_clean D i
    + sigma (rho * l - margin_n G a b) / INR (points D) * sum_noisy D i.
Proof.
  intros good. rewrite (direction_by_scales D G rho l) by exact good. unfold points. rewrite sum_of_groups. fold (points D).
  rewrite (sum_ext (clean D) _ (fun k => sigma (rho * l - margin_c G a b) * signed D k i)),
    (sum_ext (noisy D) _ (fun k => sigma (rho * l - margin_n G a b) * signed D (clean D + k) i)), !sum_scale.
  - unfold sum_clean, sum_noisy, Rdiv. ring.
  - intros k Hk. now rewrite (margin_of_noisy D G l).
  - intros k Hk. now rewrite (margin_of_clean D G l).
Qed.

(** <S_c, S_n> counted from either side, and the squared length of a S_c + b S_n. *)
Lemma gram_of_data (D : groups) (G : gram) (l : R) : alike D G l -> square G (INR (clean D)) (INR (noisy D)).
Proof.
  intros good. set (d := dimension D).
  assert (of_clean : forall u c, (forall k, (k < clean D)%nat -> dot d (signed D k) u = c) -> dot d (sum_clean D) u = INR (clean D) * c).
  { intros u c same. unfold sum_clean. rewrite (dot_of_sums (clean D) d (signed D)), <- sum_const. now apply sum_ext. }
  assert (of_noisy : forall u c, (forall k, (k < noisy D)%nat -> dot d (signed D (clean D + k)) u = c) ->
    dot d (sum_noisy D) u = INR (noisy D) * c).
  { intros u c same. unfold sum_noisy. rewrite (dot_of_sums (noisy D) d (fun k => signed D (clean D + k))), <- sum_const.
    now apply sum_ext. }
  split; [apply lt_0_INR, (some_clean_points D G l good) | apply lt_0_INR, (some_noisy_points D G l good) | |].
  - rewrite <- (of_clean (sum_noisy D) (cn G)) by apply (clean_see_noisy D G l good).
    rewrite <- (of_noisy (sum_clean D) (nc G)) by apply (noisy_see_clean D G l good). apply dot_sym.
  - intros a b. pose proof (dot_nonneg d (fun i => 0 + a * sum_clean D i + b * sum_noisy D i)) as size.
    rewrite (dot_affine d b), (dot_affine d a (fun _ => 0)), dot_nothing, (dot_sym d (sum_clean D)), (dot_sym d (sum_noisy D)) in size.
    rewrite !(dot_affine d b), !(dot_affine d a (fun _ => 0)), !dot_nothing in size.
    rewrite (of_clean (sum_clean D) (cc G)), (of_clean (sum_noisy D) (cn G)), (of_noisy (sum_clean D) (nc G)),
      (of_noisy (sum_noisy D) (nn G)) in size by apply good. unfold margin_c, margin_n. lra.
Qed.

(** Two numbers give a flow. *)
Lemma pair_is_flow (D : groups) (G : gram) (rho l : R) (a b : R -> R) :
  alike D G l -> is_pair G (INR (points D)) (rho * l) a b -> is_flow D rho (fun s => reached D (a s) (b s)).
Proof.
  intros good (a_0 & b_0 & moves). split.
  - intros i _. unfold reached. rewrite a_0, b_0. ring.
  - intros s i from _. rewrite (direction_reached D G rho l) by exact good. destruct (moves s from).
    unfold reached. eapply derivative_is; [derive | ring].
Qed.

(** Two flows never come apart. *)
Lemma flow_is_unique (D : groups) (G : gram) (rho l s : R) (v w : R -> vector) :
  alike D G l -> is_flow D rho v -> is_flow D rho w -> 0 <= s -> forall i, (i < dimension D)%nat -> v s i = w s i.
Proof.
  intros good [start_v moves_v] [start_w moves_w] later. set (d := dimension D) in *.
  set (gap := fun r i => v r i + - (1) * w r i). set (gap' := fun r i => direction D rho (v r) i + - (1) * direction D rho (w r) i).
  assert (shrinks : forall r, dot d (gap' r) (gap r) <= 0).
  { intros r. unfold gap'. rewrite dot_affine.
    assert (of_one : forall u, dot d (direction D rho u) (gap r)
      = / INR (points D) * sum (points D) (fun k => sigma (rho * l - dot d u (signed D k)) * dot d (signed D k) (gap r))).
    { intros u. rewrite (dot_ext d _ (fun i => / INR (points D)
        * sum (points D) (fun k => sigma (rho * l - dot d u (signed D k)) * signed D k i)) _ (gap r))
        by (intros i _; reflexivity || now apply (direction_by_scales D G)).
      rewrite dot_scale, (dot_of_sums (points D) d (fun k i => sigma (rho * l - dot d u (signed D k)) * signed D k i)). f_equal.
      apply sum_ext. intros k _. apply dot_scale. }
    rewrite !of_one. pose proof (many_points D G l good) as many.
    set (share := fun k => (sigma (rho * l - dot d (w r) (signed D k)) - sigma (rho * l - dot d (v r) (signed D k)))
      * dot d (signed D k) (gap r)).
    assert (positive : 0 <= sum (points D) share).
    { apply sum_nonneg. intros k _. unfold share. rewrite (dot_sym d (signed D k)). unfold gap. rewrite dot_affine.
      set (y := dot d (v r) (signed D k)). set (z := dot d (w r) (signed D k)). destruct (Rle_or_lt z y) as [above | below].
      - apply Rmult_le_pos; [pose proof (sigma_le (rho * l - y) (rho * l - z) ltac:(lra)) |]; lra.
      - replace ((sigma (rho * l - z) - sigma (rho * l - y)) * (y + - (1) * z))
          with ((sigma (rho * l - y) - sigma (rho * l - z)) * (z - y)) by ring.
        apply Rmult_le_pos; [pose proof (sigma_le (rho * l - z) (rho * l - y) ltac:(lra)) |]; lra. }
    assert (together : sum (points D) share
      = sum (points D) (fun k => sigma (rho * l - dot d (w r) (signed D k)) * dot d (signed D k) (gap r))
        - sum (points D) (fun k => sigma (rho * l - dot d (v r) (signed D k)) * dot d (signed D k) (gap r))).
    { replace (sum (points D) share) with (sum (points D) (fun k => sigma (rho * l - dot d (w r) (signed D k)) * dot d (signed D k) (gap r)
        + - (1) * (sigma (rho * l - dot d (v r) (signed D k)) * dot d (signed D k) (gap r)))).
      - rewrite sum_plus, sum_scale. ring.
      - apply sum_ext. intros k _. unfold share. ring. }
    pose proof (Rmult_le_pos (/ INR (points D)) _ (Rlt_le _ _ (Rinv_0_lt_compat (INR (points D)) ltac:(lra))) positive) as below.
    rewrite together, Rmult_minus_distr_l in below. lra. }
  assert (none : dot d (gap s) (gap s) <= dot d (gap 0) (gap 0)).
  { apply (never_grows (fun r => dot d (gap r) (gap r)) (fun r => dot d (gap' r) (gap r) + dot d (gap r) (gap' r))); [| exact later].
    intros r from. split.
    - apply (dot_derivative d r gap gap (gap' r) (gap' r)). intros i Hi. pose proof (moves_v r i from Hi). pose proof (moves_w r i from Hi).
      split; unfold gap, gap'; eapply derivative_is; try derive; ring.
    - rewrite (dot_sym d (gap r)). pose proof (shrinks r). lra. }
  assert (same : dot d (gap 0) (gap 0) = 0).
  { rewrite (dot_ext d _ (fun _ => 0) _ (gap 0)); [apply dot_nothing | | reflexivity].
    intros i Hi. unfold gap. rewrite start_v, start_w by exact Hi. ring. }
  intros i Hi. pose proof (dot_nonneg d (gap s)). pose proof (dot_zero d (gap s) ltac:(lra) i Hi) as zero. unfold gap in zero. lra.
Qed.

Lemma flow_is_pair (D : groups) (G : gram) (rho l : R) (w : R -> vector) :
  alike D G l -> is_flow D rho w ->
  exists a b, is_pair G (INR (points D)) (rho * l) a b
              /\ forall s i, 0 <= s -> (i < dimension D)%nat -> w s i = reached D (a s) (b s) i.
Proof.
  intros good flow. destruct (pair_exists G (INR (points D)) (rho * l)) as (a & b & pair); [exact (many_points D G l good) |].
  exists a, b. split; [exact pair |]. intros s i from Hi.
  apply (flow_is_unique D G rho l s w (fun r => reached D (a r) (b r)) good flow (pair_is_flow D G rho l a b good pair) from i Hi).
Qed.

Lemma flow_exists (D : groups) (G : gram) (rho l : R) : alike D G l -> exists w, is_flow D rho w.
Proof.
  intros good. destruct (pair_exists G (INR (points D)) (rho * l)) as (a & b & pair); [exact (many_points D G l good) |].
  exists (fun s => reached D (a s) (b s)). now apply (pair_is_flow D G rho l).
Qed.
