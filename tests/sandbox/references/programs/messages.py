"""Values turned into bytes and back: JSON, pickles and copies."""

import copy
import json
import marshal
import pickle
from collections import OrderedDict
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal


@dataclass
class Order:
    number: int
    items: list[str] = field(default_factory=list)


class Encoder(json.JSONEncoder):
    def default(self, o):
        return str(o) if isinstance(o, (date, Decimal)) else super().default(o)


def flat(value, path: str = "") -> dict[str, object]:
    if isinstance(value, dict):
        return {k: v for key, part in value.items() for k, v in flat(part, f"{path}.{key}").items()}
    if isinstance(value, list):
        pairs = ((f"{path}[{i}]", part) for i, part in enumerate(value))
        return {k: v for name, part in pairs for k, v in flat(part, name).items()}
    return {path.lstrip("."): value}


def pickled(number: int) -> bool:
    order = Order(number, ["tea"])
    copies = [pickle.loads(pickle.dumps(order, level)) for level in range(6)]
    return all(found == order and found is not order for found in copies)


def deep_and_shallow() -> tuple[list, list]:
    value = [[1], {"a": [2]}]
    shallow, deep = copy.copy(value), copy.deepcopy(value)
    value[0].append(9)  # type: ignore[union-attr]
    return shallow, deep


def pretty(value: object) -> str:
    return json.dumps(value, cls=Encoder, sort_keys=True, indent=1)


# tests
assert flat(json.loads('{"a": {"b": [1, {"c": null}]}}')) == {"a.b[0]": 1, "a.b[1].c": None}
assert pickled(3)
assert deep_and_shallow() == ([[1, 9], {"a": [2]}], [[1], {"a": [2]}])
assert pretty({"b": date(2024, 1, 2), "a": Decimal("1.50")}) == (
    '{\n "a": "1.50",\n "b": "2024-01-02"\n}'
)
assert asdict(Order(1)) == {"number": 1, "items": []}
assert marshal.loads(marshal.dumps((1, "x", None))) == (1, "x", None)
assert json.loads('{"b": 1, "a": 2}', object_pairs_hook=OrderedDict) == {"b": 1, "a": 2}
