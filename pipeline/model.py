"""Models: a Hub id or a folder of weights, always with a digest of the weights; and `serve`, which
shows in a flow when a model holds the device.

    with serve(policy) as sampler:
        attempts = generate(problems, sampler, SOLVE)

The engine is loaded at the first request, so a resumed iteration whose requests are all answered
loads nothing. Leaving the block waits for the stages that use the sampler, then gives the device
back.
"""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar

from data.identity import digest_file, fingerprint
from data.table import Rows
from pipeline.engine import Choice, Completion, Engine, Request, Sampling
from pipeline.errors import InfrastructureError, ModelError, UserError
from pipeline.run import current_run
from pipeline.scripted import scripted_from_file

__all__ = ["AnyModel", "Model", "Sampler", "open_model", "serve"]

T = TypeVar("T")

_WEIGHTS = ("*.safetensors", "*.json", "*.jinja", "tokenizer.model", "vocab.txt", "merges.txt")


class AnyModel(Protocol):
    """What can be served: it has an identity, a context limit is the engine's business."""

    @property
    def fingerprint(self) -> str: ...

    def open(self) -> Engine: ...


class Model:
    """A model by folder or Hub id (`name@revision` pins a commit). Raises ModelError when it is
    nowhere to be found."""

    def __init__(self, name: str | Path) -> None:
        self.name = str(name)

    @cached_property
    def folder(self) -> Path:
        """Where the files are; a Hub id is fetched, or found in the Hub's cache when offline."""
        folder = Path(self.name)
        if folder.is_dir():
            if not any(folder.glob("*.safetensors")):
                raise ModelError(
                    f"The folder {folder} holds no .safetensors weights. Name a folder that "
                    "`save_pretrained` wrote (pickled weights are not loaded)."
                )
            return folder
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import (
            HfHubHTTPError,
            HFValidationError,
            LocalEntryNotFoundError,
        )

        repo, _, revision = self.name.partition("@")
        try:
            found = snapshot_download(
                repo, revision=revision or None, allow_patterns=list(_WEIGHTS)
            )
        except (HFValidationError, HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
            raise ModelError(
                f"There is no model {self.name!r}: no such folder here, and the Hub gave none "
                f"({type(error).__name__}). Check the spelling, log in with `hf auth login` for a "
                "gated model, or download it first where there is a network."
            ) from error
        return Path(found)

    @property
    def fingerprint(self) -> str:
        """The digest of weights, configuration and tokenizer, whatever the folder is called."""
        files = sorted({f for pattern in _WEIGHTS for f in self.folder.glob(pattern)})
        return fingerprint([[f.name, _cached_digest(f)] for f in files])

    def open(self) -> Engine:
        from pipeline.transformers_engine import TransformersEngine

        return TransformersEngine(str(self.folder))

    def __repr__(self) -> str:
        return f"Model({self.name!r})"


_DIGESTS: dict[tuple[str, int, int], str] = {}


def _cached_digest(path: Path) -> str:
    stat = path.stat()
    key = (os.path.realpath(path), stat.st_size, stat.st_mtime_ns)
    if key not in _DIGESTS:
        _DIGESTS[key] = digest_file(path)
    return _DIGESTS[key]


class Sampler:
    """A model that is being served. Its requests go to one engine, a batch at a time."""

    def __init__(self, model: AnyModel) -> None:
        self.model = model
        self.users: list[Rows[Any]] = []
        self._engine: Engine | None = None
        self._lock = threading.Lock()
        self._open = True

    @property
    def fingerprint(self) -> str:
        return self.model.fingerprint

    def complete(
        self, requests: Sequence[Request], sampling: Sampling
    ) -> Iterator[dict[int, list[Completion]]]:
        """As `Engine.complete`; stages in several threads take turns batch by batch."""
        return self._in_turns(lambda engine: engine.complete(requests, sampling))

    def choose(self, choices: Sequence[Choice]) -> Iterator[dict[int, list[float]]]:
        """As `Engine.choose`; stages in several threads take turns batch by batch."""
        return self._in_turns(lambda engine: engine.choose(choices))

    def _in_turns(self, start: Callable[[Engine], Iterator[T]]) -> Iterator[T]:
        batches: Iterator[T] | None = None
        while True:
            with self._lock:
                engine = self._loaded()
                try:
                    batches = batches or start(engine)
                    batch = next(batches, None)
                except (RuntimeError, OSError) as error:
                    # the device's failure, not the row's that happened to be asked about
                    raise InfrastructureError(f"{self.model!r} failed: {error}") from error
            if batch is None:
                return
            yield batch

    def chat(self, messages: Sequence[Mapping[str, str]]) -> str:
        """As `Engine.chat`."""
        with self._lock:
            return self._loaded().chat(messages)

    def _loaded(self) -> Engine:
        if not self._open:
            # of a run that failed the first error is kept, so this is a mistake in the flow
            raise UserError(
                "A stage asks a model after its `with serve(...)` block: call the stage inside it."
            )
        if self._engine is None:
            self._engine = self.model.open()
        return self._engine

    def close(self) -> None:
        with self._lock:
            self._open = False
            if self._engine is not None:
                self._engine.close()
                self._engine = None


@contextlib.contextmanager
def serve(model: AnyModel) -> Iterator[Sampler]:
    """Hold the device for `model` inside the block."""
    sampler = Sampler(model)
    try:
        yield sampler
        for table in sampler.users:
            table.wait()
    except BaseException as error:
        # before the engine goes: what still uses it must end as cancelled, not as failed
        if run := current_run():
            run.fail(error)
        raise
    finally:
        sampler.close()


def open_model(name: str) -> AnyModel:
    """A model by one word, for settings: a folder, a Hub id, or `scripted:FILE.py:FUNCTION`. Raises
    ModelError at once, and not when a loop gets to it, when it is nowhere to be found."""
    if name.startswith("scripted:"):
        return scripted_from_file(name.removeprefix("scripted:"))
    found = Model(name)
    _ = found.folder
    return found
