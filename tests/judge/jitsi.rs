//! `JITSI_PLUGINS=DIR just judge`: the table against Jitsi's own plugins, wherever somebody has them.
//!
//! One hand wrote the table and the plugins in `tests/prosody`. So this is what shows that both are right.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use crate::against_inspector;
use crate::against_prosody::{differences, key_server, now, start};
use crate::random::Random;
use crate::row::{AGES, Outcome, Row, Stage};
use crate::table;

/// Files that are needed, and where they come from.
const NEEDED: [(&str, &str); 7] = [
    ("mod_auth_token.lua", "jitsi-meet"),
    ("mod_token_verification.lua", "jitsi-meet"),
    ("mod_muc_domain_mapper.lua", "jitsi-meet"),
    ("mod_presence_identity.lua", "jitsi-meet"),
    ("token/util.lib.lua", "jitsi-meet"),
    ("luajwtjitsi.lib.lua", "jitsi-meet"),
    ("util.lib.lua", "jitsi-meet"),
];

#[test]
#[ignore = "needs Jitsi's plugins: JITSI_PLUGINS=DIR just judge"]
fn jitsis_own_plugins_answer_every_row_of_the_table_as_it_says() {
    let plugins = Plugins::given();
    let age = plugins.age();
    let (rows, left_out): (Vec<Row>, Vec<Row>) =
        table::rows(now()).into_iter().partition(|row| why_not(row, age, &plugins).is_none());
    let mut reasons: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
    for row in &left_out {
        reasons.entry(why_not(row, age, &plugins).unwrap()).or_default().push(row);
    }
    let mut report = format!("plugins as of {}: {} rows asked\n", AGES[age], rows.len());
    for (reason, rows) in &reasons {
        let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
        writeln!(report, "{} rows left out, {reason}: {}", rows.len(), names.join("; ")).unwrap();
    }
    // Not `eprint!`: the test harness shows what it prints only if the test fails.
    let _ = std::io::stderr().write_all(report.as_bytes());
    let keys = key_server();
    let prosody = start("jitsi", &plugins.folders, "", &keys).unwrap();
    let differences = differences(&prosody, rows.iter(), age);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// As many tokens at random as `MEETMINT_RUNS` says, from `MEETMINT_SEED` on: what the inspector says of them is what
/// the plugins answer.
#[test]
#[ignore = "needs Jitsi's plugins: JITSI_PLUGINS=DIR just judge"]
fn jitsis_own_plugins_answer_tokens_at_random_as_the_inspector_says() {
    let number = |name: &str, default: u64| {
        std::env::var(name).map_or(default, |value| value.parse().unwrap())
    };
    let (runs, seed) = (number("MEETMINT_RUNS", 1000), number("MEETMINT_SEED", 1));
    let plugins = Plugins::given();
    let age = plugins.age();
    let now = now();
    let mut random = Random(seed);
    let rows = (0..runs).map(|at| random.row(at, now));
    let mut rows: Vec<Row> = rows.filter(|row| why_not(row, age, &plugins).is_none()).collect();
    against_inspector::fill(&mut rows, age, now);
    rows.retain(|row| row.outcomes[age].is_for_prosody());
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for row in &rows {
        *counts.entry(row.outcomes[age].to_string()).or_default() += 1;
    }
    let mut report = format!("{} tokens at random from seed {seed} on:\n", rows.len());
    for (outcome, count) in counts {
        writeln!(report, "{count:6} {outcome}").unwrap();
    }
    let _ = std::io::stderr().write_all(report.as_bytes());
    let keys = key_server();
    let prosody = start("random", &plugins.folders, "", &keys).unwrap();
    let differences = differences(&prosody, rows.iter(), age);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// Why plugins of this age cannot be asked about a row.
fn why_not(row: &Row, age: usize, plugins: &Plugins) -> Option<&'static str> {
    match &row.outcomes[age] {
        Outcome::NotThere => Some("plugins of this age have none of it"),
        Outcome::Refused(Stage::Url, _) | Outcome::Hangs(Stage::Url) => {
            Some("Prosody never sees them")
        }
        _ if !row.server.wildcards => plugins.cannot_load("mod_token_no_wildcard.lua"),
        _ => {
            let module = row.server.moderators?;
            plugins.cannot_load(&format!("mod_{module}.lua"))
        }
    }
}

/// Jitsi's plugins.
struct Plugins {
    /// Where they are.
    folders: Vec<PathBuf>,
}

impl Plugins {
    /// Those in `JITSI_PLUGINS`.
    fn given() -> Plugins {
        let given = std::env::var("JITSI_PLUGINS");
        Plugins::find(&given.expect(
            "JITSI_PLUGINS is a checkout of jitsi-meet, perhaps with `:` and others behind it",
        ))
    }

    /// Finds them in folders with `:` between. Each is a checkout, or a part of one. Panics with what is missing.
    fn find(given: &str) -> Plugins {
        let mut folders = Vec::new();
        // Cargo runs tests in another folder than the one where somebody typed the command.
        let from = std::env::var_os("JITSI_PLUGINS_FROM").map(PathBuf::from).unwrap_or_default();
        for given in given.split(':').map(|given| from.join(given)) {
            let inner = given.join("resources/prosody-plugins");
            folders.push(if inner.is_dir() { inner } else { given.clone() });
            let entries = std::fs::read_dir(&given);
            let entries = entries.unwrap_or_else(|error| panic!("{}: {error}", given.display()));
            // jitsi-contrib has a folder for each plugin.
            let entries = entries.map(|entry| entry.unwrap().path());
            folders.extend(entries.filter(|path| {
                let name = path.file_name().unwrap().to_string_lossy();
                path.join(format!("mod_{name}.lua")).is_file()
            }));
        }
        let folders = folders.iter().map(|folder| folder.canonicalize().unwrap()).collect();
        let plugins = Plugins { folders };
        let missing = NEEDED.iter().filter(|(file, _)| plugins.read(file).is_none());
        let missing: Vec<String> = missing.map(|(file, from)| format!("{file} ({from})")).collect();
        assert!(missing.is_empty(), "not in JITSI_PLUGINS: {}", missing.join(", "));
        plugins
    }

    fn read(&self, file: &str) -> Option<String> {
        self.folders.iter().find_map(|folder| std::fs::read_to_string(folder.join(file)).ok())
    }

    fn has(&self, file: &str, text: &str) -> bool {
        self.read(file).is_some_and(|found| found.contains(text))
    }

    /// How old they are, by the texts in them: an index of [`AGES`].
    fn age(&self) -> usize {
        let texts = [
            ("luajwtjitsi.lib.lua", "sec since expired"),
            ("token/util.lib.lua", "room-mismatch"),
            ("token/util.lib.lua", "sub claim is missing"),
        ];
        let newest = texts.iter().rposition(|(file, text)| self.has(file, text));
        newest.map_or(0, |at| at + 1)
    }

    /// Why a plugin that jitsi-meet does not have, or not at every age, is of no use.
    fn cannot_load(&self, file: &str) -> Option<&'static str> {
        if self.read(file).is_none() {
            Some(
                "no folder of JITSI_PLUGINS has their plugin (jitsi-contrib/prosody-plugins, jitsi-token-moderation-plugin)",
            )
        // Since 2025-03, those of jitsi-contrib call a function that older ones of jitsi-meet do not have.
        } else if self.has(file, "util.is_admin") && !self.has("util.lib.lua", "is_admin") {
            Some("their plugin is too new for those of jitsi-meet")
        } else {
            None
        }
    }
}
