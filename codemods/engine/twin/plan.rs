//! The change from a class to its twin: everywhere that an object of it gets to, or nowhere.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, ExprContext};
use ruff_text_size::{Ranged, TextRange};
use rustc_hash::{FxHashMap, FxHashSet};

use super::edits::{Change, Changes};
use super::slots::{Filled, Slot};
use super::spelling::{self, Reference, Spelled};
use crate::engine::apis::twins::{Class, How, Library, Maker};
use crate::engine::context::{Call, Context, Framework, Runs};
use crate::engine::finding::Edit;
use crate::engine::fix::{FixBuilder, NESTED_COMPREHENSION};
use crate::engine::project::reduce::FunctionId;
use crate::engine::project::shares::Holder;
use crate::engine::semantic::{BindingId, NodeId};

/// What has no twin: answers, rows, numbers.
pub(crate) static DATA: Class = Class { others: Some(How::Value), ..Class::NEW };

/// What a call gives that may or may not stream: its attributes may be read, its items not.
static ANSWER: Class = Class { others: Some(How::Value), ..Class::NEW };

/// An expression that is an object with a twin.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    pub(super) class: &'static Class,
    /// The call that gave it.
    pub(super) origin: NodeId,
}

/// The plan for the objects that are made together and meet in the same names.
#[derive(Debug)]
pub(crate) struct Plan<'c, 'a> {
    pub(super) cx: &'c Context<'a>,
    pub(super) library: &'static Library,
    /// The codemod and its aliases: what they silence stays as it is.
    pub(super) codemod: (&'static str, &'static [&'static str]),
    pub(super) spots: FxHashMap<NodeId, Spot>,
    pub(super) queue: Vec<NodeId>,
    pub(super) holders: FxHashSet<Holder>,
    /// The makers whose calls are part of it.
    pub(super) makers: Vec<&'static Maker>,
    /// What must hold objects of the plan, or `None`, when all is followed.
    pub(super) values: Vec<(&'a Expr, &'static Class)>,
    pub(super) bindings: Vec<(BindingId, &'static Class)>,
    /// Parameters that every call must fill with an object of the plan.
    pub(super) parameters: Vec<(FunctionId, String)>,
    pub(super) functions: FxHashSet<FunctionId>,
    /// Calls that are awaited; `true`: in parentheses whatever stands around.
    pub(super) awaits: FxHashMap<NodeId, bool>,
    /// What stands around attributes of the objects: their calls.
    touched: FxHashSet<NodeId>,
    /// `with` statements that become `async with`, and the items for which they do.
    pub(super) entered: FxHashMap<NodeId, usize>,
    pub(super) changes: Changes,
    pub(super) references: Vec<Reference>,
    pub(super) spelled: Vec<Spelled>,
    /// Whether it lives longer than one call of a function.
    pub(super) is_kept: bool,
    /// What holds it for other files, which are looked at too.
    pub(super) shared: Option<Holder>,
    /// The class of the object that several files use; `None` where only this file is looked at.
    pub(super) root: Option<&'static Class>,
    /// The functions that it is handed to, and as which argument.
    pub(super) handed: Vec<(FunctionId, Slot)>,
    /// Parameters of this file's functions that calls in several files fill.
    pub(super) filled: Vec<Filled>,
    refusal: Option<Refused>,
}

/// Why objects stay as they are.
#[derive(Debug)]
struct Refused {
    row: u32,
    why: String,
    /// Both, for a message.
    said: String,
}

impl<'c, 'a> Plan<'c, 'a> {
    /// The plan for the object that this call makes; `None` if it makes none of the library's.
    pub(crate) fn of(
        cx: &'c Context<'a>,
        library: &'static Library,
        codemod: (&'static str, &'static [&'static str]),
        call: &Call<'_, 'a>,
    ) -> Option<Self> {
        maker(library, call)?;
        let mut plan = Self::empty(cx, library, codemod);
        plan.make(call.whole);
        plan.complete();
        Some(plan)
    }

    /// The same for an object that this holds, whatever other files do with it.
    pub(super) fn shared(
        cx: &'c Context<'a>,
        library: &'static Library,
        codemod: (&'static str, &'static [&'static str]),
        call: &Call<'_, 'a>,
        holder: &Holder,
        class: &'static Class,
        handed: &FxHashSet<(FunctionId, Slot)>,
    ) -> Option<Self> {
        maker(library, call)?;
        let mut plan = Self::empty(cx, library, codemod);
        plan.shared = Some(holder.clone());
        plan.root = Some(class);
        plan.make(call.whole);
        plan.receive(handed, class);
        plan.complete();
        Some(plan)
    }

    /// The plan for an object that comes from another file and is read here.
    pub(super) fn seeded(
        cx: &'c Context<'a>,
        library: &'static Library,
        codemod: (&'static str, &'static [&'static str]),
        class: &'static Class,
        seeds: &[NodeId],
        handed: &FxHashSet<(FunctionId, Slot)>,
    ) -> Self {
        let mut plan = Self::empty(cx, library, codemod);
        plan.is_kept = true;
        plan.root = Some(class);
        for seed in seeds {
            plan.spot(*seed, class, *seed);
        }
        plan.receive(handed, class);
        plan.complete();
        plan
    }

    /// Follows the objects that are known to everything that becomes of them.
    fn complete(&mut self) {
        while let Some(at) = self.queue.pop() {
            self.follow(at);
        }
        self.check();
        self.finish();
    }

    fn empty(
        cx: &'c Context<'a>,
        library: &'static Library,
        codemod: (&'static str, &'static [&'static str]),
    ) -> Self {
        Self {
            cx,
            library,
            codemod,
            spots: FxHashMap::default(),
            queue: Vec::new(),
            holders: FxHashSet::default(),
            makers: Vec::new(),
            values: Vec::new(),
            bindings: Vec::new(),
            parameters: Vec::new(),
            functions: FxHashSet::default(),
            awaits: FxHashMap::default(),
            touched: FxHashSet::default(),
            entered: FxHashMap::default(),
            changes: Changes::default(),
            references: Vec::new(),
            spelled: Vec::new(),
            is_kept: false,
            shared: None,
            root: None,
            handed: Vec::new(),
            filled: Vec::new(),
            refusal: None,
        }
    }

    /// Whether an expression is an object of the plan, or a call that waits for one.
    pub(crate) fn covers(&self, expr: &Expr) -> bool {
        let is_known = |id| self.spots.contains_key(&id) || self.touched.contains(&id);
        self.cx.semantic.id(expr).is_some_and(is_known)
    }

    /// Whether a range is that of an expression that [`Self::covers`].
    pub(super) fn covers_range(&self, range: TextRange) -> bool {
        let nodes = self.spots.keys().chain(&self.touched);
        nodes.into_iter().any(|id| self.cx.semantic.node(*id).ast.range() == range)
    }

    /// Where the first of the objects stands.
    pub(super) fn first_spot(&self) -> Option<TextRange> {
        let first = self.spots.keys().min()?;
        Some(self.cx.semantic.node(*first).ast.range())
    }

    /// Why the objects stay as they are.
    pub(crate) fn refusal(&self) -> Option<&str> {
        self.refusal.as_ref().map(|refused| refused.said.as_str())
    }

    /// The same with the row apart.
    pub(super) fn refused_at(&self) -> Option<(u32, &str)> {
        self.refusal.as_ref().map(|refused| (refused.row, refused.why.as_str()))
    }

    /// What the objects become: `openai.AsyncOpenAI`.
    pub(crate) fn twin(&self) -> String {
        let Some(maker) = self.makers.first() else { return String::new() };
        match maker.class.twin {
            "" => format!("{}.{}", maker.twin.0, maker.twin.1),
            twin => twin.to_owned(),
        }
    }

    /// Why the change is not safe.
    pub(crate) fn doubt(&self) -> &'static str {
        if self.holders.iter().any(|holder| matches!(holder, Holder::Name(0, _))) {
            "it belongs to the event loop that uses it first, and files without coroutines that import it are not seen"
        } else if self.is_kept {
            "it belongs to the event loop that uses it first, and other tasks run while it is awaited"
        } else {
            "other tasks run while it is awaited"
        }
    }

    /// Puts the whole change into a fix.
    pub(crate) fn write(&self, fix: &mut FixBuilder<'_>) {
        let mut changes = self.changes.clone();
        for spelled in &self.spelled {
            spelled.write(fix, &mut changes);
        }
        // What is inserted in one place is one edit.
        let mut edits: Vec<(TextRange, String)> = Vec::new();
        for Change { range, text, .. } in changes.sorted() {
            match edits.last_mut() {
                Some((last, before)) if range.is_empty() && *last == range => before.push_str(&text),
                _ => edits.push((range, text)),
            }
        }
        for (range, text) in edits {
            fix.push(Edit::replacement(range.start().to_u32(), range.end().to_u32(), text));
        }
    }

    pub(super) fn refuse(&mut self, at: NodeId, why: impl std::fmt::Display) {
        if self.refusal.is_none() {
            let (row, why) = (self.cx.row(at), why.to_string());
            self.refusal = Some(Refused { row, said: format!("{why} (row {row})"), why });
        }
    }

    pub(super) fn spot(&mut self, at: NodeId, class: &'static Class, origin: NodeId) {
        if self.spots.insert(at, Spot { class, origin }).is_none() {
            self.queue.push(at);
        }
    }

    /// Makes the twin instead, if this is a call that makes an object of the library.
    pub(super) fn make(&mut self, whole: &'a Expr) {
        let Some(call) = self.cx.call(whole) else { return };
        let Some((maker, class)) = maker(self.library, &call) else { return };
        let Some(id) = self.cx.semantic.id(whole) else { return };
        if self.spots.contains_key(&id) {
            return;
        }
        let arguments = &call.expr.arguments;
        if call.has_unpacking() {
            self.refuse(id, "the arguments it is made with are unpacked");
        } else if arguments.args.len() > maker.positional {
            self.refuse(id, "its twin takes the arguments in another order");
        }
        for keyword in &arguments.keywords {
            let name = keyword.arg.as_ref().map_or("", |name| name.as_str());
            if maker.but.contains(&name) {
                self.refuse(id, format_args!("its twin takes another `{name}`"));
            } else if keyword.value.is_lambda_expr() {
                self.refuse(id, format_args!("its twin takes a coroutine function as `{name}`"));
            }
        }
        let (module, name, rest) = maker.twin;
        self.references.push(Reference { at: self.cx.semantic.id(class).unwrap_or(0), module, name, rest });
        if maker.is_awaited {
            self.wait(id, call.whole);
        }
        self.makers.push(maker);
        self.spot(id, maker.class, id);
    }

    /// The call is awaited.
    pub(super) fn wait(&mut self, id: NodeId, whole: &'a Expr) {
        self.awaits.entry(id).or_insert(false);
        self.touched.insert(id);
        match self.cx.runs(whole) {
            Runs::OnLoop => {}
            Runs::InGenerator => self.refuse(id, "a generator expression uses it"),
            Runs::Elsewhere => self.refuse(id, "a plain function uses it"),
        }
        if matches!(self.cx.parent(whole), AnyNodeRef::ExprAwait(_)) {
            self.refuse(id, "it is awaited already");
        }
        if self.cx.cannot_await(whole) {
            self.refuse(id, NESTED_COMPREHENSION);
        }
        if self.cx.is_silenced(whole.range(), self.codemod.0, self.codemod.1) {
            self.refuse(id, "a comment says that a call is to stay as it is");
        }
    }

    /// Goes over an object with `async for`.
    pub(super) fn go_over(&mut self, at: NodeId) {
        match self.cx.runs_at(at) {
            Runs::OnLoop => {}
            Runs::InGenerator => self.refuse(at, "a generator expression goes over it"),
            Runs::Elsewhere => self.refuse(at, "a plain function goes over it"),
        }
        let range = self.cx.semantic.node(at).ast.range();
        if self.cx.is_silenced(range, self.codemod.0, self.codemod.1) {
            self.refuse(at, "a comment says that a loop is to stay as it is");
        }
    }

    /// What becomes of an object.
    fn follow(&mut self, at: NodeId) {
        let cx = self.cx;
        let Spot { class, origin } = self.spots[&at];
        let parent_id = cx.semantic.node(at).parent;
        let holds = |expr: &Expr| cx.semantic.id(expr) == Some(at);
        match cx.semantic.node(parent_id).ast {
            AnyNodeRef::ExprAttribute(attribute) => self.member(class, origin, attribute),
            AnyNodeRef::ExprSubscript(subscript) if holds(&subscript.value) => match class.item {
                Some(How::Part(part)) if subscript.ctx == ExprContext::Load => {
                    self.spot(parent_id, part, parent_id);
                }
                Some(How::Value) => {}
                _ if std::ptr::eq(class, &DATA) || std::ptr::eq(class, &ANSWER) => {}
                _ => self.refuse(at, "an item of it is taken"),
            },
            AnyNodeRef::StmtExpr(_) => {}
            AnyNodeRef::StmtAssign(statement) if holds(&statement.value) => {
                for target in &statement.targets {
                    self.store(target, None, at);
                }
            }
            AnyNodeRef::StmtAnnAssign(statement) if statement.value.as_deref().is_some_and(holds) => {
                self.store(&statement.target, Some(&statement.annotation), at);
            }
            AnyNodeRef::ExprNamed(named) if holds(&named.value) => {
                self.store(&named.target, None, at);
                self.spot(parent_id, class, origin);
            }
            AnyNodeRef::WithItem(item) => self.enter(at, class, item),
            AnyNodeRef::StmtFor(statement) if holds(&statement.iter) && !statement.is_async => {
                let Some(item) = class.gone_over else {
                    return self.refuse(at, "a loop goes over it");
                };
                self.go_over(parent_id);
                self.changes.surround(TextRange::new(statement.start(), statement.start()), "async ", "");
                if !std::ptr::eq(item, &DATA) {
                    self.store(&statement.target, None, at);
                }
            }
            AnyNodeRef::Comprehension(part) if holds(&part.iter) && !part.is_async => {
                self.comprehend(at, class, part);
            }
            AnyNodeRef::Arguments(_) | AnyNodeRef::Keyword(_) => self.handed(at, class),
            AnyNodeRef::ExprCompare(compare)
                if compare.ops.iter().all(|op| matches!(op, ast::CmpOp::Is | ast::CmpOp::IsNot)) => {}
            AnyNodeRef::StmtIf(_) | AnyNodeRef::ElifElseClause(_) | AnyNodeRef::StmtAssert(_) => {}
            AnyNodeRef::StmtWhile(_) => {}
            AnyNodeRef::ExprUnaryOp(unary) if unary.op == ast::UnaryOp::Not => {}
            AnyNodeRef::ExprIf(choice) if holds(&choice.test) => {}
            AnyNodeRef::StmtReturn(_) => self.returned(at, class),
            _ if std::ptr::eq(class, &DATA) => {}
            _ => self.refuse(at, "where it gets to cannot be followed"),
        }
    }

    /// `object.a.b.c`, up to the path that the table has.
    fn member(&mut self, class: &'static Class, origin: NodeId, first: &'a ast::ExprAttribute) {
        let cx = self.cx;
        let mut attribute = first;
        let mut path = attribute.attr.to_string();
        loop {
            let Some(id) = cx.semantic.id(attribute) else { return };
            self.touched.insert(cx.semantic.node(id).parent);
            if class.stays_on_loop && cx.runs(attribute) != Runs::OnLoop {
                return self.refuse(id, "code that may run in another thread uses it");
            }
            match class.member(&path) {
                Ok(Some((how, arguments))) => {
                    if class.is_page && !self.awaits.contains_key(&origin) {
                        self.await_page(origin);
                    }
                    let how = if let How::GivesSame = how { How::Gives(class) } else { how };
                    return self.used(id, attribute, &path, how, arguments);
                }
                Ok(None) => return self.refuse(id, format_args!("its `{path}` has no known twin")),
                Err(()) => match cx.parent(attribute) {
                    AnyNodeRef::ExprAttribute(outer) => {
                        path = format!("{path}.{}", outer.attr.as_str());
                        attribute = outer;
                    }
                    _ => return self.refuse(id, format_args!("its `{path}` is handed on")),
                },
            }
        }
    }

    /// A page of results is looked at itself.
    fn await_page(&mut self, origin: NodeId) {
        if let Some(whole) = self.cx.semantic.call_at(origin) {
            self.wait(origin, whole);
        }
    }

    fn used(
        &mut self,
        id: NodeId,
        attribute: &'a ast::ExprAttribute,
        path: &str,
        how: How,
        most: Option<usize>,
    ) {
        let cx = self.cx;
        let parent_id = cx.semantic.node(id).parent;
        match (how, attribute.ctx) {
            (How::SetBy(method), ExprContext::Store) => return self.set(id, attribute, method),
            (How::Value | How::SetBy(_), ExprContext::Load) | (How::Field, _) => return,
            (How::Part(part), ExprContext::Load) => return self.spot(id, part, id),
            (_, ExprContext::Load) => {}
            _ => return self.refuse(id, format_args!("its `{path}` is set")),
        }
        let call = match cx.semantic.node(parent_id).ast {
            AnyNodeRef::ExprCall(call) if cx.semantic.id(&*call.func) == Some(id) => call,
            _ if self.called_in_thread(attribute, how) => return,
            _ => return self.refuse(id, format_args!("its `{path}` is handed on")),
        };
        let Some(whole) = self.cx.semantic.call_at(parent_id) else { return };
        if let Some(most) = most
            && (call.arguments.args.len() > most || !call.arguments.keywords.is_empty())
        {
            return self.refuse(id, format_args!("its twin's `{path}` takes other arguments"));
        }
        match how {
            How::Plain => {}
            How::Gives(class) => self.spot(parent_id, class, parent_id),
            How::GivesAs(name, class) => {
                self.changes.replace(attribute.attr.range(), name);
                self.spot(parent_id, class, parent_id);
            }
            How::Awaited => self.wait(parent_id, whole),
            How::AwaitedAs(name) => {
                self.wait(parent_id, whole);
                self.changes.replace(attribute.attr.range(), name);
            }
            How::AwaitedGives(class) => {
                self.wait(parent_id, whole);
                self.spot(parent_id, class, parent_id);
            }
            How::Streams(class) => {
                self.wait(parent_id, whole);
                match streams(call) {
                    Some(false) => {}
                    Some(true) => self.spot(parent_id, class, parent_id),
                    None => self.spot(parent_id, &ANSWER, parent_id),
                }
            }
            How::Value | How::Field | How::Part(_) | How::SetBy(_) | How::GivesSame => {}
        }
    }

    /// `to_thread(object.method, x)` is `object.method(x)` with a method that gives something to await.
    fn called_in_thread(&mut self, attribute: &'a ast::ExprAttribute, how: How) -> bool {
        let cx = self.cx;
        let Some(id) = cx.semantic.id(attribute) else { return false };
        let Some(runner) = cx.taker_of(id) else { return false };
        let is_first = runner.arguments.args.first().is_some_and(|first| cx.semantic.id(first) == Some(id));
        let waits = matches!(how, How::Awaited | How::AwaitedAs(_));
        if !is_first || !waits || cx.symbol(&runner.func).as_deref() != Some("asyncio.to_thread") {
            return false;
        }
        let before = TextRange::new(runner.start(), attribute.start());
        let rest = runner.arguments.args.iter().skip(1).map(Ranged::start);
        let rest = rest.chain(runner.arguments.keywords.iter().map(Ranged::start)).min();
        let after = TextRange::new(attribute.end(), rest.unwrap_or(runner.end()));
        if [before, after].iter().any(|range| cx.text(*range).contains(['#', '\n'])) {
            return false;
        }
        self.changes.replace(before, "");
        self.changes.replace(after, if rest.is_some() { "(" } else { "()" });
        if let How::AwaitedAs(name) = how {
            self.changes.replace(attribute.attr.range(), name);
        }
        true
    }

    /// `object.attribute = value` as `await object.set_attribute(value)`.
    fn set(&mut self, id: NodeId, attribute: &'a ast::ExprAttribute, method: &str) {
        let cx = self.cx;
        let AnyNodeRef::StmtAssign(statement) = cx.parent(attribute) else {
            return self.refuse(id, "an attribute of it is set");
        };
        if statement.targets.len() != 1 || cx.runs(statement) != Runs::OnLoop {
            return self.refuse(id, "an attribute of it is set");
        }
        self.changes.insert_first(statement.start(), "await ");
        self.changes.replace(attribute.attr.range(), method.to_owned());
        self.changes.replace(TextRange::new(attribute.end(), statement.value.start()), "(");
        self.changes.surround(TextRange::new(statement.value.start(), statement.end()), "", ")");
    }

    /// `with object as name:`
    fn enter(&mut self, at: NodeId, class: &'static Class, item: &'a ast::WithItem) {
        let cx = self.cx;
        let Some(entered) = class.entered else {
            return self.refuse(at, "it is entered, and its twin cannot be");
        };
        let AnyNodeRef::StmtWith(statement) = cx.parent(item) else { return };
        let Some(statement_id) = cx.semantic.id(statement).filter(|_| !statement.is_async) else { return };
        if cx.runs(statement) != Runs::OnLoop {
            self.refuse(at, "a plain function enters it");
        }
        *self.entered.entry(statement_id).or_default() += 1;
        if let Some(target) = item.optional_vars.as_deref()
            && !std::ptr::eq(entered, &DATA)
        {
            match target {
                Expr::Name(name) => self.bind(name, entered, at),
                _ => self.refuse(at, "what it gives is stored"),
            }
        }
    }

    /// A clause of a comprehension goes over it.
    fn comprehend(&mut self, at: NodeId, class: &'static Class, part: &'a ast::Comprehension) {
        let cx = self.cx;
        if class.gone_over.is_none_or(|item| !std::ptr::eq(item, &DATA)) {
            return self.refuse(at, "a comprehension goes over it");
        }
        let around = cx.parent(part);
        if matches!(around, AnyNodeRef::ExprGenerator(_)) {
            return self.refuse(at, "a generator expression goes over it");
        }
        let is_nested = cx.semantic.ancestors(at).skip(2).any(|node| {
            matches!(node.ast, AnyNodeRef::ExprListComp(_) | AnyNodeRef::ExprSetComp(_))
                || matches!(node.ast, AnyNodeRef::ExprDictComp(_) | AnyNodeRef::ExprGenerator(_))
        });
        if is_nested {
            self.refuse(at, "a comprehension inside of another goes over it");
        }
        self.go_over(at);
        self.changes.surround(TextRange::new(part.start(), part.start()), "async ", "");
    }

    /// Puts the awaits in, and the twin's names.
    fn finish(&mut self) {
        let cx = self.cx;
        for (at, in_parentheses) in &self.awaits {
            let Some(whole) = self.cx.semantic.call_at(*at) else { continue };
            let (before, after) = if *in_parentheses { ("(await ", ")") } else { cx.await_around(whole) };
            self.changes.surround(whole, before, after);
        }
        match spelling::spell(cx, &self.references) {
            Ok(spelled) => self.spelled = spelled,
            Err((at, why)) => self.refuse(at, why),
        }
    }
}

/// The plans for all objects of these libraries that the file makes. None in code of trio and anyio: twins are
/// asyncio's.
pub(crate) fn plans<'c, 'a>(
    cx: &'c Context<'a>,
    libraries: &[&'static Library],
    codemod: (&'static str, &'static [&'static str]),
) -> Vec<Plan<'c, 'a>> {
    let mut plans: Vec<Plan<'c, 'a>> = Vec::new();
    if cx.framework() != Framework::Asyncio {
        return plans;
    }
    for call in cx.calls() {
        let Some(library) = libraries.iter().find(|library| maker(library, &call).is_some()) else {
            continue;
        };
        if !plans.iter().any(|plan| plan.covers(call.whole)) {
            plans.extend(Plan::of(cx, library, codemod, &call));
        }
    }
    plans
}

/// What makes an object of the library by this call, and the expression that names its class.
pub(super) fn maker<'a>(
    library: &'static Library,
    call: &Call<'_, 'a>,
) -> Option<(&'static Maker, &'a Expr)> {
    let symbol = call.symbol()?;
    library.makers.iter().find_map(|maker| {
        if maker.symbol == &*symbol {
            return Some((maker, call.func()));
        }
        let method = symbol.strip_prefix(maker.symbol)?.strip_prefix('.')?;
        let Expr::Attribute(attribute) = call.func() else { return None };
        maker.methods.contains(&method).then_some((maker, &*attribute.value))
    })
}

/// Whether a call asks for its answer piece by piece; `None` where that is decided when it runs.
fn streams(call: &ast::ExprCall) -> Option<bool> {
    if call.arguments.keywords.iter().any(|keyword| keyword.arg.is_none()) {
        return None;
    }
    let Some(keyword) = call.arguments.find_keyword("stream") else { return Some(false) };
    match &keyword.value {
        Expr::BooleanLiteral(literal) => Some(literal.value),
        Expr::NoneLiteral(_) => Some(false),
        _ => None,
    }
}
