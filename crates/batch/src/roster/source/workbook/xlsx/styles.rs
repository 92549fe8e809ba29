//! Styles: which cells are dates, times, or codes with zeros before them.

use std::collections::HashMap;

use quick_xml::events::Event;

use super::super::formats::NumberFormat;
use super::super::package::Package;
use super::super::refusal::Refusal;
use super::super::xml::attribute;

/// The most formats, and the most styles: as many as Excel allows.
const MOST: usize = 65_536;

/// The number formats of the styles.
#[derive(Default)]
pub(super) struct Styles {
    formats: Vec<NumberFormat>,
}

impl Styles {
    pub(super) fn read(package: &mut Package, part: &str) -> Result<Styles, Refusal> {
        let mut own = HashMap::new();
        let mut formats = Vec::new();
        // `xf` elements describe the styles that others derive from as well.
        let mut in_cells = false;
        let Some(mut xml) = package.xml(part)? else { return Ok(Styles::default()) };
        loop {
            match xml.next()? {
                Event::Start(element) => {
                    let number = |name| -> Option<u32> { attribute(&element, name)?.parse().ok() };
                    match element.local_name().as_ref() {
                        "numFmt" if own.len() < MOST => {
                            let code = attribute(&element, "formatCode").unwrap_or_default();
                            own.extend(
                                number("numFmtId").map(|id| (id, NumberFormat::parse(&code))),
                            );
                        }
                        "cellXfs" => in_cells = true,
                        "xf" if in_cells && formats.len() < MOST => {
                            let id = number("numFmtId").unwrap_or(0);
                            let format = own.get(&id).copied();
                            formats.push(format.unwrap_or_else(|| NumberFormat::built_in(id)));
                        }
                        _ => {}
                    }
                }
                Event::End(element) if element.local_name().as_ref() == "cellXfs" => {
                    in_cells = false;
                }
                Event::Eof => return Ok(Styles { formats }),
                _ => {}
            }
        }
    }

    /// The number format of a style.
    pub(super) fn format(&self, style: usize) -> NumberFormat {
        self.formats.get(style).copied().unwrap_or_default()
    }
}
