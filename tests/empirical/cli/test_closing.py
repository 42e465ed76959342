"""The page's costs of closing open claims equal the costs that the experiments count themselves."""

import msgspec

from empirical.cli import closing
from empirical.experiments import experiments
from reports.page.closing import PATH, Closing, read


def test_the_file_of_the_page_holds_the_counted_costs():
    assert read() == closing.closing(), "write it anew with `python -m empirical.cli.closing`"


def test_every_run_is_in_the_papers_settings_and_decides_a_statement():
    runs = read().runs
    assert {run.experiment for run in runs} <= experiments().keys()
    assert all(run.statements and run.networks >= run.seeds and run.flops > 1e15 for run in runs)


def test_the_command_writes_the_file_whole(tmp_path):
    assert closing.main(["--out", str(tmp_path)]) == 0
    assert (tmp_path / "closing.json").read_bytes() == PATH.read_bytes()
    assert msgspec.json.decode(PATH.read_bytes(), type=Closing).machines


def test_a_file_in_the_place_of_its_folder_is_one_message_and_status_2(tmp_path, capsys):
    (tmp_path / "file").touch()
    assert closing.main(["--out", str(tmp_path / "file")]) == 2
    error = capsys.readouterr().err
    assert "--out must name a folder" in error
    assert error.count("\n") == 1
