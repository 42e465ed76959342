(** * One step of the two numbers of the toy model under two values of C, in numbers alone

    Letters.    p and q are C - m of clean and of mislabelled points in the first run. The second run has a larger C, by D > 0. Its progress
                is ahead by Y on clean points and by Z on mislabelled ones, its signal k a - l b by X. So its C - m are
                p + D - A X - N Y and q + D + A X - N Z. Here k = n_c, l = n_n, A = B^2 and h = eta/n.
    Idea.       For X = 0 the larger C raises l sigma(q) <= k sigma(p) by the smaller amount, as sigma is log-concave. Its slope is at most
                1/4, so that a step takes back at most X. No statement of the paper is proved here. *)

Require Import Reals Lra Lia Arith.
From Formal Require Import lemma_3_1 vectors.
Open Scope R_scope.

(** sigma(p + u) - sigma(p) in terms of x = e^-p and e = e^-u. *)
Definition gain (x e : R) : R := x * (1 - e) / (1 + x * e).

Lemma sigma_gain (p u : R) : sigma (p + u) - sigma p = sigma p * gain (exp (- p)) (exp (- u)).
Proof.
  unfold sigma, gain. replace (- (p + u)) with (- p + - u) by ring. rewrite exp_plus.
  pose proof (exp_pos (- p)). pose proof (exp_pos (- u)). pose proof (Rmult_lt_0_compat (exp (- p)) (exp (- u))). field. lra.
Qed.

Lemma gain_grows (x y e : R) : 0 < x -> x < y -> 0 < e < 1 -> gain x e < gain y e.
Proof.
  intros some more [low high]. unfold gain.
  pose proof (Rmult_lt_0_compat x e some low). pose proof (Rmult_lt_0_compat y e ltac:(lra) low).
  apply (Rmult_lt_reg_r ((1 + x * e) * (1 + y * e))); [apply Rmult_lt_0_compat; lra |].
  replace (x * (1 - e) / (1 + x * e) * ((1 + x * e) * (1 + y * e))) with (x * (1 - e) * (1 + y * e)) by (field; lra).
  replace (y * (1 - e) / (1 + y * e) * ((1 + x * e) * (1 + y * e))) with (y * (1 - e) * (1 + x * e)) by (field; lra).
  pose proof (Rmult_lt_compat_r (1 - e) x y ltac:(lra) more). lra.
Qed.

Lemma gain_falls (x e f : R) : 0 < x -> 0 < e -> e <= f -> gain x f <= gain x e.
Proof.
  intros some low more. unfold gain.
  pose proof (Rmult_lt_0_compat x e some low). pose proof (Rmult_lt_0_compat x f some ltac:(lra)).
  apply (Rmult_le_reg_r ((1 + x * e) * (1 + x * f))); [apply Rmult_lt_0_compat; lra |].
  replace (x * (1 - f) / (1 + x * f) * ((1 + x * e) * (1 + x * f))) with (x * (1 - f) * (1 + x * e)) by (field; lra).
  replace (x * (1 - e) / (1 + x * e) * ((1 + x * e) * (1 + x * f))) with (x * (1 - e) * (1 + x * f)) by (field; lra).
  pose proof (Rmult_le_compat_l x e f (Rlt_le _ _ some) more). pose proof (Rmult_le_compat_l (x * x) e f ltac:(nra) more). lra.
Qed.

Lemma raised (k l p q u v : R) :
  0 < l -> l < k -> p <= q -> 0 < u -> v <= u -> l * sigma q <= k * sigma p ->
  l * (sigma (q + v) - sigma q) < k * (sigma (p + u) - sigma p).
Proof.
  intros some larger ordered positive less rises. rewrite !sigma_gain.
  pose proof (sigma_pos p) as sp. pose proof (sigma_pos q) as sq. pose proof (exp_pos (- p)). pose proof (exp_pos (- q)) as some_q.
  pose proof (exp_pos (- u)) as some_u. assert (below : exp (- u) < 1) by (rewrite <- exp_0; apply exp_increasing; lra).
  assert (falls : gain (exp (- q)) (exp (- v)) <= gain (exp (- q)) (exp (- u))).
  { apply gain_falls; [exact some_q | exact some_u |]. destruct less as [less | ->]; [left; apply exp_increasing; lra | lra]. }
  assert (q_gains : 0 < gain (exp (- q)) (exp (- u))).
  { unfold gain. pose proof (Rmult_lt_0_compat _ _ some_q some_u). apply Rdiv_lt_0_compat; [apply Rmult_lt_0_compat |]; lra. }
  pose proof (Rmult_le_compat_l (l * sigma q) _ _ (Rlt_le _ _ (Rmult_lt_0_compat _ _ some sq)) falls).
  destruct ordered as [less_p | ->].
  - assert (more : gain (exp (- q)) (exp (- u)) < gain (exp (- p)) (exp (- u))).
    { apply gain_grows; [exact some_q | apply exp_increasing; lra | lra]. }
    pose proof (Rmult_le_compat_r _ _ _ (Rlt_le _ _ q_gains) rises).
    pose proof (Rmult_lt_compat_l (k * sigma p) _ _ (Rmult_lt_0_compat k (sigma p) ltac:(lra) sp) more). lra.
  - pose proof (Rmult_lt_compat_r _ _ _ (Rmult_lt_0_compat _ _ sq q_gains) larger). lra.
Qed.

Definition sizes (k l N A h D : R) : Prop :=
  0 < l < k /\ 0 < N /\ 0 < A /\ 0 < D /\ 0 < h /\ h * (N + A * (k + l)) <= 4.
Definition ahead (k l N A D X Y Z : R) : Prop :=
  l * Z = k * Y - X /\ 0 <= X /\ 0 <= Y /\ 0 <= D - A * X - N * Y /\ 0 <= D + A * X - N * Z.

Lemma gain_between (x y : R) : 0 <= y -> 0 <= sigma (x + y) - sigma x <= y / 4.
Proof.
  intros nonneg. pose proof (sigma_slope x (x + y) ltac:(lra)). destruct nonneg as [positive | <-].
  - pose proof (sigma_increasing x (x + y)). lra.
  - rewrite Rplus_0_r. lra.
Qed.

Lemma stays_ahead (k l N A h D X Y Z p q : R) :
  sizes k l N A h D -> ahead k l N A D X Y Z ->
  let e := sigma (p + (D - A * X - N * Y)) - sigma p in
  let g := sigma (q + (D + A * X - N * Z)) - sigma q in
  0 <= Y + h * e
  /\ 0 <= D - A * X - N * Y - h * (A * k + N) * e + h * A * l * g
  /\ 0 <= D + A * X - N * Z + h * A * k * e - h * (A * l + N) * g.
Proof.
  intros ([some_l larger] & some_N & some_A & _ & some_h & small) (_ & _ & further & clean_push & noisy_push) e g.
  destruct (gain_between p _ clean_push) as [e_low e_high]. destruct (gain_between q _ noisy_push) as [g_low g_high].
  fold e in e_low, e_high. fold g in g_low, g_high.
  assert (Ak : 0 < A * k) by (apply Rmult_lt_0_compat; lra). assert (Al : 0 < A * l) by (apply Rmult_lt_0_compat; lra).
  pose proof (Rmult_le_pos h e (Rlt_le _ _ some_h) e_low) as he. pose proof (Rmult_le_pos h g (Rlt_le _ _ some_h) g_low) as hg.
  pose proof (Rmult_le_pos _ _ (Rlt_le _ _ Ak) he). pose proof (Rmult_le_pos _ _ (Rlt_le _ _ Al) hg).
  pose proof (Rmult_lt_0_compat h _ some_h Ak). pose proof (Rmult_lt_0_compat h _ some_h Al).
  assert (back : forall part x U, 0 <= x <= U / 4 -> h * part <= 4 -> h * part * x <= U).
  { intros part x U [low high] most. pose proof (Rmult_le_compat_r x _ _ low most). lra. }
  pose proof (back (A * k + N) e _ (conj e_low e_high) ltac:(lra)). pose proof (back (A * l + N) g _ (conj g_low g_high) ltac:(lra)).
  repeat split; lra.
Qed.

Lemma positive_push (k l N A h D X Y Z : R) : sizes k l N A h D -> ahead k l N A D X Y Z -> 0 < D - N * Y.
Proof.
  intros ([some_l larger] & some_N & some_A & some_D & _ & _) (lags & lead & further & clean_push & noisy_push).
  destruct (Rlt_or_le 0 (D - N * Y)) as [done | none]; [exact done | exfalso].
  assert (X_0 : X = 0). { destruct lead as [some | <-]; [| reflexivity]. pose proof (Rmult_lt_0_compat _ _ some_A some). lra. }
  rewrite X_0 in lags, noisy_push. pose proof (Rmult_le_pos l _ (Rlt_le _ _ some_l) noisy_push) as less.
  replace (l * (D + A * 0 - N * Z)) with (l * D - N * (l * Z)) in less by ring. rewrite lags in less.
  pose proof (Rmult_le_compat_l k _ _ ltac:(lra) none). pose proof (Rmult_lt_compat_r D _ _ some_D larger). lra.
Qed.

Lemma signal_grows (k l N A h D X Y Z p q : R) :
  sizes k l N A h D -> ahead k l N A D X Y Z -> p <= q -> l * sigma q <= k * sigma p ->
  let e := sigma (p + (D - A * X - N * Y)) - sigma p in
  let g := sigma (q + (D + A * X - N * Z)) - sigma q in
  0 < X + h * (k * e - l * g).
Proof.
  intros good is_ahead ordered rises e g. pose proof (positive_push _ _ _ _ _ _ _ _ _ good is_ahead) as positive.
  destruct good as ([some_l larger] & some_N & some_A & some_D & some_h & small).
  destruct is_ahead as (lags & lead & further & clean_push & noisy_push).
  set (u := D - N * Y). set (v := D - N * (k * Y / l)).
  assert (form : D + A * X - N * Z = v + (A + N / l) * X).
  { unfold v. replace Z with ((k * Y - X) / l) by (rewrite <- lags; field; lra). field. lra. }
  assert (less : v <= u).
  { unfold u, v. assert (Y <= k * Y / l); [| pose proof (Rmult_le_compat_l N Y (k * Y / l)); lra].
    apply (Rmult_le_reg_r l); [exact some_l |]. replace (k * Y / l * l) with (k * Y) by (field; lra).
    pose proof (Rmult_le_compat_r Y l k). lra. }
  pose proof (raised k l p q u v some_l larger ordered positive less rises) as bracket.
  assert (share : 0 < N / l) by (apply Rdiv_lt_0_compat; lra).
  pose proof (Rmult_le_pos A X (Rlt_le _ _ some_A) lead) as AX. pose proof (Rmult_le_pos (N / l) X (Rlt_le _ _ share) lead) as NX.
  pose proof (sigma_slope (p + (D - A * X - N * Y)) (p + u) ltac:(unfold u; lra)) as clean_back.
  pose proof (sigma_slope (q + v) (q + (D + A * X - N * Z)) ltac:(rewrite form; lra)) as noisy_back.
  pose proof (Rmult_le_compat_l k _ _ ltac:(lra) clean_back) as k_back. pose proof (Rmult_le_compat_l l _ _ ltac:(lra) noisy_back) as l_back.
  replace (l * ((q + (D + A * X - N * Z) - (q + v)) / 4)) with ((A * l + N) * X / 4) in l_back by (rewrite form; field; lra).
  replace (k * ((p + u - (p + (D - A * X - N * Y))) / 4)) with (A * k * X / 4) in k_back by (unfold u; field).
  assert (least : - ((N + A * (k + l)) * X / 4) < k * e - l * g) by (unfold e, g; lra).
  pose proof (Rmult_lt_compat_l h _ _ some_h least). pose proof (Rmult_le_compat_r X _ _ lead small). lra.
Qed.
