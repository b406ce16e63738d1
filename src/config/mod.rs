//! The configuration in force for each folder: what the files say, and the command line on top.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use asyncfix_codemods::{Applicability, CODEMODS, HttpClient, PythonVersion, Selection, Settings};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use toml::Spanned;

use crate::args::{Args, parse_version};
use crate::paths::tidy;
use crate::write::io;

mod facts;
mod globs;

pub(crate) use globs::Globs;

use facts::Facts;
pub(crate) use facts::is_configuration;

/// `[tool.asyncfix]` in pyproject.toml, or all of asyncfix.toml.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
struct Section {
    select: Option<Vec<Spanned<String>>>,
    extend_select: Vec<Spanned<String>>,
    ignore: Vec<Spanned<String>>,
    exclude: Vec<Spanned<String>>,
    per_file_ignores: BTreeMap<Spanned<String>, Vec<Spanned<String>>>,
    target_version: Option<Spanned<String>>,
    unsafe_fixes: Option<bool>,
    http_client: Option<Spanned<String>>,
    timeout: Option<Spanned<f64>>,
    concurrency_limit: Option<Spanned<i64>>,
    helper_module: Option<Spanned<String>>,
    project_roots: Vec<String>,
    blocking_calls: BTreeMap<String, String>,
    thread_offloaders: Vec<String>,
    not_blocking: Vec<String>,
}

#[derive(Deserialize)]
struct Pyproject {
    tool: Tool,
}

#[derive(Deserialize)]
struct Tool {
    asyncfix: Section,
}

/// A checked [`Section`].
#[derive(Debug)]
struct Layer {
    /// What `exclude`, `per-file-ignores` and `project-roots` are relative to.
    folder: PathBuf,
    section: Section,
    target: Option<PythonVersion>,
    http_client: Option<HttpClient>,
    exclude: Arc<Globs>,
    per_file_ignores: Vec<(Globs, Vec<String>)>,
}

/// What holds for the files of one folder.
#[derive(Debug)]
pub(crate) struct Folder {
    settings: Arc<Settings>,
    /// The lowest level of the fixes that are applied.
    pub(crate) threshold: Applicability,
    /// What is not looked at.
    pub(crate) exclude: Arc<Globs>,
    layer: Option<Arc<Layer>>,
    facts: Arc<Facts>,
}

impl Folder {
    /// The settings of one file in this folder.
    pub(crate) fn settings(&self, file: &Path) -> Arc<Settings> {
        let per_file = self.layer.iter().flat_map(|layer| &layer.per_file_ignores);
        let mut matching = per_file.filter(|(globs, _)| globs.matches(file)).peekable();
        if matching.peek().is_none() {
            return Arc::clone(&self.settings);
        }
        let mut settings = Settings::clone(&self.settings);
        for (_, names) in matching {
            remove(&mut settings.selection, names);
        }
        Arc::new(settings)
    }

    /// Whether some of its files have settings of their own.
    pub(crate) fn has_exceptions(&self) -> bool {
        self.layer.as_ref().is_some_and(|layer| !layer.per_file_ignores.is_empty())
    }

    /// The folders modules are imported from, as absolute paths.
    pub(crate) fn project_roots(&self) -> Vec<PathBuf> {
        let layer = self.layer.iter();
        layer
            .flat_map(|layer| layer.section.project_roots.iter().map(|root| layer.folder.join(root)))
            .collect()
    }
}

/// Finds and keeps the configuration of folders.
#[derive(Debug)]
pub(crate) struct Configs<'a> {
    args: &'a Args,
    cwd: &'a Path,
    /// `--config`: it holds everywhere.
    given: Option<Arc<Layer>>,
    cache: FxHashMap<PathBuf, Arc<Folder>>,
    /// Folders already walked, and those below them that hold a file to read.
    walked: Vec<PathBuf>,
    noted: FxHashSet<PathBuf>,
}

impl<'a> Configs<'a> {
    /// Reads what the command line names.
    ///
    /// # Errors
    /// The file or a name on the command line is wrong.
    pub(crate) fn new(args: &'a Args, cwd: &'a Path) -> Result<Self> {
        for name in args.select.iter().flatten().chain(&args.extend_select).chain(&args.ignore) {
            known(name).map_err(|problem| anyhow!("{problem} (see --list)"))?;
        }
        let given = args.config.as_deref().map(|path| explicit(path, cwd)).transpose()?;
        let given = given.map(Arc::new);
        Ok(Self {
            args,
            cwd,
            given,
            cache: FxHashMap::default(),
            walked: Vec::new(),
            noted: FxHashSet::default(),
        })
    }

    /// Takes what a walk has seen: the folder it went through, and the folders in it that hold a configuration.
    pub(crate) fn learn(&mut self, walked: PathBuf, with_files: Vec<PathBuf>) {
        self.noted.extend(with_files);
        self.walked.push(walked);
    }

    /// Whether a file in `folder` may have to be read. Below a walked folder nothing is asked of the disk.
    fn may_hold_files(&self, folder: &Path) -> bool {
        self.noted.contains(folder)
            || !self.walked.iter().any(|walked| folder != walked && folder.starts_with(walked))
    }

    /// The configuration of the files in `folder`, an absolute path.
    ///
    /// # Errors
    /// A configuration file is wrong.
    pub(crate) fn folder(&mut self, folder: &Path) -> Result<Arc<Folder>> {
        if let Some(known) = self.cache.get(folder) {
            return Ok(Arc::clone(known));
        }
        let above = match folder.parent() {
            Some(parent) if !self.args.isolated => self.folder(parent)?,
            _ => Arc::new(self.build(self.given.clone(), Arc::default())?),
        };
        let found = if !self.args.isolated && self.may_hold_files(folder) {
            Found::read(folder, self.cwd)?
        } else {
            None
        };
        let here = match found {
            None => above,
            Some(found) => {
                let layer = match (&self.given, found.layer) {
                    (None, Some(layer)) => Some(Arc::new(layer)),
                    _ => above.layer.clone(),
                };
                Arc::new(self.build(layer, Arc::new(found.facts.under(&above.facts)))?)
            }
        };
        self.cache.insert(folder.to_owned(), Arc::clone(&here));
        Ok(here)
    }

    /// Lays the command line over the file's section, and both over what the project says of itself.
    fn build(&self, layer: Option<Arc<Layer>>, facts: Arc<Facts>) -> Result<Folder> {
        let none = Section::default();
        let section = layer.as_ref().map_or(&none, |layer| &layer.section);
        let defaults = Settings::default();
        let from_layer = |value: fn(&Layer) -> Option<PythonVersion>| layer.as_deref().and_then(value);
        let target = self.args.target_version.or(from_layer(|layer| layer.target)).or(facts.requires_python);
        let client = layer.as_ref().and_then(|layer| layer.http_client);
        let settings = Settings {
            selection: self.selection(section),
            target: target.unwrap_or(defaults.target),
            http_client: client.unwrap_or_else(|| facts.http_client()),
            timeout: section.timeout.as_ref().map(|timeout| *timeout.get_ref()),
            concurrency_limit: match &section.concurrency_limit {
                Some(limit) => u32::try_from(*limit.get_ref()).context("the limit was checked")?,
                None => defaults.concurrency_limit,
            },
            helper_module: section.helper_module.as_ref().map(|module| module.get_ref().clone()),
            dependencies: facts.dependencies.iter().cloned().collect(),
            blocking_calls: section.blocking_calls.clone().into_iter().collect(),
            thread_offloaders: section.thread_offloaders.clone(),
            not_blocking: section.not_blocking.clone(),
            make_async: self.args.make_async.clone(),
            pytest_asyncio: facts.pytest_asyncio.unwrap_or_default(),
        };
        let unsafe_fixes = self.args.wants_unsafe_fixes().or(section.unsafe_fixes).unwrap_or(false);
        Ok(Folder {
            settings: Arc::new(settings),
            threshold: if unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe },
            exclude: layer.as_ref().map(|layer| Arc::clone(&layer.exclude)).unwrap_or_default(),
            layer,
            facts,
        })
    }

    /// `--select` takes the place of all that the file says; the other two options add to it.
    fn selection(&self, section: &Section) -> Selection {
        let mut selection = match (&self.args.select, &section.select) {
            (Some(names), _) => chosen(names),
            (None, Some(names)) => chosen(values(names)),
            (None, None) => Selection::defaults(),
        };
        if self.args.select.is_none() {
            insert(&mut selection, values(&section.extend_select));
            remove(&mut selection, values(&section.ignore));
        }
        insert(&mut selection, &self.args.extend_select);
        if !self.args.make_async.is_empty() {
            insert(&mut selection, &["make-async".to_owned()]);
        }
        remove(&mut selection, &self.args.ignore);
        selection
    }
}

fn values(names: &[Spanned<String>]) -> impl Iterator<Item = &String> {
    names.iter().map(Spanned::get_ref)
}

fn chosen<'n>(names: impl IntoIterator<Item = &'n String>) -> Selection {
    let mut selection = Selection::none();
    insert(&mut selection, names);
    selection
}

fn insert<'n>(selection: &mut Selection, names: impl IntoIterator<Item = &'n String>) {
    for name in names {
        if name == "all" {
            for codemod in Selection::all().iter() {
                selection.insert(codemod.name);
            }
        } else {
            selection.insert(name);
        }
    }
}

fn remove<'n>(selection: &mut Selection, names: impl IntoIterator<Item = &'n String>) {
    for name in names {
        if name == "all" {
            *selection = Selection::none();
        } else {
            selection.remove(name);
        }
    }
}

/// Checks the name of a codemod.
///
/// # Errors
/// What is wrong, with the nearest name there is.
pub(crate) fn known(name: &str) -> Result<(), String> {
    if name == "all" || asyncfix_codemods::codemod(name).is_some() {
        return Ok(());
    }
    let same_mistake = CODEMODS.iter().find(|codemod| codemod.aliases.contains(&name));
    let nearest = match same_mistake {
        Some(codemod) => Some(codemod.name),
        None => nearest(name, CODEMODS.iter().map(|codemod| codemod.name).chain(["all"])),
    };
    Err(match nearest {
        Some(nearest) => format!("there is no codemod `{name}`: did you mean `{nearest}`?"),
        None => format!("there is no codemod `{name}`"),
    })
}

/// The candidate most like `word`, if one is like it at all.
fn nearest<'c>(word: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let likeness = |candidate: &str| strsim::jaro_winkler(&word.replace('_', "-"), candidate);
    candidates
        .map(|candidate| (likeness(candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate)
}

/// The files of configuration in one folder.
struct Found {
    layer: Option<Layer>,
    facts: Facts,
}

impl Found {
    /// `None` when the folder has no such file.
    fn read(folder: &Path, cwd: &Path) -> Result<Option<Self>> {
        let facts = Facts::read(folder);
        let own = folder.join("asyncfix.toml");
        let layer = match read(&own, cwd)? {
            Some(text) => Some(Layer::parse(&own, &text, cwd)?),
            None => {
                let path = folder.join("pyproject.toml");
                // Read again only where it speaks of us: a pyproject.toml that is broken or odd elsewhere
                // is not ours to complain of.
                match read(&path, cwd)? {
                    Some(text) if has_section(&text) => Some(Layer::parse(&path, &text, cwd)?),
                    _ => None,
                }
            }
        };
        Ok((layer.is_some() || facts.is_some()).then(|| Self { layer, facts: facts.unwrap_or_default() }))
    }
}

fn has_section(text: &str) -> bool {
    match text.parse::<toml::Table>() {
        Ok(table) => table.get("tool").and_then(|tool| tool.get("asyncfix")).is_some(),
        Err(_) => text.contains("tool.asyncfix"),
    }
}

/// The text of the file, or `None` when there is none.
fn read(path: &Path, cwd: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error)
            if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) =>
        {
            Ok(None)
        }
        Err(error) => Err(anyhow!("{}: cannot read the configuration: {}", tidy(path, cwd), io(&error))),
    }
}

/// The file named by `--config`.
fn explicit(path: &Path, cwd: &Path) -> Result<Layer> {
    let absolute = cwd.join(path);
    let Some(text) = read(&absolute, cwd)? else {
        bail!("{}: there is no such configuration file", path.display())
    };
    if is_pyproject(path) && !has_section(&text) {
        bail!("{}: it has no [tool.asyncfix] section", path.display());
    }
    Layer::parse(&absolute, &text, cwd)
}

fn is_pyproject(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "pyproject.toml")
}

impl Layer {
    fn parse(path: &Path, text: &str, cwd: &Path) -> Result<Self> {
        let parsed = if is_pyproject(path) {
            toml::from_str::<Pyproject>(text).map(|file| file.tool.asyncfix)
        } else {
            toml::from_str::<Section>(text)
        };
        let source = Source { path, shown: tidy(path, cwd), text };
        let section = parsed.map_err(|error| source.error_at(error.span(), &say(error.message())))?;
        Self::check(section, &source)
    }

    fn check(section: Section, source: &Source<'_>) -> Result<Self> {
        let folder = source.path.parent().unwrap_or(Path::new("/")).to_owned();
        let named = section.select.iter().flatten().chain(&section.extend_select).chain(&section.ignore);
        for name in named.chain(section.per_file_ignores.values().flatten()) {
            source.check(name, known(name.get_ref()))?;
        }
        let target = match &section.target_version {
            Some(version) => Some(source.check(version, parse_version(version.get_ref()))?),
            None => None,
        };
        let http_client = match &section.http_client {
            Some(client) => Some(source.check(client, parse_client(client.get_ref()))?),
            None => None,
        };
        if let Some(timeout) = &section.timeout {
            let valid = timeout.get_ref().is_finite() && *timeout.get_ref() > 0.0;
            source.check(
                timeout,
                valid.then_some(()).ok_or("the timeout must be a number of seconds above 0"),
            )?;
        }
        if let Some(limit) = &section.concurrency_limit {
            let valid = (1..=i64::from(u32::MAX)).contains(limit.get_ref());
            source.check(
                limit,
                valid.then_some(()).ok_or("the concurrency limit must be a whole number above 0"),
            )?;
        }
        if let Some(module) = &section.helper_module {
            let valid = module.get_ref().split('.').all(is_identifier);
            source.check(
                module,
                valid.then_some(()).ok_or("this is not the name of a module such as `package.aio`"),
            )?;
        }
        let mut exclude = Globs::new(folder.clone());
        for pattern in &section.exclude {
            source.check(pattern, exclude.add(pattern.get_ref()))?;
        }
        let mut per_file_ignores = Vec::new();
        for (pattern, names) in &section.per_file_ignores {
            let mut globs = Globs::new(folder.clone());
            source.check(pattern, globs.add(pattern.get_ref()))?;
            per_file_ignores.push((globs, values(names).cloned().collect()));
        }
        Ok(Self { folder, section, target, http_client, exclude: Arc::new(exclude), per_file_ignores })
    }
}

fn parse_client(name: &str) -> Result<HttpClient, String> {
    [HttpClient::Httpx, HttpClient::Httpx2]
        .into_iter()
        .find(|client| client.module() == name)
        .ok_or_else(|| format!("`{name}` is not an HTTP client asyncfix writes: use `httpx` or `httpx2`"))
}

fn is_identifier(word: &str) -> bool {
    word.chars().all(|c| c == '_' || c.is_alphanumeric())
        && !word.starts_with(|c: char| c.is_numeric())
        && !word.is_empty()
}

/// What the TOML reader says, in our words where we have better ones.
fn say(message: &str) -> String {
    let Some(rest) = message.strip_prefix("unknown field `") else {
        return message.trim_end().replace('\n', ", ");
    };
    let mut words = rest.split('`').step_by(2);
    let key = words.next().unwrap_or_default();
    let keys: Vec<&str> = rest.split('`').skip(2).step_by(2).collect();
    match nearest(key, keys.into_iter()) {
        Some(nearest) => format!("unknown key `{key}`: did you mean `{nearest}`?"),
        None => format!("unknown key `{key}`"),
    }
}

/// A configuration file that is being read.
struct Source<'s> {
    path: &'s Path,
    shown: String,
    text: &'s str,
}

impl Source<'_> {
    /// Adds the place of `value` to an error about it.
    fn check<T, V>(&self, value: &Spanned<V>, result: Result<T, impl Into<String>>) -> Result<T> {
        result.map_err(|message| self.error_at(Some(value.span()), &message.into()))
    }

    fn error_at(&self, span: Option<std::ops::Range<usize>>, message: &str) -> anyhow::Error {
        let path = &self.shown;
        let Some(before) = span.and_then(|span| self.text.get(..span.start)) else {
            return anyhow!("{path}: {message}");
        };
        let row = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        anyhow!("{path}:{row}:{column}: {message}")
    }
}
