"""The outline of a page: its tags with their attributes, and its text without style and script."""

from html.parser import HTMLParser

VOID = {"meta", "mspace", "input", "br", "wbr"}
SILENT = {"style", "script"}
CELLS = {"td", "th", "dt", "dd", "li", "p", "summary", "option"}

CELL, ROW = {"td", "th", "tr", "thead", "tbody", "table"}, {"tr", "thead", "tbody", "table"}
ENDS_BEFORE = {
    "li": {"li", "ul", "ol"},
    "td": CELL,
    "th": CELL,
    "tr": ROW,
    "thead": {"tbody", "table"},
    "tbody": {"table"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd", "div", "dl"},
    "p": {"p", "div", "dl", "details", "figure", "ol", "ul", "li", "section", "article", "table", "h2", "h3", "h4", "h5"},
}


class Outline(HTMLParser):
    """Collects tags with their attributes, and words; an element that is not closed is an error, but for those whose end HTML lets out."""

    def __init__(self, content):
        super().__init__()
        self.tags, self.stack, self.words = [], [], []
        self.feed(content.decode())
        assert self.stack == [], "every element must be closed"

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.close_what_ends_before(tag)
        if tag not in VOID:
            self.stack.append(tag)

    def close_what_ends_before(self, tag):
        """Close the elements whose end HTML lets be left out: a cell before a cell, a row before a row, and both before the table's end."""
        while self.stack and tag in ENDS_BEFORE.get(self.stack[-1], ()):
            self.handle_endtag(self.stack[-1])

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if self.stack[-1] != tag:
            self.close_what_ends_before(tag)
        assert self.stack.pop() == tag
        if tag in CELLS:
            self.words.append(" ")

    def handle_data(self, data):
        if not SILENT & set(self.stack):
            self.words.append(data)

    @property
    def text(self):
        return " ".join("".join(self.words).replace("\N{WORD JOINER}", "").split())
