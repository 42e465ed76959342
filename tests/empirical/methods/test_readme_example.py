"""The example in README.md trains, and the methods that it names are those that there are."""

import os
import re
import subprocess
import sys
from pathlib import Path

import jax
import jax.numpy as jnp
from flax import linen as nn
from flax import nnx

import empirical.methods
from empirical.methods import named as methods
from tests.empirical.methods.oracle import promoting

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
[EXAMPLE] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_the_example_trains_elsewhere_and_prints_its_loss(tmp_path):
    """In a new process, with JAX's defaults as users have them: these tests run in float64, without promotion."""
    before, loop = EXAMPLE.split("for _ in range(100):")
    script = f"{before}print('loss', step(params, state)[2])\nfor _ in range(100):{loop}"
    [(variable, program)] = re.findall(r"`(\w+)=CLONE python (\S+)`", README)
    (tmp_path / program).write_text(script)
    environment = os.environ | {variable: str(ROOT)}
    called = subprocess.run([sys.executable, program], cwd=tmp_path, env=environment, capture_output=True, check=True, text=True)
    said = called.stdout
    first, last = [float(line.removeprefix("loss ")) for line in said.splitlines()]
    assert last < first / 2


def test_the_methods_that_it_names_are_all_there_are():
    named = re.findall(r"\b(?:SGD|[A-Z]+_SAM)\b", EXAMPLE)
    assert {getattr(methods, name) for name in named} == set(methods.METHODS.values())
    [shard] = re.findall(r"\bm_sam\((\d+)\)", EXAMPLE)
    assert methods.m_sam(int(shard)).shard == int(shard)


def test_each_way_to_pass_a_model_gives_a_direction():
    section = README[README.index("## The methods in your own training") : README.index("## How to read")]
    models, with_dropout = re.findall(r"```text\n(.*?)```", section, re.DOTALL)
    key, images = jax.random.key(0), jnp.ones((4, 6))
    net = nnx.Sequential(nnx.Linear(6, 5, rngs=nnx.Rngs(0)), nnx.relu, nnx.Linear(5, 10, rngs=nnx.Rngs(1)))
    given = {"nn": nn, "nnx": nnx, "jax": jax, "net": net, "key": key, "inputs": images, "w": jnp.ones((6, 5)), "v": jnp.ones((5, 10))}
    given |= {name: getattr(empirical.methods, name) for name in empirical.methods.__all__}
    for lines in [*models.split("\n\n"), f"params = started\n{with_dropout}\ngradient_of = direction(of_one, cross_entropy, ONE_SAM)"]:
        with promoting():
            started = Dropping().init({"params": key, "dropout": key}, images, train=True)["params"]
            scope = given | ({"net": Dropping(), "others": {}, "images": images, "started": started} if "train=True" in lines else {})
            exec(lines, scope)
            gradient, _ = jax.eval_shape(scope["gradient_of"], scope["params"], 0.1, scope["inputs"], jnp.eye(4, 10))
            assert jax.tree.structure(gradient) == jax.tree.structure(scope["params"])
            told = empirical.methods.explain(
                scope.get("of_one", scope.get("model")), scope["params"], example_of(scope["inputs"]), batch=128
            )
        assert "2 lazy" in told or "1 lazy" in told


class Dropping(nn.Module):
    """A module with a flag and dropout."""

    @nn.compact
    def __call__(self, x, train):
        return nn.Dense(10)(nn.Dropout(0.5, deterministic=not train)(x))


def example_of(inputs):
    return jax.tree.map(lambda leaf: leaf[0], inputs)
