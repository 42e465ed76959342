"""Malformed ledgers: each is refused with one LedgerError, or is read as a ledger that is whole."""

import re

import pytest
from hypothesis import strategies as st

from reports import ledger
from reports.ledger import LedgerError
from tests.fuzz.harm import EXAMPLES, NUMBERS, SCRAPS, harms, put, refused, repeated, shortened, turned
from tests.reports.examples import LEDGER

REAL = ledger.DEFAULT_PATH.read_bytes()
PIECE = REAL[: REAL.index(b"[[claim]]", 4000)]
OTHERS = [b"schema = 1\n", b'{"schema": 1, "claim": []}', REAL[:700], b"\xff\xfe" + LEDGER.encode("utf-16-le"), b"\x7fELF" + bytes(50)]
VALUE = re.compile(rb'(?<== )("[^"\n]*"|\d+)')


@st.composite
def other_values(draw, content):
    """Some values are of another type, out of bounds, or nest without end."""
    places = list(VALUE.finditer(content))
    nested = st.builds(
        lambda n, a, b: a * n + b * n, st.sampled_from([1, 9, 200, 5000]), st.sampled_from(["[", "{a = "]), st.sampled_from(["]", "}"])
    )
    long = st.builds(
        lambda n, text: f'"{text * n}"', st.sampled_from([0, 30_000]), st.sampled_from(["a", "$", "a.", "\\u0000", "\\n", "é"])
    )
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from(places))
        value = draw(st.one_of(NUMBERS, SCRAPS, nested, long)).encode()
        content = content.replace(place[0], value, 1)
    return content


@st.composite
def other_keys(draw, content):
    """A key, or a table, is exchanged or stands there again."""
    lines = content.splitlines(keepends=True)
    spot = draw(st.integers(0, len(lines) - 1))
    scrap = draw(st.one_of(NUMBERS, SCRAPS, st.text(max_size=8))).encode(errors="ignore")
    line = draw(
        st.sampled_from(
            [
                lines[spot] * 2,
                scrap,
                scrap + lines[spot],
                b"verdict = 1\n",
                b"[claim]\n",
                b"a." * 300 + b"a = 1\n",
                b"[[claim]]\n",
                b"id = 3\n",
            ]
        )
    )
    return b"".join([*lines[:spot], line, *lines[spot + draw(st.integers(0, 1)) :]])


HARMS = {
    "any": lambda content: harms(content, OTHERS),
    "turned": turned,
    "shortened": shortened,
    "repeated": repeated,
    "values": other_values,
    "keys": other_keys,
}
SHARE = -(-EXAMPLES // (2 * len(HARMS)))


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("content", [LEDGER.encode(), PIECE], ids=["made-up", "real"])
def test_a_malformed_ledger_ends_in_one_message(tmp_path, harm, content):
    path = tmp_path / "claims.toml"

    def read(harmed):
        put(path, harmed)
        book = ledger.read(path)
        assert all(claim.id and claim.statements for claim in book.claims)

    assert len(refused(HARMS[harm](content), read, LedgerError, str(path), least=SHARE)) == SHARE


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda raw: raw.replace(b"schema = 1", b"schema = " + b"9" * 5000), "must hold plain numbers, but Exceeds the limit"),
        (lambda raw: raw.replace(b"schema = 1", b"schema = " + b"9" * 4000), "must have schema 1, got 9999"),
        (lambda raw: raw.replace(b"schema = 1", b"schema = 1e999"), "must have schema 1, got inf"),
        (lambda raw: raw.replace(b"schema = 1", b"schema = " + b"[" * 100_000), "stand in one another without end; restore it"),
        (lambda raw: raw.replace(b"schema = 1", b"a." * 20_000 + b"a = 1"), "must have at most 200 dots a line, got 20000 in line 1"),
        (
            lambda raw: raw.replace(b"A claim on", b"\\u0000"),
            "claim eq-1 is not a row of the ledger: Expected text without control characters",
        ),
        (lambda raw: raw.replace(b"A claim on", b"a" * 20_001), "claim eq-1 is not a row of the ledger: Expected `str` of length <= 20000"),
        (lambda raw: raw + b"#" * 2**20, "must be a readable ledger, but it holds 1049"),
        (lambda raw: raw.decode().encode("utf-16"), "must be UTF-8 text, but invalid start byte at byte 0"),
    ],
)
def test_what_was_met_stays_one_clear_message(tmp_path, change, said):
    path = tmp_path / "claims.toml"
    path.write_bytes(change(LEDGER.encode()))
    with pytest.raises(LedgerError) as caught:
        ledger.read(path)
    assert said in str(caught.value)
    assert len(str(caught.value)) < 400
    assert "\n" not in str(caught.value)


def test_a_byte_order_mark_is_let_pass(tmp_path):
    (tmp_path / "claims.toml").write_bytes(b"\xef\xbb\xbf" + LEDGER.encode())
    assert ledger.read(tmp_path / "claims.toml") == ledger.parse(LEDGER, "")
