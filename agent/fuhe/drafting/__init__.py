"""Verb 3: findings to drafts a person can complete and accept."""
