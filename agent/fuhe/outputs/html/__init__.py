"""Pages as one file: a report on forms, the overview of a batch, their charts."""
