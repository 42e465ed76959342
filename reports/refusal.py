"""What every refusal of a file or value has in common: a message of one line, and of bounded length, whatever the file held.

Messages repeat what came. A file that was damaged or made to deceive may hold megabytes of text, line ends and codes that move the
cursor of a terminal; none of them may reach it.
"""

from __future__ import annotations

LONGEST = 2000
"""Characters of a message."""
START, END = 1300, 500
"""Characters that a message keeps at both ends where it is cut: the file stands at its start, and the advice at its end."""
CAME = 80
"""Characters that a message shows of one value."""


class Refusal(ValueError):
    """A file or value that cannot be used; the message says what must hold, what came and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(one_line(message))


def one_line(message: str) -> str:
    """Return a message of at most LONGEST characters, its middle left out where it has more, and control characters as escapes."""
    if len(message) > LONGEST:
        message = f"{message[:START]} […] {message[-END:]}"
    plain = "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in message)
    return plain if len(plain) <= LONGEST else f"{plain[:START]} […] {plain[-END:]}"


def cut(text: str) -> str:
    """Return the first characters of a text, at most CAME of them."""
    return text if len(text) <= CAME else f"{text[:CAME]}…"


def short(value: object) -> str:
    """Return what Python writes of a value, at most CAME characters of it; for a message that says what came."""
    try:
        told = repr(value[: CAME + 1] if isinstance(value, str | bytes) else value)
    except (ValueError, RecursionError):  # a whole number of thousands of digits, or lists in lists without end
        return f"a very large {type(value).__name__}"
    return cut(told)
