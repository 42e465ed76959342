"""CIFAR-10's binary batches, here with a few made-up images each: order of bytes, sizes, sums, and archives that must not be trusted."""

import hashlib
import io
import pickle
import tarfile

import numpy as np
import pytest

from empirical.data import cifar10 as module
from empirical.data.cifar10 import BATCHES, FOLDER, RECORD, cifar10
from empirical.data.images import DataError, noisy

COUNT = 12


def batch(number):
    """Records whose label and pixels are drawn; the first image is red throughout but for one blue pixel in the second row."""
    random = np.random.default_rng(number)
    records = random.integers(0, 256, (COUNT, RECORD)).astype(np.uint8)
    records[:, 0] = random.integers(0, 10, COUNT)
    records[0, 1:] = 0
    records[0, 1:1025] = 255
    records[0, 1 + 2 * 1024 + 32 + 5] = 77
    return records.tobytes()


CONTENT = {name: batch(number) for number, name in enumerate(BATCHES)}


@pytest.fixture(autouse=True)
def _small(monkeypatch):
    monkeypatch.setattr(module, "RECORDS", COUNT)


@pytest.fixture
def files(tmp_path):
    (tmp_path / FOLDER).mkdir()
    for name, content in CONTENT.items():
        (tmp_path / FOLDER / name).write_bytes(content)
    return tmp_path


def pack(path, monkeypatch, members, links=()):
    """Write an archive of (name, content) and have its own MD5 sum be the right one."""
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for name in links:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(info)
    monkeypatch.setattr(module, "MD5", hashlib.md5(path.read_bytes()).hexdigest())
    return path


def members(**changes):
    return [(f"{FOLDER}/{name}", changes.get(name, content)) for name, content in CONTENT.items()]


def read(source):
    return noisy(cifar10(source), seed=0, share=0.5, held_out=10)


def test_the_published_sum_belongs_to_the_binary_archive():
    """As the authors' page gives it; the archive of the Python version has another sum."""
    assert module.MD5 == "c32a1d4ab5d03f1284b67883e8d87530"


def test_pixels_are_rows_of_red_then_green_then_blue():
    pixels, labels = module.labelled(CONTENT["test_batch.bin"])
    assert pixels.shape == (COUNT, 32, 32, 3)
    assert pixels[0, 1, 5].tolist() == [255, 0, 77]
    assert pixels[0, 5, 1].tolist() == [255, 0, 0]
    assert labels.tolist() == list(CONTENT["test_batch.bin"][::RECORD])


def test_files_their_parent_and_the_archive_give_the_same_data(files, tmp_path, monkeypatch):
    data = read(files)
    assert (len(data.train), len(data.held_out), len(data.test)) == (50, 10, COUNT)
    assert data.name == "cifar10-binary"  # and not the name of a folder of the same images with other pixels
    assert np.sum(data.train.given != data.train.clean) == 25
    assert data.train.inputs.dtype == np.uint8
    assert data.centre[0, 0] == pytest.approx([125.307, 122.961, 113.8575], abs=1e-3)
    assert read(files / FOLDER).fingerprint == data.fingerprint
    archive = pack(tmp_path / module.ARCHIVE, monkeypatch, [*members(), (f"{FOLDER}/readme.html", b"<p>")])
    assert read(archive).fingerprint == data.fingerprint
    for name in BATCHES:
        (files / FOLDER / name).unlink()
    assert read(tmp_path).fingerprint == data.fingerprint


@pytest.mark.parametrize("length", [0, 5, RECORD * COUNT - 1, RECORD * COUNT + 1, RECORD * (COUNT - 1)])
def test_a_batch_of_another_size_is_refused(files, length):
    (files / FOLDER / "data_batch_3.bin").write_bytes((CONTENT["data_batch_3.bin"] + b"\0")[:length])
    with pytest.raises(DataError, match=rf"data_batch_3\.bin must hold 36876 bytes \(12 images of 3073\), got {length};"):
        read(files)


def test_a_missing_batch_and_a_label_that_is_no_class_are_refused(files):
    path = files / FOLDER / "data_batch_5.bin"
    path.write_bytes(b"\x0a" + CONTENT["data_batch_5.bin"][1:])
    with pytest.raises(DataError, match=r"must lie in 0\.\.9, got 10"):
        read(files)
    path.unlink()
    with pytest.raises(DataError, match=r"data_batch_5\.bin must be readable, but: No such file"):
        read(files)


def test_an_archive_with_another_sum_is_not_opened(tmp_path, monkeypatch):
    archive = pack(tmp_path / module.ARCHIVE, monkeypatch, members())
    archive.write_bytes(archive.read_bytes()[:-1])
    monkeypatch.setattr(module, "members", lambda _: pytest.fail("it was opened"))
    with pytest.raises(DataError, match=r"must have the MD5 sum .* which its authors publish, got"):
        read(archive)


@pytest.mark.parametrize("name", ["../data_batch_1.bin", f"{FOLDER}/../../data_batch_1.bin", "/tmp/data_batch_1.bin"])
def test_paths_that_climb_out_are_refused_and_nothing_is_written(tmp_path, monkeypatch, name):
    folder = tmp_path / "inner"
    folder.mkdir()
    archive = pack(folder / module.ARCHIVE, monkeypatch, [(name, CONTENT["data_batch_1.bin"]), *members()])
    with pytest.raises(DataError, match="paths in an archive must stay inside it, got '"):
        read(archive)
    assert sorted(path.name for path in tmp_path.rglob("*")) == [module.ARCHIVE, "inner"]


def test_links_are_not_followed_and_each_batch_comes_once_and_whole(tmp_path, monkeypatch):
    path = tmp_path / module.ARCHIVE
    for packed, links, message in (
        (members()[1:], [f"{FOLDER}/data_batch_1.bin"], r"got no data_batch_1\.bin"),
        ([*members(), (f"other/{BATCHES[0]}", CONTENT[BATCHES[0]])], [], r"got data_batch_1\.bin twice"),
        (members(**{"data_batch_2.bin": b"short"}), [], r"data_batch_2\.bin in .* must hold 36876 bytes .*, got 5"),
    ):
        with pytest.raises(DataError, match=message):
            read(pack(path, monkeypatch, packed, links))


@pytest.mark.parametrize("keep", [100, 20_000])
def test_an_archive_cut_short_is_refused_even_with_the_right_sum(tmp_path, monkeypatch, keep):
    path = pack(tmp_path / module.ARCHIVE, monkeypatch, members())
    path.write_bytes(path.read_bytes()[:keep])
    monkeypatch.setattr(module, "MD5", hashlib.md5(path.read_bytes()).hexdigest())
    with pytest.raises(DataError, match=r"must be a whole tar\.gz"):
        read(path)


class Bomb:
    """A pickle that would make a file if it were ever opened."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


def test_the_python_version_is_refused_and_never_unpickled(tmp_path):
    (tmp_path / "cifar-10-batches-py").mkdir()
    (tmp_path / "cifar-10-batches-py" / "data_batch_1").write_bytes(pickle.dumps(Bomb(tmp_path / "opened")))
    for source in (tmp_path, tmp_path / "cifar-10-batches-py"):
        with pytest.raises(DataError, match="the Python version, a pickle that is never opened here"):
            read(source)
    assert not (tmp_path / "opened").exists()


def test_an_empty_or_absent_folder_is_refused(tmp_path):
    with pytest.raises(DataError, match="got none of them"):
        read(tmp_path)
    with pytest.raises(DataError, match="got no such folder"):
        read(tmp_path / "nowhere")
