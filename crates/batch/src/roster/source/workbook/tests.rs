mod damaged;
mod formats;
mod sheets;
mod xlsx;

use std::fmt::Write as _;
use std::io::Write as _;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::HiddenRows;

/// A row as it is read: its line, its cells, and the columns of cells with marks.
type ReadRow = (u64, Vec<String>, Vec<usize>);

/// Reads a workbook: its rows and the codes of the remarks, or the problem.
fn read_file(file: File, reading: &Reading) -> Result<(Vec<ReadRow>, Vec<&'static str>), Problem> {
    let (spool, remarks) = read(file, reading).map_err(|refusal| refusal.problem("people"))?;
    let mut rows = spool.rows();
    let mut all = Vec::new();
    while let Some(batch) = rows.batch(100).unwrap() {
        for row in (0..batch.len()).map(|at| batch.row(at)) {
            let marked = row.marks().iter().map(|mark| mark.column).collect();
            all.push((row.line(), row.cells().map(str::to_owned).collect(), marked));
        }
    }
    Ok((all, remarks.iter().map(|remark| remark.code).collect()))
}

fn keep() -> Reading {
    Reading { hidden_rows: Some(HiddenRows::Keep), ..Reading::default() }
}

fn sheet(name: &str) -> Reading {
    Reading { sheet: Some(name.to_owned()), ..Reading::default() }
}

/// The cells of the rows alone.
fn cells(rows: &[ReadRow]) -> Vec<Vec<&str>> {
    rows.iter().map(|(_, cells, _)| cells.iter().map(String::as_str).collect()).collect()
}

/// A zip archive of these parts, packed.
fn archive(parts: &[(&str, &[u8])]) -> File {
    let mut zip = ZipWriter::new(tempfile::tempfile().unwrap());
    for (name, content) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
    }
    rewound(zip.finish().unwrap())
}

fn rewound(mut file: File) -> File {
    use std::io::Seek;
    file.rewind().unwrap();
    file
}

/// A file with this content.
fn file(content: &[u8]) -> File {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(content).unwrap();
    rewound(file)
}

/// An XLSX workbook of sheets with names, attributes and content, and with these shared strings.
fn xlsx(sheets: &[(&str, &str, &str)], strings: &str) -> File {
    xlsx_with(sheets, strings, "<workbookPr/>")
}

fn xlsx_with(sheets: &[(&str, &str, &str)], strings: &str, properties: &str) -> File {
    let (mut list, mut relations, mut parts) = (String::new(), String::new(), Vec::new());
    for (at, (name, attributes, content)) in sheets.iter().enumerate() {
        write!(list, r#"<sheet name="{name}" sheetId="{at}" {attributes} r:id="r{at}"/>"#).unwrap();
        relations += &relation(&format!("r{at}"), "worksheet", &format!("worksheets/s{at}.xml"));
        parts.push((
            format!("xl/worksheets/s{at}.xml"),
            format!("<worksheet>{content}</worksheet>"),
        ));
        let links = r#"<Relationship Id="l1" TargetMode="External" Target="mailto:other@example.org?subject=x"/>"#;
        parts.push((
            format!("xl/worksheets/_rels/s{at}.xml.rels"),
            format!("<Relationships>{links}</Relationships>"),
        ));
    }
    relations += &relation("s", "sharedStrings", "sharedStrings.xml");
    relations += &relation("t", "styles", "/xl/styles.xml");
    let office = relation("r1", "officeDocument", "xl/workbook.xml");
    let styles = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="00000"/></numFmts>
        <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
        <cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="164"/></cellXfs></styleSheet>"#;
    for (name, content) in [
        ("_rels/.rels", format!("<Relationships>{office}</Relationships>")),
        ("xl/workbook.xml", format!("<workbook>{properties}<sheets>{list}</sheets></workbook>")),
        ("xl/_rels/workbook.xml.rels", format!("<Relationships>{relations}</Relationships>")),
        ("xl/sharedStrings.xml", format!("<sst>{strings}</sst>")),
        ("xl/styles.xml", styles.to_owned()),
    ] {
        parts.push((name.to_owned(), content));
    }
    let parts: Vec<(&str, &[u8])> =
        parts.iter().map(|(name, content)| (name.as_str(), content.as_bytes())).collect();
    archive(&parts)
}

fn relation(id: &str, kind: &str, target: &str) -> String {
    format!(r#"<Relationship Id="{id}" Type="http://x/{kind}" Target="{target}"/>"#)
}

/// An XLSX workbook with one sheet.
fn one(content: &str) -> File {
    xlsx(&[("People", "", content)], "")
}

/// A cell with a text.
fn text(place: &str, text: &str) -> String {
    format!(r#"<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>"#)
}

/// An ODS workbook with this in the spreadsheet.
fn ods(spreadsheet: &str) -> File {
    let content = format!(
        r#"<office:document-content><office:automatic-styles><style:style style:name="hidden"><style:table-properties
        table:display="false"/></style:style></office:automatic-styles><office:body><office:spreadsheet>{spreadsheet}
        </office:spreadsheet></office:body></office:document-content>"#
    );
    archive(&[
        ("mimetype", ODS),
        ("META-INF/manifest.xml", b"<x/>"),
        ("content.xml", content.as_bytes()),
    ])
}

/// A cell of an ODS workbook with a text.
fn ods_text(text: &str) -> String {
    format!(
        r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#
    )
}
