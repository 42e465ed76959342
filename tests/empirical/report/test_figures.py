"""Names of lines stand in the order in which the lines end."""

import pytest

from empirical.report.figures import Line, Panel, svg


def drawn(*ends):
    """Return the names of lines with these ends as a picture writes them: from bottom to top."""
    lines = [Line([0, 1], [0.0, end], name) for name, end in ends]
    picture = svg([Panel("2NN", "epoch", "accuracy", lines)])
    return sorted((name for name, _ in ends), key=lambda name: picture.index(f"<!-- {name} -->"))


@pytest.mark.parametrize(
    ("ends", "names"),
    [
        ((("clean", 1.0), ("test", 0.97)), ["test", "clean"]),
        ((("test", 0.97), ("clean", 1.0)), ["test", "clean"]),
        ((("descent", 1.0), ("radius", 1.0)), ["descent", "radius"]),
    ],
    ids=["apart", "apart-in-another-order", "equal"],
)
def test_names_stand_in_the_order_of_the_ends_and_equal_ones_in_the_order_of_the_lines(ends, names):
    assert drawn(*ends) == names
