"""Which parameters stay *lazy* and which are *formed*, found in the equations of one example before anything is computed.

A parameter is lazy where an example meets it in exactly one product that has a rule (`rules/`), perhaps after views that keep inner
products: its perturbation is then never written out, or only as the product needs it. Every other parameter is formed: each example
gets a copy w + eps_i of it, as `vmap` would. That takes memory, and is exact for whatever the model does with it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from jax.extend.core import Jaxpr, JaxprEqn, Literal

from empirical.methods.equations import MIXING, called, is_view, shaped
from empirical.methods.model import UnsupportedModelError
from empirical.methods.rules import table
from empirical.methods.rules.rule import Product


@dataclass(frozen=True)
class View:
    """The value of a variable is a view of this parameter."""

    leaf: int


EXAMPLE, SHARED = "example", "shared"
"""The value of a variable depends on the example (or a formed parameter), or on neither."""
Kind = View | str


@dataclass
class Fates:
    """What becomes of each parameter, by its number.

    products   of the lazy ones, in the order in which the model meets them
    formed     the reasons of those that are formed
    entries    of the output of the equation in which a parameter meets an example
    Parameters in neither are not used by the model.
    """

    names: Sequence[str]
    products: dict[int, Product] = field(default_factory=dict)
    formed: dict[int, str] = field(default_factory=dict)
    entries: dict[int, int] = field(default_factory=dict)

    def form(self, leaf: int, reason: str) -> None:
        """Have a parameter formed; the first reason stands."""
        self.products.pop(leaf, None)
        self.formed.setdefault(leaf, reason)

    def follow(self, jaxpr: Jaxpr, inputs: Sequence[Kind]) -> list[Kind]:
        """Return the kinds of a jaxpr's outputs."""
        kinds: dict[Any, Kind] = dict.fromkeys(jaxpr.constvars, SHARED) | dict(zip(jaxpr.invars, inputs, strict=True))

        def read(variable: Any) -> Kind:
            kind = SHARED if isinstance(variable, Literal) else kinds[variable]
            return EXAMPLE if isinstance(kind, View) and kind.leaf in self.formed else kind

        for equation in jaxpr.eqns:
            kinds |= dict(zip(equation.outvars, self.after(equation, [read(variable) for variable in equation.invars]), strict=True))
        return [read(variable) for variable in jaxpr.outvars]

    def after(self, equation: JaxprEqn, inputs: list[Kind]) -> list[Kind]:
        """Return the kinds of an equation's outputs."""
        if equation.primitive.name in MIXING and any(kind != SHARED for kind in inputs):
            raise UnsupportedModelError(f"the model calls {equation.primitive.name}, which mixes examples of several devices")
        views = [kind for kind in inputs if isinstance(kind, View)]
        if not views:
            return [EXAMPLE if EXAMPLE in inputs else SHARED] * len(equation.outvars)
        if (inner := called(equation)) is not None:
            return self.follow(inner[0], inputs)
        if is_view(equation):
            return [views[0]]
        self.meet(equation, inputs)
        return [EXAMPLE] * len(equation.outvars)

    def meet(self, equation: JaxprEqn, inputs: list[Kind]) -> None:
        """Decide about the parameters that an equation takes: the largest may stay lazy."""
        name = equation.primitive.name
        sizes = {kind.leaf: shaped(variable).size for kind, variable in zip(inputs, equation.invars, strict=True) if isinstance(kind, View)}
        largest, *others = sorted(sizes, key=lambda leaf: -sizes[leaf])
        for leaf in (largest, *others):
            self.entries.setdefault(leaf, sum(math.prod(shaped(variable).shape) for variable in equation.outvars))
        for leaf in others:
            self.form(leaf, f"meets another parameter in {name}")
        places = [place for place, kind in enumerate(inputs) if kind == View(largest)]
        examples = [kind for kind in inputs if kind == EXAMPLE or (isinstance(kind, View) and kind.leaf in others)]
        product = table.product(equation, places[0], self.names[largest]) if len(places) == 1 and len(inputs) == 2 else None
        if largest in self.products:
            self.form(largest, f"is used more than once, again in {name}")
        elif product is None:
            self.form(largest, f"is used in {name}, which has no rule here")
        elif not examples:
            self.form(largest, f"is changed by {name} before it meets an example")
        else:
            self.products[largest] = product


def fates(jaxpr: Jaxpr, names: Sequence[str], example: int) -> Fates:
    """Return the fates of the parameters, the first inputs of a jaxpr; the `example` inputs after them are the example."""
    result = Fates(names)
    outputs = result.follow(jaxpr, [*(View(leaf) for leaf in range(len(names))), *[EXAMPLE] * example])
    for kind in outputs:
        if isinstance(kind, View):
            result.form(kind.leaf, "is an output of the model")
    return result
