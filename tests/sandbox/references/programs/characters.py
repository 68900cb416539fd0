"""Characters, encodings, locales and translations."""

import codecs
import encodings
import gettext
import locale
import pkgutil
import unicodedata


def plain(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def round_trips(text: str) -> int:
    """In how many encodings of the library the text comes back as it was."""
    right = 0
    for found in pkgutil.iter_modules(encodings.__path__):
        try:
            right += text.encode(found.name).decode(found.name) == text
        except (LookupError, UnicodeError, TypeError, ValueError, AttributeError):
            continue
    return right


def translated(text: str) -> str:
    return gettext.translation("nothing", fallback=True).gettext(text)


def in_c_locale(number: float) -> str:
    locale.setlocale(locale.LC_ALL, "C")
    return locale.format_string("%.2f", number, grouping=True)


def decoded(data: bytes) -> str:
    reader = codecs.getincrementaldecoder("utf-8")("replace")
    return "".join(reader.decode(bytes([byte])) for byte in data) + reader.decode(b"", True)


# tests
assert plain("Crème Brûlée") == "Creme Brulee"
assert round_trips("plain text") > 80
assert translated("hello") == "hello"
assert in_c_locale(1234.5) == "1234.50"
assert decoded("grün €".encode() + b"\xff") == "grün €\ufffd"
assert (unicodedata.name("ß"), "ß".casefold()) == ("LATIN SMALL LETTER SHARP S", "ss")
assert codecs.encode("uryyb", "rot13") == "hello"
assert "\N{SNOWMAN}".encode("utf-16-be") == b"\x26\x03"
