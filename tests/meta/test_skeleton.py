"""The skeleton keeps its promises: one test command, portable locks, a readable menu, no trace of one machine."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MACHINE_FOLDERS = ["root", "home", "work", "mnt"]
# An absolute path of one machine, or the address of one package index. Paths from the checkout or $HOME are portable.
ONE_MACHINE = re.compile(rf"(?<![\w.])/(?:{'|'.join(MACHINE_FOLDERS)})/|index[-_]url|://[^/ ]*(?:pypi|pythonhosted)", re.IGNORECASE)


def tracked_files() -> list[Path]:
    """Return the files that git tracks, or skip where this is no checkout (an unpacked archive)."""
    try:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_what_a_killed_command_was_writing_is_never_committed():
    from reports.unfinished import Part

    tracked_files()  # skips where this is no checkout
    with Part(ROOT / "reports" / "published" / "claims.json") as part:
        ignored = subprocess.run(["git", "check-ignore", "-q", part.name], cwd=ROOT)
    assert ignored.returncode == 0


def sessions() -> dict[str, ast.FunctionDef]:
    """Return the functions of noxfile.py that @nox.session decorates, by name."""
    tree = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    return {f.name: f for f in functions if any(ast.unparse(d).startswith("nox.session") for d in f.decorator_list)}


def nox_commands(text: str) -> list[str]:
    """Return the commands in `text` that run nox without further arguments."""
    return re.findall(r"pipx run nox -s [a-z ]*[a-z]", text)


def test_ci_runs_the_readme_test_command_and_no_other():
    [in_ci] = nox_commands((ROOT / ".ci/run").read_text(encoding="utf-8"))
    assert in_ci.endswith(" tests")
    assert f"| `{in_ci}` |" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"\n{in_ci}\n" in (ROOT / ".ci/run").read_text(encoding="utf-8"), "the command must stand on a line of its own, as in the README"


def test_every_session_that_the_readme_names_exists():
    named = {name for command in nox_commands((ROOT / "README.md").read_text(encoding="utf-8")) for name in command.split()[4:]}
    assert {"theory", "tests"} <= named <= sessions().keys()


def test_what_the_readme_has_put_into_the_checkout_is_ignored_by_git():
    folders = set(re.findall(r"(?:--to|--data|--carry) ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8")))
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert folders >= {"data", "lease"}
    assert [name for name in folders if f"/{name}/" not in ignored] == []


def test_every_session_has_a_docstring_of_one_line_for_the_menu():
    assert sessions().keys() >= {"theory", "report", "tests", "lint", "formal"}
    lines = {name: (ast.get_docstring(function) or "").splitlines() for name, function in sessions().items()}
    assert {name: len(doc) for name, doc in lines.items()} == dict.fromkeys(lines, 1)


def test_constraints_hold_pinned_versions_and_no_url():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = re.compile(r"[a-z0-9-]+==[0-9][\w.]*( ; [\w.<>=!' ]+)?")
    assert lines
    assert [line for line in lines if not pinned.fullmatch(line)] == []


def test_every_dependency_is_locked():
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"].values()
    wanted = {re.split(r"[\[<>=! ]", entry)[0] for group in groups for entry in group if isinstance(entry, str)}
    locked = {line.split("==")[0] for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()}
    assert wanted - locked == set()


@pytest.mark.parametrize("group", ["report", "formal"])
def test_groups_that_only_read_files_do_not_install_jax(group):
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    assert [entry for entry in groups[group] if not isinstance(entry, str) or entry.startswith(("jax", "flax", "sympy"))] == []


def test_no_tracked_file_holds_a_path_of_one_machine_or_an_index():
    lines = []
    for path in tracked_files():
        content = path.read_bytes()
        if b"\0" in content:  # a picture or a font
            continue
        for number, line in enumerate(content.decode().splitlines(), 1):
            if ONE_MACHINE.search(line):
                lines.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert lines == []


# Put together here, so that this file passes its own search.
LEFT_BEHIND = [f"x = '/{folder}/a'" for folder in MACHINE_FOLDERS] + ["--extra-" + "index" + "-url x", "https:" + "//mirror-of-pypi/simple"]


@pytest.mark.parametrize("line", LEFT_BEHIND)
def test_the_search_for_machine_paths_finds(line):
    assert ONE_MACHINE.search(line)


@pytest.mark.parametrize("line", ["tests/work/a", "reports/home/", "homework/", "PyPI serves it", "arXiv 2405.03676"])
def test_the_search_for_machine_paths_leaves(line):
    assert not ONE_MACHINE.search(line)
