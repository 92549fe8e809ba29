//! The statements of a program, followed as far as they are certain.
//!
//! Nothing is run. What is assigned without a condition is known; what is assigned under a condition, in a loop or in
//! a function is unknown from then on.

use std::borrow::Cow;
use std::collections::HashSet;

use super::lexer::{Kind, Token, tokens, unescaped};
use super::store::{Store, Value};

/// Variables that have a value of their own, whatever the program makes of them.
pub(super) struct Given {
    pub(super) name: &'static str,
    pub(super) value: String,
}

pub(super) struct Program<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    /// For each bracket that opens, the number of the one that closes it.
    closes: Vec<usize>,
    given: &'t [Given],
    pub(super) store: Store,
}

impl<'t> Program<'t> {
    pub(super) fn new(text: &'t str, given: &'t [Given]) -> Program<'t> {
        let tokens = tokens(text);
        let closes = closes(&tokens);
        Program { text, tokens, closes, given, store: Store::new() }
    }

    /// Whether the text begins as HTML does.
    pub(super) fn is_markup(&self) -> bool {
        let first = self.tokens.first();
        first.is_some_and(|token| self.text[token.start..token.end].starts_with('<'))
    }

    /// Follows all statements.
    pub(super) fn follow(&mut self) {
        let mut at = 0;
        // Whether the next statement depends on a condition.
        let mut doubtful = false;
        while let Some(token) = self.tokens.get(at).copied() {
            match token.kind {
                Kind::Open(b'}') if doubtful => {
                    let end = self.closes[at];
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
                Kind::Word => match self.slice(token) {
                    "if" | "for" | "while" | "switch" | "with" | "catch" => {
                        at += 1;
                        if matches!(self.kind(at), Some(Kind::Open(b')'))) {
                            self.suspect(at + 1, self.closes[at], false);
                            at = self.closes[at] + 1;
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

    fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn slice(&self, token: Token) -> &'t str {
        &self.text[token.start..token.end]
    }

    fn word(&self, at: usize) -> Option<&'t str> {
        let token = self.tokens.get(at).filter(|token| token.kind == Kind::Word)?;
        Some(self.slice(*token))
    }

    fn text_of(&self, token: Token) -> Cow<'t, str> {
        let content = self.slice(token);
        if content.contains('\\') { unescaped(content).into() } else { content.into() }
    }

    /// Passes a function or a class that is declared.
    fn function(&mut self, at: usize) -> usize {
        let mut body = at + 1;
        while let Some(kind) = self.kind(body) {
            match kind {
                Kind::Open(b'}') => {
                    self.suspect(body + 1, self.closes[body], true);
                    return self.closes[body] + 1;
                }
                Kind::Open(_) => body = self.closes[body] + 1,
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
            if self.kind(at) != Some(Kind::Comma) {
                return at;
            }
            at += 1;
        }
    }

    /// Follows one assignment, or skips another expression.
    fn assignment(&mut self, start: usize, doubtful: bool) -> usize {
        let mut at = start;
        let Some(path) = self.path(&mut at) else { return self.skip(start) };
        let operator = self.kind(at);
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
        match self.path(&mut at) {
            Some(path) if self.is_end(at) => {
                let holder = self.store.holder(&path);
                match path.last() {
                    Some(_) if doubtful => self.assign(&path, Value::Unknown, true),
                    Some(last) => self.store.remove(holder, last),
                    None => {}
                }
                at
            }
            _ => self.skip(start),
        }
    }

    /// `Object.assign(a, {…}, b)`, whose parenthesis opens at `open`.
    fn merge(&mut self, start: usize, open: usize, doubtful: bool) -> usize {
        let mut at = open + 1;
        let close = self.closes[open];
        let target = match self.path(&mut at).map(|path| self.look_up(&path)) {
            Some(Value::Object(target)) if !doubtful && self.kind(at) == Some(Kind::Comma) => {
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

    fn assign(&mut self, path: &[String], value: Value, doubtful: bool) {
        let Some(last) = path.last() else { return };
        if let [name] = path
            && let Some(given) = self.given.iter().find(|given| given.name == name)
            && (doubtful || stands_for(&value, &given.value))
        {
            return;
        }
        let holder = self.store.holder(path);
        let known = self.store.key(holder, last);
        let value = match (&known, &value) {
            _ if !doubtful => value,
            // `if (!config.hasOwnProperty('hosts')) config.hosts = {};`
            (None | Some(Value::Nothing), Value::Object(object))
                if self.store.is_empty(*object) =>
            {
                value
            }
            (Some(Value::Object(_)), Value::Object(object)) if self.store.is_empty(*object) => {
                return;
            }
            (Some(known), value) if known == value => return,
            _ => Value::Unknown,
        };
        self.store.set(holder, last, value);
    }

    /// `path + value`
    fn joined(&mut self, path: &[String], value: &Value) -> Value {
        let mut whole = String::new();
        match (self.look_up(path), value) {
            (Value::Text(left), Value::Text(right))
                if self.store.join(&mut whole, &left) && self.store.join(&mut whole, right) =>
            {
                Value::text(&whole)
            }
            _ => Value::Unknown,
        }
    }

    /// `path || value`
    fn either(&mut self, path: &[String], value: Value) -> Value {
        match (self.store.get(path), value) {
            (Some(known @ Value::Object(_)), _) => known,
            (Some(Value::Text(text)), _) if !text.is_empty() => Value::Text(text),
            (None | Some(Value::Nothing), value @ Value::Object(_)) => value,
            _ => Value::Unknown,
        }
    }

    fn look_up(&self, path: &[String]) -> Value {
        if let Some(value) = self.store.get(path) {
            return value;
        }
        match path {
            [name] if matches!(name.as_str(), "null" | "undefined" | "false") => Value::Nothing,
            [name] => self
                .given
                .iter()
                .find(|given| given.name == name)
                .map_or(Value::Unknown, |given| Value::Text(given.value.as_str().into())),
            _ => Value::Unknown,
        }
    }

    /// Reads `a.b['c']`. `window.a` is `a`.
    fn path(&self, at: &mut usize) -> Option<Vec<String>> {
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

    /// Reads the value of an expression up to its end.
    fn value(&mut self, at: &mut usize) -> Value {
        let start = *at;
        let (value, resume) = match self.kind(start) {
            None | Some(Kind::Semicolon | Kind::Comma | Kind::Close(_)) => return Value::Unknown,
            // Its content is read only once.
            Some(Kind::Open(b'}')) => (Some(Value::Object(self.object(at))), *at),
            _ => (self.chain(at), start),
        };
        match value {
            Some(value) if self.is_end(*at) => value,
            _ => {
                *at = self.skip(resume);
                Value::Unknown
            }
        }
    }

    /// Reads texts and variables with `+` between them, or `a || {}`.
    fn chain(&mut self, at: &mut usize) -> Option<Value> {
        let mut only = None;
        let mut joined: Option<String> = None;
        let mut depth = 0_usize;
        loop {
            while self.kind(*at) == Some(Kind::Open(b')')) {
                depth += 1;
                *at += 1;
            }
            let token = *self.tokens.get(*at)?;
            let value = match token.kind {
                Kind::Text => {
                    *at += 1;
                    Value::text(&self.text_of(token))
                }
                Kind::Word => {
                    let path = self.path(at)?;
                    if depth == 0
                        && joined.is_none()
                        && only.is_none()
                        && self.kind(*at) == Some(Kind::Or)
                        && self.empty_object(*at + 1)
                    {
                        let object = Value::Object(self.store.new_object());
                        *at += 3;
                        return Some(self.either(&path, object));
                    }
                    self.look_up(&path)
                }
                _ => return None,
            };
            while depth > 0 && self.kind(*at) == Some(Kind::Close(b')')) {
                depth -= 1;
                *at += 1;
            }
            let is_last = self.kind(*at) != Some(Kind::Plus);
            if only.is_none() && joined.is_none() && is_last {
                only = Some(value);
            } else {
                let Value::Text(text) = value else { return None };
                if !self.store.join(joined.get_or_insert_default(), &text) {
                    return None;
                }
            }
            if is_last {
                break;
            }
            *at += 1;
        }
        if depth > 0 {
            return None;
        }
        match joined {
            Some(text) => Some(Value::text(&text)),
            None => only,
        }
    }

    /// Reads an object, and those in it, without recursion.
    fn object(&mut self, at: &mut usize) -> usize {
        let whole = self.store.new_object();
        // The objects that are open, each with the key under which it will be.
        let mut open = vec![(whole, String::new())];
        *at += 1;
        while let (Some((object, _)), Some(token)) = (open.last(), self.tokens.get(*at).copied()) {
            let object = *object;
            match token.kind {
                Kind::Comma => *at += 1,
                Kind::Close(b'}') => {
                    *at += 1;
                    let closed = open.pop();
                    if let (Some((holder, _)), Some((_, key))) = (open.last(), closed)
                        && !self.is_end(*at)
                    {
                        // `{…} || x`
                        let holder = *holder;
                        self.store.set(holder, &key, Value::Unknown);
                        *at = self.skip_property(*at);
                    }
                }
                Kind::Spread => {
                    *at += 1;
                    match self.value(at) {
                        Value::Object(source) => self.store.copy(source, object),
                        _ => self.store.open(object),
                    }
                }
                Kind::Word | Kind::Text | Kind::Opaque => {
                    let key = self.text_of(token).into_owned();
                    *at += 1;
                    match self.kind(*at) {
                        Some(Kind::Colon) if self.kind(*at + 1) == Some(Kind::Open(b'}')) => {
                            *at += 2;
                            let inner = self.store.new_object();
                            self.store.set(object, &key, Value::Object(inner));
                            open.push((inner, key));
                        }
                        Some(Kind::Colon) => {
                            *at += 1;
                            let value = self.value(at);
                            self.store.set(object, &key, value);
                        }
                        // `{ hosts }`
                        Some(Kind::Comma | Kind::Close(_)) if token.kind == Kind::Word => {
                            let value = self.look_up(&[key.clone()]);
                            self.store.set(object, &key, value);
                        }
                        _ => {
                            self.store.set(object, &key, Value::Unknown);
                            *at = self.skip_property(*at);
                        }
                    }
                }
                _ => {
                    // A computed key, or no key at all.
                    self.store.open(object);
                    let next = self.skip_property(*at);
                    *at = next.max(*at + 1);
                }
            }
        }
        whole
    }

    /// Skips to the comma or the brace that ends a property.
    fn skip_property(&mut self, start: usize) -> usize {
        let mut at = start;
        while let Some(kind) = self.kind(at) {
            match kind {
                Kind::Comma | Kind::Close(b'}') => break,
                Kind::Open(_) => at = self.closes[at] + 1,
                _ => at += 1,
            }
        }
        let end = at.min(self.tokens.len());
        self.suspect(start, end, true);
        end
    }

    /// Whether an expression ends before this token.
    fn is_end(&self, at: usize) -> bool {
        let Some(token) = self.tokens.get(at) else { return true };
        match token.kind {
            Kind::Semicolon | Kind::Comma | Kind::Close(_) => true,
            // Without a semicolon, a statement ends with its line if the next one cannot continue it.
            Kind::Word => token.begins_line && !matches!(self.slice(*token), "in" | "instanceof"),
            Kind::Text | Kind::Opaque | Kind::Open(b'}') => token.begins_line,
            _ => false,
        }
    }

    /// Skips an expression. Whatever is assigned in it is unknown from then on.
    fn skip(&mut self, start: usize) -> usize {
        let mut at = start;
        let mut after_value = false;
        while let Some(kind) = self.kind(at) {
            if matches!(kind, Kind::Semicolon | Kind::Comma | Kind::Close(_)) && at > start {
                break;
            }
            if at > start && after_value && self.is_end(at) {
                break;
            }
            after_value = matches!(kind, Kind::Word | Kind::Text | Kind::Opaque | Kind::Open(_));
            at = if matches!(kind, Kind::Open(_)) { self.closes[at] + 1 } else { at + 1 };
        }
        let end = at.min(self.tokens.len());
        self.suspect(start, end, false);
        end
    }

    /// Looks for assignments among tokens, and makes unknown whatever they assign.
    fn suspect(&mut self, start: usize, end: usize, in_function: bool) {
        let mut function_end = if in_function { end } else { start };
        // The variables of the functions that are open.
        let mut own: HashSet<&'t str> = HashSet::new();
        let mut at = start;
        while at < end {
            if at >= function_end && !own.is_empty() {
                own = HashSet::new();
            }
            let follows_dot = at > 0 && self.kind(at - 1) == Some(Kind::Dot);
            match self.word(at) {
                Some("function") if !follows_dot => {
                    at += 1;
                    while at < end && self.kind(at) != Some(Kind::Open(b'}')) {
                        own.extend(self.word(at));
                        at += 1;
                    }
                    function_end = function_end.max(self.closes.get(at).copied().unwrap_or(end));
                }
                Some("var" | "let" | "const") if at < function_end => {
                    own.extend(self.word(at + 1));
                    at += 2;
                }
                Some("delete") => {
                    at += 1;
                    if let Some(path) = self.path(&mut at) {
                        self.suspect_path(&path, &own, Value::Unknown);
                    }
                }
                Some(_) if !follows_dot => {
                    let Some(path) = self.path(&mut at) else { continue };
                    let assigns = matches!(
                        self.kind(at),
                        Some(Kind::Assign | Kind::AddAssign | Kind::OrAssign | Kind::OtherAssign)
                    );
                    if assigns {
                        let value = match self.empty_object(at + 1) {
                            true => Value::Object(self.store.new_object()),
                            false => Value::Unknown,
                        };
                        self.suspect_path(&path, &own, value);
                    }
                }
                _ => {
                    if self.begins_arrow_function(at) {
                        function_end = function_end.max(self.closes[at + 1]);
                    }
                    at += 1;
                }
            }
        }
    }

    fn suspect_path(&mut self, path: &[String], own: &HashSet<&'t str>, value: Value) {
        if path.first().is_some_and(|first| !own.contains(first.as_str())) {
            self.assign(path, value, true);
        }
    }

    /// Whether `=> {` stands here.
    fn begins_arrow_function(&self, at: usize) -> bool {
        let arrow = self.tokens.get(at).is_some_and(|token| self.slice(*token) == "=>");
        arrow && self.kind(at + 1) == Some(Kind::Open(b'}'))
    }

    /// Whether `{}` stands here.
    fn empty_object(&self, at: usize) -> bool {
        self.kind(at) == Some(Kind::Open(b'}')) && self.kind(at + 1) == Some(Kind::Close(b'}'))
    }
}

/// Whether an assigned value is what the web server puts there, or nothing that is known.
fn stands_for(value: &Value, given: &str) -> bool {
    match value {
        Value::Text(text) => {
            text.is_empty()
                || text.starts_with("<!--")
                || text.replace('.', "_").eq_ignore_ascii_case(&given.replace('.', "_"))
        }
        _ => true,
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
