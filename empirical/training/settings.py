"""The settings of one run: model, loss, method, optimiser and sizes, as plain values that JSON keeps."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import get_args

from empirical.methods.bfloat16 import Precision
from empirical.methods.losses import LOSSES
from empirical.methods.named import METHODS
from empirical.methods.penalty import READINGS, Reading
from empirical.training.models import MODELS


class SettingsError(ValueError):
    """Settings that no run can have; the message says what must hold, what came and what to do."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one network, trained by stochastic gradient descent.

    model, width      a name of `MODELS`, and its width (None: the model's default)
    loss, method      a name of `LOSSES`; a name of `METHODS`, "m-sam", or "penalty" (SGD with Eq. 4.5)
    shard             examples that share a perturbation, for m-SAM alone
    reading, gammas   of the penalty alone: its reading, and (gamma_z, gamma_v)
    seed              decides the initial weights and the order of the examples
    rho, rate         radius and learning rate. For SGD and the penalty only the probes use the radius
    momentum, decay   of SGD; the rate of weight decay, which is added to the gradient outside the perturbation
    batch, epochs     examples of a step; passes over the training data
    probed            the probes after each epoch look at so many training points, the first ones; None: at all. A probed point costs
                      about as much as a training step on it
    chunk             examples that the probes look at together
    precision         of the two passes that give a step its direction; weights, updates and probes are always float32
    """

    model: str = "2nn"
    width: int | None = None
    loss: str = "cross-entropy"
    method: str = "1-sam"
    shard: int | None = None
    reading: Reading | None = None
    gammas: tuple[float, float] | None = None
    seed: int = 0
    rho: float = 0.1
    rate: float = 0.1
    momentum: float = 0.0
    decay: float = 0.0
    batch: int = 128
    epochs: int = 50
    probed: int | None = None
    chunk: int = 256
    precision: Precision = "float32"

    def __post_init__(self) -> None:
        for field, value, allowed in (
            ("model", self.model, MODELS),
            ("loss", self.loss, LOSSES),
            ("method", self.method, (*METHODS, "m-sam", "penalty")),
            ("precision", self.precision, get_args(Precision)),
        ):
            if value not in allowed:
                raise SettingsError(f"the {field} must be one of {', '.join(allowed)}, got {value!r}")
        sizes = {"batch": self.batch, "epochs": self.epochs, "width": self.width, "probed": self.probed, "chunk": self.chunk}
        for field, value in sizes.items():
            if value is not None and value < 1:
                raise SettingsError(f"{field} must be at least 1, got {value}")
        if self.seed < 0:
            raise SettingsError(f"the seed must be at least 0, got {self.seed}")
        for field, value in (("rho", self.rho), ("weight decay", self.decay), *(("gamma", gamma) for gamma in self.gammas or ())):
            if not (math.isfinite(value) and value >= 0):
                raise SettingsError(f"{field} must be finite and at least 0, got {value}")
        if not (math.isfinite(self.rate) and self.rate > 0):
            raise SettingsError(f"the learning rate must be finite and above 0, got {self.rate}")
        if not 0 <= self.momentum < 1:
            raise SettingsError(f"momentum must lie in [0, 1), got {self.momentum}")
        if (self.shard is not None) != (self.method == "m-sam"):
            raise SettingsError(f"m-sam, and no other method, needs a shard size, got {self.shard} for {self.method}")
        if self.shard is not None and (self.shard < 1 or self.batch % self.shard):
            raise SettingsError(f"the shard size must divide the batch of {self.batch}, got {self.shard}")
        penalty = self.method == "penalty"
        if (self.reading in READINGS) != penalty or (self.gammas is not None) != penalty:
            readings = ", ".join(READINGS)
            raise SettingsError(f"the penalty, and no other method, needs gammas and a reading of {readings}; got {self.reading!r}")
