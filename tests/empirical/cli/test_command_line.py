"""The command line as a user calls it: its output, its files, and one clear message where the call is wrong."""

import errno
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from empirical import __main__ as command
from empirical.cli import fetch, setup
from empirical.cli.setup import DATA, setup_of
from empirical.experiments import experiments, fig_3a, fig_3b
from empirical.report.experiment import Cost, Setup
from reports import arguments, evidence, lock
from reports.evidence import read_all
from tests.empirical.experiments.made_up_results import results

ROOT = Path(__file__).resolve().parents[3]


def call(*arguments):
    environment = {**os.environ, "JAX_PLATFORMS": "cpu", "COLUMNS": "160"}
    return subprocess.run([sys.executable, "-m", "empirical", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True)


def test_list_and_plan_name_every_experiment(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    assert command.main(["list"]) == 0
    listed = capsys.readouterr().out
    assert command.main(["plan"]) == 0
    planned = capsys.readouterr().out
    for name in experiments():
        assert name in listed
        assert name in planned
    assert "MiB" in planned


def test_smoke_writes_results_that_decide_nothing_and_says_so(tmp_path):
    completed = call("run", "fig-3a", "nsam-no-gain", "--profile", "smoke", "--out", str(tmp_path))
    assert completed.returncode == 0, completed.stderr
    assert "2 experiments" in completed.stdout
    items = [item for dossier in read_all(tmp_path) for item in dossier.evidence]
    assert {item.claim for item in items} == {"fig-3a", "nsam-no-gain"}
    assert {item.outcome for item in items} == {"inconclusive"}
    assert all("cut short (profile smoke" in item.says for item in items)


def test_the_same_seeds_give_the_same_numbers_and_fewer_than_the_rule_asks_for_decide_nothing(tmp_path):
    for name in ("first", "second"):
        assert command.main(["run", "fig-3b", "--profile", "smoke", "--seeds", "3", "--out", str(tmp_path / name)]) == 0
    first, second = (evidence.read(evidence.path_of(tmp_path / name, "empirical", "fig-3b")).evidence for name in ("first", "second"))
    assert first[0].details["seeds"] == 3
    for item in (*first, *second):
        del item.details["date"]
    assert first == second


def test_smoke_writes_to_a_separate_folder_so_that_it_never_replaces_results():
    assert setup_of(command.Run(profile="smoke")).out != setup_of(command.Run()).out


FIG = ["run", "fig-3a"]
WRONG_CALLS = [
    (["run", "fig-3"], "an experiment must be one of the"),
    (["run", "fig3a"], "'fig3a' (perhaps you meant fig-3a"),
    (["plan", "zzz"], "see `python -m empirical list`"),
    (["run", "zzz", "fig-3a", "fig3b", "yyy"], "got 'zzz', 'fig3b' (perhaps you meant fig-3b"),
    (["plan", "zzz", "fig-3a", "fig3b", "yyy"], "), 'yyy'; see `python -m empirical list`"),
    ([*FIG, "--seeds", "0"], "--seeds must be at least 1, got 0"),
    (["plan", "--seeds", "-3"], "--seeds must be at least 1, got -3"),
    (
        ["plan", "--seeds", "99999999999999999999"],
        "--seeds must be at most 10,000 (time and memory grow with them), got 99999999999999999999",
    ),
    ([*FIG, "--seeds", "10001"], "--seeds must be at most 10,000"),
    ([*FIG, "--epochs", "3"], "--epochs must be at least 4, got 3"),
    (["plan", "--epochs", "10001"], "--epochs must be at most 10,000 ("),
    ([*FIG, "--minutes", "0"], "--minutes must be above 0, got 0.0"),
    ([*FIG, "--minutes", "nan"], "--minutes must be a finite number, got nan"),
    ([*FIG, "--minutes", "inf"], "--minutes must be a finite number, got inf"),
    ([*FIG, "--minutes", "1e9"], "--minutes must be at most 527,040 (a year), got 1000000000.0"),
    ([*FIG, "--backend", "slurm", "--job-minutes", "-1"], "--job-minutes must be above 0, got -1.0"),
    ([*FIG, "--backend", "slurm", "--job-minutes", "nan"], "--job-minutes must be a finite number, got nan"),
    ([*FIG, "--backend", "slurm", "--job-minutes", "1e9"], "--job-minutes must be at most 527,040"),
    ([*FIG, "--jobs", "0"], "--jobs must be at least 1, got 0"),
    ([*FIG, "--jobs", "257"], "--jobs must be at most 256 (with --backend local), got 257"),
    ([*FIG, "--backend", "slurm", "--jobs", "10001"], "--jobs must be at most 10,000 (with --backend slurm)"),
    ([*FIG, "--backend", "slurm", "--gpus", "-1"], "--gpus must be at least 0, got -1"),
    ([*FIG, "--backend", "slurm", "--gpus", "65"], "--gpus must be at most 64 (the GPUs of one machine), got 65"),
    (["plan", "--data", "/no/such/folder"], "must be there, got /no/such/folder"),
    ([*FIG, "--data", "tests"], "images as train/CLASS/* and test/CLASS/*, got tests"),
    ([*FIG, "--profile", "smoke", "--out", "/proc/nowhere"], "must be writable"),
    ([*FIG, "--profile", "smoke", "--out", "README.md"], "--out must name a folder, but README.md is a file; choose another"),
    ([*FIG, "--carry", "README.md"], "--carry must name a folder, but README.md is a file; choose another with --carry DIR"),
    ([*FIG, "--carry", "/proc/nowhere"], "must be writable"),
    ([*FIG, "--carry-mib", "5"], "--carry-mib goes with --carry DIR, got 5 alone"),
    ([*FIG, "--carry", "x", "--carry-mib", "0"], "--carry-mib must be at least 1, got 0; leave it out for 64"),
    ([*FIG, "--carry", "x", "--carry-mib", "9999999"], "--carry-mib must be at most 1,048,576 (a TiB)"),
    (["fetch", "cifar-10", "--to", "README.md"], "--to must name a folder, but README.md is a file; choose another with --to DIR"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG_CALLS)
def test_a_wrong_call_gets_one_message_and_status_2(arguments, message, capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert command.main(arguments) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert "Traceback" not in error


def said_by_the_parser(arguments, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as stopped:
        command.main(arguments)
    assert stopped.value.code == 2
    return " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("note", "message"),
    [
        ("x" * 2001, "it must have at most 2,000 characters, got 2,001"),
        ("a\x1b[2J", "it must be one line of text without control characters, got 'a\\x1b[2J'"),
        ("a\nb", "it must be one line of text without control characters, got 'a\\nb'"),
        (os.fsdecode(b"a\xff"), "it must be one line of text without control characters, got 'a\\udcff'"),
    ],
)
def test_a_note_that_evidence_cannot_hold_is_refused_before_anything_is_trained(note, message, capsys, monkeypatch):
    assert f"Error parsing --note: {message}" in said_by_the_parser([*FIG, "--note", note], capsys, monkeypatch)


def test_a_note_in_any_language_is_taken():
    assert arguments.remark("Auf einem H200, ρ = 0.01") == "Auf einem H200, ρ = 0.01"


@pytest.mark.parametrize("option", ["--seeds", "--epochs", "--jobs", "--gpus", "--carry-mib", "--minutes", "--job-minutes"])
@pytest.mark.parametrize("text", ["many", ""])
def test_a_number_that_is_none_is_refused_in_plain_words(option, text, capsys, monkeypatch):
    kind = "number" if "minutes" in option else "whole number"
    assert f"Error parsing {option}: it must be a {kind}, such as" in said_by_the_parser([*FIG, option, text], capsys, monkeypatch)


@pytest.mark.parametrize(
    "call", [[*FIG, "--out"], [*FIG, "--carry"], [*FIG, "--data"], ["plan", "--data"], ["plan", "--out"], ["fetch", "cifar-10", "--to"]]
)
@pytest.mark.parametrize("path", ["", " ", "a\0b", "x" * 300])
def test_a_path_that_no_file_can_have_is_refused_and_nothing_is_written(call, path, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert f"Error parsing {call[-1]}: it must be a path" in said_by_the_parser([*call, path], capsys, monkeypatch)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["", "nowhere", "file:///tmp", "https://"])
def test_an_address_that_is_none_is_refused(text, capsys, monkeypatch, tmp_path):
    said = said_by_the_parser(["fetch", "cifar-10", "--to", str(tmp_path / "to"), "--mirror", text], capsys, monkeypatch)
    assert "Error parsing --mirror: it must be a" in said
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["", "two words"])
def test_a_partition_that_is_no_word_is_refused(text, capsys, monkeypatch):
    said = said_by_the_parser([*FIG, "--backend", "slurm", "--partition", text], capsys, monkeypatch)
    assert "Error parsing --partition: it must be a word without spaces" in said


def test_a_path_in_the_environment_that_no_file_can_have_is_refused(monkeypatch, capsys):
    monkeypatch.setenv(DATA, "x" * 300)
    assert command.main(["plan", "fig-3a"]) == 2
    assert "CLAIMS_DATA in the environment: it must be a path that this system can take" in capsys.readouterr().err


def test_a_misspelt_command_or_option_is_told_with_the_known_names(capsys, monkeypatch):
    assert "list, run, plan, fetch" in said_by_the_parser(["rnu"], capsys, monkeypatch)
    assert "--seeds" in said_by_the_parser([*FIG, "--seed", "3"], capsys, monkeypatch)


def cheap(monkeypatch, seconds=1.0, **flops):
    """Have fig-3a and fig-3b be the only experiments, with made-up results and costs."""
    made = [
        replace(module.EXPERIMENT, cost=lambda _: Cost(seconds, 1.0, flops=flops), run=lambda _, module=module: results(module))
        for module in (fig_3a, fig_3b)
    ]
    monkeypatch.setattr(setup, "experiments", lambda: {experiment.id: experiment for experiment in made})


def test_a_second_run_of_an_experiment_into_one_folder_is_refused_and_others_go_on_beside_it(monkeypatch, capsys, tmp_path):
    cheap(monkeypatch)
    with lock.output(tmp_path, "run fig-3a"):
        assert command.main(["run", "--out", str(tmp_path)]) == 2
        said = capsys.readouterr().err
        assert said.startswith(
            f"one process at a time may `run fig-3a` into {tmp_path}, and another one does; wait for it or choose another"
        )
        assert not list(tmp_path.glob("experiments/*.json"))
        assert command.main(["run", "fig-3b", "--out", str(tmp_path)]) == 0
        assert command.main(["run", "fig-3a", "--out", str(tmp_path / "other")]) == 0
    assert command.main(["run", "--out", str(tmp_path)]) == 0


def test_networks_on_images_may_be_trained_by_several_processes(monkeypatch, tmp_path):
    cheap(monkeypatch, network=1e9)
    with lock.output(tmp_path, "run fig-3a"):
        assert command.main(["run", "fig-3a", "--out", str(tmp_path)]) == 0


def test_a_second_fetch_of_the_same_data_into_one_folder_is_refused(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(fetch, "fetch", lambda *_: pytest.fail("two fetch"))
    with lock.locked(tmp_path, f"{lock.LOCKS}/fetch-cifar-10", "fetch"):
        assert command.main(["fetch", "cifar-10", "--to", str(tmp_path)]) == 2
    assert f"one process at a time may fetch cifar-10 to {tmp_path}" in capsys.readouterr().err


def test_a_long_run_says_beforehand_how_long_it_takes_and_a_short_one_does_not(monkeypatch, capsys, tmp_path):
    cheap(monkeypatch, seconds=1800.0)
    assert command.main(["run", "--out", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("about 60 min for 2 experiments\n")
    cheap(monkeypatch)
    assert command.main(["run", "--out", str(tmp_path)]) == 0
    assert "about" not in capsys.readouterr().out
    cheap(monkeypatch, network=1e9)
    assert command.main(["run", "--out", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith("networks on images: `python -m empirical plan` with the same")


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_where_nothing_can_be_written_the_message_says_to_choose_another_folder(monkeypatch, capsys, tmp_path, number):
    def refuse(*_, **__):
        raise OSError(number, os.strerror(number))

    cheap(monkeypatch)
    monkeypatch.setattr("reports.evidence.Part", refuse)
    assert command.main(["run", "--out", str(tmp_path)]) == 2
    assert f"must be writable, but {os.strerror(number)}; choose another with --out" in capsys.readouterr().err


def test_an_unknown_profile_is_refused_with_status_2(capsys):
    with pytest.raises(SystemExit) as stopped:
        command.main(["run", "fig-3a", "--profile", "fast"])
    assert stopped.value.code == 2
    assert "fast" in capsys.readouterr().err


def absent(monkeypatch, why="no data: give --data"):
    """Have fig-3a be an experiment that cannot run here."""
    lacking = replace(fig_3a.EXPERIMENT, cost=lambda _: Cost(0.0, 0.0, missing=why))
    known = {**experiments(), "fig-3a": lacking}
    monkeypatch.setattr(setup, "experiments", lambda: {name: known[name] for name in ("fig-3a", "nsam-no-gain")})


def test_an_experiment_that_cannot_run_here_is_told_in_the_plan_and_refused_by_name(monkeypatch, capsys, tmp_path):
    absent(monkeypatch)
    assert command.main(["plan"]) == 0
    assert "cannot run here: no data" in capsys.readouterr().out
    assert command.main(["run", "fig-3a", "--out", str(tmp_path)]) == 2
    assert "fig-3a cannot run here: no data" in capsys.readouterr().err


def test_where_none_is_named_the_others_still_run(monkeypatch, capsys, tmp_path):
    absent(monkeypatch)
    assert command.main(["run", "--profile", "smoke", "--out", str(tmp_path)]) == 0
    assert "not run" in capsys.readouterr().out
    assert not (tmp_path / "experiments" / "fig-3a.json").exists()
    assert (tmp_path / "experiments" / "nsam-no-gain.json").exists()


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is a signal on POSIX only")
def test_ctrl_c_leaves_the_written_files_whole(tmp_path):
    arguments = [sys.executable, "-m", "empirical", "run", "fig-3b", "fig-10", "--out", str(tmp_path), "--seeds", "2"]
    process = subprocess.Popen(arguments, cwd=ROOT, env={**os.environ, "JAX_PLATFORMS": "cpu"}, stderr=subprocess.PIPE, text=True)
    first = tmp_path / "evidence" / "empirical" / "fig-3b.json"
    deadline = time.monotonic() + 300
    while not first.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "interrupted" in error
    assert [dossier.claim for dossier in read_all(tmp_path)] == ["fig-3b"]
    assert not list(tmp_path.rglob("*.part"))


def test_every_cost_is_told_before_the_run():
    for experiment in experiments().values():
        cost = experiment.cost(Setup())
        assert cost.missing or (cost.seconds > 0 and cost.memory_mib > 0), experiment.id
