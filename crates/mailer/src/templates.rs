//! The words of a message: templates that ship with the program, or a folder's in their place.
//!
//! Each kind of message has three of its own, `KIND.subject`, `KIND.txt` and `KIND.html`; what they have in
//! common stands once, and a folder can replace that as well: `frame.html` is the page that all fill in,
//! `when` and `link` are included.
//!
//! A value is escaped for HTML in `KIND.html` and in what that includes, and nowhere else: tera goes by the
//! end of the name (`crates` facts, §4).

mod check;
mod problem;
mod scan;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::Serialize;
use tera::{Context, ErrorKind, Tera};

use crate::MessageKind;
use crate::leak_check::{MessagePart, Part};
pub use problem::TemplateProblem;

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../../templates/", $name)))),*]
    };
}

/// What ships: the names that messages are made of, and their texts.
const SHIPPED: [(&str, &str); 17] = shipped![
    "invite.subject",
    "invite.txt",
    "invite.html",
    "update.subject",
    "update.txt",
    "update.html",
    "cancel.subject",
    "cancel.txt",
    "cancel.html",
    "remind.subject",
    "remind.txt",
    "remind.html",
    "frame.html",
    "when.html",
    "when.txt",
    "link.html",
    "link.txt",
];

/// A set of templates, one for each part of each kind of message, and what they include.
#[derive(Debug)]
pub struct Templates {
    sources: BTreeMap<String, String>,
    /// Wrong with files that are no part of `sources`.
    unusable: Vec<TemplateProblem>,
    /// `None` if the set does not fit together; [`Templates::check`] says why.
    engine: Option<Tera>,
}

/// A folder of templates could not be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the templates `{}`", path.display())]
pub struct ReadError {
    /// The folder, or the file in it.
    pub path: PathBuf,
    /// Why.
    pub source: io::Error,
}

/// A template could not be rendered for a person. What is wrong with templates for everybody, [`Templates::check`]
/// finds before.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RenderError(pub TemplateProblem);

/// The rendered texts of one message.
pub(crate) struct Rendered {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

impl Templates {
    /// The templates that ship with the program.
    pub fn shipped() -> Templates {
        Templates::of(BTreeMap::new(), Vec::new())
    }

    /// The names and texts that ship, for whoever wants to change a copy.
    pub fn shipped_files() -> impl Iterator<Item = (&'static str, &'static str)> {
        SHIPPED.into_iter()
    }

    /// The templates of a folder: a file there takes the place of the shipped one of that name, and any
    /// other `*.html` and `*.txt` may be included by them. Folders inside are not looked into.
    ///
    /// # Errors
    /// [`ReadError`] if the folder or a file can't be read; what is wrong inside the files is for [`Templates::check`].
    pub fn from_folder(folder: &Path) -> Result<Templates, ReadError> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| ReadError { path, source }
        };
        let mut sources = BTreeMap::new();
        let mut unusable = Vec::new();
        for entry in fs::read_dir(folder).map_err(failed(folder))? {
            let path = entry.map_err(failed(folder))?.path();
            // A name that is no Unicode is not one that a template could name.
            let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
            if !path.is_file() {
                continue;
            }
            // By the letter, as tera does when it decides what to escape.
            let kind = path.extension().and_then(|kind| kind.to_str());
            let subject =
                MessagePart::of_template(name).is_some_and(|place| place.part == Part::Subject);
            if !subject && !matches!(kind, Some("html" | "txt")) {
                unusable.extend(check::misspelt(name));
                continue;
            }
            match String::from_utf8(fs::read(&path).map_err(failed(&path))?) {
                Ok(source) => {
                    sources.insert(name.to_owned(), source);
                }
                Err(error) => unusable.push(problem::not_utf8(name, &error)),
            }
        }
        Ok(Templates::of(sources, unusable))
    }

    fn of(mut sources: BTreeMap<String, String>, unusable: Vec<TemplateProblem>) -> Templates {
        for source in sources.values_mut() {
            *source = one_kind_of_line_end(source);
        }
        for (name, source) in SHIPPED {
            sources.entry(name.to_owned()).or_insert_with(|| source.to_owned());
        }
        let engine = engine(&sources).ok();
        Templates { sources, unusable, engine }
    }

    /// Everything that is wrong with all of the templates, in the order of files and lines: syntax, names that
    /// don't exist (`extra` are the roster's further columns), a link that is hard-coded, left out or, in a
    /// cancellation, shown, and what comes up when they are rendered for a made-up person. Nothing that is found here depends on a row of
    /// the roster.
    pub fn check(&self, extra: &[String]) -> Vec<TemplateProblem> {
        check::check(self, extra)
    }

    /// The part's text for these values; lines end in LF.
    pub(crate) fn render<V: Serialize>(
        &self,
        place: MessagePart,
        values: &V,
    ) -> Result<String, RenderError> {
        self.render_in(place, &context(place.kind, values)?)
    }

    /// All parts for these values.
    pub(crate) fn render_all<V: Serialize>(
        &self,
        kind: MessageKind,
        values: &V,
    ) -> Result<Rendered, RenderError> {
        let context = context(kind, values)?;
        let render = |part| self.render_in(MessagePart { kind, part }, &context);
        Ok(Rendered {
            subject: render(Part::Subject)?,
            text: render(Part::Text)?,
            html: render(Part::Html)?,
        })
    }

    fn render_in(&self, place: MessagePart, context: &Context) -> Result<String, RenderError> {
        let name = place.to_string();
        let Some(engine) = &self.engine else {
            let first = self.check(&[]).into_iter().next();
            return Err(RenderError(first.unwrap_or_else(|| problem::unusable(&name))));
        };
        engine.render(&name, context).map_err(|error| told(&name, &error))
    }
}

fn context<V: Serialize>(kind: MessageKind, values: &V) -> Result<Context, RenderError> {
    let first = MessagePart { kind, part: Part::Subject };
    Context::from_serialize(values).map_err(|error| told(&first.to_string(), &error))
}

fn engine(sources: &BTreeMap<String, String>) -> Result<Tera, tera::Error> {
    let mut engine = Tera::default();
    engine.autoescape_on([".html"]);
    engine.set_escape_fn(escape_html);
    engine.add_raw_templates(sources)?;
    Ok(engine)
}

/// What [`tera::escape_html`] writes. That asks the writer once an octet, and a link has hundreds.
fn escape_html(text: &str, out: &mut dyn io::Write) -> io::Result<()> {
    let mut rest = text.as_bytes();
    let special = |byte: &u8| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'');
    while let Some(at) = rest.iter().position(special) {
        out.write_all(&rest[..at])?;
        out.write_all(match rest[at] {
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'"' => b"&quot;",
            _ => b"&#39;",
        })?;
        rest = &rest[at + 1..];
    }
    out.write_all(rest)
}

fn told(name: &str, error: &tera::Error) -> RenderError {
    RenderError(match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            problem::reported(report)
        }
        _ => problem::of_file(name, error),
    })
}

/// Without a byte order mark, and with LF: a lone CR would reach the reader (`invitation-email` facts, §2.2).
fn one_kind_of_line_end(source: &str) -> String {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    source.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests;
