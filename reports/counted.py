"""A number with its noun, in the singular or the plural."""


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: 1 part, 2 parts, 10,000 near misses."""
    plural = f"{noun}es" if noun.endswith("s") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"
