"""Evidence and ledgers made up for the tests of the record: short to write, valid unless a test breaks them."""

import msgspec

from reports.evidence import SCHEMA, Dossier, Evidence, Provenance, Source, Timing

LEDGER = """\
schema = 1
[[claim]]
id = "eq-1"
where = "Eq. 1"
section = "Setting"
kind = "theorem"
says = "A claim on $x$."
  [[claim.statement]]
  form = "printed"
  part = "upper"
  says = "$x \\\\le 1$"
  needs = "proof"
  [[claim.statement]]
  form = "printed"
  part = "lower"
  says = "$x \\\\ge 0$"
  needs = "proof"
  [[claim.statement]]
  form = "corrected"
  part = "upper"
  says = "$x < 1$"
  needs = "proof"
[[claim]]
id = "fig-2"
where = "Figure 2"
section = "Appendices"
kind = "experiment"
says = "A curve rises."
  [[claim.statement]]
  form = "printed"
  part = "result"
  says = "It rises."
  needs = "experiment"
"""


def evidence(
    method="symbolic", outcome="supports", *, claim="eq-1", form="printed", part="upper", says="One finding.", qualifier="", **details
):
    place = {"claim": claim, "form": form, "part": part}
    finding = {"method": method, "outcome": outcome, "says": says, "qualifier": qualifier, "details": details}
    return msgspec.convert({**place, **finding}, Evidence)


def dossier(*items, claim="eq-1", source: Source = "theory", seed: int | None = 1, date="2024-05-06T07:08:09Z"):
    provenance = Provenance(
        commit="0123abc",
        versions={"sympy": "1.14.0"},
        device="cpu",
        seed=seed,
        command="python -m theory verify",
        timing=Timing(date=date, wall_s=1.5),
    )
    return Dossier(schema=SCHEMA, claim=claim, source=source, evidence=list(items), provenance=provenance)


def text_of(dossier):
    return msgspec.json.encode(dossier).decode()
