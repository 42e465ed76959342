"""What all command lines share: exit statuses, messages, and streams that cannot be written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from reports.command import CallError, OutputError, status_of

ROOT = Path(__file__).parents[2]
FULL = "standard output must be writable, but No space left on device; free space there or send it elsewhere\n"


def raising(error):
    def work():
        raise error

    return work


def test_what_the_work_returns_is_the_status():
    assert [status_of(lambda status=status: status) for status in (0, 1, 3)] == [0, 1, 3]


@pytest.mark.parametrize("error", [CallError("--x must be 1, got 2"), LookupError("no such claim")])
def test_a_refused_call_is_its_message_and_status_2(capsys, error):
    assert status_of(raising(error), LookupError) == 2
    assert capsys.readouterr() == ("", f"{error.args[0]}\n")


def test_an_error_of_our_own_making_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        status_of(raising(ZeroDivisionError()), LookupError)
    with pytest.raises(OSError, match="ours"):
        status_of(raising(OSError("ours")), LookupError)


def test_a_file_that_nobody_foresaw_is_named(capsys, tmp_path):
    assert status_of(lambda: len((tmp_path / "absent").read_bytes())) == 2
    said = capsys.readouterr().err
    assert said == f"{tmp_path / 'absent'} must be readable and writable, but No such file or directory; mend that or choose another one\n"


def test_a_current_folder_that_was_removed_is_told(capsys, monkeypatch, tmp_path):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert status_of(lambda: len(Path("here").absolute().parts)) == 2
    said = "the folder where this is called must be there, but it was removed; go to another one and call again\n"
    assert capsys.readouterr() == ("", said)


def test_a_full_disk_without_a_name_is_told(capsys):
    assert status_of(raising(OSError(28, "No space left on device"))) == 2
    assert capsys.readouterr().err.startswith("a file must be readable and writable, but No space left on device")


def test_ctrl_c_in_a_program_that_calls_a_command_is_status_130(capsys):
    assert status_of(raising(KeyboardInterrupt())) == 130
    assert capsys.readouterr().err == "interrupted; every file that was written is whole\n"


def test_a_fault_of_standard_output_is_not_taken_for_one_of_a_file():
    with pytest.raises(OutputError):
        status_of(raising(OutputError(28, "No space left on device")))


# --- the streams of a process ---


def called(work, redirect="", **environment):
    """Return status, standard output and standard error of a command whose work is `work`, with its streams redirected by a shell."""
    script = f"import os, sys, warnings\nfrom reports.command import start\ndef main():\n    {work}\n    return 0\nstart(main)\n"
    command = ["sh", "-c", f'exec "$0" -c "$1" {redirect}', sys.executable, script]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, capture_output=True, timeout=60)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


SHORT, LONG = "sys.stdout.write('x')", "sys.stdout.write('x' * 10**6)"


@pytest.mark.parametrize("work", [SHORT, LONG, "print('x' * 9000); print('x')", f"{SHORT}; sys.exit(0)"])
def test_a_full_device_is_one_message_and_status_2(work):
    assert called(work, ">/dev/full") == (2, "", FULL)


def test_standard_output_that_the_caller_closed_is_one_message_and_nothing_is_done(tmp_path):
    said = FULL.replace("No space left on device", "it is closed")
    assert called(f"open({str(tmp_path / 'done')!r}, 'w')", ">&-") == (2, "", said)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("redirect", ["2>/dev/full", "2>&-"])
def test_a_message_that_nobody_can_read_changes_nothing_else(redirect):
    assert called("sys.stderr.write('x' * 10**6); warnings.warn('x'); print('done')", redirect) == (0, "done\n", "")
    assert called("sys.stderr.write('x'); sys.exit(2)", redirect)[0] == 2


def test_no_file_takes_the_number_of_a_closed_stream(tmp_path):
    code, said, _ = called(f"print(open({str(tmp_path / 'file')!r}, 'w').fileno() > 2)", "2>&- 0<&-")
    assert (code, said) == (0, "True\n")


@pytest.mark.parametrize("work", [SHORT, LONG])
def test_a_reader_that_went_away_is_status_141_and_no_message(work):
    reader, writer = os.pipe()
    os.close(reader)
    script = f"import sys\nfrom reports.command import start\ndef main():\n    {work}\n    return 0\nstart(main)\n"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, stdout=writer, stderr=subprocess.PIPE, timeout=60)
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")


FOREIGN = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def test_letters_that_the_encoding_lacks_are_escaped():
    greek = "print('\\u03c3 ' + os.fsdecode(b'\\xfc'))"
    assert called(greek, **FOREIGN) == (0, "\\u03c3 \\udcfc\n", "")
    assert called(greek, PYTHONUTF8="1") == (0, "σ \\udcfc\n", "")


@pytest.mark.parametrize(
    ("told", "seen"), [("0", "None"), ("000", "None"), ("5", "20"), ("20", "20"), ("120", "120"), ("", ""), ("many", "many"), ("²", "²")]
)
def test_a_width_that_libraries_cannot_work_with_is_not_told_to_them(told, seen):
    assert called("print(os.environ.get('COLUMNS'))", COLUMNS=told, PYTHONUTF8="1") == (0, f"{seen}\n", "")


@pytest.mark.parametrize("columns", ["0", "00", ""])
def test_what_is_said_is_printed_also_where_the_environment_tells_of_no_columns(columns):
    work = "from rich.console import Console; from reports import terminal; terminal.say(Console(), [terminal.Text('seen')])"
    assert called(work, COLUMNS=columns) == (0, "seen\n", "")


@pytest.mark.parametrize(("work", "status"), [("sys.exit()", 0), ("sys.exit(2)", 2), ("sys.exit('why')", 2), ("return 3", 3)])
def test_the_command_ends_with_the_status_of_its_work(work, status):
    assert called(work)[0] == status


def test_an_error_of_ours_is_told_whole():
    status, _, said = called("raise ZeroDivisionError")
    assert status == 1
    assert said.startswith("Traceback")
    assert said.endswith("ZeroDivisionError\n")


@pytest.mark.parametrize(("name", "loading"), [("__main__", False), ("theory.__main__", True)])
def test_the_collector_of_cycles_rests_while_a_command_loads_and_works_when_it_begins(name, loading):
    script = f"""import gc
from reports import collector, command
collector.rest({name!r})
loading = gc.isenabled()
command.start(lambda: print(loading, gc.isenabled(), gc.get_freeze_count() > 0) or 0)
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{loading} True True\n", "")
