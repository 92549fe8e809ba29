//! XLS, the workbooks of older programs: records in a stream of a compound file ([MS-XLS]).
//!
//! They are read here, and not by calamine: it does not tell which rows are hidden, and makes room for as many cells as a
//! sheet claims to have, or as lie between its first and its last cell.
//!
//! [MS-XLS]: https://learn.microsoft.com/en-us/openspecs/office_file_formats/ms-xls/

mod cells;
mod compound;
mod globals;
mod records;

use std::fs::File;
use std::io::Read;

use super::refusal::{Refusal, Stop};
use super::sheets::{Sheet, Workbook};
use super::table::SheetSink;
use cells::SheetCells;
use compound::Compound;
use globals::Globals;

/// The largest file, in octets: it is kept in memory. A full sheet of 65,536 rows with ten columns has some 10 MiB.
const LARGEST: u64 = 1 << 25;

/// An XLS workbook.
pub(super) struct Xls {
    stream: Vec<u8>,
    globals: Globals,
}

impl Xls {
    pub(super) fn open(mut file: File) -> Result<Xls, Refusal> {
        use std::io::{Seek, SeekFrom};
        let mut octets = Vec::new();
        file.seek(SeekFrom::Start(0))?;
        file.by_ref().take(LARGEST + 1).read_to_end(&mut octets)?;
        if octets.len() as u64 > LARGEST {
            return Err(Refusal::too_large("an .xls file of more than 32 MiB is not read"));
        }
        let compound = Compound::read(&octets)?;
        // XLSX with a password is a compound file with the encrypted workbook in it.
        if compound.has("EncryptedPackage") {
            return Err(Refusal::password());
        }
        let stream = match compound.stream("Workbook")? {
            Some(stream) => stream,
            None => compound.stream("Book")?.ok_or_else(|| not_a_workbook(&compound))?,
        };
        drop(octets);
        let globals = Globals::read(&stream)?;
        Ok(Xls { stream, globals })
    }
}

impl Workbook for Xls {
    fn sheets(&self) -> &[Sheet] {
        &self.globals.sheets
    }

    fn read(&mut self, at: usize, sink: &mut dyn SheetSink) -> Result<(), Stop> {
        let start = self.globals.starts[at];
        let records = self.stream.get(start..).filter(|_| start > 0);
        let records = records.ok_or_else(|| Refusal::damaged("a sheet is missing"))?;
        SheetCells::read(records, &self.globals)?.write(&self.globals, sink)
    }
}

fn not_a_workbook(compound: &Compound<'_>) -> Refusal {
    let what = if compound.has("WordDocument") {
        "a Word document"
    } else if compound.has("PowerPoint Document") {
        "a PowerPoint presentation"
    } else if compound.has("__properties_version1.0") {
        "an Outlook message"
    } else {
        "a file of an office program, but no workbook"
    };
    Refusal::new(
        "not-a-workbook",
        format!("this is {what}, not a list"),
        "save the list as an Excel workbook (.xlsx) or as CSV, and name that file under [roster] in meeting.toml",
    )
}
