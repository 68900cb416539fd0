"""Fingerprints, row ids and seeds: all from content, never from order, position or worker."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import orjson

__all__ = ["digest", "digest_file", "fingerprint", "row_id", "seed_of"]


def digest(data: bytes) -> str:
    """BLAKE2b-128 in hex; the checksum of shards, prompts and weights."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def digest_file(path: Path) -> str:
    """The digest of a file's bytes, read in blocks."""
    state = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            state.update(block)
    return state.hexdigest()


def fingerprint(description: object) -> str:
    """The digest of anything JSON can say, independent of key order."""
    return digest(orjson.dumps(description, option=orjson.OPT_SORT_KEYS))


def row_id(parents: Iterable[str], stage: str, sample: int = 0) -> str:
    """The id of a row made by `stage` from `parents`: 16 hex digits."""
    key = f"{stage}\0{sample}\0" + "\0".join(parents)
    return hashlib.blake2b(key.encode(), digest_size=8).hexdigest()


def seed_of(seed: int, stage: str, row: str, sample: int = 0) -> int:
    """The seed of one sample of one row, 0 <= seed < 2**63."""
    key = f"{seed}\0{stage}\0{row}\0{sample}".encode()
    return int.from_bytes(hashlib.blake2b(key, digest_size=8).digest(), "big") >> 1
