"""The state of a run (`run_folder.py`) on disk: how far it has come, and its arrays in files small enough to copy anywhere."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import jax
import msgspec
import numpy as np

from empirical.training.npz import arrays_in
from empirical.training.recipe import Midway, State
from empirical.training.run_files import AXES, CHECKPOINT, SCHEMA, RunError, decoded, encode, remove, write
from empirical.training.settings import Settings
from reports import files
from reports.bounds import LARGEST, Count
from reports.refusal import cut

PIECE = 15 * files.MIB  # bytes of one file of the state


PIECES = 300  # files of one state


StateFile = Annotated[str, msgspec.Meta(max_length=80, pattern=r"^state-[0-9]+(-[0-9]+)?\.npz(\.[0-9]+)?$")]


class Checkpoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How far a run has come, and the files of its state, to be joined in this order.

    `epoch` epochs are done. Of the next epoch `unit` out of `units` steps and chunks are done (`trainer.Trainer.units`).
    """

    schema: int
    epoch: Count
    files: Annotated[list[StateFile], msgspec.Meta(max_length=PIECES)]
    unit: Count = 0
    units: Annotated[int, msgspec.Meta(ge=1, le=LARGEST)] = 1

    @property
    def epochs(self) -> float:
        """The number of epochs, a fraction within one."""
        return self.epoch + self.unit / self.units


def save_state(folder: Path, state: State | Midway, at: Checkpoint) -> None:
    """Write the state beside the one before; only the checkpoint, written last, says which of them counts."""
    leaves, _ = jax.tree_util.tree_flatten_with_path(state)
    buffer = io.BytesIO()
    np.savez(buffer, **{jax.tree_util.keystr(path): np.asarray(leaf).reshape(AXES + leaf.shape) for path, leaf in leaves})  # pyright: ignore[reportArgumentType]
    content = buffer.getbuffer()
    pieces = [content[start : start + PIECE] for start in range(0, len(content), PIECE)]
    stem = f"state-{at.epoch}-{at.unit}.npz" if at.unit else f"state-{at.epoch}.npz"
    names = [stem if len(pieces) == 1 else f"{stem}.{number}" for number in range(len(pieces))]
    for name, piece in zip(names, pieces, strict=True):
        write(folder / name, bytes(piece))
    write(folder / CHECKPOINT, encode(msgspec.structs.replace(at, files=names)))
    _clear(folder, names)


def _clear(folder: Path, names: Sequence[str]) -> None:
    """Remove the files of states that the checkpoint does not name."""
    remove(path for path in folder.glob("state-*") if path.name not in names)


def checkpoint_in(folder: Path, settings: Settings) -> tuple[Checkpoint, dict[str, np.ndarray] | None]:
    """Return how far the run has come, and the arrays of its state there, None at its start."""
    path = folder / CHECKPOINT
    if not path.exists():
        _clear(folder, [])
        return Checkpoint(SCHEMA, 0, []), None
    checkpoint: Checkpoint = decoded(path, Checkpoint)
    if not (0 < checkpoint.epochs <= settings.epochs and checkpoint.unit < checkpoint.units):
        raise RunError(
            f"{path} must hold between 1 and {settings.epochs} epochs, or a part of one, got {checkpoint.epoch} and {checkpoint.unit} of "
            f"{checkpoint.units} parts; delete it to train from the start"
        )
    try:
        arrays = arrays_in(b"".join(files.read_bytes(folder / name, PIECE) for name in checkpoint.files))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise RunError(
            f"the state of {folder} ({cut(', '.join(checkpoint.files))}) is damaged: {reason}; delete {CHECKPOINT} to train from the start"
        ) from error
    _clear(folder, checkpoint.files)  # not before they were read: a name that is wrong must not cost the state that has the right one
    return checkpoint, arrays
