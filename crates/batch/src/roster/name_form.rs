//! What the names of people look like.

use crate::roles::yes_or_no;

/// Whether a cell could be the name of a person, or a part of one.
pub(super) fn could_be_name(cell: &str) -> bool {
    let is_other = |c: char| {
        matches!(c, '@' | '/' | '\\' | '=' | '?' | '!' | ';' | '%' | '€' | '$' | '+' | '#')
    };
    let name = without_additions(cell);
    name.chars().any(char::is_alphabetic)
        && !name.contains(|c: char| c.is_numeric() || is_other(c))
        // The title of a section.
        && !name.ends_with(':')
        && yes_or_no(name).is_none()
        && name.split_whitespace().count() <= 8
}

/// A cell without what people write around names: `1. Ada Lovelace`, `Ada Lovelace + 1`, `Ada Lovelace (vegan)`.
pub(super) fn without_additions(cell: &str) -> &str {
    let numbered = cell.trim_start_matches(|c: char| c.is_ascii_digit());
    let cell = match numbered.strip_prefix(['.', ')']) {
        Some(rest) if numbered.len() < cell.len() => rest.trim_start(),
        _ => cell,
    };
    let end = cell.find(['(', '+', '[']).filter(|at| *at > 0).unwrap_or(cell.len());
    cell[..end].trim_end()
}

/// Whether a cell has two to four words, each of which begins with a capital where its script has capitals.
pub(super) fn is_whole_name(cell: &str) -> bool {
    // `von`, `de la` and the like are written small.
    let words = cell.split([' ', ',']).filter(|word| !word.is_empty());
    let words: Vec<&str> = words
        .filter(|word| word.chars().count() > 3 || !word.starts_with(char::is_lowercase))
        .collect();
    (2..=4).contains(&words.len()) && words.iter().all(|word| !word.starts_with(char::is_lowercase))
}
