"""A reviewer asks: what does Eq. 4.5 do as an update rule, with the coefficients of Prop. 4.1 held fixed?

The objective with constants is trained beside it.

Run.     `python -m empirical run asked-update-rule-digits`
Time.    43 s on two CPU cores.
Paper.   No value: it trains with constants. In the DLN the update rule is J-SAM itself (Prop. 4.1).
"""

from __future__ import annotations

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import MODELS, PENALTIES, SEEDS, arms
from empirical.report.experiment import Results, Ruling, Target
from empirical.report.figures import PALETTE, Panel, svg
from empirical.report.panels import interval_line
from empirical.report.reading import at, strength
from empirical.report.results import effect, mean, ruled, values
from empirical.report.statistics import Outcome, all_of, exceeds
from reports.direction import Effect

KEEPS = Target("asked-update-rule", "beyond", "update-rule-keeps-jsam")
LOSES = Target("asked-update-rule", "beyond", "constants-lose")
UPDATE, CONSTANTS = "penalty as update rule", ("penalty as printed", "penalty of squares")
ARMS = arms("SGD", "J-SAM", "1-SAM", *PENALTIES)
HALF = 0.5


def judge(results: Results) -> dict[Target, Ruling]:
    """Rule on what the update rule keeps of J-SAM's gain over SGD, and on what the readings with constants lose to it."""
    keeps: list[Outcome] = []
    loses: list[Outcome] = []
    told: list[str] = []
    lost: list[str] = []
    for model in MODELS:
        descent = at(results, model, "SGD", "peak")
        by_jacobian, by_rule = (at(results, model, method, "peak", "own") - descent for method in ("J-SAM", UPDATE))
        gains = exceeds(by_jacobian.tolist(), 0.0, SEEDS) == "supports"
        keeps.append(exceeds((by_rule - HALF * by_jacobian).tolist(), 0.0, SEEDS) if gains else "inconclusive")
        told.append(
            f"{model}: J-SAM gains {mean(by_jacobian)} over SGD, the update rule {mean(by_rule)} (γ {strength(results, model, UPDATE)})."
        )
        for reading in CONSTANTS:
            constant = at(results, model, reading, "peak", "own") - descent
            loses.append(exceeds((by_rule - constant).tolist(), 0.0, SEEDS))
            lost.append(
                f"{model}, {reading} (γ {strength(results, model, reading)}) gains {mean(constant)}; "
                f"the update rule less it {mean(by_rule - constant)}."
            )
    return {
        KEEPS: ruled(results, SEEDS, all_of(keeps), " ".join(told), _turns_on(results, "J-SAM")),
        LOSES: ruled(results, SEEDS, all_of(loses), " ".join(lost), _turns_on(results, CONSTANTS[0])),
    }


def _turns_on(results: Results, rival: str) -> Effect | None:
    """Return what the update rule gains in the last network, less half of J-SAM's gain, or less that of a reading with constants."""
    model = list(MODELS)[-1]
    descent = at(results, model, "SGD", "peak")
    by_rule, other = (at(results, model, method, "peak", "own") - descent for method in (UPDATE, rival))
    share, words = (HALF, f"half of {rival}'s") if rival == "J-SAM" else (1.0, f"that of the {rival}")
    return effect(f"{model}, gain of the update rule less {words}", by_rule - share * other)


def picture(results: Results) -> str:
    """Draw the best test accuracy of J-SAM and of the update rule against their one strength, the best of the constants as levels."""
    panels: list[Panel] = []
    for model in MODELS:
        rhos = results["arms"][f"{model}, J-SAM"]["setting"]["rhos"]
        shown = (("J-SAM", PALETTE[2]), (UPDATE, PALETTE[1]))
        lines = [interval_line(rhos, values(results, f"{model}, {name}", "peak"), name, colour) for name, colour in shown]
        levels = [(at(results, model, name, "peak", "own").mean(), name) for name in ("SGD", *CONSTANTS)]
        panels.append(Panel(model, "ρ, or γ of both terms", "best test accuracy", lines, levels, log_x=True))
    return svg(panels)


EXPERIMENT = on_digits(
    id="asked-update-rule-digits",
    question="On digits with 30% wrong labels, what does Eq. 4.5 do as an update rule, with its coefficients held fixed in each step?",
    targets=(KEEPS, LOSES),
    expected="no value in the paper, which trains with constants; in the DLN the update rule is J-SAM itself (Prop. 4.1)",
    rule=(
        f"For the DLN and the 2NN, paired over {SEEDS} seeds, in best test accuracy, each at the strength that is best for it on held-out "
        "points with noisy labels: the update rule keeps more than half of what J-SAM gains over SGD; and it exceeds both readings with "
        "constants, as printed and with both norms squared. Every 95% interval lies above 0; refuted if one lies below. A network in which "
        "J-SAM gains nothing decides nothing of the first."
    ),
    arms=ARMS,
    judge=judge,
    picture=picture,
)
EXPERIMENTS = (EXPERIMENT,)
