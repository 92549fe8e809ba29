//! Mail, calendars, pages, and encodings of files.

use std::fmt::Write as _;

use super::*;

/// A message with a link in text, page and calendar, as mail programs write it.
fn message(link: &str, coding: &str) -> (String, Vec<u64>) {
    let encode = |text: &str| -> String {
        let encoded = match coding {
            "base64" => base64::engine::general_purpose::STANDARD.encode(text),
            "quoted-printable" => text.replace('=', "=3D").replace('é', "=C3=A9"),
            _ => return text.to_owned(),
        };
        let mut lines = String::new();
        for line in encoded.split("\r\n") {
            let mut rest = line;
            while coding == "quoted-printable" && rest.len() > 70 {
                let end = (65..70).rev().find(|end| !rest[end - 2..*end].contains('=')).unwrap();
                lines.push_str(&rest[..end]);
                lines.push_str("=\r\n");
                rest = &rest[end..];
            }
            while coding == "base64" && rest.len() > 76 {
                lines.push_str(&rest[..76]);
                lines.push_str("\r\n");
                rest = &rest[76..];
            }
            lines.push_str(rest);
            lines.push_str("\r\n");
        }
        lines
    };
    let mut folded = String::new();
    for (at, octet) in format!("DESCRIPTION:Caf\\, join\\n{link}\\nBye").bytes().enumerate() {
        if at % 73 == 0 && at > 0 {
            folded += "\r\n ";
        }
        folded.push(char::from(octet));
    }
    let parts = [
        ("text/plain; charset=utf-8", format!("Hé,\r\n\r\nJoin:\r\n{link}\r\n\r\nBye\r\n")),
        (
            "text/html; charset=\"utf-8\"",
            format!("<p>Hé</p>\r\n<a\r\nhref=\"{}\">Join</a>\r\n", link.replace('&', "&amp;")),
        ),
        (
            "text/calendar; method=REQUEST",
            format!("BEGIN:VCALENDAR\r\n{folded}\r\nEND:VCALENDAR\r\n"),
        ),
    ];
    let mut text = "From: Ada <ada@example.org>\r\nSubject: =?utf-8?q?x?=\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary=\"b 1=_x\"\r\n\r\n".to_owned();
    let mut lines = Vec::new();
    for (kind, part) in parts {
        write!(
            text,
            "--b 1=_x\r\nContent-Type: {kind}\r\ncontent-transfer-encoding: {coding}\r\n\r\n"
        )
        .unwrap();
        let first = text.matches('\n').count() as u64 + 1;
        text += &encode(&part);
        lines.push(first);
    }
    text += "--b 1=_x--\r\n";
    (text, lines)
}

#[test]
fn a_link_in_a_message_is_as_it_was_made() {
    for alg in ["HS256", "RS256"] {
        let link = format!("{}&lang=de", link(alg, 20));
        for coding in ["7bit", "quoted-printable", "base64"] {
            let (text, lines) = message(&link, coding);
            for text in [
                text.clone(),
                text.replace("\r\n", "\n"),
                format!("From ada Thu Jan  1\n{text}\nFrom bob x\n{text}"),
            ] {
                let found = all(&text);
                assert_eq!(
                    found.len(),
                    if text.starts_with("From ada") { 6 } else { 3 },
                    "{coding}"
                );
                for one in &found {
                    assert_eq!((one.written.reveal(), codes(one)), (&link[..], vec![]), "{coding}");
                }
                if text.starts_with("From:") {
                    // Not before its part begins, nor after it ends.
                    assert!(lines[0] <= found[0].line && found[0].line < lines[1], "{coding}");
                    assert!(lines[1] <= found[1].line && found[1].line < lines[2], "{coding}");
                    assert!(lines[2] <= found[2].line, "{coding}");
                    if coding != "base64" {
                        assert_eq!(found[0].line, lines[0] + 3);
                        assert_eq!(found[1].line, lines[1] + 2);
                        assert_eq!(found[2].line, lines[2] + 1);
                    }
                }
            }
        }
    }
}

#[test]
fn a_piece_of_a_message_is_decoded_too() {
    let link = link("RS256", 21);
    let text = format!("Join {link} now\r\n");
    let encoded = base64::engine::general_purpose::STANDARD.encode(&text);
    let body: String = encoded
        .as_bytes()
        .chunks(76)
        .map(|line| String::from_utf8_lossy(line).into_owned() + "\n")
        .collect();
    for head in [
        "--x\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n",
        "Hello\n\nContent-Transfer-Encoding: BASE64\n\n",
    ] {
        sound(format!("{head}{body}"), &link);
        let two = all(format!("{head}{body}--x\nContent-Type: text/plain\n\n{link}\n"));
        assert_eq!(two.len(), 2);
        assert!(two.iter().all(|found| found.written.reveal() == link && found.damage.is_empty()));
    }
    // Words in a body that look like a header are text.
    sound(format!("A: b\n\nContent-Type: is a header\nand {link}\n"), &link);
    // And a sentence that looks like the beginning of a message in an mbox.
    let words = "\nFrom the team:\nFrom here, =\njoin ".to_owned()
        + &link.replace('=', "=3D")
        + "\n\nFrom there: "
        + &link.replace('=', "=3D")
        + " x\n";
    let found = all(format!("A: b\nContent-Transfer-Encoding: quoted-printable\n\n{words}"));
    assert_eq!(
        found.iter().map(|found| (found.line, found.damage.len())).collect::<Vec<_>>(),
        [(7, 0), (9, 0)]
    );
    // A message in a message.
    let inner = format!("Subject: x\nContent-Transfer-Encoding: base64\n\n{body}");
    let outer = format!(
        "Subject: y\nContent-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: message/rfc822\n\n{inner}\n--o--\n{link}\n"
    );
    let found = all(outer.as_bytes());
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|found| found.written.reveal() == link && found.damage.is_empty()));
}

#[test]
fn encodings_are_read_as_other_programs_write_them() {
    let link = link("HS256", 25);
    let (begin, end) = link.split_at(100);
    // White space after a soft line break, and an escape in small letters.
    let begin_escaped = begin.replace('=', "=3d");
    sound(
        format!("Content-Transfer-Encoding: quoted-printable\n\n{begin_escaped}= \t\n{end}\n"),
        &link,
    );
    // Pieces of base64 that are padded one by one.
    let base64 = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    sound(
        format!(
            "Content-Transfer-Encoding: base64\n\n{}\n{}\n",
            base64(&format!("to {begin}")),
            base64(end)
        ),
        &link,
    );
    let room = link.replace("town-hall", "Q3,plan;🎉");
    let escaped = room.replace(',', "\\,").replace(';', "\\;");
    sound(format!("BEGIN:VCALENDAR\nX:{escaped}\nEND:VCALENDAR\n"), &room);
    let file: Vec<u8> =
        format!("\u{feff}x\n{room}\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut found = Vec::new();
    let mut finder = Finder::new();
    file.chunks(3).for_each(|piece| finder.read(piece, &mut |one| found.push(one)));
    finder.finish(&mut |one| found.push(one));
    assert_eq!(found[0].written.reveal(), room);
}

#[test]
fn links_in_headers_are_found() {
    let link = link("HS256", 22);
    let found = all(format!("Subject: x\nX-Link: <{link}>\nX-Other:\n {link}\n\n{link}\n"));
    assert_eq!(found.iter().map(|found| found.line).collect::<Vec<_>>(), [2, 4, 6]);
    assert!(found.iter().all(|found| found.damage.is_empty()));
}

#[test]
fn calendars_are_unfolded() {
    let link = link("RS256", 23);
    for width in 20..90 {
        let text = format!("URL;VALUE=URI:{link}");
        let folded: Vec<_> =
            text.as_bytes().chunks(width).map(|line| std::str::from_utf8(line).unwrap()).collect();
        let text = format!("BEGIN:VCALENDAR\r\n{}\r\nEND:VCALENDAR\r\n", folded.join("\r\n "));
        sound(&text, &link);
        sound(text.replace('\r', ""), &link);
    }
    let found =
        all(format!("BEGIN:VCALENDAR\nX:{link}\\, and\\n\\\n {link}\\;\nEND:VCALENDAR\n{link}\n"));
    assert_eq!(found.len(), 3 - 1, "the same one twice in a line is one find");
    assert_eq!(found.iter().map(|found| found.line).collect::<Vec<_>>(), [2, 5]);
}

#[test]
fn files_in_utf_16_are_read() {
    let link = link("HS256", 24);
    // The second octet of some characters is a line feed.
    let text = format!("Grüße – 上《Ċ🎉\r\n上《 {link}\r\nx,{link},y\r\n");
    for mark in ["\u{feff}", ""] {
        let units: Vec<u16> = format!("{mark}{text}").encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        for file in [little, big] {
            let found = all(&file);
            for size in [1, 3, 50] {
                let mut pieces = Vec::new();
                let mut finder = Finder::new();
                for piece in file.chunks(size) {
                    finder.read(piece, &mut |one| pieces.push(one));
                }
                finder.finish(&mut |one| pieces.push(one));
                assert_eq!(pieces, found);
            }
            let mut lines = Vec::new();
            let mut finder = Finder::new();
            for line in file.split(|octet| *octet == b'\n') {
                finder.line(line, &mut |one| lines.push(one));
            }
            finder.finish(&mut |one| lines.push(one));
            assert_eq!(lines, found);
            assert_eq!(found.iter().map(|found| found.line).collect::<Vec<_>>(), [2, 3]);
            assert!(
                found.iter().all(|found| found.written.reveal() == link && found.damage.is_empty())
            );
        }
    }
}
