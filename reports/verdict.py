"""From evidence to a verdict: pure functions, the only place where a verdict comes from.

Of one statement, the first line that applies:
  refuted         a counterexample stands, or a proof method or a followed limit refutes it
  open            an attack (property, near misses, limit, search for a counterexample) did not end in its favour
  not-reproduced  an experiment ran in full and missed its rule
  proved          a symbolic derivation, an exact certificate or a formal proof supports it
  quoted          what was copied from the paper by hand agrees with itself: nothing but the copy was compared
  checked         properties or followed limits support it
  measured        experiments ran in full and every one met its rule
  open            otherwise, with a qualifier where partial, reduced or stand-in runs are all there is
A record with a qualifier earns no word. `why` names every experiment whose outcome the word does not tell, the strongest one first; an
open verdict also points for or against its statement, as the strongest runs do. Evidence on assumptions says what a statement needs, not
whether it holds, and does not count.
A proof that was not run (Coq missing, say) is no proof, but takes nothing from another one.

Of one form: the worst verdict of its parts, in the order of WORDS.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, get_args

import msgspec

from reports import direction
from reports.counted import counted
from reports.direction import Direction, Effect
from reports.evidence import Evidence, Form, Outcome, Qualifier
from reports.ledger import Claim, Needs
from reports.methods import whole

Word = Literal["refuted", "not-reproduced", "open", "measured", "checked", "quoted", "proved"]
WORDS: tuple[Word, ...] = get_args(Word)
"""Every verdict, worst first."""

PROOFS = {"symbolic": "a symbolic derivation", "certificate": "an exact certificate", "formal": "a proof checked by Coq"}
SAMPLES = {"property": "properties", "limit": "a limit followed numerically"}
ATTACKS = {**SAMPLES, "near-miss": "near misses", "counterexample": "the search for a counterexample"}
REFUTERS = {**PROOFS, "limit": SAMPLES["limit"], "counterexample": "a counterexample"}
UNDECIDED = {"refutes": "not withstood", "inconclusive": "inconclusive", "not-run": "not run"}
TOLD: dict[Word, Outcome] = {"refuted": "refutes", "not-reproduced": "refutes"}
"""The outcome of experiments that a word tells already; "supports" for words that are not here, but none where a statement is open."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """One word, its qualifier (only ever with `open`), and why: a sentence from the evidence, and one for each run that it does not tell.

    An open statement that was tried points in a `direction`, by the `effect` of its strongest run; "" and None elsewhere.
    """

    word: Word
    qualifier: Qualifier = ""
    why: str
    direction: Direction | Literal[""] = ""
    effect: Effect | None = None


class FormVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict of a whole form of a claim, and the verdicts of its parts in the ledger's order."""

    whole: Verdict
    parts: dict[str, Verdict]


def of_statement(needs: Needs, evidence: Sequence[Evidence]) -> Verdict:
    """Return the verdict of one statement from all evidence on it; `needs` only names the missing evidence."""
    word = _by_rule(needs, evidence)
    runs = direction.strongest_first([item for item in evidence if item.method == "experiment"])
    unsaid = [item for item in runs if word.word == "open" or item.outcome != TOLD.get(word.word, "supports")]
    told = dict.fromkeys(direction.told(item) for item in unsaid)
    why = " ".join([word.why, *(_sentence(fact) for fact in (*told, *_lacking(runs)))]) if told else word.why
    if word.word != "open":
        return msgspec.structs.replace(word, why=why)
    tried = [item for item in runs if item.outcome != "not-run"]
    effect = next((effect for item in tried if (effect := direction.effect_of(item))), None)
    return msgspec.structs.replace(word, why=why, direction=direction.together(tried), effect=effect)


def _by_rule(needs: Needs, evidence: Sequence[Evidence]) -> Verdict:
    """Return the verdict by the first line above that applies; its reason names no run."""
    proofs = [item for item in evidence if item.method in PROOFS and item.outcome == "supports" and not item.qualifier]
    refuting = [item for item in evidence if item.method in REFUTERS and item.outcome == "refutes"]
    if refuting:
        against = f"refuted by {_named(refuting, REFUTERS)}"
        return Verdict(word="refuted", why=_sentence(against, f"yet proved by {_named(proofs, PROOFS)}: they contradict" if proofs else ""))
    undecided = [item for item in evidence if item.method in ATTACKS and item.outcome != "supports"]
    if undecided:
        return Verdict(word="open", why=_sentence(*sorted({_undecided(item) for item in undecided})))
    full = [item for item in evidence if item.method == "experiment" and not item.qualifier]
    if any(item.outcome == "refutes" for item in full):
        but = f"yet proved by {_named(proofs, PROOFS)}: they contradict" if proofs else ""
        return Verdict(word="not-reproduced", why=_sentence("an experiment ran in full and missed its rule", but))
    if proofs:
        return Verdict(word="proved", why=_sentence(f"proved by {_named(proofs, PROOFS)}{_resting(proofs)}", *_withstood(evidence)))
    if any(item.method == "quotation" and item.outcome == "supports" and not item.qualifier for item in evidence):
        return Verdict(word="quoted", why=_sentence("copied from the paper by hand and compared exactly", *_withstood(evidence)))
    if any(item.method in SAMPLES and not item.qualifier for item in evidence):
        return Verdict(word="checked", why=_sentence("there is no proof", *_withstood(evidence)))
    if full and all(item.outcome == "supports" for item in full):
        ran = "an experiment" if len(full) == 1 else counted(len(full), "experiment")
        return Verdict(word="measured", why=_sentence(f"{ran} ran in full and met the rule written before"))
    return _still_open(needs, evidence, full)


def of_form(parts: Mapping[str, Verdict]) -> Verdict:
    """Return the verdict of a form from the verdicts of its parts (at least one): the worst."""
    if len(parts) == 1:
        return next(iter(parts.values()))
    word: Word = min([part.word for part in parts.values()], key=WORDS.index)
    worst = {name: part for name, part in parts.items() if part.word == word}
    qualifiers = {part.qualifier for part in worst.values()}
    # A part without any evidence makes the whole form open without a qualifier; else the part counts that is furthest from the paper.
    weakest = max(direction.STRENGTH.index(qualifier) for qualifier in qualifiers)
    qualifier: Qualifier = "" if "" in qualifiers else direction.STRENGTH[weakest]
    first = next(iter(worst.values()))
    effect = first.effect if len(worst) == 1 else None
    pointing = _pointing(worst)
    if len(worst) == len(parts):
        ways = f": {', '.join(f'{name} {direction.POINTS[part.direction]}' for name, part in worst.items() if part.direction)}"
        every = "Both" if len(parts) == 2 else f"All {len(parts)}"
        why = f"{every} parts are {word}{ways if pointing else ''}."
        return Verdict(word=word, qualifier=qualifier, why=why, direction=pointing)
    why = f"{counted(len(worst), 'part')} of {len(parts)} {'is' if len(worst) == 1 else 'are'} {word} ({', '.join(worst)})"
    why = f"{why}: {first.why[0].lower()}{first.why[1:]}"
    return Verdict(word=word, qualifier=qualifier, why=why, direction=pointing, effect=effect)


def of_claim(claim: Claim, evidence: Iterable[Evidence]) -> dict[Form, FormVerdict]:
    """Return the verdict of each form that the claim has; evidence on other claims, forms or parts is left aside."""
    groups: dict[tuple[str, str, str], list[Evidence]] = {}
    for item in evidence:
        groups.setdefault((item.claim, item.form, item.part), []).append(item)
    verdicts: dict[Form, FormVerdict] = {}
    for form in get_args(Form):
        if not claim.of_form(form):
            continue
        parts = {s.part: of_statement(s.needs, groups.get((claim.id, form, s.part), [])) for s in claim.of_form(form)}
        verdicts[form] = FormVerdict(whole=of_form(parts), parts=parts)
    return verdicts


def _still_open(needs: Needs, evidence: Sequence[Evidence], full: Sequence[Evidence]) -> Verdict:
    """Return the open verdict of a statement that nothing refutes, proves, checks or measures, with what there is."""
    earners = (*PROOFS, *SAMPLES, "experiment")
    partial = [item for item in evidence if item.qualifier and item.method in earners and item.outcome != "not-run"]
    ran = [item for item in full if item.outcome != "not-run"]
    if partial and not ran:
        best = min(direction.STRENGTH.index(item.qualifier) for item in partial)
        partial_methods = sorted({f"{item.method}: {item.qualifier}" for item in partial if item.method != "experiment"})
        return Verdict(word="open", qualifier=direction.STRENGTH[best], why=_sentence("nothing ran in full", *partial_methods))
    if ran:
        undecided = any(item.outcome == "inconclusive" for item in ran)
        lacking = (
            "an experiment ran in full and decided nothing" if undecided else "an experiment met its rule, and another one was not run"
        )
        return Verdict(word="open", why=_sentence(lacking))
    tried = [item for item in evidence if item.method in PROOFS]
    if tried:
        return Verdict(word="open", why=_sentence(*sorted({f"{item.method}: {UNDECIDED[item.outcome]}" for item in tried})))
    if any(item.method == "experiment" for item in evidence):
        return Verdict(word="open", why="No experiment was run.")
    missing = {"proof": "a proof", "check": "a check", "experiment": "an experiment"}[needs]
    return Verdict(word="open", why=_sentence(f"there is no evidence yet; it takes {missing}"))


def _lacking(runs: Sequence[Evidence]) -> list[str]:
    """Return in words what the strongest run would still need to be ruled on, as it says itself; nothing where it says nothing."""
    needed = runs[0].details.get("needs") if runs else None
    return [f"the rule of {direction.run_of(runs[0])} still needs {needed}"] if isinstance(needed, str) and needed else []


def _pointing(parts: Mapping[str, Verdict]) -> Direction | Literal[""]:
    """Return which way several parts point together; "" where none of them points anywhere."""
    pointing: set[Direction] = {part.direction or "undecided" for part in parts.values()}
    return direction.common(pointing) if any(part.direction for part in parts.values()) else ""


def _named(records: Sequence[Evidence], names: Mapping[str, str]) -> str:
    """Return the methods of records in words, each once, in the order of `names`."""
    present = {item.method for item in records}
    bound = {item.method for item in records if item.details.get("bound") is True}
    return " and ".join("a theorem of the kernel" if method in bound else words for method, words in names.items() if method in present)


def _resting(proofs: Sequence[Evidence]) -> str:
    """Return in words the theorems of others on which every proof rests; empty where a proof rests on none, or does not say."""
    cited = [item.details.get("cited") if item.details.get("bound") else None for item in proofs]
    return f", resting on: {'; '.join(sorted({str(source) for sources in cited for source in sources or ()}))}" if all(cited) else ""


def _undecided(item: Evidence) -> str:
    """Return in words how an attack failed to end in the statement's favour."""
    if item.method == "near-miss" and item.outcome == "refutes":
        return "a near miss survived"
    return f"{ATTACKS[item.method]} {UNDECIDED[item.outcome]}"


def _withstood(evidence: Sequence[Evidence]) -> list[str]:
    """Return in words what the attacks on a statement found, when all of them ended in its favour."""
    held = {item.method for item in evidence if item.method in ATTACKS}
    points = sum(whole(item.details, "points") for item in evidence if item.method == "property")
    rejected = sum(whole(item.details, "rejected") for item in evidence if item.method == "near-miss")
    facts = {
        "property": f"properties held at {counted(points, 'point')}" if points else "properties held",
        "limit": "a limit followed numerically agrees",
        "near-miss": f"{counted(rejected, 'near miss')} rejected, none survived" if rejected else "no near miss survived",
    }
    return [fact for method, fact in facts.items() if method in held]


def _sentence(*facts: str) -> str:
    """Return the facts, those that are not empty, as one sentence."""
    text = "; ".join(fact for fact in facts if fact)
    return f"{text[0].upper()}{text[1:]}."
