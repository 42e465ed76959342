"""Run a command beside a private Slurm: `python tests/cluster/slurm.py pytest tests/cluster`.

One node on loopback, in a temporary folder, with private ports, munge key and socket, as the user who calls; nothing of a
Slurm that may be installed here is touched. The daemons stay in the foreground as children and end with the command, whatever becomes of
it. There is no accounting (no `sacct`), as on many small clusters. `CLAIMS_SLURM=1` tells the tests that they may submit.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType

DAEMONS, SEARCHED = ("munged", "slurmctld", "slurmd"), "/usr/sbin:/sbin"  # Debian's daemons are not on a user's path
SLOTS = 8  # tests wait more than they compute, so more of them may run than there are cores
PATIENCE_S, GRACE_S = 30.0, 10.0

# cred_expire is how long a requeued job waits, 120 s if unset; OverTimeLimit and KillWait keep limits sharp.
CONF = """\
ClusterName=claims
SlurmctldHost={host}(127.0.0.1)
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=5
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
SchedulerParameters=bf_interval=1,sched_interval=2,batch_sched_delay=1
OverTimeLimit=0
KillWait=5
NodeName={host} NodeAddr=127.0.0.1 CPUs={slots} RealMemory={memory_mib} State=UNKNOWN
PartitionName=debug Nodes={host} Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
"""


def main(command: Sequence[str]) -> int:
    """Run `command` beside the cluster and return its exit status; 2 where there is no command or the cluster does not start."""
    if not command:
        sys.stderr.write("a command to run beside the cluster must be given, got none\n")
        return 2
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)  # so that the daemons are ended too
    try:
        with cluster() as environment:
            return subprocess.run(command, check=False, env=environment).returncode
    except ClusterError as error:
        sys.stderr.write(f"{error}\n")
        return 2


class ClusterError(ValueError):
    """The cluster cannot be started here; the message says why."""


@contextmanager
def cluster() -> Iterator[dict[str, str]]:
    """Give the environment in which Slurm's commands speak to a cluster that lasts as long as this block.

    Raises ClusterError where a daemon is not installed or does not come up, with the end of its log.
    """
    programs = {name: shutil.which(name, path=f"{os.environ.get('PATH', '')}:{SEARCHED}") for name in DAEMONS}
    missing = [name for name, path in programs.items() if path is None]
    if missing:
        raise ClusterError(f"Slurm and munge must be installed, but {' and '.join(missing)} cannot be found; install slurm-wlm and munge")
    paths = {name: path for name, path in programs.items() if path is not None}
    with tempfile.TemporaryDirectory(prefix="claims-slurm-") as name, ExitStack() as ends:
        folder = Path(name)
        environment = {**os.environ, "SLURM_CONF": str(_configure(folder)), "CLAIMS_SLURM": "1"}
        munge = {key: f"--{key}-file={folder}/munge.{key}" for key in ("key", "pid", "log", "seed")}
        ends.enter_context(
            _daemon([paths["munged"], "--foreground", "--force", f"--socket={folder}/munge.socket", *munge.values()], folder, environment)
        )
        _wait("munge", (folder / "munge.socket").exists, folder / "munged.out")
        ends.enter_context(_daemon([paths["slurmctld"], "-D"], folder, environment))
        ends.enter_context(_daemon([paths["slurmd"], "-D"], folder, environment))
        _wait("the node", lambda: _says(["sinfo", "--noheader", "--format=%t"], environment) == "idle", folder / "slurmctld.out")
        try:
            yield environment
        finally:
            _says(["scancel", "--user", str(os.getuid())], environment)
            _until(lambda: _says(["squeue", "--noheader"], environment) == "", GRACE_S)


def _configure(folder: Path) -> Path:
    (folder / "state").mkdir()
    (folder / "spool").mkdir()
    key = folder / "munge.key"
    key.touch(mode=0o600)
    key.write_bytes(secrets.token_bytes(1024))
    memory_mib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    user = pwd.getpwuid(os.getuid()).pw_name
    values = {"host": socket.gethostname().split(".")[0], "user": user, "folder": folder, "ports": _free_ports(2)}
    (folder / "slurm.conf").write_text(CONF.format(slots=SLOTS, memory_mib=memory_mib, **values))
    (folder / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")  # looked for also where no control groups are used
    return folder / "slurm.conf"


def _free_ports(number: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(number)]
        return [listener.getsockname()[1] for listener in sockets]


@contextmanager
def _daemon(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """Run a daemon for as long as this block; its output is a file named for it."""
    with (folder / f"{Path(command[0]).name}.out").open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environment, start_new_session=True)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _says(command: Sequence[str], environment: Mapping[str, str]) -> str | None:
    called = subprocess.run(command, check=False, capture_output=True, text=True, env=environment, timeout=PATIENCE_S)
    return called.stdout.strip() if called.returncode == 0 else None


def _wait(daemon: str, came: Callable[[], bool], log: Path) -> None:
    if not _until(came, PATIENCE_S):
        raise ClusterError(f"{daemon} must come up within {PATIENCE_S:.0f} s, but did not; {log.name} ends with: {log.read_text()[-2000:]}")


def _until(came: Callable[[], bool], seconds: float) -> bool:
    limit = time.monotonic() + seconds
    while not came():
        if time.monotonic() > limit:
            return False
        time.sleep(0.1)
    return True


def _leave(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
