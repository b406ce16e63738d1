//! The body of a response as it comes: `raw` and `iter_lines`.

use ruff_python_ast::{self as ast, AnyNodeRef, Expr};
use ruff_text_size::{Ranged, TextRange};

use super::arguments::argument_of;
use super::blocks;
use super::draft::{Draft, Planned, new_line};
use super::reach::Spot;
use super::response::Uses;
use super::values::id;
use crate::engine::context::{Context, Runs};
use crate::engine::semantic::NodeId;

impl<'a> Uses<'_, '_, 'a> {
    /// `shutil.copyfileobj(r.raw, file)` → a loop over the body as it comes.
    pub(super) fn raw(&mut self, at: NodeId, spot: Spot) -> Planned {
        let cx = self.cx;
        let refused = || Err("raw-stream: httpx has no `raw`".to_owned());
        let Some(call) = argument_of(cx, at) else { return refused() };
        let AnyNodeRef::StmtExpr(statement) = cx.parent(call) else { return refused() };
        let [_, file] = &*call.arguments.args else { return refused() };
        let plain = cx.symbol(&call.func).as_deref() == Some("shutil.copyfileobj")
            && call.arguments.keywords.is_empty()
            && matches!(file, Expr::Name(_) | Expr::Attribute(_))
            && id(cx, &call.arguments.args[0]) == at
            && matches!(cx.semantic.node(spot.id).ast, AnyNodeRef::ExprName(_))
            && blocks::stands_alone(cx, statement)
            && cx.runs(call) == Runs::OnLoop
            && !spot.mixed;
        if !plain {
            return refused();
        }
        let response = cx.text(cx.semantic.node(spot.id).ast);
        let body = format!("{}{}.write(chunk)", new_line(1), cx.text(file));
        self.draft.replace(statement.range(), format!("async for chunk in {response}.aiter_raw():{body}"));
        self.draft.doubt("the file is written in the pieces in which the body arrives");
        Ok(())
    }

    /// `r.iter_lines()`: httpx gives text where requests gives bytes.
    pub(super) fn iter_lines(
        &mut self,
        attribute: &'a ast::ExprAttribute,
        parent: AnyNodeRef<'a>,
        spot: Spot,
    ) -> Planned {
        let cx = self.cx;
        let AnyNodeRef::ExprCall(call) = parent else {
            return Err("response-iterator: `iter_lines` is handed on".to_owned());
        };
        if cx.runs(call) != Runs::OnLoop || spot.mixed {
            return Err("response-iterator: the lines are read where `await` cannot stand".to_owned());
        }
        if call.arguments.find_argument("delimiter", 2).is_some() {
            return Err("delimiter-lines: httpx splits at newlines only".to_owned());
        }
        let decodes = match call.arguments.find_argument_value("decode_unicode", 1) {
            Some(Expr::BooleanLiteral(literal)) => literal.value,
            None => false,
            Some(_) => return Err("bytes-lines: whether lines are text is decided at run time".to_owned()),
        };
        if !decodes {
            let AnyNodeRef::StmtFor(statement) = cx.parent(call) else {
                return Err("bytes-lines: httpx gives text, and the lines are used as bytes".to_owned());
            };
            let Expr::Name(line) = &*statement.target else {
                return Err("bytes-lines: httpx gives text, and the lines are used as bytes".to_owned());
            };
            for read in cx.reads_of(line) {
                text_instead_of_bytes(cx, id(cx, read), self.draft)?;
            }
        }
        self.draft.doubt("`aiter_lines` gives text where requests gives bytes");
        self.draft.replace(TextRange::new(attribute.attr.start(), call.end()), "aiter_lines()");
        self.make_async(parent)
    }
}

/// Rewrites a use of a line that is text now.
fn text_instead_of_bytes(cx: &Context<'_>, at: NodeId, draft: &mut Draft<'_, '_>) -> Planned {
    let refused = || Err("bytes-lines: httpx gives text, and the lines are used as bytes".to_owned());
    let parent_id = cx.semantic.node(at).parent;
    match cx.semantic.node(parent_id).ast {
        AnyNodeRef::StmtIf(_) | AnyNodeRef::ElifElseClause(_) | AnyNodeRef::StmtWhile(_) => Ok(()),
        AnyNodeRef::ExprUnaryOp(unary) if unary.op == ast::UnaryOp::Not => Ok(()),
        AnyNodeRef::ExprBoolOp(_) => Ok(()),
        AnyNodeRef::Arguments(_) => {
            let call = argument_of(cx, at);
            match call.and_then(|call| cx.symbol(&call.func)).as_deref() {
                Some("json.loads" | "builtins.len" | "orjson.loads" | "builtins.bool") => Ok(()),
                _ => refused(),
            }
        }
        AnyNodeRef::ExprAttribute(attribute) => {
            let AnyNodeRef::ExprCall(call) = cx.semantic.node(cx.semantic.node(parent_id).parent).ast else {
                return refused();
            };
            match attribute.attr.as_str() {
                "decode" => {
                    let plain = match call.arguments.find_argument_value("encoding", 0) {
                        None => true,
                        Some(Expr::StringLiteral(name)) => {
                            name.value.to_str().to_lowercase().replace('_', "-").starts_with("utf")
                        }
                        Some(_) => false,
                    };
                    if !plain {
                        return refused();
                    }
                    draft.replace(TextRange::new(attribute.value.end(), call.end()), "");
                    Ok(())
                }
                "startswith" | "endswith" | "strip" | "lstrip" | "rstrip" | "split" | "replace"
                | "removeprefix" | "removesuffix" => {
                    let literals = &call.arguments.args;
                    if !literals.iter().all(|argument| matches!(argument, Expr::BytesLiteral(_))) {
                        return refused();
                    }
                    // What these give is bytes again; only a truth test or `decode` is followed.
                    let call_id = id(cx, call);
                    if !matches!(attribute.attr.as_str(), "startswith" | "endswith") {
                        text_instead_of_bytes(cx, call_id, draft)?;
                    }
                    for literal in literals {
                        let text = cx.text(literal);
                        let Some(unprefixed) = text.strip_prefix(['b', 'B']) else { return refused() };
                        if !text.is_ascii() || text.contains("\\x") {
                            return refused();
                        }
                        draft.replace(literal.range(), unprefixed);
                    }
                    Ok(())
                }
                _ => refused(),
            }
        }
        _ => refused(),
    }
}
