"""The workbench: pages over the same functions, for one person on one computer or a section on its network."""
