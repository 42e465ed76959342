(** * The sharp bound of the loss is attained, and beyond radius sqrt(K (K - 1)) it fails

    Statement.  For every K >= 2, target t < K and real C the logits f_t = -C sqrt((K - 1)/K), all others C/sqrt(K (K - 1)), have norm
                |C| and the loss log(1 + (K - 1) e^(C r)), with r = sqrt(K/(K - 1)).
                For every K >= 3 and h > 0 some logits of norm C = sqrt(K (K - 1)) + h (K (K - 1) + 2)/(2 sqrt(K (K - 1))) have a loss
                above log(1 + (K - 1) e^(C r)). These are all norms above sqrt(K (K - 1)), which is sqrt 6 for K = 3: sqrt 6 is the
                largest radius up to which the bound of sharp_bound.v serves every K.
    Idea.       Wrong logits that are all l above the true one, except for two that move apart by s, with s^2 = h^2 + 2 h and
                l = C r - 2 h/n for n = K - 1. Their norm is C; the sum grows as cosh s > e^h and n e^(2 h/n) <= n - 2 + 2 e^h.
    Assumes.    As in the statement; K and t are natural numbers.
    Source.     Beyond Section 4.4, third sentence. *)

Require Import Reals Lra Lia Arith.
From Formal Require Import vectors exponentials loss_bounds loss_bounds_extremes sharp_bound.
Open Scope R_scope.

Definition symmetric_logits (K t : nat) (C : R) : vector :=
  fun k => if k =? t then - (C * sqrt (wrong_classes K / INR K)) else C / sqrt (INR K * wrong_classes K).

Lemma symmetric_is_extreme (K t k : nat) (C : R) : (2 <= K)%nat -> symmetric_logits K t C k = extreme K t (- C) k.
Proof.
  intros HK. pose proof (wrong_classes_ge_1 K HK) as Hn. assert (some : 0 < INR K) by (apply lt_0_INR; lia).
  pose proof (extreme_root_pos K HK) as Hr. unfold symmetric_logits, extreme.
  assert (inverse : sqrt (wrong_classes K / INR K) = / extreme_root K).
  { unfold extreme_root. rewrite <- sqrt_inv. f_equal. field. lra. }
  assert (product : sqrt (INR K * wrong_classes K) = wrong_classes K * extreme_root K).
  { unfold extreme_root. rewrite <- (sqrt_square (wrong_classes K)) at 2 by lra. rewrite <- sqrt_mult_alt by nra. f_equal. field. lra. }
  rewrite inverse, product. destruct (k =? t); field; lra.
Qed.

Theorem sharp_bound_attained (K t : nat) (C : R) :
  (t < K)%nat -> (2 <= K)%nat ->
  norm K (symmetric_logits K t C) = Rabs C /\ cross_entropy K t (symmetric_logits K t C) = bound K (C * extreme_root K).
Proof.
  intros Ht HK. replace (symmetric_logits K t C) with (extreme K t (- C)).
  - rewrite extreme_norm, extreme_loss, Rabs_Ropp by assumption. split; [reflexivity | f_equal; ring].
  - apply FunctionalExtensionality.functional_extensionality. intros k. symmetry. now apply symmetric_is_extreme.
Qed.

(** Wrong logits x, except for two that are p and q. *)
Definition moved (t i j : nat) (true_logit p q x : R) : vector :=
  fun k => if k =? t then true_logit else if k =? i then p else if k =? j then q else x.

Lemma wrong_of_moved (K t i j : nat) (y p q x : R) (g : R -> R) :
  (t < K)%nat -> (i < K)%nat -> (j < K)%nat -> i <> t -> j <> t -> i <> j ->
  wrong K t (fun k => g (moved t i j y p q x k)) = g p + g q + (wrong_classes K - 2) * g x.
Proof.
  intros Ht Hi Hj Hit Hjt Hij. unfold wrong.
  rewrite (sum_ext K _ (fun k => g x + (if k =? t then - g x else 0) + (if k =? i then g p - g x else 0)
                                 + (if k =? j then g q - g x else 0))).
  - rewrite !sum_plus, !sum_single, sum_const. apply Nat.ltb_lt in Ht, Hi, Hj. rewrite Ht, Hi, Hj. unfold wrong_classes. ring.
  - intros k _. unfold moved. destruct (Nat.eqb_spec k t), (Nat.eqb_spec k i), (Nat.eqb_spec k j); subst; congruence || ring.
Qed.

Definition edge (K : nat) : R := sqrt (INR K * (INR K - 1)).
Definition norm_beyond (K : nat) (h : R) : R := edge K + h * ((INR K * (INR K - 1) + 2) / (2 * edge K)).

Lemma edge_square (K : nat) : (2 <= K)%nat -> 0 < edge K /\ edge K * edge K = (wrong_classes K + 1) * wrong_classes K.
Proof.
  intros HK. pose proof (wrong_classes_ge_1 K HK) as Hn. unfold wrong_classes in *. unfold edge. split.
  - apply sqrt_lt_R0, Rmult_lt_0_compat; lra.
  - rewrite sqrt_sqrt; [ring | apply Rmult_le_pos; lra].
Qed.

(** C r = l + 2 h/n, written out. *)
Lemma level_beyond (K : nat) (h : R) :
  (2 <= K)%nat -> norm_beyond K h * extreme_root K = INR K + h * (INR K / 2 + / wrong_classes K).
Proof.
  intros HK. pose proof (wrong_classes_ge_1 K HK) as Hn. destruct (edge_square K HK) as [positive square].
  replace (extreme_root K) with (edge K / wrong_classes K).
  - unfold norm_beyond. fold (wrong_classes K). replace (INR K) with (wrong_classes K + 1) by (unfold wrong_classes; ring).
    transitivity (edge K * edge K / wrong_classes K + h * (((wrong_classes K + 1) * wrong_classes K + 2) / (2 * wrong_classes K)));
      [field; lra |]. rewrite square. field. lra.
  - unfold extreme_root, edge. fold (wrong_classes K). rewrite <- (sqrt_square (wrong_classes K)) at 2 by lra.
    assert (some : 0 < INR K) by (apply lt_0_INR; lia). rewrite <- sqrt_div_alt by nra. f_equal. field. lra.
Qed.

Definition unstable (K t i j : nat) (h : R) : vector :=
  let l := INR K + h * (INR K / 2 - / wrong_classes K) in
  let s := sqrt (h ^ 2 + 2 * h) in
  moved t i j (l / INR K - l) (l / INR K + s) (l / INR K - s) (l / INR K).

Lemma unstable_norm (K t i j : nat) (h : R) :
  (t < K)%nat -> (i < K)%nat -> (j < K)%nat -> i <> t -> j <> t -> i <> j -> 0 < h -> norm K (unstable K t i j h) = norm_beyond K h.
Proof.
  intros Ht Hi Hj Hit Hjt Hij positive. assert (HK : (2 <= K)%nat) by lia. pose proof (wrong_classes_ge_1 K HK) as Hn.
  destruct (edge_square K HK) as [some square]. unfold unstable. set (l := INR K + h * (INR K / 2 - / wrong_classes K)).
  set (s := sqrt (h ^ 2 + 2 * h)). assert (Hs : s * s = h ^ 2 + 2 * h) by (apply sqrt_sqrt; simpl; nra).
  unfold norm, dot. rewrite (sum_split K t _ Ht), (wrong_of_moved K t i j _ _ _ _ (fun y => y * y)) by assumption.
  unfold moved. rewrite Nat.eqb_refl. rewrite <- (sqrt_square (norm_beyond K h)).
  - f_equal. unfold norm_beyond. fold (wrong_classes K). set (w := edge K) in *. set (n := wrong_classes K) in *.
    assert (count : INR K = n + 1) by (unfold n, wrong_classes; ring).
    assert (level : l = n + 1 + h * ((n + 1) / 2 - / n)) by (unfold l; now rewrite count). rewrite count.
    transitivity (n * l * l / (n + 1) + 2 * (s * s)); [field; lra |]. rewrite Hs.
    transitivity (w * w + h * ((n + 1) * n + 2) + h * h * (((n + 1) * n + 2) * ((n + 1) * n + 2)) / (4 * (w * w))); [| field; lra].
    rewrite square, level. field. lra.
  - unfold norm_beyond. fold (wrong_classes K). assert (0 < INR K) by (apply lt_0_INR; lia).
    apply Rplus_le_le_0_compat; [lra |]. apply Rmult_le_pos; [lra |]. apply Rlt_le, Rdiv_lt_0_compat; [nra | lra].
Qed.

Lemma unstable_loss (K t i j : nat) (h : R) :
  (t < K)%nat -> (i < K)%nat -> (j < K)%nat -> i <> t -> j <> t -> i <> j -> 0 < h ->
  bound K (norm_beyond K h * extreme_root K) < cross_entropy K t (unstable K t i j h).
Proof.
  intros Ht Hi Hj Hit Hjt Hij positive. assert (HK : (3 <= K)%nat) by lia.
  assert (Hn : 2 <= wrong_classes K) by (apply le_INR in HK; simpl in HK; unfold wrong_classes; lra).
  rewrite level_beyond, cross_entropy_log1p by (assumption || lia). unfold unstable.
  set (l := INR K + h * (INR K / 2 - / wrong_classes K)). set (s := sqrt (h ^ 2 + 2 * h)).
  rewrite (wrong_of_moved K t i j _ _ _ _ (fun y => exp (y - moved t i j (l / INR K - l) (l / INR K + s) (l / INR K - s) (l / INR K) t)))
    by assumption.
  unfold moved. rewrite Nat.eqb_refl. unfold bound. set (n := wrong_classes K) in *.
  replace (INR K + h * (INR K / 2 + / n)) with (l + 2 * h / n) by (unfold l; field; lra).
  replace (l / INR K + s - (l / INR K - l)) with (l + s) by ring. replace (l / INR K - s - (l / INR K - l)) with (l + - s) by ring.
  replace (l / INR K - (l / INR K - l)) with l by ring. rewrite !exp_plus.
  pose proof (exp_pos l) as Hl. pose proof (Rmult_lt_0_compat _ _ Hl (exp_pos (2 * h / n))).
  assert (shift : 0 < s) by (apply sqrt_lt_R0; simpl; nra). pose proof (cosh_above s shift) as apart.
  replace (1 + s ^ 2) with ((1 + h) * (1 + h)) in apart
    by (transitivity (1 + s * s); [unfold s; rewrite sqrt_sqrt by (simpl; nra); ring | ring]).
  rewrite sqrt_square in apart by lra. replace (1 + h - 1) with h in apart by ring.
  pose proof (power_below n h Hn) as power. apply ln_increasing; [nra |]. apply Rplus_lt_compat_l.
  replace (exp l * exp s + exp l * exp (- s) + (n - 2) * exp l) with (exp l * (n - 2 + (exp s + exp (- s)))) by ring.
  replace (n * (exp l * exp (2 * h / n))) with (exp l * (n * exp (2 * h / n))) by ring. apply Rmult_lt_compat_l; lra.
Qed.

Theorem fails_beyond (K t : nat) :
  (t < K)%nat -> (3 <= K)%nat ->
  (forall h, 0 < h -> exists f : vector, norm K f = norm_beyond K h /\ bound K (norm K f * extreme_root K) < cross_entropy K t f)
  /\ (forall C, edge K < C <-> exists h, 0 < h /\ C = norm_beyond K h).
Proof.
  intros Ht HK. split.
  - intros h positive.
    assert (named : exists i j, (i < K)%nat /\ (j < K)%nat /\ i <> t /\ j <> t /\ i <> j).
    { destruct t as [| [|]]; [exists 1%nat, 2%nat | exists 0%nat, 2%nat | exists 0%nat, 1%nat]; repeat split; lia. }
    destruct named as (i & j & Hi & Hj & Hit & Hjt & Hij). exists (unstable K t i j h).
    rewrite unstable_norm by assumption. split; [reflexivity | now apply unstable_loss].
  - assert (rate : 0 < (INR K * (INR K - 1) + 2) / (2 * edge K)).
    { destruct (edge_square K ltac:(lia)) as [some _]. apply le_INR in HK. simpl in HK. apply Rdiv_lt_0_compat; nra. }
    intros C. unfold norm_beyond. set (v := (INR K * (INR K - 1) + 2) / (2 * edge K)) in *. split.
    + intros beyond. exists ((C - edge K) / v). split; [apply Rdiv_lt_0_compat; lra | field; lra].
    + intros (h & positive & ->). pose proof (Rmult_lt_0_compat _ _ positive rate). lra.
Qed.

(** For K = 3 the norms above sqrt 6, so that no radius above sqrt 6 serves every K. *)
Lemma edge_of_three : edge 3 = sqrt 6.
Proof. unfold edge. simpl. f_equal. ring. Qed.

Theorem sqrt_6_is_the_largest_radius (radius : R) :
  (forall (K t : nat) (f : vector) (C : R),
     (t < K)%nat -> (2 <= K)%nat -> norm K f <= C -> C <= radius -> cross_entropy K t f <= bound K (C * extreme_root K))
  <-> radius <= sqrt 6.
Proof.
  split.
  - intros serves. destruct (Rle_or_lt radius (sqrt 6)) as [small | large]; [exact small |]. exfalso.
    destruct (fails_beyond 3 0 ltac:(lia) ltac:(lia)) as [fails norms]. rewrite <- edge_of_three in large.
    apply norms in large. destruct large as (h & positive & is_norm). destruct (fails h positive) as (f & long & above).
    rewrite long, <- is_norm in above. pose proof (serves 3%nat 0%nat f radius ltac:(lia) ltac:(lia) ltac:(lra) ltac:(lra)). lra.
  - intros small K t f C Ht HK HC inside. apply sharp_upper_bound; assumption || lra.
Qed.

Definition main_theorems := (sharp_bound_attained, fails_beyond, sqrt_6_is_the_largest_radius).
Print Assumptions main_theorems.
