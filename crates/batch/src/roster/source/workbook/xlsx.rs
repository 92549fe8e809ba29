//! XLSX and XLSM.
//!
//! The parts are read here, and not by calamine: it knows neither which rows are hidden, nor where a link leads before all
//! cells are read, nor which formulas have no result, so that the sheet would have to be read twice; and it keeps all
//! shared strings of a file, each for itself, before any limit applies. A test compares the cells with calamine's.

mod escapes;
mod relations;
mod sheet;
mod strings;
mod styles;

use quick_xml::events::Event;

use super::package::Package;
use super::refusal::{Refusal, Stop};
use super::shared_strings::SharedStrings;
use super::sheets::{Sheet, Workbook};
use super::table::SheetSink;
use super::xml::{attribute, is_true};
use relations::{Relations, beside};
use sheet::SheetReader;
use styles::Styles;

/// The most sheets.
const MOST_SHEETS: usize = 1000;

/// An XLSX workbook.
pub(super) struct Xlsx {
    package: Package,
    sheets: Vec<Sheet>,
    /// The part of each sheet.
    parts: Vec<String>,
    strings: SharedStrings,
    styles: Styles,
    from_1904: bool,
}

/// The part that describes the workbook, by its name.
pub(super) fn workbook_part(package: &mut Package) -> Result<Option<String>, Refusal> {
    let relations = Relations::read(package, "_rels/.rels", "")?;
    let part = relations.of_kind("officeDocument").map(str::to_owned);
    Ok(part.or_else(|| package.has("xl/workbook.xml").then(|| "xl/workbook.xml".to_owned())))
}

impl Xlsx {
    /// Reads what all sheets have in common. `part` is that of [`workbook_part`].
    pub(super) fn open(mut package: Package, part: &str) -> Result<Xlsx, Refusal> {
        let (folder, _) = part.rsplit_once('/').unwrap_or(("", part));
        let relations = Relations::read(&mut package, &beside(part), folder)?;
        let mut listed = Vec::new();
        let mut from_1904 = false;
        let mut xml =
            package.xml(part)?.ok_or_else(|| Refusal::damaged("it has no list of sheets"))?;
        loop {
            match xml.next()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "workbookPr" => {
                        let date = attribute(&element, "date1904");
                        from_1904 = date.is_some_and(|date| is_true(&date));
                    }
                    "sheet" => {
                        let name = attribute(&element, "name").unwrap_or_default().into_owned();
                        let is_visible =
                            attribute(&element, "state").is_none_or(|it| it == "visible");
                        // `id` with the prefix of relations; `sheetId` is another one.
                        let id = attribute(&element, "id").unwrap_or_default().into_owned();
                        listed.push((Sheet { name, is_visible }, id));
                        if listed.len() > MOST_SHEETS {
                            return Err(Refusal::too_large("it has more than 1,000 sheets"));
                        }
                    }
                    _ => {}
                },
                Event::Eof => break,
                _ => {}
            }
        }
        drop(xml);
        let (mut sheets, mut parts) = (Vec::new(), Vec::new());
        for (sheet, id) in listed {
            // Sheets that are charts or dialogs have no cells.
            if let Some(part) = relations.worksheet(&id) {
                sheets.push(sheet);
                parts.push(part.to_owned());
            }
        }
        let strings = match relations.of_kind("sharedStrings") {
            Some(part) => strings::read(&mut package, part)?,
            None => SharedStrings::default(),
        };
        let styles = match relations.of_kind("styles") {
            Some(part) => Styles::read(&mut package, part)?,
            None => Styles::default(),
        };
        Ok(Xlsx { package, sheets, parts, strings, styles, from_1904 })
    }
}

impl Workbook for Xlsx {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn read(&mut self, at: usize, sink: &mut dyn SheetSink) -> Result<(), Stop> {
        let part = &self.parts[at];
        let (folder, _) = part.rsplit_once('/').unwrap_or(("", part));
        let relations = Relations::read(&mut self.package, &beside(part), folder)?;
        let xml = self.package.xml(part)?.ok_or_else(|| Refusal::damaged("a sheet is missing"))?;
        let (strings, styles) = (&self.strings, &self.styles);
        SheetReader::new(xml, strings, styles, &relations, self.from_1904).read(sink)
    }
}
