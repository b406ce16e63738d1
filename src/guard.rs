//! Turns a panic into a message, so that our bug in one file does not end the run.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};

/// What to do about a bug of ours.
pub(crate) const PLEASE_REPORT: &str =
    "this is a bug in asyncfix: please report it at https://github.com/asyncfix/asyncfix/issues";

thread_local! {
    /// What the last panic on this thread said, and where it happened.
    static LAST: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps panics off stderr: [`guarded`] reports them with the file they concern.
pub(crate) fn install() {
    std::panic::set_hook(Box::new(|info| LAST.set(Some(describe(info)))));
}

fn describe(info: &PanicHookInfo<'_>) -> String {
    let message = info.payload_as_str().unwrap_or("no message").replace('\n', " ");
    match info.location() {
        Some(place) => format!("{message} ({}:{})", place.file(), place.line()),
        None => message,
    }
}

/// What `work` returns.
///
/// # Errors
/// The message and place of the panic that ended it.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work))
        .map_err(|_payload| LAST.take().unwrap_or_else(|| "no message".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_message_with_its_place() {
        install();
        let error = guarded(|| panic!("row {} is\nmissing", 3)).map(|()| 0).expect_err("it panics");
        assert!(error.starts_with("row 3 is missing (src/guard.rs:"), "{error}");
        assert_eq!(guarded(|| 7), Ok(7));
    }
}
