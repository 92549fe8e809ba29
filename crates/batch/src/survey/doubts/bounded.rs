//! Warnings of one kind, of which only a few are shown.

use crate::remark::Remark;

/// The most warnings of one kind: a wrong column has one in each row.
pub(super) const MOST: usize = 10;

/// The first few of some findings, and how many there are.
#[derive(Debug)]
pub(super) struct Bounded<T> {
    pub(super) first: Vec<T>,
    pub(super) count: usize,
}

impl<T> Default for Bounded<T> {
    fn default() -> Bounded<T> {
        Bounded { first: Vec::new(), count: 0 }
    }
}

impl<T> Bounded<T> {
    pub(super) fn add(&mut self, found: impl FnOnce() -> T) {
        if self.first.len() < MOST {
            self.first.push(found());
        }
        self.count += 1;
    }

    pub(super) fn merge(&mut self, later: Bounded<T>) {
        let room = MOST - self.first.len();
        self.first.extend(later.first.into_iter().take(room));
        self.count += later.count;
    }

    /// A remark for each of the first, and one with the number of the others.
    pub(super) fn remarks(&self, code: &'static str, remark: impl Fn(&T) -> Remark) -> Vec<Remark> {
        let mut remarks: Vec<Remark> = self.first.iter().map(remark).collect();
        match self.count - self.first.len() {
            0 => {}
            1 => remarks.push(Remark::warning(code, "one more row is like that")),
            more => remarks.push(Remark::warning(code, format!("{more} more rows are like that"))),
        }
        remarks
    }
}
