//! Rosters for tests.

use std::io::Write as _;

use jiff::tz::TimeZone;
use meetmint_core::{Room, Start};
use tempfile::NamedTempFile;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::{ColumnSettings, Duplicates, MeetingSpec, Problem, Reading, Roles, Roster, RosterSpec};

/// How a roster is read if nothing is set. The meeting is at 14:00 UTC and lasts for 90 minutes.
pub(crate) fn spec() -> RosterSpec {
    RosterSpec {
        reading: Reading::default(),
        conditions: Vec::new(),
        family: None,
        columns: ColumnSettings::default(),
        roles: Roles::new(Vec::new()).unwrap(),
        duplicates: Duplicates::Refuse,
        meeting: MeetingSpec {
            title: "Open day".to_owned(),
            room: Room::parse("open-day").unwrap(),
            start: Start::parse("2027-03-11 14:00").unwrap(),
            zone: TimeZone::UTC,
            duration: 90 * 60,
        },
        need_email: true,
        link_sizes: Vec::new(),
    }
}

/// A file with this text, which lasts as long as the first value, and the roster in it.
pub(crate) fn opened(
    text: &str,
    spec: RosterSpec,
) -> (NamedTempFile, Result<Roster, Vec<Problem>>) {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let roster = Roster::open(file.path(), "people.csv", spec);
    (file, roster)
}

/// An XLSX workbook whose only sheet has this content.
pub(crate) fn workbook(content: &str) -> NamedTempFile {
    let relation = |kind: &str, target: &str| {
        format!(
            r#"<Relationships><Relationship Id="r" Type="http://x/{kind}" Target="{target}"/></Relationships>"#
        )
    };
    let file = NamedTempFile::new().unwrap();
    let mut zip = ZipWriter::new(file.reopen().unwrap());
    for (name, content) in [
        ("_rels/.rels", relation("officeDocument", "xl/workbook.xml")),
        ("xl/_rels/workbook.xml.rels", relation("worksheet", "sheet.xml")),
        (
            "xl/workbook.xml",
            r#"<workbook><sheets><sheet name="A" r:id="r"/></sheets></workbook>"#.to_owned(),
        ),
        ("xl/sheet.xml", format!("<worksheet>{content}</worksheet>")),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
    file
}
