//! Server files of our own making, and what is read from them.
//!
//! Each `.case` in `files` has the files of one server, and what they come to. `UPDATE=1` writes the latter anew: read
//! the difference before it is committed.
#![expect(clippy::unwrap_used, reason = "a failed expectation ends the test")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use meetmint_core::RoleRule;
use meetmint_doctor::{FileGiven, KeyFact, Refused, ServerFacts, ServerFiles};

/// Every secret of the cases has it in it, and no name has.
const MARK: &str = "5ecret";

struct Case {
    path: PathBuf,
    /// Names and contents.
    files: Vec<(String, String)>,
    want: String,
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files");
    let entries = std::fs::read_dir(folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.into_iter().map(case).collect()
}

fn case(path: PathBuf) -> Case {
    let text = std::fs::read_to_string(&path).unwrap();
    let mut parts: Vec<(String, String)> = text
        .split("==== ")
        .skip(1)
        .map(|part| part.split_once('\n').unwrap())
        .map(|(name, text)| (name.to_owned(), text.to_owned()))
        .collect();
    let (last, want) = parts.pop().unwrap();
    assert_eq!(last, "want", "{}", path.display());
    Case { path, files: parts, want }
}

fn read(files: &[(String, String)]) -> Result<ServerFiles, Vec<Refused>> {
    let given: Vec<FileGiven<'_>> =
        files.iter().map(|(name, text)| FileGiven { name, octets: text.as_bytes() }).collect();
    ServerFiles::read(&given)
}

/// What the files of a case come to, for all hosts. The secret is shown here, and only here.
fn outcome(case: &Case) -> String {
    let files = match read(&case.files) {
        Ok(files) => files,
        Err(refused) => return refused.iter().map(refusal).collect(),
    };
    let hosts = match files.hosts() {
        Ok(hosts) if hosts.len() > 1 => hosts.into_iter().map(Some).collect(),
        Ok(_) => vec![None],
        Err(refused) => return refusal(&refused),
    };
    hosts
        .iter()
        .map(|host| match files.facts(host.as_deref()) {
            Ok(facts) => shown(&facts),
            Err(refused) => refusal(&refused),
        })
        .collect()
}

fn refusal(refused: &Refused) -> String {
    let Refused { code, file, at, message, hint } = refused;
    let file = file.as_deref().map(|file| format!("{file}:")).unwrap_or_default();
    let at = at.map(|(line, column)| format!("{line}:{column}:")).unwrap_or_default();
    format!("refused[{code}] {file}{at} {message}\n  {hint}\n")
}

fn shown(facts: &ServerFacts) -> String {
    let app_id = facts.app_id.as_deref().unwrap_or("?");
    let key = match &facts.key {
        KeyFact::Secret(secret) => format!("{:?}", String::from_utf8_lossy(secret.reveal())),
        KeyFact::UnknownSecret => "unknown secret".to_owned(),
        KeyFact::PublicKeys => "public keys".to_owned(),
    };
    let mut text = format!(
        "{} at {}, app_id {app_id}, {key}\n",
        facts.kind,
        facts.url.as_deref().unwrap_or("?")
    );
    let algorithm = facts.algorithm.map(|algorithm| algorithm.to_string());
    for (name, value) in [
        ("algorithm", algorithm.as_deref()),
        ("issuer", facts.issuer(app_id)),
        ("audience", facts.audience()),
        ("subject", facts.subject.as_deref()),
    ] {
        if let Some(value) = value {
            writeln!(text, "{name} {value}").unwrap();
        }
    }
    let accepts = facts.accepts(app_id);
    let roles: Vec<String> = accepts.roles.iter().map(RoleRule::to_string).collect();
    writeln!(
        text,
        "accepts iss {:?}, aud {:?}, subject {}, guests {}, room {}, wildcards {}, roles {roles:?}",
        accepts.issuers,
        accepts.audiences,
        accepts.subject,
        accepts.guests,
        accepts.room,
        accepts.wildcards
    )
    .unwrap();
    for value in &facts.read {
        writeln!(text, "read {} {} = {}", value.place, value.name, value.value).unwrap();
    }
    for remark in &facts.remarks {
        let kind = if remark.is_warning { "warning" } else { "note" };
        writeln!(text, "{kind}[{}] {}: {}", remark.code, remark.place, remark.message).unwrap();
        if let Some(hint) = &remark.hint {
            writeln!(text, "  {hint}").unwrap();
        }
    }
    let certain = if facts.moderators.is_certain { "" } else { " (not certain)" };
    writeln!(text, "moderators{certain}: {}", facts.moderators.message).unwrap();
    if let Some(hint) = &facts.moderators.hint {
        writeln!(text, "  {hint}").unwrap();
    }
    text
}

#[test]
fn every_file_is_read_as_expected() {
    let cases = cases();
    assert!(cases.len() >= 40, "{} cases", cases.len());
    let mut wrong = String::new();
    for case in &cases {
        let found = outcome(case);
        if std::env::var_os("UPDATE").is_some() {
            let text = std::fs::read_to_string(&case.path).unwrap();
            let (files, _) = text.rsplit_once("==== want\n").unwrap();
            std::fs::write(&case.path, format!("{files}==== want\n{found}")).unwrap();
        } else if found != case.want {
            let name = case.path.file_name().unwrap().to_string_lossy();
            write!(wrong, "{name}\n--- found\n{found}--- want\n{}\n", case.want).unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn no_secret_is_in_anything_that_is_said() {
    let mut with_secret = 0;
    for case in cases() {
        let files = match read(&case.files) {
            Ok(files) => files,
            Err(refused) => {
                assert!(!format!("{refused:?}").contains(MARK), "{refused:?}");
                continue;
            }
        };
        assert!(!format!("{files:?}").contains(MARK), "{}", case.path.display());
        let hosts = files.hosts();
        assert!(!format!("{hosts:?}").contains(MARK), "{}", case.path.display());
        let host = hosts.ok().and_then(|hosts| hosts.into_iter().next());
        let facts = files.facts(host.as_deref());
        assert!(!format!("{facts:?}").contains(MARK), "{facts:?}");
        with_secret +=
            usize::from(facts.is_ok_and(|facts| matches!(facts.key, KeyFact::Secret(_))));
    }
    assert!(with_secret > 25, "{with_secret}");
}

#[test]
fn what_windows_writes_is_read() {
    let case =
        cases().into_iter().find(|case| case.path.ends_with("01-plain-debian.case")).unwrap();
    let text = &case.files[0].1;
    let expected = read(&case.files).unwrap().facts(None).unwrap();
    let units = || "\u{feff}".encode_utf16().chain(text.encode_utf16());
    let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
    for octets in [little, big, format!("\u{feff}{text}").into_bytes()] {
        let given = FileGiven { name: &case.files[0].0, octets: &octets };
        let files = ServerFiles::read(&[given]).unwrap();
        assert_eq!(files.facts(None).unwrap(), expected);
    }
    // Half a character at the end is none.
    assert!(ServerFiles::read(&[FileGiven { name: "a", octets: b"\xff\xfea" }]).is_err());
}

#[test]
fn a_file_that_is_given_twice_is_read_once() {
    for case in cases() {
        let twice = Case {
            files: case.files.iter().flat_map(|file| [file.clone(), file.clone()]).collect(),
            ..case
        };
        assert_eq!(outcome(&twice), twice.want, "{}", twice.path.display());
    }
}

#[test]
fn an_empty_file_is_called_empty() {
    for octets in [&b""[..], b" \r\n", b"\xef\xbb\xbf", b"\xff\xfe"] {
        let refused = ServerFiles::read(&[FileGiven { name: "a", octets }]).unwrap_err();
        assert!(refused[0].message.starts_with("this is empty"), "{refused:?}");
    }
}
