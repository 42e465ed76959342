"""A proof takes hypotheses in a fixed order: they are a set, whose order differs from process to process, and evidence must not."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3] / "theory"
TRUSTED = {"rules.py"}  # puts hypotheses into sets alone
SOURCES = [path for path in sorted(ROOT.rglob("*.py")) if path.name not in TRUSTED]


def in_any_order(tree):
    """Return the lines that go through the hypotheses of a goal or theorem in whatever order these come."""
    loops = [node.iter for node in ast.walk(tree) if isinstance(node, ast.For | ast.comprehension)]
    spread = [node.value for node in ast.walk(tree) if isinstance(node, ast.Starred)]
    inside = {
        id(loop.iter)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {"sorted", "set", "frozenset"}
        for argument in call.args
        if isinstance(argument, ast.GeneratorExp)
        for loop in argument.generators
    }
    return [
        node.lineno
        for node in (*loops, *spread)
        if isinstance(node, ast.Attribute) and node.attr == "hypotheses" and id(node) not in inside
    ]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_hypotheses_are_taken_in_a_fixed_order(path):
    assert in_any_order(ast.parse(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("line", ["[f(h) for h in put(a, b).hypotheses]", "f(*goal.hypotheses)", "for h in goal.hypotheses: f(h)"])
def test_whatever_order_they_come_in_is_noticed(line):
    assert in_any_order(ast.parse(line)) == [1]


@pytest.mark.parametrize(
    "line", ["sorted(goal.hypotheses, key=str)", "sorted((h for h in goal.hypotheses if h), key=str)", "h in a.hypotheses"]
)
def test_a_fixed_order_passes(line):
    assert in_any_order(ast.parse(line)) == []
