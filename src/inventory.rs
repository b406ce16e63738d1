//! `--inventory`: what a project has of asyncio, counted, instead of what is wrong with it.

use anyhow::Result;
use asyncfix_codemods::{Link, Stock, Summary, Thing, summarize, take_stock};
use rayon::prelude::*;

use crate::args::Args;
use crate::config::Configs;
use crate::discover::{PyFile, Tree};
use crate::guard::guarded;
use crate::reading::{PIECE, blame, content, module_file, on_all_threads, our_bug, read, roots, source};
use crate::report::{self, Inventory, Module};
use crate::status::{Failure, Status};

/// What a look at a file gives.
type Looked = Result<(Summary, Option<Stock>), Failure>;

/// Counts and prints what the requested files hold.
///
/// # Errors
/// The configuration is wrong, the format has no form for it, or stdout cannot be written to.
pub(crate) fn run(
    args: &Args,
    trees: &[Tree],
    failures: Vec<Failure>,
    configs: &mut Configs<'_>,
    pool: &rayon::ThreadPool,
) -> Result<Status> {
    let mut inventory = Inventory { failures, ..Inventory::default() };
    for tree in trees {
        let folder = configs.folder(&tree.root)?;
        let files: Vec<_> = tree.files.iter().map(|file| module_file(tree, file)).collect();
        let link = Link::new(&files, &roots(&folder, tree), &folder.settings(&tree.root));
        pool.install(|| count(tree, link, &mut inventory));
    }
    report::inventory(args, &mut inventory)
}

/// Looks at the requested files of a project, and at those their calls lead to.
fn count(tree: &Tree, mut link: Link, inventory: &mut Inventory) {
    let files = &tree.files;
    let mut stocks: Vec<Option<Stock>> = vec![None; files.len()];
    let mut next: Vec<usize> = (0..files.len()).filter(|&file| files[file].requested).collect();
    inventory.files += next.len();
    while !next.is_empty() {
        let looked: Vec<Looked> =
            next.par_iter().with_max_len(PIECE).map(|&file| look(&files[file], link.module(file))).collect();
        for (&file, looked) in next.iter().zip(looked) {
            match looked {
                Ok((summary, stock)) => {
                    link.add(file, summary);
                    stocks[file] = stock;
                }
                Err(failure) if files[file].requested => inventory.failures.push(failure),
                // A file nobody asked about: calls into it are not followed, and that is all.
                Err(_) => {}
            }
        }
        next = link.wanted(&on_all_threads);
    }
    let names: Vec<String> = (0..files.len()).map(|file| link.module(file).to_owned()).collect();
    let things: Vec<Vec<Thing>> = link.inventory(&stocks);
    for ((file, name), things) in files.iter().zip(names).zip(things) {
        if !things.is_empty() {
            inventory.modules.push(Module { shown: file.shown.clone(), name, things });
        }
    }
}

fn look(file: &PyFile, module: &str) -> Looked {
    let work = || -> Looked {
        let content = read(file, content(file)?)?;
        let settings = file.folder.settings(&file.path);
        let source = source(file, &content, module);
        let looked = if file.requested {
            take_stock(&source, &settings).map(|(summary, stock)| (summary, Some(stock)))
        } else {
            summarize(&source, &settings, false).map(|summary| (summary, None))
        };
        looked.map_err(|problem| blame(file, &problem))
    };
    guarded(work).unwrap_or_else(|bug| Err(our_bug(file, &bug)))
}
