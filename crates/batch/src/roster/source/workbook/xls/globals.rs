//! What the sheets of a workbook have in common.

use std::collections::HashMap;

use encoding_rs::{Encoding, WINDOWS_1252};

use super::super::formats::NumberFormat;
use super::super::refusal::Refusal;
use super::super::shared_strings::SharedStrings;
use super::super::sheets::Sheet;
use super::compound::{u16_at, u32_at};
use super::records::{Record, Records};

/// The most sheets.
const MOST_SHEETS: usize = 1000;

/// What the sheets of a workbook have in common.
pub(super) struct Globals {
    pub(super) sheets: Vec<Sheet>,
    /// Where the records of each sheet begin.
    pub(super) starts: Vec<usize>,
    pub(super) strings: SharedStrings,
    /// By style.
    pub(super) formats: Vec<NumberFormat>,
    pub(super) from_1904: bool,
    /// Whether texts are UTF-16: since Excel 97.
    pub(super) is_unicode: bool,
    pub(super) encoding: &'static Encoding,
}

impl Globals {
    pub(super) fn read(stream: &[u8]) -> Result<Globals, Refusal> {
        let mut globals = Globals {
            sheets: Vec::new(),
            starts: Vec::new(),
            strings: SharedStrings::default(),
            formats: Vec::new(),
            from_1904: false,
            is_unicode: true,
            encoding: WINDOWS_1252,
        };
        let mut own = HashMap::new();
        let mut styles = Vec::new();
        let mut is_ended = false;
        for record in Records::new(stream) {
            match record.kind {
                0x809 => globals.is_unicode = u16_at(record.data, 0) == Some(0x600),
                0x2f => return Err(Refusal::password()),
                0x42 => globals.encoding = encoding(u16_at(record.data, 0).unwrap_or(0)),
                0x22 => globals.from_1904 = u16_at(record.data, 0) == Some(1),
                0x41e => own.extend(globals.format(&record)),
                0xe0 => styles.push(u16_at(record.data, 2).unwrap_or(0)),
                0x85 => globals.add_sheet(&record)?,
                0xfc => globals.read_strings(&record)?,
                0x0a => {
                    is_ended = true;
                    break;
                }
                _ => {}
            }
        }
        if !is_ended || globals.sheets.is_empty() {
            return Err(Refusal::damaged("it ends too early, or its program is older than 1993"));
        }
        let format = |id: &u16| {
            let own = own.get(id).copied();
            own.unwrap_or_else(|| NumberFormat::built_in(u32::from(*id)))
        };
        globals.formats = styles.iter().map(format).collect();
        Ok(globals)
    }

    fn format(&self, record: &Record<'_>) -> Option<(u16, NumberFormat)> {
        let mut reader = record.reader(0);
        let id = reader.number()?;
        let code = if self.is_unicode {
            let length = reader.number()?;
            reader.unicode(length)?
        } else {
            let length = reader.octet()?;
            reader.encoded(u16::from(length), self.encoding)?
        };
        Some((id, NumberFormat::parse(&code)))
    }

    fn add_sheet(&mut self, record: &Record<'_>) -> Result<(), Refusal> {
        let read = || {
            let start = u32_at(record.data, 0)?;
            let mut reader = record.reader(4);
            let (visible, kind) = (reader.octet()?, reader.octet()?);
            let length = u16::from(reader.octet()?);
            let name = if self.is_unicode {
                reader.unicode(length)?
            } else {
                reader.encoded(length, self.encoding)?
            };
            Some((usize::try_from(start).ok()?, matches!(visible & 3, 0), kind, name))
        };
        let (start, is_visible, kind, name) =
            read().ok_or_else(|| Refusal::damaged("a sheet is not described"))?;
        if self.sheets.len() >= MOST_SHEETS {
            return Err(Refusal::too_large("it has more than 1,000 sheets"));
        }
        // Others are charts and macros.
        if kind == 0 {
            self.sheets.push(Sheet { name, is_visible });
            self.starts.push(start);
        }
        Ok(())
    }

    fn read_strings(&mut self, record: &Record<'_>) -> Result<(), Refusal> {
        let count = u32_at(record.data, 4).unwrap_or(0);
        let mut reader = record.reader(8);
        // Not more than are there, whatever the count says.
        for _ in 0..count {
            let Some(length) = reader.number() else { break };
            let text = reader.unicode(length);
            self.strings.push(&text.ok_or_else(|| Refusal::damaged("a text is cut"))?)?;
        }
        Ok(())
    }
}

/// An encoding by the number of its code page.
fn encoding(page: u16) -> &'static Encoding {
    let label = match page {
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        10_000 | 32_768 => "macintosh".to_owned(),
        866 => "ibm866".to_owned(),
        page => format!("windows-{page}"),
    };
    Encoding::for_label(label.as_bytes()).unwrap_or(WINDOWS_1252)
}
