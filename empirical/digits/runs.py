"""The probes of one method on one seed of the digits, read from disk or trained now: a killed `run` goes on where it was.

A finished part is one file under `<out>/runs/`, written whole. Its name is a hash of everything the numbers rest on: settings, data, the
sources that train and measure, the versions of the packages, and the kind of device. So a part that another version made has another
name and is never taken; old ones may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import io
import platform
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from empirical.data.digits import digits
from empirical.data.images import Images
from empirical.digits.program import Probes, train
from empirical.training.npz import arrays_in
from empirical.training.run_folder import name_of
from empirical.training.settings import Settings
from reports import files
from reports.evidence import write_whole
from reports.provenance import versions

FOLDER = "runs"
LIMIT = 256 * files.MIB  # bytes of a finished part
PACKAGES = ("python", "flax", "jax", "jaxlib", "numpy", "optax", "scikit-learn")
ROOT = Path(__file__).parents[2]
SOURCES = (
    "empirical/data/digits.py",
    "empirical/data/images.py",
    "empirical/data/noise.py",
    "empirical/digits/program.py",
    "empirical/methods",
    "empirical/methods/rules",
    "empirical/training/models.py",
    "empirical/training/points.py",
    "empirical/training/probes.py",
    "empirical/training/recipe.py",
    "empirical/training/settings.py",
    "theory/compile_options.py",
)
"""What the numbers of a part can depend on (tests/empirical/digits/test_runs.py: every module of the project that training imports)."""


@cache
def fingerprint() -> str:
    """Return a hash of sources, versions and kind of device, all that decides the numbers beside settings and data."""
    digest = hashlib.sha256()
    for name in SOURCES:
        path = ROOT / name
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            digest.update(f"{file.relative_to(ROOT).as_posix()} {hashlib.sha256(file.read_bytes()).hexdigest()} ".encode())
    installed = versions()
    digest.update(" ".join(f"{name} {installed.get(name)}" for name in PACKAGES).encode())
    digest.update(f" {platform.machine()} {platform.processor()} {jax.default_backend()} {jnp.zeros(()).dtype}".encode())
    return digest.hexdigest()


@lru_cache(maxsize=256)
def images_of(seed: int, share: float, train_points: int, held_out: int) -> Images:
    """Return the digits of one seed; arms share them."""
    return digits(seed, share, train_points, held_out)


def path_of(out: Path, networks: Sequence[Settings], images: Images, probe_names: Sequence[str], compiles_fast: bool) -> Path:
    """Return the path of a finished part."""
    digest = hashlib.sha256(f"{fingerprint()} {sorted(probe_names)} {compiles_fast} {list(networks)}".encode()).hexdigest()[:12]
    return out / FOLDER / f"{name_of(networks[0], images)}-{digest}.npz"


def curves(out: Path, networks: Sequence[Settings], images: Images, probe_names: Sequence[str], compiles_fast: bool) -> Probes:
    """Return the named probes of a part, (epochs, networks) each: read where it is finished, else trained and written.

    A file that is damaged is written anew. Raises EvidenceError where none can be written.
    """
    path = path_of(out, networks, images, probe_names, compiles_fast)
    probes = _read(path, (networks[0].epochs, len(networks)), probe_names)
    if probes is None:
        probes = train(networks, images, probe_names, compiles_fast)
        buffer = io.BytesIO()
        np.savez(buffer, **probes)  # pyright: ignore[reportArgumentType] - arrays by name
        write_whole(path, buffer.getvalue())
    return probes


def _read(path: Path, shape: tuple[int, int], probe_names: Sequence[str]) -> Probes | None:
    """Return the probes that a file holds, each of a shape (epochs, networks); None where the file is missing or holds no such part."""
    try:
        probes = arrays_in(files.read_bytes(path, LIMIT))  # the archive's checksums are checked as it is read
    except (OSError, ValueError):
        return None
    fits = probes.keys() == set(probe_names) and all(values.shape == shape and values.dtype.kind == "f" for values in probes.values())
    return probes if fits else None
