"""Evidence is validated when read and written whole or not at all."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from reports import evidence as ev
from reports.evidence import EvidenceError
from tests.reports.examples import dossier, evidence

ROOT = Path(__file__).parents[2]


def test_written_evidence_is_read_again_and_the_same_content_gives_the_same_bytes(tmp_path):
    first = dossier(evidence(steps=[{"says": "One.", "by": "hand"}], b=1, a=[0.5, None, True]))
    path = ev.write(tmp_path, first)
    assert path == tmp_path / "evidence" / "theory" / "eq-1.json"
    assert ev.read(path) == first
    assert ev.encode(first) == path.read_bytes() == ev.encode(ev.read(path))
    assert ev.read_all(tmp_path) == [first]


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("wrap", [lambda x: x, lambda x: [1, [x]], lambda x: {"deep": (x,)}])
def test_a_number_that_is_not_finite_is_refused_before_anything_is_written(tmp_path, number, wrap):
    with pytest.raises(EvidenceError, match="numbers in evidence must be finite"):
        ev.write(tmp_path, dossier(evidence(value=wrap(number))))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda raw: raw[: len(raw) // 2], "must be a whole JSON file, but Input data was truncated"),
        (lambda _: b"", "must be a whole JSON file"),
        (lambda raw: raw.replace(b'"seed": 1', b'"seed": NaN'), "must be a whole JSON file"),
        (lambda raw: raw.replace(b'"One finding."', b'"\xff"'), "must be a whole JSON file"),
        (lambda raw: raw.replace(b'"wall_s": 1.5', b'"wall_s": 1e999'), "must be a whole JSON file"),
        (lambda _: b"[" * 100_000, "must be a whole JSON file"),
        (lambda raw: raw.replace(b'"schema": 1', b'"schema": 2'), "has schema 2, this version reads schema 1"),
        (lambda raw: raw.replace(b'"schema": 1', b'"schema": "1"'), "got '1'"),
        (lambda raw: raw.replace(b'"schema": 1', b'"schema": true'), "is not evidence: Expected `int`, got `bool`"),
        (lambda _: b"[]", "got None"),
        (lambda raw: raw.replace(b'"supports"', b'"agrees"'), "is not evidence: Invalid enum value 'agrees'"),
        (lambda raw: raw.replace(b'"says"', b'"said"'), "is not evidence: Object contains unknown field `said`"),
        (lambda raw: raw.replace(b'"claim": "eq-1"', b'"claim": "eq-2"', 1), "must speak of eq-1 alone, got ['eq-1', 'eq-2']"),
        (lambda raw: raw.replace(b'"claim": "eq-1"', b'"claim": "eq-2"'), "must speak of eq-1 alone, got ['eq-2']"),
    ],
)
def test_a_file_that_is_no_evidence_is_refused_by_name_with_one_line(tmp_path, change, said):
    path = ev.write(tmp_path, dossier(evidence()))
    raw = path.read_bytes()
    assert change(raw) != raw
    path.write_bytes(change(raw))
    with pytest.raises(EvidenceError) as caught:
        ev.read_all(tmp_path)
    assert said in str(caught.value)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_an_absent_file_is_refused_and_an_absent_folder_holds_nothing(tmp_path):
    with pytest.raises(EvidenceError, match="must be readable, but No such file"):
        ev.read(tmp_path / "eq-1.json")
    assert ev.read_all(tmp_path / "none") == []


def test_a_file_in_the_folder_of_another_source_is_refused(tmp_path):
    path = ev.write(tmp_path, dossier(evidence()))
    (tmp_path / "evidence" / "formal").mkdir()
    path.rename(tmp_path / "evidence" / "formal" / path.name)
    with pytest.raises(EvidenceError, match="says it comes from theory; move it"):
        ev.read_all(tmp_path)


def test_a_folder_that_cannot_be_made_is_one_clear_error(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(EvidenceError, match=r"the folder .* must be writable, but .*; choose another with --out"):
        ev.write(tmp_path / "file", dossier(evidence()))


def test_a_target_that_is_a_folder_is_one_clear_error_and_leaves_no_temporary_file(tmp_path):
    (tmp_path / "page").mkdir()
    with pytest.raises(EvidenceError, match="could not be written: Is a directory; nothing was changed"):
        ev.write_whole(tmp_path / "page", b"x")
    assert [path.name for path in tmp_path.iterdir()] == ["page"]


def test_a_file_is_readable_by_all_as_a_published_page_must_be(tmp_path):
    ev.write_whole(tmp_path / "page", b"x")
    assert (tmp_path / "page").stat().st_mode & 0o777 == 0o644


def test_ctrl_c_before_the_rename_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    ev.write_whole(tmp_path / "page", b"old")

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ev.write_whole(tmp_path / "page", b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("page", b"old")]


def test_a_kill_before_the_rename_leaves_the_old_evidence_which_is_still_read(tmp_path):
    old = dossier(evidence(says="The old finding."))
    path = ev.write(tmp_path, old)
    new = msgspec.json.encode(dossier(evidence(says="The new finding."))).decode()
    code = f"""
import os, pathlib, signal, msgspec
from reports import evidence
pathlib.Path.replace = lambda self, target: os.kill(os.getpid(), signal.SIGKILL)
evidence.write(pathlib.Path({str(tmp_path)!r}), msgspec.json.decode({new!r}, type=evidence.Dossier))
"""
    killed = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert len(list(path.parent.iterdir())) == 2, "the temporary file must have been there already"
    assert ev.read_all(tmp_path) == [old]


def test_a_full_disk_is_one_clear_error_and_leaves_the_old_file(tmp_path, monkeypatch):
    ev.write_whole(tmp_path / "page", b"old")

    def full(_):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EvidenceError, match="could not be written: No space left on device; nothing was changed there"):
        ev.write_whole(tmp_path / "page", b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("page", b"old")]
