use std::path::PathBuf;

use crate::settings::read;
use crate::test_folder::{SERVER, meeting};

/// The problems of a folder with these lines under `[server]`.
fn problems(server: &str) -> Vec<(u64, String, String)> {
    let loaded = read(PathBuf::from("meeting.toml"), meeting(server, "")).unwrap();
    let of = |problem: &meetmint_batch::Problem| {
        assert!(["refused-claim", "bad-accepts", "wrong-type"].contains(&problem.code));
        let hint = problem.hint.clone().unwrap();
        (problem.line.unwrap(), problem.message.clone(), hint)
    };
    loaded.problems.iter().map(of).collect()
}

/// `[server]` with other lines; JaaS and Docker have theirs in place of what is not in them.
fn server(kind: &str, lines: &str) -> String {
    let base = match kind {
        "jaas" => SERVER
            .replace("url = \"https://meet.example.org\"\n", "key_id = \"4f\"\n")
            .replace("secret", "key"),
        _ => SERVER.to_owned(),
    };
    format!("{}{lines}\n", base.replace("debian", kind))
}

/// A claim that the server refuses is reported at its line, and nothing is left to report when the hint is followed:
/// `cured` are the lines that it leads to.
#[track_caller]
fn case(kind: &str, lines: &str, expected: &[(u64, &str, &str)], cured: &[&str]) {
    let found = problems(&server(kind, lines));
    let found: Vec<_> =
        found.iter().map(|(line, message, hint)| (*line, &**message, &**hint)).collect();
    assert_eq!(found, expected);
    for lines in cured {
        assert_eq!(problems(&server(kind, lines)), [], "{lines}");
    }
}

#[test]
fn an_issuer_or_audience_that_the_server_refuses_is_reported() {
    let issuers = "[server.accepts]\nissuers = [\"crm\", \"web\"]";
    case(
        "debian",
        issuers,
        &[(
            7,
            "the server accepts `crm`, `web` as `iss`, and tokens of this meeting have `acme`",
            "write issuer = \"crm\" under [server], or correct `issuers` under [server.accepts] if the server's configuration says otherwise",
        )],
        &[
            "issuer = \"crm\"\n[server.accepts]\nissuers = [\"crm\", \"web\"]",
            "[server.accepts]\nissuers = [\"crm\", \"acme\"]",
            "[server.accepts]\nissuers = [\"*\"]",
        ],
    );
    // A value that needs escapes in TOML.
    case(
        "debian",
        r#"[server.accepts]
issuers = ['a"b\c']"#,
        &[(
            7,
            r#"the server accepts `a"b\c` as `iss`, and tokens of this meeting have `acme`"#,
            r#"write issuer = "a\"b\\c" under [server], or correct `issuers` under [server.accepts] if the server's configuration says otherwise"#,
        )],
        &[r#"issuer = "a\"b\\c"
[server.accepts]
issuers = ['a"b\c']"#],
    );
    // Servers compare exactly, and whoever writes a claim is asked about that line.
    case(
        "docker",
        "issuer = \"CRM\"\naudience = \"calls\"\n[server.accepts]\nissuers = [\"crm\"]\naudiences = [\"jitsi\"]",
        &[
            (
                6,
                "the server accepts `crm` as `iss`, and tokens of this meeting have `CRM`",
                "write issuer = \"crm\" under [server], or correct `issuers` under [server.accepts] if the server's configuration says otherwise",
            ),
            (
                7,
                "the server accepts `jitsi` as `aud`, and tokens of this meeting have `calls`",
                "write audience = \"jitsi\" under [server], or correct `audiences` under [server.accepts] if the server's configuration says otherwise",
            ),
        ],
        &[
            "issuer = \"crm\"\naudience = \"jitsi\"\n[server.accepts]\nissuers = [\"crm\"]\naudiences = [\"jitsi\"]",
        ],
    );
    // Without a list, whoever writes a claim knows what the server accepts; JaaS accepts the same for everybody.
    case("debian", "issuer = \"crm\"\naudience = \"calls\"\nsubject = \"prosody.test\"", &[], &[]);
    case(
        "jaas",
        "issuer = \"crm\"\naudience = \"calls\"\nsubject = \"*\"",
        &[
            (
                6,
                "the server accepts `chat` as `iss`, and tokens of this meeting have `crm`",
                "remove `issuer`: it follows from the kind of server",
            ),
            (
                7,
                "the server accepts `jitsi` as `aud`, and tokens of this meeting have `calls`",
                "remove `audience`: it follows from the kind of server",
            ),
            (
                8,
                "the server compares `sub` with `acme`, and tokens of this meeting have `*`",
                "remove `subject`: for JaaS it is the AppID",
            ),
        ],
        &[""],
    );
}

#[test]
fn a_subject_that_the_server_refuses_is_reported() {
    const TENANT: &str = "url = \"https://meet.example.org/Sales.EU\"";
    let compared = (
        6,
        "the server compares `sub` with `sales_eu`, and tokens of this meeting have `meet.example.org`",
        "remove `subject`; if the server does not compare it, write subject = false under [server.accepts]",
    );
    let tenant =
        |lines: &str| server("debian", lines).replace("url = \"https://meet.example.org\"", TENANT);
    let found = problems(&tenant("subject = \"meet.example.org\""));
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].0, &*found[0].1, &*found[0].2), compared);
    for lines in [
        "",
        "subject = \"*\"",
        "subject = \"Sales_EU\"",
        "subject = \"meet.example.org\"\n[server.accepts]\nsubject = false",
        // Without the plugin that compares rooms, `sub` is not compared either.
        "subject = \"meet.example.org\"\n[server.accepts]\nroom = false",
    ] {
        assert_eq!(problems(&tenant(lines)), [], "{lines}");
    }
    // Docker's images do not compare it by default.
    let docker = tenant("subject = \"meet.jitsi\"").replace("debian", "docker");
    assert_eq!(problems(&docker), []);
    let found = problems(&format!("{docker}[server.accepts]\nsubject = true\n"));
    assert_eq!(found.len(), 1);
    assert!(found[0].2.ends_with("under [server.accepts] if the server does not compare it"));

    case(
        "docker",
        "subject = \"*\"\n[server.accepts]\nwildcards = false",
        &[(
            6,
            "the server refuses `*` as `sub`: `wildcards` is false",
            "remove `subject`: it then follows from `kind` and `url`",
        )],
        &[
            "[server.accepts]\nwildcards = false",
            "subject = \"*\"\n[server.accepts]\nwildcards = true",
        ],
    );
}

#[test]
fn what_cannot_be_read_has_no_consequences() {
    for (lines, count) in [
        ("subject = \"x\"\n[server.accepts]\nsubject = \"false\"", 1),
        ("subject = \"*\"\n[server.accepts]\nwildcards = \"no\"", 1),
        ("[server.accepts]\nissuers = []\naudiences = [\"\"]", 2),
        ("[server.accepts]\nissuers = [\" acme\"]\naudiences = [\"a\\tb\"]", 2),
        // The others are reported all the same.
        ("[server.accepts]\nissuers = [\"crm\"]\nplugins = \"2020\"", 2),
    ] {
        let found = problems(&server("debian", lines).replace("example.org", "example.org/team"));
        assert_eq!(found.len(), count, "{found:?}");
    }
}
