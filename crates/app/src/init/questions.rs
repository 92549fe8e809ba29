//! A question that is asked until its answer is accepted.

use crate::context::Context;
use crate::error::Error;
use crate::front_end::Question;

/// Asks until `read` accepts the answer. `refused` is why an earlier answer cannot stand. `None` stands for the
/// default, or for no answer.
///
/// # Errors
/// If the user ends the input instead of answering.
pub(super) fn ask<T>(
    context: &Context,
    text: &str,
    default: Option<&str>,
    mut refused: Option<Error>,
    read: impl Fn(&str) -> Result<T, Error>,
) -> Result<Option<T>, Error> {
    loop {
        let answer = context.front_end.ask(&Question {
            text,
            default,
            secret: false,
            refused: refused.as_ref(),
        })?;
        // A front end that cannot ask gives no answer, so the loop ends here for it.
        let Some(answer) = answer.as_deref().map(str::trim).filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        match read(answer) {
            Ok(value) => return Ok(Some(value)),
            Err(error) => refused = Some(error),
        }
    }
}
