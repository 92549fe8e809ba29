//! Which texts an expression can be.

use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprLit, Lit, Pat, Stmt};

use super::Source;
use super::declared::Declared;

pub(super) enum Value {
    Literal(String),
    /// The parameter `code` of the function with this number.
    Parameter(usize),
    /// Not understood: how it is written.
    Unknown(String),
}

/// The body of a function.
#[derive(Default)]
pub(super) struct Scope<'a> {
    /// The number of the function, if it has a parameter `code`.
    function: Option<usize>,
    bindings: Vec<(&'a Pat, &'a Expr)>,
    calls: Vec<&'a syn::ExprCall>,
}

impl<'a> Scope<'a> {
    pub(super) fn of(function: Option<usize>, block: &'a Block) -> Scope<'a> {
        let mut scope = Scope { function, ..Scope::default() };
        scope.visit_block(block);
        scope
    }

    /// The function that a local name stands for, and its type.
    pub(super) fn local_function(&self, name: &str) -> Option<(String, Option<String>)> {
        let (_, value) = self.bindings.iter().find(|(pattern, _)| is_name(pattern, name))?;
        let mut paths = Paths::default();
        paths.of_value(value);
        let path = paths.0.first()?;
        let mut names = path.path.segments.iter().rev().map(|segment| segment.ident.to_string());
        Some((names.next()?, names.next()))
    }

    /// Whether a path is what a local name stands for.
    pub(super) fn is_local_function(&self, path: &syn::ExprPath) -> bool {
        self.bindings.iter().any(|(pattern, value)| {
            let mut paths = Paths::default();
            paths.of_value(value);
            matches!(pattern, Pat::Ident(_)) && paths.0.iter().any(|it| std::ptr::eq(*it, path))
        })
    }

    pub(super) fn evaluate(
        &self,
        expression: &'a Expr,
        source: &Source,
        declared: &Declared,
    ) -> Vec<Value> {
        let go_on = |expression| self.evaluate(expression, source, declared);
        match expression {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => vec![Value::Literal(text.value())],
            Expr::Path(path) => {
                let names: Vec<String> =
                    path.path.segments.iter().map(|it| it.ident.to_string()).collect();
                self.named(&names, source, declared)
            }
            // Something that has a code already.
            Expr::Field(field) if matches!(&field.member, syn::Member::Named(name) if name == "code") => {
                Vec::new()
            }
            Expr::MethodCall(call) if call.method == "code" => Vec::new(),
            _ => match branches(expression) {
                Some(branches) => branches.into_iter().flat_map(go_on).collect(),
                None => vec![Value::Unknown(shown(expression))],
            },
        }
    }

    pub(super) fn evaluate_block(
        &self,
        block: &'a Block,
        source: &Source,
        declared: &Declared,
    ) -> Vec<Value> {
        let last = tail(block);
        last.map(|last| self.evaluate(last, source, declared)).unwrap_or_default()
    }

    fn named(&self, names: &[String], source: &Source, declared: &Declared) -> Vec<Value> {
        let (name, outer) = names.split_last().unwrap();
        if outer.is_empty() {
            if let Some(values) = self.bound(name, source, declared) {
                return values;
            }
            if let (Some(index), "code") = (self.function, name.as_str()) {
                return vec![Value::Parameter(index)];
            }
        }
        let constants = || declared.constants.iter().filter(|constant| constant.name == *name);
        let constant = match outer.last() {
            Some(module) => constants().find(|constant| constant.module == *module),
            None => constants().find(|constant| constant.path == source.path),
        };
        match constant {
            Some(constant) => vec![Value::Literal(constant.value.clone())],
            None => vec![Value::Unknown(format!("`{}`", names.join("::")))],
        }
    }

    /// The values of a local name, or of a parameter of a closure that has a name; `None` if there is no such name.
    fn bound(&self, name: &str, source: &Source, declared: &Declared) -> Option<Vec<Value>> {
        let mut values = Vec::new();
        let mut is_bound = self.is_taken_from_a_code(name);
        for (pattern, value) in &self.bindings {
            for part in parts(pattern, value, name) {
                is_bound = true;
                match part {
                    Some(part) => values.extend(self.evaluate(part, source, declared)),
                    None => values.push(Value::Unknown(format!("`{name}` in a pattern"))),
                }
            }
            if let (Pat::Ident(closure), Expr::Closure(it)) = (pattern, value)
                && let Some(index) = it.inputs.iter().position(|input| is_name(input, name))
            {
                let calls = self.calls.iter().filter(|call| {
                    matches!(&*call.func, Expr::Path(path) if path.path.is_ident(&closure.ident))
                });
                is_bound = true;
                for call in calls {
                    values.extend(self.evaluate(&call.args[index], source, declared));
                }
            }
        }
        is_bound.then_some(values)
    }

    /// Whether a name was taken out of a value with a code: `let Remark { code, .. } = remark`.
    fn is_taken_from_a_code(&self, name: &str) -> bool {
        name == "code"
            && self.bindings.iter().any(|(pattern, _)| {
                matches!(pattern, Pat::Struct(it) if it.fields.iter().any(|field| {
                    matches!(&field.member, syn::Member::Named(member) if member == "code")
                }))
            })
    }
}

impl<'a> Visit<'a> for Scope<'a> {
    fn visit_local(&mut self, item: &'a syn::Local) {
        if let Some(init) = &item.init {
            self.bindings.push((without_type(&item.pat), &init.expr));
        }
        visit::visit_local(self, item);
    }

    fn visit_expr_let(&mut self, item: &'a syn::ExprLet) {
        self.bindings.push((&item.pat, &item.expr));
        visit::visit_expr_let(self, item);
    }

    fn visit_expr_call(&mut self, item: &'a syn::ExprCall) {
        self.calls.push(item);
        visit::visit_expr_call(self, item);
    }
}

/// The paths that a value can be.
#[derive(Default)]
struct Paths<'a>(Vec<&'a syn::ExprPath>);

impl<'a> Paths<'a> {
    fn of_value(&mut self, value: &'a Expr) {
        match value {
            Expr::Path(path) => self.0.push(path),
            _ => branches(value).into_iter().flatten().for_each(|branch| self.of_value(branch)),
        }
    }
}

fn is_name(pattern: &Pat, name: &str) -> bool {
    matches!(without_type(pattern), Pat::Ident(it) if it.ident == name)
}

fn without_type(pattern: &Pat) -> &Pat {
    if let Pat::Type(typed) = pattern { &typed.pat } else { pattern }
}

/// What a name in a pattern stands for; `None` for what is not understood.
fn parts<'a>(pattern: &Pat, value: &'a Expr, name: &str) -> Vec<Option<&'a Expr>> {
    match pattern {
        Pat::Ident(it) if it.ident == name => vec![Some(value)],
        Pat::Type(typed) => parts(&typed.pat, value, name),
        Pat::Tuple(tuple) => {
            let Some(index) = tuple.elems.iter().position(|it| is_name(it, name)) else {
                return Vec::new();
            };
            elements(value, index)
        }
        _ => Vec::new(),
    }
}

/// An element of a tuple that can be written in several branches.
fn elements(value: &Expr, index: usize) -> Vec<Option<&Expr>> {
    match value {
        Expr::Tuple(tuple) => vec![Some(&tuple.elems[index])],
        _ => match branches(value) {
            Some(branches) => branches.into_iter().flat_map(|it| elements(it, index)).collect(),
            None => vec![None],
        },
    }
}

/// The expressions that one stands for; those that leave are none. `None` if it is not such an expression.
fn branches(expression: &Expr) -> Option<Vec<&Expr>> {
    let of_block = |block| tail(block).into_iter();
    Some(match expression {
        Expr::Paren(it) => vec![&it.expr],
        Expr::Group(it) => vec![&it.expr],
        Expr::Reference(it) => vec![&it.expr],
        Expr::Block(it) => of_block(&it.block).collect(),
        Expr::If(it) => {
            let other = it.else_branch.iter().map(|(_, other)| &**other);
            of_block(&it.then_branch).chain(other).collect()
        }
        Expr::Match(it) => it.arms.iter().map(|arm| &*arm.body).collect(),
        Expr::Return(_) | Expr::Continue(_) | Expr::Break(_) => Vec::new(),
        _ => return None,
    })
}

/// The value of a block.
fn tail(block: &Block) -> Option<&Expr> {
    match block.stmts.last()? {
        Stmt::Expr(expression, None) | Stmt::Expr(expression @ Expr::Return(_), Some(_)) => {
            Some(expression)
        }
        _ => None,
    }
}

fn shown(expression: &Expr) -> String {
    match expression {
        Expr::Call(_) => "a call",
        Expr::MethodCall(_) => "a call of a method",
        Expr::Macro(_) => "a macro",
        Expr::Field(_) => "a field",
        Expr::Closure(_) => "a closure",
        _ => "an expression",
    }
    .to_owned()
}
