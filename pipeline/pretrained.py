"""Weights and tokenizers from a folder or the Hub, or a ModelError that says what to do.

Only safetensors are read (a pickle can run code) and no code that a model brings along. Two traps
of `from_pretrained` are errors here: a tokenizer made up for a folder that has none, and weights
drawn at random for tensors that the files lack. torch is imported only when something is loaded.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import InfrastructureError, ModelError
from pipeline.marks import ids_of

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

__all__ = ["encode", "load_config", "load_model", "load_tokenizer"]

PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt")


def load_tokenizer(path: str) -> "PreTrainedTokenizerBase":
    from transformers import AutoTokenizer

    _refuse_missing_folder(path)
    try:
        tokenizer: Any = AutoTokenizer.from_pretrained(path, trust_remote_code=False)
    except Exception as error:
        raise _explained(path, "tokenizer", error) from error
    if set(tokenizer.get_vocab()) <= set(tokenizer.all_special_tokens):
        raise ModelError(
            f"{path} has no tokenizer (tokenizer.json or the vocabulary files of its model type). "
            "Save the model's tokenizer into that folder: tokenizer.save_pretrained(folder)."
        )
    return tokenizer


def load_config(path: str) -> Any:
    from transformers import AutoConfig

    try:
        return AutoConfig.from_pretrained(path, trust_remote_code=False)
    except Exception as error:
        raise _explained(path, "configuration", error) from error


def load_model(path: str, dtype: "torch.dtype | str", **settings: Any) -> "PreTrainedModel":
    """The causal language model in `path`, on the CPU; dtype "auto" is the checkpoint's own, and
    `settings` replace those of its config.json."""
    import torch
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging

    _refuse_missing_folder(path)
    logging.disable_progress_bar()  # it would draw over the run's own progress
    try:
        loaded: Any = AutoModelForCausalLM.from_pretrained(
            path,
            dtype=dtype,
            use_safetensors=True,
            trust_remote_code=False,
            output_loading_info=True,
            **settings,
        )
    except (torch.OutOfMemoryError, MemoryError) as error:
        raise InfrastructureError(f"not enough memory to load {path}: {error}") from error
    except Exception as error:
        raise _explained(path, "weights", error) from error
    model, found = loaded
    if missing := sorted(found["missing_keys"]):
        names = ", ".join(missing[:3]) + (", …" if len(missing) > 3 else "")
        raise ModelError(
            f"{path} lacks {len(missing)} of the tensors that its config.json describes ({names}). "
            "Wanted: complete weights of a causal language model. Save or download the model again."
        )
    return model


def encode(tokenizer: "PreTrainedTokenizerBase", texts: Sequence[str]) -> list[list[int]]:
    """Token ids of plain texts, led by the begin token once if this tokenizer wants one.

    A rendered chat already holds its begin token as text, so the tokenizer's own adding of special
    tokens (which would double it, or append an end token to a prompt) is never used.
    """
    ids = ids_of(tokenizer, texts)
    begin = _begin_token(tokenizer)
    return ids if begin is None else [row if row[:1] == [begin] else [begin, *row] for row in ids]


def _begin_token(tokenizer: Any) -> int | None:
    begin = tokenizer.bos_token_id
    return begin if begin is not None and tokenizer("a")["input_ids"][0] == begin else None


def _refuse_missing_folder(path: str) -> None:
    looks_local = path.startswith(("/", ".", "~")) or path.count("/") != 1
    if looks_local and not Path(path).is_dir() and "/" in path:
        raise ModelError(
            f"there is no folder {path}. Wanted: a folder with config.json, *.safetensors and a "
            "tokenizer, or a Hub id such as Qwen/Qwen2.5-0.5B."
        )


def _explained(path: str, wanted: str, error: Exception) -> ModelError:
    folder = Path(path)
    said = str(error).strip().split("\n")[0]
    if folder.is_dir():
        return ModelError(_about_folder(folder, wanted, said))
    kinds = set()
    link: BaseException | None = error
    while link is not None:
        kinds.add(type(link).__name__)
        link = link.__cause__ or link.__context__
    if "GatedRepoError" in kinds:
        remedy = f"Accept its licence at https://huggingface.co/{path} and run `hf auth login`."
    elif "RepositoryNotFoundError" in kinds:
        remedy = "The Hub knows no such model: check the name; a private one needs `hf auth login`."
    elif kinds & {"LocalEntryNotFoundError", "OfflineModeIsEnabled", "ConnectError"}:
        remedy = (
            "It is neither a folder nor in the Hub's cache, and the Hub cannot be reached (or "
            f"HF_HUB_OFFLINE is set). With a network run `hf download {path}`, or name a folder."
        )
    else:
        remedy = f"Wanted: the {wanted} of a causal language model in safetensors format."
    return ModelError(f"the {wanted} of the model {path!r} cannot be loaded: {said} {remedy}")


def _about_folder(folder: Path, wanted: str, said: str) -> str:
    if not (folder / "config.json").is_file():
        found, remedy = "has no config.json", "Name the folder that save_pretrained wrote."
    elif wanted == "weights" and not any(folder.glob("*.safetensors")):
        pickles = sorted(file.name for pattern in PICKLES for file in folder.glob(pattern))
        if pickles:
            found = f"has only pickled weights ({', '.join(pickles)}), which can run code"
            remedy = "Convert them where you trust them: model.save_pretrained(folder)."
        else:
            found, remedy = "has no *.safetensors", "Copy or download the weights into it."
    else:
        found, remedy = f"could not be read: {said}", "Save or download the model again."
    return (
        f"no {wanted} from the folder {folder}: it {found}. Wanted: config.json, *.safetensors and "
        f"a tokenizer of a model type that transformers knows without code of its own. {remedy}"
    )
