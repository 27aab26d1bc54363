"""Verb 1: bytes to paragraphs and grids of cells, one module a format."""

MAX_BYTES = 50 * 1024 * 1024
