"""`ratchet doctor`: what works on this machine, tried rather than looked up, and how to get the
rest."""

import importlib.metadata
import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from rich.text import Text

from flows.cli.terminal import as_json, clean, put, width

if TYPE_CHECKING:
    from sandbox import Probe

__all__ = ["doctor"]

MARKS = {
    "ok": ("ok      ", "green"),
    "missing": ("missing ", "red"),
    "optional": ("optional", "yellow"),
}


@dataclass(frozen=True)
class Finding:
    """One thing a loop needs (`missing` when it is not there) or can use (`optional`)."""

    what: str
    state: str
    found: str
    remedy: str = ""


def doctor(as_lines: bool) -> bool:
    """Print what each check finds; whether everything required is there."""
    whole = True
    for check in CHECKS:
        for finding in _tried(check):
            whole &= finding.state != "missing"
            if as_lines:
                put(as_json(asdict(finding)))
                continue
            mark, colour = MARKS[finding.state]
            told = [*_wrapped(finding.found), *_wrapped(finding.remedy)]
            put(Text.assemble((mark, colour), f"  {finding.what:<10} {told[0]}"))
            put(*(Text(f"{'':>21}{line}") for line in told[1:]))
    return whole


def _wrapped(text: str) -> list[str]:
    room = max(min(width(), 100) - 21, 30)
    return [line for part in clean(text).splitlines() for line in wrap(part, room) or [""]]


def _tried(check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from check()
    except Exception as error:
        what = check.__name__.strip("_")
        yield Finding(what, "missing", f"{type(error).__name__}: {error}", "Reinstall: make setup")


def _python() -> Iterator[Finding]:
    found = f"{sys.version.split()[0]} ({sys.executable})"
    yield Finding("Python", "ok", found)


def _packages() -> Iterator[Finding]:
    from packaging.requirements import Requirement

    wanted = [Requirement(line) for line in importlib.metadata.requires("ratchet") or ()]
    wanted = [w for w in wanted if w.marker is None or w.marker.evaluate({"extra": ""})]
    wrong = []
    for each in wanted:
        try:
            version = importlib.metadata.version(each.name)
        except importlib.metadata.PackageNotFoundError:
            wrong.append((each, "not installed"))
        else:
            if not each.specifier.contains(version, prereleases=True):
                wrong.append((each, version))
    if not wrong:
        yield Finding("packages", "ok", f"all {len(wanted)} at versions that work together")
    for each, version in wrong:
        remedy = f"{Path(sys.executable).name} -m pip install '{each.name}{each.specifier}'"
        yield Finding(each.name, "missing", f"{version}, wanted {each.specifier}", remedy)


def _machine() -> Iterator[Finding]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    free = shutil.disk_usage(Path.cwd()).free / 2**30
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    found = f"{cores} cores, {memory:.0f} GB of memory, {free:.0f} GB free on this disk"
    if free < 5:
        remedy = "Runs keep every table and model: put them on a larger disk with RATCHET_RUNS."
        yield Finding("machine", "optional", found, remedy)
    else:
        yield Finding("machine", "ok", found)


def _torch() -> Iterator[Finding]:
    import torch

    if torch.cuda.is_available():
        names = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
        yield Finding("torch", "ok", f"{torch.__version__} on {', '.join(names)}")
        return
    yield Finding("torch", "ok", f"{torch.__version__} on the CPU: enough for the tiny models")
    built = torch.version.cuda or torch.version.hip
    if shutil.which("nvidia-smi") and not built:
        remedy = "This torch is built without CUDA: pip install --force-reinstall torch"
    elif shutil.which("nvidia-smi"):
        remedy = (
            f"The driver does not serve this torch (CUDA {built}): compare nvidia-smi's version."
        )
    else:
        remedy = "Models beyond some 100M parameters want a machine with a GPU."
    yield Finding("GPU", "optional", "torch sees none", remedy)


def _sandbox() -> Iterator[Finding]:
    from sandbox import Backend, probe

    tried = probe()
    if tried.ok:
        yield Finding("sandbox", "ok", _held_back(tried))
    else:
        yield Finding("sandbox", "missing", "model-written programs cannot run", tried.message)
    tried = probe(Backend("docker", workers=1))
    if tried.ok:
        yield Finding("Docker", "ok", f"isolation.kind=docker; {_held_back(tried)}")
    else:
        yield Finding("Docker", "optional", "isolation.kind=docker", tried.message)


def _held_back(tried: "Probe") -> str:
    return "; ".join([f"{len(tried.properties)} attacks tried and held back", *tried.layers])


def _prefect() -> Iterator[Finding]:
    # imported as a run does it: some versions of its parts install together and do not start
    import subprocess

    version = importlib.metadata.version("prefect")
    tried = subprocess.run(
        [sys.executable, "-c", "import prefect.server.api.server"], capture_output=True, text=True
    )
    if tried.returncode == 0:
        url = os.environ.get("PREFECT_API_URL")
        server = f"server {url}" if url else "a temporary server per run"
        yield Finding("Prefect", "ok", f"{version}, {server}")
        return
    last = (tried.stderr.strip() or "no message").splitlines()[-1]
    remedy = "Reinstall it: pip install 'prefect>=3.7.7,<4' 'fastapi<0.151'\nOr run with --plain."
    yield Finding("Prefect", "missing", f"{version} does not start: {last}", remedy)


def _types() -> Iterator[Finding]:
    beside = Path(sys.executable).with_name("ty")
    if beside.exists() or shutil.which("ty"):
        yield Finding("ty", "ok", f"{importlib.metadata.version('ty')}, checks the types of seeds")
    else:
        remedy = "pip install ty (flows that check the types of seed functions need it)"
        yield Finding("ty", "missing", "no type checker", remedy)


def _vllm() -> Iterator[Finding]:
    if importlib.util.find_spec("vllm"):
        yield Finding("vLLM", "ok", importlib.metadata.version("vllm"))
    else:
        remedy = (
            "Faster generation on a GPU: pip install 'ratchet[vllm]' in an environment of its own"
        )
        yield Finding("vLLM", "optional", "not installed", remedy)


def _hub() -> Iterator[Finding]:
    home = os.environ.get("HF_HOME", "~/.cache/huggingface")
    if os.environ.get("HF_HUB_OFFLINE", "0").casefold() in ("1", "true", "yes", "on"):
        found = f"offline (HF_HUB_OFFLINE); models come from folders and {home}"
        yield Finding("Hub", "optional", found, "To fetch models: unset HF_HUB_OFFLINE")
    else:
        yield Finding("Hub", "ok", f"online when asked for a model; kept in {home}")


CHECKS = (_python, _packages, _machine, _torch, _sandbox, _prefect, _types, _vllm, _hub)
