//! The cells of a sheet. They are collected and sorted, because programs write them in blocks.

use std::borrow::Cow;
use std::collections::HashSet;

use super::super::super::super::rows::{CellMark, CellRange};
use super::super::formats::NumberFormat;
use super::super::refusal::{Refusal, Stop};
use super::super::shared_strings::SharedStrings;
use super::super::table::SheetSink;
use super::super::values;
use super::compound::{u16_at, u32_at};
use super::globals::Globals;
use super::records::{Record, Records};

/// The most cells with content of one sheet.
const MOST_CELLS: usize = 3_000_000;

/// What the cells of a sheet are.
#[derive(Default)]
pub(super) struct SheetCells {
    cells: Vec<Cell>,
    /// Texts that are not shared.
    texts: SharedStrings,
    hidden: HashSet<u16>,
    merged: Vec<CellRange>,
    links: Vec<(u16, u16, String)>,
}

struct Cell {
    row: u16,
    column: u16,
    content: Content,
}

#[derive(Clone, Copy)]
enum Content {
    Number(f64, u16),
    Shared(u32),
    Text(usize),
    Bool(bool),
    Error(u8),
    NoResult,
}

impl SheetCells {
    /// Reads the records of a sheet, up to its end.
    pub(super) fn read(stream: &[u8], globals: &Globals) -> Result<SheetCells, Refusal> {
        let mut cells = SheetCells::default();
        // A chart within the sheet has records of its own between a beginning and an end.
        let mut depth = 0u64;
        // The cell whose text comes in the next record.
        let mut awaited = None;
        for record in Records::new(stream) {
            match record.kind {
                0x809 => depth += 1,
                0x0a if depth <= 1 => return Ok(cells),
                0x0a => depth -= 1,
                _ if depth > 1 => {}
                0x207 => {
                    if let Some((row, column)) = awaited.take() {
                        let text = text(&record, 0, globals).ok_or_else(cut)?;
                        cells.add_text(row, column, &text)?;
                    }
                }
                _ => {
                    if let Some(place) = cells.record(&record, globals)? {
                        awaited = Some(place);
                    }
                }
            }
        }
        Err(Refusal::damaged("a sheet ends too early"))
    }

    /// Reads a record; the place of a formula whose text is in the next one.
    fn record(
        &mut self,
        record: &Record<'_>,
        globals: &Globals,
    ) -> Result<Option<(u16, u16)>, Refusal> {
        let data = record.data;
        match record.kind {
            // `fDyZero`: by hand or by a filter.
            0x208 if data.get(12).is_some_and(|flags| flags & 0x20 != 0) => {
                self.hidden.extend(u16_at(data, 0));
            }
            0xe5 => self.merged.extend(merged(data)),
            0x1b8 => self.links.extend(link(data)),
            0xfd | 0x203 | 0x27e | 0x205 | 0x204 | 0xd6 | 0xbd | 0x06 | 0x206 | 0x406 => {
                return self.cell(record, globals);
            }
            _ => {}
        }
        Ok(None)
    }

    fn cell(
        &mut self,
        record: &Record<'_>,
        globals: &Globals,
    ) -> Result<Option<(u16, u16)>, Refusal> {
        let data = record.data;
        let place = u16_at(data, 0).zip(u16_at(data, 2)).zip(u16_at(data, 4));
        let ((row, column), style) = place.ok_or_else(cut)?;
        let content = match record.kind {
            0xfd => u32_at(data, 6).map(Content::Shared),
            0x203 => float(data, 6).map(|value| Content::Number(value, style)),
            0x27e => u32_at(data, 6).map(|packed| Content::Number(unpacked(packed), style)),
            0x205 => data.get(6).zip(data.get(7)).map(|(value, is_error)| {
                if *is_error == 0 { Content::Bool(*value != 0) } else { Content::Error(*value) }
            }),
            0xbd => {
                // Several numbers side by side, and then the last column.
                let numbers = data.get(4..data.len().saturating_sub(2)).unwrap_or_default();
                for (at, number) in (0..).zip(numbers.chunks_exact(6)) {
                    let value = u32_at(number, 2).map_or(0.0, unpacked);
                    let content = Content::Number(value, u16_at(number, 0).unwrap_or(0));
                    self.add(row, column.checked_add(at).ok_or_else(cut)?, content)?;
                }
                return Ok(None);
            }
            0x204 | 0xd6 => {
                let text = text(record, 6, globals).ok_or_else(cut)?;
                self.add_text(row, column, &text)?;
                return Ok(None);
            }
            _ => match data.get(6..16) {
                // Not a number: the first octet says what it is, the third its value.
                Some(&[0, _, _, _, _, _, 0xff, 0xff, ..]) => return Ok(Some((row, column))),
                Some(&[1, _, value, _, _, _, 0xff, 0xff, ..]) => Some(Content::Bool(value != 0)),
                Some(&[2, _, value, _, _, _, 0xff, 0xff, ..]) => Some(Content::Error(value)),
                Some(&[_, _, _, _, _, _, 0xff, 0xff, ..]) => return Ok(None),
                // To be computed when it is loaded: programs other than spreadsheets write nothing else.
                Some(&[0, 0, 0, 0, 0, 0, 0, 0, flags, _]) if flags & 2 != 0 => {
                    Some(Content::NoResult)
                }
                _ => float(data, 6).map(|value| Content::Number(value, style)),
            },
        };
        self.add(row, column, content.ok_or_else(cut)?)?;
        Ok(None)
    }

    fn add(&mut self, row: u16, column: u16, content: Content) -> Result<(), Refusal> {
        if self.cells.len() >= MOST_CELLS {
            return Err(Refusal::too_large("a sheet has more than 3 million cells with content"));
        }
        self.cells.push(Cell { row, column, content });
        Ok(())
    }

    fn add_text(&mut self, row: u16, column: u16, text: &str) -> Result<(), Refusal> {
        let at = self.texts.push(text)?;
        self.add(row, column, Content::Text(at))
    }

    /// Passes the cells on, row by row.
    pub(super) fn write(mut self, globals: &Globals, sink: &mut dyn SheetSink) -> Result<(), Stop> {
        self.cells.sort_by_key(|cell| (cell.row, cell.column));
        let mut row = None;
        for cell in &self.cells {
            if row != Some(cell.row) {
                row = Some(cell.row);
                sink.row(u64::from(cell.row) + 1, self.hidden.contains(&cell.row))?;
            }
            let mark = match cell.content {
                Content::Error(_) => Some(CellMark::Error),
                Content::NoResult => Some(CellMark::NoResult),
                _ => None,
            };
            let text = self.text(cell.content, globals)?;
            sink.cell(usize::from(cell.column), &text, mark)?;
        }
        for range in self.merged {
            sink.merged(range);
        }
        for (row, column, target) in self.links {
            sink.link(u64::from(row) + 1, usize::from(column), &target);
        }
        Ok(())
    }

    fn text<'c>(&'c self, content: Content, globals: &'c Globals) -> Result<Cow<'c, str>, Refusal> {
        let missing = || Refusal::damaged("the text of a cell is missing");
        Ok(Cow::Borrowed(match content {
            Content::Number(value, style) => {
                let format = globals.formats.get(usize::from(style)).copied();
                let format = format.unwrap_or(NumberFormat::Plain);
                return Ok(Cow::Owned(values::number(value, None, format, globals.from_1904)));
            }
            Content::Shared(at) => globals.strings.get(at as usize).ok_or_else(missing)?,
            Content::Text(at) => self.texts.get(at).ok_or_else(missing)?,
            Content::Bool(true) => "TRUE",
            Content::Bool(false) => "FALSE",
            Content::Error(error) => error_text(error),
            Content::NoResult => "",
        }))
    }
}

fn cut() -> Refusal {
    Refusal::damaged("a cell is cut")
}

fn text(record: &Record<'_>, offset: usize, globals: &Globals) -> Option<String> {
    let mut reader = record.reader(offset);
    let length = reader.number()?;
    if globals.is_unicode {
        reader.unicode(length)
    } else {
        reader.encoded(length, globals.encoding)
    }
}

fn float(data: &[u8], at: usize) -> Option<f64> {
    Some(f64::from_le_bytes(data.get(at..at + 8)?.try_into().ok()?))
}

/// A number in 30 bits: the upper part of a long one, or a whole one; either may be in hundredths.
fn unpacked(packed: u32) -> f64 {
    let value = if packed & 2 == 0 {
        f64::from_bits(u64::from(packed & !3) << 32)
    } else {
        f64::from(packed.cast_signed() >> 2)
    };
    if packed & 1 == 0 { value } else { value / 100.0 }
}

fn merged(data: &[u8]) -> Vec<CellRange> {
    let ranges = data.get(2..).unwrap_or_default().chunks_exact(8);
    ranges
        .filter_map(|range| {
            Some(CellRange {
                first_row: u64::from(u16_at(range, 0)?) + 1,
                last_row: u64::from(u16_at(range, 2)?) + 1,
                first_column: usize::from(u16_at(range, 4)?),
                last_column: usize::from(u16_at(range, 6)?),
            })
        })
        .collect()
}

/// The first cell of a link, and the address that it leads to. The parts before the address vary; it is UTF-16.
fn link(data: &[u8]) -> Option<(u16, u16, String)> {
    let (row, column) = u16_at(data, 0).zip(u16_at(data, 4))?;
    let start: Vec<u8> = "mailto:".bytes().flat_map(|octet| [octet, 0]).collect();
    let at = memchr::memmem::find(data, &start)?;
    let units = data[at..].chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
    let units: Vec<u16> = units.take_while(|unit| *unit != 0).collect();
    Some((row, column, String::from_utf16_lossy(&units)))
}

fn error_text(error: u8) -> &'static str {
    match error {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0f => "#VALUE!",
        0x17 => "#REF!",
        0x1d => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    }
}
