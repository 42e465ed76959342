"""The networks trained on images: their settings under each profile, and the methods by the names that tables show.

An arm is a network trained by one method for a grid of strengths. Under `paper` it is as Appendix A.2 has it; `pocket` is reduced until
two cores finish all methods in all networks with three seeds in about two hours (`table-1`, `fig-4-accuracy`), and the other experiments in
two or three more; `smoke` shows that everything works and nothing else.

Settings of `pocket` were looked for on seed 0, which no experiment uses: 2NN and ResNet begin to fit wrong labels within the epochs given,
and at a larger radius (0.16 in the 2NN, as `small-shards` shows) 1-SAM falls below SGD.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from empirical.methods.bfloat16 import Precision
from empirical.methods.penalty import Reading
from empirical.report.arm_key import ArmKey
from empirical.report.profile import Profile
from empirical.training.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Which images a network sees.

    size       pixels a side at which images in files are read; None: the data set's own (`data/source.py`)
    shrink     pixels a side that become one, by their mean
    train      training images that are kept; None: all that are not held out
    held_out   training images with wrong labels among them, on which choices are made
    test       test images; None: all. Fewer are every so many of them, which takes all classes alike
    share      of wrong labels
    """

    size: int | None = None
    shrink: int = 1
    train: int | None = None
    held_out: int = 0
    test: int | None = None
    share: float = 0.3


@dataclass(frozen=True, kw_only=True)
class Arm:
    """One network and method for a grid of strengths: radii, or the penalty's gammas. SGD uses its radius in probes only."""

    model: str
    method: str = "sgd"
    shard: int | None = None
    rhos: tuple[float, ...] = (0.01,)
    reading: Reading | None = None
    gammas: tuple[tuple[float, float], ...] = ()
    width: int | None = None
    rate: float = 0.01
    momentum: float = 0.0
    decay: float = 5e-4
    batch: int = 128
    epochs: int = 200
    probed: int | None = 5000
    chunk: int = 256
    sample: Sample = Sample()

    @property
    def columns(self) -> int:
        """The number of networks of one seed."""
        return max(len(self.rhos), len(self.gammas))

    def settings(self, seed: int, column: int, precision: Precision = "float32") -> Settings:
        """Return the settings of one network."""
        return Settings(
            model=self.model,
            width=self.width,
            method=self.method,
            shard=self.shard,
            reading=self.reading,
            gammas=self.gammas[column] if self.gammas else None,
            seed=seed,
            rho=self.rhos[0] if self.gammas else self.rhos[column],
            rate=self.rate,
            momentum=self.momentum,
            decay=self.decay,
            batch=self.batch,
            epochs=self.epochs,
            probed=self.probed,
            chunk=self.chunk,
            precision=precision,
        )


Arms = dict[ArmKey, Arm]
PAPER = Arm(model="", gammas=((0.01, 0.001), (0.03, 0.003), (0.1, 0.01), (0.3, 0.03)))
POCKET = replace(
    PAPER,
    rhos=(0.01, 0.02, 0.04),
    rate=0.1,
    epochs=40,
    probed=1000,
    chunk=1000,
    sample=Sample(shrink=2, train=3000, held_out=1000, test=2000),
)
SMOKE = replace(
    PAPER,
    rhos=(0.01, 0.02),
    gammas=((0.01, 0.001),),
    width=4,
    rate=0.1,
    batch=32,  # which takes shards of 32
    epochs=4,  # one for each quarter that `report.summary.summarise` tells apart
    probed=32,
    chunk=32,
    sample=Sample(shrink=4, train=64, held_out=16, test=32),
)
BASES: dict[Profile, dict[str, Arm]] = {
    "smoke": {"DLN": replace(SMOKE, model="dln"), "2NN": replace(SMOKE, model="2nn"), "ResNet18": replace(SMOKE, model="resnet18")},
    "pocket": {
        "DLN": replace(POCKET, model="dln"),
        "2NN": replace(POCKET, model="2nn"),
        "ResNet18": replace(POCKET, model="resnet18", width=8, batch=32, epochs=32, rhos=(0.01,), gammas=((0.03, 0.003), (0.1, 0.01))),
    },
    "paper": {
        "DLN": replace(PAPER, model="dln", width=500),
        "2NN": replace(PAPER, model="2nn", width=500),
        "ResNet18": replace(PAPER, model="resnet18", width=64),
    },
}
"""By profile and network. The penalty tries the gammas; every other method takes the radii."""
VARIED: dict[Profile, str] = {"smoke": "2NN", "pocket": "2NN", "paper": "ResNet18"}
"""The network of experiments that vary data, width, rate or radius: two cores have no time for as many residual networks."""
PENALTY = "SGD with the penalty"
METHODS: dict[str, dict[str, Any]] = {
    "SGD": {"method": "sgd"},
    "L-SAM": {"method": "l-sam"},
    "J-SAM": {"method": "j-sam"},
    "1-SAM": {"method": "1-sam"},
    "n-SAM": {"method": "n-sam"},
    "shards of 32": {"method": "m-sam", "shard": 32},
    "shards of 8": {"method": "m-sam", "shard": 8},
    PENALTY: {"method": "penalty", "reading": "printed"},
}
CHOOSING = 1000
"""Images held out under `paper` where a strength must be chosen; elsewhere all are trained on."""


def arm(profile: Profile, network: str, method: str, **changes: Any) -> Arm:
    """Return a network under a profile, trained by a method, with some settings changed."""
    base = replace(BASES[profile][network], **changes)
    with_method = replace(base, **METHODS[method])
    if method == PENALTY:
        with_method = replace(with_method, rhos=with_method.rhos[:1])
        return replace(with_method, sample=choosing(with_method.sample)) if len(with_method.gammas) > 1 else with_method
    with_method = replace(with_method, gammas=())
    if method == "SGD":
        return replace(with_method, rhos=with_method.rhos[:1])
    return replace(with_method, sample=choosing(with_method.sample)) if len(with_method.rhos) > 1 else with_method


def choosing(sample: Sample) -> Sample:
    """Return the sample with images held out to choose on."""
    return sample if sample.held_out else replace(sample, held_out=CHOOSING)


def arms(profile: Profile, networks: Iterable[str], methods: Sequence[str], **changes: Any) -> Arms:
    """Return the arms of networks, method by method."""
    names = list(networks)
    return {ArmKey(network, method): arm(profile, network, method, **changes) for method in methods for network in names}


def variant(name: str, profile: Profile, network: str, methods: Sequence[str], **changes: Any) -> Arms:
    """Return the arms of a network in another setting; in their keys the name of that setting stands in place of the network."""
    return {ArmKey(name, method): arm(profile, network, method, **changes) for method in methods}
