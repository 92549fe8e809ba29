//! The frames of the last messages.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::frame::Frame;
use crate::variables::Variables;

/// The most frames that are remembered: the roles, zones and kinds of a meeting. One takes about 40 KiB.
const MOST: usize = 12;

/// The frames of the last messages.
#[derive(Debug, Default)]
pub(super) struct Frames(Mutex<Vec<Known>>);

/// What is known of messages that are the same but for the person.
#[derive(Debug)]
struct Known {
    /// With marks in place of the person's values.
    variables: Variables<'static>,
    /// `None` if these texts cannot be made from a frame.
    frame: Option<Arc<Frame>>,
    is_tried: bool,
}

/// What to do about a message.
pub(super) enum Found {
    /// Its texts can be made from this frame.
    Frame(Arc<Frame>),
    /// It is the second one of its kind, so that a frame is worth while: [`Frames::add`] takes it.
    MakeOne,
    /// Its texts have to be rendered.
    Nothing,
}

impl Frames {
    /// Looks for the frame of a message.
    pub(super) fn find(&self, variables: &Variables<'_>) -> Found {
        let mut known = self.known();
        if let Some(at) = known.iter().position(|known| variables.is_like(&known.variables)) {
            // The last one comes first: most people of a roster follow others of their kind.
            known[..=at].rotate_right(1);
            let first = &mut known[0];
            if !std::mem::replace(&mut first.is_tried, true) {
                return Found::MakeOne;
            }
            return first.frame.clone().map_or(Found::Nothing, Found::Frame);
        }
        // Not yet a frame: in a meeting with a time slot for each person, no frame would be used a second time.
        known.truncate(MOST - 1);
        let variables = variables.marked();
        known.insert(0, Known { variables, frame: None, is_tried: false });
        Found::Nothing
    }

    /// Remembers a frame.
    pub(super) fn add(&self, variables: &Variables<'_>, frame: Frame) -> Arc<Frame> {
        let frame = Arc::new(frame);
        let mut known = self.known();
        // Other messages may have taken its place meanwhile.
        if let Some(known) = known.iter_mut().find(|known| variables.is_like(&known.variables)) {
            known.frame = Some(Arc::clone(&frame));
        }
        frame
    }

    fn known(&self) -> MutexGuard<'_, Vec<Known>> {
        // A panic cannot leave half a change behind: each is a single one.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
