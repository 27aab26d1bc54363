"""Run the command line: python -m fuhe."""

from fuhe.cli import main

main()
