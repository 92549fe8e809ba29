//! Renders templates, with tera.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io;

use tera::{Context, Tera};

use super::problem::{self, RenderError, TemplateProblem};
use crate::content::MessageKind;
use crate::message_part::{MessagePart, Part};

/// A set of templates, parsed.
#[derive(Debug)]
pub(super) struct Engine(Tera);

/// The rendered texts of one message.
pub(crate) struct Rendered {
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

impl Engine {
    /// Parses templates, and checks what they need from each other: includes, parents, blocks.
    pub(super) fn new(texts: &BTreeMap<String, String>) -> Result<Engine, TemplateProblem> {
        let mut tera = Tera::default();
        // tera decides by the end of a template's name. Only HTML is escaped: a text or a subject would show `&amp;`.
        tera.autoescape_on([".html"]);
        tera.set_escape_fn(escape_html);
        tera.add_raw_templates(texts).map_err(|error| problem::of_set(&error))?;
        Ok(Engine(tera))
    }

    pub(super) fn render_all(
        &self,
        kind: MessageKind,
        values: &Context,
    ) -> Result<Rendered, RenderError> {
        let render = |part| self.render(MessagePart { kind, part }, values);
        Ok(Rendered {
            subject: render(Part::Subject)?,
            text: render(Part::Text)?,
            html: render(Part::Html)?,
        })
    }

    pub(super) fn render(
        &self,
        part: MessagePart,
        values: &Context,
    ) -> Result<String, RenderError> {
        let name = part.to_string();
        self.0.render(&name, values).map_err(|error| RenderError(problem::of_tera(&name, &error)))
    }
}

/// A value as templates show it.
pub(crate) fn escaped(value: &str, is_html: bool) -> Cow<'_, str> {
    if !is_html {
        return Cow::Borrowed(value);
    }
    let mut octets = Vec::new();
    // A vector takes everything, and what is put in place of a character is text.
    let text = escape_html(value, &mut octets).ok().and_then(|()| String::from_utf8(octets).ok());
    text.map_or(Cow::Borrowed(value), Cow::Owned)
}

/// Writes the same as [`tera::escape_html`], which calls the writer for each octet. A link has hundreds.
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

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn values_are_escaped_as_tera_escapes_them(text in "(?s)([&<>\"'/`]|[a-z=]|\\PC|.){0,40}") {
            let (mut found, mut expected) = (Vec::new(), Vec::new());
            escape_html(&text, &mut found).unwrap();
            tera::escape_html(&text, &mut expected).unwrap();
            assert_eq!(String::from_utf8(found), String::from_utf8(expected));
        }
    }
}
