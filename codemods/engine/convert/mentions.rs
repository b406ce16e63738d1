//! Where a file speaks of functions that may become coroutine functions, and what would have to change there.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr, HasNodeIndex, Stmt};
use ruff_text_size::{Ranged, TextRange, TextSize};

use super::{Sought, is_thread_lock};
use crate::engine::context::{Call, Context, Runs, Use};
use crate::engine::finding::Edit;
use crate::engine::imports;
use crate::engine::project::reduce::{ClassId, FunctionId, Meaning};
use crate::engine::semantic::{BindingKind, NodeId, Reaching, ScopeId, ScopeKind};
use crate::engine::settings::PythonVersion;
use crate::engine::twin::Look;

/// What one file says of the functions sought. Plain data: the file's tree is not kept.
#[derive(Debug, Default)]
pub struct Mentions {
    pub(super) found: Vec<Mention>,
    pub(super) definitions: Vec<Definition>,
    /// Other names that functions are imported under.
    pub(super) renamed: Vec<(FunctionId, String)>,
    /// What it says of objects that several files use, by their numbers.
    pub(super) shared: Vec<(usize, Look)>,
    /// The text the edits are made for.
    pub(super) text_hash: u64,
}

/// One place that names a function.
#[derive(Debug, Clone)]
pub(super) struct Mention {
    pub(super) function: FunctionId,
    pub(super) row: u32,
    pub(super) range: TextRange,
    /// Whether the event loop runs the code around it.
    pub(super) is_on_loop: bool,
    /// Whether it is handed to the event loop to be called.
    pub(super) is_callback: bool,
    pub(super) kind: Kind,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// A call, and the edits that await it.
    Call { caller: Caller, edits: Vec<Edit>, is_awaited: bool },
    /// Something that does not go with a coroutine function, and why.
    Stays(String),
}

/// The code that makes a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Caller {
    /// A coroutine function.
    OnLoop,
    /// A plain function, by its number in the file's summary.
    Plain(u32),
    /// A statement of the module: the call can be the start of the program.
    Module,
}

/// Where a function is defined.
#[derive(Debug, Clone)]
pub(super) struct Definition {
    pub(super) function: FunctionId,
    pub(super) range: TextRange,
    pub(super) edit: Edit,
    /// Whether its own code holds a call that blocks and that can be awaited in some way.
    pub(super) awaits_directly: bool,
    /// Whether its own code awaits already, though it is a plain function.
    pub(super) awaits_in_vain: bool,
    /// Why it cannot be a coroutine function, whoever calls it.
    pub(super) refusal: Option<String>,
}

/// Looks for everything that names one of the functions.
pub(super) fn find(cx: &Context<'_>, sought: &Sought) -> Mentions {
    let mut mentions = Mentions { text_hash: super::text_hash(cx.source.text), ..Mentions::default() };
    for (id, node) in (0..).zip(cx.nodes()) {
        match node.ast {
            AnyNodeRef::ExprName(name) => {
                let Some(functions) = sought.names.get(name.id.as_str()) else { continue };
                of_name(cx, name, functions, &mut mentions.found);
            }
            AnyNodeRef::ExprAttribute(attribute) => {
                let Some(functions) = sought.names.get(attribute.attr.as_str()) else { continue };
                of_attribute(cx, attribute, functions, &mut mentions.found);
            }
            AnyNodeRef::ExprStringLiteral(text) => {
                let text = text.value.to_str();
                let last = text.rsplit(['.', ':']).next().unwrap_or(text);
                let Some(functions) = sought.names.get(last) else { continue };
                if cx.names_something(id, text) {
                    let reason = || "a string names it".to_owned();
                    stays(cx, functions, node.ast.range(), reason, &mut mentions.found);
                }
            }
            AnyNodeRef::Alias(alias) => {
                let Some(other) = &alias.asname else { continue };
                let last = alias.name.rsplit('.').next().unwrap_or(&alias.name);
                let Some(functions) = sought.names.get(last) else { continue };
                // Which of them it is shows where the name is read.
                let of_module = functions.iter().filter(|id| method_owner(cx, **id).is_none());
                mentions.renamed.extend(of_module.map(|id| (*id, other.to_string())));
            }
            AnyNodeRef::StmtFunctionDef(function) => {
                let Some(functions) = sought.names.get(function.name.as_str()) else { continue };
                if let Some(definition) = definition(cx, function, functions) {
                    mentions.definitions.push(definition);
                }
            }
            _ => {}
        }
    }
    mentions
}

fn stays(
    cx: &Context<'_>,
    functions: &[FunctionId],
    range: TextRange,
    reason: impl Fn() -> String,
    found: &mut Vec<Mention>,
) {
    let row = cx.source.row(range.start());
    found.extend(functions.iter().map(|function| Mention {
        function: *function,
        row,
        range,
        is_on_loop: false,
        is_callback: false,
        kind: Kind::Stays(reason()),
    }));
}

fn of_name(cx: &Context<'_>, name: &ast::ExprName, functions: &[FunctionId], found: &mut Vec<Mention>) {
    let Some(id) = cx.semantic.id(name) else { return };
    let scope = cx.semantic.node(id).scope;
    if !name.ctx.is_load() {
        // The binding is seen where the name is read, or at the definition.
        return;
    }
    let meaning = match cx.semantic.symbol(&Expr::Name(name.clone()), scope) {
        Some(raw) => cx.world.meaning(&raw, cx.file),
        None => Meaning::Unknown,
    };
    match meaning {
        Meaning::Function(function) if functions.contains(&function) => {
            use_of(cx, id, function, name.range(), found);
        }
        Meaning::Unknown | Meaning::Pending(_) => {
            let may_be = |binding| {
                let kind = cx.semantic.binding(binding).kind;
                matches!(
                    kind,
                    BindingKind::Function | BindingKind::Import { .. } | BindingKind::ImportFrom { .. }
                )
            };
            let is_uncertain = match cx.semantic.reaching(name.id.as_str(), Some(id), scope) {
                Reaching::Unbound => !cx.semantic.star_imports.is_empty(),
                Reaching::One(binding) => may_be(binding),
                Reaching::Many(bindings) => bindings.into_iter().any(may_be),
            };
            // A method is never read by its bare name.
            let plain: Vec<FunctionId> =
                functions.iter().filter(|function| method_owner(cx, **function).is_none()).copied().collect();
            if is_uncertain {
                let reason = || "it is not certain whether it is called".to_owned();
                stays(cx, &plain, name.range(), reason, found);
            }
        }
        _ => {}
    }
}

fn of_attribute(
    cx: &Context<'_>,
    attribute: &ast::ExprAttribute,
    functions: &[FunctionId],
    found: &mut Vec<Mention>,
) {
    let Some(id) = cx.semantic.id(attribute) else { return };
    let receiver = cx.meaning(&attribute.value);
    if !attribute.ctx.is_load() {
        // `app.load = fake`: of what may be the function's module or class.
        let is_other = matches!(receiver, Meaning::External(_));
        let is_own = matches!(&receiver, Meaning::Instance(_) | Meaning::Class(_) | Meaning::Module(_));
        let methods: Vec<FunctionId> = functions
            .iter()
            .filter(|function| is_own || method_owner(cx, **function).is_some())
            .copied()
            .collect();
        if !is_other {
            let reason = || "something else is put in its place".to_owned();
            stays(cx, &methods, attribute.range(), reason, found);
        }
        return;
    }
    let meaning = match cx.semantic.symbol(&Expr::Attribute(attribute.clone()), cx.semantic.node(id).scope) {
        Some(raw) => cx.world.meaning(&raw, cx.file),
        None => Meaning::Unknown,
    };
    match meaning {
        Meaning::Function(function) if functions.contains(&function) => {
            use_of(cx, id, function, attribute.range(), found);
        }
        // Any class that has such a method is one of the protocol, whatever its bases.
        Meaning::Function(function) if is_of_protocol(cx, function) => {
            let methods: Vec<FunctionId> =
                functions.iter().filter(|id| method_owner(cx, **id).is_some()).copied().collect();
            let reason = || "a protocol may stand for its class".to_owned();
            stays(cx, &methods, attribute.range(), reason, found);
        }
        Meaning::Unknown | Meaning::Pending(_) => {
            let may_be: Vec<FunctionId> = functions
                .iter()
                .filter(|function| match method_owner(cx, **function) {
                    Some(owner) => match &receiver {
                        Meaning::Instance(class) | Meaning::Class(class) => {
                            is_related(cx, *class, owner) || is_related(cx, owner, *class)
                        }
                        Meaning::Module(_) | Meaning::External(_) | Meaning::Function(_) => false,
                        _ => !is_builtin_value(&attribute.value),
                    },
                    // A function of a module is reached through the module alone.
                    None => {
                        !matches!(receiver, Meaning::Instance(_) | Meaning::Class(_) | Meaning::External(_))
                            && is_imported(cx, &attribute.value)
                    }
                })
                .copied()
                .collect();
            let text = cx.text(attribute).to_owned();
            let reason = || format!("`{text}` may be it");
            stays(cx, &may_be, attribute.range(), reason, found);
        }
        _ => {}
    }
}

/// Whether an expression is a string, list or the like as it stands.
fn is_builtin_value(value: &Expr) -> bool {
    matches!(
        value,
        Expr::StringLiteral(_)
            | Expr::BytesLiteral(_)
            | Expr::FString(_)
            | Expr::List(_)
            | Expr::Dict(_)
            | Expr::Set(_)
            | Expr::Tuple(_)
            | Expr::NumberLiteral(_)
    )
}

/// Whether the first name of a dotted path is imported, or not bound at all.
fn is_imported(cx: &Context<'_>, value: &Expr) -> bool {
    match value {
        Expr::Name(name) => match cx.semantic.lookup(name.id.as_str(), cx.semantic.scope_of(name)) {
            Some(scope) => cx.semantic.bindings_of(name.id.as_str(), scope).iter().any(|binding| {
                let kind = cx.semantic.binding(*binding).kind;
                matches!(kind, BindingKind::Import { .. } | BindingKind::ImportFrom { .. })
            }),
            None => true,
        },
        Expr::Attribute(attribute) => is_imported(cx, &attribute.value),
        _ => false,
    }
}

fn is_related(cx: &Context<'_>, class: ClassId, base: ClassId) -> bool {
    cx.world.lineage(class).0.contains(&base)
}

/// The class whose method a function is.
fn method_owner(cx: &Context<'_>, function: FunctionId) -> Option<ClassId> {
    super::method_owner(&cx.world, function).map(|(owner, _)| owner)
}

/// Whether a function is a method of a `typing.Protocol`.
fn is_of_protocol(cx: &Context<'_>, function: FunctionId) -> bool {
    let is_protocol = |base: &String| {
        let head = base.split('[').next().unwrap_or(base);
        matches!(head, "typing.Protocol" | "typing_extensions.Protocol")
    };
    method_owner(cx, function).is_some_and(|class| {
        cx.world.lineage(class).0.iter().any(|class| cx.world.class(*class).bases.iter().any(is_protocol))
    })
}

/// What is done with a function where it is named.
fn use_of(cx: &Context<'_>, id: NodeId, function: FunctionId, range: TextRange, found: &mut Vec<Mention>) {
    let parent = cx.semantic.node(cx.semantic.node(id).parent).ast;
    let call = match parent {
        AnyNodeRef::ExprCall(call) if call.func.range() == range => cx.calls().find(|known| {
            // Numbers are not at hand here.
            std::ptr::eq(known.expr, call)
        }),
        _ => None,
    };
    let kind = match call {
        Some(call) => of_call(cx, &call),
        None => Err("it is used as a value".to_owned()),
    };
    let kind = kind.unwrap_or_else(Kind::Stays);
    let is_on_loop = cx.runs_at(id) != Runs::Elsewhere;
    let is_callback = match cx.semantic.node(cx.semantic.node(cx.semantic.node(id).parent).parent).ast {
        AnyNodeRef::ExprCall(around) => cx.callback_in(around).is_some_and(|given| given.range() == range),
        _ => false,
    };
    let row = cx.source.row(range.start());
    found.push(Mention { function, row, range, is_on_loop, is_callback, kind });
}

/// The edits that await a call, or why it cannot be awaited.
fn of_call(cx: &Context<'_>, call: &Call<'_, '_>) -> Result<Kind, String> {
    let caller = caller(cx, call.expr)?;
    if cx.is_silenced(call.range(), super::SILENCED_AS, &[]) {
        return Err("a comment says to leave it".to_owned());
    }
    for around in cx.ancestors(call.expr) {
        match around {
            AnyNodeRef::StmtWith(with) if !with.is_async => {
                // The lock itself is taken outside.
                let body = with.body.first().map_or(with.end(), Ranged::start);
                if call.start() >= body
                    && with.items.iter().any(|item| is_thread_lock(cx, &item.context_expr))
                {
                    return Err("it is called while a thread's lock is held".to_owned());
                }
            }
            AnyNodeRef::InterpolatedElement(element) if element.debug_text.is_some() => {
                return Err("its call is printed with its text".to_owned());
            }
            AnyNodeRef::StmtFunctionDef(_) | AnyNodeRef::ExprLambda(_) => break,
            _ => {}
        }
    }
    let is_awaited = matches!(call.use_of(), Use::Awaited(_));
    let mut edits = Vec::new();
    if caller == Caller::Module {
        if !matches!(call.use_of(), Use::Dropped) {
            return Err("code at module level uses its result".to_owned());
        }
        let (run, needed) = imports::spell(cx, "asyncio", ".run", call.start());
        edits.extend(needed);
        edits.push(Edit::insertion(call.whole.start().to_u32(), format!("{run}(")));
        edits.push(Edit::insertion(call.whole.end().to_u32(), ")"));
    } else if is_awaited {
        // As it should be, if only the function were one.
    } else {
        let (before, after) = cx.await_around(call.whole);
        edits.push(Edit::insertion(call.whole.start().to_u32(), before));
        if !after.is_empty() {
            edits.push(Edit::insertion(call.whole.end().to_u32(), after));
        }
    }
    Ok(Kind::Call { caller, edits, is_awaited })
}

/// The code that a node is part of, or why no `await` can stand there.
fn caller(cx: &Context<'_>, node: &impl HasNodeIndex) -> Result<Caller, String> {
    let mut comprehensions = 0;
    let mut at: ScopeId = cx.semantic.scope_of(node);
    loop {
        let scope = cx.semantic.scope(at);
        match scope.kind {
            ScopeKind::Comprehension => comprehensions += 1,
            ScopeKind::TypeParameters => {}
            ScopeKind::Generator => return Err("it is called in a generator expression".to_owned()),
            ScopeKind::Lambda(_) => return Err("a lambda calls it".to_owned()),
            ScopeKind::Class => return Err("a class body calls it".to_owned()),
            // Cells await.
            ScopeKind::Module if cx.source.is_notebook() => return Ok(Caller::OnLoop),
            ScopeKind::Module if comprehensions == 0 => return Ok(Caller::Module),
            ScopeKind::Module => return Err("code at module level uses its result".to_owned()),
            ScopeKind::Function(function) => {
                if comprehensions > 1 && cx.settings.target < PythonVersion::py3(11) {
                    return Err("it is called in a comprehension within a comprehension".to_owned());
                }
                if function.is_async {
                    debug_assert!(cx.runs(node) == Runs::OnLoop, "its own code");
                    return Ok(Caller::OnLoop);
                }
                let number = cx.world.summary(cx.file).and_then(|own| own.function(&scope.qualname));
                return number.map(Caller::Plain).ok_or_else(|| "an unknown function calls it".to_owned());
            }
        }
        let Some(parent) = scope.parent else { return Ok(Caller::Module) };
        at = parent;
    }
}

fn definition(
    cx: &Context<'_>,
    function: &ast::StmtFunctionDef,
    functions: &[FunctionId],
) -> Option<Definition> {
    let own = cx.world.summary(cx.file)?;
    let scope = cx.semantic.functions.iter().find(|(each, _)| std::ptr::eq(*each, function))?.1;
    let qualname = &cx.semantic.scope(scope).qualname;
    let id = FunctionId { file: cx.file, index: own.function(qualname)? };
    if !functions.contains(&id) {
        return None;
    }
    // `def` stands right before the name.
    let before = TextRange::new(function.start(), function.name.start());
    let def = cx.text(before).rfind("def")?;
    let at = function.start() + TextSize::try_from(def).ok()?;
    let range = TextRange::new(at, function.name.end());
    let several = own.functions.iter().filter(|each| each.qualname == *qualname).count() > 1;
    let refusal = if several {
        Some("it is defined more than once".to_owned())
    } else if cx.is_silenced(range, super::SILENCED_AS, &[]) {
        Some("a comment says to leave it".to_owned())
    } else {
        super::refuse::definition(cx, function, id)
    };
    let edit = Edit::insertion(at.to_u32(), "async ");
    let awaits_directly = refusal.is_none() && blocks_directly(cx, function, scope);
    let awaits_in_vain = cx
        .inside(function)
        .any(|node| matches!(node.ast, AnyNodeRef::ExprAwait(_)) && cx.semantic.frame(node.scope) == scope);
    Some(Definition { function: id, range, edit, awaits_directly, awaits_in_vain, refusal })
}

/// Whether a function's own code makes a call that blocks and that does not have to stay in its thread.
fn blocks_directly(cx: &Context<'_>, function: &ast::StmtFunctionDef, scope: ScopeId) -> bool {
    cx.calls().any(|call| {
        function.range().contains_range(call.range())
            && cx.semantic.frame(cx.semantic.scope_of(call.expr)) == scope
            && caller(cx, call.expr).is_ok()
            && call.blocks().is_some_and(|verdict| !verdict.is_pedantic() && !verdict.is_thread_bound())
            && can_move(cx, &call)
    })
}

/// Whether there is a way to await a call that blocks: a file that stays open over several statements has none.
fn can_move(cx: &Context<'_>, call: &Call<'_, '_>) -> bool {
    let opens = call.symbol().is_some_and(|symbol| symbol.ends_with(".open"));
    let is_short = |with: &ast::StmtWith| {
        with.body.len() == 1
            && matches!(with.body[0], Stmt::Expr(_) | Stmt::Assign(_) | Stmt::Return(_) | Stmt::AnnAssign(_))
    };
    match cx.parent(call.expr) {
        AnyNodeRef::WithItem(item) if opens => {
            matches!(cx.parent(item), AnyNodeRef::StmtWith(with) if is_short(with))
        }
        AnyNodeRef::StmtAssign(_) | AnyNodeRef::StmtAnnAssign(_) if opens => false,
        // What is done with a file that is open belongs to it.
        _ => {
            let on_file = |symbol: &str| symbol.contains(".open().") || symbol.contains("File().");
            opens || !call.symbol().is_some_and(|symbol| on_file(&symbol))
        }
    }
}
