"""The results of `fast-equals-definition`: relative errors of the fast directions, and of near misses, on each network at each draw."""

from __future__ import annotations

import msgspec

from empirical.report.sweep_results import RunFacts


class NetworkErrors(msgspec.Struct, frozen=True):
    """The relative errors on one network.

    examples  the size of the batch
    weights   the number of weights
    errors    {"method, route": one error a draw}
    """

    network: str
    examples: int
    weights: int
    errors: dict[str, list[float]]


class MissErrors(msgspec.Struct, frozen=True):
    """The relative errors, one a draw, of a near miss: of `change` in the place of the method `of`."""

    change: str
    of: str
    errors: list[float]


class AgreementResults(RunFacts, frozen=True, kw_only=True, omit_defaults=True):
    """All comparisons, and all near misses."""

    networks: list[NetworkErrors]
    misses: list[MissErrors]
