"""Paths to files of forms: folders, archives, pasted text, each read within bounds."""
