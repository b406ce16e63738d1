"""Runs the cells of `analysis.ipynb` as a kernel does: in a loop that runs all the time, awaiting what they await."""

import ast
import asyncio
import inspect
import json
import pathlib

NOTEBOOK = json.loads(pathlib.Path(__file__).with_name("analysis.ipynb").read_text(encoding="utf-8"))


async def run_cells():
    names = {"__name__": "__main__"}
    for number, cell in enumerate(NOTEBOOK["cells"], 1):
        if cell["cell_type"] != "code":
            continue
        source = "".join(cell["source"])
        code = compile(source, f"cell {number}", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        made = eval(code, names)
        if inspect.iscoroutine(made):
            await made


if __name__ == "__main__":
    asyncio.run(run_cells())
