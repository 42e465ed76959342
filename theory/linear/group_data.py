"""The data of two groups that each see the data alike: symbols, assumptions, and the sums over both groups.

s_i = t_i x_i; chi is 1 for clean points and 0 for mislabelled ones; S_c and S_n are the sums of s_i over both groups.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax

from theory.kernel.propositions import relation
from theory.kernel.sums import every_unit
from theory.linear.group_paths import cc, cn, l, nc, nn
from theory.linear.group_points import a, b
from theory.loss.full_batch import X, d, i, n, t
from theory.meaning import means
from theory.symbols import Inner, column, norm, total

chi, w0 = column("chi", n), column("w0", d)


def signed(e: Any) -> Any:
    """Return s_i = t_i x_i of the example with the unit vector e."""
    return Inner(e, t) * X.T * e


S_c = total(lambda e: Inner(e, chi) * signed(e), n, "g")
S_n = total(lambda e: (1 - Inner(e, chi)) * signed(e), n, "g")
REACHED = w0 + a * S_c + b * S_n
m_c, m_n = a * cc + b * cn, a * nc + b * nn
chi_i = Inner(i, chi)
GROUPS = every_unit(relation("=", chi_i**2, chi_i), i)
ONE_LENGTH = every_unit(relation("=", norm(X.T * i), l), i)
ACROSS = every_unit(relation("=", Inner(w0, X.T * i), 0), i)
ALIKE = (
    every_unit(relation("=", Inner(i, t) * Inner(S_c, X.T * i), chi_i * cc + (1 - chi_i) * nc), i),
    every_unit(relation("=", Inner(i, t) * Inner(S_n, X.T * i), chi_i * cn + (1 - chi_i) * nn), i),
)


@means(S_c)
def clean_sum(p: SimpleNamespace) -> jax.Array:
    """Return the sum of s_i over the clean points, shape (d,)."""
    return p.chi @ (p.t[:, None] * p.X)


@means(S_n)
def mislabelled_sum(p: SimpleNamespace) -> jax.Array:
    """Return the sum of s_i over the mislabelled points, shape (d,)."""
    return (1.0 - p.chi) @ (p.t[:, None] * p.X)
