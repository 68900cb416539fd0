"""HTML and XML read and written."""

import html
import xml.dom.minidom
import xml.etree.ElementTree as ElementTree
import xml.sax
from html.parser import HTMLParser

SHOP = "<shop><item price='2'>tea</item><item price='3'>milk &amp; honey</item></shop>"


def prices(text: str) -> dict[str, int]:
    root = ElementTree.fromstring(text)
    return {str(item.text): int(item.get("price", 0)) for item in root.findall("./item")}


def links(text: str) -> list[str]:
    class Links(HTMLParser):
        found: list[str]

        def handle_starttag(self, tag, attrs):
            if tag == "a":
                self.found.append(dict(attrs).get("href") or "")

    parser = Links()
    parser.found = []
    parser.feed(text)
    return parser.found


def depth(text: str) -> int:
    class Depth(xml.sax.ContentHandler):
        now = most = 0

        def startElement(self, name, attrs):
            self.now += 1
            self.most = max(self.most, self.now)

        def endElement(self, name):
            self.now -= 1

    handler = Depth()
    xml.sax.parseString(text.encode(), handler)
    return handler.most


def built(names: list[str]) -> str:
    root = ElementTree.Element("list")
    for name in names:
        ElementTree.SubElement(root, "name").text = name
    return ElementTree.tostring(root, encoding="unicode")


# tests
assert prices(SHOP) == {"tea": 2, "milk & honey": 3}
assert links("<p><a href='x'>1</a><br><a href=\"y\">2</a>") == ["x", "y"]
assert depth(SHOP) == 2
assert built(["a<b"]) == "<list><name>a&lt;b</name></list>"
assert html.unescape(html.escape("<&>")) == "<&>"
assert len(xml.dom.minidom.parseString(SHOP).getElementsByTagName("item")) == 2
