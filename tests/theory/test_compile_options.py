import jax
import pytest

from theory.compile_options import WANTED, known, quick_compile

UNKNOWN = {"xla_cpu_an_option_of_no_release": True}


def test_an_option_that_this_xla_does_not_know_is_left_out_and_the_others_stay_in_order():
    every = {**UNKNOWN, **quick_compile()}
    assert list(known(every).items()) == list(quick_compile().items())


def test_options_that_xla_knows_are_all_kept():
    assert known(quick_compile()) == quick_compile()
    assert "xla_backend_optimization_level" in quick_compile(), "no option at all is known, so that nothing compiles quickly"


def test_a_value_that_xla_refuses_is_an_error_and_not_an_unknown_option():
    with pytest.raises(jax.errors.JaxRuntimeError, match="xla_backend_optimization_level"):
        known({"xla_backend_optimization_level": "no number"})


def test_a_program_compiles_with_the_options():
    double = jax.jit(lambda x: 2 * x, compiler_options=quick_compile())
    assert float(double(1.5)) == 3.0
    assert quick_compile().items() <= WANTED.items()
