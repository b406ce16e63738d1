//! Which file an import means: module names from the layout of the folders.

use rustc_hash::{FxHashMap, FxHashSet};

/// This is Python's own, be there a folder of tests with that name or the source of Python itself.
const ASYNCIO: &str = "asyncio";

/// Names of all files, and the way back.
#[derive(Debug, Default)]
pub(crate) struct Modules {
    /// The unique name of each file.
    names: Vec<String>,
    packages: Vec<bool>,
    /// Whether the name of each file is that of a package with anything in it.
    parents: Vec<bool>,
    /// The folder above each file's topmost package, `""` for the project's own.
    roots: Vec<String>,
    /// Every dotted name under which a file may be imported.
    by_name: FxHashMap<String, Vec<u32>>,
    /// The first names of all those.
    tops: FxHashSet<String>,
    /// Folders that are import roots for the whole project.
    shared_roots: FxHashSet<String>,
}

impl Modules {
    /// Works the names out; paths are relative to the project with `/`.
    pub(crate) fn new(paths: &[&str], extra_roots: &[String]) -> Self {
        let package_dirs: FxHashSet<&str> =
            paths.iter().filter_map(|path| path.strip_suffix("/__init__.py")).collect();
        let mut shared_roots: FxHashSet<String> =
            ["", "src", "lib", "python"].into_iter().map(str::to_owned).collect();
        shared_roots.extend(extra_roots.iter().map(|root| root.trim_matches('/').to_owned()));
        let mut modules = Self { shared_roots, ..Self::default() };
        let mut natural: Vec<String> = Vec::with_capacity(paths.len());
        for (file, path) in paths.iter().enumerate() {
            let root = root_of(path, &package_dirs);
            natural.push(dotted(path, root));
            modules.packages.push(path.ends_with("/__init__.py") || *path == "__init__.py");
            modules.roots.push(root.to_owned());
            let mut names = vec![natural[file].clone()];
            for shared in &modules.shared_roots {
                let inside = shared.is_empty()
                    || path.strip_prefix(shared.as_str()).is_some_and(|r| r.starts_with('/'));
                if inside {
                    names.push(dotted(path, shared));
                }
            }
            names.sort();
            names.dedup();
            for name in names {
                modules.by_name.entry(name).or_default().push(file as u32);
            }
        }
        let mut taken: FxHashMap<&str, u32> = FxHashMap::default();
        for name in &natural {
            *taken.entry(name.as_str()).or_default() += 1;
        }
        let mut used: FxHashSet<String> = FxHashSet::default();
        for (file, path) in paths.iter().enumerate() {
            let mut name = natural[file].clone();
            if taken[name.as_str()] > 1 || used.contains(&name) {
                name = dotted(path, "");
            }
            while !used.insert(name.clone()) {
                name.push('_');
            }
            modules.names.push(name);
        }
        for (file, name) in modules.names.iter().enumerate() {
            let files = modules.by_name.entry(name.clone()).or_default();
            if !files.contains(&(file as u32)) {
                files.push(file as u32);
            }
        }
        let tops = modules.by_name.keys().map(|name| first_name(name));
        modules.tops = tops.filter(|top| *top != ASYNCIO).map(str::to_owned).collect();
        let mut packages: FxHashSet<&str> = FxHashSet::default();
        for name in modules.by_name.keys() {
            let mut inner = name.as_str();
            while let Some((outer, _)) = inner.rsplit_once('.')
                && packages.insert(outer)
            {
                inner = outer;
            }
        }
        modules.parents = modules.names.iter().map(|name| packages.contains(name.as_str())).collect();
        modules
    }

    /// A project of one file that has this name.
    pub(crate) fn alone(name: &str, is_package: bool) -> Self {
        let mut modules = Self::default();
        modules.names.push(name.to_owned());
        modules.packages.push(is_package);
        modules.parents.push(false);
        modules.roots.push(String::new());
        modules.by_name.insert(name.to_owned(), vec![0]);
        modules.tops.insert(first_name(name).to_owned());
        modules
    }

    pub(crate) fn name(&self, file: u32) -> &str {
        &self.names[file as usize]
    }

    /// The name of a file, if nothing that begins with it can be the name of another.
    pub(crate) fn without_submodules(&self, file: u32) -> Option<&str> {
        let name = self.name(file);
        (!self.parents[file as usize] && first_name(name) != ASYNCIO).then_some(name)
    }

    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether any module of the project is reached through this first name.
    pub(crate) fn has_top(&self, first: &str) -> bool {
        self.tops.contains(first)
    }

    /// The file whose unique name this is.
    pub(crate) fn named(&self, name: &str) -> Option<u32> {
        self.by_name.get(name)?.iter().copied().find(|file| self.name(*file) == name)
    }

    /// The file that `import name` means in `from`; `None` for a module outside of the project or an
    /// ambiguous one.
    pub(crate) fn resolve(&self, name: &str, from: Option<u32>) -> Option<u32> {
        if first_name(name) == ASYNCIO {
            return None;
        }
        let candidates = self.by_name.get(name)?;
        if let Some(from) = from {
            if candidates.contains(&from) && self.name(from) == name {
                return Some(from);
            }
            let root = &self.roots[from as usize];
            let mut near = candidates.iter().filter(|file| self.roots[**file as usize] == *root);
            if let (Some(file), None) = (near.next(), near.next()) {
                return Some(*file);
            }
        }
        let mut shared = candidates.iter().filter(|file| {
            let root = &self.roots[**file as usize];
            self.shared_roots.contains(root) || self.name(**file) == name && self.is_in_package(**file)
        });
        match (shared.next(), shared.next()) {
            (Some(file), None) => Some(*file),
            // Namespace packages have no `__init__.py`: their files are known by their path alone.
            (None, None) => match candidates.as_slice() {
                [only] if name.contains('.') => Some(*only),
                _ => None,
            },
            _ => None,
        }
    }

    fn is_in_package(&self, file: u32) -> bool {
        self.packages[file as usize] || self.names[file as usize].contains('.')
    }
}

fn first_name(dotted: &str) -> &str {
    dotted.split('.').next().unwrap_or_default()
}

/// The folder above the topmost package that holds a file.
fn root_of<'p>(path: &'p str, package_dirs: &FxHashSet<&str>) -> &'p str {
    let mut dir = path.rsplit_once('/').map_or("", |(dir, _)| dir);
    while !dir.is_empty() && package_dirs.contains(dir) {
        dir = dir.rsplit_once('/').map_or("", |(up, _)| up);
    }
    dir
}

fn dotted(path: &str, root: &str) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path).trim_start_matches('/');
    let relative = relative.strip_suffix(".py").unwrap_or(relative);
    let relative = relative.strip_suffix("/__init__").unwrap_or(relative);
    relative.replace('/', ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_packages_and_roots() {
        let paths =
            ["src/app/__init__.py", "src/app/db.py", "scripts/run.py", "tools/ns/util.py", "conftest.py"];
        let modules = Modules::new(&paths, &[]);
        let names: Vec<_> = (0..paths.len() as u32).map(|file| modules.name(file)).collect();
        assert_eq!(names, ["app", "app.db", "run", "util", "conftest"]);
        assert_eq!(modules.resolve("app.db", Some(2)), Some(1));
        assert_eq!(modules.resolve("tools.ns.util", Some(0)), Some(3));
        assert_eq!(modules.resolve("run", Some(0)), None, "a script elsewhere is not importable");
        assert_eq!(modules.resolve("run", Some(2)), Some(2));
        assert_eq!(modules.resolve("requests", Some(0)), None);
    }

    #[test]
    fn asyncio_is_pythons() {
        let modules = Modules::new(&["tests/asyncio/__init__.py", "tests/asyncio/test_locks.py"], &[]);
        assert_eq!(modules.resolve("asyncio", Some(1)), None);
        assert!(!modules.has_top("asyncio"));
    }

    #[test]
    fn the_nearest_of_two_wins() {
        let paths = ["a/utils.py", "a/main.py", "b/utils.py", "b/main.py"];
        let modules = Modules::new(&paths, &[]);
        assert_eq!(modules.resolve("utils", Some(1)), Some(0));
        assert_eq!(modules.resolve("utils", Some(3)), Some(2));
        assert_ne!(modules.name(0), modules.name(2));
    }
}
