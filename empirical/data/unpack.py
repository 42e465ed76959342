"""Archives unpacked whole or not at all, and never outside the folder they are unpacked to. `tar.gz` and `zip`.

Members are written as plain files by their names; links, devices, owners and modes are not taken over. A name that climbs out stops it.
"""

from __future__ import annotations

import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Generator
from contextlib import closing
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from empirical.data.files import Tell
from empirical.data.images import DataError

STEP = 256  # files between two words of progress
Member = tuple[str, float, Callable[[], IO[bytes] | None] | None]
"""A name, the share of the archive that lies before it, and what opens its content: None for all but plain files."""


def unpack(archive: Path, name: str, to: Path, tell: Tell | None = None) -> Path:
    """Write the folder `name` of an archive to `to / name`, which must not be there yet, and return its path.

    Files are written to a hidden folder beside it, which takes the name when all are there; what a killed call left there is removed.
    What lies elsewhere in the archive is left out. Raises DataError for an archive that is damaged, for a name or a link in it that leads
    out of it, for one without that folder, and where the disk is full.
    """
    part, final = to / f".{name}.part", to / name
    try:
        shutil.rmtree(part, ignore_errors=True)
        try:
            _write(archive, name, part, tell)
            (part / name).rename(final)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    except (tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise DataError(f"{archive} must be a whole archive, but: {error}; remove it and fetch it again") from error
    except OSError as error:
        raise DataError(f"{archive} must be unpacked to {final}, but: {error.strerror or error}; nothing is left there") from error
    return final


def _write(archive: Path, name: str, part: Path, tell: Tell | None) -> None:
    """Write all files of the folder under `part`."""
    (part / name).mkdir(parents=True)
    done = 0
    with closing(_zipped(archive) if archive.suffix == ".zip" else _tarred(archive)) as members:
        for member, share, opened in members:
            place = PurePosixPath(member.replace("\\", "/"))
            if place.is_absolute() or ".." in place.parts or ":" in member:
                raise DataError(f"paths in an archive must stay inside it, got {member!r} in {archive}; do not use it, fetch it again")
            content = opened() if opened is not None and place.parts[:1] == (name,) else None
            if content is None:
                continue
            path = part.joinpath(*place.parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            with content, path.open("xb") as file:
                shutil.copyfileobj(content, file)
            done += 1
            if tell is not None and done % STEP == 0:
                tell(share)
    if not done:
        raise DataError(f"{archive} must hold files in a folder {name}, got none; remove it and fetch it again")
    if tell is not None:
        tell(1.0)


def _zipped(archive: Path) -> Generator[Member]:
    with zipfile.ZipFile(archive) as packed:
        members = packed.infolist()
        for place, member in enumerate(members):
            yield member.filename, place / len(members), None if member.is_dir() else partial(packed.open, member)


def _tarred(archive: Path) -> Generator[Member]:
    length = max(archive.stat().st_size, 1)
    with archive.open("rb") as file, tarfile.open(fileobj=file, mode="r:gz") as packed:
        for member in packed:
            yield member.name, min(file.tell() / length, 1.0), partial(packed.extractfile, member) if member.isreg() else None
