"""The document of a build, checked. `document.schema.json` says what each value means."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from .errors import BuildError

VERSION = 1


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    srid: int = 0
    crs: str = ""

    @property
    def is_geometry(self) -> bool:
        return self.type == "geometry"


@dataclass(frozen=True)
class Dataset:
    name: str
    files: list[str]
    columns: list[Column]


@dataclass(frozen=True)
class View:
    name: str
    sql: str


@dataclass(frozen=True)
class Output:
    folder: str
    columns: list[Column]
    order_by: str = ""
    extent: list[float] = field(default_factory=list)
    covering: str = ""

    @property
    def geometries(self) -> list[Column]:
        """The first one is what rows are laid out by."""
        return [column for column in self.columns if column.is_geometry]


@dataclass(frozen=True)
class Document:
    timezone: str
    functions: dict[str, str]
    datasets: list[Dataset]
    views: list[View]
    sql: str
    output: Output


def parse_document(text: str) -> Document:
    """Reads one document; BuildError names the value that is not as it must be."""
    try:
        raw = json.loads(text)
    except ValueError as error:
        raise BuildError("internal", f"the document is no JSON: {error}") from error
    version = raw.get("rhumb") if isinstance(raw, dict) else None
    if version != VERSION:
        raise BuildError("internal", f"the document's version `rhumb` is {version}, this driver reads {VERSION}",
                         "use the driver that came with the program")
    output = _take(raw, "output", dict, "")
    return Document(
        timezone=_take(raw, "timezone", str, ""),
        functions=_take(raw, "functions", dict, ""),
        datasets=[_dataset(item, f"datasets[{i}]") for i, item in enumerate(_take(raw, "datasets", list, ""))],
        views=[View(_take(item, "name", str, f"views[{i}]."), _take(item, "sql", str, f"views[{i}]."))
               for i, item in enumerate(_take(raw, "views", list, ""))],
        sql=_take(raw, "sql", str, ""),
        output=Output(
            folder=_take(output, "folder", str, "output."),
            columns=_columns(output, "output."),
            order_by=_take(output, "order_by", str, "output."),
            extent=[float(corner) for corner in _take(output, "extent", list, "output.")],
            covering=_take(output, "covering", str, "output."),
        ),
    )


def _dataset(item: Any, place: str) -> Dataset:
    return Dataset(_take(item, "name", str, place + "."), _take(item, "files", list, place + "."),
                   _columns(item, place + "."))


def _columns(holder: Any, place: str) -> list[Column]:
    columns = []
    for i, item in enumerate(_take(holder, "columns", list, place)):
        inside = f"{place}columns[{i}]."
        columns.append(Column(_take(item, "name", str, inside), _take(item, "type", str, inside),
                              item.get("srid", 0), item.get("crs", "")))
    return columns


def _take(holder: Any, key: str, kind: type, place: str) -> Any:
    if not isinstance(holder, dict) or not isinstance(holder.get(key), kind):
        raise BuildError("internal", f"the document's `{place}{key}` is missing or no {kind.__name__}")
    return holder[key]
