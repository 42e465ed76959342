(** * Up-weighting alone does not raise the best accuracy: from the origin 1-SAM of every radius has the best accuracy of gradient descent

    Statement.  There are data of two clean points and a mislabelled one, all of one norm, so that Lemma 3.1 and Eq. 3.6 hold for all points
                at every step, on which gradient descent and 1-SAM of every radius, from the origin and by the same small steps, have the
                same best accuracy over any number of steps.
    Idea.       The first step moves all points alike and meets the ceiling of early_stopping_accuracy.v. Afterwards clean points have the
                larger margin (early_stopping_slope.v), so that b >= a, and the accuracy does not exceed the ceiling.
    Assumes.    Nothing of the data: they are given. Steps of at most 4n/(N + 2 B^2 n_n); s > 0; of Phi only that it increases strictly.
    Source.     The sentence after Lemma 3.1, as printed. *)

Require Import Reals Lra Lia Arith.
From Formal Require Import lemma_3_1 vectors one_sam_linear accuracy_monotone toy.
From Formal Require Import early_stopping_accuracy early_stopping_reduction early_stopping_slope.
Open Scope R_scope.

(** Weights after at least one step from the origin: b >= a > 0. *)
Lemma behind_after_step (D : toy) (rho : R) (eta : nat -> R) (j : nat) :
  orthogonal D -> (noisy D < clean D)%nat -> (forall i, 0 < eta i <= largest_step D) ->
  exists a b, trained D rho eta (S j) = reached D a b /\ 0 < a <= b /\ noisy_margin D a b <= clean_margin D a b.
Proof.
  intros good majority small. assert (many : 0 < INR (points D)) by (apply points_pos; lia).
  assert (grown : forall a b e, 0 < e <= largest_step D -> 0 <= a <= b -> noisy_margin D a b <= clean_margin D a b ->
    0 < a + e * clean_rate D rho a b <= b + e * noisy_rate D rho a b
    /\ noisy_margin D (a + e * clean_rate D rho a b) (b + e * noisy_rate D rho a b)
       <= clean_margin D (a + e * clean_rate D rho a b) (b + e * noisy_rate D rho a b)).
  { intros a b e step order behind. split; [| now apply Rlt_le, step_keeps_lead].
    assert (some : 0 < clean_rate D rho a b) by (apply Rdiv_lt_0_compat; [apply sigma_pos | exact many]).
    assert (faster : clean_rate D rho a b <= noisy_rate D rho a b).
    { apply Rmult_le_compat_r; [now apply Rlt_le, Rinv_0_lt_compat |].
      destruct behind as [less | ->]; [apply Rlt_le, sigma_increasing; lra | apply Rle_refl]. }
    pose proof (Rmult_lt_0_compat e _ (proj1 step) some). pose proof (Rmult_le_compat_l e _ _ ltac:(lra) faster). lra. }
  induction j as [| j (a & b & here & order & behind)].
  - exists (0 + eta 0%nat * clean_rate D rho 0 0), (0 + eta 0%nat * noisy_rate D rho 0 0).
    simpl. rewrite <- reached_nothing, step_reached by exact good. split; [reflexivity |].
    apply grown; [apply small | lra |]. unfold noisy_margin, clean_margin, lead. lra.
  - exists (a + eta (S j) * clean_rate D rho a b), (b + eta (S j) * noisy_rate D rho a b).
    change (trained D rho eta (S (S j))) with (one_sam_step D rho (eta (S j)) (trained D rho eta (S j))).
    rewrite here, step_reached by exact good. split; [reflexivity |]. apply grown; [apply small | lra | exact behind].
Qed.

(** The best accuracy over the steps 1, ..., J. *)
Definition is_best_of (Phi : R -> R) (D : toy) (s rho : R) (eta : nat -> R) (J : nat) (best : R) : Prop :=
  (exists j, (1 <= j <= J)%nat /\ toy_accuracy Phi D s (trained D rho eta j) = best)
  /\ forall j, (1 <= j <= J)%nat -> toy_accuracy Phi D s (trained D rho eta j) <= best.

Lemma ceiling_is_best (Phi : R -> R) (D : toy) (s rho : R) (eta : nat -> R) (J : nat) :
  strictly_increasing Phi -> orthogonal D -> (noisy D < clean D)%nat -> norm (dimension D) (start D) = 0 -> 0 < s ->
  (forall i, 0 < eta i <= largest_step D) -> (1 <= J)%nat -> is_best_of Phi D s rho eta J (ceiling Phi D s).
Proof.
  intros grows good majority origin deviation small some. split.
  - exists 1%nat. split; [lia |]. simpl. apply origin_meets_ceiling; try assumption. apply small.
  - intros [| j] inside; [lia |]. destruct (behind_after_step D rho eta j good majority small) as (a & b & -> & order & _).
    now apply accuracy_ceiling.
Qed.

(** Three points with the noises e_1, e_2 and e_3 beside the signal 1 in coordinate 0. *)
Definition three : toy := Toy 4 2 1 1 1 (fun k i => if i =? S k then 1 else 0) (fun _ => 1) (fun _ => 0).

Lemma three_is_orthogonal : orthogonal three.
Proof.
  split; simpl; try lia; try lra.
  - intros k _. now left.
  - reflexivity.
  - intros k l Hk Hl. unfold points in *. simpl in *. unfold dot. simpl.
    assert (of_k : k = 0%nat \/ k = 1%nat \/ k = 2%nat) by lia. assert (of_l : l = 0%nat \/ l = 1%nat \/ l = 2%nat) by lia.
    destruct of_k as [-> | [-> | ->]], of_l as [-> | [-> | ->]]; simpl; ring.
  - intros k _. apply dot_nothing.
Qed.

Theorem printed_form_fails :
  exists D : toy, orthogonal D /\ (noisy D < clean D)%nat
    /\ (forall k l, (k < points D)%nat -> (l < points D)%nat -> norm (dimension D) (input D k) = norm (dimension D) (input D l))
    /\ 0 < largest_step D
    /\ forall Phi s rho eta J, strictly_increasing Phi -> 0 < s -> (forall i, 0 < eta i <= largest_step D) -> (1 <= J)%nat ->
       exists best, is_best_of Phi D s 0 eta J best /\ is_best_of Phi D s rho eta J best.
Proof.
  pose proof three_is_orthogonal as good. exists three. split; [exact good |]. split; [simpl; lia |]. split.
  { intros k l Hk Hl. now rewrite !input_norm. }
  split.
  { unfold largest_step, pull.
    apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat; [lra | apply (points_pos three); simpl; lia] | simpl; lra]. }
  intros Phi s rho eta J grows deviation small some. exists (ceiling Phi three s).
  assert (origin : norm (dimension three) (start three) = 0) by (unfold norm; simpl start; rewrite dot_nothing; apply sqrt_0).
  split; apply ceiling_is_best; try assumption; simpl; lia.
Qed.

Definition main_theorems := (printed_form_fails).
Print Assumptions main_theorems.
