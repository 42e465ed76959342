"""The page says what the record holds, the same each time, and takes nothing that stands in ledger or evidence for markup."""

import base64
import hashlib
import json
import re
from pathlib import Path

import jsonschema
import msgspec
import pytest

from reports import ledger, record
from reports.evidence import EvidenceError
from reports.page import claims_html, claims_json, claims_md, details, evidence_html, readme, text
from reports.page.costs import ALIKE
from reports.page.paper import PAPER
from reports.page.readme import BEGIN, COSTS_BEGIN, COSTS_END, END, ReadmeError
from tests.reports.examples import LEDGER, dossier, evidence
from tests.reports.outline import Outline

BOOK = ledger.parse(LEDGER, "claims.toml")
SCHEMA = json.loads(claims_json.SCHEMA_PATH.read_bytes())
FOUND = [
    dossier(
        evidence("symbolic", steps=[{"by": "SymPy", "detail": "0 = 0", "says": "Both sides are $x^2$."}], cited=[]),
        evidence("property", points=10_000, domain={"x": "[0, 1]"}, precision="float64"),
        evidence(
            "near-miss", made=12, rejected=11, equivalent=1, misses=[{"change": f"change {i}", "killed_by": "x = 1"} for i in range(11)]
        ),
        evidence("assumption", assumption="x is real", needed=False),
        evidence("counterexample", "refutes", part="lower", point={"x": "-1"}, left="-1", right="0", digits=50),
        date="2024-01-01T00:00:00+00:00",
    ),
    dossier(evidence("formal", theorem="upper", axioms=["em"]), source="formal", seed=None),
    dossier(evidence("experiment", qualifier="reduced", claim="fig-2", part="result"), claim="fig-2", source="empirical"),
]


@pytest.fixture
def page():
    return claims_json.document(BOOK, FOUND)


def words(page):
    return {(c.id, form): (e.verdict, e.qualifier) if (e := c.form(form)) else None for c in page.claims for form in claims_json.FORMS}


# runs beside each other

LEAD = {"name": "lead of 1-SAM", "mean": 0.1114, "low": None, "high": None, "seeds": 1, "above": 0.1, "paper": 0.1699}


def run(name, qualifier, outcome="inconclusive", **details):
    told = {"experiment": "fig-2", "question": "Does it rise?", "rule": "It rises.", "expected": "up", "seeds": 1, "command": "run it"}
    return evidence("experiment", outcome, qualifier=qualifier, claim="fig-2", part="result", **told, run=name, **details)


@pytest.fixture
def beside():
    runs = [run("fig-2", "reduced", "refutes"), run("fig-2-paper", "partial", direction="for", effect=LEAD, needs="seeds 2 and 3")]
    return claims_json.document(BOOK, [dossier(*runs, claim="fig-2", source="empirical")])


def test_both_runs_of_an_experiment_stand_and_the_strongest_first(beside):
    (claim,) = [claim for claim in beside.claims if claim.id == "fig-2"]
    assert [item.details["run"] for item in claim.evidence] == ["fig-2-paper", "fig-2"]
    page = claims_html.render(beside)
    assert [t["id"] for _, t in Outline(page).tags if t.get("id", "").startswith("run-")] == ["run-fig-2-paper", "run-fig-2"]
    assert Outline(page).text.count("Its rule still needs seeds 2 and 3.") == 1
    assert "1.5 s" not in Outline(page).text, "seconds of a call that trains nothing are not those of the run"


def test_every_page_tells_which_way_an_open_claim_points_and_by_which_number(beside):
    short = "0.111, n = 1; paper 0.170"
    told = json.loads(claims_json.encode(beside))["claims"][1]["printed"]
    assert (told["direction"], told["measured"]["mean"], told["parts"][0]["direction"]) == ("for", 0.1114, "for")
    jsonschema.validate(json.loads(claims_json.encode(beside)), SCHEMA)
    assert f"| [fig-2](#fig-2) | open (partial; for, {short}) | – | – |" in claims_md.render(beside).decode()
    assert f"| [fig-2](claims.md#fig-2) | open (partial; for, {short}) | – | – |" in readme.rewritten(
        f"{BEGIN}\n{END}", beside, "claims.md"
    )
    tiles = [t for _, t in Outline(claims_html.render(beside)).tags if "tile" in t.get("class", "") and t.get("href") == "#fig-2"]
    assert [t["title"] for t in tiles] == [f"points for it: lead of 1-SAM is {short}"]
    assert "A reduced run (fig-2) missed its rule" in told["why"]


# claims.json


def test_the_page_has_the_verdicts_of_the_evidence(page):
    assert words(page) == {
        ("eq-1", "printed"): ("refuted", ""),
        ("eq-1", "corrected"): ("open", ""),
        ("eq-1", "beyond"): None,
        ("fig-2", "printed"): ("open", "reduced"),
        ("fig-2", "corrected"): None,
        ("fig-2", "beyond"): None,
    }
    assert [part.verdict for part in page.claims[0].printed.parts] == ["proved", "refuted"]
    assert page.claims[0].printed.says == r"$x \le 1$ $x \ge 0$"


def test_the_opening_counts_claims_statements_and_evidence(page):
    made = page.generated
    assert (made.claims, made.statements, made.evidence) == (2, 4, 7)
    assert made.verdicts == {"printed": {"open": 1, "refuted": 1}, "corrected": {"open": 1}, "beyond": {}}
    assert made.dates == ["2024-01-01T00:00:00+00:00", "2024-05-06T07:08:09Z"]


def test_the_published_schema_equals_the_schema_of_the_code_and_accepts_the_page(page):
    assert claims_json.SCHEMA_PATH.read_bytes() == claims_json.schema(), "write it anew with claims_json.schema()"
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for made in (page, claims_json.document(ledger.read(), [])):
        jsonschema.validate(json.loads(claims_json.encode(made)), SCHEMA)


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.update(schema=2),
        lambda page: page.pop("generated"),
        lambda page: page["claims"][0].update(verdict="proved"),
        lambda page: page["claims"][0]["printed"].update(verdict="true"),
        lambda page: page["claims"][0].pop("corrected"),
        lambda page: page["claims"][0]["evidence"][0].update(outcome=None),
    ],
)
def test_the_published_schema_refuses_another_shape(page, change):
    data = json.loads(claims_json.encode(page))
    change(data)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, SCHEMA)


def test_evidence_on_no_statement_makes_no_page():
    with pytest.raises(EvidenceError, match="eq-9"):
        claims_json.document(BOOK, [dossier(claim="eq-9")])


@pytest.mark.parametrize("render", [claims_json.encode, claims_md.render, claims_html.render])
def test_the_same_record_gives_the_same_bytes_whatever_the_order_of_its_keys(render):
    turned = [dossier(evidence("property", points=1, worst=0.5)), dossier(evidence("property", worst=0.5, points=1))]
    first, second = (render(claims_json.document(BOOK, [record])) for record in turned)
    assert first == second


# claims.html


def test_the_html_page_asks_for_no_other_file(page):
    content = claims_html.render(page)
    outline = Outline(content)
    assert {tag for tag, _ in outline.tags} & {"link", "img", "iframe", "object", "form", "base"} == set()
    assert [tag for tag, _ in outline.tags].count("script") == 1
    values = [(name, value) for _, attributes in outline.tags for name, value in attributes.items()]
    beside = {value.split("#")[0] for name, value in values if name == "href" and not value.startswith("#")}
    assert beside <= {"evidence.html", "sentences.html", PAPER.url}, "a link leads to a page beside this one, or to the paper"
    assert [name for name, _ in values if name in {"src", "srcset", "action", "style"} or name.startswith("on")] == []
    assert re.findall(r"url\((?!data:font/woff2;base64,|#)|@import|https?:", content.decode().replace(PAPER.url, "")) == []


def test_the_policy_of_the_page_allows_its_own_style_and_script_alone(page):
    content = claims_html.render(page).decode()
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', content)
    hashes = {}
    for tag in ("style", "script"):
        [inside] = re.findall(rf"<{tag}>(.*?)</{tag}>", content, re.DOTALL)
        hashes[tag] = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
    rules = dict(rule.split(" ", 1) for rule in policy.replace("&#39;", "'").split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["style-src"] == f"'sha256-{hashes['style']}'"
    assert rules["script-src"] == f"'sha256-{hashes['script']}'"


def test_every_link_of_the_html_page_has_its_anchor_and_no_anchor_stands_twice():
    outline = Outline(claims_html.render(claims_json.document(ledger.read(), [])))
    anchors = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(anchors) == len(set(anchors))
    links = {attributes["href"] for tag, attributes in outline.tags if tag == "a"}
    assert {link[1:] for link in links if link.startswith("#")} <= set(anchors)
    assert set(ledger.read().ids) <= set(anchors)


def test_the_pages_show_the_evidence_in_full(page):
    shown, in_full = Outline(claims_html.render(page)).text, Outline(evidence_html.render(page)).text
    for told in (
        "0 of 1 claim of theory: 0 as printed. 1 more fall without a repair, or nobody has judged yet what falls with them.",
        "None of 1 experimental claim are reproduced in full.",
        "2 claims of 4 statements, 0 of them beyond the paper (0 proved), judged from 7 pieces of evidence: 1 derivation step",
        "The evidence dates from 2024-01-01 to 2024-05-06.",
        "1 printed statement of 1 claim falls: not judged yet 1.",
        "1 part of 2 is refuted (lower): refuted by a counterexample.",
        "x = −1",
        "Nothing ran in full. A reduced run met its rule.",
        "seed none",
        "python -m theory verify",
        "sympy 1.14.0",
    ):
        assert told in shown, told
    for told in (
        "Both sides are x2. computed: 0, by SymPy",
        "x in [0, 1]",
        "points: 10,000; precision: float64",
        "11 killed by x = 1: change 0 change 1",
        "Assumption x is real",
    ):
        assert told in in_full, told


def test_the_two_sides_of_a_counterexample_are_set_off():
    point = evidence(
        "counterexample", "refutes", says="the left side 1 < 2 is not <= the right side 3", left="1 < 2", right="3", point={"rho": "1"}
    )
    content = claims_html.render(claims_json.document(BOOK, [dossier(point)])).decode()
    assert content.count("<b>1 &lt; 2</b> is not ≤ <b>3</b>") == 2, "with the claim and among the errata"
    assert "<li>ρ&nbsp;=&nbsp;1" in content


def test_steps_and_domains_that_two_statements_of_a_claim_share_are_told_once():
    """Two derivations share their first steps, two attacks their domain. Another claim shares nothing, nor does a single step count."""

    def derived(*says):
        return [{"says": step, "by": "SymPy"} for step in says]

    def told(second_steps, second_part, claim="eq-1"):
        items = [
            evidence("symbolic", steps=derived("a", "b", "c"), domain={"x": "[0, 1]"}),
            evidence("symbolic", claim=claim, part=second_part, steps=second_steps, domain={"x": "[0, 1]"}),
        ]
        ours = [dossier(item, claim=item.claim, source="empirical" if item.claim == "fig-2" else "theory") for item in items]
        ours = [dossier(*items)] if claim == "eq-1" else ours
        return Outline(evidence_html.render(claims_json.document(BOOK, ours))).text

    shared = told(derived("a", "b", "other"), "lower")
    assert "The first 2 steps: as for printed upper" in shared
    assert "Domain: as for printed upper" in shared
    assert "as for" not in told(derived("a", "b", "other"), "result", "fig-2")
    assert "step: as for" not in told(derived("a", "other"), "lower")
    assert "other" in shared.split("The first 2 steps")[1]


def test_a_page_without_evidence_says_so():
    shown = Outline(claims_html.render(claims_json.document(BOOK, []))).text
    assert "judged from 0 pieces of evidence" in shown
    assert "dates from" not in shown
    assert shown.count("There is no evidence yet") == 4


ATTACKS = [
    "<script>alert(1)</script>",
    "</p><img src=x onerror=alert(1)>",
    '"><b id=x>',
    "{{ 7 * 7 }}",
    r"$\text{<script>alert(1)</script>}$",
    "$<script>$",
    r"$\foo<b>$",
]


@pytest.mark.parametrize("render", [claims_html.render, evidence_html.render])
@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_in_ledger_or_evidence_becomes_markup(attack, render):
    book = ledger.parse(LEDGER.replace('"A claim on $x$."', f"'''{attack}'''").replace('"Eq. 1"', f"'''{attack}'''"), "claims.toml")
    dossiers = [dossier(evidence(says=attack, **{attack: attack}, rows=[{attack: attack}], pairs={attack: attack}))]
    hostile = claims_json.document(book, dossiers)
    harmless = claims_json.document(BOOK, [dossier(evidence(says="", a="", rows=[{"a": ""}], pairs={"a": ""}))])
    tags, expected = ([tag for tag, _ in Outline(render(made)).tags] for made in (hostile, harmless))
    maths = {"math", "mtext", "mo", "mi", "mrow", "code", "var"}
    assert [tag for tag in tags if tag not in maths] == [tag for tag in expected if tag not in maths]
    assert "49" not in Outline(render(hostile)).text
    assert not re.search(r"<(script|img|b)\b", claims_md.render(hostile).decode())


# text and details


def test_formulas_become_mathml_and_the_rest_is_escaped():
    assert text.html("if $x<y$ & so on") == "if <math><mi>x</mi><mo>&lt;</mo><mi>y</mi></math> &amp; so on"
    assert text.html("an odd $ sign") == "an odd $ sign"
    assert text.html(r"$\nonsense{<b>}$") == r"<code>$\nonsense{&lt;b&gt;}$</code>"


def test_a_letter_alone_is_a_variable_and_a_space_after_a_bracket_belongs_to_it():
    assert text.html("the radius $\\rho$") == "the radius <var>ρ</var>"
    assert text.html("$x_i$ and $w_{10}$") == "<var>x<sub>i</sub></var> and <var>w<sub>10</sub></var>"
    assert text.html("$w_{1+}$").startswith("<math>"), "an index of several signs is no index of HTML"
    assert text.html("if $x<1$ & so on") == 'if <span class="m"><var>x</var>\N{NO-BREAK SPACE}&lt;\N{NO-BREAK SPACE}1</span> &amp; so on'
    assert text.html("$\\Delta$ and $0.5$") == "Δ and 0.5", "an upright letter is no variable of HTML"
    assert '<mo stretchy="false" rspace="0.16666667em">)</mo><mi>v</mi>' in text.html("$f(w)\\,v$")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("-0.010 [-0.055, 0.035], n = 3", "−0.010 [−0.055, 0.035], n\u00a0=\u00a03"),
        ("changes by -.5 (-2 of 3)", "changes by −.5 (−2 of 3)"),
        ("-0.000 at ρ = 0.18", "0.000 at ρ\u00a0=\u00a00.18"),
        ("2026-11-27, 1e-05, fig-14-digits, 1-SAM, --seeds 3", "2026-11-27, 1e-05, fig-14-digits, 1-SAM, --seeds 3"),
        ("`run --rate -1`", "<code>run --rate -1</code>"),
    ],
)
def test_numbers_have_a_minus_sign_and_stay_with_their_letter(written, shown):
    assert text.html(written) == shown


def test_tex_that_cannot_be_set_is_an_error_that_shows_it():
    with pytest.raises(text.TexError, match=r"got '\\\\frac\{a'"):
        text.mathml(r"\frac{a")


def test_markdown_keeps_bars_brackets_and_signs_from_meaning_anything():
    assert text.markdown(r"$\|x\| < |y|$") == r"$`\Vert x\Vert  \lt  \vert y\vert `$"
    assert text.markdown("a|b *c* <i> [d](e) `f`\n&amp; $") == r"a\|b \*c\* &lt;i&gt; \[d\](e) \`f\` &amp;amp; \$"


def test_details_of_any_shape_are_shown_whole():
    shown = details.tables(
        {"b": [], "a": [1, 2.5, "x"], "deep": [[1], {"k": None}], "none": {}, "yes": True, "nested": {"k": [1], "j": {"i": 0}}}
    )
    assert [(table.name, table.rows) for table in shown] == [
        ("facts", [("a", "1, 2.5, x"), ("b", "none"), ("deep", '[[1],{"k":null}]'), ("none", "{}"), ("yes", "yes")]),
        ("nested", [("j", '{"i":0}'), ("k", "1")]),
    ]
    assert details.tables({}) == []


def test_a_derivation_stands_first_and_only_long_tables_are_folded():
    rows = [{"detail": f"{i}", "says": "A step.", "by": "SymPy"} for i in range(20)]
    steps, facts, misses, few = details.tables({"misses": rows, "steps": rows, "z": 1, "sizes": [{"d": 1}, {"h": 2}]})
    assert (steps.name, steps.columns, steps.folded, steps.rows[1]) == ("steps", ("says", "by", "detail"), False, ("A step.", "SymPy", "1"))
    assert (facts.name, misses.name, misses.folded, few.folded) == ("facts", "misses", True, False)
    assert (few.columns, few.rows) == (("d", "h"), [("1", ""), ("", "2")])


# claims.md and README


def test_every_line_of_a_markdown_table_has_the_columns_of_its_head():
    content = claims_md.render(claims_json.document(ledger.read(), [])).decode()
    columns = 0
    for line in content.splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert cells in {0, columns} or columns == 0, line
        columns = cells


def test_the_markdown_page_shows_verdicts_and_findings(page):
    content = claims_md.render(page).decode()
    assert "| [eq-1](#eq-1) | refuted | open | – |" in content
    assert "| [fig-2](#fig-2) | open (reduced; for) | – | – |" in content
    assert '### <a id="eq-1"></a>eq-1' in content
    assert "- lower, counterexample, refutes: One finding." in content
    assert r"| upper | $`x \le 1`$ | proved | Proved by a symbolic derivation" in content


def test_the_table_in_the_readme_is_rewritten_and_the_rest_left_alone(page):
    old = f"# Title\n\n{BEGIN}\nstale\n{END}\n\nThe rest.\n"
    new = readme.rewritten(old, page, "a/claims.md")
    assert new.startswith(f"# Title\n\n{BEGIN}\n**What survives:** 0 of the paper's 1 claim of theory, 0 as printed.\n")
    assert "\n**Experiments:** of 1 claim 0 are reproduced in full, 0 missed their rule in full, and 1 are open" in new
    assert "![" not in new, "this page has no picture of its own"
    assert new.endswith(f"|\n{END}\n\nThe rest.\n")
    assert "| [eq-1](a/claims.md#eq-1) | refuted | open | – |" in new
    assert "stale" not in new
    assert readme.rewritten(new, page, "a/claims.md") == new


@pytest.mark.parametrize("folders", [[], [record.PUBLISHED]], ids=["nothing fell", "published"])
def test_the_readme_shows_ten_rows_and_folds_all_others(folders):
    page = claims_json.document(ledger.read(), record.gather(folders))
    table, _, folded = readme.rewritten(f"{BEGIN}{END}", page, "claims.md").partition("<details>")
    assert table.count("](claims.md#") == 10
    assert folded.count("](claims.md#") == len(page.claims) - 10


def test_the_readme_shows_two_pictures_and_is_stale_when_one_is(tmp_path):
    page, path, target = claims_json.document(ledger.read(), []), tmp_path / "README.md", tmp_path / "published" / "claims.md"
    path.write_text(f"{BEGIN}{END}")
    assert readme.stale(path, page, target)
    readme.rewrite(path, page, target)
    shown = re.findall(r"!\[[^\]]+\]\(([^)]*)\)", path.read_text(encoding="utf-8"))
    assert shown == ["published/pictures/bounds.svg", "published/pictures/flow.svg"]
    for name in shown:
        drawn = (tmp_path / name).read_text(encoding="utf-8")
        assert Outline(drawn.encode()).tags[0][0] == "svg"
        assert "prefers-color-scheme:dark" in drawn
        assert len(drawn) < 30_000
    assert not readme.stale(path, page, target)
    (tmp_path / shown[0]).write_text("<svg/>")
    assert readme.stale(path, page, target)


def test_the_markdown_page_sets_each_fallen_statement_beside_its_counterexample(page):
    content = claims_md.render(page).decode()
    assert r"| [eq-1](#eq-1) | – | $`x \ge 0`$ | at x = −1: One finding. | $`x \lt  1`$ | – |" in content


@pytest.mark.parametrize("broken", ["", BEGIN, END, END + BEGIN, BEGIN + BEGIN + END, BEGIN + END + END])
def test_a_readme_without_its_two_markers_is_refused_and_left_alone(tmp_path, page, broken):
    path = tmp_path / "README.md"
    path.write_text(broken)
    with pytest.raises(ReadmeError, match=r"README\.md: .* must each occur once, got \d and \d"):
        readme.rewrite(path, page, tmp_path / "claims.md")
    assert path.read_text(encoding="utf-8") == broken


def test_the_readme_tells_the_cost_of_a_step_where_it_has_markers(page):
    old = f"{BEGIN}{END} in between {COSTS_BEGIN}stale{COSTS_END}"
    assert f"in between {COSTS_BEGIN}\nNo times are published yet.\n{COSTS_END}" in readme.rewritten(old, page, "claims.md")
    rows = [
        {"model": "vit", "step": "SGD", "times SGD": "1"},
        {"model": "vit", "step": "1-SAM", "times SGD": "1.7 [1.6, 1.8]", "operations": "2.02"},
        {"step": "x"},
        "x",
    ]
    details = {"rows": rows, "machine": "cpu"}
    timed = msgspec.structs.replace(page.claims[0].evidence[0], details=details)
    claim = msgspec.structs.replace(page.claims[0], id="one-sam-cost", evidence=[timed])
    new = readme.rewritten(old, msgspec.structs.replace(page, claims=[claim]), "claims.md")
    assert "| vision transformer | cpu * | 1.7 [1.6, 1.8] | 2.02 | – | – | – | – |" in new
    assert "\\* An older run: its unit is a step of SGD with the products of 1-SAM" in new
    rows.append({"model": "vit", "step": ALIKE, "times SGD": "0.9"})
    new = readme.rewritten(old, msgspec.structs.replace(page, claims=[claim]), "claims.md")
    assert "| vision transformer | cpu | 1.7" in new
    assert "older run" not in new
    for broken in (COSTS_BEGIN, COSTS_END, COSTS_END + COSTS_BEGIN):
        with pytest.raises(ReadmeError, match="costs:begin --> and, after it, <!-- costs:end --> must each occur once"):
            readme.rewritten(BEGIN + END + broken, page, "claims.md")


def test_links_of_the_readme_lead_to_the_page_from_where_it_stands(tmp_path, page):
    path = tmp_path / "docs" / "README.md"
    path.parent.mkdir()
    path.write_text(f"{BEGIN}{END}")
    readme.rewrite(path, page, tmp_path / "reports" / "claims.md")
    assert "(../reports/claims.md#eq-1)" in path.read_text(encoding="utf-8")
    with pytest.raises(ReadmeError, match="must be a readable text file"):
        readme.rewrite(Path(tmp_path), page, tmp_path / "claims.md")
