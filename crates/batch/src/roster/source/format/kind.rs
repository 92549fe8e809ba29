//! The kinds of files.

use crate::problem::Problem;

/// How to get a list that can be read out of most programs.
pub(in super::super) const EXPORT: &str = "export it as `CSV UTF-8` from the spreadsheet program";

/// What kind of file a roster is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Format {
    /// Text, perhaps CSV. Whether it is text of another kind is seen once it is decoded.
    Text,
    /// A workbook of a spreadsheet program.
    Workbook(WorkbookKind),
    /// A file that is neither.
    Foreign(Foreign),
}

/// The file formats of workbooks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum WorkbookKind {
    /// Excel since 2007, with macros (XLSM) or without.
    Xlsx,
    /// Excel's binary format since 2007.
    Xlsb,
    /// Excel 5.0 to 2003.
    Xls,
    /// `LibreOffice` and other programs.
    Ods,
    /// Excel since 2007, encrypted with a password.
    Encrypted,
}

/// A file that is no list of people, or none that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Foreign {
    /// What it is, with an article.
    pub(in super::super) name: &'static str,
    /// What to do about it.
    pub(in super::super) hint: &'static str,
}

impl Foreign {
    /// The refusal that names it.
    pub(in super::super) fn refused(self, shown: &str) -> Problem {
        let message = format!("this is {}, not a CSV file or a workbook", self.name);
        Problem::of_file("not-csv", shown, message).hint(self.hint)
    }
}
