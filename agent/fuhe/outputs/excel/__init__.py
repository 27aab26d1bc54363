"""Workbooks: the list of findings, annotated and revised originals."""
