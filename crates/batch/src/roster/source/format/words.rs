//! Text files of other formats, recognized by their first lines.

use super::kind::{EXPORT, Foreign};

const FROM_TABLE: &str = "copy the table into a spreadsheet program, and save it as `CSV UTF-8`";
const OPEN_AND_SAVE: &str = "open it in a spreadsheet program, and save it as `CSV UTF-8`";
const CONTACTS: &str = "import it into an address book, and export that as CSV";
const DATABASE: &str = "export the table with the people as CSV";
const SETTINGS: &str = "name the file with the list of people, not one with settings";
const LINK: &str = "open the link, download the list as CSV, and name the downloaded file";

/// How much of the text is looked at, in octets.
const BEGINNING: usize = 1 << 13;

/// How a format is recognized, what it is, and what to do about it.
type Rule = (fn(&Text<'_>) -> bool, &'static str, &'static str);

/// The first rule that applies counts.
const RULES: &[Rule] = &[
    (
        |text| {
            text.begins("<?xml") && text.contains("urn:schemas-microsoft-com:office:spreadsheet")
        },
        "an XML spreadsheet of Excel 2003",
        OPEN_AND_SAVE,
    ),
    (
        |text| text.begins("<?xml") && text.contains("<office:document"),
        "a flat OpenDocument file",
        OPEN_AND_SAVE,
    ),
    (
        |text| text.begins("<?xml") && text.contains("<plist"),
        "a property list",
        "export the list as CSV from the program that the file belongs to",
    ),
    (
        is_html,
        "a web page (HTML)",
        "if it is a table, open it in a spreadsheet program, and save it as `CSV UTF-8`; if it is a page that asks for a login, download the list again",
    ),
    (|text| text.begins("<?xml"), "an XML file", EXPORT),
    (|text| text.begins("BEGIN:VCARD"), "a file of contacts (vCard)", CONTACTS),
    (
        |text| text.begins("BEGIN:VCALENDAR"),
        "a calendar (iCalendar)",
        "export the list of people as CSV from the program that the calendar belongs to",
    ),
    (is_ldif, "an address book in LDIF", "export the address book as CSV instead"),
    (|text| text.begins("{\\rtf"), "an RTF document", FROM_TABLE),
    (|text| text.begins("%!PS"), "a PostScript document", FROM_TABLE),
    (is_sylk, "a SYLK spreadsheet", OPEN_AND_SAVE),
    (
        |text| text.line(0) == "TABLE" && text.line(1).starts_with("0,"),
        "a DIF spreadsheet",
        OPEN_AND_SAVE,
    ),
    (|text| text.contains("\"doc_id\"") && is_json(text), "a link to a Google document", LINK),
    (|text| text.begins("[InternetShortcut]"), "a link to a web page", LINK),
    (
        |text| {
            text.line(1).is_empty()
                && ["https://", "http://"].iter().any(|scheme| text.begins(scheme))
        },
        "a link to a web page",
        LINK,
    ),
    (
        is_json_lines,
        "a file of JSON lines",
        "write the keys of the address and the name into this command: jq -rn '[\"email\", \"name\"], (inputs | [.email, .name]) | @csv' FILE > people.csv",
    ),
    (
        is_json,
        "a JSON file",
        "write the keys of the address and the name into this command: jq -r '[\"email\", \"name\"], (.[] | [.email, .name]) | @csv' FILE > people.csv",
    ),
    (
        |text| text.begins("version https://git-lfs"),
        "a placeholder of Git LFS",
        "get the file itself with `git lfs pull`",
    ),
    (
        |text| text.begins("-----BEGIN PGP"),
        "a file encrypted or signed with PGP",
        "decrypt it, and name the list that is in it",
    ),
    (
        |text| text.begins("-----BEGIN ") && text.line(0).ends_with("-----"),
        "a key or a certificate",
        "name the file with the list of people",
    ),
    (is_sql, "a dump of a database (SQL)", DATABASE),
    (
        |text| text.line(0).starts_with("+--") && is_rule(text.line(0)),
        "a table drawn with lines",
        "have the program write CSV; `mysql --batch` writes tabs, which can be read as well",
    ),
    (
        |text| text.line(0).contains('|') && text.line(1).contains('+') && is_rule(text.line(1)),
        "a table drawn with lines",
        "have the program write CSV, for example `psql --csv`",
    ),
    (
        |text| text.line(0).contains('|') && text.line(1).contains('-') && is_rule(text.line(1)),
        "a Markdown table",
        "delete the line of dashes, and the `|` at the beginning and end of each line",
    ),
    (
        is_mail,
        "an e-mail message or a saved web page",
        "save the list that is in it, and name that file",
    ),
    (is_settings, "a file of settings", SETTINGS),
    (is_yaml, "a YAML file", "export the list as CSV from the program that wrote the file"),
];

/// What a text is, by its beginning.
pub(super) fn recognize(start: &str) -> Option<Foreign> {
    let start = start.trim_start();
    let cut = (0..=BEGINNING.min(start.len())).rev().find(|at| start.is_char_boundary(*at));
    let text = Text { text: &start[..cut.unwrap_or(0)] };
    let (_, name, hint) = RULES.iter().find(|(applies, ..)| applies(&text))?;
    Some(Foreign { name, hint })
}

/// The beginning of a text, without blanks before it.
struct Text<'a> {
    text: &'a str,
}

impl Text<'_> {
    fn begins(&self, with: &str) -> bool {
        self.text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with))
    }

    fn contains(&self, part: &str) -> bool {
        self.text.contains(part)
    }

    /// A line that is not blank, counted from 0; empty after the last.
    fn line(&self, at: usize) -> &str {
        self.lines().nth(at).unwrap_or_default()
    }

    /// The lines that are not blank.
    fn lines(&self) -> impl Iterator<Item = &str> {
        self.text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty())
    }
}

/// The tags that a page or a part of one begins with.
const TAGS: [&str; 14] = [
    "!doctype html",
    "html",
    "head",
    "body",
    "table",
    "meta",
    "title",
    "style",
    "script",
    "div",
    "p",
    "tr",
    "thead",
    "link",
];

fn is_html(text: &Text<'_>) -> bool {
    let mut rest = text.text;
    // Comments and processing instructions may come first.
    loop {
        rest = rest.trim_start();
        let end = match rest {
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<?") => "?>",
            _ => break,
        };
        match rest.split_once(end) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    let Some(tag) = rest.strip_prefix('<') else { return false };
    TAGS.iter().any(|name| {
        tag.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
            && tag[name.len()..].starts_with(|c: char| c == '>' || c.is_whitespace())
    })
}

fn is_ldif(text: &Text<'_>) -> bool {
    // `#` begins a comment (RFC 2849).
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let first = lines.next().unwrap_or_default();
    let is_entry =
        |line: &str| line.starts_with("dn:") && line.contains('=') || line.starts_with("dn::");
    is_entry(first) || (first.starts_with("version:") && lines.next().is_some_and(is_entry))
}

fn is_sylk(text: &Text<'_>) -> bool {
    // A list may begin with a column `ID` and another one, which makes Excel take it for SYLK.
    text.line(0).starts_with("ID;P")
        && ["B;", "C;", "F;", "P;", "O;"].iter().any(|record| text.line(1).starts_with(record))
}

fn is_json(text: &Text<'_>) -> bool {
    let mut rest = text.text.chars().filter(|c| !c.is_whitespace());
    matches!(
        (rest.next(), rest.next()),
        (Some('{'), Some('"' | '}')) | (Some('['), Some('{' | '[' | '"' | ']'))
    )
}

fn is_json_lines(text: &Text<'_>) -> bool {
    is_json(text)
        && text.line(0).starts_with('{')
        && text.line(0).ends_with('}')
        && text.line(1).starts_with('{')
}

fn is_sql(text: &Text<'_>) -> bool {
    let statement = text.lines().find(|line| !line.starts_with("--") && !line.starts_with("/*"));
    let statement = statement.unwrap_or_default().to_ascii_uppercase();
    [
        "INSERT INTO ",
        "CREATE TABLE ",
        "DROP TABLE ",
        "PRAGMA ",
        "BEGIN TRANSACTION;",
        "SET @",
        "SET SQL_MODE",
    ]
    .iter()
    .any(|words| statement.starts_with(words))
        || (text.begins("-- ") && text.line(0).contains(" dump"))
}

/// Whether a line is drawn between the headings and the rows.
fn is_rule(line: &str) -> bool {
    line.contains("--") && line.chars().all(|c| matches!(c, '-' | '+' | '|' | ':' | ' '))
}

/// Header fields that programs add to each message. Reports have lines such as `Date:` above their table, too.
const HEADERS: [&str; 5] =
    ["received", "return-path", "mime-version", "message-id", "delivered-to"];

fn is_mail(text: &Text<'_>) -> bool {
    let name_of = |line: &str| {
        let (name, _) = line.split_once(':')?;
        let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        (is_name && !name.is_empty()).then(|| name.to_ascii_lowercase())
    };
    // A mailbox begins with this line.
    let first = text.line(0);
    let is_mailbox = first.starts_with("From ") && first.ends_with(|c: char| c.is_ascii_digit());
    (is_mailbox || name_of(first).is_some())
        && text.lines().take(30).filter_map(name_of).any(|name| HEADERS.contains(&name.as_str()))
}

fn is_settings(text: &Text<'_>) -> bool {
    let lines = || text.lines().filter(|line| !line.starts_with(['#', ';']));
    let is_section = |line: &str| {
        line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).is_some_and(|name| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
        })
    };
    let is_value = |line: &str| {
        line.split_once('=').is_some_and(|(key, _)| {
            let key = key.trim();
            !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
        })
    };
    lines().next().is_some_and(is_section) && lines().nth(1).is_some_and(is_value)
}

fn is_yaml(text: &Text<'_>) -> bool {
    let is_pair = |line: &str| {
        line.split_once(':').is_some_and(|(key, value)| {
            !key.is_empty()
                && key.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
                && (value.is_empty() || value.starts_with(' '))
        })
    };
    let mut lines = text.lines().filter(|line| !line.starts_with('#'));
    let first = lines.next().unwrap_or_default();
    let first = if first == "---" { lines.next().unwrap_or_default() } else { first };
    let second = lines.next().unwrap_or_default();
    // `people:` and a list, or a list of people at once.
    let item = first
        .strip_prefix("- ")
        .or_else(|| if is_pair(first) { second.strip_prefix("- ") } else { None });
    item.is_some_and(is_pair)
}
