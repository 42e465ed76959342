"""How every test runs: float64, no silent promotion, as many examples as the profile asks for, and in any order that is asked for.

HYPOTHESIS_PROFILE=dev|ci|nightly chooses the profile (dev when pytest is called by hand, ci under nox). No profile has a deadline,
since the first call of a property compiles. Evidence is not affected: `theory` sets the number of its examples and their seed itself.
"""

import gc
import os
import random
import signal
import threading

import jax
import pytest
from hypothesis import HealthCheck, settings

from tests import memory

# How many objects start a round of the cycle collector, by generation. Programs of JAX and terms of SymPy live long, and by Python's own
# thresholds looking at them again and again takes an eighth of the tests' time.
gc.set_threshold(100_000, 20, 20)

# A user's shell may hold these, and commands listen to them. A test that is about one of them sets it.
TERMINAL = ("COLUMNS", "LINES", "FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
STREAMS = ("PYTHONIOENCODING", "PYTHONUNBUFFERED", "PYTHONUTF8")
for name in ("CLAIMS_DATA", "CUDA_VISIBLE_DEVICES", *TERMINAL, *STREAMS):
    os.environ.pop(name, None)
# A shell has what it starts in the background ignore Ctrl-C, and so would whatever is started here.
if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

jax.config.update("jax_enable_x64", True)
jax.config.update("jax_numpy_dtype_promotion", "strict")
jax.config.update("jax_numpy_rank_promotion", "raise")

# what CI in the environment would change is given, and how long a draw takes is the machine's affair
KEPT = settings(deadline=None, derandomize=False, print_blob=False, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", KEPT, max_examples=25)
settings.register_profile("ci", KEPT, derandomize=True, database=None)  # the same examples each time, and nothing to keep
settings.register_profile("nightly", KEPT, max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


def pytest_addoption(parser):
    parser.addoption("--shuffle", type=int, metavar="SEED", help="run the files, and the tests of each, in an order drawn from SEED")


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist, which may be absent
def pytest_xdist_auto_num_workers():
    return memory.workers_here()


def pytest_runtest_teardown(item, nextitem):
    ends_its_file = nextitem is None or nextitem.path != item.path
    if ends_its_file and memory.held() > memory.ENOUGH:
        memory.forget_programs()


def pytest_report_header(config):
    seed = config.getoption("shuffle")
    return None if seed is None else f"shuffled: --shuffle {seed}"


def pytest_collection_finish():
    gc.collect()
    gc.freeze()  # all that is loaded now lives as long as the process: no round of the collector need look at it


def pytest_collection_modifyitems(config, items):
    seed = config.getoption("shuffle")
    if seed is not None:
        order = random.Random(seed)
        places = {path: order.random() for path in dict.fromkeys(item.path for item in items)}  # files stay whole, with what they share
        items.sort(key=lambda item: (places[item.path], order.random()))
