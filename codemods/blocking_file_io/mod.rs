//! Files and directories on the event loop.

mod examples;

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use crate::engine::apis::{FILE_CONSUMERS, Kind};
use crate::engine::blocked::{
    Blocked, Consumer, GENERATOR_REASON, THREAD_REASON, blocked, display_name, gone_over, says,
};
use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context, Framework, Runs};
use crate::engine::extract::outcome;
use crate::engine::fix::{FixBuilder, Fixes};
use crate::engine::semantic::{BindingKind, ScopeId};

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "blocking-file-io",
    summary: "read and write files in a thread instead of on the event loop",
    rationale: "\
A disk has no `await`: `open`, `read_text`, `listdir` or `rmtree` hold the event loop for as long as the disk takes.
That is microseconds for a small file that is cached, and seconds for a large one, a busy disk or a network file
system.

A single call moves into a thread as it is; a `with open(…)` block that does nothing but read or write becomes a small
local function that one thread runs from opening to closing. A project that depends on `aiofiles` or `anyio` gets
theirs where every use of the file has its counterpart. No dependency is added.

Looks at the file system that take microseconds (`exists`, `stat`, `mkdir`, `unlink`) are reported only when this
codemod is asked for by name or with `all`. Path arithmetic (`path.name`, `path / x`, `with_suffix`) and streams in
memory are no I/O. The fix is not safe: a thread cannot be cancelled, and other tasks run while it works.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Default,
    // The last is what ruff called it before 0.5.
    aliases: &["ASYNC230", "ASYNC232", "ASYNC240", "ASYNC101"],
    leads: &[],
    examples: examples::EXAMPLES,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    let pedantic = fixes.is_pedantic();
    // The blocks that move as a whole: what else blocks in them moves along.
    let mut moved: Vec<TextRange> = Vec::new();
    // The functions that they become, with the scopes in which they are defined.
    let mut names: Vec<(ScopeId, &str)> = Vec::new();
    for found in blocked(cx, Kind::FileIo, pedantic) {
        let is_part = is_use_of_a_block(cx, &found.call) || is_inside(&moved, found.call.range());
        if is_part || is_in_memory(cx, &found.call) || opens_descriptor(cx, &found.call) {
            continue;
        }
        if let Some(block) = block_of(cx, &found.call) {
            if block.items[0].context_expr.range() == found.call.range() {
                let before = names.iter().filter(|other| **other == name_of(cx, block)).count();
                if let Some(range) = with_block(cx, fixes, &found, block, before) {
                    moved.push(range);
                    names.push(name_of(cx, block));
                }
            }
            continue;
        }
        found.into_thread_with_consumer(fixes);
    }
    for (iter, consumer, verdict) in gone_over(cx, Kind::FileIo, pedantic) {
        // The block of a file is found where it opens it; a directory is looked into only when it is gone over.
        let is_folder = cx.symbol(iter).as_deref() == Some("os.scandir()");
        let is_reported = !is_folder && is_handle_of_a_block(cx, iter);
        if is_reported || is_inside(&moved, iter.range()) {
            continue;
        }
        let name = cx.symbol(iter).map(|symbol| display_name(&format!("{symbol}.__iter__")));
        let found = fixes.at(iter, says(&name.unwrap_or_default(), &verdict));
        match consumer {
            _ if is_file(cx, iter) => found.because("read the file as a whole in a thread").report(),
            _ if prunes(cx, iter, consumer) => {
                found.because("the loop changes where the walk goes on").report();
            }
            Consumer::Call(whole) if cx.runs(whole) == Runs::InGenerator => {
                found.because(GENERATOR_REASON).report();
            }
            Consumer::Comprehension if cx.runs(iter) == Runs::InGenerator => {
                found.because(GENERATOR_REASON).report();
            }
            Consumer::Call(whole) => {
                let Some(call) = cx.call(whole) else { continue };
                found
                    .because(THREAD_REASON)
                    .unsafe_fix("run it in a thread", |fix| fix.call_in_thread(&call));
            }
            Consumer::For(_) | Consumer::Comprehension => {
                found.because(THREAD_REASON).unsafe_fix("list it in a thread", |fix| {
                    fix.check_await(iter);
                    let runner = fix.thread_runner();
                    fix.insert(iter.start(), format!("await {runner}list, "));
                    fix.insert(iter.end(), ")");
                });
            }
        }
    }
}

/// Whether what is opened is a descriptor, which is open already: one of `os.pipe()`, or `other.fileno()`. A `with`
/// that reads or writes it waits all the same.
fn opens_descriptor(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    const GIVE: &[&str] = &["os.dup", "os.open", "os.pipe", "os.pipe2"];
    let Some(file) = call.expr.arguments.args.first() else { return false };
    if !call.may_be(&["open"]) || block_of(cx, call).is_some() {
        return false;
    }
    let gives = |value: &Expr| {
        let Expr::Call(made) = value else { return false };
        let is_number = made.func.as_attribute_expr().is_some_and(|method| method.attr.as_str() == "fileno");
        is_number || cx.symbol(&made.func).is_some_and(|symbol| GIVE.contains(&&*symbol))
    };
    let bound = || match cx.binding_read(file.as_name_expr()?)?.kind {
        BindingKind::Assignment { value, .. } => Some(value),
        _ => None,
    };
    gives(file) || bound().is_some_and(gives)
}

/// A `with` over files that is run as a whole in a thread, or through an asynchronous library. Gives its range if
/// it moves.
fn with_block<'a>(
    cx: &Context<'a>,
    fixes: &mut Fixes<'_>,
    found: &Blocked<'_, 'a>,
    block: &'a ast::StmtWith,
    before: usize,
) -> Option<TextRange> {
    if let Some(library) = file_library(cx)
        && let Some(plan) = asynchronous(cx, &found.call, block)
    {
        let message = format!("open it with `{library}`");
        let reason = "other tasks run while the file is read or written";
        found.found(fixes).because(reason).unsafe_fix(message, |fix| plan.write(fix, library));
        return None;
    }
    let only_files = only_uses_files(cx, block);
    let found = found.found(fixes);
    let outcome = match only_files.and_then(|()| outcome(cx, block)) {
        Ok(outcome) => outcome,
        Err(reason) => {
            found
                .because(format!("{reason}; move the reading or writing into a function for a thread"))
                .report();
            return None;
        }
    };
    found.because(THREAD_REASON).unsafe_fix("run the block in a thread", |fix| {
        let (_, wanted) = name_of(cx, block);
        // The blocks of one function get a function each.
        let name = match before {
            0 => fix.fresh_name(wanted),
            before => fix.fresh_name(&format!("{wanted}_{}", before + 1)),
        };
        fix.block_in_thread(block, &outcome, &name);
    });
    Some(block.range())
}

/// The scope around a block, and what a function of it is called there.
fn name_of(cx: &Context<'_>, block: &ast::StmtWith) -> (ScopeId, &'static str) {
    let scope = cx.semantic.frame(cx.semantic.scope_of(block));
    (scope, if writes(cx, block) { "write_file" } else { "read_file" })
}

fn is_inside(blocks: &[TextRange], range: TextRange) -> bool {
    blocks.iter().any(|block| block.contains_range(range))
}

/// The `with` that has a call among its managers, if all of them are files that this codemod knows to block.
fn block_of<'a>(cx: &Context<'a>, call: &Call<'_, 'a>) -> Option<&'a ast::StmtWith> {
    let AnyNodeRef::WithItem(item) = cx.parent(call.expr) else { return None };
    let AnyNodeRef::StmtWith(block) = cx.parent(item) else { return None };
    let is_file = |item: &'a ast::WithItem| {
        let call = cx.call(&item.context_expr);
        call.and_then(|call| call.blocks()).is_some_and(|verdict| verdict.kind == Kind::FileIo)
            && item.optional_vars.as_deref().is_none_or(Expr::is_name_expr)
    };
    (!block.is_async && item.context_expr.range() == call.range() && block.items.iter().all(is_file))
        .then_some(block)
}

/// The `with` that opens what a name stands for.
fn opened_by<'a>(cx: &Context<'a>, expr: &'a Expr) -> Option<&'a Expr> {
    let binding = cx.binding_read(expr.as_name_expr()?)?;
    match binding.kind {
        BindingKind::With { context, is_async: false, .. } => Some(context),
        _ => None,
    }
}

fn is_handle_of_a_block<'a>(cx: &Context<'a>, expr: &'a Expr) -> bool {
    opened_by(cx, expr).and_then(|context| cx.call(context)).is_some_and(|call| {
        call.on_the_loop() && call.blocks().is_some_and(|verdict| verdict.kind == Kind::FileIo)
    })
}

/// Whether a call is `f.read()` of a `with open(p) as f` on the loop: the finding is at the `open`.
fn is_use_of_a_block(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let Expr::Attribute(method) = call.func() else { return false };
    is_handle_of_a_block(cx, &method.value)
}

fn is_file(cx: &Context<'_>, expr: &Expr) -> bool {
    cx.symbol(expr).is_some_and(|symbol| symbol.ends_with(".open()"))
}

/// Whether what is opened is a stream in memory, directly or through the object whose method it is.
fn is_in_memory(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    if has_memory_argument(cx, call) {
        return true;
    }
    let Expr::Attribute(method) = call.func() else { return false };
    let receiver = &*method.value;
    let origin = receiver.as_name_expr().and_then(|name| cx.binding_read(name)).and_then(|binding| {
        match binding.kind {
            BindingKind::With { context, .. } => Some(context),
            BindingKind::Assignment { value, unpacked: None } => Some(value),
            _ => None,
        }
    });
    origin.and_then(|origin| cx.call(origin)).is_some_and(|origin| has_memory_argument(cx, &origin))
}

fn has_memory_argument(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let arguments = &call.expr.arguments;
    let values = arguments.args.iter().chain(arguments.keywords.iter().map(|keyword| &keyword.value));
    let mut in_memory = values.filter_map(|value| cx.symbol(value)).filter(|symbol| {
        matches!(&**symbol, "io.BytesIO()" | "io.StringIO()" | "tempfile.SpooledTemporaryFile()")
    });
    in_memory.next().is_some() || call.keyword("fileobj").is_some()
}

/// Whether the body of a loop over `os.walk` uses the names of the directories, which steer the walk.
fn prunes(cx: &Context<'_>, iter: &Expr, consumer: Consumer<'_>) -> bool {
    let Consumer::For(statement) = consumer else { return false };
    if !cx.symbol(iter).is_some_and(|symbol| symbol.ends_with("walk()")) {
        return false;
    }
    let Expr::Tuple(target) = &*statement.target else { return true };
    match target.elts.get(1) {
        Some(Expr::Name(directories)) => {
            let own = |read: &&ast::ExprName| statement.range().contains_range(read.range());
            cx.reads_of(directories).iter().any(own)
        }
        _ => true,
    }
}

/// Whether a block does nothing but use its files; the error says what else.
fn only_uses_files(cx: &Context<'_>, block: &ast::StmtWith) -> Result<(), &'static str> {
    let inside = |range: TextRange| block.range().contains_range(range);
    for call in cx.calls().filter(|call| inside(call.range())) {
        let symbol = call.symbol();
        let blocks = call.blocks().is_some_and(|verdict| verdict.kind == Kind::FileIo);
        let is_known = symbol
            .as_deref()
            .is_some_and(|symbol| FILE_CONSUMERS.iter().any(|(name, _)| *name == symbol) || is_pure(symbol));
        let is_method = matches!(call.func(), Expr::Attribute(method)
            if is_handle_of_a_block(cx, &method.value) || is_text_method(method.attr.as_str()));
        if !(blocks || is_known || is_method) {
            return Err("the block does more than read or write its file");
        }
    }
    Ok(())
}

/// Functions that only look at their arguments.
fn is_pure(symbol: &str) -> bool {
    let Some(name) = symbol.strip_prefix("builtins.") else {
        return matches!(
            symbol,
            "json.dumps"
                | "json.loads"
                | "pickle.dumps"
                | "pickle.loads"
                | "yaml.dump"
                | "csv.reader"
                | "csv.writer"
                | "csv.DictReader"
                | "csv.DictWriter"
                | "csv.writer().writerow"
                | "csv.writer().writerows"
                | "csv.DictWriter().writerow"
                | "csv.DictWriter().writerows"
                | "csv.DictWriter().writeheader"
                | "textwrap.dedent"
                | "base64.b64encode"
                | "base64.b64decode"
                | "hashlib.md5"
                | "hashlib.sha1"
                | "hashlib.sha256"
                | "hashlib.md5().hexdigest"
                | "hashlib.sha1().hexdigest"
                | "hashlib.sha256().hexdigest"
                | "pathlib.Path"
                | "os.path.join"
                | "os.fspath"
        );
    };
    matches!(
        name,
        "bool"
            | "bytes"
            | "bytearray"
            | "dict"
            | "enumerate"
            | "float"
            | "frozenset"
            | "int"
            | "isinstance"
            | "iter"
            | "len"
            | "list"
            | "max"
            | "min"
            | "next"
            | "range"
            | "repr"
            | "reversed"
            | "set"
            | "sorted"
            | "str"
            | "sum"
            | "tuple"
            | "zip"
    )
}

/// Methods of text, bytes and lists that have no effect elsewhere.
fn is_text_method(name: &str) -> bool {
    matches!(
        name,
        "append"
            | "decode"
            | "encode"
            | "endswith"
            | "extend"
            | "format"
            | "isoformat"
            | "items"
            | "join"
            | "keys"
            | "lower"
            | "lstrip"
            | "model_dump"
            | "model_dump_json"
            | "replace"
            | "rstrip"
            | "split"
            | "splitlines"
            | "startswith"
            | "strftime"
            | "strip"
            | "upper"
            | "values"
            | "writerow"
            | "writerows"
            | "writeheader"
    )
}

/// Whether a block writes its file, by the mode or by what it calls.
fn writes(cx: &Context<'_>, block: &ast::StmtWith) -> bool {
    let is_writing = |expr: &Expr| matches!(expr, Expr::StringLiteral(text) if text.value.to_str().starts_with(['w', 'a', 'x']));
    block.items.iter().filter_map(|item| cx.call(&item.context_expr)).any(|call| {
        // `path.open("w")` has no other argument before it.
        let is_method = call.symbol().is_some_and(|symbol| symbol.ends_with("().open"));
        let mode = call.argument("mode", usize::from(!is_method));
        mode.is_some_and(is_writing)
    })
}

/// The library through which the file's framework or the project's dependencies open files.
fn file_library(cx: &Context<'_>) -> Option<&'static str> {
    let depends = |name: &str| cx.settings.dependencies.iter().any(|own| own == name);
    match cx.framework() {
        Framework::Trio => Some("trio"),
        Framework::Anyio => Some("anyio"),
        Framework::Asyncio if depends("aiofiles") => Some("aiofiles"),
        Framework::Asyncio if depends("anyio") => Some("anyio"),
        Framework::Asyncio => None,
    }
}

/// The edits that open a file with an asynchronous library.
struct Asynchronous<'a> {
    block: &'a ast::StmtWith,
    open: &'a Expr,
    /// Calls of the file's methods, awaited then.
    awaited: Vec<&'a Expr>,
    loops: Vec<&'a ast::StmtFor>,
    /// The file as the argument of a function that takes its text as well.
    texts: Vec<&'a ast::ExprName>,
    /// The `load` of `json.load(f)`, which becomes `loads`.
    renamed: Vec<TextRange>,
}

/// How a block uses its file through an asynchronous library; `None` where a use has no counterpart.
fn asynchronous<'a>(
    cx: &Context<'a>,
    call: &Call<'_, 'a>,
    block: &'a ast::StmtWith,
) -> Option<Asynchronous<'a>> {
    let [item] = block.items.as_slice() else { return None };
    let Some(Expr::Name(file)) = item.optional_vars.as_deref() else { return None };
    if call.symbol().as_deref() != Some("builtins.open") {
        return None;
    }
    let mut plan = Asynchronous {
        block,
        open: call.func(),
        awaited: Vec::new(),
        loops: Vec::new(),
        texts: Vec::new(),
        renamed: Vec::new(),
    };
    let reads = cx.reads_of(file);
    // Another file of the same name has its own block.
    for read in reads.into_iter().filter(|read| block.range().contains_range(read.range())) {
        if cx.runs(read) != Runs::OnLoop {
            return None;
        }
        match cx.parent(read) {
            AnyNodeRef::ExprAttribute(method) => {
                let is_known = matches!(
                    method.attr.as_str(),
                    "flush"
                        | "read"
                        | "readline"
                        | "readlines"
                        | "seek"
                        | "tell"
                        | "truncate"
                        | "write"
                        | "writelines"
                );
                let AnyNodeRef::ExprCall(called) = cx.parent(method) else { return None };
                let whole = cx.calls().find(|other| std::ptr::eq(other.expr, called))?.whole;
                if !is_known || called.func.range() != method.range() {
                    return None;
                }
                plan.awaited.push(whole);
            }
            AnyNodeRef::StmtFor(over) if over.iter.range() == read.range() && !over.is_async => {
                plan.loops.push(over);
            }
            AnyNodeRef::Arguments(arguments) => {
                let AnyNodeRef::ExprCall(called) = cx.parent(arguments) else { return None };
                match (cx.symbol(&called.func).as_deref(), &*called.func) {
                    (Some("json.load"), Expr::Attribute(load)) => plan.renamed.push(load.attr.range()),
                    (Some("yaml.safe_load" | "yaml.load" | "yaml.full_load"), _) => {}
                    _ => return None,
                }
                if arguments.args.first()?.range() != read.range() {
                    return None;
                }
                plan.texts.push(read);
            }
            _ => return None,
        }
    }
    let outside = cx.reads_of(file).into_iter().any(|read| {
        !block.range().contains_range(read.range())
            && !matches!(cx.binding_read(read).map(|b| b.kind), Some(BindingKind::With { .. }))
    });
    (!outside).then_some(plan)
}

impl Asynchronous<'_> {
    fn write(&self, fix: &mut FixBuilder<'_>, library: &str) {
        let (open, awaited) = match library {
            "aiofiles" => ("aiofiles.open", ""),
            "trio" => ("trio.open_file", "await "),
            _ => ("anyio.open_file", "await "),
        };
        let open = fix.import(open);
        fix.insert(self.block.start(), "async ");
        fix.replace(self.open, format!("{awaited}{open}"));
        for call in &self.awaited {
            fix.await_expression(call);
        }
        for over in &self.loops {
            fix.insert(over.start(), "async ");
        }
        for text in &self.texts {
            fix.replace(*text, format!("await {}.read()", text.id));
        }
        for load in &self.renamed {
            fix.replace(*load, "loads");
        }
    }
}
