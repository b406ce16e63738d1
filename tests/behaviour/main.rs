//! Behaviour: programs run under real CPython against a real HTTP server, before and after asyncfix rewrites them.
//!
//! `cargo test --test behaviour` runs all; `-- NAME` those whose name contains NAME; `-- --before` runs the
//! programs as they are, twice, to show that they can be compared at all. The interpreters are those of
//! `ASYNCFIX_PYTHONS`, or the Python 3.9, 3.11 and 3.13 found here. Where an environment cannot be made the
//! programs are skipped and counted as skipped; `ASYNCFIX_BEHAVIOUR=required` makes that a failure. Programs that talk
//! to Redis or PostgreSQL are skipped where these are not installed, whatever is required.

mod check;
mod program;
mod python;
mod run;
mod server;
mod services;

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::Result;

use check::{Bench, Verdict};
use program::Program;
use server::Server;
use services::Services;

/// Programs at a time: they wait more than they compute, but the check for a held loop needs a free core.
const AT_A_TIME: usize = 2;

fn main() -> ExitCode {
    match behaviour() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("behaviour: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn behaviour() -> Result<bool> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let filters: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let only_before = arguments.iter().any(|argument| argument == "--before");
    let mut programs = program::all()?;
    if arguments.iter().any(|argument| argument == "--list") {
        for program in &programs {
            println!("{}: test", program.name);
        }
        return Ok(true);
    }
    programs
        .retain(|program| filters.is_empty() || filters.iter().any(|filter| program.name.contains(*filter)));

    let mut environments = Vec::new();
    let mut skips = 0;
    let interpreters = python::interpreters()?;
    for interpreter in &interpreters {
        match python::environment(interpreter) {
            Ok(environment) => environments.push(environment),
            Err(error) => {
                println!("behaviour: python 3.{} is left out: {error:#}", interpreter.minor);
                skips += programs.len();
            }
        }
    }
    if interpreters.is_empty() {
        println!(
            "behaviour: no Python found on the path or in ~/.pyenv/versions: name one in {}",
            python::VARIABLE
        );
        skips += programs.len();
    }
    let Some(newest) = environments.last() else {
        println!("behaviour: {} programs, 0 runs, {skips} skipped", programs.len());
        return Ok(std::env::var_os("ASYNCFIX_BEHAVIOUR").is_none_or(|value| value != "required"));
    };
    let server = Server::start(&newest.python)?;
    let mut wanted: Vec<&str> =
        programs.iter().flat_map(|program| &program.needs).map(String::as_str).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let services = Services::start(&wanted);
    for missing in &services.missing {
        println!("behaviour: the programs that need it are skipped: {missing}");
    }
    let bench = Bench { environments: &environments, server: &server, services: &services };
    let verdicts =
        run_all(
            &programs,
            |program| {
                if only_before { bench.check_before(program) } else { bench.check(program) }
            },
        );

    let mut runs = 0;
    let mut failed = 0;
    for (program, verdict) in programs.iter().zip(&verdicts) {
        runs += verdict.runs;
        skips += verdict.skips;
        failed += usize::from(!verdict.failures.is_empty());
        for failure in &verdict.failures {
            println!("\n{}: {failure}", program.name);
        }
    }
    if filters.is_empty() && !only_before {
        let verdict = bench.compile_fixtures()?;
        failed += usize::from(!verdict.failures.is_empty());
        for failure in &verdict.failures {
            println!("\nthe rewritten fixtures do not compile: {failure}");
        }
    }
    let versions: Vec<String> = environments.iter().map(|e| format!("3.{}", e.minor)).collect();
    println!(
        "behaviour: {} programs, {runs} runs under Python {}, {skips} skipped, {failed} failed",
        programs.len(),
        versions.join(", ")
    );
    Ok(failed == 0)
}

/// The verdicts in the order of the programs, whichever ends first.
fn run_all(programs: &[Program], check: impl Fn(&Program) -> Result<Verdict> + Sync) -> Vec<Verdict> {
    let next = AtomicUsize::new(0);
    let verdicts = Mutex::new(Vec::new());
    let worker = || {
        while let Some((index, program)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            programs.get(index).map(|program| (index, program))
        } {
            let verdict = check(program).unwrap_or_else(|error| Verdict {
                failures: vec![format!("{error:#}")],
                ..Verdict::default()
            });
            let word = if verdict.failures.is_empty() { "ok" } else { "FAILED" };
            println!("behaviour {} ... {word}", program.name);
            verdicts.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push((index, verdict));
        }
    };
    thread::scope(|scope| {
        for _ in 0..AT_A_TIME {
            scope.spawn(worker);
        }
    });
    let mut verdicts = verdicts.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    verdicts.sort_by_key(|(index, _)| *index);
    verdicts.into_iter().map(|(_, verdict)| verdict).collect()
}
