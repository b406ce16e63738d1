//! Symbolic types: what a name or expression stands for, written as Python would write how to get it.
//!
//! A symbol is a dotted path from a module, with `()` for a call, `[]` for an item, and the protocol methods
//! spelled out: `requests.Session().get`, `pkg.db.connect().__await__().cursor`. A type annotation `s: Session`
//! gives the instance, `requests.Session()`. A collection is its item in braces: `{pkg.Client()}`; a mapping
//! `{:pkg.Client()}`. Builtins are `builtins.open`. Nothing here looks into other files or at what a class or
//! function of this file holds: that is resolved, for this file and others alike, in `project`.

use std::rc::Rc;

use ruff_python_ast::helpers::any_over_expr;
use ruff_python_ast::{self as ast, Expr, HasNodeIndex, Operator};

use super::{BindingId, BindingKind, Reaching, ScopeId, ScopeKind, Semantic};

/// A symbolic path, as described in this module's head.
pub(crate) type Symbol = Rc<str>;

/// How many steps a definition may be away from its use.
const MAX_DEPTH: u32 = 24;

impl<'a> Semantic<'a> {
    /// What an expression stands for, as far as this file's names say; `None` when that is not certain.
    pub(crate) fn symbol(&self, expr: &Expr, scope: ScopeId) -> Option<Symbol> {
        self.symbol_at(expr, scope, 0)
    }

    fn symbol_at(&self, expr: &Expr, scope: ScopeId, depth: u32) -> Option<Symbol> {
        if depth > MAX_DEPTH {
            return None;
        }
        let depth = depth + 1;
        let scope = self.id(expr).map_or(scope, |id| self.node(id).scope);
        match expr {
            Expr::Name(name) => self.name_symbol(name.id.as_str(), self.id(name), scope, depth),
            Expr::Attribute(_) | Expr::Call(_) | Expr::Await(_) | Expr::Subscript(_) => {
                let mut symbol = self.scratch.take();
                symbol.clear();
                let is_known = self.append_symbol(expr, scope, depth, &mut symbol).is_some();
                let found = is_known.then(|| symbol.as_str().into());
                self.scratch.replace(symbol);
                found
            }
            Expr::Named(expr) => self.symbol_at(&expr.value, scope, depth),
            Expr::Starred(_) | Expr::Lambda(_) | Expr::Yield(_) | Expr::YieldFrom(_) => None,
            Expr::If(expr) => self.agreed([&*expr.body, &*expr.orelse].into_iter(), scope, depth),
            Expr::BoolOp(expr) => self.agreed(expr.values.iter(), scope, depth),
            Expr::BinOp(expr) if expr.op == Operator::Div => {
                self.suffixed(&expr.left, ".__truediv__()", scope, depth)
            }
            Expr::List(ast::ExprList { elts, .. })
            | Expr::Set(ast::ExprSet { elts, .. })
            | Expr::Tuple(ast::ExprTuple { elts, .. }) => {
                let kind = match expr {
                    Expr::List(_) => "builtins.list()",
                    Expr::Set(_) => "builtins.set()",
                    _ => "builtins.tuple()",
                };
                let item = if elts.is_empty() { None } else { self.agreed(elts.iter(), scope, depth) };
                Some(item.filter(|item| is_worth_keeping(item)).map_or(kind.into(), |item| braced("", &item)))
            }
            Expr::ListComp(ast::ExprListComp { elt, .. }) | Expr::SetComp(ast::ExprSetComp { elt, .. }) => {
                let item = self.symbol_at(elt, scope, depth).filter(|item| is_worth_keeping(item));
                Some(item.map_or("builtins.list()".into(), |item| braced("", &item)))
            }
            Expr::Dict(dict) => {
                let values = dict.items.iter().map(|item| &item.value);
                let item = if dict.items.is_empty() || dict.items.iter().any(|item| item.key.is_none()) {
                    None
                } else {
                    self.agreed(values, scope, depth)
                };
                let item = item.filter(|item| is_worth_keeping(item));
                Some(item.map_or("builtins.dict()".into(), |item| braced(":", &item)))
            }
            Expr::DictComp(dict) => {
                let item = self.symbol_at(&dict.value, scope, depth).filter(|item| is_worth_keeping(item));
                Some(item.map_or("builtins.dict()".into(), |item| braced(":", &item)))
            }
            Expr::Generator(generator) if is_asynchronous(generator) => {
                Some("types.AsyncGeneratorType()".into())
            }
            Expr::Generator(_) => Some("types.GeneratorType()".into()),
            Expr::StringLiteral(_) | Expr::FString(_) => Some("builtins.str()".into()),
            Expr::BytesLiteral(_) => Some("builtins.bytes()".into()),
            Expr::BooleanLiteral(_) | Expr::Compare(_) => Some("builtins.bool()".into()),
            Expr::NoneLiteral(_) => Some("None".into()),
            Expr::NumberLiteral(number) => Some(match number.value {
                ast::Number::Int(_) => "builtins.int()".into(),
                ast::Number::Float(_) => "builtins.float()".into(),
                ast::Number::Complex { .. } => "builtins.complex()".into(),
            }),
            _ => None,
        }
    }

    fn suffixed(&self, expr: &Expr, suffix: &str, scope: ScopeId, depth: u32) -> Option<Symbol> {
        let symbol = self.symbol_at(expr, scope, depth)?;
        Some(format!("{symbol}{suffix}").into())
    }

    /// Writes the symbol of a chain of attributes, calls, items and awaits behind what is there.
    fn append_symbol(&self, expr: &Expr, scope: ScopeId, depth: u32, symbol: &mut String) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        match expr {
            Expr::Attribute(attribute) => {
                self.append_symbol(&attribute.value, scope, depth + 1, symbol)?;
                symbol.push('.');
                symbol.push_str(attribute.attr.as_str());
            }
            Expr::Await(expr) => {
                self.append_symbol(&expr.value, scope, depth + 1, symbol)?;
                symbol.push_str(".__await__()");
            }
            Expr::Subscript(expr) => {
                let start = symbol.len();
                self.append_symbol(&expr.value, scope, depth + 1, symbol)?;
                match (&symbol[start..], &*expr.slice) {
                    // Another name for the class itself.
                    ("typing.Annotated" | "typing_extensions.Annotated", Expr::Tuple(tuple)) => {
                        symbol.truncate(start);
                        self.append_symbol(tuple.elts.first()?, scope, depth + 1, symbol)?;
                    }
                    _ => symbol.push_str("[]"),
                }
            }
            Expr::Call(call) => {
                if let Expr::Name(name) = &*call.func
                    && name.id.as_str() == "super"
                    && self.lookup("super", scope).is_none()
                {
                    symbol.push_str(&self.super_symbol(scope)?);
                    return Some(());
                }
                let start = symbol.len();
                self.append_symbol(&call.func, scope, depth + 1, symbol)?;
                match self.special_call(&symbol[start..], call, scope, depth) {
                    Some(special) => {
                        symbol.truncate(start);
                        symbol.push_str(&special?);
                    }
                    None => symbol.push_str("()"),
                }
            }
            _ => symbol.push_str(&self.symbol_at(expr, scope, depth)?),
        }
        Some(())
    }

    /// Calls that give what their arguments say; `None` for all others.
    fn special_call(
        &self,
        func: &str,
        call: &ast::ExprCall,
        scope: ScopeId,
        depth: u32,
    ) -> Option<Option<Symbol>> {
        let argument = |position: usize| call.arguments.args.get(position);
        match func {
            // `cast(T, x)` is an instance of T; `deepcopy(x)` and `copy(x)` are what x is.
            "typing.cast" | "typing_extensions.cast" => {
                Some(argument(0).and_then(|class| self.instance_at(class, scope, depth)))
            }
            "copy.copy" | "copy.deepcopy" => {
                Some(argument(0).and_then(|copied| self.symbol_at(copied, scope, depth)))
            }
            "contextlib.closing" | "contextlib.aclosing" => {
                let inner = argument(0).and_then(|inner| self.symbol_at(inner, scope, depth));
                Some(inner.map(|inner| format!("contextlib.closing({inner})").into()))
            }
            "functools.partial" => {
                let inner = self.symbol_at(argument(0)?, scope, depth)?;
                Some(Some(format!("functools.partial({inner})").into()))
            }
            // An archive in memory is another thing than one on a disk.
            "zipfile.ZipFile" | "tarfile.open" | "wave.open" | "gzip.open" | "gzip.GzipFile" => {
                let by_name = call.arguments.find_keyword("fileobj").map(|keyword| &keyword.value);
                let file = by_name.or_else(|| argument(0))?;
                self.memory_file(file, scope).map(|memory| Some(format!("{func}({memory})").into()))
            }
            // The items of a copy are those of what it is a copy of.
            "builtins.list" | "builtins.sorted" | "builtins.tuple" => {
                let of = argument(0).and_then(|of| self.symbol_at(of, scope, depth))?;
                is_worth_keeping(&of).then(|| Some(braced("", &format!("{of}.__iter__()"))))
            }
            "builtins.getattr" => {
                let object = argument(0).and_then(|object| self.symbol_at(object, scope, depth));
                Some(match (object, argument(1)) {
                    (Some(object), Some(Expr::StringLiteral(name))) => {
                        Some(format!("{object}.{}", name.value.to_str()).into())
                    }
                    _ => None,
                })
            }
            _ => None,
        }
    }

    /// What FastAPI gives for a parameter whose default is `Depends(provider)`.
    fn injected(&self, default: &Expr, scope: ScopeId, depth: u32) -> Option<Symbol> {
        let Expr::Call(call) = default else { return None };
        let provider = call.arguments.find_argument_value("dependency", 0)?;
        let outer = self.scope(scope).parent.unwrap_or(0);
        match &*self.symbol_at(&call.func, outer, depth)? {
            "fastapi.Depends" | "fastapi.Security" | "fastapi.params.Depends" => {
                self.suffixed(provider, ".<injected>", outer, depth)
            }
            _ => None,
        }
    }

    /// `super()` in a method of class C: the marker is resolved along C's bases.
    fn super_symbol(&self, scope: ScopeId) -> Option<Symbol> {
        let mut at = Some(self.frame(scope));
        while let Some(id) = at {
            let here = self.scope(id);
            let class = here.parent.map(|parent| self.frame(parent));
            if let (ScopeKind::Function(_), Some(class)) = (here.kind, class)
                && matches!(self.scope(class).kind, ScopeKind::Class)
            {
                let name = &self.scope(class).qualname;
                return Some(format!("{}.{name}().<super>", self.module).into());
            }
            at = here.parent;
        }
        None
    }

    /// The symbol that all of these share, `None` literals apart.
    fn agreed<'e>(
        &self,
        exprs: impl Iterator<Item = &'e Expr>,
        scope: ScopeId,
        depth: u32,
    ) -> Option<Symbol> {
        agreed(exprs.map(|expr| self.symbol_at(expr, scope, depth)))
    }

    fn name_symbol(
        &self,
        name: &str,
        id: Option<super::NodeId>,
        scope: ScopeId,
        depth: u32,
    ) -> Option<Symbol> {
        match self.reaching(name, id, scope) {
            Reaching::Unbound => self.unbound_symbol(name),
            Reaching::One(binding) => self.binding_symbol_at(binding, depth),
            Reaching::Many(bindings) => {
                let kept =
                    bindings.iter().filter(|id| !matches!(self.binding(**id).kind, BindingKind::Deleted));
                agreed(kept.map(|id| self.binding_symbol_at(*id, depth)))
            }
        }
    }

    fn unbound_symbol(&self, name: &str) -> Option<Symbol> {
        match self.star_imports.as_slice() {
            [] => Some(format!("builtins.{name}").into()),
            _ if is_builtin(name) => Some(format!("builtins.{name}").into()),
            [module] => Some(format!("{module}.{name}").into()),
            // Which of the modules has it is for the linked project to say.
            modules => Some(format!("<star {}>.{name}", modules.join(" ")).into()),
        }
    }

    /// What a binding gives its name.
    pub(crate) fn binding_symbol(&self, binding: BindingId) -> Option<Symbol> {
        self.binding_symbol_at(binding, 0)
    }

    fn binding_symbol_at(&self, id: BindingId, depth: u32) -> Option<Symbol> {
        if let Some(known) = &self.memo.borrow()[id as usize] {
            return known.clone();
        }
        if depth > MAX_DEPTH {
            return None;
        }
        // A name defined by itself has no symbol; the entry also ends the recursion.
        self.memo.borrow_mut()[id as usize] = Some(None);
        let symbol = self.compute_binding_symbol(id, depth + 1);
        self.memo.borrow_mut()[id as usize] = Some(symbol.clone());
        symbol
    }

    fn compute_binding_symbol(&self, id: BindingId, depth: u32) -> Option<Symbol> {
        let binding = *self.binding(id);
        match binding.kind {
            BindingKind::Import { alias } => Some(match &alias.asname {
                Some(_) => alias.name.as_str().into(),
                None => alias.name.as_str().split('.').next()?.into(),
            }),
            BindingKind::ImportFrom { statement, alias } => {
                let module = self.absolute_module(statement);
                Some(format!("{module}.{}", alias.name.as_str()).into())
            }
            BindingKind::Function | BindingKind::Class => {
                let scope = self.scope(self.frame(binding.scope));
                let name = binding.name;
                Some(
                    match scope.kind {
                        ScopeKind::Module => format!("{}.{name}", self.module),
                        ScopeKind::Class => format!("{}.{}.{name}", self.module, scope.qualname),
                        _ => format!("{}.{}.<locals>.{name}", self.module, scope.qualname),
                    }
                    .into(),
                )
            }
            BindingKind::Assignment { value, unpacked: None } => self.symbol_at(value, binding.scope, depth),
            BindingKind::Assignment { value, unpacked: Some(item) } => match value {
                Expr::Tuple(ast::ExprTuple { elts, .. }) | Expr::List(ast::ExprList { elts, .. }) => {
                    self.symbol_at(elts.get(item)?, binding.scope, depth)
                }
                _ => {
                    let whole = self.symbol_at(value, binding.scope, depth)?;
                    Some(format!("{whole}[{item}]").into())
                }
            },
            BindingKind::Annotated { annotation, value } => self
                .instance_at(annotation, binding.scope, depth)
                .or_else(|| value.and_then(|value| self.symbol_at(value, binding.scope, depth))),
            BindingKind::Parameter { parameter, variadic, default } => {
                if variadic {
                    return Some("builtins.tuple()".into()).filter(|_| parameter.annotation.is_none());
                }
                match &parameter.annotation {
                    // The annotation is evaluated outside of the function.
                    Some(annotation) => {
                        let outer = self.scope(binding.scope).parent.unwrap_or(0);
                        self.instance_at(annotation, outer, depth)
                    }
                    None => self
                        .receiver_symbol(binding.scope, binding.name)
                        .or_else(|| self.injected(default?, binding.scope, depth)),
                }
            }
            BindingKind::Loop { iter, is_async, plain, item } => {
                let (iter, item) = match (iter, item) {
                    (Expr::Call(call), Some(item)) => {
                        match self.gone_over_with_others(call, item, binding.scope) {
                            Some(iter) => (iter, None),
                            None => (iter, Some(item)),
                        }
                    }
                    other => other,
                };
                if !plain && is_async {
                    return None;
                }
                let iter = self.symbol_at(iter, binding.scope, depth)?;
                match item {
                    Some(item) => Some(format!("{iter}.__iter__()[{item}]").into()),
                    None if is_async => Some(format!("{iter}.__aiter__()").into()),
                    None => Some(format!("{iter}.__iter__()").into()),
                }
            }
            BindingKind::With { context, is_async, plain } => {
                let context = self.symbol_at(context, binding.scope, depth)?;
                let enter = if is_async { ".__aenter__()" } else { ".__enter__()" };
                plain.then(|| format!("{context}{enter}").into())
            }
            BindingKind::Except { kind } => {
                let kind = kind?;
                if kind.is_tuple_expr() {
                    return None;
                }
                let class = self.symbol_at(kind, binding.scope, depth)?;
                Some(format!("{class}()").into())
            }
            BindingKind::Changed | BindingKind::Deleted | BindingKind::Match | BindingKind::TypeParameter => {
                None
            }
        }
    }

    /// What the name of this number in `for i, x in enumerate(xs)` and `for x, y in zip(xs, ys)` goes over.
    fn gone_over_with_others(
        &self,
        call: &'a ast::ExprCall,
        item: usize,
        scope: ScopeId,
    ) -> Option<&'a Expr> {
        let Expr::Name(name) = &*call.func else { return None };
        let arguments = &call.arguments.args;
        let at = match (name.id.as_str(), item) {
            ("enumerate", 1) => 0,
            ("zip", item) if !arguments.iter().any(Expr::is_starred_expr) => item,
            _ => return None,
        };
        self.lookup(&name.id, scope).is_none().then(|| arguments.get(at)).flatten()
    }

    /// `self` and `cls`: the first parameter of a method that is not static.
    fn receiver_symbol(&self, scope: ScopeId, name: &str) -> Option<Symbol> {
        let ScopeKind::Function(function) = self.scope(scope).kind else { return None };
        let parameters = &function.parameters;
        let first = parameters.posonlyargs.first().or_else(|| parameters.args.first())?;
        if first.parameter.name.as_str() != name {
            return None;
        }
        let class_scope = self.frame(self.scope(scope).parent?);
        let ScopeKind::Class = self.scope(class_scope).kind else { return None };
        let class = format!("{}.{}", self.module, self.scope(class_scope).qualname);
        for decorator in &function.decorator_list {
            if let Expr::Name(name) = &decorator.expression {
                match name.id.as_str() {
                    "staticmethod" => return None,
                    "classmethod" => return Some(class.into()),
                    _ => {}
                }
            }
        }
        match function.name.as_str() {
            "__new__" | "__init_subclass__" | "__class_getitem__" => Some(class.into()),
            _ => Some(format!("{class}()").into()),
        }
    }

    /// The symbol of an instance of what an annotation names; `Optional` and `| None` are looked through.
    pub(crate) fn instance(&self, annotation: &Expr, scope: ScopeId) -> Option<Symbol> {
        self.instance_at(annotation, scope, 0)
    }

    /// Whether a name is one of a function: what a method called `list` leaves of the type in its class.
    fn is_function(&self, name: &ast::ExprName, scope: ScopeId) -> bool {
        let scope = self.id(name).map_or(scope, |id| self.node(id).scope);
        self.lookup(name.id.as_str(), scope).is_some_and(|scope| {
            let mut bindings = self.bindings_of(name.id.as_str(), scope).iter();
            bindings.any(|id| matches!(self.binding(*id).kind, BindingKind::Function))
        })
    }

    fn instance_at(&self, annotation: &Expr, scope: ScopeId, depth: u32) -> Option<Symbol> {
        if depth > MAX_DEPTH {
            return None;
        }
        let depth = depth + 1;
        match annotation {
            Expr::NoneLiteral(_) => Some("None".into()),
            Expr::StringLiteral(text) => {
                let parsed = ruff_python_parser::parse_expression(text.value.to_str().trim()).ok()?;
                self.instance_at(&parsed.syntax().body, scope, depth)
            }
            Expr::Name(_) | Expr::Attribute(_) => {
                if annotation.as_name_expr().is_some_and(|name| self.is_function(name, scope)) {
                    return None;
                }
                let class = self.symbol_at(annotation, scope, depth)?;
                match &*class {
                    "typing.Self" | "typing_extensions.Self" => {
                        let class = self.enclosing_class(scope)?;
                        Some(format!("{}.{}()", self.module, self.scope(class).qualname).into())
                    }
                    "typing.Any" | "builtins.object" | "typing.Callable" => None,
                    // Without a type, these leave it to the value.
                    "typing.Final" | "typing_extensions.Final" | "typing.ClassVar" => None,
                    "None" => Some(class),
                    _ => Some(format!("{class}()").into()),
                }
            }
            Expr::BinOp(union) if union.op == Operator::BitOr => {
                let left = self.instance_at(&union.left, scope, depth)?;
                let right = self.instance_at(&union.right, scope, depth)?;
                match (&*left, &*right) {
                    ("None", _) => Some(right),
                    (_, "None") => Some(left),
                    _ => (left == right).then_some(left),
                }
            }
            Expr::Subscript(generic) => {
                let outer = self.symbol_at(&generic.value, scope, depth)?;
                let name = outer.rsplit('.').next()?;
                let arguments: &[Expr] = match &*generic.slice {
                    Expr::Tuple(tuple) => &tuple.elts,
                    other => std::slice::from_ref(other),
                };
                match name {
                    "Optional" | "Annotated" | "Final" | "ClassVar" | "Required" | "NotRequired" => {
                        self.instance_at(arguments.first()?, scope, depth)
                    }
                    "Union" => {
                        agreed(arguments.iter().map(|argument| self.instance_at(argument, scope, depth)))
                    }
                    "Type" | "type" => self.symbol_at(arguments.first()?, scope, depth),
                    "list" | "List" | "set" | "Set" | "frozenset" | "FrozenSet" | "Sequence" | "Iterable"
                    | "Collection" | "deque" | "Deque" | "Iterator" => {
                        let item = self.instance_at(arguments.first()?, scope, depth);
                        Some(match item {
                            Some(item) => braced("", &item),
                            None => format!("{outer}()").into(),
                        })
                    }
                    "tuple" | "Tuple" => match arguments {
                        [item, Expr::EllipsisLiteral(_)] => {
                            Some(braced("", &self.instance_at(item, scope, depth)?))
                        }
                        _ => Some("builtins.tuple()".into()),
                    },
                    "dict" | "Dict" | "Mapping" | "MutableMapping" | "defaultdict" | "DefaultDict"
                    | "OrderedDict" => {
                        let item = self.instance_at(arguments.get(1)?, scope, depth);
                        Some(match item {
                            Some(item) => braced(":", &item),
                            None => format!("{outer}()").into(),
                        })
                    }
                    "AsyncIterator" | "AsyncIterable" | "AsyncGenerator" | "Generator" | "Awaitable"
                    | "Coroutine" | "Callable" | "Literal" => None,
                    _ => Some(format!("{outer}()").into()),
                }
            }
            _ => None,
        }
    }

    /// The symbol of an expression that is a file in memory.
    pub(crate) fn memory_file(&self, file: &Expr, scope: ScopeId) -> Option<&'static str> {
        match &*self.symbol(file, scope)? {
            "io.BytesIO()" | "io.BytesIO().__enter__()" => Some("io.BytesIO()"),
            "io.StringIO()" | "io.StringIO().__enter__()" => Some("io.StringIO()"),
            _ => None,
        }
    }

    /// The innermost class around a scope.
    pub(crate) fn enclosing_class(&self, scope: ScopeId) -> Option<ScopeId> {
        let mut at = Some(scope);
        while let Some(id) = at {
            if matches!(self.scope(id).kind, ScopeKind::Class) {
                return Some(id);
            }
            at = self.scope(id).parent;
        }
        None
    }

    /// The absolute name of the module a `from … import` names.
    pub(crate) fn absolute_module(&self, statement: &ast::StmtImportFrom) -> String {
        let module = statement.module.as_ref().map_or("", |module| module.as_str());
        if statement.level == 0 {
            return module.to_owned();
        }
        let mut package: Vec<&str> = self.module.split('.').collect();
        let up = statement.level as usize - usize::from(self.is_package);
        if up > package.len() {
            // Above the top: no module of that name exists.
            return format!("<above>.{module}");
        }
        package.truncate(package.len() - up);
        if !module.is_empty() {
            package.push(module);
        }
        package.join(".")
    }

    /// The symbol of a node that is an expression.
    pub(crate) fn scope_of(&self, node: &impl HasNodeIndex) -> ScopeId {
        self.id(node).map_or(0, |id| self.node(id).scope)
    }
}

/// The symbol that all of these are, `None` literals apart; `None` as soon as one is unknown or differs.
pub(crate) fn agreed(symbols: impl Iterator<Item = Option<Symbol>>) -> Option<Symbol> {
    let mut found: Option<Symbol> = None;
    for symbol in symbols {
        let symbol = symbol?;
        if &*symbol == "None" {
            continue;
        }
        match &found {
            Some(before) if *before != symbol => return None,
            _ => found = Some(symbol),
        }
    }
    found
}

/// Whether a generator expression is an asynchronous one: what runs when it is iterated waits for something.
fn is_asynchronous(generator: &ast::ExprGenerator) -> bool {
    let waits = |expr: &Expr| any_over_expr(expr, |part: &Expr| part.is_await_expr());
    let later = generator.generators.iter().skip(1).map(|part| &part.iter);
    let tests = generator.generators.iter().flat_map(|part| &part.ifs);
    generator.generators.iter().any(|part| part.is_async)
        || waits(&generator.elt)
        || later.chain(tests).any(waits)
}

/// Item types that say nothing anyone asks for are not carried along.
fn is_worth_keeping(item: &str) -> bool {
    !item.starts_with("builtins.") && item != "None"
}

fn braced(prefix: &str, item: &str) -> Symbol {
    format!("{{{prefix}{item}}}").into()
}

/// Whether a name that nothing binds is a builtin (rather than something a star import brought).
fn is_builtin(name: &str) -> bool {
    const BUILTINS: &[&str] = &[
        "ArithmeticError",
        "AssertionError",
        "AttributeError",
        "BaseException",
        "BaseExceptionGroup",
        "ConnectionError",
        "Exception",
        "ExceptionGroup",
        "False",
        "FileNotFoundError",
        "IOError",
        "ImportError",
        "IndexError",
        "KeyError",
        "KeyboardInterrupt",
        "LookupError",
        "None",
        "NotImplemented",
        "NotImplementedError",
        "OSError",
        "RuntimeError",
        "StopAsyncIteration",
        "StopIteration",
        "SystemExit",
        "TimeoutError",
        "True",
        "TypeError",
        "UnicodeDecodeError",
        "ValueError",
        "abs",
        "aiter",
        "all",
        "anext",
        "any",
        "bool",
        "bytearray",
        "bytes",
        "callable",
        "chr",
        "classmethod",
        "compile",
        "complex",
        "delattr",
        "dict",
        "dir",
        "divmod",
        "enumerate",
        "eval",
        "exec",
        "filter",
        "float",
        "format",
        "frozenset",
        "getattr",
        "globals",
        "hasattr",
        "hash",
        "hex",
        "id",
        "input",
        "int",
        "isinstance",
        "issubclass",
        "iter",
        "len",
        "list",
        "locals",
        "map",
        "max",
        "memoryview",
        "min",
        "next",
        "object",
        "oct",
        "open",
        "ord",
        "pow",
        "print",
        "property",
        "range",
        "repr",
        "reversed",
        "round",
        "set",
        "setattr",
        "slice",
        "sorted",
        "staticmethod",
        "str",
        "sum",
        "super",
        "tuple",
        "type",
        "vars",
        "zip",
    ];
    BUILTINS.binary_search(&name).is_ok()
}
