//! Finding the word that a misspelled one was meant to be.

use std::fmt::Write as _;

pub use meetmint_core::quoted;

/// The longest word that is compared, in characters.
const LONGEST_COMPARED: usize = 100;

/// How many known words a hint lists.
const MOST_LISTED: usize = 40;

/// The known word that is closest to a misspelled one, if any is close enough to be meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let length = word.chars().count();
    // One typo in a short word, one more for every four letters: `guest` must not suggest `host`.
    let typos = |known: &str| 1 + known.chars().count() / 4;
    known
        .into_iter()
        // Comparing takes the product of both lengths, and the value may be the megabyte that was pasted by mistake. Each
        // letter that one of the words has more is a typo.
        .filter(|known| length.abs_diff(known.chars().count()) <= typos(known))
        .filter(|known| known.chars().count() <= LONGEST_COMPARED)
        // Two letters typed in the wrong order count as one typo.
        .map(|known| (strsim::damerau_levenshtein(&word, &known.to_lowercase()), known))
        .filter(|(distance, known)| *distance <= typos(known))
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
        None => list(introduction, known),
    }
}

/// `introduction` and a list of words, which is cut if it is long.
pub(crate) fn list(introduction: &str, words: Vec<&str>) -> String {
    let more = words.len().saturating_sub(MOST_LISTED);
    let mut list: Vec<String> = words.into_iter().take(MOST_LISTED).map(quoted).collect();
    if more > 0 {
        list.push(format!("and {more} more"));
    }
    format!("{introduction} {}", list.join(", "))
}

/// A text as TOML writes it.
pub fn toml_string(text: &str) -> String {
    let mut written = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => written.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(written, "\\u{:04X}", u32::from(c));
            }
            c => written.push(c),
        }
    }
    written.push('"');
    written
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
    fn a_text_is_written_as_toml_reads_it() {
        assert_eq!(toml_string("a \"b\" \\ \n é"), r#""a \"b\" \\ \u000A é""#);
    }

    #[test]
    fn a_long_word_is_not_compared_and_a_long_list_is_cut() {
        // With a comparison, each of these would take hours.
        let long = "x".repeat(1_000_000);
        assert_eq!(nearest(&long, ["moderator", &format!("{long}y")]), None);
        assert_eq!(nearest("moderator", [long.as_str()]), None);
        let names: Vec<String> = (0..50).map(|at| format!("role-number-{at}")).collect();
        let hint = suggest("teacher", names.iter().map(String::as_str), "use one of");
        assert!(hint.ends_with("`role-number-39`, and 10 more"), "{hint}");
    }
}
