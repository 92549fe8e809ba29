use std::io::Write as _;

use super::kind::WorkbookKind;
use super::*;

fn of_octets(start: &[u8]) -> Format {
    recognize(start, || start.to_vec())
}

#[track_caller]
fn foreign(start: &[u8], name: &str) {
    match of_octets(start) {
        Format::Foreign(found) => assert_eq!(found.name, name),
        found => panic!("{name}: {found:?}"),
    }
}

#[track_caller]
fn text(start: &str, name: Option<&str>) {
    assert_eq!(of_octets(start.as_bytes()), Format::Text, "{start}");
    assert_eq!(recognize_text(start).map(|found| found.name), name, "{start}");
}

/// An archive with empty files of these names.
fn zip(names: &[&str]) -> Vec<u8> {
    let mut zip = Vec::new();
    for name in names {
        zip.write_all(b"PK\x03\x04").unwrap();
        zip.write_all(&[0; 22]).unwrap();
        zip.write_all(&u16::try_from(name.len()).unwrap().to_le_bytes()).unwrap();
        zip.write_all(&[0; 2]).unwrap();
        zip.write_all(name.as_bytes()).unwrap();
    }
    zip
}

/// A compound file whose directory, in its first sector, has these names.
fn compound(names: &[&str]) -> Vec<u8> {
    let mut file = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    file.resize(512, 0);
    file[30] = 9;
    for name in names {
        let mut entry: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let length = u16::try_from(entry.len() + 2).unwrap();
        entry.resize(128, 0);
        entry[64..66].copy_from_slice(&length.to_le_bytes());
        file.extend(entry);
    }
    file
}

#[test]
fn workbooks_are_recognized_by_what_is_in_them() {
    let workbook = |octets: &[u8], kind| assert_eq!(of_octets(octets), Format::Workbook(kind));
    workbook(&zip(&["[Content_Types].xml", "xl/workbook.xml"]), WorkbookKind::Xlsx);
    workbook(&zip(&["[Content_Types].xml", "xl/workbook.bin"]), WorkbookKind::Xlsb);
    let mut ods = zip(&["mimetype"]);
    ods.extend(b"application/vnd.oasis.opendocument.spreadsheetPK");
    workbook(&ods, WorkbookKind::Ods);
    // Packed again by another program: `mimetype` is compressed, or lost.
    workbook(&zip(&["META-INF/manifest.xml", "content.xml", "mimetype"]), WorkbookKind::Ods);
    workbook(&zip(&["META-INF/manifest.xml", "content.xml"]), WorkbookKind::Ods);
    workbook(&compound(&["Root Entry", "Workbook"]), WorkbookKind::Xls);
    workbook(&compound(&["Root Entry", "Book"]), WorkbookKind::Xls);
    workbook(&compound(&["Root Entry", "EncryptedPackage"]), WorkbookKind::Encrypted);
    // The names can be at the end alone.
    let mut central = b"PK\x01\x02".to_vec();
    central.extend([0; 24]);
    central.extend([15, 0]);
    central.extend([0; 16]);
    central.extend(b"xl/workbook.xml");
    let found = recognize(&zip(&["docProps/app.xml"]), || central);
    assert_eq!(found, Format::Workbook(WorkbookKind::Xlsx));
}

#[test]
fn other_files_are_called_by_their_name() {
    foreign(&zip(&["word/document.xml"]), "a Word document");
    foreign(&zip(&["ppt/presentation.xml"]), "a PowerPoint presentation");
    foreign(&zip(&["Index/Document.iwa"]), "a document of Apple Numbers, Pages or Keynote");
    foreign(&zip(&["people.csv"]), "a ZIP archive");
    foreign(b"PK\x03\x04", "a ZIP archive");
    let mut odt = zip(&["mimetype"]);
    odt.extend(b"application/vnd.oasis.opendocument.textPK");
    foreign(&odt, "an OpenDocument text");
    foreign(&compound(&["Root Entry", "WordDocument"]), "a Word document");
    foreign(&compound(&["Root Entry", "__properties_version1.0"]), "an Outlook message");
    foreign(b"%PDF-1.7\n", "a PDF document");
    foreign(b"\x1f\x8b\x08\0\0", "a gzip archive");
    foreign(b"7z\xbc\xaf\x27\x1c\0\x04", "a 7z archive");
    foreign(b"Rar!\x1a\x07\x01\0", "a RAR archive");
    foreign(b"BZh91AY&SY\x01\0", "a bzip2 archive");
    foreign(b"\x89PNG\r\n\x1a\n\0\0", "a picture (PNG)");
    foreign(b"\xff\xd8\xff\xe0\0\x10JFIF\0", "a picture (JPEG)");
    foreign(b"RIFF\0\0\0\0WEBPVP8 ", "a picture (WebP)");
    foreign(b"\0\0\0\x18ftypheic", "a picture (HEIC)");
    foreign(b"BM\0\x01\0\0\0\0\0\0", "a picture (BMP)");
    foreign(b"SQLite format 3\0", "an SQLite database");
    foreign(b"\0\x01\0\0Standard ACE DB\0", "an Access database");
    foreign(b"PAR1\x15\x04", "a Parquet file");
    foreign(b"bplist00\xd4\x01", "a property list");
    foreign(b"MZ\x90\0\x03\0", "a program");
    foreign(b"\xff\xfe\0\0e\0\0\0", "UTF-32 text");
    foreign(b"e\0\0\0m\0\0\0a\0\0\0i\0\0\0l\0\0\0\n\0\0\0", "UTF-32 text");
    foreign(b"\x09\x04\x06\0\0\0\x10\0", "a workbook of an Excel before 5.0");
}

#[test]
fn text_of_another_kind_is_called_by_its_name() {
    let page = Some("a web page (HTML)");
    text("\n<!DOCTYPE html>\n<html>", page);
    text("<table border=1><tr><td>email</td></tr></table>", page);
    text("<!-- made by a program -->\n<TABLE>", page);
    text("<?xml version='1.0'?>\n<html xmlns='http://www.w3.org/1999/xhtml'>", page);
    let old = "<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">";
    text(old, Some("an XML spreadsheet of Excel 2003"));
    text("<?xml version='1.0'?>\n<office:document>", Some("a flat OpenDocument file"));
    text("<?xml version='1.0'?><!DOCTYPE plist><plist>", Some("a property list"));
    text("<?xml version='1.0'?><people/>", Some("an XML file"));
    text("BEGIN:VCARD\r\nVERSION:3.0\r\n", Some("a file of contacts (vCard)"));
    text("begin:vcalendar\n", Some("a calendar (iCalendar)"));
    text("dn: cn=Ada,mail=ada@example.org\n", Some("an address book in LDIF"));
    text("# an export\nversion: 1\n\ndn:: Y24=\n", Some("an address book in LDIF"));
    text("{\\rtf1\\ansi", Some("an RTF document"));
    text("ID;PWXL;N;E\r\nP;PGeneral\r\n", Some("a SYLK spreadsheet"));
    text("TABLE\n0,1\n\"EXCEL\"\n", Some("a DIF spreadsheet"));
    text("[{\"email\": \"ada@example.org\"}]", Some("a JSON file"));
    text("{\n  \"people\": []\n}", Some("a JSON file"));
    text("{\"email\":\"a@x.org\"}\n{\"email\":\"b@x.org\"}\n", Some("a file of JSON lines"));
    text("{\"url\":\"https://docs\",\"doc_id\":\"x\"}", Some("a link to a Google document"));
    text("[InternetShortcut]\nURL=https://example.org", Some("a link to a web page"));
    text("https://example.org/list.csv\n", Some("a link to a web page"));
    text("version https://git-lfs.github.com/spec/v1\n", Some("a placeholder of Git LFS"));
    text("-----BEGIN PGP MESSAGE-----\n", Some("a file encrypted or signed with PGP"));
    text("-- MySQL dump 10.13\n", Some("a dump of a database (SQL)"));
    text("INSERT INTO people VALUES (1);\n", Some("a dump of a database (SQL)"));
    text("+-------+\n| email |\n+-------+\n", Some("a table drawn with lines"));
    text(" email | name\n-------+------\n", Some("a table drawn with lines"));
    text("| email | name |\n|-------|:-----|\n", Some("a Markdown table"));
    let mail = Some("an e-mail message or a saved web page");
    text("From ada@example.org Fri Nov 27 08:44:36 2026\nReceived: x\n", mail);
    text("Subject: list\nMIME-Version: 1.0\n", mail);
    text("[meeting]\ntitle = \"x\"\n", Some("a file of settings"));
    text("---\n- email: ada@example.org\n  name: Ada\n", Some("a YAML file"));
    text("people:\n  - name: Ada\n", Some("a YAML file"));
}

#[test]
fn lists_are_not_taken_for_something_else() {
    for list in [
        "",
        "\n",
        "email,name\nada@example.org,Ada\n",
        "ID;Name;PLZ\n1;Ada;89073\n",
        "ID;PLZ;Email\n1;89073;ada@example.org\n",
        "TABLE,email\n0,ada@example.org\n",
        "BZh,email\n1,ada@example.org\n",
        "GIF8,email\n",
        "MZ;email\n",
        "BM;email;name\n",
        "[Email]\nada@example.org\n",
        "{first},{email}\nAda,ada@example.org\n",
        "<ada@example.org>\n<ben@example.org>\n",
        "<p@example.org>\n",
        "Date: 2026-11-27\nFrom: Zoom\n\nName,Email\nAda,ada@example.org\n",
        "From: Ada\nemail,name\n",
        "email|name\n-|-\nada@example.org|Ada\n",
        "- Ada\n- Ben\n",
        "---\nname\nAda\n",
        "Name: Ada\n",
        "https://example.org/a,Ada\nhttps://example.org/b,Ben\n",
        "dn,mail\nx,ada@example.org\n",
        "-- list --\nemail\n",
    ] {
        text(list, None);
    }
}

proptest::proptest! {
    #[test]
    fn any_beginning_is_recognized_without_a_panic(
        mark in proptest::sample::select(vec![&b""[..], b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]),
        rest in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..700),
    ) {
        let octets = [mark, &rest[..]].concat();
        let _ = of_octets(&octets);
        let _ = recognize_text(&String::from_utf8_lossy(&rest));
    }
}
