"""A number stands with its noun in the right form."""

import pytest

from reports.counted import counted


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [
        (0, "claim", "0 claims"),
        (1, "claim", "1 claim"),
        (2, "claim", "2 claims"),
        (1, "near miss", "1 near miss"),
        (12345, "near miss", "12,345 near misses"),
    ],
)
def test_one_is_singular_and_all_else_plural(number, noun, words):
    assert counted(number, noun) == words
