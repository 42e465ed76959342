"""Fingerprints of data in words: each data set is named once, with the fingerprints of what its runs read, one for each split."""

from __future__ import annotations

import re

DIGEST = re.compile(r", (\S+) ([0-9a-f]{16})")
"""The name of a data set and the hash of its images and labels, as one seed splits them."""


def told(data: str) -> str:
    """Return the data of a run, the hashes of each data set together and called so."""
    by_set: dict[str, list[str]] = {}
    for name, digest in DIGEST.findall(data):
        by_set.setdefault(name, []).append(digest)
    listed = [f"; {'fingerprint' if len(own) == 1 else 'fingerprints'} of {name}: {', '.join(own)}" for name, own in by_set.items()]
    return without(data) + "".join(listed)


def without(data: str) -> str:
    """Return the data of a run without fingerprints."""
    return DIGEST.sub("", data)
