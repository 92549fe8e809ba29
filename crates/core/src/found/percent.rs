//! Percent-encoding, undone.

use percent_encoding::percent_decode_str;

/// A text without its percent-encoding. What is not UTF-8 then becomes replacement characters.
pub(super) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}
