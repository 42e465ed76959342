"""Section 4.2: two-layer deep linear networks."""
