"""The compact DKM (Edstedt et al., "DKM: Dense Kernelized Feature Matching for Geometry Estimation", CVPR 2023)."""
