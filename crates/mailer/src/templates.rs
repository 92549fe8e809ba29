//! Templates: the text of messages. Some are built in; a folder can replace them.
//!
//! Each kind of message has three templates of its own: `KIND.subject`, `KIND.txt` and `KIND.html`. What they share
//! is in files that a folder can replace as well: `frame.html` is the page that the others extend, `when` and `link`
//! are included.
//!
//! Values are escaped in `KIND.html` and everything that it includes, and nowhere else (`crates` facts, §4).

mod built_in;
mod check;
mod engine;
mod problem;
mod scan;
mod sources;
mod suggestion;

use std::path::Path;

use tera::Context;

use crate::content::MessageKind;
use crate::message_part::MessagePart;
use built_in::BUILT_IN;
use engine::Engine;
use sources::Sources;

pub(crate) use engine::{Rendered, escaped};
pub use problem::{RenderError, TemplateProblem};
pub use sources::ReadError;

/// A complete set of templates: one for each part of each kind of message, and the files that they include.
#[derive(Debug)]
pub struct Templates {
    sources: Sources,
    /// An error if the templates don't fit together, so that none of them can be rendered.
    engine: Result<Engine, TemplateProblem>,
    are_built_in: bool,
}

impl Templates {
    /// The built-in templates.
    pub fn built_in() -> Templates {
        Templates::new(Sources::built_in())
    }

    /// The names and texts of the built-in templates, for people who want to change a copy.
    pub fn built_in_files() -> impl Iterator<Item = (&'static str, &'static str)> {
        BUILT_IN.into_iter()
    }

    /// Reads the templates of a folder.
    ///
    /// A file replaces the built-in template of the same name. Other `*.html` and `*.txt` files can be included by
    /// these. Subfolders are ignored.
    ///
    /// # Errors
    /// [`ReadError`] if the folder or a file cannot be read. Mistakes in the files are reported by
    /// [`Templates::check`].
    pub fn from_folder(folder: &Path) -> Result<Templates, ReadError> {
        Sources::from_folder(folder).map(Templates::new)
    }

    fn new(sources: Sources) -> Templates {
        let engine = Engine::new(&sources.texts);
        let are_built_in = sources.texts.keys().all(|file| sources.is_built_in(file));
        Templates { sources, engine, are_built_in }
    }

    /// Whether none of the templates was changed, and none added.
    pub(crate) fn are_built_in(&self) -> bool {
        self.are_built_in
    }

    /// Finds everything that is wrong with the templates themselves, sorted by file and line.
    ///
    /// That is: syntax errors; unknown variables, filters and files; a link that is hard-coded, missing, or shown in a
    /// cancellation; and whatever fails when the templates are rendered for a sample person. `extra` names the
    /// roster's additional columns; `None` if they are not known, so that any may exist. `host` is the one that links
    /// lead to.
    pub fn check(&self, extra: Option<&[String]>, host: &str) -> Vec<TemplateProblem> {
        check::check(&self.sources, &self.engine, extra, host)
    }

    /// Renders one part of a message. Lines end in LF.
    pub(crate) fn render(
        &self,
        part: MessagePart,
        values: &Context,
    ) -> Result<String, RenderError> {
        self.engine()?.render(part, values)
    }

    /// Renders all parts of a message. Lines end in LF.
    pub(crate) fn render_all(
        &self,
        kind: MessageKind,
        values: &Context,
    ) -> Result<Rendered, RenderError> {
        self.engine()?.render_all(kind, values)
    }

    fn engine(&self) -> Result<&Engine, RenderError> {
        self.engine.as_ref().map_err(|problem| RenderError(problem.clone()))
    }
}

#[cfg(test)]
mod tests;
