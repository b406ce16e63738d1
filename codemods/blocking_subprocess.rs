//! Waiting for a process on the event loop.

use ruff_python_ast::helpers::any_over_expr;
use ruff_python_ast::{self as ast, AnyNodeRef, Expr, Stmt};
use ruff_text_size::{Ranged, TextRange};

use crate::engine::apis::Kind;
use crate::engine::blocked::{Blocked, blocked, display_name, gone_over, says};
use crate::engine::codemod::{Applicability, Codemod, Enabled};
use crate::engine::context::{Call, Context, Framework, Runs, Use};
use crate::engine::fix::{FixBuilder, Fixes};
use crate::engine::project::summary::conduct::last_name;

pub(crate) const CODEMOD: Codemod = Codemod {
    name: "blocking-subprocess",
    summary: "start processes with asyncio and await them instead of waiting on the event loop",
    rationale: "\
`subprocess.run` returns when the process has ended, and until then the event loop stands still. asyncio starts
processes itself and lets other tasks run while they work.

Where the arguments and every use of the result have an equal in `asyncio.create_subprocess_exec` (or `_shell`) and
`communicate()`, that is what is written: the program arguments, `capture_output=`, `stdout=`, `stderr=`, `input=`,
`cwd=`, `env=`, `check=`, `shell=` and text output, which is decoded as UTF-8. Otherwise (a `timeout=`, a result that
is passed on) the call moves into a thread as it is. trio and anyio run processes with their own `run_process`.

Starting a process with `Popen` takes a moment only: it is reported when this codemod is asked for by name or with
`all`. The fix is not safe: output that is not UTF-8 fails differently, `\\r\\n` is kept, and other tasks run meanwhile.",
    applicability: Applicability::Unsafe,
    enabled: Enabled::Default,
    // The last is what ruff called it before 0.5.
    aliases: &["ASYNC220", "ASYNC221", "ASYNC222", "ASYNC101"],
    leads: &[],
    examples: EXAMPLES,
    run,
};

const REASON: &str = "other tasks run while the process does";
const TEXT_REASON: &str =
    "other tasks run while the process does, and its text is taken to be UTF-8 with newlines as they are";

fn run(cx: &Context<'_>, fixes: &mut Fixes<'_>) {
    let pedantic = fixes.is_pedantic();
    // The calls that asyncio makes itself, with their functions: their names must not get in each other's way.
    let mut before: Vec<TextRange> = Vec::new();
    for found in blocked(cx, Kind::Subprocess, pedantic) {
        let symbol = found.call.symbol().unwrap_or_default();
        if &*symbol == "subprocess.Popen" {
            let reason = "the object it gives has no asynchronous methods: its uses change with it";
            found.found(fixes).because(reason).report();
            continue;
        }
        if &*symbol == "subprocess.Popen().wait" && has_ended(cx, &found.call) {
            continue;
        }
        if found.runs == Runs::InGenerator {
            found.into_thread(fixes);
            continue;
        }
        match cx.framework() {
            // The next cell of a notebook, or its reader, may want the object that `subprocess.run` gives.
            Framework::Asyncio if cx.is_cell_code(found.call.expr) => found.into_thread(fixes),
            Framework::Asyncio => match Native::new(cx, &found.call, &symbol) {
                Some(native) => {
                    let function =
                        cx.enclosing_function(found.call.expr).map_or(TextRange::default(), Ranged::range);
                    let number = before.iter().filter(|own| **own == function).count() + 1;
                    before.push(function);
                    found
                        .found(fixes)
                        .because(if native.is_text() { TEXT_REASON } else { REASON })
                        .unsafe_fix("start it with asyncio", |fix| native.write(fix, number));
                }
                None => found.into_thread(fixes),
            },
            Framework::Trio | Framework::Anyio => run_process(cx, fixes, &found, &symbol),
        }
    }
    for (iter, _, verdict) in gone_over(cx, Kind::Subprocess, pedantic) {
        let name = cx.symbol(iter).map(|symbol| display_name(&format!("{symbol}.__iter__")));
        let reason = "a process started with asyncio has `async for line in process.stdout`";
        fixes.at(iter, says(&name.unwrap_or_default(), &verdict)).because(reason).report();
    }
}

/// What a call asks for, as far as asyncio has an equal for all of it.
struct Request<'a> {
    /// The program and its arguments, or the shell's command line.
    command: &'a Expr,
    shell: bool,
    check: bool,
    text: bool,
    capture: bool,
    input: Option<&'a Expr>,
    /// Arguments that are passed on as they are.
    kept: Vec<&'a ast::Keyword>,
}

impl<'a> Request<'a> {
    fn new(cx: &Context<'a>, call: &Call<'_, 'a>) -> Option<Self> {
        if call.has_unpacking() || call.expr.arguments.args.len() > 1 || cx.source.has_comment(call.range()) {
            return None;
        }
        let command = call.argument("args", 0)?;
        let mut request = Self {
            command,
            shell: false,
            check: false,
            text: false,
            capture: false,
            input: None,
            kept: Vec::new(),
        };
        for keyword in &call.expr.arguments.keywords {
            let value = &keyword.value;
            let is_true = matches!(value, Expr::BooleanLiteral(literal) if literal.value);
            let is_constant = value.is_boolean_literal_expr();
            match keyword.arg.as_ref()?.as_str() {
                "args" => {}
                "shell" if is_constant => request.shell = is_true,
                "check" if is_constant => request.check = is_true,
                "capture_output" if is_constant => request.capture = is_true,
                "text" | "universal_newlines" if is_constant => request.text |= is_true,
                "encoding" if is_utf8(value) => request.text = true,
                "input" if is_bytes_or_text(cx, value) => request.input = Some(value),
                "stdin" | "stdout" | "stderr" | "cwd" | "env" | "start_new_session" | "close_fds" => {
                    request.kept.push(keyword);
                }
                _ => return None,
            }
        }
        Some(request)
    }

    fn kept(&self, name: &str) -> Option<&'a Expr> {
        let of = |keyword: &&&ast::Keyword| keyword.arg.as_ref().is_some_and(|arg| arg.as_str() == name);
        self.kept.iter().find(of).map(|keyword| &keyword.value)
    }

    fn is_captured(&self, cx: &Context<'_>, name: &str) -> bool {
        self.capture
            || self
                .kept(name)
                .and_then(|value| cx.symbol(value))
                .is_some_and(|symbol| matches!(&*symbol, "subprocess.PIPE" | "asyncio.subprocess.PIPE"))
    }
}

fn is_utf8(value: &Expr) -> bool {
    matches!(value, Expr::StringLiteral(text) if text.value.to_str().eq_ignore_ascii_case("utf-8")
        || text.value.to_str().eq_ignore_ascii_case("utf8"))
}

fn is_bytes_or_text(cx: &Context<'_>, value: &Expr) -> bool {
    cx.symbol(value).is_some_and(|symbol| {
        matches!(&*symbol, "builtins.str()" | "builtins.bytes()" | "builtins.str().encode()" | "json.dumps()")
    })
}

/// What becomes of the result.
enum Outcome<'a> {
    Dropped,
    /// A `CompletedProcess` of which only these attributes are read.
    Completed(Vec<&'a ast::ExprAttribute>),
    /// The exit status is assigned to this name.
    Status(&'a ast::ExprName),
    /// The output is assigned to this name.
    Output(&'a ast::ExprName),
}

/// A call that asyncio can make itself.
struct Native<'a> {
    request: Request<'a>,
    result: Outcome<'a>,
    statement: TextRange,
    node: AnyNodeRef<'a>,
}

impl<'a> Native<'a> {
    /// Whether its output is text.
    fn is_text(&self) -> bool {
        self.request.text
    }

    fn new(cx: &Context<'a>, call: &Call<'_, 'a>, symbol: &str) -> Option<Self> {
        let request = match symbol {
            "subprocess.run" | "subprocess.call" | "subprocess.check_call" | "subprocess.check_output" => {
                Request::new(cx, call)?
            }
            "os.system" if !cx.source.has_comment(call.range()) => Request {
                command: call.argument("command", 0)?,
                shell: true,
                check: false,
                text: false,
                capture: false,
                input: None,
                kept: Vec::new(),
            },
            _ => return None,
        };
        let mut request = request;
        let statement = cx.statement(call.expr)?;
        let result = match (symbol, call.use_of()) {
            ("subprocess.run", Use::Dropped) => Outcome::Dropped,
            ("subprocess.call" | "os.system", Use::Dropped) => Outcome::Dropped,
            ("subprocess.check_call", Use::Dropped) => {
                request.check = true;
                Outcome::Dropped
            }
            ("subprocess.run", Use::Named(name)) => Outcome::Completed(attributes(cx, name, &request)?),
            ("subprocess.call", Use::Named(name)) => Outcome::Status(name),
            ("subprocess.check_output", Use::Named(name)) => {
                request.check = true;
                Outcome::Output(name)
            }
            _ => return None,
        };
        let is_plain = matches!(statement, AnyNodeRef::StmtExpr(_))
            || matches!(statement, AnyNodeRef::StmtAssign(assign) if assign.targets.len() == 1);
        if !is_plain || request.check && !is_repeatable(request.command) {
            return None;
        }
        if !request.shell && arguments(cx, request.command).is_none() {
            return None;
        }
        // `call` and `check_call` do not read what is piped; asyncio's pipes would fill up all the same.
        let waits_only = matches!(symbol, "subprocess.call" | "subprocess.check_call");
        if waits_only && (request.capture || request.input.is_some() || request.text) {
            return None;
        }
        Some(Self { request, result, statement: statement.range(), node: statement })
    }

    fn write(&self, fix: &mut FixBuilder<'_>, number: usize) {
        let cx = fix.cx;
        let source = cx.source;
        let tail =
            source.slice(TextRange::new(self.statement.end(), source.line_end(self.statement.end()))).trim();
        if !source.starts_line(self.statement.start()) || !(tail.is_empty() || tail.starts_with('#')) {
            fix.withhold("the statement shares its line with another");
            return;
        }
        let request = &self.request;
        let name = |fix: &FixBuilder<'_>, wanted: &str| match number {
            1 => fix.fresh_name(wanted),
            _ => fix.fresh_name(&format!("{wanted}_{number}")),
        };
        let process = name(fix, "process");
        let (reads_output, reads_errors) = match &self.result {
            Outcome::Completed(uses) => (
                uses.iter().any(|of| of.attr.as_str() == "stdout"),
                uses.iter().any(|of| of.attr.as_str() == "stderr"),
            ),
            Outcome::Output(_) => (true, false),
            Outcome::Dropped | Outcome::Status(_) => (false, false),
        };
        let captures = ["stdout", "stderr"].iter().any(|name| request.is_captured(cx, name));
        let communicates = captures || request.input.is_some() || matches!(self.result, Outcome::Output(_));
        let needs_output = reads_output || request.check && request.is_captured(cx, "stdout");
        let needs_errors = reads_errors || request.check && request.is_captured(cx, "stderr");
        let output = match &self.result {
            Outcome::Output(name) => name.id.to_string(),
            _ if needs_output => name(fix, "stdout"),
            _ => "_".to_owned(),
        };
        let errors = if needs_errors { name(fix, "stderr") } else { "_".to_owned() };

        let mut lines = vec![self.start(fix, &process)];
        if communicates {
            let input = match request.input {
                Some(input) if request.text => format!("{}.encode()", parenthesized(cx, input)),
                Some(input) => cx.text(input).to_owned(),
                None => String::new(),
            };
            let wait = format!("await {process}.communicate({input})");
            lines.push(if output == "_" && errors == "_" {
                wait
            } else {
                format!("{output}, {errors} = {wait}")
            });
        } else {
            let wait = format!("await {process}.wait()");
            lines.push(match &self.result {
                Outcome::Status(name) => format!("{} = {wait}", name.id),
                _ => wait,
            });
        }
        let decoded = |name: &str| if request.text { format!("{name}.decode()") } else { name.to_owned() };
        if request.check {
            let failed = fix.import("subprocess.CalledProcessError");
            let unit = &source.style().indent;
            lines.push(format!("if {process}.returncode != 0:"));
            let command = cx.text(request.command);
            let mut told = format!("{process}.returncode, {command}");
            if output != "_" {
                told = format!("{told}, {}", decoded(&output));
            }
            if errors != "_" {
                let between = if output == "_" { ", stderr=" } else { ", " };
                told = format!("{told}{between}{}", decoded(&errors));
            }
            lines.push(format!("{unit}raise {failed}({told})"));
        }
        if let Outcome::Output(name) = &self.result
            && request.text
        {
            lines.push(format!("{} = {}.decode()", name.id, name.id));
        }
        if let Outcome::Completed(uses) = &self.result {
            for of in uses {
                fix.replace(
                    *of,
                    match of.attr.as_str() {
                        "stdout" => decoded(&output),
                        "stderr" => decoded(&errors),
                        _ => format!("{process}.returncode"),
                    },
                );
            }
        }
        let newline = source.style().newline;
        let indent = source.indentation(self.statement.start());
        fix.replace(self.node, lines.join(&format!("{newline}{indent}")));
    }

    /// `process = await asyncio.create_subprocess_exec(…)`, on several lines if it is long.
    fn start(&self, fix: &mut FixBuilder<'_>, process: &str) -> String {
        let cx = fix.cx;
        let request = &self.request;
        let mut given: Vec<String> = if request.shell {
            vec![cx.text(request.command).to_owned()]
        } else {
            arguments(cx, request.command).unwrap_or_default()
        };
        let pipe = |fix: &mut FixBuilder<'_>| format!("{}.PIPE", fix.import("asyncio.subprocess"));
        if request.input.is_some() {
            let pipe = pipe(fix);
            given.push(format!("stdin={pipe}"));
        }
        if request.capture {
            let pipe = pipe(fix);
            given.push(format!("stdout={pipe}"));
            given.push(format!("stderr={pipe}"));
        } else if matches!(self.result, Outcome::Output(_)) {
            let pipe = pipe(fix);
            given.push(format!("stdout={pipe}"));
        }
        for keyword in &request.kept {
            let stream = ["PIPE", "DEVNULL", "STDOUT"].into_iter().find(|name| {
                cx.symbol(&keyword.value).is_some_and(|symbol| *symbol == format!("subprocess.{name}"))
            });
            given.push(match (stream, &keyword.arg) {
                (Some(stream), Some(argument)) => {
                    format!("{argument}={}.{stream}", fix.import("asyncio.subprocess"))
                }
                _ => cx.text(*keyword).to_owned(),
            });
        }
        let create =
            if request.shell { "asyncio.create_subprocess_shell" } else { "asyncio.create_subprocess_exec" };
        let create = fix.import(create);
        let one_line = format!("{process} = await {create}({})", given.join(", "));
        let source = cx.source;
        let indent = source.indentation(self.statement.start());
        if indent.len() + one_line.len() <= 100 && !one_line.contains(['\n', '\r']) {
            return one_line;
        }
        let newline = source.style().newline;
        let unit = &source.style().indent;
        let lines: String =
            given.iter().map(|argument| format!("{indent}{unit}{argument},{newline}")).collect();
        format!("{process} = await {create}({newline}{lines}{indent})")
    }
}

/// The program and its arguments as arguments; `None` when it is not certain that they are a list.
fn arguments(cx: &Context<'_>, command: &Expr) -> Option<Vec<String>> {
    match command {
        Expr::List(ast::ExprList { elts, .. }) | Expr::Tuple(ast::ExprTuple { elts, .. })
            if !elts.is_empty() =>
        {
            Some(elts.iter().map(|item| cx.text(item).to_owned()).collect())
        }
        Expr::StringLiteral(_) => Some(vec![cx.text(command).to_owned()]),
        _ => {
            let symbol = cx.symbol(command)?;
            let is_list = matches!(&*symbol, "builtins.list()" | "builtins.tuple()" | "shlex.split()")
                || symbol.starts_with('{') && !symbol.starts_with("{:");
            is_list.then(|| vec![format!("*{}", cx.text(command))])
        }
    }
}

/// Whether an expression may be written a second time: names and constants.
fn is_repeatable(expr: &Expr) -> bool {
    match expr {
        Expr::List(ast::ExprList { elts, .. }) | Expr::Tuple(ast::ExprTuple { elts, .. }) => {
            elts.iter().all(is_repeatable)
        }
        Expr::Attribute(attribute) => is_repeatable(&attribute.value),
        Expr::Starred(starred) => is_repeatable(&starred.value),
        other => other.is_name_expr() || other.is_literal_expr(),
    }
}

fn parenthesized(cx: &Context<'_>, expr: &Expr) -> String {
    let text = cx.text(expr);
    match expr {
        Expr::Name(_) | Expr::StringLiteral(_) | Expr::Attribute(_) | Expr::Call(_) | Expr::FString(_) => {
            text.to_owned()
        }
        _ => format!("({text})"),
    }
}

/// The attributes read of a `CompletedProcess`, if nothing else is done with it.
fn attributes<'a>(
    cx: &Context<'a>,
    name: &'a ast::ExprName,
    request: &Request<'a>,
) -> Option<Vec<&'a ast::ExprAttribute>> {
    let scope = cx.semantic.scope_of(name);
    let [_] = cx.semantic.bindings_of(name.id.as_str(), scope) else { return None };
    cx.reads_of(name)
        .into_iter()
        .map(|read| {
            let AnyNodeRef::ExprAttribute(attribute) = cx.parent(read) else { return None };
            let is_known = match attribute.attr.as_str() {
                "returncode" => true,
                stream @ ("stdout" | "stderr") => request.is_captured(cx, stream),
                _ => false,
            };
            (is_known && cx.semantic.frame(cx.semantic.scope_of(read)) == cx.semantic.frame(scope))
                .then_some(attribute)
        })
        .collect()
}

/// `trio.run_process` and `anyio.run_process` give what `subprocess.run` gives, in bytes.
/// Whether a loop before a call of `wait` goes round until the process has ended: `while self.poll() is None: await …`.
fn has_ended(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let statements =
        cx.suite(call.expr).iter().take_while(|statement| statement.end() <= call.range().start());
    statements.filter_map(Stmt::as_while_stmt).any(|each| {
        let asks = any_over_expr(
            &each.test,
            |expr| matches!(expr, Expr::Call(asked) if last_name(&asked.func) == Some("poll")),
        );
        asks && cx.inside(each).any(|node| node.ast.is_expr_await())
    })
}

fn run_process(cx: &Context<'_>, fixes: &mut Fixes<'_>, found: &Blocked<'_, '_>, symbol: &str) {
    let call = found.call;
    let request = Request::new(cx, &call);
    let Some(request) =
        request.filter(|request| symbol == "subprocess.run" && !request.text && !request.shell)
    else {
        found.into_thread(fixes);
        return;
    };
    let (function, capturing) = match cx.framework() {
        Framework::Trio => ("trio.run_process", ", capture_stdout=True, capture_stderr=True"),
        _ => ("anyio.run_process", ""),
    };
    if arguments(cx, request.command).is_none()
        || request.kept("stdout").is_some()
        || request.kept("stderr").is_some()
    {
        found.into_thread(fixes);
        return;
    }
    let inherits = match (request.capture, cx.framework()) {
        (true, _) => capturing,
        (false, Framework::Trio) => "",
        (false, _) => ", stdout=None, stderr=None",
    };
    let stdin = match (request.input, request.kept("stdin"), cx.framework()) {
        (Some(input), ..) if cx.framework() == Framework::Trio => format!(", stdin={}", cx.text(input)),
        (Some(input), ..) => format!(", input={}", cx.text(input)),
        (None, None, Framework::Trio) => ", stdin=None".to_owned(),
        _ => String::new(),
    };
    let check = if request.check { "" } else { ", check=False" };
    let kept: String = request.kept.iter().map(|keyword| format!(", {}", cx.text(*keyword))).collect();
    let command = cx.text(request.command).to_owned();
    let message = format!("await `{function}`");
    found.found(fixes).because(REASON).unsafe_fix(message, |fix| {
        let spelled = fix.import(function);
        fix.replace_with_await(call.whole, &format!("{spelled}({command}{check}{inherits}{stdin}{kept})"));
    });
}

const EXAMPLES: &str = r#"
# a process whose output is read
! unsafe
-import subprocess
+import asyncio


 async def revision(path):
-    result = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, text=True, cwd=path)
-    if result.returncode != 0:
-        raise ValueError(result.stderr)
-    return result.stdout.strip()
+    process = await asyncio.create_subprocess_exec(
+        "git",
+        "rev-parse",
+        "HEAD",
+        stdout=asyncio.subprocess.PIPE,
+        stderr=asyncio.subprocess.PIPE,
+        cwd=path,
+    )
+    stdout, stderr = await process.communicate()
+    if process.returncode != 0:
+        raise ValueError(stderr.decode())
+    return stdout.decode().strip()
# one that only has to end
! unsafe
 import asyncio
-import subprocess


 async def touch(name):
-    subprocess.run(["touch", name])
+    process = await asyncio.create_subprocess_exec("touch", name)
+    await process.wait()
# one that must not fail
! unsafe
 import asyncio
 import subprocess


 async def build(target):
-    subprocess.run(["make", target], check=True)
-    subprocess.check_call(["make", "install"])
+    process = await asyncio.create_subprocess_exec("make", target)
+    await process.wait()
+    if process.returncode != 0:
+        raise subprocess.CalledProcessError(process.returncode, ["make", target])
+    process_2 = await asyncio.create_subprocess_exec("make", "install")
+    await process_2.wait()
+    if process_2.returncode != 0:
+        raise subprocess.CalledProcessError(process_2.returncode, ["make", "install"])
# `check_output`
! unsafe taken to be UTF-8
 import asyncio
 import subprocess


 async def version(program):
-    out = subprocess.check_output([program, "--version"], text=True)
+    process = await asyncio.create_subprocess_exec(
+        program,
+        "--version",
+        stdout=asyncio.subprocess.PIPE,
+    )
+    out, _ = await process.communicate()
+    if process.returncode != 0:
+        raise subprocess.CalledProcessError(process.returncode, [program, "--version"], out.decode())
+    out = out.decode()
     return out
# input, and a list by name
! unsafe
 import asyncio
-import subprocess


 async def sort():
     command = ["sort", "-u"]
-    result = subprocess.run(command, input="b\na\n", capture_output=True, text=True)
-    return result.stdout
+    process = await asyncio.create_subprocess_exec(
+        *command,
+        stdin=asyncio.subprocess.PIPE,
+        stdout=asyncio.subprocess.PIPE,
+        stderr=asyncio.subprocess.PIPE,
+    )
+    stdout, _ = await process.communicate("b\na\n".encode())
+    return stdout.decode()
# two results at a time
! unsafe
 import asyncio
-import subprocess


 async def both():
-    a = subprocess.run(["a"], stdout=subprocess.PIPE)
-    b = subprocess.run(["b"], stdout=subprocess.PIPE)
-    return a.stdout + b.stdout
+    process = await asyncio.create_subprocess_exec("a", stdout=asyncio.subprocess.PIPE)
+    stdout, _ = await process.communicate()
+    process_2 = await asyncio.create_subprocess_exec("b", stdout=asyncio.subprocess.PIPE)
+    stdout_2, _ = await process_2.communicate()
+    return stdout + stdout_2
# a shell
! unsafe
 import asyncio
 import os
-import subprocess


 async def clean(pattern):
-    subprocess.run(f"rm -f {pattern}", shell=True)
-    os.system("sync")
-    status = subprocess.call("true", shell=True)
+    process = await asyncio.create_subprocess_shell(f"rm -f {pattern}")
+    await process.wait()
+    process_2 = await asyncio.create_subprocess_shell("sync")
+    await process_2.wait()
+    process_3 = await asyncio.create_subprocess_shell("true")
+    status = await process_3.wait()
     return status, os.sep
# a timeout has no equal: a thread
! unsafe
 import asyncio
 import subprocess


 async def ping(host):
-    return subprocess.run(["ping", "-c1", host], timeout=5).returncode == 0
+    return (await asyncio.to_thread(subprocess.run, ["ping", "-c1", host], timeout=5)).returncode == 0
# a result that is passed on: a thread
! unsafe
 import asyncio
 import subprocess


 async def run(command, report):
-    result = subprocess.run(["sh", "-c", command], capture_output=True)
+    result = await asyncio.to_thread(subprocess.run, ["sh", "-c", command], capture_output=True)
     report(result)
# a command that may be a string or a list: a thread
! unsafe
 import asyncio
 import subprocess


 async def run(command):
-    subprocess.run(command)
+    await asyncio.to_thread(subprocess.run, command)
# arguments that asyncio does not take: a thread
! unsafe
 import asyncio
 import subprocess


 async def run():
-    subprocess.run(["true"], bufsize=1)
+    await asyncio.to_thread(subprocess.run, ["true"], bufsize=1)
# the other ways to run a process
! unsafe
 import asyncio
 import os
 import subprocess


 async def load():
-    return subprocess.getoutput("uptime"), os.popen("uptime").read()
+    return await asyncio.to_thread(subprocess.getoutput, "uptime"), await asyncio.to_thread(lambda: os.popen("uptime").read())
# waiting for a process that runs
! unsafe
 import asyncio
 import subprocess


 async def finish(process: subprocess.Popen):
-    out, err = process.communicate()
-    return process.wait(timeout=3), out, err
+    out, err = await asyncio.to_thread(process.communicate)
+    return await asyncio.to_thread(process.wait, timeout=3), out, err
# its output, line by line
! reported async for line in process.stdout
 import subprocess


 async def follow(process: subprocess.Popen):
     for line in process.stdout:
         print(line)
# starting one, when asked for
! reported has no asynchronous methods
 import subprocess


 async def start():
     return subprocess.Popen(["server"])
# starting one is not reported by default
! by default
 import subprocess


 async def start():
     return subprocess.Popen(["server"])
# anyio's own
! unsafe
 import anyio
-import subprocess


 async def revision():
-    result = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True)
+    result = await anyio.run_process(["git", "rev-parse", "HEAD"], check=False)
     return result.stdout


 anyio.run(revision)
# trio's own
! unsafe
-import subprocess
 import trio


 async def revision():
-    return subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, check=True).stdout
+    return (await trio.run_process(["git", "rev-parse", "HEAD"], capture_stdout=True, capture_stderr=True, stdin=None)).stdout


 trio.run(revision)
# text there goes to a thread
! unsafe
 import anyio
+import functools
 import subprocess


 async def revision():
-    return subprocess.run(["git", "log"], capture_output=True, text=True).stdout
+    return (await anyio.to_thread.run_sync(functools.partial(subprocess.run, ["git", "log"], capture_output=True, text=True))).stdout


 anyio.run(revision)
# not waiting
 import os
 import subprocess


 async def poll(process: subprocess.Popen, pid):
     os.waitpid(pid, os.WNOHANG)
     return process.poll(), process.wait(timeout=0), process.returncode
# asyncio's own, and a thread's
 import asyncio
 import subprocess


 async def run():
     process = await asyncio.create_subprocess_exec("true")
     await process.wait()
     await asyncio.to_thread(subprocess.run, ["true"])
     await asyncio.to_thread(lambda: subprocess.run(["true"]))
# a plain function may wait
 import subprocess


 def run():
     subprocess.run(["true"])
# a process that has ended is not waited for
 import asyncio
 import subprocess


 async def finish(process: subprocess.Popen):
     while process.poll() is None:
         await asyncio.sleep(0.1)
     return process.wait()
# in a notebook the result stays what it is
! unsafe
@ tools.ipynb
 # %%
 import asyncio
 import subprocess
 from app import watch

 watching = asyncio.create_task(watch())
 # %%
-listed = subprocess.run(["ls"], capture_output=True, text=True)
+listed = await asyncio.to_thread(subprocess.run, ["ls"], capture_output=True, text=True)
 print(listed.stdout)
"#;
