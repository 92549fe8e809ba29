//! A mutex of the model. It is shuttle's, but a condition variable can unlock and lock it again.

use std::ops::{Deref, DerefMut};
use std::sync::{LockResult, PoisonError};

use shuttle::sync as model;

#[derive(Debug, Default)]
pub(in crate::delivery) struct Mutex<T>(model::Mutex<T>);

pub(in crate::delivery) struct MutexGuard<'a, T> {
    guard: model::MutexGuard<'a, T>,
    pub(super) mutex: &'a Mutex<T>,
}

impl<T> Mutex<T> {
    pub(in crate::delivery) fn new(value: T) -> Mutex<T> {
        Mutex(model::Mutex::new(value))
    }

    pub(in crate::delivery) fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        let wrap = |guard| MutexGuard { guard, mutex: self };
        match self.0.lock() {
            Ok(guard) => Ok(wrap(guard)),
            Err(poisoned) => Err(PoisonError::new(wrap(poisoned.into_inner()))),
        }
    }

    pub(in crate::delivery) fn into_inner(self) -> LockResult<T> {
        self.0.into_inner()
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.guard
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.guard
    }
}
