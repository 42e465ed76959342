"""The results of a sweep as a typed struct, and the facts about a run that the results of every experiment have.

An experiment that trains no arms (`fast-equals-definition`, `one-sam-cost`) has a struct of its results beside its code. In a file an arm
stands under its name; `plain` writes that, and `read` turns it back into keys.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from empirical.report.arm_key import ArmKey, key_of
from empirical.report.profile import Profile
from reports.evidence import Qualifier


class Curve(msgspec.Struct, frozen=True):
    """Mean and 95% interval over seeds of a curve, [point][column], measured at `steps`; None where no seed has a value."""

    steps: list[float]
    mean: list[list[float | None]]
    low: list[list[float | None]]
    high: list[list[float | None]]


class ArmResults(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The results of one arm.

    setting  {name: value}, as it was trained
    values   {statistic: [seed][column]}, a number or a list; None where a network has no value
    curves   {probe: its curve}; none in published files
    """

    setting: dict[str, Any]
    values: dict[str, list[list[Any]]]
    curves: dict[str, Curve] = {}


class Trained(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where networks were trained, by which commits and versions, and for how many seconds.

    A stretch of training that a kill cut short has no seconds; `unknown` counts such stretches. Where versions differ, all are named;
    an earlier program did not keep them.
    """

    machines: list[str]
    commits: list[str]
    seconds: int
    versions: dict[str, str] = {}
    unknown: int = 0


class RunFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The facts about a run.

    seeds      numbers of the seeds that ran
    short      why the run is no full one; "" for a run that may decide something
    needs      what the rule still needs of a sweep under way; "" where it needs nothing
    profile    the profile of a run on images
    qualifier  the mark of these results; None: the experiment's own
    run        the name of the run; "": the experiment's id
    data       the data set in words, and fingerprints of the images
    trained    where networks on images were trained
    note       what a reader must know beside
    """

    seeds: list[int]
    short: str
    needs: str = ""
    profile: Profile | None = None
    qualifier: Qualifier | None = None
    run: str = ""
    data: list[str] = []
    trained: Trained | None = None
    note: str = ""

    @property
    def computed_on(self) -> str:
        """The device that computed these results, in words; "" for the processor of this machine."""
        return ""


class SweepResults(RunFacts, frozen=True, kw_only=True, omit_defaults=True):
    """The results of a sweep over arms.

    arms        {key: the arm's results}, in the order in which tables show them
    classes     the number of classes of images
    gaps        the gaps of clean and noisy accuracy at which statistics are kept; None: `summary.GAPS`
    whole_data  whether all images of the data set were there; None where an earlier version did not keep it
    """

    arms: dict[ArmKey, ArmResults]
    classes: int | None = None
    gaps: list[float] | None = None
    whole_data: bool | None = None


def plain(results: RunFacts) -> Any:
    """Return results as JSON values."""
    if not isinstance(results, SweepResults):
        return msgspec.to_builtins(results)
    arms = {key.written: msgspec.to_builtins(arm) for key, arm in results.arms.items()}
    return msgspec.to_builtins(msgspec.structs.replace(results, arms={})) | {"arms": arms}


def read_as(kind: type[RunFacts], values: Mapping[str, Any]) -> RunFacts:
    """Return the results of a kind that JSON values hold; raise msgspec.ValidationError, KeyError or ValueError where they hold none."""
    return read(values) if kind is SweepResults else msgspec.convert(values, kind)


def read(values: Mapping[str, Any]) -> SweepResults:
    """Return the results of a sweep that JSON values hold; raise msgspec.ValidationError or ValueError where they hold none."""
    arms = msgspec.convert(values["arms"], dict[str, ArmResults])
    keyed = {key_of(name, arm.setting): arm for name, arm in arms.items()}
    return msgspec.structs.replace(msgspec.convert({**values, "arms": {}}, SweepResults), arms=keyed)
