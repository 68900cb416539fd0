"""Classes of the usual kinds: data, enumerations, protocols, abstract ones, descriptors."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, replace
from enum import Enum, Flag, IntEnum, auto
from typing import Generic, NamedTuple, Protocol, TypeVar, get_type_hints

T = TypeVar("T")


class Colour(Enum):
    RED = auto()
    GREEN = auto()


class Rights(Flag):
    READ = auto()
    WRITE = auto()


class Level(IntEnum):
    LOW = 1
    HIGH = 2


class Point(NamedTuple):
    x: int
    y: int = 0


@dataclass(order=True, frozen=True)
class Version:
    major: int
    minor: int = 0
    tags: tuple[str, ...] = field(default=(), compare=False)


class Shape(ABC):
    @abstractmethod
    def area(self) -> float: ...


class Square(Shape):
    def __init__(self, side: float) -> None:
        self.side = side

    def area(self) -> float:
        return self.side**2


class Named(Protocol):
    name: str


class Stack(Generic[T]):
    def __init__(self) -> None:
        self._items: list[T] = []

    def push(self, item: T) -> "Stack[T]":
        self._items.append(item)
        return self

    def __len__(self) -> int:
        return len(self._items)


class Positive:
    def __set_name__(self, owner: type, name: str) -> None:
        self.name = "_" + name

    def __get__(self, owner, kind=None):
        return getattr(owner, self.name)

    def __set__(self, owner, value: int) -> None:
        if value <= 0:
            raise ValueError(f"{self.name[1:]} must be positive")
        setattr(owner, self.name, value)


class Account:
    __slots__ = ("_balance",)
    balance = Positive()

    def __init__(self, balance: int) -> None:
        self.balance = balance


def abstract_refuses() -> bool:
    try:
        Shape()  # type: ignore[abstract]
    except TypeError:
        return True
    return False


def newest(versions: list[tuple[int, int]]) -> tuple[int, int]:
    found = max(Version(*parts) for parts in versions)
    return found.major, replace(found, tags=("x",)).minor


def poor() -> str:
    try:
        Account(-1)
    except ValueError as problem:
        return str(problem)
    return ""


# tests
assert abstract_refuses()
assert newest([(1, 2), (1, 10), (0, 99)]) == (1, 10)
assert poor() == "balance must be positive"
assert [colour.name for colour in Colour] == ["RED", "GREEN"]
assert (Rights.READ | Rights.WRITE).value == 3
assert Level.HIGH > Level.LOW
assert Point(3)._asdict() == {"x": 3, "y": 0}
assert Square(3).area() == 9
assert len(Stack().push(1).push(2)) == 2
assert get_type_hints(Named) == {"name": str}
