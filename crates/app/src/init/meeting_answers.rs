//! What `init` asks about the meeting and its mail, and the values that are used without an answer.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use meetmint_batch::{Rejection, quoted, zone};
use meetmint_core::{BadStart, Start};
use meetmint_mailer::Sender;

use super::defaults;
use super::questions::ask;
use crate::context::Context;
use crate::environment::Environment;
use crate::error::Error;
use crate::phrases::zone_name;
use crate::settings::title_of;

/// The title until somebody chooses one.
const TITLE: &str = "Our meeting";

/// Nobody receives mail at this domain (RFC 2606 section 3). It is enough for the folder outbox.
const FROM: &str = "Events team <events@example.org>";

/// The zone in which a day ends last: what is over there is over everywhere.
const LAST_ZONE: Offset = Offset::constant(-12);

const START_QUESTION: &str = "Date and time (YYYY-MM-DD HH:MM)";

/// What a new meeting says about itself and its sender.
pub(super) struct MeetingAnswers {
    pub(super) title: String,
    /// As it is written in `meeting.toml`.
    pub(super) start: String,
    pub(super) zone: TimeZone,
    /// The sender, as written.
    pub(super) from: String,
    /// Whether somebody has chosen the start.
    pub(super) has_own_start: bool,
}

impl MeetingAnswers {
    /// A meeting next week, in the zone of this machine.
    pub(super) fn example(environment: &Environment) -> MeetingAnswers {
        let zone = defaults::zone(environment);
        MeetingAnswers {
            title: TITLE.to_owned(),
            start: defaults::start(environment.now, &zone),
            zone,
            from: FROM.to_owned(),
            has_own_start: false,
        }
    }

    /// Whether nobody has chosen a title.
    pub(super) fn has_example_title(&self) -> bool {
        self.title == TITLE
    }

    /// Whether nobody has named a sender.
    pub(super) fn has_example_sender(&self) -> bool {
        self.from == FROM
    }

    /// Asks for each value. Without an answer it stays as it is.
    ///
    /// # Errors
    /// If the user ends the input instead of answering.
    pub(super) fn ask(&mut self, context: &Context) -> Result<(), Error> {
        let read = |answer: &str| title_of(answer).map_err(|bad| refused("bad-title", answer, bad));
        if let Some(title) = ask(context, "Title of the meeting", Some(&self.title), None, read)? {
            self.title = title;
        }
        let now = context.environment.now;
        let read = |answer: &str| read_start(answer, now);
        if let Some(start) = ask(context, START_QUESTION, Some(&self.start), None, read)? {
            self.start = start;
            self.has_own_start = true;
        }
        let read = |answer: &str| zone(answer).map_err(|bad| refused("unknown-zone", answer, bad));
        if let Some(zone) = ask(context, "Time zone", Some(zone_name(&self.zone)), None, read)? {
            self.zone = zone;
        }
        // Whether the clocks show the start, and whether it is over, depends on the zone.
        if let Err(error) = check_start(&self.start, &self.zone, now) {
            let example = defaults::start(now, &self.zone);
            let read = |answer: &str| {
                let start = read_start(answer, now)?;
                check_start(&start, &self.zone, now).map(|()| start)
            };
            let start = ask(context, START_QUESTION, Some(&example), Some(error), read)?;
            self.has_own_start = start.is_some();
            self.start = start.unwrap_or(example);
        }
        if let Some(from) =
            ask(context, "Sender of the invitations", Some(&self.from), None, read_sender)?
        {
            self.from = from;
        }
        Ok(())
    }
}

/// Reads a start, and refuses one that is over in every zone.
fn read_start(answer: &str, now: Timestamp) -> Result<String, Error> {
    let text = padded(answer);
    match check_start(&text, &TimeZone::fixed(LAST_ZONE), now) {
        Err(error) if error.code() == "past" => Err(error),
        // An offset says more than the zone in which it is judged here.
        _ => Start::parse(&text).map(|_| text).map_err(|bad| bad_start(answer, bad)),
    }
}

/// Refuses a start that is over, or that the clocks of the zone do not show exactly once.
fn check_start(text: &str, zone: &TimeZone, now: Timestamp) -> Result<(), Error> {
    let start = Start::parse(text).and_then(|start| start.resolve(zone));
    let start = start.map_err(|bad| bad_start(text, bad))?;
    if start > now {
        return Ok(());
    }
    let message = format!("{} is in the past", quoted(text));
    Err(Error::invalid("past", message, "write a date and time that are still to come"))
}

fn bad_start(text: &str, bad: BadStart) -> Error {
    // These messages quote the start already.
    if matches!(bad, BadStart::Gap { .. } | BadStart::Fold { .. }) {
        return Error::invalid("bad-start", bad.to_string(), bad.hint());
    }
    refused("bad-start", text, bad.into())
}

/// The answer with two digits for month, day and hour, and hyphens in the date, where people leave them out. Only with the
/// year first: in `03/11/2027`, day and month cannot be told apart.
fn padded(answer: &str) -> String {
    let at = answer.find([' ', 'T']).unwrap_or(answer.len());
    let (date, time) = (&answer[..at], answer[at..].trim_start_matches([' ', 'T']));
    let parts: Vec<&str> = date.split(['-', '/', '.']).collect();
    let is_number = |part: &&str| part.bytes().all(|byte| byte.is_ascii_digit());
    match parts[..] {
        [year, month, day] if year.len() == 4 && parts.iter().all(is_number) => {
            let hour = if time.as_bytes().get(1) == Some(&b':') { "0" } else { "" };
            format!("{year}-{month:0>2}-{day:0>2} {hour}{time}")
        }
        _ => answer.to_owned(),
    }
}

fn read_sender(answer: &str) -> Result<String, Error> {
    Sender::parse(answer).map(|_| answer.to_owned()).map_err(|bad| {
        let message = format!("{} is not a valid sender: {}", quoted(&bad.text), bad.reason);
        Error::invalid(
            "bad-sender",
            message,
            "write a name and one address: Name <name@example.org>",
        )
    })
}

fn refused(code: &'static str, answer: &str, Rejection { message, hint }: Rejection) -> Error {
    Error::invalid(code, format!("{}: {message}", quoted(answer)), hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use meetmint_core::known_zone;

    #[test]
    fn a_start_is_read_as_people_write_it_if_only_one_reading_is_possible() {
        #[track_caller]
        fn case(answer: &str, expected: Result<&str, &str>) {
            let now = Timestamp::constant(1_930_132_800, 0);
            let found = read_start(answer, now).map_err(|error| error.code());
            assert_eq!(found.as_deref().map_err(|code| *code), expected);
        }

        case("2031-03-11 14:00", Ok("2031-03-11 14:00"));
        case("2031-3-1 9:00", Ok("2031-03-01 09:00"));
        case("2031/03/11 14:00", Ok("2031-03-11 14:00"));
        case("2031.3.11  14:00", Ok("2031-03-11 14:00"));
        case("2031-03-11T14:00+05:00", Ok("2031-03-11 14:00+05:00"));
        for unclear in
            ["11.03.2031 14:00", "03/11/2031 14:00", "2031-03-11", "31-03-11 14:00", "tomorrow"]
        {
            case(unclear, Err("bad-start"));
        }
        case("2031-02-30 14:00", Err("bad-start"));
        case("2031-03-11 2 pm", Err("bad-start"));
        // It is 2031-03-01 12:00 UTC, and midnight in the last zone.
        case("2031-02-28 23:59", Err("past"));
        case("2031-03-01 00:01", Ok("2031-03-01 00:01"));
    }

    #[test]
    fn a_start_has_to_be_ahead_in_its_zone() {
        let now = Timestamp::constant(1_930_132_800, 0);
        let berlin = known_zone("Europe/Berlin").unwrap();
        let code =
            |start| check_start(start, &berlin, now).map_err(|error| error.code().to_owned());
        assert_eq!(code("2031-03-01 13:00"), Err("past".to_owned()));
        assert_eq!(code("2031-03-01 13:01"), Ok(()));
        let gap = check_start("2031-03-30 02:30", &berlin, now).unwrap_err();
        assert!(gap.to_string().starts_with("`2031-03-30 02:30` does not exist"), "{gap}");
    }
}
