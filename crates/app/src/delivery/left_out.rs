//! People in the roster who are left out, because their data was erased from the ledger.

use meetmint_mailer::{LeftOutPeople, LeftOutPerson, WhyLeftOut};

use crate::front_end::Notice;
use crate::phrases::people;

/// Names everybody who is left out: nobody must be missing unnoticed.
pub(super) fn notices(left_out: &LeftOutPeople) -> Vec<Notice> {
    let mut notices: Vec<Notice> = left_out.people.iter().map(notice).collect();
    if left_out.more > 0 {
        let message = format!("{} more are left out for the same reasons", people(left_out.more));
        notices.push(Notice::warning("left-out", message));
    }
    notices
}

fn notice(person: &LeftOutPerson) -> Notice {
    let LeftOutPerson { address, why } = person;
    match why {
        WhyLeftOut::Forgotten => {
            let message = format!("{address} asked to be forgotten, and is left out");
            Notice::warning("forgotten", message).hint(format!(
                "delete this person's row; to invite them on purpose, run `meetmint ledger forget --undo {address}` first"
            ))
        }
        WhyLeftOut::CalledOff => {
            let message = format!(
                "the meeting is called off for {address} alone, so this person is left out"
            );
            Notice::warning("called-off", message)
                .hint(format!("to take that back, run `meetmint cancel --undo --only {address}`"))
        }
        WhyLeftOut::Pruned => {
            let message = format!(
                "{address} was invited to exactly this meeting before its record was pruned, and is left out"
            );
            let hint = "for a new meeting, set a new `start`, or create one with `meetmint init NEW_FOLDER --like THIS_FOLDER`";
            Notice::warning("pruned", message).hint(hint)
        }
    }
}
