//! The values of expressions: texts, variables, what is joined of them, and objects.

use super::follower::Follower;
use super::lexer::Kind;
use super::store::Value;

impl Follower<'_> {
    /// Reads the value of an expression up to its end.
    pub(super) fn value(&mut self, at: &mut usize) -> Value {
        let start = *at;
        let (value, resume) = match self.source.kind(start) {
            None | Some(Kind::Semicolon | Kind::Comma | Kind::Close(_)) => return Value::Unknown,
            // Its content is read only once.
            Some(Kind::Open(b'}')) => (Some(Value::Object(self.object(at))), *at),
            _ => (self.chain(at), start),
        };
        match value {
            Some(value) if self.source.is_end(*at) => value,
            _ => {
                *at = self.skip(resume);
                Value::Unknown
            }
        }
    }

    /// Reads texts and variables with `+` between them, or `a || {}`.
    pub(super) fn chain(&mut self, at: &mut usize) -> Option<Value> {
        let mut only = None;
        let mut joined: Option<String> = None;
        let mut depth = 0_usize;
        loop {
            while self.source.kind(*at) == Some(Kind::Open(b')')) {
                depth += 1;
                *at += 1;
            }
            let token = self.source.token(*at)?;
            let value = match token.kind {
                Kind::Text => {
                    *at += 1;
                    Value::text(&self.source.text_of(token))
                }
                Kind::Word => {
                    let path = self.source.path(at)?;
                    if depth == 0
                        && joined.is_none()
                        && only.is_none()
                        && self.source.kind(*at) == Some(Kind::Or)
                        && self.source.empty_object(*at + 1)
                    {
                        let object = Value::Object(self.store.new_object());
                        *at += 3;
                        return Some(self.either(&path, object));
                    }
                    self.look_up(&path)
                }
                _ => return None,
            };
            while depth > 0 && self.source.kind(*at) == Some(Kind::Close(b')')) {
                depth -= 1;
                *at += 1;
            }
            let is_last = self.source.kind(*at) != Some(Kind::Plus);
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
    pub(super) fn object(&mut self, at: &mut usize) -> usize {
        let whole = self.store.new_object();
        // The objects that are open, each with the key under which it will be.
        let mut open = vec![(whole, String::new())];
        *at += 1;
        while let (Some((object, _)), Some(token)) = (open.last(), self.source.token(*at)) {
            let object = *object;
            match token.kind {
                Kind::Comma => *at += 1,
                Kind::Close(b'}') => {
                    *at += 1;
                    let closed = open.pop();
                    if let (Some((holder, _)), Some((_, key))) = (open.last(), closed)
                        && !self.source.is_end(*at)
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
                    let key = self.source.text_of(token).into_owned();
                    *at += 1;
                    match self.source.kind(*at) {
                        Some(Kind::Colon)
                            if self.source.kind(*at + 1) == Some(Kind::Open(b'}')) =>
                        {
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
                            let value = self.look_up(std::slice::from_ref(&key));
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
}
