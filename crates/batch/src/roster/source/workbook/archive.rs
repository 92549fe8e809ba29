//! Zip archives that are no workbooks, by their names.

use super::package::Package;
use super::refusal::Refusal;

const SAVE_AS: &str = "save the list as an Excel workbook (.xlsx) or as CSV, and name that file under [roster] in meeting.toml";

/// What an archive is, and what to do about it.
pub(super) fn refusal(package: &Package) -> Refusal {
    let begins = |folder: &str| package.names().iter().any(|name| name.starts_with(folder));
    let ends = |suffix: &str| package.names().iter().any(|name| name.ends_with(suffix));
    let (what, hint) = if ends("workbook.bin") {
        (
            "a binary Excel workbook (.xlsb)",
            "open it in Excel, and save it as an Excel workbook (.xlsx)",
        )
    } else if begins("word/") {
        ("a Word document, not a list", SAVE_AS)
    } else if begins("ppt/") {
        ("a PowerPoint presentation, not a list", SAVE_AS)
    } else if begins("index/") && ends(".iwa") {
        ("a Numbers or Pages document", "export it as Excel or CSV: File > Export To")
    } else if package.has("mimetype") || package.has("META-INF/manifest.xml") {
        ("an OpenDocument file or an e-book, but no workbook", SAVE_AS)
    } else if begins("meta-inf/manifest.mf") || begins("androidmanifest") {
        ("a program, not a list", SAVE_AS)
    } else {
        (
            "a zip archive, not a list",
            "unpack it, and name the file with the list under [roster] in meeting.toml",
        )
    };
    Refusal::new("not-a-workbook", format!("this is {what}"), hint)
}
