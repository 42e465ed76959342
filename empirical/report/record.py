"""From results to files: every value as JSON, the picture as SVG, and a record of evidence for each statement that was ruled on.

Several experiments may speak of one claim, and so may two runs of one experiment: a small run and a run in the paper's settings. All their
records share the file of the claim, and a new run replaces only the records of the same name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from empirical.report.claimed_networks import SPOKEN, in_place
from empirical.report.experiment import Experiment, Finding, R, Ruling, Setup, Target
from empirical.report.results import directions
from empirical.report.sweep_results import RunFacts, SweepResults, plain
from reports import evidence, lock
from reports.direction import run_of
from reports.evidence import SCHEMA, Dossier, Evidence, EvidenceError, Method, Provenance, Qualifier
from reports.ledger import Ledger
from reports.provenance import provenance

SOURCE = "empirical"


def command(experiment: Experiment, setup: Setup) -> str:
    """Return the command that runs an experiment again as it was run."""
    if experiment.command:
        return experiment.command
    parts = ["python -m empirical run", experiment.id, f"--profile {setup.profile}"]
    if setup.seeds is not None:
        parts.append(f"--seeds {setup.seeds}")
    if setup.data is not None:
        parts.append("--data DIR")
    if setup.epochs is not None:
        parts.append(f"--epochs {setup.epochs}")
    if setup.precision != "float32":
        parts.append(f"--precision {setup.precision}")
    if not setup.train:
        parts.append("--no-train")
    return " ".join(parts)


def qualifier(experiment: Experiment, results: RunFacts) -> Qualifier:
    """Return the qualifier of the results: their own where they have one, else the qualifier of the experiment."""
    return experiment.qualifier if results.qualifier is None else results.qualifier


def name_of(experiment: Experiment, results: RunFacts) -> str:
    """Return the name of a run: the id of its experiment, unless the results give another name."""
    return results.run or experiment.id


def asked(experiment: Experiment, results: RunFacts) -> str:
    """Return the question of an experiment, and which networks stand in for the networks that it asks about."""
    if not isinstance(results, SweepResults) or not experiment.data or not all(target in SPOKEN for target in experiment.targets):
        return experiment.question
    stand_ins = in_place(experiment.targets, [arm.setting for arm in results.arms.values()])
    return f"{experiment.question} {stand_ins}" if stand_ins else experiment.question


def keep(experiment: Experiment[R], results: R, setup: Setup, started: float) -> Mapping[Target, Ruling]:
    """Judge results and write them, their picture and their evidence under `setup.out`, each file whole; return the rulings.

    `started` is a reading of `time.time()` before the run. Where the results know when and where their networks were trained,
    seconds, machines and versions describe that training. Raises EvidenceError where a file cannot be written or a number is not finite.
    """
    rulings = experiment.judge(results)
    origin = provenance(command(experiment, setup), 0, started)
    origin = msgspec.structs.replace(origin, data=", ".join(results.data), device=results.computed_on or origin.device)
    if trained := results.trained:
        timing = msgspec.structs.replace(origin.timing, wall_s=float(trained.seconds))
        origin = msgspec.structs.replace(origin, timing=timing, device=", ".join(trained.machines), versions=trained.versions)
    evidence.refuse_non_finite(plain(results), experiment.id)
    drawn = experiment.picture(results)
    with lock.output(setup.out, "keep", wait=True):  # what another process adds to a claim meanwhile must not be lost
        write(experiment, results, rulings, origin, setup.out)
        evidence.write_whole(setup.out / "figures" / f"{name_of(experiment, results)}.svg", drawn.encode())
    return rulings


def write(experiment: Experiment[R], results: R, rulings: Mapping[Target, Ruling], origin: Provenance, out: Path) -> None:
    """Write results with their rulings and evidence, each file whole; the picture is not touched."""
    run = name_of(experiment, results)
    whole = {
        "schema": SCHEMA,
        "experiment": experiment.id,
        "question": asked(experiment, results),
        "rule": experiment.rule.sentence,
        "expected": experiment.expected,
        "rulings": [{**target._asdict(), "outcome": ruling.outcome, "says": ruling.says} for target, ruling in rulings.items()],
        "provenance": msgspec.to_builtins(origin),
        "results": plain(results),
    }
    evidence.write_whole(out / "experiments" / f"{run}.json", msgspec.json.encode(whole, order="deterministic") + b"\n")
    details, marked = _details(experiment, results, origin), qualifier(experiment, results)
    pointing = directions(experiment, results, rulings)
    for claim in dict.fromkeys(target.claim for target in rulings):
        own = [
            item
            for target, ruling in rulings.items()
            if target.claim == claim
            for item in _records(target, ruling, {**details, **turning(ruling), "direction": pointing[target]}, marked)
        ]
        of_other_runs = [item for item in _standing(out, claim) if run_of(item) != run]
        evidence.write(out, Dossier(schema=SCHEMA, claim=claim, source=SOURCE, provenance=origin, evidence=[*of_other_runs, *own]))


def turning(ruling: Ruling) -> dict[str, Any]:
    """Return what a record says of the number that its ruling turns on, and of what the rule still needs."""
    effect = {} if ruling.effect is None else {"effect": msgspec.to_builtins(ruling.effect)}
    return effect | ({"needs": ruling.needs} if ruling.needs else {})


def _records(target: Target, ruling: Ruling, details: dict[str, Any], marked: Qualifier) -> list[Evidence]:
    """Return the record of a ruling: one of an experiment, or one for each of its findings."""
    findings: list[tuple[Method, Finding | Ruling, dict[str, Any]]] = [("experiment", ruling, details)]
    if ruling.findings:
        findings = [(finding.method, finding, {**details, **finding.details}) for finding in ruling.findings]
    return [
        Evidence(
            claim=target.claim,
            form=target.form,
            part=target.part,
            method=method,
            outcome=finding.outcome,
            says=finding.says,
            details=own_details,
            qualifier=marked,
        )
        for method, finding, own_details in findings
    ]


def _details(experiment: Experiment[R], results: R, origin: Provenance) -> dict[str, Any]:
    """Return what a record says beside its ruling; each holds where it comes from itself, since records of several runs share a file."""
    return {
        "experiment": experiment.id,
        "run": name_of(experiment, results),
        "question": asked(experiment, results),
        "rule": experiment.rule.sentence,
        "expected": experiment.expected,
        "rows": experiment.table(results),
        "seeds": len(results.seeds),
        "settings": settings(results),
        "figure": f"figures/{name_of(experiment, results)}.svg",
        "commit": origin.commit,
        "command": origin.command,
        "machine": _machine(results, origin),
        "data": origin.data,
        "date": origin.timing.date,
        **({"note": results.note} if results.note else {}),
    }


def _machine(results: RunFacts, origin: Provenance) -> str:
    """Return where the numbers were made: networks on images may have been trained elsewhere, and by other commits."""
    trained = results.trained
    if trained is None:
        return origin.device
    commits = ", ".join(commit[:7] for commit in trained.commits)
    least = "at least " if trained.unknown else ""
    return f"{', '.join(trained.machines)} ({least}{trained.seconds / 3600:.1f} h of training, commit {commits})"


def settings(results: RunFacts) -> dict[str, str]:
    """Return {arm: its setting as text}; empty for an experiment that trains no arms."""
    arms = results.arms if isinstance(results, SweepResults) else {}
    return {key.written: ", ".join(f"{name} = {short(value)}" for name, value in arm.setting.items()) for key, arm in arms.items()}


def short(value: Any) -> str:
    """Return a setting as text: numbers without needless digits, several values in braces."""
    if isinstance(value, list):
        distinct = list(dict.fromkeys(value))
        return "{" + ", ".join(f"{item:g}" for item in distinct) + "}" if len(distinct) > 1 else f"{distinct[0]:g}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _standing(out: Path, claim: str) -> list[Evidence]:
    path = evidence.path_of(out, SOURCE, claim)
    return evidence.read(path).evidence if path.exists() else []


def refuse(chosen: Sequence[Experiment], book: Ledger, out: Path) -> None:
    """Raise now, and not after minutes of work, where a result could not be kept.

    LedgerError where an experiment speaks of a claim that the ledger lacks; EvidenceError where it lacks the statement, where `out` cannot
    be written, or where a file of evidence to be added to cannot be read.
    """
    for experiment in chosen:
        for target in experiment.targets:
            known = {(statement.form, statement.part) for statement in book.claim(target.claim).statements}
            if (target.form, target.part) not in known:
                raise EvidenceError(f"{experiment.id} speaks of {' '.join(target)}, which the ledger lacks; add it to reports/claims.toml")
            _standing(out, target.claim)
    for folder in ("experiments", "figures", f"evidence/{SOURCE}"):
        probe = out / folder / ".writable"
        evidence.write_whole(probe, b"")
        probe.unlink()
