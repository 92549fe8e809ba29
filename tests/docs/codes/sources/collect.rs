//! Finds the places that fill a field `code`, and the calls of functions that have a parameter `code`.

use std::collections::{BTreeMap, BTreeSet};

use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, ExprCall, ExprMethodCall, ExprStruct, ImplItemFn, ItemFn, Member, Signature};

use super::declared::{Declared, is_static_text, type_name};
use super::evaluate::{Scope, Value};
use super::{Source, is_for_tests};

/// Where a code goes: a field of a type, or a parameter of a function, by its place in [`Declared`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Sink {
    Type(String),
    Function(usize),
}

#[derive(Default)]
pub(super) struct Found {
    literals: Vec<(String, Sink)>,
    /// From the parameter of a function to where that function passes it on.
    passed: Vec<(usize, Sink)>,
    /// Places that are not understood.
    pub(super) unknown: Vec<String>,
}

impl Found {
    /// Every code with the types that it is a code of.
    pub(super) fn codes(&self) -> BTreeMap<String, Vec<String>> {
        let mut codes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (code, sink) in &self.literals {
            let mut types = BTreeSet::new();
            self.follow(sink, &mut types, &mut BTreeSet::new());
            codes.entry(code.clone()).or_default().extend(types);
        }
        codes.into_iter().map(|(code, types)| (code, types.into_iter().collect())).collect()
    }

    fn follow(&self, sink: &Sink, types: &mut BTreeSet<String>, seen: &mut BTreeSet<usize>) {
        match sink {
            Sink::Type(name) => {
                types.insert(name.clone());
            }
            Sink::Function(index) if seen.insert(*index) => {
                for (_, next) in self.passed.iter().filter(|(from, _)| from == index) {
                    self.follow(next, types, seen);
                }
            }
            Sink::Function(_) => {}
        }
    }
}

pub(super) fn collect(sources: &[Source], declared: &Declared) -> Found {
    let mut found = Found::default();
    for source in sources {
        let mut fills =
            Fills { source, declared, found: &mut found, of: None, scope: Scope::default() };
        fills.visit_file(&source.file);
    }
    found
}

struct Fills<'a> {
    source: &'a Source,
    declared: &'a Declared,
    found: &'a mut Found,
    /// The type whose `impl` this is.
    of: Option<String>,
    scope: Scope<'a>,
}

impl<'a> Fills<'a> {
    fn add(&mut self, expression: &'a Expr, sink: &Sink) {
        for value in self.scope.evaluate(expression, self.source, self.declared) {
            match value {
                Value::Literal(code) => self.found.literals.push((code, sink.clone())),
                Value::Parameter(index) => self.found.passed.push((index, sink.clone())),
                Value::Unknown(what) => self.unknown(expression, &what),
            }
        }
    }

    fn unknown(&mut self, at: &impl Spanned, what: &str) {
        let line = at.span().start().line;
        self.found.unknown.push(format!("{}:{line}: {what}", self.source.path));
    }

    /// The name of a type with a code, with its crate where two crates have one of that name.
    fn code_type(&self, name: &str) -> Option<Sink> {
        let name = if name == "Self" { self.of.as_deref()? } else { name };
        let of_name = || self.declared.types.iter().filter(|it| it.name == name);
        let own = of_name().find(|it| it.package == self.source.package());
        let found = own.or_else(|| of_name().next())?;
        Some(Sink::Type(format!("{}::{}", found.package, found.name)))
    }

    fn called(
        &self,
        of: Option<&str>,
        name: &str,
        count: Option<usize>,
        is_method: bool,
    ) -> Option<usize> {
        let of = if of == Some("Self") { self.of.as_deref() } else { of };
        // A module is no type.
        let of = of.filter(|of| of.starts_with(|first: char| first.is_uppercase()));
        self.declared.called(self.source.package(), of, name, count, is_method)
    }

    fn in_function(
        &mut self,
        signature: &'a Signature,
        block: &'a syn::Block,
        go_on: impl FnOnce(&mut Self),
    ) {
        let index = self.declared.functions.iter().position(|function| {
            function.path == self.source.path
                && signature.ident == function.name
                && function.of == self.of
        });
        let outer = std::mem::replace(&mut self.scope, Scope::of(index, block));
        // What a function `code` returns is a code of its type.
        let returns_text =
            matches!(&signature.output, syn::ReturnType::Type(_, ty) if is_static_text(ty));
        if let (true, true, Some(of)) = (signature.ident == "code", returns_text, self.of.clone()) {
            for value in self.scope.evaluate_block(block, self.source, self.declared) {
                match value {
                    Value::Literal(code) => {
                        let name = format!("{}::{of}", self.source.package());
                        self.found.literals.push((code, Sink::Type(name)));
                    }
                    Value::Parameter(_) => self.unknown(block, "a code of a function"),
                    Value::Unknown(what) => self.unknown(block, &what),
                }
            }
        }
        go_on(self);
        self.scope = outer;
    }
}

impl<'a> Visit<'a> for Fills<'a> {
    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_impl(&mut self, item: &'a syn::ItemImpl) {
        let outer = self.of.replace(type_name(&item.self_ty).unwrap_or_default());
        visit::visit_item_impl(self, item);
        self.of = outer;
    }

    fn visit_item_fn(&mut self, item: &'a ItemFn) {
        if !is_for_tests(&item.attrs) {
            let outer = self.of.take();
            self.in_function(&item.sig, &item.block, |it| visit::visit_item_fn(it, item));
            self.of = outer;
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'a ImplItemFn) {
        if !is_for_tests(&item.attrs) {
            self.in_function(&item.sig, &item.block, |it| visit::visit_impl_item_fn(it, item));
        }
    }

    fn visit_expr_struct(&mut self, item: &'a ExprStruct) {
        let name = item.path.segments.last().unwrap().ident.to_string();
        let field = item
            .fields
            .iter()
            .find(|field| matches!(&field.member, Member::Named(name) if name == "code"));
        if let (Some(field), Some(sink)) = (field, self.code_type(&name)) {
            self.add(&field.expr, &sink);
        }
        visit::visit_expr_struct(self, item);
    }

    fn visit_expr_method_call(&mut self, item: &'a ExprMethodCall) {
        let name = item.method.to_string();
        if let Some(index) = self.called(None, &name, Some(item.args.len()), true) {
            self.add(&item.args[self.declared.functions[index].index], &Sink::Function(index));
        }
        visit::visit_expr_method_call(self, item);
    }

    fn visit_expr_call(&mut self, item: &'a ExprCall) {
        let Expr::Path(path) = &*item.func else {
            visit::visit_expr_call(self, item);
            return;
        };
        let mut names = path.path.segments.iter().rev().map(|segment| segment.ident.to_string());
        let (name, of) = (names.next().unwrap(), names.next());
        // Local functions: `let refuse = Problem::of_file;`.
        let called = match (&of, self.scope.local_function(&name)) {
            (None, Some(names)) => self.called(names.1.as_deref(), &names.0, None, false),
            _ => self.called(of.as_deref(), &name, Some(item.args.len()), false),
        };
        if let Some(index) = called {
            self.add(&item.args[self.declared.functions[index].index], &Sink::Function(index));
        }
        // The path itself is no use as a value.
        item.args.iter().for_each(|argument| self.visit_expr(argument));
    }

    fn visit_expr_path(&mut self, item: &'a syn::ExprPath) {
        let mut names = item.path.segments.iter().rev().map(|segment| segment.ident.to_string());
        let (name, of) = (names.next().unwrap(), names.next());
        let is_function = of.is_some() && self.called(of.as_deref(), &name, None, false).is_some();
        if is_function && !self.scope.is_local_function(item) {
            self.unknown(item, "a function that is given a code is used as a value");
        }
    }

    fn visit_macro(&mut self, item: &'a syn::Macro) {
        let text = item.tokens.to_string();
        let is_of_code = |name: &str| {
            text.contains(&format!("{name} ::")) || text.contains(&format!("{name} {{"))
        };
        if self.declared.types.iter().any(|it| is_of_code(&it.name)) {
            self.unknown(item, "a macro that may make a code");
        }
    }
}
