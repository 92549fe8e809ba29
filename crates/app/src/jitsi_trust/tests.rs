use std::fs;

use rcgen::{CertificateParams, KeyPair};

use super::*;
use crate::check::check;
use crate::init::{InitRequest, init};
use crate::links::{LinkTarget, LinksRequest, links};
use crate::selection::SelectionRequest;
use crate::settings;
use crate::test_folder::{PEOPLE, SERVER, TestFolder};

/// A meeting with this line under `[server]`.
fn folder(line: &str) -> TestFolder {
    TestFolder::new(&format!("{SERVER}{line}\n"), "", PEOPLE)
}

fn trusted(folder: &TestFolder) -> Result<Trust, Problem> {
    trust(&settings::load(folder.path().join("meeting.toml")).unwrap().settings.unwrap())
}

/// The warnings of `check` about authorities: message and hint.
fn warnings(folder: &TestFolder) -> Vec<(String, Option<String>)> {
    let report = check(&folder.context()).unwrap();
    assert!(report.is_valid(), "{:?}", report.problems);
    let warnings = report.warnings.into_iter().filter(|notice| notice.code == CODE);
    warnings.map(|notice| (notice.message, notice.hint)).collect()
}

fn pem() -> String {
    let params = CertificateParams::new(vec!["meet.example.org".to_owned()]).unwrap();
    params.self_signed(&KeyPair::generate().unwrap()).unwrap().pem()
}

#[test]
fn check_and_doctor_say_the_same_of_a_file_that_cannot_be_used() {
    let pem = pem();
    for (text, why) in [
        (None, "` does not exist"),
        (Some("no certificate"), "`: it has no `BEGIN CERTIFICATE` line"),
        (Some(&pem[..100]), "cannot read PEM certificates from `"),
    ] {
        let folder = folder("ca = \"ca.pem\"");
        if let Some(text) = text {
            folder.write("ca.pem", text);
        }
        let problem = trusted(&folder).unwrap_err();
        assert_eq!((problem.code, problem.line), (CODE, Some(6)));
        assert!(problem.message.contains(why), "{}", problem.message);
        assert!(problem.message.contains("ca.pem"), "{}", problem.message);
        assert_eq!(warnings(&folder), [(problem.message, problem.hint)]);
        // Links need no server.
        let mut file = Vec::new();
        let request = LinksRequest {
            format: meetmint_batch::LinkFormat::Jsonl,
            target: LinkTarget::Writer(&mut file),
            selection: SelectionRequest::default(),
            keep: Vec::new(),
        };
        assert_eq!(links(&folder.context(), request).unwrap().links, 2);
    }
}

#[test]
fn a_file_with_certificates_is_read_from_the_meeting_folder() {
    for line in ["ca = \"ca.pem\"", "ca = \"./ca.pem\""] {
        let folder = folder(line);
        folder.write("ca.pem", &pem());
        assert!(trusted(&folder).is_ok());
        assert_eq!(warnings(&folder), []);
    }
    // Where the path is absolute, the folder does not matter.
    let other = folder("");
    other.write("ca.pem", &pem());
    let path = other.path().join("ca.pem");
    assert!(trusted(&folder(&format!("ca = {:?}", path.display().to_string()))).is_ok());
}

#[test]
fn settings_without_effect_are_refused() {
    let local = SERVER.replace("https://meet.example.org", "http://localhost:8000");
    for (server, code, message, hint) in [
        (
            format!("{SERVER}ca = \" \""),
            "empty-value",
            "`ca` is empty",
            "name a file with certificates, or remove `ca` to trust those of this machine",
        ),
        (
            format!("{local}ca = \"ca.pem\""),
            "no-tls",
            "`ca` has no effect, because `url` starts with `http://`",
            "remove `ca`, or write `url` with `https://`",
        ),
    ] {
        let folder = TestFolder::new(&server, "", PEOPLE);
        let problems = settings::load(folder.path().join("meeting.toml")).unwrap().problems;
        let [problem] = problems.as_slice() else { panic!("{problems:?}") };
        assert_eq!(
            (problem.code, problem.line, problem.message.as_str(), problem.hint.as_deref()),
            (code, Some(6), message, Some(hint))
        );
    }
    // Without TLS, no list of authorities is needed.
    assert!(trusted(&TestFolder::new(&local, "", PEOPLE)).is_ok());
}

#[test]
fn the_file_belongs_to_the_meeting() {
    let folder = folder("ca = \"ca.pem\"");
    let text = pem();
    folder.write("ca.pem", &text);
    let request = |target| LinksRequest {
        format: meetmint_batch::LinkFormat::Jsonl,
        target,
        selection: SelectionRequest::default(),
        keep: Vec::new(),
    };
    let target = LinkTarget::File(folder.path().join("ca.pem"));
    let error = links(&folder.context(), request(target)).unwrap_err();
    assert!(error.to_string().contains("is one of the files of this meeting"), "{error}");
    assert_eq!(fs::read_to_string(folder.path().join("ca.pem")).unwrap(), text);
    // A meeting like this one has a copy.
    let request = InitRequest {
        dir: folder.path().join("spring"),
        roster: None,
        like: Some(folder.path().to_owned()),
        templates: false,
        server_config: Vec::new(),
        host: None,
    };
    init(&folder.context(), &request).unwrap();
    assert_eq!(fs::read_to_string(folder.path().join("spring/ca.pem")).unwrap(), text);
}
