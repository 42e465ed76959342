"""Options with which XLA compiles a program that runs only a few dozen times, so that compiling it is the cost.

The options leave out optimisations; the arithmetic is the same. XLA's releases add and remove options without notice, and an option that
a release does not know is an error there, so each option is tried once in a process and left out where XLA refuses it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import jax

Options = Mapping[str, bool | int]

WANTED: Options = {
    "xla_backend_optimization_level": 0,
    "xla_llvm_disable_expensive_passes": True,
    "xla_cpu_use_fusion_emitters": False,
    "xla_cpu_parallel_codegen_split_count": 1,
}
UNKNOWN = "No such compile option"  # how XLA refuses an option of another release


@cache
def quick_compile() -> dict[str, bool | int]:
    """Return the `WANTED` options that this XLA knows, for the argument `compiler_options` of `jax.jit`."""
    return known(WANTED)


def known(options: Options) -> dict[str, bool | int]:
    """Return the options that this XLA knows, in their order; all of them are tried at once, and one by one where that fails.

    Raises jax.errors.JaxRuntimeError where XLA knows an option but refuses its value.
    """
    if _compiles(options):
        return dict(options)
    return {name: value for name, value in options.items() if _compiles({name: value})}


def _compiles(options: Options) -> bool:
    try:
        jax.jit(lambda: 0, compiler_options=dict(options)).lower().compile()
    except jax.errors.JaxRuntimeError as error:
        if UNKNOWN not in str(error):
            raise
        return False
    return True
