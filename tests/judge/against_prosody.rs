//! The table against a real Prosody, at every age of the token plugins.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::browser::{self, Visit};
use crate::prosody::{Answer, Client, KeyServer, Prosody};
use crate::row::{AGES, Outcome, Row, Stage};
use crate::server::{ALL, JAAS_KID, KID, PUBLIC};
use crate::table;

/// How many people come at the same time.
const CLIENTS: usize = 4;

#[test]
fn prosody_answers_every_row_of_the_table_as_it_says() {
    let plugins = repository_path("tests/prosody/plugins");
    let rows = table::rows(now());
    let keys = key_server();
    let is_long = std::env::var_os("MEETMINT_TORTURE").is_some_and(|value| value == "1");
    let (rows, keys, plugins) = (&rows, &keys, &plugins);
    let results: Vec<Result<Vec<String>, String>> = thread::scope(|scope| {
        let ages = (0..AGES.len()).map(|age| {
            scope.spawn(move || {
                let settings = format!("token_plugins_age = \"{}\"", AGES[age]);
                let plugins = std::slice::from_ref(plugins);
                let prosody = start(AGES[age], plugins, &settings, keys)?;
                // What is answered alike at every age is asked once, except in the long form.
                let newest = age + 1 == AGES.len();
                let asked = rows.iter().filter(|row| is_long || newest || row.depends_on_age());
                Ok(differences(&prosody, asked, age))
            })
        });
        let ages: Vec<_> = ages.collect();
        ages.into_iter().map(|age| age.join().unwrap()).collect()
    });
    let mut differences = Vec::new();
    for result in results {
        match result {
            Ok(found) => differences.extend(found),
            Err(reason) => return skip_unless_required(&reason),
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Serves the public key under both ids.
pub(crate) fn key_server() -> KeyServer {
    KeyServer::start(&[(KID, PUBLIC), (JAAS_KID, PUBLIC)])
}

/// Starts Prosody with all servers of the table.
pub(crate) fn start(
    name: &str,
    plugins: &[PathBuf],
    settings: &str,
    keys: &KeyServer,
) -> Result<Prosody, String> {
    let hosts: Vec<_> = ALL.iter().map(|server| server.host(&keys.url())).collect();
    Prosody::start(name, plugins, settings, &hosts)
}

/// The rows that Prosody answers in another way.
pub(crate) fn differences<'a>(
    prosody: &Prosody,
    rows: impl Iterator<Item = &'a Row>,
    age: usize,
) -> Vec<String> {
    let asked: Vec<(&Row, Visit)> = rows
        .filter(|row| row.outcomes[age].is_for_prosody())
        .map(|row| (row, browser::open(&row.link)))
        .collect();
    // Plugins since 2025-09 let nobody into a room that the focus has not opened.
    let rooms: BTreeSet<String> = asked
        .iter()
        .map(|(row, visit)| {
            let tenant =
                if visit.tenant.is_empty() { String::new() } else { format!("[{}]", visit.tenant) };
            format!("{tenant}{}@conference.{}", visit.room, row.server.domain)
        })
        .collect();
    let mut focus = Client::focus(prosody.address());
    focus.open_rooms(rooms.iter().map(String::as_str));
    let next = AtomicUsize::new(0);
    let differences = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                while let Some((row, visit)) = asked.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let answer = ask(prosody, row, visit);
                    if !row.outcomes[age].agrees(&answer) {
                        let expected = &row.outcomes[age];
                        let line = format!(
                            "{} {} / {}: expected {expected}, got {answer}",
                            AGES[age], row.server.name, row.name
                        );
                        differences.lock().unwrap_or_else(PoisonError::into_inner).push(line);
                    }
                }
            });
        }
    });
    let mut differences = differences.into_inner().unwrap_or_else(PoisonError::into_inner);
    differences.sort();
    differences
}

/// What becomes of a visit.
fn ask(prosody: &Prosody, row: &Row, visit: &Visit) -> Outcome {
    let domain = row.server.domain;
    let token = visit.token.as_deref();
    let (mut client, answer) =
        Client::log_in(prosody.address(), domain, &visit.room, &visit.tenant, token);
    let outcome = match answer {
        Answer::No(text) => Outcome::Refused(Stage::Login, text),
        Answer::Never => Outcome::Hangs(Stage::Login),
        Answer::Yes | Answer::Moderator => {
            let tenant = Some(visit.tenant.as_str()).filter(|tenant| !tenant.is_empty());
            let tenant = tenant.map(|tenant| format!("{tenant}.")).unwrap_or_default();
            match client.join(&format!("{}@conference.{tenant}{domain}", visit.room)) {
                Answer::Yes => Outcome::Accepted(Some(false)),
                Answer::Moderator => Outcome::Accepted(Some(true)),
                Answer::No(text) => Outcome::Refused(Stage::Join, text),
                Answer::Never => Outcome::Hangs(Stage::Join),
            }
        }
    };
    client.leave();
    outcome
}

#[expect(clippy::disallowed_methods, reason = "the servers of this test read the clock")]
pub(crate) fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(now.as_secs()).unwrap()
}

fn repository_path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

/// Skips the test, or fails it with `MEETMINT_SERVERS=required`, as in CI.
fn skip_unless_required(reason: &str) {
    let required = std::env::var_os("MEETMINT_SERVERS").is_some_and(|value| value == "required");
    assert!(!required, "{reason}");
    // Not `eprintln!`: the test harness shows what it prints only if the test fails.
    let _ = writeln!(std::io::stderr(), "the table against Prosody: skipped: {reason}");
}
