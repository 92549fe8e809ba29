//! What addresses of other kinds begin with.

/// What follows a prefix, in any case.
pub(super) fn after_prefix<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let start = text.get(..prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then(|| text[prefix.len()..].trim())
}

/// Whether a text is a path of Exchange's directory (X.500), or an address that Exchange makes of one. Mail to either
/// comes back.
pub(super) fn is_exchange(text: &str) -> bool {
    ["/o=", "/ou=", "/cn=", "/c=", "ex:/", "x500:", "imceaex-"]
        .iter()
        .any(|prefix| after_prefix(text, prefix).is_some())
}
