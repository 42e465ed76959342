"""The outline of a page: its tags with their attributes, and its text without style and script."""

from html.parser import HTMLParser

VOID = {"meta", "mspace", "input", "br"}
SILENT = {"style", "script"}
CELLS = {"td", "th", "li", "p", "summary", "option"}


class Outline(HTMLParser):
    """Collects tags with their attributes, and words; an element that is not closed is an error, but for an item of a list."""

    def __init__(self, content):
        super().__init__()
        self.tags, self.stack, self.words = [], [], []
        self.feed(content.decode())
        assert self.stack == [], "every element must be closed"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag == "li" and self.stack[-1] == "li":
            self.handle_endtag("li")
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if self.stack[-1] == "li" and tag in {"ul", "ol"}:
            self.handle_endtag("li")
        assert self.stack.pop() == tag
        if tag in CELLS:
            self.words.append(" ")

    def handle_data(self, data):
        if not SILENT & set(self.stack):
            self.words.append(data)

    @property
    def text(self):
        return " ".join("".join(self.words).split())
