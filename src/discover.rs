//! From the paths on the command line to the files of the projects around them.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::Read as _;
use std::path::{MAIN_SEPARATOR, Path, PathBuf};
use std::sync::{Arc, Mutex};

use anyhow::{Context as _, Result, bail};
use ignore::{DirEntry, WalkBuilder, WalkState};
use rustc_hash::FxHashMap;

use crate::args::Args;
use crate::config::{Configs, Folder, Globs, is_configuration};
use crate::paths::{lexical, parent, relative, tidy};
use crate::status::Failure;
use crate::write::io;

/// Folders that hold no source of the project: those ruff leaves out, and Python's own cache.
const EXCLUDED: [&str; 31] = [
    ".bzr",
    ".direnv",
    ".eggs",
    ".git",
    ".git-rewrite",
    ".hg",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".nox",
    ".pants.d",
    ".pyenv",
    ".pytest_cache",
    ".pytype",
    ".ruff_cache",
    ".svn",
    ".tox",
    ".venv",
    ".vscode",
    "__pycache__",
    "__pypackages__",
    "_build",
    "buck-out",
    "build",
    "dist",
    "dist-packages",
    "node_modules",
    "site-packages",
    "venv",
    ".asyncfix_cache",
    ".hypothesis",
    ".env",
];

/// One Python file, or a notebook.
#[derive(Debug)]
pub(crate) struct PyFile {
    /// Absolute, without links.
    pub(crate) path: PathBuf,
    /// As it is shown: relative to the current folder or to the path that was given, with `/`.
    pub(crate) shown: String,
    /// Whether it is reported on and rewritten, or only there for others to link to.
    pub(crate) requested: bool,
    /// Whether it was given by itself, not found in a folder: then it is parsed whatever it holds, so that
    /// whoever names a broken file is told.
    pub(crate) named: bool,
    /// The configuration in force.
    pub(crate) folder: Arc<Folder>,
    /// What standard input held, for the file that stands for it.
    pub(crate) stdin: Option<Vec<u8>>,
}

impl PyFile {
    /// Whether its Python is in the cells of a notebook.
    pub(crate) fn is_notebook(&self) -> bool {
        self.path.extension() == Some(OsStr::new("ipynb"))
    }
}

/// The files that are linked with one another.
#[derive(Debug)]
pub(crate) struct Tree {
    /// Module names are relative to this folder.
    pub(crate) root: PathBuf,
    /// Sorted by path.
    pub(crate) files: Vec<PyFile>,
}

/// What discovery found.
#[derive(Debug)]
pub(crate) struct Discovered {
    pub(crate) trees: Vec<Tree>,
    pub(crate) failures: Vec<Failure>,
}

/// What is true of all files of a folder.
struct Place {
    path: PathBuf,
    folder: Arc<Folder>,
    /// What is put before a file's name when the file is shown.
    prefix: String,
    /// Whether the folder, or one around it, was given.
    is_requested: bool,
}

impl Place {
    fn shown(&self, file: &Path) -> String {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        format!("{}{name}", self.prefix)
    }
}

/// The order of [`Path`]s that have no `.`, `..` or double separator in them, without taking them apart.
fn by_parts(a: &Path, b: &Path) -> Ordering {
    let (a, b) = (a.as_os_str().as_encoded_bytes(), b.as_os_str().as_encoded_bytes());
    let rank = |byte: &u8| if *byte == MAIN_SEPARATOR as u8 { 0 } else { u16::from(*byte) + 1 };
    let differs = a.iter().zip(b).find(|(a, b)| a != b);
    differs.map_or_else(|| a.len().cmp(&b.len()), |(a, b)| rank(a).cmp(&rank(b)))
}

/// A path that was asked for.
struct Asked {
    /// Absolute, without links.
    real: PathBuf,
    /// As it was given.
    given: PathBuf,
    is_folder: bool,
}

/// Finds all files of the projects that hold the given paths.
///
/// # Errors
/// The configuration is wrong, or `-` stands beside other paths. A path that cannot be read is a
/// [`Failure`] and does not keep the others from being done.
pub(crate) fn discover<'a>(
    args: &'a Args,
    cwd: &Path,
    configs: &mut Configs<'a>,
    threads: usize,
) -> Result<Discovered> {
    let mut finder =
        Finder { args, cwd, configs, threads, markers: Markers::default(), failures: Vec::new() };
    let trees = if args.paths.iter().any(|path| path == OsStr::new("-")) {
        if args.paths.len() > 1 {
            bail!("`-` cannot stand beside other paths: give `-` alone, or the paths");
        }
        vec![finder.stdin()?]
    } else {
        finder.paths()?
    };
    Ok(Discovered { trees, failures: finder.failures })
}

/// What finding files needs at every step.
struct Finder<'f, 'a> {
    args: &'a Args,
    cwd: &'f Path,
    configs: &'f mut Configs<'a>,
    threads: usize,
    markers: Markers,
    failures: Vec<Failure>,
}

impl Finder<'_, '_> {
    fn paths(&mut self) -> Result<Vec<Tree>> {
        let here = [PathBuf::from(".")];
        let paths = if self.args.paths.is_empty() { here.as_slice() } else { self.args.paths.as_slice() };
        let mut projects: BTreeMap<PathBuf, Vec<Asked>> = BTreeMap::new();
        for given in paths {
            match ask(given) {
                Ok(asked) => {
                    let folder = if asked.is_folder { &asked.real } else { parent(&asked.real) };
                    let root = self.root(folder);
                    projects.entry(root).or_default().push(asked);
                }
                Err(message) => self.failures.push(Failure::new(tidy(given, self.cwd), message)),
            }
        }
        nest(projects).into_iter().map(|(root, asked)| self.tree(root, &asked)).collect()
    }

    /// The root of the project that `folder` belongs to. Where nothing marks one it is the current folder, or
    /// the folder from which the package is imported.
    fn root(&mut self, folder: &Path) -> PathBuf {
        if let Some(root) = self.markers.root(folder) {
            return root;
        }
        let start = if folder.starts_with(self.cwd) { self.cwd } else { folder };
        let outside = start.ancestors().find(|folder| !folder.join("__init__.py").exists());
        outside.unwrap_or(start).to_owned()
    }

    /// All files of the project at `root`.
    fn tree(&mut self, root: PathBuf, asked: &[Asked]) -> Result<Tree> {
        let mut files = self.walks(&root, asked)?;
        files.sort_unstable_by(|a, b| by_parts(a, b));
        files.dedup();
        let given: FxHashMap<&Path, &Path> =
            asked.iter().rev().map(|one| (&*one.real, &*one.given)).collect();
        let has_single = asked.iter().any(|one| !one.is_folder);
        let mut listed: Vec<PyFile> = Vec::with_capacity(files.len());
        // Files of one folder follow one another: what is true of all of them is asked once.
        let mut place: Option<Place> = None;
        for path in files {
            let above = parent(&path);
            if place.as_ref().is_none_or(|place| place.path != above) {
                place = Some(self.place(above, &given)?);
            }
            let Some(place) = &place else { continue };
            let given = if has_single { given.get(&*path) } else { None };
            if place.folder.exclude.matches(&path) && (given.is_none() || self.args.force_exclude) {
                continue;
            }
            let shown = given.map_or_else(|| place.shown(&path), |given| tidy(given, self.cwd));
            listed.push(PyFile {
                requested: given.is_some() || place.is_requested,
                named: given.is_some(),
                shown,
                folder: Arc::clone(&place.folder),
                path,
                stdin: None,
            });
        }
        Ok(Tree { root, files: listed })
    }

    /// What is true of the files of one folder.
    fn place(&mut self, path: &Path, given: &FxHashMap<&Path, &Path>) -> Result<Place> {
        let around = path.ancestors().find_map(|folder| Some((folder, *given.get(folder)?)));
        let shown = match around {
            Some((folder, given)) => {
                tidy(&given.join(path.strip_prefix(folder).expect("an ancestor is a prefix")), self.cwd)
            }
            None => relative(path, self.cwd),
        };
        Ok(Place {
            path: path.to_owned(),
            folder: self.configs.folder(path)?,
            prefix: match shown.as_str() {
                "" | "." => String::new(),
                folder => format!("{}/", folder.trim_end_matches('/')),
            },
            is_requested: around.is_some(),
        })
    }

    /// The files below `root` and those asked for, some perhaps twice.
    fn walks(&mut self, root: &PathBuf, asked: &[Asked]) -> Result<Vec<PathBuf>> {
        let mut excludes = vec![Arc::clone(&self.configs.folder(root)?.exclude)];
        for one in asked.iter().filter(|one| one.is_folder) {
            excludes.push(Arc::clone(&self.configs.folder(&one.real)?.exclude));
        }
        // Without a marker nothing says where the project ends: its root may be the whole home folder.
        let is_project = self.markers.root(root).is_some() && !self.args.isolated;
        let folders = asked.iter().filter(|one| one.is_folder).map(|one| &one.real);
        let mut files: Vec<PathBuf> = Vec::new();
        let mut walked: Vec<PathBuf> = Vec::new();
        for start in is_project.then_some(root).into_iter().chain(folders.clone()) {
            if walked.contains(start) {
                continue;
            }
            let seen = walk(start, &excludes, self.threads);
            for (path, message) in seen.failures {
                if folders.clone().any(|folder| path.starts_with(folder)) {
                    self.failures.push(Failure::new(tidy(&path, self.cwd), message));
                }
            }
            files.extend(seen.files);
            walked.extend(seen.folders);
            self.configs.learn(start.clone(), seen.configured);
        }
        // Stubs hold nothing that runs; pre-commit gives them all the same.
        let single =
            asked.iter().filter(|one| !one.is_folder && one.real.extension() != Some(OsStr::new("pyi")));
        files.extend(single.map(|one| one.real.clone()));
        Ok(files)
    }

    /// The project around the file that standard input stands for.
    fn stdin(&mut self) -> Result<Tree> {
        let mut text = Vec::new();
        std::io::stdin().read_to_end(&mut text).context("cannot read standard input")?;
        let Some(name) = &self.args.stdin_filename else {
            let folder = self.configs.folder(self.cwd)?;
            let path = self.cwd.join("stdin.py");
            let file = PyFile {
                path,
                shown: "-".to_owned(),
                requested: true,
                named: true,
                folder,
                stdin: Some(text),
            };
            return Ok(Tree { root: self.cwd.to_owned(), files: vec![file] });
        };
        let path = lexical(&self.cwd.join(name));
        let path = path.canonicalize().unwrap_or(path);
        let root = self.root(parent(&path));
        let mut tree = self.tree(root, &[])?;
        let folder = self.configs.folder(parent(&path))?;
        let file = PyFile {
            shown: tidy(name, self.cwd),
            requested: true,
            named: true,
            folder,
            stdin: Some(text),
            path,
        };
        match tree.files.binary_search_by(|other| other.path.cmp(&file.path)) {
            Ok(at) => tree.files[at] = file,
            Err(at) => tree.files.insert(at, file),
        }
        Ok(tree)
    }
}

/// Looks at one path of the command line.
fn ask(given: &Path) -> Result<Asked, String> {
    let real = given.canonicalize().map_err(|error| io(&error))?;
    let kind = fs::metadata(&real).map_err(|error| io(&error))?;
    if !kind.is_dir() && !kind.is_file() {
        return Err("it is neither a file nor a folder: give `-` to read a stream".to_owned());
    }
    Ok(Asked { real, given: given.to_owned(), is_folder: kind.is_dir() })
}

/// Joins a project that lies in another to that one, so that no file is done twice.
fn nest(projects: BTreeMap<PathBuf, Vec<Asked>>) -> BTreeMap<PathBuf, Vec<Asked>> {
    let mut outer: BTreeMap<PathBuf, Vec<Asked>> = BTreeMap::new();
    for (root, asked) in projects {
        let around = root.ancestors().find(|folder| outer.contains_key(*folder)).map(Path::to_owned);
        outer.entry(around.unwrap_or(root)).or_default().extend(asked);
    }
    outer
}

/// Where projects begin, each folder asked once.
#[derive(Default)]
struct Markers {
    known: FxHashMap<PathBuf, Option<PathBuf>>,
}

impl Markers {
    /// The nearest folder at or above `folder` that holds pyproject.toml or .git.
    fn root(&mut self, folder: &Path) -> Option<PathBuf> {
        if let Some(known) = self.known.get(folder) {
            return known.clone();
        }
        let is_root = folder.join("pyproject.toml").exists() || folder.join(".git").exists();
        let root = if is_root {
            Some(folder.to_owned())
        } else {
            folder.parent().and_then(|above| self.root(above))
        };
        self.known.insert(folder.to_owned(), root.clone());
        root
    }
}

/// What a walk has seen.
#[derive(Default)]
struct Seen {
    files: Vec<PathBuf>,
    folders: Vec<PathBuf>,
    configured: Vec<PathBuf>,
    failures: Vec<(PathBuf, String)>,
}

/// Goes through a folder on all threads. Links are not followed: what they lead to is in the project, where it
/// is found anyway, or is not the project's.
fn walk(start: &Path, excludes: &[Arc<Globs>], threads: usize) -> Seen {
    let excludes = excludes.to_vec();
    let walker = WalkBuilder::new(start)
        .hidden(false)
        // A .gitignore means the same in an unpacked archive.
        .require_git(false)
        .threads(threads)
        .filter_entry(move |entry| entry.depth() == 0 || !is_excluded(entry, &excludes))
        .build_parallel();
    let all = Mutex::new(Seen::default());
    walker.run(|| {
        let mut mine = Gather { seen: Seen::default(), all: &all };
        Box::new(move |entry| {
            match entry {
                Ok(entry) => mine.seen.take(entry),
                Err(error) => {
                    if let Some((path, message)) = blame(&error) {
                        mine.seen.failures.push((path, message));
                    }
                }
            }
            WalkState::Continue
        })
    });
    let mut seen = all.into_inner().expect("no walker panicked");
    seen.failures.sort();
    seen
}

impl Seen {
    fn take(&mut self, entry: DirEntry) {
        let Some(kind) = entry.file_type() else { return };
        let is_file = kind.is_file();
        if kind.is_dir() {
            self.folders.push(entry.into_path());
            return;
        }
        let name = entry.file_name();
        let is_ours = |extension: &OsStr| extension == "py" || extension == "ipynb";
        // A conftest.py is both.
        if name.to_str().is_some_and(is_configuration) {
            self.configured.push(parent(entry.path()).to_owned());
        }
        if is_file && Path::new(name).extension().is_some_and(is_ours) {
            self.files.push(entry.into_path());
        }
    }
}

/// What one thread of a walk has seen; handed over when the thread is done.
struct Gather<'a> {
    seen: Seen,
    all: &'a Mutex<Seen>,
}

impl Drop for Gather<'_> {
    fn drop(&mut self) {
        // A poisoned lock means that another thread panicked, which the walk reports itself.
        let Ok(mut all) = self.all.lock() else { return };
        all.files.append(&mut self.seen.files);
        all.folders.append(&mut self.seen.folders);
        all.configured.append(&mut self.seen.configured);
        all.failures.append(&mut self.seen.failures);
    }
}

fn is_excluded(entry: &DirEntry, excludes: &[Arc<Globs>]) -> bool {
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    if is_folder {
        let name = entry.file_name();
        if EXCLUDED.iter().any(|excluded| name == OsStr::new(excluded))
            || entry.path().join("pyvenv.cfg").exists()
        {
            return true;
        }
    }
    excludes.iter().any(|globs| globs.matches(entry.path()))
}

/// The path an error of the walk is about, if it is about one: a broken pattern in a .gitignore is not ours.
fn blame(error: &ignore::Error) -> Option<(PathBuf, String)> {
    match error {
        ignore::Error::WithPath { path, err } => Some((path.clone(), io(err.io_error()?))),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => blame(err),
        ignore::Error::Partial(errors) => errors.iter().find_map(blame),
        _ => None,
    }
}
