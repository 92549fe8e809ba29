//! People in the roster who are left out, because their data was erased from the ledger.

use meetmint_mailer::{LeftOutPeople, LeftOutPerson, WhyLeftOut};

use crate::front_end::Notice;

/// How many people are named who were pruned. Usually that is everybody, and the same is to be done about all of them.
const PRUNED: usize = 10;

/// Names those who are left out, or counts them: nobody must be missing unnoticed.
pub(super) fn notices(left_out: &LeftOutPeople) -> Vec<Notice> {
    let (pruned, others): (Vec<_>, Vec<_>) =
        left_out.people.iter().partition(|person| person.why == WhyLeftOut::Pruned);
    let named = others.iter().chain(pruned.iter().take(PRUNED));
    let mut notices: Vec<Notice> = named.map(|person| notice(person)).collect();
    match left_out.people.len() - notices.len() + left_out.more {
        0 => {}
        more => {
            let message = if more == 1 {
                "1 more person is left out for the same reason".to_owned()
            } else {
                format!("{more} more people are left out for the same reasons")
            };
            let hint =
                "to see more of them, run `meetmint plan --format json` and look under `left_out`";
            notices.push(Notice::warning("left-out", message).hint(hint));
        }
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

/// Why somebody is left out, in a sentence of its own: not everybody is named in a notice.
pub(super) fn reason(why: WhyLeftOut) -> &'static str {
    match why {
        WhyLeftOut::Forgotten => "this person asked to be forgotten",
        WhyLeftOut::CalledOff => "the meeting is called off for this person alone",
        WhyLeftOut::Pruned => {
            "this person was invited to exactly this meeting before its record was pruned"
        }
    }
}
