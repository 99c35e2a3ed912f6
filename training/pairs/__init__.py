"""Pairs of pictures with exact ground truth, drawn in batches on the training device."""
