"""The experiments on images: their rules on made-up results, tiny runs from a folder, and the message where they cannot run."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

import jax
import numpy as np
import pytest
from jax.errors import JaxRuntimeError
from PIL import Image

from empirical import __main__ as command
from empirical.cli import setup
from empirical.cli.setup import DATA, setup_of
from empirical.data.data_spec import CIFAR10
from empirical.experiments import (
    batchnorm,
    chosen_settings,
    clean_loss_higher,
    experiments,
    fig_1,
    fig_2,
    fig_4_accuracy,
    fig_4_scale,
    fig_5,
    fig_7,
    fig_8,
    fig_9,
    fig_12,
    fig_13,
    fig_14,
    large_lr_sgd_networks,
    lsam_own_rho,
    small_shards,
    table_1,
)
from empirical.images import arms as image_arms
from empirical.images import runs as image_runs
from empirical.images import sweep as image_sweep
from empirical.images import tuned_setting
from empirical.images.arm_results import GAPS, gather
from empirical.images.arms import BASES, PENALTY, Arm, Sample
from empirical.images.sweep import SEEDS, sweep
from empirical.jobs.place import Backend
from empirical.report import panels
from empirical.report.arm_key import ArmKey
from empirical.report.experiment import Experiment, Setup, Target
from empirical.report.profile import Profile
from empirical.report.results import directions, rounded
from empirical.report.summary import PROBES, summarise
from empirical.report.sweep_results import ArmResults, Curve, SweepResults
from empirical.training import run_folder
from empirical.training.pace import Pace
from reports.command import FALLEN, UNFINISHED, WRONG, CallError


@dataclass(frozen=True, eq=False)
class Tried:
    """An experiment on images, its arms under a profile, and its first statement."""

    experiment: Experiment[SweepResults]
    arms_of: Callable[[Profile], Mapping[ArmKey, Arm]]

    @property
    def target(self) -> Target:
        return self.experiment.targets[0]


def chosen(experiment, method, settings):
    return Tried(experiment, partial(tuned_setting.arms_of, method, settings))


CHOICES = {
    chosen(chosen_settings.GAMMAS, PENALTY, chosen_settings.gammas): PENALTY,
    chosen(chosen_settings.RATE, "SGD", chosen_settings.rates): "SGD",
    chosen(chosen_settings.RADIUS, "1-SAM", chosen_settings.radii): "1-SAM",
}
"""{experiment on a choice: the method that it is made for}"""
BATCHNORM = Tried(batchnorm.EXPERIMENT, batchnorm.arms_of)
FIG_9 = Tried(fig_9.EXPERIMENT, fig_9.arms_of)
CLEAN_LOSS = Tried(clean_loss_higher.ON_IMAGES, clean_loss_higher.arms_on_images)
FIG_1 = Tried(fig_1.ON_IMAGES, fig_1.arms_on_images)
FIG_2 = Tried(fig_2.ON_IMAGES, fig_2.arms_on_images)
FIG_4_ACCURACY = Tried(fig_4_accuracy.ON_IMAGES, fig_4_accuracy.arms_on_images)
FIG_4_SCALE = Tried(fig_4_scale.ON_IMAGES, fig_4_scale.arms_on_images)
FIG_5 = Tried(fig_5.ON_IMAGES, fig_5.arms_on_images)
FIG_7 = Tried(fig_7.ON_IMAGES, fig_7.arms_on_images)
FIG_12 = Tried(fig_12.ON_IMAGES, fig_12.arms_on_images)
FIG_13 = Tried(fig_13.ON_IMAGES, fig_13.arms_on_images)
FIG_14 = Tried(fig_14.ON_IMAGES, fig_14.arms_on_images)
LARGE_RATES = Tried(large_lr_sgd_networks.ON_IMAGES, large_lr_sgd_networks.arms_on_images)
LSAM_RADIUS = Tried(lsam_own_rho.ON_IMAGES, lsam_own_rho.arms_on_images)
SHARDS = Tried(small_shards.ON_IMAGES, small_shards.arms_on_images)
TABLE_1 = Tried(table_1.ON_IMAGES, table_1.arms_on_images)
DENSE_LAYERS = Tried(fig_4_accuracy.ON_DENSE_LAYERS, fig_4_accuracy.arms_of_dense_layers)
TINY_IMAGENET = Tried(fig_8.ON_TINY_IMAGENET, fig_8.arms_on_tiny_imagenet)
FLOWERS102 = Tried(fig_8.ON_FLOWERS102, fig_8.arms_on_flowers102)
TRIED = (
    *(*CHOICES, BATCHNORM, FIG_9, CLEAN_LOSS, FIG_1, FIG_2, FIG_4_ACCURACY, FIG_4_SCALE, FIG_5, FIG_7, FIG_12, FIG_13, FIG_14),
    *(LARGE_RATES, LSAM_RADIUS, SHARDS, TABLE_1, DENSE_LAYERS, TINY_IMAGENET, FLOWERS102),
)
EPOCHS = 8
DRAWN = (*PROBES, "noisy_true_accuracy")


def made_up(tried, peaks, profile="pocket", seeds=SEEDS, short="", spread=0.001, **values):
    """Results of an experiment's arms: best accuracies by the method's name or by the arm's, other values of some arms as given."""
    random, arm_results = np.random.default_rng(0), {}
    for key, arm in tried.arms_of(profile).items():
        name = key.written
        shape = (seeds, arm.columns)
        probes = {probe: np.full((EPOCHS, *shape), 0.5 if probe.endswith("accuracy") else 1.0) for probe in DRAWN}
        probes |= {"holdout_accuracy": probes["test_accuracy"]} if arm.sample.held_out else {}
        kept = {stat: rounded(value) for stat, value in summarise(probes, GAPS).items()}
        peak = peaks.get(name, peaks.get(key.method, 0.4))
        kept["peak"] = np.repeat(peak + spread * random.standard_normal((seeds, 1)), arm.columns, axis=1).tolist()
        kept["last"] = kept["peak"]
        kept |= {stat: np.full(shape, value[name]).tolist() for stat, value in values.items() if name in value}
        strength = (
            {"gamma_z": [z for z, _ in arm.gammas], "gamma_v": [v for _, v in arm.gammas]} if arm.gammas else {"rhos": list(arm.rhos)}
        )
        numbers = np.full((2, arm.columns), 0.5).tolist()
        arm_results[key] = ArmResults(
            setting={"model": arm.model, "method": arm.method, "train": arm.sample.train, "width": arm.width, "rate": arm.rate, **strength},
            values=kept,
            curves=dict.fromkeys(DRAWN, Curve([1.0, 2.0], numbers, numbers, numbers)),
        )
    return SweepResults(seeds=list(range(seeds)), short=short, profile=profile, classes=200, gaps=list(GAPS), arms=arm_results)


def outcome(tried, target, results):
    return tried.experiment.judge(results)[target].outcome


PEAKS = {"SGD": 0.40, "L-SAM": 0.41, "J-SAM": 0.495, "1-SAM": 0.50, PENALTY: 0.45}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "supports"),
        ({"L-SAM": 0.47}, "refutes"),
        ({"J-SAM": 0.44}, "refutes"),
        ({"1-SAM": 0.40}, "inconclusive"),  # nothing is gained
    ],
)
def test_figure_4_asks_what_the_hybrids_keep(changes, expected):
    assert outcome(FIG_4_ACCURACY, FIG_4_ACCURACY.target, made_up(FIG_4_ACCURACY, PEAKS | changes)) == expected


@pytest.mark.parametrize("options", [{"spread": 0.05}, {"seeds": 2}, {"short": "profile smoke"}])
@pytest.mark.parametrize("tried", [FIG_4_ACCURACY, TABLE_1])
def test_wide_few_or_short_runs_decide_nothing(tried, options):
    assert outcome(tried, tried.target, made_up(tried, PEAKS, **options)) == "inconclusive"


@pytest.mark.parametrize(
    ("profile", "changes", "expected", "closed"),
    [
        ("pocket", {}, "supports", "supports"),
        ("paper", {}, "inconclusive", "inconclusive"),  # the lead is ten points but for its spread
        ("paper", {"1-SAM": 0.52, "J-SAM": 0.52}, "supports", "supports"),
        ("paper", {"1-SAM": 0.48, "J-SAM": 0.48, "L-SAM": 0.40}, "refutes", "inconclusive"),  # eight points
        ("pocket", {"1-SAM": 0.48, "J-SAM": 0.48, "L-SAM": 0.40}, "supports", "supports"),
        ("pocket", {"J-SAM": 0.46}, "refutes", "supports"),  # four points below 1-SAM
        ("pocket", {"L-SAM": 0.46}, "refutes", "supports"),  # nearer to 1-SAM
        ("pocket", {PENALTY: 0.42}, "refutes", "refutes"),  # a fifth of the lead
        ("pocket", {"1-SAM": 0.38, "J-SAM": 0.38, "L-SAM": 0.40}, "refutes", "inconclusive"),
    ],
)
def test_table_1_asks_for_the_order_and_under_paper_for_the_distance(profile, changes, expected, closed):
    results = made_up(TABLE_1, PEAKS | changes, profile)
    assert (outcome(TABLE_1, TABLE_1.target, results), outcome(TABLE_1, TABLE_1.experiment.targets[1], results)) == (expected, closed)


@pytest.mark.parametrize(
    ("profile", "sam", "expected"),
    [("pocket", 0.45, "supports"), ("pocket", 0.38, "refutes"), ("paper", 0.45, "refutes"), ("paper", 0.6, "supports")],
)
def test_figure_1_asks_under_paper_for_ten_points(profile, sam, expected):
    before = {"before_noise": {"ResNet18, SGD": 0.3, "ResNet18, 1-SAM": 0.4}}
    assert outcome(FIG_1, FIG_1.target, made_up(FIG_1, {"SGD": 0.40, "1-SAM": sam}, profile, **before)) == expected


@pytest.mark.parametrize(
    ("changes", "lasts", "expected"),
    [
        ({}, 0.40, "supports"),
        ({"ResNet18 without noise, 1-SAM": 0.60}, 0.40, "refutes"),  # as much as with noise
        ({f"ResNet18 without noise, {PENALTY}": 0.445}, 0.40, "refutes"),  # nearly all of the lead
        ({f"ResNet18 without noise, {PENALTY}": 0.39}, 0.30, "refutes"),
        ({}, 0.41, "refutes"),  # does not fall
    ],
)
def test_figure_9_asks_for_a_smaller_lead_a_small_gain_and_a_fall(changes, lasts, expected):
    own = f"ResNet18 without noise, {PENALTY}"
    peaks = {"SGD": 0.40, "1-SAM": 0.50, "ResNet18 without noise, 1-SAM": 0.45, own: 0.41} | changes
    assert outcome(FIG_9, FIG_9.target, made_up(FIG_9, peaks, last={own: lasts})) == expected


@pytest.mark.parametrize(("descent", "expected"), [(0.48, "supports"), (0.52, "refutes")])
def test_large_rates_ask_for_every_one_of_them(descent, expected):
    peaks = {"SGD": 0.40, "1-SAM": 0.50, "2NN, rate 3, SGD": descent}
    assert outcome(LARGE_RATES, LARGE_RATES.target, made_up(LARGE_RATES, peaks)) == expected


@pytest.mark.parametrize("tried", [FLOWERS102, TINY_IMAGENET])
@pytest.mark.parametrize(("sam", "true", "expected"), [(0.45, 0.6, "supports"), (0.38, 0.6, "refutes"), (0.45, 0.4, "refutes")])
def test_figure_8_asks_for_both_accuracies(tried, sam, true, expected):
    results = made_up(tried, {"SGD": 0.40, "1-SAM": sam}, noisy_true={"ResNet18, 1-SAM": true})
    assert outcome(tried, tried.target, results) == expected
    assert "(chance: 0.005)" in tried.experiment.judge(results)[tried.target].says


@pytest.mark.parametrize(("last", "expected"), [(0.45, "supports"), (0.40, "refutes"), (0.43, "inconclusive")])
def test_figure_8_asks_whether_flowers_drop(last, expected):
    results = made_up(FLOWERS102, {"SGD": 0.40, "1-SAM": 0.45}, last={"ResNet18, 1-SAM": last})
    assert outcome(FLOWERS102, FLOWERS102.experiment.targets[1], results) == expected


@pytest.mark.parametrize(
    ("rough", "alone", "expected"),
    [(0.05, 0.45, "supports"), (0.028, 0.45, "refutes"), (0.05, 0.52, "refutes")],  # 1.4 times as rough; better
)
def test_batch_normalisation_asks_for_a_rougher_and_a_worse_curve(rough, alone, expected):
    own = f"{batchnorm.ALONE}, 1-SAM"
    results = made_up(BATCHNORM, {"SGD": 0.40, "1-SAM": 0.50, own: alone}, roughness={"ResNet18, 1-SAM": 0.02, own: rough})
    assert outcome(BATCHNORM, BATCHNORM.target, results) == expected


@pytest.mark.parametrize(("tried", "method"), CHOICES.items())
@pytest.mark.parametrize(("rival", "expected"), [(0.305, "supports"), (0.32, "refutes")])
def test_a_choice_stands_unless_another_is_better_by_a_point(tried, method, rival, expected):
    first, *alternatives = (key.written for key in tried.arms_of("paper"))
    held = {first: 0.3, **dict.fromkeys(alternatives, 0.25), alternatives[-1]: rival}
    results = made_up(tried, {method: 0.4}, "paper", held_out=held)
    (target,) = tried.experiment.targets
    assert outcome(tried, target, results) == expected
    assert first.endswith(("rate 0.01 and momentum 0, SGD", "ρ = 0.01, 1-SAM", f"gammas 0.1 and 0.01, {PENALTY}"))


@pytest.mark.parametrize(("small", "whole", "expected"), [(0.42, 0.50, "supports"), (0.50, 0.42, "refutes")])
def test_figures_12_to_14_read_what_they_vary_from_the_arms(small, whole, expected):
    """The lead grows with examples; the digits' tests hold the rest of these rules to account."""
    peaks = {"SGD": 0.40, "1-SAM": 0.45}
    peaks |= {"2NN, 10% of the images, 1-SAM": small, "2NN, 100% of the images, 1-SAM": whole}
    assert outcome(FIG_12, FIG_12.target, made_up(FIG_12, peaks)) == expected
    wide = {"2NN of width 125, 1-SAM": small, "2NN of width 500, 1-SAM": whole, "2NN of width 125, SGD": 0.35}
    assert outcome(FIG_13, FIG_13.target, made_up(FIG_13, peaks | wide)) == expected
    rates = {"2NN, rate 0.01, SGD": 0.3, "2NN, rate 0.01, 1-SAM": small - 0.1, "2NN, rate 0.1, 1-SAM": whole}
    rates |= {
        "2NN, rate 0.03, SGD": 0.35,
        "2NN, rate 0.01, twice as long, SGD": 0.3,
        "2NN, rate 0.01, twice as long, 1-SAM": 0.38,
    }
    assert outcome(FIG_14, FIG_14.target, made_up(FIG_14, peaks | rates)) == expected


@pytest.mark.parametrize("profile", BASES)
@pytest.mark.parametrize("tried", TRIED)
def test_every_experiment_shows_its_results_under_every_profile(tried, profile):
    results = made_up(tried, PEAKS, profile)
    assert tried.experiment.picture(results).count("<svg") == 1
    assert len(tried.experiment.table(results)) == sum(arm.columns for arm in tried.arms_of(profile).values())
    assert set(tried.experiment.judge(results)) == set(tried.experiment.targets)


@pytest.mark.parametrize(("profile", "title"), [("pocket", "2NN"), ("paper", "ResNet18")])
@pytest.mark.parametrize("tried", [FIG_12, FIG_13, FIG_14])
def test_a_picture_of_leads_names_the_network_of_its_profile(monkeypatch, tried, profile, title):
    monkeypatch.setattr(panels, "svg", lambda drawn: [panel.title for panel in drawn])  # a picture has its letters as paths
    assert tried.experiment.picture(made_up(tried, PEAKS, profile)) == [title, title]


@pytest.mark.parametrize("tried", TRIED)
def test_every_ruling_turns_on_a_number(tried):
    """Made-up results reach no gap of accuracies; where nothing is reached there is none."""
    at_gaps = {f"{name}_at": dict.fromkeys(tried.arms_of("paper"), 1.5) for name in ("clean_loss", "loss_ratio", "logit_ratio")}
    results = made_up(tried, PEAKS, "paper")
    for stat, value_of_arm in at_gaps.items():
        for name, value in value_of_arm.items():
            results.arms[name].values[stat] = np.full((SEEDS, 1, len(GAPS)), value).tolist()
    for arm in results.arms.values():
        arm.values["roughness"] = np.full((SEEDS, 1), 0.02).tolist()
    for target, ruling in tried.experiment.judge(results).items():
        assert ruling.effect is not None, target
        assert ruling.effect.seeds == SEEDS


@pytest.mark.parametrize(
    ("changes", "seeds", "expected"),
    [
        ({}, 1, "for"),
        ({"1-SAM": 0.38, "J-SAM": 0.38, "L-SAM": 0.40}, 1, "against"),  # no lead
        ({"J-SAM": 0.46}, 1, "undecided"),  # a lead, but four points between J-SAM and 1-SAM
        ({}, SEEDS, "for"),
        ({"J-SAM": 0.46}, SEEDS, "against"),  # the rule is missed by an interval
    ],
)
def test_results_point_as_their_means_do_where_the_rule_decides_nothing(changes, seeds, expected):
    results = made_up(TABLE_1, PEAKS | changes, seeds=seeds)
    rulings = TABLE_1.experiment.judge(results)
    assert rulings[TABLE_1.target].outcome == "inconclusive" or seeds == SEEDS
    assert directions(TABLE_1.experiment, results, rulings)[TABLE_1.target] == expected


def test_the_experiments_above_are_all_experiments_on_images():
    assert {tried.experiment.id for tried in TRIED} == {
        experiment.id for experiment in experiments().values() if experiment.qualifier == "reduced"
    }


@pytest.mark.parametrize("tried", [tried for tried in TRIED if tried not in {*CHOICES, FLOWERS102, TINY_IMAGENET}])
def test_where_nothing_is_chosen_the_paper_profile_trains_on_all_images(tried):
    for key, arm in tried.arms_of("paper").items():
        if arm.columns == 1 and "% of" not in key.setting:
            assert arm.sample.held_out == 0
            assert arm.sample.train is None
        if arm.columns > 1:
            assert arm.sample.held_out > 0, key


def test_the_paper_profile_is_appendix_a_2():
    arm = image_arms.arm("paper", "ResNet18", "1-SAM")
    assert (arm.batch, arm.rate, arm.decay, arm.epochs, arm.rhos, arm.width) == (128, 0.01, 0.0005, 200, (0.01,), 64)
    assert arm.sample == Sample(share=0.3)


def test_a_setting_says_where_all_images_are_taken():
    arm, probes = image_arms.arm("paper", "2NN", "SGD"), {probe: np.full(EPOCHS, 0.5) for probe in DRAWN}
    setting = gather(arm, "float32", [[probes]], 10, ()).setting
    assert (setting["train"], setting["test"], "size" in setting) == ("all", "all", False)
    few = gather(replace(arm, sample=Sample(size=16, train=3)), "float32", [[probes]], 10, ()).setting
    assert (few["train"], few["test"], few["size"]) == (3, "all", 16)


# --- runs ---


@pytest.fixture
def data(tmp_path):
    """Ten classes of noise, told apart by their mean, at CIFAR-10's size."""
    random = np.random.default_rng(0)
    for part, count in (("train", 20), ("test", 7)):
        for label in range(10):
            folder = tmp_path / "images" / part / str(label)
            folder.mkdir(parents=True)
            for number in range(count):
                Image.fromarray(random.integers(20 * label, 20 * label + 60, (32, 32, 3)).astype(np.uint8)).save(folder / f"{number}.png")
    return tmp_path / "images"


@pytest.fixture
def small(monkeypatch):
    """The 2NN at one radius in place of the ResNet, which takes a minute to compile."""
    smoke = BASES["smoke"]
    monkeypatch.setitem(image_arms.BASES, "smoke", smoke | {"ResNet18": replace(smoke["ResNet18"], model="2nn", rhos=(0.01,))})


def kept(out, name):
    return json.loads((out / "experiments" / f"{name}.json").read_text())


@pytest.mark.usefixtures("small")
def test_a_smoke_run_leaves_run_folders_that_experiments_share_and_the_next_one_trains_nothing(data, tmp_path):
    out = tmp_path / "out"
    call = ["run", "table-1", "fig-1", "fig-9", "--profile", "smoke", "--seeds", "1", "--data", str(data), "--out", str(out)]
    assert command.main(call) == 0
    first = kept(out, "table-1")
    assert (
        first["results"]["arms"]["ResNet18, 1-SAM"]["setting"] | {"train": 64, "shrink": 4, "rhos": [0.01]}
        == (first["results"]["arms"]["ResNet18, 1-SAM"]["setting"])
    )
    assert {ruling["outcome"] for ruling in first["rulings"]} == {"inconclusive"}
    assert re.fullmatch(r"images in folders, 10 classes, images [0-9a-f]{16}", first["provenance"]["data"])
    checkpoints = {path: path.stat().st_mtime_ns for path in (out / "runs").glob("*/checkpoint.json")}
    names = {
        f"{arm.settings(1, column)} {arm.sample}"
        for m in (TABLE_1, FIG_1, FIG_9)
        for arm in m.arms_of("smoke").values()
        for column in range(arm.columns)
    }
    assert len(checkpoints) == len(names)
    assert command.main(call) == 0
    assert {path: path.stat().st_mtime_ns for path in checkpoints} == checkpoints
    assert kept(out, "table-1")["results"] == first["results"]


@pytest.mark.usefixtures("small")
def test_without_noise_the_statistics_of_noisy_points_are_left_out(data, tmp_path):
    assert command.main(["run", "fig-9", "--profile", "smoke", "--seeds", "1", "--data", str(data), "--out", str(tmp_path / "out")]) == 0
    values = kept(tmp_path / "out", "fig-9")["results"]["arms"]["ResNet18 without noise, SGD"]["values"]
    assert values["gap"] == [[None]]
    assert values["peak"][0][0] > 0


@pytest.mark.usefixtures("small")
def test_a_statistic_that_shards_do_not_have_is_left_out(data, tmp_path):
    """An update of a single example."""
    assert (
        command.main(["run", "small-shards", "--profile", "smoke", "--seeds", "1", "--data", str(data), "--out", str(tmp_path / "out")])
        == 0
    )
    arms = kept(tmp_path / "out", "small-shards")["results"]["arms"]
    assert set(arms["2NN, 1-SAM"]["values"]) - set(arms["2NN, shards of 8"]["values"]) == {"update_ratio_at"}


@pytest.mark.usefixtures("small")
def test_a_run_out_of_time_says_how_far_it_came_and_goes_on(data, tmp_path, capsys):
    call = ["run", "fig-1", "--profile", "smoke", "--seeds", "1", "--data", str(data), "--out", str(tmp_path / "out")]
    assert command.main([*call, "--minutes", "0.00001"]) == UNFINISHED
    assert "0 of 2 networks trained, 0 of 8 epochs" in " ".join(capsys.readouterr().out.split())
    assert not (tmp_path / "out" / "experiments" / "fig-1.json").exists()
    assert command.main(call) == 0


@pytest.mark.usefixtures("small")
def test_a_run_out_of_time_within_an_epoch_begins_no_other_network_and_goes_on(data, tmp_path, capsys, monkeypatch):
    out, units = tmp_path / "out", iter(range(100))
    call = ["run", "fig-1", "--profile", "smoke", "--seeds", "1", "--data", str(data), "--out", str(out)]
    with monkeypatch.context() as patch:
        patch.setattr(Pace, "over", lambda *_: next(units) == 3)
        assert command.main([*call, "--minutes", "60"]) == UNFINISHED
    assert "0 of 2 networks trained, 0.5 of 8 epochs" in " ".join(capsys.readouterr().out.split())
    assert [json.loads(path.read_text())["unit"] for path in out.glob("runs/*/checkpoint.json")] == [3]
    assert len(list(out.glob("runs/*"))) == 1
    assert command.main(call) == 0


@pytest.mark.usefixtures("small")
def test_a_run_that_stops_after_some_epochs_says_so_and_goes_on(data, tmp_path, monkeypatch):
    """The tests of the run folder show that it ends as if it had not stopped."""
    smoke = BASES["smoke"]
    monkeypatch.setitem(image_arms.BASES, "paper", {"ResNet18": replace(smoke["ResNet18"], model="2nn", epochs=6, rhos=(0.01,))})
    call = ["run", "fig-1", "--profile", "paper", "--seeds", "1", "--data", str(data), "--jobs", "1", "--out", str(tmp_path / "out")]
    assert command.main([*call, "--epochs", "4"]) == 0
    stopped = kept(tmp_path / "out", "fig-1-paper")
    assert (stopped["results"]["short"], stopped["results"]["qualifier"]) == ("", "stand-in"), "a 2NN in the place of ResNet18"
    assert stopped["results"]["needs"] == "seeds 2 and 3; and all 6 epochs of SGD (4 done) and 1-SAM (4 done)"
    setting = stopped["results"]["arms"]["ResNet18, SGD"]["setting"]
    assert (setting["epochs"], setting["planned_epochs"]) == (4, 6)
    assert "--epochs 4" in stopped["provenance"]["command"]
    assert command.main(call) == 0
    later = kept(tmp_path / "out", "fig-1-paper")["results"]
    assert later["needs"] == "seeds 2 and 3"
    for name, arm in later["arms"].items():
        assert arm["setting"]["epochs"] == 6
        assert arm["curves"]["test_accuracy"]["mean"][:4] == stopped["results"]["arms"][name]["curves"]["test_accuracy"]["mean"]
    assert command.main([*call, "--epochs", "4"]) == 0
    again = kept(tmp_path / "out", "fig-1-paper")
    assert again["results"]["arms"] == stopped["results"]["arms"], "epochs trained beyond the fourth are not looked at"


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_run_folder_that_is_damaged_is_told_and_the_others_go_on(data, tmp_path, capsys, jobs):
    out = tmp_path / "out"
    call = ["run", "fig-1", "--profile", "smoke", "--seeds", "1", "--data", str(data), "--out", str(out)]
    assert command.main([*call, "--minutes", "0.00001"]) == UNFINISHED
    broken = min((out / "runs").iterdir())
    (broken / "metrics.jsonl").write_text("")
    (broken / "checkpoint.json").write_text('{"schema": 1, "epoch": 2, "files": ["state-2.npz"]}')
    capsys.readouterr()
    assert command.main([*call, "--jobs", jobs]) == WRONG
    shown = capsys.readouterr()
    assert "1 of 2 networks trained" in " ".join(shown.out.split())
    assert shown.err.count("\n") == 1
    assert shown.err.startswith(f"{broken.name}: the state of {broken} (state-2.npz) is damaged: No such file or directory")
    assert ("log:" in shown.err) is (jobs == "2"), "one in this process has no log of its own"


@pytest.mark.usefixtures("small")
def test_a_network_for_which_there_is_no_memory_is_told_and_the_others_go_on(data, tmp_path, capsys, monkeypatch):
    def full(*given, **options):
        if not list((tmp_path / "out" / "runs").glob("*/checkpoint.json")):
            return run_folder.run(*given, **options)
        raise JaxRuntimeError("RESOURCE_EXHAUSTED: out of memory")

    monkeypatch.setattr(image_runs, "run", full)
    call = ["run", "fig-1", "--profile", "smoke", "--seeds", "1", "--data", str(data), "--out", str(tmp_path / "out")]
    assert command.main(call) == FALLEN
    shown = capsys.readouterr()
    assert "1 of 2 networks trained" in " ".join(shown.out.split())
    assert "RESOURCE_EXHAUSTED: out of memory" in " ".join(shown.out.split())
    assert shown.err == ""


@pytest.mark.usefixtures("small")
def test_results_of_another_precision_say_so(data, tmp_path):
    call = ["run", "fig-1", "--profile", "smoke", "--seeds", "1", "--data", str(data), "--out", str(tmp_path / "out")]
    assert command.main([*call, "--precision", "bfloat16"]) == 0
    written = kept(tmp_path / "out", "fig-1")
    assert {arm["setting"]["precision"] for arm in written["results"]["arms"].values()} == {"bfloat16"}
    assert written["provenance"]["command"].endswith("--precision bfloat16")
    assert command.main(call) == 0
    assert "precision" not in kept(tmp_path / "out", "fig-1")["results"]["arms"]["ResNet18, SGD"]["setting"]


def test_only_all_images_and_all_that_a_rule_asks_for_are_no_reduced_and_no_partial_run(data, tmp_path, monkeypatch):
    """Smoke's networks in place of a profile's, which are trained once, on a data set of so many images."""
    smoke, told = BASES["smoke"], []
    monkeypatch.setattr(image_sweep, "mark", lambda *_, whole_data, complete: told.append((whole_data, complete)) or "")
    monkeypatch.setitem(image_arms.BASES, "paper", smoke | {"ResNet18": replace(smoke["ResNet18"], model="2nn", rhos=(0.01,))})
    for seeds, missing, whole in ((1, 0, True), (3, 0, True), (3, 1, True), (3, 0, False)):
        setup = Setup(profile="paper", seeds=seeds, data=data, out=tmp_path / "out")
        taken = replace(CIFAR10, train=200 + missing, test=70)
        sweep("fig-1", FIG_1.arms_of("paper"), setup, taken, targets=(FIG_1.target,), whole=whole)
    assert told == [(True, False), (True, True), (False, True), (True, False)]


@pytest.mark.parametrize(
    ("tried", "changes", "expected"),
    [
        (FIG_4_ACCURACY, {}, ""),
        (FIG_4_ACCURACY, {"epochs": 10}, "partial"),
        (FIG_4_ACCURACY, {"seeds": 2}, "partial"),
        (FIG_4_ACCURACY, {"precision": "bfloat16"}, "reduced"),
        (FIG_4_ACCURACY, {"profile": "smoke"}, "reduced"),
        (DENSE_LAYERS, {}, "partial"),
        (FIG_12, {}, ""),
        (FIG_12, {"profile": "pocket"}, "stand-in"),
    ],
)
def test_the_plan_says_beforehand_how_a_run_will_be_marked(tried, changes, expected, data):
    assert tried.experiment.cost(Setup(**{"profile": "paper", "data": data, **changes})).qualifier == expected


@pytest.mark.parametrize(("platform", "gpus"), [("cpu", 0), ("gpu", 1)])
def test_each_of_several_jobs_has_a_gpu_where_there_are_any(monkeypatch, platform, gpus):
    monkeypatch.setattr(jax, "default_backend", lambda: platform)
    monkeypatch.setattr(jax, "device_count", lambda: 2)
    assert setup._backend(command.Run(jobs=2)) == Backend("local", 2, gpus=gpus)
    assert setup._backend(command.Run(jobs=1)) is None
    if gpus:
        assert setup._backend(command.Run()) is None, "one run takes all devices"
        with pytest.raises(CallError, match="number of GPUs here, 2, got 3"):
            setup._backend(command.Run(jobs=3))


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_where_jobs_share_a_machine_this_process_leaves_them_its_memory(monkeypatch, jobs):
    name = "XLA_PYTHON_CLIENT_PREALLOCATE"
    monkeypatch.setenv(name, "to be restored")
    monkeypatch.delenv(name)
    monkeypatch.setattr(command, "run", lambda *_: 0)
    assert command.main(["run", "fig-1", "--jobs", jobs]) == 0
    assert command.os.environ.get(name) == (None if jobs == "1" else "false")


@pytest.mark.parametrize(("platform", "profile"), [("cpu", "auto"), ("gpu", "paper")])
def test_auto_takes_the_papers_networks_where_there_are_images_and_an_accelerator(monkeypatch, data, platform, profile):
    monkeypatch.setattr(jax, "default_backend", lambda: platform)
    monkeypatch.delenv(DATA, raising=False)
    assert setup_of(command.Run(data=data)).profile == profile
    assert setup_of(command.Run()).profile == "auto"
    assert setup_of(command.Run(data=data, profile="pocket")).profile == "pocket"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (["run", "fig-4-accuracy", "--profile", "pocket"], "no images: give a folder of cifar-10 with --data"),
        (["run", "fig-4-accuracy"], "--profile pocket"),
        (["run", "fig-4-accuracy-dense", "--profile", "pocket", "--data", "DATA"], "it takes --profile smoke or paper"),
        (["run", "fig-8-tiny-imagenet", "--profile", "pocket", "--data", "DATA"], "folders of 200 classes, and --data holds 10"),
        (["run", "fig-1", "--minutes", "0"], "--minutes must be above 0, got 0.0"),
        (["run", "fig-1", "--epochs", "3"], "--epochs must be at least 4"),
        (["run", "fig-1", "--jobs", "0"], "--jobs must be at least 1, got 0"),
        (["run", "fig-1", "--partition", "x", "--gpus", "1"], "--partition, --gpus go with --backend slurm, got local"),
    ],
)
def test_where_it_cannot_run_it_says_why(call, message, capsys, monkeypatch, data):
    monkeypatch.delenv(DATA, raising=False)
    assert command.main([str(data) if word == "DATA" else word for word in call]) == 2
    assert message in capsys.readouterr().err
