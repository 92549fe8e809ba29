//! Addresses as mail programs, address books and forms put them into a cell.

mod form;
mod likely;
mod looks;
mod prefix;

use std::borrow::Cow;

use meetmint_core::{Email, NotAnEmail};

use super::name_form::could_be_name;
use crate::rejection::Rejection;
use crate::suggestion::quoted;
use form::{bare, half_width, in_form, without_ends};
use likely::likely;
use prefix::is_exchange;

pub(super) use form::CellAddress;
pub(crate) use looks::looks_like_address;

/// The longest cell that is searched for addresses, in octets. A longer one holds something else.
const LONGEST: usize = 4000;

/// How many addresses of a cell a message names.
const MOST_NAMED: usize = 4;

/// Reads a cell with one address in any of the forms that programs write: `Jane <jane@x.org>`, `"Doe, Jane"
/// <jane@x.org>`, `Jane (jane@x.org)`, `jane@x.org (Jane)`, `mailto:jane@x.org?subject=…`, and with a separator or full
/// stop behind it (`invitation-email` facts, §4.3).
///
/// # Errors
/// A [`Rejection`] if the cell has several addresses, none, or one that is encoded or damaged. If it is clear which one
/// was meant, the hint names it. The message follows the quoted cell.
pub(super) fn read_address(cell: &str) -> Result<CellAddress, Rejection> {
    let mut bad = match Email::parse(cell) {
        // An Exchange path with an address at its end has the form of an address.
        Ok(email) if !(cell.contains('=') && is_exchange(cell)) => return Ok(email.into()),
        Ok(_) => None,
        Err(bad) => Some(bad),
    };
    let text = half_width(cell);
    let text = without_ends(&text);
    if is_exchange(text) {
        return Err(Rejection::new(
            "is an Exchange path, not an email address",
            "look the address up in the address book, or ask the person for it",
        ));
    }
    if let Cow::Owned(_) = half_width(cell)
        && let Err(full) = Email::parse(text)
    {
        bad = Some(full);
    }
    if let Some(found) = in_form(text) {
        return Ok(found);
    }
    let all = addresses_in(text);
    match all.as_slice() {
        // Written twice, as in `jane@x.org; jane@x.org` or `[jane@x.org](mailto:jane@x.org)`.
        [one] if text.matches('@').count() > 1 && is_only(text, one) => Ok(one.clone().into()),
        [_, _, ..] => Err(several(&all)),
        _ => Err(damaged(text, &all, bad)),
    }
}

/// The different addresses in a text, in order.
fn addresses_in(text: &str) -> Vec<Email> {
    let mut all: Vec<Email> = Vec::new();
    if text.len() > LONGEST {
        return all;
    }
    let ends = |c: char| c.is_whitespace() || c.is_control() || ",;:|<>()[]\"“”„".contains(c);
    let words = text.split(ends).flat_map(|word| match word.matches('@').count() {
        // A slash is valid before the `@`, and separates two addresses all the same.
        0 | 1 => vec![word],
        _ => word.split(['/', '&', '+']).collect(),
    });
    for word in words.filter(|word| word.contains('@')) {
        if let Some(email) = bare(word)
            && !all.iter().any(|known| known.key() == email.key())
        {
            all.push(email);
        }
    }
    all
}

/// Whether a text says nothing but one address, perhaps several times.
fn is_only(text: &str, email: &Email) -> bool {
    let text = text.to_lowercase().replace("mailto:", "");
    let rest = text.replace(&email.as_str().to_lowercase(), "");
    !rest.chars().any(|c| c.is_alphanumeric() || c == '@')
}

fn several(all: &[Email]) -> Rejection {
    let named: Vec<String> =
        all.iter().take(MOST_NAMED).map(|email| quoted(email.as_str())).collect();
    let more = match all.len() - named.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Rejection::new(
        format!("has {} addresses: {}{more}", all.len(), named.join(", ")),
        "a link is personal: write one row for each person, or leave only the address that the person reads",
    )
}

/// Why no address can be read, and which one was probably meant.
fn damaged(text: &str, all: &[Email], bad: Option<NotAnEmail>) -> Rejection {
    let bad = bad.unwrap_or(NotAnEmail::LocalPart);
    let message = format!("is not an email address: {bad}");
    if let Some((email, certain)) = likely(text) {
        let email = quoted(email.as_str());
        let hint =
            if certain { format!("write {email}") } else { format!("did you mean {email}?") };
        return Rejection::new(message, hint);
    }
    match all {
        // What stands beside it may be a part of it: `jane doe@x.org`.
        [one] => {
            let address = quoted(one.as_str());
            let whole = name_before(text, one).map(|name| format!("{name} <{one}>"));
            Rejection::new(
                "is more than an email address",
                match whole {
                    Some(whole) => {
                        format!("if the address is {address}, write {}", quoted(&whole))
                    }
                    None => format!("if the address is {address}, write that alone"),
                },
            )
        }
        _ => Rejection::new(message, bad.hint()),
    }
}

/// The name that stands before an address at the end of a text. A word in small letters may be a part of the address.
fn name_before(text: &str, email: &Email) -> Option<String> {
    let name = text.trim_end_matches(['>', ')']).strip_suffix(email.as_str())?;
    let name = name.trim_end_matches(|c: char| c.is_whitespace() || "<(:,-".contains(c)).trim();
    let is_name = name.starts_with(char::is_uppercase) && could_be_name(name);
    (is_name && !name.contains(['<', '>', '(', ')', '"', ','])).then(|| name.to_owned())
}

#[cfg(test)]
mod tests;
