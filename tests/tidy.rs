//! The repository keeps its own rules: what is derived is fresh, names match files, words keep their style.
//!
//! With `ASYNCFIX_BLESS=1` in the environment (`cargo bless`) what is derived is written instead of compared.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use asyncfix_codemods::examples::parse;
use asyncfix_codemods::{CODEMODS, Codemod, Enabled};

/// The folders whose `mod.rs` lists its modules from the ground up.
const LAYERED: [&str; 2] = ["codemods/engine", "codemods/engine/project"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file of the repository that people keep: relative path with `/`, and its text where it is text.
fn files() -> Vec<(String, String)> {
    let skipped = ["target", ".git", "__pycache__", ".asyncfix_cache", ".venv", "node_modules"];
    let mut folders = vec![root().to_owned()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).expect("a folder of the repository can be read");
        for entry in entries.map(|entry| entry.expect("so can its entries")) {
            let (path, name) = (entry.path(), entry.file_name());
            if skipped.iter().any(|skipped| name == *skipped) {
                continue;
            }
            if entry.file_type().expect("an entry has a type").is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                found.push((relative(&path), text));
            }
        }
    }
    found.sort();
    found
}

fn relative(path: &Path) -> String {
    let inside = path.strip_prefix(root()).expect("it was found there");
    inside.to_string_lossy().replace('\\', "/")
}

fn rust_files() -> impl Iterator<Item = (String, String)> {
    files().into_iter().filter(|(path, _)| path.ends_with(".rs"))
}

/// One failure for each line.
fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn rust_files_keep_the_rules() {
    // Parted, so that this file does not break the rules it states.
    let everywhere = [
        (concat!("#[", "ignore"), "run the test or drop it"),
        (concat!("#[", "allow("), "use #[expect(…, reason = \"…\")]"),
        (concat!("#![", "allow("), "use #![expect(…, reason = \"…\")]"),
        (concat!("todo", "!("), "finish it"),
        (concat!("unimplemented", "!("), "finish it"),
        (concat!("dbg", "!("), "take it out"),
        (concat!("TO", "DO"), "do it, or say what is"),
        (concat!("FIX", "ME"), "mend it, or say what is"),
    ];
    let in_the_shell = ["ruff_python", "ruff_text", "ruff_source", "rustpython"]
        .map(|parser| (parser, "the shell never touches Python's syntax; ask the codemods"));
    let in_the_codemods = [
        ("std::fs", "the shell reads and writes"),
        ("std::env", "the shell reads the environment"),
        ("std::thread", "the shell owns the threads"),
        ("std::process", "the shell starts processes"),
        ("std::time", "codemods do not look at the clock"),
        ("println!", "the shell prints"),
        ("eprint!", "the shell prints"),
    ];
    let mut faults = Vec::new();
    for (path, text) in rust_files() {
        if !text.starts_with("//! ") {
            faults.push(format!("{path}:1: a module opens with a sentence (`//! …`)"));
        }
        let rows = text.lines().count();
        if rows > 1000 {
            faults.push(format!("{path}: {rows} lines; find the seam and part it in two"));
        }
        let mut banned = everywhere.to_vec();
        banned.extend(if path.starts_with("src/") { &in_the_shell[..] } else { &[] });
        banned.extend(if path.starts_with("codemods/") { &in_the_codemods[..] } else { &[] });
        for (index, line) in text.lines().enumerate() {
            for (word, instead) in banned.iter().filter(|(word, _)| line.contains(word)) {
                faults.push(format!("{path}:{}: `{word}`: {instead}", index + 1));
            }
        }
    }
    assert_none(&faults);
}

/// The modules that a folder's `mod.rs` lists, with the number of the group that each stands in.
fn groups(list: &str) -> BTreeMap<&str, usize> {
    let mut group = 0;
    let mut groups = BTreeMap::new();
    for line in list.lines() {
        group += usize::from(line.starts_with("// "));
        let listed = line.strip_suffix(';').and_then(|line| line.rsplit_once("mod "));
        if let Some((_, module)) = listed.filter(|_| !line.starts_with(' ')) {
            groups.insert(module, group);
        }
    }
    groups
}

/// The modules of a folder that a file below it names; `module` is the file's own path below the folder.
fn named(text: &str, folder: &str, module: &[&str]) -> BTreeSet<String> {
    let code: String = text.lines().map(|line| line.split("//").next().unwrap_or(line)).collect();
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let mut named = BTreeSet::new();
    let mut rest = code.as_str();
    while let Some(start) = rest.find(is_path) {
        let tail = &rest[start..];
        let (path, after) = tail.split_at(tail.find(|c| !is_path(c)).unwrap_or(tail.len()));
        rest = after;
        let parts: Vec<&str> = path.split("::").collect();
        let ups = parts.iter().take_while(|part| **part == "super").count();
        let next = match parts.iter().position(|part| *part == folder) {
            Some(at) => at + 1,
            None if ups > 0 && ups == module.len() => ups,
            None => continue,
        };
        match parts.get(next) {
            Some(name) if !name.is_empty() => drop(named.insert((*name).to_owned())),
            // `super::{one, two::Thing}`
            _ => {
                let list = after.strip_prefix('{').and_then(|list| list.split('}').next()).unwrap_or("");
                let names = list.split(',').filter_map(|item| item.trim().split("::").next());
                named.extend(names.map(str::to_owned));
            }
        }
    }
    named
}

/// A way round through modules that use one another, from this one on.
fn circle<'m>(uses: &BTreeMap<&'m str, BTreeSet<&'m str>>, way: &mut Vec<&'m str>) -> bool {
    let at = way[way.len() - 1];
    uses.get(at).into_iter().flatten().any(|next| {
        let is_known = way.contains(next);
        way.push(next);
        let found = is_known && way[0] == *next || !is_known && circle(uses, way);
        if !found {
            way.pop();
        }
        found
    })
}

/// For each folder of Rust code, the modules in it with those beside them that each names, and where.
fn uses() -> BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>> {
    let mut uses: BTreeMap<String, BTreeMap<String, BTreeMap<String, String>>> = BTreeMap::new();
    for (path, text) in rust_files() {
        let inside = path.trim_end_matches(".rs").trim_end_matches("/mod");
        let parts: Vec<&str> = inside.split('/').collect();
        if !matches!(parts[0], "src" | "codemods") {
            continue;
        }
        for depth in 1..parts.len() {
            let (folder, module) = (parts[..depth].join("/"), &parts[depth..]);
            let own = uses.entry(folder).or_default().entry(module[0].to_owned()).or_default();
            let name = if depth == 1 { "crate" } else { parts[depth - 1] };
            for other in named(&text, name, module) {
                own.entry(other).or_insert_with(|| path.clone());
            }
        }
    }
    for modules in uses.values_mut() {
        let known: BTreeSet<String> = modules.keys().cloned().collect();
        for (module, others) in &mut *modules {
            others.retain(|other, _| known.contains(other) && other != module);
        }
    }
    uses
}

#[test]
fn no_two_modules_use_each_other() {
    let mut faults = Vec::new();
    let uses = uses();
    for (folder, modules) in &uses {
        let arrows: BTreeMap<&str, BTreeSet<&str>> = modules
            .iter()
            .map(|(module, others)| (module.as_str(), others.keys().map(String::as_str).collect()))
            .collect();
        for module in arrows.keys() {
            let mut way = vec![*module];
            if circle(&arrows, &mut way) {
                faults.push(format!("{folder}: modules use one another: {}", way.join(" -> ")));
            }
        }
    }
    let arrows = uses.values().flat_map(BTreeMap::values).map(BTreeMap::len).sum::<usize>();
    assert!(arrows > 300, "what the modules use was not found: {arrows}");
    assert_none(&faults);
}

#[test]
fn modules_use_only_what_their_folder_lists_above_them() {
    let mut faults = Vec::new();
    let uses = uses();
    for folder in LAYERED {
        let list = fs::read_to_string(root().join(folder).join("mod.rs")).expect("the folder has a page");
        let groups = groups(&list);
        for (module, others) in &uses[folder] {
            for (other, path) in others {
                if groups[other.as_str()] > groups[module.as_str()] {
                    faults.push(format!("{path}: `{other}` stands below `{module}` in {folder}/mod.rs"));
                }
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn names_match_files() {
    let mut faults = Vec::new();
    let mut names: BTreeSet<String> = BTreeSet::new();
    for codemod in CODEMODS {
        let stem = codemod.name.replace('-', "_");
        let places = [format!("codemods/{stem}.rs"), format!("codemods/{stem}/mod.rs")];
        if !places.iter().any(|place| root().join(place).is_file()) {
            faults.push(format!("{}: there is neither {} nor {}", codemod.name, places[0], places[1]));
        }
        let is_word = |word: &str| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        };
        if !codemod.name.split('-').all(is_word) {
            faults.push(format!("{}: a name is lower-case words joined by `-`", codemod.name));
        }
        if !names.insert(stem) {
            faults.push(format!("{}: two codemods have this name", codemod.name));
        }
    }
    for stem in codemod_files().iter().filter(|stem| !names.contains(*stem)) {
        faults.push(format!("codemods/{stem}: this codemod is not in `CODEMODS`; run `cargo bless`"));
    }
    if !CODEMODS.is_sorted_by_key(|codemod| codemod.name) {
        faults.push("codemods/lib.rs: `CODEMODS` is not in the order of the names".to_owned());
    }
    assert_none(&faults);
}

#[test]
fn codemods_are_described_in_style() {
    let mut faults = Vec::new();
    for codemod in CODEMODS {
        let mut check = |what: &str, text: &str| {
            faults.extend(fault(text).map(|fault| format!("{}: {what} {fault}: {text}", codemod.name)));
        };
        check("the summary", codemod.summary);
        let examples = parse(codemod.examples);
        for example in examples.iter().flatten() {
            check("the title of an example", &example.title);
        }
        if let Err(error) = examples {
            faults.push(format!("{}: {error}", codemod.name));
        }
        let rationale = codemod.rationale;
        if rationale.trim() != rationale || !rationale.ends_with(['.', '`', '|']) {
            faults.push(format!("{}: the rationale is sentences, without blanks around", codemod.name));
        }
        if rationale.matches('`').count() % 2 == 1 {
            faults.push(format!("{}: the rationale has an odd backtick", codemod.name));
        }
        for alias in codemod.aliases {
            let letters = alias.trim_end_matches(|c: char| c.is_ascii_digit());
            if letters.is_empty()
                || letters.len() == alias.len()
                || letters.bytes().any(|b| !b.is_ascii_uppercase())
            {
                faults.push(format!("{}: `{alias}` is not a code such as ASYNC251", codemod.name));
            }
        }
    }
    assert_none(&faults);
}

/// What is wrong with a line a person reads.
fn fault(text: &str) -> Option<&'static str> {
    if text.is_empty() || text.trim() != text || text.contains('\n') {
        Some("is not one line")
    } else if text.chars().next().is_some_and(char::is_uppercase) {
        Some("does not begin in lower case")
    } else if text.ends_with('.') {
        Some("ends in a full stop")
    } else if text.matches('`').count() % 2 == 1 {
        Some("has an odd backtick")
    } else if text.chars().count() > 100 {
        Some("is longer than 100 characters")
    } else {
        None
    }
}

#[test]
fn derived_text_is_fresh() {
    // README.md before `codemods/lib.rs`: a codemod that is listed only now is in the pages of the next run.
    let faults: Vec<String> = [
        refresh("README.md", |text| between_markers(text, &table("codemods/README.md"))),
        refresh("codemods/README.md", |text| between_markers(text, &(table("") + &sections()))),
        refresh("codemods/lib.rs", with_codemods_listed),
    ]
    .into_iter()
    .filter_map(Result::err)
    .collect();
    assert_none(&faults);
}

/// Compares a file with what `derive` makes of it, or writes that.
fn refresh(path: &str, derive: impl Fn(&str) -> Result<String, String>) -> Result<(), String> {
    let place = root().join(path);
    let text = fs::read_to_string(&place).map_err(|error| format!("{path}: {error}"))?;
    let fresh = derive(&text).map_err(|fault| format!("{path}: {fault}"))?;
    if fresh == text {
        return Ok(());
    }
    if std::env::var_os("ASYNCFIX_BLESS").is_none() {
        return Err(format!("{path}: what is derived from the codemods is not fresh; run `cargo bless`"));
    }
    fs::write(&place, fresh).map_err(|error| format!("{path}: {error}"))
}

/// The text with `derived` between the line of the first marker and that of the second.
fn between_markers(text: &str, derived: &str) -> Result<String, String> {
    let (begin, end) = ("<!-- codemods:begin -->\n", "<!-- codemods:end -->");
    let parts = text.split_once(begin).and_then(|(head, rest)| Some((head, rest.split_once(end)?.1)));
    let (head, tail) = parts.ok_or_else(|| format!("it lacks the lines {} and {end}", begin.trim()))?;
    Ok([head, begin, derived, end, tail].concat())
}

/// `codemods/lib.rs` with every codemod in its folder declared and listed, laid out as rustfmt does.
fn with_codemods_listed(text: &str) -> Result<String, String> {
    let mut declared = modules(|_| true);
    declared.sort();
    let declared: String = declared.iter().map(|stem| format!("mod {stem};\n")).collect();
    let is_module = |line: &&str| line.starts_with("mod ") && line.trim_end() != "mod engine;";
    let old: String = text.split_inclusive('\n').filter(is_module).collect();
    if old.is_empty() || !text.contains(&old) {
        return Err("the `mod` lines after the engine's must stand together".to_owned());
    }
    let text = text.replacen(&old, &declared, 1);

    let begin = "pub const CODEMODS: &[&Codemod] =";
    let parts = text.split_once(begin).and_then(|(head, rest)| Some((head, rest.split_once("];\n")?.1)));
    let (head, tail) = parts.ok_or_else(|| format!("it lacks `{begin} &[…];`"))?;
    let items: Vec<String> = codemod_files().iter().map(|stem| format!("&{stem}::CODEMOD")).collect();
    let line = format!("&[{}", items.join(", "));
    let list = if begin.len() + " ".len() + line.len() + "];".len() <= 110 {
        format!(" {line}")
    } else if "    ".len() + line.len() + "];".len() <= 110 {
        format!("\n    {line}")
    } else {
        format!(" &[\n{}", items.iter().map(|item| format!("    {item},\n")).collect::<String>())
    };
    Ok([head, begin, &list, "];\n", tail].concat())
}

/// The modules in `codemods/` that hold a codemod, in the order of the codemods' names.
fn codemod_files() -> Vec<String> {
    let mut stems = modules(|text| text.contains("const CODEMOD: Codemod"));
    stems.sort_by_key(|stem| stem.replace('_', "-"));
    stems
}

/// The modules in `codemods/`, besides the engine and the public ones, with such a text.
fn modules(keep: impl Fn(&str) -> bool) -> Vec<String> {
    let stem = |(path, text): (String, String)| {
        let inside = path.strip_prefix("codemods/")?;
        let stem = inside.strip_suffix("/mod.rs").or_else(|| inside.strip_suffix(".rs"))?;
        let is_other = stem.contains('/') || ["engine", "examples", "lib"].contains(&stem);
        (!is_other && keep(&text)).then(|| stem.to_owned())
    };
    rust_files().filter_map(stem).collect()
}

/// One line for each codemod; `page` is where their sections are.
fn table(page: &str) -> String {
    let mut table = String::from("\n| Codemod | Fixes | On | What it does |\n| --- | --- | --- | --- |\n");
    for codemod in CODEMODS {
        let Codemod { name, summary, .. } = codemod;
        let (level, on) = (codemod.applicability.as_str(), when(codemod));
        let summary = summary.replace('|', "\\|");
        writeln!(table, "| [{name}]({page}#{name}) | {level} | {on} | {summary} |")
            .expect("a string takes it");
    }
    table.push('\n');
    table
}

fn when(codemod: &Codemod) -> &'static str {
    match codemod.enabled {
        Enabled::Default => "default",
        Enabled::Pedantic => "pedantic",
        Enabled::Named => "by name",
    }
}

/// A section for each codemod: why, and its examples.
fn sections() -> String {
    let mut sections = String::new();
    for codemod in CODEMODS {
        let Codemod { name, summary, rationale, aliases, .. } = codemod;
        let (level, on) = (codemod.applicability.as_str(), when(codemod));
        let codes: Vec<String> = aliases.iter().map(|code| format!("`{code}`")).collect();
        let codes =
            if codes.is_empty() { String::new() } else { format!(" Also known as {}.", codes.join(", ")) };
        let mut capital = (*summary).to_owned();
        if let Some(first) = capital.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        write!(sections, "## {name}\n\n{capital}.\n\nFixes: {level}. On: {on}.{codes}\n\n{rationale}\n\n")
            .expect("a string takes it");
        for example in parse(codemod.examples).unwrap_or_else(|error| panic!("{name}: {error}")) {
            sections.push_str(&example.markdown());
            sections.push('\n');
        }
    }
    sections
}

#[test]
fn nothing_names_the_machine_it_was_written_on() {
    // Folders that every machine has say nothing of this one.
    let common =
        ["/", "/home", "/Users", "/root", "/tmp", "/usr", "/opt", "/var", "/mnt", "/srv", "/src", "/build"];
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let own: Vec<String> = root()
        .ancestors()
        .chain(home.as_deref())
        .filter(|folder| folder.parent().is_some() && !common.iter().any(|other| *folder == Path::new(other)))
        .map(|folder| format!("{}/", folder.display()))
        .collect();
    let mut faults = Vec::new();
    for (path, text) in files() {
        for (index, line) in text.lines().enumerate() {
            if let Some(folder) = own.iter().find(|folder| line.contains(folder.as_str())) {
                faults.push(format!("{path}:{}: names `{folder}`, a folder of one machine", index + 1));
            }
        }
    }
    assert_none(&faults);
}
