//! Which role a person has: by the roster, or by being named in `meeting.toml`.

mod words;
mod yes_no;

use std::collections::HashMap;

use meetmint_core::{Email, MODERATOR, PARTICIPANT, Role};

use words::{MODERATOR_WORDS, PARTICIPANT_WORDS};

pub(crate) use yes_no::yes_or_no;

/// The roles of a meeting folder. Other types refer to a role by its index in [`Roles::all`].
#[derive(Clone, Debug)]
pub struct Roles {
    all: Vec<Role>,
    people: Vec<(Email, usize)>,
    /// The indexes of the same people by key: each row of a roster asks for its person.
    by_key: HashMap<String, usize>,
    /// The user's own words for roles, in lower case.
    words: HashMap<String, usize>,
    /// Words for the built-in roles, and the names of all roles.
    known: HashMap<String, usize>,
    /// How many roles are the user's own; they come first.
    own: usize,
    default: usize,
}

/// A person is listed under two roles.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{email}` is listed under two roles, `{first}` and `{second}`")]
pub struct TwoRoles {
    /// The address, as it is written under the second role.
    pub email: String,
    /// The role that comes first.
    pub first: String,
    /// The other role.
    pub second: String,
}

impl Roles {
    /// The user's roles, each with the people who have it whatever the roster says, and the built-in
    /// roles that are not among them. The default role is `participant`.
    ///
    /// # Errors
    /// Everybody who is listed under two roles.
    pub fn new(roles: Vec<(Role, Vec<Email>)>) -> Result<Roles, Vec<TwoRoles>> {
        let (mut all, named): (Vec<Role>, Vec<Vec<Email>>) = roles.into_iter().unzip();
        let mut by_key: HashMap<String, usize> = HashMap::new();
        let mut people: Vec<(Email, usize)> = Vec::new();
        let mut twice = Vec::new();
        for (role, email) in named
            .into_iter()
            .enumerate()
            .flat_map(|(role, emails)| emails.into_iter().map(move |email| (role, email)))
        {
            match by_key.get(email.key().as_ref()) {
                None => {
                    by_key.insert(email.key().into_owned(), people.len());
                    people.push((email, role));
                }
                // Twice under the same role is harmless.
                Some(first) if people[*first].1 == role => {}
                Some(first) => twice.push(TwoRoles {
                    email: email.to_string(),
                    first: all[people[*first].1].name.clone(),
                    second: all[role].name.clone(),
                }),
            }
        }
        // All of them, because `check` reports every problem at once.
        if !twice.is_empty() {
            return Err(twice);
        }
        let own = all.len();
        // After the user's, so that the indexes above stay valid.
        position_or_insert(&mut all, Role::moderator());
        // The role with the fewest rights, so that a forgotten setting makes nobody a moderator.
        let default = position_or_insert(&mut all, Role::participant());
        let known = known_words(&all);
        Ok(Roles { all, people, by_key, words: HashMap::new(), known, own, default })
    }

    /// The same roles with another default; `None` if no role has that name.
    #[must_use]
    pub fn with_default(self, name: &str) -> Option<Roles> {
        let default = self.all.iter().position(|role| role.name == name)?;
        Some(Roles { default, ..self })
    }

    /// The same roles with words of the user's own for them: cells that mean the role with this index, in any case.
    /// They count more than the words that are known for the built-in roles. Of a word twice, the first counts.
    #[must_use]
    pub fn with_words(mut self, words: Vec<(String, usize)>) -> Roles {
        for (word, role) in words {
            self.words.entry(word.trim().to_lowercase()).or_insert(role);
        }
        self
    }

    /// Whether the user has given words to the role with this name.
    pub(crate) fn has_words(&self, name: &str) -> bool {
        self.words.values().any(|role| self.all[*role].name == name)
    }

    /// All roles: the user's own, then the built-in ones that are not among them.
    pub fn all(&self) -> &[Role] {
        &self.all
    }

    /// The index of the role of people for whom the roster names none.
    pub fn default(&self) -> usize {
        self.default
    }

    /// The people who have a role whatever the roster says, with its index.
    pub fn people(&self) -> &[(Email, usize)] {
        &self.people
    }

    /// The index of the role that a person has whatever the roster says; `key` is [`Email::key`].
    pub fn of_person(&self, key: &str) -> Option<usize> {
        self.position_of_person(key).map(|at| self.people[at].1)
    }

    /// The index of such a person in [`people`](Roles::people).
    pub(crate) fn position_of_person(&self, key: &str) -> Option<usize> {
        self.by_key.get(key).copied()
    }

    /// The index of the role that a cell names: by its name in any case, by a word that the user has given it, or by a
    /// word for a built-in role in one of several languages. Words that are only close, such as `speaker`, are not accepted: nobody
    /// becomes a moderator by a guess.
    pub fn named(&self, cell: &str) -> Option<usize> {
        // The user's own names come first: a role may be called `gast` and have rights of its own.
        let mut own = self.all.iter().take(self.own);
        let exact = own.position(|role| role.name.eq_ignore_ascii_case(cell));
        exact.or_else(|| {
            // Most cells name a built-in role as it is called, and only a word of the user's can mean another one by that.
            let built_in = || self.all.iter().skip(self.own).position(|role| role.name == cell);
            if self.words.is_empty()
                && let Some(at) = built_in()
            {
                return Some(self.own + at);
            }
            let of = |word: &str| self.words.get(word).or_else(|| self.known.get(word)).copied();
            // Most cells, which need no copy.
            if cell.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
                return of(cell);
            }
            of(&cell.to_lowercase())
        })
    }
}

/// What a word means without the user: a built-in role, or the role of that name.
fn known_words(all: &[Role]) -> HashMap<String, usize> {
    let mut known = HashMap::new();
    for (words, name) in [(&MODERATOR_WORDS[..], MODERATOR), (&PARTICIPANT_WORDS[..], PARTICIPANT)]
    {
        if let Some(role) = all.iter().position(|role| role.name == name) {
            known.extend(words.iter().map(|word| ((*word).to_owned(), role)));
        }
    }
    for (at, role) in all.iter().enumerate() {
        known.entry(role.name.clone()).or_insert(at);
    }
    known
}

/// The index of the role with the same name, which is added if there is none.
fn position_or_insert(roles: &mut Vec<Role>, role: Role) -> usize {
    roles.iter().position(|known| known.name == role.name).unwrap_or_else(|| {
        roles.push(role);
        roles.len() - 1
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(text: &str) -> Email {
        Email::parse(text).unwrap()
    }

    #[test]
    fn a_role_is_read_the_way_people_write_it() {
        let roles =
            Roles::new(vec![(Role::named("speaker"), vec![]), (Role::named("gäste"), vec![])])
                .unwrap();
        let name = |cell: &str| roles.named(cell).map(|role| roles.all()[role].name.as_str());
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
    fn words_of_the_user_count_more_than_known_ones() {
        let roles = Roles::new(vec![(Role::named("speaker"), vec![])]).unwrap();
        let participant = roles.default();
        let words = [("Presenter", 0), ("HOST", 0), ("participant", 0), ("Leitung ", participant)];
        let words = words.map(|(word, role)| (word.to_owned(), role));
        let roles = roles.with_words(words.into());
        let name = |cell: &str| roles.named(cell).map(|role| roles.all()[role].name.as_str());
        for cell in ["presenter", "PRESENTER", "Speaker", "host", "Participant"] {
            assert_eq!(name(cell), Some("speaker"), "{cell}");
        }
        assert_eq!(name("Leitung"), Some("participant"));
        assert_eq!(name("Moderator"), Some("moderator"));
        assert_eq!(name("guest"), Some("participant"));
        assert_eq!(name("presente"), None);
    }

    #[test]
    fn the_default_is_a_role_that_exists() {
        let roles = Roles::new(vec![(Role::named("speaker"), vec![])]).unwrap();
        let default = |roles: &Roles| roles.all()[roles.default()].name.clone();
        assert_eq!(default(&roles), "participant");
        assert_eq!(
            roles.clone().with_default("speaker").as_ref().map(default).as_deref(),
            Some("speaker")
        );
        assert!(roles.with_default("teacher").is_none());
    }

    #[test]
    fn nobody_is_listed_under_two_roles() {
        let moderator = |people| (Role::moderator(), people);
        let same_role = vec![email("Head@example.org"), email("head@example.org")];
        let roles = Roles::new(vec![moderator(same_role)]).unwrap();
        assert_eq!(roles.people().len(), 1);
        assert_eq!(roles.of_person("head@example.org"), Some(0));
        let twice = Roles::new(vec![
            moderator(vec![email("Head@example.org")]),
            (Role::participant(), vec![email("head@example.org")]),
        ])
        .unwrap_err();
        assert_eq!(
            twice[0].to_string(),
            "`head@example.org` is listed under two roles, `moderator` and `participant`"
        );
    }
}
