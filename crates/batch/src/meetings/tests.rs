use std::fmt::Write as _;

use jiff::Timestamp;

use super::{MOST, Meetings};
use crate::testing::{opened, spec};
use crate::{ColumnSettings, Field, RosterSpec};

fn meetings(text: &str) -> Meetings {
    let per_row = vec![Field::Room, Field::Start, Field::Duration];
    meetings_of(text, per_row)
}

fn meetings_of(text: &str, per_row: Vec<Field>) -> Meetings {
    let columns = ColumnSettings { per_row, ..ColumnSettings::default() };
    let (_file, roster) = opened(text, RosterSpec { columns, ..spec() });
    let roster = roster.unwrap();
    let survey = roster.survey(Timestamp::UNIX_EPOCH);
    assert_eq!(survey.problems(), []);
    let meetings = roster.meetings(&survey).unwrap();
    let counted: usize = meetings.all().iter().map(|meeting| meeting.people).sum();
    assert_eq!(counted + meetings.uncounted(), survey.people());
    meetings
}

/// A line per meeting: its time, its room, how many people, how many moderators.
fn lines(meetings: &Meetings) -> Vec<String> {
    let line = |meeting: &super::MeetingUse| {
        format!(
            "{} to {} {} {} {}",
            meeting.start.strftime("%H:%M"),
            meeting.end.strftime("%H:%M"),
            meeting.room,
            meeting.people,
            meeting.moderators
        )
    };
    meetings.all().iter().map(line).collect()
}

const EVENING: &str = "\
email,name,role,room,start,duration
a@x.org,Ada,,tea-1,2027-03-11 17:00,15m
t@x.org,Tea,host,tea-1,2027-03-11 17:00,1h
a@x.org,Ada,,tea-2,2027-03-11 17:10,15m
b@x.org,Ben,,TEA-1,2027-03-11 17:00,15m
b@x.org,Ben,,TEA-1,2027-03-11 17:00,15m
b@x.org,Ben,,tea-2,2027-03-11 17:15,15m
c@x.org,Cleo,,,,
";

#[test]
fn each_meeting_is_counted_once_in_the_order_of_time() {
    let meetings = meetings(EVENING);
    assert_eq!(
        lines(&meetings),
        [
            "14:00 to 15:30 open-day 1 0",
            "17:00 to 18:00 tea-1 3 1",
            "17:10 to 17:25 tea-2 1 0",
            "17:15 to 17:30 tea-2 1 0",
        ]
    );
    assert_eq!(meetings.unmoderated(), ["open-day", "tea-2"]);
    let overlaps = meetings.overlaps(0, 0);
    assert_eq!(overlaps.iter().map(|(room, ..)| *room).collect::<Vec<_>>(), ["tea-2"]);
    assert_eq!(meetings.overlaps(0, -10 * 60), []);
}

#[test]
fn whoever_would_have_to_be_in_two_meetings_at_once_is_named() {
    let meetings = meetings(EVENING);
    let [two] = meetings.two_at_once() else { panic!("{:?}", meetings.two_at_once()) };
    // Ben's first meeting is over when the second one starts, though it lasts longer for the teacher.
    assert_eq!((two.person.as_str(), two.lines), ("a@x.org", (2, 4)));
    assert_eq!(two.rooms, ("tea-1".to_owned(), "tea-2".to_owned()));
    assert_eq!(meetings.more_at_once(), 0);
}

#[test]
fn a_common_meeting_is_counted_without_another_reading() {
    let text = "email,role,room\na@x.org,host,x\nb@x.org,,y\nb@x.org,,y\n";
    let meetings = meetings_of(text, Vec::new());
    assert_eq!(lines(&meetings), ["14:00 to 15:30 open-day 2 1"]);
    assert_eq!(meetings.unmoderated(), [""; 0]);
}

#[test]
fn memory_does_not_grow_with_the_number_of_meetings() {
    let mut text = "email,role,room\n".to_owned();
    for at in 0..MOST + 2 {
        let _ = writeln!(text, "p{at}@x.org,host,room-{at}");
    }
    text.push_str("q@x.org,,room-0\n");
    let meetings = meetings_of(&text, vec![Field::Room]);
    assert_eq!((meetings.all().len(), meetings.uncounted()), (MOST, 2));
    assert_eq!(meetings.all().iter().map(|meeting| meeting.people).max(), Some(2));
    // What is not kept is not called unmoderated.
    assert_eq!(meetings.unmoderated(), [""; 0]);
    // The same with many meetings in one room: the one who moderates is at a meeting that finds no place.
    let mut text = "email,role,start\n".to_owned();
    for at in 0..=MOST {
        let role = if at == MOST { "host" } else { "guest" };
        let _ = writeln!(text, "p{at}@x.org,{role},2027-03-{:02} {:02}:00", 1 + at / 24, at % 24);
    }
    let meetings = meetings_of(&text, vec![Field::Start]);
    assert_eq!((meetings.all().len(), meetings.uncounted()), (MOST, 1));
    assert_eq!(meetings.unmoderated(), [""; 0]);
}
