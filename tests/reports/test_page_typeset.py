"""A page is set as a typesetter leaves it: no line parts a method's name or begins with a full stop, and powers of ten are raised."""

from xml.etree import ElementTree as ET

import pytest

from reports.methods import Comparison
from reports.page import compact, digests, environment, mathematics, near_misses, text
from reports.page.typeset import typeset

JOINER, SPACE = "\N{WORD JOINER}", "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<p>1-SAM's and L-SAM</p>", f"<p>1-{JOINER}SAM's and L-{JOINER}SAM</p>"),
        ('<a id="1-SAM">x</a><code>1-SAM 1e-05</code>', '<a id="1-SAM">x</a><code>1-SAM 1e-05</code>'),
        ("<math><mi>1-SAM</mi></math><svg><text>L-SAM</text></svg>", "<math><mi>1-SAM</mi></math><svg><text>L-SAM</text></svg>"),
        ("on CIFAR-10", f"on CIFAR-{JOINER}10"),
        (
            "at 100000, 20000.5 and 1000; eq-12345, 0.12345, (commit 1234567), 41591c4",
            "at 100,000, 20,000.5 and 1000; eq-12345, 0.12345, (commit 1234567), 41591c4",
        ),
        ("2 cores, 6.3 GiB, 10 classes of 3 sizes", f"2{SPACE}cores, 6.3{SPACE}GiB, 10{SPACE}classes of 3 sizes"),
        ("5 near misses, 0.5 near a 2-norm", f"5{SPACE}near misses, 0.5 near a 2-{JOINER}norm"),
        ("(1, −1, 0.5), (1, x), " + f"({', '.join('123456789')})", f"(1,{SPACE}−1,{SPACE}0.5), (1, x), ({', '.join('123456789')})"),
        ("the Lemma 3.1, Eq. B.7, Table of", f"the Lemma{SPACE}3.1, Eq.{SPACE}B.7, Table of"),
        ("Eqs. 3.3-3.5 and B.6-B.7", f"Eqs.{SPACE}3.3–{JOINER}3.5 and B.6-B.7"),
        ("of gammas 0.1 and 0.01", f"of γ{SPACE}0.1 and 0.01"),
        ("0.1 [−0.05, 0.20]", f"0.1{SPACE}[−0.05,{SPACE}0.20]"),
        (
            f"lies 0.1 [0, 1], n{SPACE}={SPACE}3 above 0.2, n = 8.",
            f"lies 0.1{SPACE}[0,{SPACE}1] (n{SPACE}={SPACE}3) above 0.2, n{SPACE}={SPACE}8.",
        ),
        ("on 2026-11-27, 12-2026-11-2; x = −1", f"on 2026-{JOINER}11-{JOINER}27, 12-2026-11-2; x{SPACE}={SPACE}−1"),
        ("5e-09, −1.5e-7; 1e5 and 0.0e+00", "5×10<sup>−9</sup>, −1.5×10<sup>−7</sup>; 10<sup>5</sup> and 0"),
        ("digest 61e5f, v2e3", "digest 61e5f, v2e3"),
        ("⟨i, x⟩² (w)ᵀ b²", f"⟨i, x⟩{JOINER}² (w){JOINER}ᵀ b²"),
        ("a = −(b) − (c), −⟨d⟩", f"a = −{JOINER}(b) − (c), −{JOINER}⟨d⟩"),
        ("tends to 0 as rho → ∞", f"tends to 0 as rho{SPACE}→{SPACE}∞"),
        (
            "x in R^(h × (d + 1)), B^2 n, (X)^−1; norm x ^ 2",
            f"x in R<sup>h × (d + 1)</sup>, B<sup>2</sup> n, (X){JOINER}<sup>−1</sup>; norm x ^ 2",
        ),
    ],
)
def test_the_text_of_a_page_is_set_and_nothing_else(before, after):
    assert typeset(before) == after


def test_no_line_parts_a_name_that_the_page_gives_or_points_to():
    page = (
        '<p id="run-fig-4-scale">{}, low-loss <a href="evidence.html#eq-b.5:printed:in-limit">{}</a><a href="#eq-b.5">eq-b.5</a> in-limit'
    )
    before, after = "fig-4-scale: see fig-4", "part in-limit of eq-b.5."
    joined = (before.replace("-scale", f"-{JOINER}scale").replace("fig-4-", f"fig-{JOINER}4-"), after.replace("-", f"-{JOINER}"))
    assert typeset(page.format(before, after)) == page.format(*joined).replace(" in-limit", f" in-{JOINER}limit"), (
        "a link's whole text stays"
    )


@pytest.mark.parametrize(
    ("written", "ends"),
    [
        ("it is $a+1$. So", "<mn>1.</mn></math> So"),
        ("it is $x=1$. So", '<span class="m"><var>x</var>\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}1</span>. So'),
        (r"by $\|x\|$, and", '<mo stretchy="false" lspace="0" rspace="0">‖,</mo></math> and'),
        (r"at $\frac{a}{b}$); so", "</mfrac><mtext>);</mtext></math> so"),
        ("in $t f$", "<mi>f</mi></math>"),
        ("for $x$. So", "<var>x</var>. So"),
        ("in $x$ $y-2$", "<mn>2</mn></math>"),
    ],
)
def test_a_formula_keeps_the_stop_that_follows_it(written, ends):
    assert str(text.html(written)).endswith(ends)


def test_a_formula_keeps_the_sign_that_opens_before_it():
    assert str(text.html("“$a+1$”")) == "<math><mtext>“</mtext><mi>a</mi><mo>+</mo><mn>1”</mn></math>"
    assert str(text.html("so ($a+1$)")).startswith("so <math><mtext>(</mtext>")


def test_a_list_of_comparisons_is_not_told_in_the_line_above_it():
    row = Comparison(says="W x exists", found="2 and 3", agrees=False)
    says = "3 of 4 comparisons fail. Expected: W x exists. Found: 2 and 3"
    assert environment.beside(says, [row]) == "3 of 4 comparisons fail"
    assert environment.beside(says, []) == says
    assert environment.beside("the left side: 1", [row]) == "the left side: 1"


def test_fingerprints_of_data_are_called_so_and_stand_together():
    read = "images in folders, 10 classes, cifar 2776bf0af8785b3e, cifar 3ac1afa2f4ce6f92, tiny 52e0da93fc04a4a9"
    together = "; fingerprints of cifar: 2776bf0af8785b3e, 3ac1afa2f4ce6f92; fingerprint of tiny: 52e0da93fc04a4a9"
    assert digests.told(read) == f"images in folders, 10 classes{together}"
    assert digests.told("digits") == digests.without("digits") == "digits"


def test_facts_are_told_in_a_readers_words():
    assert environment.of_fact("10240", "points") == "10,240"
    assert environment.of_fact("inf", "worst") == "infinite"
    assert environment.of_fact("0 < gamma, grad phi is not zero", "note") == "0 &lt; γ, ∇φ is not zero"
    assert environment.of_fact("forall rho, 0 < rho", "statement") == "forall rho, 0 &lt; rho"
    assert environment.evenly("all 2 comparisons agree exactly") == "both comparisons agree exactly"
    assert environment.evenly("all 3 comparisons agree exactly") == "all 3 comparisons agree exactly"
    assert mathematics.formula("('0', '0.18') and ('0', '0.18')") == "(0, 0.18) and (0, 0.18)"


def test_settings_columns_and_points_have_a_readers_names():
    arms = {"a, SGD": "held_out = 256, rhos = 0.1, planned_epochs = 5", "b, SGD": "held_out = 256, rhos = 0.2, planned_epochs = 5"}
    shared, own = environment.settings(arms)
    assert shared == "points held out = 256, planned epochs = 5"
    assert own == {"a, SGD": "ρ = 0.1", "b, SGD": "ρ = 0.2"}
    assert [environment.column(name) for name in ("rho or gammas", "of", "at epoch")] == ["ρ or γ", "method", "at epoch"]
    assert environment.column("accuracy, n = 8") == f"accuracy, n{SPACE}={SPACE}8"
    point = mathematics.point("n=1, X=[[-1, 0]], t=[-1], rho=0.5").replace(SPACE, " ")
    assert point == "n = 1, X = row (−1, 0), t = (−1), ρ = 0.5"


def test_a_long_path_breaks_after_its_folders_and_a_short_one_nowhere():
    assert environment.path("empirical/experiments/small_shards.py:109") == "empirical/experiments/<wbr>small_shards.py:109"
    assert environment.path("theory/toy/<b>.py:1") == "theory/toy/&lt;b&gt;.py:1"


@pytest.mark.parametrize(
    ("last", "told"),
    [
        ("2026-11-27T04:59:50+00:00", "2026-11-27 04:59 UTC"),
        ("2026-11-27T06:08:23+00:00", "2026-11-27 04:59 to 06:08 UTC"),
        ("2026-11-28T06:08:23+00:00", "2026-11-27 04:59 to 2026-11-28 06:08 UTC"),
    ],
)
def test_dates_are_told_to_the_minute(last, told):
    assert environment.span("2026-11-27T04:59:03+00:00", last) == told


@pytest.mark.parametrize(
    ("by", "killed"),
    [
        ("n=1, t=[1]", "killed at n=1, t=[1]"),
        ("not met at n=1", "not met at n=1"),
        ("a comparison disagrees", "killed, since a comparison disagrees"),
        ("an error of 1 (beyond the tolerance)", "killed by an error of 1 (beyond the tolerance)"),
    ],
)
def test_what_killed_a_near_miss_is_a_phrase(by, killed):
    assert near_misses.Group(by=by, value="", changes=[]).killed == killed


def powers(*numbers):
    """Return a picture with a vertical and a horizontal grid line for each number, and the number after it."""
    line = '<path d="M{0} 10L{0} 90" fill="none" stroke="var(--line)"/><text font-size="8" x="{0}" y="99">{1}</text>'
    across = '<path d="M10 {0}L90 {0}" fill="none" stroke="var(--line)"/><text font-size="8" x="1" y="{0}">{1}</text>'
    drawn = "".join(line.format(40 * index, number) + across.format(30 * index, number) for index, number in enumerate(numbers, 1))
    return f'<svg xmlns="http://www.w3.org/2000/svg" class="claims-figure" viewBox="0 0 200 200">{drawn}</svg>'


def test_short_powers_along_an_axis_are_written_out_where_they_stood():
    texts = list(ET.fromstring(compact.compacted(powers("2×10⁻²", "10⁻¹", "3×10³"), "f")).iter("text"))
    assert {node.text for node in texts} == {"0.02", "0.1", "3000"}
    old, new = 8 * (2 * 0.465 + 0.465 + 0.527 + 0.528 + 0.401), 8 * (3 * 0.465 + 0.22)
    below, beside = (float(node.get("x")) for node in texts if node.text == "0.02")
    assert below == pytest.approx(40 + (old - new) / 2, abs=0.06)
    assert beside == pytest.approx(1 + old - new, abs=0.06)


def test_numbers_along_an_axis_that_are_written_out_stand_on_one_line():
    drawn = powers("10⁻¹", "10⁰").replace("</svg>", '<text font-size="8" x="140" y="97.4">2×10⁻¹</text></svg>')
    heights = {node.text: node.get("y") for node in ET.fromstring(compact.compacted(drawn, "f")).iter("text") if float(node.get("x")) > 30}
    assert heights == {"0.1": "99.0", "1": "99.0", "0.2": "99.0"}


def test_a_name_has_a_power_for_a_number_with_an_e():
    texts = ET.fromstring(compact.compacted(powers("n-SAM, ρ = 1e5"), "f")).iter("text")
    assert {node.text for node in texts} == {"n-SAM, ρ = 10⁵"}


def test_a_large_number_in_a_name_has_commas():
    texts = ET.fromstring(compact.compacted(powers("after 20000 steps", "n-SAM, ρ = 100000", "0.12345 or 2000"), "f")).iter("text")
    assert {node.text for node in texts} == {"after 20,000 steps", "n-SAM, ρ = 100,000", "0.12345 or 2000"}


def test_a_picture_with_a_long_power_keeps_its_powers():
    assert {node.text for node in ET.fromstring(compact.compacted(powers("10⁻¹", "10⁵"), "f")).iter("text")} == {"10⁻¹", "10⁵"}


def test_a_recorded_method_or_network_has_the_name_that_the_paper_writes():
    common, own = environment.settings({"a": "model = 2nn, method = 1-sam", "b": "model = resnet18-alone, method = 1-sam"})
    assert (common, own) == ("method = 1-SAM", {"a": "network = 2NN", "b": "network = ResNet18, points normalised alone"})


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("python -m theory quotes", "python -m theory quotes"),
        (
            "python -m empirical run fig-4-accuracy --profile paper --data DIR",
            "<span>python -m empirical run</span> <span>fig-4-accuracy --profile paper</span> <span>--data DIR</span>",
        ),
        (
            "python -m theory verify sam-hurts --examples 10000 --seed 0",
            "<span>python -m theory verify sam-hurts</span> <span>--examples 10000 --seed 0</span>",
        ),
        (f"run --{'x' * 40}", f"<span>run</span> <span>--{'x' * 34}</span><wbr><span>xxxxxx</span>"),
        ("run <b>", "run &lt;b&gt;"),
    ],
)
def test_a_command_breaks_at_blanks_and_an_option_within_only_where_it_is_wider_than_a_line(written, shown):
    assert environment.command(written) == shown


def test_a_point_with_a_number_that_is_long_has_wide_columns():
    assert mathematics.wide([("d", "1"), ("longest", "1.000000001")])
    assert not mathematics.wide([("d", "1"), ("h", "[0.5, 0, 0, 0, 0, 0, 0, 0, 0]")])
