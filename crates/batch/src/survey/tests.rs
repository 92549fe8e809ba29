//! Families, guardians, people who are listed twice, and shared ids: whole rosters, as they are read.

use std::io::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use meetmint_core::{
    Deployment, Email, HmacAlgorithm, LinkSize, MeetingId, Mint, Role, Room, Server, ServerKind,
    SigningKey, Start,
};
use proptest::prelude::*;
use tempfile::NamedTempFile;

use crate::roster::{ColumnSettings, Duplicates, Field, Reading, Roster, RosterSpec};
use crate::{MeetingSpec, Roles, Selection, Survey};

fn spec() -> RosterSpec {
    RosterSpec {
        reading: Reading::default(),
        conditions: Vec::new(),
        family: None,
        columns: ColumnSettings::default(),
        roles: Roles::new(Vec::new()).unwrap(),
        duplicates: Duplicates::Refuse,
        meeting: MeetingSpec {
            title: "Parents' evening".to_owned(),
            room: Room::parse("evening").unwrap(),
            start: Start::parse("2031-07-15 10:00").unwrap(),
            zone: TimeZone::UTC,
            duration: 3600,
        },
        need_email: true,
        link_sizes: Vec::new(),
    }
}

fn families() -> RosterSpec {
    RosterSpec { family: MeetingId::written("00ff"), ..spec() }
}

fn with(duplicates: Duplicates) -> RosterSpec {
    RosterSpec { duplicates, ..spec() }
}

fn guardians(spec: RosterSpec) -> RosterSpec {
    let emails = vec!["Mother".to_owned(), "Father".to_owned()];
    let named = vec![(Field::Email, emails)];
    RosterSpec { columns: ColumnSettings { named, ..ColumnSettings::default() }, ..spec }
}

/// Opens a roster and reads it. The file is removed at the end.
fn read<T>(spec: RosterSpec, text: &str, work: impl FnOnce(&Roster, &Survey) -> T) -> T {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let roster = Roster::open(file.path(), "people.csv", spec).unwrap();
    let survey = roster.survey(Timestamp::UNIX_EPOCH);
    work(&roster, &survey)
}

/// The people who are selected: key, id, and the role by its first letter.
fn people(roster: &Roster, survey: &Survey, selection: &Selection) -> Vec<String> {
    let mut people = Vec::new();
    let roles = roster.roles().all();
    roster
        .each(
            survey,
            selection,
            1,
            |rows| {
                let shown = rows.iter().map(|row| {
                    let (attendee, role) = (&row.entry.attendee, &roles[row.entry.role].name);
                    format!(
                        "{} {} {}",
                        attendee.key().replace('\t', "/"),
                        attendee.id(),
                        &role[..1]
                    )
                });
                shown.collect::<Vec<_>>()
            },
            |some| {
                people.extend(some);
                Ok::<(), ()>(())
            },
        )
        .unwrap();
    people
}

#[track_caller]
fn accepted(spec: RosterSpec, text: &str, expected: &[&str]) {
    read(spec, text, |roster, survey| {
        assert_eq!(survey.problems(), []);
        assert_eq!(people(roster, survey, &Selection::default()), expected);
        assert_eq!(survey.people(), expected.len());
    });
}

/// The problems: code, line, message and hint.
fn problems(spec: RosterSpec, text: &str) -> Vec<String> {
    read(spec, text, |_, survey| {
        let show = |problem: &crate::Problem| {
            format!("{}: {problem}\n{}", problem.code, problem.hint.as_deref().unwrap_or_default())
        };
        survey.problems().iter().map(show).collect()
    })
}

#[track_caller]
fn refused(spec: RosterSpec, text: &str, expected: &[&str]) {
    assert_eq!(problems(spec, text), expected);
}

const SIBLINGS: &str = "email,name\nMuster@example.org,Ada Muster\nbob@example.org,Bob\nmuster@example.org,Ben Muster\n";

#[test]
fn siblings_are_refused_with_the_choices_and_each_of_them_works() {
    refused(
        spec(),
        SIBLINGS,
        &[
            "duplicate: people.csv:4: `muster@example.org` is in the roster twice for the same meeting, on lines 2 and 4: as `Ada Muster` and as `Ben Muster`\n\
            if these are different people, write family = \"each\" under [roster]: each gets a link and a mail of their own; if this is one person, write duplicates = \"last\": the later row counts (\"first\": the earlier row); or give one of them another address",
        ],
    );
    // Who has an address alone keeps the id that they have in any other roster.
    accepted(
        families(),
        SIBLINGS,
        &[
            // Computed with Python's hmac.
            "muster@example.org/Ada Muster muster@example.org#ca5af57d p",
            "bob@example.org/Bob bob@example.org p",
            "muster@example.org/Ben Muster muster@example.org#47d3add6 p",
        ],
    );
    let bob = "bob@example.org bob@example.org p";
    let muster = "muster@example.org muster@example.org p";
    accepted(with(Duplicates::First), SIBLINGS, &[muster, bob]);
    accepted(with(Duplicates::Last), SIBLINGS, &[bob, muster]);
    accepted(
        spec(),
        &SIBLINGS.replacen("muster@", "ben@", 1),
        &[muster, bob, "ben@example.org ben@example.org p"],
    );
}

const FORM: &str = "Timestamp,Email Address,Name,Role\n\
    2026/10/01 10:00:00 AM GMT+2,ada@example.org,Ada,Participant\n\
    2026/10/02 11:30:00 AM GMT+2,ada@example.org,Ada Muster,Moderator\n";

#[test]
fn a_form_answered_twice_offers_the_newest_answer_first() {
    let hints = |text: &str| {
        let problems = problems(spec(), text);
        problems
            .iter()
            .map(|problem| problem.lines().last().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let choose = |newest: &str, row: &str, other: &str, rest: &str| {
        format!(
            "if this is one person, write duplicates = \"{newest}\" under [roster]: {row} counts (\"{other}\": {rest}); if these are different people, write family = \"each\": each gets a link and a mail of their own; or give one of them another address"
        )
    };
    let last = choose("last", "the later row", "first", "the earlier row");
    let first = choose("first", "the earlier row", "last", "the later row");
    assert_eq!(hints(FORM), [last.as_str()]);
    // Sorted by the newest.
    assert_eq!(hints(&FORM.replace("10/01", "10/03")), [first]);
    // Without a time, two forms of one name are one person.
    assert_eq!(hints("email,name\nada@example.org,Ada\nada@example.org,Ada Muster\n"), [last]);
    // The same name: no family.
    let role = "write duplicates = \"last\" under [roster] if the later row counts (\"first\": the earlier row), or delete one of the two rows";
    assert_eq!(
        hints("email,name,role\nada@example.org,Ada,host\nada@example.org,Ada,guest\n"),
        [role]
    );
    accepted(with(Duplicates::Last), FORM, &["ada@example.org ada@example.org m"]);
    accepted(with(Duplicates::First), FORM, &["ada@example.org ada@example.org p"]);
}

#[test]
fn the_last_of_several_rows_counts_in_every_cell_and_keeps_its_place() {
    let text = "email,name,role,id\na@example.org,A,host,1\nb@example.org,B,,2\na@example.org,A,,3\nA@example.org,A B,guest,4\na@example.org,A C,,5\nc@example.org,C,,6\n";
    accepted(
        with(Duplicates::Last),
        text,
        &["b@example.org 2 p", "a@example.org 5 p", "c@example.org 6 p"],
    );
    accepted(
        with(Duplicates::First),
        text,
        &["a@example.org 1 m", "b@example.org 2 p", "c@example.org 6 p"],
    );
    read(with(Duplicates::Last), text, |_, survey| {
        let lines = survey.repetitions().iter();
        let lines: Vec<_> = lines.map(|row| (row.line, row.counts, row.agrees)).collect();
        assert_eq!(lines, [(2, 6, false), (4, 6, false), (5, 6, false)]);
        assert_eq!((survey.repeated(), survey.by_role().iter().sum::<usize>()), (3, 3));
    });
    // Rows that agree count once in any case; the last one counts if that is said.
    let text = "email,name,id\na@example.org,A,1\na@example.org,A,2\n";
    accepted(spec(), text, &["a@example.org 1 p"]);
    accepted(with(Duplicates::Last), text, &["a@example.org 2 p"]);
}

#[test]
fn each_filled_cell_of_a_guardian_is_a_person() {
    let text = "Mother,Father,name,role\n\
        m1@example.org,F1@example.org,Ada,host\n\
        ,f2@example.org,Ben,\n\
        m3@example.org,M3@EXAMPLE.org,Cleo,\n\
        m4@example.org,f4@example.org,,\n";
    let expected = [
        "m1@example.org m1@example.org m",
        "f1@example.org f1@example.org m",
        "f2@example.org f2@example.org p",
        "m3@example.org m3@example.org p",
        "m4@example.org m4@example.org p",
        "f4@example.org f4@example.org p",
    ];
    accepted(guardians(spec()), text, &expected);
    read(guardians(spec()), text, |roster, survey| {
        let only = |limit, only: &[&str]| {
            let only = only.iter().map(|only| (*only).to_owned()).collect();
            people(roster, survey, &Selection { only, limit, ..Selection::default() })
        };
        // The limit may be in the middle of a row.
        for limit in 0..=expected.len() {
            assert_eq!(only(Some(limit), &[]), expected[..limit]);
        }
        assert_eq!(only(None, &["f1@example.org"]), [expected[1]]);
        let names = |row: &crate::RosterRow<'_>| row.entry.attendee.name.to_string();
        let mut found = Vec::new();
        let take = |rows: Vec<String>| {
            found.extend(rows);
            Ok::<(), ()>(())
        };
        let work = |rows: &[crate::RosterRow<'_>]| rows.iter().map(names).collect();
        roster.each(survey, &Selection::default(), 1, work, take).unwrap();
        assert_eq!(found, ["Ada", "Ada", "Ben", "Cleo", "m4", "f4"]);
    });
    // A role that the file gives to one of them.
    let roles = vec![(Role::moderator(), vec![Email::parse("f2@example.org").unwrap()])];
    let named = RosterSpec { roles: Roles::new(roles).unwrap(), ..guardians(spec()) };
    let text = "Mother,Father,name\nm2@example.org,f2@example.org,Ben\n";
    accepted(named, text, &["m2@example.org m2@example.org p", "f2@example.org f2@example.org m"]);
}

#[test]
fn a_bad_cell_of_one_guardian_keeps_both() {
    let text = "Mother,Father,name,role\n\
        m1@example.org,f1example.org,Ada,\n\
        ,,Ben,\n\
        m3@example.org,f3@example.org,Cleo,teacher\n\
        m4@example.org,f4@example.org,Dan,\n";
    refused(
        guardians(spec()),
        text,
        &[
            "not-an-email: people.csv:2: column `Father`: `f1example.org` is not an email address: it has no `@`\nwrite it as name@example.org",
            "no-email: people.csv:3: column `Mother`: `Ben` has no email address\nadd one, or delete the row; `meetmint links` also makes links for people without an address",
            "unknown-role: people.csv:4: column `role`: `teacher` is not a role\ndefine it as [roles.NAME] in meeting.toml, or use one of `moderator`, `participant`; if it means one of these, say so, for example under [roles.participant]: words = [\"teacher\"]; to give everybody the role `participant`, write under [roster]: ignore = [\"role\"]",
        ],
    );
    read(guardians(spec()), text, |roster, survey| {
        let skip = Selection { skip_bad: true, ..Selection::default() };
        let dan = ["m4@example.org m4@example.org p", "f4@example.org f4@example.org p"];
        assert_eq!(people(roster, survey, &skip), dan);
        let mut bad: Vec<_> = survey.bad().iter().map(Option::as_deref).collect();
        bad.sort_unstable();
        let kept = [None, Some("f3@example.org"), Some("m1@example.org"), Some("m3@example.org")];
        assert_eq!(bad, kept);
    });
}

#[test]
fn a_link_that_is_too_long_for_one_guardian_keeps_both() {
    let key = SigningKey::from_secret(&[7; 32], HmacAlgorithm::Hs256).unwrap();
    let url = Some("https://meet.example.org");
    let deployment = Deployment { url, ..Deployment::new(ServerKind::Debian, "acme") };
    let mint = Mint::new(Server::new(&deployment).unwrap(), key).unwrap();
    // Only the second address gives a role whose link is too long.
    let chatty = Role { features: Some(vec!["x".repeat(9000)]), ..Role::named("chatty") };
    let father = Email::parse("f@example.org").unwrap();
    let roles = Roles::new(vec![(chatty, vec![father])]).unwrap();
    let sizes = roles.all().iter().map(|role| Some(LinkSize::new(&mint, role)));
    let spec = RosterSpec { link_sizes: sizes.collect(), roles, ..guardians(spec()) };
    read(spec, "Mother,Father\nm@example.org,f@example.org\n", |roster, survey| {
        assert_eq!(survey.problems().len(), 1, "{:?}", survey.problems());
        let skip = Selection { skip_bad: true, ..Selection::default() };
        assert_eq!(people(roster, survey, &skip), [""; 0]);
        assert_eq!(survey.bad().len(), 2);
    });
}

#[test]
fn a_limit_counts_each_guardian() {
    let text =
        "Mother,Father,name\nm@example.org,f@example.org,Ada\nn@example.org,g@example.org,Ben\n";
    read(guardians(spec()), text, |roster, survey| {
        let all = people(roster, survey, &Selection::default());
        assert_eq!(all.len(), 4);
        for limit in 1..=4 {
            let some = Selection { limit: Some(limit), ..Selection::default() };
            assert_eq!(people(roster, survey, &some), all[..limit]);
        }
    });
}

#[test]
fn parents_of_two_children_need_a_choice() {
    let text =
        "Mother,Father,name\nm@example.org,f@example.org,Ada\nm@example.org,f@example.org,Ben\n";
    assert_eq!(problems(guardians(spec()), text).len(), 2);
    accepted(
        guardians(families()),
        text,
        &[
            "m@example.org/Ada m@example.org#8a3d037f p",
            "f@example.org/Ada f@example.org#3dd62bad p",
            "m@example.org/Ben m@example.org#c87cda5d p",
            "f@example.org/Ben f@example.org#44b10c14 p",
        ],
    );
    accepted(
        guardians(with(Duplicates::Last)),
        text,
        &["m@example.org m@example.org p", "f@example.org f@example.org p"],
    );
}

#[test]
fn an_id_for_two_people_is_refused_in_families_and_of_guardians() {
    refused(
        families(),
        "email,name,id\nm@example.org,Ada,17\nm@example.org,Ben,17\n",
        &[
            "same-id: people.csv:3: column `id`: two people have the id `17`: `m@example.org` on line 2 and `m@example.org` on line 3\ngive each person an id of their own; if the column is about something else, write under [roster] in meeting.toml: ignore = [\"id\"]",
        ],
    );
    refused(
        guardians(spec()),
        "Mother,Father,name,ID\nm@example.org,f@example.org,Ada,17\n",
        &[
            "same-id: people.csv:2: column `ID`: two people have the id `17`: `m@example.org` and `f@example.org`, both on line 2\neach address of a row is a person of their own: write ignore = [\"ID\"] under [roster], and each has their address as id",
        ],
    );
    // Ids of their own, and somebody whose id is an address that others share.
    accepted(
        families(),
        "email,name,id\nm@example.org,Ada,17\nm@example.org,Ben,18\nm@example.org,Cleo,\nx@example.org,X,m@example.org#0\n",
        &[
            "m@example.org/Ada 17 p",
            "m@example.org/Ben 18 p",
            "m@example.org/Cleo m@example.org p",
            "x@example.org/X m@example.org#0 p",
        ],
    );
    let shared = "email,name,id\nm@example.org,Ada,\nx@example.org,X,m@example.org\n";
    assert_eq!(problems(families(), shared).len(), 1, "one person has the address, another the id");
}

#[test]
fn two_spellings_of_one_address_without_a_name_are_one_person() {
    let text = "email,role\nt1@example.org,\nt2@example.org,\nT1@example.org,\n";
    for spec in [spec(), families()] {
        read(spec, text, |_, survey| {
            assert_eq!((survey.problems(), survey.people()), (&[][..], 2));
            let repeated = survey.repetitions().iter();
            let repeated: Vec<_> = repeated.map(|row| (row.counts, row.line, row.agrees)).collect();
            assert_eq!(repeated, [(2, 4, true)]);
        });
    }
    // With a name, or with another role, it is a question.
    assert_eq!(problems(spec(), "email,name\nt1@example.org,\nT1@example.org,Ben\n").len(), 1);
    let refused = problems(spec(), "email,role\nt1@example.org,host\nT1@example.org,guest\n");
    assert!(
        refused[0].contains("on lines 2 and 3: as moderator and as participant"),
        "{refused:?}"
    );
}

#[test]
fn in_a_family_names_tell_people_apart() {
    // Two spellings of one name are no two people.
    let same = |text: &str| problems(families(), text);
    let refused = same("email,name\nm@example.org,Ada\nm@example.org,ADA\n");
    assert!(refused[0].ends_with("or delete one of the two rows"), "{refused:?}");
    assert_eq!(same("email,name,role\nm@example.org,Ada,host\nm@example.org,Ada,guest\n").len(), 1);
    accepted(
        families(),
        "email,name\nm@example.org,Ada\nm@example.org,Ada\n",
        &["m@example.org/Ada m@example.org p"],
    );
    // Nobody knows who a row without a name is about.
    let refused = same("email,name\nm@example.org,Ada\nm@example.org,\n");
    assert_eq!(
        refused,
        [
            "no-name: people.csv:3: several people share the address `m@example.org`, and this row does not say who it is about\nwrite the person's name, or delete the row"
        ]
    );
}

#[test]
fn a_bad_row_changes_nobody_elses_id() {
    let ada = "m@example.org/Ada m@example.org#8a3d037f p";
    for bad in ["m@example.org,Ben,teacher", "m@example.org,,teacher"] {
        let text = format!("email,name,role\nm@example.org,Ada,\n{bad}\n");
        read(families(), &text, |roster, survey| {
            let skip = Selection { skip_bad: true, ..Selection::default() };
            assert_eq!(people(roster, survey, &skip), [ada], "{bad}");
            assert!(survey.bad().contains(&Some("m@example.org".to_owned())));
        });
    }
    // A bad row of the same person makes no family.
    let text = "email,name,role\nm@example.org,Ada,\nm@example.org,Ada,teacher\n";
    read(families(), text, |roster, survey| {
        let skip = Selection { skip_bad: true, ..Selection::default() };
        assert_eq!(people(roster, survey, &skip), ["m@example.org/Ada m@example.org p"]);
    });
    // Rows that contradict each other are bad, and the sister is not.
    let text = "email,name,role\nm@example.org,Ada,\nm@example.org,Ben,host\nm@example.org,Ben,\n";
    read(families(), text, |roster, survey| {
        let skip = Selection { skip_bad: true, ..Selection::default() };
        assert_eq!(people(roster, survey, &skip), [ada]);
        assert_eq!(survey.people(), 1);
    });
}

#[test]
fn the_address_chooses_the_whole_family() {
    read(families(), SIBLINGS, |roster, survey| {
        let only = vec!["muster@example.org".to_owned()];
        let selection = Selection { only, ..Selection::default() };
        assert_eq!(people(roster, survey, &selection).len(), 2);
        let selection = Selection { role: Some(roster.roles().default()), ..Selection::default() };
        assert_eq!(people(roster, survey, &selection).len(), 3);
        assert_eq!(people(roster, survey, &Selection { limit: Some(2), ..selection }).len(), 2);
    });
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    /// Whatever is in the cells: everybody is either among the people, or repeats one of them, or is in a row with a
    /// problem; and no two people have the same id.
    #[test]
    fn nobody_is_lost_and_nobody_is_taken_for_another(
        rows in proptest::collection::vec(("[ab]?", "[abAx]?", "(A|a|B| )?", "(host|guest|x)?", "[12]?"), 0..7),
        is_family: bool,
        duplicates in 0..3_usize,
    ) {
        let spec = guardians(if is_family { families() } else { spec() });
        let duplicates = [Duplicates::Refuse, Duplicates::First, Duplicates::Last][duplicates];
        let mut text = "Mother,Father,name,role,id\n".to_owned();
        // An `x` is no address.
        let address = |letter: &str| match letter {
            "" | "x" => letter.to_owned(),
            letter => format!("{letter}@example.org"),
        };
        for (mother, father, name, role, id) in &rows {
            text += &[&address(mother), &address(father), name, role, id].map(String::as_str).join(",");
            text.push('\n');
        }
        read(RosterSpec { duplicates, ..spec }, &text, |roster, survey| {
            let skip = Selection { skip_bad: true, ..Selection::default() };
            let found = people(roster, survey, &skip);
            prop_assert_eq!(found.len(), survey.people(), "{}", &text);
            let mut ids: Vec<&str> = found.iter().map(|person| person.split(' ').rev().nth(1).unwrap()).collect();
            ids.sort_unstable();
            ids.dedup();
            prop_assert_eq!(ids.len(), found.len(), "{}", &text);
            for (mother, father, ..) in &rows {
                for letter in [mother, father].into_iter().filter(|letter| !letter.is_empty()) {
                    let address = address(&letter.to_lowercase());
                    let is_found = found.iter().any(|person| person.starts_with(&address));
                    let bad = (letter != "x").then_some(address);
                    prop_assert!(is_found || survey.bad().contains(&bad), "{}", &text);
                }
            }
            prop_assert_eq!(survey.bad().is_empty(), survey.problems().iter().all(|problem| problem.code == "empty-roster"), "{}", &text);
            Ok(())
        })?;
    }
}
