(** * At equal clean progress a larger radius of 1-SAM is more accurate: two gradient flows compared

    Statement.  Let rho < rho'. Each has a gradient flow of 1-SAM from w_0. Along every flow b solves the equation for db/da with b = 0 at
                a = 0, and every a > 0 is reached. Where any two such flows have the same a > 0, the accuracy under rho' is strictly
                higher.
    Idea.       Clean points lead at all times > 0: where they do not, the lead grows. As a function of a > 0 the progress b has the
                slope (1 + e^(m_c - C))/(1 + e^(m_n - C)), which falls in rho and in b. So where b under rho is not above b under
                rho', their difference grows; it starts at 0, so that it is positive (comparison.v). No theorem on differential
                equations is assumed.
    Assumes.    The data of toy.v, n_c > n_n >= 1, s > 0. Of the normal distribution function Phi only this is used: it increases
                strictly.
    Source.     Beyond the end of Section 3.2. *)

Require Import Reals Lra Lia Arith.
From Formal Require Import lemma_3_1 vectors comparison exponentials one_sam_linear accuracy_monotone toy.
From Formal Require Import early_stopping_accuracy early_stopping_reduction early_stopping_flow early_stopping_slope
  early_stopping_curve.
Open Scope R_scope.

Lemma slope_falls_in_b (D : toy) (rho x b c : R) : orthogonal D -> b <= c -> slope D rho x c <= slope D rho x b.
Proof.
  intros good less. pose proof (Rmult_le_compat_l _ _ _ (Rmult_le_pos _ _ (pow2_ge_0 (signal D)) (pos_INR (noisy D))) less) as more.
  pose proof (Rmult_le_compat_l _ _ _ (Rlt_le _ _ (some_noise D good)) less). unfold slope.
  pose proof (exp_pos (clean_margin D x c - shift D rho)). pose proof (exp_pos (noisy_margin D x b - shift D rho)).
  pose proof (exp_le (clean_margin D x c - shift D rho) (clean_margin D x b - shift D rho)
    ltac:(unfold clean_margin, lead; lra)).
  pose proof (exp_le (noisy_margin D x b - shift D rho) (noisy_margin D x c - shift D rho)
    ltac:(unfold noisy_margin, lead; lra)).
  apply Rmult_le_compat; [lra | apply Rlt_le, Rinv_0_lt_compat; lra | lra | apply Rinv_le_contravar; lra].
Qed.

(** The comparison of the two differential equations. *)
Lemma curves_compared (D : toy) (rho rho' x : R) (beta beta' : R -> R) :
  orthogonal D -> (noisy D < clean D)%nat -> rho < rho' -> is_curve D rho beta -> is_curve D rho' beta' -> 0 < x -> beta' x < beta x.
Proof.
  intros good majority larger curve curve' positive. destruct (pulls D good majority) as [some more].
  apply Rminus_gt_0_lt, Rlt_gt. revert x positive.
  apply (positive_from_start (fun x => beta x - beta' x) (fun x => slope D rho x (beta x) - slope D rho' x (beta' x))).
  - intros x positive. destruct (curve x positive) as [H _]. destruct (curve' x positive) as [H' _].
    now apply (derivable_pt_lim_minus beta beta').
  - intros e x some_e positive. set (c := Rmin (x / 2) (e * pull D (noisy D) / pull D (clean D))).
    assert (some_c : 0 < c) by (apply Rmin_pos; [lra | apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat |]; lra]).
    exists c. pose proof (Rmin_l (x / 2) (e * pull D (noisy D) / pull D (clean D))) as half. fold c in half. split; [lra |].
    destruct (curve c some_c) as (_ & beta_pos & _). destruct (curve' c some_c) as (_ & _ & ahead).
    pose proof (margin_gap D c (beta' c)) as gap. apply (Rmult_le_reg_l (pull D (noisy D))); [exact some |].
    pose proof (Rmult_lt_0_compat _ _ some beta_pos).
    assert (pull D (clean D) * c <= e * pull D (noisy D)); [| lra].
    apply Rle_trans with (pull D (clean D) * (e * pull D (noisy D) / pull D (clean D))); [apply Rmult_le_compat_l; [lra | apply Rmin_r] |].
    right. field. lra.
  - intros x positive below. destruct (curve' x positive) as (_ & _ & ahead).
    pose proof (slope_falls D rho rho' x (beta' x) good ahead larger).
    pose proof (slope_falls_in_b D rho x (beta x) (beta' x) good ltac:(lra)). lra.
Qed.

Lemma progress_on_curve (D : toy) (rho : R) (w : R -> vector) (beta : R -> R) (r a b : R) :
  orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> is_flow D rho w ->
  (forall q, 0 < q -> exists x, 0 < x /\ has_progress D x (beta x) (w q)) -> 0 <= r -> 0 < a -> has_progress D a b (w r) -> b = beta a.
Proof.
  intros good majority some_noisy [initial _] on_curve [later | <-] positive here.
  - destruct (on_curve r later) as (x & _ & there). destruct (progress_is_unique D a b x (beta x) (w r)) as [-> ->]; easy.
  - exfalso. destruct (progress_is_unique D a b 0 0 (w 0)) as [none _]; try assumption; [| lra].
    intros i Hi. now rewrite reached_nothing, initial.
Qed.

Theorem equal_progress (Phi : R -> R) (D : toy) (s rho rho' : R) :
  strictly_increasing Phi -> orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> 0 < s -> rho < rho' ->
  (exists w, is_flow D rho w) /\ (exists w', is_flow D rho' w') /\ forall w w', is_flow D rho w -> is_flow D rho' w' ->
  (exists beta, traced D rho w beta) /\ (exists beta', traced D rho' w' beta')
  /\ (forall r r' a b b', 0 <= r -> 0 <= r' -> 0 < a -> has_progress D a b (w r) -> has_progress D a b' (w' r') ->
       toy_accuracy Phi D s (w r) < toy_accuracy Phi D s (w' r')).
Proof.
  intros grows good majority some_noisy deviation larger. assert (some : (0 < points D)%nat) by (unfold points; lia).
  split; [now apply flow_exists |]. split; [now apply flow_exists |]. intros w w' flow flow'.
  destruct (flow_has_curve D rho w good majority some_noisy flow) as (beta & curve & trace).
  destruct (flow_has_curve D rho' w' good majority some_noisy flow') as (beta' & curve' & trace').
  pose proof trace as (_ & _ & _ & on_curve & _). pose proof trace' as (_ & _ & _ & on_curve' & _).
  split; [now exists beta | split; [now exists beta' |]].
  intros r r' a b b' from from' positive here here'.
  pose proof (progress_on_curve D rho w beta r a b good majority some_noisy flow on_curve from positive here) as is_b.
  pose proof (progress_on_curve D rho' w' beta' r' a b' good majority some_noisy flow' on_curve' from' positive here') as is_b'.
  rewrite (accuracy_of_progress Phi D s a b (w r)), (accuracy_of_progress Phi D s a b' (w' r')), !accuracy_closed_form
    by (assumption || lia).
  apply accuracy_falls; try assumption; [lia | |]; rewrite is_b'; [now apply Rlt_le, curve' |].
  rewrite is_b. now apply (curves_compared D rho rho').
Qed.

Definition main_theorems := (equal_progress).
Print Assumptions main_theorems.
