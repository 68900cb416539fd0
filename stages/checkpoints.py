"""Checkpoints of a trainer, looked at before they are used: it writes them in place, so that a kill
tears the newest one, and a trainer stops at a torn one."""

import json
import zipfile
from pathlib import Path

from safetensors import SafetensorError, safe_open

__all__ = ["newest_checkpoint"]


def newest_checkpoint(folder: Path, move: bool = True) -> Path | None:
    """The newest whole checkpoint; torn ones are moved aside (by one process), since the trainer
    would stop at them: it writes checkpoints in place, so a kill tears the newest."""
    found = [p for p in folder.glob("checkpoint-*") if p.name.split("-")[1].isdigit()]
    for checkpoint in sorted(found, key=lambda p: int(p.name.split("-")[1]), reverse=True):
        if (reason := _torn(checkpoint)) and move:
            aside = folder / f"torn-{checkpoint.name}"
            number = 0
            while aside.exists():
                number += 1
                aside = folder / f"torn-{checkpoint.name}-{number}"
            checkpoint.rename(aside)
            (aside / "why.txt").write_text(reason + "\n")
        elif not reason:
            return checkpoint
    return None


def _torn(checkpoint: Path) -> str:
    try:
        state = json.loads((checkpoint / "trainer_state.json").read_bytes())
        if state["global_step"] != int(checkpoint.name.split("-")[1]):
            return f"trainer_state.json is of step {state['global_step']}"
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f"trainer_state.json: {error}"
    weights = sorted(checkpoint.glob("*.safetensors"))
    if not weights and not any(checkpoint.glob("pytorch_model_fsdp*")):
        return "no weights"
    for file in weights:
        try:  # reads the header, and compares the length that it states with the file's
            with safe_open(file, "pt"):
                pass
        except (SafetensorError, OSError) as error:
            return f"{file.name}: {error}"
    if not any(checkpoint.glob("optimizer*")):
        return "no optimizer"
    states = [checkpoint / "scheduler.pt", *checkpoint.glob("optimizer.pt")]
    random = sorted(checkpoint.glob("rng_state*.pth"))
    for file in [*states, *(random or [checkpoint / "rng_state.pth"])]:
        try:  # a torch file is a zip, whose directory is at its end
            with zipfile.ZipFile(file):
                pass
        except (OSError, zipfile.BadZipFile) as error:
            return f"{file.name}: {error}"
    return ""
