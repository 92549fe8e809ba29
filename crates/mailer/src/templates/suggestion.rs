//! Suggestions for names that are misspelled.

use super::built_in::BUILT_IN;
use super::problem::TemplateProblem;

/// The longest name that is compared, in octets.
const LONGEST_COMPARED: usize = 100;

/// How many typing mistakes a file name may have. One more, and `other.txt` would count as a misspelled template.
const MAX_TYPOS: usize = 2;

/// A hint with the known name that is most like `name`, if one is similar enough.
pub(super) fn did_you_mean<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    // A long name may differ in a third of its letters.
    let typos = |known: &str| MAX_TYPOS.max(known.len() / 3);
    let similar = |(distance, known): &(usize, &str)| *distance <= typos(known);
    let (_, nearest) = known
        // Comparing takes the product of both lengths: a name of a megabyte would take hours. A typo is one character, which
        // has up to four octets.
        .filter(|known| name.len().abs_diff(known.len()) <= 4 * typos(known))
        .filter(|known| known.len() <= LONGEST_COMPARED)
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .filter(similar)
        .min()?;
    Some(format!("did you mean `{nearest}`?"))
}

/// The problem of a file that no template uses, if its name is almost that of a template.
pub(super) fn misspelled_file(file: &str) -> Option<TemplateProblem> {
    let lower = file.to_lowercase();
    // Finds `invite.html.tera`, `Invite.html`, `invite.htm`, `invite_html` and `invit.html`.
    let distance = |name: &str| match lower.strip_prefix(name) {
        Some(more) if more.starts_with('.') => 0,
        _ => strsim::damerau_levenshtein(&lower, name),
    };
    let (_, nearest) = BUILT_IN
        .iter()
        .map(|(name, _)| (distance(name), *name))
        .filter(|(distance, _)| *distance <= MAX_TYPOS)
        .min()?;
    (file != nearest).then(|| {
        TemplateProblem::of(file, "no message uses a file with this name")
            .with_hint(format!("did you mean `{nearest}`?"))
    })
}
