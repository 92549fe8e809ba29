//! Whether a cell looks like an address, to find out which columns hold addresses.

use super::prefix::is_exchange;

/// The longest cell that is looked at, in octets: several addresses with names fit.
const LONGEST: usize = 2000;

/// The most words beside addresses: a sentence that mentions an address has more.
const MOST_WORDS: usize = 8;

/// Whether a cell holds one or several addresses in a form that [`read_address`](super::read_address) reads or refuses
/// with the address that was meant: with names, brackets, `mailto:`, full-width signs or percent encoding, or an Exchange
/// path. Sentences that mention an address, names of accounts (`@ada`) and URLs do not count. It copies nothing.
pub(crate) fn looks_like_address(cell: &str) -> bool {
    let is_sign = |c: char| matches!(c, '@' | '\u{ff20}' | '\u{fe6b}');
    // Almost all cells end here.
    if memchr::memchr3(b'@', b'%', 0xef, cell.as_bytes()).is_none() {
        return cell.len() > 3 && cell.contains('=') && is_exchange(cell.trim());
    }
    let cell = cell.trim();
    if cell.len() > LONGEST || cell.starts_with('@') || cell.contains("://") {
        return false;
    }
    if is_exchange(cell) {
        return true;
    }
    let ends = |c: char| c.is_whitespace() || ",;:|<>()[]\"".contains(c);
    let mut addresses = 0;
    let mut words = 0;
    for word in cell.split(ends).filter(|word| !word.is_empty()) {
        // An encoded sign is one of three octets, as the full-width one is.
        let sign = word.find(is_sign).or_else(|| word.find("%40"));
        match sign {
            Some(at) if is_address_at(word, at) => addresses += 1,
            Some(_) => return false,
            None => words += 1,
        }
    }
    addresses > 0 && words <= MOST_WORDS * addresses
}

/// Whether there is a mailbox name before the sign at `at`, and a domain with a dot behind it.
fn is_address_at(word: &str, at: usize) -> bool {
    let local = &word[..at];
    let Some(sign) = word[at..].chars().next() else { return false };
    let behind = &word[at + if sign == '%' { 3 } else { sign.len_utf8() }..];
    let dot = |c: char| matches!(c, '.' | '\u{ff0e}' | '\u{3002}');
    let mut labels = behind.trim_end_matches(dot).rsplit(dot);
    let top = labels.next().unwrap_or_default();
    let is_top = top.chars().take_while(|c| c.is_alphanumeric()).count() > 1;
    local.contains(char::is_alphanumeric) && is_top && labels.any(|label| !label.is_empty())
}
