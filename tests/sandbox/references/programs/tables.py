"""Tables of text: read, grouped and written without a file."""

import csv
import io
from collections import defaultdict

SALES = 'product,amount\ntea,2\n"milk, fresh",3\ntea,4\n'


def totals(text: str) -> dict[str, int]:
    found: dict[str, int] = defaultdict(int)
    for row in csv.DictReader(io.StringIO(text)):
        found[row["product"]] += int(row["amount"])
    return dict(found)


def written(rows: list[list[str]]) -> str:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, dialect="unix", quoting=csv.QUOTE_MINIMAL)
    writer.writerows(rows)
    return buffer.getvalue()


def transposed(text: str) -> list[list[str]]:
    return [list(column) for column in zip(*csv.reader(text.splitlines()), strict=True)]


def guessed(text: str) -> str:
    return csv.Sniffer().sniff(text).delimiter


def columns(data: bytes) -> list[str]:
    with io.TextIOWrapper(io.BufferedReader(io.BytesIO(data)), encoding="utf-8") as file:  # type: ignore[arg-type]
        return file.readline().strip().split(";")


# tests
assert totals(SALES) == {"tea": 6, "milk, fresh": 3}
assert written([["a", "b c"], ["1,5", "x"]]) == 'a,b c\n"1,5",x\n'
assert transposed("a,b\n1,2\n") == [["a", "1"], ["b", "2"]]
assert guessed("a;b;c\n1;2;3\n4;5;6\n") == ";"
assert columns("größe;länge\n1;2\n".encode()) == ["größe", "länge"]
