(** * Clean points keep the larger margin, and the slope db/da of a training path

    Statement.  From w_0 + a S_c + b S_n with m_c >= m_n a full-batch step of 1-SAM of size eta <= 4 n/(N + 2 B^2 n_n) leads to
                m_c > m_n. So clean points have the larger margin after every step from w_0, where all margins are 0. Along training
                db/da = (1 + e^(m_c - C))/(1 + e^(m_n - C)); where m_c > m_n it exceeds 1 and strictly decreases in rho.
    Idea.       A step adds eta/n (k_c sigma(C - m_c) - k_n sigma(C - m_n)) to the lead, k_c > k_n. As sigma has slope at most 1/4, that
                takes back no more than the lead itself, and adds a positive amount. The slope is Lemma 3.1 read in C.
    Assumes.    The data of toy.v; n_c > n_n and steps of that size for the lead.
    Source.     Beyond the end of Section 3.2. *)

Require Import Reals Lra Lia Arith.
From Formal Require Import lemma_3_1 vectors one_sam_linear toy early_stopping_accuracy early_stopping_reduction.
Open Scope R_scope.

Definition margin_at (D : toy) (w : vector) (k : nat) : R := label D k * dot (dimension D) w (input D k).
Definition pull (D : toy) (count : nat) : R := noise_size D + 2 * signal D ^ 2 * INR count.
Definition largest_step (D : toy) : R := 4 * INR (points D) / pull D (noisy D).

Lemma reached_margins (D : toy) (a b : R) (k l : nat) :
  orthogonal D -> (k < clean D)%nat -> (l < noisy D)%nat ->
  margin_at D (reached D a b) k = clean_margin D a b /\ margin_at D (reached D a b) (clean D + l) = noisy_margin D a b.
Proof.
  intros good Hk Hl. unfold margin_at. rewrite !margin_of_signed, !reached_margin by (assumption || unfold points; lia).
  destruct (Nat.ltb_spec k (clean D)), (Nat.ltb_spec (clean D + l) (clean D)); lia || (split; reflexivity).
Qed.

(** The numbers alone: the lead G, the logit scales p and q, the rates k and l, e = eta/n. *)
Lemma lead_stays (G p q k l e : R) :
  0 <= G -> 0 < p -> q - p <= G / 4 -> 0 < l -> l < k -> 0 < e -> e * l <= 4 -> 0 < G + e * (k * p - l * q).
Proof.
  intros ahead some_p slope some_l larger some_e small.
  pose proof (Rmult_le_compat_l _ _ _ (Rlt_le _ _ some_l) slope) as back.
  pose proof (Rmult_lt_compat_r _ _ _ some_p larger) as more.
  assert (least : e * (- (l * (G / 4))) < e * (k * p - l * q)) by (apply Rmult_lt_compat_l; lra).
  pose proof (Rmult_le_compat_r G _ _ ahead small). lra.
Qed.

Lemma step_keeps_lead (D : toy) (rho eta a b : R) :
  orthogonal D -> (noisy D < clean D)%nat -> 0 < eta <= largest_step D -> noisy_margin D a b <= clean_margin D a b ->
  noisy_margin D (a + eta * clean_rate D rho a b) (b + eta * noisy_rate D rho a b)
  < clean_margin D (a + eta * clean_rate D rho a b) (b + eta * noisy_rate D rho a b).
Proof.
  intros good majority [positive small] behind. assert (many : 0 < INR (points D)) by (apply points_pos; lia).
  pose proof (some_noise D good) as noise_pos. pose proof (pow_lt _ 2 (some_signal D good)) as signal_pos.
  apply lt_INR in majority. pose proof (pos_INR (noisy D)) as nonneg.
  set (p := sigma (shift D rho - clean_margin D a b)). set (q := sigma (shift D rho - noisy_margin D a b)).
  assert (half : 0 <= signal D ^ 2 * INR (noisy D)) by (apply Rmult_le_pos; lra).
  assert (lead_then : 0 < (clean_margin D a b - noisy_margin D a b)
    + eta / INR (points D) * (pull D (clean D) * p - pull D (noisy D) * q)).
  { assert (some : 0 < pull D (noisy D)) by (unfold pull; lra).
    apply lead_stays; [lra | apply sigma_pos | | exact some | | now apply Rdiv_lt_0_compat |].
    - unfold p, q. pose proof (sigma_slope (shift D rho - clean_margin D a b) (shift D rho - noisy_margin D a b)). lra.
    - unfold pull. pose proof (Rmult_lt_compat_l _ _ _ signal_pos majority). lra.
    - pose proof (Rmult_le_compat_r _ _ _ (Rlt_le _ _ some) small) as times. unfold largest_step in times.
      replace (4 * INR (points D) / pull D (noisy D) * pull D (noisy D)) with (4 * INR (points D)) in times by (field; lra).
      apply (Rmult_le_reg_r (INR (points D))); [exact many |].
      replace (eta / INR (points D) * pull D (noisy D) * INR (points D)) with (eta * pull D (noisy D)) by (field; lra). exact times. }
  apply Rminus_gt_0_lt. apply Rlt_gt.
  replace (clean_margin D (a + eta * clean_rate D rho a b) (b + eta * noisy_rate D rho a b)
           - noisy_margin D (a + eta * clean_rate D rho a b) (b + eta * noisy_rate D rho a b))
    with ((clean_margin D a b - noisy_margin D a b)
    + eta / INR (points D) * (pull D (clean D) * p - pull D (noisy D) * q));
    [exact lead_then |]. unfold clean_rate, noisy_rate. fold p q. unfold clean_margin, noisy_margin, lead, pull. field. lra.
Qed.

(** Weights after j steps of sizes eta 0, eta 1, ... *)
Fixpoint trained (D : toy) (rho : R) (eta : nat -> R) (j : nat) : vector :=
  match j with
  | O => start D
  | S j' => one_sam_step D rho (eta j') (trained D rho eta j')
  end.

Theorem clean_first (D : toy) (rho : R) (k l : nat) :
  orthogonal D -> (noisy D < clean D)%nat -> (k < clean D)%nat -> (l < noisy D)%nat ->
  (forall eta a b, 0 < eta <= largest_step D -> noisy_margin D a b <= clean_margin D a b ->
     margin_at D (one_sam_step D rho eta (reached D a b)) (clean D + l) < margin_at D (one_sam_step D rho eta (reached D a b)) k)
  /\ (forall eta, (forall j, 0 < eta j <= largest_step D) -> forall j,
     margin_at D (trained D rho eta (S j)) (clean D + l) < margin_at D (trained D rho eta (S j)) k).
Proof.
  intros good majority Hk Hl.
  assert (after_step : forall eta a b, 0 < eta <= largest_step D -> noisy_margin D a b <= clean_margin D a b ->
     margin_at D (one_sam_step D rho eta (reached D a b)) (clean D + l) < margin_at D (one_sam_step D rho eta (reached D a b)) k).
  { intros eta a b small behind. rewrite step_reached by exact good.
    destruct (reached_margins D (a + eta * clean_rate D rho a b) (b + eta * noisy_rate D rho a b) k l good Hk Hl) as [-> ->].
    now apply step_keeps_lead. }
  split; [exact after_step |]. intros eta small.
  assert (path : forall j, exists a b, trained D rho eta j = reached D a b /\ noisy_margin D a b <= clean_margin D a b).
  { induction j as [| j (a & b & here & behind)].
    - exists 0, 0. rewrite reached_nothing. split; [reflexivity |]. unfold noisy_margin, clean_margin, lead. lra.
    - exists (a + eta j * clean_rate D rho a b), (b + eta j * noisy_rate D rho a b). simpl. rewrite here, step_reached by exact good.
      split; [reflexivity |]. now apply Rlt_le, step_keeps_lead. }
  intros j. destruct (path j) as (a & b & here & behind). simpl. rewrite here. now apply after_step.
Qed.

Definition slope (D : toy) (rho a b : R) : R :=
  (1 + exp (clean_margin D a b - shift D rho)) / (1 + exp (noisy_margin D a b - shift D rho)).

(** The slope is the quotient of the two rates, which can be read off the mean direction along the noise of any two points. *)
Theorem slope_is_quotient (D : toy) (rho a b : R) (k l : nat) :
  orthogonal D -> (k < clean D)%nat -> (l < noisy D)%nat ->
  let share := fun j => dot (dimension D) (mean_direction D rho (reached D a b)) (noise D j) in
  noisy_rate D rho a b / clean_rate D rho a b = slope D rho a b
  /\ share k = noise_size D * clean_rate D rho a b
  /\ share (clean D + l)%nat = - noise_size D * noisy_rate D rho a b
  /\ - share (clean D + l)%nat / share k = slope D rho a b.
Proof.
  intros good Hk Hl share. assert (many : 0 < INR (points D)) by (apply points_pos; lia). pose proof (some_noise D good) as noise_pos.
  assert (of_clean : share k = noise_size D * clean_rate D rho a b).
  { unfold share. rewrite along_noise, flip_clean, reached_margin by (assumption || unfold points; lia).
    destruct (Nat.ltb_spec k (clean D)); [unfold clean_rate; ring | lia]. }
  assert (of_noisy : share (clean D + l)%nat = - noise_size D * noisy_rate D rho a b).
  { unfold share. rewrite along_noise, flip_noisy, reached_margin by (assumption || unfold points; lia).
    destruct (Nat.ltb_spec (clean D + l) (clean D)); [lia | unfold noisy_rate; ring]. }
  pose proof (sigma_pos (shift D rho - clean_margin D a b)) as some.
  assert (quotient : noisy_rate D rho a b / clean_rate D rho a b = slope D rho a b).
  { transitivity (sigma (shift D rho - noisy_margin D a b) / sigma (shift D rho - clean_margin D a b)).
    - unfold noisy_rate, clean_rate. field. lra.
    - unfold slope, sigma. rewrite !Ropp_minus_distr. pose proof (exp_pos (clean_margin D a b - shift D rho)).
      pose proof (exp_pos (noisy_margin D a b - shift D rho)). field. lra. }
  repeat split; try assumption. rewrite of_clean, of_noisy, <- quotient. field.
  assert (0 < clean_rate D rho a b) by (apply Rdiv_lt_0_compat; [exact some | exact many]). lra.
Qed.

Theorem slope_above_one (D : toy) (rho a b : R) : noisy_margin D a b < clean_margin D a b -> 1 < slope D rho a b.
Proof.
  intros ahead. unfold slope. pose proof (exp_pos (noisy_margin D a b - shift D rho)).
  pose proof (exp_increasing (noisy_margin D a b - shift D rho) (clean_margin D a b - shift D rho)).
  apply (Rmult_lt_reg_r (1 + exp (noisy_margin D a b - shift D rho))); [lra |].
  unfold Rdiv. rewrite Rmult_assoc, Rinv_l; lra.
Qed.

Theorem slope_falls (D : toy) (rho rho' a b : R) :
  orthogonal D -> noisy_margin D a b < clean_margin D a b -> rho < rho' -> slope D rho' a b < slope D rho a b.
Proof.
  intros good ahead larger. unfold slope. set (c := clean_margin D a b) in *. set (m := noisy_margin D a b) in *.
  assert (more : shift D rho < shift D rho').
  { unfold shift. apply Rmult_lt_compat_r; [| exact larger]. apply sqrt_lt_R0. pose proof (some_noise D good).
    pose proof (pow2_ge_0 (signal D)). lra. }
  rewrite !exp_shift. pose proof (exp_increasing _ _ ahead) as margins. pose proof (exp_pos m). pose proof (exp_pos c).
  pose proof (exp_pos (- shift D rho)). pose proof (exp_pos (- shift D rho')).
  assert (radii : exp (- shift D rho') < exp (- shift D rho)) by (apply exp_increasing; lra).
  pose proof (Rmult_lt_0_compat _ _ (Rlt_Rminus _ _ radii) (Rlt_Rminus _ _ margins)).
  pose proof (Rmult_lt_0_compat (exp (- shift D rho)) (exp m)). pose proof (Rmult_lt_0_compat (exp (- shift D rho')) (exp m)).
  apply fraction_lt; lra.
Qed.

Definition main_theorems := (clean_first, slope_is_quotient, slope_above_one, slope_falls).
Print Assumptions main_theorems.
