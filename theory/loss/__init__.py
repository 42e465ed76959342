"""Sections 4.1 and 4.4: what the cross-entropy of K classes says about its logit scale, and what bounds and decays do to it."""
