//! Work that keeps the event loop busy.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, HasNodeIndex, Number, Operator, Stmt};
use ruff_text_size::{Ranged, TextRange};

use crate::engine::apis::Kind;
use crate::engine::blocked::{GENERATOR_REASON, blocked};
use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Context, Runs};
use crate::engine::fix::Fixes;
use crate::engine::project::summary::conduct::last_name;
use crate::engine::semantic::{BindingKind, ScopeKind};

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "event-loop-starvation",
    summary: "give way to other tasks during long computations, or move them to a process or thread",
    rationale: "\
A coroutine gives way only where it awaits. A loop of millions of steps, a loop that waits for a flag without an
`await`, or one call that computes for a second keeps every other task from running.

A long `for` loop over a range gets `await asyncio.sleep(0)` every thousand steps; that is not safe, since other tasks
then run in the middle of it. A heavy call is suggested to run in a thread: that helps where the library lets go of the
interpreter's lock while it computes, as hashing and compression do; pure Python wants a process pool. Loops nested in
loops over collections of unknown size are reported when this codemod is asked for by name or with `all`.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Default,
    aliases: &[],
    leads: &[],
    examples: r#"
# a loop of many steps
! unsafe
+import asyncio
+
 async def total():
     result = 0
     for n in range(10_000_000):
+        if n % 1000 == 0:
+            await asyncio.sleep(0)
         result += n * n
     return result
# loops whose steps multiply
! unsafe
 import asyncio


 async def table():
     cells = []
     for row in range(3000):
+        await asyncio.sleep(0)
         for column in range(3000):
             cells.append(row * column)
     return cells
# a comprehension of many steps is reported
! reported 5,000,000 steps
 async def squares():
     return [n * n for n in range(5 * 10**6)]
# waiting for the clock without an `await`
! reported watches the clock
 import time


 async def settle(device, seconds):
     end = time.monotonic() + seconds
     while time.monotonic() < end:
         device.poll()
# a ration of time
 import time


 async def work(items):
     start = time.monotonic()
     while time.monotonic() - start < 0.02:
         items.step()
     while items and time.monotonic() - start < 5:
         items.step()
# waiting for a flag without an `await`
! reported never ends
 async def wait(state):
     while not state.ready:
         pass
# a loop that nothing ends
! reported never ends
 async def serve(queue, handle):
     while True:
         if queue:
             handle(queue.pop())
# a heavy call is suggested to run in a thread
! suggested
+import asyncio
 import hashlib


 async def check(password, salt):
-    return hashlib.pbkdf2_hmac("sha256", password, salt, 600_000)
+    return await asyncio.to_thread(hashlib.pbkdf2_hmac, "sha256", password, salt, 600_000)
# models are heavy
! suggested
 import asyncio
 from sklearn.ensemble import RandomForestClassifier
 from transformers import AutoModelForCausalLM, pipeline


 async def train(rows, labels):
     model = RandomForestClassifier()
-    model.fit(rows, labels)
+    await asyncio.to_thread(model.fit, rows, labels)
-    return model.predict(rows)
+    return await asyncio.to_thread(model.predict, rows)


 async def write(tokens, text):
-    model = AutoModelForCausalLM.from_pretrained("gpt2")
+    model = await asyncio.to_thread(AutoModelForCausalLM.from_pretrained, "gpt2")
-    tokens = model.generate(tokens)
+    tokens = await asyncio.to_thread(model.generate, tokens)
-    judge = pipeline("sentiment-analysis")
+    judge = await asyncio.to_thread(pipeline, "sentiment-analysis")
-    return tokens, judge(text)
+    return tokens, await asyncio.to_thread(judge, text)
# of a Keras model too
! suggested
 import asyncio
 import keras


 async def train(rows, labels):
     model = keras.Sequential([keras.layers.Dense(2)])
-    model.fit(rows, labels, epochs=10)
+    await asyncio.to_thread(model.fit, rows, labels, epochs=10)
     return model.count_params()
# but not whatever has a method of that name
 from sklearn.datasets import load_iris


 async def train(model, rows):
     model.fit(rows)
     return load_iris().fit(rows)
# little data takes no time
 import gzip
 import zlib


 async def members():
     first = b"first" * 100
     parts = [f"part{n}".encode() for n in range(10)]
     return gzip.compress(b"") + gzip.compress(first) + b"".join([zlib.compress(part) for part in parts])
# so does a message that is written out
 import gzip
 import json


 async def register(session, fid, version):
     message = {"fid": fid, "sdk": [{"version": version}], "kind": "app"}
     await session.post("/register", data=gzip.compress(json.dumps(message).encode()))
# but much does
! suggested
 import asyncio
 import gzip


 async def member(data):
     zeros = b"\0" * 5_000_000
-    return gzip.compress(zeros)
+    return await asyncio.to_thread(gzip.compress, zeros)
# loops over collections of unknown size, when asked for
! reported of unknown size
 async def pairs(users, orders):
     found = []
     for user in users:
         for order in orders:
             if order.user == user:
                 found.append(order)
     return found
# but not by default
! by default
 async def pairs(users, orders):
     found = []
     for user in users:
         for order in orders:
             if order.user == user:
                 found.append(order)
     return found
# a loop that awaits
 async def fetch(client):
     for n in range(10_000_000):
         await client.get(n)
# so does one inside of it
 async def fetch(client):
     for n in range(10_000_000):
         async for item in client.items(n):
             print(item)
# a short loop
 async def squares():
     for n in range(1000):
         print(n)
     return [n * n for n in range(100)]
# a loop that ends
 async def drain(queue, handle):
     while queue:
         handle(queue.pop())
     while True:
         if not queue.more():
             break
     while True:
         if queue.closed:
             return None
# a loop that ends with an error
 import asyncio


 async def drain(queue: asyncio.Queue, handle):
     try:
         while True:
             handle(queue.get_nowait())
     except asyncio.QueueEmpty:
         pass
# or is taken to end so
 import asyncio
 import contextlib


 async def drain(queue: asyncio.Queue):
     with contextlib.suppress(asyncio.QueueEmpty):
         while True:
             queue.get_nowait()
# an asynchronous generator gives way at every `yield`
 async def count():
     n = 0
     while True:
         yield n
         n += 1
# something that is no work
 import json
 import zlib


 async def dump(data):
     return json.dumps(data), zlib.crc32(data)
# a plain function may compute
 def total():
     return sum(n * n for n in range(10_000_000))
"#,
    run,
};

/// From how many steps on a loop of constant size is worth a word. A million empty ones take about 20 ms.
const MANY: u64 = 1_000_000;

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    let pedantic = fixes.is_pedantic();
    for node in cx.nodes() {
        match node.ast {
            AnyNodeRef::StmtFor(statement) if !statement.is_async && cx.holds(statement) == Runs::OnLoop => {
                for_loop(cx, fixes, statement, pedantic);
            }
            AnyNodeRef::StmtWhile(statement) if cx.holds(statement) == Runs::OnLoop => {
                while_loop(cx, fixes, statement);
            }
            AnyNodeRef::Comprehension(clause) if !clause.is_async && cx.holds(clause) != Runs::Elsewhere => {
                let Some(steps) = steps(cx, &clause.iter).filter(|steps| *steps >= MANY) else { continue };
                let whole = cx.parent(clause);
                if !suspends(cx, &whole, node.scope) {
                    let message = format!("{} steps without an `await` hold the event loop", grouped(steps));
                    let reason = "move the computation into a function for a process pool";
                    fixes.at(whole, message).because(reason).report();
                }
            }
            _ => {}
        }
    }
    for found in blocked(cx, Kind::Starvation, pedantic) {
        let call = found.call;
        let is_compressed = call.symbol().is_some_and(|symbol| symbol.ends_with(".compress"));
        // What a test makes up is little, too.
        let is_little = |data| cx.source.is_test() || size(cx, data, 0) <= LITTLE;
        if is_compressed && call.expr.arguments.args.first().is_some_and(is_little) {
            continue;
        }
        if found.runs == Runs::InGenerator {
            found.found(fixes).because(GENERATOR_REASON).report();
            continue;
        }
        let reason = "how long it takes depends on its input; pure Python wants a process pool";
        found.found(fixes).because(reason).suggest("run it in a thread", |fix| fix.chain_in_thread(&call));
    }
}

/// How many bytes compress in less than a millisecond or two.
const LITTLE: u64 = 1 << 16;

/// How many bytes an expression is made of, as far as it is written out; `u64::MAX` where it is not.
fn size(cx: &Context<'_>, data: &Expr, depth: u32) -> u64 {
    if depth > 4 {
        return u64::MAX;
    }
    let of = |expr: &Expr| size(cx, expr, depth + 1);
    match data {
        Expr::BytesLiteral(_) | Expr::StringLiteral(_) | Expr::FString(_) => {
            data.range().len().to_u32().into()
        }
        Expr::BinOp(operation) if operation.op == Operator::Mult => {
            let (left, right) = (&*operation.left, &*operation.right);
            match (constant(left), constant(right)) {
                (_, Some(times)) => of(left).saturating_mul(times),
                (Some(times), _) => of(right).saturating_mul(times),
                _ => u64::MAX,
            }
        }
        Expr::BinOp(operation) if operation.op == Operator::Add => {
            of(&operation.left).saturating_add(of(&operation.right))
        }
        Expr::Call(call) => match &*call.func {
            Expr::Attribute(method) if method.attr.as_str() == "encode" => of(&method.value),
            // A message that is written out, field by field: `json.dumps(message)`, `pack_json(message)`.
            function if last_name(function).is_some_and(|name| name == "dumps" || name.contains("json")) => {
                call.arguments.args.first().map_or(u64::MAX, |object| fields(cx, object))
            }
            _ => u64::MAX,
        },
        Expr::Name(name) => match cx.binding_read(name).map(|binding| binding.kind) {
            Some(BindingKind::Assignment { value, unpacked: None }) => of(value),
            Some(BindingKind::Loop { iter, plain: true, .. }) => of_items(cx, iter, depth + 1),
            _ => u64::MAX,
        },
        _ => u64::MAX,
    }
}

/// The size of a dictionary that is written out and holds single values; `u64::MAX` for anything else.
fn fields(cx: &Context<'_>, object: &Expr) -> u64 {
    let written = match object {
        Expr::Name(name) => match cx.binding_read(name).map(|binding| binding.kind) {
            Some(BindingKind::Assignment { value, unpacked: None }) => value,
            _ => return u64::MAX,
        },
        object => object,
    };
    if written.is_dict_expr() && is_written_out(written) {
        written.range().len().to_u32().into()
    } else {
        u64::MAX
    }
}

fn is_written_out(value: &Expr) -> bool {
    match value {
        Expr::Dict(fields) => {
            fields.items.iter().all(|field| field.key.is_some() && is_written_out(&field.value))
        }
        Expr::List(ast::ExprList { elts, .. }) | Expr::Tuple(ast::ExprTuple { elts, .. }) => {
            elts.iter().all(is_written_out)
        }
        Expr::Name(_) | Expr::Attribute(_) | Expr::FString(_) => true,
        value => value.is_literal_expr(),
    }
}

/// The size of the largest item of a collection that is written out.
fn of_items(cx: &Context<'_>, items: &Expr, depth: u32) -> u64 {
    match items {
        Expr::Name(name) => match cx.binding_read(name).map(|binding| binding.kind) {
            Some(BindingKind::Assignment { value, unpacked: None }) if depth < 4 => {
                of_items(cx, value, depth + 1)
            }
            _ => u64::MAX,
        },
        Expr::ListComp(list) => size(cx, &list.elt, depth + 1),
        Expr::List(ast::ExprList { elts, .. }) | Expr::Tuple(ast::ExprTuple { elts, .. }) => {
            elts.iter().map(|item| size(cx, item, depth + 1)).max().unwrap_or(0)
        }
        _ => u64::MAX,
    }
}

fn for_loop(cx: &Context<'_>, fixes: &mut Fixes<'_>, statement: &ast::StmtFor, pedantic: bool) {
    let scope = cx.semantic.scope_of(statement);
    if suspends(cx, statement, scope) || is_inner(cx, statement) {
        return;
    }
    let inner: Vec<&ast::StmtFor> = cx
        .inside(statement)
        .filter_map(|node| match node.ast {
            AnyNodeRef::StmtFor(inner) if inner.range() != statement.range() => Some(inner),
            _ => None,
        })
        .filter(|inner| cx.semantic.frame(cx.semantic.scope_of(*inner)) == cx.semantic.frame(scope))
        .collect();
    let head = TextRange::new(statement.start(), statement.iter.end());
    let Some(own) = steps(cx, &statement.iter) else {
        let is_open = |iter: &Expr| matches!(iter, Expr::Name(_) | Expr::Attribute(_));
        if pedantic && is_open(&statement.iter) && inner.iter().any(|inner| is_open(&inner.iter)) {
            let reason = "if they can be large, move the work into a function for a process pool";
            fixes
                .at(head, "loops over collections of unknown size, without an `await`")
                .because(reason)
                .report();
        }
        return;
    };
    let deepest = inner.iter().filter_map(|inner| steps(cx, &inner.iter)).max().unwrap_or(1);
    let all = own.saturating_mul(deepest.max(1));
    if all < MANY || has_early_end(cx, statement) {
        return;
    }
    let message = format!("{} steps without an `await` hold the event loop", grouped(all));
    let reason = "other tasks run in the middle of the loop";
    let found = fixes.at(head, message);
    let (Expr::Name(counter), Some(first)) = (&*statement.target, statement.body.first()) else {
        found.because("move the computation into a function for a process pool").report();
        return;
    };
    found.because(reason).unsafe_fix("give way to other tasks now and then", |fix| {
        let sleep = fix.import("asyncio.sleep");
        let unit = &cx.source.style().indent;
        // An inner loop of many steps makes one step of this one long enough.
        let lines = if deepest >= 1000 {
            vec![format!("await {sleep}(0)")]
        } else {
            vec![format!("if {} % 1000 == 0:", counter.id), format!("{unit}await {sleep}(0)")]
        };
        fix.insert_lines_before(first, &lines);
    });
}

fn while_loop(cx: &Context<'_>, fixes: &mut Fixes<'_>, statement: &ast::StmtWhile) {
    let scope = cx.semantic.scope_of(statement);
    if suspends(cx, statement, scope) || leaves(cx, statement, scope) || is_caught(cx, statement) {
        return;
    }
    let is_idle = |body: &[Stmt]| body.iter().all(|s| matches!(s, Stmt::Pass(_) | Stmt::Continue(_)));
    let is_endless = match &*statement.test {
        Expr::BooleanLiteral(test) => test.value,
        Expr::NumberLiteral(test) => !matches!(&test.value, Number::Int(n) if n.as_u64() == Some(0)),
        // Nothing in the loop can change what it waits for, but for what the test itself does.
        test => {
            let has_effect = cx.nodes().iter().any(|node| {
                matches!(node.ast, AnyNodeRef::ExprCall(_) | AnyNodeRef::ExprNamed(_))
                    && test.range().contains_range(node.ast.range())
            });
            is_idle(&statement.body) && !has_effect
        }
    };
    let head = TextRange::new(statement.start(), statement.test.end());
    let reason = "await what it waits for, or `asyncio.sleep` in the loop";
    if !is_endless && watches_clock(cx, statement) {
        fixes
            .at(head, "this loop watches the clock and never awaits: nothing else runs until it is over")
            .because(reason)
            .report();
    }
    if is_endless {
        fixes
            .at(head, "this loop never ends and never awaits: nothing else runs any more")
            .because(reason)
            .report();
    }
}

/// Whether a loop goes on until a clock says otherwise, and no call in it blocks: what blocks is found by itself. A
/// tenth of a second or less is a ration, and a second condition is a reason to stop.
fn watches_clock(cx: &Context<'_>, statement: &ast::StmtWhile) -> bool {
    let Expr::Compare(compare) = &*statement.test else { return false };
    let [ast::CmpOp::Lt | ast::CmpOp::LtE | ast::CmpOp::Gt | ast::CmpOp::GtE] = &*compare.ops else {
        return false;
    };
    let reads_clock = |symbol: &str| matches!(symbol, "time.time" | "time.monotonic" | "time.perf_counter");
    let mut calls = cx.calls().filter(|call| compare.range().contains_range(call.range())).peekable();
    let is_ration = cx.inside(compare).any(|node| match node.ast {
        AnyNodeRef::ExprNumberLiteral(number) => {
            matches!(number.value, Number::Float(seconds) if seconds <= 0.1)
        }
        _ => false,
    });
    calls.peek().is_some()
        && calls.all(|call| call.symbol().is_some_and(|symbol| reads_clock(&symbol)))
        && !is_ration
        && !cx.calls().any(|call| statement.range().contains_range(call.range()) && call.blocks().is_some())
}

/// Whether an error that the loop raises is expected: `while True: queue.get_nowait()` in a `try`, or in a
/// `with suppress(…)`.
fn is_caught(cx: &Context<'_>, statement: &ast::StmtWhile) -> bool {
    cx.ancestors(statement).take_while(|around| !matches!(around, AnyNodeRef::StmtFunctionDef(_))).any(
        |around| match around {
            AnyNodeRef::StmtTry(outer) => !outer.handlers.is_empty(),
            AnyNodeRef::StmtWith(outer) => outer.items.iter().any(|item| {
                let manager = cx.text(&item.context_expr);
                manager.contains("suppress") || manager.contains("raises")
            }),
            _ => false,
        },
    )
}

/// How many steps an iterable of constant size has.
fn steps(cx: &Context<'_>, iter: &Expr) -> Option<u64> {
    let call = cx.call(iter)?;
    if call.symbol().as_deref() != Some("builtins.range") || !call.expr.arguments.keywords.is_empty() {
        return None;
    }
    let numbers: Option<Vec<u64>> = call.expr.arguments.args.iter().map(constant).collect();
    match numbers?.as_slice() {
        [stop] => Some(*stop),
        [start, stop] => Some(stop.saturating_sub(*start)),
        [start, stop, step] if *step > 0 => Some(stop.saturating_sub(*start) / step),
        _ => None,
    }
}

/// The value of an integer constant, `10**7` and `5 * 1000` included.
fn constant(expr: &Expr) -> Option<u64> {
    match expr {
        Expr::NumberLiteral(ast::ExprNumberLiteral { value: Number::Int(number), .. }) => number.as_u64(),
        Expr::BinOp(operation) => {
            let (left, right) = (constant(&operation.left)?, constant(&operation.right)?);
            match operation.op {
                Operator::Add => left.checked_add(right),
                Operator::Sub => left.checked_sub(right),
                Operator::Mult => left.checked_mul(right),
                Operator::Pow => left.checked_pow(u32::try_from(right).ok()?),
                Operator::LShift => left.checked_shl(u32::try_from(right).ok()?),
                _ => None,
            }
        }
        Expr::Call(call) if call.arguments.args.len() == 1 => match (&*call.func, &call.arguments.args[0]) {
            // `int(1e7)`
            (
                Expr::Name(name),
                Expr::NumberLiteral(ast::ExprNumberLiteral { value: Number::Float(number), .. }),
            ) if name.id.as_str() == "int" && *number >= 0.0 && *number < 1e15 => Some(*number as u64),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the code of this frame in a range gives way to others.
fn suspends(cx: &Context<'_>, node: &impl HasNodeIndex, scope: u32) -> bool {
    let frame = cx.semantic.frame(scope);
    cx.inside(node).any(|node| {
        let gives_way = match node.ast {
            AnyNodeRef::ExprAwait(_) | AnyNodeRef::ExprYield(_) => true,
            AnyNodeRef::StmtFor(inner) => inner.is_async,
            AnyNodeRef::StmtWith(inner) => inner.is_async,
            AnyNodeRef::Comprehension(inner) => inner.is_async,
            _ => false,
        };
        gives_way && cx.semantic.frame(node.scope) == frame
    })
}

/// Whether the code of this frame in a range may leave a loop around it.
fn leaves(cx: &Context<'_>, node: &impl HasNodeIndex, scope: u32) -> bool {
    let frame = cx.semantic.frame(scope);
    cx.inside(node).any(|node| {
        let leaves = match node.ast {
            AnyNodeRef::StmtBreak(_) | AnyNodeRef::StmtReturn(_) | AnyNodeRef::StmtRaise(_) => true,
            // Iterating by hand ends with `StopIteration`, and so may any other call end with an error of its own;
            // only those that are made to end a program count.
            AnyNodeRef::ExprCall(call) => match &*call.func {
                Expr::Attribute(function) => matches!(function.attr.as_str(), "exit" | "_exit" | "abort"),
                Expr::Name(function) => matches!(function.id.as_str(), "exit" | "quit" | "next"),
                _ => false,
            },
            _ => false,
        };
        leaves && cx.semantic.frame(node.scope) == frame
    })
}

/// Whether a loop stands in another loop that is looked at itself.
fn is_inner(cx: &Context<'_>, statement: &ast::StmtFor) -> bool {
    let frame = cx.semantic.frame(cx.semantic.scope_of(statement));
    cx.ancestors(statement).any(|around| match around {
        AnyNodeRef::StmtFor(outer) => {
            cx.semantic.frame(cx.semantic.scope_of(outer)) == frame
                && (steps(cx, &outer.iter).is_some() || steps(cx, &statement.iter).is_none())
        }
        _ => false,
    })
}

/// Whether a loop of many steps is left early: `for _ in range(10**6): … break`.
fn has_early_end(cx: &Context<'_>, statement: &ast::StmtFor) -> bool {
    let scope = cx.semantic.scope_of(statement);
    matches!(cx.semantic.scope(cx.semantic.frame(scope)).kind, ScopeKind::Function(_))
        && leaves(cx, statement, scope)
}

/// `5000000` as "5,000,000".
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
