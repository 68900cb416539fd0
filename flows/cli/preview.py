"""Settings as TOML, which Python reads and does not write."""

import json
import re
from collections.abc import Mapping
from typing import Any

__all__ = ["as_toml"]


def as_toml(settings: Mapping[str, Any]) -> str:
    """The settings as TOML; groups become tables, and what is None the text "none"."""
    return "\n".join(_table(settings, ())) + "\n"


def _table(settings: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    lines = [
        f"{_key(k)} = {_value('none' if v is None else v)}"
        for k, v in settings.items()
        if not isinstance(v, Mapping)
    ]
    for key, value in settings.items():
        if isinstance(value, Mapping):
            inner = (*path, key)
            lines += ["", f"[{'.'.join(map(_key, inner))}]", *_table(value, inner)]
    return lines


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{_key(k)} = {_value(v)}' for k, v in value.items())}}}"
    # JSON's strings are TOML's, but for DEL
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
