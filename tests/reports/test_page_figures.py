"""Pictures of runs keep shapes and words alone, explaining pictures agree with the statements; the same content gives the same bytes."""

import json
import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import ledger, record
from reports.evidence import EvidenceError
from reports.page import claims_html, claims_json, compact, figure, flow, palette, pictures, plot, runs, style, ticks
from reports.page.explained.beside import beside
from reports.page.polyline import shortened, simplified
from tests.reports.examples import LEDGER, dossier, evidence
from tests.reports.outline import Outline

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 300 200">{}</svg>'


def drawn():
    """A picture of a run as Matplotlib writes it."""
    from empirical.report.figures import Line, Panel, svg

    steps = list(range(200))
    curve = [0.5 + 0.2 * np.sin(step / 40) for step in steps]
    line = Line(steps, curve, "ρ = 0.18", low=[y - 0.02 for y in curve], high=[y + 0.02 for y in curve], marked=True)
    return svg([Panel("accuracy < 1 & more", "step", "test accuracy", [line], levels=[(0.6, "the paper")], log_y=True)])


# pictures of runs


def test_a_picture_of_matplotlib_becomes_small_and_keeps_its_words():
    raw = drawn()
    kept = figure.cleaned(raw, "fig-3a")
    words = re.findall(r"<text[^>]*>([^<]*)</text>", kept)
    assert {"accuracy &lt; 1 &amp; more", "step", "test accuracy", "ρ = 0.18", "the paper", "150"} <= set(words)
    assert len(kept) < len(raw) / 2
    assert len(kept) < 30_000
    assert "style=" not in kept
    assert not re.search(r"#[0-9a-f]{6}", kept), "every colour is a variable"


def test_cleaning_twice_changes_nothing_and_the_same_run_gives_the_same_bytes():
    once = figure.cleaned(drawn(), "fig-3a")
    assert figure.cleaned(once, "fig-3a") == once
    assert figure.cleaned(drawn(), "fig-3a") == once


def test_ids_of_two_pictures_differ_and_lead_somewhere():
    first, second = (figure.cleaned(drawn(), name) for name in ("one", "two"))
    ids = [set(re.findall(r'id="([^"]*)"', kept)) for kept in (first, second)]
    assert ids[0].isdisjoint(ids[1])
    for kept, own in zip((first, second), ids, strict=True):
        links = set(re.findall(r'href="#([^"]*)"|url\(#([^)]*)\)', kept))
        assert links <= {(own_id, "") for own_id in own} | {("", own_id) for own_id in own}


HOSTILE = [
    "<script>alert(1)</script>",
    '<a href="https://example.org"><rect width="9" height="9"/></a>',
    '<image href="https://example.org/x.png"/>',
    '<use xlink:href="https://example.org/x.svg#a"/>',
    '<rect onclick="alert(1)" width="9" height="9"/>',
    '<rect style="fill: url(https://example.org/x)" width="9" height="9"/>',
    "<style>* { fill: url(https://example.org/x) }</style>",
    '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><script>alert(1)</script></body></foreignObject>',
    '<g><!-- </text><script>alert(1)</script> --><g transform="translate(1 2) scale(0.1 -0.1)"><use xlink:href="#a"/></g></g>',
    '<animate attributeName="href" values="javascript:alert(1)"/>',
    "<text>&lt;script&gt;alert(1)&lt;/script&gt;</text>",
]


@pytest.mark.parametrize("inside", HOSTILE)
def test_nothing_in_a_picture_runs_or_asks_for_anything(inside):
    kept = figure.cleaned(SVG.format(inside), "fig")
    assert not re.search(r"<(?!/?(?:svg|g|path|use|defs|clipPath|rect|text)\b)|\son\w+=|style=|javascript|example\.org", kept)
    ran = runs.Runs(figures={"fig": kept})
    shown = evidence(
        "experiment", claim="fig-2", part="result", experiment="fig", question="?", rule="r", expected="e", seeds=2, command="c"
    )
    page = claims_json.document(ledger.parse(LEDGER, "claims.toml"), [dossier(shown, claim="fig-2", source="empirical")])
    tags = [tag for tag, _ in Outline(claims_html.render(page, ran)).tags]
    assert tags.count("script") == 1
    assert not {"a", "image", "foreignobject", "animate"} & set(tags[tags.index("svg") :][:20]) - {"a"}


@pytest.mark.parametrize("text", ["", "no picture", "<html/>", '<!DOCTYPE svg [<!ENTITY a "b">]>' + SVG.format("<text>&a;</text>")])
def test_text_that_is_no_picture_is_refused(text):
    with pytest.raises(EvidenceError, match="the picture of fig must be"):
        figure.cleaned(text, "fig")


def places(path):
    """Return the corners of a path of straight lines, whatever letters it is written in."""
    corners, x, y = [], 0.0, 0.0
    for letter, coordinates in re.findall(r"([MLlhv])([^MLlhvz]*)", path):
        numbers = [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", coordinates)]
        if letter in "hv":
            numbers = [numbers[0], 0.0] if letter == "h" else [0.0, numbers[0]]
        for across, down in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = (across, down) if letter in "ML" else (x + across, y + down)
            corners.append((round(x, 6), round(y, 6)))
    return corners


@given(st.lists(st.tuples(st.integers(-9999, 9999), st.integers(-9999, 9999)), min_size=2, max_size=30))
def test_steps_lead_to_the_same_places(corners):
    path = "M" + "L".join(f"{x / 10} {y / 10}" for x, y in corners) + "z"
    steps = compact.stepped(path)
    assert places(steps) == [(x / 10, y / 10) for x, y in corners]
    assert places(compact.stepped(path, (0.5, -3.0))) == [((x + 5) / 10, (y - 30) / 10) for x, y in corners]


def test_a_path_that_only_moves_is_left_out_and_a_curved_one_alone():
    assert compact.stepped("M1 2M3 4") == ""
    assert compact.stepped("M0 0C1 2 3 4 5 6z") == "M0 0C1 2 3 4 5 6z"


def test_a_compact_picture_has_the_words_the_colours_and_the_corners_of_the_cleaned_one():
    cleaned = figure.cleaned(drawn(), "fig-3a")
    small = compact.compacted(cleaned, "f1-")
    assert len(small) < 0.7 * len(cleaned)
    written_out = {"3×10⁻¹": "0.3", "4×10⁻¹": "0.4", "6×10⁻¹": "0.6", "10⁰": "1", "10⁻¹": "0.1"}
    for pattern in (r">([^<]+)</text>", r"var\(--[\w-]+\)"):
        assert set(re.findall(pattern, small)) == {written_out.get(word, word) for word in re.findall(pattern, cleaned)}
    curves = [places(path) for path in re.findall(r' d="([^"C]*)"', small)]
    before = [places(path) for path in re.findall(r'<path d="([^"C]*)" fill="none"', cleaned)]
    drawn_lines = {corner for path in curves for corner in path}
    assert {corner for path in before for corner in path} <= drawn_lines
    assert "<use" not in small, "bands stand in their place, marks are strokes"
    uses = re.findall(r'<use x="([\d.]+)" y="([\d.]+)" fill="[^"]*" stroke', cleaned)
    marks = {(round(10 * float(x)) / 10, round(10 * float(y)) / 10) for x, y in uses}
    [dots] = [set(places(path)) for path in re.findall(r' d="([^"]*)"[^>]*stroke-width="4.6"', small)]
    assert len(marks) == 200
    assert dots == marks
    ids = re.findall(r'id="([^"]*)"', small)
    assert {link for links in re.findall(r'href="#([^"]*)"|url\(#([^)]*)\)', small) for link in links if link} == set(ids)


def test_a_picture_that_two_experiments_share_stands_once():
    cleaned = {name: figure.cleaned(drawn(), name) for name in ("one", "two")}
    items = [
        evidence("experiment", claim=claim, part=part, experiment=name, question="?", rule="r", expected="e", seeds=2, command="c")
        for claim, part, name in (("eq-1", "upper", "one"), ("fig-2", "result", "two"))
    ]
    book = ledger.parse(LEDGER, "claims.toml")
    page = claims_json.document(book, [dossier(item, claim=item.claim, source="empirical") for item in items])
    content = claims_html.render(page, runs.Runs(figures=cleaned))
    assert content.decode().count("claims-figure") - style.sheet([]).count("claims-figure") == 1
    assert "The picture stands with one." in Outline(content).text


def test_a_pale_band_may_be_off_by_a_unit_and_a_line_may_not():
    jagged = "M0 0L10 0.8L20 0L30 9L40 0"
    picture = f'<svg xmlns="http://www.w3.org/2000/svg"><path d="{jagged}" fill-opacity="0.2"/><path d="{jagged}" fill="none"/></svg>'
    band, line = re.findall(r"\bd=\"([^\"]*)\"", compact.compacted(picture, ""))
    assert (band, line) == ("M0 0h20l10 9 10-9", "M0 0l10 .8 10-.8 10 9 10-9")


def test_a_path_keeps_its_shape():
    points = [(float(x), float(np.sin(x / 100) * 40)) for x in range(2000)]  # not steep: distance is height
    kept = simplified(points, 0.3)
    assert len(kept) < 130
    assert (kept[0], kept[-1]) == (points[0], points[-1])
    across, up = np.array(points).T
    assert np.max(np.abs(np.interp(across, *np.array(kept).T) - up)) < 0.33
    assert shortened("M 0 0 \nL 10 0.001 \nL 20 0 \nQ 1 2 3 4 \nz\n") == "M0 0L20 0Q1 2 3 4z"
    assert simplified([(1.0, 1.0)]) == [(1.0, 1.0)]


# pictures that explain


def test_the_flow_of_the_picture_equals_the_flow_that_the_theory_is_tested_with():
    from tests.theory.two_numbers import Toy, follow

    theirs = follow(Toy(), np.array([0.18]), 400)
    ours = flow.follow(0.18, 400)
    np.testing.assert_allclose(np.array(ours), np.stack([theirs.a[0], theirs.b[0]], axis=1), rtol=1e-12)
    np.testing.assert_allclose([flow.accuracy(a, b) for a, b in ours[1:]], theirs.accuracy[0, 1:], rtol=1e-12)


def test_level_lines_have_the_accuracy_that_they_are_labelled_with():
    level = flow.level(0.6, 2 / flow.NOISE, 2.5 / flow.NOISE)
    assert level is not None
    assert flow.accuracy(2 / flow.NOISE, level) == pytest.approx(0.6, abs=1e-9)
    assert flow.level(0.99, 2 / flow.NOISE, 2.5 / flow.NOISE) is None


def test_every_picture_is_small_and_draws_the_evidence():
    page = claims_json.document(ledger.read(), record.gather([record.PUBLISHED]))
    made = {picture.id: picture for picture in pictures.all_of(page)}
    assert list(made) == ["table-1", "ratio", "bounds", "flow", "kills"]
    assert made["table-1"].svg.count("<circle") == 10, "five methods, here and in the paper"
    kills = made.pop("kills").svg
    rows = kills.count('text-anchor="end"')
    assert rows > 50
    assert len(kills) < 700 * rows, "a bar is one path a colour"
    assert all(len(picture.svg) < 6_000 for picture in made.values())
    assert made["bounds"].svg.count("<circle") == 2, "the shrunk counterexamples of both bounds"
    for claim in page.claims:
        if any(item.method == "near-miss" and item.details.get("misses") for item in claim.evidence):
            assert f">{claim.id}</text>" in kills
    assert pictures.all_of(page) == pictures.all_of(page)


def test_the_text_alternative_of_every_picture_tells_its_result():
    page, ran = claims_json.document(ledger.read(), record.gather([record.PUBLISHED])), runs.gather([record.PUBLISHED])
    tags = Outline(claims_html.render(page, ran)).tags
    told = [attributes["aria-label"] for _, attributes in tags if attributes.get("role") == "img"]
    explained = {picture.title: picture.result for picture in (*pictures.all_of(page), *beside(page).values())}
    runs_told = [text for text in told if not text.startswith(tuple(explained))]
    assert len(runs_told) > 40
    assert [text for text in runs_told if not re.search(r"[?.] (Met its rule|Missed its rule|Undecided): \S.*\d", text)] == []
    assert all(explained.values())
    assert [title for title, result in explained.items() if not any(title in text and result in text for text in told)] == []


def test_letters_of_a_picture_are_never_smaller_than_the_page_can_show():
    picture = '<svg xmlns="http://www.w3.org/2000/svg"><text font-size="7.5">a</text><text font-size="9">b</text><text>c</text></svg>'
    assert re.findall(r'font-size="([\d.]+)"', compact.compacted(picture, "")) == ["8", "9", "8"]


def test_a_page_without_near_misses_says_so():
    page = claims_json.document(ledger.parse(LEDGER, "claims.toml"), [])
    assert [(picture.id, picture.absent) for picture in pictures.all_of(page)] == [("kills", "No near misses here yet.")]


def test_labels_at_the_ends_of_lines_do_not_cover_one_another():
    chart = plot.Plot((0, 1), (0, 1), "x", "y")
    chart.ends([((1, 0.50), "a", "p1"), ((1, 0.51), "b <", "p2"), ((1, 0.52), "c", "p3")])
    heights = sorted(float(y) for y in re.findall(r' y="([\d.]+)"', chart.svg()))
    assert all(high - low > 16 for low, high in pairwise(heights))
    assert "b &lt;" in chart.svg()


# colours, and the published part of runs


@pytest.mark.parametrize("colours", [palette.LIGHT, palette.DARK], ids=["light", "dark"])
def test_words_can_be_read_on_every_ground(colours):
    words = set(colours) - {"paper", "card", "shade", "line"}
    low = {(w, g): palette.contrast(colours[w], colours[g]) for w in words for g in ("paper", "card")}
    assert {pair: contrast for pair, contrast in low.items() if contrast < 4.5} == {}


def test_colours_of_a_ramp_are_seen_on_both_grounds_and_keep_their_order():
    from empirical.report.figures import ramp

    shades = ramp(6)
    for ground, changed in ((palette.LIGHT, palette.on_light), (palette.DARK, palette.on_dark)):
        for least in (palette.READABLE, palette.ON_BAND, palette.WORDS):
            contrasts = [palette.contrast(changed(shade, least), ground["card"]) for shade in shades]
            assert min(contrasts) >= least
            assert contrasts == sorted(contrasts)


def over(colour, ground, share):
    """Return the colour that a pale area has on a ground."""
    parts = [(int(colour[at : at + 2], 16), int(ground[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(share * top + (1 - share) * under):02x}" for top, under in parts)


PUBLISHED = sorted({colour for drawn in runs.gather([record.PUBLISHED]).figures.values() for colour in figure.colours(drawn)})


@pytest.mark.parametrize(("ground", "changed"), [(palette.LIGHT, palette.on_light), (palette.DARK, palette.on_dark)], ids=["light", "dark"])
def test_a_line_is_seen_on_its_band_on_the_paper_s_axes_and_its_name_is_read_there(ground, changed):
    assert len(PUBLISHED) > 10
    bands = {colour: over(changed(colour), ground["shade"], 0.18) for colour in PUBLISHED}
    seen = {colour: palette.contrast(changed(colour), band) for colour, band in bands.items()}
    read = {colour: palette.contrast(changed(colour, palette.WORDS), ground["shade"]) for colour in PUBLISHED}
    assert {colour: contrast for colour, contrast in seen.items() if contrast < palette.READABLE} == {}
    assert {colour: contrast for colour, contrast in read.items() if contrast < 5} == {}


def test_the_words_of_a_panel_have_colours_that_stand_out_enough_for_small_words():
    panel = '<svg xmlns="http://www.w3.org/2000/svg"><text x="1" y="9" font-size="8" fill="var(--kc3b369)">ρ = 0.03</text></svg>'
    sheet = palette.style(drawn=("#c3b369",))
    used = re.findall(r'<text[^>]* fill="var\(--(\w+)\)"', ticks.together(panel))
    assert len(used) == 1
    for name in used:
        light, dark = re.findall(rf"--{name}:(#\w+)", sheet)
        assert palette.contrast(light, palette.LIGHT["card"]) >= 4.5
        assert palette.contrast(dark, palette.DARK["card"]) >= 4.5


def test_the_style_sheet_names_every_colour_of_the_pictures():
    kept = figure.cleaned(drawn(), "fig")
    sheet = style.sheet(figure.colours(kept))
    assert set(re.findall(r"var\(--([\w-]+)\)", kept)) <= set(re.findall(r"--([\w-]+):", sheet))


def test_the_published_part_of_a_run_renders_the_same_page(tmp_path):
    arm = {
        "setting": {"rhos": [0.0, 0.1], "rates": [0.01]},
        "values": {"peak": [[0.6, 0.7], [0.5, 0.9], [0.55, 0.8]]},
        "curves": {"x": [1]},
    }
    (tmp_path / "out" / "experiments").mkdir(parents=True)
    (tmp_path / "out" / "figures").mkdir()
    (tmp_path / "out" / "experiments" / "fig-2.json").write_text(json.dumps({"results": {"seeds": [0, 1, 2], "arms": {"a": arm}}}))
    (tmp_path / "out" / "figures" / "fig-2.svg").write_text(drawn(), encoding="utf-8")
    ran = runs.gather([tmp_path / "out", tmp_path / "absent"])
    runs.write(tmp_path / "published", ran)
    again = runs.gather([tmp_path / "published"])
    assert again.figures == ran.figures
    assert "curves" not in (tmp_path / "published" / "experiments" / "fig-2.json").read_text(encoding="utf-8")
    assert [(row.setting, row.seeds, row.least, row.middle, row.largest) for row in again.seeds("fig-2")] == [
        ("0", 3, 0.5, 0.55, 0.6),
        ("0.1", 3, 0.7, 0.8, 0.9),
    ]
    assert {row.names for row in again.seeds("fig-2")} == {"ρ"}, "the rate is the same for both"
    assert ran.seeds("fig-2") == again.seeds("fig-2")
    assert ran.seeds("fig-9") == ran.seeds("fig-2", "worst") == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("experiments/x.json", b"{"),
        ("experiments/x.json", b"[]"),
        ("experiments/x.json", b"\xff\xfe"),
        ("experiments/x.json", b'{"results": [1]}'),
        ("experiments/x.json", b'{"results": {"arms": {"a": 3}}}'),
        ("experiments/x.json", None),  # a folder
        ("figures/x.svg", b"<svg"),
        ("figures/x.svg", b"\xff\xfe"),
        ("figures/x.svg", None),
    ],
)
def test_files_of_a_run_that_cannot_be_used_are_told(tmp_path, name, content):
    path = tmp_path / name
    path.parent.mkdir()
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(EvidenceError, match=r"\bx\b.*again|x\.(json|svg) must be (a )?readable"):
        runs.gather([tmp_path])
