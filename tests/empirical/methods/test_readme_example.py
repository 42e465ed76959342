"""The example in README.md trains, and the methods that it names are those that there are."""

import re
import subprocess
import sys
from pathlib import Path

from empirical.methods import named as methods

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
[EXAMPLE] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


def test_the_example_trains_and_prints_its_loss():
    """In a process of its own, as users have it: these tests run in float64, without promotion."""
    before, loop = EXAMPLE.split("for _ in range(100):")
    script = f"{before}print('loss', step(params, state)[2])\nfor _ in range(100):{loop}"
    said = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    first, last = [float(line.removeprefix("loss ")) for line in said.splitlines()]
    assert last < first / 2


def test_the_methods_that_it_names_are_all_there_are():
    named = re.findall(r"\b(?:SGD|[A-Z]+_SAM)\b", EXAMPLE)
    assert {getattr(methods, name) for name in named} == set(methods.METHODS.values())
    [shard] = re.findall(r"\bm_sam\((\d+)\)", EXAMPLE)
    assert methods.m_sam(int(shard)).shard == int(shard)
