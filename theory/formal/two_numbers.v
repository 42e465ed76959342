(** * The two numbers of two groups of points: a larger shift leads to every ray that a smaller one leads to, and further out

    a' = sigma(C - m_c)/n and b' = sigma(C - m_n)/n with m_c = cc a + cn b and m_n = nc a + nn b, where |a S_c + b S_n|^2 =
    m a m_c + k b m_n for m clean points and k mislabelled ones. Where a run with C has been, a run with C' > C comes by at a multiple of at
    least 1, and of more than 1 where the two margins do not start alike. Each C has a run. No statement of the paper is proved here. *)

Require Import Reals Lra.
From Formal Require Import lemma_3_1 matrices growth comparison existence early_stopping_flow rays rays_met.
Open Scope R_scope.

Record gram := Gram { cc : R; cn : R; nc : R; nn : R }.

Definition margin_c (G : gram) (a b : R) : R := cc G * a + cn G * b.
Definition margin_n (G : gram) (a b : R) : R := nc G * a + nn G * b.

(** <S_c, S_n> = m cn = k nc, and no squared length is negative. *)
Record square (G : gram) (m k : R) : Prop := Square {
  some_clean : 0 < m;
  some_noisy : 0 < k;
  across : m * cn G = k * nc G;
  nonneg : forall a b, 0 <= m * a * margin_c G a b + k * b * margin_n G a b }.

Definition is_pair (G : gram) (n C : R) (a b : R -> R) : Prop :=
  a 0 = 0 /\ b 0 = 0 /\ forall s, 0 <= s ->
    derivable_pt_lim a s (sigma (C - margin_c G (a s) (b s)) / n) /\ derivable_pt_lim b s (sigma (C - margin_n G (a s) (b s)) / n).

(** How much faster the margin of clean points grows at the start. *)
Definition head_start (G : gram) : R := cc G + cn G - (nc G + nn G).

Lemma diagonal (G : gram) (m k : R) : square G m k -> 0 <= cc G /\ 0 <= nn G.
Proof.
  intros [some_m some_k _ size]. unfold margin_c, margin_n in size. pose proof (size 1 0) as of_c. pose proof (size 0 1) as of_n. split.
  - apply (Rmult_le_reg_l m); lra.
  - apply (Rmult_le_reg_l k); lra.
Qed.

Lemma determinant (G : gram) (m k : R) : square G m k -> 0 < cn G -> 0 < cc G /\ cn G * nc G <= cc G * nn G.
Proof.
  intros good positive. destruct (diagonal G m k good) as [of_c of_n]. destruct good as [some_m some_k same size].
  unfold margin_c, margin_n in size. assert (some : 0 < cc G).
  { destruct of_c as [some | none]; [exact some |]. exfalso. set (x := - (k * nn G + 1) / (2 * (m * cn G))).
    assert (product : 0 < m * cn G) by now apply Rmult_lt_0_compat. pose proof (size x 1) as below. rewrite <- none in below.
    assert (value : 2 * (m * cn G) * x = - (k * nn G + 1)) by (unfold x; field; lra).
    replace (m * x * (0 * x + cn G * 1) + k * 1 * (nc G * x + nn G * 1)) with ((m * cn G + k * nc G) * x + k * nn G) in below by ring.
    rewrite <- same in below. lra. }
  split; [exact some |]. pose proof (size (- cn G) (cc G)) as below.
  replace (m * - cn G * (cc G * - cn G + cn G * cc G) + k * cc G * (nc G * - cn G + nn G * cc G))
    with (k * cc G * (cc G * nn G - cn G * nc G)) in below by ring.
  pose proof (Rmult_lt_0_compat _ _ some_k some). apply (Rmult_le_reg_l (k * cc G)); lra.
Qed.

(** A weight h with which the margins are those of rays.v, for x = a + h b and y = b. *)
Lemma weight_exists (G : gram) (m k : R) : square G m k -> exists h, 0 <= h /\ cn G <= h * cc G /\ h * nc G <= nn G.
Proof.
  intros good. destruct (diagonal G m k good) as [of_c of_n]. destruct (Rle_or_lt (cn G) 0) as [apart | near].
  - exists 0. lra.
  - destruct (determinant G m k good near) as [some less]. pose proof (Rlt_le _ _ (Rdiv_lt_0_compat _ _ near some)). exists (cn G / cc G).
    split; [assumption |]. split; [right; field; lra |]. apply (Rmult_le_reg_l (cc G)); [exact some |].
    replace (cc G * (cn G / cc G * nc G)) with (cn G * nc G) by (field; lra). exact less.
Qed.

Definition tilt (G : gram) (h n : R) : tilted := Tilted (cc G) (h * cc G - cn G) (nc G) (nn G - h * nc G) h n.

Lemma tilt_fits (G : gram) (m k h n : R) :
  square G m k -> 0 <= h -> cn G <= h * cc G -> h * nc G <= nn G -> 0 < n -> fits (tilt G h n).
Proof.
  intros good some_h of_cn of_nc many. destruct (diagonal G m k good) as [of_c _]. split; simpl; try lra.
  intros x y some_y slant leads. rewrite ahead_is_gap in leads. unfold first, second in *. simpl in *.
  destruct (Rlt_or_le 0 (cc G * x - (h * cc G - cn G) * y)) as [fine | wrong]; [exact fine |]. exfalso.
  destruct good as [some_m some_k _ size]. pose proof (size (x - h * y) y) as below. unfold margin_c, margin_n in below.
  set (u := cc G * (x - h * y) + cn G * y) in *. set (v := nc G * (x - h * y) + nn G * y) in *.
  assert (u_low : 0 <= - u) by (unfold u; lra). assert (v_low : 0 < - v) by (unfold u, v in *; lra).
  pose proof (Rmult_le_pos (m * (x - h * y)) (- u) ltac:(apply Rmult_le_pos; lra) u_low).
  pose proof (Rmult_lt_0_compat (k * y) (- v) ltac:(apply Rmult_lt_0_compat; lra) v_low). lra.
Qed.

Lemma tilted_run (G : gram) (h n C : R) (a b : R -> R) :
  0 < n -> is_pair G n C a b -> is_run (tilt G h n) C (fun s => a s + h * b s) b.
Proof.
  intros many (a_0 & b_0 & moves). split; [rewrite a_0, b_0; ring |]. split; [exact b_0 |]. intros s from. destruct (moves s from).
  unfold x_rate, y_rate, first, second. simpl.
  replace (cc G * (a s + h * b s) - (h * cc G - cn G) * b s) with (margin_c G (a s) (b s)) by (unfold margin_c; ring).
  replace (nc G * (a s + h * b s) + (nn G - h * nc G) * b s) with (margin_n G (a s) (b s)) by (unfold margin_n; ring).
  split; [eapply derivative_is; [derive | field; lra] | assumption].
Qed.

Lemma met_where_clean_lead (G : gram) (m k n C C' s : R) (a b a' b' : R -> R) :
  square G m k -> 0 < n -> 0 < head_start G -> C < C' -> is_pair G n C a b -> is_pair G n C' a' b' -> 0 < s ->
  exists r times, 0 < r /\ 1 < times /\ a' r = times * a s /\ b' r = times * b s.
Proof.
  intros good many leads larger pair pair' later. destruct (weight_exists G m k good) as (h & some_h & of_cn & of_nc).
  pose proof (tilt_fits G m k h n good some_h of_cn of_nc many) as fit. set (D := tilt G h n) in *.
  pose proof (tilted_run G h n C a b many pair) as run. pose proof (tilted_run G h n C' a' b' many pair') as run'.
  assert (faster : starts_ahead D) by (unfold starts_ahead, D, head_start in *; simpl; lra).
  destruct (ray_met_further D C C' s _ b _ b' fit faster larger run run' later) as (r & positive & further & on_ray).
  cbv beta in *. pose proof (x_positive D C s _ b fit run later) as x_pos. cbv beta in x_pos.
  set (x := a s + h * b s) in *. set (x' := a' r + h * b' r) in *. exists r, (x' / x). split; [exact positive |].
  assert (of_b : b' r = x' / x * b s) by (apply (Rmult_eq_reg_r x); [rewrite on_ray; field; lra | lra]).
  split; [apply (Rmult_lt_reg_r x); [exact x_pos | unfold Rdiv; rewrite Rmult_assoc, Rinv_l; lra] |]. split; [| exact of_b].
  replace (a' r) with (x' - h * b' r) by (unfold x'; ring). rewrite of_b. unfold x. field. exact (Rgt_not_eq _ _ x_pos).
Qed.

(** The two groups exchanged. *)
Definition exchanged (G : gram) : gram := Gram (nn G) (nc G) (cn G) (cc G).

Lemma exchanged_square (G : gram) (m k : R) : square G m k -> square (exchanged G) k m.
Proof.
  intros [some_m some_k same size]. split; simpl; try assumption; [now symmetry |]. intros a b. pose proof (size b a) as below.
  unfold margin_c, margin_n in *. simpl. lra.
Qed.

Lemma exchanged_pair (G : gram) (n C : R) (a b : R -> R) : is_pair G n C a b -> is_pair (exchanged G) n C b a.
Proof.
  intros (a_0 & b_0 & moves). split; [exact b_0 |]. split; [exact a_0 |]. intros s from. destruct (moves s from) as [moves_a moves_b].
  unfold margin_c, margin_n in *. simpl. split.
  - now rewrite (Rplus_comm (nn G * b s)).
  - now rewrite (Rplus_comm (cn G * b s)).
Qed.

(** Where margins start alike a = b at all times, whatever C is. *)
Lemma tied_pair (G : gram) (m k n C s : R) (a b : R -> R) :
  square G m k -> 0 < n -> head_start G = 0 -> is_pair G n C a b -> 0 <= s -> a s = b s.
Proof.
  intros good many tie (a_0 & b_0 & moves) later. unfold head_start in tie. destruct (diagonal G m k good) as [of_c of_n].
  assert (own : nc G <= cc G).
  { destruct (Rle_or_lt (cn G) 0) as [apart | near].
    - assert (of_nc : nc G <= 0); [| lra]. destruct good as [some_m some_k same _].
      pose proof (Rmult_le_pos m (- cn G) ltac:(lra) ltac:(lra)). apply (Rmult_le_reg_l k); lra.
    - destruct (determinant G m k good near) as [some less]. replace (nn G) with (cc G + cn G - nc G) in less by lra.
      apply (Rmult_le_reg_l (cc G + cn G)); [lra |]. lra. }
  set (F := fun r => (b r - a r) ^ 2).
  set (F' := fun r => 2 * (b r - a r) * ((sigma (C - margin_n G (a r) (b r)) - sigma (C - margin_c G (a r) (b r))) / n)).
  assert (zero : F s <= F 0).
  { apply (never_grows F F'); [| exact later]. intros r from. destruct (moves r from). split.
    - unfold F, F'. eapply derivative_is; [derive | simpl; field; lra].
    - assert (gap : margin_n G (a r) (b r) - margin_c G (a r) (b r) = (cc G - nc G) * (b r - a r)).
      { unfold margin_n, margin_c. replace (nn G) with (cc G + cn G - nc G) by lra. ring. }
      unfold F'. set (u := margin_c G (a r) (b r)) in *. set (v := margin_n G (a r) (b r)) in *.
      assert (sign : (b r - a r) * (sigma (C - v) - sigma (C - u)) <= 0).
      { destruct (Rle_or_lt 0 (b r - a r)) as [up | down].
        - pose proof (Rmult_le_pos (cc G - nc G) _ ltac:(lra) up). pose proof (sigma_le (C - v) (C - u) ltac:(lra)).
          pose proof (Rmult_le_pos _ (sigma (C - u) - sigma (C - v)) up ltac:(lra)). lra.
        - pose proof (Rmult_le_pos (cc G - nc G) (- (b r - a r)) ltac:(lra) ltac:(lra)).
          pose proof (sigma_le (C - u) (C - v) ltac:(lra)).
          pose proof (Rmult_le_pos (- (b r - a r)) (sigma (C - v) - sigma (C - u)) ltac:(lra) ltac:(lra)). lra. }
      pose proof (Rinv_0_lt_compat _ many).
      replace (2 * (b r - a r) * ((sigma (C - v) - sigma (C - u)) / n))
        with (- (2 * / n * - ((b r - a r) * (sigma (C - v) - sigma (C - u))))) by (field; lra).
      pose proof (Rmult_le_pos (2 * / n) (- ((b r - a r) * (sigma (C - v) - sigma (C - u)))) ltac:(lra) ltac:(lra)). lra. }
  unfold F in zero. rewrite a_0, b_0 in zero. pose proof (pow2_ge_0 (b s - a s)). assert (none : (b s - a s) ^ 2 = 0) by (simpl in *; lra).
  apply Rsqr_0_uniq in none || (rewrite <- Rsqr_pow2 in none; apply Rsqr_0_uniq in none). lra.
Qed.

Lemma met_where_tied (G : gram) (m k n C C' s : R) (a b a' b' : R -> R) :
  square G m k -> 0 < n -> head_start G = 0 -> is_pair G n C a b -> is_pair G n C' a' b' -> 0 < s ->
  exists r, 0 < r /\ a' r = a s /\ b' r = b s.
Proof.
  intros good many tie pair pair' later. destruct (weight_exists G m k good) as (h & some_h & of_cn & of_nc).
  pose proof (tilt_fits G m k h n good some_h of_cn of_nc many) as fit. set (D := tilt G h n) in *.
  pose proof (tilted_run G h n C a b many pair) as run. pose proof (tilted_run G h n C' a' b' many pair') as run'.
  pose proof (x_positive D C s _ b fit run later) as positive. cbv beta in positive.
  destruct (run_meets_level D C' _ _ b' fit run' positive) as (r & after & same). cbv beta in same. exists r. split; [exact after |].
  rewrite (tied_pair G m k n C s a b), (tied_pair G m k n C' r a' b') in * by (assumption || lra).
  assert (b' r = b s); [| now split]. apply (Rmult_eq_reg_l (1 + h)); lra.
Qed.

Lemma rays_met (G : gram) (m k n C C' s : R) (a b a' b' : R -> R) :
  square G m k -> 0 < n -> C < C' -> is_pair G n C a b -> is_pair G n C' a' b' -> 0 < s ->
  exists r times, 0 < r /\ 1 <= times /\ a' r = times * a s /\ b' r = times * b s /\ (head_start G <> 0 -> 1 < times).
Proof.
  intros good many larger pair pair' later. destruct (Rtotal_order (head_start G) 0) as [noisy_lead | [tie | clean_lead]].
  - destruct (met_where_clean_lead (exchanged G) k m n C C' s b a b' a') as (r & times & positive & more & of_b & of_a);
      try (now apply exchanged_pair); try (now apply exchanged_square); try assumption; [unfold head_start in *; simpl; lra |].
    exists r, times. repeat split; assumption || lra.
  - destruct (met_where_tied G m k n C C' s a b a' b') as (r & positive & of_a & of_b); try assumption.
    exists r, 1. repeat split; lra.
  - destruct (met_where_clean_lead G m k n C C' s a b a' b') as (r & times & positive & more & of_a & of_b); try assumption.
    exists r, times. repeat split; assumption || lra.
Qed.

(** Every C has such a pair. *)
Lemma pair_exists (G : gram) (n C : R) : 1 <= n -> exists a b, is_pair G n C a b.
Proof.
  intros many. set (L := Rabs (cc G) + Rabs (cn G) + Rabs (nc G) + Rabs (nn G) + 1). pose proof (Rabs_pos (cc G)).
  pose proof (Rabs_pos (cn G)). pose proof (Rabs_pos (nc G)). pose proof (Rabs_pos (nn G)).
  destruct (solution L 1 (fun a b => sigma (C - margin_c G a b) / n) (fun a b => sigma (C - margin_n G a b) / n))
    as (a & b & a_0 & b_0 & moves); [unfold L; lra | lra | | |].
  - apply (rate_tame n C (cc G) (cn G) L (margin_c G) many); unfold L; reflexivity || lra.
  - apply (rate_tame n C (nc G) (nn G) L (margin_n G) many); unfold L; reflexivity || lra.
  - exists a, b. now repeat split; try assumption; apply moves.
Qed.
