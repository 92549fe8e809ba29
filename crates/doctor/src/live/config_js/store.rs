//! The variables of a program, as far as they are known.

use std::collections::HashMap;
use std::rc::Rc;

/// The longest text that is kept. Domains have at most 255 octets, and addresses are not much longer.
const LONGEST: usize = 4_096;

/// How many octets may be joined and copied altogether: `a = b + b` doubles.
const BUDGET: usize = 1_024 * 1_024;

/// How many objects are kept. A real file has some dozens.
const OBJECTS: usize = 20_000;

/// What a key takes besides its name, roughly.
const KEY: usize = 64;

/// Stands for the objects that are not kept.
const SINK: usize = 1;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    Text(Rc<str>),
    /// An object, by its number.
    Object(usize),
    /// `null`, `undefined` or `false`: as good as absent.
    Nothing,
    /// Not a literal.
    Unknown,
}

#[derive(Debug, Default)]
struct Object {
    keys: HashMap<String, Value>,
    /// What the keys take, in octets.
    size: usize,
    /// It may have keys that are not known.
    is_open: bool,
}

/// Everything that was assigned.
pub(super) struct Store {
    /// The first one holds the global variables.
    objects: Vec<Object>,
    budget: usize,
}

impl Store {
    pub(super) fn new() -> Store {
        let sink = Object { is_open: true, ..Object::default() };
        Store { objects: vec![Object::default(), sink], budget: BUDGET }
    }

    pub(super) fn new_object(&mut self) -> usize {
        if self.objects.len() >= OBJECTS {
            return SINK;
        }
        self.objects.push(Object::default());
        self.objects.len() - 1
    }

    pub(super) fn is_empty(&self, object: usize) -> bool {
        self.objects[object].keys.is_empty() && !self.objects[object].is_open
    }

    pub(super) fn is_open(&self, object: usize) -> bool {
        self.objects[object].is_open
    }

    pub(super) fn open(&mut self, object: usize) {
        self.objects[object].is_open = true;
    }

    /// A key of an object; `None` if it has none of that name.
    pub(super) fn key(&self, object: usize, key: &str) -> Option<Value> {
        self.objects[object].keys.get(key).cloned()
    }

    pub(super) fn set(&mut self, object: usize, key: &str, value: Value) {
        if key.len() > LONGEST || object == SINK {
            return;
        }
        let object = &mut self.objects[object];
        object.size += key.len() + KEY;
        object.keys.insert(key.to_owned(), value);
    }

    pub(super) fn remove(&mut self, object: usize, key: &str) {
        self.objects[object].keys.remove(key);
    }

    /// The value under a path of keys, from the global variables; `None` if there is none.
    pub(super) fn get(&self, path: &[String]) -> Option<Value> {
        let mut value = Value::Object(0);
        for key in path {
            let Value::Object(object) = value else { return None };
            value = self.key(object, key)?;
        }
        Some(value)
    }

    /// The object that holds the last key of a path. Those that are missing on the way are made.
    pub(super) fn holder(&mut self, path: &[String]) -> usize {
        let mut object = 0;
        for key in path.iter().take(path.len().saturating_sub(1)) {
            object = match self.key(object, key) {
                Some(Value::Object(next)) => next,
                found => {
                    let next = self.new_object();
                    self.objects[next].is_open = found == Some(Value::Unknown);
                    self.set(object, key, Value::Object(next));
                    next
                }
            };
        }
        object
    }

    /// Copies all keys of one object into another.
    pub(super) fn copy(&mut self, from: usize, into: usize) {
        if from == into || into == SINK {
            return;
        }
        if !self.spend(self.objects[from].size) {
            return self.open(into);
        }
        let keys = self.objects[from].keys.clone();
        let (size, is_open) = (self.objects[from].size, self.objects[from].is_open);
        let into = &mut self.objects[into];
        into.keys.extend(keys);
        into.size += size;
        into.is_open |= is_open;
    }

    /// Takes octets from the budget; `false` if there are not so many left.
    fn spend(&mut self, octets: usize) -> bool {
        let left = self.budget.checked_sub(octets);
        self.budget = left.unwrap_or(self.budget);
        left.is_some()
    }

    /// Adds to a text that is being joined; `false` if it becomes too long.
    pub(super) fn join(&mut self, whole: &mut String, more: &str) -> bool {
        let fits = whole.len() + more.len() <= LONGEST && self.spend(more.len() + 1);
        if fits {
            whole.push_str(more);
        }
        fits
    }
}

impl Value {
    /// A text, unless it is too long.
    pub(super) fn text(text: &str) -> Value {
        if text.len() > LONGEST { Value::Unknown } else { Value::Text(Rc::from(text)) }
    }
}
