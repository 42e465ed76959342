"""The paper's methods as functions of an unmodified JAX model, for any Optax optimiser; nothing here knows data or experiments."""

from empirical.methods.explain import explain
from empirical.methods.losses import cross_entropy, logistic, squared
from empirical.methods.named import J_SAM, L_SAM, METHODS, N_SAM, ONE_SAM, SGD, direction, m_sam
from empirical.methods.penalty import Gammas, penalised_sgd

__all__ = [
    "J_SAM",
    "L_SAM",
    "METHODS",
    "N_SAM",
    "ONE_SAM",
    "SGD",
    "Gammas",
    "cross_entropy",
    "direction",
    "explain",
    "logistic",
    "m_sam",
    "penalised_sgd",
    "squared",
]
