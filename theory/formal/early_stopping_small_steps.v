(** * For small enough steps of 1-SAM the best accuracy up to a given time strictly increases with the radius

    Statement.  Let tau = |w_0| > 0, rho < rho' and t > 0. Some eta_0 > 0 serves every strictly increasing Phi and every s > 0. Take steps
                of one size eta <= eta_0. Then the accuracy after some number of steps j under rho', with j eta <= t, is strictly higher
                than the accuracy after every number of steps k under rho with k eta <= t.
    Idea.       The steps keep within a multiple of eta of the flow, and the quotient of early_stopping_accuracy.v is Lipschitz. The flow
                of rho has a largest quotient up to t. At the same a, which the flow of rho' reaches no later, the quotient is larger by
                some gap (early_stopping_progress.v). For a small eta the steps lose less than that gap.
    Assumes.    The data of toy.v; n_c > n_n >= 1. Of Phi only that it strictly increases.
    Source.     Beyond the end of Section 3.2. *)

Require Import Reals Lra Lia.
From Formal Require Import lemma_3_1 vectors growth comparison existence euler one_sam_linear accuracy_monotone toy.
From Formal Require Import early_stopping_accuracy early_stopping_reduction early_stopping_flow early_stopping_slope early_stopping_curve.
From Formal Require Import early_stopping_progress early_stopping_peak early_stopping_near_flow.
Open Scope R_scope.

Definition radicand (D : toy) (T a b : R) : R := INR (clean D) * a ^ 2 + INR (noisy D) * b ^ 2 + T.

Lemma radicand_positive (D : toy) (T a b : R) : 0 < T -> 0 < radicand D T a b.
Proof.
  intros some_T. pose proof (Rmult_le_pos _ _ (pos_INR (clean D)) (pow2_ge_0 a)).
  pose proof (Rmult_le_pos _ _ (pos_INR (noisy D)) (pow2_ge_0 b)). unfold radicand. lra.
Qed.

(** sqrt T, |a| and |b| are at most the root of the radicand. *)
Lemma root_sizes (D : toy) (T a b : R) :
  (0 < clean D)%nat -> (0 < noisy D)%nat -> 0 < T ->
  0 < sqrt T <= sqrt (radicand D T a b) /\ Rabs a <= sqrt (radicand D T a b) /\ Rabs b <= sqrt (radicand D T a b).
Proof.
  intros some_clean some_noisy some_T. apply (le_INR 1) in some_clean, some_noisy. simpl in some_clean, some_noisy. unfold radicand.
  pose proof (Rmult_le_compat_r (a ^ 2) _ _ (pow2_ge_0 a) some_clean). pose proof (Rmult_le_compat_r (b ^ 2) _ _ (pow2_ge_0 b) some_noisy).
  pose proof (pow2_ge_0 a). pose proof (pow2_ge_0 b).
  assert (root : forall x, Rabs x = sqrt (x ^ 2)) by (intros x; rewrite <- Rsqr_pow2; symmetry; apply sqrt_Rsqr_abs).
  rewrite !root. repeat split; [now apply sqrt_lt_R0 | | |]; apply sqrt_le_1_alt; lra.
Qed.

(** The change of a quotient of roots, in terms of the change of a and b. *)
Definition steepness (D : toy) (T : R) : R := (1 + INR (points D)) * INR (points D) / sqrt T.

Lemma quotient_lipschitz (D : toy) (T a b a' b' : R) :
  (0 < clean D)%nat -> (0 < noisy D)%nat -> 0 < T ->
  Rabs (quotient D T a b - quotient D T a' b') <= steepness D T * (Rabs (a - a') + Rabs (b - b')).
Proof.
  intros some_clean some_noisy some_T. destruct (root_sizes D T a b some_clean some_noisy some_T) as ((some_root & least) & of_a & of_b).
  destruct (root_sizes D T a' b' some_clean some_noisy some_T) as ((_ & least') & of_a' & of_b').
  unfold quotient, steepness. fold (radicand D T a b) (radicand D T a' b').
  pose proof (sqrt_sqrt _ (Rlt_le _ _ (radicand_positive D T a b some_T))) as is_r.
  pose proof (sqrt_sqrt _ (Rlt_le _ _ (radicand_positive D T a' b' some_T))) as is_r'.
  assert (count : INR (points D) = INR (clean D) + INR (noisy D)) by apply plus_INR.
  pose proof (pos_INR (clean D)) as k_pos. pose proof (pos_INR (noisy D)) as l_pos.
  set (k := INR (clean D)) in *. set (l := INR (noisy D)) in *. set (n := INR (points D)) in *.
  set (r := sqrt (radicand D T a b)) in *. set (r' := sqrt (radicand D T a' b')) in *.
  set (u := Rabs (a - a')). set (v := Rabs (b - b')). pose proof (Rabs_pos (a - a')) as u_pos. pose proof (Rabs_pos (b - b')) as v_pos.
  fold u in u_pos. fold v in v_pos.
  assert (total : k * u + l * v <= n * (u + v)) by (rewrite count; pose proof (Rmult_le_pos k v); pose proof (Rmult_le_pos l u); lra).
  assert (two_terms : forall x y, Rabs (k * x + l * y) <= k * Rabs x + l * Rabs y).
  { intros x y. apply Rle_trans with (1 := Rabs_triang _ _). rewrite !Rabs_mult, (Rabs_pos_eq k), (Rabs_pos_eq l) by assumption. lra. }
  assert (roots : Rabs (r' - r) <= n * (u + v)).
  { apply (Rmult_le_reg_r (r' + r)); [lra |]. rewrite <- (Rabs_pos_eq (r' + r)) at 1 by lra. rewrite <- Rabs_mult.
    replace ((r' - r) * (r' + r)) with (k * ((a' - a) * (a' + a)) + l * ((b' - b) * (b' + b)))
      by (transitivity (r' * r' - r * r); [rewrite is_r, is_r'; unfold radicand; fold k l; ring | ring]).
    apply Rle_trans with (1 := two_terms _ _). rewrite !Rabs_mult, (Rabs_minus_sym a'), (Rabs_minus_sym b'). fold u v.
    pose proof (Rle_trans _ _ _ (Rabs_triang a' a) (Rplus_le_compat _ _ _ _ of_a' of_a)) as sum_a.
    pose proof (Rle_trans _ _ _ (Rabs_triang b' b) (Rplus_le_compat _ _ _ _ of_b' of_b)) as sum_b.
    pose proof (Rmult_le_compat_l (k * u) _ _ ltac:(apply Rmult_le_pos; lra) sum_a).
    pose proof (Rmult_le_compat_l (l * v) _ _ ltac:(apply Rmult_le_pos; lra) sum_b).
    pose proof (Rmult_le_compat_r (r' + r) _ _ ltac:(lra) total). lra. }
  assert (signals : Rabs (k * a - l * b - (k * a' - l * b')) <= n * (u + v)).
  { replace (k * a - l * b - (k * a' - l * b')) with (k * (a - a') + l * - (b - b')) by ring.
    apply Rle_trans with (1 := two_terms _ _). rewrite Rabs_Ropp. exact total. }
  assert (share : Rabs ((k * a' - l * b') / r') <= n).
  { unfold Rdiv. rewrite Rabs_mult, (Rabs_pos_eq (/ r')) by (apply Rlt_le, Rinv_0_lt_compat; lra).
    apply (Rmult_le_reg_r r'); [lra |]. rewrite Rmult_assoc, Rinv_l, Rmult_1_r by lra.
    replace (k * a' - l * b') with (k * a' + l * - b') by ring. apply Rle_trans with (1 := two_terms _ _). rewrite Rabs_Ropp, count.
    pose proof (Rmult_le_compat_l _ _ _ k_pos of_a'). pose proof (Rmult_le_compat_l _ _ _ l_pos of_b'). lra. }
  set (q := (k * a - l * b) / r - (k * a' - l * b') / r').
  assert (scaled : Rabs q * r <= (1 + n) * n * (u + v)).
  { rewrite <- (Rabs_pos_eq r) by lra. rewrite <- Rabs_mult.
    replace (q * r) with (k * a - l * b - (k * a' - l * b') + (k * a' - l * b') / r' * (r' - r)) by (unfold q; field; lra).
    apply Rle_trans with (1 := Rabs_triang _ _). rewrite (Rabs_mult _ (r' - r)).
    pose proof (Rmult_le_compat _ _ _ _ (Rabs_pos _) (Rabs_pos _) share roots). lra. }
  apply (Rmult_le_reg_r (sqrt T)); [exact some_root |]. pose proof (Rmult_le_compat_l _ _ _ (Rabs_pos q) least).
  replace ((1 + n) * n / sqrt T * (u + v) * sqrt T) with ((1 + n) * n * (u + v)) by (field; lra). lra.
Qed.

(** Some time of the larger radius' flow has a larger quotient than all times up to t have in the other flow. *)
Lemma flow_gains (D : toy) (rho rho' t T : R) (a b a' b' : R -> R) :
  orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> rho < rho' -> 0 < t -> 0 < T ->
  is_path D rho a b -> is_path D rho' a' b' ->
  exists r top, 0 <= r <= t /\ top < quotient D T (a' r) (b' r) /\ forall s, 0 <= s <= t -> quotient D T (a s) (b s) <= top.
Proof.
  intros good majority some_noisy larger some_t some_T path path'. assert (some : (0 < clean D)%nat) by lia.
  destruct (path_has_curve D rho a b good majority some_noisy path) as (beta & curve & on_curve & _ & _).
  destruct (path_has_curve D rho' a' b' good majority some_noisy path') as (beta' & curve' & on_curve' & endless' & _).
  set (Q := fun s => quotient D T (a s) (b s)).
  destruct (continuity_ab_maj Q 0 t (Rlt_le _ _ some_t)) as (r & largest & from & until).
  { intros s [later _]. destruct path as (_ & _ & moves). destruct (moves s later) as [moves_a moves_b].
    pose proof (radicand_positive D T (a s) (b s) some_T) as square. unfold radicand in square. pose proof (sqrt_lt_R0 _ square).
    eapply continuous_of_derivative. unfold Q, quotient. derive; [exact square | lra]. }
  assert (later : 0 < r).
  { destruct from as [later | at_start]; [exact later | exfalso]. destruct (on_curve t some_t) as [some_a on].
    pose proof (quotient_positive D rho T (a t) beta good majority some_T curve some_a) as positive. rewrite <- on in positive.
    specialize (largest t ltac:(lra)). rewrite <- at_start in largest. destruct path as (a_0 & b_0 & _).
    unfold Q in largest. rewrite a_0, b_0 in largest. unfold quotient at 2 in largest. unfold Rdiv in largest.
    rewrite !Rmult_0_r, Rminus_0_r, Rmult_0_l in largest. lra. }
  destruct (on_curve r later) as [some_a on]. destruct (endless' (a r) some_a) as (r' & later' & same).
  destruct (on_curve' r' later') as [_ on']. rewrite same in on'. exists r', (Q r). split; [split; [lra |] | split; [| exact largest]].
  - apply Rle_trans with (2 := until). destruct (Rle_or_lt r' r) as [fine | late]; [exact fine | exfalso].
    pose proof (flow_leads D rho rho' r a b a' b' good majority larger path path' later) as ahead.
    destruct path' as (_ & _ & moves'). pose proof (rises_strictly a' (fun s => clean_rate D rho' (a' s) (b' s)) r r' late) as rises.
    apply (Rle_not_lt _ _ ahead). rewrite <- same. apply rises; intros s inside; [apply moves'; lra | now apply rates_pos].
  - rewrite same, on'. unfold Q. rewrite on. apply quotient_falls; try assumption; [lra | apply Rlt_le, curve', some_a |].
    now apply (curves_compared D rho rho').
Qed.

Lemma steps_gain (D : toy) (rho rho' t T : R) :
  orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> rho < rho' -> 0 < t -> 0 < T ->
  exists eta_0, 0 < eta_0 /\ forall eta, 0 < eta <= eta_0 -> exists j, INR j * eta <= t /\ forall k, INR k * eta <= t ->
    quotient D T (fst (stepped D rho eta k)) (snd (stepped D rho eta k))
    < quotient D T (fst (stepped D rho' eta j)) (snd (stepped D rho' eta j)).
Proof.
  intros good majority some_noisy larger some_t some_T. assert (some : (0 < points D)%nat) by (unfold points; lia).
  assert (some_clean : (0 < clean D)%nat) by lia.
  destruct (path_exists D rho good some) as (a & b & path). destruct (path_exists D rho' good some) as (a' & b' & path').
  destruct (flow_gains D rho rho' t T a b a' b' good majority some_noisy larger some_t some_T path path')
    as (r & top & [from until] & gain & most).
  set (gap := quotient D T (a' r) (b' r) - top). set (K := steepness D T). set (c := spread D t).
  assert (some_K : 0 < K).
  { apply lt_0_INR in some. apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat; lra | now apply sqrt_lt_R0]. }
  assert (some_c : 0 < c) by (pose proof (exp_pos (2 * stiffness D * t)); unfold c, spread; lra).
  set (loss := K * (2 * c + 2)). assert (some_loss : 0 < loss) by (apply Rmult_lt_0_compat; lra).
  exists (gap / (loss + 1)). split; [apply Rdiv_lt_0_compat; unfold gap; lra |]. intros eta [positive small].
  apply (Rmult_le_compat_r (loss + 1)) in small; [| lra]. replace (gap / (loss + 1) * (loss + 1)) with gap in small by (field; lra).
  destruct (last_step r eta from positive) as (j & before & after). exists j. split; [lra |]. intros k within.
  set (time := INR j * eta) in *. assert (some_time : 0 <= time) by (apply Rmult_le_pos; [apply pos_INR | lra]).
  pose proof (stepped_near D rho eta t a b k good some path positive within) as near.
  pose proof (stepped_near D rho' eta t a' b' j good some path' positive ltac:(fold time; lra)) as near'.
  fold time in near'. fold c in near, near'.
  destruct (path_is_steady D rho' a' b' good some path') as [slow_a slow_b].
  pose proof (slow_a time r some_time from) as drift_a. pose proof (slow_b time r some_time from) as drift_b.
  rewrite (Rabs_minus_sym time), (Rabs_pos_eq (r - time)) in drift_a, drift_b by lra.
  set (x := fst (stepped D rho eta k)) in *. set (y := snd (stepped D rho eta k)) in *.
  set (x' := fst (stepped D rho' eta j)) in *. set (y' := snd (stepped D rho' eta j)) in *.
  pose proof (quotient_lipschitz D T x y (a (INR k * eta)) (b (INR k * eta)) some_clean some_noisy some_T) as change.
  pose proof (quotient_lipschitz D T (a' time) (b' time) x' y' some_clean some_noisy some_T) as change'.
  pose proof (quotient_lipschitz D T (a' r) (b' r) (a' time) (b' time) some_clean some_noisy some_T) as change_r.
  fold K in change, change', change_r.
  rewrite (Rabs_minus_sym (a' time) x'), (Rabs_minus_sym (b' time) y') in change'.
  rewrite (Rabs_minus_sym (a' r)), (Rabs_minus_sym (b' r)) in change_r.
  pose proof (Rmult_le_compat_l K _ _ (Rlt_le _ _ some_K) near). pose proof (Rmult_le_compat_l K _ _ (Rlt_le _ _ some_K) near').
  pose proof (Rmult_le_compat_l K _ _ (Rlt_le _ _ some_K) (Rplus_le_compat _ _ _ _ drift_a drift_b)) as drift.
  assert (short : K * (1 * (r - time) + 1 * (r - time)) <= K * (2 * eta)) by (apply Rmult_le_compat_l; lra).
  specialize (most (INR k * eta) ltac:(split; [apply Rmult_le_pos; [apply pos_INR | lra] | exact within])).
  pose proof (Rle_abs (quotient D T x y - quotient D T (a (INR k * eta)) (b (INR k * eta)))).
  pose proof (Rle_abs (quotient D T (a' time) (b' time) - quotient D T x' y')).
  pose proof (Rle_abs (quotient D T (a' r) (b' r) - quotient D T (a' time) (b' time))).
  unfold loss in small. unfold gap in *. lra.
Qed.

Theorem best_accuracy_rises (D : toy) (rho rho' t : R) :
  orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> 0 < norm (dimension D) (start D) -> rho < rho' -> 0 < t ->
  exists eta_0, 0 < eta_0 /\ forall Phi s eta, strictly_increasing Phi -> 0 < s -> 0 < eta <= eta_0 ->
    exists j, INR j * eta <= t /\ forall k, INR k * eta <= t ->
      toy_accuracy Phi D s (trained D rho (fun _ => eta) k) < toy_accuracy Phi D s (trained D rho' (fun _ => eta) j).
Proof.
  intros good majority some_noisy apart larger some_t. set (T := norm (dimension D) (start D) ^ 2 / noise_size D).
  assert (some_T : 0 < T) by (apply Rdiv_lt_0_compat; [now apply pow_lt | apply (some_noise D good)]).
  destruct (steps_gain D rho rho' t T good majority some_noisy larger some_t some_T) as (eta_0 & some_eta & gain). exists eta_0.
  split; [exact some_eta |]. intros Phi s eta grows deviation small. destruct (gain eta small) as (j & within & more). exists j.
  split; [exact within |]. intros k also. rewrite !trained_stepped by exact good.
  assert (closed : forall a b, toy_accuracy Phi D s (reached D a b) = path_accuracy Phi D s (norm (dimension D) (start D)) a b).
  { intros a b. apply accuracy_of_radicand; [exact good | exact deviation |]. fold T. apply radicand_positive; assumption || lia. }
  rewrite !closed.
  apply grows, Rmult_lt_compat_l; [now apply scale_pos | now apply more].
Qed.

Definition main_theorems := (best_accuracy_rises).
Print Assumptions main_theorems.
