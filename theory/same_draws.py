"""Import this where Hypothesis draws points that are kept: a seed then means the same draws in every process.

Hypothesis likes to draw numbers that it finds in the source of whatever modules are loaded just then, and has no setting to leave them out.
"""

from __future__ import annotations

from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

providers.HypothesisProvider._local_constants = Constants()  # noqa: SLF001 - there is no setting for it
providers.CONSTANTS_CACHE.cache.clear()
