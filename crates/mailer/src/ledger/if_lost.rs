//! What becomes of a ledger that was lost.

/// What to do if a ledger was lost: its file is empty, or gone while its write-ahead log is still there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IfLost {
    /// Refuse, with [`LedgerError::Lost`](super::LedgerError::Lost).
    #[default]
    Refuse,
    /// Begin a new ledger in its place. Who was invited is then forgotten.
    StartAnew,
}
