//! The codes in the sources: every text that can become the code of an error, a notice or a finding.
//!
//! A code is a field `code: &'static str`, or what a function `code()` returns. From there the scan goes backwards: to
//! every place where such a field is filled, and to the callers of functions that have a parameter `code: &'static str`.
//! What it finds has to be a literal, a constant, or a choice between these. Anything else is an error, so that no code
//! escapes it.

mod collect;
mod declared;
mod evaluate;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use syn::punctuated::Punctuated;
use syn::token::Bracket;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprArray, ExprMacro, Stmt};

use declared::Declared;

/// A source file that is part of the program.
struct Source {
    /// Its path in the repository: `crates/app/src/error.rs`.
    path: String,
    file: syn::File,
}

impl Source {
    /// The directory name of its crate: `app`.
    fn package(&self) -> &str {
        self.path.split('/').nth(1).unwrap()
    }

    /// The name of its module: `error`.
    fn module(&self) -> &str {
        Path::new(&self.path).file_stem().unwrap().to_str().unwrap()
    }
}

/// Every code, with the types that it is a code of: `("bad-zone", ["Error", "Problem"])`.
///
/// # Panics
/// If there is a code that it cannot follow.
pub(super) fn codes(crates: &Path) -> BTreeMap<String, Vec<String>> {
    let mut sources = Vec::new();
    let mut packages: Vec<PathBuf> =
        std::fs::read_dir(crates).unwrap().map(|entry| entry.unwrap().path()).collect();
    packages.sort();
    for package in packages {
        read_folder(crates, &package.join("src"), &mut sources);
    }
    let declared = Declared::of(&sources);
    let found = collect::collect(&sources, &declared);
    assert!(
        found.unknown.is_empty(),
        "cannot tell which codes these are:\n{}",
        found.unknown.join("\n")
    );
    found.codes()
}

/// Reads the sources in a folder. Tests and what only they use are not part of the program.
fn read_folder(crates: &Path, folder: &Path, sources: &mut Vec<Source>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_stem().unwrap().to_str().unwrap();
        if matches!(name, "tests" | "testing") {
            continue;
        }
        if path.is_dir() {
            read_folder(crates, &path, sources);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let shown = path.strip_prefix(crates.parent().unwrap()).unwrap();
            let mut file = syn::parse_file(&text).unwrap();
            Arguments.visit_file_mut(&mut file);
            sources.push(Source { path: shown.to_str().unwrap().to_owned(), file });
        }
    }
}

/// Replaces macros such as `vec!` by their arguments, where these are expressions.
struct Arguments;

impl VisitMut for Arguments {
    fn visit_expr_mut(&mut self, item: &mut Expr) {
        if let Expr::Macro(it) = item
            && let Ok(elems) = it.mac.parse_body_with(Punctuated::parse_terminated)
        {
            *item = Expr::Array(ExprArray {
                attrs: Vec::new(),
                bracket_token: Bracket::default(),
                elems,
            });
        }
        visit_mut::visit_expr_mut(self, item);
    }

    fn visit_stmt_mut(&mut self, item: &mut Stmt) {
        if let Stmt::Macro(it) = item {
            let (attrs, mac, semi) = (it.attrs.clone(), it.mac.clone(), it.semi_token);
            *item = Stmt::Expr(Expr::Macro(ExprMacro { attrs, mac }), semi);
        }
        visit_mut::visit_stmt_mut(self, item);
    }
}

/// Whether an item is there for tests only.
fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("test")
            || (attribute.path().is_ident("cfg")
                && attribute.parse_args::<syn::Ident>().is_ok_and(|word| word == "test"))
    })
}
