//! What is not followed: expressions of other kinds, conditions, loops and functions.

use std::collections::HashSet;

use super::follower::Follower;
use super::lexer::Kind;
use super::store::Value;

impl<'t> Follower<'t> {
    /// Skips to the comma or the brace that ends a property.
    pub(super) fn skip_property(&mut self, start: usize) -> usize {
        let mut at = start;
        while let Some(kind) = self.source.kind(at) {
            match kind {
                Kind::Comma | Kind::Close(b'}') => break,
                Kind::Open(_) => at = self.source.close(at) + 1,
                _ => at += 1,
            }
        }
        let end = at.min(self.source.len());
        self.suspect(start, end, true);
        end
    }

    /// Skips an expression. Whatever is assigned in it is unknown from then on.
    pub(super) fn skip(&mut self, start: usize) -> usize {
        let mut at = start;
        let mut after_value = false;
        while let Some(kind) = self.source.kind(at) {
            if matches!(kind, Kind::Semicolon | Kind::Comma | Kind::Close(_)) && at > start {
                break;
            }
            if at > start && after_value && self.source.is_end(at) {
                break;
            }
            after_value = matches!(kind, Kind::Word | Kind::Text | Kind::Opaque | Kind::Open(_));
            at = if matches!(kind, Kind::Open(_)) { self.source.close(at) + 1 } else { at + 1 };
        }
        let end = at.min(self.source.len());
        self.suspect(start, end, false);
        end
    }

    /// Looks for assignments among tokens, and makes unknown whatever they assign.
    pub(super) fn suspect(&mut self, start: usize, end: usize, in_function: bool) {
        let mut function_end = if in_function { end } else { start };
        // The variables of the functions that are open.
        let mut own: HashSet<&'t str> = HashSet::new();
        let mut at = start;
        while at < end {
            if at >= function_end && !own.is_empty() {
                own = HashSet::new();
            }
            let follows_dot = at > 0 && self.source.kind(at - 1) == Some(Kind::Dot);
            match self.source.word(at) {
                Some("function") if !follows_dot => {
                    at += 1;
                    while at < end && self.source.kind(at) != Some(Kind::Open(b'}')) {
                        own.extend(self.source.word(at));
                        at += 1;
                    }
                    function_end = function_end.max(self.source.close(at));
                }
                Some("var" | "let" | "const") if at < function_end => {
                    own.extend(self.source.word(at + 1));
                    at += 2;
                }
                Some("delete") => {
                    at += 1;
                    if let Some(path) = self.source.path(&mut at) {
                        self.suspect_path(&path, &own, Value::Unknown);
                    }
                }
                Some(_) if !follows_dot => {
                    let Some(path) = self.source.path(&mut at) else { continue };
                    let assigns = matches!(
                        self.source.kind(at),
                        Some(Kind::Assign | Kind::AddAssign | Kind::OrAssign | Kind::OtherAssign)
                    );
                    if assigns {
                        let value = if self.source.empty_object(at + 1) {
                            Value::Object(self.store.new_object())
                        } else {
                            Value::Unknown
                        };
                        self.suspect_path(&path, &own, value);
                    } else if path == ["Object", "assign"] {
                        self.suspect_merge(at + 1, &own);
                    }
                }
                _ => {
                    if self.source.begins_arrow_function(at) {
                        function_end = function_end.max(self.source.close(at + 1));
                    }
                    at += 1;
                }
            }
        }
    }

    /// The first argument of `Object.assign` may get any key.
    fn suspect_merge(&mut self, argument: usize, own: &HashSet<&'t str>) {
        let mut at = argument;
        if let Some(path) = self.source.path(&mut at)
            && path.first().is_some_and(|first| !own.contains(first.as_str()))
            && let Some(Value::Object(object)) = self.store.get(&path)
        {
            self.store.open(object);
        }
    }

    fn suspect_path(&mut self, path: &[String], own: &HashSet<&'t str>, value: Value) {
        if path.first().is_some_and(|first| !own.contains(first.as_str())) {
            self.assign(path, value, true);
        }
    }
}
