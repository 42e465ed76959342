"""Data: toy Gaussians, images in packages, folders and binary batches; arrays in memory, clean labels kept for measurement."""
