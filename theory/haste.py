"""How XLA compiles a program that runs a few dozen times only, so that compiling it is the cost; the arithmetic is the same."""

from __future__ import annotations

from typing import Any

HASTE: Any = {
    "xla_backend_optimization_level": 0,
    "xla_llvm_disable_expensive_passes": True,
    "xla_cpu_use_fusion_emitters": False,
    "xla_cpu_parallel_codegen_split_count": 1,
}
