"""The symbols that the limits of B.1 share: the input dimension and the radius."""

from __future__ import annotations

from theory.symbols import positive, size

d = size("d")
rho = positive("rho")
