"""A reviewer asks about tasks other than classification: does SAM gain with the squared loss?

There the residual takes the place of the logit scale.

Run.     `python -m empirical run asked-squared-loss-digits`
Time.    22 s on two CPU cores.
Paper.   No value: it trains with the logistic loss and the cross-entropy alone.
"""

from __future__ import annotations

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import SEEDS, variant
from empirical.report.arm_key import ArmKey
from empirical.report.experiment import Target
from empirical.report.figures import PALETTE, Panel, svg
from empirical.report.panels import interval_line
from empirical.report.reading import at, radius
from empirical.report.results import mean, values
from empirical.report.rules.combined import AllOf, Given
from empirical.report.rules.conditions import Above, Below
from empirical.report.rules.networks import AT_SAMS_RADIUS, best, gain, less, value
from empirical.report.rules.rule import Cases, Part, SeedRule, TurnsOn
from empirical.report.rules.term import Term, number, times
from empirical.report.sweep_results import SweepResults

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


def told_of_gain(results: SweepResults) -> str:
    """Return the gain of 1-SAM."""
    return f"At {_rho(results)} 1-SAM gains {mean(SAM.read(results, NET))} over SGD's {at(results, NET, 'SGD', 'peak').mean():.3f}."


def told_of_split(results: SweepResults) -> str:
    """Return what J-SAM and L-SAM gain at 1-SAM's radius, and L-SAM at its own."""
    by_jacobian, by_scale, own = (mean(term.read(results, NET)) for term in (BY_JACOBIAN, BY_SCALE, gain("L-SAM", "own")))
    return (
        f"At {_rho(results)} J-SAM gains {by_jacobian} and L-SAM {by_scale}; at its own ρ = {radius(results, NET, 'L-SAM', 'own'):g} "
        f"L-SAM gains {own}."
    )


def told_of_scale(results: SweepResults) -> str:
    """Return the ratios of residual norms."""
    quarters = "; ".join(str(mean(part)) for part in SCALES.read(results, NET).T)
    return f"At {_rho(results)}, clean less noisy ratio of residual norms, by quarters of training: {quarters}."


def _rho(results: SweepResults) -> str:
    return f"ρ = {radius(results, NET, '1-SAM'):g}"


SAM, BY_JACOBIAN, BY_SCALE = gain("1-SAM"), gain("J-SAM"), gain("L-SAM")
HALF_OF_GAIN = times(HALF, SAM)
SCALES = Term(
    "in each quarter of the epochs, the factor by which the perturbation raises the norm of the residual, clean points less noisy ones,",
    value("1-SAM", "scale_gap"),
)
GAINS = Above(best("1-SAM"), best("SGD"))
RULE = SeedRule(
    seeds=SEEDS,
    cases=Cases("for the 2NN fitted to one-hot labels by half the squared distance", lambda _: (NET,)),
    setting=f"in best test accuracy {AT_SAMS_RADIUS} (of radii up to {RHOS[-1]:g})",
    parts={
        GAIN: Part(GAINS, told_of_gain, TurnsOn("lead of 1-SAM over SGD in best test accuracy", SAM.read)),
        SPLIT: Part(
            Given(GAINS, AllOf((Above(BY_JACOBIAN, HALF_OF_GAIN), Below(BY_SCALE, HALF_OF_GAIN)))),
            told_of_split,
            TurnsOn("gain of J-SAM less half of 1-SAM's", less(BY_JACOBIAN.read, HALF_OF_GAIN.read)),
        ),
        SCALE: Part(
            Above(SCALES, number(0.0)),
            told_of_scale,
            TurnsOn("clean less noisy ratio of residual norms over training", lambda results, model: SCALES.read(results, model).mean(1)),
        ),
    },
)


def picture(results: SweepResults) -> str:
    """Draw the best test accuracy against the radius."""
    lines = [
        interval_line(results.arms[key].setting["rhos"], values(results, key, "peak"), key.method, colour)
        for key, colour in zip((ArmKey(NET, method) for method in METHODS[1:]), PALETTE, strict=False)
    ]
    return svg([Panel(NET, "ρ", "best test accuracy", lines, [(at(results, NET, "SGD", "peak").mean(), "SGD")], log_x=True)])


EXPERIMENT = on_digits(
    id="asked-squared-loss-digits",
    question="On digits with 30% wrong labels and the squared loss, does SAM gain, and does the split into two effects carry over?",
    targets=tuple(RULE.parts),
    expected="no value in the paper, which trains with the logistic loss and the cross-entropy alone",
    rule=RULE,
    arms=ARMS,
    picture=picture,
)
EXPERIMENTS = (EXPERIMENT,)
