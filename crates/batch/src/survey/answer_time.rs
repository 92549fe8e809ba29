//! When somebody answered a form, in a roster that is one: it suggests which of two answers counts.

use crate::roster::rows::Row;
use crate::roster::{Duplicates, Meaning, Roster};

/// The headings of forms for the time of an answer, without case, accents aside, and without what is between letters.
const HEADINGS: &[&str] = &[
    "timestamp",
    "zeitstempel",
    "horodateur",
    "marcatemporal",
    "informazionicronologiche",
    "carimbodedatahora",
    "tijdstempel",
    "sygnaturaczasowa",
    "tidsstämpel",
    "tidsstempel",
    "отметкавремени",
    "completiontime",
    "fertigstellungszeit",
    "submissiondate",
    "submissiontime",
    "submittedat",
    "submitdate",
    "datesubmitted",
    "enddate",
    "recordeddate",
    "createdat",
    "registrationtime",
    "registeredat",
    "registrationdate",
    "optintime",
];

/// The column that says when a row was written.
pub(super) struct AnswerTime {
    column: Option<usize>,
}

impl AnswerTime {
    /// The column of a roster; there may be none.
    pub(super) fn of(roster: &Roster) -> AnswerTime {
        let column = roster.columns().iter().position(|column| {
            let letters = column.heading.chars().filter(|c| c.is_alphanumeric());
            let heading: String = letters.flat_map(char::to_lowercase).collect();
            matches!(column.meaning, Meaning::Extra(_)) && HEADINGS.contains(&heading.as_str())
        });
        AnswerTime { column }
    }

    /// What a row says, if it says anything.
    pub(super) fn in_row(&self, row: Row<'_>) -> Option<String> {
        let cell = row.cell(self.column?).trim();
        (!cell.is_empty()).then(|| cell.to_owned())
    }

    /// Which of two rows is the newer one, by their times; `None` if that is unknown.
    pub(super) fn newest(first: Option<&str>, last: Option<&str>) -> Option<Duplicates> {
        let (first, last) = (numbers(first?)?, numbers(last?)?);
        // Whether day or month comes first is not known. Only what holds for both counts.
        let orders: [[usize; 6]; 2] = if first[0] > 31 {
            [[0, 1, 2, 3, 4, 5]; 2]
        } else {
            [[2, 1, 0, 3, 4, 5], [2, 0, 1, 3, 4, 5]]
        };
        let sorted = |order: [usize; 6], of: [u32; 6]| order.map(|at| of[at]);
        let [one, other] = orders.map(|order| sorted(order, first).cmp(&sorted(order, last)));
        match (one == other, one) {
            (true, std::cmp::Ordering::Less) => Some(Duplicates::Last),
            (true, std::cmp::Ordering::Greater) => Some(Duplicates::First),
            _ => None,
        }
    }
}

/// The first six numbers of a text, the hour in 24 hours.
fn numbers(text: &str) -> Option<[u32; 6]> {
    let digits = text.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
    let mut numbers = [0; 6];
    let mut count = 0;
    for (number, digits) in numbers.iter_mut().zip(digits) {
        *number = digits.parse().ok()?;
        count += 1;
    }
    let text = text.to_lowercase();
    let (before_noon, after_noon) = (text.contains(" am"), text.contains(" pm"));
    if before_noon || after_noon {
        numbers[3] = numbers[3] % 12 + if after_noon { 12 } else { 0 };
    }
    (count >= 3).then_some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_answer_is_found_where_the_order_of_day_and_month_does_not_matter() {
        #[track_caller]
        fn case(first: &str, last: &str, expected: Option<Duplicates>) {
            assert_eq!(AnswerTime::newest(Some(first), Some(last)), expected);
        }

        case(
            "2026/10/01 10:00:00 AM GMT+2",
            "2026/10/02 11:30:00 AM GMT+2",
            Some(Duplicates::Last),
        );
        case("2026-10-02T08:00:00Z", "2026-10-01T09:00:00Z", Some(Duplicates::First));
        case("10/1/2026 9:00:00", "10/2/2026 8:00:00", Some(Duplicates::Last));
        case("01.10.2026 12:30 pm", "01.10.2026 1:05 pm", Some(Duplicates::Last));
        case("01.10.2026 12:30 am", "01.10.2026 1:05 pm", Some(Duplicates::Last));
        // The second of March and the third of February, or the other way round.
        case("02.03.2026", "03.02.2026", None);
        case("2026-10-01", "2026-10-01", None);
        case("yesterday", "today", None);
        case("99999999999-1-1", "2026-10-01", None);
        assert_eq!(AnswerTime::newest(None, Some("2026-10-01")), None);
    }
}
