"""A reviewer asks about tasks other than classification: does SAM gain with the squared loss?

There the residual takes the place of the logit scale.

Run.     `python -m empirical run asked-squared-loss-digits`
Time.    22 s on two CPU cores.
Paper.   No value: it trains with the logistic loss and the cross-entropy alone.
"""

from __future__ import annotations

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import SEEDS, variant
from empirical.report.experiment import Results, Ruling, Target
from empirical.report.figures import PALETTE, Panel, svg
from empirical.report.panels import interval_line
from empirical.report.reading import at, radius
from empirical.report.results import effect, mean, ruled, values
from empirical.report.statistics import Outcome, all_of, exceeds

GAIN = Target("asked-squared-loss", "beyond", "gain")
SPLIT = Target("asked-squared-loss", "beyond", "split")
SCALE = Target("asked-squared-loss", "beyond", "residual-scale")
METHODS = ("SGD", "L-SAM", "J-SAM", "1-SAM")
NET = "2NN, squared loss"
RHOS = (0.005, 0.01, 0.02, 0.05, 0.1)  # gradients of residuals do not saturate: 1-SAM no longer learns from 0.1 on (seeds 100 and 101)
ARMS = {
    **variant(NET, "2NN", METHODS, loss="squared", rhos=RHOS),
    **variant(NET, "2NN", ("L-SAM",), loss="squared", rhos=(*RHOS, 0.2, 0.4)),
    **variant(NET, "2NN", ("SGD",), loss="squared", rhos=RHOS[:1]),
}
HALF = 0.5


def judge(results: Results) -> dict[Target, Ruling]:
    """Rule on 1-SAM's gain, on what J-SAM and L-SAM keep of it, and on the residuals of clean and noisy points under perturbation."""
    descent = at(results, NET, "SGD", "peak")
    sam, by_jacobian, by_scale = (at(results, NET, method, "peak") - descent for method in ("1-SAM", "J-SAM", "L-SAM"))
    gain = exceeds(sam.tolist(), 0.0, SEEDS)
    shares: list[Outcome] = [exceeds(found.tolist(), 0.0, SEEDS) for found in (by_jacobian - HALF * sam, HALF * sam - by_scale)]
    gaps = at(results, NET, "1-SAM", "scale_gap")
    scale = all_of([exceeds(quarter.tolist(), 0.0, SEEDS) for quarter in gaps.T])
    rho = f"ρ = {radius(results, NET, '1-SAM'):g}"
    own = at(results, NET, "L-SAM", "peak", "own") - descent
    split = (
        f"At {rho} J-SAM gains {mean(by_jacobian)} and L-SAM {mean(by_scale)}; at its own ρ = {radius(results, NET, 'L-SAM', 'own'):g} "
        f"L-SAM gains {mean(own)}."
    )
    quarters = (
        f"At {rho}, clean less noisy ratio of residual norms, by quarters of training: {'; '.join(str(mean(part)) for part in gaps.T)}."
    )
    return {
        GAIN: ruled(
            results,
            SEEDS,
            gain,
            f"At {rho} 1-SAM gains {mean(sam)} over SGD's {descent.mean():.3f}.",
            effect("lead of 1-SAM over SGD in best test accuracy", sam),
        ),
        SPLIT: ruled(
            results,
            SEEDS,
            all_of(shares) if gain == "supports" else "inconclusive",
            split,
            effect("gain of J-SAM less half of 1-SAM's", by_jacobian - HALF * sam),
        ),
        SCALE: ruled(results, SEEDS, scale, quarters, effect("clean less noisy ratio of residual norms over training", gaps.mean(1))),
    }


def picture(results: Results) -> str:
    """Draw the best test accuracy against the radius."""
    lines = [
        interval_line(results["arms"][f"{NET}, {method}"]["setting"]["rhos"], values(results, f"{NET}, {method}", "peak"), method, colour)
        for method, colour in zip(METHODS[1:], PALETTE, strict=False)
    ]
    return svg([Panel(NET, "ρ", "best test accuracy", lines, [(at(results, NET, "SGD", "peak").mean(), "SGD")], log_x=True)])


EXPERIMENT = on_digits(
    id="asked-squared-loss-digits",
    question="On digits with 30% wrong labels and the squared loss, does SAM gain, and does the split into two effects carry over?",
    targets=(GAIN, SPLIT, SCALE),
    expected="no value in the paper, which trains with the logistic loss and the cross-entropy alone",
    rule=(
        f"For the 2NN fitted to one-hot labels by half the squared distance, paired over {SEEDS} seeds, in best test accuracy at the "
        f"radius that is best for 1-SAM on held-out points with noisy labels (of radii up to {RHOS[-1]:g}): 1-SAM exceeds SGD; J-SAM keeps "
        "more than half of that gain and L-SAM less than half (without a gain nothing is decided); and the perturbation raises the norm of "
        "the residual of clean points by a larger factor than that of noisy ones in each quarter of the epochs. One ruling each: every 95% "
        "interval says so; refuted if one lies on the other side."
    ),
    arms=ARMS,
    judge=judge,
    picture=picture,
)
EXPERIMENTS = (EXPERIMENT,)
