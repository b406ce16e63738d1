//! Paths as they are shown and compared.

use std::path::{Component, Path, PathBuf};

/// The folder a path lies in; of the topmost, itself.
pub(crate) fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}

/// A given path as it is shown: relative to the current folder where it lies in it, without `./`.
pub(crate) fn tidy(path: &Path, cwd: &Path) -> String {
    let inside = path.strip_prefix(cwd).unwrap_or(path);
    let clean: PathBuf = inside.components().filter(|part| *part != Component::CurDir).collect();
    if clean.as_os_str().is_empty() { ".".to_owned() } else { slashes(&clean) }
}

/// A path as seen from the current folder, with `..` where it must.
pub(crate) fn relative(path: &Path, cwd: &Path) -> String {
    let shared = path.components().zip(cwd.components()).take_while(|(a, b)| a == b).count();
    // Only the root in common: nothing is gained by climbing up to it.
    if shared <= 1 {
        return slashes(path);
    }
    let up = cwd.components().skip(shared).map(|_| Component::ParentDir);
    slashes(&up.chain(path.components().skip(shared)).collect::<PathBuf>())
}

/// Takes `.` and `..` out of an absolute path without asking the disk.
pub(crate) fn lexical(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                clean.pop();
            }
            part => clean.push(part),
        }
    }
    clean
}

/// A path with `/` between its parts, on every system.
pub(crate) fn slashes(path: &Path) -> String {
    let text = path.to_string_lossy();
    if std::path::MAIN_SEPARATOR == '/' {
        text.into_owned()
    } else {
        text.replace(std::path::MAIN_SEPARATOR, "/")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_from_the_current_folder() {
        let cwd = Path::new("/home/ada/bot");
        for (given, shown) in [
            ("./src/a.py", "src/a.py"),
            ("src//a.py", "src/a.py"),
            ("../lib/a.py", "../lib/a.py"),
            ("/home/ada/bot/src/a.py", "src/a.py"),
            ("/etc/a.py", "/etc/a.py"),
        ] {
            assert_eq!(tidy(Path::new(given), cwd), shown, "{given}");
        }
        for (path, shown) in [
            ("/home/ada/bot/a.py", "a.py"),
            ("/home/ada/lib/a.py", "../lib/a.py"),
            ("/etc/a.py", "/etc/a.py"),
        ] {
            assert_eq!(relative(Path::new(path), cwd), shown, "{path}");
        }
    }
}
