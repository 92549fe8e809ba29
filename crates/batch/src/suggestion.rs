//! Quoting a value in a message, and finding the word that a misspelled one was meant to be.

use meetmint_core::is_invisible;

/// A value as a message quotes it: on one line, cut after 60 characters.
pub fn quoted(value: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String = value
        .chars()
        // A control character in a roster must not move the cursor or recolor the terminal.
        .map(|c| if c.is_control() || is_invisible(c) { '\u{fffd}' } else { c })
        .take(LONGEST)
        .collect();
    if value.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    format!("`{shown}`")
}

/// The known word that is closest to a misspelled one, if any is close enough to be meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    known
        .into_iter()
        // Two letters typed in the wrong order count as one typo.
        .map(|known| (strsim::damerau_levenshtein(&word, &known.to_lowercase()), known))
        // One typo in a short word, one more for every four letters: `guest` must not suggest `host`.
        .filter(|(distance, known)| *distance <= 1 + known.chars().count() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// A hint for an unknown word: the known word that was probably meant, else `introduction` and a list of all.
pub fn suggest<'a>(
    word: &str,
    known: impl IntoIterator<Item = &'a str>,
    introduction: &str,
) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("did you mean {}?", quoted(near)),
        None => {
            let list: Vec<String> = known.into_iter().map(quoted).collect();
            format!("{introduction} {}", list.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_suggested_if_it_is_near() {
        let roles = ["moderator", "participant", "speaker"];
        assert_eq!(nearest("moderatr", roles), Some("moderator"));
        assert_eq!(nearest("Speakers", roles), Some("speaker"));
        assert_eq!(nearest("teacher", roles), None);
        assert_eq!(nearest("", roles), None);
    }

    #[test]
    fn without_a_near_word_all_are_listed() {
        let roles = ["moderator", "participant"];
        assert_eq!(suggest("moderatr", roles, "the roles are"), "did you mean `moderator`?");
        assert_eq!(
            suggest("teacher", roles, "the roles are"),
            "the roles are `moderator`, `participant`"
        );
    }

    #[test]
    fn a_value_is_quoted_on_one_short_line() {
        assert_eq!(quoted("a\nb"), "`a\u{fffd}b`");
        assert_eq!(quoted(&"x".repeat(61)), format!("`{}…`", "x".repeat(60)));
    }
}
