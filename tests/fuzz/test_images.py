"""Malformed images and batches of images: each is refused with one DataError, or read as pixels of the right shape."""

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import strategies as st
from PIL import Image

from empirical.data import cifar10
from empirical.data.files import image
from empirical.data.images import DataError
from tests.fuzz.harm import EXAMPLES, exchanged, harms, put, refused, repeated, shortened, turned

GREYS = np.random.default_rng(0).integers(256, size=(3, 3, 3)).astype(np.uint8)


def encoded(kind, **options):
    buffer = io.BytesIO()
    Image.fromarray(GREYS).save(buffer, kind, **options)
    return buffer.getvalue()


EXIF = Image.Exif()
EXIF[0x0112], EXIF[0x011A] = 6, 300.0
WHOLE = {"png": encoded("PNG"), "jpg": encoded("JPEG", quality=90, exif=EXIF)}
OTHERS = [*WHOLE.values(), encoded("GIF"), encoded("BMP"), encoded("TIFF"), b"<svg/>", b"PK\x03\x04" + bytes(30), bytes(3073)]


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


@st.composite
def other_chunks(draw, content):
    """A PNG whose sums are right, but whose pieces are false: huge sizes, odd depths, too few or too many bytes."""
    size = st.sampled_from([0, 1, 3, 20_000, 65_535, 2**31 - 1, 2**32 - 1])
    depth, colour = draw(st.sampled_from([1, 2, 3, 8, 16, 255])), draw(st.integers(0, 7))
    header = struct.pack(
        ">IIBBBBB", draw(size), draw(size), depth, colour, draw(st.sampled_from([0, 1])), 0, draw(st.sampled_from([0, 1, 2]))
    )
    body = zlib.compress(draw(st.binary(max_size=40)))[: draw(st.sampled_from([5, 10**6]))]
    names = st.sampled_from([b"PLTE", b"tRNS", b"zTXt", b"iCCP", b"gAMA", b"pHYs", b"acTL", b"fcTL", b"eXIf", b"IDAT"])
    extra = [chunk(draw(names), draw(st.binary(max_size=30))) for _ in range(draw(st.integers(0, 3)))]
    return content[:8] + chunk(b"IHDR", header) + b"".join(extra) + chunk(b"IDAT", body) + draw(st.sampled_from([b"", chunk(b"IEND", b"")]))


@st.composite
def other_segments(draw, content):
    """A JPEG whose segments are false: sizes, numbers of components, tables that are not there."""
    marks = [place for place in range(2, len(content) - 4) if content[place] == 0xFF and 0xC0 <= content[place + 1] < 0xFF]
    raw = bytearray(content)
    for _ in range(draw(st.integers(1, 3))):
        mark = draw(st.sampled_from(marks))
        raw[mark + 1 + draw(st.integers(0, 12))] = draw(st.sampled_from([0, 1, 2, 127, 255, 0xC0, 0xC2, 0xD8, 0xDA, 0xE1, 0xE2]))
    return bytes(raw)


HARMS = {
    ("png", "any"): lambda content: harms(content, OTHERS),
    ("png", "turned"): turned,
    ("png", "shortened"): shortened,
    ("png", "chunks"): other_chunks,
    ("jpg", "any"): lambda content: harms(content, OTHERS),
    ("jpg", "shortened"): shortened,
    ("jpg", "repeated"): repeated,
    ("jpg", "segments"): other_segments,
}
SHARE = -(-EXAMPLES // (len(HARMS) + 2))


@pytest.mark.parametrize(("ending", "harm"), HARMS)
def test_a_malformed_image_ends_in_one_message(tmp_path, ending, harm):
    path = tmp_path / f"x.{ending}"

    def read(harmed):
        put(path, harmed)
        pixels = image(path, 3)
        assert (pixels.shape, pixels.dtype) == ((3, 3, 3), np.uint8)

    assert len(refused(HARMS[ending, harm](WHOLE[ending]), read, DataError, str(path), least=SHARE)) == SHARE


@st.composite
def batches(draw):
    """Six batches of two images, of which some are longer, shorter, missing, or hold a label that is no class."""
    whole = bytes(2 * cifar10.RECORD)
    files = dict.fromkeys(cifar10.BATCHES, whole)
    for name in draw(st.lists(st.sampled_from(cifar10.BATCHES), min_size=1, max_size=3, unique=True)):
        spot = draw(st.sampled_from([0, cifar10.RECORD]))
        labelled = whole[:spot] + bytes([draw(st.integers(10, 255))]) + whole[spot + 1 :]
        cut = draw(st.one_of(shortened(whole), exchanged(whole, OTHERS), st.just(labelled), st.none()))
        if cut is None:
            files.pop(name, None)
        else:
            files[name] = cut
    return files


@pytest.mark.parametrize("part", range(2))
def test_malformed_batches_of_cifar_10_end_in_one_message(tmp_path, monkeypatch, part):
    monkeypatch.setattr(cifar10, "RECORDS", 2)

    def read(files):
        for name in cifar10.BATCHES:
            (tmp_path / name).unlink(missing_ok=True)
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)
        pixels = cifar10.cifar10(tmp_path)
        assert pixels.train[0].shape == (10, 32, 32, 3)
        assert pixels.train[1].max() < 10

    harmed = batches().filter(lambda files: bool(files) and len(files) % 2 == part)
    assert len(refused(harmed, read, DataError, str(tmp_path), "labels of CIFAR-10", least=SHARE)) == SHARE


@pytest.mark.parametrize("size", [(2**31 - 1, 1), (20_000, 20_000), (2**31 - 1, 2**31 - 1)])
def test_an_image_of_huge_size_is_refused_before_it_is_unpacked(tmp_path, size):
    header = struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0)
    (tmp_path / "x.png").write_bytes(
        WHOLE["png"][:8] + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(10**6))) + chunk(b"IEND", b"")
    )
    with pytest.raises(DataError, match="every image must be a whole PNG or JPEG, but"):
        image(tmp_path / "x.png", 3)
