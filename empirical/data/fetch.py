"""Data sets fetched from those who publish them: `fetch("cifar-10", folder, tell)`. Nothing half fetched bears the name of the whole.

Pooch checks the MD5 sum and moves a file to its name only when it is right. A connection that is cut leaves `.NAME.part`, from whose end
the next call goes on, where the server can do that; the sum is of the whole file, so that parts that do not fit together are not taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args
from urllib.parse import urlsplit

from empirical.data import cifar10, flowers, tiny_imagenet
from empirical.data.files import Listed, Tell
from empirical.data.images import DataError
from empirical.data.unpack import unpack

Name = Literal["cifar-10", "tiny-imagenet", "flowers102"]
CONNECT, READ = 10.0, 60.0  # seconds without a connection, or without a byte
CHUNK = 1 << 16  # bytes


@dataclass(frozen=True)
class Published:
    """A published data set: files and their MD5 sums under an address, the folder they go to, and the one in `archive` that is unpacked."""

    base: str
    sums: Mapping[str, str]
    data: str  # what --data is given, under the folder that was asked for
    folder: str = ""
    archive: str = ""
    holds: str = ""
    check: Callable[[Path], Listed] | None = None


def published(name: Name) -> Published:
    """Return the files that are fetched for a data set."""
    if name == "cifar-10":  # its archive is read as it is
        return Published(base="https://www.cs.toronto.edu/~kriz", sums={cifar10.ARCHIVE: cifar10.MD5}, data=cifar10.ARCHIVE)
    if name == "tiny-imagenet":
        return Published(
            base="http://cs231n.stanford.edu",  # where it is published; the sum stands for what the address cannot
            sums={tiny_imagenet.ARCHIVE: tiny_imagenet.MD5},
            data=tiny_imagenet.FOLDER,
            archive=tiny_imagenet.ARCHIVE,
            holds=tiny_imagenet.FOLDER,
            check=tiny_imagenet.listed,
        )
    return Published(
        base="https://www.robots.ox.ac.uk/~vgg/data/flowers/102",
        sums=flowers.MD5,
        data=flowers.FOLDER,
        folder=flowers.FOLDER,
        archive=flowers.ARCHIVE,
        holds=flowers.JPG,
        check=flowers.listed,
    )


def fetch(name: Name, to: Path, tell: Callable[[str, float], None], base: str | None = None) -> Path:
    """Fetch a data set to the folder `to`, unpack it where it must be, and return the path to load it from.

    `tell` is called with the current activity and the share of it that is done. `base` is an address to take in place of the publisher's.
    Files that are there are not fetched again. Raises DataError where the name is unknown, the network or the disk fails, a file has
    another sum, or the files that are there are incomplete.
    """
    if name not in get_args(Name):
        raise DataError(f"a data set that can be fetched is one of {', '.join(get_args(Name))}, got {name!r}")
    dataset = published(name)
    folder = to / dataset.folder
    unpacked = bool(dataset.holds) and (folder / dataset.holds).exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(f"{folder} must be a folder that can be written to, but: {error.strerror}; choose another with --to") from error
    for file, total in dataset.sums.items():
        if not (unpacked and file == dataset.archive):
            download(f"{(base or dataset.base).rstrip('/')}/{file}", folder / file, total, lambda share, file=file: tell(file, share))
    if dataset.archive and not unpacked:
        unpack(folder / dataset.archive, dataset.holds, folder, lambda share: tell(f"unpacking {dataset.archive}", share))
    if dataset.check is not None:
        try:
            dataset.check(to / dataset.data)
        except DataError as error:
            raise DataError(f"{error}; or remove {folder / dataset.holds} and call fetch again") from error
    return to / dataset.data


def download(url: str, path: Path, total: str, tell: Tell) -> None:
    """Fetch one file of MD5 sum `total` to `path`; a whole one that is there already is left as it is."""
    import pooch

    pooch.get_logger().setLevel("WARNING")
    part = path.with_name(f".{path.name}.part")

    def go_on(url: str, output_file: str, _: Any) -> None:
        receive(url, part, tell)
        part.replace(output_file)

    try:
        pooch.retrieve(url, known_hash=f"md5:{total}", fname=path.name, path=path.parent, downloader=go_on)
    except DataError:
        raise
    except ValueError as error:  # Pooch's word for another sum; it has removed what came
        raise DataError(
            f"{url} must have the MD5 sum {total}, got another; what came was removed: fetch it again, or from another address"
        ) from error
    except OSError as error:
        raise DataError(f"{path} must be written, but: {error.strerror or error}; free space there or choose another folder") from error


def receive(url: str, part: Path, tell: Tell) -> None:
    """Append to `part` the bytes that it lacks of the file at an address, or all of it where the server begins anew.

    Raises DataError where there is no connection, no such file, or the connection is cut; what came is then in `part`.
    """
    import requests
    import urllib3

    have = part.stat().st_size if part.exists() else 0
    # As they are stored: a server that calls a .tgz "gzip-encoded" would otherwise have it unpacked on the way, to another sum.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        with requests.get(url, headers=headers, stream=True, timeout=(CONNECT, READ)) as answer:
            if have and answer.status_code == requests.codes.requested_range_not_satisfiable:
                return  # nothing is lacking, and the sum decides
            if not answer.ok:
                raise _failed(url, part, f"the server answers {answer.status_code} {answer.reason}")
            more = answer.status_code == requests.codes.partial_content
            done = have if more else 0
            length = done + int(answer.headers.get("Content-Length") or 0)
            with part.open("ab" if more else "wb") as file:
                for chunk in answer.raw.stream(CHUNK, decode_content=False):
                    file.write(chunk)
                    done += len(chunk)
                    tell(min(done / max(length, done), 1.0))
    except (requests.Timeout, urllib3.exceptions.TimeoutError) as error:
        raise _failed(url, part, f"there was no connection in {CONNECT:.0f} s, or nothing came for {READ:.0f} s") from error
    except requests.exceptions.SSLError as error:
        raise _failed(
            url, part, f"no secure connection to {urlsplit(url).netloc} can be made: see which certificates are trusted here"
        ) from error
    except requests.ConnectionError as error:
        raise _failed(url, part, f"there is no connection to {urlsplit(url).netloc}") from error
    except urllib3.exceptions.HTTPError as error:
        raise _failed(url, part, "the connection was cut") from error
    except requests.RequestException as error:  # an address that is none, or too many redirections
        raise _failed(url, part, str(error)) from error


def _failed(url: str, part: Path, reason: str) -> DataError:
    """Return the error for a file that was not received: it names the part that is on disk and what to do."""
    came = part.stat().st_size if part.exists() else 0
    advice = f"{came} bytes are kept: call fetch again and it goes on" if came else "call fetch again where there is a network"
    return DataError(f"{url} must be fetched, but {reason}; {advice}, or put the file into {part.parent} by hand")
