//! The cells of a sheet.

use std::borrow::Cow;
use std::io::Read;

use quick_xml::events::{BytesStart, Event};

use super::super::super::super::rows::CellMark;
use super::super::cell_name::{parse_cell, parse_range};
use super::super::refusal::{Refusal, Stop};
use super::super::shared_strings::SharedStrings;
use super::super::table::SheetSink;
use super::super::values;
use super::super::xml::{Xml, add_text, attribute, is_true};
use super::escapes::without_escapes;
use super::relations::Relations;
use super::strings::read_text;
use super::styles::Styles;

/// The most cells that a link over several cells is compared in.
const LINKED: usize = 1000;

/// Reads a sheet.
pub(super) struct SheetReader<'r, R> {
    xml: Xml<R>,
    strings: &'r SharedStrings,
    styles: &'r Styles,
    relations: &'r Relations,
    from_1904: bool,
    /// The row that is being read, counted from 1.
    line: u64,
    /// The column after the last cell, counted from 0.
    column: usize,
    text: String,
}

/// What the start of a cell says.
#[derive(Default)]
struct CellStart {
    place: Option<(u64, usize)>,
    style: usize,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Number,
    Shared,
    Inline,
    /// The result of a formula.
    Text,
    Bool,
    Error,
    Date,
}

impl<'r, R: Read> SheetReader<'r, R> {
    pub(super) fn new(
        xml: Xml<R>,
        strings: &'r SharedStrings,
        styles: &'r Styles,
        relations: &'r Relations,
        from_1904: bool,
    ) -> SheetReader<'r, R> {
        let text = String::new();
        SheetReader { xml, strings, styles, relations, from_1904, line: 0, column: 0, text }
    }

    /// Reads the sheet to its end.
    pub(super) fn read(mut self, sink: &mut dyn SheetSink) -> Result<(), Stop> {
        // A sheet that is cut would be read as a shorter list.
        let mut is_whole = false;
        loop {
            match self.xml.next()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "sheetData" => is_whole = false,
                    "row" => {
                        let (line, hidden) = row(&element);
                        // Rows without a number follow the one before.
                        self.line = line.unwrap_or_else(|| self.line.saturating_add(1));
                        self.column = 0;
                        sink.row(self.line, hidden)?;
                    }
                    "c" => {
                        let start = cell_start(&element);
                        self.cell(&start, sink)?;
                    }
                    "mergeCell" => {
                        if let Some(range) =
                            attribute(&element, "ref").and_then(|at| parse_range(&at))
                        {
                            sink.merged(range);
                        }
                    }
                    "hyperlink" => link(&element, self.relations, sink),
                    _ => {}
                },
                Event::End(element) => is_whole |= element.local_name().as_ref() == "sheetData",
                Event::Eof if is_whole => return Ok(()),
                Event::Eof => return Err(Refusal::damaged("a sheet ends too early").into()),
                _ => {}
            }
        }
    }

    fn cell(&mut self, start: &CellStart, sink: &mut dyn SheetSink) -> Result<(), Stop> {
        if let Some((line, column)) = start.place {
            if line != self.line {
                return Err(Refusal::damaged("a cell is in another row").at(self.line).into());
            }
            self.column = column;
        }
        self.text.clear();
        let (mut has_value, mut is_formula) = (false, false);
        loop {
            match self.xml.next()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    // An inline text is in `is`; programs repeat it in `v`.
                    "v" if start.kind != Kind::Inline => {
                        has_value = true;
                        self.value()?;
                    }
                    "is" => read_text(&mut self.xml, "is", &mut self.text)?,
                    "f" => {
                        is_formula = true;
                        self.xml.skip()?;
                    }
                    _ => self.xml.skip()?,
                },
                Event::End(element) if element.local_name().as_ref() == "c" => break,
                Event::Eof => return Err(Refusal::damaged("a cell is not ended").into()),
                _ => {}
            }
        }
        // The result of a formula can be an empty text.
        let is_result = has_value && (start.kind == Kind::Text || !self.text.is_empty());
        if is_formula && !is_result {
            sink.cell(self.column, "", Some(CellMark::NoResult))?;
        } else if !self.text.is_empty() {
            let text = self.shown(start)?;
            let mark = (start.kind == Kind::Error).then_some(CellMark::Error);
            sink.cell(self.column, &text, mark)?;
        }
        self.column = self.column.saturating_add(1);
        Ok(())
    }

    /// Reads a value to its end.
    fn value(&mut self) -> Result<(), Refusal> {
        loop {
            match self.xml.next()? {
                Event::End(element) if element.local_name().as_ref() == "v" => return Ok(()),
                Event::Start(_) => self.xml.skip()?,
                Event::Eof => return Err(Refusal::damaged("a value is not ended")),
                event => add_text(&event, &mut self.text)?,
            }
        }
    }

    /// A value as a person sees it.
    fn shown(&self, start: &CellStart) -> Result<Cow<'_, str>, Refusal> {
        let text = self.text.as_str();
        Ok(match start.kind {
            Kind::Shared => {
                let at = text.trim().parse().ok().and_then(|at| self.strings.get(at));
                Cow::Borrowed(at.ok_or_else(|| {
                    Refusal::damaged("the text of a cell is missing").at(self.line)
                })?)
            }
            Kind::Inline | Kind::Text => without_escapes(text),
            Kind::Bool => Cow::Borrowed(if is_true(text) { "TRUE" } else { "FALSE" }),
            Kind::Error => Cow::Borrowed(text),
            Kind::Date => Cow::Owned(values::iso(text)),
            Kind::Number => match text.trim().parse::<f64>() {
                Ok(value) if value.is_finite() => {
                    let format = self.styles.format(start.style);
                    Cow::Owned(values::number(value, Some(text.trim()), format, self.from_1904))
                }
                // Some programs write texts without saying so.
                _ => without_escapes(text),
            },
        })
    }
}

/// The number of a row, and whether it is hidden: by a filter, by hand, in a group, or by a height of nothing.
fn row(element: &BytesStart<'_>) -> (Option<u64>, bool) {
    let mut line = None;
    let mut hidden = false;
    let mut attributes = element.attributes();
    attributes.with_checks(false);
    for attribute in attributes.flatten() {
        match attribute.key.local_name().as_ref() {
            "r" => line = attribute.value.trim().parse().ok(),
            "hidden" => hidden |= is_true(&attribute.value),
            "ht" => hidden |= attribute.value.trim().parse() == Ok(0.0),
            _ => {}
        }
    }
    (line, hidden)
}

fn cell_start(element: &BytesStart<'_>) -> CellStart {
    let mut start = CellStart::default();
    let mut attributes = element.attributes();
    attributes.with_checks(false);
    for attribute in attributes.flatten() {
        let value = attribute.value.as_ref();
        match attribute.key.as_ref() {
            "r" => start.place = parse_cell(value),
            "s" => start.style = value.parse().unwrap_or(0),
            "t" => {
                start.kind = match value {
                    "s" => Kind::Shared,
                    "inlineStr" | "is" => Kind::Inline,
                    "str" => Kind::Text,
                    "b" => Kind::Bool,
                    "e" => Kind::Error,
                    "d" => Kind::Date,
                    _ => Kind::Number,
                };
            }
            _ => {}
        }
    }
    start
}

fn link(element: &BytesStart<'_>, relations: &Relations, sink: &mut dyn SheetSink) {
    let range = attribute(element, "ref").and_then(|at| parse_range(&at));
    let target = attribute(element, "id");
    let Some((range, target)) = range.zip(target.and_then(|id| relations.target(&id))) else {
        return;
    };
    let cells = (range.first_row..=range.last_row).flat_map(|line| {
        (range.first_column..=range.last_column).map(move |column| (line, column))
    });
    for (line, column) in cells.take(LINKED) {
        sink.link(line, column, target);
    }
}
