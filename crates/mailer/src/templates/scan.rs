//! Finds the names in a template: variables and their fields, filters, tests, functions, other files.
//!
//! Tera reports an undefined variable only when it renders it, and accepts one in `{% if typo %}`. This reads the tags
//! of a template that tera has already parsed, so it can skip whatever it does not need.

mod lexer;

use std::collections::BTreeSet;

use lexer::Token;

/// Reserved words.
const WORDS: [&str; 17] = [
    "and",
    "or",
    "not",
    "in",
    "is",
    "if",
    "else",
    "for",
    "true",
    "True",
    "false",
    "False",
    "none",
    "None",
    "null",
    "self",
    "__tera_context",
];

/// Tags that contain no expression.
const PLAIN_TAGS: [&str; 14] = [
    "else",
    "endif",
    "endfor",
    "endset",
    "endset_global",
    "endfilter",
    "endraw",
    "raw",
    "break",
    "continue",
    "block",
    "endblock",
    "component",
    "endcomponent",
];

/// One name in a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Name<'a> {
    /// The octet at which it begins.
    pub(super) at: usize,
    pub(super) kind: NameKind<'a>,
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NameKind<'a> {
    /// A variable and its fields. `may_be_absent`: the template tests whether it exists, or has a default.
    Variable {
        path: Vec<&'a str>,
        may_be_absent: bool,
    },
    Filter(&'a str),
    Test(&'a str),
    Function(&'a str),
    /// Another template.
    File(&'a str),
}

/// All names in a template.
#[derive(Debug, Default)]
pub(super) struct Scan<'a> {
    pub(super) names: Vec<Name<'a>>,
    /// The variables that the template defines itself.
    pub(super) locals: BTreeSet<&'a str>,
}

impl<'a> Scan<'a> {
    pub(super) fn of(source: &'a str) -> Scan<'a> {
        let mut scan = Scan::default();
        let mut at = 0;
        while let Some(start) = source[at..].find('{').map(|found| at + found) {
            at = match source.as_bytes().get(start + 1) {
                // A comment may contain what looks like a tag.
                Some(b'#') => after(source, start + 2, "#}"),
                Some(b'{' | b'%') => {
                    let (tokens, end) = lexer::tokens(source, start + 2);
                    scan.tag(&tokens);
                    // Between `raw` and `endraw` there are no tags.
                    if tokens.first().map(|(token, _)| *token) == Some(Token::Word("raw")) {
                        after(source, end, "endraw")
                    } else {
                        end
                    }
                }
                _ => start + 1,
            };
        }
        scan
    }

    fn tag(&mut self, tokens: &[(Token<'a>, usize)]) {
        let word = |at: usize| match tokens.get(at) {
            Some((Token::Word(word), _)) => Some(*word),
            _ => None,
        };
        match word(0) {
            Some("set" | "set_global") => {
                self.locals.extend(word(1));
                self.expression(tokens.get(2..).unwrap_or_default());
            }
            Some("include" | "extends") => {
                if let Some((Token::Text(file), at)) = tokens.get(1) {
                    self.names.push(Name { at: *at, kind: NameKind::File(file) });
                }
            }
            Some("filter") => {
                if let (Some(name), Some((_, at))) = (word(1), tokens.get(1)) {
                    self.names.push(Name { at: *at, kind: NameKind::Filter(name) });
                }
                self.expression(tokens.get(2..).unwrap_or_default());
            }
            // Its parameters are variables inside the component.
            Some("component") => {
                self.locals.extend((2..tokens.len()).filter_map(word));
            }
            Some(first) if PLAIN_TAGS.contains(&first) => {}
            Some("if" | "elif") => self.expression(&tokens[1..]),
            // `<Component …>`: tera itself checks its name and its arguments.
            None if matches!(tokens.first(), Some((Token::Sign(b'<'), _))) => {
                self.expression(tokens.get(2..).unwrap_or_default());
            }
            _ => self.expression(tokens),
        }
    }

    fn expression(&mut self, tokens: &[(Token<'a>, usize)]) {
        let mut i = 0;
        while let Some((token, at)) = tokens.get(i) {
            let Token::Word(word) = *token else {
                i += 1;
                continue;
            };
            let before = i.checked_sub(1).map(|before| tokens[before].0);
            let next = tokens.get(i + 1).map(|next| next.0);
            let at = *at;
            i += 1;
            match (before, word, next) {
                (Some(Token::Sign(b'|')), filter, _) => {
                    self.names.push(Name { at, kind: NameKind::Filter(filter) });
                }
                // `for key, value in …` defines two variables.
                (_, "for", _) => {
                    while let Some((token, _)) =
                        tokens.get(i).filter(|(token, _)| *token != Token::Word("in"))
                    {
                        self.locals.extend(word_of(*token));
                        i += 1;
                    }
                }
                (_, "is", _) => {
                    i += usize::from(next == Some(Token::Word("not")));
                    if let Some((Token::Word(test), at)) = tokens.get(i) {
                        self.names.push(Name { at: *at, kind: NameKind::Test(test) });
                        i += 1;
                    }
                }
                (_, word, _) if WORDS.contains(&word) => {}
                (_, function, Some(Token::Sign(b'('))) => {
                    self.names.push(Name { at, kind: NameKind::Function(function) });
                }
                // The name of an argument is not a variable.
                (_, _, Some(Token::Sign(b'='))) => {}
                (_, variable, _) => i = self.variable(variable, at, tokens, i),
            }
        }
    }

    /// Reads the fields after a variable. Returns the index of the next token.
    fn variable(
        &mut self,
        name: &'a str,
        at: usize,
        tokens: &[(Token<'a>, usize)],
        from: usize,
    ) -> usize {
        let token = |at: usize| tokens.get(at).map(|(token, _)| *token);
        let mut path = vec![name];
        let mut may_be_absent = false;
        let mut i = from;
        loop {
            match (token(i), token(i + 1), token(i + 2)) {
                (Some(Token::Field { optional }), Some(Token::Word(field)), _) => {
                    // With `?.`, tera accepts that the field does not exist.
                    may_be_absent |= optional;
                    path.push(field);
                    i += 2;
                }
                (Some(Token::Sign(b'[')), Some(Token::Text(field)), Some(Token::Sign(b']'))) => {
                    path.push(field);
                    i += 3;
                }
                _ => break,
            }
        }
        // `x | default(…)`, `x is defined` and `x is not defined`.
        let not = usize::from(token(i + 1) == Some(Token::Word("not")));
        may_be_absent |= match token(i) {
            Some(Token::Sign(b'|')) => token(i + 1) == Some(Token::Word("default")),
            Some(Token::Word("is")) => {
                matches!(token(i + 1 + not), Some(Token::Word("defined" | "undefined")))
            }
            _ => false,
        };
        self.names.push(Name { at, kind: NameKind::Variable { path, may_be_absent } });
        i
    }
}

fn word_of(token: Token<'_>) -> Option<&str> {
    match token {
        Token::Word(word) => Some(word),
        _ => None,
    }
}

/// The position after the next occurrence of `end`, or the end of the source.
fn after(source: &str, from: usize, end: &str) -> usize {
    source[from..].find(end).map_or(source.len(), |at| from + at + end.len())
}

#[cfg(test)]
mod tests;
