//! Messages that were composed before in another schedule.

use std::cell::RefCell;
use std::collections::HashMap;

use meetmint_core::{Email, Mint};

use super::steps::{Step, step};
use crate::delivery::compose::{MessageSpec, compose};
use crate::delivery::error::DeliveryError;
use crate::message::{Composer, Message};
use crate::snapshot::Snapshot;

/// More messages than this are not kept.
const MOST: usize = 4096;

type Composed = (Email, String, Vec<u8>);

thread_local! {
    static COMPOSED: RefCell<HashMap<String, Composed>> = RefCell::default();
}

/// As [`compose`], which takes longer than everything else that a schedule does, and does the same in each of them.
pub(in crate::delivery) fn compose_once(
    composer: &Composer,
    mint: &Mint,
    snapshot: &Snapshot,
    spec: &MessageSpec,
) -> Result<Message, DeliveryError> {
    step(Step::Compose);
    let key = format!("{composer:p} {mint:p} {spec:?} {}", snapshot.text());
    if let Some((to, id, bytes)) = COMPOSED.with_borrow(|all| all.get(&key).cloned()) {
        return Ok(Message { to, id, bytes });
    }
    let message = compose(composer, mint, snapshot, spec)?;
    let composed = (message.to.clone(), message.id.clone(), message.bytes.clone());
    COMPOSED.with_borrow_mut(|all| {
        if all.len() >= MOST {
            all.clear();
        }
        all.insert(key, composed);
    });
    Ok(message)
}
