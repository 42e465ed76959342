"""The details of a finding as tables of text, whatever its method: the tables follow from the shape of the data alone.

A list of objects is a table with a column a key; an object is a table of two columns; the single values that are left make one table
called `facts`. So a method that records something new is shown in full without a change here. Files of evidence have
their keys sorted, so that the order shown is set here: the keys in ORDER first, then the others by name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import msgspec

LONGEST_UNFOLDED = 8
FEW, SMALL = 12, 4
"""Cells of a table, and letters of a cell, that a line of text shows as well."""
FIRST = ("network and method", "model", "setting", "method", "step", "rho", "ρ", "rate", "times SGD", "best accuracy", "best test accuracy")
"""Columns of experiments' tables that stand first."""
ORDER = (*FIRST, "assumption", "says", "by", "detail", "change", "formula", "killed_by", "made", "rejected", "equivalent", "points")


COUNTED = re.compile(r", n = \d+$")
SETTING = re.compile(r", (?=[\w ]+ = )")


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """One table: `columns` is empty where rows are (name, value) pairs; `folded` where a reader opens it only on demand.

    `constants` holds the (name, value) of columns that `without_constants` took out.
    """

    name: str
    columns: tuple[str, ...] = ()
    rows: list[tuple[str, ...]]
    folded: bool = False
    constants: tuple[tuple[str, str], ...] = ()

    @property
    def short(self) -> bool:
        """Whether a line shows it as well: few rows of small whole numbers."""
        cells = [cell for row in self.rows for cell in row]
        return bool(self.columns) and len(cells) <= FEW and all(len(cell) <= SMALL and (cell.isdigit() or not cell) for cell in cells)

    @property
    def runs(self) -> list[tuple[int, tuple[str, ...]]]:
        """The rows, each with the number of rows from it on that begin alike; 0 where the row above begins so too."""
        headings: list[tuple[int, tuple[str, ...]]] = []
        for _, rows in groupby(self.rows, key=lambda row: row[:1]):
            first, *followers = rows
            headings += [(1 + len(followers), first), *((0, follower) for follower in followers)]
        return headings


def tables(details: Mapping[str, Any]) -> list[Table]:
    """Return all that details hold as tables: first a derivation, then single values, then the rest."""
    facts: list[tuple[str, ...]] = []
    tables: list[Table] = []
    for name, value in _ordered(details):
        if isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
            columns = tuple(key for key, _ in _ordered({key: None for row in value for key in row}))
            rows = [tuple(show(row.get(column, "")) for column in columns) for row in value]
            tables.append(Table(name=name, columns=columns, rows=rows, folded=name != "steps" and len(rows) > LONGEST_UNFOLDED))
        elif isinstance(value, dict) and value:
            tables.append(Table(name=name, rows=[(key, show(item)) for key, item in _ordered(value)]))
        else:
            facts.append((name, show(value)))
    if facts:
        tables.append(Table(name="facts", rows=facts))
    return sorted(tables, key=lambda table: (table.name != "steps", table.name != "facts"))  # stable


def without_constants(table: Table) -> Table:
    """Return the table without what all of its two or more rows repeat: whole columns, and a last `, n = 20` of cells."""
    values = list(zip(*table.rows, strict=True))
    constant = [len(table.rows) > 1 and len(set(column)) == 1 for column in values]
    keep = [index for index, repeats in enumerate(constant) if not repeats]
    ends = {index: _end(values[index]) for index in keep}
    return Table(
        name=table.name,
        columns=tuple(table.columns[index] + ends[index] for index in keep),
        rows=[tuple(row[index].removesuffix(ends[index]) for index in keep) for row in table.rows],
        folded=table.folded,
        constants=tuple((table.columns[index], values[index][0]) for index, repeats in enumerate(constant) if repeats),
    )


def _end(column: Sequence[str]) -> str:
    """Return the number of runs that every cell of a column ends with; empty where they differ or there is one cell."""
    ends = {match[0] if (match := COUNTED.search(cell)) else "" for cell in column}
    return ends.pop() if len(ends) == 1 < len(column) else ""


def common(settings: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """Return the settings that several arms share, and the remaining ones, {arms: settings}; settings read `name = value, name = value`.

    Arms with the same settings stand together. A network or method that the arm's name says is left out.
    """
    parts = {arm: [part for part in SETTING.split(words) if not _named(part, arm)] for arm, words in settings.items()}
    lists = list(parts.values())
    shared = [part for part in lists[0] if all(part in listed for listed in lists)] if len(lists) > 1 else []
    together: dict[str, list[str]] = {}
    for arm, own in parts.items():
        together.setdefault(", ".join(part for part in own if part not in shared), []).append(arm)
    return ", ".join(shared), {"; ".join(arms): own for own, arms in together.items() if own}


def _named(part: str, arm: str) -> bool:
    """Whether a setting is a network or method that an arm named "network, method" already says."""
    name, _, value = part.partition(" = ")
    return name in {"model", "method"} and value in arm.casefold().split(", ")


def show(value: Any) -> str:
    """Return one JSON value as text a person reads; nested values as compact JSON."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return {None: "none", True: "yes", False: "no"}[value]
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, list) and not any(isinstance(item, list | dict) for item in value):
        return ", ".join(show(item) for item in value) or "none"
    return msgspec.json.encode(value).decode()


def _ordered(named: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the items of an object in the order they are shown in."""
    return sorted(named.items(), key=lambda item: (ORDER.index(item[0]) if item[0] in ORDER else len(ORDER), item[0]))
