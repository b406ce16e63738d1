//! Notebooks: their cells are read and written, and nothing else of them changes.

use crate::sandbox::Sandbox;

/// As Jupyter writes one, with outputs whose numbers and escapes no other writer would choose.
const NOTEBOOK: &str = r##"{
 "cells": [
  {
   "cell_type": "markdown",
   "metadata": {},
   "source": [
    "# asyncio.run(main()) in words"
   ]
  },
  {
   "cell_type": "code",
   "execution_count": 1,
   "metadata": {"scrolled": true},
   "outputs": [
    {"name": "stdout", "text": ["caf\u00e9 \/ 1.50e+3\n"], "data": 1.50}
   ],
   "source": [
    "%matplotlib inline\n",
    "import asyncio\n",
    "\n",
    "async def main(name):\n",
    "    return name"
   ]
  },
  {
   "cell_type": "code",
   "source": "%%time\nasyncio.run(main('a'))",
   "metadata": {},
   "outputs": [],
   "execution_count": null
  },
  {
   "cell_type": "code",
   "execution_count": 3,
   "metadata": {},
   "outputs": [],
   "source": [
    "print('é')\n",
    "asyncio.run(main(\"b\"))"
   ]
  }
 ],
 "metadata": {
  "language_info": {"name": "python"}
 },
 "nbformat": 4,
 "nbformat_minor": 5
}"##;

const FIXED: (&str, &str) = (r#""asyncio.run(main(\"b\"))""#, r#""await main(\"b\")""#);

fn fixed() -> String {
    NOTEBOOK.replace(FIXED.0, FIXED.1)
}

const SELECT: [&str; 2] = ["--select", "notebook-asyncio-run"];

#[test]
fn only_the_changed_line_of_a_cell_is_written() {
    let sandbox = Sandbox::new(&[("a.ipynb", NOTEBOOK)]);
    sandbox.run(&["--write"]).expect(0, "the cell awaits");
    assert_eq!(sandbox.text("a.ipynb"), fixed());
    sandbox.run(&["--write"]).expect(0, "nothing is left");
    assert_eq!(sandbox.text("a.ipynb"), fixed(), "the second run changes nothing");
}

#[test]
fn the_diff_is_that_of_the_file() {
    let sandbox = Sandbox::new(&[("a.ipynb", NOTEBOOK)]);
    let diff = sandbox.run(&["--diff"]).expect(1, "there is something to change").stdout;
    let changes: Vec<&str> = diff
        .lines()
        .filter(|line| line.starts_with(['-', '+']) && !line.starts_with("---") && !line.starts_with("+++"))
        .collect();
    assert_eq!(changes, [format!("-    {}", FIXED.0), format!("+    {}", FIXED.1)], "{diff}");
}

#[test]
fn findings_name_the_cell() {
    let sandbox = Sandbox::new(&[("a.ipynb", NOTEBOOK)]);
    let text =
        sandbox.run(&[&SELECT[..], &["--output-format", "concise"]].concat()).expect(1, "found").stdout;
    assert!(text.starts_with("a.ipynb:cell 4:2:1: notebook-asyncio-run "), "{text}");
    let github =
        sandbox.run(&[&SELECT[..], &["--output-format", "github"]].concat()).expect(1, "found").stdout;
    assert!(github.contains("file=a.ipynb::a.ipynb:cell 4:2:1: "), "{github}");
    let json = sandbox.run(&[&SELECT[..], &["--output-format", "json"]].concat()).expect(1, "found").stdout;
    let findings: serde_json::Value = serde_json::from_str(&json).expect("it is JSON");
    let place = |row: u32, column: u32| serde_json::json!({"row": row, "column": column});
    assert_eq!(findings[0]["cell"], 4);
    assert_eq!(findings[0]["location"], place(2, 1));
    let edit = &findings[0]["fix"]["edits"][0];
    assert_eq!((&edit["cell"], &edit["location"]), (&serde_json::json!(4), &place(2, 1)));
}

#[test]
fn standard_input_may_be_a_notebook() {
    let sandbox = Sandbox::new::<&str>(&[]);
    let done = sandbox.run_with_stdin(&["-", "--stdin-filename", "a.ipynb", "--write"], NOTEBOOK);
    assert_eq!(done.expect(0, "the cell awaits").stdout, fixed());
}

#[test]
fn what_is_no_notebook_of_ours_is_left_alone() {
    let julia = NOTEBOOK.replace("\"python\"", "\"julia\"");
    let sandbox = Sandbox::new(&[
        ("julia.ipynb", julia.as_str()),
        (".ipynb_checkpoints/a.ipynb", NOTEBOOK),
        ("empty.ipynb", "{\"cells\": [], \"note\": \"asyncio\"}"),
    ]);
    sandbox.run(&["--write"]).expect(0, "there is nothing for us");
    assert_eq!(sandbox.text("julia.ipynb"), julia);
    sandbox.put("broken.ipynb", "{\"cells\": [\"asyncio\"");
    let broken = sandbox.run(&["--write"]).expect(2, "it is no JSON").stderr;
    assert!(broken.contains("broken.ipynb:1:21: this is not a notebook: a comma is missing"), "{broken}");
}

#[test]
fn an_import_goes_to_the_other_imports_and_none_is_taken_away() {
    let cell = |source: &str| format!("{{\"cell_type\": \"code\", \"source\": {source}}}");
    let notebook = |cells: &[String]| format!("{{\"cells\": [{}]}}\n", cells.join(", "));
    let magic = cell(r#"["%time time.sleep(1)"]"#);
    let body = cell(r#"["async def nap():\n", "    time.sleep(1)\n"]"#);
    let sandbox = Sandbox::new(&[("a.ipynb", notebook(&[cell(r#"["import time"]"#), magic.clone(), body]))]);
    sandbox.run(&["--write", "--select", "time-sleep"]).expect(0, "it is awaited");
    let imports = cell(r#"["import asyncio\n", "import time"]"#);
    let body = cell(r#"["async def nap():\n", "    await asyncio.sleep(1)\n"]"#);
    assert_eq!(sandbox.text("a.ipynb"), notebook(&[imports, magic, body]));
}
