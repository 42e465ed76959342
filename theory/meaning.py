"""What the programs of `theory.definitions` and of the claims mean, written once symbolically, in any dimension.

A program that has a meaning is compared with it at every drawn point (`theory.verify`), and a theorem of the kernel speaks of the meaning.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import sympy as sp

from theory.kernel.terms import Gradient, Slope
from theory.symbols import Inner, norm, sigma, total

Program = TypeVar("Program", bound=Callable[..., Any])
_meanings: dict[Any, Any] = {}


def means(expression: Any) -> Callable[[Program], Program]:
    """Say what a program computes, as a SymPy expression in the variables of its space; used as a decorator."""

    def told(program: Program) -> Program:
        _meanings[program] = expression
        return program

    return told


def meaning(program: Any) -> Any:
    """Return what a program computes, None where nothing says so."""
    return _meanings.get(program)


def logistic(output: sp.Expr, label: sp.Expr) -> sp.Expr:
    """Return -log sigma(t f) (Section 2.1)."""
    return -sp.log(sigma(label * output))


def exponentials(logits: Any) -> sp.Expr:
    """Return the sum of e^f over the entries f of the logits (K, 1)."""
    return total(lambda k: sp.exp(Inner(k, logits)), logits.shape[0], "k")


def cross_entropy(logits: Any, label: Any) -> sp.Expr:
    """Return log sum_k e^(f_k) - <label, f>."""
    return sp.log(exponentials(logits)) - Inner(label, logits)


def softmax(logits: Any) -> Any:
    """Return the column of the shares of e^f, (K, 1)."""
    return total(lambda k: sp.exp(Inner(k, logits)) * k, logits.shape[0], "k") / exponentials(logits)


def gradient(of: Callable[[Any], sp.Expr], at: Any) -> Any:
    """Return the gradient of a scalar function of one matrix, at a matrix of its shape (or a slope, at a number)."""
    sort = f"[{at.shape[0]}|{at.shape[1]}]" if isinstance(at, sp.MatrixExpr) else ""
    for letter in "vus":  # a name that no gradient inside the function binds
        name = f".{letter}{sort}"
        bound: Any = sp.MatrixSymbol(name, *at.shape) if sort else sp.Symbol(name, real=True)
        expression = of(bound)
        if not any(inner.args[1].name == name for inner in expression.atoms(Gradient, Slope)):
            return (Gradient if sort else Slope)(expression, bound, at)
    raise ValueError("gradients are nested three deep at most; give theory/meaning.py another name for a bound variable")


def length(of: Any) -> sp.Expr:
    """Return the 2-norm of a matrix, the magnitude of a number."""
    return norm(of) if isinstance(of, sp.MatrixExpr) else sp.Abs(of)


def ascended(at: Any, slope: Any, rho: sp.Expr) -> Any:
    """Return w + rho g / ||g||, the perturbed weights of Eq. 2.6."""
    return at + rho / length(slope) * slope


def one_sam(loss: Callable[[Any], sp.Expr], at: Any, rho: sp.Expr) -> Any:
    """Return -grad of the loss at w + eps, with eps held fixed (Eqs. 2.6 and 2.7), for weights that are one matrix."""
    return -gradient(loss, ascended(at, gradient(loss, at), rho))


def sgd(loss: Callable[[Any], sp.Expr], at: Any) -> Any:
    """Return -grad of the loss."""
    return -gradient(loss, at)
