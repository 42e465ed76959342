"""A data set is recognised by the layout of its folder, and a folder of no known layout is refused before any work."""

import numpy as np
import pytest
from PIL import Image

from empirical.data import flowers, tiny_imagenet
from empirical.data.images import DataError
from empirical.data.source import layout, load


@pytest.fixture
def folders(tmp_path):
    for part in ("train", "test"):
        for name in ("a", "b"):
            (tmp_path / part / name).mkdir(parents=True)
            Image.fromarray(np.full((6, 6, 3), ord(name), np.uint8)).save(tmp_path / part / name / "0.png")
    return tmp_path


def test_images_in_folders_are_found_and_read(folders):
    assert layout(folders) == "images in folders, 2 classes"
    pixels = load(folders, 4)
    assert pixels.train[0].shape == (2, 4, 4, 3)
    assert pixels.train[1].tolist() == [0, 1]
    assert load(folders).train[0].shape == (2, 32, 32, 3)


def test_batches_of_cifar_are_not_resized(tmp_path):
    (tmp_path / "test_batch.bin").write_bytes(b"")
    with pytest.raises(DataError, match=r"have 32 pixels a side, got size 64; leave it out"):
        load(tmp_path, 64)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("tiny-imagenet-200.zip", "Tiny-ImageNet, original layout"),
        ("tiny-imagenet-200/words.txt", "Tiny-ImageNet, original layout"),
        ("wnids.txt", "Tiny-ImageNet, original layout"),
        ("val/val_annotations.txt", "Tiny-ImageNet, original layout"),
        ("train/n1/images/n1_0.JPEG", "Tiny-ImageNet, original layout"),
        ("102flowers.tgz", "Flowers102, official split"),
        ("flowers-102/readme.txt", "Flowers102, official split"),
        ("imagelabels.mat", "Flowers102, official split"),
        ("setid.mat", "Flowers102, official split"),
        ("jpg/image_00001.jpg", "Flowers102, official split"),
    ],
)
def test_a_part_of_a_published_set_is_recognised_and_its_missing_files_are_told(tmp_path, name, words):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"short")
    assert layout(tmp_path) == words
    for data in (tmp_path, path) if name in (tiny_imagenet.ARCHIVE, flowers.ARCHIVE) else (tmp_path,):
        with pytest.raises(DataError, match=r"; (unpack|fetch)"):
            load(data)


def test_a_folder_of_photographs_beside_train_is_no_flowers(folders):
    (folders / "jpg").mkdir()
    assert layout(folders) == "images in folders, 2 classes"


@pytest.mark.parametrize("name", ["cifar-10-batches-bin/data_batch_2.bin", "test_batch.bin", "cifar-10-binary.tar.gz"])
def test_parts_of_cifar_are_recognised_and_then_refused_with_their_fault(tmp_path, name):
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"short")
    assert layout(tmp_path) == "CIFAR-10, binary batches"
    with pytest.raises(DataError, match=r"fetch it again|unpack"):
        load(tmp_path)


def test_the_python_version_is_refused_by_name(tmp_path):
    (tmp_path / "cifar-10-batches-py").mkdir()
    with pytest.raises(DataError, match="a pickle that is never opened here"):
        load(tmp_path)


def test_a_folder_of_nothing_known_is_refused(tmp_path):
    (tmp_path / "images").mkdir()
    with pytest.raises(DataError, match="give the folder above `train`"):
        layout(tmp_path)
