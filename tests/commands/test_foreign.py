"""Every command in a foreign locale, in a checkout whose path is no plain text, and without a home."""

import ast
import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.commands.processes import (
    BENCH,
    BUILD,
    COMMANDS,
    LIMIT_S,
    ROOT,
    VERIFY,
    Command,
    left_nothing,
    semaphores,
    started,
    surroundings,
)

FOREIGN = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LANG": None, "PYTHONIOENCODING": None}
HOMES = {"unset": None, "absent": "/proc/nowhere"}  # nobody can make a folder there
HELP = Command("empirical.bench --help")


def checkout(folder):
    """Return a new checkout of these sources, as they are now, with one commit."""
    for name in ("empirical", "reports", "theory"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "out"))
    author = ("-c", "user.name=nobody", "-c", "user.email=nobody@localhost")
    (folder / ".gitignore").write_text("__pycache__/\nout/\n", encoding="utf-8")
    for call in (["init", "-q"], ["add", "-A"], [*author, "commit", "-q", "-m", "as it is"]):
        subprocess.run(["git", "-C", folder, *call], check=True)
    return folder


@pytest.fixture(scope="module")
def with_an_umlaut(tmp_path_factory):
    return checkout(tmp_path_factory.mktemp("umlaut") / "für mich")


@pytest.fixture(scope="module")
def without_an_encoding(tmp_path_factory):
    return checkout(tmp_path_factory.mktemp("bytes") / os.fsdecode(b"a\xff b\nc"))


def works(command, folder, tmp_path, **changes):
    out, before = folder / "out" / command.name.replace(" ", "-"), semaphores()
    process = started(command, out, surroundings(tmp_path, **changes), cwd=folder)
    said = b"".join(process.communicate(timeout=LIMIT_S)).decode(errors="replace")
    assert process.returncode in command.fine, said
    assert "Traceback" not in said
    left_nothing(process, out, before)
    commits = {json.loads(path.read_bytes())["provenance"]["commit"] for path in out.rglob("evidence/*/*.json")}
    assert all(len(commit) == 40 for commit in commits), f"git must be understood here, but the commits are {commits}"
    return out


@pytest.mark.parametrize("command", [HELP if command == BENCH else command for command in COMMANDS], ids=lambda command: command.name)
def test_a_path_with_an_umlaut_in_a_locale_that_has_none_and_no_home(command, with_an_umlaut, tmp_path):
    home = "absent" if COMMANDS.index(BENCH if command == HELP else command) % 2 else "unset"
    works(command, with_an_umlaut, tmp_path, **FOREIGN, HOME=HOMES[home])


def test_a_path_that_is_no_text_with_a_space_and_a_new_line(without_an_encoding, tmp_path):
    out = works(BUILD, without_an_encoding, tmp_path)
    assert (out / "claims.html").exists()


def test_a_path_that_jax_does_not_take_is_refused(without_an_encoding, tmp_path):
    process = started(VERIFY, tmp_path / "out", surroundings(tmp_path), cwd=without_an_encoding)
    said, complaint = process.communicate(timeout=LIMIT_S)
    assert (process.returncode, said) == (2, b"")
    assert complaint.startswith(b"the path of this checkout must be UTF-8 text, since JAX takes no other")
    assert complaint.count(b"\n") == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "call", ["theory verify lemma-3.1", "theory.mutants lemma-3.1", "empirical run fig-3a", "empirical plan", "empirical.bench"]
)
@pytest.mark.parametrize("platforms", ["nonsense", "cuda"])
def test_devices_that_jax_does_not_find_are_refused_in_one_message(call, platforms):
    if platforms == "cuda" and shutil.which("nvidia-smi"):
        pytest.skip("JAX finds such devices here")
    command = [sys.executable, "-m", *call.split()]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "JAX_PLATFORMS": platforms}, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"JAX_PLATFORMS in the environment must name devices that JAX finds here, got '{platforms}'")
    assert done.stderr.endswith("set it to cpu, or unset it\n")
    assert done.stderr.count("\n") == 1


SOURCES = [ROOT / "noxfile.py", *(path for name in ("empirical", "reports", "theory") for path in sorted((ROOT / name).rglob("*.py")))]


def in_the_locales_encoding(tree):
    """Return the lines that read or write text without naming its encoding."""
    lines = []
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        given = {word.arg for word in call.keywords}
        modes = [word.value for word in call.keywords if word.arg == "mode"] + call.args[
            isinstance(call.func, ast.Name) or name == "fdopen" :
        ]
        mode = getattr(modes[0], "value", None) if modes else "r"  # None: of tarfile, Pillow and others, whose first argument is a path
        as_text = (
            (name == "read_text" and not call.args)
            or (name == "write_text" and len(call.args) < 2)
            or (name in {"open", "fdopen"} and isinstance(mode, str) and not set(mode) & set("b:"))
            or bool(given & {"text", "universal_newlines"})
        )
        if as_text and "encoding" not in given:
            lines.append(call.lineno)
    return lines


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_text_is_read_and_written_in_an_encoding_that_is_named(path):
    assert in_the_locales_encoding(ast.parse(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("line", ["p.read_text()", "p.write_text(s)", "open(p)", "p.open('w')", "run(c, text=True)", "os.fdopen(3, 'w')"])
def test_text_in_the_locales_encoding_is_noticed(line):
    assert in_the_locales_encoding(ast.parse(line)) == [1]


@pytest.mark.parametrize(
    "line", ["p.read_text('utf-8')", "p.open('ab')", "open(p, mode='rb')", "run(c, text=True, encoding='utf-8')", "os.open(p, 0)"]
)
def test_bytes_and_named_encodings_pass(line):
    assert in_the_locales_encoding(ast.parse(line)) == []
