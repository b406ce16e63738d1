//! The command line, tested through the real binary: what it prints, what it writes and how it ends.

mod across;
mod bad_input;
mod cache;
mod configuration;
mod converting;
mod discovery;
mod formats;
mod inventory;
mod levels;
mod linking;
mod notebooks;
mod sandbox;
mod shown;
mod status;
mod streams;
mod writing;
