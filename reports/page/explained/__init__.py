"""Pictures that stand beside a theorem and explain it: a module for each claim, with its numbers in plain Python and its drawing."""
