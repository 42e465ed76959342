"""Files that are being written: whatever ends the writing, Ctrl-C included, nothing half written is left."""

from __future__ import annotations

import secrets
import threading
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from reports import interrupt

_lock = threading.RLock()  # one that Ctrl-C can take also where it interrupts code that holds it
_parts: set[Path] = set()


class Part:
    """A new hidden file `.NAME.*.part` beside `path`, open for writing. Rename it inside a `with` block: after the block it is gone.

    Raises OSError where no file can be made there.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        with _lock:
            _parts.add(self._path)
            try:
                self._file = self._path.open("xb")
            except OSError:
                _parts.discard(self._path)
                raise

    def __enter__(self) -> BinaryIO:
        return self._file

    def __exit__(self, *_: object) -> None:
        try:
            self._file.close()
        finally:
            self._path.unlink(missing_ok=True)
            _parts.discard(self._path)


def _remove_all() -> None:
    _lock.acquire()  # for good: no thread begins another file
    for part in list(_parts):
        with suppress(OSError):
            part.unlink(missing_ok=True)


interrupt.at_stop(_remove_all)
