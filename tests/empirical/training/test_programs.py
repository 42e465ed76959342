"""Networks whose settings differ only in arguments of the programs share them, and end as if each had compiled programs alone."""

import dataclasses

import jax
import numpy as np
import pytest

from empirical.data.images import Images, Split
from empirical.training import programs as shared
from empirical.training.programs import programs
from empirical.training.settings import Settings
from empirical.training.trainer import Trainer
from theory.compile_options import quick_compile

SAM = Settings(model="2nn", width=3, method="1-sam", momentum=0.9, batch=4, epochs=2)
PENALTY = dataclasses.replace(SAM, method="penalty", reading="squares", gammas=(0.2, 0.1))


def made_up():
    random = np.random.default_rng(0)

    def split(count):
        labels = random.integers(3, size=count).astype(np.int32)
        return Split(random.integers(256, size=(count, 3)).astype(np.uint8), labels, np.roll(labels, 1))

    return Images("made up", 3, split(8), split(2), split(4), np.zeros(1), np.full(1, 255.0))


def programs_of(settings=SAM, classes=3, options=None, devices=None, stepwise=False):
    return programs(settings, classes, options, devices or jax.devices()[:1], stepwise=stepwise)


@pytest.mark.parametrize("change", [{"seed": 1}, {"rho": 0.7}, {"rate": 0.3}, {"epochs": 5}])
def test_settings_that_differ_in_arguments_share_programs(change):
    assert programs_of(dataclasses.replace(SAM, **change)) is programs_of()


def test_penalties_of_other_strengths_share_programs():
    assert programs_of(dataclasses.replace(PENALTY, gammas=(0.3, 0.4))) is programs_of(PENALTY)


FIXED = {
    "model": "dln",
    "width": 4,
    "loss": "squared",
    "method": "l-sam",
    "momentum": 0.5,
    "decay": 0.1,
    "batch": 2,
    "probed": 3,
    "chunk": 2,
}


@pytest.mark.parametrize(("field", "value"), [*FIXED.items(), ("precision", "bfloat16")])
def test_settings_that_are_written_into_a_program_have_programs_alone(field, value):
    assert programs_of(dataclasses.replace(SAM, **{field: value})) is not programs_of()


def test_classes_options_and_the_way_of_an_epoch_are_written_into_a_program():
    assert len({programs_of(), programs_of(classes=4), programs_of(options=quick_compile()), programs_of(stepwise=True)}) == 4


def test_every_setting_is_an_argument_or_written_into_a_program():
    arguments = {"seed", "rho", "rate", "epochs", "gammas"}
    assert {field.name for field in dataclasses.fields(Settings)} == {*FIXED, *arguments, "precision", "shard", "reading"}


@pytest.mark.parametrize(
    ("settings", "change"), [(SAM, {"seed": 7}), (SAM, {"rho": 0.7}), (SAM, {"rate": 0.3}), (PENALTY, {"gammas": (0.7, 0.0)})]
)
def test_a_network_ends_bitwise_as_if_no_other_had_used_its_programs(settings, change):
    def ended(settings):
        trainer = Trainer(settings, made_up(), quick_compile())
        return trainer.advance(trainer.start(), 0)

    before = ended(settings)
    after = ended(dataclasses.replace(settings, **change))
    shared._programs.cache_clear()
    alone = ended(dataclasses.replace(settings, **change))
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(*map(jax.tree.leaves, (after, alone)), strict=True))
    assert not all(np.array_equal(a, b, equal_nan=True) for a, b in zip(*map(jax.tree.leaves, (after, before)), strict=True))
