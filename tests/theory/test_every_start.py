"""Every start at once: the program has the derivatives of the run in two numbers, and the inequality carries the peak for each start."""

from types import SimpleNamespace

import jax.numpy as jnp
import numpy as np
import pytest

from tests.theory.two_numbers import Toy, follow
from theory.early_stopping.every_start import STEPS, of_last_step, of_radius, squares

SIZES = [(2, 1), (4, 2), (7, 3)]


def drawn(rng, clean, noisy, share):
    """Return a toy whose step is a share of three quarters of the largest size of `peak`."""
    signal, noise_square = 10 ** rng.uniform(-1, 0.5), 10 ** rng.uniform(-0.5, 0.7)
    largest = 3 * (clean + noisy) / (noise_square + 2 * signal**2 * noisy)
    return Toy(signal=signal, noise_square=noise_square, clean=clean, noisy=noisy, step=share * largest)


def in_weights(toy, rho, step=2.0, tau=1.0):
    """Return the variables of the statement for a toy."""
    h = jnp.zeros(toy.clean + toy.noisy + 1).at[-1].set(1.0)
    switches = {"tilt": 0.0, "stretch": 1.0, "lean": 0.0}
    labels = {"y_c": jnp.ones(toy.clean), "y_n": jnp.ones(toy.noisy)}
    size = {"B": toy.signal, "N": toy.noise_square, "tau": tau}
    return SimpleNamespace(h=h, rho=jnp.asarray(rho), eta=toy.step, step=jnp.asarray(step), **size, **labels, **switches)


def signal_and_progress(toy, radii, steps):
    """Return n_c a - n_n b and a + b after 1, 2, ... steps under each radius, both (radii, steps)."""
    paths = follow(toy, np.asarray(radii), steps)
    return (toy.clean * paths.a - toy.noisy * paths.b)[:, 1:], (paths.a + paths.b)[:, 1:]


@pytest.mark.parametrize(("clean", "noisy"), SIZES)
def test_the_program_trains_and_differentiates_as_the_two_numbers_do(clean, noisy):
    rng = np.random.default_rng(clean)
    toy, rho, gap, count = drawn(rng, clean, noisy, 0.7), 0.6, 1e-5, clean + noisy
    signal, noise, signal_moves, noise_moves = (part[1:] for part in squares(in_weights(toy, rho)))
    signals, progress = signal_and_progress(toy, [rho - gap, rho, rho + gap], STEPS)
    whole = toy.noise_square / count * (signals**2 + clean * noisy * progress**2)
    for square, moves, expected in ((signal, signal_moves, (toy.signal * signals) ** 2), (noise, noise_moves, whole)):
        np.testing.assert_allclose(square, expected[1], rtol=1e-12)
        np.testing.assert_allclose(moves, (expected[2] - expected[0]) / (2 * gap), rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize(("clean", "noisy"), SIZES)
def test_no_start_has_a_peak_that_falls_with_the_radius(clean, noisy):
    rng = np.random.default_rng(clean)
    starts = 10 ** np.linspace(-6, 6, 49)
    for _ in range(60):
        toy = drawn(rng, clean, noisy, rng.uniform(0.02, 1.0))
        signals, progress = signal_and_progress(toy, np.sort(10 ** rng.uniform(-2, 1, 12)), 60)
        best = np.max(np.maximum(signals, 0.0) ** 2 / (progress**2 + starts[:, None, None]), axis=2)
        assert np.min(np.diff(best, axis=1) / best[:, 1:]) > -1e-13


def test_a_step_of_three_times_that_size_breaks_the_inequality():
    toy = Toy(signal=0.273, noise_square=4.75, clean=2, noisy=1, step=30 / (4.75 + 2 * 0.273**2))
    at = in_weights(toy, 4.0, step=6.0)
    assert float(of_last_step(at)) > 1.3 * float(of_radius(at))


def test_both_sides_are_zero_unless_the_signal_is_above_all_earlier_ones():
    toy = Toy(signal=3.0, noise_square=1.0, clean=2, noisy=1, step=4 * 12 / 19)
    signals = signal_and_progress(toy, [0.0], STEPS)[0][0]
    fell = int(np.argmax(np.diff(signals) < 0)) + 2  # the number of the first step that lowers the signal
    at = [in_weights(toy, 0.0, step=float(k)) for k in (fell - 1, fell)]
    assert float(of_radius(at[0])) != 0
    assert float(of_last_step(at[1])) == float(of_radius(at[1])) == 0
