"""Proofs of the main lemmas over Coq's real numbers and exponential, checked by Coq's kernel: `python -m theory.formal`."""
