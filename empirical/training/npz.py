"""Arrays from a file that `numpy.savez` wrote. Reading takes no more memory than the file is long; other content raises ValueError."""

from __future__ import annotations

import io
import math
import struct
import tokenize
import zipfile
import zlib

import numpy as np

# What `zipfile` and NumPy's reader of headers, which are Python expressions, raise for bytes that neither of them wrote.
DAMAGE = (
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    MemoryError,  # of Python's parser: brackets in brackets without end
    NotImplementedError,
    OSError,
    OverflowError,
    RecursionError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    tokenize.TokenError,
    zipfile.BadZipFile,
    zlib.error,
)


def arrays_in(content: bytes) -> dict[str, np.ndarray]:
    """Return the arrays of the content of a file by their names.

    Raises ValueError for a file that is damaged, that is compressed (a few bytes may stand for gigabytes), or that holds objects of Python.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            members = file.infolist()
            if any(member.compress_type != zipfile.ZIP_STORED for member in members):
                raise ValueError("its arrays must not be compressed")
            if sum(member.file_size for member in members) > len(content):
                raise ValueError("its arrays are longer than the file")
            arrays = {member.filename.removesuffix(".npy"): _array(file.read(member)) for member in members}
            if len(arrays) != len(members):
                raise ValueError("two of its arrays have the same name")
            return arrays
    except DAMAGE as error:
        raise ValueError(f"{error or type(error).__name__}") from error


def _array(raw: bytes) -> np.ndarray:
    """Return the array of one member, which must be as long as its header says: NumPy would reserve memory for bytes that are missing."""
    file = io.BytesIO(raw)
    version = np.lib.format.read_magic(file)
    header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}.get(version)
    if header is None:
        raise ValueError(f"its version is {version}")
    shape, _, kind = header(file)
    if kind.hasobject or kind.itemsize * math.prod(shape) != len(raw) - file.tell():
        raise ValueError(f"an array of {kind} and shape {shape} does not take {len(raw) - file.tell()} bytes")
    file.seek(0)
    return np.lib.format.read_array(file, allow_pickle=False)
