"""Figure 4, bottom: does J-SAM keep most of what 1-SAM gains over SGD, and does L-SAM keep little?

"Nearly" and "marginally" need a number before the run: more than half of the gain, and less than half. Without a gain nothing is decided.
`fig-4-accuracy-dense` trains DLN and 2NN on all images at the paper's settings, which a machine without an accelerator can do in pieces.

Run.     `python -m empirical run fig-4-accuracy-digits`
         `python -m empirical run fig-4-accuracy --profile pocket --data DIR`
         `python -m empirical run fig-4-accuracy-dense --profile paper --data DIR --epochs 22`
Time.    `fig-4-accuracy-digits`: less than 1 s on two CPU cores, after `asked-early-stopping-digits` had trained its networks
         `fig-4-accuracy`: 2.6 hours of training on two CPU cores (`pocket`)
         `fig-4-accuracy-dense`: 2.8 hours of training on two CPU cores beside other work (`paper`, 22 of 200 epochs)
         `fig-4-accuracy`: at least 16 minutes of training on one NVIDIA H200 (`paper`, one of three seeds, not all epochs)
Paper.   J-SAM nearly at 1-SAM, L-SAM only marginally above SGD (Table 1: it keeps a tenth of the gain), in DLN, 2NN and ResNet18.
"""

from __future__ import annotations

from empirical.digits.on_digits import on_digits
from empirical.digits.sweep import SEEDS as DIGITS_SEEDS
from empirical.digits.sweep import arms as digits_arms
from empirical.images.arms import BASES, Arms
from empirical.images.arms import arms as image_arms
from empirical.images.on_images import on_images
from empirical.images.sweep import SEEDS as IMAGE_SEEDS
from empirical.report.experiment import Target
from empirical.report.figures import svg
from empirical.report.panels import curve_panel
from empirical.report.profile import Profile
from empirical.report.reading import peaks, radius
from empirical.report.results import mean, networks, share
from empirical.report.rules.combined import AllOf, Given
from empirical.report.rules.conditions import Above, Below
from empirical.report.rules.networks import AT_SAMS_RADIUS, AT_SAMS_RADIUS_ON_IMAGES, DLN_AND_2NN, EACH_NETWORK, best, gain
from empirical.report.rules.rule import Cases, Part, SeedRule, TurnsOn
from empirical.report.rules.term import times
from empirical.report.sweep_results import SweepResults

RESULT = Target("fig-4-accuracy", "printed", "result")
METHODS = ("SGD", "L-SAM", "J-SAM", "1-SAM")
DIGITS_ARMS = digits_arms(*METHODS)
HALF = 0.5
PAPER = {"ResNet18": (69.17 - 52.48) / (69.47 - 52.48)}
"""From Table 1, which has no other network."""


def told(results: SweepResults) -> str:
    """Return the best accuracies at SAM's radius, and what each method gains at its own."""
    own = [
        f"{model}, {method} (ρ = {radius(results, model, method, 'own'):g}) {mean(gain(method, 'own').read(results, model))}"
        for model in networks(results)
        for method in METHODS[1:]
    ]
    return f"Best test accuracy at SAM's radius: {peaks(results, METHODS)}. Gains over SGD, each at its own radius: {'; '.join(own)}."


def rule(seeds: int, cases: Cases, setting: str) -> SeedRule:
    """Return the rule on one kind of data."""
    sam, by_jacobian, by_scale = gain("1-SAM"), gain("J-SAM"), gain("L-SAM")
    half = times(HALF, sam)
    turns_on = TurnsOn(
        "{case}, share of 1-SAM's gain that J-SAM keeps",
        lambda results, model: share(by_jacobian.read(results, model), sam.read(results, model)),
        HALF,
        PAPER,
    )
    condition = Given(Above(best("1-SAM"), best("SGD")), AllOf((Above(by_jacobian, half), Below(by_scale, half))))
    return SeedRule(
        seeds=seeds, cases=cases, setting=f"in best test accuracy {setting}", parts={RESULT: Part(condition, told, turns_on)}, notes=BESIDE
    )


BESIDE = "Gains at each method's own best radius are shown beside."
RULE_ON_IMAGES = rule(IMAGE_SEEDS, EACH_NETWORK, AT_SAMS_RADIUS_ON_IMAGES)


def picture(results: SweepResults) -> str:
    """Draw test accuracy along training, all at 1-SAM's radius."""
    return svg([curve_panel(results, model, "test_accuracy", "test accuracy", METHODS) for model in networks(results)])


def arms_on_images(profile: Profile) -> Arms:
    """Return SGD, 1-SAM and the two hybrids in all networks."""
    return image_arms(profile, BASES[profile], METHODS)


def arms_of_dense_layers(profile: Profile) -> Arms:
    """Return SGD, 1-SAM and the two hybrids in the networks of dense layers."""
    return image_arms(profile, ("DLN", "2NN"), METHODS)


ON_DIGITS = on_digits(
    id="fig-4-accuracy-digits",
    question="On digits with 30% wrong labels, does J-SAM keep what 1-SAM gains over SGD, and does L-SAM not?",
    targets=(RESULT,),
    expected="J-SAM nearly at 1-SAM, L-SAM only marginally above SGD (Table 1: it keeps a tenth of the gain)",
    rule=rule(DIGITS_SEEDS, DLN_AND_2NN, AT_SAMS_RADIUS),
    arms=DIGITS_ARMS,
    picture=picture,
)
ON_IMAGES = on_images(
    id="fig-4-accuracy",
    question="On real images with 30% wrong labels, does J-SAM keep what 1-SAM gains over SGD, and does L-SAM not?",
    targets=(RESULT,),
    expected="J-SAM nearly at 1-SAM, L-SAM only marginally above SGD, in DLN, 2NN and ResNet18",
    rule=RULE_ON_IMAGES,
    arms=arms_on_images,
    picture=picture,
    apart=True,
    peaks=True,
)
ON_DENSE_LAYERS = on_images(
    id="fig-4-accuracy-dense",
    question="In DLN and 2NN on all images of CIFAR-10 with 30% wrong labels, does J-SAM keep what 1-SAM gains over SGD, and L-SAM not?",
    targets=(RESULT,),
    expected="J-SAM nearly at 1-SAM, L-SAM only marginally above SGD, in DLN and 2NN",
    rule=RULE_ON_IMAGES,
    arms=arms_of_dense_layers,
    picture=picture,
    apart=True,
    peaks=True,
    profiles=("smoke", "paper"),
    whole=False,
)
EXPERIMENTS = (
    ON_DIGITS,
    ON_IMAGES,
    ON_DENSE_LAYERS,
)
