//! What was counted, as a table that fits a screen and as JSON with everything.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anyhow::{Result, bail};
use asyncfix_codemods::{Kind, Thing};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::summary::{count, grouped};
use super::{complain, emit, tally};
use crate::args::{Args, OutputFormat};
use crate::status::Failure;
use crate::status::Status;
use crate::style::Paint;

/// The most modules in the table, and the most names of what blocks: with the lines around them a screen of 24.
const MODULES: usize = 14;
const NAMES: usize = 4;
/// Characters for the path of a module.
const WIDTH: usize = 30;

/// Everything that was counted.
#[derive(Debug, Default)]
pub(crate) struct Inventory {
    /// How many files were asked about.
    pub(crate) files: usize,
    /// Those that hold something.
    pub(crate) modules: Vec<Module>,
    pub(crate) failures: Vec<Failure>,
}

/// What one file holds.
#[derive(Debug)]
pub(crate) struct Module {
    /// The path as it is shown.
    pub(crate) shown: String,
    /// The dotted name.
    pub(crate) name: String,
    pub(crate) things: Vec<Thing>,
}

/// How many there are of each kind, and how many coroutines can get to something that blocks.
#[derive(Debug, Default, Clone)]
struct Counts {
    of: BTreeMap<Kind, usize>,
    reaching: usize,
}

impl Counts {
    fn add(&mut self, thing: &Thing) {
        *self.of.entry(thing.kind).or_default() += 1;
        self.reaching += usize::from(thing.reaches_blocking == Some(true));
    }

    fn new<'t>(things: impl Iterator<Item = &'t Thing>) -> Self {
        let mut counts = Self::default();
        things.for_each(|thing| counts.add(thing));
        counts
    }

    fn of(&self, kind: Kind) -> usize {
        self.of.get(&kind).copied().unwrap_or_default()
    }

    /// The part of the coroutines that can get to something that blocks, from 0 to 1.
    fn share(&self) -> f64 {
        self.reaching as f64 / self.of(Kind::AsyncFunction).max(1) as f64
    }

    /// One number for each kind, by the name it has among the things, and those of coroutines.
    fn json(&self) -> Map<String, Value> {
        let mut numbers = Map::new();
        for kind in Kind::ALL {
            let name = json!(kind).as_str().unwrap_or_default().to_owned();
            numbers.insert(name, json!(self.of(kind)));
        }
        numbers.insert("reaching_blocking".to_owned(), json!(self.reaching));
        numbers
    }
}

#[derive(Serialize)]
struct Row<'a> {
    filename: &'a str,
    module: &'a str,
    counts: Map<String, Value>,
    things: &'a [Thing],
}

/// Prints the inventory: the largest modules first.
///
/// # Errors
/// The format has no form for it, or stdout cannot be written to.
pub(crate) fn print(args: &Args, inventory: &mut Inventory) -> Result<Status> {
    inventory.failures.sort();
    inventory.failures.dedup();
    let size = |module: &Module| std::cmp::Reverse(module.things.len());
    inventory.modules.sort_by(|a, b| (size(a), &a.shown).cmp(&(size(b), &b.shown)));
    let total = Counts::new(inventory.modules.iter().flat_map(|module| &module.things));
    match args.output_format {
        OutputFormat::Text | OutputFormat::Concise => {
            emit(table(Paint::for_stdout(args.color), inventory, &total).as_bytes())?;
        }
        OutputFormat::Json => emit(&array(inventory, &total)?)?,
        OutputFormat::Github => bail!("an inventory is printed as text or as json, not for github"),
    }
    let paint = Paint::for_stderr(args.color);
    for failure in &inventory.failures {
        complain(paint, &failure.to_string());
    }
    Ok(if inventory.failures.is_empty() { Status::Clean } else { Status::Failed })
}

fn array(inventory: &Inventory, total: &Counts) -> Result<Vec<u8>> {
    let rows = inventory.modules.iter().map(|module| Row {
        filename: &module.shown,
        module: &module.name,
        counts: Counts::new(module.things.iter()).json(),
        things: &module.things,
    });
    let rows: Vec<Row<'_>> = rows.collect();
    let mut totals = total.json();
    // To four places, so that it reads as a percentage with two.
    totals.insert("reaching_blocking_share".to_owned(), json!((total.share() * 10_000.0).round() / 10_000.0));
    let whole = json!({ "files": inventory.files, "totals": totals, "modules": rows });
    let mut out = serde_json::to_vec_pretty(&whole)?;
    out.push(b'\n');
    Ok(out)
}

fn table(paint: Paint, inventory: &Inventory, total: &Counts) -> String {
    let mut text = String::new();
    let modules = &inventory.modules;
    if modules.is_empty() {
        let _ = writeln!(
            text,
            "nothing of asyncio and nothing that blocks in {}",
            count(inventory.files, "file")
        );
        return text;
    }
    let mut heading = " ".repeat(WIDTH);
    for kind in Kind::ALL {
        let _ = write!(heading, "  {:>width$}", kind.heading(), width = column(kind));
    }
    let _ = writeln!(text, "{}", paint.bold(&heading));
    // A list that would leave out one line only is shown whole.
    let shown = if modules.len() <= MODULES + 1 { modules.len() } else { MODULES };
    for module in &modules[..shown] {
        line(&shortened(&module.shown), &Counts::new(module.things.iter()), &mut text);
    }
    if shown < modules.len() {
        let rest = &modules[shown..];
        let counts = Counts::new(rest.iter().flat_map(|module| &module.things));
        line(&format!("… {} more files", grouped(rest.len())), &counts, &mut text);
    }
    let mut last = String::new();
    line(&format!("all of {}", count(inventory.files, "file")), total, &mut last);
    text.push_str(&paint.bold(last.trim_end_matches('\n')));
    text.push('\n');
    let _ = writeln!(text, "\n{}", share(total));
    let blocking = modules.iter().flat_map(|module| &module.things);
    let blocking = blocking.filter(|thing| thing.kind == Kind::BlockingCall);
    let names = tally(blocking.map(|thing| thing.name.replace("()", "").replace("builtins.", "")));
    if !names.is_empty() {
        let shown: Vec<String> =
            names.iter().take(NAMES).map(|(name, number)| format!("{name} {}", grouped(*number))).collect();
        let more = if names.len() > NAMES { ", …" } else { "" };
        let _ = writeln!(text, "what blocks: {}{more}", shown.join(", "));
    }
    text
}

/// How many of the coroutines can get to something that blocks.
fn share(total: &Counts) -> String {
    let all = total.of(Kind::AsyncFunction);
    if all == 0 {
        return "no coroutines".to_owned();
    }
    format!(
        "{} of {} ({:.1} %) can reach something that blocks",
        grouped(total.reaching),
        count(all, "coroutine"),
        total.share() * 100.0
    )
}

fn line(name: &str, counts: &Counts, text: &mut String) {
    let _ = write!(text, "{name:WIDTH$}");
    for kind in Kind::ALL {
        let number = counts.of(kind);
        let number = if number == 0 { "·".to_owned() } else { grouped(number) };
        let _ = write!(text, "  {number:>width$}", width = column(kind));
    }
    text.push('\n');
}

/// Characters of a column.
fn column(kind: Kind) -> usize {
    kind.heading().len().max(5)
}

/// The end of a path that is too long for its column.
fn shortened(path: &str) -> String {
    let length = path.chars().count();
    if length <= WIDTH {
        return path.to_owned();
    }
    format!("…{}", path.chars().skip(length + 1 - WIDTH).collect::<String>())
}
