"""Training and probes against plain computations: one example at a time, one step at a time, one network at a time."""

import dataclasses
from functools import cache, partial
from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from flax import linen as nn
from jax.flatten_util import ravel_pytree

from empirical.agreement.random_nets import TOLERANCE, Case, ConvSpec, Net, apart, images, plain
from empirical.data.images import Images, Split
from empirical.methods.losses import cross_entropy, logistic, squared
from empirical.methods.named import J_SAM, L_SAM, N_SAM, ONE_SAM, SGD, direction, m_sam
from empirical.methods.penalty import Gammas, penalised_sgd
from empirical.training import probes
from empirical.training.models import MLP2
from empirical.training.points import Points, blank, chunks_of, filled, points, predicted, targets
from empirical.training.recipe import Hyperparameters, Recipe, State, recipe
from empirical.training.settings import Settings, SettingsError
from empirical.training.trainer import Trainer
from tests.empirical.linear import Linear
from theory.compile_options import quick_compile


def made_up(seed=0, n=10, held_out=3, classes=3, shape=(2, 3, 1)):
    """Random images, the first two training labels and one held-out label wrong."""
    random = np.random.default_rng(seed)

    def split(count, wrong):
        labels = random.integers(classes, size=count).astype(np.int32)
        given = np.where(np.arange(count) < wrong, (labels + 1) % classes, labels).astype(np.int32)
        return Split(random.integers(256, size=(count, *shape)).astype(np.uint8), given, labels)

    scale = np.ones((1,) * len(shape), np.float32)
    return Images("made up", classes, split(n, 2), split(held_out, 1), split(4, 0), 100 * scale, 50 * scale)


def quick(program, *arguments):
    return jax.jit(program, compiler_options=quick_compile())(*arguments)


def on_device(data):
    return [jax.tree.map(jnp.asarray, points(part, data)) for part in (data.train, data.held_out, data.test)]


def weights(*widths):
    """Return weights of unit variance of a network of Dense layers without biases, in float64."""
    random = np.random.default_rng(3)
    return {f"Dense_{i}": {"kernel": jnp.asarray(random.normal(size=shape))} for i, shape in enumerate(pairwise(widths))}


TINY = Settings(width=4, batch=4, epochs=2, rho=0.3, rate=0.1)


# --- probes, in float64 ---


def one_by_one(case, program):
    """Return |program| of every example alone, program(params, rho, inputs, targets) -> gradient."""

    def size(x, t):
        return jnp.sqrt(sum(jnp.sum(leaf**2) for leaf in jax.tree.leaves(program(case.params, case.rho, x[None], t[None]))))

    with jax.numpy_dtype_promotion("standard"):
        return quick(jax.vmap(size), case.inputs, case.targets)


CONVOLUTION = Net((ConvSpec(3, (2, 2), (1, 1), "SAME", True, True),), (4,))


@pytest.mark.parametrize(
    ("model", "method"), [*((MLP2(classes=3, width=16), method) for method in (SGD, L_SAM, J_SAM, ONE_SAM)), (CONVOLUTION, ONE_SAM)]
)
def test_update_norms_equal_the_norms_of_each_example_alone(model, method):
    case = Case(model, images(0, 5, 3, 3, 2), 0.1)
    examined = case(partial(probes.examine, case.model, cross_entropy, method))
    expected = one_by_one(case, plain(case.model, method))
    assert np.allclose(examined.update_norms, expected, rtol=TOLERANCE, atol=0)
    assert np.allclose(examined.gradient_norms, one_by_one(case, plain(case.model, SGD)), rtol=TOLERANCE, atol=0)
    assert method == SGD or np.abs(examined.update_norms / examined.gradient_norms - 1).min() > 1e-4


def test_logit_scales_losses_and_activations_equal_the_values_of_each_example_alone():
    case = Case(MLP2(classes=3, width=16), images(1, 4, 5), 0.1)
    examined = case(partial(probes.examine, case.model, cross_entropy, ONE_SAM))

    def alone(x, t):
        def loss(p):
            f = nn.relu(x @ p["Dense_0"]["kernel"]) @ p["Dense_1"]["kernel"]
            return -jnp.sum(t * jax.nn.log_softmax(f)), jnp.linalg.norm(jax.nn.softmax(f) - t)

        (value, scale), gradient = jax.value_and_grad(loss, has_aux=True)(case.params)
        size = jnp.sqrt(sum(jnp.sum(leaf**2) for leaf in jax.tree.leaves(gradient)))
        moved = jax.tree.map(lambda p, g: p + case.rho * g / size, case.params, gradient)
        return value, scale, loss(moved)[1], size, jnp.linalg.norm(nn.relu(x @ case.params["Dense_0"]["kernel"]))

    expected = quick(jax.vmap(alone), case.inputs, case.targets)
    names = ("losses", "logit_scales", "perturbed_logit_scales", "gradient_norms", "activation_norms")
    for name, values in zip(names, expected, strict=True):
        assert np.allclose(getattr(examined, name), values, rtol=TOLERANCE, atol=0), name


def test_a_well_fitted_example_keeps_its_norm_where_squares_vanish():
    """In float32 the square of 1e-25 is 0, and so would be the norm of this example's gradient."""
    model, x = Linear(classes=2), jnp.ones((1, 1), jnp.float32)
    params = {"Dense_0": {"kernel": jnp.array([[29.0, -29.0]], jnp.float32)}}
    target = jnp.array([[1.0, 0.0]], jnp.float32)
    examined = quick(partial(probes.examine, model, cross_entropy, SGD), params, jnp.float32(0.0), x, target)
    assert examined.gradient_norms[0] == examined.update_norms[0] > 0


def looked(look, part, chunk):
    count = part.inputs.shape[0]
    return filled(look, blank(look, count, chunk), count, chunk, 0, chunks_of(count, chunk))


def measured_by(model, method, chunk, params, rho, train):
    seen = looked(partial(probes.see, model, cross_entropy, method, 3, params, rho, train), train, chunk)
    return probes.measure(model, method, params, seen, train)


@pytest.fixture(scope="module")
def measured():
    """A network on images of which two labels are wrong, its probes in chunks of 4 out of 10, and its outputs on all images."""
    model, data = MLP2(classes=3, width=4), made_up()
    train, held_out, test = on_device(data)
    params = weights(6, 4, 3)
    averages = quick(lambda *at: measured_by(model, ONE_SAM, 4, *at), params, 0.3, train)

    def fit(params, part):
        return probes.fit(looked(partial(probes.guess, model, cross_entropy, 3, params, part), part, 4), part)

    return model, data, params, averages, [quick(fit, params, part) for part in (held_out, test)]


def logits(params, part):
    x = ((part.inputs.astype(float) - 100) / 50).reshape(len(part), -1)
    hidden = np.maximum(x @ np.asarray(params["Dense_0"]["kernel"]), 0)
    return hidden, hidden @ np.asarray(params["Dense_1"]["kernel"])


def plain_losses(f, labels):
    return np.log(np.exp(f).sum(1)) - f[np.arange(len(f)), labels]


def test_clean_and_noisy_points_are_measured_apart_against_given_and_true_labels(measured):
    _, data, params, averages, _ = measured
    _, f = logits(params, data.train)
    for name, rows in (("clean", slice(2, None)), ("noisy", slice(0, 2))):
        for label, prefix in ((data.train.given, ""), (data.train.clean, "true_")):
            assert np.isclose(averages[f"{name}_{prefix}accuracy"], np.mean(f.argmax(1)[rows] == label[rows]), rtol=1e-12)
            assert np.isclose(averages[f"{name}_{prefix}loss"], plain_losses(f, label)[rows].mean(), rtol=1e-12)
    assert averages["noisy_loss"] != averages["noisy_true_loss"]


def test_held_out_and_test_accuracy_and_loss_are_plain_means(measured):
    _, data, params, _, fits = measured
    for part, fit in zip((data.held_out, data.test), fits, strict=True):
        _, f = logits(params, part)
        for label, prefix in ((part.given, ""), (part.clean, "true_")):
            assert np.isclose(fit[f"{prefix}accuracy"], np.mean(f.argmax(1) == label), rtol=1e-12)
            assert np.isclose(fit[f"{prefix}loss"], plain_losses(f, label).mean(), rtol=1e-12)


def test_scales_ratios_and_norms_are_plain_means_over_their_group(measured):
    model, data, params, averages, _ = measured
    hidden, _ = logits(params, data.train)
    x = jnp.asarray((data.train.inputs.astype(float) - 100) / 50)
    t = jnp.asarray(np.eye(3)[data.train.given])
    examined = quick(partial(probes.examine, model, cross_entropy, ONE_SAM), params, 0.3, x, t)
    for name, rows in (("clean", slice(2, None)), ("noisy", slice(0, 2))):
        ratio = examined.perturbed_logit_scales[rows] / examined.logit_scales[rows]
        for key, values in (
            ("logit_scale", examined.logit_scales[rows]),
            ("perturbed_logit_scale", examined.perturbed_logit_scales[rows]),
            ("scale_ratio", ratio),
            ("update_norm", examined.update_norms[rows]),
            ("gradient_norm", examined.gradient_norms[rows]),
        ):
            assert np.isclose(averages[f"{name}_{key}"], np.mean(values), rtol=1e-12), key
    assert np.isclose(averages["activation_norm"], np.linalg.norm(hidden, axis=1).mean(), rtol=1e-12)
    assert np.isclose(averages["last_layer_norm"], np.linalg.norm(params["Dense_1"]["kernel"]), rtol=1e-12)


def test_a_group_without_points_has_no_mean():
    assert np.isnan(probes.mean(jnp.ones(3), jnp.zeros(3, bool)))


def test_a_shared_perturbation_gives_no_update_norm_of_one_example():
    data = made_up()
    train = on_device(data)[0]
    averages = quick(lambda *at: measured_by(Linear(classes=3), N_SAM, 8, *at), weights(6, 3), 0.1, train)
    assert "clean_update_norm" not in averages
    assert "clean_gradient_norm" in averages


def test_labels_of_two_classes_and_one_output_are_signs():
    labels = jnp.array([0, 1])
    assert targets(logistic, labels, 2, jnp.float32).tolist() == [-1, 1]
    assert predicted(jnp.array([-0.5, 0.5])).tolist() == [0, 1]
    assert targets(squared, labels, 2, jnp.float32).tolist() == [[1, 0], [0, 1]]


# --- epochs ---


def lit(n):
    """n images of n pixels, one lit in each, so that a sum of images tells which were seen."""
    points = jnp.eye(n, dtype=jnp.float32)
    return Points(points, jnp.zeros(n, jnp.int32), jnp.zeros(n, jnp.int32), jnp.zeros(1), jnp.ones(1))


def seen_in(key, n=11, batch=4):
    """Return how often each image was seen: the direction is minus the sum of the batch, and the learning rate is 1."""

    def counting(_, __, inputs, ___):
        return {"Dense_0": {"kernel": -inputs.sum(0)[:, None]}}, None

    own = Recipe(Linear(), logistic, counting, SGD, optax.sgd, 2, batch)
    hyper = Hyperparameters(jnp.float32(0), jnp.float32(1), jnp.float32(0))
    state = State({"Dense_0": {"kernel": jnp.zeros((n, 1), jnp.float32)}}, optax.sgd(1.0).init({}))
    state, size = quick(own.epoch, state, lit(n), key, hyper)
    assert np.isclose(size, 2, rtol=1e-6)  # four images of norm 1, at right angles
    return np.asarray(state.params["Dense_0"]["kernel"])[:, 0]


def test_each_epoch_sees_whole_batches_of_different_points_in_a_new_order():
    counts = [seen_in(jax.random.fold_in(jax.random.key(0), epoch)) for epoch in range(3)]
    assert all(sorted(count) == [0] * 3 + [1] * 8 for count in counts)
    assert len({tuple(count) for count in counts}) > 1


def start_of(settings, data):
    """Return recipe, training points, a state with weights of unit variance, and the hyperparameters; all in float64."""
    made, params = recipe(settings, data.classes), weights(6, 4, 3)
    rate, rho = np.float64(settings.rate), np.float64(settings.rho)
    hyper = Hyperparameters(Gammas(*map(np.float64, settings.gammas)) if settings.gammas else rho, rate, rho)
    return made, on_device(data)[0], State(params, made.optimiser(rate).init(params)), hyper


@cache
def order_of(count):
    return jax.random.permutation(jax.random.key(5), count)


METHODS = {
    "sgd": SGD,
    "1-sam": ONE_SAM,
    "l-sam": L_SAM,
    "j-sam": J_SAM,
    "n-sam": N_SAM,
    "m-sam": m_sam(2),
}


@pytest.mark.parametrize("name", [*METHODS, "penalty"])
def test_one_step_is_the_direction_of_the_method_that_was_named(name):
    """With a batch of all points the order cannot matter, to rounding, but for shards."""
    extra = {"m-sam": {"shard": 2}, "penalty": {"reading": "squares", "gammas": (0.2, 0.1)}}.get(name, {})
    settings = dataclasses.replace(TINY, method=name, batch=10, decay=0.01, **extra)
    made, train, state, hyper = start_of(settings, made_up())
    after, size = quick(made.epoch, state, train, jax.random.key(5), hyper)
    order = order_of(10)
    x, t = train.take(order, jnp.float64), jax.nn.one_hot(train.given[order], 3, dtype=jnp.float64)
    decay = 0.01
    if name == "penalty":
        gradient, _ = quick(penalised_sgd(made.model, cross_entropy, "squares", decay), state.params, Gammas(0.2, 0.1), x, t)
    else:
        gradient, _ = quick(direction(made.model, cross_entropy, METHODS[name], decay), state.params, 0.3, x, t)
    step = jax.tree.map(lambda a, b: b - a, state.params, after.params)
    assert apart(step, jax.tree.map(lambda g: -hyper.rate * g, gradient)) <= TOLERANCE
    assert np.isclose(size, optax.tree.norm(step), rtol=TOLERANCE)


def test_steps_follow_one_another_with_the_optimisers_memory():
    """By hand: momentum m <- .9 m + g, w <- w - eta m."""
    settings = dataclasses.replace(TINY, method="sgd", momentum=0.9)
    made, train, state, hyper = start_of(settings, made_up(n=12))
    after, _ = quick(made.epoch, state, train, jax.random.key(5), hyper)
    flat, back = ravel_pytree(state.params)
    gradient = jax.jit(jax.grad(lambda f, x, t: jax.vmap(cross_entropy)(made.model.apply({"params": back(f)}, x), t).mean()))
    flat = np.asarray(flat)
    memory = np.zeros_like(flat)
    for rows in order_of(12).reshape(3, 4):
        x, t = train.take(rows, jnp.float64), jax.nn.one_hot(train.given[rows], 3, dtype=jnp.float64)
        memory = 0.9 * memory + np.asarray(gradient(flat, x, t))
        flat = flat - hyper.rate * memory
    assert apart(after.params, back(jnp.asarray(flat))) <= TOLERANCE


def test_a_seed_decides_initial_weights_and_order_and_a_radius_neither():
    def trained(**changes):
        trainer = Trainer(dataclasses.replace(TINY, method="n-sam", **changes), made_up(), quick_compile())
        start = trainer.start()
        return start.params, trainer.advance(start, 0)[0].params

    (start, after), (same_start, other_radius), (other_start, _) = trained(), trained(rho=0.6), trained(seed=7)
    assert apart(start, same_start) == 0
    assert apart(after, other_radius) > 1e-3
    assert apart(start, other_start) > 1e-3


PIECES = dataclasses.replace(TINY, batch=2, chunk=3, seed=7, momentum=0.9)
"""Of 11 points five steps and four chunks, of 3 held out one chunk, of 4 for the test two."""


@pytest.mark.parametrize("stepwise", [False, True])
def test_an_epoch_in_pieces_is_the_whole_epoch_to_the_last_bit(stepwise):
    trainer = Trainer(PIECES, made_up(7, n=11), quick_compile(), stepwise)
    start, done = trainer.start(), 0
    midway = trainer.begin(start)
    for count in (1, 3, 1, 2, 2, 1, 1, 1):
        midway = trainer.take(midway, 1, done, count)
        done += count
    assert done == trainer.units
    pieces, whole = trainer.end(midway), trainer.advance(start, 1)
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(*map(jax.tree.leaves, (pieces, whole)), strict=True))
    assert apart(pieces[0].params, start.params) > 1e-3


def test_a_piece_lies_within_the_steps_or_the_chunks_of_one_split():
    trainer = Trainer(PIECES, made_up(7, n=11), quick_compile())
    midway = trainer.begin(trainer.start())
    assert [trainer.part(done) for done in (0, 4, 5, 9, 11)] == [(0, 5), (0, 1), (1, 4), (2, 1), (3, 1)]
    for first, count, left in ((0, 6, 5), (4, 2, 1), (0, 0, 5)):
        with pytest.raises(ValueError, match=f"a piece must lie within one part of an epoch, got {count} units where {left} are left"):
            trainer.take(midway, 0, first, count)
    with pytest.raises(ValueError, match="an epoch has 12 units, none after all of them"):
        trainer.take(midway, 0, 12, 1)


def test_the_order_of_an_epoch_follows_its_number_and_nothing_before_it():
    trainer = Trainer(dataclasses.replace(TINY, model="dln", method="n-sam"), made_up(), quick_compile())
    start = trainer.start()
    first, again, second = (trainer.advance(start, index)[0].params for index in (0, 0, 1))
    assert apart(first, again) == 0
    assert apart(first, second) > 1e-3


def test_images_without_a_held_out_slice_are_trained_without_its_probes():
    made, train, state, hyper = start_of(TINY, made_up())
    nobody = jax.tree.map(lambda leaf: leaf[:0] if leaf.shape[0] == 10 else leaf, train)
    averages = quick(made.probe, state, (train, nobody, train), hyper)
    assert not [name for name in averages if name.startswith("holdout")]
    assert averages["test_accuracy"] == pytest.approx(0.2 * averages["noisy_true_accuracy"] + 0.8 * averages["clean_accuracy"])


# --- refused settings and data ---


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"rho": -0.1}, "rho must be finite and at least 0, got -0.1"),
        ({"rho": float("nan")}, "rho must be finite and at least 0, got nan"),
        ({"rate": 0.0}, "the learning rate must be finite and above 0, got 0.0"),
        ({"model": "resnet"}, "the model must be one of dln, 2nn, resnet18, resnet18-alone, got 'resnet'"),
        ({"loss": "hinge"}, "the loss must be one of logistic, cross-entropy, squared, got 'hinge'"),
        ({"method": "sam"}, "the method must be one of sgd, 1-sam, .*m-sam, penalty, got 'sam'"),
        ({"batch": 0}, "batch must be at least 1, got 0"),
        ({"epochs": 0}, "epochs must be at least 1, got 0"),
        ({"width": -5}, "width must be at least 1, got -5"),
        ({"seed": -1}, "the seed must be at least 0, got -1"),
        ({"momentum": 1.0}, r"momentum must lie in \[0, 1\)"),
        ({"decay": float("inf")}, "weight decay must be finite"),
        ({"shard": 4}, "m-sam, and no other method, needs a shard size, got 4 for 1-sam"),
        ({"method": "m-sam"}, "needs a shard size, got None for m-sam"),
        ({"method": "m-sam", "shard": 3}, "the shard size must divide the batch of 4, got 3"),
        (
            {"method": "penalty"},
            "the penalty, and no other method, needs gammas and a reading of printed, squares, stop-gradient; got None",
        ),
        ({"reading": "squares", "gammas": (1.0, 1.0)}, "the penalty, and no other method"),
        ({"method": "penalty", "reading": "squares", "gammas": (1.0, -1.0)}, "gamma must be finite and at least 0, got -1.0"),
    ],
)
def test_settings_that_no_run_can_have_are_refused(wrong, message):
    with pytest.raises(SettingsError, match=message):
        dataclasses.replace(TINY, **wrong)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"batch": 11}, "a batch must not be larger than the 10 training images, got 11"),
        ({"loss": "logistic"}, "the logistic loss is for two classes, got 3; use cross-entropy"),
    ],
)
def test_settings_that_do_not_fit_the_data_are_refused(wrong, message):
    with pytest.raises(SettingsError, match=message):
        Trainer(dataclasses.replace(TINY, **wrong), made_up())
