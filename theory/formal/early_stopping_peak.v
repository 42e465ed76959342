(** * The best accuracy along a gradient flow of 1-SAM, up to any progress and over all, strictly increases with the radius

    Statement.  Let tau = |w_0| > 0. Each rho has a flow of 1-SAM from w_0. Along every such flow some time has the best accuracy up to a
                given a > 0, and some time has the best accuracy of all, with a clean progress above 0. For rho < rho' both are strictly
                higher under rho'; the best accuracy up to a exceeds whatever rho reaches up to there.
    Idea.       Let r = (N + 2 B^2 n_c)/(N + 2 B^2 n_n) > 1. The lead stays between two positive numbers in the end, as the slope is below r
                for a small lead and above r for a large one. So b lies below r a by an amount between two positive numbers: the
                quotient of early_stopping_accuracy.v exceeds its limit, that for b/a = r, somewhere, and tends to it. At the start it
                is 0. So it has a largest value. Where rho has its peak, rho' is more accurate (early_stopping_progress.v).
    Assumes.    The data of toy.v, n_c > n_n >= 1, s > 0, tau > 0. Of Phi only this is used: it increases strictly.
    Source.     Beyond the end of Section 3.2. *)

Require Import Reals Lra Lia Arith.
From Formal Require Import lemma_3_1 vectors matrices growth comparison exponentials one_sam_linear accuracy_monotone toy.
From Formal Require Import early_stopping_accuracy early_stopping_reduction early_stopping_slope early_stopping_curve.
From Formal Require Import early_stopping_flow early_stopping_progress early_stopping_ends.
Open Scope R_scope.

(** The largest quotient along a curve, up to a given progress and over all. *)
Lemma quotient_positive (D : toy) (rho T x : R) (beta : R -> R) :
  orthogonal D -> (noisy D < clean D)%nat -> 0 < T -> is_curve D rho beta -> 0 < x -> 0 < quotient D T x (beta x).
Proof.
  intros good majority some_T curve positive. assert (some : (0 < clean D)%nat) by lia.
  destruct (pulls D good majority) as [some_pull more].
  destruct (curve x positive) as (_ & beta_pos & ahead). pose proof (margin_gap D x (beta x)) as gap.
  pose proof (end_numerator_pos D good majority) as numerator. pose proof (pos_INR (noisy D)) as count.
  pose proof (radicand_pos D T x (beta x) some positive (Rlt_le _ _ some_T)) as radicand.
  apply Rdiv_lt_0_compat; [| now apply sqrt_lt_R0].
  assert (behind : beta x <= end_ratio D * x).
  { apply (Rmult_le_reg_l (pull D (noisy D))); [exact some_pull |].
    replace (pull D (noisy D) * (end_ratio D * x)) with (pull D (clean D) * x) by (unfold end_ratio; field; lra). lra. }
  pose proof (Rmult_le_compat_l _ _ _ count behind). pose proof (Rmult_lt_0_compat _ _ numerator positive). lra.
Qed.

Lemma curve_has_peak_until (D : toy) (rho T A : R) (beta : R -> R) :
  orthogonal D -> (noisy D < clean D)%nat -> 0 < T -> is_curve D rho beta -> 0 < A ->
  exists x, 0 < x <= A /\ forall y, 0 < y <= A -> quotient D T y (beta y) <= quotient D T x (beta x).
Proof.
  intros good majority some_T curve some_A. assert (some : (0 < clean D)%nat) by lia. pose proof some as some_m. apply lt_0_INR in some_m.
  set (Q := fun y => quotient D T y (beta y)). assert (level_pos : 0 < Q A) by now apply (quotient_positive D rho).
  set (first := Q A * sqrt T / INR (clean D)).
  assert (first_pos : 0 < first).
  { apply Rdiv_lt_0_compat; [| exact some_m]. apply Rmult_lt_0_compat; [exact level_pos | now apply sqrt_lt_R0]. }
  set (from := Rmin first A). assert (from_pos : 0 < from) by (apply Rmin_pos; assumption).
  pose proof (Rmin_l first A) as from_first. pose proof (Rmin_r first A) as from_A. fold from in from_first, from_A.
  destruct (continuity_ab_maj Q from A from_A) as (best & largest & [left right]).
  { intros y [after _]. destruct (curve y ltac:(lra)) as [moves _].
    pose proof (radicand_pos D T y (beta y) some ltac:(lra) ltac:(lra)) as radicand. pose proof (sqrt_lt_R0 _ radicand).
    eapply continuous_of_derivative. unfold Q, quotient. derive; [exact radicand | lra]. }
  exists best. split; [lra |]. intros y [positive within]. fold (Q y) (Q best). destruct (Rlt_or_le y from) as [early | late].
  - apply Rle_trans with (Q A); [| apply largest; lra].
    apply near_start; try assumption; [now apply Rlt_le, curve | fold first; lra].
  - apply largest. lra.
Qed.

(** Some point of a curve exceeds the limit at the end of training. *)
Lemma curve_above_end (D : toy) (rho T : R) (beta : R -> R) :
  orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> 0 < T -> is_curve D rho beta ->
  exists x, 0 < x /\ end_quotient D < quotient D T x (beta x).
Proof.
  intros good majority some_noisy some_T curve. destruct (lead_keeps_above D rho beta good majority curve) as (k & some_k & above).
  pose proof (end_ratio_above_1 D good majority) as ratio. pose proof some_noisy as some_n. apply lt_0_INR in some_n.
  set (far := (INR (noisy D) * k ^ 2 + T) / (2 * INR (noisy D) * end_ratio D * k)).
  assert (far_pos : 0 < far).
  { apply Rdiv_lt_0_compat; [| apply Rmult_lt_0_compat; [apply Rmult_lt_0_compat |]; lra].
    pose proof (Rmult_lt_0_compat _ _ some_n (pow_lt k 2 some_k)). lra. }
  exists (1 + far). split; [lra |].
  apply (tail_above D T k); try assumption; [lra | lra | | apply above; lra | fold far; lra]. apply Rlt_le, curve. lra.
Qed.

Lemma curve_has_peak (D : toy) (rho T : R) (beta : R -> R) :
  orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> 0 < T -> is_curve D rho beta ->
  exists x, 0 < x /\ forall y, 0 < y -> quotient D T y (beta y) <= quotient D T x (beta x).
Proof.
  intros good majority some_noisy some_T curve.
  destruct (lead_stays_bounded D rho beta good majority curve) as (M & A & some_M & some_A & below).
  destruct (curve_above_end D rho T beta good majority some_noisy some_T curve) as (x & some_x & exceeds).
  destruct (tail_below D T M _ good majority some_noisy ltac:(lra) some_M exceeds) as (X & some_X & tail).
  destruct (curve_has_peak_until D rho T (X + A + x) beta good majority some_T curve) as (best & [positive _] & largest); [lra |].
  exists best. split; [exact positive |]. intros y some_y. destruct (Rle_or_lt y (X + A + x)) as [within | beyond]; [apply largest; lra |].
  apply Rle_trans with (quotient D T x (beta x)); [apply tail; [lra | apply below; lra] | apply largest; lra].
Qed.

Definition is_peak (Phi : R -> R) (D : toy) (s : R) (w : R -> vector) (p : R) : Prop :=
  0 <= p /\ forall r, 0 <= r -> toy_accuracy Phi D s (w r) <= toy_accuracy Phi D s (w p).

(** The best accuracy up to the clean progress A, at some progress above 0. *)
Definition is_peak_until (Phi : R -> R) (D : toy) (s : R) (w : R -> vector) (A p : R) : Prop :=
  (exists a b, 0 <= p /\ 0 < a <= A /\ has_progress D a b (w p))
  /\ forall r a b, 0 <= r -> a <= A -> has_progress D a b (w r) -> toy_accuracy Phi D s (w r) <= toy_accuracy Phi D s (w p).

Definition score (Phi : R -> R) (D : toy) (s x b : R) : R := path_accuracy Phi D s (norm (dimension D) (start D)) x b.

Lemma score_at_start (Phi : R -> R) (D : toy) (s rho x : R) (beta : R -> R) :
  strictly_increasing Phi -> orthogonal D -> (noisy D < clean D)%nat -> 0 < s -> 0 < norm (dimension D) (start D) ->
  is_curve D rho beta -> 0 < x -> toy_accuracy Phi D s (reached D 0 0) <= score Phi D s x (beta x).
Proof.
  intros grows good majority deviation apart curve positive. unfold toy_accuracy. rewrite reached_nothing, (start_flat D good).
  replace (signal D * 0 / (s * norm (dimension D) (noise_part (start D)))) with 0 by (unfold Rdiv; ring).
  unfold score, path_accuracy. apply increasing_le; [exact grows |]. apply Rmult_le_pos; [now apply Rlt_le, scale_pos |].
  apply Rlt_le, (quotient_positive D rho); try assumption.
  apply Rdiv_lt_0_compat; [now apply pow_lt | apply (some_noise D good)].
Qed.

Lemma flow_has_peaks (Phi : R -> R) (D : toy) (s rho : R) (w : R -> vector) :
  strictly_increasing Phi -> orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> 0 < s -> 0 < norm (dimension D) (start D) ->
  is_flow D rho w ->
  (forall A, 0 < A -> exists p, is_peak_until Phi D s w A p) /\ (exists p a b, is_peak Phi D s w p /\ 0 < a /\ has_progress D a b (w p)).
Proof.
  intros grows good majority some_noisy deviation apart flow. assert (some : (0 < clean D)%nat) by lia.
  destruct (flow_has_curve D rho w good majority some_noisy flow) as (beta & curve & trace).
  pose proof trace as (_ & _ & _ & on_curve & endless). set (T := norm (dimension D) (start D) ^ 2 / noise_size D).
  assert (some_T : 0 < T) by (apply Rdiv_lt_0_compat; [now apply pow_lt | apply (some_noise D good)]).
  assert (compared : forall x y, quotient D T y (beta y) <= quotient D T x (beta x) ->
    score Phi D s y (beta y) <= score Phi D s x (beta x)).
  { intros x y less. unfold score, path_accuracy. apply increasing_le; [exact grows |].
    apply Rmult_le_compat_l; [now apply Rlt_le, scale_pos | exact less]. }
  assert (scored : forall y v, 0 < y -> has_progress D y (beta y) v -> toy_accuracy Phi D s v = score Phi D s y (beta y)).
  { intros y v some_y there. rewrite (accuracy_of_progress Phi D s y (beta y) v good there). now apply accuracy_closed_form. }
  assert (initial : has_progress D 0 0 (w 0)) by (intros i Hi; rewrite reached_nothing; now apply (proj1 flow)).
  split.
  - intros A some_A. destruct (curve_has_peak_until D rho T A beta good majority some_T curve some_A) as (x & [positive within] & largest).
    destruct (endless x positive) as (p & later & here). exists p. split; [exists x, (beta x); split; [lra | split; [lra | exact here]] |].
    rewrite (scored x (w p) positive here). intros r a b [from | <-] below there.
    + destruct (on_curve r from) as (y & some_y & same).
      destruct (progress_is_unique D a b y (beta y) (w r) good majority some_noisy there same) as [-> _].
      rewrite (scored y (w r) some_y same). apply compared, largest. lra.
    + rewrite (accuracy_of_progress Phi D s 0 0 (w 0) good initial). now apply (score_at_start Phi D s rho).
  - destruct (curve_has_peak D rho T beta good majority some_noisy some_T curve) as (x & positive & largest).
    destruct (endless x positive) as (p & later & here). exists p, x, (beta x). split; [split; [lra |] | now split].
    rewrite (scored x (w p) positive here). intros r [from | <-].
    + destruct (on_curve r from) as (y & some_y & same). rewrite (scored y (w r) some_y same). now apply compared, largest.
    + rewrite (accuracy_of_progress Phi D s 0 0 (w 0) good initial). now apply (score_at_start Phi D s rho).
Qed.

Theorem peak_increases (Phi : R -> R) (D : toy) (s : R) :
  strictly_increasing Phi -> orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> 0 < s -> 0 < norm (dimension D) (start D) ->
  (forall rho, exists w, is_flow D rho w)
  /\ (forall rho w, is_flow D rho w ->
       (forall A, 0 < A -> exists p, is_peak_until Phi D s w A p)
       /\ (exists p a b, is_peak Phi D s w p /\ 0 < a /\ has_progress D a b (w p)))
  /\ (forall rho rho' w w', rho < rho' -> is_flow D rho w -> is_flow D rho' w' ->
       (forall A r a b p', 0 <= r -> 0 < a <= A -> has_progress D a b (w r) -> is_peak_until Phi D s w' A p' ->
          toy_accuracy Phi D s (w r) < toy_accuracy Phi D s (w' p'))
       /\ (forall A p p', is_peak_until Phi D s w A p -> is_peak_until Phi D s w' A p' ->
          toy_accuracy Phi D s (w p) < toy_accuracy Phi D s (w' p'))
       /\ (forall p p', is_peak Phi D s w p -> is_peak Phi D s w' p' -> toy_accuracy Phi D s (w p) < toy_accuracy Phi D s (w' p'))).
Proof.
  intros grows good majority some_noisy deviation apart.
  split; [intros rho; apply flow_exists; [exact good | unfold points; lia] |].
  split; [intros rho w flow; now apply (flow_has_peaks Phi D s rho w) |]. intros rho rho' w w' larger flow flow'.
  destruct (equal_progress Phi D s rho rho' grows good majority some_noisy deviation larger) as (_ & _ & of_flows).
  destruct (of_flows w w' flow flow') as (_ & (beta' & _ & _ & _ & _ & endless') & higher).
  assert (up_to : forall A r a b p', 0 <= r -> 0 < a <= A -> has_progress D a b (w r) -> is_peak_until Phi D s w' A p' ->
    toy_accuracy Phi D s (w r) < toy_accuracy Phi D s (w' p')).
  { intros A r a b p' from [positive within] here [_ best']. destruct (endless' a positive) as (q' & later' & here').
    apply Rlt_le_trans with (toy_accuracy Phi D s (w' q')); [apply (higher r q' a b (beta' a)); assumption || lra |].
    apply (best' q' a (beta' a)); assumption || lra. }
  split; [exact up_to |]. split.
  - intros A p p' [(a & b & from & inside & here) _] best'. now apply (up_to A p a b).
  - intros p p' [from best] [from' best'].
    destruct (flow_has_peaks Phi D s rho w grows good majority some_noisy deviation apart flow) as [_ global].
    destruct global as (q & a & b & [later top] & positive & here).
    destruct (endless' a positive) as (q' & later' & here'). apply Rle_lt_trans with (toy_accuracy Phi D s (w q)); [now apply top |].
    apply Rlt_le_trans with (toy_accuracy Phi D s (w' q')); [| apply best'; lra].
    apply (higher q q' a b (beta' a)); assumption || lra.
Qed.

Definition main_theorems := (peak_increases).
Print Assumptions main_theorems.
