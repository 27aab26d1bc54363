"""What the workbench does: files that come in, forms that are worked on, files that go out."""
