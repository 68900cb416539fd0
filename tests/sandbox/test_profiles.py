"""What a program finds around it: modules, a folder to write in, and the limits of both."""

import pytest

from sandbox import Job, Limits, Profile, Sandbox

NUMPY, SCRATCH = Profile("numpy"), Profile(scratch_mb=8)
ARRAYS = """
import numpy as np
def double(x): return np.array(x) * 2
def mean(x): return np.mean(x)
def total(a): return a.sum()
def short(x): return np.float32(x)
def fill(a): a[0] = 7
"""
NUMPY_TESTS = {
    "assert list(double([1, 2])) == [2, 4]": "split",
    "assert mean([1, 2]) == 1.5": "split",
    "assert short(0.1) == 0.1": "split",
    "assert double([1, 2]).shape == (2,)": "split",
    "import numpy as np\nassert np.allclose(double([1, 2]), [2, 4])": "split",
    "import numpy as np\nassert (double([1, 2]) == np.array([2, 4])).all()": "split",
    "import numpy as np\nnp.testing.assert_array_equal(double([1, 2]), [2, 4])": "split",
    "import numpy as np\nassert total(np.array([1, 2])) == 3": "split",
    "import numpy as np\na = np.array([1, 2])\nfill(a)\nassert a[0] == 7": "split",
}


@pytest.mark.parametrize(("tests", "trust"), NUMPY_TESTS.items())
def test_arrays_are_compared_as_numpy_compares_them(run_one, tests: str, trust: str) -> None:
    limits = Limits(cpu_seconds=3, memory_mb=512)
    result = run_one(ARRAYS, tests, limits, profile=NUMPY)
    assert (result.verdict, result.trust) == ("passed", trust), result.detail
    wrong = ARRAYS.replace("* 2", "* 3").replace("np.mean", "np.max").replace("sum()", "max()")
    wrong = wrong.replace("float32(x)", "float32(2 * x)").replace("= 7", "= 8")
    assert run_one(wrong, tests, limits, profile=NUMPY).verdict == (
        "passed" if "shape" in tests else "failed"
    )


def test_an_array_that_a_test_compares_as_if_it_were_a_number_is_pythons_error(run_one) -> None:
    result = run_one(ARRAYS, "assert double([1, 2]) == [2, 4]", profile=NUMPY)
    assert result.verdict == "error"
    assert "truth value of an array" in result.detail


@pytest.mark.parametrize("profile", [Profile(), Profile("bare")])
def test_numpy_is_there_for_the_numpy_profile_only(run_one, profile: Profile) -> None:
    result = run_one(ARRAYS, "assert mean([1, 2]) == 1.5", profile=profile)
    assert result.verdict == "error"
    assert "No module named 'numpy'" in result.detail


def test_a_bare_program_has_the_common_modules_and_opens_no_file(run_one) -> None:
    bare = Profile("bare")
    common = "import collections, heapq, itertools, json, math, random, re, string, typing\n"
    assert (
        run_one(common + "def f(): return 1", "assert f() == 1", profile=bare).verdict == "passed"
    )
    for line in ("import sqlite3", "import csv", "open('/python/lib/python3.11/os.py')"):
        found = run_one(f"{line}\ndef f(): return 1", "assert f() == 1", profile=bare)
        assert found.verdict == "error", line
    assert "No module named" in run_one("import csv", "", profile=bare).detail


WRITES = """
import os, tempfile
def f():
    before = os.listdir()
    with open("notes.txt", "w") as file:
        file.write("x" * 2_000_000)
    with tempfile.TemporaryDirectory() as folder:
        os.makedirs(folder + "/a/b")
    return before, os.path.getsize("/tmp/notes.txt"), os.getcwd()
"""


def test_a_scratch_folder_is_the_programs_own(run_one) -> None:
    for number in range(3):
        tests = f"assert f() == ([], 2_000_000, '/tmp')\nassert {number} == {number}"
        assert run_one(WRITES, tests, profile=SCRATCH).verdict == "passed"
    assert run_one(WRITES, "assert f()").verdict == "error"


LEAVINGS = {
    "a deep tree": "import os\nos.makedirs('/'.join(['d'] * 900))",
    "locked folders": "import os\nos.makedirs('a/b/c')\nopen('a/b/c/d', 'w')\n"
    "for p in ('a/b/c', 'a/b', 'a'): os.chmod(p, 0)",
    "links": "import os\nos.symlink('/', 'root')\nos.symlink('gone', 'gone')",
    "many files": "for i in range(2000): open(str(i), 'w')",
    "a full disk": "open('big', 'w').write('x' * 20_000_000)",
    "a sparse file": "open('big', 'w').truncate(1 << 50)",
    "strange names": "import os\nfor n in (b'\\xff', b'a\\n', b'-rf', b'x' * 255): os.mkdir(n)",
}


@pytest.mark.parametrize("program", LEAVINGS.values(), ids=list(LEAVINGS))
def test_what_a_program_leaves_the_next_one_does_not_find(run_one, program: str) -> None:
    result = run_one(program, "", profile=SCRATCH)
    assert result.verdict == ("error" if "2000" in program or "big" in program else "passed")
    assert run_one(WRITES + "#" + program.split("\n")[0], "assert f()[0] == []", profile=SCRATCH)


def test_one_batch_may_mix_profiles(sandbox: Sandbox) -> None:
    kinds = [Profile(), Profile("bare"), NUMPY, SCRATCH]
    limits = Limits(memory_mb=512)
    jobs = [
        Job(str(n), f"import math\ndef f(): return {n}", f"assert f() == {n}", limits, profile=kind)
        for n in range(60)
        for kind in [kinds[n % 4]]
    ]
    assert {r.id: r.verdict for r in sandbox.run(jobs)} == {str(n): "passed" for n in range(60)}


def test_a_profile_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="use 'bare', 'stdlib' or 'numpy'"):
        Profile("torch")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="scratch_mb"):
        Profile("bare", 8)
