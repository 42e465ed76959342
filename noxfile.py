# /// script
# requires-python = ">=3.11"
# dependencies = ["nox[uv]>=2025.2.9"]
# ///
"""Every command a person or a machine runs on this project; `pipx run nox -l` lists them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nox
from nox.command import CommandFailed

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv|virtualenv"
nox.options.reuse_venv = "yes"
nox.options.error_on_missing_interpreters = True  # a session that was asked for and did not run is no success
nox.options.sessions = ["theory", "empirical", "report"]

ROOT = Path(__file__).parent
SOMETHING_FELL = "Returned code 1"  # how nox words exit status 1 of a command; 2 is a wrong call

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
A_CLAIM_OF_EACH_KIND = ("logit-scale-monotone", "lemma-3.1", "loss-bounds", "label-noise", "eq-2.4", "noise-outweighs")
ACCELERATORS = ("cpu", "cuda12", "cuda13")
FINE = [0, 3]  # 3: --minutes were over first, and the same command goes on
SPREAD = ("--numprocesses=auto", "--dist=loadfile", "--durations=20")  # a file stays whole, with what its tests share
SUBCOMMANDS = ("list", "plan", "run", "fetch")
IS_THERE = """
import sys, jax
if jax.default_backend() == "cpu":
    sys.exit("a GPU was asked for, by JAX_ACCEL or since nvidia-smi is here, but JAX runs on the CPU; mend its driver or set JAX_ACCEL=cpu")
"""  # JAX goes on without a word


def interpreters() -> dict[str, str]:
    """Return {version: path} of each Python in `PYTHONS` that this machine has, oldest first.

    Looks on PATH, then among the interpreters of pyenv and uv, which need not be on PATH. A command that a version manager only
    announces fails when it is called, so each interpreter is called once.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser() / "versions"
    managed = Path(os.environ.get("UV_PYTHON_INSTALL_DIR", "~/.local/share/uv/python")).expanduser()
    paths: dict[str, str] = {}
    for version in PYTHONS:
        elsewhere = [*pyenv.glob(f"{version}*/bin/python{version}"), *managed.glob(f"cpython-{version}.*/bin/python{version}")]
        for path in (sys.executable, shutil.which(f"python{version}"), *map(str, sorted(elsewhere))):
            if path is not None and _version_of(path) == version:
                paths[version] = path
                break
    return paths


def _version_of(path: str) -> str | None:
    """Return the version of CPython at a path, such as "3.11", or None where none runs."""
    if path == sys.executable:
        return f"{sys.version_info.major}.{sys.version_info.minor}"
    ask = "import sys; print(f'{sys.version_info.major}.{sys.version_info.minor}' if sys.implementation.name == 'cpython' else '')"
    try:
        called = subprocess.run([path, "-c", ask], check=False, capture_output=True, encoding="utf-8", errors="replace", timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return called.stdout.strip() if called.returncode == 0 else None


HERE = interpreters()
ENDS = {min(HERE, key=PYTHONS.index), max(HERE, key=PYTHONS.index)} if HERE else set()


def install(session: nox.Session, *groups: str) -> None:
    """Install dependency groups of pyproject.toml into the session, at the versions of constraints.txt."""
    wanted = nox.project.dependency_groups(nox.project.load_toml(ROOT / "pyproject.toml"), *groups)
    session.install("-c", "constraints.txt", *wanted, env={"UV_COMPILE_BYTECODE": "1"})  # not in the first run of an installed module


def build(session: nox.Session) -> None:
    """Render the report from where the session's command wrote its evidence: the folder of `--out`, if the arguments name one."""
    words = [part for word in session.posargs for part in (word.split("=", 1) if word.startswith("--out=") else [word])]
    out = words[words.index("--out") + 1 :][:1] if "--out" in words else []
    options = ["--out", *out, "--evidence", *out, "reports/published"] if out else []
    session.run("python", "-m", "reports", "build", *options)


@nox.session
def theory(session: nox.Session) -> None:
    """Prove and attack the theoretical claims, then render the report: `-- lemma-3.1 --examples 20000 --seed 1`."""
    install(session, "theory", "report")
    fallen: CommandFailed | None = None
    try:
        session.run("python", "-m", "theory", "verify", *session.posargs, env={"JAX_PLATFORMS": "cpu"})
    except CommandFailed as failure:
        if failure.reason != SOMETHING_FELL:
            raise
        fallen = failure  # the page is most useful when something fell, so render it before failing
    build(session)
    if fallen:
        raise fallen


def accelerator(session: nox.Session) -> str:
    """Return the extra of JAX for this machine: what JAX_ACCEL says (cpu, cuda12, cuda13), else cuda13 where there is an NVIDIA GPU."""
    chosen = os.environ.get("JAX_ACCEL") or ("cuda13" if shutil.which("nvidia-smi") else "cpu")
    if chosen not in ACCELERATORS:
        session.error(f"JAX_ACCEL must be one of {', '.join(ACCELERATORS)}, got {chosen!r}; leave it out to have it found")
    return chosen


@nox.session
def empirical(session: nox.Session) -> None:
    """Run the experiments that this machine can do, then render the report: `-- fig-3a --seeds 60`, `-- plan --profile paper`."""
    chosen = accelerator(session)
    install(session, "empirical", "report")
    words = session.posargs if session.posargs and session.posargs[0] in SUBCOMMANDS else ["run", *session.posargs]
    env = {"JAX_PLATFORMS": "cpu"}
    if chosen != "cpu":
        session.install("-c", "constraints.txt", f"jax[{chosen}]")
        session.run("python", "-c", IS_THERE)
        env = {"JAX_PLATFORMS": "", "XLA_FLAGS": f"{os.environ.get('XLA_FLAGS', '')} --xla_gpu_deterministic_ops=true".strip()}
    session.run("python", "-m", "empirical", *words, env=env, success_codes=FINE if words[0] == "run" else [0])
    if words[0] == "run":
        build(session)


@nox.session
@nox.parametrize("python", [nox.param(path, id=version, tags=["ends"] if version in ENDS else []) for version, path in HERE.items()])
def pythons(session: nox.Session) -> None:
    """Try theory, experiments and page on each Python that is here; `nox -t ends` takes the oldest and the newest."""
    install(session, "empirical", "report")
    out = session.create_tmp()
    env = {"JAX_PLATFORMS": "cpu"}
    session.run("python", "-m", "theory", "verify", *A_CLAIM_OF_EACH_KIND, "--out", out, env=env)
    session.run("python", "-m", "empirical", "run", "--profile", "smoke", "--out", out, env=env)
    session.run("python", "-m", "reports", "build", "--evidence", out, "--out", out)
    session.run("python", "-m", "reports", "check", "--evidence", "reports/published", "--readme", "README.md")  # byte for byte


@nox.session
def bench(session: nox.Session) -> None:
    """Time the methods against SGD, in random order, with the same SGD step twice as control."""
    install(session, "empirical", "report")
    session.run("python", "-m", "empirical.bench", *session.posargs)


@nox.session
def report(session: nox.Session) -> None:
    """Render the claims page, without JAX, and fail where the published one is stale: `-- --publish --readme README.md` publishes it."""
    install(session, "report")
    session.run("python", "-m", "reports", "build", *session.posargs)
    session.run("python", "-m", "reports", "check", "--readme", "README.md")


@nox.session
def browser(session: nox.Session) -> None:
    """Look at the published page in Chromium: accessibility, requests, keyboard, phone and paper; says why where that cannot be done."""
    missing = [name for name in ("node", "npm", "chromium") if shutil.which(name) is None]
    if missing:
        session.skip(f"the page is looked at with Debian's chromium and npm, but {' and '.join(missing)} cannot be found")
    install(session, "tests")
    session.run("npm", "install", "--prefix", "tests/browser", "--no-audit", "--no-fund", "--silent", external=True)
    session.run("pytest", "tests/browser", *session.posargs, env={"JAX_PLATFORMS": "cpu"})


@nox.session
def cluster(session: nox.Session) -> None:
    """Run real trainings in a separate Slurm on this machine, which is installed where it can be; says why where it cannot."""
    why = no_slurm()
    if why:
        session.skip(why)
    install(session, "tests")
    command = ("python", "tests/cluster/slurm.py", "python", "-m", "pytest", "tests/cluster", *session.posargs)
    session.run(*command, env={"JAX_PLATFORMS": "cpu"})


def no_slurm() -> str | None:
    """Return why there is no Slurm to test with, in a sentence, or None where there is: Debian's is installed if need be."""
    daemons, path = ("munged", "slurmctld", "slurmd"), f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    if all(shutil.which(name, path=path) for name in daemons):
        return None
    if shutil.which("apt-get") is None:
        return "the backend slurm is tested with Debian's slurm-wlm and munge, but there is no apt-get to install them"
    root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for action in (["update"], ["install", "--no-install-recommends", "--yes", "slurm-wlm", "munge"]):
        try:
            called = subprocess.run(
                [*root, "apt-get", "-qq", *action], check=False, capture_output=True, encoding="utf-8", errors="replace", env=environment
            )
        except FileNotFoundError:
            return "the backend slurm is tested with Debian's slurm-wlm and munge, but root alone can install them, and there is no sudo"
        if called.returncode != 0 and action != ["update"]:
            said = " ".join(called.stderr.split())[-300:]
            return f"the backend slurm is tested with Debian's slurm-wlm and munge, but they could not be installed: {said}"
    return None


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests: `-- --shuffle 1` takes another order, `-- tests/theory -k shape` only some."""
    install(session, "tests")
    whole = not session.posargs or (session.posargs[0] == "--shuffle" and len(session.posargs) == 2)
    session.run("pytest", *(SPREAD if whole else ()), *session.posargs, env=tested())


@nox.session
def coverage(session: nox.Session) -> None:
    """Run the tests of theory, reports and commands again, and ask for 95% branch coverage: they take half as long again so."""
    install(session, "tests")
    measured = ("--cov", "--cov-report=term-missing:skip-covered", "--cov-fail-under=95")
    session.run("pytest", *SPREAD, *measured, "--ignore=tests/empirical", *session.posargs, env=tested())


def tested() -> dict[str, str]:
    """Return the environment of tests."""
    return {"JAX_PLATFORMS": "cpu", "HYPOTHESIS_PROFILE": os.environ.get("HYPOTHESIS_PROFILE", "ci")}


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, formatting and types of packages and tests (ruff, basedpyright)."""
    install(session, "lint")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("basedpyright")


@nox.session
def formal(session: nox.Session) -> None:
    """Have Coq's kernel check the formal proofs of the main lemmas; says so where coqc is missing."""
    install(session, "formal")
    session.run("python", "-m", "theory.formal", *session.posargs)


@nox.session
def mutants(session: nox.Session) -> None:
    """Change statements that the kernel proves and see that each false one loses its theorem: `-- eq-3.2 lemma-3.1` for some claims."""
    install(session, "theory")
    session.run("python", "-m", "theory.mutants", *session.posargs, env={"JAX_PLATFORMS": "cpu"})


@nox.session
def lock(session: nox.Session) -> None:
    """Lock dependencies in constraints.txt, for every Python and platform; `-- --upgrade` also takes newer versions."""
    session.install("uv")
    options = ("--group", "dev", "--universal", "--python-version", "3.11", "--no-header", "--no-annotate", "--quiet")
    session.run("uv", "pip", "compile", "pyproject.toml", *options, "--output-file", "constraints.txt", *session.posargs)
