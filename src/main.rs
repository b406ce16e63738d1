//! asyncfix: finds asyncio mistakes across a whole Python project and rewrites them.

use std::process::ExitCode;

use clap::Parser;

mod args;
mod cache;
mod config;
mod content;
mod discover;
mod explain;
mod guard;
mod inventory;
mod paths;
mod reading;
mod report;
mod run;
mod status;
mod style;
mod text;
mod write;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    guard::install();
    let args = args::Args::parse();
    let paint = style::Paint::for_stderr(args.color);
    match guard::guarded(|| run::run(&args)) {
        Ok(Ok(status)) => status.into(),
        Ok(Err(error)) => {
            report::complain(paint, &format!("{error:#}"));
            status::Status::Failed.into()
        }
        Err(bug) => {
            report::complain(paint, &format!("asyncfix itself failed: {bug}. {}", guard::PLEASE_REPORT));
            status::Status::Failed.into()
        }
    }
}
