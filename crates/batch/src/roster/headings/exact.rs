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
        Rückmeldung, Respuesta, Resposta, Response",
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

/// What a whole folded heading means, if it is an exception.
pub(super) fn guesses(folded: &str) -> Option<Vec<HeadingGuess>> {
    EXACT_HEADINGS.get(folded).map(|guesses| guesses.to_vec())
}
