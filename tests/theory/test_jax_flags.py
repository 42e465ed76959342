"""Importing a module sets no flag of JAX: a flag holds for the whole process, and the importing program sets its flags itself."""

import json
import pkgutil
import subprocess
import sys
from pathlib import Path

import theory.attack

ROOT = Path(__file__).resolve().parents[2]
ATTACKS = [f"theory.attack.{info.name}" for info in pkgutil.iter_modules(theory.attack.__path__)]
SHARED = ["theory.definitions", "theory.compile_options", "theory.same_draws", "theory.jax_flags", "theory.verify", "theory.verify_claim"]
SCRIPT = """
import importlib, json, sys
import jax
before, changed = dict(jax.config.values), {}
for step in sys.argv[1:]:
    module, _, call = step.partition(":")
    loaded = importlib.import_module(module)
    if call:
        getattr(loaded, call)()
    changed[step] = sorted(name for name, value in jax.config.values.items() if before[name] != value)
    before = dict(jax.config.values)
print(json.dumps(changed))
"""


def flags_changed_by(steps):
    """Return {step: flags of JAX that it changed}; a step imports a module, and calls a function of it where one is named."""
    done = subprocess.run([sys.executable, "-c", SCRIPT, *steps], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_importing_a_module_sets_no_flag_of_jax():
    assert flags_changed_by([*ATTACKS, *SHARED]) == {module: [] for module in (*ATTACKS, *SHARED)}


def test_a_flag_that_is_set_is_seen():
    flags = ["jax_disable_most_optimizations", "jax_enable_x64", "jax_numpy_dtype_promotion", "jax_numpy_rank_promotion"]
    assert flags_changed_by(["theory.jax_flags:set_flags"]) == {"theory.jax_flags:set_flags": flags}
