"""The name of an arm is written and taken apart in one place."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import empirical
from empirical.experiments import experiments, fig_8, fig_12, large_lr_sgd_networks, table_1
from empirical.images import tuned_setting
from empirical.report.arm_key import ArmKey, changed_in, in_setting, key_of
from empirical.report.results import arm_of, networks

METHODS = {"SGD", "L-SAM", "J-SAM", "1-SAM", "SGD with the penalty", "penalty as printed", "penalty of squares", "penalty as update rule"}
words = st.text(st.characters(exclude_characters=","), min_size=1)


@given(st.lists(words, min_size=1, max_size=3).map(", ".join), words)
def test_a_written_key_is_read_back(setting, method):
    assert key_of(ArmKey(setting, method).written) == ArmKey(setting, method)


@given(words, words)
def test_what_a_setting_changes_is_read_back(network, changed):
    assert changed_in(in_setting(network, changed)) == (network, changed)
    assert changed_in(network) == (network, "")


def test_a_name_without_a_method_is_refused():
    with pytest.raises(ValueError, match="must be named `setting, method`, got 'ResNet18'; name its method"):
        key_of("ResNet18")


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
def test_every_arm_of_networks_ends_with_its_method(arms):
    assert {key_of(name).method for name in arms} <= METHODS
    assert all(ArmKey(*key_of(name)).written == name for name in arms)


def test_results_are_read_by_key():
    arm = {"setting": {}, "values": {}, "curves": {}}
    results = {"arms": {"2NN, rate 0.1, SGD": arm, "2NN, 1-SAM": {}}}
    assert arm_of(results, ArmKey("2NN, rate 0.1", "SGD")) is arm
    assert networks(results) == ["2NN, rate 0.1", "2NN"]


def test_no_other_file_takes_an_arm_apart():
    folder = Path(empirical.__file__).parent
    rooms = ("report", "experiments", "digits", "images", "toy")
    files = [path for room in rooms for path in (folder / room).rglob("*.py")]
    assert len(files) > len(experiments()) // 2
    assert [path.name for path in files if 'split(", "' in path.read_text() or 'partition(", ")' in path.read_text()] == ["arm_key.py"]
