"""Importing this module loads every claim with its libraries; workers are forked from a process that has done so."""

from theory import verify as verify
from theory.registry import claims

claims()
