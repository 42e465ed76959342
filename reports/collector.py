"""Python's collector of cycles rests while a command loads: all that is loaded stays, and looking at it takes a sixth of the start."""

from __future__ import annotations

import gc


def rest(name: str) -> None:
    """Stop the collector, if `name` is "__main__": a module that is only imported leaves it as it is."""
    if name == "__main__":
        gc.disable()


def resume() -> None:
    """Let the collector work again, on what is made from now on."""
    gc.freeze()
    gc.enable()
