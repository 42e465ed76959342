"""Training of one run: settings, models, recipe, probes, trainer, and the folder that it can be killed in."""
