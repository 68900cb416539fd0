"""Text searched, cut, wrapped, quoted and matched."""

import fnmatch
import re
import shlex
import string
import textwrap


def words(text: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for word in re.findall(r"[a-z']+", text.lower()):
        found[word] = found.get(word, 0) + 1
    return found


def tokens(text: str) -> list[tuple[str, str]]:
    pattern = re.compile(r"(?P<number>\d+(?:\.\d*)?)|(?P<name>[A-Za-z_]\w*)|(?P<sign>[-+*/()=])")
    return [(str(match.lastgroup), match.group()) for match in pattern.finditer(text)]


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def caesar(text: str, shift: int) -> str:
    letters = string.ascii_lowercase
    return text.translate(str.maketrans(letters, letters[shift:] + letters[:shift]))


def wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width)


# tests
assert words("To be, or not to be") == {"to": 2, "be": 2, "or": 1, "not": 1}
assert tokens("x1 = 3.5*(y)")[:3] == [("name", "x1"), ("sign", "="), ("number", "3.5")]
assert snake("parseHTTPResponse2Json") == "parse_httpresponse2_json"
assert caesar("xyz", 3) == "abc"
assert wrapped("the quick brown fox", 10) == ["the quick", "brown fox"]
assert textwrap.dedent("  a\n    b\n") == "a\n  b\n"
assert shlex.split("cp 'a b' c") == ["cp", "a b", "c"]
assert fnmatch.filter(["a.py", "b.txt"], "*.py") == ["a.py"]
assert string.Template("$who likes ${what}").substitute(who="tim", what="tea") == "tim likes tea"
assert re.sub(r"(\d+)", lambda match: str(int(match[1]) + 1), "a1b22") == "a2b23"
