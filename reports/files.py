"""Files that come from outside, read safely: plain files alone, of a length that is looked at before anything is read.

A named pipe in the place of a file would keep a reader waiting for ever, a device has no end, and a file of gigabytes fills the memory.
"""

from __future__ import annotations

import errno
import os
import stat
from io import BufferedReader
from pathlib import Path

MIB = 2**20
KINDS = {
    stat.S_IFIFO: "it is a named pipe",
    stat.S_IFCHR: "it is a device",
    stat.S_IFBLK: "it is a device",
    stat.S_IFSOCK: "it is a socket",
    stat.S_IFDIR: "it is a folder",
}


def read_bytes(path: Path, limit: int) -> bytes:
    """Return the content of a plain file of at most `limit` bytes.

    Raises OSError, whose `strerror` is a reason in words: the system's message, the kind of file in place of a plain one, or its length.
    """
    with open_plain(path, limit) as file:
        content = file.read(limit + 1)
    if len(content) > limit:  # it has grown since, or it is one of the system's, which have no length beforehand
        raise _too_long(path, f"more than {limit}", limit)
    return content


def open_plain(path: Path, limit: int) -> BufferedReader:
    """Open a plain file of at most `limit` bytes for reading; raise OSError as `read_bytes` does."""
    try:
        _check(path, path.stat(), limit)  # first, since to open a device may already do something to it
        # Not blocking, in case a pipe took the file's place since.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except ValueError as error:  # a path with a zero byte
        raise OSError(errno.EINVAL, "no file can have such a name", str(path)) from error
    try:
        _check(path, os.fstat(handle), limit)
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def _check(path: Path, status: os.stat_result, limit: int) -> None:
    """Raise OSError for all but a plain file of at most `limit` bytes."""
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, f"{KINDS.get(stat.S_IFMT(status.st_mode), 'it is something else')} and no plain file", str(path))
    if status.st_size > limit:
        raise _too_long(path, str(status.st_size), limit)


def _too_long(path: Path, size: str, limit: int) -> OSError:
    return OSError(errno.EFBIG, f"it holds {size} bytes, and at most {limit} are read", str(path))
