"""The ways to prove and to attack a statement. Each module is one way; none knows a claim of the paper.

Importing the package sets JAX to float64 with strict promotion, so that no claim can be checked in less.
"""

import jax

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_numpy_dtype_promotion", "strict")
jax.config.update("jax_disable_most_optimizations", True)  # each definition runs a few dozen times: compiling it is the cost
jax.config.update("jax_numpy_rank_promotion", "raise")
