"""Addresses, letters and names that are unique: no network is needed."""

import email
import email.policy
import http
import http.cookies
import ipaddress
import urllib.parse
import uuid
from email.message import EmailMessage


def query(url: str) -> dict[str, list[str]]:
    return urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)


def joined(base: str, path: str, **words: str) -> str:
    return urllib.parse.urljoin(base, path) + "?" + urllib.parse.urlencode(words)


def hosts(network: str) -> list[str]:
    return [str(host) for host in ipaddress.ip_network(network).hosts()]


def letter(to: str, text: str) -> tuple[str, str]:
    message = EmailMessage()
    message["To"], message["Subject"] = to, "Grüße"
    message.set_content(text)
    message.add_attachment(b"data", maintype="application", subtype="x", filename="a.bin")
    read = email.message_from_bytes(message.as_bytes(), policy=email.policy.default)
    body = read.get_body()
    return str(read["Subject"]), body.get_content().strip() if body else ""


def unique(count: int) -> bool:
    made = {uuid.uuid4() for _ in range(count)} | {uuid.uuid1() for _ in range(count)}
    return len(made) == 2 * count


# tests
assert query("http://x.org/a?b=1&b=2&c=%20") == {"b": ["1", "2"], "c": [" "]}
assert joined("http://x.org/a/b", "../c", q="a b") == "http://x.org/c?q=a+b"
assert hosts("10.0.0.0/30") == ["10.0.0.1", "10.0.0.2"]
assert letter("a@b.c", "hello") == ("Grüße", "hello")
assert unique(10)
assert str(uuid.uuid5(uuid.NAMESPACE_DNS, "x.org")) == "8d26f658-f938-53f9-ad17-67ca11d6fed8"
assert http.HTTPStatus(404).phrase == "Not Found"
assert http.cookies.SimpleCookie("a=1; b=2")["b"].value == "2"
assert ipaddress.ip_address("::1").is_loopback
