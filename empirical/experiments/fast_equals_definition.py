"""Beyond the paper: does the fast per-example SAM compute what Eqs. 2.6-2.9 define?

The definition is written plainly, with perturbed weights for each example (`theory/definitions.py`, `agreement.random_nets.plain`), and
differentiated by JAX. Both sides run in float64 on small networks: some fixed, with every kind of layer and the paper's own models, and
some drawn at random over depth, width, kernel, stride, padding, bias, LayerNorm and batch. It is a property, not a measurement: one
failure is enough.

Run.     `python -m empirical run fast-equals-definition`
Time.    32 s on two CPU cores.
Paper.   No value: its formulas are exact, so that both must be equal up to rounding.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from empirical.agreement.agreement_results import AgreementResults, NetworkErrors
from empirical.report.experiment import Cost, Experiment, Finding, Ruling, Setup, Target
from empirical.report.figures import PALETTE, Line, Panel, svg
from empirical.report.results import ruled
from empirical.report.statistics import Outcome, all_of
from reports.provenance import cores

TARGET = Target("fast-equals-definition", "beyond", "agreement")
TOLERANCE = 1e-10  # relative, over all weights together
NETWORKS = 6  # drawn ones, beside the fixed ones
DRAWS = 20  # of weights, inputs, targets and radius, for each network
DOMAIN = {
    "layers": "up to two convolutions (kernel 1 to 3, stride 1 or 2, each way to write padding, with and without bias and LayerNorm), "
    "Dense on pixels or not, up to three Dense layers of width 1 to 4 with and without bias",
    "fixed": "every kind of layer at once; a block of ResNet18; 2NN; DLN with logistic and squared loss; an embedding",
    "batch": "1 to 6 examples",
    "weights": "normal, of variance one over the number of inputs",
    "rho": "0.001, 0.05, 0.5 and 3",
    "methods": "SGD, L-SAM, J-SAM and 1-SAM without per-example weights, by each route; m-SAM and n-SAM by shards",
}


@dataclass(frozen=True)
class Agreement:
    """Every error lies within the tolerance, and every near miss lies beyond it at some draw.

    A rule of this experiment alone: it asks for a property of every comparison, and not for a mean over seeds.
    """

    tolerance: float = TOLERANCE
    networks: int = NETWORKS
    draws: int = DRAWS

    @property
    def sentence(self) -> str:
        """The rule in words."""
        return (
            "In float64, the mean gradient of every method by every route differs from the definition's mean gradient by at most "
            f"{self.tolerance:g} of its norm, on all fixed networks and on at least {self.networks} drawn ones, {self.draws} draws of "
            "weights, inputs, targets and radius each; and every near miss (epsilon missing on a layer, a wrong norm, the batch's norm, a "
            "neighbour's epsilon, a wrong radius, another method) differs by more at some draw."
        )

    def judge(self, results: AgreementResults) -> dict[Target, Ruling]:
        """Rule on the agreement."""
        largest, attacked = self._property(results), self._near_misses(results)
        findings = [largest, attacked]
        if largest.outcome == "refutes":
            findings.append(_counterexample(results, *_worst(results)))
        outcome = all_of([largest.outcome, attacked.outcome])
        return {TARGET: Ruling(outcome, f"{largest.says} {attacked.says}", tuple(findings))}

    def _property(self, results: AgreementResults) -> Finding:
        """Return the finding on all comparisons."""
        network, way = _worst(results)
        worst = max(_errors(results, network, way))
        points = sum(len(errors) for compared in results.networks for errors in compared.errors.values())
        held: Outcome = "supports" if worst <= self.tolerance else "refutes"
        says = (
            f"{points} comparisons on {len(results.networks)} networks differ by at most {worst:.1g} ({way}; {network}), "
            f"where {self.tolerance:g} is allowed."
        )
        ruling = ruled(results, self.networks, held, says)
        agreement = {"points": points, "precision": "float64", "domain": DOMAIN, "worst": worst, "tolerance": self.tolerance}
        return Finding("property", ruling.outcome, ruling.says, agreement)

    def _near_misses(self, results: AgreementResults) -> Finding:
        """Return the finding on all near misses."""
        survivors = [miss.change for miss in results.misses if max(miss.errors) <= self.tolerance]
        count = len(results.misses)
        rejected: Outcome = "inconclusive" if survivors or not count else "supports"
        nearest = min((max(miss.errors) for miss in results.misses), default=0.0)
        missed = f"{count - len(survivors)} of {count} near misses are rejected; the nearest differs by up to {nearest:.1g}."
        ruling = ruled(results, self.networks, rejected, missed)
        misses = [
            {"change": miss.change, "formula": f"instead of {miss.of}", "killed_by": _killed(miss.errors)}
            for miss in results.misses
            if miss.change not in survivors
        ]
        attack = {"made": count, "rejected": len(misses), "equivalent": 0, "survivors": survivors, "misses": misses, "rows": []}
        return Finding("near-miss", ruling.outcome, ruling.says, attack)


def _errors(results: AgreementResults, network: str, way: str) -> list[float]:
    """Return the errors of one way on one network, one a draw."""
    return next(compared.errors[way] for compared in results.networks if compared.network == network)


def _worst(results: AgreementResults) -> tuple[str, str]:
    """Return the network and the way with the largest error."""
    errors = {(compared.network, way): max(by_draw) for compared in results.networks for way, by_draw in compared.errors.items()}
    return max(errors, key=lambda key: errors[key])


RULE = Agreement()


def _counterexample(results: AgreementResults, network: str, way: str) -> Finding:
    """Return the comparison that differs most; the draw gives its weights, inputs and radius again."""
    errors = _errors(results, network, way)
    draw = max(range(len(errors)), key=lambda place: errors[place])
    says = f"The gradient of {way} differs from the definition's by {errors[draw]:.1g} of its norm, far beyond rounding."
    point = {"network": network, "method and route": way, "draw": str(draw)}
    details = {"point": point, "left": f"relative error {errors[draw]:.3g}", "right": f"at most {TOLERANCE:g}", "digits": 16, "rows": []}
    return Finding("counterexample", "refutes", says, details)


def _killed(errors: list[float]) -> str:
    """Return at how many draws a near miss is rejected, and by how much."""
    seen = sum(error > TOLERANCE for error in errors)
    return f"an error of {max(errors):.1g} (beyond the tolerance at {seen} of {len(errors)} draws, from {min(errors):.1g})"


def table(results: AgreementResults) -> list[dict[str, str]]:
    """Return a row for each network with its largest error."""
    rows: list[dict[str, str]] = []
    for compared in results.networks:
        way, worst = max(((way, max(errors)) for way, errors in compared.errors.items()), key=lambda item: item[1])
        size = {"examples": str(compared.examples), "weights": str(compared.weights)}
        rows.append({"network": compared.network, **size, "largest error": f"{worst:.1g}", "of": way})
    return rows


def picture(results: AgreementResults) -> str:
    """Draw the largest error of each network, and of each near miss the smallest and the largest over draws."""

    def ordered(values: list[float], label: str, colour: str) -> Line:
        drawn = sorted(max(value, 1e-17) for value in values)
        return Line(list(range(1, len(drawn) + 1)), drawn, label, colour, style=":", marked=True)

    level = [(TOLERANCE, "tolerance")]
    networks = [max(max(errors) for errors in compared.errors.values()) for compared in results.networks]
    panels = [
        Panel(
            "Largest error of each network", "network, by error", "relative error", [ordered(networks, "", PALETTE[0])], level, log_y=True
        )
    ]
    if results.misses:
        ends = [
            ordered([end(miss.errors) for miss in results.misses], label, colour)
            for end, label, colour in ((max, "largest", PALETTE[1]), (min, "smallest", PALETTE[5]))
        ]
        panels.append(Panel("Near misses over draws", "near miss, by error", "relative error", ends, level, log_y=True))
    return svg(panels)


def run(setup: Setup) -> AgreementResults:
    """Compare every network, then the near misses on the one with every kind of layer; smoke does a little of each."""
    import jax

    from empirical.agreement import comparison as agreement
    from empirical.agreement import subjects

    smoke = setup.profile == "smoke"
    wanted = setup.seeds or (1 if smoke else NETWORKS)
    draws = agreement.draws_of(4 if smoke else DRAWS)
    with jax.enable_x64(True):
        fixed = [subjects.every_kind(("cheapest",))] if smoke else subjects.fixed()
        compared = [*fixed, *subjects.drawn(wanted)]

    def compare(subject: subjects.Subject) -> NetworkErrors:
        with jax.enable_x64(True):  # holds for the thread that says it
            return agreement.agreement(subject, draws)

    networks: list[NetworkErrors] = []
    with ThreadPoolExecutor(cores()) as pool:  # XLA compiles without Python's lock
        for compared_network in pool.map(compare, compared):
            networks.append(compared_network)
            setup.progress(compared_network.network, 0.7 * len(networks) / len(compared))
    with jax.enable_x64(True):
        misses = agreement.misses(fixed[0], draws, lambda change: setup.progress(change, 0.8), 1 if smoke else None)
    return AgreementResults(seeds=list(range(wanted)), short="profile smoke" if smoke else "", networks=networks, misses=misses)


def cost(setup: Setup) -> Cost:
    """Nearly all of it compiles programs."""
    smoke = setup.profile == "smoke"
    networks = setup.seeds or (1 if smoke else NETWORKS)
    return Cost(seconds=(12.0 if smoke else 18.0) + 2.5 * networks, memory_mib=900.0)


EXPERIMENT = Experiment(
    id="fast-equals-definition",
    question="Does the fast per-example SAM compute what Eqs. 2.6-2.9 define?",
    targets=(TARGET,),
    expected="equality up to rounding",
    rule=RULE,
    qualifier="",
    seeds=NETWORKS,
    cost=cost,
    run=run,
    table=table,
    picture=picture,
    results=AgreementResults,
)
EXPERIMENTS = (EXPERIMENT,)
