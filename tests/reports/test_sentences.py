"""Every sentence of the paper has its answer, every printed row has its sentence, and a wrong table is refused with one message."""

import re

import pytest

from reports import ledger, sentences
from reports.ledger import LedgerError
from reports.page import claims_html, claims_json, claims_md, sentences_html
from tests.reports.examples import LEDGER, dossier, evidence
from tests.reports.outline import Outline

BOOK, TABLE = ledger.read(), sentences.read()
EXAMPLE = """\
schema = 1
[[paragraph]]
under = "Abstract"
at = "paragraph 1"
sentences = [
  {words = "It is known", kind = "cites-others"},
  {words = "x is small", eqs = ["1"], rows = ["eq-1/upper", "eq-1/corrected/upper"]},
]
[[paragraph]]
under = "Figure 1"
at = "caption"
sentences = [{words = "It rises", rows = ["fig-2/result"], missing = "by how much"}]
[[paragraph]]
under = "Section 1"
at = "paragraph 1"
sentences = [
  {words = "x is positive", rows = ["eq-1/lower"]},
  {words = "It falls", missing = "an experiment"},
  {words = "We thank them", not-checked = "because it is thanks"},
]
"""
OWN = ledger.parse(LEDGER, "claims.toml")


def refusal(content):
    with pytest.raises(LedgerError) as caught:
        sentences.parse(content, "sentences.toml")
    message = str(caught.value)
    assert message.startswith("sentences.toml")
    assert "\n" not in message
    return message


# the file


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("schema = 1", "schema =", "must be TOML, but"),
        ("schema = 1", "schema = 2", "must have schema 1, got 2"),
        ("schema = 1", "schema = true", "must have schema 1, got True"),
        ("schema = 1", "schema = 1\ntitle = 3", "and nothing else; got schema, title, paragraph"),
        ('under = "Abstract"\n', "", "paragraph 1 (?, paragraph 1) is not one of the table: Object missing required field `under`"),
        ('{words = "It rises"', '{words = ""', "length >= 1"),
        ('{words = "It rises"', '{words = "It rises so much"', "Figure 1, caption), sentence 1 must quote at most 3 words"),
        ('kind = "cites-others"', 'kind = "gossip"', "Invalid enum value 'gossip'"),
        ('kind = "cites-others"', 'kind = "cites-others", missing = "a look"', "rows alone may stand beside"),
        ('missing = "by how much"', 'missing = "by how much", not-checked = "because"', "rows alone may stand beside"),
        ('missing = "by how much"', 'kind = "structure"', "rows alone may stand beside"),
        (
            ', kind = "cites-others"',
            "",
            "sentence 1 must have rows, or what is missing, or `not-checked`, or a `kind`",
        ),
        ('"because it is thanks"', '"thanks"', "beginning with `because`, got 'thanks'"),
        ('"eq-1/lower"', '"eq-1"', "a row must be written claim/part or claim/form/part, got 'eq-1'"),
        ('"eq-1/lower"', '"eq-1/right/lower"', "a row must be written claim/part or claim/form/part, got 'eq-1/right/lower'"),
        ('"eq-1/lower"', '"eq-1/lower", "eq-1/lower"', "must name each row once"),
        ('under = "Section 1"', 'under = "Chapter 1"', "sections must be those of the paper in its order, got Chapter 1, paragraph 1"),
        ('under = "Figure 1"', 'under = "Figure 2"', "Figure 1 must follow, got Figure 2, caption"),
        (
            'under = "Figure 1"\nat = "caption"',
            'under = "Abstract"\nat = "paragraph 3"',
            "paragraph 2 must follow, got Abstract, paragraph 3",
        ),
        ('under = "Section 1"', 'under = "Abstract"', "a place must occur once, but Abstract, paragraph 1 occurs twice"),
    ],
)
def test_a_wrong_table_is_refused_with_one_line_that_names_the_place(old, new, said):
    assert EXAMPLE.count(old) == 1
    assert said in refusal(EXAMPLE.replace(old, new))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "got nothing"),
        ("schema = 1\nparagraph = 3", "a list of [[paragraph]]"),
        ("schema = 1\nparagraph = [3]", "paragraph 1 () is not"),
    ],
)
def test_a_table_of_another_shape_is_refused(content, said):
    assert said in refusal(content)


def test_a_section_that_comes_too_late_is_refused():
    first, abstract, *paragraphs = EXAMPLE.split("[[paragraph]]")
    assert "got Abstract, paragraph 1" in refusal("[[paragraph]]".join([first, *paragraphs, abstract]))


def test_a_table_that_is_absent_or_not_text_is_refused(tmp_path):
    with pytest.raises(LedgerError, match="must be a readable table of sentences, but No such file"):
        sentences.read(tmp_path / "sentences.toml")
    (tmp_path / "sentences.toml").write_bytes(b"schema = 1 # \xff")
    with pytest.raises(LedgerError, match="must be UTF-8 text, but invalid start byte at byte 13"):
        sentences.read(tmp_path / "sentences.toml")


def test_rows_with_a_part_that_is_not_checked_judge_a_sentence_in_part():
    table = sentences.parse(EXAMPLE.replace('missing = "by how much"', 'not-checked = "because it is long"'), "sentences.toml")
    rises = next(sentence for sentence in table.sentences if sentence.words == "It rises")
    assert (rises.group, rises.not_checked) == ("judged-in-part", "because it is long")
    assert "fig-2 result open; a part is not checked, because it is long." in Outline(sentences_html.render(page(table))).text


# the table and the ledger


def test_every_sentence_has_a_group_and_they_are_counted():
    table = sentences.parse(EXAMPLE, "sentences.toml")
    groups = [sentence.group for sentence in table.sentences]
    assert groups == ["cites-others", "judged", "judged-in-part", "judged", "missing", "not-checked"]
    assert table.counts == {"judged": 2, "judged-in-part": 1, "missing": 1, "not-checked": 1, "cites-others": 1}
    assert [(row.claim, row.form, row.part) for row in table.sentences[1].judged_by] == [
        ("eq-1", "printed", "upper"),
        ("eq-1", "corrected", "upper"),
    ]


def test_rows_that_the_ledger_lacks_and_rows_without_a_sentence_are_told():
    table = sentences.parse(EXAMPLE, "sentences.toml")
    assert sentences.strangers(table, OWN) == sentences.unnamed(table, OWN) == []
    assert table.about(OWN) is table
    wrong = sentences.parse(EXAMPLE.replace('"eq-1/lower"', '"eq-1/middle"'), "sentences.toml")
    assert sentences.strangers(wrong, OWN) == ["Section 1, paragraph 1: no row eq-1, printed middle in the ledger; mend sentences.toml"]
    assert sentences.unnamed(wrong, OWN) == ["no sentence of the paper names eq-1, printed lower; add it in sentences.toml"]
    assert wrong.about(OWN).paragraphs == ()


def test_the_paper_and_the_ledger_name_one_another():
    assert sentences.strangers(TABLE, BOOK) == []
    assert sentences.unnamed(TABLE, BOOK) == []


def test_no_section_figure_or_table_of_the_paper_is_left_out():
    under = {paragraph.under for paragraph in TABLE.paragraphs}
    assert under == {*sentences.SECTIONS, *(f"Figure {k}" for k in range(1, 15)), "Table 1"}


EQUATIONS = [f"{chapter}.{k}" for chapter, last in (("2", 9), ("3", 6), ("4", 5), ("B", 12)) for k in range(1, last + 1)]


def test_every_numbered_equation_is_displayed_by_one_sentence_in_order():
    assert [equation for sentence in TABLE.sentences for equation in sentence.eqs] == EQUATIONS


def places(where):
    """Return the places that a row's `where` names, as the table writes them, without the places that follow the word `after`."""
    named_places = set()
    for words in re.split(r"[;,]| and (?=after)| and the sentence", where):
        if "after" in words:
            continue
        for kind, numbers in re.findall(
            r"(Eq|Figure|Section|Table|Lemma|Proposition)s?\.? ((?:[\dB][\d.]*\d?[ab]?(?:-| and |, )?)+)", words
        ):
            ends = re.findall(r"[\dB](?:\.?\d+)*", numbers)
            if "-" in numbers:
                ends = EQUATIONS[EQUATIONS.index(ends[0]) : EQUATIONS.index(ends[1]) + 1]
            named_places |= {f"{kind} {end}" for end in ends}
        named_places |= set(re.findall(r"Appendix [A-F](?:\.\d)?|Abstract", words))
    return named_places


def occur(paragraph, sentence):
    """Return the names under which a sentence can be found."""
    return {paragraph.under, paragraph.at.removeprefix("proof of "), *(f"Eq {equation}" for equation in sentence.eqs)}


def test_places_are_read_off_a_row():
    assert places("Figure 3a, Section 3.1") == {"Figure 3", "Section 3.1"}
    assert places("Lemma 3.1, Eqs. 3.3-3.5") == {"Lemma 3.1", "Eq 3.3", "Eq 3.4", "Eq 3.5"}
    assert places("Appendix B.1, Eq. B.5 and after B.7") == {"Appendix B.1", "Eq B.5"}
    assert places("Sections 2.3 and 3") == {"Section 2.3", "Section 3"}
    assert places("Section 4.4, Figures 1 and 7") == {"Section 4.4", "Figure 1", "Figure 7"}


@pytest.mark.parametrize("claim", [claim for claim in BOOK.claims if claim.of_form("printed")], ids=lambda claim: claim.id)
def test_every_place_of_a_row_is_in_the_table_and_a_sentence_there_names_the_row(claim):
    wanted = places(claim.where)
    assert wanted or claim.where == "throughout"
    everywhere = [(occur(paragraph, sentence), sentence) for paragraph in TABLE.paragraphs for sentence in paragraph.sentences]
    assert wanted <= set().union(*(names for names, _ in everywhere))
    named = set().union(*(names for names, sentence in everywhere if any(row.claim == claim.id for row in sentence.judged_by)))
    assert wanted & named or claim.where == "throughout"


# the pages


def page(table=None, *dossiers):
    return claims_json.document(OWN, list(dossiers), sentences.parse(EXAMPLE, "sentences.toml") if table is None else table)


def test_the_pages_count_the_sentences_and_tell_missing_parts():
    words = Outline(claims_html.render(page())).text
    assert "Each of 6 sentences" in words
    assert "judged: 2" in words
    assert "What is missing: 2 sentences" in words
    assert "Section 1, paragraph 1, sentence 2 “It falls”: an experiment" in words
    assert "The paper sentence by sentence" not in Outline(claims_html.render(page(sentences.Table()))).text


def test_the_page_of_sentences_says_where_nothing_is_missing():
    assert "Nothing:" not in Outline(sentences_html.render(page())).text
    whole = EXAMPLE.replace('missing = "by how much"', 'not-checked = "because it is long"').replace(
        'missing = "an experiment"', 'kind = "structure"'
    )
    words = Outline(sentences_html.render(page(sentences.parse(whole, "sentences.toml")))).text
    assert "Nothing: each sentence is judged" in words


def test_the_page_of_sentences_shows_each_with_its_rows_and_their_verdicts():
    outline = Outline(sentences_html.render(page(None, dossier(evidence()))))
    words = outline.text
    assert "2 (1) “x is small” eq-1 upper proved; eq-1 corrected upper open" in words
    assert "1 “It rises” fig-2 result open Missing: by how much." in words
    assert "3 “We thank them” not checked, because it is thanks." in words
    links = [attributes["href"] for tag, attributes in outline.tags if tag == "a"]
    judging = ["eq-1:printed:upper", "eq-1:corrected:upper", "fig-2:printed:result", "eq-1:printed:lower"]
    assert links == ["claims.html", *(f"claims.html#{statement}" for statement in judging)]


def test_nothing_in_the_table_becomes_markup():
    table = sentences.parse(EXAMPLE.replace("by how much", "<b>bold</b> & <script>alert(1)</script>"), "sentences.toml")
    for content in (sentences_html.render(page(table)), claims_md.render(page(table))):
        assert b"<script>alert" not in content
    assert "<b>bold</b> & <script>alert(1)</script>" in Outline(sentences_html.render(page(table))).text


def test_the_markdown_page_has_a_line_for_each_sentence():
    lines = claims_md.render(page()).decode().splitlines()
    assert "| judged | 2 | rows of the ledger judge it |" in lines
    assert "| Abstract, paragraph 1 | 2 | x is small | judged | [eq-1](#eq-1) upper, [eq-1](#eq-1) corrected upper |" in lines
    assert "| Figure 1, caption | 1 | It rises | judged-in-part | [fig-2](#fig-2) result; missing: by how much |" in lines


def test_the_data_hold_every_sentence_with_its_number():
    told = [(sentence.under, sentence.at, sentence.number, sentence.group) for sentence in page().sentences]
    assert told[1] == ("Abstract", "paragraph 1", 2, "judged")
    assert len(told) == 6
