//! Which columns are names, and which parts of them.

use std::cmp::Reverse;

use super::super::field::Field;
use super::super::headings::{HeadingKind, Whose, fold};
use super::super::profile::ColumnProfile;
use super::super::sample::SampleRow;
use super::name_doubts::{better_than, complete_each_other, differ, refuse_between};
use super::something_else::is_about_something_else;
use super::table::Table;
use crate::parallel::on_all_cores;
use crate::remark::Remark;
use crate::suggestion::quoted;

const NAME: HeadingKind = HeadingKind::Field(Field::Name);
const FIRST: HeadingKind = HeadingKind::Field(Field::FirstName);
const LAST: HeadingKind = HeadingKind::Field(Field::LastName);

/// The columns of names by their part of it.
#[derive(Default)]
struct Parts {
    whole: Vec<usize>,
    first: Vec<usize>,
    last: Vec<usize>,
}

impl Parts {
    fn is_empty(&self) -> bool {
        self.whole.is_empty() && self.first.is_empty() && self.last.is_empty()
    }

    /// Whether they make whole names.
    fn is_complete(&self) -> bool {
        !self.whole.is_empty() || !self.first.is_empty() && !self.last.is_empty()
    }

    /// Those with any cell.
    fn filled(&self, table: &Table<'_>) -> Parts {
        let filled = |all: &[usize]| {
            all.iter().copied().filter(|at| table.profiles[*at].filled > 0).collect()
        };
        Parts { whole: filled(&self.whole), first: filled(&self.first), last: filled(&self.last) }
    }

    /// Leaves out columns without any cell, if others have some: surveys have such columns beside those of the answers.
    fn drop_empty(&mut self, table: &Table<'_>) {
        let filled = self.filled(table);
        if !filled.is_empty() {
            *self = filled;
        }
    }

    fn add(&mut self, other: Parts) {
        self.whole.extend(other.whole);
        self.first.extend(other.first);
        self.last.extend(other.last);
    }
}

/// Chooses the columns of names. There may be none.
pub(super) fn choose(table: &mut Table<'_>) {
    if let Some(email) = table.first(Field::Email) {
        let people = table.people;
        let profiles = std::mem::take(&mut table.profiles).into_iter().enumerate().collect();
        table.profiles = on_all_cores(profiles, |(at, mut profile): (usize, ColumnProfile)| {
            profile.compare_with_addresses(people, at, email);
            profile
        });
    }
    if [Field::Name, Field::FirstName, Field::LastName]
        .iter()
        .any(|field| table.named.contains(field))
    {
        return by_settings(table);
    }
    let mut parts = called(table, Whose::Own);
    // `Attendee` and `Inscrit le` come before `First name` and `Last name`, but not if they are empty.
    if !parts.filled(table).is_complete() {
        parts.add(called(table, Whose::Plain));
    }
    parts.drop_empty(table);
    if refuse_differing(table, &parts) {
        return;
    }
    settle_name_beside_parts(table, &mut parts);
    if !table.problems.is_empty() {
        return;
    }
    if parts.is_empty() {
        return without_heading(table);
    }
    if !parts.is_complete() && refuse_half(table, &parts) {
        return;
    }
    if let [whole] = parts.whole[..]
        && parts.first.is_empty()
        && parts.last.is_empty()
        && let Some(better) = better_than(table, whole)
    {
        return refuse_between(table, Field::Name, &[better, whole]);
    }
    take(table, &parts);
}

/// Whether several columns have the same meaning and different cells: the child's name and the mother's, for example.
fn refuse_differing(table: &mut Table<'_>, parts: &Parts) -> bool {
    for (field, columns) in [(Field::FirstName, &parts.first), (Field::LastName, &parts.last)] {
        if differ(table, columns) || complete_each_other(table, columns) {
            refuse_between(table, field, columns);
            return true;
        }
    }
    false
}

/// Where the user has named one part, its other part is looked for by its heading.
fn by_settings(table: &mut Table<'_>) {
    if table.named.contains(&Field::Name) {
        return;
    }
    let mut parts = called(table, Whose::Own);
    parts.add(called(table, Whose::Plain));
    for (field, mut found) in [(Field::FirstName, parts.first), (Field::LastName, parts.last)] {
        table.drop_empty(field, &mut found, false);
        if !table.named.contains(&field)
            && let Some(at) = found.first()
        {
            table.take(field, *at);
        }
    }
}

/// The columns that are called names, by what they are called.
fn called(table: &Table<'_>, whose: Whose) -> Parts {
    let columns = |kind, holds: fn(&ColumnProfile) -> bool| -> Vec<usize> {
        let called = table.called(kind, &[whose]);
        called.into_iter().filter(|at| holds(&table.profiles[*at])).collect()
    };
    let whole = columns(NAME, holds_names);
    let (first, last) = (columns(FIRST, holds_parts), columns(LAST, holds_parts));
    let mut parts = Parts::default();
    for at in 0..table.len() {
        // `Nom`, `Nombre` and the like may be a part as well: what stands beside them decides.
        if whole.contains(&at) {
            parts.whole.push(at);
        } else if first.contains(&at) {
            parts.first.push(at);
        } else if last.contains(&at) {
            parts.last.push(at);
        }
    }
    parts
}

/// Whether the cells could be names. A column `Guest` may hold yes and no, `Participant` addresses, `Registered` dates.
fn holds_names(profile: &ColumnProfile) -> bool {
    holds_parts(profile) && profile.letterless * 2 <= profile.filled
}

/// Whether the cells could be parts of names. Test accounts have numbers for last names.
fn holds_parts(profile: &ColumnProfile) -> bool {
    profile.answers.max(profile.bare_addresses) * 2 <= profile.filled
}

/// A column `Name` beside a part is the other part, if its cells do not hold that part as well. Beside both parts, it must
/// hold one of them to be the whole name.
fn settle_name_beside_parts(table: &mut Table<'_>, parts: &mut Parts) {
    settle_two_parts(table, parts);
    let Some(whole) = best_whole(table, parts) else { return };
    let columns = parts.whole.clone();
    if differ(table, &columns) {
        return refuse_between(table, Field::Name, &columns);
    }
    // A single word beside a part is the other part; two words are more than that.
    let profile = &table.profiles[whole];
    let is_more = profile.whole_names * 2 > profile.filled;
    let holds = |part: usize| holds(table.people, whole, part);
    // `MusterAda` is neither the whole name nor a part of it.
    let part = parts.first.first().or(parts.last.first());
    if part.is_some_and(|part| abbreviates(table.people, whole, *part)) {
        let message =
            format!("{} is not used: it seems to be an abbreviation of names", table.quoted(whole));
        table.remarks.push(Remark::note("other-names", message));
        parts.whole.clear();
        return;
    }
    match (parts.first.first().copied(), parts.last.first().copied()) {
        (Some(part), None) | (None, Some(part)) if is_more && !holds(part) => {
            refuse_between(table, Field::Name, &[whole, part]);
        }
        (Some(first), None) if !holds(first) => {
            parts.last.push(whole);
            parts.whole.clear();
        }
        (None, Some(last)) if !holds(last) => {
            parts.first.push(whole);
            parts.whole.clear();
        }
        (Some(first), Some(last)) if !holds(first) || !holds(last) => {
            let message = format!(
                "{} is not used: it is not the name that {} and {} make",
                table.quoted(whole),
                table.quoted(first),
                table.quoted(last)
            );
            let hint = format!(
                "if it is the right one, write under [roster]: columns = {{ name = {} }}",
                table.in_toml(whole)
            );
            table.remarks.push(Remark::note("other-names", message).hint(hint));
            parts.whole.clear();
        }
        // The parts of a whole name may be missing in rows that have the whole, and the other way round.
        _ => parts.whole = vec![whole],
    }
}

/// Two columns that may both be whole names are its parts, if one may be the first and the other the last, and neither
/// holds the other: `Nome` and `Apelido`.
fn settle_two_parts(table: &Table<'_>, parts: &mut Parts) {
    if !parts.first.is_empty() || !parts.last.is_empty() || parts.whole.len() < 2 {
        return;
    }
    let may_be = |at: usize, kind| table.whose(at, kind).is_some();
    let pairs =
        parts.whole.iter().flat_map(|one| parts.whole.iter().map(move |other| (*one, *other)));
    let found = pairs.into_iter().find(|(first, last)| {
        first != last
            && may_be(*last, LAST)
            && (may_be(*first, FIRST) || !may_be(*first, LAST))
            && [*first, *last]
                .iter()
                .all(|at| table.profiles[*at].whole_names * 2 <= table.profiles[*at].filled)
            && !holds(table.people, *first, *last)
            && !holds(table.people, *last, *first)
    });
    if let Some((first, last)) = found {
        parts.whole.retain(|at| *at != first && *at != last);
        parts.first.push(first);
        parts.last.push(last);
    }
}

/// Of several columns of whole names, the one whose cells are most like names.
fn best_whole(table: &Table<'_>, parts: &Parts) -> Option<usize> {
    let likeness = |at: &usize| {
        let profile = &table.profiles[*at];
        (profile.in_address + profile.whole_names, profile.filled)
    };
    // The first one of those that are equal.
    parts.whole.iter().copied().rev().max_by_key(likeness)
}

/// Whether most cells of a column of names hold the part that is in another column, as words of their own.
fn holds(people: &[&SampleRow], whole: usize, part: usize) -> bool {
    let words = |cell: &str| -> Vec<String> {
        cell.split(|c: char| c.is_whitespace() || c == ',')
            .map(fold)
            .filter(|word| !word.is_empty())
            .collect()
    };
    let both: Vec<_> = people
        .iter()
        .map(|row| (words(row.cell(whole)), words(row.cell(part))))
        .filter(|(whole, part)| !whole.is_empty() && !part.is_empty())
        .collect();
    let held =
        both.iter().filter(|(whole, part)| part.iter().all(|word| whole.contains(word))).count();
    // Where no row has both, they complete each other: some people have the whole, and others the parts.
    let is_never_both = !people.is_empty()
        && !people.iter().any(|row| !row.cell(whole).is_empty() && !row.cell(part).is_empty());
    is_never_both || held > 0 && held * 2 >= both.len()
}

/// Whether most cells of a column hold the part that is in another column within a word.
fn abbreviates(people: &[&SampleRow], whole: usize, part: usize) -> bool {
    let both: Vec<_> = people
        .iter()
        .map(|row| {
            (fold(row.cell(whole)), fold(row.cell(part)), row.cell(whole).contains([' ', ',']))
        })
        .filter(|(whole, part, _)| !whole.is_empty() && part.chars().count() >= 2)
        .collect();
    let within = both.iter().filter(|(whole, part, has_words)| {
        !has_words && whole != part && whole.contains(part.as_str())
    });
    within.count() * 2 > both.len()
}

/// Whether names would be halves although their other half seems to be there.
fn refuse_half(table: &mut Table<'_>, parts: &Parts) -> bool {
    let Some(half) = parts.first.first().or(parts.last.first()).copied() else { return false };
    let others: Vec<usize> =
        table.free().into_iter().filter(|at| *at != half && seems_name(table, *at)).collect();
    let Some(other) = others.first().copied() else { return false };
    let (first, last) = if parts.last.is_empty() { (half, other) } else { (other, half) };
    let message = format!(
        "{} is a part of the name, and {} seems to be the other part",
        table.quoted(half),
        table.quoted(other)
    );
    let hint = format!(
        "write under [roster] in meeting.toml: columns = {{ name = [{}, {}] }}, or: ignore = [{}]",
        table.in_toml(first),
        table.in_toml(last),
        table.in_toml(other)
    );
    let problem = table.problem("which-name", message).hint(hint);
    table.problems.push(problem);
    true
}

/// No heading says that a column is of names.
fn without_heading(table: &mut Table<'_>) {
    let Some(email) = table.first(Field::Email) else { return };
    let seems: Vec<usize> = table.free().into_iter().filter(|at| seems_name(table, *at)).collect();
    // In a list without headings, the only column of whole names can be nothing else. A part of a name is not enough.
    let is_whole = |at: usize| {
        let profile = &table.profiles[at];
        profile.whole_names * 100 >= profile.filled * 60
            && profile.in_address * 100 >= profile.filled * 30
    };
    if let ([at], true) = (&seems[..], table.has_no_headings())
        && is_whole(*at)
    {
        let message =
            format!("{} is taken for the name, because its cells are names", table.quoted(*at));
        table.remarks.push(Remark::note("name-column", message));
        return table.take(Field::Name, *at);
    }
    if !seems.is_empty() {
        return refuse_none(table, &seems);
    }
    // Names in the cells of the addresses are enough: `Ada Lovelace <ada@example.org>`.
    let with_name =
        table.people.iter().filter(|row| row.cell(email).contains([' ', '\u{a0}'])).count();
    if with_name * 2 > table.people.len() {
        return;
    }
    let called =
        [NAME, FIRST, LAST].map(|kind| table.called(kind, &[Whose::Own, Whose::Plain])).concat();
    if let Some(at) = called.into_iter().find(|at| table.profiles[*at].filled > 0) {
        let message =
            format!("{} seems to be the name, but its cells are no names", table.quoted(at));
        let hint = format!(
            "name another column under [roster]: columns = {{ name = \"…\" }}, or write: ignore = [{}]",
            table.in_toml(at)
        );
        let problem = table.problem("which-name", message).hint(hint);
        return table.problems.push(problem);
    }
    let mut nicknames = table.called(HeadingKind::Nickname, &[Whose::Own, Whose::Plain]);
    table.drop_empty(Field::Name, &mut nicknames, false);
    if let [at, ..] = nicknames[..] {
        let message = format!("there is no other name, so {} is taken for it", table.quoted(at));
        table.remarks.push(Remark::note("name-column", message));
        return table.take(Field::Name, at);
    }
    let example = table.people.iter().map(|row| row.cell(email)).find(|cell| cell.contains('@'));
    let address = example.unwrap_or("ada@example.org");
    let message = format!(
        "no column of names found: names are taken from the addresses, such as {} for {}",
        quoted(address.split('@').next().unwrap_or_default()),
        quoted(address)
    );
    let remark = Remark::note("no-names", message);
    let may_be_one = table.free().into_iter().any(|at| table.is_unknown(at));
    table.remarks.push(if may_be_one {
        remark.hint("if a column has them, write under [roster]: columns = { name = \"…\" }")
    } else {
        remark
    });
}

/// Whether a column may be of names although its heading does not say so.
fn seems_name(table: &Table<'_>, at: usize) -> bool {
    let is_called = [NAME, FIRST, LAST].iter().any(|kind| table.whose(at, *kind).is_some());
    (is_called || table.is_unknown(at) && !is_about_something_else(table.heading(at)))
        && table.profiles[at].could_be_names()
}

fn refuse_none(table: &mut Table<'_>, seems: &[usize]) {
    let message = format!(
        "no heading says which column contains the names, but {} look{} like names",
        table.listed(seems),
        if seems.len() == 1 { "s" } else { "" }
    );
    let hint = if table.has_no_headings() {
        table.heading_row_hint()
    } else {
        // The most likely one first. Several may be parts of one name.
        let mut all = seems.to_vec();
        all.sort_by_key(|at| {
            Reverse((table.profiles[*at].in_address, table.profiles[*at].whole_names))
        });
        let all: Vec<String> = all.iter().take(4).map(|at| table.in_toml(*at)).collect();
        let mut lines: Vec<String> =
            all.iter().map(|name| format!("columns = {{ name = {name} }}")).collect();
        let part = |kind| {
            seems
                .iter()
                .copied()
                .find(|at| table.whose(*at, kind).is_some() && table.whose(*at, NAME).is_none())
        };
        if let (Some(first), Some(last)) = (part(FIRST), part(LAST)) {
            let both = format!(
                "columns = {{ name = [{}, {}] }}",
                table.in_toml(first),
                table.in_toml(last)
            );
            lines.insert(0, both);
        }
        format!(
            "write the right one under [roster] in meeting.toml: {}; if nothing there is a name, write: ignore = [{}]",
            lines.join(", or "),
            all.join(", ")
        )
    };
    let problem = table.problem("which-name", message).hint(hint);
    table.problems.push(problem);
}

/// Gives the columns their meanings: middle names follow the first, and prefixes stand before the last.
fn take(table: &mut Table<'_>, parts: &Parts) {
    let of_person = [Whose::Own, Whose::Plain];
    let filled = |table: &Table<'_>, at: &[usize]| {
        at.iter().copied().find(|at| table.profiles[*at].filled > 0).or(at.first().copied())
    };
    if let Some(at) = best_whole(table, parts) {
        table.take(Field::Name, at);
    }
    if let Some(at) = filled(table, &parts.first) {
        table.take(Field::FirstName, at);
        for at in table.called(HeadingKind::MiddleName, &of_person) {
            table.take(Field::FirstName, at);
        }
    }
    if let Some(at) = filled(table, &parts.last) {
        for at in table.called(HeadingKind::NamePrefix, &of_person) {
            table.take(Field::LastName, at);
        }
        table.take(Field::LastName, at);
        // In Spanish, people have two: `Segundo apellido`.
        for second in table.called(LAST, &[Whose::Secondary]) {
            // `Nachname 2` is another person's.
            if !table.heading(second).contains(|c: char| c.is_ascii_digit()) {
                table.take(Field::LastName, second);
            }
        }
    }
    if parts.whole.len() + parts.first.len() + parts.last.len() == 1 && parts.whole.is_empty() {
        let half = parts.first.first().or(parts.last.first());
        let message = half.map(|at| {
            format!(
                "names consist of {} only: no column with the other part of them was found",
                table.quoted(*at)
            )
        });
        table.remarks.extend(message.map(|message| Remark::note("half-names", message)));
    }
}
