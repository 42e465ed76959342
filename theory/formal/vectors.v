(** * Finite sums, inner products and norms of real vectors of any length

    A vector of length d is a function from indices to reals, of which the entries 0, ..., d - 1 count. No statement of the
    paper is proved here; the other files use these definitions, so that each of their theorems holds in every dimension. *)

Require Import Reals Lra Lia.
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

Lemma sum_le (d : nat) (u v : vector) : (forall i, (i < d)%nat -> u i <= v i) -> sum d u <= sum d v.
Proof. induction d as [| d IH]; intros H; simpl; [lra |]. apply Rplus_le_compat; auto with arith. Qed.

Lemma sum_plus (d : nat) (u v : vector) : sum d (fun i => u i + v i) = sum d u + sum d v.
Proof. induction d as [| d IH]; simpl; [ring |]. rewrite IH. ring. Qed.

Lemma sum_scale (d : nat) (a : R) (u : vector) : sum d (fun i => a * u i) = a * sum d u.
Proof. induction d as [| d IH]; simpl; [ring |]. rewrite IH. ring. Qed.

Lemma sum_const (d : nat) (c : R) : sum d (fun _ => c) = INR d * c.
Proof. induction d as [| d IH]; [simpl; ring |]. rewrite S_INR. simpl sum. rewrite IH. ring. Qed.

Lemma sum_nonneg (d : nat) (u : vector) : (forall i, (i < d)%nat -> 0 <= u i) -> 0 <= sum d u.
Proof. intros H. rewrite <- (Rmult_0_r (INR d)), <- sum_const. now apply sum_le. Qed.

Lemma dot_nonneg (d : nat) (u : vector) : 0 <= dot d u u.
Proof. apply sum_nonneg. intros i _. apply Rle_0_sqr. Qed.

Lemma norm_nonneg (d : nat) (u : vector) : 0 <= norm d u.
Proof. apply sqrt_pos. Qed.

Lemma norm_square (d : nat) (u : vector) : norm d u * norm d u = dot d u u.
Proof. apply sqrt_sqrt, dot_nonneg. Qed.

(** The inner product is linear in its first argument, <u + a v, x> = <u, x> + a <v, x>, and symmetric. *)
Lemma dot_affine (d : nat) (a : R) (u v x : vector) :
  dot d (fun i => u i + a * v i) x = dot d u x + a * dot d v x.
Proof. unfold dot. rewrite <- sum_scale, <- sum_plus. apply sum_ext. intros i _. ring. Qed.

Lemma dot_scale (d : nat) (a : R) (u x : vector) : dot d (fun i => a * u i) x = a * dot d u x.
Proof. unfold dot. rewrite <- sum_scale. apply sum_ext. intros i _. ring. Qed.

Lemma dot_sym (d : nat) (u v : vector) : dot d u v = dot d v u.
Proof. apply sum_ext. intros i _. ring. Qed.

(** |a u| = |a| |u|. *)
Lemma norm_scale (d : nat) (a : R) (u : vector) : norm d (fun i => a * u i) = Rabs a * norm d u.
Proof.
  unfold norm. rewrite dot_scale, dot_sym, dot_scale, <- Rmult_assoc, sqrt_mult_alt.
  - change (a * a) with (Rsqr a). now rewrite sqrt_Rsqr_abs.
  - apply Rle_0_sqr.
Qed.
