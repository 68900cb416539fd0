"""`ratchet doctor`: each finding has its remedy, and only what is required counts."""

import importlib.metadata
import json

import pytest

from flows.cli import doctor, main


def findings(capsys) -> list[dict]:
    assert main(["doctor", "--json"]) in (0, 1)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def only(monkeypatch: pytest.MonkeyPatch, *checks) -> None:
    monkeypatch.setattr(doctor, "CHECKS", checks)


def test_what_is_installed_here_is_found(capsys, monkeypatch):
    only(monkeypatch, doctor._python, doctor._packages, doctor._machine, doctor._types)
    found = findings(capsys)
    assert [f["what"] for f in found] == ["Python", "packages", "machine", "ty"]
    assert all(f["found"] for f in found)


def test_something_required_that_is_missing_is_exit_code_1_with_the_remedy(capsys, monkeypatch):
    def missing(name):
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    only(monkeypatch, doctor._packages)
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "missing   polars" in out
    assert "-m pip install 'polars" in out


def test_something_optional_that_is_missing_is_exit_code_0(capsys, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    only(monkeypatch, doctor._vllm)
    assert main(["doctor"]) == 0
    assert "pip install 'ratchet[vllm]'" in capsys.readouterr().out


def test_a_sandbox_that_does_not_hold_is_missing(capsys, monkeypatch):
    from sandbox import Probe

    probe = Probe(False, "bubblewrap is not installed.\nInstall it: apt-get install bubblewrap")
    monkeypatch.setattr("sandbox.probe", lambda *_: probe)
    only(monkeypatch, doctor._sandbox)
    assert main(["doctor"]) == 1
    assert "apt-get install bubblewrap" in capsys.readouterr().out


def test_a_check_that_breaks_is_a_finding_too(capsys, monkeypatch):
    def broken():
        raise ImportError("libfoo.so: \x1b[2J cannot open")
        yield

    only(monkeypatch, broken)
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "ImportError: libfoo.so:  cannot open" in out


def test_an_offline_hub_is_told(capsys, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    only(monkeypatch, doctor._hub)
    (found,) = findings(capsys)
    assert (found["state"], found["what"]) == ("optional", "Hub")
    assert "HF_HUB_OFFLINE" in found["remedy"]
