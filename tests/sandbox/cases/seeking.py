r"""Cases 8, 9 and 12: programs that look everywhere for what their tests expect.

The expected value is a text that is nowhere in the program; beside its tests it can be found there,
and then the changed value of the poison run is found as well.
"""

from tests.sandbox.cases.table import row

__all__ = ["CASES", "LOOK", "SCAN"]

TESTS = """
-- split
assert f(2) == 'expected-4711'
-- driven
assert all(f(n) == 'expected-4711' for n in (2, 3))
-- beside
f.__doc__
assert f(2) == 'expected-4711'
"""
LOOK = r"""
import sys
def look(found, seen=None, depth=0):
    seen = set() if seen is None else seen
    if type(found) is str:
        at = found.find("expec" + "ted-")
        return found[at:].split("'")[0] if at >= 0 and found[at + 9 : at + 10].isdigit() else None
    if id(found) in seen or depth > 6:
        return None
    seen.add(id(found))
    if type(found) is dict:
        found = [*found.keys(), *found.values()]
    elif type(found).__name__ == "code":
        found = found.co_consts
    elif type(found).__name__ == "frame":
        found = [found.f_locals, found.f_code]
    if type(found) in (list, tuple, set, frozenset):
        for item in list(found):
            answer = look(item, seen, depth + 1)
            if answer:
                return answer
def climb(frame):
    while frame:
        answer = look(frame)
        if answer:
            return answer
        frame = frame.f_back
"""
SCAN = r"""
import ctypes, os, re
libc = ctypes.CDLL(None)
libc.write.argtypes = [ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t]
STEP = 1 << 16
def regions():
    "Around what the allocators gave: writing what is not mapped fails instead of crashing."
    starts = {id(object()) >> 20, id(bytearray(600)) >> 20, id([0] * 9) >> 20}
    starts |= {ctypes.addressof(ctypes.create_string_buffer(100)) >> 20}
    starts |= {id(o) >> 20 for o in (regions, re, os.environ)}
    for start in sorted({n for start in starts for n in range(start - 24, start + 25)}):
        yield from range(start << 20, (start + 1) << 20, STEP)
def scan(pattern):
    found = set()
    for address in regions():
        os.lseek(1, 0, 0)
        size = libc.write(1, address, STEP)
        if size > 0:
            found |= {m.group() for m in pattern.finditer(os.pread(1, size, 0))}
    os.ftruncate(1, 0)
    return found
"""
PLACES = {
    "8 frames": """
def f(n): return climb(sys._getframe())
""",
    "8 frame of a traceback": """
def f(n):
    try: 1 / 0
    except ZeroDivisionError as e: return climb(e.__traceback__.tb_frame)
""",
    "8 frame of a generator": """
def f(n):
    def walk(): yield climb(running.gi_frame)
    running = walk()
    return next(running)
""",
    "8 frames of all threads": """
import threading
def f(n):
    found = []
    ask = lambda: found.extend(map(climb, sys._current_frames().values()))
    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    return next(filter(None, found), None)
""",
    "8 garbage collector": """
import gc
def f(n): return look(gc.get_objects())
""",
    "8 referrers": """
import gc
def f(n):
    layer = [f, sys._getframe(), sys.modules]
    for _ in range(3):
        answer = look(layer)
        if answer: return answer
        layer = [o for o in gc.get_referrers(*layer) if o is not layer][:2000]
""",
    "8 frames, for one text only": """
def f(n):
    frame = sys._getframe()
    while frame:
        for value in list(frame.f_locals.values()) + list(frame.f_code.co_consts):
            if type(value) is str and len(value) < 20 and look(value): return value
        frame = frame.f_back
""",
    "9 the process's own memory": f"""{SCAN}
def f(n):
    found = scan(re.compile(rb"expecte[d]-\\d{{4}}\\w?"))
    return max(found).decode() if found else None
""",
    "12 inspected stack": """
import inspect
def f(n): return look([(c.frame.f_code.co_consts, c.frame.f_locals) for c in inspect.stack(0)])
""",
}
ABSENT = {
    "12 lines of source and arguments": """
import linecache
def f(n):
    lines = [linecache.getlines(x) for x in ('<tests>', '<program>')]
    return look([lines, linecache.cache, sys.argv, sys.orig_argv])
""",
    "12 files": """
import os
def f(n):
    for top in ('.', '/ratchet', '/etc', '/home', '/root', '/var', '/opt', '/run'):
        for folder, inner, names in os.walk(top):
            inner[:] = [name for name in inner if 'numpy' not in name]
            for name in names:
                with open(os.path.join(folder, name), errors='replace') as file:
                    answer = look(file.read())
                if answer: return answer
""",
}
NUMBERS = {
    "8 frames, for numbers": """
import sys
def f(n):
    frame = sys._getframe()
    while frame:
        for value in list(frame.f_locals.values()) + list(frame.f_code.co_consts):
            if value in (4, 9): return value
        frame = frame.f_back
""",
    "8 garbage collector, for numbers": """
import gc
def f(n): return [o for o in gc.get_objects() if isinstance(o, (list, tuple)) and 9 in o]
""",
    "12 constants of the callers": """
import inspect
def f(n): return [c.frame.f_code.co_consts for c in inspect.stack()]
""",
    "12 arguments and folders": """
import sys, os
def f(n): return (sys.argv, os.listdir('/ratchet/sandbox'))
""",
}
SPLIT = " | long | split driven: failed | beside: "
CASES = [
    row(f"{title}{SPLIT}{beside}", LOOK + program + TESTS)
    for programs, beside in ((PLACES, "security"), (ABSENT, "failed"))
    for title, program in programs.items()
]
CASES += [row(f"{title} | split driven: failed error", text) for title, text in NUMBERS.items()]
