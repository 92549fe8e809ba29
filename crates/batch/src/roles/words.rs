//! The words of a role column, in the languages that spreadsheets come in.

/// Words that mean `moderator`, in lower case. `teacher`, `speaker` and `organizer` are left out: whether they moderate
/// is for the user to say.
pub(super) const MODERATOR_WORDS: [&str; 27] = [
    "moderator",
    "moderators",
    "host",
    // Zoom's word for a second moderator.
    "co-host",
    "cohost",
    // Feminine forms as well: in many languages, the word in the cell depends on the person.
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

/// Words that mean `participant`, in lower case.
pub(super) const PARTICIPANT_WORDS: [&str; 30] = [
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_has_two_meanings() {
        // Cells are compared in lower case, so a word with a capital letter would never match.
        let lower = |word: &&str| word.to_lowercase() == **word;
        assert!(MODERATOR_WORDS.iter().all(|word| !PARTICIPANT_WORDS.contains(word)));
        assert!(MODERATOR_WORDS.iter().chain(&PARTICIPANT_WORDS).all(lower));
    }
}
