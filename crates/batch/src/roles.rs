//! Which role somebody has, by what a list says and by who they are.

use std::collections::HashMap;

use meetmint_core::{Email, MODERATOR, PARTICIPANT, Role};

/// Words that mean moderator, folded to lower case.
const MODERATOR_WORDS: [&str; 27] = [
    "moderator",
    "moderators",
    "host",
    "co-host",
    "cohost",
    "moderatorin",
    "gastgeber",
    "gastgeberin",
    "leitung",
    "modérateur",
    "modératrice",
    "animateur",
    "animatrice",
    "hôte",
    "moderador",
    "moderadora",
    "anfitrión",
    "anfitriona",
    "anfitrião",
    "moderatore",
    "moderatrice",
    "conduttore",
    "prowadzący",
    "prowadząca",
    "gastheer",
    "модератор",
    "司会",
];

/// Words that mean participant, folded to lower case.
const PARTICIPANT_WORDS: [&str; 30] = [
    "participant",
    "participants",
    "guest",
    "guests",
    "attendee",
    "attendees",
    "teilnehmer",
    "teilnehmerin",
    "teilnehmende",
    "gast",
    "invité",
    "invitée",
    "participante",
    "participantes",
    "invitado",
    "invitada",
    "asistente",
    "convidado",
    "convidada",
    "partecipante",
    "ospite",
    "invitato",
    "uczestnik",
    "uczestniczka",
    "gość",
    "deelnemer",
    "участник",
    "участница",
    "гость",
    "参加者",
];

/// Yes and no under a heading `moderator` or `host` (`invitation-email` facts, §4.2).
const YES: [&str; 14] =
    ["yes", "y", "true", "1", "x", "ja", "oui", "si", "sí", "sì", "sim", "tak", "да", "はい"];
const NO: [&str; 11] = ["no", "n", "false", "0", "-", "nein", "non", "não", "nie", "нет", "いいえ"];

/// The roles of a meeting folder.
#[derive(Clone, Debug)]
pub struct Roles {
    all: Vec<Role>,
    people: Vec<(Email, usize)>,
    by_key: HashMap<String, usize>,
    default: usize,
}

/// Somebody is named as one of two roles' people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{email}` is one of the people of `{first}` and of `{second}`")]
pub struct TwoRoles {
    /// Who.
    pub email: String,
    /// The role that named them first.
    pub first: String,
    /// The other.
    pub second: String,
}

impl Roles {
    /// The user's roles, with the built-in ones where they are not among them. `people` have their role
    /// whatever a list says.
    ///
    /// # Errors
    /// Everybody who is one of two roles' people.
    ///
    /// # Panics
    /// If `default` or a role of `people` is not among the roles.
    pub fn new(
        mut roles: Vec<Role>,
        people: Vec<(Email, String)>,
        default: &str,
    ) -> Result<Roles, Vec<TwoRoles>> {
        for built_in in [Role::moderator(), Role::participant()] {
            if roles.iter().all(|role| role.name != built_in.name) {
                roles.push(built_in);
            }
        }
        let at = |name: &str| {
            roles.iter().position(|role| role.name == name).expect("the role was checked")
        };
        let default = at(default);
        let mut by_key: HashMap<String, usize> = HashMap::new();
        let mut kept: Vec<(Email, usize)> = Vec::new();
        let mut twice = Vec::new();
        for (email, name) in people {
            let role = at(&name);
            match by_key.get(email.key().as_ref()) {
                None => {
                    by_key.insert(email.key().into_owned(), role);
                    kept.push((email, role));
                }
                Some(first) if *first == role => {}
                Some(first) => twice.push(TwoRoles {
                    email: email.to_string(),
                    first: roles[*first].name.clone(),
                    second: name,
                }),
            }
        }
        if twice.is_empty() {
            Ok(Roles { all: roles, people: kept, by_key, default })
        } else {
            Err(twice)
        }
    }

    /// All roles.
    pub fn all(&self) -> &[Role] {
        &self.all
    }

    /// The place of the role that people without one have.
    pub fn default(&self) -> usize {
        self.default
    }

    /// Those who have a role whatever a list says, with its place.
    pub fn people(&self) -> &[(Email, usize)] {
        &self.people
    }

    /// The place of the role that somebody has whatever a list says.
    pub fn of_person(&self, key: &str) -> Option<usize> {
        self.by_key.get(key).copied()
    }

    /// The place of the role that a cell names: by its name in any case, or by a word that means one
    /// of the built-in ones in some language. Nothing else becomes a moderator by accident.
    pub fn named(&self, cell: &str) -> Option<usize> {
        let exact = self.all.iter().position(|role| role.name.eq_ignore_ascii_case(cell));
        exact.or_else(|| {
            let word = cell.to_lowercase();
            let name = if MODERATOR_WORDS.contains(&word.as_str()) {
                MODERATOR
            } else if PARTICIPANT_WORDS.contains(&word.as_str()) {
                PARTICIPANT
            } else {
                &word
            };
            self.all.iter().position(|role| role.name == name)
        })
    }
}

/// What a cell under a heading `moderator` or `host` says; `None` if neither yes nor no.
pub(crate) fn yes_or_no(cell: &str) -> Option<bool> {
    let word = cell.to_lowercase();
    if YES.contains(&word.as_str()) {
        Some(true)
    } else if NO.contains(&word.as_str()) {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(text: &str) -> Email {
        Email::parse(text).unwrap()
    }

    #[test]
    fn a_role_is_read_the_way_people_write_it() {
        let roles = Roles::new(
            vec![Role::named("speaker"), Role::named("gäste")],
            Vec::new(),
            "participant",
        )
        .unwrap();
        let name = |cell: &str| roles.named(cell).map(|at| roles.all()[at].name.as_str());
        assert_eq!(name("Speaker"), Some("speaker"));
        assert_eq!(name("GÄSTE"), Some("gäste"));
        assert_eq!(name("HOST"), Some("moderator"));
        assert_eq!(name("Gastgeberin"), Some("moderator"));
        assert_eq!(name("Участник"), Some("participant"));
        for cell in ["owner", "organizer", "teacher", "presenter", "VIP", "moderatr", "", "yes"] {
            assert_eq!(name(cell), None, "{cell}");
        }
    }

    #[test]
    fn yes_and_no_are_known_in_some_languages() {
        assert_eq!(yes_or_no("Ja"), Some(true));
        assert_eq!(yes_or_no("FALSE"), Some(false));
        assert_eq!(yes_or_no("maybe"), None);
    }

    #[test]
    fn nobody_is_one_of_two_roles_people() {
        let people = |second: &str| {
            vec![
                (email("Head@example.org"), "moderator".to_owned()),
                (email("head@example.org"), second.to_owned()),
            ]
        };
        let roles =
            Roles::new(vec![Role::moderator()], people("moderator"), "participant").unwrap();
        assert_eq!(roles.people().len(), 1);
        assert_eq!(roles.of_person("head@example.org"), Some(0));
        let twice =
            Roles::new(vec![Role::moderator()], people("participant"), "participant").unwrap_err();
        assert_eq!(
            twice[0].to_string(),
            "`head@example.org` is one of the people of `moderator` and of `participant`"
        );
    }

    #[test]
    fn no_word_means_two_things() {
        assert!(MODERATOR_WORDS.iter().all(|word| !PARTICIPANT_WORDS.contains(word)));
        assert!(YES.iter().all(|word| !NO.contains(word)));
        assert!(
            MODERATOR_WORDS
                .iter()
                .chain(&PARTICIPANT_WORDS)
                .all(|word| word.to_lowercase() == *word)
        );
    }
}
