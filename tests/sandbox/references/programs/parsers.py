"""Command lines and settings."""

import argparse
import configparser
import getopt
import io
import optparse
import tomllib
from contextlib import redirect_stderr


def arguments(words: list[str]) -> dict[str, object]:
    parser = argparse.ArgumentParser(prog="tool", exit_on_error=False)
    parser.add_argument("files", nargs="*")
    parser.add_argument("-n", "--number", type=int, default=1)
    parser.add_argument("--loud", action="store_true")
    commands = parser.add_mutually_exclusive_group()
    commands.add_argument("--sort", choices=["up", "down"])
    return vars(parser.parse_args(words))


def usage() -> str:
    parser = argparse.ArgumentParser(prog="tool", description="Does things.")
    parser.add_argument("--count", type=int, help="how often")
    return parser.format_help()


def wrong(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="tool")
    parser.add_argument("n", type=int)
    try:
        with redirect_stderr(io.StringIO()):
            parser.parse_args(words)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def settings(text: str) -> dict[str, dict[str, str]]:
    parser = configparser.ConfigParser(interpolation=configparser.ExtendedInterpolation())
    parser.read_string(text)
    return {name: dict(parser[name]) for name in parser.sections()}


def old_style(words: list[str]) -> tuple[list, list]:
    parser = optparse.OptionParser()
    parser.add_option("-v", action="count", dest="loud", default=0)
    options, rest = parser.parse_args(words)
    return [options.loud], rest


# tests
assert arguments(["-n", "3", "a", "b", "--loud"]) == {
    "files": ["a", "b"], "number": 3, "loud": True, "sort": None,
}  # fmt: skip
assert "--count COUNT" in usage()
assert wrong(["x"]) == 2
assert settings("[a]\nx = 1\n[b]\ny = ${a:x}2\n") == {"a": {"x": "1"}, "b": {"y": "12"}}
assert old_style(["-vv", "x"]) == ([2], ["x"])
assert tomllib.loads("[tool]\nnames = ['a', 'b']\n") == {"tool": {"names": ["a", "b"]}}
assert getopt.getopt(["-a", "1", "x"], "a:") == ([("-a", "1")], ["x"])
