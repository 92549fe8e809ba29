//! One cell of a sheet.

use std::io::Read;

use quick_xml::events::{BytesStart, Event};

use super::super::super::super::rows::CellMark;
use super::super::formats::NumberFormat;
use super::super::refusal::Refusal;
use super::super::values;
use super::super::xml::{LONGEST, Xml, add_text, attribute, count};

/// A cell as a person sees it.
#[derive(Default)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) mark: Option<CellMark>,
    /// Where it leads.
    pub(super) link: Option<String>,
}

/// What the start of a cell says.
pub(super) struct Value {
    kind: String,
    written: Option<String>,
    is_error: bool,
    is_formula: bool,
}

impl Value {
    pub(super) fn of(element: &BytesStart<'_>) -> Value {
        let mut of =
            Value { kind: String::new(), written: None, is_error: false, is_formula: false };
        // `value-type` is there twice, with the prefixes `office` and `calcext`.
        let mut attributes = element.attributes();
        attributes.with_checks(false);
        for attribute in attributes.flatten() {
            let name = attribute.key.local_name();
            match (name.as_ref(), attribute.key.prefix().is_some_and(|it| it.as_ref() == "calcext"))
            {
                ("value-type", true) => of.is_error = attribute.value == "error",
                ("value-type", false) => attribute.value.as_ref().clone_into(&mut of.kind),
                ("formula", _) => of.is_formula = true,
                _ => {}
            }
        }
        let name = match of.kind.as_str() {
            "float" | "percentage" | "currency" => "value",
            "date" => "date-value",
            "time" => "time-value",
            "boolean" => "boolean-value",
            _ => "string-value",
        };
        of.written = attribute(element, name).map(std::borrow::Cow::into_owned);
        of
    }
}

impl Cell {
    /// Reads a cell whose start was read.
    pub(super) fn read<R: Read>(&mut self, xml: &mut Xml<R>, value: Value) -> Result<(), Refusal> {
        self.text.clear();
        self.link = None;
        self.read_text(xml)?;
        self.mark = if value.is_error {
            Some(CellMark::Error)
        } else if value.is_formula && value.kind.is_empty() && self.text.is_empty() {
            Some(CellMark::NoResult)
        } else {
            None
        };
        let Some(written) = value.written.filter(|_| self.mark.is_none()) else { return Ok(()) };
        match value.kind.as_str() {
            "float" | "percentage" | "currency" => {
                if let Ok(number) = written.trim().parse::<f64>()
                    && !is_padded(&self.text, &written)
                {
                    self.text =
                        values::number(number, Some(written.trim()), NumberFormat::Plain, false);
                }
            }
            "date" => self.text = values::iso(&written),
            "time" => self.text = values::iso_duration(&written),
            "boolean" => {
                (if written == "true" { "TRUE" } else { "FALSE" }).clone_into(&mut self.text);
            }
            _ if self.text.is_empty() => self.text = written,
            _ => {}
        }
        Ok(())
    }

    /// Reads the paragraphs of a cell to its end.
    fn read_text<R: Read>(&mut self, xml: &mut Xml<R>) -> Result<(), Refusal> {
        let mut depth = 0u64;
        let mut paragraphs = 0u64;
        loop {
            match xml.next()? {
                Event::Start(element) => {
                    match element.local_name().as_ref() {
                        "p" | "h" => {
                            if paragraphs > 0 {
                                self.text.push('\n');
                            }
                            paragraphs += 1;
                        }
                        "s" => {
                            let spaces =
                                usize::try_from(count(&element, "c")).unwrap_or(usize::MAX);
                            self.text.extend(std::iter::repeat_n(' ', spaces.min(LONGEST + 1)));
                        }
                        "tab" => self.text.push('\t'),
                        "line-break" => self.text.push('\n'),
                        "a" => {
                            let link =
                                attribute(&element, "href").map(std::borrow::Cow::into_owned);
                            self.link = self.link.take().or(link);
                        }
                        "span" | "ruby" | "ruby-base" | "meta" => {}
                        // Comments, pictures, and how a word is pronounced.
                        _ => {
                            xml.skip()?;
                            continue;
                        }
                    }
                    depth += 1;
                }
                Event::End(_) if depth == 0 => return Ok(()),
                Event::End(_) => depth -= 1,
                Event::Eof => return Err(Refusal::damaged("a cell ends too early")),
                event if depth > 0 => add_text(&event, &mut self.text)?,
                _ => {}
            }
            if self.text.len() > LONGEST {
                return Err(Refusal::too_large("a cell has more than 1 MiB"));
            }
        }
    }
}

/// Whether a number is shown with zeros before it, as codes and phone numbers are.
fn is_padded(shown: &str, written: &str) -> bool {
    let digits = shown.trim();
    digits.starts_with('0')
        && digits.len() > 1
        && digits.bytes().all(|octet| octet.is_ascii_digit())
        && digits.trim_start_matches('0') == written.trim().trim_start_matches('0')
}
