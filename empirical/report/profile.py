"""The profiles under which an experiment runs: how large, and so for how long."""

from __future__ import annotations

from typing import Literal

Profile = Literal["smoke", "auto", "pocket", "paper"]
