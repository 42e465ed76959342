"""1-SAM and L-SAM of random programs equal the definition, whatever a program does with its weights."""

from functools import lru_cache

from hypothesis import Phase, example, given, settings

from tests.empirical.methods.oracle import EXACT, Trial
from tests.empirical.methods.programs import INSIDE, TYPES, USES, WEIGHT_TYPES, Plan, Step, plans, program

# Every example compiles two new programs, so they are few unless asked for.
FEW = settings(max_examples=max(3, settings().max_examples // 20), deadline=None)
SHARED = Plan(
    (Step("on the left", "remat", 0), Step("picked by words", "jit", 0), Step("in a convolution", "nothing", 1)), "int32", "float64", 0
)
OPAQUE = Plan(
    (Step("in an odd product", "jit", 0), Step("turned round", "scan", 1), Step("transposed", "cond", 2)), "float16", "float32", 1
)
ONE_OF_EACH = Plan(
    (Step("in a convolution", "remat of jit", 0), Step("picked by words", "jit", 1), Step("reshaped", "nothing", 2)), "bool", "float64", 2
)
SELF = Plan(
    (Step("scaled by its row", "nothing", 0), Step("with an odd derivative", "jit", 1), Step("twice", "remat", 2)), "float32", "float64", 3
)


@lru_cache(4)
def trial_of(plan):
    return Trial(*program(plan))


def of_weights(plan):
    """The place among the leaves of a weight that the first step takes; "bias" and "last" come before the steps."""
    return 2 + sorted({step.weight for step in plan.steps}).index(plan.steps[0].weight)


@FEW
@given(plans())
@example(SHARED)
@example(OPAQUE)
@example(ONE_OF_EACH)
@example(SELF)
def test_a_random_program_is_exact(plan):
    # The epsilon of a float32 weight is rounded to float32 before it is added, on either side.
    exact = EXACT if plan.weights == "float64" else 1e-6
    trial = trial_of(plan)
    assert trial.error() <= exact
    assert trial.error(rho=2 * trial.rho) > exact


def test_an_epsilon_that_forgets_a_weight_is_rejected_in_each_program_that_is_always_tried():
    for plan in (SHARED, ONE_OF_EACH, SELF):
        trial = trial_of(plan)
        place = of_weights(plan)
        assert min(trial.error(moved=trial.without(place)), trial.error(counted=trial.without(place))) > 1e4 * EXACT


def test_programs_reach_every_use_inside_every_function_and_every_type():
    missing = {*((use, inside) for use in USES for inside in INSIDE), *TYPES, *WEIGHT_TYPES, "shared"}

    @settings(max_examples=500, database=None, derandomize=True, phases=[Phase.generate])
    @given(plans())
    def look(plan):
        missing.difference_update({(step.use, step.inside) for step in plan.steps}, {plan.inputs, plan.weights})
        if len({step.weight for step in plan.steps}) < len(plan.steps):
            missing.discard("shared")

    look()
    assert not missing
