"""Who is let in, as whom, and who is at work on a form."""
