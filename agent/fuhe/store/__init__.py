"""What was read and found, and what people decided, on SQLite or PostgreSQL."""
