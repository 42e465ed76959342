"""The struct of results keeps the shape of the files: a file read and written again is the same JSON, and wrong shapes are refused."""

import json
from pathlib import Path

import msgspec
import pytest

from empirical.agreement.agreement_results import AgreementResults
from empirical.bench.bench_results import BenchResults
from empirical.report.arm_key import ArmKey
from empirical.report.sweep_results import ArmResults, Curve, RunFacts, SweepResults, Trained, plain, read, read_as

PUBLISHED = Path(__file__).parents[3] / "reports" / "published" / "experiments"


def lean(results):
    """Published results without the fields that say nothing."""
    trained = {name: value for name, value in results.get("trained", {}).items() if (name, value) != ("unknown", 0)}
    kept = {name: value for name, value in results.items() if (name, value) != ("needs", "") and name != "trained"}
    return kept | ({"trained": trained} if trained else {})


@pytest.mark.parametrize("path", sorted(PUBLISHED.glob("*.json")), ids=lambda path: path.stem)
def test_published_results_are_written_as_they_were_read(path):
    results = json.loads(path.read_text())["results"]
    kind = {"fast-equals-definition": AgreementResults, "one-sam-cost": BenchResults, "one-sam-cost-gpu": BenchResults}.get(
        path.stem, SweepResults
    )
    assert json.loads(json.dumps(plain(read_as(kind, results)))) == lean(results)


def test_every_field_is_read_back():
    curve = Curve([1.0], [[0.5, None]], [[0.4, None]], [[0.6, None]])
    arm = ArmResults(setting={"model": "2nn", "rhos": [0.1, 0.2]}, values={"peak": [[0.5, None]]}, curves={"test_accuracy": curve})
    full = SweepResults(
        seeds=[1],
        short="stopped",
        needs="seed 2",
        profile="paper",
        qualifier="",
        run="fig-1-paper",
        data=["images"],
        trained=Trained(machines=["cpu"], commits=["0"], seconds=3, versions={"jax": "1"}, unknown=1),
        note="a note",
        arms={ArmKey("2NN", "1-SAM"): arm},
        classes=10,
        gaps=[0.1],
        whole_data=False,
    )
    assert read(json.loads(json.dumps(plain(full)))) == full
    assert all(getattr(full, name) is not None for name in SweepResults.__struct_fields__)


def test_the_facts_of_a_run_are_read_from_the_values_of_any_experiment():
    assert read_as(RunFacts, {"seeds": [0], "short": "smoke", "networks": []}) == RunFacts(seeds=[0], short="smoke")


@pytest.mark.parametrize(
    "changes", [{"seeds": "none"}, {"arms": []}, {"arms": {"2NN, SGD": {"setting": {}}}}, {"profile": "large"}, {"qualifier": "fine"}]
)
def test_other_shapes_are_refused(changes):
    with pytest.raises(msgspec.ValidationError):
        read({"seeds": [0], "short": "", "arms": {}, **changes})
