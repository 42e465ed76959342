(** * Along a gradient flow of 1-SAM the progress b of mislabelled points is a function of the progress a of clean ones

    The flow is that of early_stopping_reduction.v, a' and b' being the two rates. Clean points lead at all times > 0: where they do not,
    the lead grows. Each a > 0 is reached once, since a grows and its rate stays above a positive number while a does not exceed a bound.
    So b is a function of a, with the derivative of early_stopping_slope.v. No statement of the paper is proved here. *)

Require Import Reals Lra Lia Arith.
From Formal Require Import lemma_3_1 vectors matrices growth comparison one_sam_linear accuracy_monotone toy.
From Formal Require Import early_stopping_accuracy early_stopping_reduction early_stopping_slope.
Open Scope R_scope.

Definition is_path (D : toy) (rho : R) (a b : R -> R) : Prop :=
  a 0 = 0 /\ b 0 = 0 /\ forall s, 0 <= s ->
    derivable_pt_lim a s (clean_rate D rho (a s) (b s)) /\ derivable_pt_lim b s (noisy_rate D rho (a s) (b s)).

(** b as a function of a. *)
Definition is_curve (D : toy) (rho : R) (beta : R -> R) : Prop :=
  forall x, 0 < x ->
    derivable_pt_lim beta x (slope D rho x (beta x)) /\ 0 < beta x /\ noisy_margin D x (beta x) < clean_margin D x (beta x).

Lemma rates_pos (D : toy) (rho a b : R) : (0 < clean D)%nat -> 0 < clean_rate D rho a b /\ 0 < noisy_rate D rho a b.
Proof. intros some. split; apply Rdiv_lt_0_compat; apply sigma_pos || now apply points_pos. Qed.

Lemma margin_gap (D : toy) (a b : R) : clean_margin D a b - noisy_margin D a b = pull D (clean D) * a - pull D (noisy D) * b.
Proof. unfold clean_margin, noisy_margin, lead, pull. ring. Qed.

Lemma pulls (D : toy) : orthogonal D -> (noisy D < clean D)%nat -> 0 < pull D (noisy D) /\ pull D (noisy D) < pull D (clean D).
Proof.
  intros good majority. pose proof (some_noise D good). pose proof (pow_lt _ 2 (some_signal D good)) as square. apply lt_INR in majority.
  pose proof (pos_INR (noisy D)) as count. unfold pull. split.
  - pose proof (Rmult_le_pos _ _ (Rlt_le _ _ square) count). lra.
  - pose proof (Rmult_lt_compat_l _ _ _ square majority). lra.
Qed.

Lemma path_grows (D : toy) (rho : R) (a b : R -> R) (s : R) :
  (0 < clean D)%nat -> is_path D rho a b -> 0 < s -> 0 < a s /\ 0 < b s.
Proof.
  intros some (a_0 & b_0 & moves) later. split.
  - rewrite <- a_0. apply (rises_strictly a (fun r => clean_rate D rho (a r) (b r)) 0 s later); intros r inside; [apply moves; lra |].
    now apply rates_pos.
  - rewrite <- b_0. apply (rises_strictly b (fun r => noisy_rate D rho (a r) (b r)) 0 s later); intros r inside; [apply moves; lra |].
    now apply rates_pos.
Qed.

(** Where clean points do not lead, the lead grows. *)
Lemma lead_grows (D : toy) (rho a b : R) :
  orthogonal D -> (noisy D < clean D)%nat -> clean_margin D a b - noisy_margin D a b <= 0 ->
  0 < pull D (clean D) * clean_rate D rho a b - pull D (noisy D) * noisy_rate D rho a b.
Proof.
  intros good majority behind. destruct (pulls D good majority) as [some more].
  assert (many : 0 < INR (points D)) by (apply points_pos; lia). destruct (rates_pos D rho a b ltac:(lia)) as [clean_pos noisy_pos].
  assert (faster : noisy_rate D rho a b <= clean_rate D rho a b).
  { unfold noisy_rate, clean_rate. apply Rmult_le_compat_r; [now apply Rlt_le, Rinv_0_lt_compat |].
    destruct behind as [less | tie]; [apply Rlt_le, sigma_increasing; lra |].
    right. f_equal. lra. }
  pose proof (Rmult_le_compat_l _ _ _ (Rlt_le _ _ some) faster). pose proof (Rmult_lt_compat_r _ _ _ clean_pos more). lra.
Qed.

Lemma clean_leads (D : toy) (rho : R) (a b : R -> R) (s : R) :
  orthogonal D -> (noisy D < clean D)%nat -> is_path D rho a b -> 0 < s -> noisy_margin D (a s) (b s) < clean_margin D (a s) (b s).
Proof.
  intros good majority (a_0 & b_0 & moves). set (F := fun r => pull D (clean D) * a r - pull D (noisy D) * b r).
  set (F' := fun r => pull D (clean D) * clean_rate D rho (a r) (b r) - pull D (noisy D) * noisy_rate D rho (a r) (b r)).
  assert (slopes : forall r, 0 <= r -> derivable_pt_lim F r (F' r)).
  { intros r from. destruct (moves r from). unfold F, F'. eapply derivative_is; [derive | ring]. }
  assert (grows : forall r, F r <= 0 -> 0 < F' r).
  { intros r behind. unfold F, F' in *. apply lead_grows; [exact good | exact majority |]. now rewrite margin_gap. }
  assert (never_behind : forall r, 0 <= r -> 0 <= F r).
  { apply (stays_above F F' 0 0 slopes); [unfold F; rewrite a_0, b_0; lra |]. intros r _ behind. apply grows. lra. }
  intros later. assert (ahead : 0 < F s); [| unfold F in ahead; rewrite <- margin_gap in ahead; lra].
  apply (positive_from_start F F'); [intros r from; apply slopes; lra | | intros r _; apply grows | exact later].
  intros e r some from. exists (r / 2). pose proof (never_behind (r / 2)). lra.
Qed.

(** While a <= x its rate stays above a positive number, so that a reaches x. *)
Definition lowest_rate (D : toy) (rho x : R) : R :=
  sigma (shift D rho - (signal D ^ 2 * INR (clean D) + noise_size D) * x) / INR (points D).
Definition time_beyond (D : toy) (rho x : R) : R := x / lowest_rate D rho x + 1.

Lemma lowest_rate_pos (D : toy) (rho x : R) : (0 < clean D)%nat -> 0 < lowest_rate D rho x.
Proof. intros some. apply Rdiv_lt_0_compat; [apply sigma_pos | now apply points_pos]. Qed.

Lemma rate_above_lowest (D : toy) (rho x a b : R) :
  orthogonal D -> (0 < clean D)%nat -> a <= x -> 0 <= b -> lowest_rate D rho x <= clean_rate D rho a b.
Proof.
  intros good some low_a nonneg. apply Rmult_le_compat_r; [now apply Rlt_le, Rinv_0_lt_compat, points_pos |].
  assert (margin : clean_margin D a b <= (signal D ^ 2 * INR (clean D) + noise_size D) * x).
  { pose proof (pow2_ge_0 (signal D)) as square. pose proof (some_noise D good).
    pose proof (Rmult_le_pos _ _ square (Rmult_le_pos _ _ (pos_INR (noisy D)) nonneg)).
    assert ((signal D ^ 2 * INR (clean D) + noise_size D) * a <= (signal D ^ 2 * INR (clean D) + noise_size D) * x).
    { apply Rmult_le_compat_l; [| exact low_a]. pose proof (Rmult_le_pos _ _ square (pos_INR (clean D))). lra. }
    unfold clean_margin, lead. lra. }
  destruct margin as [less | ->]; [apply Rlt_le, sigma_increasing; lra | apply Rle_refl].
Qed.

Lemma endless (D : toy) (rho x : R) (a b : R -> R) :
  orthogonal D -> (0 < clean D)%nat -> is_path D rho a b -> 0 < x -> 0 < time_beyond D rho x /\ x < a (time_beyond D rho x).
Proof.
  intros good some path positive. set (low := lowest_rate D rho x). set (T := time_beyond D rho x).
  assert (low_pos : 0 < low) by now apply lowest_rate_pos.
  assert (T_pos : 0 < T) by (unfold T, time_beyond; fold low; pose proof (Rdiv_lt_0_compat _ _ positive low_pos); lra).
  split; [exact T_pos |]. destruct (Rlt_or_le x (a T)) as [beyond | within]; [exact beyond |]. exfalso.
  pose proof path as (a_0 & b_0 & moves).
  assert (below : forall s, 0 < s < T -> a s <= x).
  { intros s inside. apply Rle_trans with (2 := within).
    apply (rises a (fun r => clean_rate D rho (a r) (b r)) s T); [lra | |]; intros r [from _]; [apply moves; lra |].
    apply Rlt_le, rates_pos, some. }
  assert (fast : a 0 - low * 0 <= a T - low * T).
  { apply (rises (fun r => a r - low * r) (fun r => clean_rate D rho (a r) (b r) - low) 0 T); [lra | |].
    - intros r [from _]. destruct (moves r from). eapply derivative_is; [derive | ring].
    - intros r inside. destruct (path_grows D rho a b r some path (proj1 inside)) as [_ b_pos]. pose proof (below r inside) as low_a.
      pose proof (rate_above_lowest D rho x (a r) (b r) good some low_a (Rlt_le _ _ b_pos)) as above. fold low in above. lra. }
  replace (low * T) with (x + low) in fast by (unfold T, time_beyond; fold low; field; lra). rewrite a_0 in fast. lra.
Qed.

Lemma path_has_curve (D : toy) (rho : R) (a b : R -> R) :
  orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> is_path D rho a b ->
  exists beta, is_curve D rho beta /\ (forall s, 0 < s -> 0 < a s /\ b s = beta (a s)) /\ (forall x, 0 < x -> exists s, 0 < s /\ a s = x)
    /\ beta 0 = 0.
Proof.
  intros good majority some_noisy path. assert (some : (0 < clean D)%nat) by lia. pose proof path as (a_0 & b_0 & moves).
  destruct (inverse_of_growing a (fun s => clean_rate D rho (a s) (b s)) (time_beyond D rho) a_0)
    as (time & at_progress & at_time & time_0).
  { intros s from. split; [now apply moves | now apply rates_pos]. }
  { intros x positive. now apply (endless D rho x a b). }
  exists (fun x => b (time x)). split; [| split; [| split; [| now rewrite time_0]]].
  - intros x positive. destruct (at_progress x positive) as (later & same & inverse). cbv beta in inverse. split; [| split].
    + apply (derivative_is _ _ (noisy_rate D rho (a (time x)) (b (time x)) * / clean_rate D rho (a (time x)) (b (time x)))).
      * apply (derivable_pt_lim_comp time b); [exact inverse | apply moves; lra].
      * rewrite same. destruct (slope_is_quotient D rho x (b (time x)) 0 0 good some some_noisy) as [quotient _]. exact quotient.
    + now apply (path_grows D rho a b).
    + pose proof (clean_leads D rho a b (time x) good majority path later) as ahead. rewrite same in ahead. exact ahead.
  - intros s later. destruct (at_time s later) as [positive same]. rewrite same. now split.
  - intros x positive. destruct (at_progress x positive) as (later & same & _). now exists (time x).
Qed.

(** The two numbers of given weights, and the accuracy, depend on the entries of the weights alone. *)
Definition has_progress (D : toy) (a b : R) (w : vector) : Prop := forall i, (i < dimension D)%nat -> w i = reached D a b i.

Lemma accuracy_of_progress (Phi : R -> R) (D : toy) (s a b : R) (w : vector) :
  orthogonal D -> has_progress D a b w -> toy_accuracy Phi D s w = toy_accuracy Phi D s (reached D a b).
Proof.
  intros good same. unfold toy_accuracy, norm. rewrite (same 0%nat) by apply (some_dimension D good). do 4 f_equal.
  apply dot_ext; intros i Hi; unfold noise_part; destruct (i =? 0); auto.
Qed.

Lemma progress_is_unique (D : toy) (a b a' b' : R) (w : vector) :
  orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> has_progress D a b w -> has_progress D a' b' w -> a = a' /\ b = b'.
Proof.
  intros good majority some_noisy here there. destruct (pulls D good majority) as [some more]. pose proof (some_noise D good) as noise_pos.
  assert (same : forall u, dot (dimension D) (reached D a b) u = dot (dimension D) (reached D a' b') u).
  { intros u. apply dot_ext; [intros i Hi; now rewrite <- here, <- there | reflexivity]. }
  assert (margins : clean_margin D a b = clean_margin D a' b' /\ noisy_margin D a b = noisy_margin D a' b').
  { pose proof (same (signed D 0)) as of_clean. pose proof (same (signed D (clean D))) as of_noisy.
    rewrite !reached_margin in of_clean, of_noisy by (assumption || unfold points; lia).
    destruct (Nat.ltb_spec 0 (clean D)), (Nat.ltb_spec (clean D) (clean D)); lia || now split. }
  destruct margins as [of_clean of_noisy]. pose proof (margin_gap D a b) as gap. pose proof (margin_gap D a' b') as gap'.
  assert (total : noise_size D * (a - a') = - (noise_size D * (b - b'))) by (unfold clean_margin, noisy_margin in *; lra).
  assert (opposite : a - a' = - (b - b')) by (apply (Rmult_eq_reg_l (noise_size D)); lra).
  assert (none : (pull D (clean D) + pull D (noisy D)) * (b - b') = 0).
  { rewrite of_clean, of_noisy in gap. replace (a) with (a' - (b - b')) in gap by lra. lra. }
  apply Rmult_integral in none. destruct none; lra.
Qed.

(** A flow as the solution of the equation for the slope, from b = 0 at a = 0. *)
Definition traced (D : toy) (rho : R) (w : R -> vector) (beta : R -> R) : Prop :=
  beta 0 = 0 /\ (forall e, 0 < e -> exists d, 0 < d /\ forall x, 0 <= x < d -> Rabs (beta x) < e)
  /\ (forall x, 0 < x -> derivable_pt_lim beta x (slope D rho x (beta x)))
  /\ (forall r, 0 < r -> exists x, 0 < x /\ has_progress D x (beta x) (w r))
  /\ (forall x, 0 < x -> exists r, 0 < r /\ has_progress D x (beta x) (w r)).

Lemma curve_starts_at_0 (D : toy) (rho e : R) (beta : R -> R) :
  orthogonal D -> (noisy D < clean D)%nat -> is_curve D rho beta -> beta 0 = 0 -> 0 < e ->
  exists d, 0 < d /\ forall x, 0 <= x < d -> Rabs (beta x) < e.
Proof.
  intros good majority curve start some_e. destruct (pulls D good majority) as [some more].
  exists (e * pull D (noisy D) / pull D (clean D)). split; [apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat |]; lra |].
  intros x [[positive | <-] near]; [| rewrite start, Rabs_R0; exact some_e]. destruct (curve x positive) as (_ & beta_pos & ahead).
  pose proof (margin_gap D x (beta x)) as gap. rewrite Rabs_pos_eq by lra. apply (Rmult_lt_reg_l (pull D (noisy D))); [exact some |].
  apply (Rmult_lt_compat_l (pull D (clean D))) in near; [| lra].
  replace (pull D (clean D) * (e * pull D (noisy D) / pull D (clean D))) with (e * pull D (noisy D)) in near by (field; lra). lra.
Qed.

Lemma flow_has_curve (D : toy) (rho : R) (w : R -> vector) :
  orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> is_flow D rho w ->
  exists beta, is_curve D rho beta /\ traced D rho w beta.
Proof.
  intros good majority some_noisy flow. destruct (reduction D rho good) as [_ numbers].
  destruct (numbers ltac:(lia) some_noisy w flow) as (a & b & a_0 & b_0 & moves).
  assert (path : is_path D rho a b) by (split; [exact a_0 | split; [exact b_0 |]; intros s from; now split; apply moves]).
  destruct (path_has_curve D rho a b good majority some_noisy path) as (beta & curve & on_curve & endless & beta_0).
  exists beta. split; [exact curve |]. split; [exact beta_0 |]. split; [intros e; now apply (curve_starts_at_0 D rho) |].
  split; [intros x positive; now apply curve |]. split.
  - intros r later. destruct (on_curve r later) as [positive same]. exists (a r). split; [exact positive |].
    intros i Hi. rewrite <- same. apply moves; [lra | exact Hi].
  - intros x positive. destruct (endless x positive) as (r & later & same). exists r. split; [exact later |].
    destruct (on_curve r later) as [_ on]. intros i Hi. rewrite <- same, <- on. apply moves; [lra | exact Hi].
Qed.
