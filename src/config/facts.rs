//! What a project says of itself outside of our own section.
//!
//! These files belong to other tools: what cannot be understood in them is passed over, never an error.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use asyncfix_codemods::{HttpClient, PytestAsyncio, PythonVersion};
use toml::{Table, Value};

/// The facts from the files of one folder and those above it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    /// The oldest Python the project runs on.
    pub(crate) requires_python: Option<PythonVersion>,
    /// Declared packages, names normalised (lower case, `-` for every run of `-_.`).
    pub(crate) dependencies: BTreeSet<String>,
    /// The mode of pytest-asyncio; `None` where pytest is not configured.
    pub(crate) pytest_asyncio: Option<PytestAsyncio>,
}

/// The files read for facts, besides requirements*.txt.
const FILES: [&str; 6] =
    ["pyproject.toml", "setup.cfg", "pytest.ini", ".pytest.ini", "tox.ini", "conftest.py"];

/// Whether a file of this name may hold configuration.
pub(crate) fn is_configuration(name: &str) -> bool {
    FILES.contains(&name) || name == "asyncfix.toml" || is_requirements(name)
}

fn is_requirements(name: &str) -> bool {
    name.starts_with("requirements") && name.ends_with(".txt")
}

impl Facts {
    /// What the files in `folder` say; `None` when there is no such file.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        let mut facts = Self::default();
        let [pyproject, setup, pytest, hidden, tox, conftest] =
            FILES.map(|name| fs::read_to_string(folder.join(name)).ok());
        // Tests next to their `conftest.py` make no project of a folder.
        let mut any = [&pyproject, &setup, &pytest, &hidden, &tox].into_iter().any(Option::is_some);
        let pyproject: Table = pyproject.and_then(|text| text.parse().ok()).unwrap_or_default();
        facts.take_pyproject(&pyproject);
        if let Some(text) = &setup {
            facts.take_setup_cfg(text);
        }
        // The order is pytest's own: docs.pytest.org, "Configuration file formats".
        facts.pytest_asyncio = conftest
            .as_deref()
            .and_then(conftest_mode)
            .or_else(|| pytest.or(hidden).map(|text| ini_mode(&text, "pytest")))
            .or_else(|| pyproject_mode(&pyproject))
            .or_else(|| section_mode(&tox, "pytest"))
            .or_else(|| section_mode(&setup, "tool:pytest"));
        // A folder that is a project's, or the only way to tell one: requirements.txt without anything else.
        let names = if any { requirement_files(folder) } else { vec!["requirements.txt".to_owned()] };
        for name in names {
            let Ok(text) = fs::read_to_string(folder.join(name)) else { continue };
            any = true;
            facts.dependencies.extend(text.lines().filter_map(package));
        }
        (any || facts.pytest_asyncio.is_some()).then_some(facts)
    }

    /// These facts, with those of the folder above where they are silent.
    pub(crate) fn under(mut self, above: &Self) -> Self {
        self.requires_python = self.requires_python.or(above.requires_python);
        self.pytest_asyncio = self.pytest_asyncio.or(above.pytest_asyncio);
        self.dependencies.extend(above.dependencies.iter().cloned());
        self
    }

    /// The client that takes the place of requests when the configuration names none.
    pub(crate) fn http_client(&self) -> HttpClient {
        if self.dependencies.contains("httpx2") && !self.dependencies.contains("httpx") {
            HttpClient::Httpx2
        } else {
            HttpClient::Httpx
        }
    }

    fn take_pyproject(&mut self, file: &Table) {
        let project = file.get("project");
        let poetry = file.get("tool").and_then(|tool| tool.get("poetry"));
        let requires = project.and_then(|project| project.get("requires-python"));
        let requires = requires.or_else(|| poetry?.get("dependencies")?.get("python"));
        self.requires_python = requires.and_then(Value::as_str).and_then(lower_bound);

        let groups =
            [project.and_then(|project| project.get("optional-dependencies")), file.get("dependency-groups")];
        let lists = groups.into_iter().flatten().filter_map(Value::as_table).flat_map(Table::values);
        let uv = file.get("tool").and_then(|tool| tool.get("uv")?.get("dev-dependencies"));
        let lists = lists.chain(project.and_then(|project| project.get("dependencies"))).chain(uv);
        let specifiers = lists.filter_map(Value::as_array).flatten().filter_map(Value::as_str);
        self.dependencies.extend(specifiers.filter_map(package));

        let groups = poetry.and_then(|poetry| poetry.get("group")).and_then(Value::as_table);
        let tables = groups.into_iter().flat_map(Table::values).filter_map(|group| group.get("dependencies"));
        let tables = tables.chain(poetry.and_then(|poetry| poetry.get("dependencies")));
        let tables = tables.chain(poetry.and_then(|poetry| poetry.get("dev-dependencies")));
        let names = tables.filter_map(Value::as_table).flat_map(Table::keys).filter(|name| *name != "python");
        self.dependencies.extend(names.filter_map(|name| package(name)));
    }

    fn take_setup_cfg(&mut self, text: &str) {
        let requires = ini_value(text, "options", "python_requires");
        self.requires_python = self.requires_python.or_else(|| requires.as_deref().and_then(lower_bound));
        let install = ini_value(text, "options", "install_requires").unwrap_or_default();
        self.dependencies.extend(install.lines().filter_map(package));
    }
}

fn requirement_files(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    names.filter(|name| is_requirements(name)).collect()
}

/// The package a requirement names, normalised as PEP 503 says; `None` for options, comments and addresses.
fn package(requirement: &str) -> Option<String> {
    let requirement = requirement.trim();
    if !requirement.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let end = requirement.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.'));
    let (name, rest) = requirement.split_at(end.unwrap_or(requirement.len()));
    if rest.starts_with([':', '/', '+']) {
        return None;
    }
    let words = name.split(['-', '_', '.']).filter(|word| !word.is_empty());
    Some(words.collect::<Vec<_>>().join("-").to_ascii_lowercase())
}

/// The oldest version a specifier such as `>=3.9,<4`, `^3.10` or `~=3.11` admits. Of alternatives (`||`) the
/// oldest counts, of restrictions the strictest.
fn lower_bound(specifier: &str) -> Option<PythonVersion> {
    let bound = |alternative: &str| {
        let parts = alternative.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty());
        // A space may stand between the operator and the version: `>= 3.9`.
        let joined = parts.fold(Vec::<String>::new(), |mut joined, part| {
            match joined.last_mut() {
                Some(last) if last.ends_with(['=', '>', '<', '~', '^']) => last.push_str(part),
                _ => joined.push(part.to_owned()),
            }
            joined
        });
        joined.iter().filter_map(|part| at_least(part)).max()
    };
    specifier.split("||").map(bound).min()?
}

fn at_least(part: &str) -> Option<PythonVersion> {
    let operators = [">=", "===", "==", "~=", "^", "~", ">"];
    let version = operators
        .iter()
        .find_map(|operator| part.strip_prefix(operator))
        .or_else(|| part.starts_with(|c: char| c.is_ascii_digit()).then_some(part))?;
    let mut numbers = version.trim().split('.');
    let major: u8 = numbers.next()?.parse().ok()?;
    let minor = numbers.next().and_then(|minor| minor.parse().ok()).unwrap_or(0);
    // Code for Python 2 too must run on every Python 3.
    Some(if major < 3 { PythonVersion::py3(0) } else { PythonVersion { major, minor } })
}

/// The mode that an option and the arguments pytest is given by the same file set; the arguments win, as they do on
/// the command line (`docs.pytest.org`, "addopts").
fn mode(option: &str, arguments: &str) -> PytestAsyncio {
    let words: Vec<&str> = arguments.split([' ', '\n', '\t', '\'', '"', '=']).collect();
    let given = words.windows(2).rev().find_map(|pair| (pair[0] == "--asyncio-mode").then_some(pair[1]));
    match given.unwrap_or(option.trim()) {
        "auto" => PytestAsyncio::Auto,
        "" | "strict" => PytestAsyncio::Strict,
        _ => PytestAsyncio::Unknown,
    }
}

/// The mode set in pyproject.toml; pytest 9 also reads `[tool.pytest]` itself.
fn pyproject_mode(file: &Table) -> Option<PytestAsyncio> {
    let pytest = file.get("tool")?.get("pytest")?;
    let options = pytest.get("ini_options").unwrap_or(pytest);
    let option = options.get("asyncio_mode").and_then(Value::as_str).unwrap_or_default();
    let arguments = match options.get("addopts") {
        Some(Value::String(arguments)) => arguments.clone(),
        Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
        _ => String::new(),
    };
    Some(mode(option, &arguments))
}

/// The mode set in this section; `None` when the file has no such section.
fn section_mode(text: &Option<String>, section: &str) -> Option<PytestAsyncio> {
    let text = text.as_deref()?;
    let heading = format!("[{section}]");
    text.lines().any(|line| line.trim_end() == heading).then(|| ini_mode(text, section))
}

fn ini_mode(text: &str, section: &str) -> PytestAsyncio {
    let value = |key| ini_value(text, section, key).unwrap_or_default();
    mode(&value("asyncio_mode"), &value("addopts"))
}

/// The mode that a conftest.py sets: `config.option.asyncio_mode = "auto"`. Anything else it does about the mode is
/// more than can be read off a line.
fn conftest_mode(text: &str) -> Option<PytestAsyncio> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let line = lines.find(|line| line.contains("asyncio_mode"))?;
    let value = line.split_once(".asyncio_mode").and_then(|(_, rest)| rest.trim_start().strip_prefix('='));
    Some(match value.map(|value| value.trim().trim_matches(['"', '\''])) {
        Some("auto") => PytestAsyncio::Auto,
        Some("strict") => PytestAsyncio::Strict,
        _ => PytestAsyncio::Unknown,
    })
}

/// A value in an INI file as Python's configparser reads it: continued on indented lines.
fn ini_value(text: &str, section: &str, key: &str) -> Option<String> {
    let heading = format!("[{section}]");
    let inside = text.lines().skip_while(|line| line.trim_end() != heading).skip(1);
    let mut lines = inside.take_while(|line| !line.starts_with('['));
    let first = lines.by_ref().find_map(|line| {
        let (name, value) = line.split_once(['=', ':'])?;
        (name.trim_end() == key).then(|| value.trim().to_owned())
    })?;
    let more = lines.take_while(|line| line.starts_with([' ', '\t']) || line.trim().is_empty());
    Some(more.fold(first, |value, line| format!("{value}\n{}", line.trim())).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_python_is_read_from_specifiers() {
        let cases = [
            (">=3.9", Some(9)),
            (">=3.9,<4", Some(9)),
            ("<4, >= 3.10", Some(10)),
            ("^3.11", Some(11)),
            ("~=3.12.1", Some(12)),
            ("==3.13.*", Some(13)),
            (">3.7", Some(7)),
            (">=3", Some(0)),
            ("^2.7 || ^3.8", Some(0)),
            (">=3.8,!=3.9.0,>=3.10", Some(10)),
            ("3.12", Some(12)),
            ("*", None),
            ("<4", None),
            ("", None),
        ];
        for (specifier, minor) in cases {
            assert_eq!(lower_bound(specifier), minor.map(PythonVersion::py3), "{specifier}");
        }
    }

    #[test]
    fn a_requirement_names_a_package() {
        let cases = [
            ("httpx", Some("httpx")),
            ("  Flask_SQLAlchemy[x]>=2 ; python_version < '3'", Some("flask-sqlalchemy")),
            ("zope.interface==1", Some("zope-interface")),
            ("pkg @ https://example.org/pkg.zip", Some("pkg")),
            ("# comment", None),
            ("-r other.txt", None),
            ("git+https://example.org/x.git", None),
            ("https://example.org/x.zip", None),
            ("./local", None),
            ("", None),
        ];
        for (requirement, name) in cases {
            assert_eq!(package(requirement).as_deref(), name, "{requirement}");
        }
    }

    #[test]
    fn the_mode_of_pytest_asyncio_is_read_wherever_it_is_set() {
        use PytestAsyncio::{Auto, Strict, Unknown};
        type Files = &'static [(&'static str, &'static str)];
        let cases: &[(Files, Option<PytestAsyncio>)] = &[
            (&[], None),
            (&[("pyproject.toml", "[project]\nname = 'a'\n")], None),
            (&[("pyproject.toml", "[tool.pytest.ini_options]\nasyncio_mode = 'auto'\n")], Some(Auto)),
            (&[("pyproject.toml", "[tool.pytest]\nasyncio_mode = 'auto'\n")], Some(Auto)),
            (&[("pyproject.toml", "[tool.pytest.ini_options]\naddopts = '-q'\n")], Some(Strict)),
            (
                &[("pyproject.toml", "[tool.pytest.ini_options]\naddopts = ['--asyncio-mode=auto']\n")],
                Some(Auto),
            ),
            (&[("pytest.ini", "[pytest]\naddopts = -q --asyncio-mode auto\n")], Some(Auto)),
            (&[("pytest.ini", "[pytest]\nasyncio_mode = legacy\n")], Some(Unknown)),
            (&[(".pytest.ini", "[pytest]\nasyncio_mode = auto\n")], Some(Auto)),
            (&[("tox.ini", "[tox]\nasyncio_mode = auto\n")], None),
            (&[("tox.ini", "[pytest]\nasyncio_mode=strict\n")], Some(Strict)),
            (&[("setup.cfg", "[tool:pytest]\nasyncio_mode = auto\n")], Some(Auto)),
            (
                &[(
                    "conftest.py",
                    "def pytest_configure(config):\n    config.option.asyncio_mode = 'auto'\n",
                )],
                Some(Auto),
            ),
            (&[("conftest.py", "mode = config.getoption('asyncio_mode')\n")], Some(Unknown)),
            (&[("conftest.py", "import pytest\n")], None),
            // pytest reads the first of its files that it finds, and nothing of the others.
            (
                &[
                    ("pytest.ini", "[pytest]\naddopts = -q\n"),
                    ("pyproject.toml", "[tool.pytest.ini_options]\nasyncio_mode = 'auto'\n"),
                ],
                Some(Strict),
            ),
        ];
        for (files, expected) in cases {
            let folder = tempfile::tempdir().expect("the system has a temporary folder");
            for (name, text) in *files {
                fs::write(folder.path().join(name), text).expect("it can be written");
            }
            let found = Facts::read(folder.path()).and_then(|facts| facts.pytest_asyncio);
            assert_eq!(found, *expected, "{files:?}");
        }
    }

    #[test]
    fn values_are_found_in_ini_files() {
        let text = "[tox]\nasyncio_mode = no\n[pytest]\naddopts = -q\nasyncio_mode=auto\n\n[options]\n\
                    install_requires =\n    httpx>=1\n\n    aiohttp\nzip_safe = no\n";
        assert_eq!(ini_value(text, "pytest", "asyncio_mode").as_deref(), Some("auto"));
        assert_eq!(ini_value(text, "options", "install_requires").as_deref(), Some("httpx>=1\n\naiohttp"));
        assert_eq!(ini_value(text, "other", "asyncio_mode"), None);
    }
}
