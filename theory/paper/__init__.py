"""What the paper says of itself: the numbers it quotes, its cross-references, its notation, and how it makes its data."""
