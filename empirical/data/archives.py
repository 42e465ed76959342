"""Archives (`tar.gz` and `zip`) from which no more bytes are read than a data set holds, also where the archive claims other sizes.

A few bytes of an archive may stand for gigabytes, in a member, in the name of one, or in millions of members.
"""

from __future__ import annotations

import gzip
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, cast

from empirical.data.images import DataError
from reports.files import MIB, open_plain
from reports.refusal import short

ARCHIVE = 1024 * MIB
"""Bytes of an archive; the largest that is fetched has about 350 MiB."""
WHOLE, MEMBER = 4096 * MIB, 256 * MIB
"""Bytes of all files of an archive, and of one of them, unpacked."""
MEMBERS = 500_000
AT_ONCE = 64 * MIB
"""Bytes that are read at once. More are asked for only where a header claims that a name is as long as that."""
DAMAGE = (
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    OverflowError,
    RecursionError,
    RuntimeError,  # a password is needed
    TypeError,
    ValueError,
    gzip.BadGzipFile,
    struct.error,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What Python's readers of archives raise, for bytes that no archiver wrote; DataError, a ValueError, is told apart first."""
Member = tuple[str, float, Callable[[], IO[bytes] | None] | None]
"""A name, the share of the archive that lies before it, and what opens its content: None for all but plain files."""


class _Unpacked:
    """The unpacked content of a `gz` file for `tarfile`; reading too much of it, at once or in all, raises ValueError."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = gzip.GzipFile(fileobj=file)

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        if not 0 <= size <= AT_ONCE or self._file.tell() + size > WHOLE:
            raise ValueError(f"it unpacks to more than {WHOLE // MIB} MiB, or a header of it to more than {AT_ONCE // MIB}")
        return self._file.read(size)

    def seek(self, place: int) -> int:
        """Go to a place."""
        if not 0 <= place <= WHOLE:
            raise ValueError(f"it unpacks to more than {WHOLE // MIB} MiB")
        return self._file.seek(place)

    def tell(self) -> int:
        """Return the place."""
        return self._file.tell()

    def close(self) -> None:
        """Close the reader of the file, not the file."""
        self._file.close()


@contextmanager
def members(archive: Path) -> Generator[Generator[Member]]:
    """Open an archive and give its members in their order.

    Raises OSError where the file cannot be read, and DataError or one of DAMAGE for a damaged archive, also while members are read.
    """
    read = _zipped if archive.suffix == ".zip" else _tarred
    with open_plain(archive, ARCHIVE) as file, closing(read(archive, file)) as listing:
        yield listing


def _zipped(archive: Path, file: IO[bytes]) -> Generator[Member]:
    with zipfile.ZipFile(file) as packed:
        entries = packed.infolist()
        _check_count(archive, len(entries))
        _check_size(archive, "all files", sum(member.file_size for member in entries), WHOLE)
        for place, member in enumerate(entries):
            _check(archive, member.filename, member.file_size)
            if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise DataError(f"{archive} must be packed by `deflate`, got method {member.compress_type}; do not use it, fetch it again")
            yield member.filename, place / len(entries), None if member.is_dir() else partial(packed.open, member)


def _tarred(archive: Path, file: IO[bytes]) -> Generator[Member]:
    length = max(archive.stat().st_size, 1)
    unpacked = _Unpacked(file)
    with tarfile.open(fileobj=cast("IO[bytes]", unpacked), mode="r:") as packed:
        for number, member in enumerate(packed, 1):
            _check_count(archive, number)
            _check(archive, member.name, member.size if member.isreg() else 0)
            yield member.name, min(file.tell() / length, 1.0), partial(packed.extractfile, member) if member.isreg() else None
            packed.members = []  # else it keeps every header  # pyright: ignore[reportAttributeAccessIssue] - typeshed leaves it out


def _check_count(archive: Path, count: int) -> None:
    if count > MEMBERS:
        raise DataError(f"{archive} must have at most {MEMBERS} members, got {count}; do not use it, fetch it again")


def _check(archive: Path, name: str, size: int) -> None:
    """Raise DataError for a name that leads out of the archive or that no file can have, and for a member that is too long."""
    place = PurePosixPath(name.replace("\\", "/"))
    if place.is_absolute() or ".." in place.parts or ":" in name:
        raise DataError(f"paths in an archive must stay inside it, got {short(name)} in {archive}; do not use it, fetch it again")
    if not name.isprintable():
        raise DataError(f"names in an archive must be plain text, got {short(name)} in {archive}; do not use it, fetch it again")
    _check_size(archive, short(name), size, MEMBER)


def _check_size(archive: Path, member: str, size: int, limit: int) -> None:
    if size > limit:
        raise DataError(
            f"{member} in {archive} must unpack to at most {limit // MIB} MiB, got {size // MIB}; do not use it, fetch it again"
        )
