"""Have coqc check the sources in a temporary folder, and refuse every proof that assumes more than Coq's real numbers do.

A source proves its `Theorem`s, lists them all in `main_theorems`, and ends with `Print Assumptions main_theorems`. What Coq then
prints is the authority on axioms: an admitted goal, a parameter or a switched-off check appears there under its name.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reports.interrupt import Ending, kill

SOURCES = Path(__file__).parent
LIMIT_S = 300  # a file takes about three seconds; one that takes this long has stopped making progress

# Coq's reals are Dedekind cuts of classical logic: its standard library assumes these four axioms for them.
REALS = frozenset(
    {
        "Classical_Prop.classic",
        "ClassicalDedekindReals.sig_forall_dec",
        "ClassicalDedekindReals.sig_not_dec",
        "FunctionalExtensionality.functional_extensionality_dep",
    }
)
FORBIDDEN = re.compile(
    r"\b(Admitted|admit|Abort|Axioms?|Conjectures?|Parameters?|Section|Variables?|Hypothes[ie]s|Context|Unset|Redirect)\b"
)
CLOSED = "Closed under the global context"  # Coq's words for: no axioms
NEWLINE = "\n"
_SENTENCE_END = r"\.(?=\s|\Z)"


class ProofError(Exception):
    """A proof that Coq or this module refuses; the message names the file, the line and the fault."""


@dataclass(frozen=True)
class Source:
    """One source: `theorems` maps the name of each main theorem to its statement, as it is written there."""

    name: str
    text: str
    theorems: dict[str, str]

    @property
    def end(self) -> str:
        """The place where its axioms are printed."""
        return f"{self.name}.v, line {self.text.count(NEWLINE)}"


@dataclass(frozen=True)
class Checked:
    """A source that Coq has checked, with the axioms that its theorems rest on, all together."""

    source: Source
    axioms: tuple[str, ...]


def find() -> str | None:
    """Return the path of coqc, or None where there is none."""
    return shutil.which("coqc")


def version(coqc: str) -> str:
    """Return Coq's version, such as 8.16.1."""
    return _run([coqc, "--print-version"], SOURCES).stdout.split()[0]


def without_comments(text: str) -> str:
    """Return Coq text with every comment, nested ones included, turned into blanks; line numbers stay."""
    kept, depth = [], 0
    for token in re.findall(r'\(\*|\*\)|"[^"]*"|.', text, re.DOTALL):
        depth += token == "(*"
        kept.append(re.sub(r"[^\n]", " ", token) if depth else token)
        depth -= token == "*)" and depth > 0
    return "".join(kept)


def read(path: Path) -> Source:
    """Read a source and its main theorems; raise ProofError for one that is no text, leaves a proof open or does not list a theorem."""
    content = path.read_bytes()
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ProofError(
            f"{path.name}, line {line}: a source must be UTF-8 text, got the byte {content[error.start]:#x}; mend it"
        ) from error
    code = without_comments(text)
    match = FORBIDDEN.search(code)
    if match:
        line = code.count("\n", 0, match.start()) + 1
        raise ProofError(f"{path.name}, line {line}: a theorem must stand alone and be proved in full, got {match.group()}; write it out")
    stated = re.findall(rf"\bTheorem\s+(\w+)(.*?){_SENTENCE_END}\s*Proof{_SENTENCE_END}", code, re.DOTALL)
    theorems = {name: " ".join(statement.split()).removeprefix(": ") for name, statement in stated}
    listed = re.findall(rf"Definition\s+main_theorems\s*:=\s*\(([\w\s,]*)\){_SENTENCE_END}", code)
    names = sorted(name.strip() for names in listed for name in names.split(","))
    printed = len(re.findall(rf"\bPrint\s+Assumptions\s+main_theorems{_SENTENCE_END}", code))
    source = Source(path.stem, text, theorems)
    if names != sorted(theorems) or printed != len(listed):
        raise ProofError(
            f"{source.end}: a source must end with the axioms of all its theorems, {', '.join(theorems) or 'none'}, "
            f"got {', '.join(names) or 'none'}; list them in main_theorems and print its assumptions"
        )
    return source


def axioms(printed: str) -> tuple[str, ...]:
    """Return the names of the axioms in what one `Print Assumptions` printed, sorted. A name starts a line, its type may follow on others.

    Raises ValueError where the text is not the answer to exactly one `Print Assumptions`.
    """
    heading, *lines = printed.splitlines() or [""]
    if heading not in {"Axioms:", CLOSED} or "Axioms:" in lines or CLOSED in lines:
        raise ValueError(
            f"one answer to Print Assumptions must come from Coq, got {printed[:200]!r}; end the source with that command alone"
        )
    return tuple(sorted({line.split(" :")[0].strip() for line in lines if line and not line[0].isspace()}))


def check_one(coqc: str, source: Source, folder: Path) -> Checked:
    """Compile a source in `folder`, where the sources that it uses are compiled, and return it with its axioms; errors as in `check`."""
    (folder / f"{source.name}.v").write_text(source.text, encoding="utf-8")
    result = _run([coqc, "-q", "-Q", ".", "Formal", f"{source.name}.v"], folder)
    if result.returncode:
        raise ProofError(_first_error(source, result.stderr))
    try:
        assumed = axioms(result.stdout) if source.theorems else ()
    except ValueError as error:
        raise ProofError(f"{source.end}: {error}") from error
    if not set(assumed) <= REALS:
        strange = ", ".join(sorted(set(assumed) - REALS))
        raise ProofError(f"{source.end}: only the axioms of Coq's reals may be assumed, got {strange}; prove it")
    return Checked(source, assumed)


def check(coqc: str, sources: Sequence[Source], progress: Callable[[str], None] = lambda _: None) -> list[Checked]:
    """Compile the sources in their order, each of which may use those before it, and return them with their axioms.

    Everything that coqc writes stays in a temporary folder. Raises ProofError naming the file and line of the first proof that fails.
    """
    done = []
    temporary = tempfile.TemporaryDirectory(prefix="coq-", ignore_cleanup_errors=True)
    with Ending(temporary.cleanup), temporary as name:
        folder = Path(name)
        for source in sources:
            progress(source.name)
            done.append(check_one(coqc, source, folder))
    return done


def _first_error(source: Source, output: str) -> str:
    """Return the file and line of the error that coqc reports, with its words in one line."""
    match = re.search(r'File "[^"]*", line (\d+), characters [\d-]+:\nError:\s*(.*)', output, re.DOTALL)
    line, message = match.groups() if match else ("1", output or "coqc gave no reason")
    return f"{source.name}.v, line {line}: Coq refuses the proof: {' '.join(message.split())[:400]}"


def _run(call: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run coqc in `folder`; raise ProofError where it takes more than LIMIT_S seconds."""
    pipe = subprocess.PIPE
    coqc = subprocess.Popen(call, cwd=folder, encoding="utf-8", errors="replace", stdout=pipe, stderr=pipe)
    with coqc as process, Ending(lambda: kill(process)):
        try:
            output, complaint = process.communicate(timeout=LIMIT_S)
        except subprocess.TimeoutExpired as error:
            raise ProofError(f"{call[-1]}, line 1: coqc took more than {LIMIT_S} s; find the tactic that does not end") from error
        finally:
            kill(process)
    return subprocess.CompletedProcess(call, process.returncode, output, complaint)
