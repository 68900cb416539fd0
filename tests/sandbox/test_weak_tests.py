"""A pass says little when the tests could not fail; flags say so, and decide nothing."""

import pytest

PROGRAM = "def f(n):\n    return n * n + 1"
WEAK = {
    "nothing is tested": ("", {"weak_tests", "no_call"}),
    "a constant is tested": ("assert True", {"weak_tests", "no_call"}),
    "the tests test themselves": (
        "def g(n):\n    return n\nassert g(1) == 1",
        {"weak_tests", "no_call"},
    ),
    "the value does not matter": ("f(1)", {"weak_tests"}),
    "anything would do": ("assert f(1) is None or True", {"weak_tests"}),
    "not split": (
        "for _ in iter([1]):\n    while True:\n        f(1)\n        break",
        {"weak_tests"},
    ),
}
STRONG = [
    "assert f(2) == 5",
    "assert f(0) > 0\nassert f(3) == 10",
    "assert all(f(n) > n for n in (1, 2))",
]


@pytest.mark.parametrize(("tests", "flags"), WEAK.values(), ids=list(WEAK))
def test_tests_that_cannot_fail_are_flagged(run_one, tests: str, flags: set[str]) -> None:
    result = run_one(PROGRAM, tests, weak_check=True)
    assert result.verdict == "passed", result.detail
    assert set(result.flags) == flags


@pytest.mark.parametrize("tests", STRONG)
def test_tests_that_can_fail_are_not(run_one, tests: str) -> None:
    result = run_one(PROGRAM, tests, weak_check=True)
    assert (result.verdict, result.flags) == ("passed", ())


def test_an_honest_identity_is_not_weak(run_one) -> None:
    result = run_one("def f(n):\n    return n", "assert f(3) == 3", weak_check=True)
    assert result.flags == ()


def test_blocked_actions_are_noted(run_one) -> None:
    program = "import os\ntry:\n    os.fork()\nexcept OSError:\n    pass\ndef f(): return 1"
    assert run_one(program, "assert f() == 1").flags == ("blocked:os.fork",)
