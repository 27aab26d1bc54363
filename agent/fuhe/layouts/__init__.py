"""Grids to records: headings, funding, goals, indicator rows, several forms in a file."""
