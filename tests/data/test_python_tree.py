import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import UserError
from data.python_tree import LARGEST, Function, Problem, below, functions, parse, text

DOCUMENTED = 'def {name}(a):\n    """Says {name}."""\n    return a\n'


def write(root, **files):
    for name, content in files.items():
        path = root / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def names(root, **arguments):
    return [each.name for each in functions(root, **arguments) if isinstance(each, Function)]


def problems(root):
    return {each.path: each.reason for each in functions(root) if isinstance(each, Problem)}


def test_a_function_is_found_with_its_exact_text_and_place(tmp_path):
    source = (
        'x = 1\n\n@decorate\nasync def f(a,  b):  # so\n    r"""Doc."""\n    return  a\n\ny = 2\n'
    )
    write(tmp_path, pkg__module=source)
    [found] = functions(tmp_path)
    assert isinstance(found, Function)
    assert (found.path, found.name, found.line) == ("pkg/module.py", "f", 3)
    assert found.source == source[source.index("@") : source.index("\n\ny")]


def test_only_functions_at_the_top_with_triple_quoted_docstrings_are_taken(tmp_path):
    write(
        tmp_path,
        module="\n".join(
            [
                DOCUMENTED.format(name="plain"),
                "def commented(a):\n    # first\n    '''Doc.'''\n    return a\n",
                'def single(a):\n    "Doc."\n    return a\n',
                'def formatted(a):\n    f"""Doc."""\n    return a\n',
                'def binary(a):\n    b"""Doc."""\n    return a\n',
                'def late(a):\n    a += 1\n    """Doc."""\n    return a\n',
                'def assigned(a):\n    b = """Doc."""\n    return a\n',
                'class C:\n    def method(self):\n        """Doc."""\n        return 1\n',
                'if True:\n    def inner(a):\n        """Doc."""\n        return a\n',
            ]
        ),
    )
    assert names(tmp_path) == ["plain", "commented"]


def test_files_come_sorted_and_left_out_and_hidden_folders_are_not_entered(tmp_path):
    for place in ("b", "a", "pkg__z", "pkg__a", "test__t", ".git__g"):
        write(tmp_path, **{place: DOCUMENTED.format(name=place.split("__")[-1] + "_f")})
    assert names(tmp_path, leave_out=["test"]) == ["a_f", "b_f", "a_f", "z_f"]


def test_exact_duplicates_are_left_to_a_later_stage(tmp_path):
    write(tmp_path, a=DOCUMENTED.format(name="f"), b=DOCUMENTED.format(name="f"))
    assert names(tmp_path) == ["f", "f"]


def test_line_endings_and_a_byte_order_mark_are_read_as_python_reads_them(tmp_path):
    source = DOCUMENTED.format(name="f")
    write(tmp_path, a=b"\xef\xbb\xbf" + source.replace("\n", "\r\n").encode())
    [found] = functions(tmp_path)
    assert isinstance(found, Function)
    assert found.source + "\n" == source


def test_files_that_cannot_be_used_are_problems_with_reasons(tmp_path):
    write(
        tmp_path,
        good=DOCUMENTED.format(name="good"),
        broken=DOCUMENTED.format(name="f") + "def (:\n",
        latin=b"# \xe9\n",
        null=b"x = 1\0\n",
        huge=b"#" * (LARGEST + 1),
    )
    assert problems(tmp_path) == {
        "broken.py": "not Python",
        "latin.py": "not UTF-8",
        "null.py": "holds a null character",
        "huge.py": f"larger than {LARGEST:,} bytes",
    }
    assert names(tmp_path) == ["good"]


def test_links_out_of_the_tree_and_pipes_are_not_read(tmp_path):
    root = tmp_path / "root"
    write(tmp_path, outside__secret=DOCUMENTED.format(name="secret"))
    write(root, a=DOCUMENTED.format(name="inside"))
    (root / "out.py").symlink_to(tmp_path / "outside/secret.py")
    (root / "again.py").symlink_to(root / "a.py")
    (root / "loop.py").symlink_to(root / "loop.py")
    (root / "folder").symlink_to(tmp_path / "outside")
    os.mkfifo(root / "pipe.py")
    assert names(root) == ["inside"]
    assert problems(root) == {"out.py": "links out of the tree", "pipe.py": "not a regular file"}


def test_a_name_that_is_not_utf8_still_fits_into_a_table(tmp_path):
    (tmp_path / os.fsdecode(b"caf\xe9.py")).write_bytes(DOCUMENTED.format(name="f").encode())
    [found] = functions(tmp_path)
    assert found.path.encode().decode() == "caf\ufffd.py"


def test_a_root_that_is_no_folder_is_the_users_mistake(tmp_path):
    with pytest.raises(UserError, match="not a folder"):
        list(functions(tmp_path / "missing"))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.text())
def test_no_text_makes_parsing_raise(source):
    assert len([text(node) for node in below(parse(source))]) >= 1


def test_text_nested_deeper_than_python_recurses_is_walked():
    assert sum(1 for _ in below(parse("a" + ".b" * 5000))) > 10_000
