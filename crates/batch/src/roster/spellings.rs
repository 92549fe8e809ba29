//! The spellings of headings by which columns are recognized.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::field::Field;

/// A heading as it is compared: without accents, spaces and punctuation, in lower case, and with
/// compatibility forms such as full-width letters replaced.
pub(super) fn fold(heading: &str) -> String {
    heading
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        // Unicode does not take the stroke for an accent.
        .map(|c| if c == 'ł' { 'l' } else { c })
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// Spellings of headings as [`fold`] leaves them, in the order of the fields: in English, in other big European
/// languages, and in the exports of Zoom, Google, Outlook, Eventbrite and Moodle (`invitation-email` facts, §4.2).
pub(super) const SPELLINGS: [(Field, &[&str]); 15] = [
    (
        Field::Email,
        &[
            "email",
            "mail",
            "emailaddress",
            "mailaddress",
            // `User Email` in Zoom's attendance report.
            "useremail",
            // `E-mail 1 - Value` of Google Contacts.
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
            // `メールアドレス`: `fold` turns `ド` into `ト`, because Unicode has its voicing mark as a combining mark.
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
            // `Name (Original Name)` in the same report.
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
            // `nombre`, `nome` and, below, `nom` can also mean the whole name. Where there is no other column of
            // names, such a column is taken for the whole name all the same.
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
        // Not `organizer`, `owner` or `teacher`: whether they moderate is for the user to say.
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
    // `ID number` is Moodle's. Numbers of orders and tickets are not ids of people.
    (Field::Id, &["id", "userid", "idnumber", "personid"]),
    (
        Field::Status,
        &[
            "approvalstatus",
            "attendeestatus",
            "rsvp",
            "rsvpstatus",
            "registrationstatus",
            "emailstatus",
            "anmeldestatus",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::super::field::FIELDS;
    use super::*;

    #[test]
    fn spellings_are_folded_and_in_the_order_of_the_fields() {
        for ((field, name), (spelled, spellings)) in FIELDS.iter().zip(SPELLINGS) {
            assert_eq!(*field, spelled);
            assert!(spellings.iter().all(|spelling| fold(spelling) == *spelling), "{name}");
        }
    }
}
