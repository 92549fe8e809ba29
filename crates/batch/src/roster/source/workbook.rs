//! Workbooks: read once into a spool, from which their rows come as often as needed.
//!
//! Nothing that a file claims about its own size is believed, and every part of it is read with limits.

mod archive;
mod cell_name;
mod formats;
mod links;
mod ods;
mod package;
mod refusal;
mod shared_strings;
mod sheets;
mod table;
mod values;
mod xls;
mod xlsx;
mod xml;

use std::fs::File;
use std::io::Read;

use super::super::reading::Reading;
use super::super::rows::RowBatch;
use super::file::RosterFile;
use super::spool::{Spool, SpoolRows};
use crate::problem::Problem;
use crate::remark::Remark;
pub(crate) use cell_name::{cell_name, range_name};
use ods::Ods;
use package::Package;
use refusal::Refusal;
use xls::Xls;
use xlsx::Xlsx;

/// What the workbooks of older programs begin with, and encrypted ones.
const COMPOUND_FILE: [u8; 4] = [0xd0, 0xcf, 0x11, 0xe0];

/// What the part `mimetype` of an ODS workbook, or of a template for one, begins with.
const ODS: &[u8] = b"application/vnd.oasis.opendocument.spreadsheet";

/// How much of a manifest is searched for the kind of the package, which is its first entry. In octets.
const MANIFEST: u64 = 4096;

/// A workbook whose rows are in a spool.
#[derive(Debug)]
pub(crate) struct WorkbookSource {
    file: RosterFile,
    spool: Spool,
    remarks: Vec<Remark>,
}

/// The rows of a workbook.
pub(crate) struct WorkbookRows<'s> {
    source: &'s WorkbookSource,
    rows: SpoolRows<'s>,
}

impl WorkbookSource {
    /// Reads the sheet that `reading` names, or else the first visible one with content.
    pub(super) fn new(file: RosterFile, reading: &Reading) -> Result<WorkbookSource, Problem> {
        let input = file.reopen(0)?;
        let read = read(input, reading);
        // Whatever is wrong with half of a file is not worth telling.
        file.check_unchanged()?;
        let (spool, remarks) = read.map_err(|refusal| refusal.problem(file.shown()))?;
        Ok(WorkbookSource { file, spool, remarks })
    }

    pub(super) fn rows(&self) -> WorkbookRows<'_> {
        WorkbookRows { source: self, rows: self.spool.rows() }
    }

    pub(super) fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    pub(super) fn file(&self) -> &RosterFile {
        &self.file
    }
}

impl WorkbookRows<'_> {
    pub(super) fn batch(&mut self, most: usize) -> Result<Option<RowBatch>, Problem> {
        self.rows.batch(most).map_err(|error| self.source.file.unreadable(&error))
    }
}

fn read(mut input: File, reading: &Reading) -> Result<(Spool, Vec<Remark>), Refusal> {
    let mut start = [0; 4];
    input.read_exact(&mut start)?;
    if start == COMPOUND_FILE {
        return sheets::read(&mut Xls::open(input)?, reading);
    }
    let mut package = Package::open(input)?;
    if is_ods(&mut package)? {
        return sheets::read(&mut Ods::open(package)?, reading);
    }
    let part = xlsx::workbook_part(&mut package)?;
    match part.filter(|part| !is_other(part)) {
        Some(part) => sheets::read(&mut Xlsx::open(package, &part)?, reading),
        None => Err(archive::refusal(&package)),
    }
}

/// Whether a package is an ODS workbook. `mimetype` says so, or the manifest if that part was lost in packing it again.
fn is_ods(package: &mut Package) -> Result<bool, Refusal> {
    if package.has("mimetype") {
        return Ok(package.start("mimetype", 60)?.starts_with(ODS));
    }
    let manifest = package.start("META-INF/manifest.xml", MANIFEST)?;
    Ok(package.has("content.xml") && memchr::memmem::find(&manifest, ODS).is_some())
}

/// Whether the main part of a package is that of a text, a presentation, or a binary workbook.
fn is_other(part: &str) -> bool {
    let part = part.to_lowercase();
    let is_binary = !part.ends_with("xml");
    is_binary || ["word/", "ppt/", "visio/"].iter().any(|folder| part.starts_with(folder))
}

#[cfg(test)]
mod tests;
