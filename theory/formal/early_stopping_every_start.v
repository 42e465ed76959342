(** * Short gradient steps: the best accuracy over the steps never falls as the radius grows, from every start

    Statement.  Full-batch 1-SAM from w_0 with steps of one size eta <= n/(4 (N + B^2 n)). With the signal S = n_c a - n_n b and the
                progress A = a + b, every step k >= 2 in which the signal does not fall has, at every rho >= 0,
                dS_k^2/drho (A_k^2 - A_{k-1}^2) >= dA_k^2/drho (S_k^2 - S_{k-1}^2). Let rho' >= rho >= 0, |w_0| > 0 and M >= 1. Then the
                best accuracy over the steps 1 to M is at least as high under rho' as under rho.
    Idea.       Steps are ranked by S^2/(A^2 + T). At the best of them the signal is not below the one before, so that by the first
                statement the ratio does not fall in rho (ranked_steps.v). The first: the derivatives of a and b in rho have a lead over
                the direction of the last step; every step adds to it more than its second-order error (lead_kept.v), and the lead is
                large enough from the second step on (radius_gains.v).
    Assumes.    The data of toy.v, n_c > n_n >= 1, s > 0. Of Phi only that it strictly increases.
    Source.     Beyond the end of Section 3.2. *)

Require Import Reals Lra Lia.
From Formal Require Import lemma_3_1 vectors matrices growth accuracy_monotone one_sam_linear toy early_stopping_accuracy.
From Formal Require Import early_stopping_reduction early_stopping_slope largest_of_many ranked_steps.
Open Scope R_scope.

(** The units of moving_run.v: B^2 n_c/N, B^2 n_n/N and the step size times N/n. *)
Definition unit_clean (D : toy) : R := signal D ^ 2 * INR (clean D) / noise_size D.
Definition unit_noisy (D : toy) : R := signal D ^ 2 * INR (noisy D) / noise_size D.
Definition unit_step (D : toy) (eta : R) : R := eta * noise_size D / INR (points D).
Definition short_step (D : toy) : R := INR (points D) / (4 * (noise_size D + signal D ^ 2 * INR (points D))).

Lemma short_sizes (D : toy) (eta : R) :
  orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> 0 < eta <= short_step D ->
    sizes (unit_clean D) (unit_noisy D) (unit_step D eta).
Proof.
  intros good majority some_noisy [positive small]. pose proof (some_noise D good) as noise_pos.
  pose proof (pow_lt _ 2 (some_signal D good)) as signal_pos.
  assert (many : 0 < INR (points D)) by (apply points_pos; lia). apply lt_0_INR in some_noisy. apply lt_INR in majority.
  assert (count : INR (points D) = INR (clean D) + INR (noisy D)) by (unfold points; apply plus_INR).
  set (N := noise_size D) in *. set (A := signal D ^ 2) in *. assert (0 < A * INR (points D)) by (now apply Rmult_lt_0_compat).
  unfold sizes, unit_clean, unit_noisy, unit_step. fold A N. split; [| split; [| split]].
  - apply Rdiv_lt_0_compat; [now apply Rmult_lt_0_compat | exact noise_pos].
  - apply Rmult_lt_compat_r; [now apply Rinv_0_lt_compat |]. now apply Rmult_lt_compat_l.
  - apply Rdiv_lt_0_compat; [now apply Rmult_lt_0_compat | exact many].
  - unfold short_step in small. fold A N in small.
    replace (eta * N / INR (points D) * (1 + A * INR (clean D) / N + A * INR (noisy D) / N)) with (eta * ((N + A * INR (points D)) / INR
      (points D)))
      by (rewrite count; field; lra).
    apply Rle_trans with (INR (points D) / (4 * (N + A * INR (points D))) * ((N + A * INR (points D)) / INR (points D))).
    + apply Rmult_le_compat_r; [| exact small]. apply Rlt_le, Rdiv_lt_0_compat; lra.
    + right. field. lra.
Qed.

Lemma trained_moved (D : toy) (rho eta : R) (n : nat) :
  orthogonal D -> (0 < clean D)%nat ->
  let at_n := moved (unit_clean D) (unit_noisy D) (unit_step D eta) (shift D rho) n in
  trained D rho (fun _ => eta) n = reached D (fst at_n / noise_size D) (snd at_n / noise_size D).
Proof.
  intros good some. pose proof (some_noise D good) as noise_pos. pose proof (points_pos D some) as many.
  induction n as [| n IH]; cbv zeta in *.
  - simpl. unfold Rdiv. rewrite !Rmult_0_l. symmetry. apply reached_nothing.
  - simpl. rewrite IH, step_reached by exact good. unfold clean_rate, noisy_rate, clean_margin, noisy_margin, lead.
    set (a := fst (moved _ _ _ _ n)). set (b := snd (moved _ _ _ _ n)). f_equal.
    + replace (shift D rho - (signal D ^ 2 * (INR (clean D) * (a / noise_size D) - INR (noisy D) * (b / noise_size D)) + noise_size D *
      (a / noise_size D)))
        with (shift D rho - (unit_clean D * a - unit_noisy D * b) - a) by (unfold unit_clean, unit_noisy; field; lra).
      unfold unit_step. field. lra.
    + replace (shift D rho - (- (signal D ^ 2 * (INR (clean D) * (a / noise_size D) - INR (noisy D) * (b / noise_size D))) + noise_size D
      * (b / noise_size D)))
        with (shift D rho + (unit_clean D * a - unit_noisy D * b) - b) by (unfold unit_clean, unit_noisy; field; lra).
      unfold unit_step. field. lra.
Qed.

Theorem every_start (D : toy) (rho eta : R) (j : nat) :
  orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> 0 < eta <= short_step D -> 0 <= rho ->
  exists (a b : R -> nat -> R) (a' b' : nat -> R),
    (forall r k, trained D r (fun _ => eta) k = reached D (a r k) (b r k))
    /\ (forall k, derivable_pt_lim (fun r => a r k) rho (a' k) /\ derivable_pt_lim (fun r => b r k) rho (b' k))
    /\ let S_at := fun k => INR (clean D) * a rho k - INR (noisy D) * b rho k in
       let S' := fun k => INR (clean D) * a' k - INR (noisy D) * b' k in
       let A_at := fun k => a rho k + b rho k in let A' := fun k => a' k + b' k in
       S_at (S j) <= S_at (S (S j)) ->
       A' (S (S j)) * A_at (S (S j)) * (S_at (S (S j)) ^ 2 - S_at (S j) ^ 2)
       <= S' (S (S j)) * S_at (S (S j)) * (A_at (S (S j)) ^ 2 - A_at (S j) ^ 2).
Proof.
  intros good majority some_noisy small nonneg. assert (some_clean : (0 < clean D)%nat) by lia. pose proof (some_noise D good) as noise_pos.
  pose proof (short_sizes D eta good majority some_noisy small) as good_sizes. pose proof (some_signal D good) as B_pos.
  set (k := unit_clean D) in *. set (l := unit_noisy D) in *. set (h := unit_step D eta) in *.
  set (root := sqrt (signal D ^ 2 + noise_size D)). assert (root_nonneg : 0 <= root) by apply sqrt_pos.
  assert (shift_nonneg : 0 <= shift D rho) by (now apply Rmult_le_pos).
  exists (fun r n => fst (moved k l h (shift D r) n) / noise_size D), (fun r n => snd (moved k l h (shift D r) n) / noise_size D),
    (fun n => fst (speed k l h (shift D rho) n) * root / noise_size D), (fun n => snd (speed k l h (shift D rho) n) * root / noise_size D).
  split; [intros r n; now apply trained_moved |]. split.
  - intros n. destruct (moved_derivative k l h (shift D rho) n) as [move_a move_b].
    assert (inner : derivable_pt_lim (shift D) rho root).
    { eapply derivative_is; [apply (derivable_pt_lim_mult (fun r => r) (fun _ => root)); derive | ring]. }
    pose proof (derivable_pt_lim_comp (shift D) _ rho _ _ inner move_a) as outer_a.
    pose proof (derivable_pt_lim_comp (shift D) _ rho _ _ inner move_b) as outer_b. unfold comp in outer_a, outer_b. split.
    + eapply derivative_is; [apply (derivable_pt_lim_mult (fun r => fst (moved k l h (shift D r) n)) (fun _ => / noise_size D)); derive |].
      unfold Rdiv. ring.
    + eapply derivative_is; [apply (derivable_pt_lim_mult (fun r => snd (moved k l h (shift D r) n)) (fun _ => / noise_size D)); derive |].
      unfold Rdiv. ring.
  - intros S_at S' A_at A' rises. set (c := shift D rho) in *. set (N := noise_size D) in *. set (Q := signal D) in *.
    assert (signals : forall n, S_at n = signal_at k l h c n / Q ^ 2).
    { intros n. unfold S_at, signal_at, k, l, unit_clean, unit_noisy. fold N Q. field. lra. }
    assert (speeds : forall n, S' n = signal_speed k l h c n * root / Q ^ 2).
    { intros n. unfold S', signal_speed, k, l, unit_clean, unit_noisy. fold N Q. field. lra. }
    assert (progresses : forall n, A_at n = progress_at k l h c n / N) by (intros n; unfold A_at, progress_at; field; lra).
    assert (progress_speeds : forall n, A' n = progress_speed k l h c n * root / N) by (intros n; unfold A', progress_speed; field; lra).
    pose proof (pow_lt _ 2 B_pos) as square. fold Q in square. assert (rises' : signal_at k l h c (S j) <= signal_at k l h c (S (S j))).
    { rewrite !signals in rises. apply (Rmult_le_reg_r (/ Q ^ 2)); [now apply Rinv_0_lt_compat | exact rises]. }
    pose proof (every_start_in_units k l h c j good_sizes shift_nonneg rises') as steep.
    rewrite !signals, !speeds, !progresses, !progress_speeds.
    assert (factor : 0 <= root / (N ^ 2 * Q ^ 4)).
    { apply Rmult_le_pos; [exact root_nonneg |]. apply Rlt_le, Rinv_0_lt_compat, Rmult_lt_0_compat; now apply pow_lt. }
    apply (Rmult_le_compat_r _ _ _ factor) in steep.
    set (S1 := signal_at k l h c (S (S j))) in *. set (S0 := signal_at k l h c (S j)) in *. set (x1 := progress_at k l h c (S (S j))) in *.
    set (x0 := progress_at k l h c (S j)) in *.
    set (u := progress_speed k l h c (S (S j))) in *. set (v := signal_speed k l h c (S (S j))) in *.
    replace (u * root / N * (x1 / N) * ((S1 / Q ^ 2) ^ 2 - (S0 / Q ^ 2) ^ 2)) with (u * x1 * (S1 ^ 2 - S0 ^ 2) * (root / (N ^ 2 * Q ^ 4)))
      by (field; lra).
    replace (v * root / Q ^ 2 * (S1 / Q ^ 2) * ((x1 / N) ^ 2 - (x0 / N) ^ 2)) with (v * S1 * (x1 ^ 2 - x0 ^ 2) * (root / (N ^ 2 * Q ^ 4)))
      by (field; lra).
    exact steep.
Qed.

(** The rank decides the accuracy: n (n_c a^2 + n_n b^2) = (n_c a - n_n b)^2 + n_c n_n (a + b)^2. *)
Lemma rank_decides (D : toy) (T a b a' b' : R) :
  (0 < clean D)%nat -> (0 < noisy D)%nat -> 0 < T -> 0 < a -> 0 < a' ->
  let s := INR (clean D) * a - INR (noisy D) * b in let s' := INR (clean D) * a' - INR (noisy D) * b' in
  let t := INR (points D) * T / (INR (clean D) * INR (noisy D)) in
  0 <= s -> 0 <= s' -> s ^ 2 * ((a' + b') ^ 2 + t) <= s' ^ 2 * ((a + b) ^ 2 + t) -> quotient D T a b <= quotient D T a' b'.
Proof.
  intros some_clean some_noisy some_T some_a some_a' s s' t s_nonneg s'_nonneg order. unfold quotient. fold s s'.
  pose proof (radicand_pos D T a b some_clean some_a ltac:(lra)) as square.
  pose proof (radicand_pos D T a' b' some_clean some_a' ltac:(lra)) as square'.
  apply lt_0_INR in some_clean. apply lt_0_INR in some_noisy.
  assert (count : INR (points D) = INR (clean D) + INR (noisy D)) by (unfold points; apply plus_INR).
  set (k := INR (clean D)) in *. set (l := INR (noisy D)) in *. set (r := k * a ^ 2 + l * b ^ 2 + T) in *.
  set (r' := k * a' ^ 2 + l * b' ^ 2 + T) in *.
  assert (r_is : (k + l) * r = s ^ 2 + k * l * ((a + b) ^ 2 + t)) by (unfold r, s, t; rewrite count; field; lra).
  assert (r'_is : (k + l) * r' = s' ^ 2 + k * l * ((a' + b') ^ 2 + t)) by (unfold r', s', t; rewrite count; field; lra).
  assert (products : s ^ 2 * r' <= s' ^ 2 * r).
  { apply (Rmult_le_reg_l (k + l)); [lra |]. replace ((k + l) * (s ^ 2 * r')) with (s ^ 2 * ((k + l) * r')) by ring.
    replace ((k + l) * (s' ^ 2 * r)) with (s' ^ 2 * ((k + l) * r)) by ring. rewrite r_is, r'_is.
    pose proof (Rmult_le_compat_l (k * l) _ _ ltac:(apply Rmult_le_pos; lra) order). lra. }
  pose proof (sqrt_lt_R0 _ square) as root. pose proof (sqrt_lt_R0 _ square') as root'.
  assert (roots : s * sqrt r' <= s' * sqrt r).
  { apply Rsqr_incr_0_var; [| apply Rmult_le_pos; lra]. rewrite !Rsqr_mult, !Rsqr_sqrt, !Rsqr_pow2 by lra. exact products. }
  apply (Rmult_le_reg_r (sqrt r * sqrt r')); [now apply Rmult_lt_0_compat |].
  replace (s / sqrt r * (sqrt r * sqrt r')) with (s * sqrt r') by (field; lra).
  replace (s' / sqrt r' * (sqrt r * sqrt r')) with (s' * sqrt r) by (field; lra). exact roots.
Qed.

Theorem best_accuracy_never_falls (Phi : R -> R) (D : toy) (s rho rho' eta : R) (M m : nat) :
  strictly_increasing Phi -> orthogonal D -> (noisy D < clean D)%nat -> (0 < noisy D)%nat -> 0 < s -> 0 < eta <= short_step D ->
  0 < norm (dimension D) (start D) -> 0 <= rho <= rho' -> (1 <= m <= M)%nat ->
  exists n, (1 <= n <= M)%nat
    /\ toy_accuracy Phi D s (trained D rho (fun _ => eta) m) <= toy_accuracy Phi D s (trained D rho' (fun _ => eta) n).
Proof.
  intros grows good majority some_noisy deviation small apart [nonneg larger] within. assert (some_clean : (0 < clean D)%nat) by lia.
  pose proof (some_noise D good) as noise_pos. pose proof (pow_lt _ 2 (some_signal D good)) as signal_pos.
  pose proof (short_sizes D eta good majority some_noisy small) as good_sizes.
  set (k := unit_clean D) in *. set (l := unit_noisy D) in *. set (h := unit_step D eta) in *. set (N := noise_size D) in *.
  assert (root : 0 <= sqrt (signal D ^ 2 + N)) by apply sqrt_pos.
  assert (shifts : 0 <= shift D rho <= shift D rho').
  { unfold shift. fold N. split; [now apply Rmult_le_pos | now apply Rmult_le_compat_r]. }
  set (T := norm (dimension D) (start D) ^ 2 / N).
  assert (some_T : 0 < T) by (apply Rdiv_lt_0_compat; [now apply pow_lt | exact noise_pos]).
  pose proof (lt_0_INR _ some_clean) as k_pos. pose proof (lt_0_INR _ some_noisy) as l_pos. pose proof (points_pos D some_clean) as many.
  set (t := INR (points D) * T / (INR (clean D) * INR (noisy D))).
  assert (some_t : 0 < t) by (apply Rdiv_lt_0_compat; apply Rmult_lt_0_compat; assumption).
  destruct (best_rank_never_falls k l h (N ^ 2 * t) (shift D rho) (shift D rho') M m good_sizes) as (n & within_n & better);
    [apply Rmult_lt_0_compat; [now apply pow_lt | exact some_t] | exact shifts | exact within |].
  exists n. split; [exact within_n |]. pose proof (trained_moved D rho eta m good some_clean) as here.
  pose proof (trained_moved D rho' eta n good some_clean) as there.
  cbv zeta in here, there. fold k l h N in here, there. rewrite here, there.
  destruct m as [| m]; [lia |]. destruct n as [| n]; [unfold among in within_n; lia |].
  destruct (run_facts k l h (shift D rho) m good_sizes (proj1 shifts)) as [(a_pos & _) _].
  destruct (run_facts k l h (shift D rho') n good_sizes ltac:(lra)) as [(a'_pos & _) _].
  destruct (run_facts k l h (shift D rho) (S m) good_sizes (proj1 shifts)) as [(_ & S_nonneg & _) _].
  destruct (run_facts k l h (shift D rho') (S n) good_sizes ltac:(lra)) as [(_ & S'_nonneg & _) _].
  unfold rank, signal_at, progress_at in *. set (a := fst (moved k l h (shift D rho) (S m))) in *.
  set (b := snd (moved k l h (shift D rho) (S m))) in *.
  set (a' := fst (moved k l h (shift D rho') (S n))) in *. set (b' := snd (moved k l h (shift D rho') (S n))) in *.
  rewrite !accuracy_closed_form by (assumption || now apply Rdiv_lt_0_compat). unfold path_accuracy. fold N T.
  apply (increasing_le Phi); [exact grows |]. apply Rmult_le_compat_l; [apply Rlt_le; now apply scale_pos |].
  assert (signals : forall y z, INR (clean D) * (y / N) - INR (noisy D) * (z / N) = (k * y - l * z) / signal D ^ 2).
  { intros y z. unfold k, l, unit_clean, unit_noisy. fold N. field. pose proof (some_signal D good). lra. }
  apply rank_decides; try assumption; try (now apply Rdiv_lt_0_compat).
  - rewrite signals. apply Rmult_le_pos; [exact S_nonneg | now apply Rlt_le, Rinv_0_lt_compat].
  - rewrite signals. apply Rmult_le_pos; [exact S'_nonneg | now apply Rlt_le, Rinv_0_lt_compat].
  - rewrite !signals. fold t. pose proof (pow2_ge_0 (a + b)) as x_square. pose proof (pow2_ge_0 (a' + b')) as x'_square.
    assert (some_Nt : 0 < N ^ 2 * t) by (apply Rmult_lt_0_compat; [now apply pow_lt | exact some_t]).
    set (X := (a + b) ^ 2 + N ^ 2 * t) in *. set (X' := (a' + b') ^ 2 + N ^ 2 * t) in *.
    assert (some_X : 0 < X) by (unfold X; lra). assert (some_X' : 0 < X') by (unfold X'; lra).
    assert (cross : (k * a - l * b) ^ 2 * X' <= (k * a' - l * b') ^ 2 * X).
    { apply (Rmult_le_compat_r (X * X')) in better; [| apply Rmult_le_pos; lra].
      replace ((k * a - l * b) ^ 2 / X * (X * X')) with ((k * a - l * b) ^ 2 * X') in better by (field; lra).
      replace ((k * a' - l * b') ^ 2 / X' * (X * X')) with ((k * a' - l * b') ^ 2 * X) in better by (field; lra). exact better. }
    pose proof (some_signal D good) as B_pos. set (Q := signal D) in *.
    replace (((k * a - l * b) / Q ^ 2) ^ 2 * ((a' / N + b' / N) ^ 2 + t)) with ((k * a - l * b) ^ 2 * X' * / (Q ^ 4 * N ^ 2))
      by (unfold X'; field; lra).
    replace (((k * a' - l * b') / Q ^ 2) ^ 2 * ((a / N + b / N) ^ 2 + t)) with ((k * a' - l * b') ^ 2 * X * / (Q ^ 4 * N ^ 2))
      by (unfold X; field; lra).
    apply Rmult_le_compat_r; [| exact cross]. apply Rlt_le, Rinv_0_lt_compat, Rmult_lt_0_compat; now apply pow_lt.
Qed.

Definition main_theorems := (every_start, best_accuracy_never_falls).
Print Assumptions main_theorems.
