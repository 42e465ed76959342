"""Commands as a user starts them, and their leftovers: processes, semaphores, half-written files."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LIMIT_S = 300  # against hanging only
STUB = "#!/bin/sh\n[ $1 = --print-version ] && echo 0.0 0.0 || echo 'Closed under the global context'\n"


@dataclass(frozen=True)
class Command:
    """What stands after `python -m`, its statuses where nothing goes wrong, and whether it prints.

    OUT stands for a folder to write to, also at the beginning of a path.
    """

    words: str
    fine: tuple[int, ...] = (0,)
    prints: bool = True

    @property
    def name(self):
        return self.words.partition(" --")[0]

    def call(self, out):
        return [
            sys.executable,
            "-m",
            *(word.replace("OUT", str(out), 1) if word.startswith("OUT") else word for word in self.words.split()),
        ]


VERIFY = Command("theory verify lemma-3.1 eq-3.2 --examples 600 --jobs 2 --out OUT")
RUN = Command("empirical run fig-3a --profile smoke --out OUT")
FETCH = Command("empirical fetch cifar-10 --to OUT --mirror http://127.0.0.1:9", (2,), prints=False)  # nobody listens there
BUILD = Command("reports build --out OUT")
FORMAL = Command("theory.formal --out OUT")
CHECK = Command("reports check", (0, 1))  # 1 where sources have changed since the page was published
BENCH = Command("empirical.bench --model 2nn --rounds 1 --out OUT")
COMMANDS = [
    Command("theory list"),
    Command("theory show lemma-3.1"),
    Command("theory quotes reports/quotes.toml"),  # this file holds every quote that it lists
    VERIFY,
    Command("theory.mutants eq-3.6"),
    FORMAL,
    Command("empirical list"),
    Command("empirical plan fig-3a --profile smoke"),
    RUN,
    FETCH,
    BUILD,
    Command("reports changes reports/published/claims.json"),
    CHECK,
    BENCH,
    Command("empirical.cli.closing --out OUT"),
    Command("empirical.cli.judge_again OUT", (2,), prints=False),  # it is not there
]


def surroundings(folder, **changes):
    """Return an environment in which coqc is a stub in `folder` that accepts every proof; None takes a variable away."""
    stub = folder / "coqc"
    if not stub.exists():
        stub.write_text(STUB, encoding="utf-8")
        stub.chmod(0o755)
    variables = {**os.environ, "JAX_PLATFORMS": "cpu", "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", **changes}
    return {name: value for name, value in variables.items() if value is not None}


def started(command, out, environment, cwd=ROOT, **streams):
    """Start a command in a new session."""
    given: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL} | streams
    return subprocess.Popen[bytes](command.call(out), cwd=cwd, env=environment, start_new_session=True, **given)


def living(session):
    """Return the command lines of the processes of a session that are alive."""
    commands = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, own = (path / "stat").read_bytes().rpartition(b")")[2].split()[:4]
            if int(own) == session and state != b"Z":
                commands.append((path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except (OSError, ValueError):  # it ended while we looked
            continue
    return commands


def semaphores():
    """Return the named semaphores that no process uses."""
    names = {path.name for path in Path("/dev/shm").glob("sem.*")}
    for path in Path("/proc").glob("[0-9]*/maps"):
        if not names:
            break
        try:
            mapped = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        names -= {name for name in names if name in mapped}
    return names


def until(met, message):
    deadline = time.monotonic() + 30
    while not met():
        assert time.monotonic() < deadline, message()
        time.sleep(0.05)


def left_nothing(process, out, semaphores_before):
    """Assert that a command which has ended left no process, no semaphore and no half-written file."""
    until(lambda: not living(process.pid), lambda: f"still there: {living(process.pid)}")
    assert semaphores() <= semaphores_before
    assert [path.name for path in out.rglob("*") if path.name.endswith(".part")] == []
    for path in out.rglob("*.json"):
        assert path.read_bytes().endswith(b"}\n"), f"{path} is not whole"
