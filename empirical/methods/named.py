"""The paper's methods by name, each as a function that returns a mean gradient for any optax optimiser, and diagnostics."""

from __future__ import annotations

from empirical.methods.chunks import in_chunks
from empirical.methods.losses import Loss
from empirical.methods.model import Model, network
from empirical.methods.per_example import per_example
from empirical.methods.sharded import sharded
from empirical.methods.switch import Direction, Method
from reports.refusal import short

SGD = Method("w", "w")
ONE_SAM = Method("w+eps", "w+eps")  # Eqs. 2.6 and 2.7
L_SAM = Method("w+eps", "w")  # Eq. 2.8
J_SAM = Method("w", "w+eps")  # Eq. 2.9
N_SAM = Method("w+eps", "w+eps", None)  # one epsilon for the whole batch

METHODS = {"sgd": SGD, "1-sam": ONE_SAM, "l-sam": L_SAM, "j-sam": J_SAM, "n-sam": N_SAM}


def m_sam(shard: int) -> Method:
    """Return SAM with one epsilon for each shard of `shard` examples (Section 2.2)."""
    return Method("w+eps", "w+eps", shard)


def direction(model: Model, loss: Loss, method: Method, decay: float = 0.0, chunk: int | None = None) -> Direction:
    """Return the direction of a method on a model: (params, rho, inputs, targets) -> (mean gradient, Diagnostics).

    `model` is a Linen module, or a function (params, example) -> outputs of one example. A function may take whatever it likes beside
    its parameters (other collections, random keys among the inputs), and all its values may be pytrees; inputs and targets have the
    examples on their first axis. Shards of one example go without per-example weights where they can (`per_example.py`; `explain.py`
    tells where), larger ones through `sharded.py`. `chunk` takes so many examples at a time, for less memory (`chunks.py`).
    `decay` is the rate of weight decay, which is added to the gradient outside the perturbation. With a learning rate eta the update of
    Eq. 2.6 is w - eta * gradient. Wrap the whole training step in `jax.jit`: diagnostics that the step does not use then cost nothing, and
    SGD costs as much as with `jax.grad`. Inside `jax.shard_map` and `jax.pmap` the batch is the device's part of it, and the gradient is
    what `jax.grad` of that part's mean loss would be. Raises TypeError where `method` is no Method, such as a name.
    """
    if not isinstance(method, Method):  # such as a name, or m_sam without its shard
        raise TypeError(f"a method must be one of SGD, ONE_SAM, L_SAM, J_SAM, N_SAM or m_sam(SHARD), got {short(method)}")
    if method.shard == 1:
        way = per_example(model, loss, method, decay)
    else:
        way = sharded(network(model), loss, method, decay)
    return way if chunk is None else in_chunks(way, method, chunk)
