//! Objects that are handed to functions of other files: every call of such a function must hand it one.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::Ranged;
use rustc_hash::FxHashSet;

use super::plan::Plan;
use super::slots::{Filled, Seen, Slot};
use crate::engine::apis::twins::Class;
use crate::engine::context::Context;
use crate::engine::project::reduce::{Decoration, FunctionId, Meaning};
use crate::engine::semantic::NodeId;

impl<'a> Context<'a> {
    /// The function of the project that a call runs, if that is a plain function of a module or a constructor, and how
    /// many parameters the call does not give.
    fn taker(&self, func: &Expr) -> Option<(FunctionId, usize)> {
        let (function, skipped) = match self.meaning(func) {
            Meaning::Function(function) => (function, 0),
            Meaning::Class(class) => {
                let own = self.world.method(class, "__init__")?;
                let made = self.world.class(class);
                let is_its = own.file == class.file
                    && self.world.function(own).qualname.strip_suffix(".__init__") == Some(&*made.qualname)
                    && made.decorators.is_empty();
                (is_its.then_some(own)?, 1)
            }
            _ => return None,
        };
        let qualname = &self.world.function(function).qualname;
        let is_plain =
            if skipped == 0 { !qualname.contains('.') } else { qualname.matches('.').count() == 1 };
        (is_plain && self.world.decoration(function) == Decoration::Kept).then_some((function, skipped))
    }

    /// The name under which files get at a function that is handed objects: its own, or its class's.
    pub(super) fn taker_name(&self, function: FunctionId) -> String {
        let qualname = &self.world.function(function).qualname;
        qualname.split('.').next().unwrap_or(qualname).to_owned()
    }
}

impl<'a> Plan<'_, 'a> {
    /// Takes note of an object that is handed to a function of another file, if others are looked at too.
    pub(super) fn hand_over(&mut self, at: NodeId, class: &'static Class, taker: &'a ast::ExprCall) -> bool {
        let is_whole = self.root.is_some_and(|root| std::ptr::eq(root, class));
        let Some((function, _)) = self.cx.taker(&taker.func).filter(|_| is_whole) else { return false };
        let keyword =
            taker.arguments.keywords.iter().find(|keyword| self.cx.semantic.id(&keyword.value) == Some(at));
        let slot = match keyword {
            Some(keyword) => match &keyword.arg {
                Some(name) => Slot::Keyword(name.to_string()),
                None => return false,
            },
            None => {
                let arguments = &taker.arguments.args;
                let position =
                    arguments.iter().position(|argument| self.cx.semantic.id(argument) == Some(at));
                let Some(position) = position else { return false };
                if arguments[..=position].iter().any(Expr::is_starred_expr) {
                    return false;
                }
                Slot::Position(position)
            }
        };
        self.handed.push((function, slot));
        true
    }

    /// Follows the parameters of this file's functions that other files, or this one, hand objects to.
    pub(super) fn receive(&mut self, handed: &FxHashSet<(FunctionId, Slot)>, class: &'static Class) {
        let cx = self.cx;
        for (function, slot) in handed.iter().filter(|(function, _)| function.file == cx.file) {
            let Some((definition, scope)) = cx.definition(*function) else {
                self.refuse(0, "what a function does with it is not seen");
                continue;
            };
            let is_method = cx.world.function(*function).qualname.contains('.');
            let parameters = &definition.parameters;
            let by_position = || parameters.posonlyargs.iter().chain(&parameters.args);
            let parameter = match slot {
                Slot::Position(position) => by_position().nth(position + usize::from(is_method)),
                Slot::Keyword(name) => {
                    let mut all = parameters.args.iter().chain(&parameters.kwonlyargs);
                    all.find(|each| each.parameter.name.as_str() == name)
                }
            };
            let Some(parameter) = parameter else {
                self.refuse(0, "what a function does with it is not seen");
                continue;
            };
            let name = parameter.parameter.name.as_str();
            let position = by_position().position(|each| each.parameter.name.as_str() == name);
            let position = position.and_then(|position| position.checked_sub(usize::from(is_method)));
            self.filled.push(Filled { function: *function, position, name: name.to_owned() });
            self.fill(*function, scope, &parameter.parameter, class);
        }
    }

    /// The calls of functions that are handed objects.
    ///
    /// With them comes why one of the functions cannot be followed, if so, with the row.
    pub(super) fn calls_of_takers(
        &self,
        handed: &FxHashSet<(FunctionId, Slot)>,
    ) -> (Vec<Seen>, Option<(u32, String)>) {
        if handed.is_empty() {
            return (Vec::new(), None);
        }
        let mut refusal = None;
        let takers: FxHashSet<FunctionId> = handed.iter().map(|(function, _)| *function).collect();
        let cx = self.cx;
        let names: FxHashSet<String> = takers.iter().map(|function| cx.taker_name(*function)).collect();
        let mut found = Vec::new();
        for (id, node) in (0..).zip(cx.nodes()) {
            let (name, expr) = match node.ast {
                AnyNodeRef::ExprName(name) => (name.id.as_str(), Expr::Name(name.clone())),
                AnyNodeRef::ExprAttribute(read) => (read.attr.as_str(), Expr::Attribute(read.clone())),
                _ => continue,
            };
            let may_be_renamed =
                matches!(expr, Expr::Name(_)) && cx.semantic.lookup(name, node.scope).is_some();
            if !names.contains(name) && !may_be_renamed {
                continue;
            }
            let Some((function, _)) = cx.taker(&expr).filter(|(function, _)| takers.contains(function))
            else {
                continue;
            };
            let call = match cx.semantic.node(node.parent).ast {
                AnyNodeRef::ExprCall(call) if call.func.range() == expr.range() => Some(call),
                _ => None,
            };
            match call {
                Some(call) => {
                    let is_unpacked = call.arguments.args.iter().any(Expr::is_starred_expr)
                        || call.arguments.keywords.iter().any(|keyword| keyword.arg.is_none());
                    if is_unpacked {
                        refusal.get_or_insert((cx.row(id), "what fills a parameter is not seen".to_owned()));
                    }
                    let is_filled = |value: &Expr| {
                        let is_spot =
                            cx.semantic.id(value).and_then(|id| self.spots.get(&id)).is_some_and(|spot| {
                                self.root.is_some_and(|root| std::ptr::eq(spot.class, root))
                            });
                        is_spot || value.is_none_literal_expr()
                    };
                    found.push(Seen {
                        function,
                        row: cx.row(id),
                        positional: call.arguments.args.iter().map(is_filled).collect(),
                        keywords: call
                            .arguments
                            .keywords
                            .iter()
                            .filter_map(|keyword| {
                                Some((keyword.arg.as_ref()?.to_string(), is_filled(&keyword.value)))
                            })
                            .collect(),
                    });
                }
                None if is_named_only(cx, id, node.ast) => {}
                None => {
                    let why = "a function that gets it is used as a value";
                    refusal.get_or_insert((cx.row(id), why.to_owned()));
                }
            }
        }
        (found, refusal)
    }
}

/// Whether a class is only named, as an annotation does.
fn is_named_only(cx: &Context<'_>, id: NodeId, node: AnyNodeRef<'_>) -> bool {
    let range = node.range();
    let is_within =
        |annotation: Option<&Expr>| annotation.is_some_and(|found| found.range().contains_range(range));
    cx.semantic.ancestors(id).any(|around| match around.ast {
        AnyNodeRef::Parameter(parameter) => is_within(parameter.annotation.as_deref()),
        AnyNodeRef::StmtAnnAssign(assign) => is_within(Some(&assign.annotation)),
        AnyNodeRef::StmtFunctionDef(function) => is_within(function.returns.as_deref()),
        _ => false,
    })
}
