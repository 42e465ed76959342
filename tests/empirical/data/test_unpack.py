"""Archives unpacked whole or not at all: members that climb out, links, damage, a full disk, and leftovers of a killed call."""

import errno
import io
import os
import tarfile
import zipfile

import pytest

from empirical.data import unpack as module
from empirical.data.images import DataError
from empirical.data.unpack import unpack

FILES = {"data/a.txt": b"one" * 5000, "data/inner/b.txt": b"two", "other/c.txt": b"three"}


def tar_of(path, members):
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def zip_of(path, members):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data/empty/", b"")
        for name, content in members.items():
            archive.writestr(name, content)
    return path


KINDS = pytest.mark.parametrize(("pack", "ending"), [(tar_of, "tgz"), (zip_of, "zip")])


@pytest.fixture
def to(tmp_path):
    (tmp_path / "inner" / "to").mkdir(parents=True)
    return tmp_path / "inner" / "to"


def everything(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@KINDS
def test_the_folder_that_is_asked_for_comes_whole_and_nothing_else(to, tmp_path, monkeypatch, pack, ending):
    monkeypatch.setattr(module, "STEP", 1)
    told = []
    assert unpack(pack(tmp_path / f"x.{ending}", FILES), "data", to, told.append) == to / "data"
    assert everything(to) == {name: content for name, content in FILES.items() if name.startswith("data/")}
    assert [path.name for path in to.iterdir()] == ["data"]
    assert told == sorted(told)
    assert told[-1] == 1.0


@KINDS
@pytest.mark.parametrize(
    "name", ["../evil.txt", "data/../../evil.txt", "data/../data/x.txt", "/evil.txt", "data\\..\\..\\evil.txt", "data/C:/evil.txt"]
)
def test_a_name_that_climbs_out_stops_it_and_nothing_is_left(to, tmp_path, pack, ending, name):
    archive = pack(tmp_path / f"x.{ending}", {"data/a.txt": b"", name: b"evil"})
    with pytest.raises(DataError, match=r"paths in an archive must stay inside it, got '"):
        unpack(archive, "data", to)
    assert everything(tmp_path / "inner") == {}
    assert not list(to.iterdir())


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_not_made(to, tmp_path, kind):
    with tarfile.open(tmp_path / "x.tgz", "w:gz") as archive:
        info = tarfile.TarInfo("data/link")
        info.type, info.linkname = kind, "../../.."
        archive.addfile(info)
        through = tarfile.TarInfo("data/link/evil.txt")
        archive.addfile(through, io.BytesIO(b""))
    unpack(tmp_path / "x.tgz", "data", to)
    assert everything(tmp_path / "inner") == {"to/data/link/evil.txt": b""}
    assert not (to / "data" / "link").is_symlink()


@KINDS
@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_an_archive_cut_short_leaves_nothing(to, tmp_path, pack, ending, share):
    archive = pack(tmp_path / f"x.{ending}", {f"data/{number}": os.urandom(2000) for number in range(10)})
    whole = archive.read_bytes()
    archive.write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(DataError, match=r"must be a whole archive, but: .*; remove it and fetch it again"):
        unpack(archive, "data", to)
    assert not list(to.iterdir())


def test_a_wrong_byte_in_a_zip_is_seen(to, tmp_path):
    archive = zip_of(tmp_path / "x.zip", {"data/a.txt": b"one" * 100})
    raw = bytearray(archive.read_bytes())
    raw[raw.index(b"oneone") + 50] ^= 1
    archive.write_bytes(raw)
    with pytest.raises(DataError, match="must be a whole archive, but: Bad CRC-32"):
        unpack(archive, "data", to)
    assert not list(to.iterdir())


@KINDS
def test_an_archive_of_something_else_is_refused(to, tmp_path, pack, ending):
    with pytest.raises(DataError, match=r"must hold files in a folder data, got none"):
        unpack(pack(tmp_path / f"x.{ending}", {"other/c.txt": b""}), "data", to)
    assert not list(to.iterdir())


def test_a_full_disk_leaves_nothing(to, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(module.shutil, "copyfileobj", full)
    with pytest.raises(DataError, match=r"must be unpacked to .*data, but: No space left on device; nothing is left there"):
        unpack(tar_of(tmp_path / "x.tgz", FILES), "data", to)
    assert not list(to.iterdir())


def test_leftovers_of_a_killed_call_are_removed(to, tmp_path):
    (to / ".data.part" / "data").mkdir(parents=True)
    (to / ".data.part" / "data" / "old.txt").write_text("half")
    unpack(tar_of(tmp_path / "x.tgz", FILES), "data", to)
    assert not (to / "data" / "old.txt").exists()
    assert [path.name for path in to.iterdir()] == ["data"]


def test_a_folder_that_is_there_is_kept(to, tmp_path):
    (to / "data").mkdir()
    (to / "data" / "mine.txt").write_text("mine")
    with pytest.raises(DataError, match=r"must be unpacked to .*data, but: Directory not empty"):
        unpack(tar_of(tmp_path / "x.tgz", FILES), "data", to)
    assert everything(to) == {"data/mine.txt": b"mine"}
