"""Lies told in the source of a copy of the project, and the answers of the command line.

Starting the command costs more than verifying a claim. So lies that cannot meet are told together: each in the file of its claim. A lie
in a file that several claims share is told alone.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from theory.registry import claims

ROOT = Path(__file__).parents[2]


def copied(folder):
    """Copy the packages that `theory verify` needs into a folder, in which files may be changed; return the folder."""
    for package in ("theory", "reports"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__", "out"))
    return folder


def verify(copy, ids, out, examples=1000):
    """Run `theory verify` in the copy; return its exit status and its output."""
    # one process: each worker would load JAX and all claims for a second's work
    command = [sys.executable, "-m", "theory", "verify", *ids, "--examples", str(examples), "--jobs", "1", "--out", str(out)]
    # the copy's files are not those whose coverage is measured
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    return subprocess.run(command, cwd=copy, capture_output=True, text=True, env=environment)


def rounds(lies):
    """Return names of lies, grouped so that each group names a file and a claim once; lies are (claim, file, truth, lie)."""
    groups, alone = [], []
    for name, (claim, file, _, _) in lies.items():
        if claims()[claim][1].replace(".", "/") + ".py" != file:
            alone.append([name])
            continue
        group = next((g for g in groups if not any(lies[member][0] == claim or lies[member][1] == file for member in g)), None)
        if group is None:
            groups.append([name])
        else:
            group.append(name)
    return groups + alone


def told(copy, lies, out, examples=1000):
    """Tell all lies, round by round; return how the command ended for each."""
    done = {}
    for number, names in enumerate(rounds(lies)):
        honest = {}
        for name in names:
            _, file, truth, lie = lies[name]
            honest[copy / file] = source = (copy / file).read_text(encoding="utf-8")
            assert source.count(truth) == 1, f"{file} no longer holds {truth!r}: tell this lie anew"
            (copy / file).write_text(source.replace(truth, lie), encoding="utf-8")
        ended = verify(copy, [lies[name][0] for name in names], out / str(number), examples)
        done |= dict.fromkeys(names, ended)
        for path, source in honest.items():
            path.write_text(source, encoding="utf-8")
    return done


def assert_caught(claim, ended):
    """Assert that the command ended with status 1 and a fault of the claim, not with a traceback."""
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert f"FAULT {claim}: " in ended.stdout
    assert "Traceback" not in ended.stderr
