"""The ledger is read whole, and a wrong row is refused with one message that names it."""

from typing import Literal, get_args, get_origin

import msgspec
import pytest

from reports import ledger
from reports.ledger import LedgerError
from reports.page import text
from tests.reports.examples import LEDGER

BOOK = ledger.read()


def refusal(content):
    with pytest.raises(LedgerError) as caught:
        ledger.parse(content, "claims.toml")
    message = str(caught.value)
    assert message.startswith("claims.toml")
    assert "\n" not in message
    return message


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "fig-2"', 'id = "eq-1"', "claim ids must differ, but eq-1 occurs more than once"),
        ('part = "lower"', 'part = "upper"', "statements of eq-1 must differ, but printed upper occurs more than once"),
        (
            'kind = "theorem"',
            'kind = "theorem"\nverdict = "proved"',
            "eq-1 is not a row of the ledger: Object contains unknown field `verdict`",
        ),
        ('form = "printed"', 'form = "print"', "`$.statement[0].form` (one of printed, corrected, beyond); mend that row"),
        ('where = "Eq. 1"', "", "claim eq-1 is not a row of the ledger: Object missing required field `where`"),
        ('id = "fig-2"', "", "claim number 2 is not a row of the ledger: Object missing required field `id`"),
        ('kind = "theorem"', 'kind = "law"', "Invalid enum value 'law'"),
        ('form = "corrected"', 'form = "right"', "Invalid enum value 'right'"),
        ('needs = "experiment"', 'needs = "faith"', "Invalid enum value 'faith'"),
        ('id = "eq-1"', 'id = "../eq"', "Expected small letters, digits, dots and hyphens - at `$.id`"),
        ('says = "It rises."', 'says = ""', "length >= 1"),
        ('says = "It rises."', 'says = "It costs $5."', "an odd number of them in 'It costs $5.'"),
        ('says = "A claim on $x$."', 'says = "A claim on $x."', "an odd number of them"),
        (
            'needs = "proof"',
            'needs = "proof"\neffect = "wording"',
            "claim eq-1, printed upper must say an effect and its reason together, but has effect and no effect_reason; add it",
        ),
        ('needs = "proof"', 'needs = "proof"\neffect_reason = "It is."', "but has effect_reason and no effect"),
        ('needs = "proof"', 'needs = "proof"\neffect = "all"\neffect_reason = "It is."', "Invalid enum value 'all'"),
        ('needs = "proof"', 'needs = "proof"\nquote = "x is $5."', "an odd number of them in 'x is $5.'"),
        (
            'needs = "proof"',
            f'needs = "proof"\nquote = "{"word " * 20}$x + y$"',
            "eq-1, printed upper must quote the paper in at most 20 words, a formula counting as one, got 21 words; cut it",
        ),
        ("schema = 1", "schema = 2", "must have schema 1, got 2"),
        ("schema = 1", "schema = true", "must have schema 1, got True"),
        ("schema = 1", "schema = 1\ntitle = 3", "and nothing else; got schema, title, claim"),
        ("schema = 1", "schema =", "must be TOML, but"),
    ],
)
def test_a_wrong_ledger_is_refused_with_one_line_that_names_the_place(old, new, said):
    assert LEDGER.count(old) >= 1
    assert said in refusal(LEDGER.replace(old, new, 1 if "needs" in new else -1))


@pytest.mark.parametrize("told", ['quote = "x < 1"', 'effect = "wording"\n  effect_reason = "It is."', 'effect_reason = "It is."'])
def test_only_a_printed_statement_has_a_quotation_and_an_effect(told):
    said = "claim eq-1, corrected upper must have no quote and no effect, since only what is printed can be quoted and fall; remove them"
    corrected = 'form = "corrected"\n  part = "upper"'
    assert said in refusal(LEDGER.replace(corrected, f"{corrected}\n  {told}"))


def test_a_quotation_of_twenty_words_is_let_through_and_a_formula_is_one_of_them():
    quote = f'needs = "proof"\n  quote = "{"word " * 19}$x + y$"'
    book = ledger.parse(LEDGER.replace('needs = "proof"', quote, 1), "claims.toml")
    assert book.claims[0].statements[0].quote.endswith("$x + y$")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "got nothing"),
        ("schema = 1\nclaim = 3", "a list of [[claim]]"),
        ("schema = 1\nclaim = [3]", "claim number 1 is not a row of the ledger"),
        (LEDGER[: LEDGER.index("  [[claim.statement]]")], "missing required field `statement`"),
    ],
)
def test_a_ledger_of_another_shape_is_refused(content, said):
    assert said in refusal(content)


def test_a_ledger_that_is_absent_or_not_text_is_refused(tmp_path):
    with pytest.raises(LedgerError, match="must be a readable ledger, but No such file"):
        ledger.read(tmp_path / "claims.toml")
    (tmp_path / "claims.toml").write_bytes(b"schema = 1 # \xff")
    with pytest.raises(LedgerError, match="must be UTF-8 text, but invalid start byte at byte 13"):
        ledger.read(tmp_path / "claims.toml")


def test_a_misspelt_id_gets_the_nearest_ones():
    assert BOOK.nearest("lema-3.1")[0] == "lemma-3.1"
    with pytest.raises(LedgerError, match=r"got 'lema-3\.1'; perhaps you meant lemma-3\.1 or "):
        BOOK.claim("lema-3.1")
    with pytest.raises(LedgerError, match=r"got '\?'; see the ids"):
        BOOK.claim("?")


def test_every_claim_is_found_by_its_id():
    assert [BOOK.claim(name).id for name in BOOK.ids] == list(BOOK.ids)


def test_every_formula_of_the_ledger_can_be_set():
    for claim in BOOK.claims:
        for says in (claim.says, *(statement.says for statement in claim.statements)):
            for is_tex, piece in text.split(says):
                assert not is_tex or text.mathml(piece).startswith("<math>")


def test_a_row_beyond_the_paper_has_no_printed_form_and_every_other_row_has_one():
    for claim in BOOK.claims:
        assert bool(claim.of_form("printed")) == (claim.section != "Beyond the paper"), claim.id


def test_an_experiment_needs_experiments_alone_and_any_other_claim_none():
    for claim in BOOK.claims:
        assert {statement.needs == "experiment" for statement in claim.statements} == {claim.kind == "experiment"}, claim.id


def test_sections_follow_one_another_without_return():
    sections = [claim.section for claim in BOOK.claims]
    assert sorted(sections, key=sections.index) == sections


def test_each_field_that_holds_a_word_of_a_list_has_its_words():
    fields = [field for row in (ledger.Claim, ledger.Statement) for field in msgspec.structs.fields(row)]
    lists = {field.encode_name: kind for field in fields for kind in (field.type, *get_args(field.type)) if get_origin(kind) is Literal}
    assert {name: get_args(kind) for name, kind in lists.items()} == ledger.WORDS
