"""Run the command line: python -m fuhe."""

from fuhe.cli import main

# A reading process imports this module again under another name.
if __name__ == "__main__":
    main()
