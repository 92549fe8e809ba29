//! Headings that mean something else than their words, or are too short to be words of longer ones.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::super::field::Field;
use super::super::spellings::fold;
use super::guess::{HeadingGuess, HeadingKind, Whose};

const fn guess(field: Field, whose: Whose) -> HeadingGuess {
    HeadingGuess { kind: HeadingKind::Field(field), whose }
}

/// Whole headings with what they may mean. An empty list: nothing that is known, whatever the words are.
const EXACT: &[(&[HeadingGuess], &str)] = &[
    // Outlook's display name of an address often repeats the address in brackets.
    (
        &[guess(Field::Name, Whose::Other)],
        "E-mail Display Name, E-mail 2 Display Name, E-mail 3 Display Name,
        E-Mail: Angezeigter Name, E-Mail 2: Angezeigter Name, E-Mail 3: Angezeigter Name",
    ),
    (&[guess(Field::Email, Whose::Secondary)], "Family email, Familien-E-Mail"),
    // The identifier in the report of Microsoft Teams.
    (&[guess(Field::Email, Whose::Weak)], "Participant ID (UPN)"),
    (
        &[guess(Field::Email, Whose::Weak), guess(Field::Name, Whose::Weak)],
        "User, Recipient, To, Empfänger, An",
    ),
    // Senders and receivers of messages.
    (&[], "Email client, E-Mail von, E-Mail an, E-Mail from, E-Mail to"),
    // The mother's, which stands after the father's.
    (&[guess(Field::LastName, Whose::Secondary)], "Apellido materno, 2do apellido, 2º apellido"),
    // Initials are better than no first name.
    (&[guess(Field::FirstName, Whose::Weak)], "Voorletters, Voorletter(s), Initialen"),
    // How many there are: `nombre` is a number in French, and a name in Spanish.
    (
        &[],
        "Nombre de participants, Nombre de personnes, Nombre d'invités, Nombre d'élèves,
        Nombre d'enfants, Nombre de membres, Nombre d'étudiants, Nombre d'inscrits,
        Nombre de clients",
    ),
    // LimeSurvey's `emailstatus` says OK, or why no invitation is sent. The others are a part of a country, too, or an
    // answer to any question.
    (
        &[guess(Field::Status, Whose::Weak)],
        "emailstatus, Estado, Stato, État, Stan, Stav, Tila, Stand, Réponse, Reactie, Risposta,
        Rückmeldung, Respuesta, Resposta, Response, Reply, Replies, Attendance, Ticket Status",
    ),
    // Questions of forms.
    (
        &[guess(Field::Status, Whose::Plain)],
        "Will you attend, Will you be attending, Will you come, Will you be coming, Will you join,
        Will you join us, Will you be joining us, Will you participate, Will you be there,
        Are you attending, Are you coming, Are you going, Are you joining, Are you joining us,
        Are you participating, Are you able to attend, Can you attend, Can you come, Can you join,
        Can you join us, Can you make it, Can you participate, Do you plan to attend,
        Do you intend to attend, Do you want to attend, Would you like to attend,
        Would you like to join, I will attend, I will be attending, I will join, I will participate,
        I'll attend, I'll be there, I will be there, I am attending, I'm attending, I am coming,
        I'm coming, I can attend, Will attend, Is attending, Is coming, Coming, Joining,
        Participating, Invitation response, Response to invitation, Reply to invitation,
        Anwesend, Dabei, Bist du dabei, Sind Sie dabei, Ich bin dabei, Kommst du, Kommen Sie, Kommt,
        Ich komme, Ich nehme teil, Nimmst du teil, Nehmen Sie teil, Nehmt ihr teil, Nimmt teil,
        Wirst du teilnehmen, Werden Sie teilnehmen, Kannst du teilnehmen, Können Sie teilnehmen,
        Möchten Sie teilnehmen, Möchtest du teilnehmen, Zugesagt,
        Participez-vous, Participerez-vous, Participes-tu, Participe, Participera, Je participe,
        Je participerai, Serez-vous présent, Serez-vous présente, Serez-vous présents,
        Serez-vous là, Seras-tu présent, Viendrez-vous, Viendras-tu, Je viendrai, Venez-vous,
        Asistirá, Asistirás, Asiste, Asistirá usted, Asistiré, Vas a asistir, Va a asistir,
        Parteciperà, Parteciperai, Partecipa, Parteciperete, Sarai presente, Sarà presente,
        Komt u, Kom je, Kom jij, Neemt u deel, Neem je deel, Bent u aanwezig, Ben je aanwezig,
        Ben je erbij, Bent u erbij, Ik kom, Ik neem deel",
    ),
];

static EXACT_HEADINGS: LazyLock<HashMap<String, &'static [HeadingGuess]>> = LazyLock::new(|| {
    let entries = EXACT.iter();
    entries
        .flat_map(|(guesses, headings)| {
            headings.split(',').map(|heading| (fold(heading), *guesses))
        })
        .collect()
});

/// How the answers of a question end a heading: `Attending (Yes/No)`.
const ANSWERS: [&[&str]; 11] = [
    &["yes", "no"],
    &["y", "n"],
    &["yes", "no", "maybe"],
    &["y", "n", "m"],
    &["ja", "nein"],
    &["j", "n"],
    &["ja", "nee"],
    &["oui", "non"],
    &["o", "n"],
    &["si", "no"],
    &["s", "n"],
];

/// The words of a heading without the answers at its end; nothing if it has none.
pub(super) fn without_answers(words: &[String]) -> Option<&[String]> {
    ANSWERS.iter().find_map(|answers| {
        let (question, end) = words.split_at_checked(words.len().checked_sub(answers.len())?)?;
        (!question.is_empty() && end == *answers).then_some(question)
    })
}

/// What a whole folded heading means, if it is an exception.
pub(super) fn guesses(folded: &str) -> Option<Vec<HeadingGuess>> {
    EXACT_HEADINGS.get(folded).map(|guesses| guesses.to_vec())
}
