"""Evidence of several folders comes together, and what does not fit the ledger is found from both sides."""

import pytest

from reports import evidence as ev
from reports import ledger, record
from reports.evidence import EvidenceError
from tests.reports.examples import LEDGER, dossier, evidence

BOOK = ledger.parse(LEDGER, "claims.toml")


def test_the_folder_named_first_counts_whole_and_other_sources_stay(tmp_path):
    new, old = tmp_path / "out", tmp_path / "published"
    ev.write(new, dossier(evidence(says="New.")))
    ev.write(old, dossier(evidence(says="Old."), evidence(part="lower")))
    ev.write(old, dossier(evidence("formal"), source="formal"))
    ev.write(old, dossier(evidence(claim="fig-2", part="result"), claim="fig-2"))
    gathered = record.gather([new, old])
    counts = [(dossier.source, dossier.claim, len(dossier.evidence)) for dossier in gathered]
    assert counts == [("theory", "eq-1", 1), ("theory", "fig-2", 1), ("formal", "eq-1", 1)]
    assert gathered[0].evidence[0].says == "New."
    assert record.gather([old, new])[0].evidence[0].says == "Old."


def test_evidence_on_no_claim_form_or_part_is_found():
    dossiers = [
        dossier(evidence(), evidence(part="middle"), evidence(part="middle"), evidence(form="beyond")),
        dossier(evidence(claim="eq-2"), claim="eq-2"),
        dossier(claim="eq-3", source="formal"),
    ]
    lines = record.strangers(BOOK, dossiers)
    assert lines == [
        "evidence from theory speaks of eq-1, beyond upper, but this claim has printed upper, printed lower, corrected upper",
        "evidence from theory speaks of eq-1, printed middle, but this claim has printed upper, printed lower, corrected upper",
        "evidence from theory speaks of no claim: a claim must be one of the ledger's 2, got 'eq-2'; perhaps you meant eq-1",
        "evidence from formal speaks of no claim: a claim must be one of the ledger's 2, got 'eq-3'; perhaps you meant eq-1",
    ]
    with pytest.raises(EvidenceError, match=r"speaks of eq-1, beyond upper.* \(and 3 more: `python -m reports check`\)"):
        record.refuse_strangers(BOOK, dossiers)


def test_evidence_that_fits_is_not_refused():
    fitting = [dossier(evidence(), evidence(form="corrected"))]
    assert record.strangers(BOOK, fitting) == []
    record.refuse_strangers(BOOK, fitting)
    with pytest.raises(EvidenceError, match="got 'eq-9'; perhaps you meant eq-1; run the claim again"):
        record.refuse_strangers(BOOK, [dossier(claim="eq-9")])


def test_statements_to_be_proved_without_evidence_are_found_and_experiments_are_not():
    missing = record.unsupported(BOOK, [dossier(evidence(form="corrected"))])
    assert [(claim, s.form, s.part) for claim, s in missing] == [("eq-1", "printed", "upper"), ("eq-1", "printed", "lower")]


def test_experiments_of_one_claim_come_together_from_several_folders_and_what_did_not_run_here_is_marked(tmp_path, monkeypatch):
    out, published = tmp_path / "out", tmp_path / "published"
    monkeypatch.setattr(record, "PUBLISHED", published)

    def ran(name, says, **origin):
        return evidence("experiment", says=says, experiment=name, **origin)

    ev.write(out, dossier(ran("digits", "Here."), source="empirical"))
    ev.write(
        published,
        dossier(
            ran("digits", "There."), ran("images", "On a GPU.", machine="an H200"), evidence(says="No experiment."), source="empirical"
        ),
    )
    (merged,) = record.gather([out, published])
    assert [item.says for item in merged.evidence] == ["Here.", "On a GPU."]
    assert not any("published" in item.details for item in merged.evidence)
    assert [item.details["machine"] for item in merged.evidence] == ["cpu", "an H200"]
    (marked,) = record.gather([out, published], mark=True)
    assert [item.details.get("published", False) for item in marked.evidence] == [False, True]
    (alone,) = record.gather([published], mark=True)
    assert [item.details.get("published", False) for item in alone.evidence] == [True, True, False]


def with_effect(part):
    """Return the example's ledger with an effect and a quotation on a printed part of eq-1."""
    marked = f'part = "{part}"\n  quote = "x is small"\n  effect = "wording"\n  effect_reason = "It is."'
    return ledger.parse(LEDGER.replace(f'part = "{part}"', marked, 1), "claims.toml")


def test_an_effect_belongs_to_a_refuted_printed_statement_and_to_no_other():
    falls = [dossier(evidence("counterexample", "refutes"), evidence(part="lower"))]
    assert record.effects(ledger.parse(LEDGER, "claims.toml"), falls) == [
        "eq-1, printed upper, is refuted and has no effect: say in claims.toml what falls with it, and why",
        "eq-1, printed upper, is refuted and quotes nothing: quote the paper's own words in claims.toml",
    ]
    assert record.effects(with_effect("upper"), falls) == []
    assert "eq-1, printed lower, has the effect wording and is not refuted: remove the effect from claims.toml" in record.effects(
        with_effect("lower"), falls
    )
    assert record.effects(with_effect("upper"), []) == [
        "eq-1, printed upper, has the effect wording and is not refuted: remove the effect from claims.toml"
    ]


def test_every_refuted_statement_of_the_published_record_has_its_effect():
    told = record.effects(ledger.read(), record.gather([record.PUBLISHED]))
    assert [line for line in told if "is refuted and" in line] == []
