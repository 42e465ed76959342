"""The commands and their options, as the command line names them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import tyro

from empirical.data.fetch import Name
from empirical.methods.bfloat16 import Precision
from empirical.report.profile import Profile
from reports.arguments import MaybeAddress, MaybeDecimal, MaybePlace, MaybeWhole, MaybeWord, Place, Remark, Whole

Ids = Annotated[tyro.conf.Positional[tuple[str, ...]], tyro.conf.arg(metavar="[ID ...]", help_behavior_hint="")]


@dataclass(frozen=True)
class List:
    """List every experiment with its question and the claims it speaks about."""


@dataclass(frozen=True)
class Plan:
    """Say what would run, for how long and with how much memory, and what cannot run here and why."""

    ids: Ids = ()
    """Experiments; all of them where none is named."""
    profile: Profile = "auto"
    """smoke: tiny, decides nothing; pocket: reduced networks on images; paper: the paper's; auto: what images and device here allow."""
    seeds: MaybeWhole = None
    """Number of seeds; each experiment's own where none is given. Fewer than its rule asks for are inconclusive."""
    data: MaybePlace = None
    """Images: what `fetch` got, or a folder with train/CLASS/* and test/CLASS/*. Default: CLAIMS_DATA in the environment."""
    epochs: MaybeWhole = None
    """Train networks on images for so many epochs at most, which decides nothing; without it, or with more, they go on from there."""
    out: MaybePlace = None
    """Folder for results, pictures and evidence: reports/out, or reports/out/smoke for the profile smoke."""


@dataclass(frozen=True)
class Run(Plan):
    """Run experiments, all of them or the named ones, and write results, pictures and evidence.

    The options from --minutes on are for networks on images, each of which is a separate run that goes on where it was. What a call does
    for the first time may end later than --minutes says: images read, programs compiled, the first steps of a network. A network whose
    best is long past (`plan` says when) makes room for the next one.
    """

    minutes: MaybeDecimal = None
    """Stop, with checkpoints, after so many minutes, wherever in an epoch that is; the same command goes on from there."""
    carry: MaybePlace = None
    """Folder for what the next lease needs: taken up before, and copied to once a minute and at the end, at most --carry-mib of it."""
    carry_mib: MaybeWhole = None
    """MiB that --carry copies: rows of all networks first, then states to go on from. Default: 64, which takes a state of ResNet18."""
    precision: Precision = "float32"
    """bfloat16 takes the passes of a step in it, after a comparison with float32 at the start of each run; weights stay float32."""
    backend: Literal["local", "slurm"] = "local"
    """Where networks are trained: processes of this machine, or one array of Slurm jobs."""
    jobs: MaybeWhole = None
    """Networks that are trained at once. Default: one for each core of a CPU, one on an accelerator, as many as Slurm gives."""
    job_minutes: MaybeDecimal = None
    """Time limit of a Slurm job, which may be shorter than a run: it is queued again and goes on."""
    partition: MaybeWord = None
    """Partition of Slurm."""
    gpus: Whole = 0
    """GPUs of each Slurm job."""
    train: bool = True
    """With --no-train nothing is trained: networks trained before are told as far as they came."""
    note: Remark = ""
    """What a reader must know of the networks that their folders do not say; it stands with the evidence."""


@dataclass(frozen=True)
class Fetch:
    """Fetch a data set from those who publish it, check its sums, unpack it where it must be, and say what to give to --data."""

    name: Annotated[Name, tyro.conf.Positional]
    """The data set."""
    to: Place
    """Folder that it goes to. What a cut connection left there is gone on with."""
    mirror: MaybeAddress = None
    """Another address that has the same files."""
