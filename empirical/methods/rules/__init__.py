"""One rule for each kind of layer: how to find an example's gradient norm, and the layer's output at that example's perturbed weights."""
