"""m-SAM and n-SAM against the definition applied to each shard, the four corners against closed forms of a linear model."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from empirical.agreement.random_nets import TOLERANCE, Case, ConvSpec, Net, apart, images
from empirical.methods.losses import cross_entropy, logistic
from empirical.methods.model import network
from empirical.methods.named import J_SAM, L_SAM, METHODS, N_SAM, ONE_SAM, SGD, direction, m_sam
from empirical.methods.sharded import sharded
from empirical.methods.switch import Method
from tests.empirical.linear import Linear
from theory import definitions

NET = Net((ConvSpec(2, (2, 2), (1, 1), "SAME", bias=True, norm=False),), (3,))


def by_definition(model, size):
    """SAM on each shard of `size` examples: the definition, with the shard's mean loss as the loss of its outputs."""

    def direction(params, rho, inputs, targets):
        gradients = []
        for start in range(0, len(inputs), size):
            x, t = inputs[start : start + size], targets[start : start + size]

            def net(p, x=x):
                return model.apply({"params": p}, x)

            def mean_loss(f, t=t):
                return jax.vmap(cross_entropy)(f, t).mean()

            gradients.append(definitions.one_sam(net, mean_loss, params, rho))
        return jax.tree.map(lambda *leaves: -sum(leaves) / len(gradients), *gradients)

    return direction


@pytest.mark.parametrize(("method", "size"), [(m_sam(2), 2), (m_sam(3), 3), (m_sam(6), 6), (N_SAM, 6)])
def test_shards_of_any_size_equal_their_definition_and_differ_from_another_size(method, size):
    case = Case(NET, images(0, 6, 3, 3, 1), 0.4)
    gradient, diagnostics = case(direction(NET, cross_entropy, method))
    assert apart(gradient, case(by_definition(NET, size))) <= TOLERANCE
    assert apart(gradient, case(by_definition(NET, {2: 3, 3: 2, 6: 3}[size]))) > 1e4 * TOLERANCE
    assert diagnostics.gradient_norms.shape == (6 // size,)
    assert diagnostics.losses.shape == diagnostics.logit_scales.shape == diagnostics.perturbed_logit_scales.shape == (6,)
    assert diagnostics.outputs.shape == (6, 3)


def linear_case(rho=0.7):
    case = Case(Linear(), images(1, 4, 3), rho)
    case.targets = jnp.array([1.0, -1.0, 1.0, -1.0])
    return case


@pytest.mark.parametrize(("method", "shift"), [(SGD, 0.0), (J_SAM, 0.0), (L_SAM, 1.0), (ONE_SAM, 1.0)])
def test_in_a_linear_model_l_sam_is_1_sam_and_j_sam_is_sgd(method, shift):
    """The logit moves by rho |x| against the label (Eq. 3.2), the Jacobian x is constant."""
    case = linear_case()
    w, x, t = np.asarray(case.params["Dense_0"]["kernel"])[:, 0], np.asarray(case.inputs), np.asarray(case.targets)
    scale = 1 / (1 + np.exp(t * (x @ w) - shift * case.rho * np.linalg.norm(x, axis=1)))
    for route in (direction(case.model, logistic, method), sharded(network(case.model), logistic, method)):
        gradient, diagnostics = case(route)
        assert np.allclose(gradient["Dense_0"]["kernel"][:, 0], -(scale * t) @ x / 4, rtol=1e-12, atol=0)
        assert np.allclose(diagnostics.gradient_norms, np.asarray(diagnostics.logit_scales) * np.linalg.norm(x, axis=1), rtol=1e-12)


@pytest.mark.parametrize("method", [SGD, L_SAM, J_SAM, ONE_SAM])
def test_decay_in_a_linear_model_is_added_outside_the_perturbation(method):
    """Written by hand: epsilon follows the loss alone, and rate w is taken at w."""
    case, rate = linear_case(), 0.3
    w, x, t = np.asarray(case.params["Dense_0"]["kernel"])[:, 0], np.asarray(case.inputs), np.asarray(case.targets)
    expected = []
    for xi, ti in zip(x, t, strict=True):

        def loss_gradient(v, xi=xi, ti=ti):
            return -ti * xi / (1 + np.exp(ti * (xi @ v)))

        ascent = loss_gradient(w)
        moved = w + case.rho * ascent / np.linalg.norm(ascent)
        expected.append(loss_gradient(moved if method.logit_at == "w+eps" else w) + rate * w)
    for route in (direction(case.model, logistic, method, rate), sharded(network(case.model), logistic, method, rate)):
        assert np.allclose(case(route)[0]["Dense_0"]["kernel"][:, 0], np.mean(expected, axis=0), rtol=1e-12, atol=1e-15)


def test_a_shard_without_gradient_stays_unperturbed():
    case = linear_case()
    case.inputs = case.inputs.at[:2].set(0.0)
    gradient, diagnostics = case(sharded(network(case.model), logistic, m_sam(2)))
    assert np.isfinite(gradient["Dense_0"]["kernel"]).all()
    assert np.array_equal(diagnostics.perturbed_logit_scales[:2], diagnostics.logit_scales[:2])
    assert (diagnostics.perturbed_logit_scales[2:] != diagnostics.logit_scales[2:]).all()


def test_wrong_settings_are_refused_with_what_to_do():
    case = linear_case()
    with pytest.raises(ValueError, match="must divide the batch, got shards of 3 in a batch of 4"):
        case(direction(case.model, logistic, m_sam(3)))
    with pytest.raises(ValueError, match="at least one example, got 0"):
        m_sam(0)
    with pytest.raises(ValueError, match="taken at 'w' or at 'w\\+eps', got 'v'"):
        Method("v", "w")
    for rate in (-1.0, float("nan")):
        with pytest.raises(ValueError, match="rate of weight decay"):
            case(direction(case.model, logistic, ONE_SAM, rate))
        with pytest.raises(ValueError, match="rate of weight decay"):
            sharded(network(case.model), logistic, ONE_SAM, rate)
    assert METHODS["1-sam"] == m_sam(1)
