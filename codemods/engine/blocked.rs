//! Calls on the event loop that the table says block, and what every codemod about them does alike.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, HasNodeIndex};
use ruff_text_size::Ranged;

use super::apis::{self, Kind, Place, Shape, Verdict};
use super::context::{Call, Context, Runs, Use};
use super::fix::{FixBuilder, Fixes, Found};
use super::semantic::BindingKind;
use super::semantic::NodeId;

/// Why moving a call into a thread is not safe.
pub(crate) const THREAD_REASON: &str = "a thread cannot be cancelled, and other tasks run while it works";
/// Why nothing in a generator expression can be awaited.
pub(crate) const GENERATOR_REASON: &str =
    "`await` would turn this generator expression into an asynchronous one";

/// A call on the event loop that blocks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Blocked<'c, 'a> {
    pub(crate) call: Call<'c, 'a>,
    pub(crate) verdict: Verdict<'a>,
    pub(crate) runs: Runs,
}

/// What goes over `whole` without `await`: `for`, a comprehension, `list(…)`.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Consumer<'a> {
    For(&'a ast::StmtFor),
    Comprehension,
    /// The builtin that is called with it.
    Call(&'a Expr),
}

/// The numbers of all blocking calls in code on the loop. Found once for all codemods.
fn held<'c>(cx: &'c Context<'_>) -> &'c [u32] {
    cx.held.get_or_init(|| {
        let is_held = |call: &Call<'_, '_>| {
            // What is awaited gives a coroutine, whatever its name says.
            cx.holds(call.expr) != Runs::Elsewhere
                && !matches!(call.use_of(), Use::Awaited(_))
                && call.blocks().is_some()
                && !is_never_reached(cx, call)
                && !cx.is_for_a_failure(call.expr)
                && !cx.is_for_another_thread(call.expr)
        };
        let numbered = (0..).zip(cx.calls());
        numbered.filter(|(_, call)| is_held(call)).map(|(number, _)| number).collect()
    })
}

impl Context<'_> {
    /// Whether a node is part of a generator expression that another thread goes over:
    /// `to_thread(list, (load(x) for x in xs))`.
    pub(crate) fn is_for_another_thread(&self, node: &impl HasNodeIndex) -> bool {
        if self.runs(node) != Runs::InGenerator {
            return false;
        }
        let mut around = self.ancestors(node);
        let Some(made) = around.find_map(|around| match around {
            AnyNodeRef::ExprGenerator(made) => Some(made),
            _ => None,
        }) else {
            return false;
        };
        match self.use_of(made) {
            Use::Named(name) => {
                let reads = self.reads_of(name);
                !reads.is_empty() && reads.iter().all(|read| self.is_handed_to_thread(*read))
            }
            _ => self.is_handed_to_thread(made),
        }
    }

    /// Whether a value is an argument of what runs a function elsewhere.
    fn is_handed_to_thread(&self, value: &impl HasNodeIndex) -> bool {
        let AnyNodeRef::Arguments(arguments) = self.parent(value) else { return false };
        let AnyNodeRef::ExprCall(taker) = self.parent(arguments) else { return false };
        self.symbol(&taker.func).is_some_and(|symbol| apis::offloader(&symbol, self.settings).is_some())
    }
}

/// Whether a call stands under an `if` that a constant of the module decides against it: `IS_SYNC = False` of the
/// libraries that write their synchronous and asynchronous code at once.
fn is_never_reached(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let value = |test: &Expr| match test {
        Expr::BooleanLiteral(literal) => Some(literal.value),
        Expr::Name(name) => match cx.binding_read(name).filter(|binding| binding.scope == 0)?.kind {
            BindingKind::Assignment { value: Expr::BooleanLiteral(literal), unpacked: None } => {
                Some(literal.value)
            }
            _ => None,
        },
        _ => None,
    };
    let decided = |test: &Expr| match test {
        Expr::UnaryOp(unary) if unary.op == ast::UnaryOp::Not => value(&unary.operand).map(|value| !value),
        _ => value(test),
    };
    cx.ancestors(call.expr).any(|around| {
        let AnyNodeRef::StmtIf(statement) = around else { return false };
        let in_body = statement.body.last().is_some_and(|last| call.range().start() < last.end());
        match decided(&statement.test) {
            Some(true) => !in_body && !statement.test.range().contains_range(call.range()),
            Some(false) => in_body,
            None => false,
        }
    })
}

/// The calls of this kind in code on the loop, those that only a pedant minds when `pedantic`. A call in the
/// callee of another blocking call, the `open(p)` of `open(p).read()`, is part of that one.
pub(crate) fn blocked<'c, 'a>(cx: &'c Context<'a>, kind: Kind, pedantic: bool) -> Vec<Blocked<'c, 'a>> {
    let found: Vec<Blocked<'c, 'a>> = held(cx)
        .iter()
        .filter_map(|number| {
            let call = cx.call_numbered(*number);
            let verdict = call.blocks().filter(|verdict| pedantic || !verdict.is_pedantic())?;
            Some(Blocked { call, verdict, runs: cx.runs(call.expr) })
        })
        .collect();
    let is_part = |of: &Blocked<'c, 'a>, part: &Blocked<'c, 'a>| {
        of.call.func().range().contains_range(part.call.range())
    };
    let mine = found.iter().filter(|own| own.verdict.kind == kind);
    let counts = |own: &&Blocked<'c, 'a>| {
        !found.iter().any(|other| is_part(other, own))
            && !is_given_as_awaitable(cx, &own.call)
            && !cx.is_meant_to_block(own.call.expr)
    };
    mine.filter(counts).copied().collect()
}

/// Whether what a call gives is handed on as something to await: a class of the project may make coroutine functions of
/// the methods that it inherits.
fn is_given_as_awaitable(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let AnyNodeRef::Arguments(arguments) = cx.parent(call.whole) else { return false };
    let AnyNodeRef::ExprCall(taker) = cx.parent(arguments) else { return false };
    let is_first = arguments.args.first().is_some_and(|first| first.range() == call.whole.range());
    let takes = ["wait_for", "shield", "create_task", "ensure_future", "gather"];
    let name = taker.func.as_attribute_expr().map(|function| function.attr.as_str());
    (is_first || name == Some("gather"))
        && name.is_some_and(|name| takes.contains(&name))
        && cx.symbol(&taker.func).is_some_and(|symbol| symbol.starts_with("asyncio."))
}

/// The expressions that code on the loop goes over and that block when gone over: `for line in file`,
/// `sorted(path.iterdir())`.
pub(crate) fn gone_over<'a>(
    cx: &Context<'a>,
    kind: Kind,
    pedantic: bool,
) -> Vec<(&'a Expr, Consumer<'a>, Verdict<'a>)> {
    let ids = cx.gone_over.get_or_init(|| {
        let calls = cx.semantic.calls.iter();
        let consumers =
            calls.filter(|(_, call)| call.func.as_name_expr().is_some_and(|f| apis::is_consumer(&f.id)));
        let nodes =
            cx.semantic.loops.iter().copied().chain(consumers.filter_map(|(_, c)| cx.semantic.id(*c)));
        let blocks = |id: &NodeId| {
            let gone_over = going_over(cx, cx.semantic.node(*id).ast);
            gone_over.is_some_and(|(iter, _)| verdict_over(cx, iter).is_some())
        };
        nodes.filter(blocks).collect()
    });
    ids.iter()
        .filter_map(|id| {
            let (iter, consumer) = going_over(cx, cx.semantic.node(*id).ast)?;
            let verdict = verdict_over(cx, iter)?;
            (verdict.kind == kind && (pedantic || !verdict.is_pedantic()))
                .then_some((iter, consumer, verdict))
        })
        .collect()
}

/// What code on the loop enters with a plain `with` and that blocks when entered.
pub(crate) fn entered<'a>(cx: &Context<'a>, kind: Kind, pedantic: bool) -> Vec<(&'a Expr, Verdict<'a>)> {
    let mut found = Vec::new();
    for node in cx.semantic.each(&cx.semantic.withs) {
        let AnyNodeRef::StmtWith(statement) = node.ast else { continue };
        if statement.is_async || cx.runs(statement) != Runs::OnLoop {
            continue;
        }
        for item in &statement.items {
            let Some(symbol) = cx.symbol(&item.context_expr) else { continue };
            let verdict = apis::verdict(&format!("{symbol}.__enter__"), cx.settings);
            let counts = |verdict: &Verdict<'_>| verdict.kind == kind && (pedantic || !verdict.is_pedantic());
            found.extend(verdict.filter(counts).map(|verdict| (&item.context_expr, verdict)));
        }
    }
    found
}

/// What a node on the loop goes over, and how.
fn going_over<'a>(cx: &Context<'a>, node: AnyNodeRef<'a>) -> Option<(&'a Expr, Consumer<'a>)> {
    match node {
        AnyNodeRef::StmtFor(statement) if !statement.is_async && cx.holds(statement) != Runs::Elsewhere => {
            Some((counted(cx, &statement.iter), Consumer::For(statement)))
        }
        // What the first clause goes over is evaluated around the comprehension.
        AnyNodeRef::Comprehension(part) if !part.is_async && cx.holds(&part.iter) != Runs::Elsewhere => {
            Some((counted(cx, &part.iter), Consumer::Comprehension))
        }
        AnyNodeRef::ExprCall(call) => {
            let Expr::Name(name) = &*call.func else { return None };
            let first = call.arguments.args.first().filter(|_| apis::is_consumer(&name.id))?;
            if cx.holds(call) == Runs::Elsewhere || !cx.symbol(&call.func)?.starts_with("builtins.") {
                return None;
            }
            // Asked here already: finding the call is dear.
            verdict_over(cx, first)?;
            let whole = cx.calls().find(|other| std::ptr::eq(other.expr, call))?.whole;
            Some((first, Consumer::Call(whole)))
        }
        _ => None,
    }
}

/// What `enumerate` counts, or the expression itself.
fn counted<'a>(cx: &Context<'a>, iter: &'a Expr) -> &'a Expr {
    let Expr::Call(call) = iter else { return iter };
    let is_counter = matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "enumerate")
        && cx.symbol(&call.func).as_deref() == Some("builtins.enumerate");
    call.arguments.args.first().filter(|_| is_counter).unwrap_or(iter)
}

fn verdict_over<'a>(cx: &Context<'a>, iter: &Expr) -> Option<Verdict<'a>> {
    let verdict = apis::verdict(&format!("{}.__iter__", cx.symbol(iter)?), cx.settings)?;
    (verdict.shape() == Shape::Call).then_some(verdict)
}

/// The properties read in code on the loop that block when read, and how to call them.
pub(crate) fn read_properties<'a>(
    cx: &Context<'a>,
    kind: Kind,
    pedantic: bool,
) -> Vec<(&'a ast::ExprAttribute, String, Verdict<'a>)> {
    let attributes = cx.semantic.each(&cx.semantic.reads).filter_map(|node| match node.ast {
        AnyNodeRef::ExprAttribute(attribute) if apis::is_property_name(attribute.attr.as_str()) => {
            Some(attribute)
        }
        _ => None,
    });
    attributes
        .filter_map(|attribute| {
            if cx.runs(attribute) == Runs::Elsewhere {
                return None;
            }
            let symbol = format!("{}.{}", cx.symbol(&attribute.value)?, attribute.attr.as_str());
            let verdict = apis::verdict(&symbol, cx.settings)?;
            let counts = verdict.kind == kind && (pedantic || !verdict.is_pedantic());
            (counts && verdict.shape() == Shape::Property)
                .then(|| (attribute, display_name(&symbol), verdict))
        })
        .collect()
}

impl Blocked<'_, '_> {
    /// Says that it blocks.
    pub(crate) fn found<'f, 'x>(&self, fixes: &'f mut Fixes<'x>) -> Found<'f, 'x> {
        let name = self.call.symbol().map(|symbol| display_name(&symbol)).unwrap_or_default();
        fixes.at(self.call, says(&name, &self.verdict))
    }

    /// Reports the call without a fix, naming the asynchronous way.
    pub(crate) fn report(&self, fixes: &mut Fixes<'_>) {
        let advice = self.verdict.advice;
        self.found(fixes).because(format!("use {advice}")).report();
    }

    /// Reports the call with a fix that runs it in a thread, or without one where that cannot be.
    pub(crate) fn into_thread(self, fixes: &mut Fixes<'_>) {
        self.into_thread_since(fixes, None);
    }

    /// The same, together with what reads the file or response that it opens: `json.load(open(p))`.
    pub(crate) fn into_thread_with_consumer(self, fixes: &mut Fixes<'_>) {
        match self.consumer().filter(|_| self.runs == Runs::OnLoop) {
            Some(consumer) => {
                self.found(fixes).because(THREAD_REASON).unsafe_fix("run it in a thread", |fix| {
                    call_in_lambda(fix, &consumer);
                });
            }
            None => self.into_thread(fixes),
        }
    }

    /// The same, where the object is not changed to its twin for this reason.
    pub(crate) fn into_thread_since(self, fixes: &mut Fixes<'_>, why: Option<&str>) {
        if self.runs == Runs::InGenerator {
            self.found(fixes).because(GENERATOR_REASON).report();
            return;
        }
        if let Some(place) = self.called_too_early() {
            self.report_too_early(fixes, place);
            return;
        }
        if let Some(reason) = self.stays_in_its_thread() {
            self.found(fixes).because(reason).report();
            return;
        }
        let call = self.call;
        let reason = match (self.verdict.kind, self.verdict.advice) {
            (_, twin) if let Some(why) = why => {
                let twin = if twin.is_empty() { "its asyncio twin" } else { twin };
                format!("{THREAD_REASON}; {twin} is no way here: {why}")
            }
            (Kind::SyncClient, twin) => format!("{THREAD_REASON}; where only coroutines use it, use {twin}"),
            _ => THREAD_REASON.to_owned(),
        };
        self.found(fixes).because(reason).unsafe_fix("run it in a thread", |fix| {
            fix.chain_in_thread(&call);
        });
    }

    /// `json.load(open(p))` for its `open(p)`.
    fn consumer(&self) -> Option<Call<'_, '_>> {
        let cx = self.call.context();
        let AnyNodeRef::Arguments(arguments) = cx.parent(self.call.expr) else { return None };
        let AnyNodeRef::ExprCall(outer) = cx.parent(arguments) else { return None };
        let outer = cx.calls().find(|other| std::ptr::eq(other.expr, outer))?;
        (consumed(&outer)?.range() == self.call.range()).then_some(outer)
    }

    /// Whether the call stands where a function for another thread or process is expected:
    /// `asyncio.to_thread(load(path))` loads here, and hands the result over as if it were a function.
    fn called_too_early(&self) -> Option<Place> {
        let cx = self.call.context();
        let (keyword, arguments) = match cx.parent(self.call.expr) {
            AnyNodeRef::Arguments(arguments) => (None, arguments),
            AnyNodeRef::Keyword(keyword) => match cx.parent(keyword) {
                AnyNodeRef::Arguments(arguments) => (keyword.arg.as_ref(), arguments),
                _ => return None,
            },
            _ => return None,
        };
        let AnyNodeRef::ExprCall(outer) = cx.parent(arguments) else { return None };
        let offloader = apis::offloader(&cx.symbol(&outer.func)?, cx.settings)?;
        let is_function = match keyword {
            Some(keyword) => keyword.as_str() == offloader.keyword,
            None => {
                let at = outer.arguments.args.get(offloader.position);
                at.is_some_and(|argument| argument.range() == self.call.range())
            }
        };
        is_function.then_some(offloader.place)
    }

    fn report_too_early(&self, fixes: &mut Fixes<'_>, place: Place) {
        let name = self.call.symbol().map(|symbol| display_name(&symbol)).unwrap_or_default();
        let message =
            format!("{name} is called here, on the event loop, and not where its result is handed to");
        let found = fixes.at(self.call, message);
        match place {
            Place::Process => found.because("hand the function over, and its arguments after it").report(),
            Place::Thread => {
                let call = self.call;
                let reason = "the call then runs elsewhere, as was meant";
                found.because(reason).unsafe_fix("hand over a function", |fix| {
                    fix.insert(call.whole.start(), "lambda: ");
                });
            }
        }
    }

    /// Why the call must not move to another thread, if so.
    fn stays_in_its_thread(&self) -> Option<String> {
        let cx = self.call.context();
        let symbol = self.call.symbol()?;
        if !self.verdict.is_thread_bound() {
            return None;
        }
        if symbol.starts_with("sqlite3.") {
            let mut connections = cx.calls_to("sqlite3.connect").peekable();
            let is_free = |call: Call<'_, '_>| {
                call.keyword("check_same_thread").is_some_and(|value| cx.text(value) == "False")
            };
            if connections.peek().is_some() && connections.all(is_free) {
                return None;
            }
            return Some(
                "a `sqlite3` connection belongs to the thread that made it; move the whole work with it into one \
                 function for `asyncio.to_thread`, or use `aiosqlite`"
                    .to_owned(),
            );
        }
        let other = match self.verdict.advice {
            "" => String::new(),
            advice => format!(", or use {advice}"),
        };
        Some(format!(
            "it is not made for several threads; move the whole work with it into one function{other}"
        ))
    }
}

/// The file or response that a call only reads from or writes to: the `f` of `json.load(f)`.
pub(crate) fn consumed<'a>(call: &Call<'_, 'a>) -> Option<&'a Expr> {
    let symbol = call.symbol()?;
    let (_, position) = apis::FILE_CONSUMERS.iter().find(|(name, _)| *name == &*symbol)?;
    call.expr.arguments.args.get(*position)
}

fn call_in_lambda(fix: &mut FixBuilder<'_>, call: &Call<'_, '_>) {
    fix.check_await(call.whole);
    let (before, after) = fix.cx.await_around(call.whole);
    let suspends = fix.cx.nodes().iter().any(|node| {
        matches!(node.ast, AnyNodeRef::ExprAwait(_) | AnyNodeRef::ExprNamed(_) | AnyNodeRef::ExprYield(_))
            && call.range().contains_range(node.ast.range())
    });
    if suspends {
        fix.withhold("an `await` or a name bound inside of it cannot move into a thread");
        return;
    }
    let runner = fix.thread_runner();
    fix.insert(call.whole.start(), format!("{before}{runner}lambda: "));
    fix.insert(call.whole.end(), format!("){after}"));
}

/// "`subprocess.run` blocks the event loop", with the advice of the configuration if it comes from there.
pub(crate) fn says(name: &str, verdict: &Verdict<'_>) -> String {
    match (verdict.entry, verdict.advice) {
        (None, advice) if !advice.is_empty() => format!("{name} blocks the event loop; use {advice}"),
        _ => format!("{name} blocks the event loop"),
    }
}

/// A symbol as a person would name it: `pathlib.Path().read_text` is "`Path.read_text`".
pub(crate) fn display_name(symbol: &str) -> String {
    let plain = symbol.replace("()", "");
    let plain = plain.strip_prefix("builtins.").unwrap_or(&plain);
    let plain = plain.strip_prefix("pathlib.").unwrap_or(plain);
    if let Some(entered) = plain.strip_suffix(".__enter__") {
        return format!("entering `{entered}`");
    }
    if let Some(left) = plain.strip_suffix(".__exit__") {
        return format!("leaving `{left}`");
    }
    if let Some(over) = plain.strip_suffix(".__iter__") {
        return format!("going over `{over}`");
    }
    format!("`{plain}`")
}
