"""Malformed files of evidence: each is refused with one EvidenceError, or is read as evidence that can be written and read again."""

import json
import re

import pytest
from hypothesis import strategies as st

from reports import evidence as ev
from reports.evidence import EvidenceError
from tests.fuzz.harm import EXAMPLES, NUMBERS, SCRAPS, harms, put, refused, shortened, turned
from tests.reports.examples import dossier, evidence

MISSES = [
    {"change": "a sign", "formula": "-x", "killed_by": "x = 1: -1 against 1"},
    {"change": "a factor", "formula": "2*x", "killed_by": "x = 1"},
]
WHOLE = ev.encode(
    dossier(
        evidence(
            "property",
            points=1536,
            precision="float64",
            domain={"x": "[0, 1]"},
            sizes=[{"d": 3}],
            worst=0.5,
            tolerance=1e-9,
            exceeded=2,
            ruled=1,
        ),
        evidence("property", worst="inf", points=20),
        evidence("near-miss", made=4, rejected=2, equivalent=1, equal=["x + 0"], survivors=["x*x: x**2"], misses=MISSES),
        evidence("symbolic", steps=[{"says": "One.", "by": "SymPy", "detail": "0"}], cited=["Lemma 1"]),
        evidence("counterexample", "refutes", point={"x": "1"}, left="1", right="2", digits=50),
        evidence("assumption", assumption="x > 0", needed=True, points=3),
        evidence("experiment", experiment="fig-1", question="?", rule="r", rows=[{"rho": "0.1"}], seeds=3, settings={"a": "d = 2"}),
    )
)
OTHERS = [
    b"{}",
    b"[]",
    b'{"schema": 1}',
    b'{"schema": 2}',
    b"schema = 1\n",
    b"\x89PNG\r\n\x1a\n" + bytes(40),
    ev.encode(dossier(evidence(claim="eq-2"), claim="eq-2")),
]
VALUE = re.compile(rb'(?<=": )("[^"\n]*"|-?[0-9][-+0-9.e]*|true|false)')
KEY = re.compile(rb'"[^"\n]*"(?=: )')


def values(*, known):
    """JSON that may stand in the place of a value: of another type, out of bounds, or nested without end."""
    nested = st.builds(
        lambda n, a, b: a * n + b * n, st.sampled_from([1, 12, 900, 5000]), st.sampled_from(["[", '{"a": ']), st.sampled_from(["]", "}"])
    )
    long = st.builds(
        lambda n, text: f'"{text * n}"', st.sampled_from([0, 30_000]), st.sampled_from(["a", "\\u0000", "\\n", "é", "\\ud800"])
    )
    return st.one_of(
        NUMBERS, SCRAPS, nested, long, st.sampled_from([f'"{word}"' for word in ("NaN", "nan", "Infinity", "-1", "inf")]), known
    )


@st.composite
def other_values(draw, content):
    """Some values are exchanged."""
    for _ in range(draw(st.integers(1, 3))):
        places = list(VALUE.finditer(content))
        place = draw(st.sampled_from(places))
        known = st.sampled_from([value[0].decode() for value in places[:40]])
        content = content[: place.start()] + draw(values(known=known)).encode() + content[place.end() :]
    return content


@st.composite
def other_keys(draw, content):
    """Some keys are exchanged, or stand there twice."""
    for _ in range(draw(st.integers(1, 2))):
        places = list(KEY.finditer(content))
        place, second_place = draw(st.sampled_from(places)), draw(st.sampled_from(places))
        key = draw(
            st.sampled_from(
                [
                    second_place[0],
                    b'"x"',
                    b'""',
                    b'"' + b"k" * 500 + b'"',
                    b'"\\u0000"',
                    place[0] + b": 1, " + place[0],
                    b'"evidence": [], ' + second_place[0],
                ]
            )
        )
        content = content[: place.start()] + key + content[place.end() :]
    return content


@st.composite
def other_counts(draw, content):
    """Counts of attacks are negative, larger than the whole, or not the length of the list that they count."""
    raw = json.loads(content)
    records = [item["details"] for item in raw["evidence"] if {"points", "made"} & item["details"].keys()]
    details = draw(st.sampled_from(records))
    numbers = st.one_of(st.integers(-5, 5), st.integers(2000, 10**20), st.floats(allow_nan=False, allow_infinity=False))
    for key in draw(
        st.lists(st.sampled_from(["points", "exceeded", "made", "rejected", "equivalent"]), min_size=1, max_size=2, unique=True)
    ):
        details[key] = draw(numbers)
    return json.dumps(raw).encode()


HARMS = {
    "any": lambda content: harms(content, OTHERS),
    "turned": turned,
    "shortened": shortened,
    "values": other_values,
    "keys": other_keys,
    "counts": other_counts,
}
SHARE = -(-EXAMPLES // len(HARMS))


@pytest.mark.parametrize("harm", HARMS)
def test_malformed_evidence_ends_in_one_message(tmp_path, harm):
    path = ev.path_of(tmp_path, "theory", "eq-1")
    path.parent.mkdir(parents=True)

    def read(harmed):
        put(path, harmed)
        (read_back,) = ev.read_all(tmp_path)
        path.write_bytes(ev.encode(read_back))  # as valid as any: it can be written and read again
        assert ev.read(path) == read_back

    assert len(refused(HARMS[harm](WHOLE), read, EvidenceError, str(path), least=SHARE)) == SHARE


@pytest.mark.parametrize(
    ("details", "said"),
    [
        ({"worst": "NaN"}, "Expected a number, or as text `inf` or `-inf` - at `evidence[0].details.worst`"),
        ({"worst": "nan"}, "Expected a number, or as text `inf` or `-inf` - at `evidence[0].details.worst`"),
        ({"points": -1}, "Expected `int` >= 0 - at `evidence[0].details.points`"),
        ({"points": True}, "Expected `int`, got `bool` - at `evidence[0].details.points`"),
        ({"points": 3, "exceeded": 4}, "`exceeded` is at most `points`, got 4 of 3 at evidence[0].details"),
        ({"made": 3, "rejected": 4}, "`rejected` is at most `made`, got 4 of 3"),
        ({"made": 3, "rejected": 2, "equivalent": 0, "survivors": []}, "got 2 + 0 + 0 of 3 made"),
        ({"rejected": 3, "misses": MISSES}, "`rejected` counts `misses`, got 3 and a list of 2"),
        ({"misses": [{"change": "x", "odd": 1}]}, "unknown field `odd` - at `evidence[0].details.misses[0]`"),
        ({"rows": [1]}, "Expected `object`, got `int` - at `evidence[0].details.rows[0]`"),
        ({"anything": "x" * 5_000_000}, "a text has at most 20000 characters, got 5000000 at evidence[0].details.anything"),
        ({"x" * 21_000: 1}, "a text has at most 20000 characters, got 21000 at a key of evidence[0].details"),
        ({"anything": [[[[[[[[1]]]]]]]]}, "lists and objects must not stand so deep in one another"),
        ({"anything": list(range(10_001))}, "a list or object has at most 10000 items, got 10001"),
        (
            {"anything": 2**53 + 1},
            "a whole number lies within 2^53, got 54 bits at evidence[0].details.anything; a larger one is written as text",
        ),
    ],
)
def test_details_out_of_bounds_are_refused_when_they_are_read_and_when_they_are_written(tmp_path, details, said):
    path = ev.write(tmp_path, dossier(evidence("property")))
    raw = json.loads(path.read_text())
    raw["evidence"][0]["details"] = details
    path.write_text(json.dumps(raw))
    with pytest.raises(EvidenceError) as caught:
        ev.read(path)
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"{path} is not evidence: ")
    assert str(caught.value).endswith("; delete it and run the claim again")
    assert len(str(caught.value)) < 600
    with pytest.raises(EvidenceError, match="what theory says of 'eq-1' is not evidence"):
        ev.encode(dossier(evidence("property", **details)))


@pytest.mark.parametrize(
    ("field", "value"),
    [("says", "x" * 5_000_000), ("says", "\x00"), ("part", "x" * 100), ("part", "../x"), ("form", 3), ("qualifier", "odd")],
)
def test_a_field_out_of_bounds_is_refused_by_its_name(tmp_path, field, value):
    path = ev.write(tmp_path, dossier(evidence("property")))
    raw = json.loads(path.read_text())
    raw["evidence"][0][field] = value
    path.write_text(json.dumps(raw))
    with pytest.raises(EvidenceError, match=rf"is not evidence: .* - at `\$\.evidence\[0\]\.{field}`"):
        ev.read(path)


@pytest.mark.parametrize("worst", ["inf", "-inf", "1e+300", "-1.797e+308", 0, -3.5, 7e13])
def test_a_score_without_bound_is_text_and_any_other_a_number(tmp_path, worst):
    scored = dossier(evidence("property", worst=worst))
    assert ev.read(ev.write(tmp_path, scored)) == scored


def test_more_bytes_than_are_read_are_refused_unread(tmp_path):
    path = ev.write(tmp_path, dossier(evidence()))
    with path.open("ab") as file:
        file.truncate(2**40)
    with pytest.raises(EvidenceError, match=r"must be readable, but it holds 1099511627776 bytes, and at most 16777216 are read"):
        ev.read(path)
