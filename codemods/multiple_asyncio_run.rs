//! `asyncio.run` called several times in a row.

use ruff_python_ast::{AnyNodeRef, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context, Runs};
use crate::engine::fix::{FixBuilder, Fixes};
use crate::engine::semantic::{BindingKind, ScopeKind};

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "multiple-asyncio-run",
    summary: "run one event loop for what belongs together instead of one after another",
    rationale: "\
Each `asyncio.run` makes an event loop, waits for one coroutine, cancels what else runs and closes the loop. Locks,
queues, connections and tasks that one run makes are dead in the next: they belong to a loop that is closed. One
coroutine that awaits the others one by one keeps them alive, and is what `asyncio.run` is meant for: it is called
once, at the top. A lock or queue of the module that coroutines wait for meets several loops where `asyncio.run` stands
in a loop too: it belongs to the first one that had to wait for it, and raises an error in the others.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Default,
    aliases: &[],
    leads: &[],
    examples: r#"
# one after another
! unsafe
 import asyncio


 async def setup():
     print("set up")


 async def work():
     print("at work")


 def start():
     print("starting")
-    asyncio.run(setup())
-    asyncio.run(work())
+    async def main():
+        await setup()
+        await work()
+    asyncio.run(main())
# with results
! unsafe
 import asyncio


 async def fetch(url):
     return url


 if __name__ == "__main__":
-    first = asyncio.run(fetch("a"))
-    second = asyncio.run(fetch(first))
-    print(asyncio.run(fetch(second)).upper())
+    async def main():
+        first = await fetch("a")
+        second = await fetch(first)
+        print((await fetch(second)).upper())
+        return first, second
+    first, second = asyncio.run(main())
     print(first, second)
# up to a return
! unsafe
 import asyncio


 async def fetch(url):
     return url


 def load():
-    asyncio.run(fetch("a"))
-    return asyncio.run(fetch("b"))
+    async def main():
+        await fetch("a")
+        return await fetch("b")
+    return asyncio.run(main())
# another `main` keeps its name
! unsafe
 import asyncio


 async def main():
     print("at work")


-asyncio.run(main())
-asyncio.run(main())
+async def main_2():
+    await main()
+    await main()
+asyncio.run(main_2())
# other work in between
! reported between
 import asyncio
 import time


 async def fetch(url):
     return url


 def load():
     asyncio.run(fetch("a"))
     time.sleep(1)
     asyncio.run(fetch("b"))
# options are for the whole loop
! reported options
 import asyncio


 async def fetch(url):
     return url


 def load():
     asyncio.run(fetch("a"), debug=True)
     asyncio.run(fetch("b"))
# a name that is read before it is given
! reported `url`
 import asyncio


 async def fetch(url):
     return url


 def load(url):
     url = asyncio.run(fetch(url))
     url = asyncio.run(fetch(url))
     return url
# one run, or one of several
 import asyncio


 async def fetch(url):
     return url


 def load(url):
     if url:
         return asyncio.run(fetch(url))
     return asyncio.run(fetch("a"))


 def other(url):
     if url:
         asyncio.run(fetch(url))
     else:
         asyncio.run(fetch("a"))


 asyncio.run(fetch("a"))
# a test may well want a new loop
 import asyncio


 async def fetch(url):
     return url


 def test_fetch():
     first = asyncio.run(fetch("a"))
     second = asyncio.run(fetch("a"))
     assert first == second
# what belongs to one loop, and is made for all of them
! reported belongs to the event loop of the first call
 import asyncio

 lock = asyncio.Lock()


 async def add(name):
     async with lock:
         print(name)


 def start():
     asyncio.run(add("a"))
     print("once more")
     asyncio.run(add("b"))
# and is met by each round of a loop
! reported again and again
 import asyncio

 names: list[str] = []
 wanted = asyncio.Queue()


 async def take():
     return await wanted.get()


 def start():
     while len(names) < 3:
         names.append(asyncio.run(take()))
# a loop that has nothing to share, or runs once
 import asyncio

 lock = asyncio.Lock()


 async def take(name):
     await asyncio.sleep(1)
     return name


 async def locked(name):
     async with asyncio.Lock():
         return name


 def start(names):
     for name in names:
         asyncio.run(take(name))
     for name in asyncio.run(locked(names)):
         print(name)
# another `run` is another thing
 import subprocess


 def work():
     subprocess.run(["ls"])
     subprocess.run(["ls"])
"#,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    let runs: Vec<Call<'_, '_>> = cx.calls_to("asyncio.run").filter(|call| is_direct(cx, call)).collect();
    repeated(cx, &runs, fixes);
    let mut at = 0;
    while at < runs.len() {
        let suite = cx.suite(runs[at].expr);
        let group = runs[at..].iter().take_while(|call| std::ptr::eq(cx.suite(call.expr), suite)).count();
        let calls = &runs[at..at + group];
        at += group;
        let statements: Vec<usize> = (0..suite.len())
            .filter(|index| calls.iter().any(|call| suite[*index].range().contains_range(call.range())))
            .collect();
        let (Some(first), Some(last)) = (statements.first(), statements.last()) else { continue };
        if first == last {
            continue;
        }
        let Some(again) = calls.iter().find(|call| suite[statements[1]].range().contains_range(call.range()))
        else {
            continue;
        };
        let found = fixes.at(
            again,
            match of_module(cx) {
                Some(name) => {
                    format!(
                        "`asyncio.run` is called again: `{name}` belongs to the event loop of the first call"
                    )
                }
                None => "`asyncio.run` is called again: each call has an event loop of its own".to_owned(),
            },
        );
        if last - first + 1 != statements.len() {
            found.because("other statements stand between them").report();
            continue;
        }
        let block = &suite[*first..=*last];
        let reason = "what one run leaves behind lives on in the next";
        found.because(reason).unsafe_fix("run them in one `main`", |fix| in_one(fix, calls, block));
    }
}

/// The calls that a loop repeats, when the module has something that belongs to one event loop.
fn repeated(cx: &Context<'_>, runs: &[Call<'_, '_>], fixes: &mut Fixes<'_>) {
    let in_loop = |call: &&Call<'_, '_>| {
        let mut around = cx.ancestors(call.expr).take_while(|node| !node.is_stmt_function_def());
        around.any(|node| match node {
            AnyNodeRef::StmtFor(each) => !each.iter.range().contains_range(call.range()),
            AnyNodeRef::StmtWhile(_) => true,
            _ => false,
        })
    };
    for call in runs.iter().filter(in_loop) {
        let Some(name) = of_module(cx) else { return };
        let message = format!(
            "`asyncio.run` is called again and again: `{name}` belongs to the event loop of one call"
        );
        let reason = "put the loop into one coroutine, or make it there";
        fixes.at(call, message).because(reason).report();
    }
}

/// Something that belongs to one event loop, made when the file is imported, for which a coroutine of the file waits.
fn of_module<'a>(cx: &Context<'a>) -> Option<&'a str> {
    const OF_ONE_LOOP: &[&str] = &[
        "asyncio.Barrier()",
        "asyncio.BoundedSemaphore()",
        "asyncio.Condition()",
        "asyncio.Event()",
        "asyncio.LifoQueue()",
        "asyncio.Lock()",
        "asyncio.PriorityQueue()",
        "asyncio.Queue()",
        "asyncio.Semaphore()",
    ];
    let bindings = cx.semantic.bindings.iter().filter(|binding| binding.scope == 0);
    let mut made = bindings.filter(|binding| match binding.kind {
        BindingKind::Assignment { value: value @ Expr::Call(_), unpacked: None } => {
            cx.symbol(value).is_some_and(|symbol| OF_ONE_LOOP.contains(&&*symbol))
        }
        _ => false,
    });
    made.find(|made| {
        let mut reads = cx.semantic.reads_of(made.name, 0);
        reads.any(|read| cx.runs_in(read.scope) == Runs::OnLoop)
    })
    .map(|made| made.name)
}

/// Whether a call is part of a simple statement of plain code.
fn is_direct(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let scope = cx.semantic.scope_of(call.expr);
    let is_plain = match cx.semantic.scope(cx.semantic.frame(scope)).kind {
        ScopeKind::Module => true,
        ScopeKind::Function(function) => !function.is_async && !function.name.as_str().starts_with("test"),
        _ => false,
    };
    let in_comprehension = cx.semantic.frame(scope) != scope;
    is_plain
        && !in_comprehension
        && cx.runs(call.expr) == Runs::Elsewhere
        && matches!(
            cx.statement(call.expr),
            Some(AnyNodeRef::StmtExpr(_) | AnyNodeRef::StmtAssign(_) | AnyNodeRef::StmtReturn(_))
        )
}

/// Puts the statements into `async def main()` and runs that.
fn in_one(fix: &mut FixBuilder<'_>, calls: &[Call<'_, '_>], block: &[Stmt]) {
    let cx = fix.cx;
    let ([first, ..], Some(last)) = (block, block.last()) else { return };
    let range = TextRange::new(first.start(), last.end());
    let Some(names) = names(fix, block) else { return };
    for call in calls {
        let Some(argument) = call.argument("main", 0).filter(|_| !call.has_unpacking()) else {
            fix.withhold("its arguments are not written out");
            return;
        };
        if call.expr.arguments.len() != 1 {
            fix.withhold("the options of one call would be those of all");
            return;
        }
        fix.await_argument(call, argument);
    }
    let source = cx.source;
    let shares_line = block.iter().any(|statement| {
        let tail = source.slice(TextRange::new(statement.end(), source.line_end(statement.end()))).trim();
        !source.starts_line(statement.start()) || !(tail.is_empty() || tail.starts_with('#'))
    });
    let suspends = cx.nodes().iter().any(|node| {
        matches!(node.ast, AnyNodeRef::ExprYield(_) | AnyNodeRef::ExprYieldFrom(_) | AnyNodeRef::ExprNamed(_))
            && range.contains_range(node.ast.range())
    });
    if shares_line || suspends {
        fix.withhold("the statements cannot be moved as they are");
        return;
    }
    let main = fix.fresh_name("main");
    let run = fix.import("asyncio.run");
    let call = format!("{run}({main}())");
    let indent = source.indentation(first.start());
    let style = source.style();
    fix.insert(first.start(), format!("async def {main}():{}{indent}{}", style.newline, style.indent));
    fix.indent_rest(range);
    let mut after = Vec::new();
    if last.is_return_stmt() {
        after.push(format!("return {call}"));
    } else if names.is_empty() {
        after.push(call);
    } else {
        let names = names.join(", ");
        after.push(format!("{}return {names}", style.indent));
        after.push(format!("{names} = {call}"));
    }
    fix.insert_lines_after(last, &after);
}

/// The names that the statements give, in order; `None`, with the fix withheld, where they cannot be handed on.
fn names<'a>(fix: &mut FixBuilder<'_>, block: &'a [Stmt]) -> Option<Vec<&'a str>> {
    let cx = fix.cx;
    let mut names: Vec<&str> = Vec::new();
    for (index, statement) in block.iter().enumerate() {
        match statement {
            Stmt::Expr(_) => {}
            Stmt::Return(_) if index + 1 == block.len() => {}
            Stmt::Assign(assignment) => {
                let [Expr::Name(name)] = assignment.targets.as_slice() else {
                    fix.withhold("a statement gives more than a name");
                    return None;
                };
                let text = name.id.as_str();
                let scope = cx.semantic.scope_of(name);
                let read_before = cx.semantic.reads_of(text, scope).any(|read| {
                    let read = read.name.range();
                    read.start() >= block[0].start() && read.end() <= statement.end()
                });
                if names.contains(&text) || read_before || cx.semantic.scope(scope).declares_outer(text) {
                    fix.withhold(format!("`{text}` would not be the same name in a function of its own"));
                    return None;
                }
                names.push(text);
            }
            _ => {
                fix.withhold("a statement is more than a call or an assignment");
                return None;
            }
        }
    }
    Some(names)
}
