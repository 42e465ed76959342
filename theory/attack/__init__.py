"""The ways to prove and to attack a statement. Each module is one way; none knows a claim of the paper."""
