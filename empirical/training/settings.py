"""What a run is told: model, loss, method, optimiser and sizes, as plain values that JSON keeps."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

from empirical.methods.bfloat16 import Precision
from empirical.methods.losses import LOSSES
from empirical.methods.named import METHODS
from empirical.methods.penalty import READINGS, Reading
from empirical.training.models import MODELS

Optimiser = Literal["sgd", "adam"]


class SettingsError(ValueError):
    """Settings that no run can have; the message says what must hold, what came and what to do."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One run of len(seeds) times len(rhos) networks, as plain values that JSON keeps.

    model, width      a name of `MODELS`, and its width (None: the model's own)
    loss, method      a name of `LOSSES`; a name of `METHODS`, "m-sam", or "penalty" (SGD with Eq. 4.5)
    shard             examples that share a perturbation, for m-SAM alone
    reading, gammas   of the penalty alone: its reading, and (gamma_z, gamma_v) of each column
    rhos, rates       radius and learning rate of each column; one value stands for all columns. For SGD and the penalty the radius
                      is that of the probes alone
    optimiser         "sgd" or "adam"; `momentum` belongs to the first
    decay             rate of weight decay, added to the gradient outside the perturbation, or inside it with `decay_inside`
    batch, epochs     examples of a step; passes over the training data
    trace_draws       draws of Hutchinson's estimate of the Hessian's trace after each epoch; 0 leaves it out
    probed            training points, the first ones, that the probes after each epoch look at; None: all. Their cost is that of training
    chunk             examples that the probes look at together
    precision         of the passes that give a step its direction; weights, updates and probes are float32 in any case
    """

    model: str = "2nn"
    width: int | None = None
    loss: str = "cross-entropy"
    method: str = "1-sam"
    shard: int | None = None
    reading: Reading | None = None
    gammas: tuple[tuple[float, float], ...] = ()
    seeds: tuple[int, ...] = (0,)
    rhos: tuple[float, ...] = (0.1,)
    rates: tuple[float, ...] = (0.1,)
    optimiser: Optimiser = "sgd"
    momentum: float = 0.0
    decay: float = 0.0
    decay_inside: bool = False
    batch: int = 128
    epochs: int = 50
    trace_draws: int = 0
    probed: int | None = None
    chunk: int = 256
    precision: Precision = "float32"

    def __post_init__(self) -> None:
        methods = (*METHODS, "m-sam", "penalty")
        for what, value, known in (
            ("model", self.model, MODELS),
            ("loss", self.loss, LOSSES),
            ("method", self.method, methods),
            ("optimiser", self.optimiser, get_args(Optimiser)),
            ("precision", self.precision, get_args(Precision)),
        ):
            if value not in known:
                raise SettingsError(f"the {what} must be one of {', '.join(known)}, got {value!r}")
        sizes = {"batch": self.batch, "epochs": self.epochs, "width": self.width, "probed": self.probed, "chunk": self.chunk}
        for what, value in sizes.items():
            if value is not None and value < 1:
                raise SettingsError(f"{what} must be at least 1, got {value}")
        if not self.seeds or len(set(self.seeds)) < len(self.seeds) or min(self.seeds) < 0:
            raise SettingsError(f"seeds must be different whole numbers, at least one of them and none negative, got {list(self.seeds)}")
        for rho in self.rhos:
            if not (math.isfinite(rho) and rho >= 0):
                raise SettingsError(f"rho must be finite and at least 0, got {rho}; rho = 0 gives plain SGD")
        for rate in self.rates:
            if not (math.isfinite(rate) and rate > 0):
                raise SettingsError(f"a learning rate must be finite and above 0, got {rate}")
        for gamma in sum(self.gammas, ()):
            if not (math.isfinite(gamma) and gamma >= 0):
                raise SettingsError(f"gamma must be finite and at least 0, got {gamma}")
        if not 0 <= self.momentum < 1 or (self.momentum and self.optimiser != "sgd"):
            raise SettingsError(f"momentum must lie in [0, 1) and belongs to sgd, got {self.momentum} for {self.optimiser}")
        if not (math.isfinite(self.decay) and self.decay >= 0):
            raise SettingsError(f"the rate of weight decay must be finite and at least 0, got {self.decay}")
        if (self.shard is not None) != (self.method == "m-sam"):
            raise SettingsError(f"m-sam, and no other method, needs a shard size, got {self.shard} for {self.method}")
        if self.shard is not None and (self.shard < 1 or self.batch % self.shard):
            raise SettingsError(f"the shard size must divide the batch of {self.batch}, got {self.shard}")
        penalty = self.method == "penalty"
        if (self.reading in READINGS) != penalty or bool(self.gammas) != penalty:
            readings = ", ".join(READINGS)
            raise SettingsError(f"the penalty, and no other method, needs gammas and a reading of {readings}; got {self.reading!r}")
        if self.trace_draws == 1 or self.trace_draws < 0:
            raise SettingsError(f"the trace needs at least 2 draws for a standard error, or 0 to leave it out; got {self.trace_draws}")
        lengths = {len(self.rhos), len(self.rates), len(self.gammas) or 1}
        if 0 in lengths or len(lengths - {1}) > 1:
            raise SettingsError(f"rhos, rates and gammas need one value or one for each column, got {sorted(lengths)} values")

    @property
    def columns(self) -> int:
        """The number of networks of one seed."""
        return max(len(self.rhos), len(self.rates), len(self.gammas))
