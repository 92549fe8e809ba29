//! One composer makes the messages of everybody, and remembers what several have in common. Whatever comes before a
//! message, it is the one that a new composer would make.

use super::*;

/// The ways in which messages differ besides the person, and how many values each has.
const WAYS: [(Way, usize); 32] = [
    (Way::Title, 3),
    (Way::Room, 2),
    (Way::Start, 2),
    (Way::End, 2),
    (Way::Zone, 3),
    (Way::Organizer, 3),
    (Way::RoleName, 2),
    (Way::Moderator, 2),
    (Way::Features, 3),
    (Way::LinkOption, 2),
    (Way::Opens, 2),
    (Way::Closes, 2),
    (Way::Language, 2),
    (Way::OwnZone, 4),
    (Way::SeveralZones, 2),
    (Way::Reason, 5),
    (Way::Kind, 4),
    (Way::BackOn, 2),
    (Way::TestCopy, 2),
    (Way::Stamp, 3),
    (Way::Organizing, 2),
    (Way::Mint, 3),
    (Way::Before, 3),
    (Way::BeforeTitle, 3),
    (Way::BeforeRoom, 3),
    (Way::BeforeStart, 3),
    (Way::BeforeZone, 3),
    (Way::BeforeRole, 3),
    (Way::BeforeModerator, 2),
    (Way::BeforeName, 2),
    (Way::BeforeKey, 2),
    (Way::BeforeOrganizer, 2),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Title,
    Room,
    Start,
    End,
    Zone,
    Organizer,
    RoleName,
    Moderator,
    Features,
    LinkOption,
    Opens,
    Closes,
    Language,
    OwnZone,
    SeveralZones,
    Reason,
    Kind,
    BackOn,
    TestCopy,
    Stamp,
    /// Whether the message is to the organizer.
    Organizing,
    Mint,
    /// Whether there is an earlier message to compare with.
    Before,
    BeforeTitle,
    BeforeRoom,
    BeforeStart,
    BeforeZone,
    BeforeRole,
    BeforeModerator,
    BeforeName,
    BeforeKey,
    BeforeOrganizer,
}

/// A value for each way, by its number.
type Setting = [usize; WAYS.len()];

/// A setting, and the ways in which others differ from it, each in one.
#[derive(Clone, Debug)]
struct Mixture {
    base: Setting,
    ways: Vec<usize>,
}

/// The values of a person.
#[derive(Clone, Debug)]
struct Person {
    name: String,
    greeting: Option<String>,
    local: String,
}

/// The kind of message in which a way can be seen alone; `None` for those that can be seen in several.
fn seen_in(way: Way) -> Option<MessageKind> {
    match way {
        Way::Reason => Some(MessageKind::Cancel),
        Way::BackOn => Some(MessageKind::Invite),
        Way::Stamp => Some(MessageKind::Remind),
        Way::Before
        | Way::BeforeTitle
        | Way::BeforeRoom
        | Way::BeforeStart
        | Way::BeforeZone
        | Way::BeforeRole
        | Way::BeforeModerator
        | Way::BeforeName
        | Way::BeforeKey
        | Way::BeforeOrganizer => Some(MessageKind::Update),
        _ => None,
    }
}

fn mixture() -> impl Strategy<Value = Mixture> {
    WAYS.map(|(_, values)| 0..values)
        .prop_flat_map(|base| {
            let kind = among(&base, Way::Kind, &MessageKind::ALL);
            let ways = WAYS.iter().filter(|(way, _)| seen_in(*way).is_none_or(|only| only == kind));
            let ways: Vec<usize> = ways.map(|(way, _)| *way as usize).collect();
            (Just(base), prop::sample::subsequence(ways, 14).prop_shuffle())
        })
        .prop_map(|(base, ways)| Mixture { base, ways })
}

fn person() -> impl Strategy<Value = Person> {
    let name = || "[A-Z][a-z]{1,9} [A-Z][a-z]{1,9}|[A-Z]['&=a-zäЖ李]{1,12}";
    (name(), prop::option::of(name()), "[a-z]{1,12}").prop_map(|(name, greeting, local)| Person {
        name,
        greeting,
        local,
    })
}

/// The setting with the next value for one way.
fn differing(base: &Setting, way: usize) -> Setting {
    let mut setting = *base;
    setting[way] = (setting[way] + 1) % WAYS[way].1;
    setting
}

/// The value of a way among these.
fn among<T: Clone>(setting: &Setting, way: Way, values: &[T]) -> T {
    assert_eq!(values.len(), WAYS[way as usize].1, "{way:?}");
    values[setting[way as usize]].clone()
}

const START: i64 = 1_930_914_000;

/// What a message to a person is made from.
fn message_to(person: &Person, setting: &Setting) -> (Snapshot, MessageSpec) {
    let mut now: Value = serde_json::from_str(SNAPSHOT).unwrap();
    let is_organizing = setting[Way::Organizing as usize] == 1;
    let address = if is_organizing {
        "e@example.org".to_owned()
    } else {
        format!("{}@example.org", person.local)
    };
    now["address"] = json!(address);
    now["greeting"] = json!(person.greeting);
    now["zone"] = json!(among(
        setting,
        Way::OwnZone,
        &[None, Some("Asia/Tokyo"), Some("Europe/London"), Some("Europe/Paris")]
    ));
    now["several_zones"] = json!(among(setting, Way::SeveralZones, &[false, true]));
    let kind = among(setting, Way::Kind, &MessageKind::ALL);
    let reasons = [None, Some("meeting"), Some("invitation"), Some("removed"), Some("organizer")];
    now["reason"] = json!(among(setting, Way::Reason, &reasons));
    let start = among(setting, Way::Start, &[START, START + 3600]);
    let facts = &mut now["facts"];
    for (name, value) in [
        ("id", json!(address)),
        ("name", json!(person.name)),
        ("title", json!(among(setting, Way::Title, &["Town hall", "Autumn town hall", "Ж & co"]))),
        ("room", json!(among(setting, Way::Room, &["town-hall", "another-room"]))),
        ("start", json!(start)),
        ("end", json!(start + among(setting, Way::End, &[5400, 7200]))),
        ("opens", json!(START - among(setting, Way::Opens, &[1800, 3600]))),
        ("closes", json!(START + among(setting, Way::Closes, &[14_400, 18_000]))),
        // Clocks in Paris and Berlin show the same time.
        (
            "zone",
            json!(among(setting, Way::Zone, &["Europe/Berlin", "Europe/Paris", "Asia/Tokyo"])),
        ),
        ("language", json!(among(setting, Way::Language, &[None, Some("de")]))),
    ] {
        facts[name] = value;
    }
    let organizers = ["E <e@example.org>", "F <e@example.org>", "E <f@example.org>"];
    facts["organizer"] = json!(among(setting, Way::Organizer, &organizers));
    let role = &mut facts["role"];
    role["name"] = json!(among(setting, Way::RoleName, &["guest", "speaker"]));
    role["moderator"] = json!(among(setting, Way::Moderator, &[false, true]));
    let features = [vec![], vec!["recording"], vec!["recording", "livestreaming"]];
    role["features"] = json!(among(setting, Way::Features, &features));
    let options = [json!([]), json!([["config.startWithAudioMuted", false]])];
    role["link"] = among(setting, Way::LinkOption, &options);
    let before = among(setting, Way::Before, &[true, true, false]).then(|| before(&now, setting));
    let spec = MessageSpec {
        back_on: among(setting, Way::BackOn, &[false, true]),
        test_copy: among(setting, Way::TestCopy, &[false, true]),
        stamp: among(setting, Way::Stamp, &[START - 7200, START - 86_400, START + 60]),
        ..spec(kind, before)
    };
    (Snapshot::read(&now.to_string()).unwrap(), spec)
}

/// What the person was told before, which does not depend on what the message says.
fn before(now: &Value, setting: &Setting) -> Snapshot {
    let mut before = now.clone();
    let facts = &mut before["facts"];
    for (path, value) in [
        (
            "/title",
            json!(among(setting, Way::BeforeTitle, &["Town hall", "An old title", "Older"])),
        ),
        ("/room", json!(among(setting, Way::BeforeRoom, &["town-hall", "an-old-room", "older"]))),
        ("/start", json!(START - among(setting, Way::BeforeStart, &[0, 86_400, 172_800]))),
        (
            "/zone",
            json!(among(
                setting,
                Way::BeforeZone,
                &["Europe/Berlin", "Europe/London", "Asia/Tokyo"]
            )),
        ),
        ("/role/name", json!(among(setting, Way::BeforeRole, &["guest", "former", "earlier"]))),
        ("/role/moderator", json!(among(setting, Way::BeforeModerator, &[false, true]))),
        ("/name", among(setting, Way::BeforeName, &[facts["name"].clone(), json!("Somebody")])),
        ("/server/key", json!(among(setting, Way::BeforeKey, &["0123456789abcdef", "another"]))),
        (
            "/organizer",
            json!(among(
                setting,
                Way::BeforeOrganizer,
                &["E <e@example.org>", "D <d@example.org>"]
            )),
        ),
    ] {
        *facts.pointer_mut(path).unwrap() = value;
    }
    Snapshot::read(&before.to_string()).unwrap()
}

/// Keys and servers of links: another one, and one for practice.
fn mints() -> [Mint; 3] {
    [
        ("https://meet.example.org", "x"),
        ("https://jitsi.example.org", "x"),
        ("https://meet.example.org", "practice-"),
    ]
    .map(|(url, secret)| {
        let deployment =
            Deployment { url: Some(url), ..Deployment::new(ServerKind::Debian, "acme") };
        let key = SigningKey::from_secret(secret.repeat(32).as_bytes(), HmacAlgorithm::Hs256);
        Mint::new(Server::new(&deployment).unwrap(), key.unwrap()).unwrap()
    })
}

fn new_composer(text: &[String], has_contact: bool) -> Composer {
    let mut sender = Sender::parse("Events team <events@example.org>").unwrap();
    if has_contact {
        sender = sender.with_reply_to("Help <help@example.org>").unwrap();
    }
    let meeting = MeetingId::written("a meeting").unwrap();
    Composer::new(Templates::built_in(), sender, meeting).with_message(text.to_vec())
}

proptest! {
    // Each case makes some forty messages twice.
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 32, ..ProptestConfig::default() })]

    #[test]
    fn a_message_does_not_depend_on_those_before_it(
        mixture in mixture(),
        people in prop::collection::vec(person(), 5),
        text in prop::collection::vec("[a-z]{1,9}", 0..2),
        has_contact in any::<bool>(),
    ) {
        let mints = mints();
        let new_composer = || new_composer(&text, has_contact);
        let shared = new_composer();
        // A frame is made for the second of a kind. Every other setting comes once where only the first one has a frame, and
        // later it has one, too.
        let others: Vec<Setting> = mixture.ways.iter().map(|way| differing(&mixture.base, *way)).collect();
        let settings = [mixture.base; 3].into_iter()
            .chain(others.iter().flat_map(|other| [*other, mixture.base]))
            .chain(others.iter().take(4).flat_map(|other| [*other; 2]))
            .chain(others.iter().take(4).copied());
        for (setting, person) in settings.zip(people.iter().cycle()) {
            let (snapshot, spec) = message_to(person, &setting);
            let mint = &mints[setting[Way::Mint as usize]];
            let made = |composer: &Composer| {
                compose(composer, mint, &snapshot, &spec)
                    .map(|message| String::from_utf8(message.bytes).unwrap())
                    .map_err(|error| error.to_string())
            };
            prop_assert_eq!(made(&shared), made(&new_composer()), "{:?}", setting);
        }
    }
}
