"""How JAX computes where claims are verified: in float64, without silent promotion, and with programs that are cheap to compile.

A command sets these flags before it verifies anything; importing a module of `theory` sets none, since flags hold for the whole process.
"""

from __future__ import annotations

import jax


def set_flags() -> None:
    """Set JAX to float64 with strict promotion, so that no claim can be checked in less."""
    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_numpy_dtype_promotion", "strict")
    jax.config.update("jax_numpy_rank_promotion", "raise")
    jax.config.update("jax_disable_most_optimizations", True)  # each definition runs a few dozen times: compiling it is the cost
