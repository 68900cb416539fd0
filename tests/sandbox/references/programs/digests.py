"""Digests, keyed digests and tokens."""

import hashlib
import hmac
import secrets
import zlib


def digest(name: str, text: str) -> str:
    return hashlib.new(name, text.encode()).hexdigest()


def signed(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()


def genuine(key: bytes, message: bytes) -> bool:
    return hmac.compare_digest(signed(key, message), signed(key, message))


def every_guaranteed_digest() -> int:
    made = 0
    for name in hashlib.algorithms_guaranteed:
        length = [16] if "shake" in name else []
        made += bool(hashlib.new(name, b"x").digest(*length))
    return made


def stretched(password: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", password.encode(), b"salt", 1000).hex()[:16]


def tokens(count: int) -> bool:
    made = {secrets.token_hex(8) for _ in range(count)}
    return len(made) == count and secrets.randbelow(10) < 10 and bool(secrets.token_urlsafe())


# tests
assert digest("md5", "abc") == "900150983cd24fb0d6963f7d28e17f72"
assert digest("sha256", "")[:8] == "e3b0c442"
assert hashlib.blake2b(b"abc", digest_size=4).hexdigest() == "63906248"
assert genuine(b"k", b"message")
assert every_guaranteed_digest() >= 12
assert stretched("secret") == "a8df899f3c4f204d"
assert tokens(20)
assert (zlib.crc32(b"hello"), zlib.adler32(b"hello")) == (907060870, 103547413)
