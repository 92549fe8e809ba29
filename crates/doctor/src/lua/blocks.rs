//! Parts of a program that only running it would decide: conditions, loops, functions. They are skipped as a whole.

use super::evaluator::Evaluator;
use super::lexer::{LuaError, Token};

impl Evaluator<'_> {
    /// Skips a block from its first word (`if`, `for`, `while`, `repeat`, `function`) to behind its `end` or `until`.
    ///
    /// # Errors
    /// If it does not end.
    pub(super) fn skip_block(&mut self) -> Result<(), LuaError> {
        let unclosed = self.unexpected("a block without an `end`");
        // A loop begins to be open at its `do`.
        let is_loop = self.is_name("for") || self.is_name("while");
        self.take();
        let mut open = usize::from(!is_loop);
        let mut seen_do = !is_loop;
        loop {
            let Some(token) = self.take() else { return Err(unclosed) };
            let Token::Name(name) = token else { continue };
            match name.as_str() {
                "do" => {
                    seen_do |= open == 0;
                    open += 1;
                }
                "if" | "function" | "repeat" => open += 1,
                "end" | "until" => {
                    open = open.checked_sub(1).ok_or(unclosed)?;
                    if open == 0 && seen_do {
                        break;
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }
}
