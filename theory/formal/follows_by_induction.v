(** * What follows by induction needs more than Lemma 3.1: the best accuracy of 1-SAM exceeds that of gradient descent on the toy data

    Statement.  Let rho > 0. If w_0 is not 0, gradient descent (rho = 0) and 1-SAM have gradient flows from w_0; along each flow some time
                has the best accuracy up to any given progress a > 0 of clean points, and the one of 1-SAM is strictly higher. If w_0
                is 0, both have the accuracy of the ceiling after a first step of any size.
    Idea.       early_stopping_peak.v for the radii 0 and rho, and early_stopping_accuracy.v for the origin. A signal B < 0 is a signal -B
                in the reflection of the first coordinate.
    Assumes.    The data of toy.v with B not 0 in place of B > 0: noise vectors orthogonal to one another and to e_1, of one norm; w_0
                orthogonal to e_1 and to every noise vector. n_c > n_n >= 1, s > 0. Of Phi only this is used: it increases strictly.
    Source.     The sentence after Lemma 3.1, corrected. *)

Require Import Reals Lra Lia Arith.
From Formal Require Import lemma_3_1 vectors matrices one_sam_linear accuracy_monotone toy.
From Formal Require Import early_stopping_accuracy early_stopping_reduction early_stopping_curve early_stopping_peak.
Open Scope R_scope.

(** The reflection of the first coordinate, and the data whose signal is -B. *)
Definition mirror (u : vector) : vector := fun i => if i =? 0 then - u i else u i.
Definition mirrored (D : toy) : toy := Toy (dimension D) (clean D) (noisy D) (- signal D) (noise_size D) (noise D) (truth D) (start D).
Definition of_either_sign (D : toy) : Prop := orthogonal D \/ orthogonal (mirrored D).

Lemma mirror_twice (u : vector) (i : nat) : mirror (mirror u) i = u i.
Proof. unfold mirror. destruct (i =? 0); ring. Qed.

Lemma mirrored_twice (D : toy) : mirrored (mirrored D) = D.
Proof. destruct D. unfold mirrored. simpl. now rewrite Ropp_involutive. Qed.

Lemma dot_mirror (d : nat) (u v : vector) : dot d (mirror u) (mirror v) = dot d u v.
Proof. apply sum_ext. intros i _. unfold mirror. destruct (i =? 0); ring. Qed.

Lemma input_mirror (D : toy) (k i : nat) : noise D k 0%nat = 0 -> input (mirrored D) k i = mirror (input D k) i.
Proof. intros flat. unfold input, mirror, axis. simpl. destruct (Nat.eqb_spec i 0) as [-> |]; [rewrite flat |]; ring. Qed.

Lemma direction_mirror (D : toy) (rho : R) (w : vector) (k i : nat) :
  noise D k 0%nat = 0 -> one_sam_direction (mirrored D) rho (mirror w) k i = mirror (one_sam_direction D rho w k) i.
Proof.
  intros flat. set (d := dimension D).
  assert (same : input (mirrored D) k = mirror (input D k)).
  { apply FunctionalExtensionality.functional_extensionality. intros j. now apply input_mirror. }
  assert (of_gradient : forall u, gradient d (mirror u) (mirror (input D k)) (label D k) = mirror (gradient d u (input D k) (label D k))).
  { intros u. apply FunctionalExtensionality.functional_extensionality. intros j. unfold gradient. rewrite dot_mirror. unfold mirror.
    destruct (j =? 0); ring. }
  assert (moved : perturbed rho d (mirror w) (mirror (input D k)) (label D k) = mirror (perturbed rho d w (input D k) (label D k))).
  { apply FunctionalExtensionality.functional_extensionality. intros j. unfold perturbed. rewrite of_gradient. unfold norm.
    rewrite dot_mirror. unfold mirror. destruct (j =? 0); ring. }
  unfold one_sam_direction. change (dimension (mirrored D)) with d. change (label (mirrored D) k) with (label D k).
  rewrite same, moved, of_gradient. unfold mirror. fold d. destruct (i =? 0); ring.
Qed.

Definition flat_noise (D : toy) : Prop := start D 0%nat = 0 /\ forall k, (k < points D)%nat -> noise D k 0%nat = 0.

Lemma mean_direction_mirror (D : toy) (rho : R) (w : vector) (i : nat) :
  flat_noise D -> mean_direction (mirrored D) rho (mirror w) i = mirror (mean_direction D rho w) i.
Proof.
  intros [_ flat]. unfold mean_direction. change (points (mirrored D)) with (points D).
  rewrite (sum_ext _ _ (fun k => mirror (one_sam_direction D rho w k) i)) by (intros k Hk; apply direction_mirror; now apply flat).
  unfold mirror. destruct (i =? 0); [| reflexivity].
  rewrite (sum_ext _ _ (fun k => -1 * one_sam_direction D rho w k i)), sum_scale by (intros; ring). ring.
Qed.

Lemma start_mirror (D : toy) (i : nat) : flat_noise D -> mirror (start D) i = start D i.
Proof. intros [flat _]. unfold mirror. destruct (Nat.eqb_spec i 0) as [-> |]; [rewrite flat; ring | reflexivity]. Qed.

Lemma flow_mirror (D : toy) (rho : R) (w : R -> vector) :
  flat_noise D -> is_flow D rho w -> is_flow (mirrored D) rho (fun s => mirror (w s)).
Proof.
  intros good [initial moves]. split.
  - intros i Hi. simpl in *. rewrite <- (start_mirror D i good). unfold mirror. now destruct (i =? 0); rewrite initial.
  - intros s i from Hi. rewrite mean_direction_mirror by exact good. unfold mirror. simpl in Hi. pose proof (moves s i from Hi).
    destruct (i =? 0); [now apply derivable_pt_lim_opp | assumption].
Qed.

Lemma accuracy_mirror (Phi : R -> R) (D : toy) (s : R) (w : vector) : toy_accuracy Phi (mirrored D) s (mirror w) = toy_accuracy Phi D s w.
Proof.
  unfold toy_accuracy. simpl. unfold norm.
  rewrite (dot_ext _ (noise_part (mirror w)) (noise_part w) (noise_part (mirror w)) (noise_part w))
    by (intros i _; unfold noise_part, mirror; destruct (i =? 0); reflexivity).
  f_equal. unfold mirror. simpl. unfold Rdiv. ring.
Qed.

Lemma signed_mirror (D : toy) (k i : nat) : noise D k 0%nat = 0 -> signed (mirrored D) k i = mirror (signed D k) i.
Proof.
  intros flat. unfold signed. rewrite input_mirror by exact flat. change (label (mirrored D) k) with (label D k).
  unfold mirror. destruct (i =? 0); ring.
Qed.

Lemma reached_mirror (D : toy) (a b : R) (i : nat) : flat_noise D -> reached (mirrored D) a b i = mirror (reached D a b) i.
Proof.
  intros good. pose proof good as [_ flat].
  assert (of_sum : forall m f, (forall k, (k < m)%nat -> (f k < points D)%nat) ->
    sum m (fun k => signed (mirrored D) (f k) i) = mirror (fun j => sum m (fun k => signed D (f k) j)) i).
  { intros m f inside. rewrite (sum_ext m _ (fun k => mirror (signed D (f k)) i)) by (intros k Hk; apply signed_mirror; auto).
    unfold mirror. destruct (i =? 0); [| reflexivity]. rewrite (sum_ext m _ (fun k => -1 * signed D (f k) i)), sum_scale by (intros; ring).
    ring. }
  unfold reached, sum_clean, sum_noisy. change (clean (mirrored D)) with (clean D). change (noisy (mirrored D)) with (noisy D).
  change (start (mirrored D)) with (start D).
  rewrite (of_sum (clean D) (fun k => k)), (of_sum (noisy D) (fun k => (clean D + k)%nat)) by (unfold points; lia).
  rewrite <- (start_mirror D i good). unfold mirror. destruct (i =? 0); ring.
Qed.

Lemma progress_mirror (D : toy) (a b : R) (w : vector) : flat_noise D -> has_progress D a b w <-> has_progress (mirrored D) a b (mirror w).
Proof.
  intros good. split; intros here i Hi; simpl in *; specialize (here i Hi); rewrite reached_mirror in * by exact good; unfold mirror in *.
  - destruct (i =? 0); now rewrite here.
  - destruct (i =? 0); lra.
Qed.

Lemma peak_mirror (Phi : R -> R) (D : toy) (s A p : R) (w : R -> vector) :
  flat_noise D -> is_peak_until Phi D s w A p <-> is_peak_until Phi (mirrored D) s (fun r => mirror (w r)) A p.
Proof.
  intros good. unfold is_peak_until. split; intros [(a & b & from & inside & here) best].
  - split; [exists a, b; split; [exact from | split; [exact inside | exact (proj1 (progress_mirror D a b (w p) good) here)]] |].
    intros r a' b' later below there. rewrite !accuracy_mirror.
    exact (best r a' b' later below (proj2 (progress_mirror D a' b' (w r) good) there)).
  - split; [exists a, b; split; [exact from | split; [exact inside | exact (proj2 (progress_mirror D a b (w p) good) here)]] |].
    intros r a' b' later below there. rewrite <- (accuracy_mirror Phi D s (w r)), <- (accuracy_mirror Phi D s (w p)).
    exact (best r a' b' later below (proj1 (progress_mirror D a' b' (w r) good) there)).
Qed.

(** The best accuracies of two radii, up to any progress. *)
Definition gains (Phi : R -> R) (D : toy) (s rho rho' : R) : Prop :=
  (exists w, is_flow D rho w) /\ (exists w', is_flow D rho' w')
  /\ forall w w' A, is_flow D rho w -> is_flow D rho' w' -> 0 < A ->
       (exists p, is_peak_until Phi D s w A p) /\ (exists p', is_peak_until Phi D s w' A p')
       /\ (forall p p', is_peak_until Phi D s w A p -> is_peak_until Phi D s w' A p' ->
             toy_accuracy Phi D s (w p) < toy_accuracy Phi D s (w' p')).

Lemma gains_of_orthogonal (Phi : R -> R) (D : toy) (s rho rho' : R) :
  strictly_increasing Phi -> orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> 0 < s -> 0 < norm (dimension D) (start D) ->
  rho < rho' -> gains Phi D s rho rho'.
Proof.
  intros grows good majority some_noisy deviation apart larger.
  destruct (peak_increases Phi D s grows good majority some_noisy deviation apart) as (flows & peaks & rises).
  split; [apply flows |]. split; [apply flows |]. intros w w' A flow flow' some_A.
  split; [now apply (peaks rho w flow) |]. split; [now apply (peaks rho' w' flow') |]. intros p p'. now apply (rises rho rho' w w').
Qed.

Lemma gains_mirror (Phi : R -> R) (D : toy) (s rho rho' : R) : flat_noise D -> gains Phi (mirrored D) s rho rho' -> gains Phi D s rho rho'.
Proof.
  intros good (flow & flow' & gain).
  assert (back : forall r w, is_flow (mirrored D) r w -> is_flow D r (fun t => mirror (w t))).
  { intros r w of_mirrored. rewrite <- (mirrored_twice D). now apply flow_mirror. }
  split; [destruct flow as [w flow]; exists (fun t => mirror (w t)); now apply back |].
  split; [destruct flow' as [w' flow']; exists (fun t => mirror (w' t)); now apply back |].
  intros w w' A of_w of_w' some_A.
  destruct (gain _ _ A (flow_mirror D rho w good of_w) (flow_mirror D rho' w' good of_w') some_A) as ((p & best) & (p' & best') & more).
  split; [exists p; exact (proj2 (peak_mirror Phi D s A p w good) best) |].
  split; [exists p'; exact (proj2 (peak_mirror Phi D s A p' w' good) best') |].
  intros r r' here here'. rewrite <- (accuracy_mirror Phi D s (w r)), <- (accuracy_mirror Phi D s (w' r')).
  exact (more r r' (proj1 (peak_mirror Phi D s A r w good) here) (proj1 (peak_mirror Phi D s A r' w' good) here')).
Qed.

Theorem follows_by_induction (Phi : R -> R) (D : toy) (s rho : R) :
  strictly_increasing Phi -> of_either_sign D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> 0 < s -> 0 < rho ->
  (0 < norm (dimension D) (start D) ->
     (exists w, is_flow D 0 w) /\ (exists w', is_flow D rho w')
     /\ forall w w' A, is_flow D 0 w -> is_flow D rho w' -> 0 < A ->
          (exists p, is_peak_until Phi D s w A p) /\ (exists p', is_peak_until Phi D s w' A p')
          /\ (forall p p', is_peak_until Phi D s w A p -> is_peak_until Phi D s w' A p' ->
                toy_accuracy Phi D s (w p) < toy_accuracy Phi D s (w' p')))
  /\ (norm (dimension D) (start D) = 0 -> forall eta, 0 < eta ->
        toy_accuracy Phi D s (one_sam_step D 0 eta (start D)) = ceiling Phi D s
        /\ toy_accuracy Phi D s (one_sam_step D rho eta (start D)) = ceiling Phi D s).
Proof.
  intros grows sign majority some_noisy deviation positive. fold (gains Phi D s 0 rho). destruct sign as [good | good]; split.
  - intros away. now apply gains_of_orthogonal.
  - intros origin eta step. split; now apply origin_meets_ceiling.
  - intros away. assert (flat_too : flat_noise D) by (split; [exact (start_flat _ good) | exact (flat _ good)]).
    apply gains_mirror; [exact flat_too |]. now apply gains_of_orthogonal.
  - intros origin eta step. assert (flat_too : flat_noise D) by (split; [exact (start_flat _ good) | exact (flat _ good)]).
    assert (of_radius : forall r, toy_accuracy Phi D s (one_sam_step D r eta (start D)) = ceiling Phi D s).
    { intros r.
      assert (moved : one_sam_step (mirrored D) r eta (start D) = mirror (one_sam_step D r eta (start D))).
      { apply FunctionalExtensionality.functional_extensionality. intros i. unfold one_sam_step.
        assert (same : start D = mirror (start D)).
        { apply FunctionalExtensionality.functional_extensionality. intros j. now rewrite start_mirror. }
        pose proof (mean_direction_mirror D r (start D) i flat_too) as rate. rewrite <- same in rate. rewrite rate.
        rewrite <- (start_mirror D i flat_too) at 1. unfold mirror. destruct (i =? 0); ring. }
      rewrite <- (accuracy_mirror Phi D s), <- moved.
      transitivity (ceiling Phi (mirrored D) s); [now apply (origin_meets_ceiling Phi (mirrored D) s r eta) |].
      unfold ceiling. simpl. f_equal. f_equal. ring. }
    split; apply of_radius.
Qed.

Definition main_theorems := (follows_by_induction).
Print Assumptions main_theorems.
