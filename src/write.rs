//! Puts a file's new content in the place of the old: all of it, or nothing.

use std::fs::{self, File, Metadata};
use std::io::Write as _;
use std::path::Path;

use tempfile::NamedTempFile;

/// Replaces `old` by `new` in the file at `path`, which is not a link.
///
/// A temporary file in the same folder takes the new content, reaches the disk and then takes the name over,
/// so whoever looks at `path` sees the old content or the new, never a part.
///
/// # Errors
/// What went wrong and what to do; the file is as it was.
pub(crate) fn replace(path: &Path, old: &[u8], new: &[u8]) -> Result<(), String> {
    let staged = stage(path, old, new)?;
    persist(staged, path)
}

/// One file of several that are replaced together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Replacement<'a> {
    pub(crate) path: &'a Path,
    pub(crate) old: &'a [u8],
    pub(crate) new: &'a [u8],
}

/// Replaces the content of all files, or of none: no name is taken over before every new content has reached the disk,
/// and what was taken over is given back if a later one fails.
///
/// # Errors
/// The position of the file that failed, and what went wrong. All files are as they were, unless giving one back failed
/// too: then the message says so.
pub(crate) fn replace_all(files: &[Replacement<'_>]) -> Result<(), (usize, String)> {
    let mut staged = Vec::with_capacity(files.len());
    for (at, file) in files.iter().enumerate() {
        staged.push(stage(file.path, file.old, file.new).map_err(|message| (at, message))?);
    }
    for (at, (temporary, file)) in staged.into_iter().zip(files).enumerate() {
        let Err(mut message) = persist(temporary, file.path) else { continue };
        for done in &files[..at] {
            if let Err(again) = replace(done.path, done.new, done.old) {
                message = format!("{message}; {} could not be given back ({again})", done.path.display());
            }
        }
        return Err((at, message));
    }
    Ok(())
}

/// Puts the new content beside the file at `path`, which must still be `old`.
fn stage(path: &Path, old: &[u8], new: &[u8]) -> Result<NamedTempFile, String> {
    let metadata = fs::metadata(path).map_err(|error| format!("{}; it was left unchanged", io(&error)))?;
    if metadata.permissions().readonly() {
        // A rename would go through: the folder's permissions decide about that, not the file's.
        return Err("the file is read-only; it was left unchanged: make it writable and run again".to_owned());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut temporary =
        tempfile::Builder::new().prefix(".asyncfix-").tempfile_in(folder).map_err(|error| {
            format!("cannot make a temporary file beside it ({}); it was left unchanged", io(&error))
        })?;
    fill(temporary.as_file_mut(), new, &metadata)
        .map_err(|error| format!("cannot write the new content ({}); it was left unchanged", io(&error)))?;
    let now = fs::read(path).map_err(|error| format!("{}; it was left unchanged", io(&error)))?;
    if now != old {
        return Err(CHANGED.to_owned());
    }
    Ok(temporary)
}

/// Lets the new content take the name over.
fn persist(staged: NamedTempFile, path: &Path) -> Result<(), String> {
    staged
        .persist(path)
        .map(drop)
        .map_err(|error| format!("cannot replace it ({}); it was left unchanged", io(&error.error)))
}

/// What is said of a file that somebody else wrote while we worked on it.
pub(crate) const CHANGED: &str =
    "the file changed while asyncfix ran; it was left unchanged: run asyncfix again";

fn fill(file: &mut File, content: &[u8], like: &Metadata) -> std::io::Result<()> {
    file.write_all(content)?;
    keep_owner(file, like);
    file.set_permissions(like.permissions())?;
    file.sync_all()
}

/// Gives the file the owner and group it had; where that is not ours to do it stays ours.
#[cfg(unix)]
fn keep_owner(file: &File, like: &Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let same = file.metadata().is_ok_and(|own| own.uid() == like.uid() && own.gid() == like.gid());
    if !same {
        let _ = fchown(file, Some(like.uid()), Some(like.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_file: &File, _like: &Metadata) {}

/// An operating system's error in our style: lower case, without the number.
pub(crate) fn io(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_lowercase().chain(characters).collect(),
        None => "unknown error".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_changed_meanwhile_is_left_alone() {
        let folder = tempfile::tempdir().expect("the system has a temporary folder");
        let path = folder.path().join("a.py");
        fs::write(&path, "theirs").expect("it can be written");
        assert_eq!(replace(&path, b"old", b"new"), Err(CHANGED.to_owned()));
        assert_eq!(fs::read(&path).expect("it is there"), b"theirs");
        assert_eq!(replace(&path, b"theirs", b"new"), Ok(()));
        assert_eq!(fs::read(&path).expect("it is there"), b"new");
        let left = fs::read_dir(folder.path()).expect("it is there").count();
        assert_eq!(left, 1, "no temporary file is left");
    }

    #[test]
    fn several_files_are_replaced_together_or_not_at_all() {
        let folder = tempfile::tempdir().expect("the system has a temporary folder");
        let paths = ["a.py", "b.py"].map(|name| folder.path().join(name));
        for path in &paths {
            fs::write(path, "old").expect("it can be written");
        }
        let both = |old: [&'static [u8]; 2]| {
            let files = [0, 1].map(|at| Replacement { path: &paths[at], old: old[at], new: b"new" });
            replace_all(&files)
        };
        assert_eq!(both([b"old", b"theirs"]), Err((1, CHANGED.to_owned())));
        let contents = || paths.each_ref().map(|path| fs::read(path).expect("it is there"));
        assert_eq!(contents(), [b"old", b"old"]);
        assert_eq!(both([b"old", b"old"]), Ok(()));
        assert_eq!(contents(), [b"new", b"new"]);
        let left = fs::read_dir(folder.path()).expect("it is there").count();
        assert_eq!(left, 2, "no temporary file is left");
    }

    #[test]
    fn a_file_that_has_gone_is_an_error() {
        let folder = tempfile::tempdir().expect("the system has a temporary folder");
        let error = replace(&folder.path().join("a.py"), b"old", b"new").expect_err("it is not there");
        assert_eq!(error, "no such file or directory; it was left unchanged");
    }
}
