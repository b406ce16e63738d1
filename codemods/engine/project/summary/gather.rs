//! How a file's summary is gathered from its tree.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextSize};
use rustc_hash::{FxHashMap, FxHashSet};

use super::exits::{Exits, never_falls_through};
use super::once;
use super::passing::Passed;
use super::proviso::Hint;
use super::quiet;
use super::wrapping::is_conditional;
use super::{CallSummary, ClassSummary, FunctionSummary, Summary, Texts, Usage};
use crate::engine::apis;
use crate::engine::semantic::{BindingKind, NodeId, ScopeKind, Semantic, Symbol};
use crate::engine::settings::Settings;
use crate::engine::source::Source;

impl Usage {
    /// How the node around a call, by its number, uses it.
    fn of(semantic: &Semantic<'_>, around: NodeId) -> Self {
        let node = semantic.node(around);
        match node.ast {
            AnyNodeRef::ExprAwait(_) => Self::Awaited,
            AnyNodeRef::StmtExpr(_) => Self::Dropped,
            AnyNodeRef::StmtReturn(_)
            | AnyNodeRef::ExprYield(_)
            | AnyNodeRef::ExprLambda(_)
            | AnyNodeRef::ExprList(_)
            | AnyNodeRef::ExprDict(_)
            | AnyNodeRef::ExprGenerator(_) => Self::PassedOn,
            AnyNodeRef::Keyword(keyword) if keyword.arg.is_some() => Self::PassedOn,
            AnyNodeRef::Arguments(_) => match semantic.node(node.parent).ast {
                // Builtins and `json.dumps` have no use for a coroutine; of what these take of asyncio, codemods ask
                // what it is.
                AnyNodeRef::ExprCall(taker) => match &*taker.func {
                    Expr::Attribute(method)
                        if !matches!(
                            method.attr.as_str(),
                            "dumps" | "gather" | "ensure_future" | "create_task"
                        ) =>
                    {
                        Self::PassedOn
                    }
                    _ => Self::Other,
                },
                _ => Self::Other,
            },
            _ => Self::Other,
        }
    }
}

impl Summary {
    /// Gathers what a walked file tells.
    pub(crate) fn new(source: &Source<'_>, semantic: &Semantic<'_>, settings: &Settings) -> Self {
        let mut summary = Self::default();
        summary.stars.clone_from(&semantic.star_imports);
        summary.gather_names(semantic);
        summary.gather_classes(source, semantic);
        summary.gather_functions(source, semantic, settings);
        summary.shrink();
        summary.index();
        summary
    }

    /// Gives back the room that lists were given to grow: many summaries are kept at a time.
    fn shrink(&mut self) {
        for function in &mut self.functions {
            function.calls.shrink_to_fit();
            function.conduct.shrink_to_fit();
            function.catches.shrink_to_fit();
        }
        self.functions.shrink_to_fit();
        self.classes.shrink_to_fit();
    }

    fn gather_names(&mut self, semantic: &Semantic<'_>) {
        for (name, bindings) in semantic.scope(0).names.iter() {
            // Functions and classes are found by their qualified names.
            if let [only] = bindings
                && matches!(semantic.binding(*only).kind, BindingKind::Function | BindingKind::Class)
            {
                continue;
            }
            let mut found: Option<Option<String>> = None;
            for id in bindings {
                if matches!(semantic.binding(*id).kind, BindingKind::Deleted) {
                    continue;
                }
                let symbol = semantic.binding_symbol(*id).map(|symbol| symbol.to_string());
                if symbol.as_deref() == Some("None") {
                    continue;
                }
                found = match found {
                    None => Some(symbol),
                    Some(before) if before == symbol => Some(before),
                    Some(_) => Some(None),
                };
            }
            self.names.insert(name.to_owned(), found.flatten());
        }
    }

    fn gather_classes(&mut self, source: &Source<'_>, semantic: &Semantic<'_>) {
        let mut by_name: FxHashMap<String, usize> = FxHashMap::default();
        // Attributes whose classes say what they are: an assignment of nobody knows what says no more.
        let mut declared: FxHashSet<(usize, &str)> = FxHashSet::default();
        for (class, scope) in &semantic.classes {
            let here = semantic.scope(*scope);
            let outer = here.parent.unwrap_or(0);
            let symbol = |expr: &Expr| semantic.symbol(expr, outer).map_or("?".to_owned(), |s| s.to_string());
            let mut entry = ClassSummary {
                qualname: here.qualname.clone(),
                row: source.row(class.name.start()),
                bases: class.bases().iter().map(symbol).collect(),
                decorators: class.decorator_list.iter().map(|d| symbol(&d.expression)).collect(),
                abstracts: Vec::new(),
                attributes: FxHashMap::default(),
            };
            for (name, bindings) in here.names.iter() {
                for id in bindings {
                    if matches!(semantic.binding(*id).kind, BindingKind::Function | BindingKind::Class) {
                        continue;
                    }
                    let symbol = semantic.binding_symbol(*id).map(|symbol| symbol.to_string());
                    if matches!(semantic.binding(*id).kind, BindingKind::Annotated { .. })
                        && symbol.as_ref().is_some_and(|symbol| symbol != "None")
                    {
                        declared.insert((self.classes.len(), name));
                    }
                    merge(&mut entry.attributes, name, symbol);
                }
            }
            by_name.insert(entry.qualname.clone(), self.classes.len());
            self.classes.push(entry);
        }
        for store in &semantic.attribute_stores {
            let Expr::Name(object) = &*store.target.value else { continue };
            let Some(class) = semantic.enclosing_class(store.scope) else { continue };
            let receiver = format!("{}.{}", semantic.module, semantic.scope(class).qualname);
            let Some(symbol) = semantic.symbol(&store.target.value, store.scope) else { continue };
            let is_receiver =
                symbol.strip_prefix(receiver.as_str()).is_some_and(|rest| matches!(rest, "" | "()"));
            if !is_receiver || object.id.as_str().is_empty() {
                continue;
            }
            let Some(at) = by_name.get(&semantic.scope(class).qualname) else { continue };
            let annotated = store.annotation.and_then(|a| semantic.instance(a, store.scope));
            let value = annotated.or_else(|| store.value.and_then(|v| semantic.symbol(v, store.scope)));
            let value = value.map(|symbol| match store.entered {
                None => symbol.to_string(),
                Some(true) => format!("{symbol}.__aenter__()"),
                Some(false) => format!("{symbol}.__enter__()"),
            });
            let name = store.target.attr.as_str();
            if value.is_some() || !declared.contains(&(*at, name)) {
                merge(&mut self.classes[*at].attributes, name, value);
            }
        }
    }

    /// Every function, of which nothing but its definition is known yet. Gives their places by their scopes.
    fn declare_functions(&mut self, source: &Source<'_>, semantic: &Semantic<'_>) -> FxHashMap<u32, usize> {
        let mut by_scope: FxHashMap<u32, usize> = FxHashMap::default();
        let mut by_name: FxHashMap<String, usize> = FxHashMap::default();
        self.functions.push(FunctionSummary { row: 1, ..FunctionSummary::default() });
        by_scope.insert(0, 0);
        for (function, scope) in &semantic.functions {
            let here = semantic.scope(*scope);
            let outer = here.parent.unwrap_or(0);
            let mut decorators: Vec<String> = function
                .decorator_list
                .iter()
                .map(|d| semantic.symbol(&d.expression, outer).map_or("?".to_owned(), |s| s.to_string()))
                .collect();
            let count = decorators.len();
            decorators.retain(|decorator| !makes_coroutine(decorator));
            let mut entry = FunctionSummary {
                qualname: here.qualname.clone(),
                row: source.row(function.name.start()),
                is_async: function.is_async || decorators.len() < count,
                decorators,
                ..FunctionSummary::default()
            };
            by_scope.insert(*scope, self.functions.len());
            if let Some(before) = by_name.insert(entry.qualname.clone(), self.functions.len())
                && (self.functions[before].is_async != entry.is_async || self.functions[before].ambiguous)
            {
                entry.ambiguous = true;
            }
            self.functions.push(entry);
        }
        by_scope
    }

    /// Every call that can lead anywhere. Gives what some of them say of what their functions must be given.
    fn gather_calls<'a>(
        &mut self,
        source: &Source<'_>,
        semantic: &Semantic<'a>,
        settings: &Settings,
        owner: &dyn Fn(u32) -> Option<usize>,
        texts: &mut Texts,
    ) -> Vec<(usize, Hint<'a>)> {
        let (mut exits, mut hints) = (None, Vec::new());
        for (number, (_, call)) in semantic.calls.iter().enumerate() {
            let Some(id) = semantic.id(*call) else { continue };
            let node = semantic.node(id);
            let Some(owner) = owner(node.scope) else { continue };
            let Some(symbol) = semantic.callee(number).filter(|symbol| matters(symbol, settings)) else {
                continue;
            };
            if quiet::waits_for_nothing(source, semantic, call, &symbol) {
                continue;
            }
            self.nests_loops |= apis::nests_loops(&symbol);
            let usage = Usage::of(semantic, node.parent);
            // Calls have their places for rows until all are there.
            let place = call.start().to_u32();
            let function = &mut self.functions[owner];
            if !function.is_async {
                Hint::of(semantic, id, call, &symbol, |hint| hints.push((owner, hint)));
            }
            if usage == Usage::Awaited
                && exits.get_or_insert_with(|| Exits::new(semantic)).is_certain(semantic, call)
            {
                function.always_awaits.push(function.calls.len() as u32);
            }
            if function.qualname.ends_with(".__post_init__") && is_conditional(semantic, id) {
                function.fields_decide.push(function.calls.len() as u32);
            }
            let summary = CallSummary::new(
                texts.share(&symbol),
                place,
                usage,
                // What is awaited is a coroutine function's, through which nothing is followed.
                if usage == Usage::Awaited || leads_outside(&symbol) {
                    Passed::anything()
                } else {
                    Passed::of(call, semantic, node.scope)
                },
            );
            let constants = constants(source, semantic, call, &symbol);
            function.calls.push(CallSummary { constants, ..summary });
        }
        hints
    }

    fn gather_functions(&mut self, source: &Source<'_>, semantic: &Semantic<'_>, settings: &Settings) {
        let by_scope = self.declare_functions(source, semantic);
        self.gather_abstracts();
        self.gather_results(semantic, &by_scope);
        self.gather_alike(semantic, &by_scope);
        self.gather_wrapping(semantic, &by_scope);
        let owner = |scope: u32| -> Option<usize> {
            let mut frame = semantic.frame(scope);
            loop {
                match semantic.scope(frame).kind {
                    ScopeKind::Lambda(_) => return None,
                    // A class body runs where the class statement stands.
                    ScopeKind::Class => frame = semantic.frame(semantic.scope(frame).parent.unwrap_or(0)),
                    _ => return by_scope.get(&frame).copied(),
                }
            }
        };
        let mut texts = Texts::default();
        let hints = self.gather_calls(source, semantic, settings, &owner, &mut texts);
        self.gather_callbacks(semantic, &owner, &mut texts);
        self.gather_properties(semantic, &owner, &mut texts);
        self.gather_context_managers(semantic, &owner, &mut texts);
        self.gather_iterations(semantic, settings, &owner, &mut texts);
        self.gather_provisos(source, semantic, &owner, hints);
        for call in self.functions.iter_mut().flat_map(|function| &mut function.calls) {
            call.row = source.row(TextSize::from(call.row));
        }
        self.gather_conduct(semantic, &owner);
        self.gather_catches(semantic, &owner);
        self.gather_locks(source, semantic, &owner);
    }

    fn gather_abstracts(&mut self) {
        let is_abstract = |function: &&FunctionSummary| {
            function.decorators.iter().any(|decorator| decorator.starts_with("abc.abstract"))
        };
        for function in self.functions.iter().filter(is_abstract) {
            let Some((owner, name)) = function.qualname.rsplit_once('.') else { continue };
            for class in self.classes.iter_mut().filter(|class| class.qualname == owner) {
                class.abstracts.push(name.to_owned());
            }
        }
    }

    /// What each function returns and yields.
    fn gather_results(&mut self, semantic: &Semantic<'_>, by_scope: &FxHashMap<u32, usize>) {
        let mut returned: Vec<Vec<Option<&Expr>>> = vec![Vec::new(); self.functions.len()];
        let mut yielded = returned.clone();
        for id in &semantic.results {
            let node = semantic.node(*id);
            let Some(owner) = by_scope.get(&semantic.frame(node.scope)) else { continue };
            match node.ast {
                AnyNodeRef::StmtReturn(statement) => returned[*owner].push(statement.value.as_deref()),
                AnyNodeRef::ExprYield(expr) => yielded[*owner].push(expr.value.as_deref()),
                _ => yielded[*owner].push(None),
            }
        }
        for (at, (function, scope)) in (1..).zip(&semantic.functions) {
            let (returned, yielded, entry) = (&returned[at], &yielded[at], &mut self.functions[at]);
            // Below `@asyncio.coroutine` it only delegates to what it awaits.
            entry.is_generator = !yielded.is_empty() && entry.is_async == function.is_async;
            let is_value = |value: &Option<&Expr>| value.is_some_and(|value| !value.is_none_literal_expr());
            entry.always_returns = returned.iter().all(is_value) && never_falls_through(&function.body);
            if entry.always_returns {
                entry.conduct.extend(once::hands_out(entry, semantic, function, *scope, returned));
            }
            entry.returns =
                match &function.returns {
                    Some(annotation) => {
                        let outer = semantic.scope(*scope).parent.unwrap_or(0);
                        semantic.instance(annotation, outer).map(|symbol| symbol.to_string())
                    }
                    None => agreed(returned.iter().map(|value| {
                        value.map_or(Some("None".into()), |value| semantic.symbol(value, *scope))
                    })),
                };
            let values = yielded.iter().map(|value| value.and_then(|value| semantic.symbol(value, *scope)));
            entry.yields = agreed(values).or_else(|| {
                let Expr::Subscript(kind) = function.returns.as_deref()? else { return None };
                let outer = semantic.scope(*scope).parent.unwrap_or(0);
                let is_generator = matches!(
                    &*semantic.symbol(&kind.value, outer)?,
                    "typing.Generator"
                        | "typing.Iterator"
                        | "typing.AsyncGenerator"
                        | "typing.AsyncIterator"
                        | "collections.abc.Generator"
                        | "collections.abc.Iterator"
                        | "collections.abc.AsyncGenerator"
                        | "collections.abc.AsyncIterator"
                );
                let item = match &*kind.slice {
                    Expr::Tuple(tuple) => tuple.elts.first()?,
                    item => item,
                };
                let item = is_generator.then(|| semantic.instance(item, outer))??;
                entry.is_generator.then(|| item.to_string())
            });
        }
    }

    /// `except pkg.Error:`, and each class of a tuple.
    fn gather_catches(&mut self, semantic: &Semantic<'_>, owner: &dyn Fn(u32) -> Option<usize>) {
        for node in semantic.each(&semantic.handlers) {
            let AnyNodeRef::ExceptHandlerExceptHandler(handler) = node.ast else { continue };
            let Some((owner, kind)) = owner(node.scope).zip(handler.type_.as_deref()) else { continue };
            let classes = match kind {
                Expr::Tuple(tuple) => tuple.elts.as_slice(),
                class => std::slice::from_ref(class),
            };
            let named = classes.iter().filter_map(|class| semantic.symbol(class, node.scope));
            let foreign = named.filter(|class| !class.starts_with("builtins."));
            self.functions[owner].catches.extend(foreign.map(|class| class.to_string()));
        }
    }

    /// Functions handed to `loop.call_soon` and the like. Whether the receiver is a loop or a task is asked
    /// when the files are linked.
    fn gather_callbacks(
        &mut self,
        semantic: &Semantic<'_>,
        owner: &dyn Fn(u32) -> Option<usize>,
        texts: &mut Texts,
    ) {
        for (_, call) in &semantic.calls {
            let Expr::Attribute(method) = &*call.func else { continue };
            let Some(position) = apis::loop_callback(method.attr.as_str()) else { continue };
            let Some(callback) = call.arguments.args.get(position) else { continue };
            let scope = semantic.scope_of(*call);
            let (Some(owner), Some(symbol)) = (owner(scope), semantic.symbol(callback, scope)) else {
                continue;
            };
            let place = callback.start().to_u32();
            let call = CallSummary::new(texts.share(&symbol), place, Usage::Callback, Passed::anything());
            self.functions[owner].calls.push(call);
        }
    }

    /// Reads of attributes that may be properties: of this file's classes, or of classes of other files.
    fn gather_properties(
        &mut self,
        semantic: &Semantic<'_>,
        owner: &dyn Fn(u32) -> Option<usize>,
        texts: &mut Texts,
    ) {
        let properties: FxHashSet<&str> = semantic
            .functions
            .iter()
            .filter(|(function, _)| !function.decorator_list.is_empty())
            .map(|(function, _)| function.name.as_str())
            .collect();
        let classes: FxHashMap<String, usize> =
            self.classes.iter().enumerate().map(|(at, class)| (class.qualname.clone(), at)).collect();
        let mut seen: FxHashSet<(usize, *const u8)> = FxHashSet::default();
        for node in semantic.each(&semantic.reads) {
            let AnyNodeRef::ExprAttribute(attribute) = node.ast else { continue };
            if attribute.attr.as_str().starts_with("__") {
                continue;
            }
            if let AnyNodeRef::ExprCall(call) = semantic.node(node.parent).ast
                && call.func.range() == attribute.range()
            {
                continue;
            }
            let Some(owner) = owner(node.scope) else { continue };
            let Some(receiver) = semantic.symbol(&attribute.value, node.scope) else { continue };
            if !receiver.ends_with("()") || receiver.starts_with("builtins.") {
                continue;
            }
            let of_this_file =
                receiver.strip_prefix(semantic.module).is_some_and(|rest| rest.starts_with('.'));
            let known = of_this_file && {
                let name = &receiver[semantic.module.len() + 1..receiver.len() - 2];
                classes.get(name).is_some_and(|at| {
                    let class = &self.classes[*at];
                    class.attributes.contains_key(attribute.attr.as_str()) || class.bases.is_empty()
                })
            };
            if known && !properties.contains(attribute.attr.as_str()) {
                continue;
            }
            let symbol = texts.share(&format!("{receiver}.{}", attribute.attr.as_str()));
            if seen.insert((owner, symbol.as_ptr())) {
                let place = attribute.start().to_u32();
                let passed = Passed::nothing_to(&attribute.value, semantic, node.scope);
                let call = CallSummary::new(symbol, place, Usage::Read, passed);
                self.functions[owner].calls.push(call);
            }
        }
    }

    /// `for y in x():` and `list(x())` call `x().__iter__`; `async for y in x():` calls `x().__aiter__`.
    fn gather_iterations(
        &mut self,
        semantic: &Semantic<'_>,
        settings: &Settings,
        owner: &dyn Fn(u32) -> Option<usize>,
        texts: &mut Texts,
    ) {
        let clauses = semantic.each(&semantic.loops).filter_map(|node| match node.ast {
            AnyNodeRef::StmtFor(statement) => Some((&*statement.iter, statement.is_async, node.scope)),
            AnyNodeRef::Comprehension(part) => Some((&part.iter, part.is_async, node.scope)),
            _ => None,
        });
        let consumed = semantic.calls.iter().filter_map(|(_, call)| {
            let consumer = call.func.as_name_expr().filter(|name| apis::is_consumer(&name.id))?;
            let first = call.arguments.args.first()?;
            let scope = semantic.scope_of(*call);
            semantic.lookup(&consumer.id, scope).is_none().then_some((first, false, scope))
        });
        let delegated = semantic.each(&semantic.results).filter_map(|node| match node.ast {
            AnyNodeRef::ExprYieldFrom(delegated) => Some((&*delegated.value, false, node.scope)),
            _ => None,
        });
        for (iter, is_async, scope) in clauses.chain(consumed).chain(delegated) {
            let Expr::Call(making) = iter else { continue };
            let Some(owner) = owner(scope) else { continue };
            let Some(made) = semantic.symbol(iter, scope).filter(|made| matters(made, settings)) else {
                continue;
            };
            if leads_outside(&made) && quiet::is_of_kernel(semantic, iter) {
                continue;
            }
            let method = if is_async { "__aiter__" } else { "__iter__" };
            let (symbol, place) = (texts.share(&format!("{made}.{method}")), iter.start().to_u32());
            // What a generator function does is done when it is gone over: with what it was given.
            let passed = match is_async || leads_outside(&made) {
                true => Passed::nothing(),
                false => Passed::of(making, semantic, scope),
            };
            let call = CallSummary::new(symbol, place, Usage::Entered, passed);
            self.functions[owner].calls.push(call);
        }
    }

    /// `with x:` calls `x.__enter__` and `x.__exit__`; `async with x:` awaits `x.__aenter__` and `x.__aexit__`.
    fn gather_context_managers(
        &mut self,
        semantic: &Semantic<'_>,
        owner: &dyn Fn(u32) -> Option<usize>,
        texts: &mut Texts,
    ) {
        for node in semantic.each(&semantic.withs) {
            let AnyNodeRef::StmtWith(statement) = node.ast else { continue };
            let methods =
                if statement.is_async { ["__aenter__", "__aexit__"] } else { ["__enter__", "__exit__"] };
            let Some(owner) = owner(node.scope) else { continue };
            for item in &statement.items {
                let Some(symbol) = semantic.symbol(&item.context_expr, node.scope) else { continue };
                let place = item.start().to_u32();
                if let Expr::Call(context) = &item.context_expr {
                    // A function that `contextmanager` decorates runs when it is entered.
                    let symbol = texts.share(symbol.strip_suffix("()").unwrap_or(&symbol));
                    let passed = Passed::of(context, semantic, node.scope);
                    let call = CallSummary::new(symbol, place, Usage::Entered, passed);
                    self.functions[owner].calls.push(call);
                }
                for method in methods {
                    let usage = if statement.is_async { Usage::Awaited } else { Usage::Other };
                    let symbol = texts.share(&format!("{symbol}.{method}"));
                    self.functions[owner].calls.push(CallSummary::new(
                        symbol,
                        place,
                        usage,
                        Passed::nothing(),
                    ));
                }
            }
        }
    }
}

/// Arguments that can change whether a call of this raw symbol blocks; see [`CallSummary::constants`].
fn constants(
    source: &Source<'_>,
    semantic: &Semantic<'_>,
    call: &ast::ExprCall,
    symbol: &str,
) -> Box<[(String, String)]> {
    let scope = semantic.scope_of(call);
    let arguments = &call.arguments;
    let is_constant = |value: &Expr| {
        matches!(
            value,
            Expr::NumberLiteral(_) | Expr::BooleanLiteral(_) | Expr::NoneLiteral(_) | Expr::Attribute(_)
        ) || matches!(value, Expr::StringLiteral(text) if text.value.to_str() == ":memory:")
    };
    // Most calls block whatever they are given.
    let minds = apis::minds_memory_files(symbol);
    let in_memory = |value: &Expr| semantic.memory_file(value, scope).filter(|_| minds);
    let is_constant = |value: &Expr| is_constant(value) || minds && in_memory(value).is_some();
    // Few values keep a call from waiting: the others are not worth carrying.
    let written = |value: &Expr| {
        let text = in_memory(value).unwrap_or_else(|| source.slice(value.range()));
        apis::may_free(text).then(|| text.to_owned())
    };
    let positional = arguments.args.iter().take_while(|value| !value.is_starred_expr()).enumerate().take(4);
    let positional = positional
        .filter(|(_, value)| is_constant(value))
        .filter_map(|(position, value)| Some((position.to_string(), written(value)?)));
    let by_name = arguments.keywords.iter().filter_map(|keyword| {
        let name = keyword.arg.as_ref().filter(|name| apis::may_change_verdict(name))?;
        let text = is_constant(&keyword.value).then(|| written(&keyword.value))??;
        Some((name.to_string(), text))
    });
    positional.chain(by_name).collect()
}

/// Whether a decorator makes a coroutine function of a generator, as was done before `async def`.
pub(crate) fn makes_coroutine(decorator: &str) -> bool {
    matches!(decorator, "asyncio.coroutine" | "asyncio.coroutines.coroutine")
}

fn merge(attributes: &mut FxHashMap<String, Option<String>>, name: &str, symbol: Option<String>) {
    if symbol.as_deref() == Some("None") {
        attributes.entry(name.to_owned()).or_insert_with(|| Some("None".to_owned()));
        return;
    }
    match attributes.get_mut(name) {
        None => {
            attributes.insert(name.to_owned(), symbol);
        }
        Some(before) if before.as_deref() == Some("None") => *before = symbol,
        Some(before) if *before == symbol => {}
        Some(before) => *before = None,
    }
}

fn agreed(symbols: impl Iterator<Item = Option<Symbol>>) -> Option<String> {
    crate::engine::semantic::agreed(symbols).map(|symbol| symbol.to_string())
}

/// Whether a call of this raw symbol can lead anywhere: into the project, or to something that is known. Most
/// calls are of builtins and of quiet parts of the standard library, and are not worth carrying.
fn matters(symbol: &str, settings: &Settings) -> bool {
    if !settings.blocking_calls.is_empty() {
        // The configuration may name anything.
        return true;
    }
    if let Some(rest) = symbol.strip_prefix('{') {
        // A method of the collection itself, not of an item.
        return rest.contains("}[")
            || rest.contains("}.__")
            || rest.contains("}.get()")
            || rest.contains("}.pop");
    }
    let head = &symbol[..symbol.find(['.', '(', '[']).unwrap_or(symbol.len())];
    match head {
        "builtins" => apis::blocking(symbol).is_some(),
        "types" => false,
        _ => !apis::is_quiet(symbol) || symbol == apis::SETS_CONTEXT,
    }
}

/// Whether a raw symbol certainly names nothing of the project.
fn leads_outside(symbol: &str) -> bool {
    let head = &symbol[..symbol.find(['.', '(', '[']).unwrap_or(symbol.len())];
    head == "builtins" || apis::is_standard_library(head)
}
