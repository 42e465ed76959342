"""Early stopping under label noise: what follows from preferential up-weighting in the toy model, and what does not."""
