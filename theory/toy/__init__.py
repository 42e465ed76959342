"""Appendix B and B.1: test accuracy on the toy distribution, and the asymptotics of 1-SAM."""
