//! Values that may be missing, or not known.

use crate::place::{Place, Placed};

/// A setting of the server, as far as its files tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Known<T> {
    /// The files do not set it, so that the server's own default holds.
    Unset,
    /// It is set, but to something that the files do not tell.
    Unknown(Place),
    /// It is set to this.
    Is(Placed<T>),
}

impl<T> Known<T> {
    /// The value, if it is known.
    pub(crate) fn value(&self) -> Option<&T> {
        match self {
            Known::Is(placed) => Some(&placed.value),
            _ => None,
        }
    }

    /// Where it is set.
    pub(crate) fn place(&self) -> Option<&Place> {
        match self {
            Known::Unset => None,
            Known::Unknown(place) => Some(place),
            Known::Is(placed) => Some(&placed.place),
        }
    }

    /// Whether the files do not set it.
    pub(crate) fn is_unset(&self) -> bool {
        matches!(self, Known::Unset)
    }

    /// The same setting with another form of the value.
    pub(crate) fn map<U>(self, form: impl FnOnce(T) -> U) -> Known<U> {
        match self {
            Known::Unset => Known::Unset,
            Known::Unknown(place) => Known::Unknown(place),
            Known::Is(Placed { value, place }) => Known::Is(Placed { value: form(value), place }),
        }
    }
}
