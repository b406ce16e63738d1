//! The command line.

use std::path::PathBuf;

use asyncfix_codemods::PythonVersion;
use clap::builder::FalseyValueParser;
use clap::builder::styling::{AnsiColor, Effects, Styles};
use clap::{ArgAction, ArgGroup, Parser, ValueEnum};

use crate::style::Color;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().effects(Effects::BOLD))
    .usage(AnsiColor::Green.on_default().effects(Effects::BOLD))
    .literal(AnsiColor::Cyan.on_default().effects(Effects::BOLD))
    .placeholder(AnsiColor::Cyan.on_default());

const AFTER_HELP: &str = "\
Exit status:
  0  nothing found; with --diff nothing to change; with --write nothing left to fix
  1  findings; with --diff a diff was printed; with --write some findings remain
  2  the command line or configuration is wrong, or a file could not be read, parsed or written
     (the other files are still done)

Examples:
  asyncfix                              report what is wrong in this project
  asyncfix --diff src/                  show what would change
  asyncfix --write src/                 change it
  asyncfix --explain time-sleep         why, and what the rewrite looks like
  asyncfix --inventory                  how much asyncio there is, and where it can block
";

/// Finds asyncio mistakes across a whole Python project and rewrites them.
///
/// Without --diff or --write it reports what it finds and changes nothing. Calls are followed from file to
/// file through the whole project around the given paths; only the files given are reported on and rewritten.
#[derive(Debug, Parser)]
#[command(
    name = "asyncfix",
    version,
    styles = STYLES,
    after_long_help = AFTER_HELP,
    max_term_width = 100,
    disable_help_flag = true,
    disable_version_flag = true,
    group(ArgGroup::new("action").args(["list", "explain", "inventory"])),
)]
pub(crate) struct Args {
    /// Files and folders, or `-` for standard input [default: the current folder]
    #[arg(value_name = "PATHS")]
    pub(crate) paths: Vec<PathBuf>,

    /// Print a unified diff of the fixes; change nothing
    #[arg(long, conflicts_with = "action", help_heading = "Fixing")]
    pub(crate) diff: bool,

    /// Apply the fixes (with --diff, show the diff too)
    #[arg(long, conflicts_with = "action", help_heading = "Fixing")]
    pub(crate) write: bool,

    /// Include fixes that are right in most programs and that a person should read
    #[arg(long, overrides_with = "no_unsafe_fixes", help_heading = "Fixing")]
    pub(crate) unsafe_fixes: bool,

    #[arg(long, overrides_with = "unsafe_fixes", hide = true)]
    pub(crate) no_unsafe_fixes: bool,

    /// Run these codemods only; `all` means all but those that must be named
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', help_heading = "Codemods")]
    pub(crate) select: Option<Vec<String>>,

    /// Run these as well as what is on already
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', help_heading = "Codemods")]
    pub(crate) extend_select: Vec<String>,

    /// Leave these codemods out
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', help_heading = "Codemods")]
    pub(crate) ignore: Vec<String>,

    /// Make this function a coroutine function, with everything that calls it: `pkg.mod:func`
    #[arg(long, value_name = "PKG.MOD:FUNC", help_heading = "Codemods")]
    pub(crate) make_async: Vec<String>,

    /// List every codemod: its name, the level of its fixes, whether it is on, what it does
    #[arg(long, help_heading = "Codemods")]
    pub(crate) list: bool,

    /// Explain a codemod and show its examples
    #[arg(long, value_name = "NAME", help_heading = "Codemods")]
    pub(crate) explain: Option<String>,

    /// Count what there is of asyncio instead of looking for mistakes: coroutines, awaits, tasks, locks, blocking
    /// calls
    #[arg(long, help_heading = "Output")]
    pub(crate) inventory: bool,

    /// How findings are printed
    #[arg(long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub(crate) output_format: OutputFormat,

    /// Use colour
    #[arg(long, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    pub(crate) color: Color,

    /// Leave out the summary on stderr; errors are still printed
    #[arg(short, long, help_heading = "Output")]
    pub(crate) quiet: bool,

    /// Exit with 0 where it would be 1
    #[arg(long, help_heading = "Output")]
    pub(crate) exit_zero: bool,

    /// Read the configuration from this file instead of the nearest pyproject.toml or asyncfix.toml
    #[arg(long, value_name = "FILE", help_heading = "Configuration")]
    pub(crate) config: Option<PathBuf>,

    /// The oldest Python the code must run on, such as 3.11 or py311 [default: from requires-python]
    #[arg(long, value_name = "VERSION", value_parser = parse_version, help_heading = "Configuration")]
    pub(crate) target_version: Option<PythonVersion>,

    /// Look at nothing but the given files: no configuration files, no other files of the project
    #[arg(long, help_heading = "Configuration")]
    pub(crate) isolated: bool,

    /// Neither use nor keep what earlier runs found out
    #[arg(
        long,
        env = "ASYNCFIX_NO_CACHE",
        hide_env = true,
        value_parser = FalseyValueParser::new(),
        help_heading = "Files"
    )]
    pub(crate) no_cache: bool,

    /// Where to keep it [default: asyncfix in the user's cache folder]
    #[arg(long, value_name = "FOLDER", env = "ASYNCFIX_CACHE_DIR", hide_env = true, help_heading = "Files")]
    pub(crate) cache_dir: Option<PathBuf>,

    /// The path that standard input is known by, for messages, configuration and imports
    #[arg(long, value_name = "PATH", help_heading = "Files")]
    pub(crate) stdin_filename: Option<PathBuf>,

    /// Leave out what `exclude` in the configuration names even where it is given as a path
    #[arg(long, help_heading = "Files")]
    pub(crate) force_exclude: bool,

    /// How many threads to use [default: one for each core]
    #[arg(short = 'j', long, value_name = "N", help_heading = "Files")]
    pub(crate) threads: Option<std::num::NonZeroUsize>,

    /// Print help: `-h` in short, `--help` in full
    #[arg(short, long, action = ArgAction::Help, help_heading = "Help")]
    help: Option<bool>,

    /// Print the version
    #[arg(short = 'V', long, action = ArgAction::Version, help_heading = "Help")]
    version: Option<bool>,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// With the line of source and what would mend it
    Text,
    /// One line each: `path:row:column: name message`
    Concise,
    /// One array; the fields are those of ruff, and `chain`
    Json,
    /// Annotations on a pull request
    Github,
}

/// What is done with the fixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Findings are reported.
    Report,
    /// Files are left alone and the change is printed.
    Diff,
    /// Files are changed; `diff` says whether the change is printed too.
    Write { diff: bool },
}

impl Args {
    pub(crate) fn mode(&self) -> Mode {
        match (self.write, self.diff) {
            (true, diff) => Mode::Write { diff },
            (false, true) => Mode::Diff,
            (false, false) => Mode::Report,
        }
    }

    /// What the command line says of unsafe fixes; `None` when it is silent.
    pub(crate) fn wants_unsafe_fixes(&self) -> Option<bool> {
        match (self.unsafe_fixes, self.no_unsafe_fixes) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            (false, false) => None,
        }
    }
}

/// Reads `3.11` or `py311`.
///
/// # Errors
/// What such a version looks like.
pub(crate) fn parse_version(text: &str) -> Result<PythonVersion, String> {
    let wrong = || format!("`{text}` is not a version of Python 3 such as 3.11 or py311");
    let minor = text.strip_prefix("3.").or_else(|| text.strip_prefix("py3")).ok_or_else(wrong)?;
    if !minor.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    minor.parse().map(PythonVersion::py3).map_err(|_| wrong())
}
