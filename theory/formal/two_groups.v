(** * Two groups of points that see the data alike: the best accuracy of 1-SAM along its gradient flow never falls with the radius

    Statement.  At w_0 + a S_c + b S_n the mean direction of 1-SAM is (sigma(C - m_c) S_c + sigma(C - m_n) S_n)/n, C = rho |x|. Where
                m_c > m_n the slope (1 + e^(m_c - C))/(1 + e^(m_n - C)) strictly falls with C. Along a ray from w_0 the accuracy strictly
                rises. Each radius has a flow from w_0. Whatever accuracy a flow has at some time, each flow of a larger radius reaches
                at some time, too; and more than that where the accuracy exceeds the one at w_0 and the margins of the two groups do
                not start alike. So the best accuracy, the supremum over all times, never falls.
    Idea.       In x = a + h b with a weight h >= 0 the curve b(x) falls with C. Each curve starts at a = b and tends to m_c = m_n, so
                that a flow of a larger radius meets each ray of the other one, further out, where w_0 weighs less.
    Assumes.    The data of groups.v, of which either group may lead; w_0 not 0 and orthogonal to e_1; s > 0; any signal B.
                Of the normal distribution function Phi only this is used: it increases strictly, and for a supremum that it is at most 1.
    Source.     Beyond the end of Section 3.2. *)

Require Import Reals Lra Lia Arith.
From Formal Require Import lemma_3_1 vectors matrices growth one_sam_linear accuracy_monotone early_stopping_accuracy.
From Formal Require Import rays two_numbers groups.
Open Scope R_scope.

Theorem reduction (D : groups) (G : gram) (rho l a b : R) (i : nat) :
  alike D G l ->
  direction D rho (reached D a b) i
  = (sigma (rho * l - margin_c G a b) * sum_clean D i + sigma (rho * l - margin_n G a b) * sum_noisy D i) / INR (points D).
Proof. intros good. rewrite (direction_reached D G rho l) by exact good. unfold Rdiv. ring. Qed.

Theorem slope_falls (u v C C' : R) : v < u -> C < C' -> (1 + exp (u - C')) / (1 + exp (v - C')) < (1 + exp (u - C)) / (1 + exp (v - C)).
Proof.
  intros leads larger. rewrite !exp_shift. pose proof (exp_increasing _ _ leads) as order. pose proof (exp_pos u). pose proof (exp_pos v).
  pose proof (exp_pos (- C)). pose proof (exp_pos (- C')). assert (shifts : exp (- C') < exp (- C)) by (apply exp_increasing; lra).
  pose proof (Rmult_lt_0_compat _ _ (Rlt_Rminus _ _ order) (Rlt_Rminus _ _ shifts)).
  pose proof (Rmult_lt_0_compat (exp (- C)) (exp v)). pose proof (Rmult_lt_0_compat (exp (- C')) (exp v)). apply fraction_lt; lra.
Qed.

(** k g/sqrt(k^2 q + T) along a ray. *)
Lemma root_on_ray (T q k : R) : 0 < T -> 0 <= q -> 1 < k -> 0 < sqrt (k ^ 2 * q + T) /\ sqrt (k ^ 2 * q + T) < k * sqrt (q + T).
Proof.
  intros some_T some_q further. pose proof (Rmult_le_pos _ _ (pow2_ge_0 k) some_q).
  assert (longer : T < k * k * T).
  { rewrite <- (Rmult_1_l T) at 1. apply Rmult_lt_compat_r; [exact some_T |]. rewrite <- (Rmult_1_l 1). apply Rmult_le_0_lt_compat; lra. }
  split; [apply sqrt_lt_R0; lra |].
  replace (k * sqrt (q + T)) with (sqrt (k * k * (q + T))); [apply sqrt_lt_1; simpl in *; lra |].
  rewrite sqrt_mult, sqrt_square by (lra || apply Rle_0_sqr). reflexivity.
Qed.

Lemma score_on_ray (g q T k : R) : 0 < g -> 0 <= q -> 0 < T -> 1 < k -> g / sqrt (q + T) < k * g / sqrt (k ^ 2 * q + T).
Proof.
  intros some_g some_q some_T further. destruct (root_on_ray T q k some_T some_q further) as [some less].
  pose proof (sqrt_lt_R0 (q + T) ltac:(lra)). apply fraction_lt; [assumption | exact some |].
  pose proof (Rmult_lt_compat_l _ _ _ some_g less). lra.
Qed.

Theorem ray_rises (Phi : R -> R) (g q T k k' : R) :
  strictly_increasing Phi -> 0 < g -> 0 <= q -> 0 < T -> 0 < k -> k < k' ->
  Phi (k * g / sqrt (k ^ 2 * q + T)) < Phi (k' * g / sqrt (k' ^ 2 * q + T)).
Proof.
  intros grows some_g some_q some_T some_k further. apply grows.
  pose proof (score_on_ray (k * g) (k ^ 2 * q) T (k' / k)) as less.
  replace (k' / k * (k * g)) with (k' * g) in less by (field; lra).
  replace ((k' / k) ^ 2 * (k ^ 2 * q)) with (k' ^ 2 * q) in less by (field; lra). apply less; try assumption.
  - now apply Rmult_lt_0_compat.
  - apply Rmult_le_pos; [apply pow2_ge_0 | exact some_q].
  - apply (Rmult_lt_reg_r k); [exact some_k |]. replace (k' / k * k) with k' by (field; lra). lra.
Qed.

(** The accuracy of weights: entry 0 carries the signal B, s is the standard deviation of a noise coordinate. *)
Definition accuracy_of (Phi : R -> R) (D : groups) (B s : R) (w : vector) : R :=
  Phi (B * w 0%nat / (s * norm (dimension D) (noise_part w))).

Definition signal_at (D : groups) (a b : R) : R := a * sum_clean D 0%nat + b * sum_noisy D 0%nat.
Definition noise_at (D : groups) (a b : R) : R :=
  a ^ 2 * dot (dimension D) (sum_clean D) (sum_clean D) + 2 * a * b * dot (dimension D) (sum_clean D) (sum_noisy D)
  + b ^ 2 * dot (dimension D) (sum_noisy D) (sum_noisy D) - signal_at D a b ^ 2.

Lemma noise_at_is_square (D : groups) (a b : R) :
  (0 < dimension D)%nat ->
  noise_at D a b = dot (dimension D) (noise_part (fun i => a * sum_clean D i + b * sum_noisy D i))
                                     (noise_part (fun i => a * sum_clean D i + b * sum_noisy D i)).
Proof.
  intros some. rewrite rest_square by exact some. unfold noise_at, signal_at. set (d := dimension D).
  set (u := sum_clean D). set (v := sum_noisy D).
  assert (size : dot d (fun i => a * u i + b * v i) (fun i => a * u i + b * v i)
                 = a ^ 2 * dot d u u + 2 * a * b * dot d u v + b ^ 2 * dot d v v).
  { rewrite (dot_of_moved d b (fun i => a * u i) v (fun i => a * u i) v), dot_scale, !dot_scale_right, !dot_scale, (dot_sym d v u). ring. }
  rewrite size. reflexivity.
Qed.

Lemma noise_of_reached (D : groups) (G : gram) (l a b : R) :
  alike D G l -> (0 < dimension D)%nat -> start D 0%nat = 0 ->
  dot (dimension D) (noise_part (reached D a b)) (noise_part (reached D a b))
  = noise_at D a b + dot (dimension D) (start D) (start D).
Proof.
  intros good some flat. rewrite noise_at_is_square, !rest_square by exact some. set (d := dimension D).
  set (u := fun i => a * sum_clean D i + b * sum_noisy D i).
  assert (across : dot d (start D) u = 0).
  { rewrite dot_sym. unfold u. rewrite (dot_affine d b (fun i => a * sum_clean D i)), dot_scale. unfold sum_clean, sum_noisy.
    rewrite (dot_of_sums (clean D) d (signed D)), (dot_of_sums (noisy D) d (fun k => signed D (clean D + k))).
    rewrite (sum_ext (clean D) _ (fun _ => 0)), (sum_ext (noisy D) _ (fun _ => 0)), !sum_const; [ring | |];
      intros k Hk; rewrite dot_sym; apply (start_signed D G l); assumption || unfold points; lia. }
  rewrite (dot_ext d (reached D a b) (fun i => start D i + 1 * u i) (reached D a b) (fun i => start D i + 1 * u i))
    by (intros i _; unfold reached, u; ring).
  rewrite dot_of_sum, across. unfold reached, u. rewrite flat. ring.
Qed.

Lemma accuracy_of_reached (Phi : R -> R) (D : groups) (G : gram) (l B s a b : R) (w : vector) :
  alike D G l -> (0 < dimension D)%nat -> start D 0%nat = 0 -> 0 < s -> (forall i, (i < dimension D)%nat -> w i = reached D a b i) ->
  0 < dot (dimension D) (start D) (start D) ->
  accuracy_of Phi D B s w = Phi (B * signal_at D a b / s / sqrt (noise_at D a b + dot (dimension D) (start D) (start D))).
Proof.
  intros good some flat deviation same away. unfold accuracy_of, norm.
  rewrite (dot_ext _ (noise_part w) (noise_part (reached D a b)) (noise_part w) (noise_part (reached D a b)))
    by (intros i Hi; unfold noise_part; destruct (i =? 0); auto).
  rewrite (noise_of_reached D G l) by assumption. rewrite same by exact some. f_equal.
  assert (positive : 0 <= noise_at D a b) by (rewrite noise_at_is_square by exact some; apply dot_nonneg).
  pose proof (sqrt_lt_R0 (noise_at D a b + dot (dimension D) (start D) (start D)) ltac:(lra)).
  unfold reached, signal_at. rewrite flat. field. lra.
Qed.

(** The supremum of the accuracy over all times. *)
Definition is_best (Phi : R -> R) (D : groups) (B s : R) (w : R -> vector) (best : R) : Prop :=
  is_lub (fun y => exists r, 0 <= r /\ y = accuracy_of Phi D B s (w r)) best.

Theorem best_never_falls (Phi : R -> R) (D : groups) (G : gram) (l B s : R) :
  strictly_increasing Phi -> alike D G l -> (0 < dimension D)%nat -> start D 0%nat = 0 -> 0 < norm (dimension D) (start D) -> 0 < s ->
  (forall rho, exists w, is_flow D rho w)
  /\ (forall rho w, (forall u, Phi u <= 1) -> is_flow D rho w -> exists best, is_best Phi D B s w best)
  /\ (forall rho rho' w w', rho < rho' -> is_flow D rho w -> is_flow D rho' w' ->
       (forall best best', is_best Phi D B s w best -> is_best Phi D B s w' best' -> best <= best')
       /\ (forall r, 0 <= r -> exists r', 0 <= r' /\ accuracy_of Phi D B s (w r) <= accuracy_of Phi D B s (w' r'))
       /\ (head_start G <> 0 -> forall r, 0 <= r -> accuracy_of Phi D B s (w 0) < accuracy_of Phi D B s (w r) ->
             exists r', 0 <= r' /\ accuracy_of Phi D B s (w r) < accuracy_of Phi D B s (w' r'))).
Proof.
  intros grows good some flat away deviation.
  assert (T_pos : 0 < dot (dimension D) (start D) (start D)) by (rewrite <- norm_square; now apply Rmult_lt_0_compat).
  split; [intros rho; now apply (flow_exists D G rho l) |]. split.
  { intros rho w most _. destruct (completeness (fun y => exists r, 0 <= r /\ y = accuracy_of Phi D B s (w r))) as [best least].
    - exists 1. intros y (r & _ & ->). apply most.
    - exists (accuracy_of Phi D B s (w 0)), 0. split; [apply Rle_refl | reflexivity].
    - now exists best. }
  intros rho rho' w w' larger flow flow'. pose proof (many_points D G l good) as many. pose proof (some_length D G l good) as length.
  destruct (flow_is_pair D G rho l w good flow) as (a & b & pair & form).
  destruct (flow_is_pair D G rho' l w' good flow') as (a' & b' & pair' & form').
  set (T := dot (dimension D) (start D) (start D)) in *.
  set (F := fun x y => Phi (B * signal_at D x y / s / sqrt (noise_at D x y + T))).
  assert (of_w : forall r, 0 <= r -> accuracy_of Phi D B s (w r) = F (a r) (b r)).
  { intros r from. apply (accuracy_of_reached Phi D G l); try assumption. intros i Hi. now apply form. }
  assert (of_w' : forall r, 0 <= r -> accuracy_of Phi D B s (w' r) = F (a' r) (b' r)).
  { intros r from. apply (accuracy_of_reached Phi D G l); try assumption. intros i Hi. now apply form'. }
  assert (first : F (a 0) (b 0) = Phi 0 /\ F (a' 0) (b' 0) = Phi 0).
  { destruct pair as (-> & -> & _). destruct pair' as (-> & -> & _). unfold F, signal_at.
    replace (B * (0 * sum_clean D 0%nat + 0 * sum_noisy D 0%nat) / s / sqrt (noise_at D 0 0 + T)) with 0 by (unfold Rdiv; ring).
    now split. }
  assert (root : forall x y, 0 < sqrt (noise_at D x y + T)).
  { intros x y. apply sqrt_lt_R0. pose proof (noise_at_is_square D x y some).
    pose proof (dot_nonneg (dimension D) (noise_part (fun i => x * sum_clean D i + y * sum_noisy D i))). lra. }
  assert (step : forall r, 0 <= r -> exists r', 0 <= r' /\ F (a r) (b r) <= F (a' r') (b' r')
    /\ (head_start G <> 0 -> Phi 0 < F (a r) (b r) -> F (a r) (b r) < F (a' r') (b' r'))).
  { intros r from. destruct (Rle_or_lt (B * signal_at D (a r) (b r) / s) 0) as [low | high].
    - assert (below : F (a r) (b r) <= Phi 0).
      { unfold F. apply increasing_le; [exact grows |]. pose proof (Rinv_0_lt_compat _ (root (a r) (b r))) as share.
        pose proof (Rmult_le_pos (- (B * signal_at D (a r) (b r) / s)) _ ltac:(lra) (Rlt_le _ _ share)). unfold Rdiv in *. lra. }
      exists 0. destruct first as [_ ->]. split; [apply Rle_refl |]. split; [exact below | lra].
    - destruct from as [later | <-].
      + destruct (rays_met G (INR (clean D)) (INR (noisy D)) (INR (points D)) (rho * l) (rho' * l) r a b a' b')
          as (r' & times & after & at_least & of_a & of_b & more); try assumption;
          [now apply (gram_of_data D G l) | lra | now apply Rmult_lt_compat_r |].
        exists r'. split; [lra |].
        assert (value : F (a' r') (b' r')
          = Phi (times * (B * signal_at D (a r) (b r) / s) / sqrt (times ^ 2 * noise_at D (a r) (b r) + T))).
        { unfold F. rewrite of_a, of_b. f_equal.
          replace (noise_at D (times * a r) (times * b r)) with (times ^ 2 * noise_at D (a r) (b r)) by (unfold noise_at, signal_at; ring).
          f_equal. unfold signal_at. field. lra. }
        assert (strict : 1 < times -> F (a r) (b r) < F (a' r') (b' r')).
        { intros further. rewrite value. apply grows. apply score_on_ray; try assumption.
          rewrite noise_at_is_square by exact some. apply dot_nonneg. }
        split; [| intros apart _; now apply strict, more].
        destruct at_least as [further | <-]; [now apply Rlt_le, strict |]. rewrite of_a, of_b, !Rmult_1_l. apply Rle_refl.
      + exfalso. destruct pair as (a_0 & b_0 & _). rewrite a_0, b_0 in high. unfold signal_at in high.
        replace (B * (0 * sum_clean D 0%nat + 0 * sum_noisy D 0%nat) / s) with 0 in high by (unfold Rdiv; ring). lra. }
  assert (reached_too : forall r, 0 <= r -> exists r', 0 <= r' /\ accuracy_of Phi D B s (w r) <= accuracy_of Phi D B s (w' r')).
  { intros r from. destruct (step r from) as (r' & from' & less & _). exists r'. now rewrite of_w, of_w'. }
  split; [| split; [exact reached_too |]].
  - intros best best' [_ least] [upper' _]. apply least. intros y (r & from & ->). destruct (reached_too r from) as (r' & from' & less).
    apply Rle_trans with (1 := less). apply upper'. now exists r'.
  - intros apart r from. rewrite (of_w 0), (of_w r) by lra. destruct first as [-> _]. intros above.
    destruct (step r from) as (r' & from' & _ & more). exists r'. rewrite of_w' by exact from'. split; [exact from' | now apply more].
Qed.

Definition main_theorems := (reduction, slope_falls, ray_rises, best_never_falls).
Print Assumptions main_theorems.
