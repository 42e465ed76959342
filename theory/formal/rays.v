(** * Two gradient flows in two numbers meet the same rays from the start, the one with the larger shift further out

    x' = (sigma(C - u) + h sigma(C - v))/n and y' = sigma(C - v)/n with u = p x - e y, v = q x + f y, e, f, h >= 0, and u > v at the
    start. For a larger C the curve y(x) is lower; y/x tends to where u = v for every C. So each ray that a flow meets, the flow with the
    larger C meets further out. No statement of the paper is proved here. *)

Require Import Reals Ranalysis5 Lra.
From Formal Require Import lemma_3_1 matrices growth comparison exponentials.
Open Scope R_scope.

Record tilted := Tilted { p : R; e : R; q : R; f : R; h : R; n : R }.

Definition first (D : tilted) (x y : R) : R := p D * x - e D * y.
Definition second (D : tilted) (x y : R) : R := q D * x + f D * y.
Definition ahead (D : tilted) (x y : R) : R := (p D - q D) * x - (e D + f D) * y.

Record fits (D : tilted) : Prop := Fits {
  some_p : 0 <= p D;
  some_e : 0 <= e D;
  some_f : 0 <= f D;
  some_h : 0 <= h D;
  some_n : 0 < n D;
  margin_positive : forall x y, 0 < y -> h D * y < x -> 0 < ahead D x y -> 0 < first D x y }.

Definition starts_ahead (D : tilted) : Prop := e D + f D < (p D - q D) * (1 + h D).

Definition x_rate (D : tilted) (C x y : R) : R := (sigma (C - first D x y) + h D * sigma (C - second D x y)) / n D.
Definition y_rate (D : tilted) (C x y : R) : R := sigma (C - second D x y) / n D.
Definition is_run (D : tilted) (C : R) (x y : R -> R) : Prop :=
  x 0 = 0 /\ y 0 = 0 /\ forall s, 0 <= s -> derivable_pt_lim x s (x_rate D C (x s) (y s)) /\ derivable_pt_lim y s (y_rate D C (x s) (y s)).

Lemma sigma_le (y z : R) : y <= z -> sigma y <= sigma z.
Proof. intros [less | ->]; [now apply Rlt_le, sigma_increasing | apply Rle_refl]. Qed.

Lemma sigma_below_one (z : R) : sigma z < 1.
Proof. unfold sigma. pose proof (exp_pos (- z)). rewrite <- Rinv_1 at 2. apply Rinv_lt_contravar; lra. Qed.

Lemma ahead_is_gap (D : tilted) (x y : R) : ahead D x y = first D x y - second D x y.
Proof. unfold ahead, first, second. ring. Qed.

(** Both numbers grow, and so does x - h y. *)
Lemma rates_positive (D : tilted) (C x y : R) : fits D -> 0 < y_rate D C x y /\ h D * y_rate D C x y < x_rate D C x y.
Proof.
  intros good. pose proof (some_n D good) as many. pose proof (sigma_pos (C - first D x y)). pose proof (sigma_pos (C - second D x y)).
  split; [now apply Rdiv_lt_0_compat |]. unfold x_rate, y_rate.
  replace (h D * (sigma (C - second D x y) / n D)) with (h D * sigma (C - second D x y) / n D) by (unfold Rdiv; ring).
  apply Rmult_lt_compat_r; [now apply Rinv_0_lt_compat | lra].
Qed.

Lemma run_grows (D : tilted) (C s : R) (x y : R -> R) : fits D -> is_run D C x y -> 0 < s -> 0 < y s /\ h D * y s < x s.
Proof.
  intros good (x_0 & y_0 & moves) later. split.
  - rewrite <- y_0. apply (rises_strictly y (fun r => y_rate D C (x r) (y r)) 0 s later); intros r inside; [apply moves; lra |].
    now apply rates_positive.
  - assert (grown : x 0 - h D * y 0 < x s - h D * y s); [| rewrite x_0, y_0 in grown; lra].
    apply (rises_strictly (fun r => x r - h D * y r) (fun r => x_rate D C (x r) (y r) - h D * y_rate D C (x r) (y r)) 0 s later);
      intros r inside.
    + destruct (moves r ltac:(lra)). eapply derivative_is; [derive | ring].
    + destruct (rates_positive D C (x r) (y r) good). lra.
Qed.

Lemma x_positive (D : tilted) (C s : R) (x y : R -> R) : fits D -> is_run D C x y -> 0 < s -> 0 < x s.
Proof.
  intros good run later. destruct (run_grows D C s x y good run later) as [some more].
  pose proof (Rmult_le_pos _ _ (some_h D good) (Rlt_le _ _ some)). lra.
Qed.

(** Where u <= v the gap u - v grows. *)
Lemma gap_grows (D : tilted) (C x y : R) :
  fits D -> starts_ahead D -> ahead D x y <= 0 -> 0 < (p D - q D) * x_rate D C x y - (e D + f D) * y_rate D C x y.
Proof.
  intros good faster_start behind. rewrite ahead_is_gap in behind. pose proof (some_n D good) as many. pose proof (some_h D good) as tilt.
  pose proof (sigma_pos (C - second D x y)) as some. pose proof (sigma_pos (C - first D x y)) as some_too.
  assert (faster : sigma (C - second D x y) <= sigma (C - first D x y)) by (apply sigma_le; lra).
  unfold x_rate, y_rate. set (a := sigma (C - first D x y)) in *. set (b := sigma (C - second D x y)) in *.
  replace ((p D - q D) * ((a + h D * b) / n D) - (e D + f D) * (b / n D))
    with (((p D - q D) * (1 + h D) * (a + h D * b) - (e D + f D) * (b * (1 + h D))) / (n D * (1 + h D))) by (field; lra).
  apply Rdiv_lt_0_compat; [| apply Rmult_lt_0_compat; lra].
  pose proof (Rmult_le_pos _ _ tilt (Rlt_le _ _ some)) as part. pose proof (some_e D good). pose proof (some_f D good).
  assert (more : (e D + f D) * (a + h D * b) < (p D - q D) * (1 + h D) * (a + h D * b)).
  { apply Rmult_lt_compat_r; [lra | exact faster_start]. }
  assert (less : (e D + f D) * (b * (1 + h D)) <= (e D + f D) * (a + h D * b)) by (apply Rmult_le_compat_l; lra). lra.
Qed.

Lemma stays_ahead (D : tilted) (C s : R) (x y : R -> R) : fits D -> starts_ahead D -> is_run D C x y -> 0 < s -> 0 < ahead D (x s) (y s).
Proof.
  intros good faster (x_0 & y_0 & moves). set (F := fun r => ahead D (x r) (y r)).
  set (F' := fun r => (p D - q D) * x_rate D C (x r) (y r) - (e D + f D) * y_rate D C (x r) (y r)).
  assert (slopes : forall r, 0 <= r -> derivable_pt_lim F r (F' r)).
  { intros r from. destruct (moves r from). unfold F, F', ahead. eapply derivative_is; [derive | ring]. }
  assert (grows : forall r, F r <= 0 -> 0 < F' r) by (intros r behind; now apply gap_grows).
  assert (never_behind : forall r, 0 <= r -> 0 <= F r).
  { apply (stays_above F F' 0 0 slopes); [unfold F, ahead; rewrite x_0, y_0; lra |]. intros r _ behind. apply grows. lra. }
  intros later. apply (positive_from_start F F'); [intros r from; apply slopes; lra | | intros r _; apply grows | exact later].
  intros r some from room. exists (some / 2). pose proof (never_behind (some / 2)). lra.
Qed.

(** x reaches every level: while x <= level its rate stays above a positive number. *)
Definition slowest (D : tilted) (C level : R) : R := sigma (C - p D * level) / n D.
Definition time_beyond (D : tilted) (C level : R) : R := level / slowest D C level + 1.

Lemma endless (D : tilted) (C level : R) (x y : R -> R) :
  fits D -> is_run D C x y -> 0 < level -> 0 < time_beyond D C level /\ level < x (time_beyond D C level).
Proof.
  intros good run positive. set (low := slowest D C level). set (T := time_beyond D C level). pose proof (some_n D good) as many.
  assert (low_pos : 0 < low) by (apply Rdiv_lt_0_compat; [apply sigma_pos | exact many]).
  assert (T_pos : 0 < T) by (unfold T, time_beyond; fold low; pose proof (Rdiv_lt_0_compat _ _ positive low_pos); lra).
  split; [exact T_pos |]. destruct (Rlt_or_le level (x T)) as [beyond | within]; [exact beyond |]. exfalso.
  pose proof run as (x_0 & y_0 & moves).
  assert (grows : forall r, 0 < x_rate D C (x r) (y r)).
  { intros r. destruct (rates_positive D C (x r) (y r) good) as [some more].
    pose proof (Rmult_le_pos _ _ (some_h D good) (Rlt_le _ _ some)). lra. }
  assert (below : forall s, 0 < s < T -> x s <= level).
  { intros s inside. apply Rle_trans with (2 := within).
    apply (rises x (fun r => x_rate D C (x r) (y r)) s T); [lra | |]; intros r [from _]; [apply moves; lra | now apply Rlt_le]. }
  assert (fast : x 0 - low * 0 <= x T - low * T).
  { apply (rises (fun r => x r - low * r) (fun r => x_rate D C (x r) (y r) - low) 0 T); [lra | |].
    - intros r [from _]. destruct (moves r from). eapply derivative_is; [derive | ring].
    - intros r inside. destruct (run_grows D C r x y good run (proj1 inside)) as [y_pos _]. pose proof (below r inside) as low_x.
      assert (slower : sigma (C - p D * level) <= sigma (C - first D (x r) (y r))).
      { apply sigma_le. unfold first. pose proof (Rmult_le_compat_l _ _ _ (some_p D good) low_x).
        pose proof (Rmult_le_pos _ _ (some_e D good) (Rlt_le _ _ y_pos)). lra. }
      pose proof (Rmult_le_pos _ _ (some_h D good) (Rlt_le _ _ (sigma_pos (C - second D (x r) (y r))))).
      assert (low <= x_rate D C (x r) (y r)); [| lra]. unfold low, slowest, x_rate.
      apply Rmult_le_compat_r; [now apply Rlt_le, Rinv_0_lt_compat | lra]. }
  replace (low * T) with (level + low) in fast by (unfold T, time_beyond; fold low; field; lra). rewrite x_0 in fast. lra.
Qed.

Lemma run_meets_level (D : tilted) (C level : R) (x y : R -> R) :
  fits D -> is_run D C x y -> 0 < level -> exists s, 0 < s /\ x s = level.
Proof.
  intros good run positive. destruct (endless D C level x y good run positive) as [later beyond]. pose proof run as (x_0 & _ & moves).
  destruct (IVT_interv (fun s => x s - level) 0 (time_beyond D C level)) as (s & [from _] & zero); [| exact later | lra | lra |].
  - intros s [from _]. destruct (moves s from). eapply continuous_of_derivative. derive.
  - exists s. split; [| lra]. destruct from as [from | <-]; [exact from | lra].
Qed.

(** y as a function of x. *)
Definition rise (D : tilted) (C x y : R) : R :=
  sigma (C - second D x y) / (sigma (C - first D x y) + h D * sigma (C - second D x y)).
Definition is_curve (D : tilted) (C : R) (beta : R -> R) : Prop :=
  (forall x, 0 < x -> derivable_pt_lim beta x (rise D C x (beta x)) /\ 0 < beta x /\ 0 < ahead D x (beta x))
  /\ (forall small room, 0 < small -> 0 < room -> exists x, 0 < x < room /\ beta x <= small).

Lemma small_at_start (D : tilted) (C small room : R) (x y : R -> R) :
  fits D -> is_run D C x y -> 0 < small -> 0 < room -> exists s, 0 < s /\ x s < room /\ y s <= small.
Proof.
  intros good (x_0 & y_0 & moves) some some_room. pose proof (some_n D good) as many. pose proof (some_h D good) as tilt.
  set (speed := (1 + h D) / n D). assert (fast : 0 < speed) by (apply Rdiv_lt_0_compat; lra).
  set (s := Rmin (small / speed) (room / (2 * speed))).
  assert (s_pos : 0 < s) by (apply Rmin_pos; apply Rdiv_lt_0_compat; lra).
  assert (to_small : speed * s <= small).
  { apply Rle_trans with (speed * (small / speed)); [apply Rmult_le_compat_l; [lra | apply Rmin_l] |]. right. field. lra. }
  assert (to_room : speed * s <= room / 2).
  { apply Rle_trans with (speed * (room / (2 * speed))); [apply Rmult_le_compat_l; [lra | apply Rmin_r] |]. right. field. lra. }
  assert (bounds : forall r, x_rate D C (x r) (y r) <= speed /\ y_rate D C (x r) (y r) <= speed).
  { intros r. pose proof (sigma_below_one (C - first D (x r) (y r))). pose proof (sigma_below_one (C - second D (x r) (y r))) as less.
    pose proof (Rmult_le_compat_l _ _ _ tilt (Rlt_le _ _ less)). pose proof (sigma_pos (C - second D (x r) (y r))) as some_b.
    pose proof (Rmult_le_pos _ _ tilt (Rlt_le _ _ some_b)).
    split; apply Rmult_le_compat_r; try (now apply Rlt_le, Rinv_0_lt_compat); lra. }
  assert (slow : forall F F', F 0 = 0 -> (forall r, 0 <= r -> derivable_pt_lim F r (F' r)) -> (forall r, F' r <= speed) ->
    F s <= speed * s).
  { intros F F' start slopes below. assert (fall : F s - speed * s <= F 0 - speed * 0); [| rewrite start in fall; lra].
    apply (falls (fun r => F r - speed * r) (fun r => F' r - speed) 0 s); [lra | |].
    - intros r [from _]. pose proof (slopes r from). eapply derivative_is; [derive | ring].
    - intros r _. specialize (below r). lra. }
  exists s. split; [exact s_pos |]. split.
  - apply Rle_lt_trans with (speed * s); [| lra].
    apply (slow x (fun r => x_rate D C (x r) (y r)) x_0); [intros r from; now apply moves | intros r; apply bounds].
  - apply Rle_trans with (speed * s); [| exact to_small].
    apply (slow y (fun r => y_rate D C (x r) (y r)) y_0); [intros r from; now apply moves | intros r; apply bounds].
Qed.

Lemma run_has_curve (D : tilted) (C : R) (x y : R -> R) :
  fits D -> starts_ahead D -> is_run D C x y ->
  exists beta, is_curve D C beta /\ (forall s, 0 < s -> y s = beta (x s)).
Proof.
  intros good faster run. pose proof run as (x_0 & y_0 & moves). pose proof (some_n D good) as many.
  destruct (inverse_of_growing x (fun s => x_rate D C (x s) (y s)) (time_beyond D C) x_0) as (time & at_level & at_time & _).
  { intros s from. split; [now apply moves |]. destruct (rates_positive D C (x s) (y s) good) as [some more].
    pose proof (Rmult_le_pos _ _ (some_h D good) (Rlt_le _ _ some)). lra. }
  { intros level positive. now apply (endless D C level x y). }
  assert (on_curve : forall s, 0 < s -> y s = y (time (x s))) by (intros s later; now rewrite (proj2 (at_time s later))).
  exists (fun level => y (time level)). split; [split | exact on_curve].
  - intros level positive. destruct (at_level level positive) as (later & same & inverse). cbv beta in inverse.
    destruct (run_grows D C (time level) x y good run later) as [y_pos _].
    pose proof (stays_ahead D C (time level) x y good faster run later) as leads. rewrite same in leads.
    split; [| now split].
    apply (derivative_is _ _ (y_rate D C (x (time level)) (y (time level)) * / x_rate D C (x (time level)) (y (time level)))).
    + apply (derivable_pt_lim_comp time y); [exact inverse | apply moves; lra].
    + rewrite same. unfold rise, y_rate, x_rate. pose proof (sigma_pos (C - first D level (y (time level)))).
      pose proof (Rmult_le_pos _ _ (some_h D good) (Rlt_le _ _ (sigma_pos (C - second D level (y (time level)))))). field. lra.
  - intros small room some some_room. destruct (small_at_start D C small room x y good run some some_room) as (s & later & near & low).
    exists (x s). rewrite <- on_curve by exact later. pose proof (x_positive D C s x y good run later). lra.
Qed.

(** The slope of the curve falls in C where u > v, and in y. *)
Lemma share_lt (k a b a' b' : R) : 0 <= k -> 0 < a -> 0 < b -> 0 < a' -> 0 < b' -> b' * a < b * a' -> b' / (a' + k * b') < b / (a + k * b).
Proof.
  intros some A B A' B' less. pose proof (Rmult_le_pos _ _ some (Rlt_le _ _ B)). pose proof (Rmult_le_pos _ _ some (Rlt_le _ _ B')).
  apply fraction_lt; lra.
Qed.

Lemma rise_falls_in_shift (D : tilted) (C C' x y : R) : fits D -> 0 < ahead D x y -> C < C' -> rise D C' x y < rise D C x y.
Proof.
  intros good leads larger. rewrite ahead_is_gap in leads.
  apply share_lt; try apply sigma_pos; [apply (some_h D good) |]. unfold sigma. rewrite !Ropp_minus_distr, !exp_shift.
  pose proof (exp_pos (first D x y)). pose proof (exp_pos (second D x y)). pose proof (exp_pos (- C)). pose proof (exp_pos (- C')).
  assert (order : exp (second D x y) < exp (first D x y)) by (apply exp_increasing; lra).
  assert (shifts : exp (- C') < exp (- C)) by (apply exp_increasing; lra).
  set (u := exp (first D x y)) in *. set (v := exp (second D x y)) in *. set (k := exp (- C)) in *. set (k' := exp (- C')) in *.
  pose proof (Rmult_lt_0_compat _ _ (Rlt_Rminus _ _ order) (Rlt_Rminus _ _ shifts)) as gap.
  pose proof (Rmult_lt_0_compat k u). pose proof (Rmult_lt_0_compat k v). pose proof (Rmult_lt_0_compat k' u).
  pose proof (Rmult_lt_0_compat k' v). rewrite <- !Rinv_mult. apply Rinv_lt_contravar.
  - apply Rmult_lt_0_compat; apply Rmult_lt_0_compat; lra.
  - lra.
Qed.

Lemma rise_falls_in_y (D : tilted) (C x y z : R) : fits D -> y <= z -> rise D C x z <= rise D C x y.
Proof.
  intros good less.
  assert (up : sigma (C - first D x y) <= sigma (C - first D x z)).
  { apply sigma_le. unfold first. pose proof (Rmult_le_compat_l _ _ _ (some_e D good) less). lra. }
  assert (down : sigma (C - second D x z) <= sigma (C - second D x y)).
  { apply sigma_le. unfold second. pose proof (Rmult_le_compat_l _ _ _ (some_f D good) less). lra. }
  unfold rise. pose proof (sigma_pos (C - first D x y)) as A. pose proof (sigma_pos (C - second D x z)) as B'.
  pose proof (sigma_pos (C - first D x z)) as A'. pose proof (sigma_pos (C - second D x y)) as B. pose proof (some_h D good) as tilt.
  set (a := sigma (C - first D x y)) in *. set (b := sigma (C - second D x y)) in *. set (a' := sigma (C - first D x z)) in *.
  set (b' := sigma (C - second D x z)) in *.
  assert (cross : b' * a <= b * a') by (apply Rmult_le_compat; lra). destruct cross as [strict | tie]; [left; now apply share_lt |].
  right. pose proof (Rmult_le_pos _ _ tilt (Rlt_le _ _ B)). pose proof (Rmult_le_pos _ _ tilt (Rlt_le _ _ B')).
  apply (Rmult_eq_reg_r ((a' + h D * b') * (a + h D * b))); [| apply Rgt_not_eq, Rmult_lt_0_compat; lra].
  field_simplify; [| lra | lra]. lra.
Qed.

Lemma curves_compared (D : tilted) (C C' x : R) (beta beta' : R -> R) :
  fits D -> C < C' -> is_curve D C beta -> is_curve D C' beta' -> 0 < x -> beta' x < beta x.
Proof.
  intros good larger [curve _] [curve' low'] positive. apply Rminus_gt_0_lt, Rlt_gt. revert x positive.
  apply (positive_from_start (fun x => beta x - beta' x) (fun x => rise D C x (beta x) - rise D C' x (beta' x))).
  - intros x positive. destruct (curve x positive) as [H _]. destruct (curve' x positive) as [H' _].
    now apply (derivable_pt_lim_minus beta beta').
  - intros small x some positive. destruct (low' small x some positive) as (c & inside & low). exists c.
    destruct (curve c (proj1 inside)) as (_ & beta_pos & _). lra.
  - intros x positive below. destruct (curve' x positive) as (_ & _ & leads).
    pose proof (rise_falls_in_shift D C C' x (beta' x) good leads larger).
    pose proof (rise_falls_in_y D C x (beta x) (beta' x) good ltac:(lra)). lra.
Qed.
