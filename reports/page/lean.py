"""A rendered page in fewer bytes, read alike by a browser: quotes, end tags and line breaks that HTML lets be left out are left out.

Templates stay whole and legible. Text is escaped when it is rendered, so that a quotation mark in the markup is one of an attribute.
"""

from __future__ import annotations

import re

# A value that ends before a slash keeps its quotes: without them the slash of <use href="#a"/> would belong to it.
QUOTED = re.compile(r'="([A-Za-z0-9_#.:-]+)"(?=[ >])')
AFTER_PARAGRAPH = "details|div|dl|figure|ol|p|section|table|ul"
BLOCKS = rf"{AFTER_PARAGRAPH}|dd|dt|li|summary|tbody|td|th|thead|tr"
LEFT_OUT = (
    re.compile(rf"\n(?=</?(?:{BLOCKS})\b)"),  # a line break between blocks is not shown
    re.compile(r"</dt>(?=<dd\b)"),
    re.compile(r"</dd>(?=</div>|</dl>|<d[td]\b)"),
    re.compile(r"</li>(?=</[uo]l>|<li\b)"),
    re.compile(r"</t[dh]>(?=</tr>|<t[dh]\b)"),
    re.compile(r"</tr>(?=</t(?:head|body)>|<tr\b)"),
    re.compile(r"</thead>(?=<tbody\b)"),
    re.compile(r"</tbody>(?=</table>)"),
    re.compile(rf"</p>(?=<(?:{AFTER_PARAGRAPH}|h\d)\b|</(?:article|details|div|li|section)>)"),
)


def lean(page: str) -> str:
    """Return a page without what may be left out; its style sheet and its script, whose bytes its policy names, stay as they are."""
    head, style, after = page.partition("</style>")
    body, script, end = after.rpartition("<script>")
    body = QUOTED.sub(r"=\1", body or end)
    for optional in LEFT_OUT:
        body = optional.sub("", body)
    return head + style + body + (script + end if script else "")
