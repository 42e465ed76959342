"""A Python that lacks the packages of a command is refused in one sentence: the first import would else fail with a traceback."""

from __future__ import annotations

import importlib.util
import sys

WRONG = 2  # as in reports/command.py, which a Python without these packages may not come to


def refuse_missing(name: str, group: str, *packages: str) -> None:
    """End with status 2 where a package of a dependency group is missing, if `name` is "__main__"."""
    missing = [package for package in packages if importlib.util.find_spec(package) is None] if name == "__main__" else []
    if missing:
        sys.stderr.write(
            f"this command needs packages, but {sys.executable} lacks {', '.join(missing)}; take the Python of a session that ran, "
            f"such as .nox/{group}/bin/python, or install them: python -m pip install -c constraints.txt --group {group}\n"
        )
        sys.exit(WRONG)
