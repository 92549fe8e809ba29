//! The tokens of a program, and how they belong together.

use std::borrow::Cow;

use super::escapes::unescaped;
use super::lexer::{Kind, Token, tokens};

/// A text, taken apart.
pub(super) struct Source<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    /// For each bracket that opens, the number of the one that closes it.
    closes: Vec<usize>,
}

impl<'t> Source<'t> {
    pub(super) fn new(text: &'t str) -> Source<'t> {
        let tokens = tokens(text);
        let closes = closes(&tokens);
        Source { text, tokens, closes }
    }

    /// Whether the text begins as HTML does.
    pub(super) fn is_markup(&self) -> bool {
        let first = self.tokens.first();
        first.is_some_and(|token| self.slice(*token).starts_with('<'))
    }

    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    pub(super) fn token(&self, at: usize) -> Option<Token> {
        self.tokens.get(at).copied()
    }

    /// The bracket that closes the one at `at`; without one, the end of the text.
    pub(super) fn close(&self, at: usize) -> usize {
        self.closes.get(at).copied().unwrap_or(self.tokens.len())
    }

    pub(super) fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    pub(super) fn slice(&self, token: Token) -> &'t str {
        &self.text[token.start..token.end]
    }

    pub(super) fn word(&self, at: usize) -> Option<&'t str> {
        let token = self.tokens.get(at).filter(|token| token.kind == Kind::Word)?;
        Some(self.slice(*token))
    }

    pub(super) fn text_of(&self, token: Token) -> Cow<'t, str> {
        let content = self.slice(token);
        if content.contains('\\') { unescaped(content).into() } else { content.into() }
    }

    /// Reads `a.b['c']`. `window.a` is `a`.
    pub(super) fn path(&self, at: &mut usize) -> Option<Vec<String>> {
        let mut path = vec![self.word(*at)?.to_owned()];
        *at += 1;
        loop {
            match (self.kind(*at), self.tokens.get(*at + 1), self.kind(*at + 2)) {
                (Some(Kind::Dot), Some(name), _) if name.kind == Kind::Word => {
                    path.push(self.slice(*name).to_owned());
                    *at += 2;
                }
                (Some(Kind::Open(b']')), Some(name), Some(Kind::Close(b']')))
                    if name.kind == Kind::Text =>
                {
                    path.push(self.text_of(*name).into_owned());
                    *at += 3;
                }
                _ => break,
            }
        }
        if path.len() > 1 && matches!(path[0].as_str(), "window" | "globalThis" | "self") {
            path.remove(0);
        }
        Some(path)
    }

    /// Whether an expression ends before this token.
    pub(super) fn is_end(&self, at: usize) -> bool {
        let Some(token) = self.tokens.get(at) else { return true };
        match token.kind {
            Kind::Semicolon | Kind::Comma | Kind::Close(_) => true,
            // Without a semicolon, a statement ends with its line if the next one cannot continue it.
            Kind::Word => token.begins_line && !matches!(self.slice(*token), "in" | "instanceof"),
            Kind::Text | Kind::Opaque | Kind::Open(b'}') => token.begins_line,
            _ => false,
        }
    }

    /// Whether `=> {` stands here.
    pub(super) fn begins_arrow_function(&self, at: usize) -> bool {
        let arrow = self.tokens.get(at).is_some_and(|token| self.slice(*token) == "=>");
        arrow && self.kind(at + 1) == Some(Kind::Open(b'}'))
    }

    /// Whether `{}` stands here.
    pub(super) fn empty_object(&self, at: usize) -> bool {
        self.kind(at) == Some(Kind::Open(b'}')) && self.kind(at + 1) == Some(Kind::Close(b'}'))
    }
}

fn closes(tokens: &[Token]) -> Vec<usize> {
    // A bracket that is never closed ends with the text.
    let mut closes = vec![tokens.len(); tokens.len()];
    let mut open: Vec<(usize, u8)> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Open(closing) => open.push((at, closing)),
            Kind::Close(closing) if open.last().is_some_and(|(_, last)| *last == closing) => {
                if let Some((opened, _)) = open.pop() {
                    closes[opened] = at;
                }
            }
            _ => {}
        }
    }
    closes
}
