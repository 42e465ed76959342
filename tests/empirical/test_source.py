"""What a folder holds is found by its layout, and a folder of nothing known is refused before any work."""

import numpy as np
import pytest
from PIL import Image

from empirical.data.images import DataError
from empirical.data.source import layout, load


def test_images_in_folders_are_found_and_read(tmp_path):
    for part in ("train", "test"):
        for name in ("a", "b"):
            (tmp_path / part / name).mkdir(parents=True)
            Image.fromarray(np.full((6, 6, 3), ord(name), np.uint8)).save(tmp_path / part / name / "0.png")
    assert layout(tmp_path) == "images in folders, 2 classes"
    pixels = load(tmp_path, 4)
    assert pixels.train[0].shape == (2, 4, 4, 3)
    assert pixels.train[1].tolist() == [0, 1]


@pytest.mark.parametrize("name", ["cifar-10-batches-bin/data_batch_2.bin", "test_batch.bin", "cifar-10-binary.tar.gz"])
def test_parts_of_cifar_are_taken_for_it_and_then_refused_for_what_is_wrong(tmp_path, name):
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
