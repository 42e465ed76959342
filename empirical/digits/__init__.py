"""Small networks on scikit-learn's digits: one compiled program, finished parts on disk, sweeps and their cost."""
