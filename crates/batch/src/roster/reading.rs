//! How a file is read, where the user overrides what is recognized.

/// How a file is read, where the user overrides what is recognized.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// The encoding of a text file by its label in the WHATWG Encoding Standard, for example `windows-1252`.
    pub encoding: Option<String>,
    /// What separates the cells of a text file.
    pub delimiter: Option<u8>,
    /// The line of the heading row, counted from 1; 0 if the file has none.
    pub header_row: Option<u64>,
    /// The sheet of a workbook, by its name.
    pub sheet: Option<String>,
    /// What happens to the hidden rows of a workbook; without it, they are a problem.
    pub hidden_rows: Option<HiddenRows>,
}

/// What happens to the hidden rows of a workbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HiddenRows {
    /// They count like all others.
    Keep,
    /// They are left out.
    Skip,
}
