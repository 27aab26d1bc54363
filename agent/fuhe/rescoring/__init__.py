"""Findings to the bureau's own score by its standard, and the work that follows from it: samples, notices, 对照."""
