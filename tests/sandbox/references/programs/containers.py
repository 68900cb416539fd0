"""Heaps, sorted lists, counters, graphs: the algorithms of everyday problems."""

import bisect
import heapq
from collections import ChainMap, Counter, OrderedDict, defaultdict, deque
from graphlib import CycleError, TopologicalSorter

Graph = dict[str, dict[str, int]]


def shortest(graph: Graph, start: str, goal: str) -> int:
    todo, seen = [(0, start)], set()
    while todo:
        cost, node = heapq.heappop(todo)
        if node == goal:
            return cost
        if node not in seen:
            seen.add(node)
            for neighbour, length in graph.get(node, {}).items():
                heapq.heappush(todo, (cost + length, neighbour))
    return -1


def reachable(edges: list[tuple[int, int]], start: int) -> list[int]:
    neighbours = defaultdict(list)
    for a, b in edges:
        neighbours[a].append(b)
    todo, seen = deque([start]), {start}
    while todo:
        for node in neighbours[todo.popleft()]:
            if node not in seen:
                seen.add(node)
                todo.append(node)
    return sorted(seen)


def build_order(needs: dict[str, set[str]]) -> list[str] | str:
    try:
        return list(TopologicalSorter(needs).static_order())
    except CycleError:
        return "a cycle"


def longest_increasing(numbers: list[int]) -> int:
    ends: list[int] = []
    for number in numbers:
        place = bisect.bisect_left(ends, number)
        ends[place : place + 1] = [number]
    return len(ends)


class Recent:
    """The least recently used goes first."""

    def __init__(self, size: int) -> None:
        self.size, self.items = size, OrderedDict()

    def get(self, key: str) -> int:
        if key not in self.items:
            return -1
        self.items.move_to_end(key)
        return self.items[key]

    def put(self, key: str, value: int) -> None:
        self.items[key] = value
        self.items.move_to_end(key)
        if len(self.items) > self.size:
            self.items.popitem(last=False)


def cached() -> list[int]:
    recent = Recent(2)
    recent.put("a", 1)
    recent.put("b", 2)
    recent.get("a")
    recent.put("c", 3)
    return [recent.get(key) for key in "abc"]


# tests
assert shortest({"a": {"b": 7, "c": 1}, "c": {"b": 2}}, "a", "b") == 3
assert reachable([(1, 2), (2, 3), (4, 1)], 1) == [1, 2, 3]
assert build_order({"shoes": {"socks"}, "coat": {"shoes"}}) == ["socks", "shoes", "coat"]
assert build_order({"a": {"b"}, "b": {"a"}}) == "a cycle"
assert longest_increasing([10, 9, 2, 5, 3, 7, 101, 18]) == 4
assert cached() == [1, -1, 3]
assert Counter("mississippi").most_common(2) == [("i", 4), ("s", 4)]
assert ChainMap({"a": 1}, {"a": 2, "b": 3})["b"] == 3
assert list(heapq.merge([1, 4], [2, 3])) == [1, 2, 3, 4]
