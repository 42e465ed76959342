"""Six questions of a colleague, each answered within two clicks of the top of the page, and with what the record says.

The answer to each question stands on the first screens; its link leads to what stands behind it.
"""

import json
import subprocess
from pathlib import Path

import pytest

from reports.page import closing, rests, story, table_one
from reports.page.text import signed

HERE = Path(__file__).parent
TABLE = "Is Table 1 reproduced, at which scale, on what?"
ARGUMENT = "Which refutation changes an argument most?"
CLOSING = "What would close an open claim?"
RADIUS = "Does L-SAM matter at its own radius?"
CITED = "Which theorems rest on a cited step?"
CHECKS = "How is it known that the checks are not empty?"
WALKS = {
    TABLE: ["Each method beside the paper"],
    ARGUMENT: ["The counterexample"],
    CLOSING: ["Each run, its command and its hours", "fig-9"],
    RADIUS: ["The question and its runs"],
    CITED: ["The first of them"],  # none where no theorem rests on a cited step
    CHECKS: ["What killed them, claim by claim"],
}
"""Question: the links that a reader follows."""


def cited(page):
    """Return (claim, part, source) of each proof that rests on a cited step."""
    return {
        (claim.id, item.part, source)
        for claim in page.claims
        for item in claim.evidence
        for source in item.details.get("cited") or ()
        if item.outcome == "supports"
    }


@pytest.fixture(scope="session")
def walks(page):
    return WALKS if cited(page) else {**WALKS, CITED: []}


@pytest.fixture(scope="session")
def walked(chromium_and_node, rendered, walks):
    """What `walk.cjs` read on each walk: the answer, and the words of each place."""
    chromium, node = chromium_and_node
    command = [node, str(HERE / "walk.cjs"), str(rendered), chromium, json.dumps(walks)]
    called = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert called.returncode == 0, called.stderr
    return json.loads(called.stdout)


def claim(page, name):
    return next(claim for claim in page.claims if claim.id == name)


@pytest.mark.parametrize("asks", WALKS)
def test_each_question_takes_at_most_two_clicks_and_each_shows_its_place(walked, walks, asks):
    places = walked[asks]["places"]
    assert len(places) == len(walks[asks]) <= 2
    assert [place["hash"] for place in places if not place["seen"]] == []


def test_whether_table_1_is_reproduced_at_which_scale_and_on_what(walked, page):
    entry = claim(page, "table-1").printed
    told = walked[TABLE]["answer"]
    assert (entry.verdict, entry.qualifier) == ("open", "partial"), "else the words below are others"
    assert told.startswith("Not yet: the strongest run is partial")
    assert entry.measured.short in told.replace("\u00a0", " ")
    assert "CIFAR-10" in told
    [place] = walked[TABLE]["places"]
    for row in table_one.rows(page)[1]:
        assert f"{row.method} {row.here:.3f}, the paper {row.paper:.3f}" in place["words"]


def test_which_refutation_changes_an_argument_most(walked, page):
    fallen = {argument.claim.id: argument for argument in story.story(page).arguments}
    used = {name: len(rests.dependents(page, name)) for name in fallen}
    heaviest = max(used, key=used.__getitem__)
    told, [place] = walked[ARGUMENT]["answer"], walked[ARGUMENT]["places"]
    assert told.startswith(f"{fallen[heaviest].claim.where}: ")
    assert f"{used[heaviest]} further claim" in told
    assert place["hash"] == f"#{heaviest}"
    assert "Counterexample." in place["words"]


def test_what_would_close_figure_9_and_in_how_many_gpu_hours(walked, page):
    known = closing.read()
    [run] = closing.runs_for(claim(page, "fig-9"), known)
    table, entry = walked[CLOSING]["places"]
    hours = known.machines[0].takes(run.flops)
    assert "GPU" in known.machines[0].name or "NVIDIA" in known.machines[0].name
    assert f"{run.networks}{hours}" in table["words"].split("fig-9", 1)[1].split("fig-12", 1)[0]
    assert f"To close this claim: {run.command}" in entry["words"]
    assert f"{hours} on {known.machines[0].name}" in entry["words"]


def test_whether_l_sam_matters_at_its_own_radius_by_every_run(walked, page):
    runs = [item for item in claim(page, "lsam-own-rho").evidence if item.method == "experiment"]
    told, [place] = walked[RADIUS]["answer"].replace("\u00a0", " "), walked[RADIUS]["places"]
    assert {item.qualifier for item in runs} == {"reduced", "stand-in"}
    for item in runs:
        assert f"({item.details['run']})" in told
        assert f"{item.details['effect']['mean']:.3f} [" in told
        assert signed(item.details["question"]) in place["words"]


def test_which_theorems_rest_on_a_cited_step(walked, page):
    told, citing = walked[CITED]["answer"], cited(page)
    assert ("None: a machine checked every step." in told) == (not citing)
    for name, part, source in citing:
        assert f"{name} ({part})" in told
        assert source in told
    assert {place["hash"][1:] for place in walked[CITED]["places"]} <= {name for name, _, _ in citing}


def test_how_it_is_known_that_the_checks_are_not_empty(walked, page):
    rejected = sum(item.details["rejected"] for claim in page.claims for item in claim.evidence if item.method == "near-miss")
    told, [place] = walked[CHECKS]["answer"], walked[CHECKS]["places"]
    assert f"{rejected:,} formulas were made wrong on purpose and rejected; none survived." in told
    assert "What killed the near misses." in place["words"]
