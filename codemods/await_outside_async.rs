//! `await` in plain functions.

use ruff_python_ast::{AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::FxHashSet;

use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context, Runs, Use};
use crate::engine::fix::{FixBuilder, Fixes};
use crate::engine::project::reduce::Meaning;
use crate::engine::semantic::{ScopeId, ScopeKind};

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "await-outside-async",
    summary: "make functions that await coroutine functions",
    rationale: "\
`await`, `async for` and `async with` in a plain function are a syntax error: the file cannot even be imported.
The function is made a coroutine function, and its callers in coroutines await it. Where a plain function, another
file or something unknown calls it, that is for its author to decide.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Default,
    aliases: &["PLE1142"],
    leads: &[],
    examples: r#"
# a function that coroutines call
! unsafe
 import asyncio


-def pause(seconds):
+async def pause(seconds):
     await asyncio.sleep(seconds)


 async def handler():
-    pause(1)
+    await pause(1)
     await pause(2)
# the program's own start
! unsafe
 import asyncio


-def main():
+async def main():
     await asyncio.sleep(1)


 if __name__ == "__main__":
-    main()
+    asyncio.run(main())
# a method, with `async with` and `async for`
! unsafe
 class Client:
-    def load(self, session, url):
+    async def load(self, session, url):
         async with session.get(url) as response:
             return [line async for line in response.content]

     async def first(self, session, url):
-        return self.load(session, url)[0]
+        return (await self.load(session, url))[0]
# a plain function calls it
! reported plain function
 import asyncio


 def pause(seconds):
     await asyncio.sleep(seconds)


 def handler():
     pause(1)
# another file calls it
! reported another file
@ app/clock.py
 import asyncio


 def pause(seconds):
     await asyncio.sleep(seconds)
@ app/__init__.py
@ app/handler.py
 from app.clock import pause


 async def handler():
     await pause(1)
# it is handed on
! reported handed on
 import asyncio
 import threading


 def pause():
     await asyncio.sleep(1)


 threading.Thread(target=pause).start()
# a generator, a decorated function, a special method, a lambda
! reported
 import asyncio
 import functools


 def numbers():
     await asyncio.sleep(1)
     yield 1


 @functools.cache
 def load():
     await asyncio.sleep(1)


 class Client:
     def __init__(self):
         await asyncio.sleep(1)


 pause = lambda: await asyncio.sleep(1)
# in coroutine functions, at module level and in generator expressions it is right
 import asyncio


 async def pause():
     await asyncio.sleep(1)
     async with asyncio.Lock():
         return [each async for each in numbers()]


 async def numbers():
     yield 1


 def later():
     return (each async for each in numbers())


 await pause()
# the cells of a notebook may await, functions in them may not
! reported plain function
@ analysis.ipynb
 # %%
 from app import load

 first = await load("a")
 async with load("b") as second:
     print(second)
 # %%
 def again():
     return await load("c")

 names = list(map(again, ["d"]))
"#,
    run,
};

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    let mut seen: FxHashSet<ScopeId> = FxHashSet::default();
    for node in cx.nodes() {
        let word = match node.ast {
            AnyNodeRef::ExprAwait(_) => "await",
            AnyNodeRef::StmtFor(each) if each.is_async => "async for",
            AnyNodeRef::StmtWith(with) if with.is_async => "async with",
            AnyNodeRef::Comprehension(part) if part.is_async => "async for",
            _ => continue,
        };
        let Some(frame) = frame(cx, node.ast, node.scope) else { continue };
        if !seen.insert(frame) {
            continue;
        }
        match cx.semantic.scope(frame).kind {
            ScopeKind::Function(function) if !function.is_async => {
                let message = format!("`{word}` in `{}`, which is a plain function", function.name.as_str());
                let reason = "its callers now get a coroutine";
                fixes.at(node.ast, message).because(reason).unsafe_fix(
                    "make it a coroutine function",
                    |fix| {
                        make_async(fix, frame);
                    },
                );
            }
            ScopeKind::Lambda(_) => {
                let reason = "a lambda cannot be a coroutine function: write a function";
                fixes.at(node.ast, format!("`{word}` in a lambda")).because(reason).report();
            }
            _ => {}
        }
    }
}

/// The function or lambda that the node suspends; `None` for a generator expression, which is one itself.
fn frame(cx: &Context<'_>, node: AnyNodeRef<'_>, scope: ScopeId) -> Option<ScopeId> {
    let mut at = scope;
    // A comprehension's clause is noted in the scope around it.
    if matches!(node, AnyNodeRef::Comprehension(_))
        && matches!(cx.parent(&node), AnyNodeRef::ExprGenerator(_))
    {
        return None;
    }
    loop {
        let here = cx.semantic.scope(at);
        match here.kind {
            ScopeKind::Generator => return None,
            ScopeKind::Comprehension | ScopeKind::TypeParameters => at = here.parent?,
            _ => return Some(at),
        }
    }
}

/// Makes the function a coroutine function and its calls awaited, where all of them can be.
fn make_async(fix: &mut FixBuilder<'_>, frame: ScopeId) {
    let cx = fix.cx;
    let ScopeKind::Function(function) = cx.semantic.scope(frame).kind else { return };
    let name = function.name.as_str();
    let qualname = &cx.semantic.scope(frame).qualname;
    let special = name.starts_with("__") && name.ends_with("__");
    if special || !function.decorator_list.is_empty() {
        fix.withhold("Python or a decorator calls it, and expects a plain function");
        return;
    }
    let own = cx.world.summary(cx.file);
    let summary = own.and_then(|own| Some(&own.functions[own.function(qualname)? as usize]));
    if summary.is_none_or(|summary| summary.is_generator || summary.ambiguous) {
        fix.withhold("it is a generator, or one of several of its name");
        return;
    }
    let others = cx.project.summaries.iter().enumerate().filter(|(file, _)| *file as u32 != cx.file);
    let named = |symbol: &str| symbol.rsplit('.').next() == Some(name);
    let is_called_elsewhere = others.filter_map(|(_, summary)| summary.as_ref()).any(|summary| {
        summary.functions.iter().flat_map(|function| &function.calls).any(|call| named(&call.symbol))
            || summary.names.values().flatten().any(|symbol| named(symbol))
    });
    if is_called_elsewhere {
        let module = cx.source.module;
        fix.withhold(format!(
            "another file uses something of this name; `--make-async {module}:{qualname}` changes all files that call it"
        ));
        return;
    }
    let mut called: Vec<TextRange> = Vec::new();
    for call in cx.calls() {
        let is_of_name = match call.func() {
            Expr::Name(callee) => callee.id.as_str() == name,
            Expr::Attribute(callee) => callee.attr.as_str() == name,
            _ => false,
        };
        if !is_of_name {
            continue;
        }
        match cx.meaning(call.func()) {
            Meaning::Function(id) if id.file == cx.file && cx.world.function(id).qualname == *qualname => {}
            Meaning::Unknown => {
                fix.withhold("it is not certain who calls it");
                return;
            }
            _ => continue,
        }
        called.push(call.func().range());
        if !await_call(fix, &call) {
            return;
        }
    }
    // Any other mention hands the function on.
    let is_mentioned = cx.nodes().iter().any(|node| {
        let is_of_name = match node.ast {
            AnyNodeRef::ExprName(mention) => mention.ctx.is_load() && mention.id.as_str() == name,
            AnyNodeRef::ExprAttribute(mention) => mention.ctx.is_load() && mention.attr.as_str() == name,
            _ => false,
        };
        is_of_name && !called.iter().any(|call| *call == node.ast.range())
    });
    if is_mentioned {
        fix.withhold("it is handed on to something that may expect a plain function");
        return;
    }
    fix.insert(function.start(), "async ");
}

/// Awaits a call of the function; says whether that could be.
fn await_call<'a>(fix: &mut FixBuilder<'a>, call: &Call<'_, 'a>) -> bool {
    let cx = fix.cx;
    if matches!(call.use_of(), Use::Awaited(_)) {
        return true;
    }
    match cx.runs(call.expr) {
        Runs::OnLoop => fix.await_expression(call.whole),
        Runs::Elsewhere
            if matches!(call.use_of(), Use::Dropped)
                && matches!(cx.semantic.scope(cx.semantic.scope_of(call.expr)).kind, ScopeKind::Module) =>
        {
            let run = fix.import("asyncio.run");
            fix.insert(call.whole.start(), format!("{run}("));
            fix.insert(call.whole.end(), ")");
        }
        _ => {
            fix.withhold("a plain function calls it");
            return false;
        }
    }
    true
}
