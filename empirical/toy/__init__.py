"""Linear models on the paper's toy distribution: training in the span of the data, sweeps, panels and their cost."""
