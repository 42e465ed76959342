"""The key of an arm is written and read in one place, and names of arms in published files are read back."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import empirical
from empirical.experiments import experiments, fig_6, fig_8, fig_12, large_lr_sgd_networks, table_1
from empirical.images import tuned_setting
from empirical.report.arm_key import ArmKey, key_of
from empirical.report.results import networks, values
from empirical.report.sweep_results import ArmResults, SweepResults, read

METHODS = {"SGD", "L-SAM", "J-SAM", "1-SAM", "SGD with the penalty", "penalty as printed", "penalty of squares", "penalty as update rule"}
PUBLISHED = Path(__file__).parents[3] / "reports" / "published" / "experiments"
words = st.text(st.characters(exclude_characters=","), min_size=1)
settings = st.lists(words, min_size=1, max_size=3).map(", ".join)


@given(settings, words)
def test_the_key_of_networks_is_read_back(setting, method):
    assert key_of(ArmKey(setting, method).written, {"model": "2nn"}) == ArmKey(setting, method)


@given(settings.filter(lambda setting: setting.split(", ")[-1].casefold() not in {"chance", "exact", "1-sam", "n-sam"}), st.data())
def test_the_key_of_an_arm_on_toy_data_is_read_back(setting, data):
    method = data.draw(st.sampled_from(["", "1-SAM", "n-SAM"]))
    flips = data.draw(st.sampled_from(["", "chance", "exact"]))
    trained = {"method": method.casefold() or "1-sam", "flips": flips or "exact"}
    assert key_of(ArmKey(setting, method, flips).written, trained) == ArmKey(setting, method, flips)


def test_networks_without_a_method_are_refused():
    with pytest.raises(ValueError, match="must be named `setting, method`, got 'ResNet18'; name its method"):
        key_of("ResNet18", {"model": "resnet18"})


@pytest.mark.parametrize(
    "arms",
    [
        table_1.DIGITS_ARMS,
        fig_12.DIGITS_ARMS,
        large_lr_sgd_networks.DIGITS_ARMS,
        table_1.arms_on_images("paper"),
        fig_8.arms_on_flowers102("paper"),
        large_lr_sgd_networks.arms_on_images("pocket"),
        tuned_setting.arms_of("SGD", lambda _: {"rate 1 and momentum 0": {"rate": 1.0}}, "pocket"),
    ],
)
def test_every_arm_of_networks_names_its_method(arms):
    assert {key.method for key in arms} <= METHODS


def test_results_are_read_by_key():
    arm = ArmResults(setting={}, values={"peak": [[0.5], [None]]})
    key = ArmKey("2NN, rate 0.1", "SGD")
    results = SweepResults(seeds=[0, 1], short="", arms={key: arm, ArmKey("2NN", "1-SAM"): arm})
    assert values(results, key, "peak")[0] == 0.5
    assert networks(results) == ["2NN, rate 0.1", "2NN"]


def test_published_arms_have_the_keys_that_experiments_ask_for():
    published = {path.stem: json.loads(path.read_text())["results"] for path in sorted(PUBLISHED.glob("*.json"))}
    swept = {name: read(results) for name, results in published.items() if "arms" in results}
    assert len(swept) > 50
    for name, results in swept.items():
        assert [key.written for key in results.arms] == list(published[name]["arms"]), name
    assert swept["fig-6"].arms.keys() == fig_6.ARMS.keys()
    assert swept["table-1-digits"].arms.keys() == table_1.DIGITS_ARMS.keys()
    assert swept["large-lr-sgd-images"].arms.keys() == large_lr_sgd_networks.arms_on_images("pocket").keys()


def test_no_other_file_takes_an_arm_apart():
    folder = Path(empirical.__file__).parent
    rooms = ("report", "experiments", "digits", "images", "toy")
    files = [path for room in rooms for path in (folder / room).rglob("*.py")]
    assert len(files) > len(experiments()) // 2
    assert [path.name for path in files if 'split(", "' in path.read_text() or 'partition(", ")' in path.read_text()] == ["arm_key.py"]
