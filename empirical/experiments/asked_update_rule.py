"""A reviewer asks: what does Eq. 4.5 do as an update rule, with the coefficients of Prop. 4.1 held fixed?

The objective with constants is trained beside it.

Run.     `python -m empirical run asked-update-rule-digits`
Time.    43 s on two CPU cores.
Paper.   No value: it trains with constants. In the DLN the update rule is J-SAM itself (Prop. 4.1).
"""

from __future__ import annotations

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import MODELS, PENALTIES, SEEDS, arms
from empirical.report.arm_key import ArmKey
from empirical.report.experiment import Target
from empirical.report.figures import PALETTE, Panel, svg
from empirical.report.panels import interval_line
from empirical.report.reading import at, strength
from empirical.report.results import mean, values
from empirical.report.rules.combined import AllOf, Given
from empirical.report.rules.conditions import Above
from empirical.report.rules.networks import DLN_AND_2NN, best, gain, less, network_by_network
from empirical.report.rules.rule import Part, SeedRule, TurnsOn
from empirical.report.rules.term import times
from empirical.report.sweep_results import SweepResults

KEEPS = Target("asked-update-rule", "beyond", "update-rule-keeps-jsam")
LOSES = Target("asked-update-rule", "beyond", "constants-lose")
UPDATE, CONSTANTS = "penalty as update rule", ("penalty as printed", "penalty of squares")
ARMS = arms("SGD", "J-SAM", "1-SAM", *PENALTIES)
HALF = 0.5


def told_of_kept(results: SweepResults, model: str) -> str:
    """Return what J-SAM and the update rule gain in one network."""
    by_jacobian, by_rule = (mean(term.read(results, model)) for term in (JACOBIAN_GAIN, RULE_GAIN))
    return f"{model}: J-SAM gains {by_jacobian} over SGD, the update rule {by_rule} (γ {strength(results, model, UPDATE)})."


def told_of_lost(results: SweepResults, model: str) -> str:
    """Return what the readings with constants gain in one network, and how far the update rule is ahead."""
    says: list[str] = []
    for reading in CONSTANTS:
        constant = gain(reading, "own")
        ahead = less(RULE_GAIN.read, constant.read)(results, model)
        says.append(
            f"{model}, {reading} (γ {strength(results, model, reading)}) gains {mean(constant.read(results, model))}; "
            f"the update rule less it {mean(ahead)}."
        )
    return " ".join(says)


JACOBIAN_GAIN, RULE_GAIN = gain("J-SAM", "own"), gain(UPDATE, "own")
HALF_OF_GAIN = times(HALF, JACOBIAN_GAIN)
RULE = SeedRule(
    seeds=SEEDS,
    cases=DLN_AND_2NN,
    setting="in best test accuracy, each at the strength that is best for it on held-out points with noisy labels",
    parts={
        KEEPS: Part(
            Given(Above(best("J-SAM", "own"), best("SGD")), Above(RULE_GAIN, HALF_OF_GAIN)),
            network_by_network(told_of_kept),
            TurnsOn("{case}, gain of the update rule less half of J-SAM's", less(RULE_GAIN.read, HALF_OF_GAIN.read)),
        ),
        LOSES: Part(
            AllOf(tuple(Above(best(UPDATE, "own"), best(reading, "own")) for reading in CONSTANTS)),
            network_by_network(told_of_lost),
            TurnsOn(
                f"{{case}}, gain of the update rule less gain of the {CONSTANTS[0]}", less(RULE_GAIN.read, gain(CONSTANTS[0], "own").read)
            ),
        ),
    },
)


def picture(results: SweepResults) -> str:
    """Draw the best test accuracy of J-SAM and of the update rule against their one strength, the best of the constants as levels."""
    panels: list[Panel] = []
    for model in MODELS:
        rhos = results.arms[ArmKey(model, "J-SAM")].setting["rhos"]
        shown = (("J-SAM", PALETTE[2]), (UPDATE, PALETTE[1]))
        lines = [interval_line(rhos, values(results, ArmKey(model, name), "peak"), name, colour) for name, colour in shown]
        levels = [(at(results, model, name, "peak", "own").mean(), name) for name in ("SGD", *CONSTANTS)]
        panels.append(Panel(model, "ρ, or γ of both terms", "best test accuracy", lines, levels, log_x=True))
    return svg(panels)


EXPERIMENT = on_digits(
    id="asked-update-rule-digits",
    question="On digits with 30% wrong labels, what does Eq. 4.5 do as an update rule, with its coefficients held fixed in each step?",
    targets=tuple(RULE.parts),
    expected="no value in the paper, which trains with constants; in the DLN the update rule is J-SAM itself (Prop. 4.1)",
    rule=RULE,
    arms=ARMS,
    picture=picture,
)
EXPERIMENTS = (EXPERIMENT,)
