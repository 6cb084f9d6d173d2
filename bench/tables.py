"""Figures of several rounds → a table of medians with their spread, and one of their ratios within a round."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Column:
    """A figure: its name with its unit, with how many decimals, and the rows that others are compared to in it."""

    name: str
    decimals: int = 1
    to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Who was measured → column → the figure of each round."""

    title: str
    columns: tuple[Column, ...]
    only_compared_to: tuple[str, ...] = ()
    rows: dict[str, dict[str, list[float]]] = field(default_factory=dict)

    def add(self, row: str, figures: Mapping[str, float]) -> None:
        """A round's figures, by the columns' names."""
        for column, figure in figures.items():
            self.rows.setdefault(row, {}).setdefault(column, []).append(figure)

    def in_order(self, rows: Sequence[str]) -> "Table":
        """The same with its rows in this order: sides that took turns came in another."""
        found = {row: self.rows[row] for row in rows if row in self.rows}
        return replace(self, rows=found)

    def as_json(self) -> dict[str, Any]:
        """For the results file."""
        columns = [{"name": one.name, "decimals": one.decimals, "to": one.to} for one in self.columns]
        other = {"title": self.title, "only_compared_to": self.only_compared_to, "rows": self.rows}
        return {"columns": columns, **other}

    @classmethod
    def of_json(cls, read: Mapping[str, Any]) -> Self:
        """From the results file."""
        columns = tuple(Column(one["name"], one["decimals"], tuple(one["to"])) for one in read["columns"])
        others = tuple(read["only_compared_to"])
        return cls(title=read["title"], columns=columns, only_compared_to=others, rows=read["rows"])

    def lines(self) -> Iterator[str]:
        """The table in Markdown, and below it the ratios."""
        yield from (f"### {self.title}", "")
        yield from _markdown(["", *(column.name for column in self.columns)], self._figures())
        compared = [row for row in self.rows if row not in self.only_compared_to]
        ratios = list(self._ratios(compared))
        if ratios:
            yield ""
            yield from _markdown(["ratio", *compared], ratios)

    def _figures(self) -> Iterator[list[str]]:
        for row, figures in self.rows.items():
            yield [row, *(_spread(figures.get(column.name, []), column.decimals) for column in self.columns)]

    def _ratios(self, rows: Sequence[str]) -> Iterator[list[str]]:
        for column in self.columns:
            for other in column.to:
                yield [f"{column.name} ÷ {other}", *(self._ratio(column.name, row, other) for row in rows)]

    def _ratio(self, column: str, row: str, other: str) -> str:
        """The median of the rounds' ratios; nothing where one wasn't measured, and beside itself."""
        if row == other:
            return ""
        figures, base = (self.rows.get(name, {}).get(column, []) for name in (row, other))
        ratios = [one / by for one, by in zip(figures, base, strict=False) if by]
        return f"{statistics.median(ratios):.3g}" if ratios else ""


def percentile(figures: Sequence[float], of_100: int) -> float:
    """The figure below which so many of a hundred lie."""
    return statistics.quantiles(figures, n=100, method="inclusive")[of_100 - 1]


def _spread(figures: Sequence[float], decimals: int) -> str:
    if not figures:
        return ""
    low, middle, high = (f"{one:.{decimals}f}" for one in (min(figures), statistics.median(figures), max(figures)))
    return middle if low == high else f"{middle} ({low} to {high})"


def _markdown(head: Sequence[str], rows: Iterator[list[str]] | list[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"| --- |{' ---: |' * (len(head) - 1)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
