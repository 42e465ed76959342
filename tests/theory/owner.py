"""The claim that a statement belongs to."""

from theory.registry import claims


def owner(changed):
    """Return the claim of the statement from which a changed one was made: it has the same part and the same proof."""
    for claim, _ in claims().values():
        for _, statements in claim.forms():
            for statement in statements:
                if statement.part == changed.part and statement.theorem == changed.theorem:
                    return claim
    raise AssertionError(f"no claim states {changed.part}")
