//! Whether messages are sent with BDAT (CHUNKING, RFC 3030).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether messages may be sent with BDAT to a server that offers it. All connections to the server share it: what one of
/// them finds out, holds for all.
#[derive(Clone, Debug)]
pub struct Chunking(Arc<AtomicBool>);

impl Chunking {
    /// Whether the user allows it.
    pub fn new(allowed: bool) -> Chunking {
        Chunking(Arc::new(AtomicBool::new(allowed)))
    }

    /// Whether it may be used now.
    pub(super) fn is_on(&self) -> bool {
        // Relaxed, here and below, because the flag guards no other data.
        self.0.load(Ordering::Relaxed)
    }

    /// It failed: from now on, messages are sent with DATA.
    pub(super) fn turn_off(&self) {
        self.0.store(false, Ordering::Relaxed);
    }
}
