"""Points for the part on rays of the claim on two groups: data, two radii, and a ray that both flows meet."""

from __future__ import annotations

from typing import Any

import numpy as np

from theory.domain import Arrays, Batch, Reals, Space, Values
from theory.early_stopping.toy import B, s
from theory.linear.group_points import in_groups, kind, legs, size, tau
from theory.loss.full_batch import d, n, rho, t
from theory.symbols import real

# noises of length 6, of two clean points and a mislabelled one; in the second row <s_i, S_n> > 0 for clean points
TEMPLATES = [
    [[6, 0, 0, 0], [0, 6, 0, 0], [3, 3, 3, 3]],
    [[6, 0, 0, 0], [0, 6, 0, 0], [-4, -4, 2, 0]],
    [[6, 0, 0, 0], [4, 4, 2, 0], [0, 0, 0, 6]],
]
TRIANGLES = ((9.0, 12.0, 15.0), (16.0, 12.0, 20.0))  # signal, length of the noise, length of the input
more, turn, weight = real("more turn weight")
DOMAINS: dict[Any, Any] = {
    t: Arrays(1.0),
    rho: Reals(0.0, 1.0),
    more: Reals(0.1, 1.0),
    kind: Values((0.0, 1.0, 2.0)),
    legs: Values((0.0, 1.0)),
    size: Values((0.03125, 0.0625)),
    tau: Reals(0.1, 2.0),
    turn: Reals(0.05, 0.15),
    weight: Reals(0.1, 0.9),
    B: Reals(0.3, 2.0),
    s: Reals(0.5, 3.0),
}
NOTE = "rho_2 = rho + more; r is 1 and `turn` of what the last ray, on which m_c = m_n, has beyond 1; h lies between its bounds"


def on_rays(**changes: Any) -> Space:
    """Return the space of data with a ray, changed as `in_groups` says."""
    grouped = in_groups(TEMPLATES, triangles=TRIANGLES, **changes)

    def construct(batch: Batch) -> Batch:
        batch = grouped(batch)
        cc, cn, nc, nn = (batch[name] for name in ("cc", "cn", "nc", "nn"))
        least, most = np.maximum(cn, 0.0) / cc, np.where(nc > 0, nn / np.where(nc > 0, nc, 1.0), 1.0)
        h = np.where(cn > 0, least + batch["weight"] * (most - least), batch["weight"] * (batch["weight"] > 0.5))
        last = (cc - nc) / (nn - cn)
        return {**batch, "h": h, "rho_2": batch["rho"] + batch["more"], "r": 1.0 + batch["turn"] * (last - 1.0)}

    return Space(DOMAINS, ({n: 3, d: 6},), construct, NOTE)


RAYS = on_rays()
AGAINST = on_rays(signal_sign=-1.0)
