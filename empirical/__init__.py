"""The paper's methods, exact and fast, and the experiments that measure its claims on the machine at hand."""
