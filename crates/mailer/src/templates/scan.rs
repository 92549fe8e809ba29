//! What a template names, and where: variables with their fields, filters, tests, functions, other files.
//!
//! Tera finds an undefined variable only when it gets there, and lets one pass in `{% if typo %}`. This
//! reads the tags of a template that tera has parsed before, so it need not know what is allowed where.

use std::collections::BTreeSet;

/// Words of the language.
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

/// Tags whose first word is all there is to know.
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
    /// The octet where it begins.
    pub(super) at: usize,
    pub(super) what: What<'a>,
}

/// What is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum What<'a> {
    /// A variable and its fields. `guarded` if the template says itself that it may be absent.
    Variable {
        path: Vec<&'a str>,
        guarded: bool,
    },
    Filter(&'a str),
    Test(&'a str),
    Function(&'a str),
    /// Another template.
    File(&'a str),
}

/// All that a template names, and the variables it makes itself.
#[derive(Debug, Default)]
pub(super) struct Scan<'a> {
    pub(super) names: Vec<Name<'a>>,
    pub(super) locals: BTreeSet<&'a str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    Text(&'a str),
    /// `.` and `?.`.
    Field {
        optional: bool,
    },
    Sign(u8),
    /// `==`, `!=`, `<=`, `>=`: not the sign of an argument.
    Comparison,
}

impl<'a> Scan<'a> {
    pub(super) fn of(source: &'a str) -> Scan<'a> {
        let mut scan = Scan::default();
        let mut at = 0;
        while let Some(start) = source[at..].find('{').map(|found| at + found) {
            at = match source.as_bytes().get(start + 1) {
                Some(b'#') => after(source, start + 2, "#}"),
                Some(b'{' | b'%') => {
                    let (tokens, end) = tokens(source, start + 2);
                    scan.tag(&tokens);
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
                    self.names.push(Name { at: *at, what: What::File(file) });
                }
            }
            Some("filter") => {
                if let (Some(name), Some((_, at))) = (word(1), tokens.get(1)) {
                    self.names.push(Name { at: *at, what: What::Filter(name) });
                }
                self.expression(tokens.get(2..).unwrap_or_default());
            }
            Some("component") => {
                self.locals.extend((2..tokens.len()).filter_map(word));
            }
            Some(first) if PLAIN_TAGS.contains(&first) => {}
            Some("if" | "elif") => self.expression(&tokens[1..]),
            // `<Component …>`: the name and what it takes are for tera to check.
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
                    self.names.push(Name { at, what: What::Filter(filter) });
                }
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
                        self.names.push(Name { at: *at, what: What::Test(test) });
                        i += 1;
                    }
                }
                (_, word, _) if WORDS.contains(&word) => {}
                (_, function, Some(Token::Sign(b'('))) => {
                    self.names.push(Name { at, what: What::Function(function) });
                }
                // The name of an argument.
                (_, _, Some(Token::Sign(b'='))) => {}
                (_, variable, _) => i = self.variable(variable, at, tokens, i),
            }
        }
    }

    /// Takes the fields behind a variable, and says where to go on.
    fn variable(
        &mut self,
        name: &'a str,
        at: usize,
        tokens: &[(Token<'a>, usize)],
        from: usize,
    ) -> usize {
        let token = |at: usize| tokens.get(at).map(|(token, _)| *token);
        let mut path = vec![name];
        let mut guarded = false;
        let mut i = from;
        loop {
            match (token(i), token(i + 1), token(i + 2)) {
                (Some(Token::Field { optional }), Some(Token::Word(field)), _) => {
                    guarded |= optional;
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
        guarded |= match token(i) {
            Some(Token::Sign(b'|')) => token(i + 1) == Some(Token::Word("default")),
            Some(Token::Word("is")) => {
                matches!(token(i + 1 + not), Some(Token::Word("defined" | "undefined")))
            }
            _ => false,
        };
        self.names.push(Name { at, what: What::Variable { path, guarded } });
        i
    }
}

fn word_of(token: Token<'_>) -> Option<&str> {
    match token {
        Token::Word(word) => Some(word),
        _ => None,
    }
}

fn after(source: &str, from: usize, end: &str) -> usize {
    source[from..].find(end).map_or(source.len(), |at| from + at + end.len())
}

/// The tokens of a tag, and where it ends.
fn tokens(source: &str, from: usize) -> (Vec<(Token<'_>, usize)>, usize) {
    let bytes = source.as_bytes();
    let mut tokens = Vec::new();
    // `{{-` and `{%-`.
    let mut at = from + usize::from(bytes.get(from) == Some(&b'-'));
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        let next = bytes.get(at + 1).copied();
        let token = match (byte, next) {
            (b'}' | b'%', Some(b'}')) if !opens_more(&tokens) => return (tokens, at + 2),
            (b'"' | b'\'' | b'`', _) => {
                at = end_of_text(bytes, at);
                Token::Text(source.get(start + 1..at).unwrap_or_default())
            }
            (b'_' | b'a'..=b'z' | b'A'..=b'Z', _) => {
                let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
                at += bytes[at..].iter().take_while(|byte| word(byte)).count() - 1;
                Token::Word(&source[start..=at])
            }
            (b'0'..=b'9', _) => {
                // With its point, so that `1.5` has no field.
                let digit = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
                at += bytes[at..].iter().take_while(|byte| digit(byte)).count() - 1;
                Token::Sign(b'0')
            }
            (b'.', _) => Token::Field { optional: false },
            (b'?', Some(b'.')) => {
                at += 1;
                Token::Field { optional: true }
            }
            (b'=' | b'!' | b'<' | b'>', Some(b'=')) => {
                at += 1;
                Token::Comparison
            }
            (byte, _) => Token::Sign(byte),
        };
        at += 1;
        if !matches!(token, Token::Sign(byte) if byte.is_ascii_whitespace() || !byte.is_ascii()) {
            tokens.push((token, start));
        }
    }
    (tokens, source.len())
}

/// Whether a map `{…}` is open, whose brace would be taken for the end of the tag.
fn opens_more(tokens: &[(Token<'_>, usize)]) -> bool {
    let count = |sign: u8| tokens.iter().filter(|(token, _)| *token == Token::Sign(sign)).count();
    count(b'{') > count(b'}')
}

/// Where the text that begins here has its closing quotation mark.
fn end_of_text(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at).filter(|byte| **byte != bytes[start]) {
        at += if byte == b'\\' { 2 } else { 1 };
    }
    at
}

#[cfg(test)]
mod tests;
