//! Jupyter notebooks: the Python in their cells as one text, and back into the JSON that holds it.
//!
//! A notebook is never printed: the strings that hold a changed line are replaced, every other byte of the file, be it
//! of outputs, metadata or white space, is as it was. (`ruff_notebook` would sort the keys.) The format:
//! nbformat.readthedocs.io, version 4.

mod json;

use std::collections::HashMap;
use std::ops::Range;

use json::{Kind, Value};
use ruff_python_parser::{Mode, ParseOptions, parse};

use super::finding::Edit;

/// A cell of a notebook within the text of all its cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// Its place among all cells of the notebook, those without code included, from 1.
    pub number: u32,
    /// Its first byte in the text of all cells. It ends where the next begins, after a newline that is not its own.
    pub start: u32,
}

/// A notebook with Python in it.
#[derive(Debug)]
pub struct Notebook {
    json: String,
    sources: Vec<Value>,
    python: String,
    cells: Vec<Cell>,
}

/// Why a file is no notebook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotebookError {
    /// Lines of the JSON, from 1.
    pub row: usize,
    /// Characters, from 1.
    pub column: usize,
    /// What is wrong, lower case, no final stop.
    pub message: String,
}

impl Notebook {
    /// Reads a notebook. `None` when there is no Python in it: it is in another language, or of a version before 4.
    ///
    /// Cells that begin with a cell magic (`%%bash`, `%%time`) are left out, since what runs there is not a cell's
    /// code as such, and so are those that are not Python, in which IPython may still see something.
    ///
    /// # Errors
    /// The text is not JSON.
    pub fn parse(json: String) -> Result<Option<Self>, NotebookError> {
        let root = json::parse(&json).map_err(|fault| NotebookError::at(&json, &fault))?;
        if !is_python(&json, &root) {
            return Ok(None);
        }
        let Some(Kind::Array(cells)) = taken(&json, root, "cells").map(|cells| cells.kind) else {
            return Ok(None);
        };
        let mut notebook = Self { sources: Vec::new(), python: String::new(), cells: Vec::new(), json };
        for (number, cell) in (1..).zip(cells) {
            notebook.take(number, cell);
        }
        Ok((!notebook.cells.is_empty()).then_some(notebook))
    }

    /// Adds the code of a cell, if it has any that we can read.
    fn take(&mut self, number: u32, cell: Value) {
        if cell.get(&self.json, "cell_type").and_then(|kind| kind.string(&self.json)).as_deref()
            != Some("code")
        {
            return;
        }
        // Editors let a cell be in another language than the notebook.
        let editors =
            cell.get(&self.json, "metadata").and_then(|metadata| metadata.get(&self.json, "vscode"));
        let language = editors.and_then(|vscode| vscode.get(&self.json, "languageId")?.string(&self.json));
        if language.is_some_and(|language| language != "python") {
            return;
        }
        let Some(source) = taken(&self.json, cell, "source") else { return };
        let Some(code) = said(&self.json, &source) else { return };
        if !is_plain_python(&code) {
            return;
        }
        let Ok(start) = u32::try_from(self.python.len()) else { return };
        self.cells.push(Cell { number, start });
        self.python.push_str(&code);
        self.python.push('\n');
        self.sources.push(source);
    }

    /// The code of all cells, each with a newline after it.
    #[must_use]
    pub fn python(&self) -> &str {
        &self.python
    }

    /// Where the cells begin in [`Self::python`].
    #[must_use]
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The notebook's JSON with other code in its cells: `python` holds that of all of them, which begin at `cells`.
    #[must_use]
    pub fn with_python(&self, python: &str, cells: &[Cell]) -> String {
        let mut edits = Vec::new();
        for (index, source) in self.sources.iter().enumerate() {
            let old = code_of(&self.python, &self.cells, index);
            let mut new = code_of(python, cells, index);
            // The blank lines that set a definition off from what follows set off nothing at the end of a cell.
            if !old.ends_with('\n') {
                new = new.trim_end_matches(['\n', '\r']);
            }
            if old != new {
                let content = replaced(&self.json, source, new);
                edits.push(Edit::replacement(source.span.start as u32, source.span.end as u32, content));
            }
        }
        super::apply::apply(&self.json, &edits)
    }
}

impl NotebookError {
    fn at(json: &str, fault: &json::Fault) -> Self {
        let mut at = fault.at.min(json.len());
        while !json.is_char_boundary(at) {
            at -= 1;
        }
        let before = &json[..at];
        let line = before.rsplit('\n').next().unwrap_or_default();
        Self {
            row: before.matches('\n').count() + 1,
            column: line.chars().count() + 1,
            message: format!("this is not a notebook: {}", fault.message),
        }
    }
}

/// Takes the value of a key out of an object.
fn taken(json: &str, object: Value, name: &str) -> Option<Value> {
    let Kind::Object(entries) = object.kind else { return None };
    let is_name = |key: &Range<usize>| json[key.start + 1..key.end - 1] == *name;
    entries.into_iter().find(|(key, _)| is_name(key)).map(|(_, value)| value)
}

/// Whether the notebook's own metadata name no other language.
fn is_python(json: &str, root: &Value) -> bool {
    let Some(metadata) = root.get(json, "metadata") else { return true };
    let named = |group: &str, key: &str| metadata.get(json, group)?.get(json, key)?.string(json);
    let language = named("kernelspec", "language").or_else(|| named("language_info", "name"));
    language.is_none_or(|language| language.eq_ignore_ascii_case("python"))
}

/// What a source says: one string, or the lines of it.
fn said(json: &str, source: &Value) -> Option<String> {
    match &source.kind {
        Kind::String => source.string(json),
        Kind::Array(items) => items.iter().map(|item| item.string(json)).collect(),
        Kind::Object(_) | Kind::Other => None,
    }
}

/// Whether a cell is Python with IPython's line magics at most.
fn is_plain_python(code: &str) -> bool {
    let mut lines = code.lines().map(str::trim_start);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with('#'));
    let is_cell_magic = first.is_some_and(|line| line.starts_with("%%"));
    !is_cell_magic && parse(code, ParseOptions::from(Mode::Ipython)).is_ok()
}

/// The code of a cell without the newline that sets it off from the next.
fn code_of<'t>(python: &'t str, cells: &[Cell], index: usize) -> &'t str {
    let end = cells.get(index + 1).map_or(python.len(), |next| next.start as usize);
    let code = &python[cells[index].start as usize..end];
    code.strip_suffix('\n').unwrap_or(code)
}

/// A source with other code in it: lines that stay keep the bytes they have, and so does what stands between them.
fn replaced(json: &str, source: &Value, code: &str) -> String {
    let items = match &source.kind {
        Kind::Array(items) => items.as_slice(),
        _ => std::slice::from_ref(source),
    };
    let mut known: HashMap<String, &str> = HashMap::new();
    for raw in items.iter().flat_map(|item| raw_lines(&json[item.inside()])) {
        if let Some(said) = json::decode(raw) {
            known.entry(said).or_insert(raw);
        }
    }
    // Whoever wrote the file escapes everything that is not ASCII, or nothing.
    let ascii = json.is_ascii() && json.contains("\\u");
    let raw_of = |line: &str| match known.get(line) {
        Some(raw) => (*raw).to_owned(),
        None => json::encode(line, ascii),
    };
    if matches!(source.kind, Kind::String) {
        let raw: String = code.split_inclusive('\n').map(raw_of).collect();
        return format!("\"{raw}\"");
    }
    let text = |range: Range<usize>| &json[range];
    let (Some(first), Some(last)) = (items.first(), items.last()) else {
        let lines: Vec<String> =
            code.split_inclusive('\n').map(|line| format!("\"{}\"", raw_of(line))).collect();
        return format!("[{}]", lines.join(comma(json)));
    };
    // Items at both ends that say the same stay as they are.
    let said: Vec<String> = items.iter().filter_map(|item| item.string(json)).collect();
    let mut rest = code;
    let mut before = 0;
    while before < said.len()
        && said[before].ends_with('\n')
        && let Some(after) = rest.strip_prefix(said[before].as_str())
    {
        rest = after;
        before += 1;
    }
    let mut after = said.len();
    while after > before
        && let Some(shorter) = rest.strip_suffix(said[after - 1].as_str())
        && (shorter.is_empty() || shorter.ends_with('\n'))
    {
        rest = shorter;
        after -= 1;
    }
    let kept = |range: Range<usize>| items[range].iter().map(|item| text(item.span.clone()).to_owned());
    let changed = rest.split_inclusive('\n').map(|line| format!("\"{}\"", raw_of(line)));
    let all: Vec<String> = kept(0..before).chain(changed).chain(kept(after..items.len())).collect();
    let opening = text(source.span.start..first.span.start);
    let closing = text(last.span.end..source.span.end);
    let between = match items {
        [one, two, ..] => text(one.span.end..two.span.start).to_owned(),
        _ if opening.len() > 1 => format!(",{}", &opening[1..]),
        _ => comma(json).to_owned(),
    };
    if all.is_empty() { "[]".to_owned() } else { format!("{opening}{}{closing}", all.join(&between)) }
}

/// What stands between values on one line: Python's `json` puts a space there unless it is told to write little.
fn comma(json: &str) -> &'static str {
    if json.contains("\": ") { ", " } else { "," }
}

/// The lines of a string by its bytes between the quotes: each ends with the escape of a newline.
fn raw_lines(raw: &str) -> Vec<&str> {
    let bytes = raw.as_bytes();
    let mut lines = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < bytes.len() {
        let escape = (bytes[at] == b'\\').then(|| bytes.get(at + 1)).flatten();
        at += if escape.is_some() { 2 } else { 1 };
        if escape == Some(&b'n') {
            lines.push(&raw[start..at]);
            start = at;
        }
    }
    if start < raw.len() {
        lines.push(&raw[start..]);
    }
    lines
}

/// Moves the cells of a text as `edits`, sorted and disjoint, move their first bytes. What is inserted right between
/// two cells goes to the first of them if that ends with an import, and to the second otherwise.
pub(crate) fn moved(cells: &[Cell], text: &str, edits: &[Edit]) -> Vec<Cell> {
    let shift = |cell: &Cell| {
        let before = edits.iter().filter(|edit| match (edit.start == edit.end, edit.end.cmp(&cell.start)) {
            (true, std::cmp::Ordering::Equal) => follows_import(text, cell.start),
            (_, order) => order.is_le(),
        });
        let change: i64 =
            before.map(|edit| edit.content.len() as i64 - i64::from(edit.end - edit.start)).sum();
        Cell { start: u32::try_from(i64::from(cell.start) + change).unwrap_or(cell.start), ..*cell }
    };
    cells.iter().map(shift).collect()
}

fn follows_import(text: &str, at: u32) -> bool {
    let line = text[..at as usize].lines().rev().find(|line| !line.trim().is_empty());
    line.is_some_and(|line| line.starts_with("import ") || line.starts_with("from "))
}

/// Whether an edit reaches from one cell into another.
pub(crate) fn crosses(cells: &[Cell], edit: &Edit) -> bool {
    cells.iter().any(|cell| edit.start < cell.start && cell.start < edit.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A notebook of this metadata, whose cells are these values of JSON.
    fn notebook(metadata: &str, cells: &[&str]) -> String {
        let cells: Vec<String> = cells.iter().map(|cell| format!("  {cell}")).collect();
        format!("{{\n \"metadata\": {metadata},\n \"cells\": [\n{}\n ]}}\n", cells.join(",\n"))
    }

    fn code(source: &str) -> String {
        format!(
            "{{\"source\": {source}, \"outputs\": [{{\"n\": 1.50, \"t\": \"\\u00e9\\/\"}}], \"cell_type\": \"code\"}}"
        )
    }

    #[test]
    fn the_code_of_all_cells_is_one_text() {
        let json = notebook(
            "{}",
            &[
                &code(r#"["import a\n", "a.b()"]"#),
                r##"{"cell_type": "markdown", "source": ["# await\n"]}"##,
                &code(r#""x = 1\ny = 2\n""#),
                &code(r#"["%%bash\n", "ls"]"#),
                &code(r#"["pip install x"]"#),
                &code(r#"["ls()"], "metadata": {"vscode": {"languageId": "r"}}"#),
                &code(r#"["%matplotlib inline\n", "!ls\n", "z?"]"#),
                &code("[]"),
            ],
        );
        let notebook = Notebook::parse(json).expect("it is JSON").expect("it has code");
        assert_eq!(notebook.python(), "import a\na.b()\nx = 1\ny = 2\n\n%matplotlib inline\n!ls\nz?\n\n");
        let cells: Vec<(u32, u32)> = notebook.cells().iter().map(|cell| (cell.number, cell.start)).collect();
        assert_eq!(cells, [(1, 0), (3, 15), (7, 28), (8, 54)]);
    }

    #[test]
    fn what_is_no_python_is_nothing() {
        let r = r#"{"kernelspec": {"language": "R"}}"#;
        let julia = r#"{"language_info": {"name": "julia"}}"#;
        for (json, has_code) in [
            (notebook("{}", &[&code("[\"x\"]")]), true),
            (notebook(r#"{"kernelspec": {"language": "python"}}"#, &[&code("[\"x\"]")]), true),
            (notebook(r, &[&code("[\"x\"]")]), false),
            (notebook(julia, &[&code("[\"x\"]")]), false),
            (notebook("{}", &[&code("[\"%%bash\"]")]), false),
            ("{\"worksheets\": []}".to_owned(), false),
            ("[]".to_owned(), false),
        ] {
            assert_eq!(Notebook::parse(json.clone()).expect("it is JSON").is_some(), has_code, "{json}");
        }
        let error = Notebook::parse("{\n \"cells\" [}".to_owned()).expect_err("a colon is missing");
        assert_eq!((error.row, error.column), (2, 10), "{}", error.message);
    }

    /// Replaces a piece of the code and gives the JSON.
    fn changed(json: &str, from: &str, to: &str) -> String {
        let notebook = Notebook::parse(json.to_owned()).expect("it is JSON").expect("it has code");
        let at = notebook.python().find(from).expect("it is there") as u32;
        let edits = [Edit::replacement(at, at + from.len() as u32, to)];
        let cells = moved(notebook.cells(), notebook.python(), &edits);
        notebook.with_python(&super::super::apply::apply(notebook.python(), &edits), &cells)
    }

    #[test]
    fn only_the_strings_of_changed_lines_change() {
        let lines =
            code("[\n    \"import a\\n\",\n    \"caf\\u00e9()\\n\",\n    \"old()\\n\",\n    \"b()\"\n   ]");
        let text = code(r#""import a\ncaf\u00e9()\nold()\nb()""#);
        let one = code(r#"[ "old()" ]"#);
        let joined = code(r#"["x = 1\nold()\n", "y"]"#);
        let both = notebook("{ \"z\":1e5 }", &[&lines, &text]);
        for (json, from, to, expected) in [
            (&both, "old()", "new('\"')", both.replacen("\"old()\\n\"", "\"new('\\\"')\\n\"", 1)),
            (
                &both,
                "import a\n",
                "import a\nimport b\n",
                both.replacen("\"import a\\n\",\n    ", "\"import a\\n\",\n    \"import b\\n\",\n    ", 1),
            ),
            (&both, "old()\nb()", "b()", both.replacen("\"old()\\n\",\n    ", "", 1)),
            (&notebook("{}", &[&text]), "old()\n", "", notebook("{}", &[&text.replacen(r"old()\n", "", 1)])),
            (&notebook("{}", &[&one]), "old()", "new()", notebook("{}", &[&one.replacen("old", "new", 1)])),
            (
                &notebook("{}", &[&one]),
                "old()",
                "a()\nb()",
                notebook("{}", &[&one.replacen("\"old()\"", r#""a()\n", "b()""#, 1)]),
            ),
            (&notebook("{}", &[&one]), "old()\n", "", notebook("{}", &[&code("[]")])),
            (
                &notebook("{}", &[&code("[]"), &one]),
                "\n",
                "c()\n",
                notebook("{}", &[&code(r#"["c()"]"#), &one]),
            ),
            (
                &notebook("{}", &[&joined]),
                "old()",
                "new()",
                notebook("{}", &[&joined.replacen(r#""x = 1\nold()\n""#, r#""x = 1\n", "new()\n""#, 1)]),
            ),
        ] {
            assert_eq!(changed(json, from, to), expected, "{from} -> {to} in {json}");
            assert_eq!(changed(json, from, from), *json, "nothing changed in {json}");
        }
    }

    #[test]
    fn cells_move_with_what_is_before_them() {
        let cells =
            [Cell { number: 1, start: 0 }, Cell { number: 2, start: 9 }, Cell { number: 4, start: 11 }];
        let text = "import a\nb\nc\n";
        let starts = |edits: &[Edit]| -> Vec<u32> {
            moved(&cells, text, edits).iter().map(|cell| cell.start).collect()
        };
        assert_eq!(starts(&[]), [0, 9, 11]);
        assert_eq!(starts(&[Edit::insertion(0, "xy\n")]), [0, 12, 14], "before the first cell's code");
        assert_eq!(starts(&[Edit::insertion(9, "import b\n")]), [0, 18, 20], "after an import");
        assert_eq!(starts(&[Edit::insertion(11, "x\n")]), [0, 9, 11], "after something else");
        assert_eq!(starts(&[Edit::replacement(9, 11, "")]), [0, 9, 9]);
        assert!(crosses(&cells, &Edit::replacement(8, 10, "")));
        assert!(!crosses(&cells, &Edit::replacement(9, 11, "")));
    }
}
