"""Section 3: linear models."""
