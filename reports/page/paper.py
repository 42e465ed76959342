"""The paper that the page is about: where it was published, where it stands, and its entry for a bibliography."""

from __future__ import annotations

import msgspec


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """A paper; `id` is its name in the archive that `url` leads to."""

    venue: str
    id: str
    url: str
    bibtex: str


PAPER = Paper(
    venue="ICLR 2024",
    id="arXiv 2405.03676",
    url="https://arxiv.org/abs/2405.03676",
    bibtex="""@inproceedings{baek2024sam,
  title     = {Why is {SAM} Robust to Label Noise?},
  author    = {Baek, Christina and Kolter, J. Zico and Raghunathan, Aditi},
  booktitle = {International Conference on Learning Representations},
  year      = {2024},
  note      = {arXiv:2405.03676}
}""",
)
