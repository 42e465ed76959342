"""How JAX computes where claims are verified: in float64, without silent promotion, and with programs that are cheap to compile.

A command sets these flags before it verifies anything; importing a module of `theory` sets none, since flags hold for the whole process.
"""

from __future__ import annotations

import os

import jax

from reports.calls import shown
from reports.command import CallError

PLATFORMS = "JAX_PLATFORMS"  # in the environment: the kinds of device that JAX may use


def refuse_platforms() -> None:
    """Raise CallError where the environment names devices that JAX does not find: its own message would be blamed on our code."""
    named = os.environ.get(PLATFORMS)
    if not named:
        return
    try:
        jax.devices()
    except (RuntimeError, AssertionError) as error:
        said = f" ({' '.join(str(error).split())[:150]})" if str(error) else ""
        raise CallError(
            f"{PLATFORMS} in the environment must name devices that JAX finds here, got {shown(named)}{said}; set it to cpu, or unset it"
        ) from error


def set_flags() -> None:
    """Set JAX to float64 with strict promotion, so that no claim can be checked in less."""
    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_numpy_dtype_promotion", "strict")
    jax.config.update("jax_numpy_rank_promotion", "raise")
    jax.config.update("jax_compilation_cache_dir", None)  # a user's folder that cannot be written would be a warning, and so an error
    jax.config.update("jax_disable_most_optimizations", True)  # each definition runs a few dozen times: compiling it is the cost
