"""Tests take no more memory than the machine has."""

import sys

import jax
import jax.numpy as jnp
import pytest

from reports.provenance import cores
from tests import memory
from tests.memory import GIB


@pytest.mark.parametrize(
    ("gib", "cores", "expected"),
    [(64, 16, 16), (16, 16, 5), (8, 2, 2), (4, 8, 1), (1, 8, 1)],
)
def test_as_many_workers_run_as_the_memory_holds(gib, cores, expected):
    assert memory.workers(gib * GIB, cores) == expected


def test_here_at_least_one_worker_runs_and_no_more_than_cores():
    assert 1 <= memory.workers_here() <= cores()


def test_a_container_leaves_less_than_the_machine_has(tmp_path, monkeypatch):
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(memory, "LIMIT", limit)
    whole = memory.memory()
    limit.write_text("max\n")
    assert memory.memory() == whole
    limit.write_text(f"{GIB}\n")
    assert memory.memory() == GIB


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells how much a process holds now")
def test_a_process_that_takes_memory_holds_more():
    before = memory.held()
    taken = bytearray(b"x" * 2**28)
    assert memory.held() - before > len(taken) / 2


def test_programs_are_forgotten_and_compiled_again():
    traces = []

    @jax.jit
    def doubled(x):
        traces.append(x)
        return 2 * x

    assert float(doubled(jnp.asarray(1.5))) == float(doubled(jnp.asarray(1.5))) == 3
    assert len(traces) == 1
    memory.forget_programs()
    assert float(doubled(jnp.asarray(1.5))) == 3
    assert len(traces) == 2
