(** * Finite sums, inner products and norms of real vectors of any length

    A vector of length d is a function from indices to reals, of which the entries 0, ..., d - 1 count. No statement of the
    paper is proved here; the other files use these definitions, so that each of their theorems holds in every dimension. *)

Require Import Reals Lra Lia Arith.
Open Scope R_scope.

Definition vector := nat -> R.

Fixpoint sum (d : nat) (u : vector) : R :=
  match d with
  | O => 0
  | S d' => sum d' u + u d'
  end.

Definition dot (d : nat) (u v : vector) : R := sum d (fun i => u i * v i).
Definition norm (d : nat) (u : vector) : R := sqrt (dot d u u).

Lemma sum_ext (d : nat) (u v : vector) : (forall i, (i < d)%nat -> u i = v i) -> sum d u = sum d v.
Proof. induction d as [| d IH]; intros H; simpl; [easy |]. rewrite IH, (H d); auto with arith. Qed.

Lemma dot_ext (d : nat) (u u' v v' : vector) :
  (forall i, (i < d)%nat -> u i = u' i) -> (forall i, (i < d)%nat -> v i = v' i) -> dot d u v = dot d u' v'.
Proof. intros Hu Hv. apply sum_ext. intros i Hi. now rewrite Hu, Hv. Qed.

Lemma sum_le (d : nat) (u v : vector) : (forall i, (i < d)%nat -> u i <= v i) -> sum d u <= sum d v.
Proof. induction d as [| d IH]; intros H; simpl; [lra |]. apply Rplus_le_compat; auto with arith. Qed.

Lemma sum_plus (d : nat) (u v : vector) : sum d (fun i => u i + v i) = sum d u + sum d v.
Proof. induction d as [| d IH]; simpl; [ring |]. rewrite IH. ring. Qed.

Lemma sum_scale (d : nat) (a : R) (u : vector) : sum d (fun i => a * u i) = a * sum d u.
Proof. induction d as [| d IH]; simpl; [ring |]. rewrite IH. ring. Qed.

Lemma sum_const (d : nat) (c : R) : sum d (fun _ => c) = INR d * c.
Proof. induction d as [| d IH]; [simpl; ring |]. rewrite S_INR. simpl sum. rewrite IH. ring. Qed.

Lemma sum_single (m l : nat) (c : R) : sum m (fun k => if k =? l then c else 0) = if l <? m then c else 0.
Proof.
  induction m as [| m IH]; [reflexivity |]. simpl. rewrite IH.
  destruct (Nat.ltb_spec l m), (Nat.ltb_spec l (S m)), (Nat.eqb_spec m l); lia || ring.
Qed.

Lemma sum_nonneg (d : nat) (u : vector) : (forall i, (i < d)%nat -> 0 <= u i) -> 0 <= sum d u.
Proof. intros H. rewrite <- (Rmult_0_r (INR d)), <- sum_const. now apply sum_le. Qed.

Lemma sum_pos (d : nat) (u : vector) : (0 < d)%nat -> (forall i, (i < d)%nat -> 0 < u i) -> 0 < sum d u.
Proof.
  intros some H. destruct d as [| d]; [lia |]. simpl. apply Rplus_le_lt_0_compat; [| auto with arith].
  apply sum_nonneg. intros i Hi. apply Rlt_le. auto with arith.
Qed.

Lemma dot_nonneg (d : nat) (u : vector) : 0 <= dot d u u.
Proof. apply sum_nonneg. intros i _. apply Rle_0_sqr. Qed.

Lemma norm_nonneg (d : nat) (u : vector) : 0 <= norm d u.
Proof. apply sqrt_pos. Qed.

Lemma norm_square (d : nat) (u : vector) : norm d u * norm d u = dot d u u.
Proof. apply sqrt_sqrt, dot_nonneg. Qed.

Lemma norm_of_ones (d : nat) : (0 < d)%nat -> 0 < norm d (fun _ => 1).
Proof. intros some. apply sqrt_lt_R0. unfold dot. rewrite sum_const. apply lt_0_INR in some. lra. Qed.

(** The inner product is linear in its first argument, <u + a v, x> = <u, x> + a <v, x>, and symmetric. *)
Lemma dot_affine (d : nat) (a : R) (u v x : vector) :
  dot d (fun i => u i + a * v i) x = dot d u x + a * dot d v x.
Proof. unfold dot. rewrite <- sum_scale, <- sum_plus. apply sum_ext. intros i _. ring. Qed.

Lemma dot_scale (d : nat) (a : R) (u x : vector) : dot d (fun i => a * u i) x = a * dot d u x.
Proof. unfold dot. rewrite <- sum_scale. apply sum_ext. intros i _. ring. Qed.

Lemma dot_nothing (d : nat) (u : vector) : dot d (fun _ => 0) u = 0.
Proof. unfold dot. rewrite (sum_ext d _ (fun _ => 0)), sum_const; [ring |]. intros i _. ring. Qed.

Lemma dot_sym (d : nat) (u v : vector) : dot d u v = dot d v u.
Proof. apply sum_ext. intros i _. ring. Qed.

Lemma dot_of_sums (n d : nat) (V : nat -> vector) (h : vector) :
  dot d (fun i => sum n (fun j => V j i)) h = sum n (fun j => dot d (V j) h).
Proof.
  induction n as [| n IH]; simpl.
  - unfold dot. rewrite (sum_ext d _ (fun _ => 0)); [rewrite sum_const; ring | intros; ring].
  - rewrite <- IH. unfold dot. rewrite <- sum_plus. apply sum_ext. intros i _. ring.
Qed.

(** |a u| = |a| |u|. *)
Lemma norm_scale (d : nat) (a : R) (u : vector) : norm d (fun i => a * u i) = Rabs a * norm d u.
Proof.
  unfold norm. rewrite dot_scale, dot_sym, dot_scale, <- Rmult_assoc, sqrt_mult_alt.
  - change (a * a) with (Rsqr a). now rewrite sqrt_Rsqr_abs.
  - apply Rle_0_sqr.
Qed.

Lemma dot_of_moved (d : nat) (s : R) (u v x y : vector) :
  dot d (fun i => u i + s * v i) (fun i => x i + s * y i) = dot d u x + s * (dot d u y + dot d v x) + s * s * dot d v y.
Proof.
  rewrite dot_affine, (dot_sym d u), (dot_sym d v), !dot_affine, (dot_sym d x u), (dot_sym d x v), (dot_sym d y u), (dot_sym d y v).
  ring.
Qed.

Lemma dot_of_sum (d : nat) (s : R) (u v : vector) :
  dot d (fun i => u i + s * v i) (fun i => u i + s * v i) = dot d u u + 2 * s * dot d u v + s * s * dot d v v.
Proof. rewrite dot_of_moved, (dot_sym d v u). ring. Qed.

Lemma dot_scale_right (d : nat) (a : R) (u x : vector) : dot d x (fun i => a * u i) = a * dot d x u.
Proof. rewrite dot_sym, dot_scale, dot_sym. reflexivity. Qed.

(** The inequality of Cauchy and Schwarz, with squares and with norms. *)
Lemma cauchy_schwarz (d : nat) (u v : vector) : dot d u v * dot d u v <= dot d u u * dot d v v.
Proof.
  pose proof (dot_nonneg d u) as Hu. pose proof (dot_nonneg d v) as Hv.
  destruct (Rle_lt_or_eq_dec 0 (dot d v v) Hv) as [long | flat].
  - pose proof (dot_nonneg d (fun i => u i + - (dot d u v / dot d v v) * v i)) as H. rewrite dot_of_sum in H.
    replace (dot d u u + 2 * - (dot d u v / dot d v v) * dot d u v
             + - (dot d u v / dot d v v) * - (dot d u v / dot d v v) * dot d v v)
      with ((dot d u u * dot d v v - dot d u v * dot d u v) / dot d v v) in H by (field; lra).
    destruct (Rle_or_lt (dot d u v * dot d u v) (dot d u u * dot d v v)) as [done | wrong]; [exact done |].
    exfalso. apply (Rlt_irrefl 0). apply Rle_lt_trans with (1 := H).
    apply Ropp_lt_cancel. rewrite Ropp_0. unfold Rdiv. rewrite Ropp_mult_distr_l.
    apply Rmult_lt_0_compat; [lra | now apply Rinv_0_lt_compat].
  - destruct (Req_dec (dot d u v) 0) as [none | some]; [rewrite none, <- flat; lra |].
    pose proof (dot_nonneg d (fun i => u i + - ((dot d u u + 1) / (2 * dot d u v)) * v i)) as H. rewrite dot_of_sum, <- flat in H.
    replace (dot d u u + 2 * - ((dot d u u + 1) / (2 * dot d u v)) * dot d u v
             + - ((dot d u u + 1) / (2 * dot d u v)) * - ((dot d u u + 1) / (2 * dot d u v)) * 0) with (-1) in H by (field; lra).
    lra.
Qed.

Lemma inner_at_most (d : nat) (u v : vector) : Rabs (dot d u v) <= norm d u * norm d v.
Proof.
  apply Rsqr_incr_0_var; [| apply Rmult_le_pos; apply norm_nonneg].
  rewrite <- Rsqr_abs. unfold Rsqr.
  replace (norm d u * norm d v * (norm d u * norm d v)) with ((norm d u * norm d u) * (norm d v * norm d v)) by ring.
  rewrite !norm_square. apply cauchy_schwarz.
Qed.

(** A sum of differentiable terms, and the inner product of two vectors that move. *)
Lemma sum_derivative (n : nat) (s : R) (f : nat -> R -> R) (l : vector) :
  (forall i, (i < n)%nat -> derivable_pt_lim (f i) s (l i)) -> derivable_pt_lim (fun r => sum n (fun i => f i r)) s (sum n l).
Proof.
  induction n as [| n IH]; intros H; simpl; [apply derivable_pt_lim_const |].
  apply (derivable_pt_lim_plus (fun r => sum n (fun i => f i r)) (f n)); [apply IH; intros i Hi |]; apply H; lia.
Qed.

Lemma dot_derivative (d : nat) (s : R) (u v : R -> vector) (u' v' : vector) :
  (forall i, (i < d)%nat -> derivable_pt_lim (fun r => u r i) s (u' i) /\ derivable_pt_lim (fun r => v r i) s (v' i)) ->
  derivable_pt_lim (fun r => dot d (u r) (v r)) s (dot d u' (v s) + dot d (u s) v').
Proof.
  intros H. unfold dot. rewrite <- sum_plus. apply (sum_derivative d s (fun i r => u r i * v r i)). intros i Hi.
  destruct (H i Hi). now apply (derivable_pt_lim_mult (fun r => u r i) (fun r => v r i)).
Qed.
