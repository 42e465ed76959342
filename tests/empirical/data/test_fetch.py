"""Data sets fetched from a server on this machine: whole, cut in the middle, wrong, refused, and with no server at all."""

import errno
import hashlib
import io
import os
import re
import socket
import tarfile
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from scipy.io import savemat

from empirical import __main__ as command
from empirical.cli.setup import setup_of
from empirical.data import cifar10, fetch, flowers, source, tiny_imagenet
from empirical.data.images import DataError

CONTENT = np.random.default_rng(0).bytes(10_000)


@pytest.fixture
def server(monkeypatch):
    """A server of `files`; `cut` ends each answer after so many bytes, `ranges` says whether it can go on, `asked` lists the requests."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(fetch, "CHUNK", 1000)
    at = SimpleNamespace(files={}, cut=None, ranges=True, asked=[], types={})

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            content = at.files.get(self.path.rsplit("/", 1)[1])
            begins = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            at.asked.append((self.path, begins and int(begins[1])))
            if content is None:
                self.send_error(404)
                return
            first = int(begins[1]) if begins and at.ranges else 0
            if first and first >= len(content):
                self.send_error(416)
                return
            self.send_response(206 if first else 200)
            self.send_header("Content-Length", str(len(content) - first))
            for name, value in at.types.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content[first:][: at.cut])

        def log_message(self, format, *args):  # noqa: A002 - the name it is called by
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        at.base = f"http://127.0.0.1:{running.server_address[1]}"
        yield at
        running.shutdown()
        thread.join()


def md5(content):
    return hashlib.md5(content).hexdigest()


@pytest.fixture
def transfer(server, tmp_path):
    """The transfer of one file: `call` fetches it to `place`, `told` lists its progress, `names` the files beside it."""
    server.files["data.bin"] = CONTENT
    server.place = tmp_path / "to" / "data.bin"
    server.told = []
    server.place.parent.mkdir()
    server.call = lambda: fetch.download(f"{server.base}/data.bin", server.place, md5(CONTENT), server.told.append)
    server.names = lambda: sorted(path.name for path in server.place.parent.iterdir())
    return server


def test_a_whole_file_comes_once(transfer):
    transfer.call()
    assert transfer.place.read_bytes() == CONTENT
    assert transfer.names() == ["data.bin"]
    assert transfer.told == sorted(transfer.told)
    assert transfer.told[-1] == 1.0
    assert 0 < transfer.told[0] < 0.5
    transfer.call()
    assert transfer.asked == [("/data.bin", None)]


def test_a_cut_connection_leaves_no_file_and_the_next_call_goes_on_from_there(transfer):
    transfer.cut = 4000
    with pytest.raises(
        DataError, match=r"but the connection was cut; 4000 bytes are kept: call fetch again and it goes on, or put"
    ) as raised:
        transfer.call()
    assert "\n" not in str(raised.value)
    assert transfer.names() == [".data.bin.part"]
    transfer.cut = None
    transfer.told.clear()
    transfer.call()
    assert transfer.told[0] == 0.5  # the first thousand bytes after those that are kept
    assert transfer.asked[-1] == ("/data.bin", 4000)
    assert transfer.place.read_bytes() == CONTENT
    assert transfer.names() == ["data.bin"]


def test_a_server_that_cannot_go_on_begins_again(transfer):
    transfer.cut, transfer.ranges = 4000, False
    for _ in range(2):
        with pytest.raises(DataError, match="4000 bytes are kept"):
            transfer.call()
    transfer.cut = None
    transfer.call()
    assert transfer.place.read_bytes() == CONTENT


def test_a_part_that_lacks_nothing_is_taken(transfer):
    (transfer.place.parent / ".data.bin.part").write_bytes(CONTENT)
    transfer.call()
    assert transfer.asked == [("/data.bin", len(CONTENT))]
    assert transfer.place.read_bytes() == CONTENT


@pytest.mark.parametrize("part", [b"", b"x" * 100, b"x" * 20_000])
def test_wrong_content_is_removed_and_may_be_fetched_again(transfer, part):
    (transfer.place.parent / ".data.bin.part").write_bytes(part)
    transfer.files["data.bin"] = CONTENT[:-1] + b"x" if not part else CONTENT
    with pytest.raises(DataError, match=rf"must have the MD5 sum {md5(CONTENT)}, got another; what came was removed") as raised:
        transfer.call()
    assert "\n" not in str(raised.value)
    assert transfer.names() == []
    transfer.files["data.bin"] = CONTENT
    transfer.call()
    assert transfer.place.read_bytes() == CONTENT


def test_a_file_of_another_sum_is_only_replaced_by_the_right_one(transfer):
    transfer.place.write_bytes(b"mine")
    transfer.files["data.bin"] = b"wrong"
    with pytest.raises(DataError, match="got another"):
        transfer.call()
    assert transfer.place.read_bytes() == b"mine"
    transfer.files["data.bin"] = CONTENT
    transfer.call()
    assert transfer.place.read_bytes() == CONTENT


def test_an_archive_is_not_unpacked_on_the_way(transfer):
    transfer.types["Content-Encoding"] = "gzip"
    transfer.call()
    assert transfer.place.read_bytes() == CONTENT


def test_a_server_without_the_file_is_said(transfer):
    transfer.files.clear()
    with pytest.raises(DataError, match=r"/data\.bin must be fetched, but the server answers 404 Not Found; call fetch again"):
        transfer.call()
    assert transfer.names() == []


def test_no_network_is_said_at_once(transfer):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{taken.getsockname()[1]}"  # bound but not listening: refused
        with pytest.raises(DataError, match=rf"but there is no connection to {nobody}; call fetch again where there is a network, or put"):
            fetch.download(f"http://{nobody}/data.bin", transfer.place, md5(CONTENT), transfer.told.append)
    with pytest.raises(DataError, match=r"but Invalid URL 'nowhere/data\.bin'"):
        fetch.download("nowhere/data.bin", transfer.place, md5(CONTENT), transfer.told.append)
    assert transfer.names() == []


def test_a_server_without_a_certificate_and_a_full_disk_are_said(transfer, monkeypatch):
    secure = transfer.base.replace("http:", "https:")
    with pytest.raises(DataError, match=rf"but no secure connection to {secure.removeprefix('https://')} can be made"):
        fetch.download(f"{secure}/data.bin", transfer.place, md5(CONTENT), transfer.told.append)

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(fetch, "receive", full)
    with pytest.raises(DataError, match=r"data\.bin must be written, but: No space left on device; free space there or choose another"):
        transfer.call()
    assert transfer.names() == []


def test_a_server_that_falls_silent_is_said(transfer, monkeypatch):
    monkeypatch.setattr(fetch, "READ", 0.1)
    with (
        socket.create_server(("127.0.0.1", 0)) as silent,
        pytest.raises(DataError, match=r"no connection in 10 s, or nothing came for 0 s"),
    ):
        fetch.download(f"http://127.0.0.1:{silent.getsockname()[1]}/x", transfer.place, md5(CONTENT), transfer.told.append)


def jpeg():
    file = io.BytesIO()
    Image.fromarray(np.full((64, 64, 3), 9, np.uint8)).save(file, format="JPEG")
    return file.getvalue()


def tar_of(members):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


def zip_of(members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.fixture
def small(server, monkeypatch):
    """All three data sets with one image of each kind, their sums in place of the published ones."""
    tiny = {
        "wnids.txt": b"n1\n",
        "train/n1/images/n1_0.JPEG": jpeg(),
        "val/images/val_0.JPEG": jpeg(),
        "val/val_annotations.txt": b"val_0.JPEG\tn1\t0\t0\t1\t1\n",
    }
    at = {f"{tiny_imagenet.FOLDER}/{name}": content for name, content in tiny.items()}
    server.files = {
        cifar10.ARCHIVE: tar_of({f"{cifar10.FOLDER}/{name}": bytes(cifar10.RECORD) for name in cifar10.BATCHES}),
        tiny_imagenet.ARCHIVE: zip_of({f"{tiny_imagenet.FOLDER}/train/": b"", **at}),
        flowers.ARCHIVE: tar_of({f"jpg/image_{number:05d}.jpg": jpeg() for number in (1, 2, 3)}),
    }
    for name, values in ((flowers.LABELS, {"labels": [[1, 1, 1]]}), (flowers.SPLIT, {"trnid": [[3]], "valid": [[1]], "tstid": [[2]]})):
        file = io.BytesIO()
        savemat(file, {key: np.array(numbers) for key, numbers in values.items()})
        server.files[name] = file.getvalue()
    sums = {name: md5(content) for name, content in server.files.items()}
    monkeypatch.setattr(cifar10, "RECORDS", 1)
    monkeypatch.setattr(cifar10, "MD5", sums[cifar10.ARCHIVE])
    monkeypatch.setattr(tiny_imagenet, "MD5", sums[tiny_imagenet.ARCHIVE])
    for name in ("CLASSES", "TRAIN", "VAL"):
        monkeypatch.setattr(tiny_imagenet, name, 1)
    monkeypatch.setattr(flowers, "MD5", {name: sums[name] for name in flowers.MD5})
    monkeypatch.setattr(flowers, "CLASSES", 1)
    monkeypatch.setattr(flowers, "IMAGES", 3)
    monkeypatch.setattr(flowers, "SPLITS", dict.fromkeys(flowers.SPLITS, 1))
    return server


@pytest.mark.parametrize(
    ("name", "layout", "counts"),
    [
        ("cifar-10", "CIFAR-10, binary batches", (5, 1)),
        ("tiny-imagenet", "Tiny-ImageNet, original layout", (1, 1)),
        ("flowers102", "Flowers102, official split", (2, 1)),
    ],
)
def test_fetched_data_can_be_loaded_and_are_not_fetched_again(small, tmp_path, name, layout, counts):
    told = []
    data = fetch.fetch(name, tmp_path / "to", lambda *progress: told.append(progress), small.base + "/set/")
    assert all(path.startswith("/set/") and "//" not in path for path, _ in small.asked)
    assert source.layout(data) == layout
    pixels = source.load(data)
    assert (len(pixels.train[1]), len(pixels.test[1])) == counts
    assert {share for _, share in told if share == 1.0} == {1.0}
    if data.is_dir():
        for archive in (tmp_path / "to").rglob("*z*"):  # .zip and .tgz, which are no longer needed
            archive.unlink()
    before = list(small.asked)
    assert fetch.fetch(name, tmp_path / "to", lambda *_: None, small.base) == data
    assert small.asked == before
    assert not list((tmp_path / "to").rglob("*.part"))


def test_files_that_came_before_a_cut_are_not_fetched_again(small, tmp_path):
    split = small.files.pop(flowers.SPLIT)
    with pytest.raises(DataError, match=r"setid\.mat must be fetched, but the server answers 404"):
        fetch.fetch("flowers102", tmp_path, lambda *_: None, small.base)
    small.files[flowers.SPLIT] = split
    small.asked.clear()
    fetch.fetch("flowers102", tmp_path, lambda *_: None, small.base)
    assert small.asked == [("/setid.mat", None)]


def test_a_folder_that_somebody_unpacked_in_part_is_refused_and_kept(small, tmp_path):
    fetch.fetch("tiny-imagenet", tmp_path, lambda *_: None, small.base)
    image = tmp_path / tiny_imagenet.FOLDER / "train" / "n1" / "images" / "n1_0.JPEG"
    image.unlink()
    with pytest.raises(DataError, match=r"every class has 1 images, got 0 for .*; or remove .*tiny-imagenet-200 and call fetch again"):
        fetch.fetch("tiny-imagenet", tmp_path, lambda *_: None, small.base)
    assert (image.parents[3] / "wnids.txt").exists()


def test_the_command_says_what_to_give_to_data(small, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "300")
    to = tmp_path / "to"
    assert command.main(["fetch", "flowers102", "--to", str(to), "--mirror", small.base]) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith(f"Flowers102, official split; give it with --data {to / 'flowers-102'}")
    assert setup_of(command.Run(data=to / "flowers-102")).data == to / "flowers-102"


def test_the_command_ends_with_one_line_and_status_2_where_the_network_fails(small, tmp_path, capsys):
    small.cut = 50
    assert command.main(["fetch", "cifar-10", "--to", str(tmp_path), "--mirror", small.base]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"{cifar10.ARCHIVE} must be fetched, but the connection was cut; 50 bytes are kept" in said
    assert {path.name for path in tmp_path.iterdir()} == {f".{cifar10.ARCHIVE}.part", ".locks"}


def test_the_addresses_and_sums_are_the_published_ones():
    assert {name: fetch.published(name).base for name in ("cifar-10", "tiny-imagenet", "flowers102")} == {
        "cifar-10": "https://www.cs.toronto.edu/~kriz",
        "tiny-imagenet": "http://cs231n.stanford.edu",
        "flowers102": "https://www.robots.ox.ac.uk/~vgg/data/flowers/102",
    }
    assert fetch.published("tiny-imagenet").sums == {"tiny-imagenet-200.zip": "90528d7ca1a48142e341f4ef8d21d0de"}


def test_an_unknown_name_and_a_folder_that_is_a_file_are_refused(tmp_path):
    with pytest.raises(DataError, match="one of cifar-10, tiny-imagenet, flowers102, got 'mnist'"):
        fetch.fetch("mnist", tmp_path, lambda *_: None)
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match=r"file must be a folder that can be written to, but: File exists; choose another with --to"):
        fetch.fetch("cifar-10", tmp_path / "file", lambda *_: None)
