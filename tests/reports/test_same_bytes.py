"""The pages are the same bytes on every Python: `sum` of floats makes up for rounding since 3.12 only, `fsum` on all of them."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
WITH_SUMS_THAT_DIFFER = """
import builtins, math, sys
exact = builtins.sum
def differs(*called, **named):
    total = exact(*called, **named)
    return math.nextafter(total, math.inf) + 1 if isinstance(total, float) else total
builtins.sum = differs
from reports.__main__ import main
sys.exit(main(["check", "--evidence", "reports/published", "--readme", "README.md"]))
"""


def test_no_page_depends_on_how_this_python_adds_floats():
    called = subprocess.run([sys.executable, "-c", WITH_SUMS_THAT_DIFFER], cwd=ROOT, capture_output=True, text=True)
    assert (called.returncode, called.stdout.strip(), called.stderr) == (
        0,
        "all evidence has its statement, all statements to be proved or checked have evidence, no page is stale",
        "",
    )
