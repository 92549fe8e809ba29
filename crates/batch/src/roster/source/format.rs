//! What kind of file a roster is, by its content. Names of files are not looked at: exports called `.xls` are often
//! text or web pages.

mod container;
mod kind;
mod octets;
mod words;

pub(super) use kind::{EXPORT, Foreign, Format};

/// Recognizes a file by its beginning. `end` returns its last octets: that is where a ZIP archive lists its files.
pub(super) fn recognize(start: &[u8], end: impl FnOnce() -> Vec<u8>) -> Format {
    container::recognize(start, end)
        .or_else(|| octets::recognize(start).map(Format::Foreign))
        .unwrap_or(Format::Text)
}

/// What a text is instead of CSV, by its beginning.
pub(super) fn recognize_text(start: &str) -> Option<Foreign> {
    words::recognize(start)
}

#[cfg(test)]
mod tests;
