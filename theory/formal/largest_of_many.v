(** * The largest of finitely many differentiable functions does not fall, if none falls where it is the largest

    No statement of the paper is proved here; early_stopping_every_start.v uses the last lemma. *)

Require Import Reals Lra Lia.
Open Scope R_scope.

Definition among (M n : nat) : Prop := (1 <= n <= M)%nat.
Definition largest (f : nat -> R) (M n : nat) : Prop := among M n /\ forall m, among M m -> f m <= f n.

Lemma some_largest (f : nat -> R) (M : nat) : (1 <= M)%nat -> exists n, largest f M n.
Proof.
  induction M as [| M IH]; [lia |]. intros _. destruct (Nat.eq_dec M 0) as [-> | more].
  - exists 1%nat. split; [unfold among; lia |]. intros m within. replace m with 1%nat by (unfold among in within; lia). apply Rle_refl.
  - destruct (IH ltac:(lia)) as (n & within_n & top). destruct (Rle_or_lt (f (S M)) (f n)) as [less | greater].
    + exists n. split; [unfold among in *; lia |]. intros m within. destruct (Nat.eq_dec m (S M)) as [-> | other]; [exact less |].
      apply top. unfold among in *. lia.
    + exists (S M). split; [unfold among; lia |]. intros m within. destruct (Nat.eq_dec m (S M)) as [-> | other]; [apply Rle_refl |].
      apply Rle_trans with (f n); [apply top; unfold among in *; lia | lra].
Qed.

Lemma near_values (f : R -> R) (c slope e : R) :
  derivable_pt_lim f c slope -> 0 < e -> exists d, 0 < d /\ forall y, y <> 0 -> Rabs y < d ->
    Rabs (f (c + y) - f c - slope * y) <= e * Rabs y.
Proof.
  intros moves some. destruct (moves e some) as [d near]. exists (pos d). split; [apply cond_pos |]. intros y other within.
  pose proof (near y other within) as close.
  replace (f (c + y) - f c - slope * y) with (((f (c + y) - f c) / y - slope) * y) by (field; exact other).
  rewrite Rabs_mult. apply Rmult_le_compat_r; [apply Rabs_pos | lra].
Qed.

Lemma stays_negative (f : R -> R) (c slope : R) :
  derivable_pt_lim f c slope -> f c < 0 -> exists d, 0 < d /\ forall y, Rabs y < d -> f (c + y) < 0.
Proof.
  intros moves negative. destruct (near_values f c slope 1 moves ltac:(lra)) as (d & some_d & near).
  set (r := - f c / (Rabs slope + 2)). pose proof (Rabs_pos slope) as size.
  assert (some_r : 0 < r) by (apply Rdiv_lt_0_compat; lra). exists (Rmin d r). split; [now apply Rmin_pos |]. intros y within.
  pose proof (Rmin_l d r). pose proof (Rmin_r d r). destruct (Req_dec y 0) as [-> | other]; [rewrite Rplus_0_r; exact negative |].
  pose proof (near y other ltac:(lra)) as close. pose proof (Rle_abs (f (c + y) - f c - slope * y)) as up.
  pose proof (Rle_abs (slope * y)) as change.
  rewrite Rabs_mult in change. pose proof (Rabs_pos_lt y other).
  assert (Rabs y * (Rabs slope + 2) < r * (Rabs slope + 2)) by (apply Rmult_lt_compat_r; lra).
  replace (r * (Rabs slope + 2)) with (- f c) in * by (unfold r; field; lra). lra.
Qed.

Lemma all_stay_negative (f slope : nat -> R -> R) (c : R) (M : nat) :
  (forall m, among M m -> derivable_pt_lim (f m) c (slope m c) /\ f m c < 0) ->
  exists d, 0 < d /\ forall y m, Rabs y < d -> among M m -> f m (c + y) < 0.
Proof.
  induction M as [| M IH]; intros negative.
  - exists 1. split; [lra |]. intros y m _ within. unfold among in within. lia.
  - destruct IH as (d & some_d & near); [intros m within; apply negative; unfold among in *; lia |].
    destruct (negative (S M) ltac:(unfold among; lia)) as [moves below].
    destruct (stays_negative (f (S M)) c (slope (S M) c) moves below) as (r & some_r & near').
    exists (Rmin d r). split; [now apply Rmin_pos |]. intros y m small within. pose proof (Rmin_l d r). pose proof (Rmin_r d r).
    destruct (Nat.eq_dec m (S M)) as [-> | other]; [apply near'; lra | apply near; [lra | unfold among in *; lia]].
Qed.

(** Where the largest value is 0 or more and its function grows strictly, it stays so. *)
Lemma stays_nonnegative (f slope : nat -> R -> R) (M : nat) (start end_ : R) :
  start <= end_ -> (1 <= M)%nat -> (forall m c, among M m -> start <= c <= end_ -> derivable_pt_lim (f m) c (slope m c)) ->
  (forall n c, start <= c <= end_ -> largest (fun m => f m c) M n -> 0 < slope n c) ->
  (exists n, among M n /\ 0 <= f n start) -> exists n, among M n /\ 0 <= f n end_.
Proof.
  intros order some moves grows initial. set (E := fun c => start <= c <= end_ /\ exists n, among M n /\ 0 <= f n c).
  destruct (completeness E) as (t & upper & least).
  - exists end_. intros c [within _]. lra.
  - exists start. split; [lra | exact initial].
  - assert (within : start <= t <= end_).
    { split; [apply upper; split; [lra | exact initial] | apply least; intros c [inside _]; lra]. }
    destruct (some_largest (fun m => f m t) M some) as (n & within_n & top). assert (inside : 0 <= f n t).
    { destruct (Rle_or_lt 0 (f n t)) as [done | negative]; [exact done | exfalso].
      destruct (all_stay_negative f slope t M) as (d & some_d & near).
      - intros m within_m. split; [now apply moves |]. pose proof (top m within_m). simpl in *. lra.
      - assert (is_upper : is_upper_bound E (t - d / 2)).
        { intros c [inside (m & within_m & nonneg)]. destruct (Rle_or_lt c (t - d / 2)) as [done | close]; [exact done | exfalso].
          assert (c <= t) by (apply upper; split; [exact inside | now exists m]).
          pose proof (near (c - t) m ltac:(apply Rabs_def1; lra) within_m) as below. replace (t + (c - t)) with c in below by ring. lra. }
        pose proof (least _ is_upper). lra. }
    destruct (Rle_lt_or_eq_dec t end_ (proj2 within)) as [before | ->]; [exfalso | now exists n].
    pose proof (grows n t within (conj within_n top)) as steep.
    destruct (near_values (f n) t (slope n t) (slope n t / 2) (moves n t within_n within) ltac:(lra)) as (d & some_d & near).
    set (y := Rmin (d / 2) (end_ - t)). pose proof (Rmin_l (d / 2) (end_ - t)) as y_d. pose proof (Rmin_r (d / 2) (end_ - t)) as y_end.
    assert (some_y : 0 < y) by (apply Rmin_pos; lra). fold y in y_d, y_end.
    pose proof (near y ltac:(lra) ltac:(rewrite Rabs_right; lra)) as close. rewrite (Rabs_right y) in close by lra.
    pose proof (Rle_abs (- (f n (t + y) - f n t - slope n t * y))) as low. rewrite Rabs_Ropp in low.
    pose proof (Rmult_lt_0_compat _ _ steep some_y).
    assert (E (t + y)) by (split; [lra | exists n; split; [exact within_n | lra]]). pose proof (upper (t + y) H0). lra.
Qed.

Lemma largest_does_not_fall (f slope : nat -> R -> R) (M : nat) (start end_ : R) :
  start <= end_ -> (1 <= M)%nat -> (forall m c, among M m -> start <= c <= end_ -> derivable_pt_lim (f m) c (slope m c)) ->
  (forall n c, start <= c <= end_ -> largest (fun m => f m c) M n -> 0 <= slope n c) ->
  forall k, among M k -> exists n, among M n /\ f k start <= f n end_.
Proof.
  intros order some moves grows k within. destruct (some_largest (fun m => f m end_) M some) as (n & within_n & top).
  destruct (Rle_or_lt (f k start) (f n end_)) as [done | falls]; [now exists n | exfalso].
  set (e := (f k start - f n end_) / (2 * (1 + (end_ - start)))).
  assert (some_e : 0 < e) by (apply Rdiv_lt_0_compat; lra).
  destruct (stays_nonnegative (fun m c => f m c - f k start + e * (c - start)) (fun m c => slope m c + e) M start end_ order some)
    as (m & within_m & nonneg).
  - intros m c within_m inside. replace (slope m c + e) with (slope m c - 0 + (0 * (c - start) + e * (1 - 0))) by ring.
    apply (derivable_pt_lim_plus (fun c => f m c - f k start) (fun c => e * (c - start))).
    + apply (derivable_pt_lim_minus (f m) (fun _ => f k start)); [now apply moves | apply derivable_pt_lim_const].
    + apply (derivable_pt_lim_mult (fun _ => e) (fun c => c - start)); [apply derivable_pt_lim_const |].
      apply derivable_pt_lim_minus; [apply derivable_pt_lim_id | apply derivable_pt_lim_const].
  - intros j c inside [within_j best]. assert (0 <= slope j c); [| lra]. apply grows; [exact inside |]. split; [exact within_j |].
    intros m within_m. pose proof (best m within_m). simpl in *. lra.
  - exists k. split; [exact within | lra].
  - pose proof (top m within_m) as below. simpl in below.
    assert (e * (end_ - start) < f k start - f n end_).
    { assert (twice : e * (2 * (1 + (end_ - start))) = f k start - f n end_) by (unfold e; field; lra).
      pose proof (Rmult_le_pos e (end_ - start) ltac:(lra) ltac:(lra)). lra. }
    lra.
Qed.
