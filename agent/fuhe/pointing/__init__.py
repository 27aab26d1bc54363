"""Findings to points: what belongs together, what weighs most, in what words."""
