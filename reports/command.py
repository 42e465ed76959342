r"""What every command line of this project does alike: its exit status, its one message, and what it says where nobody can read it.

status  meaning
0       the command did what it was asked to do
1       a statement fell, a proof broke, a network could not be trained, or a check found something
2       a wrong call, or a file or standard output that cannot be read or written
3       the time given with --minutes was over first, and the same command goes on
130     Ctrl-C
141     the reader of standard output went away, as `head` does when it has enough (128 + SIGPIPE, as a shell says it)

Standard output keeps the encoding that the user's locale asks for. A character that this encoding lacks is written as an escape (σ as
\u03c3): whoever asked for another encoding than UTF-8 would read UTF-8 as wrong characters.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TextIO

from reports import collector, interrupt
from reports.interrupt import INTERRUPTED

ROOT = Path(__file__).resolve().parents[1]
NARROWEST = 20
"""Columns of the narrowest terminal that is written for."""
FINE, FALLEN, WRONG, UNFINISHED, CLOSED_PIPE = 0, 1, 2, 3, 141


class CallError(ValueError):
    """A wrong call; the message says what must hold, what came and what to do."""


class OutputError(Exception):
    """Standard output could not be written. It is no OSError, so that nobody takes it for the fault of another file or of the network."""

    def __init__(self, number: int | None, reason: str) -> None:
        super().__init__(f"standard output must be writable, but {reason}; free space there or send it elsewhere")
        self.status = CLOSED_PIPE if number == errno.EPIPE else WRONG


class _Output(io.FileIO):
    """Standard output, whose faults differ from the faults of other files."""

    def write(self, data: Any) -> int | None:
        try:
            return super().write(data)
        except OSError as error:
            raise OutputError(error.errno, str(error.strerror)) from error


class _Messages(io.FileIO):
    """Standard error: where it cannot be written there is nobody to tell, and the exit status must do."""

    def write(self, data: Any) -> int | None:
        try:
            return super().write(data)
        except OSError:
            return len(data)


def status_of(work: Callable[[], int], *refused: type[Exception]) -> int:
    """Return the exit status of `work`. CallError, `refused` and files that cannot be used become one message and status 2."""
    try:
        return work()
    except (CallError, *refused) as error:
        say(str(error))
    except OSError as error:
        if error.strerror is None:  # not from the system
            raise
        if error.errno == errno.ENOENT and _is_gone():
            say("the folder where this is called must be there, but it was removed; go to another one and call again")
            return WRONG
        name = "a file" if error.filename is None else os.fsdecode(error.filename)
        say(f"{name} must be readable and writable, but {error.strerror}; mend that or choose another one")
    except KeyboardInterrupt:  # where a program calls this without `start`
        say(interrupt.SAID.rstrip())
        return INTERRUPTED
    return WRONG


def _is_gone() -> bool:
    """Tell whether the current folder was removed: relative paths then lead nowhere."""
    try:
        Path.cwd()
    except FileNotFoundError:
        return True
    return False


def say(message: str) -> None:
    """Write one message to standard error."""
    sys.stderr.write(f"{message}\n")


def start(main: Callable[[], int]) -> NoReturn:
    """Call `main` and end the process with the exit status that it returns; never with a traceback that the streams are the cause of."""
    _begin_again_in_utf8()
    _widen()
    collector.resume()
    for stream in (0, 1, 2):
        _hold(stream)
    if sys.stderr is None:  # closed by the caller
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - open for as long as the process is
    sys.stderr = _stream(_Messages, sys.stderr)
    try:
        sys.stdout = _stream(_Output, _open(sys.stdout))
        status = _status(main)
        sys.stdout.flush()
    except OutputError as error:
        status = error.status
        if status == WRONG:
            say(str(error))
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # Python tries once more to write the remaining text
    sys.stderr.flush()
    interrupt.ignore()
    sys.exit(status)


def refuse_path() -> None:
    """Raise CallError where JAX cannot work: it takes the paths of these sources as UTF-8 alone, and fails in the midst of its work."""
    if not _is_text(str(ROOT)):
        raise CallError(
            f"the path of this checkout must be UTF-8 text, since JAX takes no other, got {os.fsencode(ROOT)!r}; move it elsewhere"
        )


def _widen() -> None:
    """Have COLUMNS tell of a width that libraries can work with: in 0 columns rich prints nothing, and in 5 the help does not end."""
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and len(told) < 4 and int(told) < NARROWEST:
        del os.environ["COLUMNS"]
        if int(told):
            os.environ["COLUMNS"] = str(NARROWEST)


def _begin_again_in_utf8() -> None:
    """Start Python anew in its UTF-8 mode where the path of these sources is UTF-8, but not in this locale; output stays as it is."""
    if _is_text(str(ROOT)) or not _is_text(os.fsencode(ROOT).decode("utf-8", "surrogateescape")) or os.environ.get("PYTHONUTF8") == "1":
        return
    if sys.stdout is not None:
        os.environ["PYTHONIOENCODING"] = sys.stdout.encoding
    os.environ["PYTHONUTF8"] = "1"
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _status(main: Callable[[], int]) -> int:
    """Return what `main` returns, or the status that a reader of the command line exits with after its help or its complaint."""
    try:
        return main()
    except SystemExit as stop:
        if isinstance(stop.code, str):
            say(stop.code)
            return WRONG
        return stop.code or FINE


def _open(output: TextIO | None) -> TextIO:
    if output is None:
        raise OutputError(errno.EBADF, "it is closed")
    return output


def _stream(kind: type[io.FileIO], before: TextIO) -> io.TextIOWrapper:
    """Return a stream to the same place as `before`, in its encoding, that escapes what this encoding lacks."""
    raw = io.BufferedWriter(kind(before.fileno(), "w", closefd=False))
    return io.TextIOWrapper(raw, before.encoding, "backslashreplace", line_buffering=bool(before.line_buffering))


def _hold(stream: int) -> None:
    """Have a stream that the caller closed lead nowhere: the next file that is opened would else take its number, and our messages."""
    try:
        os.fstat(stream)
    except OSError:
        os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
