"""The numbers of a panel are one element of text, in which each letter has its place; all other words stay as they are, above the lines."""

import re

from reports.page import ticks

PANEL = (
    '<svg class="c"><text font-size="9" x="46.4" y="190.6" fill="q">0</text><text font-size="9" x="107.3" y="190.6" fill="q">20</text>'
    '<text font-size="9" x="16.0" y="171.0" fill="q">−2.5</text><text font-size="8" x="250" y="9">1-SAM</text>'
    '<text font-size="9" transform="translate(9 140) rotate(-90)">7</text><path d="M0 0h9"/></svg>'
)


def test_numbers_of_one_look_are_one_text_whose_letters_keep_their_places():
    joined = ticks.together(PANEL)
    [numbers] = re.findall(r'<text font-size="9" x="([^"]*)" y="([^"]*)" fill="q">([^<]*)</text>', joined)
    across, up, words = (numbers[0].split(), numbers[1].split(), numbers[2])
    assert words == "0 20 −2.5"
    assert [across[words.index(number)] for number in ("0", "20", "−2.5")] == ["46.4", "107.3", "16"]
    assert [up[index] for index in (0, 2, 5)] == ["190.6", "190.6", "171.0"]
    assert len(across) == len(up) == len(words) + 1, "the space after the last number has a place too"
    inside = [float(place) for place in across[5:9]]
    assert inside == sorted(inside), "the letters of a number follow one another"


def test_other_words_stay_and_stand_above_the_lines():
    joined = ticks.together(PANEL)
    assert '<text font-size="8" x="250" y="9">1-SAM</text>' in joined
    assert 'rotate(-90)">7</text>' in joined
    assert joined.index("<path") < joined.index("<text")
    assert ticks.together('<svg><text x="1" y="2">a</text></svg>') == '<svg><text x="1" y="2">a</text></svg>'
