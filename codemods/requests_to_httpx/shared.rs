//! Sessions that several functions share: kept on an object, at module level, or handed on as arguments.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::attributes::rewrite_use;
use super::draft::{Draft, Planned, imported};
use super::sites::{Library, Site};
use super::values::id;
use crate::engine::context::{Context, Runs};
use crate::engine::project::reduce::{FunctionId, Meaning};
use crate::engine::project::shares::{Holder, MAX_STEPS};
use crate::engine::semantic::{BindingKind, NodeId, ScopeId};

/// An expression that is a session, and what becomes of it.
#[derive(Debug, Clone)]
struct Flow {
    at: NodeId,
    /// What it is read from; `None` where it is made.
    from: Option<Holder>,
    to: Target,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    /// It is stored or handed on there.
    Holder(Holder),
    /// A method or attribute of it is used.
    Used,
    /// It is compared with `None` or tested.
    Tested,
    /// Nobody can say.
    Escapes(&'static str),
}

/// A session that several functions share.
#[derive(Debug, Clone)]
pub(super) struct Shared<'a> {
    constructors: Vec<&'a ast::ExprCall>,
    /// Annotations that name its class.
    annotations: Vec<&'a Expr>,
    /// The expressions through which it is used.
    pub(super) uses: Vec<NodeId>,
    /// Whether it lives on an object or at module level.
    pub(super) is_kept: bool,
    /// Whether other files use it too, and change with this one.
    pub(super) is_across: bool,
}

/// The session that an expression holds, with everything it flows through in this file.
///
/// # Errors
/// When it flows somewhere that is not seen, or synchronous code uses it.
pub(super) fn held_by<'a>(cx: &Context<'a>, site: &Site<'a>, held: &'a Expr) -> Planned<Shared<'a>> {
    if site.library == Library::Httpx {
        return Err("client-escapes-scope: the client is shared with other code".to_owned());
    }
    if held.is_call_expr() {
        return Err("subclass-of-Session: the session is not a plain `requests.Session`".to_owned());
    }
    if let Some((file, holder)) = made_elsewhere(cx, held) {
        let path = &cx.project.paths[file as usize];
        let why = cx.project.share_refusal(file, &holder).unwrap_or("not all that is done with it is seen");
        return Err(format!("global-session: {path} makes the session for several files, and {why}"));
    }
    let Some(start) = cx.holder_of(id(cx, held)) else {
        return Err("client-escapes-scope: where the session comes from cannot be seen".to_owned());
    };
    group(cx, start, false)
}

/// The file that makes a session which this one reads, if it is another, and what holds it there.
fn made_elsewhere(cx: &Context<'_>, held: &Expr) -> Option<(u32, Holder)> {
    let (mut raw, mut file) = (cx.semantic.symbol(held, cx.semantic.scope_of(held))?.to_string(), cx.file);
    for _ in 0..MAX_STEPS {
        if let Some((object, name)) = raw.rsplit_once('.')
            && let Meaning::Instance(class) | Meaning::Class(class) = cx.world.meaning(object, file)
        {
            let lineage = &cx.world.lineage(class).0;
            let owner = lineage.iter().find(|owner| cx.world.class(**owner).attributes.contains_key(name))?;
            return (owner.file != cx.file).then(|| (owner.file, Holder::Attribute(*owner, name.to_owned())));
        }
        let (module, name) = raw.rsplit_once('.').filter(|_| !raw.contains(['(', '[']))?;
        let holder = cx.world.modules.resolve(module, Some(file)).filter(|holder| *holder != cx.file)?;
        let next = cx.world.summary(holder)?.names.get(name)?.as_deref()?;
        if next.starts_with("requests.") {
            return Some((holder, Holder::Name(0, name.to_owned())));
        }
        (raw, file) = (next.to_owned(), holder);
    }
    None
}

/// The session that these expressions of a file are, and that another file makes.
///
/// # Errors
/// Where it flows somewhere in this file, and where to.
pub(super) fn read<'a>(cx: &Context<'a>, seeds: &[NodeId]) -> Result<Shared<'a>, (TextRange, String)> {
    let mut uses = Vec::new();
    for at in seeds.iter().copied() {
        let why = match target(cx, at) {
            Target::Used => {
                uses.push(at);
                continue;
            }
            Target::Tested => continue,
            Target::Holder(_) => "is kept under another name too",
            Target::Escapes(why) => why,
        };
        return Err((cx.semantic.node(at).ast.range(), format!("the session {why}")));
    }
    Ok(Shared { uses, ..Shared::NONE })
}

/// The session that a holder has, with everything it flows through in this file; `is_across`: what other files do with
/// it is seen to.
///
/// # Errors
/// When it flows somewhere that is not seen, or synchronous code uses it.
pub(super) fn group<'a>(cx: &Context<'a>, start: Holder, is_across: bool) -> Planned<Shared<'a>> {
    let flows = flows(cx);
    let mut holders = vec![start];
    let mut known = 0;
    while known < holders.len() {
        known = holders.len();
        for flow in &flows {
            let Target::Holder(to) = &flow.to else { continue };
            match &flow.from {
                Some(from) if holders.contains(from) && !holders.contains(to) => holders.push(to.clone()),
                Some(from) if holders.contains(to) && !holders.contains(from) => holders.push(from.clone()),
                _ => {}
            }
        }
    }
    let mut shared = Shared { is_kept: false, is_across, ..Shared::NONE };
    for flow in &flows {
        let reads = flow.from.as_ref().is_some_and(|from| holders.contains(from));
        let fills = matches!(&flow.to, Target::Holder(to) if holders.contains(to));
        if !reads && !fills {
            continue;
        }
        match &flow.to {
            Target::Escapes(why) => return Err(format!("client-escapes-scope: the session {why}")),
            Target::Used => shared.uses.push(flow.at),
            Target::Tested | Target::Holder(_) => {}
        }
        if flow.from.is_none()
            && let AnyNodeRef::ExprCall(call) = cx.semantic.node(flow.at).ast
        {
            shared.constructors.push(call);
        }
    }
    if shared.constructors.is_empty() {
        return Err("client-escapes-scope: the session comes from the caller".to_owned());
    }
    for holder in &holders {
        shared.is_kept |= matches!(holder, Holder::Attribute(..) | Holder::Name(0, _));
        check_holder(cx, holder, &holders, &mut shared)?;
    }
    if is_across && holders.len() > 1 {
        return Err("client-escapes-scope: the session is kept under another name too".to_owned());
    }
    if shared.is_kept && !is_across && runs(cx) > 1 {
        return Err(
            "global-session: the project runs several event loops, and a client belongs to one".to_owned()
        );
    }
    Ok(shared)
}

/// The session expressions of the file.
fn flows(cx: &Context<'_>) -> Vec<Flow> {
    let mut flows = Vec::new();
    for (index, node) in cx.nodes().iter().enumerate() {
        let at = index as NodeId;
        let (is_session, from) = match node.ast {
            AnyNodeRef::ExprName(name) if name.ctx == ast::ExprContext::Load => {
                (is_session(cx, &Expr::Name(name.clone())), true)
            }
            AnyNodeRef::ExprAttribute(attribute) if attribute.ctx == ast::ExprContext::Load => {
                (is_session(cx, &Expr::Attribute(attribute.clone())), true)
            }
            AnyNodeRef::ExprCall(call) => (is_constructor(cx, call), false),
            _ => continue,
        };
        if !is_session {
            continue;
        }
        let from = if from {
            let Some(holder) = cx.holder_of(at) else { continue };
            Some(holder)
        } else {
            None
        };
        flows.push(Flow { at, from, to: target(cx, at) });
    }
    flows
}

fn is_session(cx: &Context<'_>, expr: &Expr) -> bool {
    cx.symbol(expr).as_deref() == Some("requests.Session()")
}

fn is_constructor(cx: &Context<'_>, call: &ast::ExprCall) -> bool {
    matches!(cx.symbol(&call.func).as_deref(), Some("requests.Session" | "requests.session"))
}

/// What becomes of a session expression.
fn target(cx: &Context<'_>, at: NodeId) -> Target {
    let parent_id = cx.semantic.node(at).parent;
    match cx.semantic.node(parent_id).ast {
        AnyNodeRef::ExprAttribute(_) => Target::Used,
        AnyNodeRef::StmtAssign(statement) => match statement.targets.as_slice() {
            [target] => stored(cx, target),
            _ => Target::Escapes("has several names"),
        },
        AnyNodeRef::StmtAnnAssign(statement) => stored(cx, &statement.target),
        AnyNodeRef::WithItem(item) => match item.optional_vars.as_deref() {
            Some(target) => stored(cx, target),
            None => Target::Escapes("is entered"),
        },
        AnyNodeRef::ExprCompare(compare) if compare.comparators.iter().all(Expr::is_none_literal_expr) => {
            Target::Tested
        }
        AnyNodeRef::StmtIf(_) | AnyNodeRef::ElifElseClause(_) => Target::Tested,
        AnyNodeRef::ExprUnaryOp(unary) if unary.op == ast::UnaryOp::Not => Target::Tested,
        AnyNodeRef::Arguments(_) | AnyNodeRef::Keyword(_) => match parameter(cx, at) {
            Some((scope, name)) => Target::Holder(Holder::Name(scope, name)),
            None => Target::Escapes("is handed on"),
        },
        AnyNodeRef::StmtReturn(_) => Target::Escapes("is returned"),
        _ => Target::Escapes("is handed on"),
    }
}

fn stored(cx: &Context<'_>, target: &Expr) -> Target {
    match target {
        Expr::Name(_) | Expr::Attribute(_) => match cx.holder_of(id(cx, target)) {
            Some(holder) => Target::Holder(holder),
            None => Target::Escapes("is stored on another object"),
        },
        _ => Target::Escapes("is stored"),
    }
}

/// The annotated parameter of a function of this file that an argument fills.
fn parameter(cx: &Context<'_>, at: NodeId) -> Option<(ScopeId, String)> {
    let (_, scope, parameter) = cx.parameter_filled(at)?;
    let annotation = parameter.annotation.as_deref()?;
    (cx.instance(annotation).as_deref() == Some("requests.Session()"))
        .then(|| (scope, parameter.name.to_string()))
}

/// Whether all values of a holder are sessions of the group, and nothing outside of the file touches it.
fn check_holder<'a>(
    cx: &Context<'a>,
    holder: &Holder,
    holders: &[Holder],
    shared: &mut Shared<'a>,
) -> Planned {
    let fills = |value: &Expr| {
        value.is_none_literal_expr()
            || matches!(value, Expr::Call(call) if is_constructor(cx, call))
            || cx.holder_of(id(cx, value)).is_some_and(|from| holders.contains(&from))
    };
    let unknown = || Err("client-escapes-scope: which session this is cannot be seen".to_owned());
    match holder {
        Holder::Name(scope, name) => {
            for binding in cx.semantic.bindings_of(name, *scope) {
                match cx.semantic.binding(*binding).kind {
                    BindingKind::Assignment { value, unpacked: None } if fills(value) => {}
                    BindingKind::Annotated { annotation, value } if value.is_none_or(fills) => {
                        shared.annotations.push(annotation);
                    }
                    BindingKind::With { context, is_async: false, plain: true } if fills(context) => {}
                    BindingKind::Parameter { parameter, .. } => {
                        let Some(annotation) = parameter.annotation.as_deref() else { return unknown() };
                        shared.annotations.push(annotation);
                        callers_seen(cx, *scope, name, holders)?;
                    }
                    _ => return unknown(),
                }
            }
            let is_elsewhere = || cx.is_imported_elsewhere(name) || cx.is_used_elsewhere(name, is_of_session);
            if *scope == 0 && !shared.is_across && is_elsewhere() {
                return Err(format!("global-session: {}", used_elsewhere(cx, holder)));
            }
        }
        Holder::Attribute(owner, name) => {
            for store in &cx.semantic.attribute_stores {
                if store.target.attr.as_str() != name.as_str()
                    || cx.holder_of(id(cx, store.target)).as_ref() != Some(holder)
                {
                    continue;
                }
                if store.entered.is_some() || !store.value.is_none_or(fills) {
                    return unknown();
                }
                shared.annotations.extend(store.annotation);
            }
            if !shared.is_across && cx.is_attribute_used_elsewhere(*owner, name, is_of_session) {
                return Err(format!("thread-shared: {}", used_elsewhere(cx, holder)));
            }
        }
    }
    Ok(())
}

/// Why a session stays that other files use.
fn used_elsewhere(cx: &Context<'_>, holder: &Holder) -> String {
    match cx.project.share_refusal(cx.file, holder) {
        Some(why) => format!("other files use the session too, and {why}"),
        None => "other files use the session too".to_owned(),
    }
}

/// Whether every call of the function is seen, and gives the parameter a session of the group.
fn callers_seen(cx: &Context<'_>, scope: ScopeId, name: &str, holders: &[Holder]) -> Planned {
    let qualname = &cx.semantic.scope(scope).qualname;
    let refused = |why: &str| Err(format!("client-escapes-scope: {why}"));
    let index = cx.world.summary(cx.file).and_then(|summary| summary.function(qualname));
    if index.is_some_and(|index| cx.is_called_elsewhere(FunctionId { file: cx.file, index })) {
        return refused("other files hand a session to the function");
    }
    for call in cx.calls() {
        let Meaning::Function(function) = cx.meaning(call.func()) else { continue };
        if function.file != cx.file || Some(function.index) != index {
            continue;
        }
        let given =
            call.expr.arguments.args.iter().chain(call.expr.arguments.keywords.iter().map(|k| &k.value));
        let fits = given.into_iter().any(|value| {
            let from = match value {
                Expr::Call(made) if is_constructor(cx, made) => true,
                _ => cx.holder_of(id(cx, value)).is_some_and(|from| holders.contains(&from)),
            };
            from && parameter(cx, id(cx, value)).is_some_and(|(_, filled)| filled == name)
        });
        if !fits {
            return refused("a caller hands another session to the function");
        }
    }
    Ok(())
}

/// Whether a symbol is something of a session.
fn is_of_session(symbol: &str) -> bool {
    symbol.starts_with("requests.Session().")
}

/// How often the project starts an event loop.
fn runs(cx: &Context<'_>) -> usize {
    let is_run = |symbol: &str| symbol == "asyncio.run";
    let own = cx.calls().filter(|call| call.symbol().is_some_and(|symbol| is_run(&symbol))).count();
    let others = cx.project.summaries.iter().enumerate().filter(|(file, _)| *file as u32 != cx.file);
    let others = others.filter_map(|(_, summary)| summary.as_ref());
    let calls = others.flat_map(|summary| &summary.functions).flat_map(|function| &function.calls);
    own + calls.filter(|call| is_run(&call.symbol)).count()
}

impl<'a> Shared<'a> {
    /// A session of another file, of which nothing is seen.
    const NONE: Self = Self {
        constructors: Vec::new(),
        annotations: Vec::new(),
        uses: Vec::new(),
        is_kept: true,
        is_across: true,
    };

    /// Where it is first named in the file.
    pub(super) fn first(&self, cx: &Context<'a>) -> TextRange {
        let uses = self.uses.iter().map(|at| cx.semantic.node(*at).ast.range());
        let named = self.constructors.iter().map(|made| made.range()).chain(uses);
        named.min_by_key(|range| range.start()).unwrap_or_default()
    }

    /// Whether both are the same session.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.constructors[0].range() == other.constructors[0].range()
    }

    /// Writes the session as a client, in all the functions that share it.
    ///
    /// # Errors
    /// When something is done with it for which httpx has no equivalent.
    pub(super) fn write(
        &self,
        cx: &Context<'a>,
        sites: &[Site<'a>],
        given: Vec<String>,
        draft: &mut Draft<'_, 'a>,
    ) -> Planned {
        let mut closes = false;
        for at in &self.uses {
            closes |= rewrite_use(cx, Library::Requests, *at, sites, draft)?;
        }
        let module = cx.settings.http_client.module();
        let class = imported(&format!("{module}.AsyncClient"));
        for constructor in &self.constructors {
            draft.replace(constructor.range(), format!("{class}({})", given.join(", ")));
            if let AnyNodeRef::WithItem(item) = cx.parent(*constructor)
                && let AnyNodeRef::StmtWith(statement) = cx.parent(item)
            {
                if cx.runs(*constructor) != Runs::OnLoop {
                    return Err("call-not-in-async: the session is opened in synchronous code".to_owned());
                }
                super::blocks::split_with(cx, statement, item, draft)?;
                closes = true;
            }
        }
        for annotation in &self.annotations {
            let range = annotation.range();
            for node in cx.nodes().iter().filter(|node| range.contains_range(node.ast.range())) {
                let named = match node.ast {
                    AnyNodeRef::ExprName(name) => cx.symbol(&Expr::Name(name.clone())),
                    AnyNodeRef::ExprAttribute(attribute) => cx.symbol(&Expr::Attribute(attribute.clone())),
                    AnyNodeRef::ExprStringLiteral(_) => {
                        return Err("client-escapes-scope: an annotation of the session is quoted".to_owned());
                    }
                    _ => None,
                };
                if named.as_deref() == Some("requests.Session") {
                    draft.replace(node.ast.range(), class.clone());
                }
            }
        }
        if self.is_across {
            // What the change of all files is doubted for is said by what makes it, and one of them may close it.
            return Ok(());
        }
        if self.is_kept {
            draft.doubt("the client lives as long as what keeps it and belongs to one event loop");
        } else {
            draft.doubt("the session is handed on: what uses it gets an `AsyncClient`");
        }
        if !closes {
            draft.doubt("nothing closes the client");
        }
        Ok(())
    }
}
