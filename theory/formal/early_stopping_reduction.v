(** * Training the toy model with 1-SAM is a dynamical system in two numbers

    Statement.  From w_0 + a S_c + b S_n a full-batch step of 1-SAM of size eta adds eta sigma(C - m_c)/n to a and
                eta sigma(C - m_n)/n to b. Every gradient flow from w_0 is w_0 + a S_c + b S_n with a' = sigma(C - m_c)/n and
                b' = sigma(C - m_n)/n, from a = b = 0.
    Idea.       <t_k x_k, t_l x_l> is B^2 times the product of the two signs, plus N where k = l; C is one number for all points.
                Along a flow two points of one kind have one margin, since the square of their difference never grows.
    Assumes.    The data of toy.v; n_c >= 1 and n_n >= 1 for the flow.
    Source.     Beyond the end of Section 3.2; the shift is Eq. 3.2. *)

Require Import Reals Lra Lia Arith.
From Formal Require Import lemma_3_1 vectors matrices growth one_sam_linear toy early_stopping_accuracy.
Open Scope R_scope.

Definition clean_rate (D : toy) (rho a b : R) : R := sigma (shift D rho - clean_margin D a b) / INR (points D).
Definition noisy_rate (D : toy) (rho a b : R) : R := sigma (shift D rho - noisy_margin D a b) / INR (points D).

Lemma points_pos (D : toy) : (0 < clean D)%nat -> 0 < INR (points D).
Proof. intros some. apply lt_0_INR. unfold points. lia. Qed.

Lemma step_reached (D : toy) (rho eta a b : R) :
  orthogonal D ->
  one_sam_step D rho eta (reached D a b) = reached D (a + eta * clean_rate D rho a b) (b + eta * noisy_rate D rho a b).
Proof.
  intros good. apply FunctionalExtensionality.functional_extensionality. intros i. unfold one_sam_step.
  rewrite mean_direction_reached by exact good. unfold reached, clean_rate, noisy_rate. ring.
Qed.

Definition is_flow (D : toy) (rho : R) (w : R -> vector) : Prop :=
  (forall i, (i < dimension D)%nat -> w 0 i = start D i)
  /\ forall s i, 0 <= s -> (i < dimension D)%nat -> derivable_pt_lim (fun r => w r i) s (mean_direction D rho (w s) i).

Lemma flow_along (D : toy) (rho : R) (w : R -> vector) (u : vector) (s : R) :
  is_flow D rho w -> 0 <= s ->
  derivable_pt_lim (fun r => dot (dimension D) (w r) u) s (dot (dimension D) (mean_direction D rho (w s)) u).
Proof.
  intros [_ flow] later. set (d := dimension D) in *.
  apply (derivable_pt_lim_ext (fun r => sum d (fun i => w r i * u i))); [reflexivity |].
  apply (sum_derivative d s (fun i r => w r i * u i)). intros i Hi.
  replace (mean_direction D rho (w s) i * u i) with (mean_direction D rho (w s) i * u i + w s i * 0) by ring.
  apply (derivable_pt_lim_mult (fun r => w r i) (fun _ => u i)); [now apply flow | apply derivable_pt_lim_const].
Qed.

(** The mean direction along any u. *)
Lemma mean_along (D : toy) (rho : R) (w u : vector) :
  orthogonal D ->
  dot (dimension D) (mean_direction D rho w) u
  = / INR (points D) * sum (points D) (fun k => sigma (shift D rho - dot (dimension D) w (signed D k))
                                                * dot (dimension D) (signed D k) u).
Proof.
  intros good. unfold mean_direction. rewrite dot_scale. f_equal.
  rewrite (dot_of_sums (points D) (dimension D) (one_sam_direction D rho w)). apply sum_ext. intros k Hk. rewrite <- dot_scale.
  apply dot_ext; intros i _; [now apply one_direction | reflexivity].
Qed.

Lemma along_noise (D : toy) (rho : R) (w : vector) (k : nat) :
  orthogonal D -> (k < points D)%nat ->
  dot (dimension D) (mean_direction D rho w) (noise D k)
  = flip D k * noise_size D * (sigma (shift D rho - dot (dimension D) w (signed D k)) / INR (points D)).
Proof.
  intros good Hk. rewrite mean_along by exact good.
  rewrite (sum_ext _ _ (fun l => if l =? k then sigma (shift D rho - dot (dimension D) w (signed D k)) * (flip D k * noise_size D) else 0)).
  - rewrite sum_single. destruct (Nat.ltb_spec k (points D)); [unfold Rdiv; ring | lia].
  - intros l Hl. rewrite dot_signed, flat, noise_products by assumption. destruct (Nat.eqb_spec l k) as [-> |]; ring.
Qed.

Definition same_kind (D : toy) (k l : nat) : Prop := (k < clean D)%nat /\ (l < clean D)%nat \/ (clean D <= k)%nat /\ (clean D <= l)%nat.

(** Two points of one kind have one margin along a flow. *)
Lemma same_margin (D : toy) (rho : R) (w : R -> vector) (k l : nat) (s : R) :
  orthogonal D -> is_flow D rho w -> (k < points D)%nat -> (l < points D)%nat -> same_kind D k l -> 0 <= s ->
  dot (dimension D) (w s) (signed D k) = dot (dimension D) (w s) (signed D l).
Proof.
  intros good flow Hk Hl kind later. set (d := dimension D). set (u := fun i => flip D k * noise D k i + - flip D l * noise D l i).
  assert (flips : flip D k = flip D l).
  { unfold flip. destruct kind, (Nat.ltb_spec k (clean D)), (Nat.ltb_spec l (clean D)); reflexivity || lia. }
  assert (gap : forall v, dot d v (signed D k) - dot d v (signed D l) = dot d v u).
  { intros v. unfold d. rewrite (dot_sym _ v (signed D k)), (dot_sym _ v (signed D l)), !dot_signed by assumption.
    unfold u. rewrite (dot_sym _ v), dot_affine, dot_scale, flips. ring. }
  apply Rminus_diag_uniq. rewrite gap. apply Rsqr_0_uniq, Rle_antisym; [| apply Rle_0_sqr]. unfold Rsqr.
  assert (initial : dot d (w 0) u = 0).
  { rewrite (dot_ext d (w 0) (start D) u u (proj1 flow) (fun _ _ => eq_refl)), <- gap. unfold d.
    rewrite !start_signed by assumption. ring. }
  replace 0 with (dot d (w 0) u * dot d (w 0) u) by (rewrite initial; ring).
  apply (never_grows (fun r => dot d (w r) u * dot d (w r) u)
    (fun r => dot d (mean_direction D rho (w r)) u * dot d (w r) u + dot d (w r) u * dot d (mean_direction D rho (w r)) u)); [|
    exact later].
  intros r from. split.
  - apply (derivable_pt_lim_mult (fun q => dot d (w q) u) (fun q => dot d (w q) u)); now apply flow_along.
  - set (p := dot d (w r) (signed D k)). set (q := dot d (w r) (signed D l)).
    assert (rate : dot d (mean_direction D rho (w r)) u
                   = noise_size D / INR (points D) * (sigma (shift D rho - p) - sigma (shift D rho - q))).
    { unfold u. rewrite dot_sym, dot_affine, dot_scale, (dot_sym d (noise D k)), (dot_sym d (noise D l)). unfold d.
      rewrite !along_noise by assumption. unfold p, q, d.
      transitivity (flip D k * flip D k * noise_size D * (sigma (shift D rho - dot (dimension D) (w r) (signed D k)) / INR (points D))
        - flip D l * flip D l * noise_size D * (sigma (shift D rho - dot (dimension D) (w r) (signed D l)) / INR (points D))); [ring |].
      rewrite !flip_square. unfold Rdiv. ring. }
    rewrite rate, <- gap. fold p q.
    assert (many : 0 < noise_size D / INR (points D)) by (apply Rdiv_lt_0_compat; [apply (some_noise D good) | apply lt_0_INR; lia]).
    assert (sign : (sigma (shift D rho - p) - sigma (shift D rho - q)) * (p - q) <= 0).
    { destruct (Rtotal_order p q) as [less | [-> | more]]; [| lra |].
      - pose proof (sigma_increasing (shift D rho - q) (shift D rho - p)). nra.
      - pose proof (sigma_increasing (shift D rho - p) (shift D rho - q)). nra. }
    pose proof (Rmult_le_compat_l _ _ _ (Rlt_le _ _ many) sign). lra.
Qed.

Theorem reduction (D : toy) (rho : R) :
  orthogonal D ->
  (forall eta a b, one_sam_step D rho eta (reached D a b)
                   = reached D (a + eta * clean_rate D rho a b) (b + eta * noisy_rate D rho a b))
  /\ ((0 < clean D)%nat -> (0 < noisy D)%nat -> forall w, is_flow D rho w ->
      exists a b : R -> R, a 0 = 0 /\ b 0 = 0 /\ forall s, 0 <= s ->
        derivable_pt_lim a s (clean_rate D rho (a s) (b s)) /\ derivable_pt_lim b s (noisy_rate D rho (a s) (b s))
        /\ forall i, (i < dimension D)%nat -> w s i = reached D (a s) (b s) i).
Proof.
  intros good. split; [intros; now apply step_reached |]. intros some_clean some_noisy w flow.
  set (d := dimension D). set (k := 0%nat). set (l := clean D). pose proof (some_noise D good) as noise_pos.
  assert (Hk : (k < points D)%nat) by (unfold k, points; lia). assert (Hl : (l < points D)%nat) by (unfold l, points; lia).
  assert (flip_k : flip D k = 1) by now apply flip_clean.
  assert (flip_l : flip D l = -1) by (unfold l; rewrite <- (Nat.add_0_r (clean D)); apply flip_noisy).
  set (a := fun s => / noise_size D * dot d (w s) (noise D k)). set (b := fun s => - / noise_size D * dot d (w s) (noise D l)).
  assert (initial : forall u, dot d (w 0) u = dot d (start D) u) by (intros u; now apply dot_ext; [apply (proj1 flow) |]).
  set (p := fun s => sigma (shift D rho - dot d (w s) (signed D k)) / INR (points D)).
  set (q := fun s => sigma (shift D rho - dot d (w s) (signed D l)) / INR (points D)).
  assert (moves_a : forall s, 0 <= s -> derivable_pt_lim a s (p s)).
  { intros s later. apply (derivative_is _ _ (/ noise_size D * dot d (mean_direction D rho (w s)) (noise D k))).
    - apply (derivable_pt_lim_scal (fun r => dot d (w r) (noise D k))). now apply flow_along.
    - unfold d. rewrite along_noise, flip_k by assumption. fold d (p s). field. lra. }
  assert (moves_b : forall s, 0 <= s -> derivable_pt_lim b s (q s)).
  { intros s later. apply (derivative_is _ _ (- / noise_size D * dot d (mean_direction D rho (w s)) (noise D l))).
    - apply (derivable_pt_lim_scal (fun r => dot d (w r) (noise D l))). now apply flow_along.
    - unfold d. rewrite along_noise, flip_l by assumption. fold d (q s). field. lra. }
  assert (direction : forall s i, 0 <= s -> mean_direction D rho (w s) i = p s * sum_clean D i + q s * sum_noisy D i).
  { intros s i later. unfold mean_direction, points. rewrite sum_of_two. fold (points D).
    rewrite (sum_ext (clean D) _ (fun j => sigma (shift D rho - dot d (w s) (signed D k)) * signed D j i)),
      (sum_ext (noisy D) _ (fun j => sigma (shift D rho - dot d (w s) (signed D l)) * signed D (clean D + j) i)), !sum_scale.
    - unfold sum_clean, sum_noisy, p, q, Rdiv. ring.
    - intros j Hj. assert (Hm : (clean D + j < points D)%nat) by (unfold points; lia). rewrite one_direction by assumption.
      unfold d. rewrite (same_margin D rho w (clean D + j) l s good flow Hm Hl) by (assumption || (right; unfold l; lia)). reflexivity.
    - intros j Hj. assert (Hm : (j < points D)%nat) by (unfold points; lia). rewrite one_direction by assumption.
      unfold d. rewrite (same_margin D rho w j k s good flow Hm Hk) by (assumption || (left; unfold k; lia)). reflexivity. }
  assert (a_0 : a 0 = 0) by (unfold a; rewrite initial; unfold d; rewrite start_apart by assumption; ring).
  assert (b_0 : b 0 = 0) by (unfold b; rewrite initial; unfold d; rewrite start_apart by assumption; ring).
  assert (form : forall s i, 0 <= s -> (i < d)%nat -> w s i = reached D (a s) (b s) i).
  { intros s i later Hi. set (F := fun r => w r i - (a r * sum_clean D i + b r * sum_noisy D i)).
    assert (still : forall r, 0 <= r -> derivable_pt_lim F r 0).
    { intros r from. apply (derivative_is _ _ (mean_direction D rho (w r) i - (p r * sum_clean D i + q r * sum_noisy D i))).
      - apply (derivable_pt_lim_minus (fun x => w x i) (fun x => a x * sum_clean D i + b x * sum_noisy D i)).
        + now apply (proj2 flow).
        + apply (derivable_pt_lim_plus (fun x => a x * sum_clean D i) (fun x => b x * sum_noisy D i)); apply derivative_scaled; auto.
      - rewrite direction by exact from. ring. }
    assert (same : F s = F 0).
    { apply Rle_antisym.
      - apply (never_grows F (fun _ => 0)); [| exact later]. intros r from. split; [now apply still | lra].
      - apply Ropp_le_cancel. apply (never_grows (fun r => - F r) (fun _ => 0)); [| exact later]. intros r from. split; [| lra].
        apply (derivative_is _ _ (- 0)); [| ring]. apply (derivable_pt_lim_opp F). now apply still. }
    unfold F in same. rewrite a_0, b_0, (proj1 flow i Hi) in same. unfold reached. lra. }
  exists a, b. split; [exact a_0 |]. split; [exact b_0 |]. intros s later.
  assert (margins : dot d (w s) (signed D k) = clean_margin D (a s) (b s) /\ dot d (w s) (signed D l) = noisy_margin D (a s) (b s)).
  { assert (here : forall u, dot d (w s) u = dot d (reached D (a s) (b s)) u)
      by (intros u; apply dot_ext; [intros i Hi; now apply form | reflexivity]).
    rewrite !here. unfold d. rewrite !reached_margin by assumption.
    destruct (Nat.ltb_spec k (clean D)), (Nat.ltb_spec l (clean D)); unfold k, l in *; lia || (split; reflexivity). }
  unfold clean_rate, noisy_rate. destruct margins as [<- <-]. split; [| split]; [now apply moves_a | now apply moves_b |].
  intros i Hi. now apply form.
Qed.

Definition main_theorems := (reduction).
Print Assumptions main_theorems.
