"""How every test runs: float64, no silent promotion, and as many examples as the profile asks for.

HYPOTHESIS_PROFILE=dev|ci|nightly chooses the profile (dev when pytest is called by hand, ci under nox). No profile has a deadline,
since the first call of a property compiles. Evidence is not affected: `theory` sets the number of its examples and their seed itself.
"""

import os

import jax
from hypothesis import settings

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_numpy_dtype_promotion", "strict")
jax.config.update("jax_numpy_rank_promotion", "raise")

settings.register_profile("dev", deadline=None, max_examples=25)
settings.register_profile("ci", deadline=None, derandomize=True, database=None)  # the same examples each time, and nothing to keep
settings.register_profile("nightly", deadline=None, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))
