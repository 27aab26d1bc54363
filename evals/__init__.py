"""How good and how fast fuhe is: measured, against named peers."""
