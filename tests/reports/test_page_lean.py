"""A leaner page is the same page: tags, attributes and words are those that the templates gave."""

import pytest

from reports.page.lean import lean
from tests.reports.outline import Outline

HEAD = '<!doctype html><html lang="en"><head><style>a[href="x"] > b{}\n</style></head><body>'
END = '<script>const html = "<p class=\\"x\\"></p>\\n";\n</script></body></html>'


def page(body):
    return HEAD + body + END


@pytest.mark.parametrize(
    ("whole", "short"),
    [
        ('<p class="why">a</p>\n<p id="b">c</p><h3>d</h3>', "<p class=why>a<p id=b>c<h3>d</h3>"),
        ('<p class="v open">a</p> <b>c</b>', '<p class="v open">a</p> <b>c</b>'),
        ("<ul>\n<li>a</li>\n<li>b</li>\n</ul>", "<ul><li>a<li>b</ul>"),
        ("<dl><div><dt>a</dt><dd>b</dd></div><dt>c</dt><dd>d</dd></dl>", "<dl><div><dt>a<dd>b</div><dt>c<dd>d</dl>"),
        (
            '<table><thead><tr><th scope="col">a</th></tr></thead><tbody><tr><td>b</td><td>c</td></tr></tbody></table>',
            "<table><thead><tr><th scope=col>a<tbody><tr><td>b<td>c</table>",
        ),
        ('<svg><use href="#a"/><path d="M1 2"/></svg>', '<svg><use href="#a"/><path d="M1 2"/></svg>'),
        ("<p>a &#34;b&#34; = c</p>\nd", "<p>a &#34;b&#34; = c</p>\nd"),
    ],
)
def test_optional_markup_is_left_out_and_nothing_else(whole, short):
    assert lean(page(whole)) == page(short)
    before, after = (Outline(text.encode()) for text in (page(whole), page(short)))
    assert after.tags == before.tags
    assert after.text == before.text


def test_a_page_without_a_script_is_made_leaner_too():
    assert lean('<style>a{}\n</style><p class="b">c</p><p>d</p>') == "<style>a{}\n</style><p class=b>c<p>d</p>"
