(** * Gradient steps under two radii: while the signal rises under the smaller one, it is larger under the larger one

    Statement.  Full-batch 1-SAM from w_0 under rho and under rho' > rho, with the same step sizes eta <= 4 n/(N + B^2 n). As long as
                the signal w_1 has not fallen in any step under rho, it is strictly larger under rho' after the same number of steps.
    Idea.       Let X be the lead of the second run in n_c a - n_n b. For X = 0 the larger C raises the smaller logit scale, n_c times of
                clean points, by the larger factor, as sigma is log-concave. Its slope is at most 1/4, so that a step takes back at most X.
    Assumes.    The data of toy.v; n_c > n_n >= 1.
    Source.     Beyond the end of Section 3.2. *)

Require Import Reals Lra Lia Arith.
From Formal Require Import lemma_3_1 vectors accuracy_monotone one_sam_linear toy early_stopping_accuracy early_stopping_reduction
  early_stopping_slope two_radii.
Open Scope R_scope.

Definition smooth_step (D : toy) : R := 4 * INR (points D) / (noise_size D + signal D ^ 2 * INR (points D)).
Definition clean_push (D : toy) (rho a b : R) : R := shift D rho - clean_margin D a b.
Definition noisy_push (D : toy) (rho a b : R) : R := shift D rho - noisy_margin D a b.
Definition signal_of (D : toy) (a b : R) : R := INR (clean D) * a - INR (noisy D) * b.

(** The run under rho' with progress a' and b' is not behind the run under rho with a and b. *)
Definition not_behind (D : toy) (rho rho' a b a' b' : R) : Prop :=
  a <= a' /\ signal_of D a b <= signal_of D a' b' /\ clean_push D rho a b <= clean_push D rho' a' b'
  /\ noisy_push D rho a b <= noisy_push D rho' a' b'.

Lemma shift_grows (D : toy) (rho rho' : R) : orthogonal D -> rho < rho' -> shift D rho < shift D rho'.
Proof.
  intros good larger. unfold shift. apply Rmult_lt_compat_r; [| exact larger]. apply sqrt_lt_R0.
  pose proof (some_noise D good). pose proof (pow2_ge_0 (signal D)). lra.
Qed.

Lemma smooth_is_small (D : toy) : orthogonal D -> (noisy D < clean D)%nat -> smooth_step D <= largest_step D.
Proof.
  intros good majority. unfold smooth_step, largest_step, pull. pose proof (some_noise D good) as noise_pos.
  pose proof (pow_lt _ 2 (some_signal D good)) as signal_pos. assert (many : 0 < INR (points D)) by (apply points_pos; lia).
  assert (twice : 2 * INR (noisy D) <= INR (points D)).
  { unfold points. rewrite plus_INR. apply lt_INR in majority. lra. }
  pose proof (Rmult_le_compat_l _ _ _ (Rlt_le _ _ signal_pos) twice). pose proof (pos_INR (noisy D)).
  pose proof (Rmult_le_pos (signal D ^ 2) _ (Rlt_le _ _ signal_pos) (pos_INR (noisy D))).
  unfold Rdiv. apply Rmult_le_compat_l; [lra |]. apply Rinv_le_contravar; lra.
Qed.

Lemma signal_after (D : toy) (rho eta a b : R) :
  signal_of D (a + eta * clean_rate D rho a b) (b + eta * noisy_rate D rho a b)
  = signal_of D a b + eta / INR (points D)
    * (INR (clean D) * sigma (clean_push D rho a b) - INR (noisy D) * sigma (noisy_push D rho a b)).
Proof. unfold signal_of, clean_rate, noisy_rate, clean_push, noisy_push, Rdiv. ring. Qed.

Lemma clean_push_after (D : toy) (rho eta a b : R) :
  clean_push D rho (a + eta * clean_rate D rho a b) (b + eta * noisy_rate D rho a b)
  = clean_push D rho a b - eta / INR (points D) * (signal D ^ 2 * INR (clean D) + noise_size D) * sigma (clean_push D rho a b)
    + eta / INR (points D) * signal D ^ 2 * INR (noisy D) * sigma (noisy_push D rho a b).
Proof.
  unfold clean_rate, noisy_rate. fold (clean_push D rho a b) (noisy_push D rho a b).
  set (s := sigma (clean_push D rho a b)). set (r := sigma (noisy_push D rho a b)). unfold clean_push, clean_margin, lead, Rdiv. ring.
Qed.

Lemma noisy_push_after (D : toy) (rho eta a b : R) :
  noisy_push D rho (a + eta * clean_rate D rho a b) (b + eta * noisy_rate D rho a b)
  = noisy_push D rho a b + eta / INR (points D) * signal D ^ 2 * INR (clean D) * sigma (clean_push D rho a b)
    - eta / INR (points D) * (signal D ^ 2 * INR (noisy D) + noise_size D) * sigma (noisy_push D rho a b).
Proof.
  unfold clean_rate, noisy_rate. fold (clean_push D rho a b) (noisy_push D rho a b).
  set (s := sigma (clean_push D rho a b)). set (r := sigma (noisy_push D rho a b)). unfold noisy_push, noisy_margin, lead, Rdiv. ring.
Qed.

(** One step: the signal is strictly larger in the second run, which is not behind. *)
Lemma one_step_ahead (D : toy) (rho rho' eta a b a' b' : R) :
  orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> 0 < eta <= smooth_step D -> rho < rho' ->
  noisy_margin D a b <= clean_margin D a b -> not_behind D rho rho' a b a' b' ->
  signal_of D a b <= signal_of D (a + eta * clean_rate D rho a b) (b + eta * noisy_rate D rho a b) ->
  let after := fun radius x y => (x + eta * clean_rate D radius x y, y + eta * noisy_rate D radius x y) in
  signal_of D (fst (after rho a b)) (snd (after rho a b)) < signal_of D (fst (after rho' a' b')) (snd (after rho' a' b'))
  /\ not_behind D rho rho' (fst (after rho a b)) (snd (after rho a b)) (fst (after rho' a' b')) (snd (after rho' a' b')).
Proof.
  intros good majority some_noisy [positive small] larger behind (further & more & pushed_clean & pushed_noisy) rising after. simpl.
  pose proof (some_noise D good) as noise_pos. pose proof (pow_lt _ 2 (some_signal D good)) as signal_pos.
  assert (many : 0 < INR (points D)) by (apply points_pos; lia). pose proof some_noisy as some_n. apply lt_0_INR in some_n.
  pose proof majority as larger_n. apply lt_INR in larger_n.
  set (k := INR (clean D)) in *. set (l := INR (noisy D)) in *. set (N := noise_size D) in *. set (A := signal D ^ 2) in *.
  set (h := eta / INR (points D)). assert (some_h : 0 < h) by now apply Rdiv_lt_0_compat.
  set (gap := shift D rho' - shift D rho).
  assert (some_gap : 0 < gap) by (pose proof (shift_grows D rho rho' good larger); unfold gap; lra).
  set (X := signal_of D a' b' - signal_of D a b). set (Y := a' - a). set (Z := b' - b).
  assert (p_form : clean_push D rho' a' b' = clean_push D rho a b + (gap - A * X - N * Y)).
  { unfold clean_push, clean_margin, lead, gap, X, Y, signal_of, A, N. ring. }
  assert (q_form : noisy_push D rho' a' b' = noisy_push D rho a b + (gap + A * X - N * Z)).
  { unfold noisy_push, noisy_margin, lead, gap, X, Z, signal_of, A, N. ring. }
  assert (limit : h * (N + A * (k + l)) <= 4).
  { assert (sum : INR (points D) = k + l) by (unfold points, k, l; apply plus_INR).
    assert (some : 0 < N + A * (k + l)).
    { pose proof (Rmult_lt_0_compat A (k + l) signal_pos ltac:(lra)). lra. }
    unfold smooth_step in small. fold N A in small. rewrite sum in small, many. unfold h. rewrite sum.
    pose proof (Rmult_le_compat_r _ _ _ (Rlt_le _ _ some) small) as times.
    replace (4 * (k + l) / (N + A * (k + l)) * (N + A * (k + l))) with (4 * (k + l)) in times by (field; lra).
    apply (Rmult_le_reg_r (k + l)); [exact many |].
    replace (eta / (k + l) * (N + A * (k + l)) * (k + l)) with (eta * (N + A * (k + l))) by (field; lra). exact times. }
  assert (lags : l * Z = k * Y - X) by (unfold X, Y, Z, signal_of; fold k l; ring).
  assert (ordered : clean_push D rho a b <= noisy_push D rho a b) by (unfold clean_push, noisy_push; lra).
  rewrite signal_after in rising. fold k l h in rising.
  assert (rises : l * sigma (noisy_push D rho a b) <= k * sigma (clean_push D rho a b)).
  { apply (Rmult_le_reg_l h); [exact some_h |]. lra. }
  assert (u_nonneg : 0 <= gap - A * X - N * Y) by lra. assert (v_nonneg : 0 <= gap + A * X - N * Z) by lra.
  assert (X_nonneg : 0 <= X) by (unfold X; lra). assert (Y_nonneg : 0 <= Y) by (unfold Y; lra).
  set (p := clean_push D rho a b) in *. set (q := noisy_push D rho a b) in *.
  assert (all_sizes : sizes k l N A h gap) by (unfold sizes; lra).
  assert (is_ahead : ahead k l N A gap X Y Z) by (unfold ahead; lra).
  pose proof (signal_grows k l N A h gap X Y Z p q all_sizes is_ahead ordered rises) as grows.
  pose proof (stays_ahead k l N A h gap X Y Z p q all_sizes is_ahead) as still.
  rewrite <- p_form, <- q_form in grows, still.
  assert (signals : signal_of D (a + eta * clean_rate D rho a b) (b + eta * noisy_rate D rho a b)
    < signal_of D (a' + eta * clean_rate D rho' a' b') (b' + eta * noisy_rate D rho' a' b')).
  { rewrite !signal_after. fold k l h p q. unfold X in grows. lra. }
  destruct still as (further_then & clean_then & noisy_then). split; [exact signals |]. split; [| split; [lra | split]].
  - unfold Y in further_then. unfold clean_rate. fold (clean_push D rho a b) (clean_push D rho' a' b'). fold p.
    replace (eta * (sigma p / INR (points D))) with (h * sigma p) by (unfold h; field; lra).
    replace (eta * (sigma (clean_push D rho' a' b') / INR (points D))) with (h * sigma (clean_push D rho' a' b')) by (unfold h; field; lra).
    lra.
  - rewrite !clean_push_after. fold k l h N A p q. lra.
  - rewrite !noisy_push_after. fold k l h N A p q. lra.
Qed.

Theorem signal_larger (D : toy) (rho rho' : R) (eta : nat -> R) :
  orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> rho < rho' -> (forall j, 0 < eta j <= smooth_step D) ->
  forall k, (forall j, (j <= k)%nat -> trained D rho eta j 0%nat <= trained D rho eta (S j) 0%nat) ->
  trained D rho eta (S k) 0%nat < trained D rho' eta (S k) 0%nat.
Proof.
  intros good majority some_noisy larger small.
  assert (some_signal : 0 < signal D) by apply (some_signal D good).
  assert (path : forall k, (forall j, (j < k)%nat -> trained D rho eta j 0%nat <= trained D rho eta (S j) 0%nat) ->
    exists a b a' b', trained D rho eta k = reached D a b /\ trained D rho' eta k = reached D a' b'
      /\ noisy_margin D a b <= clean_margin D a b /\ not_behind D rho rho' a b a' b').
  { induction k as [| k IH]; intros rising.
    - exists 0, 0, 0, 0. rewrite reached_nothing. repeat split; unfold noisy_margin, clean_margin, lead, signal_of; try lra.
      + unfold clean_push, clean_margin, lead. pose proof (shift_grows D rho rho' good larger). lra.
      + unfold noisy_push, noisy_margin, lead. pose proof (shift_grows D rho rho' good larger). lra.
    - destruct IH as (a & b & a' & b' & here & here' & behind & ahead); [intros j Hj; apply rising; lia |].
      pose proof (rising k ltac:(lia)) as now. simpl in now. rewrite here, step_reached, !reached_first in now by exact good.
      apply Rmult_le_reg_l in now; [| exact some_signal]. simpl. rewrite here, here', !step_reached by exact good.
      destruct (one_step_ahead D rho rho' (eta k) a b a' b' good majority some_noisy (small k) larger behind ahead now) as [_ then_ahead].
      do 4 eexists. split; [reflexivity |]. split; [reflexivity |]. split; [| exact then_ahead].
      apply Rlt_le, step_keeps_lead; try assumption. destruct (small k) as [positive most]. split; [exact positive |].
      apply Rle_trans with (1 := most), smooth_is_small; assumption. }
  intros k rising. destruct (path k) as (a & b & a' & b' & here & here' & behind & ahead); [intros j Hj; apply rising; lia |].
  pose proof (rising k ltac:(lia)) as now. simpl in now. rewrite here, step_reached, !reached_first in now by exact good.
  apply Rmult_le_reg_l in now; [| exact some_signal].
  destruct (one_step_ahead D rho rho' (eta k) a b a' b' good majority some_noisy (small k) larger behind ahead now) as [more _].
  simpl in more. simpl. rewrite here, here', !step_reached, !reached_first by exact good. now apply Rmult_lt_compat_l.
Qed.

(** As progress grows, the accuracy cannot rise where the signal falls: the norm of the other coordinates grows. *)
Lemma accuracy_rises_with_signal (Phi : R -> R) (D : toy) (s a b a' b' : R) :
  strictly_increasing Phi -> orthogonal D -> (noisy D < clean D)%nat -> 0 < s -> 0 < a -> 0 <= b -> a <= a' -> b <= b' ->
  0 <= signal_of D a b -> toy_accuracy Phi D s (reached D a b) <= toy_accuracy Phi D s (reached D a' b') ->
  signal_of D a b <= signal_of D a' b'.
Proof.
  intros grows good majority deviation some_a some_b more_a more_b nonneg rises.
  destruct (Rle_or_lt (signal_of D a b) (signal_of D a' b')) as [done | falls]; [exact done | exfalso].
  assert (some : (0 < clean D)%nat) by lia. revert rises. apply Rlt_not_le. rewrite !accuracy_closed_form by (assumption || lra).
  unfold path_accuracy. apply grows, Rmult_lt_compat_l; [now apply scale_pos |].
  unfold quotient. fold (signal_of D a b) (signal_of D a' b'). set (T := norm (dimension D) (start D) ^ 2 / noise_size D).
  pose proof (start_share D (norm (dimension D) (start D)) good) as some_T. fold T in some_T.
  pose proof (radicand_pos D T a b some some_a some_T) as square. pose proof (lt_0_INR _ some) as some_k.
  assert (longer : INR (clean D) * a ^ 2 + INR (noisy D) * b ^ 2 + T <= INR (clean D) * a' ^ 2 + INR (noisy D) * b' ^ 2 + T).
  { pose proof (pow_incr a a' 2 (conj (Rlt_le _ _ some_a) more_a)) as squares_a. pose proof (pow_incr b b' 2 (conj some_b more_b)) as squares_b.
    pose proof (Rmult_le_compat_l _ _ _ (Rlt_le _ _ some_k) squares_a).
    pose proof (Rmult_le_compat_l _ _ _ (pos_INR (noisy D)) squares_b). lra. }
  pose proof (sqrt_lt_R0 _ square) as root. pose proof (sqrt_le_1_alt _ _ longer) as roots.
  set (r := sqrt (INR (clean D) * a ^ 2 + INR (noisy D) * b ^ 2 + T)) in *.
  set (r' := sqrt (INR (clean D) * a' ^ 2 + INR (noisy D) * b' ^ 2 + T)) in *.
  apply (Rmult_lt_reg_r (r * r')); [apply Rmult_lt_0_compat; lra |].
  replace (signal_of D a' b' / r' * (r * r')) with (signal_of D a' b' * r) by (field; lra).
  replace (signal_of D a b / r * (r * r')) with (signal_of D a b * r') by (field; lra).
  pose proof (Rmult_lt_compat_r r _ _ root falls). pose proof (Rmult_le_compat_l _ _ _ nonneg roots). lra.
Qed.

(** The same as long as the accuracy has not fallen under rho: up to where early stopping stops. *)
Theorem signal_larger_until_stopped (Phi : R -> R) (D : toy) (s rho rho' : R) (eta : nat -> R) :
  strictly_increasing Phi -> orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> 0 < s -> rho < rho' ->
  (forall j, 0 < eta j <= smooth_step D) ->
  forall k, (forall j, (j <= k)%nat -> toy_accuracy Phi D s (trained D rho eta j) <= toy_accuracy Phi D s (trained D rho eta (S j))) ->
  trained D rho eta (S k) 0%nat < trained D rho' eta (S k) 0%nat.
Proof.
  intros grows good majority some_noisy deviation larger small k rising. apply signal_larger; try assumption.
  assert (some_signal : 0 < signal D) by apply (some_signal D good). assert (many : 0 < INR (points D)) by (apply points_pos; lia).
  assert (moves : forall x y j, 0 < eta j * clean_rate D rho x y /\ 0 < eta j * noisy_rate D rho x y).
  { intros x y j. destruct (small j) as [positive _]. unfold clean_rate, noisy_rate.
    split; (apply Rmult_lt_0_compat; [exact positive | apply Rdiv_lt_0_compat; [apply sigma_pos | exact many]]). }
  assert (path : forall j, (j <= S k)%nat -> exists a b, trained D rho eta (S j) = reached D (a + eta j * clean_rate D rho a b)
      (b + eta j * noisy_rate D rho a b) /\ trained D rho eta j = reached D a b /\ 0 <= b /\ (a = 0 /\ b = 0 \/ 0 < a)
      /\ 0 <= signal_of D a b).
  { induction j as [| j IH]; intros within.
    - exists 0, 0. rewrite reached_nothing. repeat split; [| lra | now left | unfold signal_of; lra].
      simpl. rewrite <- reached_nothing at 1. now rewrite step_reached.
    - destruct (IH ltac:(lia)) as (a & b & then_ & here & some_b & start_or_later & nonneg). destruct (moves a b j) as [more_a more_b].
      do 2 eexists. split; [| split; [exact then_ |]].
      + simpl. simpl in then_. rewrite then_. now rewrite step_reached.
      + split; [lra |]. split; [right; destruct start_or_later as [[-> _] | later]; lra |].
        destruct start_or_later as [[-> ->] | later].
        * rewrite signal_after. apply lt_INR in majority.
          assert (same : noisy_push D rho 0 0 = clean_push D rho 0 0) by (unfold noisy_push, clean_push, noisy_margin, clean_margin, lead; ring).
          rewrite same. pose proof (sigma_pos (clean_push D rho 0 0)) as some. destruct (small j) as [positive _].
          pose proof (Rdiv_lt_0_compat _ _ positive many) as rate. pose proof (Rmult_lt_compat_r _ _ _ some majority).
          pose proof (Rmult_lt_0_compat _ _ rate (Rlt_Rminus _ _ H)). unfold signal_of. lra.
        * apply Rle_trans with (1 := nonneg). apply (accuracy_rises_with_signal Phi D s); try assumption; try lra.
          rewrite <- here, <- then_. apply rising. lia. }
  intros j within. destruct (path j ltac:(lia)) as (a & b & then_ & here & some_b & start_or_later & nonneg).
  destruct (path (S j) ltac:(lia)) as (a' & b' & _ & here' & _ & _ & nonneg'). destruct (moves a b j) as [more_a more_b].
  destruct start_or_later as [[-> ->] | later].
  - rewrite here, here', !reached_first by exact good. apply Rmult_le_compat_l; [lra |]. fold (signal_of D a' b'). lra.
  - rewrite here, then_, !reached_first by exact good. apply Rmult_le_compat_l; [lra |].
    apply (accuracy_rises_with_signal Phi D s); try assumption; try lra. rewrite <- here, <- then_. now apply rising.
Qed.

Definition main_theorems := (signal_larger, signal_larger_until_stopped).
Print Assumptions main_theorems.
