//! The statements of a program, followed as far as they are certain.
//!
//! Nothing is run. What is assigned without a condition is known; what is assigned under a condition, in a loop or in
//! a function is unknown from then on.

use super::follower::Follower;
use super::lexer::Kind;
use super::store::Value;

impl Follower<'_> {
    /// Follows all statements.
    pub(super) fn follow(&mut self) {
        let mut at = 0;
        // Whether the next statement depends on a condition.
        let mut doubtful = false;
        while let Some(token) = self.source.token(at) {
            match token.kind {
                Kind::Open(b'}') if doubtful => {
                    let end = self.source.close(at);
                    self.suspect(at + 1, end, false);
                    at = end + 1;
                    doubtful = false;
                }
                // A block of its own changes nothing.
                Kind::Open(b'}') | Kind::Close(_) => at += 1,
                Kind::Semicolon => {
                    at += 1;
                    doubtful = false;
                }
                Kind::Word => match self.source.slice(token) {
                    "if" | "for" | "while" | "switch" | "with" | "catch" => {
                        at += 1;
                        if matches!(self.source.kind(at), Some(Kind::Open(b')'))) {
                            self.suspect(at + 1, self.source.close(at), false);
                            at = self.source.close(at) + 1;
                        }
                        doubtful = true;
                    }
                    "else" | "do" | "try" | "finally" => {
                        at += 1;
                        doubtful = true;
                    }
                    "function" | "class" | "async" => {
                        at = self.function(at);
                        doubtful = false;
                    }
                    "var" | "let" | "const" => {
                        at = self.sequence(at + 1, doubtful);
                        doubtful = false;
                    }
                    "delete" => {
                        at = self.delete(at + 1, doubtful);
                        doubtful = false;
                    }
                    _ => {
                        at = self.sequence(at, doubtful);
                        doubtful = false;
                    }
                },
                _ => {
                    at = self.skip(at);
                    doubtful = false;
                }
            }
        }
    }

    /// Passes a function or a class that is declared.
    fn function(&mut self, at: usize) -> usize {
        let mut body = at + 1;
        while let Some(kind) = self.source.kind(body) {
            match kind {
                Kind::Open(b'}') => {
                    self.suspect(body + 1, self.source.close(body), true);
                    return self.source.close(body) + 1;
                }
                Kind::Open(_) => body = self.source.close(body) + 1,
                Kind::Word | Kind::Operator | Kind::Dot => body += 1,
                _ => break,
            }
        }
        self.skip(at)
    }

    /// Follows assignments with commas between them.
    fn sequence(&mut self, mut at: usize, doubtful: bool) -> usize {
        loop {
            at = self.assignment(at, doubtful);
            if self.source.kind(at) != Some(Kind::Comma) {
                return at;
            }
            at += 1;
        }
    }

    /// Follows one assignment, or skips another expression.
    fn assignment(&mut self, start: usize, doubtful: bool) -> usize {
        let mut at = start;
        let Some(path) = self.source.path(&mut at) else { return self.skip(start) };
        let operator = self.source.kind(at);
        match operator {
            Some(Kind::Assign | Kind::AddAssign | Kind::OrAssign) => {}
            Some(Kind::Open(b')')) if path == ["Object", "assign"] => {
                return self.merge(start, at, doubtful);
            }
            _ => return self.skip(start),
        }
        at += 1;
        let value = self.value(&mut at);
        let value = match operator {
            Some(Kind::Assign) => value,
            Some(Kind::OrAssign) => self.either(&path, value),
            _ => self.joined(&path, &value),
        };
        self.assign(&path, value, doubtful);
        at
    }

    /// `delete a.b`
    fn delete(&mut self, start: usize, doubtful: bool) -> usize {
        let mut at = start;
        match self.source.path(&mut at) {
            Some(path) if self.source.is_end(at) => {
                if doubtful {
                    self.assign(&path, Value::Unknown, true);
                } else if let Some(last) = path.last()
                    && self.store.get(&path).is_some()
                {
                    let holder = self.store.holder(&path);
                    self.store.remove(holder, last);
                }
                at
            }
            _ => self.skip(start),
        }
    }

    /// `Object.assign(a, {…}, b)`, whose parenthesis opens at `open`.
    fn merge(&mut self, start: usize, open: usize, doubtful: bool) -> usize {
        let mut at = open + 1;
        let close = self.source.close(open);
        let target = match self.source.path(&mut at).map(|path| self.look_up(&path)) {
            Some(Value::Object(target))
                if !doubtful && self.source.kind(at) == Some(Kind::Comma) =>
            {
                target
            }
            _ => return self.skip(start),
        };
        while at < close {
            at += 1;
            match self.value(&mut at) {
                Value::Object(source) => self.store.copy(source, target),
                _ => self.store.open(target),
            }
        }
        close + 1
    }
}
