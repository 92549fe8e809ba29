//! No piece of a token in what was seen.
//!
//! A token, whole or cut, is known by how it begins. A server may send back a piece from its middle, such as the
//! signature, or write it as the name of an element.

use std::collections::HashSet;

use super::observed::{ConferenceFailure, Observed, Outcome, Refusal, Unreached};

/// The shortest piece that is hidden, in octets. No words of Jitsi's are as long and in a token.
const SHORTEST: usize = 8;

impl Observed {
    /// Hides the pieces of these tokens in all texts of the server's that came after they were sent.
    pub(super) fn hide(&mut self, tokens: &[String]) {
        let lower: Vec<Vec<u8>> =
            tokens.iter().map(|token| token.to_ascii_lowercase().into_bytes()).collect();
        let pieces = Pieces(lower.iter().flat_map(|token| token.windows(SHORTEST)).collect());
        let outcomes = self.tries.iter_mut().map(|one| &mut one.outcome);
        outcomes.for_each(|outcome| pieces.hide_in_outcome(outcome));
        if let Some(unreached) = &mut self.unreached {
            pieces.hide_in_unreached(unreached);
        }
    }
}

/// All pieces of the shortest length, in lower case.
struct Pieces<'t>(HashSet<&'t [u8]>);

impl Pieces<'_> {
    fn hide_in_outcome(&self, outcome: &mut Outcome) {
        match outcome {
            Outcome::Joined(joined) => {
                joined.features.iter_mut().flatten().for_each(|feature| self.hide(feature));
            }
            Outcome::LoginRefused(refusal) | Outcome::JoinRefused(refusal) => {
                let Refusal { condition, text, details } = refusal;
                self.hide(condition);
                self.hide(text);
                for detail in details {
                    self.hide(detail);
                }
            }
            Outcome::NoConference(ConferenceFailure::Reservation(code, text)) => {
                self.hide(code);
                self.hide(text);
            }
            Outcome::NoConference(ConferenceFailure::Other(error)) => self.hide(error),
            Outcome::Broken(_, unreached) => self.hide_in_unreached(unreached),
            Outcome::NoConference(_) | Outcome::Waits(_) | Outcome::Silence(_) => {}
        }
    }

    fn hide_in_unreached(&self, unreached: &mut Unreached) {
        if let Unreached::Terminated(condition) = unreached {
            self.hide(condition);
        }
    }

    fn hide(&self, text: &mut String) {
        let lower = text.to_ascii_lowercase().into_bytes();
        let begins: Vec<usize> = lower
            .windows(SHORTEST)
            .enumerate()
            .filter_map(|(at, window)| self.0.contains(window).then_some(at))
            .collect();
        // From the end, so that the other places stay where they are. Pieces are ASCII, and so begin and end characters.
        for overlapping in begins.chunk_by(|one, next| next - one <= SHORTEST).rev() {
            if let [first, .., last] | [first @ last] = overlapping {
                text.replace_range(*first..*last + SHORTEST, "(token)");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::observed::{Joined, Step, Try, Who};

    const TOKEN: &str =
        "eyJhbGciOiJIUzI1NiJ9.eyJyb29tIjoiZG9jdG9yIn0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg";

    fn hidden(text: &str) -> String {
        let mut text = text.to_owned();
        let lower = TOKEN.to_ascii_lowercase();
        Pieces(lower.as_bytes().windows(SHORTEST).collect()).hide(&mut text);
        text
    }

    #[test]
    fn pieces_of_tokens_are_hidden() {
        for (text, expected) in [
            ("Invalid signature", "Invalid signature"),
            ("", ""),
            ("é: c2lnbmF0dXJlLW9mLXRoZS10b2tlbg!", "é: (token)!"),
            ("xC2LNBMF0DXJLLW9MLXROZS10B2TLBG", "x(token)"),
            ("yb29tIjoiZG9jdG9yIn0.c2l – ZS10b2tlbg", "(token) – (token)"),
            ("c2lnbmF0 and c2lnbmF", "(token) and c2lnbmF"),
        ] {
            assert_eq!(hidden(text), expected, "{text}");
        }
        assert_eq!(hidden(TOKEN), "(token)");
        assert_eq!(hidden(&TOKEN.to_ascii_uppercase()), "(token)");
    }

    #[test]
    fn no_text_of_a_server_has_one() {
        let signature = || TOKEN.rsplit('.').next().unwrap().to_owned();
        let refusal =
            || Refusal { condition: signature(), text: signature(), details: vec![signature()] };
        let terminated = || Unreached::Terminated(signature());
        let outcomes = [
            Outcome::Joined(Joined { is_moderator: true, features: Some(vec![signature()]) }),
            Outcome::LoginRefused(refusal()),
            Outcome::JoinRefused(refusal()),
            Outcome::NoConference(ConferenceFailure::Reservation(signature(), signature())),
            Outcome::NoConference(ConferenceFailure::Other(signature())),
            Outcome::Broken(Step::Join, terminated()),
        ];
        let tries = outcomes.map(|outcome| Try { who: Who::Alone, outcome }).into();
        let mut observed = Observed { tries, unreached: Some(terminated()), ..Observed::default() };
        observed.hide(&["eyJhbGciOiJIUzI1NiJ9.e30.".to_owned(), TOKEN.to_owned()]);
        let seen = format!("{observed:?}");
        assert!(!seen.contains(&signature()[..8]), "{seen}");
        assert_eq!(seen.matches("(token)").count(), 12, "{seen}");
    }
}
