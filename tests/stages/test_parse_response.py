import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stages.parse_response import (
    LARGEST,
    Reason,
    Response,
    code_blocks,
    code_representation,
    cut_main_guard,
    function_names,
    runnable_code,
    split_response,
)

CODE = "def double(n):\n    return 2 * n"
TESTS = "assert double(2) == 4"


def completion(code=CODE, tests=TESTS, around="It doubles."):
    return f"{around}\n\n```python\n{code}\n```\n\n<tests>\n```python\n{tests}\n```\n"


def reason(text):
    result = split_response(text)
    return result.text if isinstance(result, Reason) else None


def test_an_answer_is_split_from_its_tests():
    expected = Response(f"It doubles.\n\n```python\n{CODE}\n```", f"```python\n{TESTS}\n```")
    assert split_response(completion()) == expected
    assert split_response(completion() + "</tests>\n\n### Instruction") == expected
    assert runnable_code(expected) == f"{CODE}\n\n{TESTS}\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "no tests tag"),
        (completion().replace("<tests>", ""), "no tests tag"),
        (completion() + "<tests>", "more than one tests tag"),
        (completion(code=""), "no code in the response"),
        (completion().replace("```python\ndef", "```text\ndef"), "no code in the response"),
        (completion(tests=" \n"), "no code in the tests"),
        (completion().rpartition("```")[0], "no code in the tests"),
        (completion(code="def double(n:"), "the response's code is not Python"),
        (completion(code="(" * 5000), "the response's code is not Python"),
        (completion(tests="assert double(2 == 4"), "the tests' code is not Python"),
        (completion(tests="double(2)  # assert"), "no assert in the tests"),
        (
            completion(tests="import re\n\n'''tests'''\n\ndef test():\n    assert double(2) == 4"),
            "the tests define and import, but run nothing",
        ),
        (completion(code=CODE + "  # TODO"), "unfinished code: todo"),
        (completion(around="Your code goes here."), "unfinished code: your code goes here"),
        (completion(code="raise NotImplementedError"), "unfinished code: notimplemented"),
        (completion(around="\ud800"), "not UTF-8"),
        ("a" * (LARGEST + 1), f"longer than {LARGEST} characters"),
    ],
)
def test_every_kind_of_unfit_answer_has_its_reason(text, expected):
    assert reason(text) == expected


@pytest.mark.parametrize(
    "tests",
    [
        "def test():\n    assert double(2) == 4\n\ntest()",
        "for n in range(3):\n    assert double(n) == n + n",
        "import unittest\nunittest.TestCase().assertEqual(double(2), 4)",
    ],
)
def test_tests_that_run_an_assert_are_fit(tests):
    assert reason(completion(tests=tests)) is None


def test_words_that_merely_contain_a_phrase_are_no_sign_of_unfinished_code():
    assert reason(completion(around="Posts to Mastodon; your code here and there.")) is not None
    assert reason(completion(around="Posts to Mastodon.")) is None


def test_only_closed_blocks_of_python_count():
    python = "```python\na\n\n```\n"
    others = "```json\n{}\n```\n```\nb\n```\n  ```py title=x\n  c\n  ```\n"
    nested = "````Python\n```\nd\n````\n"
    markdown = f"{python}{others}{nested}```python\nunclosed"
    assert code_blocks(markdown) == ["a\n\n", "b\n", "  c\n", "```\nd\n"]
    assert code_blocks("```python\r\na = '\x0c'\r\n```") == ["a = '\x0c'\n"]
    assert code_blocks("say ```python```") == []


def test_the_main_guard_is_cut_only_where_input_is_asked_for():
    guard = 'if __name__ == "__main__":\n    print({})\n'
    asking, silent = guard.format("input()"), guard.format("1")
    assert cut_main_guard(f"x = 1\n{asking}assert x\n") == "x = 1\n\nassert x\n"
    assert cut_main_guard(f"x = 1\n{silent}") == f"x = 1\n{silent}"
    assert cut_main_guard(f"inputs = 1\n{silent}") == f"inputs = 1\n{silent}"
    assert cut_main_guard("if a:\n    input()\n") == "if a:\n    input()\n"


def test_names_are_those_at_the_top_without_case_and_underscores():
    code = (
        "@cached\ndef two_sum(a):\n    def inner(): pass\n\nclass _Node:\n    def get(self): pass\n"
    )
    assert function_names(code) == {"twosum", "node"}
    assert function_names("def TwoSum(): pass\nasync def _(): pass") == {"twosum"}
    assert function_names("x = 1") == frozenset()


def test_answers_that_differ_in_docstrings_and_comments_have_one_representation():
    plain = (
        "import re\n\n@a\ndef f(x):\n    return 'é'\n\nclass C:\n    def g(self):\n        pass\n"
    )
    noisy = (
        '"""Module."""\n@a  # é\ndef f(x):  # comment\n    # é\n    """Doc é."""\n\n'
        "    return 'é'"
        '\n\nx = f(1)\n\nclass C:\n    """Doc."""\n\n    def g(self):\n        r"""Doc."""\n'
    )
    expected = "@a\ndef f(x):\n    return 'é'\n\nclass C:\n    def g(self):\n        pass"
    assert code_representation(plain) == code_representation(noisy) == expected


MARKUP = ["```python\n", "```", "\n", "<tests>", "</tests>", "\\", "é", "\ud800", "\0", "\t"]
PIECES = ["def f(", "):", "(", " ", "assert f", '"""', "input", "class C:\n", "if __name__:\n", "#"]
FRAGMENTS = st.sampled_from(MARKUP + PIECES)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text() | st.lists(FRAGMENTS, max_size=60).map("".join))
def test_no_text_makes_a_function_raise(text):
    assert isinstance(split_response(text), Response | Reason)
    for function in (code_blocks, cut_main_guard, function_names, code_representation):
        function(text)


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "hostile",
    [
        "(" * 90_000,
        "not " * 20_000 + "1",
        "a" + ".b" * 40_000,
        "`" * 90_000,
        "```" + " " * 90_000,
        "[]" * 40_000,
        "def f():\n" * 9000,
        "\n".join(" " * n + "if x:" for n in range(400)),
    ],
)
def test_hostile_text_is_read_in_seconds(hostile):
    assert isinstance(split_response(hostile), Reason)
    assert isinstance(split_response(completion(code=hostile)), Response | Reason)
    assert all(isinstance(block, str) for block in code_blocks(hostile))
    assert isinstance(cut_main_guard(hostile), str)
    assert isinstance(code_representation(hostile), str)
    assert isinstance(function_names(f"input\n{hostile}"), frozenset)
