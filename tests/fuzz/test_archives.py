"""Malformed archives: each is refused with one DataError, or unpacked inside its folder; nothing half unpacked stays."""

import gzip
import io
import shutil
import tarfile
import zipfile

import pytest
from hypothesis import strategies as st

from empirical.data import archives
from empirical.data.images import DataError
from empirical.data.unpack import unpack
from tests.fuzz.harm import EXAMPLES, harms, put, refused, repeated, shortened, turned

FILES = {"data/a.txt": b"one" * 50, "data/inner/b.txt": b"two", "other/c.txt": b"three"}
BIG = 40_000  # bytes that all files of an archive may have here


def tar_of(members):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as packed:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            packed.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def zip_of(members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), content)
    return buffer.getvalue()


def zipped(content):
    return gzip.compress(content, 1, mtime=0)


TAR, ZIP = tar_of(FILES), zip_of(FILES)
OTHERS = [
    zipped(TAR),
    ZIP,
    TAR,
    b"\x89PNG\r\n\x1a\n" + bytes(40),
    zipped(b""),
    zipped(b"text"),
    b"Rar!\x1a\x07\x00",
    zip_of({}),
    zipped(tar_of({})),
]


@st.composite
def turned_within(draw, content):
    """A tar with harmed headers, under a whole `gz`."""
    raw = bytearray(content)
    for _ in range(draw(st.integers(1, 5))):
        spot = 512 * draw(st.sampled_from([0, 2])) + draw(st.one_of(st.integers(0, 511), st.sampled_from([124, 135, 148, 156, 257, 345])))
        raw[spot] = draw(st.integers(0, 255))
    return zipped(bytes(raw))


@st.composite
def other_members(draw):
    """A tar whose sums are right, with members that are links, devices, huge, of odd names, or there twice."""
    buffer = io.BytesIO()
    names = st.sampled_from(
        ["data/a.txt", "data", "data/a.txt/b", "../x", "/etc/x", "data/" + "n" * 300, "data/\x1b[2J", "data/..", "data/a:b", "data/\udcff"]
    )
    kinds = st.sampled_from(
        [tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE, tarfile.GNUTYPE_SPARSE]
    )
    with tarfile.open(fileobj=buffer, mode="w", format=draw(st.sampled_from([tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]))) as packed:
        for _ in range(draw(st.integers(1, 4))):
            info = tarfile.TarInfo(draw(names))
            info.type, info.linkname = draw(kinds), draw(names)
            held = draw(st.binary(max_size=20))
            info.size = draw(st.sampled_from([len(held), 0, 2**33, 10**12, BIG + 1]))
            extra = st.sampled_from(
                [
                    {},
                    {"path": "data/\0x"},
                    {"size": "-5"},
                    {"size": "x"},
                    {"GNU.sparse.map": "0,9999999999999"},
                    {"GNU.sparse.size": "9" * 40},
                ]
            )
            info.pax_headers = draw(extra)
            packed.fileobj.write(info.tobuf(packed.format, "utf-8", "surrogateescape"))
            packed.fileobj.write(held + bytes(-len(held) % 512))
    return zipped(buffer.getvalue())


@st.composite
def other_entries(draw, content):
    """A zip with harmed places of its directory: sizes, methods, flags, offsets, names."""
    raw = bytearray(content)
    starts = [place for sign in (b"PK\1\2", b"PK\3\4", b"PK\5\6") for place in places(content, sign)]
    for _ in range(draw(st.integers(1, 4))):
        spot = draw(st.sampled_from(starts)) + draw(st.integers(4, 50))
        raw[min(spot, len(raw) - 1)] = draw(st.one_of(st.integers(0, 255), st.sampled_from([0, 1, 9, 12, 14, 255])))
    return bytes(raw)


def places(content, sign):
    place = content.find(sign)
    while place >= 0:
        yield place
        place = content.find(sign, place + 1)


HARMS = {
    ("tgz", "any"): lambda content: harms(zipped(content), OTHERS),
    ("tgz", "shortened"): lambda content: shortened(zipped(content)),
    ("tgz", "headers"): turned_within,
    ("tgz", "members"): lambda _: other_members(),
    ("zip", "any"): lambda content: harms(content, OTHERS),
    ("zip", "turned"): turned,
    ("zip", "shortened"): shortened,
    ("zip", "repeated"): repeated,
    ("zip", "entries"): other_entries,
}
SHARE = -(-EXAMPLES // len(HARMS))


@pytest.mark.parametrize(("ending", "harm"), HARMS)
def test_a_malformed_archive_ends_in_one_message(tmp_path, monkeypatch, ending, harm):
    monkeypatch.setattr(archives, "MEMBER", BIG)
    monkeypatch.setattr(archives, "WHOLE", 4 * BIG)
    path, to = tmp_path / f"x.{ending}", tmp_path / "to"
    to.mkdir()

    def read(harmed):
        put(path, harmed)
        try:
            unpack(path, "data", to)
            for file in to.rglob("*"):
                assert not file.is_symlink()
                assert file.is_file() or file.is_dir()
            shutil.rmtree(to / "data")
        finally:
            assert not list(to.iterdir())
            assert sorted(place.name for place in tmp_path.iterdir()) == ["to", path.name]

    content = {"tgz": TAR, "zip": ZIP}[ending]
    assert len(refused(HARMS[ending, harm](content), read, DataError, str(path), least=SHARE)) == SHARE


def bomb(kind):
    """An archive of some hundred kilobytes at most that stands for very much more."""
    if kind == "a long member of a tar":
        return "tgz", zipped(tar_of({"data/a": bytes(BIG + 1)}))
    if kind == "many members of a tar":
        return "tgz", zipped(tar_of({f"data/{number}": bytes(1000) for number in range(200)}))
    if kind == "a long name in a tar":
        info = tarfile.TarInfo("x")
        info.type, info.size = tarfile.GNUTYPE_LONGNAME, 2**33
        return "tgz", zipped(info.tobuf(tarfile.GNU_FORMAT) + bytes(10**6))
    if kind == "a sparse member":
        info = tarfile.TarInfo("data/a")
        info.size, info.pax_headers = 0, {"GNU.sparse.major": "0", "GNU.sparse.size": str(2**40), "GNU.sparse.map": f"{2**40},0"}
        return "tgz", zipped(info.tobuf(tarfile.PAX_FORMAT) + bytes(1024))
    if kind == "a long member of a zip":
        return "zip", zip_of({"data/a": bytes(BIG + 1)})
    return "zip", zip_of({f"data/{number}": bytes(1000) for number in range(200)})


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("a long member of a tar", "must unpack to at most 1 MiB, got 1"),
        ("many members of a tar", "it unpacks to more than"),
        ("a long name in a tar", "a header of it to more than"),
        ("a sparse member", "must unpack to at most"),
        ("a long member of a zip", "must unpack to at most"),
        ("many members of a zip", "all files in .* must unpack to at most"),
    ],
)
def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch, kind, said):
    ending, content = bomb(kind)
    (tmp_path / f"x.{ending}").write_bytes(content)
    monkeypatch.setattr(archives, "MEMBER", BIG)
    monkeypatch.setattr(archives, "WHOLE", 4 * BIG)
    monkeypatch.setattr(archives, "MIB", 1)
    with pytest.raises(DataError, match=said.replace("at most 1 MiB, got 1", f"at most {BIG} MiB, got {BIG + 1}")):
        unpack(tmp_path / f"x.{ending}", "data", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f"x.{ending}"]
