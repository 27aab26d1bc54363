"""Verb 4: records, findings and drafts to what people and programs read."""
