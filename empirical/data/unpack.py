"""Archives unpacked whole or not at all, and never outside the folder they are unpacked to. `tar.gz` and `zip`.

Members are written as plain files by their names; links, devices, owners and modes are not taken over. A name that climbs out stops it.
"""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath

from empirical.data.archives import DAMAGE, members
from empirical.data.files import Tell
from empirical.data.images import DataError

STEP = 256  # files between two words of progress


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
    except DataError:
        raise
    except DAMAGE as error:
        raise DataError(f"{archive} must be a whole archive, but: {error or type(error).__name__}; remove it and fetch it again") from error
    except OSError as error:
        raise DataError(f"{archive} must be unpacked to {final}, but: {error.strerror or error}; nothing is left there") from error
    return final


def _write(archive: Path, name: str, part: Path, tell: Tell | None) -> None:
    """Write all files of the folder under `part`."""
    (part / name).mkdir(parents=True)
    done = 0
    with members(archive) as packed:
        for member, share, opened in packed:
            place = PurePosixPath(member.replace("\\", "/"))
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
