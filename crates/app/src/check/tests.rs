use super::roles::MODERATION;
use super::*;
use crate::test_folder::{PEOPLE, SERVER, TestFolder};

/// What `check` says about a valid folder: code, whether it is a warning, message and hint.
#[track_caller]
fn said(
    server: &str,
    more: &str,
    people: &str,
) -> Vec<(&'static str, bool, String, Option<String>)> {
    let folder = TestFolder::new(server, more, people);
    let report = check(&folder.context()).unwrap();
    assert!(report.is_valid(), "{:?}", report.problems);
    let notices = report.warnings.into_iter().chain(report.notes);
    notices
        .filter(|notice| notice.code != "no-from")
        .map(|notice| {
            (notice.code, notice.severity == Severity::Warning, notice.message, notice.hint)
        })
        .collect()
}

/// Those of one code, as `warning: message | hint`.
#[track_caller]
fn of(code: &str, server: &str, more: &str, people: &str) -> Vec<String> {
    let said = said(server, more, people).into_iter().filter(|notice| notice.0 == code);
    said.map(|(_, is_warning, message, hint)| {
        let kind = if is_warning { "warning" } else { "note" };
        match hint {
            Some(hint) => format!("{kind}: {message} | {hint}"),
            None => format!("{kind}: {message}"),
        }
    })
    .collect()
}

fn docker() -> String {
    SERVER.replace("debian", "docker")
}

#[test]
fn a_server_with_which_nothing_is_wrong_gets_one_sentence() {
    let server = format!("{SERVER}[server.accepts]\nroles = [\"token_affiliation\"]\n");
    assert_eq!(
        said(&server, "", PEOPLE),
        [(
            MODERATION,
            false,
            "on this server, moderators are the people whose role here says so, and nobody else"
                .to_owned(),
            None
        )]
    );
}

#[test]
fn who_will_be_a_moderator_is_compared_with_the_roster() {
    let moderation = |server: &str, more: &str, people: &str| {
        let said = of(MODERATION, server, more, people);
        assert_eq!(said.len(), 1, "{said:?}");
        said[0].split(" | ").next().unwrap().to_owned()
    };
    let accepts = |roles: &str| format!("{SERVER}[server.accepts]\nroles = [{roles}]\n");
    assert_eq!(
        moderation(SERVER, "", PEOPLE),
        "note: unless the server is set up otherwise, whoever joins first becomes a moderator, whatever their role here says"
    );
    let everybody =
        "everybody who joins with a link becomes a moderator, whatever their role here says";
    assert_eq!(
        moderation(&docker(), "", PEOPLE),
        format!(
            "warning: unless the server is set up otherwise, {everybody}: 1 person in the roster should not be one"
        )
    );
    let people = format!("{PEOPLE}cy@example.org,Cy,\ndi@example.org,Di,audience\n");
    let audience = "[roles.audience]\nvisitor = true\n";
    // Visitors watch from outside of the room.
    assert_eq!(
        moderation(&accepts("\"everybody\", \"token_affiliation\""), audience, &people),
        format!(
            "warning: on this server, {everybody}: 2 people in the roster should not be moderators"
        )
    );
    let moderators = "email,role\nada@example.org,moderator\ndi@example.org,audience\n";
    assert_eq!(
        moderation(&accepts("\"everybody\""), audience, moderators),
        format!("note: on this server, {everybody}")
    );
    assert_eq!(
        moderation(&accepts(""), "", PEOPLE),
        "warning: on this server, nobody becomes a moderator, whatever their role here says: 1 person in the roster should be one"
    );
    // A remedy that is followed ends the warning.
    let said = of(MODERATION, &docker(), "", PEOPLE);
    let (_, roles) = said[0].rsplit_once("write ").unwrap();
    let roles = roles.strip_suffix(" under [server.accepts]").unwrap();
    assert_eq!(
        of(MODERATION, &format!("{}[server.accepts]\n{roles}\n", docker()), "", PEOPLE),
        [
            "note: on this server, moderators are the people whose role here says so, and nobody else"
        ]
    );
}

#[test]
fn a_room_without_a_moderator_is_a_warning_where_roles_count() {
    let nobody = "email,name\nada@example.org,Ada\n";
    let warnings = |lines: &str| of("no-moderator", &format!("{SERVER}{lines}"), "", nobody).len();
    // By default, the server may be set up otherwise than is assumed.
    assert_eq!(warnings(""), 1);
    for (roles, count) in [
        ("\"token_affiliation\"", 1),
        ("\"first\", \"token_affiliation\"", 1),
        ("\"everybody\", \"token_moderation\"", 0),
        ("\"first\"", 0),
        ("\"everybody\"", 0),
        ("", 0),
    ] {
        assert_eq!(warnings(&format!("[server.accepts]\nroles = [{roles}]\n")), count, "{roles}");
    }
}

#[test]
fn who_will_be_a_moderator_is_not_said_above_errors() {
    let has_moderation = |report: &CheckReport| {
        report.warnings.iter().chain(&report.notes).any(|notice| notice.code == MODERATION)
    };
    let folder = TestFolder::new(&docker(), "", "email,name\nada,Ada\n");
    let report = check(&folder.context()).unwrap();
    assert!(!report.is_valid() && !has_moderation(&report));
    // A message that cannot be made is found last.
    let mail = "[mail]\nfrom = \"a@example.org\"\ntemplates = \"t\"\n";
    let folder = TestFolder::new(&docker(), mail, PEOPLE);
    std::fs::create_dir(folder.path().join("t")).unwrap();
    folder.write("t/invite.txt", "{{ link }}");
    let report = check(&folder.context()).unwrap();
    assert!(report.is_valid() && has_moderation(&report), "{:?}", report.problems);
    folder.write(
        "t/invite.txt",
        "{{ link }}{% if name == \"Bob\" %}{{ throw(message=\"no\") }}{% endif %}",
    );
    let report = check(&folder.context()).unwrap();
    assert_eq!(report.problems[0].code, "no-message");
    assert!(!has_moderation(&report));
}

#[test]
fn prosody_13_refuses_some_tenants() {
    let tenant = |tenant: &str| {
        let server = SERVER.replace("example.org", &format!("example.org/{tenant}"));
        of("tenant", &server, "", PEOPLE)
    };
    let hint = "use a tenant of letters, digits and `-`, such as `Sales-EU`; older versions of Prosody accept this one";
    assert_eq!(
        tenant("Sales_EU"),
        [format!("warning: Prosody 13 refuses all links with the tenant `Sales_EU` | {hint}")]
    );
    assert_eq!(
        tenant("Sales.EU"),
        [format!(
            "warning: Prosody 13 refuses all links with the tenant `Sales.EU`, because the server writes each `.` as `_` | {hint}"
        )]
    );
    // What is suggested is a tenant, and nothing to warn of.
    for (odd, plain) in [
        ("_x", "x"),
        ("a_", "a"),
        ("_", "team"),
        ("a._b", "a--b"),
        ("_load_test", "team-load-test"),
        ("a_css", "a-css"),
    ] {
        let said = tenant(odd);
        assert!(said[0].contains(&format!("such as `{plain}`")), "{said:?}");
        assert_eq!(tenant(plain), [] as [String; 0]);
    }
    // Docker's images are patched.
    let server = docker().replace("example.org", "example.org/Sales_EU");
    assert_eq!(of("tenant", &server, "", PEOPLE), [] as [String; 0]);
}

#[test]
fn the_name_of_a_server_can_have_two_spellings() {
    for host in ["münchen.example", "xn--mnchen-3ya.example", "MÜNCHEN.example"] {
        let server = SERVER.replace("meet.example.org", host);
        assert_eq!(
            of("unicode-host", &server, "", PEOPLE),
            [
                "warning: the server may be called `münchen.example` in its own configuration: tokens are refused if `sub` has another spelling, and it is `xn--mnchen-3ya.example` | look up VirtualHost in Prosody's file, and write subject = \"münchen.example\" or subject = \"xn--mnchen-3ya.example\" under [server], whichever it says"
            ]
        );
        for silent in [
            format!("{server}subject = \"münchen.example\"\n"),
            format!("{server}subject = \"xn--mnchen-3ya.example\"\n"),
            format!("{server}[server.accepts]\nsubject = false\n"),
            server.replace(".example\"", ".example/team\""),
            server.replace("debian", "docker"),
        ] {
            assert_eq!(of("unicode-host", &silent, "", PEOPLE), [] as [String; 0], "{silent}");
        }
    }
}

#[test]
fn a_subject_that_servers_rarely_compare_with_is_doubted() {
    let subject = |server: &str| of("subject", server, "", PEOPLE);
    assert_eq!(
        subject(&format!("{SERVER}subject = \"acme\"\n")),
        [
            "warning: `subject` is the app ID, and the server compares `sub` with the name of its VirtualHost | remove `subject`, unless the VirtualHost has that name"
        ]
    );
    let docker = format!("{}subject = \"meet.example.org\"\n", docker());
    assert_eq!(
        subject(&format!("{docker}[server.accepts]\nsubject = true\n")),
        [
            "warning: `subject` is the public host, and the server compares `sub` with its XMPP domain, which is `meet.jitsi` by default | remove `subject`, unless XMPP_DOMAIN in the server's .env is that host"
        ]
    );
    for silent in [
        docker,
        format!("{SERVER}subject = \"meet.example.org\"\n"),
        format!("{SERVER}subject = \"*\"\n"),
    ] {
        assert_eq!(subject(&silent), [] as [String; 0], "{silent}");
    }
}

#[test]
fn a_server_that_lets_more_people_in_is_a_warning() {
    let server = format!("{SERVER}[server.accepts]\nroom = false\nguests = true\n");
    assert_eq!(
        of("room-not-checked", &server, "", PEOPLE),
        [
            "warning: each link opens every room of the server: it does not compare the room with the token | add token_verification to modules_enabled of the MUC component in Prosody's file, and remove room = false under [server.accepts]"
        ]
    );
    assert_eq!(
        of("guests", &server, "", PEOPLE),
        [
            "warning: people without a link can join, too: the server accepts them without a token | to let in only people with links, set allow_empty_token = false in Prosody's file, and remove guests = true under [server.accepts]"
        ]
    );
    let guests = of("guests", &server.replace("debian", "docker"), "", PEOPLE);
    assert!(guests[0].contains("set JWT_ALLOW_EMPTY=0 in the server's .env"), "{guests:?}");
}

#[test]
fn a_room_that_is_encoded_by_hand_is_a_warning() {
    let more = "per_row = [\"room\"]\n";
    let people = "email,room,role\na@example.org,Town%20Hall,moderator\nb@example.org,Caf%C3%A9,host\nc@example.org,Town%20Hall,\nd@example.org,100%,host\n";
    let is =
        "is percent-encoded already, so its link has each `%` as `%25`: it is another room than";
    assert_eq!(
        of("encoded-room", SERVER, more, people),
        [
            format!("warning: the room `Caf%C3%A9` {is} `Café` | write `Café` in the roster"),
            format!(
                "warning: the room `Town%20Hall` {is} `Town Hall` | write `Town Hall` in the roster"
            ),
        ]
    );
    let folder = TestFolder::new(SERVER, "", PEOPLE);
    let text = std::fs::read_to_string(folder.path().join("meeting.toml")).unwrap();
    folder.write("meeting.toml", &text.replace("\"town-hall\"", "\"Town%20Hall\""));
    let report = check(&folder.context()).unwrap();
    let hint = report.warnings[0].hint.as_deref();
    assert_eq!(hint, Some("write room = \"Town Hall\" under [meeting]"));
    // Many are counted.
    let rows = (0..8).map(|at| format!("a@example.org,a%20{at},host\n"));
    let people = format!("email,room,role\n{}", rows.collect::<String>());
    let said = of("encoded-room", SERVER, more, &people);
    assert_eq!(
        (said.len(), said[5].as_str()),
        (6, "warning: 3 more rooms are percent-encoded already")
    );
}

#[test]
fn a_room_that_is_too_long_is_refused_with_and_without_a_tenant() {
    let problems = |server: &str, room: usize, row: usize| {
        let people = format!("email,room\na@example.org,{}\n", "x".repeat(row));
        let folder = TestFolder::new(server, "per_row = [\"room\"]\n", &people);
        let text = std::fs::read_to_string(folder.path().join("meeting.toml")).unwrap();
        folder.write(
            "meeting.toml",
            &text.replace("\"town-hall\"", &format!("\"{}\"", "y".repeat(room))),
        );
        let report = check(&folder.context()).unwrap();
        report.problems.iter().map(|problem| (problem.code, problem.line)).collect::<Vec<_>>()
    };
    // Line 10 is that of `room`. A tenant and its brackets count, too (`jitsi-tokens` facts, §9).
    let tenant = SERVER.replace("example.org", "example.org/team");
    assert_eq!(problems(SERVER, 1023, 1023), []);
    assert_eq!(problems(SERVER, 1024, 5), [("bad-room", Some(10))]);
    assert_eq!(problems(SERVER, 5, 1024), [("bad-room", Some(2))]);
    assert_eq!(problems(&tenant, 1017, 1017), []);
    assert_eq!(problems(&tenant, 5, 1018), [("link-too-long", Some(2))]);
    assert_eq!(problems(&tenant, 1018, 5)[0].0, "link-too-long");
}

#[test]
fn the_web_servers_own_paths_are_refused_with_and_without_a_tenant() {
    let tenant = SERVER.replace("example.org", "example.org/team");
    for server in [SERVER, &tenant] {
        for room in
            ["http-bind", "xmpp-websocket-2", "css/x", "lang", "title.html", "_api/room-info"]
        {
            let people = format!("email,room\na@example.org,{room}\n");
            let folder = TestFolder::new(server, "per_row = [\"room\"]\n", &people);
            let report = check(&folder.context()).unwrap();
            assert_eq!(report.problems[0].code, "bad-room", "{room}");
        }
    }
}

#[test]
fn a_list_of_features_switches_the_others_off() {
    let features = |server: &str, roles: &str| of("features", server, roles, PEOPLE);
    assert_eq!(
        features(
            SERVER,
            "[roles.host]\nmoderator = true\nfeatures = [\"file-upload\", \"name-readonly\", \"recording\"]\n"
        ),
        [
            "note: the list of features of the role `host` switches everything else off, also `livestreaming`, `transcription`, `outbound-call`, `create-polls`, `send-groupchat`, `flip`, `live-translation` | add what these moderators need to the list"
        ]
    );
    let all = "[roles.moderator]\nfeatures = [\"livestreaming\", \"recording\", \"transcription\", \"outbound-call\", \"create-polls\", \"send-groupchat\", \"flip\", \"live-translation\"]\n";
    let others = "[roles.speaker]\nfeatures = [\"screen-sharing\"]\n";
    for silent in ["", all, others] {
        assert_eq!(features(SERVER, silent), [] as [String; 0]);
    }
    // JaaS has other ones, and gives them to moderators alone.
    let jaas = "kind = \"jaas\"\napp_id = \"acme\"\nkey = { file = \"k.pem\" }\nkey_id = \"4f\"\n";
    let jaas = |roles: &str| {
        let folder = TestFolder::new(jaas, roles, PEOPLE);
        folder.write_key("k.pem");
        let notes = check(&folder.context()).unwrap().notes;
        let notes = notes.into_iter().filter(|note| note.code == "features");
        notes.map(|note| note.message).collect::<Vec<_>>()
    };
    assert_eq!(
        jaas(
            "[roles.host]\nmoderator = true\nfeatures = [\"file-upload\", \"recording\"]\n[roles.speaker]\nfeatures = [\"recording\"]\n"
        ),
        [
            "the list of features of the role `host` switches everything else off, also `livestreaming`, `transcription`, `sip-inbound-call`, `sip-outbound-call`, `inbound-call`, `outbound-call`, `list-visitors`, `send-groupchat`, `create-polls`",
            "JaaS gives features to moderators only: the list of the role `speaker` has no effect",
        ]
    );
    assert_eq!(jaas("[roles.speaker]\nfeatures = []\n"), [] as [String; 0]);
}

#[test]
fn claims_that_need_something_on_the_server_are_noted() {
    let more = "[roles.audience]\nvisitor = true\n[roles.host]\nlobby_bypass = true\n[roles.board]\nlobby_bypass = true\nsecurity_bypass = true\n";
    assert_eq!(
        of("visitor", SERVER, more, PEOPLE),
        [
            "note: visitors (`audience`) only watch where the server is set up for visitors; elsewhere they join like everybody else"
        ]
    );
    let hint = "the plugin is in github.com/jitsi-contrib/prosody-plugins";
    assert_eq!(
        of("bypass", SERVER, more, PEOPLE),
        [
            format!(
                "note: `lobby_bypass` (`board`, `host`) only works on a server with the plugin token_lobby_bypass | {hint}"
            ),
            format!(
                "note: `security_bypass` (`board`) only works on a server with the plugin token_security_ondemand | {hint}"
            ),
        ]
    );
}
