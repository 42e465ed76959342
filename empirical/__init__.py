"""Methods, models, data and experiments."""
