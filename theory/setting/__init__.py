"""Section 2: the model, the loss, the methods."""
