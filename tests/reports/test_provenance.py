"""The provenance of evidence: the commit that is checked out, the versions that are installed, and the clock."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from reports import provenance


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A git repository with one committed file."""
    (tmp_path / "file").write_text("one", encoding="utf-8")
    author = ("-c", "user.name=nobody", "-c", "user.email=nobody@localhost")
    for call in (("init", "-q"), ("add", "file"), (*author, "commit", "-q", "-m", "one")):
        subprocess.run(["git", "-C", str(tmp_path), *call], check=True)
    return tmp_path


def test_a_clean_checkout_gives_its_commit_and_a_changed_one_says_dirty(checkout: Path):
    clean = provenance.commit(checkout)
    (checkout / "file").write_text("two", encoding="utf-8")
    assert len(clean) == 40
    assert provenance.commit(checkout) == f"{clean}-dirty"


def test_a_folder_inside_another_checkout_has_no_commit(checkout: Path):
    (checkout / "unpacked").mkdir()
    assert provenance.commit(checkout / "unpacked") == "unknown"


def test_a_repository_that_the_environment_names_is_not_asked(checkout: Path, monkeypatch: pytest.MonkeyPatch):
    clean = provenance.commit(checkout)
    for name, value in (("GIT_DIR", provenance.ROOT / ".git"), ("GIT_WORK_TREE", provenance.ROOT), ("GIT_INDEX_FILE", "/nowhere")):
        monkeypatch.setenv(name, str(value))
        assert provenance.commit(checkout) == clean


def test_outside_git_and_without_git_the_commit_is_unknown(tmp_path: Path, checkout: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert provenance.commit(tmp_path.parent) == "unknown"
    monkeypatch.setenv("PATH", "")
    assert provenance.commit(checkout) == "unknown"


def test_versions_are_those_installed_and_absent_packages_are_left_out(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(provenance, "PACKAGES", ("msgspec", "no-such-package"))
    versions = provenance.versions()
    assert set(versions) == {"python", "msgspec"}
    assert versions["python"] == ".".join(map(str, sys.version_info[:3]))


def test_the_device_is_named_in_words():
    assert provenance.device().startswith("cpu ")
    assert provenance.device().rstrip("s").endswith(" core")


def test_only_the_timing_differs_between_two_runs():
    first, second = (provenance.provenance("python -m theory", 1, time.time() - seconds) for seconds in (1, 100))
    assert first.timing.wall_s < second.timing.wall_s
    assert (first.commit, first.versions, first.device, first.seed, first.command) == (
        second.commit,
        second.versions,
        second.device,
        second.seed,
        second.command,
    )


@pytest.mark.parametrize("started", [0.0, 1e12])
def test_a_reading_of_another_clock_is_refused(started: float):
    with pytest.raises(ValueError, match=r"time\.time"):
        provenance.provenance("python -m theory", None, started)
