//! Characters beyond ASCII that end a link, or that nobody sees in it.

use crate::name::is_invisible;

/// Whether a character shows nothing and is no space.
pub(super) fn without_width(character: char) -> bool {
    is_invisible(character)
        || matches!(character, '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}')
}

/// Punctuation that is not in ASCII: quotation marks, dashes, and that of East Asian text.
pub(super) fn is_mark(character: char) -> bool {
    matches!(character,
        '\u{a1}'..='\u{bf}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{2e00}'..='\u{2e7f}'
        | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301f}' | '\u{fe10}'..='\u{fe6b}'
        | '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}'
        | '\u{fffd}')
}
