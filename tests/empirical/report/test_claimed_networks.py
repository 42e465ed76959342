"""Every run is compared with the model, data set and settings that its statements name. A run that differs must be marked."""

import json
from pathlib import Path

import pytest

from empirical.experiments import experiments
from empirical.images import sweep as image_sweep
from empirical.images.arm_results import setting_of
from empirical.images.arms import BASES
from empirical.report.claimed_networks import A2, SPOKEN, WIDTHS, in_place, mark
from empirical.report.experiment import Setup, Target
from reports import evidence
from reports.direction import run_of

PUBLISHED = Path(__file__).parents[3] / "reports" / "published"
OWN = {target: A2 | {"model": spoken.models[0], "width": WIDTHS[spoken.models[0]], **spoken.settings} for target, spoken in SPOKEN.items()}


def unmarked(targets, data, settings, qualifier):
    """Faults of a mark, one line each: none where a run of other models, data or settings says so."""
    wrong = []
    for target in targets:
        spoken = SPOKEN[target]
        for setting in settings:
            foreign, changed = spoken.foreign(data, setting), spoken.changed(setting)
            if foreign and qualifier != "stand-in":
                wrong.append(f"{' '.join(target)}: {', '.join(foreign)} is marked {qualifier!r}")
            if changed and qualifier not in {"stand-in", "reduced"}:
                wrong.append(f"{' '.join(target)}: {', '.join(changed)} is marked {qualifier!r}")
    return wrong


def test_the_claimed_settings_come_from_appendix_a_2_and_the_captions():
    assert A2 == {
        "batch": 128,
        "rate": 0.01,
        "momentum": 0.0,
        "decay": 0.0005,
        "epochs": 200,
        "rhos": [0.01],
        "share": 0.3,
        "shrink": 1,
        "train": "all",
        "test": "all",
        "precision": "float32",
    }
    assert (WIDTHS["dln"], WIDTHS["2nn"], WIDTHS["resnet18"]) == (500, 500, 64)
    of = {target.claim: spoken for target, spoken in SPOKEN.items()}
    for claim in ("table-1", "fig-1", "fig-12", "fig-13", "fig-14", "chosen-rate", "chosen-rho", "chosen-gammas"):
        assert (of[claim].models, of[claim].data) == (("resnet18",), "cifar-10")
    assert of["fig-4-accuracy"].models == ("dln", "2nn", "resnet18")
    assert SPOKEN[Target("fig-8", "printed", "flowers102")].settings["share"] == 0.2


def test_every_statement_that_is_tried_on_images_is_spoken_of():
    tried = {target for experiment in experiments().values() if experiment.data for target in experiment.targets}
    assert tried == set(SPOKEN)


@pytest.mark.parametrize("profile", BASES)
def test_every_experiment_marks_what_differs_under_every_profile(profile, monkeypatch):
    """What `plan` tells beforehand, from the settings that its arms are trained in."""
    seen = []
    monkeypatch.setattr("empirical.images.on_images.setting_of", lambda *of: seen.append(setting_of(*of)) or seen[-1])
    monkeypatch.setattr("empirical.data.data_spec.DataSpec.missing", lambda *_: "")
    for experiment in experiments().values():
        shared = [target for target in experiment.targets if target in SPOKEN]
        if not experiment.data:
            assert not shared or experiment.qualifier == "stand-in", experiment.id
            continue
        seen.clear()
        planned_cost = experiment.cost(Setup(profile=profile))
        if not planned_cost.missing:
            assert seen, experiment.id
            assert unmarked(shared, experiment.data, seen, planned_cost.qualifier) == []


def records():
    """Every published record of a run on a statement that is spoken of, with the settings of its arms."""
    for dossier in evidence.read_all(PUBLISHED):
        for item in dossier.evidence:
            target = Target(item.claim, item.form, item.part)
            if target in SPOKEN and item.method == "experiment":
                results = json.loads((PUBLISHED / "experiments" / f"{run_of(item)}.json").read_text())["results"]
                data = experiments()[item.details["experiment"]].data or "digits"
                yield item, target, data, [arm["setting"] for arm in results["arms"].values()]


def test_every_published_run_that_differs_is_marked():
    published = list(records())
    assert len(published) > 40
    assert [line for item, target, data, settings in published for line in unmarked([target], data, settings, item.qualifier)] == []


def test_a_published_run_whose_mark_is_taken_off_would_be_told():
    for item, target, data, settings in records():
        if item.qualifier in {"stand-in", "reduced"}:
            assert unmarked([target], data, settings, ""), item.details["run"]


@pytest.mark.parametrize("target", SPOKEN)
def test_model_data_settings_and_missing_parts_decide_the_mark(target):
    spoken, own = SPOKEN[target], OWN[target]

    def marked(change=None, data=spoken.data, *, whole_data=True, complete=True):
        return mark([target], data, [own, own | (change or {})], whole_data=whole_data, complete=complete)

    assert marked() == ""
    assert marked(complete=False) == "partial"
    assert marked(whole_data=False) == "reduced"
    assert marked(data="digits", complete=False) == "stand-in"
    assert marked({"model": "linear"}) == "stand-in"
    for key, value in {"batch": 32, "decay": 0.0, "shrink": 2, "test": 2000, "precision": "bfloat16"}.items():
        assert marked({key: value}, complete=False) == "reduced", key
    for key in ("rate", "rhos", "epochs", "train", "share", "momentum", "width"):
        changed = marked({key: "another"}, complete=False)
        assert changed == ("partial" if key in spoken.varied else "reduced"), key
    assert marked({"epochs": 45, "planned_epochs": 200}, complete=False) == "partial", "what is under way has the paper's epochs to go"


def test_a_stand_in_is_told_with_the_question():
    target = Target("fig-12", "printed", "result")
    assert in_place([target], [{"model": "2nn"}, {"model": "2nn"}]) == "Here the 2NN stands in for ResNet18."
    assert in_place([target], [{"model": "resnet18"}]) == ""
    for name in ("fig-12", "fig-13", "fig-14", "chosen-rate", "chosen-rho", "chosen-gammas"):
        (item,) = [
            entry
            for dossier in evidence.read_all(PUBLISHED)
            for entry in dossier.evidence
            if entry.details.get("experiment") == name and entry.method == "experiment"
        ]
        assert item.qualifier == "stand-in"
        assert item.details["question"].endswith("Here the 2NN stands in for ResNet18.")


def test_the_sweep_uses_the_same_mark():
    assert image_sweep.mark is mark
