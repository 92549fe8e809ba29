//! ODS, the workbooks of `LibreOffice`.
//!
//! The parts are read here, and not by calamine: it does not tell which rows are hidden, and it keeps the cells of all
//! sheets in memory, repeated ones as often as a file says that they are repeated.

mod cell;
mod row;

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs::File;
use std::io::Read;

use quick_xml::events::Event;
use zip::read::ZipFile;

use super::package::Package;
use super::refusal::{Refusal, Stop};
use super::sheets::{Sheet, Workbook};
use super::table::SheetSink;
use super::xml::{Xml, attribute, count};
use row::{Row, is_hidden};

const CONTENT: &str = "content.xml";

/// The most sheets, and the most levels of groups of rows.
const MOST_SHEETS: usize = 1000;
const MOST_LEVELS: usize = 100;

/// An ODS workbook.
pub(super) struct Ods {
    package: Package,
    sheets: Vec<Sheet>,
}

impl Ods {
    pub(super) fn open(mut package: Package) -> Result<Ods, Refusal> {
        if is_encrypted(&mut package)? {
            return Err(Refusal::password());
        }
        let sheets = sheets(&mut package)?;
        Ok(Ods { package, sheets })
    }
}

impl Workbook for Ods {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn read(&mut self, at: usize, sink: &mut dyn SheetSink) -> Result<(), Stop> {
        let mut xml = content(&mut self.package)?;
        to_spreadsheet(&mut xml, |_| {})?;
        let mut sheet = 0;
        while let Some(element) = next_child(&mut xml)? {
            if !element.is_table {
                xml.skip()?;
            } else if sheet == at {
                return read_table(&mut xml, sink);
            } else {
                sheet += 1;
                xml.skip()?;
            }
        }
        Err(Refusal::damaged("a sheet is missing").into())
    }
}

fn content(package: &mut Package) -> Result<Xml<ZipFile<'_, File>>, Refusal> {
    package.xml(CONTENT)?.ok_or_else(|| Refusal::damaged("it has no content"))
}

/// Whether the parts of a workbook are encrypted, each or all together.
fn is_encrypted(package: &mut Package) -> Result<bool, Refusal> {
    if package.has("encrypted-package") {
        return Ok(true);
    }
    let Some(mut xml) = package.xml("META-INF/manifest.xml")? else { return Ok(false) };
    loop {
        match xml.next()? {
            Event::Start(element) if element.local_name().as_ref() == "encryption-data" => {
                return Ok(true);
            }
            Event::Eof => return Ok(false),
            _ => {}
        }
    }
}

/// The sheets in their order.
fn sheets(package: &mut Package) -> Result<Vec<Sheet>, Refusal> {
    let mut xml = content(package)?;
    let mut hidden = HashSet::new();
    to_spreadsheet(&mut xml, |style| {
        if hidden.len() < MOST_SHEETS {
            hidden.insert(style);
        }
    })?;
    let mut sheets = Vec::new();
    while let Some(element) = next_child(&mut xml)? {
        if element.is_table {
            let is_visible = !hidden.contains(&element.style);
            sheets.push(Sheet { name: element.name, is_visible });
        }
        if sheets.len() > MOST_SHEETS {
            return Err(Refusal::too_large("it has more than 1,000 sheets"));
        }
        xml.skip()?;
    }
    Ok(sheets)
}

/// Reads up to where the sheets begin, and passes on the names of the styles that hide a sheet.
fn to_spreadsheet<R: Read>(xml: &mut Xml<R>, mut hides: impl FnMut(String)) -> Result<(), Refusal> {
    let mut style = String::new();
    loop {
        match xml.next()? {
            Event::Start(element) => match element.local_name().as_ref() {
                "style" => style = attribute(&element, "name").unwrap_or_default().into_owned(),
                "table-properties" if is_false(attribute(&element, "display")) => {
                    hides(std::mem::take(&mut style));
                }
                "spreadsheet" => return Ok(()),
                _ => {}
            },
            Event::Eof => return Err(Refusal::damaged("it has no sheets")),
            _ => {}
        }
    }
}

fn is_false(value: Option<Cow<'_, str>>) -> bool {
    value.is_some_and(|value| value == "false")
}

/// What is directly in the spreadsheet.
struct Child {
    is_table: bool,
    name: String,
    style: String,
}

/// The start of the next one; `None` at the end. Tables elsewhere are those of changes that are tracked, for example.
fn next_child<R: Read>(xml: &mut Xml<R>) -> Result<Option<Child>, Refusal> {
    loop {
        match xml.next()? {
            Event::Start(element) => {
                let value = |name| attribute(&element, name).unwrap_or_default().into_owned();
                let is_table = element.local_name().as_ref() == "table";
                return Ok(Some(Child {
                    is_table,
                    name: value("name"),
                    style: value("style-name"),
                }));
            }
            Event::End(_) => return Ok(None),
            Event::Eof => return Err(Refusal::damaged("it ends too early")),
            _ => {}
        }
    }
}

/// Reads the rows of a table whose start was read.
fn read_table<R: Read>(xml: &mut Xml<R>, sink: &mut dyn SheetSink) -> Result<(), Stop> {
    // For each group that is open, whether it is closed up so that its rows are hidden.
    let mut groups: Vec<bool> = Vec::new();
    let mut line = 1;
    let mut row = Row::default();
    loop {
        match xml.next()? {
            Event::Start(element) => match element.local_name().as_ref() {
                "table-row" => {
                    let hidden = groups.contains(&true) || is_hidden(&element);
                    let repeated = count(&element, "number-rows-repeated");
                    row.read(xml, line)?;
                    row.write(line, repeated, hidden, sink)?;
                    line = line.saturating_add(repeated);
                }
                "table-row-group" | "table-header-rows" | "table-rows" => {
                    groups.push(is_false(attribute(&element, "display")));
                    if groups.len() > MOST_LEVELS {
                        return Err(Refusal::damaged("its rows are in too many groups").into());
                    }
                }
                _ => xml.skip()?,
            },
            Event::End(_) if groups.pop().is_none() => return Ok(()),
            Event::Eof => return Err(Refusal::damaged("a sheet ends too early").into()),
            _ => {}
        }
    }
}
