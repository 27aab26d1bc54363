"""What fuhe is compared with: other ways to check the same forms, each a function from a case to what it says."""
