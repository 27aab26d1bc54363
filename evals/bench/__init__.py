"""Speed and memory, each figure beside its floor or peer in the same run.

One module is one subject (start, formats, families, …) and offers one function:

    def measures() -> Iterator[Figure]:
        yield from alternated({"json.loads (floor)": lambda: json.loads(text), "read": lambda: read(text)})
        yield Figure("peak memory", "MB", (peak_of("-m", "fuhe", "check", path),))

`Figure` is a name, a unit, the values of all runs and, in `beside`, the figure of the same module to divide by;
`figure.py` has it with the ways to measure: `alternated` (calls here, floor first, in turn so that noise meets all alike),
`children` (the same with commands), `peak_of` (memory of a command). Make fixtures inside `measures()`, bound every load,
and raise `AbsentError("what is missing")` where a peer is not installed.

Nothing is registered: `python -m evals.bench` finds every module here that has `measures`, collects, and prints a table or,
with `--json`, the same as JSON; `--only NAME` (repeatable) runs the modules named.
"""
