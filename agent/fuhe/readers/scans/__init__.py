"""Pages that are only pictures: rulings and letters found in the pixels, handed to the same lattice as text pages."""
