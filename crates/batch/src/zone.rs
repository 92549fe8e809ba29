//! Time zones by name.

mod suggestion;

use std::cell::RefCell;

use jiff::tz::TimeZone;
use meetmint_core::known_zone;

use crate::rejection::Rejection;
use suggestion::hint;

/// Reads the name of a time zone in the IANA database, in any case.
///
/// # Errors
/// [`Rejection`] of a name that is not in the database, with the one that was probably meant.
pub fn zone(name: &str) -> Result<TimeZone, Rejection> {
    known_zone(name)
        .map_err(|unknown| Rejection::new("not a time zone", remembered_hint(&unknown.0)))
}

/// A whole column often has the same wrong zone, and comparing it with 600 names takes longer than
/// reading the row: the last hint is kept.
fn remembered_hint(unknown: &str) -> String {
    struct Last {
        name: String,
        hint: String,
    }
    // One for each thread: rows are read on all cores, which would wait for each other at a shared one.
    thread_local! {
        static LAST: RefCell<Option<Last>> = const { RefCell::new(None) };
    }
    LAST.with_borrow_mut(|last| match last {
        Some(last) if last.name == unknown => last.hint.clone(),
        _ => {
            let hint = hint(unknown);
            *last = Some(Last { name: unknown.to_owned(), hint: hint.clone() });
            hint
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_zone_is_rejected_with_the_nearest_name() {
        let hint = |name: &str| zone(name).unwrap_err().hint;
        assert_eq!(zone("europe/berlin").unwrap().iana_name(), Some("Europe/Berlin"));
        assert_eq!(hint("Berlin"), "did you mean `Europe/Berlin`?");
        assert_eq!(hint("Europe/Berln"), "did you mean `Europe/Berlin`?");
        assert_eq!(
            hint("somewhere else entirely"),
            "write an IANA time zone name, such as `Europe/Berlin`"
        );
    }
}
