"""Importing this module loads every claim with its libraries; workers are forked from a process that has done so."""

import theory.verify  # noqa: F401 - the engine, which no claim imports
from theory.registry import claims

claims()
