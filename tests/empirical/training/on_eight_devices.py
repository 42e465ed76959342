"""Measurements for `test_mesh.py`, by a process that has eight virtual CPU devices: `python on_eight_devices.py SUBJECT FOLDER`.

SUBJECT is float32 or float64 (directions of single steps) or training; the findings are printed as one line of JSON.
"""

import dataclasses
import json
import os
import sys
from pathlib import Path
from typing import Any

os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=8"  # read when JAX is imported
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import numpy as np

from empirical.agreement.random_nets import Case, ConvSpec, Net, apart, images
from empirical.data.images import Images, Split
from empirical.methods.losses import cross_entropy
from empirical.methods.named import METHODS, direction, m_sam
from empirical.methods.penalty import Gammas, penalised_sgd
from empirical.training import mesh, run_folder
from empirical.training.models import MLP2
from empirical.training.settings import Settings
from empirical.training.trainer import Trainer
from theory.compile_options import quick_compile

BATCH = 16
CONVOLUTION = Net((ConvSpec(4, (3, 3), (1, 1), "SAME", True, True), ConvSpec(3, (2, 2), (2, 2), "VALID", False, False)), (4,))
MODELS = {"2NN": MLP2(classes=3, width=64), "convolution": CONVOLUTION}


def directions(model):
    """Every direction; four examples share a perturbation of m-SAM, and lie on two devices."""
    by_method = {name: direction(model, cross_entropy, method) for name, method in METHODS.items()}
    by_method["m-sam"] = direction(model, cross_entropy, m_sam(4))
    penalised = penalised_sgd(model, cross_entropy, "stop-gradient", 0.1)
    by_method["penalty"] = lambda params, rho, *batch: penalised(params, Gammas(rho, rho), *batch)
    return by_method


def steps(dtype):
    """Return the distance of each direction on eight devices from the same direction on one, and how the work was spread."""
    measured = {}
    for name, model in MODELS.items():
        case = Case(model, images(0, BATCH, 6, 6, 2), 0.3)
        at = jax.tree.map(lambda leaf: jnp.asarray(leaf, dtype), (case.params, case.rho, case.inputs, case.targets))
        alone = directions(model)
        eight = {key: mesh.spread(way, mesh.mesh_of(jax.devices())) for key, way in alone.items()}
        programs = []
        for ways in (alone, eight):

            def every(*at, ways=ways):
                return {key: way(*at) for key, way in ways.items()}

            with jax.numpy_dtype_promotion("standard"):  # flax's LayerNorm mixes float32 with float64
                programs.append(jax.jit(every, compiler_options=quick_compile()).lower(*at).compile())
        alone_program, spread_program = programs
        expected, spread = alone_program(*at), spread_program(*jax.device_put(at, spread_program.input_shardings[0]))
        measured[name] = {
            "apart": {key: apart(spread[key][0], expected[key][0]) for key in alone},
            "differ": min(apart(expected[key][0], expected["sgd"][0]) for key in alone if key != "sgd"),
            "dtype": sorted({str(leaf.dtype) for leaf in jax.tree.leaves(spread)}),
            "share": spread_program.cost_analysis()["flops"] / alone_program.cost_analysis()["flops"],
            "examples": {key: result[1].outputs.sharding.shard_shape((BATCH, 3))[0] for key, result in spread.items()},
            "whole": all(leaf.sharding.is_fully_replicated for result in spread.values() for leaf in jax.tree.leaves(result[0])),
        }
    return measured


def made_up(seed):
    """Random images of three classes, some labels wrong."""
    random = np.random.default_rng(seed)

    def split(count, wrong):
        labels = random.integers(3, size=count).astype(np.int32)
        given = np.where(np.arange(count) < wrong, (labels + 1) % 3, labels).astype(np.int32)
        return Split(random.integers(256, size=(count, 2, 3, 1)).astype(np.uint8), given, labels)

    scale = np.ones((1, 1, 1), np.float32)
    return Images("made up", 3, split(50, 10), split(4, 1), split(9, 0), 100 * scale, 50 * scale)


SETTINGS = Settings(width=8, batch=BATCH, epochs=2, rho=0.3, seed=3, momentum=0.9)
WAYS = {"in a loop": False, "stepwise": True}


def training(folder):
    """Return the distance of two epochs on eight devices from two on one device, and the report of their run folder."""
    data = made_up(3)
    measured = {}
    for name, stepwise in WAYS.items():
        ends, probes = [], []
        for devices in (jax.devices(), None):
            trainer = Trainer(SETTINGS, data, quick_compile(), stepwise, devices)
            state, _ = trainer.advance(trainer.start(), 0)
            state, probed = trainer.advance(state, 1)
            ends.append((state.params, trainer.start().params))
            probes.append(probed)
        (params, start), (expected, _) = ends
        measured[name] = {
            "devices": len(jax.tree.leaves(params)[0].devices()),
            "apart": apart(params, expected),
            "moved": apart(params, start),
            "probes": max(float(np.abs(probes[0][key] - probes[1][key]).max()) for key in ("noisy_loss", "test_loss", "step_norm")),
        }
    trainer = Trainer(SETTINGS, data, quick_compile(), stepwise=False, devices=jax.devices())
    steps: Any = trainer._steps
    midway = trainer.begin(trainer.start())
    program = steps.lower((midway.state, midway.sizes), trainer.data, trainer.seed, trainer.hyper, (0, 0, 3)).compile()
    measured["sums over devices"] = "all-reduce" in program.as_text()

    mesh.available = jax.devices  # as on a machine with eight accelerators

    def stop(*_):
        raise KeyboardInterrupt

    run_folder.run(folder / "through", SETTINGS, data, compiler=quick_compile())
    try:
        run_folder.run(folder / "cut", SETTINGS, data, compiler=quick_compile(), tell=stop)
    except KeyboardInterrupt:
        measured["cut"] = run_folder.epochs_in(folder / "cut")
    run_folder.run(folder / "cut", SETTINGS, data, compiler=quick_compile())
    smaller = dataclasses.replace(SETTINGS, batch=12, epochs=1)
    run_folder.run(folder / "six", smaller, data, compiler=quick_compile())
    return measured


if __name__ == "__main__":
    if sys.argv[1] == "training":
        result = training(Path(sys.argv[2]))
    else:
        jax.config.update("jax_enable_x64", sys.argv[1] == "float64")
        result = steps(sys.argv[1])
    sys.stdout.write(json.dumps(result))
