"""Appendix B.2: the naive SAM update in a linear model."""
