"""Claims are verified with the flags that the command `theory` sets; it sets them where it begins, so tests of its parts set them here."""

from theory.jax_flags import set_flags

set_flags()
