"""LoFTR (Sun et al., CVPR 2021), trained under the official parameter names with kornia's network."""
