"""The story and the answers, which a reader meets first, follow from verdicts, effects and directions; each answer leads to its place."""

import msgspec
import pytest

from reports import ledger, record
from reports.page import answers, beside_paper, claims_html, claims_json, claims_md, closing, lead, rests, story
from reports.page.entries import FORMS
from reports.page.shown import Experiment, shown
from tests.reports.examples import LEDGER, dossier, evidence
from tests.reports.outline import Outline

BOOK = ledger.parse(LEDGER, "claims.toml")
POINT = {"point": {"x": "2"}, "digits": 50}
RESTING = LEDGER.replace('kind = "experiment"', 'kind = "experiment"\nrests_on = ["eq-1"]')


def page(*dossiers, book=BOOK):
    return claims_json.document(book, list(dossiers))


def fallen(part):
    return evidence("counterexample", "refutes", part=part, left="1", right="2", **POINT)


def judged(effect, content=LEDGER):
    """Return the example's ledger, its first printed part judged by its effect."""
    told = f'part = "upper"\n  effect = "{effect}"\n  effect_reason = "Since it falls."'
    return ledger.parse(content.replace('part = "upper"', told, 1), "claims.toml")


# the story


def test_theory_survives_as_printed_or_after_a_repair():
    whole = story.story(page(dossier(evidence(), evidence(part="lower"))))
    assert (whole.theory, whole.proved, whole.survive, whole.repaired, whole.arguments) == (1, 1, 1, {}, [])
    mended = [fallen("upper"), evidence(part="lower"), evidence(form="corrected")]
    told = story.story(page(dossier(*mended), book=judged("notation")))
    assert (told.survive, told.repaired, told.repairs, told.lost, told.unjudged) == (1, {"notation": 1}, "1 slip of notation", 0, 0)
    lost = story.story(page(dossier(*mended[:2]), book=judged("wording")))
    assert (lost.survive, lost.lost) == (0, 1)
    assert story.story(page(dossier(*mended))).unjudged == 1


def test_an_argument_that_falls_is_told_with_its_reason_and_survives_no_repair():
    document = page(dossier(fallen("upper"), evidence(part="lower"), evidence(form="corrected")), book=judged("changes-argument"))
    told = story.story(document)
    assert [(argument.claim.id, argument.reason) for argument in told.arguments] == [("eq-1", "Since it falls.")]
    assert told.survive == 0
    assert "1 argument: eq-1 Since it falls." in Outline(claims_html.render(document)).text


@pytest.mark.parametrize(
    ("outcome", "qualifier", "place"),
    [("supports", "", "reproduced"), ("refutes", "", "missed"), ("supports", "stand-in", "for"), ("refutes", "reduced", "against")],
)
def test_an_experiment_is_reproduced_missed_or_points_one_way(outcome, qualifier, place):
    run = evidence("experiment", outcome, claim="fig-2", part="result", qualifier=qualifier)
    told = story.story(page(dossier(run, claim="fig-2", source="empirical")))
    places = {"reproduced": told.reproduced, "missed": len(told.missed), **{way: len(claims) for way, claims in told.open_to.items()}}
    assert {name for name, count in places.items() if count} == {place}
    assert story.story(page()).unlit == [page().claims[1]]


# the story in a sentence


@pytest.mark.parametrize(
    ("effect", "says"),
    [
        ("notation", "its claims of theory all survive, with small repairs."),
        ("changes-argument", "its claims of theory mostly fall; 1 of its arguments does not."),
    ],
)
def test_the_findings_are_told_in_a_sentence_that_follows_from_verdicts_and_effects(effect, says):
    mended = [fallen("upper"), evidence(part="lower"), evidence(form="corrected")]
    document = page(dossier(*mended), book=judged(effect))
    assert lead.lead(document, story.story(document)) == says
    assert f"Found here: {says}" in Outline(claims_html.render(document)).text


EFFECT = {"name": "lead of 1-SAM", "mean": 0.1, "low": None, "high": None, "seeds": 1}


@pytest.mark.parametrize(
    ("qualifier", "says"),
    [
        ("partial", "its claims of theory all survive; Table 1 is open: a partial run (1 seed) points for it."),
        ("", "its claims of theory all survive."),
    ],
)
def test_the_sentence_tells_on_how_many_seeds_an_open_table_stands(qualifier, says):
    book = ledger.parse(LEDGER.replace("fig-2", "table-1"), "claims.toml")
    run = evidence("experiment", claim="table-1", part="result", qualifier=qualifier, effect=EFFECT)
    document = page(dossier(evidence(), evidence(part="lower")), dossier(run, claim="table-1", source="empirical"), book=book)
    assert lead.lead(document, story.story(document)) == says


def test_a_page_without_theory_has_no_such_sentence():
    told = msgspec.structs.replace(story.story(page()), theory=0)
    assert lead.lead(page(), told) == ""


# which claim rests on which


def test_a_claim_that_rests_on_a_fallen_argument_says_so_on_both_sides():
    document = page(dossier(fallen("upper")), book=judged("changes-argument", RESTING))
    assert rests.dependents(document, "eq-1") == ["fig-2"]
    assert rests.on_refuted(document) == {"fig-2": ["eq-1"]}
    words = Outline(claims_html.render(document)).text
    assert "Rests on eq-1. Stands on an argument that falls: eq-1." in words
    assert "Used by fig-2." in words
    assert rests.on_refuted(page(dossier(fallen("upper")), book=judged("wording", RESTING))) == {}


def test_the_picture_of_the_graph_links_each_joined_claim_right_of_what_it_rests_on():
    made = page(book=ledger.read())
    place = {claim.id: column for column, layer in enumerate(rests.layers(made)) for claim in layer}
    joined = {name for claim in made.claims for name in ((claim.id, *claim.rests_on) if claim.rests_on else ())}
    assert place.keys() == joined
    assert all(place[below] < place[claim.id] for claim in made.claims for below in claim.rests_on)
    outline = Outline(rests.picture(made).encode())
    links = [t["href"] for tag, t in outline.tags if tag == "a"]
    assert sorted(links) == sorted(f"#{name}" for name in joined)
    assert rests.picture(page()) == ""


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        ("fig-2", "eq-1", r"no claim may rest on itself, but (eq-1 rests on fig-2 rests on eq-1|fig-2 rests on eq-1 rests on fig-2); mend"),
        ("eq-1", "eq-1", "no claim may rest on itself, but eq-1 rests on eq-1; mend"),
        ("eq-9", "eq-1", "claim eq-1 must rest on claims of the ledger, got eq-9; mend"),
    ],
)
def test_arguments_that_go_in_a_circle_or_rest_on_nothing_are_refused(first, second, message):
    content = LEDGER.replace('kind = "theorem"', f'kind = "theorem"\nrests_on = ["{first}"]')
    with pytest.raises(ledger.LedgerError, match=message):
        ledger.parse(content.replace('kind = "experiment"', f'kind = "experiment"\nrests_on = ["{second}"]'), "claims.toml")


# what would close a claim


RUN = closing.Run(
    experiment="fig-2", statements=["fig-2:printed:result"], command="run it", networks=6, seeds=3, flops=3.6e15, memory_gib=1.5
)


def test_an_open_claim_names_the_runs_that_would_close_it_and_a_closed_one_none():
    known = closing.Closing(machines=[closing.Machine(name="a GPU", flops_s=1e12)], runs=[RUN], networks={})
    assert [(entry.claim.id, entry.runs) for entry in closing.to_close(page(), known)] == [("eq-1", []), ("fig-2", [RUN])]
    closed = dossier(evidence("experiment", claim="fig-2", part="result"), claim="fig-2", source="empirical")
    assert [entry.claim.id for entry in closing.to_close(page(closed), known)] == ["eq-1"]
    assert known.machines[0].takes(RUN.flops) == "1.0 h"


@pytest.mark.parametrize(("flops", "told"), [(3.6e15, "1.0 h"), (9e16, "25 h"), (3.6e17, "4 days"), (3.6e20, "11.4 years")])
def test_hours_days_and_years_are_told(flops, told):
    assert closing.Machine(name="a GPU", flops_s=1e12).takes(flops) == told


def test_every_open_claim_of_the_published_page_points_somewhere_and_has_a_command():
    made = claims_json.document(ledger.read(), record.gather([record.PUBLISHED]))
    waiting = closing.to_close(made, closing.read())
    assert [entry.claim.id for entry in waiting if not entry.runs] == []
    assert [entry.claim.id for entry in waiting if entry.claim.printed is None or not entry.claim.printed.direction] == []


def test_the_file_of_closing_runs_must_be_readable(tmp_path):
    (tmp_path / "a.json").write_text("{}")
    with pytest.raises(ledger.LedgerError, match=r"a\.json must hold what closes claims"):
        closing.read(tmp_path / "a.json")


# ours and the paper's settings


def ran(**settings):
    told = {"experiment": "fig-2", "question": "?", "rule": "r", "expected": "e", "seeds": 1, "command": "c"}
    return Experiment(**told, settings=settings)


def test_settings_stand_beside_the_papers_where_they_differ():
    paper = closing.Networks(models=["resnet18"], data="cifar-10", settings={"rate": "0.01", "epochs": "200", "rhos": "0.01"})
    run = ran(
        **{
            "2NN, SGD": "model = 2nn, method = sgd, rhos = 0.01, rate = 0.1, epochs = 40, planned_epochs = 200",
            "2NN, 1-SAM": "model = 2nn, method = 1-sam, rhos = {0.01, 0.02}, rate = 0.1, epochs = 200",
        }
    )
    told = [(row.name, row.here, row.paper) for row in beside_paper.differences(run, paper)]
    assert told == [("model", "2NN", "ResNet18"), ("rate", "0.1", "0.01"), ("rhos", "0.01 or {0.01, 0.02}", "0.01")]
    assert beside_paper.differences(ran(a="model = resnet18, rate = 0.01"), paper) == []
    assert beside_paper.differences(run, None) == []


def test_every_smaller_run_of_images_on_the_published_page_says_in_what_it_is_smaller():
    made = claims_json.document(ledger.read(), record.gather([record.PUBLISHED]))
    known = closing.read().networks
    told, silent = 0, []
    for claim in made.claims:
        for item in claim.evidence:
            statement, run = f"{claim.id}:{item.form}:{item.part}", shown(item).experiment
            if item.qualifier == "reduced" and run and statement in known:
                told += 1
                silent += [] if beside_paper.differences(run, known[statement]) else [run.name]
    assert (silent, told > 15) == ([], True)


# answers


def quick(*dossiers):
    book = ledger.parse(LEDGER.replace("eq-1", "one-sam-cost").replace("fig-2", "table-1"), "claims.toml")
    return {answer.asks: answer for answer in answers.quick(page(*dossiers, book=book))}


@pytest.mark.parametrize(
    ("outcome", "qualifier", "says"),
    [
        ("supports", "", "Yes, in full."),
        ("refutes", "", "No: an experiment in full missed its rule."),
        ("supports", "reduced", "Not yet: the strongest run is reduced (smaller than the paper's experiment). It points for it."),
        ("inconclusive", "", "No run yet."),
    ],
)
def test_whether_the_table_is_reproduced_is_said_with_scale_and_data(outcome, qualifier, says):
    run = evidence("experiment", outcome, claim="table-1", part="result", qualifier=qualifier)
    made = dossier(run, claim="table-1", source="empirical")
    made = msgspec.structs.replace(made, provenance=msgspec.structs.replace(made.provenance, data="images, cifar 0123456789abcdef"))
    answer = quick(made)["Is Table 1 reproduced, at which scale, on what?"]
    assert answer.says.startswith(says)
    assert answer.says.endswith("Data: CIFAR-10, images.")
    assert answer.link == "picture-table-1"


def test_the_data_of_the_table_are_those_of_its_strongest_run():
    runs = [
        evidence("experiment", claim="table-1", part="result", qualifier=qualifier, data=f"{data} images, cifar 0123456789abcdef")
        for qualifier, data in (("reduced", "small"), ("partial", "large"))
    ]
    assert quick(dossier(*runs, claim="table-1", source="empirical"))["Is Table 1 reproduced, at which scale, on what?"].says.endswith(
        "Data: CIFAR-10, large images."
    )


def test_other_data_than_those_that_the_table_speaks_of_do_not_get_their_name():
    run = evidence("experiment", claim="table-1", part="result", qualifier="stand-in", data="images, flowers 0123456789abcdef")
    answer = quick(dossier(run, claim="table-1", source="empirical"))["Is Table 1 reproduced, at which scale, on what?"]
    assert answer.says.endswith("Data: images.")


def test_whether_l_sam_matters_is_said_in_a_sentence():
    book = ledger.parse(LEDGER.replace("fig-2", "lsam-own-rho"), "claims.toml")
    runs = [
        evidence("experiment", outcome, claim="lsam-own-rho", part="result", qualifier=qualifier)
        for outcome, qualifier in (("supports", "reduced"), ("refutes", "stand-in"))
    ]
    [told] = [
        answer
        for answer in answers.quick(page(dossier(*runs, claim="lsam-own-rho", source="empirical"), book=book))
        if "L-SAM" in answer.asks
    ]
    assert (told.says, told.link) == (
        "Open. The statement is: It rises. Nothing ran in full. A reduced run met its rule. A stand-in missed its rule.",
        "lsam-own-rho",
    )


def test_the_checks_are_answered_by_what_killed_the_near_misses():
    miss = evidence("near-miss", claim="one-sam-cost", made=3, rejected=3)
    assert quick(dossier(miss, claim="one-sam-cost"))["How is it known that the checks are not empty?"].link == "picture-kills"


def test_the_refutation_that_changes_most_is_the_one_that_most_claims_rest_on():
    document = page(dossier(fallen("upper")), book=judged("changes-argument", RESTING))
    told = {answer.asks: answer for answer in answers.quick(document)}["Which refutation changes an argument most?"]
    assert (told.says, told.link) == ("Eq. 1: Since it falls. 1 further claim rests on it.", "eq-1")


def test_theorems_that_rest_on_a_cited_step_are_named_with_what_they_cite():
    asks = "Which theorems rest on a cited step?"
    assert quick()[asks].says == "None: a machine checked every step."
    cited = quick(dossier(evidence(claim="one-sam-cost", cited=["mean value theorem"]), claim="one-sam-cost"))[asks]
    assert (cited.says, cited.link) == ("one-sam-cost (upper). Cited: mean value theorem.", "one-sam-cost")


def test_hardware_cost_and_checks_are_answered_from_evidence():
    cost = evidence("experiment", claim="one-sam-cost", says="1.02 times SGD.")
    miss = evidence("near-miss", claim="one-sam-cost", made=3, rejected=2, survivors=["a"])
    answer_to = quick(dossier(cost, miss, claim="one-sam-cost", source="empirical"))
    assert answer_to["What does 1-SAM cost?"].says == "1.02 times SGD."
    assert answer_to["On what hardware?"].says == "cpu (empirical)."
    assert answer_to["How is it known that the checks are not empty?"].says.startswith(
        "2 formulas were made wrong on purpose and rejected; 1 survived."
    )
    assert quick()["What does 1-SAM cost?"].says == "Not measured here yet."
    assert quick()["On what hardware?"].says == "No evidence yet."


def test_hardware_of_runs_that_another_machine_recorded_is_told():
    trained = evidence("experiment", claim="one-sam-cost", machine="gpu X (0.2 h of training, commit 1234567)")
    here = evidence("experiment", claim="one-sam-cost", machine="cpu (0.1 h of training, commit 1234567)")
    document = dossier(trained, here, claim="one-sam-cost", source="empirical")
    assert quick(document)["On what hardware?"].says == "cpu (empirical); gpu X (runs of 1 claim)."


def test_the_cost_is_read_from_the_rows_of_the_measurement():
    rows = [{"model": "2nn", "step": "SGD", "times SGD": "1"}, {"model": "2nn", "step": "1-SAM", "times SGD": "1.02 [0.96, 1.05]"}]
    cost = evidence("experiment", claim="one-sam-cost", says="A long sentence.", rows=rows)
    answer_to = quick(dossier(cost, claim="one-sam-cost", source="empirical"))
    assert answer_to["What does 1-SAM cost?"].says == "A step of 1-SAM takes, in steps of SGD: 1.02 [0.96, 1.05] (the paper's 2NN)."


def test_every_answer_of_the_real_ledger_leads_to_its_place():
    made = page(book=ledger.read())
    quick_answers = answers.quick(made)
    assert {answer.asks for answer in quick_answers} >= {
        "Is Table 1 reproduced, at which scale, on what?",
        "What would close an open claim?",
        "On what hardware?",
        "What does 1-SAM cost?",
    }
    anchors = {attributes.get("id") for _, attributes in Outline(claims_html.render(made)).tags}
    assert {answer.link for answer in quick_answers if answer.link} <= anchors


RULE = "Met when it rises. Decided in the inferred setting (see eq-3.1)."


@pytest.mark.parametrize(("rule", "qualifier", "setting"), [(RULE, "", "inferred"), ("Met when it rises.", "", ""), (RULE, "reduced", "")])
def test_a_figure_measured_in_an_inferred_setting_is_not_called_as_printed(rule, qualifier, setting):
    details = {"experiment": "fig-2", "question": "?", "rule": rule, "expected": "e", "seeds": 2, "command": "c"}
    outcome = "inconclusive" if qualifier else "supports"
    run = evidence("experiment", outcome, claim="fig-2", part="result", qualifier=qualifier, **details)
    page = claims_json.document(ledger.parse(LEDGER, "claims.toml"), [dossier(run, claim="fig-2", source="empirical")])
    [printed] = [form for claim in page.claims if claim.id == "fig-2" and (form := claim.printed)]
    assert (printed.setting, printed.parts[0].setting) == (setting, setting)
    shown = Outline(claims_html.render(page)).text
    assert ("The paper's claim measured inferred setting" in shown) == bool(setting)
    assert ("1 of 1 experimental claim is reproduced in full, 1 of them in an inferred setting" in shown) == bool(setting)
    assert ("| measured (inferred setting) |" in claims_md.render(page).decode()) == bool(setting)


def test_every_rule_of_the_published_record_that_names_the_inferred_setting_is_counted():
    page = claims_json.document(ledger.read(), record.gather([record.PUBLISHED]))
    parts = {
        (claim.id, form, part.part): part for claim in page.claims for form in FORMS if (entry := claim.form(form)) for part in entry.parts
    }
    named = {
        (claim.id, item.form, item.part)
        for claim in page.claims
        for item in claim.evidence
        if "inferred" in item.details.get("rule", "") and not item.qualifier
    }
    assert named
    assert {place for place, part in parts.items() if part.setting == "inferred"} == named
