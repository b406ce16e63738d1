//! Patterns on paths, relative to the folder of the file that has them.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};

/// Patterns as they are written in `exclude` and `per-file-ignores`.
#[derive(Debug, Default)]
pub(crate) struct Globs {
    base: PathBuf,
    matchers: Vec<GlobMatcher>,
}

impl Globs {
    /// No pattern yet; those to come are relative to `base`.
    pub(crate) fn new(base: PathBuf) -> Self {
        Self { base, matchers: Vec::new() }
    }

    /// Adds a pattern. As in .gitignore one without `/` means any file or folder of that name, and a folder
    /// stands for all it holds.
    ///
    /// # Errors
    /// What is wrong with the pattern.
    pub(crate) fn add(&mut self, pattern: &str) -> Result<(), String> {
        let path = pattern.trim_start_matches("./").trim_end_matches('/');
        let anywhere = if path.contains('/') { "" } else { "**/" };
        for inside in ["", "/**"] {
            let glob = GlobBuilder::new(&format!("{anywhere}{}{inside}", path.trim_start_matches('/')))
                .literal_separator(true)
                .build()
                .map_err(|error| format!("`{pattern}` is not a pattern: {}", error.kind()))?;
            self.matchers.push(glob.compile_matcher());
        }
        Ok(())
    }

    /// Whether a pattern matches this absolute path.
    pub(crate) fn matches(&self, path: &Path) -> bool {
        if self.matchers.is_empty() {
            return false;
        }
        let Ok(relative) = path.strip_prefix(&self.base) else { return false };
        self.matchers.iter().any(|matcher| matcher.is_match(relative))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_people_expect() {
        // The pattern, and paths that match and that do not.
        let cases: &[(&str, &[&str], &[&str])] = &[
            ("tests", &["tests/a.py", "x/tests/y/a.py"], &["tests.py", "x/mytests/a.py"]),
            ("tests/", &["tests/a.py"], &["tests.py"]),
            ("tests/*", &["tests/a.py", "tests/b/c.py"], &["x/tests/a.py"]),
            ("*_pb2.py", &["a_pb2.py", "x/y/a_pb2.py"], &["a_pb2.pyi"]),
            ("src/**/gen/*.py", &["src/a/gen/b.py", "src/gen/b.py"], &["gen/b.py"]),
            ("./a.py", &["a.py", "b/a.py"], &["ba.py"]),
        ];
        for (pattern, yes, no) in cases {
            let mut globs = Globs::new(PathBuf::from("/p"));
            globs.add(pattern).expect(pattern);
            for path in *yes {
                assert!(globs.matches(&Path::new("/p").join(path)), "{pattern} matches {path}");
            }
            for path in *no {
                assert!(!globs.matches(&Path::new("/p").join(path)), "{pattern} does not match {path}");
            }
        }
    }
}
