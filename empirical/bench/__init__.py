"""Step times of the methods beside SGD: `python -m empirical.bench`."""
