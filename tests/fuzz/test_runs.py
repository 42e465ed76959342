"""Malformed run folders, finished parts of digits, results and pictures: each ends in one message, is made anew, or is read as whole."""

import io
import json
import math
import re
import zipfile
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import strategies as st

from empirical.digits import runs as digits_runs
from empirical.images import runs as image_runs
from empirical.training import checkpoint, run_files, run_folder
from empirical.training.metrics import append_metrics, cut_metrics
from empirical.training.npz import arrays_in
from empirical.training.run_files import CHECKPOINT, CONFIG, METRICS, ORIGIN, RunError
from empirical.training.settings import Settings
from reports.evidence import EvidenceError
from reports.page import runs
from tests.fuzz.harm import EXAMPLES, NUMBERS, SCRAPS, exchanged, harms, refused, repeated, shortened, turned

SETTINGS = Settings(model="dln", method="n-sam", momentum=0.9, batch=4, epochs=3, rho=0.3)
TIMING = {"date": "2024-05-06T07:08:09Z", "wall_s": 1.5}
PROVENANCE = {"commit": "0", "versions": {"jax": "1"}, "device": "cpu", "seed": None, "command": "c", "timing": TIMING, "data": "made up"}
PROBES = ("clean_accuracy", "noisy_accuracy", "test_accuracy")
ARRAYS = {".params['kernel']": np.arange(12, dtype=np.float32).reshape(2, 6), ".trace": np.ones(3, np.int32)}
PICTURE = (
    b'<?xml version="1.0" encoding="utf-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 460 345"><defs><clipPath id="p1">'
    b'<rect x="7.2" y="7.2" width="4" height="3"/></clipPath></defs><g transform="translate(1.5 2.5) scale(0.1 -0.1)">'
    b'<path d="M 0 0 L 10 20.5 L 30 1e2 z" style="fill: #1f77b4" clip-path="url(#p1)"/></g><text x="1" y="2">words</text></svg>'
)
VALUES = {"peak": [[0.5, 0.75], [0.25, None]], "gap": [[[0.1], [0.2]]]}
RESULTS = json.dumps(
    {"schema": 1, "results": {"seeds": [1, 2], "arms": {"a, SGD": {"setting": {"rhos": [0, 0.1], "d": 2}, "values": VALUES, "curves": {}}}}}
)
VALUE = re.compile(rb'(?<=[:\[,])\s*("[^"\n]*"|-?[0-9][-+0-9.e]*|true|false|null)')


def saved(arrays, compressed=False):
    buffer = io.BytesIO()
    (np.savez_compressed if compressed else np.savez)(buffer, **arrays)
    return buffer.getvalue()


STATE = saved(ARRAYS)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The files of a run of three epochs, written as a run writes them."""
    folder = tmp_path_factory.mktemp("whole")
    config = run_files.Config(SETTINGS, "made up 0123456789abcdef")
    run_files.claim(folder, config)
    for epoch in (1, 2, 3):
        append_metrics(folder, epoch, dict.fromkeys(PROBES, 1 / epoch) | {"loss": math.nan})
    (folder / ORIGIN).write_text(json.dumps({"schema": 1, "parts": [{"epoch": 1, "provenance": PROVENANCE}]}))
    run_files.write(folder / CHECKPOINT, run_files.encode(checkpoint.Checkpoint(1, 3, ["state-3.npz.0", "state-3.npz.1"])))
    (folder / "state-3.npz.0").write_bytes(STATE[:300])
    (folder / "state-3.npz.1").write_bytes(STATE[300:])
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@st.composite
def other_values(draw, content):
    """Some values of a JSON text are of another type, out of bounds, or nest without end."""
    nested = st.builds(
        lambda n, a, b: a * n + b * n, st.sampled_from([1, 9, 5000]), st.sampled_from(["[", '{"a": ']), st.sampled_from(["]", "}"])
    )
    long = st.builds(lambda text: f'"{text * 30_000}"', st.sampled_from(["a", "\\u0000", "\\n"]))
    names = st.sampled_from(
        ['"../../x"', '"/etc/passwd"', '"state-3.npz"', '""', '".."', '"state-3.npz.0"', '"sgd"', "3", "4", "[[0.1, 0.2]]"]
    )
    for _ in range(draw(st.integers(1, 2))):
        place = draw(st.sampled_from(list(VALUE.finditer(content))))
        content = content[: place.start()] + draw(st.one_of(NUMBERS, SCRAPS, nested, long, names)).encode() + content[place.end() :]
    return content


@st.composite
def other_state(draw):
    """A state whose checksums are right, but whose headers are not: other shapes, types and versions, compressed, twice the same name."""
    kind = draw(st.sampled_from(["<f4", "|O", "<f8", "|V8", "<U3", ">i2", "|S0", "x", "[('a', '<f4')]"]))
    side = st.sampled_from(["0", "2", "6", "-1", str(10**12), str(10**30), "1.5", "()", "True"])
    shape = draw(
        st.one_of(st.builds("({}, {})".format, side, side), side, st.sampled_from(["(" * 150, "-" * 5000 + "1", "", "'", "{'a': 1}"]))
    )
    text = draw(st.sampled_from([f"{{'descr': {kind!r}, 'fortran_order': False, 'shape': {shape}, }}", f"({shape}", "{}", "\0", "{" * 300]))
    held = member(draw(st.sampled_from([b"\1\0", b"\1\0", b"\3\0", b"\x09\0"])), text, draw(st.binary(max_size=48)))
    return draw(st.sampled_from([held, held, saved(ARRAYS, compressed=True)]))


def member(version, header, content):
    """Return an archive of one array whose checksum is right, whatever its header says."""
    raw = header.encode("latin1").ljust(117) + b"\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        name = zipfile.ZipInfo("x.npy", (2024, 1, 1, 0, 0, 0))
        file.writestr(name, b"\x93NUMPY" + version + len(raw).to_bytes(2, "little") + raw + content)
    return buffer.getvalue()


def replacements(whole):
    return [*whole.values(), b"{}", b"[]", b"null\n", b'{"schema": 2}', b'{"schema": 1}', b"\x89PNG\r\n", STATE]


@st.composite
def metrics(draw, content):
    """Lines of metrics that are swapped, missing, of other probes or of other shapes."""
    lines = [json.loads(line) for line in content.splitlines()]
    line, name = draw(st.sampled_from(lines)), draw(st.sampled_from(PROBES))
    odd = st.sampled_from([[[1, 2, 3]], [1, 2], [[1], [2, 3]], "x", {"a": 1}, 10**400, [["1", "b"]], [], None])
    match draw(st.sampled_from(["values", "drop", "name", "epoch", "order"])):
        case "values":
            line[name] = draw(st.one_of(odd, st.lists(st.lists(st.floats(0, 1), max_size=4), max_size=3)))
        case "drop":
            del line[name]
        case "name":
            line[draw(st.text(min_size=1, max_size=5))] = line.pop(name)
        case "epoch":
            line["epoch"] = draw(st.one_of(st.integers(-3, 10), odd))
        case _:
            lines = draw(st.permutations(lines))[draw(st.integers(0, 1)) :]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


@st.composite
def harmed(draw, whole, names, how):
    """The files of a run, some of them harmed; a name that is there no more is a file that was lost."""
    files = dict(whole)
    for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)):
        files[name] = draw(how(whole[name]))
    return files


HARMS = {
    "config": ([CONFIG], other_values),
    "config, turned": ([CONFIG], turned),
    "checkpoint": ([CHECKPOINT], other_values),
    "checkpoint, repeated": ([CHECKPOINT], repeated),
    "provenance": ([ORIGIN], other_values),
    "metrics": ([METRICS], metrics),
    "metrics, values": ([METRICS], other_values),
    "state": (["state-3.npz.0", "state-3.npz.1"], turned),
    "state, shortened": (["state-3.npz.0", "state-3.npz.1"], shortened),
    "headers": (["state-3.npz.0"], lambda _: other_state()),
}
SHARE = -(-EXAMPLES // (len(HARMS) + 1))


def held(folder, files):
    """Read all files of a run folder that a continued run and the page of results need."""
    for path in folder.iterdir():
        path.unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    before = set(files)
    try:
        config = run_files.config_in(folder)
        at, arrays = checkpoint.checkpoint_in(folder, config.settings)
        cut_metrics(folder, at.epoch)
        kept_run = run_folder.read(folder)
        parts = run_folder.stretches(folder)
    except RunError:
        assert {path.name for path in folder.iterdir()} == before, "a run that is refused keeps what it had"
        raise
    assert arrays is None or all(values.dtype.kind != "O" for values in arrays.values())
    assert all(values.shape == (kept_run.epochs,) for values in kept_run.metrics.values())
    assert run_files.encode_config(config)
    assert all(part.provenance.timing.wall_s >= 0 for part in parts)


@pytest.mark.parametrize("harm", HARMS)
def test_a_malformed_run_folder_ends_in_one_message(tmp_path, whole, harm):
    names, how = HARMS[harm]
    if harm == "headers":
        whole = {**whole, "state-3.npz.1": b""}
    files = harmed(whole, names, how)
    assert len(refused(files, lambda changed: held(tmp_path, changed), RunError, str(tmp_path), least=SHARE)) == SHARE


def test_files_of_a_run_folder_that_changed_places_end_in_one_message(tmp_path, whole):
    files = harmed(whole, sorted(whole), lambda content: exchanged(content, replacements(whole)))
    assert len(refused(files, lambda changed: held(tmp_path, changed), RunError, str(tmp_path), least=SHARE)) == SHARE


def test_a_wrong_name_in_the_checkpoint_does_not_cost_the_state(tmp_path, whole):
    changed = whole | {CHECKPOINT: whole[CHECKPOINT].replace(b"state-3.npz.1", b"state-2.npz.1")}
    with pytest.raises(
        RunError, match=r"the state of .* is damaged: No such file or directory; delete checkpoint.json to train from the start"
    ):
        held(tmp_path, changed)
    (tmp_path / CHECKPOINT).write_bytes(whole[CHECKPOINT])
    assert checkpoint.checkpoint_in(tmp_path, SETTINGS)[1] is not None


@pytest.mark.parametrize("lacking", [["b"], ["a", "b"]])
def test_networks_without_a_probe_that_results_need_end_in_one_message(tmp_path, whole, lacking):
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        for name, content in whole.items():
            (folder / name).write_bytes(content.replace(b"test_accuracy", b"tset_accuracy") if folder.name in lacking else content)
    networks = [SimpleNamespace(folder=tmp_path / name, epochs=3) for name in ("a", "b")]
    with pytest.raises(
        RunError, match=rf"the metrics of .*{lacking[0]} must hold test_accuracy, got none; delete the folder and run again"
    ):
        list(map(image_runs.metrics, networks))


def test_a_finished_part_of_digits_that_is_malformed_is_not_taken(tmp_path):
    probes = {name: np.full((3, 2), 0.5) for name in PROBES}
    content, path = saved(probes), tmp_path / "part.npz"

    def read(raw):
        path.write_bytes(raw)
        kept = digits_runs._read(path, (3, 2), PROBES)
        if kept is None:
            raise EvidenceError(f"{path} is made anew")
        assert all(kept[name].shape == (3, 2) and kept[name].dtype.kind == "f" for name in PROBES)

    files = st.one_of(harms(content, [STATE, b"{}"]), other_state())
    assert len(refused(files, read, EvidenceError, str(path), least=300)) == 300


def test_arrays_of_a_state_are_no_larger_than_its_file():
    assert all(np.array_equal(arrays_in(STATE)[name], values) for name, values in ARRAYS.items())
    with pytest.raises(ValueError, match="must not be compressed"):
        arrays_in(saved({"x": np.zeros(10**6)}, compressed=True))
    with pytest.raises(ValueError, match=r"an array of float32 and shape \(1000000000000,\) does not take 8 bytes"):
        arrays_in(member(b"\1\0", "{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000,), }", bytes(8)))


@pytest.mark.parametrize("harm", ["values", "any"])
def test_malformed_results_end_in_one_message(tmp_path, harm):
    (tmp_path / "experiments").mkdir()
    path, content = tmp_path / "experiments" / "fig-1.json", RESULTS.encode()

    def read(raw):
        path.write_bytes(raw)
        gathered = runs.gather([tmp_path])
        assert all(row.least <= row.middle <= row.largest for row in gathered.seeds("fig-1"))
        runs.write(tmp_path / "published", gathered)
        again = runs.gather([tmp_path / "published"])
        assert again.seeds("fig-1") == gathered.seeds("fig-1")

    files = (
        other_values(content)
        if harm == "values"
        else harms(content, [b"{}", b"[]", b'{"results": 1}', b'{"results": {"arms": []}}', STATE])
    )
    assert len(refused(files, read, EvidenceError, str(path), least=150)) == 150


@pytest.mark.parametrize("harm", [turned, shortened, lambda content: harms(content, [b"<svg/>", b"<html></html>", RESULTS.encode()])])
def test_malformed_pictures_end_in_one_message(tmp_path, harm):
    (tmp_path / "figures").mkdir()
    path = tmp_path / "figures" / "fig-1.svg"

    def read(raw):
        path.write_bytes(raw)
        assert runs.gather([tmp_path]).figures["fig-1"].startswith("<svg")

    assert len(refused(harm(PICTURE), read, EvidenceError, str(path), "fig-1", least=100)) == 100


@pytest.mark.parametrize(
    "picture",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg">' + b"<g>" * 50_000,
        b'<svg xmlns="http://www.w3.org/2000/svg">' + b'<g x="1">' * 3000 + b"</g>" * 3000 + b"</svg>",
        b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1.2.3 4"/>',
    ],
)
def test_a_picture_that_nests_without_end_or_has_no_size_ends_in_one_message(tmp_path, picture):
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "fig-1.svg").write_bytes(picture)
    with pytest.raises(EvidenceError, match="fig-1"):
        runs.gather([tmp_path])
