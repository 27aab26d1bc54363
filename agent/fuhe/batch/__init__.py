"""Many files: a status each, resume, store, local and distributed runners."""
