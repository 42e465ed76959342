"""The table of costs in README.md: a step of each method beside a step of SGD, from the evidence of the benchmark."""

from __future__ import annotations

from reports.page.entries import Document

CLAIM = "one-sam-cost"
STEPS = ("1-SAM", "L-SAM", "J-SAM", "n-SAM", "1-SAM by vmap")
"""The steps that a reader compares, columns of the table."""
ALIKE = "SGD with 1-SAM's products"
"""A run that times this step, too, has SGD by `jax.grad` as its unit; in older ones SGD with these products is the unit."""
COUNTED = "1-SAM, counted"
"""The column of the operations of 1-SAM: no program for these products can be much faster."""
NETWORKS = {
    "2nn": "the paper's 2NN",
    "resnet18": "the paper's ResNet18",
    "vit": "vision transformer",
    "table": "table with embeddings",
    "strided": "strided convolutions",
    "resnet18-gpu": "the paper's ResNet18",
    "resnet18-gpu-bfloat16": "the paper's ResNet18, bfloat16",
}


def costs(page: Document) -> list[str]:
    """Return the lines of the table, one network on one machine a row; a sentence where the record has no times."""
    times: dict[tuple[str, str], dict[str, str]] = {}
    for details in (item.details for claim in page.claims if claim.id == CLAIM for item in claim.evidence):
        for row in details.get("rows", []):
            if isinstance(row, dict) and {"model", "step", "times SGD"} <= row.keys():
                of = str(row["model"]), str(details.get("machine", ""))
                times.setdefault(of, {})[str(row["step"])] = str(row["times SGD"])
                if row["step"] == STEPS[0]:
                    times[of][COUNTED] = str(row.get("operations", "–"))
    if not times:
        return ["No times are published yet."]
    columns = (STEPS[0], COUNTED, *STEPS[1:])
    lines = [f"| network | machine | {' | '.join(columns)} |", "|---|---|" + "---|" * len(columns)]
    for (network, machine), steps in times.items():
        cells = " | ".join(steps.get(step, "–") for step in columns)
        older = "" if ALIKE in steps else " *"
        lines.append(f"| {NETWORKS.get(network, network)} | {machine}{older} | {cells} |")
    if any(ALIKE not in steps for steps in times.values()):
        lines += ["", "\\* An older run: its unit is a step of SGD with the products of 1-SAM, not by `jax.grad`."]
    return lines
