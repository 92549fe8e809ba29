//! How a generated list is written.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use encoding_rs::Encoding;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Rows with cells between delimiters, quoted where they must be, or everywhere.
pub(crate) fn delimited(
    rows: &[Vec<String>],
    delimiter: u8,
    quote_all: bool,
    crlf: bool,
) -> String {
    let delimiter = char::from(delimiter);
    let mut text = String::new();
    for row in rows {
        for (at, cell) in row.iter().enumerate() {
            if at > 0 {
                text.push(delimiter);
            }
            if quote_all || cell.contains([delimiter, '"', '\n', '\r']) {
                write!(text, "\"{}\"", cell.replace('"', "\"\"")).unwrap();
            } else {
                text += cell;
            }
        }
        text += if crlf { "\r\n" } else { "\n" };
    }
    text
}

/// A text in a code page; `None` if that lacks one of its characters.
pub(crate) fn in_code_page(text: &str, label: &str) -> Option<Vec<u8>> {
    let (octets, _, lacks) = Encoding::for_label(label.as_bytes()).unwrap().encode(text);
    (!lacks).then(|| octets.into_owned())
}

pub(crate) fn utf16(text: &str, octets: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(octets).collect()
}

/// The smallest workbook that spreadsheet programs open: texts are in the cells themselves.
pub(crate) fn workbook(rows: &[Vec<String>]) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    const TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let mut cells = String::new();
    for (down, row) in rows.iter().enumerate() {
        write!(cells, r#"<row r="{}">"#, down + 1).unwrap();
        for (right, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let column = char::from(b'A' + u8::try_from(right).unwrap());
            let text = cell.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            let text = format!(r#"<is><t xml:space="preserve">{text}</t></is>"#);
            write!(cells, r#"<c r="{column}{}" t="inlineStr">{text}</c>"#, down + 1).unwrap();
        }
        cells += "</row>";
    }
    let parts = [
        (
            "[Content_Types].xml",
            format!(
                r#"<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/></Types>"#
            ),
        ),
        (
            "_rels/.rels",
            format!(
                r#"<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="a" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                r#"<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="a" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                r#"<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="List" sheetId="1" r:id="a"/></sheets></workbook>"#
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(r#"<worksheet xmlns="{MAIN}"><sheetData>{cells}</sheetData></worksheet>"#),
        ),
    ];
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, part) in parts {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(br#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#).unwrap();
        archive.write_all(part.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}
