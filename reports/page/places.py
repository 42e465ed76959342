"""Where the code of a claim stands and which tests speak of it, found by reading sources as text: this package imports neither of them.

A claim is defined by the call `Claim(id="...")` in `theory/`, an experiment by `Experiment(id="...")` in `empirical/`, or by a call that
makes one of the shape of others. A test in the folder of the same name speaks of one if it uses a name imported from the module that
defines it, or names its id.
"""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from reports.refusal import Refusal

ROOT = Path(__file__).parents[2]
EXAMPLES = {"test_command_line.py"}  # there any claim would do
DEFINED = {"theory": ("Claim",), "empirical": ("Experiment", "on_toy", "on_digits", "on_images", "tuned_setting")}


class SourceError(Refusal):
    """A file of this project that is no Python; the message says where it stops being it."""


class Place(msgspec.Struct, frozen=True, order=True):
    """A line of a file of this repository."""

    path: str
    line: int

    def __str__(self) -> str:
        """Return `path:line`, as tools print it."""
        return f"{self.path}:{self.line}"


class Test(msgspec.Struct, frozen=True, order=True):
    """A test: its file and its name; no name where all tests of the file are meant."""

    path: str
    name: str


class Places(msgspec.Struct, frozen=True, kw_only=True):
    """Where claims and experiments are defined, by their ids, and the tests that speak of each."""

    claims: dict[str, Place] = {}
    experiments: dict[str, Place] = {}
    tests: dict[str, list[Test]] = {}


@functools.cache
def read(root: Path = ROOT) -> Places:
    """Return what the sources under `root` say; a folder that is not there says nothing."""
    claims, experiments = (dict(_definitions(root, folder, calls)) for folder, calls in DEFINED.items())
    tests: dict[str, set[Test]] = {}
    for folder, defined in zip(DEFINED, (claims, experiments), strict=True):
        modules: dict[str, set[str]] = {}
        for name, place in defined.items():
            modules.setdefault(place.path.removesuffix(".py").replace("/", "."), set()).add(name)
        paths = (root / "tests" / folder).rglob("test_*.py")
        for path in sorted(path for path in paths if path.name not in EXAMPLES):
            for name, spoken_of in _tests(_parsed(path), modules, defined.keys()):
                for spoken in spoken_of:
                    tests.setdefault(spoken, set()).add(Test(path.relative_to(root).as_posix(), name))
    for name, place in claims.items():
        family = root / "tests" / "theory" / f"test_{Path(place.path).parent.name}.py"
        if name not in tests and family.is_file():
            tests[name] = {Test(family.relative_to(root).as_posix(), "")}
    return Places(claims=claims, experiments=experiments, tests={name: sorted(names) for name, names in sorted(tests.items())})


def theorem(file: str, name: str, root: Path = ROOT) -> Place | None:
    """Return where a Coq file proves a theorem; None where it does not, or is not there."""
    path = root / file
    if not path.is_file():
        return None
    match = re.search(rf"^\s*(?:Theorem|Lemma|Corollary)\s+{re.escape(name)}\b", _coq(path), re.MULTILINE)
    return Place(file, match.string.count("\n", 0, match.end()) + 1) if match else None


def states(file: str, name: str, statement: str, root: Path = ROOT) -> bool:
    """Tell whether a Coq file proves a theorem of this statement, in these very words; white space does not count."""
    source = " ".join(_coq(root / file).split())
    return any(f"Theorem {name}{sign}{statement}. Proof." in source for sign in (" ", " : "))


def _coq(path: Path) -> str:
    """Return the text of a Coq file; what is no UTF-8 in it stands in no theorem, and `theory.formal` tells its line."""
    return path.read_text(encoding="utf-8", errors="replace")


def _definitions(root: Path, folder: str, calls: Sequence[str]) -> Iterator[tuple[str, Place]]:
    """Yield (id, place) of every one of these calls that states its id, and of calls of a function of the module that passes it on."""
    for path in sorted((root / folder).rglob("*.py")):
        source = path.read_bytes()
        if not any(f"{call}(".encode() in source for call in calls):
            continue
        tree = _parsed(path)
        makers = {
            node.name for node in tree.body if isinstance(node, ast.FunctionDef) and any(_is_call(part, calls) for part in ast.walk(node))
        }
        for node in ast.walk(tree):
            given: list[ast.expr] = []
            if isinstance(node, ast.Call) and _is_call(node, calls):
                given = [word.value for word in node.keywords if word.arg == "id"]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in makers:
                given = node.args[:1]
            for value in given:
                if isinstance(value, ast.Constant):
                    yield str(value.value), Place(path.relative_to(root).as_posix(), value.lineno)


def _is_call(node: ast.AST, names: Sequence[str]) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names


def _tests(tree: ast.Module, modules: Mapping[str, set[str]], ids: Collection[str]) -> Iterator[tuple[str, set[str]]]:
    """Yield (name, ids that it speaks of) of every test at the top of a module; it may speak of them by a name of the module."""
    known: dict[str, set[str]] = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                known[alias.asname or alias.name] = modules.get(f"{node.module}.{alias.name}") or modules.get(str(node.module)) or set()
        elif isinstance(node, ast.Assign):
            spoken = _spoken_of(node.value, known, ids)
            known |= {target.id: spoken for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.FunctionDef):
            known[node.name] = _spoken_of(node, known, ids)
            if node.name.startswith("test_"):
                yield node.name, known[node.name]


def _spoken_of(node: ast.AST, known: Mapping[str, set[str]], ids: Collection[str]) -> set[str]:
    """Return the ids that a piece of code names, or means by a name that is known to stand for them."""
    named: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            named |= known.get(part.id, set())
        elif isinstance(part, ast.Constant) and part.value in ids:
            named.add(str(part.value))
    return named


def _parsed(path: Path) -> ast.Module:
    """Return the tree of a file; raise SourceError for one that Python cannot read."""
    try:
        return ast.parse(path.read_bytes(), filename=str(path))
    except (SyntaxError, ValueError) as error:
        line = f":{error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        raise SourceError(f"{path}{line} must be Python, got {getattr(error, 'msg', error)}; mend it") from error
