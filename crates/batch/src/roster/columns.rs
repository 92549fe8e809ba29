//! Headings: what each column is taken for.

use meetmint_core::one_line;
use unicode_normalization::UnicodeNormalization;

use crate::problem::{Problem, quoted, suggest};

/// What a column can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// One address.
    Email,
    /// The display name.
    Name,
    /// The first part of it.
    FirstName,
    /// The last part of it.
    LastName,
    /// A role's name.
    Role,
    /// Yes or no: under a heading `moderator` or `host`.
    Moderator,
    /// The room of the row's own meeting.
    Room,
    /// Its title.
    Title,
    /// Its start.
    Start,
    /// Its zone, or the person's own where `per_row` does not name it.
    Zone,
    /// Its duration.
    Duration,
    /// The person's language.
    Language,
    /// The person's picture.
    Avatar,
    /// The person's id.
    Id,
}

/// Every field with the name that configuration and messages use for it.
pub const FIELDS: [(Field, &str); 14] = [
    (Field::Email, "email"),
    (Field::Name, "name"),
    (Field::FirstName, "first_name"),
    (Field::LastName, "last_name"),
    (Field::Role, "role"),
    (Field::Moderator, "moderator"),
    (Field::Room, "room"),
    (Field::Title, "title"),
    (Field::Start, "start"),
    (Field::Zone, "zone"),
    (Field::Duration, "duration"),
    (Field::Language, "language"),
    (Field::Avatar, "avatar"),
    (Field::Id, "id"),
];

/// The fields that a row may override, if `per_row` names them.
pub const PER_ROW: [Field; 5] =
    [Field::Room, Field::Title, Field::Start, Field::Zone, Field::Duration];

impl Field {
    /// The name that configuration and messages use.
    pub fn name(self) -> &'static str {
        FIELDS[self as usize].1
    }

    /// The field of a name.
    pub fn named(name: &str) -> Option<Field> {
        FIELDS.iter().find(|(_, known)| *known == name).map(|(field, _)| *field)
    }
}

/// Spellings of headings, folded as [`fold`] does: English, the other big European languages, and
/// the exports of Zoom, Google, Outlook, Eventbrite and Moodle (`invitation-email` facts, §4.2).
const SPELLINGS: [(Field, &[&str]); 14] = [
    (
        Field::Email,
        &[
            "email",
            "mail",
            "emailaddress",
            "mailaddress",
            "useremail",
            "email1value",
            "email1address",
            "address",
            "emailadresse",
            "mailadresse",
            "emailaddresse",
            "courriel",
            "adresseemail",
            "adresseelectronique",
            "adressemail",
            "correo",
            "correoelectronico",
            "direcciondecorreo",
            "indirizzoemail",
            "postaelettronica",
            "emailadres",
            "enderecodeemail",
            "adresemail",
            "adreseposta",
            "eposta",
            "epost",
            "epostadress",
            "sahkoposti",
            "элпочта",
            "электроннаяпочта",
            "почта",
            "メール",
            "メールアトレス",
            "电子邮件",
            "邮箱",
        ],
    ),
    (
        Field::Name,
        &[
            "name",
            "fullname",
            "displayname",
            "attendee",
            "attendeename",
            "participantname",
            "nameoriginalname",
            "vollername",
            "anzeigename",
            "nomcomplet",
            "nometprenom",
            "nombrecompleto",
            "nombreyapellidos",
            "nomecompleto",
            "nomeecognome",
            "naam",
            "volledigenaam",
            "imieinazwisko",
            "namn",
            "navn",
            "nimi",
            "имя",
            "фио",
            "名前",
            "氏名",
            "姓名",
        ],
    ),
    (
        Field::FirstName,
        &[
            "firstname",
            "givenname",
            "forename",
            "vorname",
            "prenom",
            "nombre",
            "nome",
            "voornaam",
            "imie",
            "fornamn",
            "fornavn",
            "etunimi",
            "jmeno",
        ],
    ),
    (
        Field::LastName,
        &[
            "lastname",
            "surname",
            "familyname",
            "nachname",
            "familienname",
            "nomdefamille",
            "nom",
            "apellido",
            "apellidos",
            "cognome",
            "sobrenome",
            "apelido",
            "achternaam",
            "nazwisko",
            "efternamn",
            "etternavn",
            "sukunimi",
            "prijmeni",
            "фамилия",
        ],
    ),
    (
        Field::Role,
        &[
            "role", "rolle", "rol", "ruolo", "papel", "funcao", "rola", "roll", "rooli", "роль",
            "役割",
        ],
    ),
    (
        Field::Moderator,
        &["moderator", "host", "ismoderator", "ishost", "moderateur", "moderador", "moderatore"],
    ),
    (Field::Room, &["room", "raum", "salle", "sala", "stanza", "kamer", "pokoj"]),
    (
        Field::Title,
        &["title", "titel", "titre", "titulo", "titolo", "tytul", "subject", "topic", "betreff"],
    ),
    (
        Field::Start,
        &["start", "starttime", "startsat", "beginn", "debut", "inicio", "inizio", "poczatek"],
    ),
    (
        Field::Zone,
        &[
            "zone",
            "timezone",
            "tz",
            "zeitzone",
            "fuseauhoraire",
            "zonahoraria",
            "fusoorario",
            "tijdzone",
        ],
    ),
    (
        Field::Duration,
        &["duration", "dauer", "duree", "duracion", "durata", "duracao", "czastrwania"],
    ),
    (
        Field::Language,
        &["language", "lang", "locale", "sprache", "langue", "idioma", "lingua", "taal", "jezyk"],
    ),
    (Field::Avatar, &["avatar", "avatarurl", "picture", "photo", "image", "bild", "foto"]),
    (Field::Id, &["id", "userid", "idnumber", "personid"]),
];

/// What the user says of the columns.
#[derive(Clone, Debug, Default)]
pub struct ColumnSettings {
    /// Headings by field; a name may be put together from several.
    pub named: Vec<(Field, Vec<String>)>,
    /// Fields of [`PER_ROW`] that a row may override.
    pub per_row: Vec<Field>,
}

/// What a column was taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The heading as it stands in the file.
    pub heading: String,
    /// What it means.
    pub meaning: Meaning,
}

/// What a column was taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// One of the known fields.
    Field(Field),
    /// A field of the meeting that `per_row` does not name: left alone, and there as an extra.
    LeftAlone(Field, String),
    /// Anything else: `extra.KEY` in templates.
    Extra(String),
}

/// Columns by what they mean.
#[derive(Clone, Debug)]
pub(crate) struct Columns {
    pub(crate) all: Vec<Column>,
    cells: [Vec<usize>; FIELDS.len()],
    per_row: Vec<Field>,
}

impl Columns {
    /// Reads the heading row.
    pub(crate) fn read(
        headings: &[&str],
        choice: &ColumnSettings,
        file: &str,
        line: u64,
    ) -> Result<Columns, Vec<Problem>> {
        let mut problems = Vec::new();
        let folded: Vec<String> = headings.iter().map(|heading| fold(heading)).collect();
        let mut cells: [Vec<usize>; FIELDS.len()] = Default::default();
        let mut taken = vec![None; headings.len()];
        for (field, names) in &choice.named {
            for name in names {
                let named = fold(name);
                let Some(at) =
                    folded.iter().position(|heading| *heading == named && !named.is_empty())
                else {
                    let hint = suggest(name, headings.iter().copied(), "the headings are");
                    let message = format!("there is no column {}", quoted(name));
                    problems.push(
                        Problem::of_file("no-such-column", file, message).at(line).hint(hint),
                    );
                    continue;
                };
                cells[*field as usize].push(at);
                taken[at] = Some(*field);
            }
        }
        for (field, spellings) in SPELLINGS {
            let chosen = choice.named.iter().any(|(named, _)| *named == field);
            let spelled =
                |at: &usize| taken[*at].is_none() && spellings.contains(&folded[*at].as_str());
            if !chosen && let Some(at) = (0..headings.len()).find(spelled) {
                cells[field as usize].push(at);
                taken[at] = Some(field);
            }
        }
        let all = headings.iter().zip(&taken).map(|(heading, field)| {
            // What is shown of it is one line, whatever stands in the file.
            let heading = one_line(heading, 100).unwrap_or_default();
            let meaning = match field {
                Some(field)
                    if *field == Field::Zone
                        || !PER_ROW.contains(field)
                        || choice.per_row.contains(field) =>
                {
                    Meaning::Field(*field)
                }
                Some(field) => Meaning::LeftAlone(*field, extra_key(&heading)),
                None => Meaning::Extra(extra_key(&heading)),
            };
            Column { heading, meaning }
        });
        let columns = Columns { all: all.collect(), cells, per_row: choice.per_row.clone() };
        for field in &choice.per_row {
            if columns.cells[*field as usize].is_empty() {
                problems.push(
                    Problem::of_file(
                        "no-such-column",
                        file,
                        format!("`per_row` names `{}`, and no column is one", field.name()),
                    )
                    .at(line)
                    .hint(format!("say which it is: columns = {{ {} = \"…\" }}", field.name())),
                );
            }
        }
        if problems.is_empty() { Ok(columns) } else { Err(problems) }
    }

    /// The cells' places of a field: none if the file has no such column.
    pub(crate) fn of(&self, field: Field) -> &[usize] {
        if PER_ROW.contains(&field) && field != Field::Zone && !self.overrides(field) {
            return &[];
        }
        &self.cells[field as usize]
    }

    pub(crate) fn has(&self, field: Field) -> bool {
        !self.of(field).is_empty()
    }

    /// Whether a row may override a field of the meeting.
    pub(crate) fn overrides(&self, field: Field) -> bool {
        self.per_row.contains(&field)
    }

    /// The heading of a field, for messages.
    pub(crate) fn heading(&self, field: Field) -> &str {
        self.of(field).first().map_or(field.name(), |at| self.all[*at].heading.as_str())
    }

    /// The place of a column by its heading, matched as loosely as all are.
    pub(crate) fn position(&self, heading: &str) -> Option<usize> {
        let wanted = fold(heading);
        self.all.iter().position(|column| !wanted.is_empty() && fold(&column.heading) == wanted)
    }
}

/// A heading as it is compared: compatibility forms, case, accents, spaces and punctuation aside.
fn fold(heading: &str) -> String {
    heading
        .nfkd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'ł' { 'l' } else { c })
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// The name of a column in templates: lower case, everything but letters and digits as `_`.
fn extra_key(heading: &str) -> String {
    heading
        .trim()
        .to_lowercase()
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '_' })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meanings(headings: &[&str], choice: &ColumnSettings) -> Vec<String> {
        let columns = Columns::read(headings, choice, "people.csv", 1).unwrap();
        columns
            .all
            .iter()
            .map(|column| match &column.meaning {
                Meaning::Field(field) => field.name().to_owned(),
                Meaning::LeftAlone(field, key) => format!("({}) {key}", field.name()),
                Meaning::Extra(key) => format!("extra.{key}"),
            })
            .collect()
    }

    #[test]
    fn headings_are_matched_the_way_people_write_them() {
        #[track_caller]
        fn case(headings: &[&str], expected: &[&str]) {
            assert_eq!(meanings(headings, &ColumnSettings::default()), expected);
        }

        case(&["email", "name", "role"], &["email", "name", "role"]);
        case(&[" E-Mail ", "FULL NAME", "Rolle"], &["email", "name", "role"]);
        case(&["E-Mail-Adresse", "Vorname", "Nachname"], &["email", "first_name", "last_name"]);
        case(&["Adresse e-mail", "Prénom", "Nom"], &["email", "first_name", "last_name"]);
        case(&["Correo electrónico", "Nombre", "Apellidos"], &["email", "first_name", "last_name"]);
        case(
            &["Email address", "First name", "Surname", "ID number"],
            &["email", "first_name", "last_name", "id"],
        );
        case(&["Ｅｍａｉｌ", "Imię", "Nazwisko"], &["email", "first_name", "last_name"]);
        case(
            &["Order #", "Email", "Buyer Email", "Ticket Type"],
            &["extra.order__", "email", "extra.buyer_email", "extra.ticket_type"],
        );
        case(&["E-mail 1 - Value", "email"], &["email", "extra.email"]);
        case(
            &["email", "Title", "Room", "Start", "Zone"],
            &["email", "(title) title", "(room) room", "(start) start", "zone"],
        );
        case(&["email", "Host"], &["email", "moderator"]);
        case(&["email", "", "T-Shirt / Größe"], &["email", "extra.", "extra.t_shirt___größe"]);
    }

    #[test]
    fn what_the_user_says_of_columns_wins() {
        let choice = ColumnSettings {
            named: vec![
                (Field::Email, vec!["Kontakt".to_owned()]),
                (Field::Name, vec!["Vorname".to_owned(), "nachname".to_owned()]),
            ],
            per_row: vec![Field::Room],
        };
        assert_eq!(
            meanings(&["Email", "KONTAKT", "Vorname", "Nachname", "Room", "Title"], &choice),
            ["extra.email", "email", "name", "name", "room", "(title) title"]
        );
        let problems = Columns::read(&["Email", "Kontact"], &choice, "people.csv", 1).unwrap_err();
        let words: Vec<String> = problems
            .iter()
            .map(|problem| format!("{problem} | {}", problem.hint.as_deref().unwrap()))
            .collect();
        assert_eq!(
            words,
            [
                "people.csv:1: there is no column `Kontakt` | did you mean `Kontact`?",
                "people.csv:1: there is no column `Vorname` | the headings are `Email`, `Kontact`",
                "people.csv:1: there is no column `nachname` | the headings are `Email`, `Kontact`",
                "people.csv:1: `per_row` names `room`, and no column is one | say which it is: columns = { room = \"…\" }",
            ]
        );
    }

    #[test]
    fn fields_stand_in_the_order_of_their_names() {
        for (at, (field, name)) in FIELDS.iter().enumerate() {
            assert_eq!(*field as usize, at);
            assert_eq!(Field::named(name), Some(*field));
            assert_eq!(SPELLINGS[at].0, *field);
            assert!(SPELLINGS[at].1.iter().all(|spelling| fold(spelling) == *spelling), "{name}");
        }
    }
}
