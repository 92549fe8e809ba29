//! What a delivery sends, read while it sends.

use crate::content::MessageKind;
use crate::ledger::LedgerError;

/// Messages in the order in which they are to be sent, each given by its ledger entry and its kind.
pub type DueMessages<'d> = Feed<'d, (i64, MessageKind)>;

/// Items whose number is known, read some at a time: those of a large roster are never all in memory.
pub struct Feed<'f, T> {
    left: usize,
    items: Box<dyn Iterator<Item = Result<T, LedgerError>> + Send + 'f>,
}

impl<'f, T: 'f> Feed<'f, T> {
    /// The first `count` of these items.
    pub fn new(
        count: usize,
        items: impl Iterator<Item = Result<T, LedgerError>> + Send + 'f,
    ) -> Feed<'f, T> {
        Feed { left: count, items: Box::new(items) }
    }

    /// How many have not been read.
    pub fn len(&self) -> usize {
        self.left
    }

    /// Whether all have been read.
    pub fn is_empty(&self) -> bool {
        self.left == 0
    }

    /// Reads the next items, `most` at most. After an error nothing is left.
    pub(super) fn read(&mut self, most: usize) -> Result<Vec<T>, LedgerError> {
        let count = most.min(self.left);
        self.left -= count;
        let some: Result<Vec<T>, LedgerError> = self.items.by_ref().take(count).collect();
        if some.is_err() {
            self.clear();
        }
        some
    }

    /// Leaves out all that have not been read.
    pub(super) fn clear(&mut self) {
        self.left = 0;
    }

    /// The same feed with other items.
    pub(super) fn map<U: 'f>(self, mut change: impl FnMut(T) -> U + Send + 'f) -> Feed<'f, U> {
        let items = self.items.map(move |item| item.map(&mut change));
        Feed { left: self.left, items: Box::new(items) }
    }
}

impl<T: Send + 'static> From<Vec<T>> for Feed<'static, T> {
    fn from(items: Vec<T>) -> Feed<'static, T> {
        Feed::new(items.len(), items.into_iter().map(Ok))
    }
}
