"""Word documents: annotated and revised originals, official papers, tables."""
