//! `--list` and `--explain`: the codemods in their own words.

use std::fmt::Write as _;

use anyhow::{Result, anyhow};
use asyncfix_codemods::examples::{DEFAULT_PATH, Example, Expectation, Mark};
use asyncfix_codemods::{Applicability, CODEMODS, Codemod, Enabled, examples};
use serde_json::{Value, json};

use crate::args::{Args, OutputFormat};
use crate::config::known;
use crate::report::emit;
use crate::status::Status;
use crate::style::Paint;

/// Prints every codemod.
///
/// # Errors
/// stdout cannot be written to.
pub(crate) fn list(args: &Args) -> Result<Status> {
    if args.output_format == OutputFormat::Json {
        return print_json(&CODEMODS.iter().copied().map(metadata).collect());
    }
    let paint = Paint::for_stdout(args.color);
    let width = CODEMODS.iter().map(|codemod| codemod.name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for codemod in CODEMODS {
        let name = paint.bold(&format!("{:width$}", codemod.name));
        let level = format!("{:9}", codemod.applicability.as_str());
        let level = match codemod.applicability {
            Applicability::Safe => paint.green(&level),
            Applicability::Unsafe => paint.yellow(&level),
            Applicability::Suggested => paint.cyan(&level),
        };
        let _ = writeln!(text, "{name}  {level}  {:8}  {}", enabled(codemod), codemod.summary);
    }
    emit(text.as_bytes())?;
    Ok(Status::Clean)
}

/// Prints everything about one codemod.
///
/// # Errors
/// There is none of this name, or stdout cannot be written to.
pub(crate) fn explain(args: &Args, name: &str) -> Result<Status> {
    let Some(codemod) = asyncfix_codemods::codemod(name) else {
        let problem = known(name).err().unwrap_or_else(|| "`all` is not one codemod".to_owned());
        return Err(anyhow!("{problem} (see --list)"));
    };
    if args.output_format == OutputFormat::Json {
        return print_json(&metadata(codemod));
    }
    let paint = Paint::for_stdout(args.color);
    let mut text = format!("{}: {}\n\n", paint.bold(codemod.name), codemod.summary);
    let _ = writeln!(text, "{}\n", codemod.rationale.trim());
    let level = match codemod.applicability {
        Applicability::Safe => "safe: --diff and --write apply it where it keeps what the program computes",
        Applicability::Unsafe => "unsafe: applied with --unsafe-fixes, for a person to read",
        Applicability::Suggested => "suggested: findings only, nothing is applied",
    };
    let enabled = match codemod.enabled {
        Enabled::Default => "by default".to_owned(),
        Enabled::Pedantic => format!("with --select {name} or --select all"),
        Enabled::Named => format!("with --select {name}"),
    };
    let _ = writeln!(text, "{} {level}", paint.bold("Fixes:   "));
    let _ = writeln!(text, "{} {enabled}", paint.bold("Runs:    "));
    let codes = [codemod.name].iter().chain(codemod.aliases).copied().collect::<Vec<_>>().join(", ");
    let _ = writeln!(
        text,
        "{} # asyncfix: ignore[{name}], or # noqa: with one of {codes}",
        paint.bold("Silenced:")
    );
    let _ = writeln!(text, "\n{}", paint.bold("Examples:"));
    for one in examples::parse(codemod.examples)? {
        example(paint, &one, &mut text);
    }
    emit(text.as_bytes())?;
    Ok(Status::Clean)
}

/// Appends an example: its title, what is to be known of it, and the change as a diff.
fn example(paint: Paint, example: &Example, text: &mut String) {
    let outcome = match example.expectation() {
        Expectation::LeftAlone => "left alone",
        Expectation::Reported => "reported, not fixed",
        Expectation::Fixed(Applicability::Safe) => "safe",
        Expectation::Fixed(Applicability::Unsafe) => "unsafe",
        Expectation::Fixed(Applicability::Suggested) => "suggested",
    };
    // What was written of the expectation is said by the word above already.
    let is_setting =
        |line: &&String| !["unsafe", "suggested", "reported"].iter().any(|word| line.starts_with(word));
    let settings = example.directives.written.iter().filter(is_setting);
    let notes = [outcome].into_iter().chain(settings.map(String::as_str)).collect::<Vec<_>>().join("; ");
    let _ = writeln!(text, "\n  {} {}", paint.bold(&example.title), paint.dim(&format!("({notes})")));
    for file in &example.files {
        if file.path != DEFAULT_PATH {
            let _ = writeln!(text, "    {}", paint.cyan(&format!("{}:", file.path)));
        }
        for line in &file.lines {
            let shown = format!("{}{}", line.mark.as_char(), line.text);
            let painted = match line.mark {
                Mark::Same => shown,
                Mark::Removed => paint.red(&shown),
                Mark::Added => paint.green(&shown),
            };
            let _ = writeln!(text, "{}", format!("    {painted}").trim_end());
        }
    }
}

fn enabled(codemod: &Codemod) -> &'static str {
    match codemod.enabled {
        Enabled::Default => "default",
        Enabled::Pedantic => "pedantic",
        Enabled::Named => "named",
    }
}

fn metadata(codemod: &Codemod) -> Value {
    json!({
        "name": codemod.name,
        "summary": codemod.summary,
        "rationale": codemod.rationale,
        "applicability": codemod.applicability,
        "enabled": codemod.enabled,
        "aliases": codemod.aliases,
        "examples": codemod.examples,
    })
}

fn print_json(value: &Value) -> Result<Status> {
    let mut out = serde_json::to_vec_pretty(value)?;
    out.push(b'\n');
    emit(&out)?;
    Ok(Status::Clean)
}
