//! What the sources declare: types with a code, functions that are given one, and constants.

use syn::visit::{self, Visit};
use syn::{Expr, ExprLit, FnArg, ImplItemFn, ItemFn, Lit, Pat, Signature, Type};

use super::{Source, is_for_tests};

#[derive(Default)]
pub(super) struct Declared {
    pub(super) types: Vec<CodeType>,
    pub(super) functions: Vec<Function>,
    pub(super) constants: Vec<Constant>,
}

/// A type with a field `code`.
pub(super) struct CodeType {
    pub(super) package: String,
    pub(super) name: String,
}

/// A function with a parameter `code`.
pub(super) struct Function {
    pub(super) package: String,
    pub(super) path: String,
    /// The type that it belongs to.
    pub(super) of: Option<String>,
    pub(super) name: String,
    pub(super) is_method: bool,
    /// How many parameters it has, without `self`, and which of them is the code.
    pub(super) parameters: usize,
    pub(super) index: usize,
}

pub(super) struct Constant {
    pub(super) path: String,
    pub(super) module: String,
    pub(super) name: String,
    pub(super) value: String,
}

impl Declared {
    pub(super) fn of(sources: &[Source]) -> Declared {
        let mut declared = Declared::default();
        for source in sources {
            Declarations { source, of: None, declared: &mut declared }.visit_file(&source.file);
        }
        declared
    }

    /// The function that a call means, by its number; one of the caller's own crate first.
    pub(super) fn called(
        &self,
        package: &str,
        of: Option<&str>,
        name: &str,
        arguments: Option<usize>,
        is_method: bool,
    ) -> Option<usize> {
        let fits = |function: &Function| {
            function.name == name
                && function.is_method == is_method
                && arguments.is_none_or(|count| function.parameters == count)
                && (is_method || function.of.as_deref() == of)
        };
        let own = |function: &Function| function.package == package && fits(function);
        self.functions.iter().position(own).or_else(|| self.functions.iter().position(fits))
    }
}

struct Declarations<'a> {
    source: &'a Source,
    of: Option<String>,
    declared: &'a mut Declared,
}

impl Declarations<'_> {
    fn function(&mut self, signature: &Signature) {
        let is_method = signature.receiver().is_some();
        let typed = signature.inputs.iter().filter_map(|input| match input {
            FnArg::Typed(typed) => Some(typed),
            FnArg::Receiver(_) => None,
        });
        let index = typed.clone().position(|it| is_named_code(&it.pat) && is_static_text(&it.ty));
        if let Some(index) = index {
            self.declared.functions.push(Function {
                package: self.source.package().to_owned(),
                path: self.source.path.clone(),
                of: self.of.clone(),
                name: signature.ident.to_string(),
                is_method,
                parameters: typed.count(),
                index,
            });
        }
    }
}

impl<'ast> Visit<'ast> for Declarations<'_> {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_for_tests(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let outer = self.of.replace(type_name(&item.self_ty).unwrap_or_default());
        visit::visit_item_impl(self, item);
        self.of = outer;
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        let has_code = item.fields.iter().any(|field| {
            field.ident.as_ref().is_some_and(|name| name == "code") && is_static_text(&field.ty)
        });
        if has_code {
            self.declared.types.push(CodeType {
                package: self.source.package().to_owned(),
                name: item.ident.to_string(),
            });
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        if !is_for_tests(&item.attrs) {
            let outer = self.of.take();
            self.function(&item.sig);
            visit::visit_item_fn(self, item);
            self.of = outer;
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        if !is_for_tests(&item.attrs) {
            self.function(&item.sig);
            visit::visit_impl_item_fn(self, item);
        }
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        if let Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) = &*item.expr {
            self.declared.constants.push(Constant {
                path: self.source.path.clone(),
                module: self.source.module().to_owned(),
                name: item.ident.to_string(),
                value: text.value(),
            });
        }
    }
}

fn is_named_code(pattern: &Pat) -> bool {
    matches!(pattern, Pat::Ident(name) if name.ident == "code")
}

/// `&'static str`.
pub(super) fn is_static_text(ty: &Type) -> bool {
    matches!(ty, Type::Reference(it) if it.lifetime.as_ref().is_some_and(|of| of.ident == "static")
        && type_name(&it.elem).is_some_and(|name| name == "str"))
}

/// The last name of a type's path: `Error` of `crate::Error`.
pub(super) fn type_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}
