//! A row of the table: a link, the server that it is for, and the server's answer at every age of the token plugins.

use std::fmt;

use crate::server::Jitsi;

/// The ages of the token plugins that answer differently, oldest first.
pub(crate) const AGES: [&str; 4] = ["2022-07", "2024-06", "2025-09", "2026-08"];

/// Where a link fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// In the browser or at the web server: Prosody never sees it.
    Url,
    Login,
    Join,
}

/// What becomes of a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// As a moderator or not, where a plugin decides that by the token.
    Accepted(Option<bool>),
    /// With the server's text. In the table, `#` stands for a number, and `…` at the end for anything.
    Refused(Stage, String),
    /// There is no answer.
    Hangs(Stage),
    /// Plugins of this age cannot be asked.
    NotThere,
}

/// A row.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) server: Jitsi,
    pub(crate) link: String,
    /// One for each of [`AGES`].
    pub(crate) outcomes: [Outcome; 4],
}

impl Row {
    /// `expected` is an outcome as it is displayed, perhaps with others behind it that hold from some age on:
    /// `login hangs | since 2026-08 login: room claim is missing`.
    pub(crate) fn new(name: &str, server: &Jitsi, link: String, expected: &str) -> Row {
        let mut phrases = expected.split(" | since ");
        let first = parse(phrases.next().unwrap());
        let mut outcomes = AGES.map(|_| first.clone());
        for phrase in phrases {
            let (age, outcome) = phrase.split_once(' ').unwrap();
            let from = AGES.iter().position(|known| *known == age).expect("an age");
            outcomes[from..].fill(parse(outcome));
        }
        Row { name: name.to_owned(), server: *server, link, outcomes }
    }

    /// Whether the answer has changed.
    pub(crate) fn depends_on_age(&self) -> bool {
        self.outcomes.iter().any(|outcome| *outcome != self.outcomes[0])
    }
}

fn parse(text: &str) -> Outcome {
    let stage = |word: &str| match word {
        "url" => Stage::Url,
        "login" => Stage::Login,
        "join" => Stage::Join,
        _ => panic!("no stage: {text}"),
    };
    match text {
        "accepted" => Outcome::Accepted(None),
        "accepted as moderator" => Outcome::Accepted(Some(true)),
        "accepted as participant" => Outcome::Accepted(Some(false)),
        "not there" => Outcome::NotThere,
        _ => match text.split_once(": ") {
            Some((word, text)) => Outcome::Refused(stage(word), text.to_owned()),
            None => Outcome::Hangs(stage(text.strip_suffix(" hangs").expect(text))),
        },
    }
}

impl Outcome {
    /// Whether an answer is the expected one.
    pub(crate) fn agrees(&self, answer: &Outcome) -> bool {
        match (self, answer) {
            (Outcome::Refused(stage, pattern), Outcome::Refused(at, text)) => {
                stage == at && matches(pattern, text)
            }
            (Outcome::Accepted(None), Outcome::Accepted(_)) => true,
            _ => self == answer,
        }
    }

    /// Whether Prosody can be asked.
    pub(crate) fn is_for_prosody(&self) -> bool {
        !matches!(
            self,
            Outcome::NotThere | Outcome::Refused(Stage::Url, _) | Outcome::Hangs(Stage::Url)
        )
    }
}

/// Whether a text is like a pattern, in which `#` stands for a number, and `…` at the end for anything.
fn matches(pattern: &str, text: &str) -> bool {
    if let Some(start) = pattern.strip_suffix('…') {
        return text.starts_with(start);
    }
    let Some((before, after)) = pattern.split_once('#') else { return pattern == text };
    let Some(rest) = text.strip_prefix(before) else { return false };
    let number =
        rest.find(|c: char| !c.is_ascii_digit() && !".+-e".contains(c)).unwrap_or(rest.len());
    number > 0 && matches(after, &rest[number..])
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Accepted(None) => f.write_str("accepted"),
            Outcome::Accepted(Some(true)) => f.write_str("accepted as moderator"),
            Outcome::Accepted(Some(false)) => f.write_str("accepted as participant"),
            Outcome::Refused(stage, text) => write!(f, "{stage}: {text}"),
            Outcome::Hangs(stage) => write!(f, "{stage} hangs"),
            Outcome::NotThere => f.write_str("not there"),
        }
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stage::Url => "url",
            Stage::Login => "login",
            Stage::Join => "join",
        })
    }
}
