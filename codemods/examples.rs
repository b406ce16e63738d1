//! The format of the examples in the codemods, and a parser for it.
//!
//! An example is a small diff with a title. It is documentation and test at once: `--explain` and the READMEs show
//! it, the tests run it.
//!
//! ```text
//! # a call in a coroutine is awaited
//! +import asyncio
//!  import time
//!  async def poll():
//! -    time.sleep(1)
//! +    await asyncio.sleep(1)
//! # a plain function is left alone
//!  import time
//!  def poll():
//!      time.sleep(1)
//! ```
//!
//! The first column says what a line is:
//!
//! * `# ` begins an example with its title.
//! * `! ` is a directive, see below; directives follow the title.
//! * `@ ` and a path begin a file; without it the lines are those of `example.py`. Files see one another.
//!   The lines of a notebook, a path that ends in `.ipynb`, are those of its cells: each begins with `# %%`.
//! * A blank, `-` or `+` mark a line of the file that stays, goes or comes. An empty line is an empty line that
//!   stays, but at the end of a file it is there for the eye only.
//!
//! Without a directive, an example with `-` or `+` is rewritten as shown by safe fixes alone, and one without is
//! left alone: no finding at all. The directives, of which the first three exclude one another:
//!
//! * `! unsafe`: the fix is applied only with `--unsafe-fixes`.
//! * `! suggested`: there is a fix, never applied; where the example shows `-` and `+`, its edits make them.
//! * `! reported`: there is a finding without a fix.
//! * After each of these three, a text may follow that the message or the reason of a finding must contain.
//! * `! python 3.8`, `! http-client httpx2`, `! timeout 30`, `! limit 20`, `! helper-module pkg.aio`,
//!   `! depends anyio`, `! blocking-call legacy.* = use the new client`, `! thread-offloader pkg.in_thread`,
//!   `! not-blocking pkg.fast.*`, `! pytest-asyncio auto` (or `strict`), `! make-async pkg.mod:func`: the
//!   configuration.
//! * `! select make-async`: codemods that run besides the one that has the example.
//! * `! by default`: the codemod runs as it does without `--select`: its pedantic findings are not made.

use std::fmt;

use crate::engine::finding::Applicability;
use crate::engine::notebook::Cell;
use crate::engine::settings::{HttpClient, PytestAsyncio, PythonVersion, Selection, Settings};

/// The path of an example's only file, if it gives none.
pub const DEFAULT_PATH: &str = "example.py";

/// Where the cells begin in the text of a notebook as an example shows it.
#[must_use]
pub fn marked_cells(text: &str) -> Vec<Cell> {
    let mut start = 0;
    let mut cells = Vec::new();
    for line in text.split_inclusive('\n') {
        if line.starts_with("# %%") {
            cells.push(Cell { number: cells.len() as u32 + 1, start });
        }
        start += line.len() as u32;
    }
    cells
}

/// One example of a codemod.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// What it shows: lower case, no final stop.
    pub title: String,
    /// The line of the title in the text that was parsed, from 1.
    pub row: usize,
    /// What is expected, and under which configuration.
    pub directives: Directives,
    /// At least one, the paths distinct.
    pub files: Vec<ExampleFile>,
}

/// What a codemod is expected to do with an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expectation {
    /// No finding.
    LeftAlone,
    /// Findings, none with a fix.
    Reported,
    /// Findings whose fixes are of this level: [`Applicability::Suggested`] ones are not applied.
    Fixed(Applicability),
}

/// What the lines that begin with `! ` say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Directives {
    /// The directives as they were written, without the `! `.
    pub written: Vec<String>,
    /// From `unsafe`, `suggested` and `reported`.
    pub expectation: Option<Expectation>,
    /// What the message or the reason of a finding must contain.
    pub says: Option<String>,
    /// The oldest Python the code must run on.
    pub python: Option<PythonVersion>,
    /// What requests becomes.
    pub http_client: Option<HttpClient>,
    /// Seconds.
    pub timeout: Option<f64>,
    /// Awaitables at a time.
    pub limit: Option<u32>,
    /// The module that holds the helpers.
    pub helper_module: Option<String>,
    /// Packages the project declares.
    pub depends: Vec<String>,
    /// Codemods switched on besides the one that has the example.
    pub select: Vec<String>,
    /// Whether the codemods run as they do without `--select`.
    pub by_default: bool,
    /// Patterns of names that block, and advice.
    pub blocking_calls: Vec<(String, String)>,
    /// Functions that run their first argument in a thread.
    pub thread_offloaders: Vec<String>,
    /// Patterns of names that do not block.
    pub not_blocking: Vec<String>,
    /// Functions that are to become coroutine functions.
    pub make_async: Vec<String>,
    /// The mode of pytest-asyncio.
    pub pytest_asyncio: PytestAsyncio,
}

/// One file of an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleFile {
    /// Relative, with `/`.
    pub path: String,
    /// The lines in their order.
    pub lines: Vec<ExampleLine>,
    /// The text as it is found.
    pub before: String,
    /// The text as it is left; equal to `before` when nothing changes.
    pub after: String,
}

/// One line of a file of an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleLine {
    /// What becomes of it.
    pub mark: Mark,
    /// The line without its mark and newline.
    pub text: String,
}

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// It stays.
    Same,
    /// It goes.
    Removed,
    /// It comes.
    Added,
}

impl Mark {
    /// The character in the first column.
    #[must_use]
    pub fn as_char(self) -> char {
        match self {
            Self::Same => ' ',
            Self::Removed => '-',
            Self::Added => '+',
        }
    }
}

/// Why a text is not a list of examples.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExampleError {
    /// The line at fault, from 1.
    pub row: usize,
    /// What is wrong with it, lower case, no final stop.
    pub message: String,
}

impl fmt::Display for ExampleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {} of the examples: {}", self.row, self.message)
    }
}

impl std::error::Error for ExampleError {}

/// The examples in `text`, in their order.
///
/// # Errors
/// [`ExampleError`] for the first line that does not fit the format, and for directives that contradict one another
/// or the lines.
pub fn parse(text: &str) -> Result<Vec<Example>, ExampleError> {
    let mut examples = Vec::new();
    let mut draft: Option<Draft> = None;
    for (index, line) in text.lines().enumerate() {
        let row = index + 1;
        let fail = |message: String| ExampleError { row, message };
        if let Some(title) = line.strip_prefix("# ") {
            if let Some(done) = draft.replace(Draft::new(title, row)) {
                examples.push(done.finish()?);
            }
            continue;
        }
        match &mut draft {
            Some(draft) => draft.take(line).map_err(fail)?,
            None if line.is_empty() => {}
            None => {
                return Err(fail("the first example has no title (a line that begins with `# `)".to_owned()));
            }
        }
    }
    if let Some(done) = draft {
        examples.push(done.finish()?);
    }
    Ok(examples)
}

/// An example whose end has not been seen.
struct Draft {
    title: String,
    row: usize,
    directives: Directives,
    files: Vec<(String, Vec<ExampleLine>)>,
}

impl Draft {
    fn new(title: &str, row: usize) -> Self {
        Self { title: title.trim().to_owned(), row, directives: Directives::default(), files: Vec::new() }
    }

    fn take(&mut self, line: &str) -> Result<(), String> {
        let (mark, text) = match line.split_at_checked(1) {
            None if line.is_empty() => (Mark::Same, ""),
            Some((" ", text)) => (Mark::Same, text),
            Some(("-", text)) => (Mark::Removed, text),
            Some(("+", text)) => (Mark::Added, text),
            Some(("!", directive)) => {
                if !self.files.is_empty() {
                    return Err("directives follow the title, before the first line of a file".to_owned());
                }
                return self.directives.read(directive.trim());
            }
            Some(("@", path)) => return self.begin_file(path.trim()),
            _ => return Err(format!("`{line}` begins with none of `# `, `! `, `@ `, ` `, `-` and `+`")),
        };
        if self.files.is_empty() && line.is_empty() {
            return Ok(());
        }
        if self.files.is_empty() {
            self.files.push((DEFAULT_PATH.to_owned(), Vec::new()));
        }
        if let Some((_, lines)) = self.files.last_mut() {
            lines.push(ExampleLine { mark, text: text.to_owned() });
        }
        Ok(())
    }

    fn begin_file(&mut self, path: &str) -> Result<(), String> {
        if path.is_empty() || path.starts_with('/') || path.contains(char::is_whitespace) {
            return Err(format!("`{path}` is not a relative path"));
        }
        if self.files.iter().any(|(other, _)| other == path) {
            return Err(format!("the file `{path}` is there already"));
        }
        self.files.push((path.to_owned(), Vec::new()));
        Ok(())
    }

    fn finish(self) -> Result<Example, ExampleError> {
        let Self { title, row, directives, files } = self;
        let fail = |message: &str| Err(ExampleError { row, message: format!("`{title}` {message}") });
        let files: Vec<ExampleFile> =
            files.into_iter().map(|(path, lines)| ExampleFile::new(path, lines)).collect();
        if files.is_empty() {
            return fail("has no lines");
        }
        let has_marks = files.iter().flat_map(|file| &file.lines).any(|line| line.mark != Mark::Same);
        let changes = files.iter().any(|file| file.before != file.after);
        match directives.expectation {
            _ if has_marks && !changes => return fail("takes away what it adds"),
            Some(Expectation::Reported) if changes => return fail("is reported only, but shows a change"),
            Some(Expectation::Fixed(Applicability::Unsafe)) if !changes => {
                return fail("is unsafe, but shows no change");
            }
            _ => {}
        }
        Ok(Example { title, row, directives, files })
    }
}

impl ExampleFile {
    fn new(path: String, mut lines: Vec<ExampleLine>) -> Self {
        while lines.last().is_some_and(|line| line.mark == Mark::Same && line.text.is_empty()) {
            lines.pop();
        }
        let text_without = |gone: Mark| {
            let kept = lines.iter().filter(|line| line.mark != gone);
            kept.flat_map(|line| [line.text.as_str(), "\n"]).collect::<String>()
        };
        Self { before: text_without(Mark::Added), after: text_without(Mark::Removed), path, lines }
    }
}

impl Directives {
    /// Takes one directive, without its `! `.
    fn read(&mut self, directive: &str) -> Result<(), String> {
        let (key, value) =
            directive.split_once(' ').map_or((directive, ""), |(key, value)| (key, value.trim()));
        let expectation = match key {
            "reported" => Some(Expectation::Reported),
            "suggested" => Some(Expectation::Fixed(Applicability::Suggested)),
            "unsafe" => Some(Expectation::Fixed(Applicability::Unsafe)),
            _ => None,
        };
        if expectation.is_some() {
            if self.expectation.is_some() {
                return Err(format!("`{key}` contradicts a directive before it"));
            }
            self.expectation = expectation;
            self.says = (!value.is_empty()).then(|| value.to_owned());
        } else {
            if value.is_empty() {
                return Err(format!("the directive `{key}` is unknown or has no value"));
            }
            self.configure(key, value)?;
        }
        self.written.push(directive.to_owned());
        Ok(())
    }

    fn configure(&mut self, key: &str, value: &str) -> Result<(), String> {
        let wrong = || format!("`{value}` is not a value of `{key}`");
        let names = || value.split(',').map(|name| name.trim().to_owned());
        match key {
            "python" => self.python = Some(python_version(value).ok_or_else(wrong)?),
            "http-client" => {
                let clients = [HttpClient::Httpx, HttpClient::Httpx2];
                let client = clients.into_iter().find(|client| client.module() == value);
                self.http_client = Some(client.ok_or_else(wrong)?);
            }
            "timeout" => self.timeout = Some(value.parse().map_err(|_| wrong())?),
            "limit" => self.limit = Some(value.parse().map_err(|_| wrong())?),
            "helper-module" => self.helper_module = Some(value.to_owned()),
            "depends" => self.depends.extend(names()),
            "select" => self.select.extend(names()),
            "blocking-call" => {
                let (pattern, advice) = value.split_once('=').ok_or_else(wrong)?;
                self.blocking_calls.push((pattern.trim().to_owned(), advice.trim().to_owned()));
            }
            "thread-offloader" => self.thread_offloaders.extend(names()),
            "not-blocking" => self.not_blocking.extend(names()),
            "make-async" => self.make_async.extend(names()),
            "by" if value == "default" => self.by_default = true,
            "pytest-asyncio" => {
                self.pytest_asyncio = match value {
                    "auto" => PytestAsyncio::Auto,
                    "strict" => PytestAsyncio::Strict,
                    _ => return Err(wrong()),
                };
            }
            _ => return Err(format!("the directive `{key}` is unknown")),
        }
        Ok(())
    }
}

/// `3.8` as a version.
fn python_version(text: &str) -> Option<PythonVersion> {
    let (major, minor) = text.split_once('.')?;
    Some(PythonVersion { major: major.parse().ok()?, minor: minor.parse().ok()? })
}

impl Example {
    /// What a codemod is expected to do with it.
    #[must_use]
    pub fn expectation(&self) -> Expectation {
        match self.directives.expectation {
            Some(expectation) => expectation,
            None if self.changes() => Expectation::Fixed(Applicability::Safe),
            None => Expectation::LeftAlone,
        }
    }

    /// Whether a file of it is different afterwards.
    #[must_use]
    pub fn changes(&self) -> bool {
        self.files.iter().any(|file| file.before != file.after)
    }

    /// The settings it asks for, with only the codemod `name` and those of `! select` switched on.
    ///
    /// # Errors
    /// The first name that is not a codemod's.
    pub fn settings(&self, name: &str) -> Result<Settings, String> {
        let asked = self.directives.clone();
        let mut selection = Selection::none();
        for name in asked.select.iter().map(String::as_str).chain([name]) {
            if !selection.insert(name) {
                return Err(format!("there is no codemod `{name}`"));
            }
        }
        if asked.by_default {
            selection = Selection::defaults();
            for other in crate::CODEMODS.iter().filter(|codemod| codemod.name != name) {
                selection.remove(other.name);
            }
        }
        let usual = Settings::default();
        Ok(Settings {
            selection,
            target: asked.python.unwrap_or(usual.target),
            http_client: asked.http_client.unwrap_or(usual.http_client),
            timeout: asked.timeout.or(usual.timeout),
            concurrency_limit: asked.limit.unwrap_or(usual.concurrency_limit),
            helper_module: asked.helper_module.or(usual.helper_module),
            dependencies: asked.depends,
            blocking_calls: asked.blocking_calls,
            thread_offloaders: asked.thread_offloaders,
            not_blocking: asked.not_blocking,
            make_async: asked.make_async,
            pytest_asyncio: asked.pytest_asyncio,
        })
    }

    /// Its lines with their marks, ready to be shown. Where there are several files, or one with a path of its own,
    /// `@@ path @@` stands above each.
    #[must_use]
    pub fn diff(&self) -> String {
        self.show(|path| format!("@@ {path} @@"), |line| format!("{}{}", line.mark.as_char(), line.text))
    }

    /// Its title, its directives and its lines as Markdown: a diff where it changes something, else Python.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut title = self.title.clone();
        if let Some(first) = title.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        let written = &self.directives.written;
        let notes = if written.is_empty() { String::new() } else { format!(" ({})", written.join("; ")) };
        let (language, lines) = if self.changes() {
            ("diff", self.diff())
        } else {
            ("python", self.show(|path| format!("# {path}"), |line| line.text.clone()))
        };
        format!("{title}{notes}:\n\n```{language}\n{lines}```\n")
    }

    fn show(&self, heading: impl Fn(&str) -> String, line: impl Fn(&ExampleLine) -> String) -> String {
        let has_headings = self.files.iter().any(|file| file.path != DEFAULT_PATH);
        let mut shown = String::new();
        for file in &self.files {
            if has_headings {
                shown.push_str(&heading(&file.path));
                shown.push('\n');
            }
            for marked in &file.lines {
                shown.push_str(line(marked).trim_end());
                shown.push('\n');
            }
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "
# in a coroutine
+import asyncio
 import time

 async def poll():
     # a comment, not a title
-    time.sleep(1)
+    await asyncio.sleep(1)

# across files
! unsafe somebody should look
! python 3.12
! depends anyio, trio
! blocking-call legacy.* = use `new`
@ app.py
 from pkg import helper
-helper.load()
+helper.fetch()
@ pkg/helper.py

 def load(): ...

# left alone
 pass
# reported
! reported custom
 pass
";

    #[test]
    fn the_sample_is_read() {
        let examples = parse(SAMPLE).unwrap();
        let titles: Vec<(&str, usize)> = examples.iter().map(|e| (e.title.as_str(), e.row)).collect();
        assert_eq!(
            titles,
            [("in a coroutine", 2), ("across files", 11), ("left alone", 24), ("reported", 26)]
        );
        let expectations: Vec<Expectation> = examples.iter().map(Example::expectation).collect();
        assert_eq!(
            expectations,
            [
                Expectation::Fixed(Applicability::Safe),
                Expectation::Fixed(Applicability::Unsafe),
                Expectation::LeftAlone,
                Expectation::Reported,
            ]
        );

        let [file] = examples[0].files.as_slice() else { panic!("one file: {examples:?}") };
        assert_eq!(file.path, DEFAULT_PATH);
        assert_eq!(
            file.before,
            "import time\n\nasync def poll():\n    # a comment, not a title\n    time.sleep(1)\n"
        );
        assert_eq!(
            file.after,
            "import asyncio\nimport time\n\nasync def poll():\n    # a comment, not a title\n    await asyncio.sleep(1)\n"
        );

        let [app, helper] = examples[1].files.as_slice() else { panic!("two files: {examples:?}") };
        assert_eq!((app.path.as_str(), helper.path.as_str()), ("app.py", "pkg/helper.py"));
        assert_eq!(helper.before, "\ndef load(): ...\n");
        let directives = &examples[1].directives;
        assert_eq!(directives.says.as_deref(), Some("somebody should look"));
        assert_eq!(directives.python, Some(PythonVersion::py3(12)));
        assert_eq!(directives.depends, ["anyio", "trio"]);
        assert_eq!(directives.blocking_calls, [("legacy.*".to_owned(), "use `new`".to_owned())]);
        assert_eq!(examples[3].directives.says.as_deref(), Some("custom"));
    }

    #[test]
    fn examples_are_shown_as_they_were_written() {
        let examples = parse(SAMPLE).unwrap();
        assert_eq!(
            examples[0].markdown(),
            "In a coroutine:\n\n```diff\n+import asyncio\n import time\n\n async def poll():\n     \
             # a comment, not a title\n-    time.sleep(1)\n+    await asyncio.sleep(1)\n```\n"
        );
        assert_eq!(
            examples[1].diff(),
            "@@ app.py @@\n from pkg import helper\n-helper.load()\n+helper.fetch()\n@@ pkg/helper.py @@\n\n \
             def load(): ...\n"
        );
        assert_eq!(examples[3].markdown(), "Reported (reported custom):\n\n```python\npass\n```\n");
    }

    #[test]
    fn every_setting_can_be_asked_for() {
        let text = "# all\n! python 3.8\n! http-client httpx2\n! timeout 2.5\n! limit 20\n! helper-module pkg.aio\n\
                    ! depends anyio\n! blocking-call a.b = c\n! thread-offloader x.y\n! not-blocking z.*\n! make-async a:b\n\
                    ! pytest-asyncio auto\n pass\n";
        let [example] = parse(text).unwrap().try_into().unwrap();
        let owned = |text: &str| text.to_owned();
        let expected = Settings {
            selection: Selection::none(),
            target: PythonVersion::py3(8),
            http_client: HttpClient::Httpx2,
            timeout: Some(2.5),
            concurrency_limit: 20,
            helper_module: Some(owned("pkg.aio")),
            dependencies: vec![owned("anyio")],
            blocking_calls: vec![(owned("a.b"), owned("c"))],
            thread_offloaders: vec![owned("x.y")],
            make_async: vec![owned("a:b")],
            not_blocking: vec![owned("z.*")],
            pytest_asyncio: PytestAsyncio::Auto,
        };
        assert_eq!(example.settings("no-such-codemod"), Err(owned("there is no codemod `no-such-codemod`")));
        for codemod in crate::CODEMODS {
            let mut expected = expected.clone();
            expected.selection.insert(codemod.name);
            assert_eq!(example.settings(codemod.name), Ok(expected));
        }
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_line() {
        let cases = [
            ("\n pass\n", 2, "the first example has no title"),
            ("# a\n pass\nx = 1\n", 3, "begins with none of"),
            ("# a\n\tpass\n", 2, "begins with none of"),
            ("# a\n#b\n", 2, "begins with none of"),
            ("# a\n# b\n pass\n", 1, "`a` has no lines"),
            ("# a\n\n", 1, "`a` has no lines"),
            ("# a\n pass\n! unsafe\n", 3, "directives follow the title"),
            ("# a\n! unsafe\n pass\n", 1, "shows no change"),
            ("# a\n! reported\n-pass\n", 1, "shows a change"),
            ("# a\n-pass\n+pass\n", 1, "takes away what it adds"),
            ("# a\n! reported\n! unsafe\n pass\n", 3, "contradicts"),
            ("# a\n! colour blue\n pass\n", 2, "`colour` is unknown"),
            ("# a\n! python\n pass\n", 2, "has no value"),
            ("# a\n! python three\n pass\n", 2, "`three` is not a value of `python`"),
            ("# a\n! http-client curl\n pass\n", 2, "`curl` is not a value"),
            ("# a\n! limit -1\n pass\n", 2, "`-1` is not a value"),
            ("# a\n! blocking-call x\n pass\n", 2, "`x` is not a value"),
            ("# a\n! pytest-asyncio legacy\n pass\n", 2, "`legacy` is not a value"),
            ("# a\n@ /abs.py\n pass\n", 2, "not a relative path"),
            ("# a\n@ b.py\n pass\n@ b.py\n pass\n", 4, "there already"),
        ];
        for (text, row, message) in cases {
            let error = parse(text).expect_err(text);
            assert_eq!(error.row, row, "{text:?}: {error}");
            assert!(error.message.contains(message), "{text:?}: {error}");
        }
    }
}
