(** * Functions that cannot fall below a level, and inverses of growing functions: what scalar differential equations need

    No statement of the paper is proved here. The comparison of two differential equations is made with these lemmas: at its smallest
    value on an interval a function does not grow from the left. *)

Require Import Reals Ranalysis5 Lra.
From Formal Require Import growth.
Open Scope R_scope.

Lemma continuous_of_derivative (F : R -> R) (s l : R) : derivable_pt_lim F s l -> continuity_pt F s.
Proof. intros H. apply derivable_continuous_pt. now exists l. Qed.

(** A function with a positive derivative is smaller just before. *)
Lemma smaller_before (F : R -> R) (c s l : R) : derivable_pt_lim F s l -> 0 < l -> c < s -> exists r, c < r < s /\ F r < F s.
Proof.
  intros moves positive room. destruct (moves l positive) as [delta near]. pose proof (cond_pos delta) as some.
  set (h := Rmin (delta / 2) ((s - c) / 2)). assert (step : 0 < h) by (apply Rmin_pos; lra).
  assert (short : h <= delta / 2) by apply Rmin_l. assert (inside : h <= (s - c) / 2) by apply Rmin_r.
  exists (s + - h). split; [lra |].
  assert (close : Rabs (- h) < delta) by (rewrite Rabs_Ropp, Rabs_pos_eq; lra).
  specialize (near (- h) ltac:(lra) close). apply Rabs_def2 in near. destruct near as [_ above].
  assert (quotient : 0 < (F (s + - h) - F s) / - h) by lra.
  pose proof (Rmult_lt_0_compat _ _ quotient step) as product.
  replace ((F (s + - h) - F s) / - h * h) with (F s - F (s + - h)) in product by (field; lra). lra.
Qed.

(** The smallest value on [c, s] is the first one, where the function grows wherever it lies below k <= F c. *)
Lemma stays_above (F F' : R -> R) (c k : R) :
  (forall s, c <= s -> derivable_pt_lim F s (F' s)) -> k <= F c -> (forall s, c < s -> F s < k -> 0 < F' s) ->
  forall s, c <= s -> k <= F s.
Proof.
  intros moves first grows s later. destruct (Rle_or_lt k (F s)) as [fine | below]; [exact fine |]. exfalso.
  destruct (continuity_ab_min F c s later) as (m & smallest & [from to]).
  { intros r [from _]. apply (continuous_of_derivative F r (F' r)). now apply moves. }
  pose proof (smallest s ltac:(lra)) as least. assert (after : c < m) by (destruct from as [from | <-]; lra).
  destruct (smaller_before F c m (F' m)) as (r & [left right] & smaller); [apply moves; lra | apply grows; lra | exact after |].
  pose proof (smallest r ltac:(lra)). lra.
Qed.

(** From a value of at least 0 at the start, or near it, to values above 0. *)
Lemma positive_from_start (F F' : R -> R) :
  (forall s, 0 < s -> derivable_pt_lim F s (F' s)) ->
  (forall e s, 0 < e -> 0 < s -> exists c, 0 < c < s /\ - e <= F c) ->
  (forall s, 0 < s -> F s <= 0 -> 0 < F' s) ->
  forall s, 0 < s -> 0 < F s.
Proof.
  intros moves start grows.
  assert (never_below : forall s, 0 < s -> 0 <= F s).
  { intros s later. destruct (Rle_or_lt 0 (F s)) as [fine | below]; [exact fine |]. exfalso.
    destruct (start (- F s / 2) s) as (c & [some before] & near); [lra | exact later |].
    assert (stays : - (- F s / 2) <= F s); [| lra].
    apply (stays_above F F' c); [intros r from; apply moves; lra | exact near | intros r from low; apply grows; lra | lra]. }
  intros s later. destruct (never_below s later) as [above | tie]; [exact above |]. exfalso.
  destruct (smaller_before F 0 s (F' s)) as (r & [from _] & smaller); [now apply moves | apply grows; lra | exact later |].
  pose proof (never_below r from). lra.
Qed.

(** The inverse of a function that grows from 0 without end. *)
Lemma inverse_derivative (f g : R -> R) (s l x d : R) :
  derivable_pt_lim f s l -> 0 < l -> g x = s -> f s = x -> 0 < d -> (forall y, Rabs (y - x) < d -> f (g y) = y) -> continuity_pt g x ->
  derivable_pt_lim g x (/ l).
Proof.
  intros moves positive at_x image some inverse continuous e some_e.
  set (e' := Rmin (l / 2) (e * l * l / 2)).
  assert (some_e' : 0 < e') by (apply Rmin_pos; [lra |]; repeat apply Rmult_lt_0_compat; lra).
  destruct (moves e' some_e') as [delta near]. destruct (continuous delta (cond_pos delta)) as (width & some_width & close).
  simpl in close. unfold R_dist in close.
  assert (size : 0 < Rmin width d) by (apply Rmin_pos; assumption). exists (mkposreal _ size). intros h nonzero small. simpl in small.
  pose proof (Rmin_l width d). pose proof (Rmin_r width d).
  set (k := g (x + h) - g x). assert (moved : f (s + k) = x + h).
  { unfold k. rewrite at_x. replace (s + (g (x + h) - s)) with (g (x + h)) by ring. apply inverse.
    replace (x + h - x) with h by ring. lra. }
  assert (k_nonzero : k <> 0).
  { intros none. rewrite none, Rplus_0_r, image in moved. lra. }
  assert (k_small : Rabs k < delta).
  { apply close. split; [split; [exact I | intros same; apply nonzero; lra] | replace (x + h - x) with h by ring; lra]. }
  specialize (near k k_nonzero k_small). rewrite moved, image in near. replace (x + h - x) with h in near by ring.
  set (v := h / k) in *. assert (v_near : l / 2 <= v).
  { apply Rabs_def2 in near. pose proof (Rmin_l (l / 2) (e * l * l / 2)) as half. fold e' in half. lra. }
  replace (k / h - / l) with ((l - v) * / (l * v)) by (unfold v; field; repeat split; lra).
  rewrite Rabs_mult, (Rabs_pos_eq (/ (l * v))), Rabs_minus_sym.
  - apply (Rmult_lt_reg_r (l * v)); [apply Rmult_lt_0_compat; lra |]. rewrite Rmult_assoc, Rinv_l, Rmult_1_r.
    + apply Rlt_le_trans with (1 := near). apply Rle_trans with (e * l * l / 2); [apply Rmin_r |].
      replace (e * l * l / 2) with (e * l * (l / 2)) by field. rewrite <- Rmult_assoc.
      apply Rmult_le_compat_l; [apply Rmult_le_pos; lra | exact v_near].
    + apply Rmult_integral_contrapositive. split; lra.
  - apply Rlt_le, Rinv_0_lt_compat, Rmult_lt_0_compat; lra.
Qed.

Lemma inverse_of_growing (f f' ends : R -> R) :
  f 0 = 0 -> (forall s, 0 <= s -> derivable_pt_lim f s (f' s) /\ 0 < f' s) -> (forall x, 0 < x -> 0 < ends x /\ x < f (ends x)) ->
  exists g : R -> R,
    (forall x, 0 < x -> 0 < g x /\ f (g x) = x /\ derivable_pt_lim g x (/ f' (g x))) /\ (forall s, 0 < s -> 0 < f s /\ g (f s) = s)
    /\ g 0 = 0.
Proof.
  intros start grows endless.
  assert (order : forall r s, 0 <= r -> r < s -> f r < f s).
  { intros r s from less. apply (rises_strictly f f'); [exact less | |]; intros q inside; apply grows; lra. }
  assert (point : forall x, 0 < x -> { s : R | 0 <= s <= ends x /\ f s - x = 0 }).
  { intros x some. destruct (endless x some) as [later beyond]. apply (IVT_interv (fun s => f s - x)); [| exact later | lra | lra].
    intros s [from _]. apply (continuous_of_derivative _ s (f' s - 0)).
    apply (derivable_pt_lim_minus f (fun _ => x)); [now apply grows | apply derivable_pt_lim_const]. }
  set (g := fun x => match Rlt_dec 0 x with left some => proj1_sig (point x some) | right _ => 0 end).
  assert (image : forall x, 0 < x -> 0 < g x /\ f (g x) = x).
  { intros x some. unfold g. destruct (Rlt_dec 0 x) as [H |]; [| lra]. destruct (proj2_sig (point x H)) as [[from _] zero].
    set (s := proj1_sig (point x H)) in *. split; [| lra]. destruct from as [from | none]; [exact from |].
    rewrite <- none, start in zero. lra. }
  assert (same_point : forall r s, 0 <= r -> 0 <= s -> f r = f s -> r = s).
  { intros r s from_r from_s same. destruct (Rtotal_order r s) as [less | [tie | more]]; [| exact tie |].
    - pose proof (order r s from_r less). lra.
    - pose proof (order s r from_s more). lra. }
  assert (positive : forall s, 0 < s -> 0 < f s) by (intros s later; rewrite <- start; apply order; lra).
  exists g. split; [| split; [| unfold g; destruct (Rlt_dec 0 0) as [wrong |]; [exfalso; lra | reflexivity]]]; [|
    intros s later; split; [now apply positive |]; destruct (image (f s) (positive s later)) as [from same];
    apply same_point; [lra | lra | exact same]].
  intros x some. destruct (image x some) as [later same]. split; [exact later |]. split; [exact same |].
  apply (inverse_derivative f g (g x) (f' (g x)) x x); [| | reflexivity | exact same | exact some | |].
  - apply grows. lra.
  - apply grows. lra.
  - intros y near. apply image. apply Rabs_def2 in near. lra.
  - intros e some_e. set (e' := Rmin (e / 2) (g x / 2)). assert (some_e' : 0 < e') by (apply Rmin_pos; lra).
    pose proof (Rmin_l (e / 2) (g x / 2)) as short. pose proof (Rmin_r (e / 2) (g x / 2)) as inside. fold e' in short, inside.
    pose proof (order (g x - e') (g x) ltac:(lra) ltac:(lra)) as below. pose proof (order (g x) (g x + e') ltac:(lra) ltac:(lra)) as above.
    rewrite same in below, above.
    pose proof (positive (g x - e') ltac:(lra)).
    exists (Rmin (x - f (g x - e')) (f (g x + e') - x)). split; [apply Rmin_pos; lra |].
    intros y [_ near]. simpl in *. unfold R_dist in *. apply Rabs_def2 in near.
    pose proof (Rmin_l (x - f (g x - e')) (f (g x + e') - x)). pose proof (Rmin_r (x - f (g x - e')) (f (g x + e') - x)).
    destruct (image y ltac:(lra)) as [later_y same_y].
    assert (from : g x - e' < g y).
    { destruct (Rlt_or_le (g x - e') (g y)) as [fine | wrong]; [exact fine |]. exfalso.
      destruct wrong as [less | tie]; [pose proof (order (g y) (g x - e') ltac:(lra) less) | rewrite tie in same_y]; lra. }
    assert (to : g y < g x + e').
    { destruct (Rlt_or_le (g y) (g x + e')) as [fine | wrong]; [exact fine |]. exfalso.
      destruct wrong as [less | tie]; [pose proof (order (g x + e') (g y) ltac:(lra) less) | rewrite <- tie in same_y]; lra. }
    apply Rabs_def1; lra.
Qed.
