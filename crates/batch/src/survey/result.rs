//! What the survey of a roster found.

use std::collections::HashSet;

use jiff::Timestamp;
use meetmint_core::{DisplayName, Meeting, address_in_key};

use super::chunk::ChunkSurvey;
use super::name_order::{NameForms, family_name_last};
use super::unknown_roles;
use crate::problem::Problem;
use crate::remark::Remark;
use crate::roster::{ChoiceTally, NameSource, Roster, RosterEntry, Values};
use crate::suggestion::quoted;

/// The most problems, and the most repetitions, that are kept. A wrong column makes one problem per row, and
/// memory must not grow with the number of rows.
pub(super) const MOST: usize = 1000;

/// What the survey of a roster found.
#[derive(Debug)]
pub struct Survey {
    now: Timestamp,
    problems: Vec<Problem>,
    more_problems: usize,
    rows: u64,
    /// The numbers of repeated rows, ascending.
    repeated: Vec<u64>,
    repetitions: Vec<Repetition>,
    /// For people without an address who share a name: their number, ascending, and their count among them.
    namesakes: Vec<(u64, u32)>,
    /// Addresses, in lower case, of several people who each have a link of their own.
    shared: HashSet<String>,
    by_role: Vec<usize>,
    over: usize,
    under_way: usize,
    has_addresses: bool,
    without_address: Vec<u64>,
    added: Vec<RosterEntry>,
    bad: HashSet<Option<String>>,
    /// The numbers of rows that can be read, but contradict another one. Ascending.
    bad_rows: Vec<u64>,
    names: NameForms,
    several_zones: bool,
    remarks: Vec<Remark>,
    choice: ChoiceTally,
    unknown_roles: Values,
}

/// A row about a person and a meeting that another row is about, and counts instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repetition {
    /// The person's address.
    pub person: String,
    /// The line of the row that counts.
    pub counts: u64,
    /// The line of this row, which does not count.
    pub line: u64,
    /// Whether name and role are the same in both rows.
    pub agrees: bool,
}

impl Survey {
    /// The time at which meetings were judged to be over.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The problems in the order of the file; at most a thousand.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// How many more problems there are.
    pub fn more_problems(&self) -> usize {
        self.more_problems
    }

    /// Rows that repeat another one, and do not count; at most a thousand.
    pub fn repetitions(&self) -> &[Repetition] {
        &self.repetitions
    }

    /// How many rows repeat another one.
    pub fn repeated(&self) -> usize {
        self.repeated.len()
    }

    /// How many invitations there are: a person counts once for each meeting that is not over.
    pub fn people(&self) -> usize {
        self.by_role.iter().sum()
    }

    /// How many people have each role, by its index.
    pub fn by_role(&self) -> &[usize] {
        &self.by_role
    }

    /// How many people are left out because their meeting is over.
    pub fn over(&self) -> usize {
        self.over
    }

    /// How many people have a meeting that is under way.
    pub fn under_way(&self) -> usize {
        self.under_way
    }

    /// Whether any row has something in the column of addresses. If not, this is a list of names alone.
    pub fn has_addresses(&self) -> bool {
        self.has_addresses
    }

    /// The lines of people without an address, whose rows have no problem; at most a thousand.
    pub fn without_address(&self) -> &[u64] {
        &self.without_address
    }

    /// What was left out, and what may be a mistake.
    pub fn remarks(&self) -> &[Remark] {
        &self.remarks
    }

    /// How many rows are left out by `where` or by a status column, as if they were not in the roster.
    pub fn left_out(&self) -> usize {
        self.choice.left_out()
    }

    /// The people who are only named in `meeting.toml`.
    pub fn added(&self) -> &[RosterEntry] {
        &self.added
    }

    /// The name with the given name first, where the roster writes it in another way: `Ada Lovelace` for `Lovelace, Ada`, if
    /// all names in the roster that come from one cell have that form. `None` if it is the name as it is.
    pub(crate) fn name_in_order(&self, entry: &RosterEntry) -> Option<DisplayName> {
        if entry.name_source != NameSource::OneCell || !self.names.are_family_name_first() {
            return None;
        }
        family_name_last(entry.attendee.name.as_str()).and_then(|name| DisplayName::clean(&name))
    }

    /// Says that names are shown in another order than the roster's.
    pub(super) fn tell_of_names(&mut self) {
        if let Some((written, shown)) = self.names.example() {
            let message = format!(
                "names are shown with the given name first: {} as {}",
                quoted(&written),
                quoted(&shown)
            );
            self.remarks.push(Remark::note("names-in-order", message));
        }
    }

    /// Whether people have zones of their own in which clocks differ from those of their meeting.
    pub fn has_several_zones(&self) -> bool {
        self.several_zones
    }

    /// The keys of people whose row has a problem. `None` is among them if such a row has no readable address,
    /// and so may be about anybody.
    pub fn bad(&self) -> &HashSet<Option<String>> {
        &self.bad
    }

    pub(super) fn new(now: Timestamp, roles: usize) -> Survey {
        Survey {
            now,
            problems: Vec::new(),
            more_problems: 0,
            rows: 0,
            repeated: Vec::new(),
            repetitions: Vec::new(),
            namesakes: Vec::new(),
            shared: HashSet::new(),
            by_role: vec![0; roles],
            over: 0,
            under_way: 0,
            has_addresses: false,
            without_address: Vec::new(),
            added: Vec::new(),
            bad: HashSet::new(),
            bad_rows: Vec::new(),
            names: NameForms::default(),
            several_zones: false,
            remarks: Vec::new(),
            choice: ChoiceTally::default(),
            unknown_roles: Values::default(),
        }
    }

    /// The number of the last row.
    pub(crate) fn rows(&self) -> u64 {
        self.rows
    }

    /// Whether the person with this number repeats another one, who counts.
    pub(crate) fn is_repeated(&self, number: u64) -> bool {
        // In a sorted list, because a set takes several times the memory, and half of a roster can be repeated.
        self.repeated.binary_search(&number).is_ok()
    }

    /// Whether the person with this number contradicts another one.
    pub(crate) fn is_bad(&self, number: u64) -> bool {
        self.bad_rows.binary_search(&number).is_ok()
    }

    /// Gives the person with this number what only the survey knows, because it has seen all rows: who else has the same
    /// name or address.
    pub(crate) fn complete(&self, number: u64, entry: &mut RosterEntry) {
        // The key of a family member has the name as it is written.
        if entry.attendee.family.is_none()
            && let Some(name) = self.name_in_order(entry)
        {
            entry.attendee.name = name;
        }
        let attendee = &mut entry.attendee;
        let Some(email) = &attendee.email else {
            let found = self.namesakes.binary_search_by_key(&number, |(number, _)| *number);
            attendee.namesake = found.map_or(1, |at| self.namesakes[at].1);
            return;
        };
        if let Some(member) = &mut attendee.family
            && !self.shared.contains(email.key().as_ref())
        {
            member.shares = None;
        }
    }

    pub(super) fn add_chunk(&mut self, chunk: ChunkSurvey) {
        for (all, some) in self.by_role.iter_mut().zip(&chunk.by_role) {
            *all += some;
        }
        self.over += chunk.over;
        self.under_way += chunk.under_way;
        self.names.merge(&chunk.names);
        self.several_zones |= chunk.several_zones;
        self.has_addresses |= chunk.has_addresses;
        let room = MOST.saturating_sub(self.without_address.len());
        self.without_address.extend(chunk.without_address.into_iter().take(room));
        // The maximum, because a chunk of blank rows has no last row.
        self.rows = self.rows.max(chunk.rows);
        self.choice.merge(chunk.choice);
        self.unknown_roles.merge(chunk.unknown_roles);
        self.bad.extend(chunk.bad);
        for problem in chunk.problems {
            self.add_problem(problem);
        }
    }

    /// Adds somebody who is only named in `meeting.toml`.
    pub(super) fn add_person(&mut self, entry: RosterEntry, meeting: &Meeting) {
        if meeting.end <= self.now {
            self.over += 1;
        } else {
            self.by_role[entry.role] += 1;
            self.under_way += usize::from(meeting.start <= self.now);
        }
        self.added.push(entry);
    }

    pub(super) fn add_problem(&mut self, problem: Problem) {
        if self.problems.len() < MOST {
            self.problems.push(problem);
        } else {
            self.more_problems += 1;
        }
    }

    /// Counts problems that are not shown.
    pub(super) fn add_further_problems(&mut self, count: usize) {
        self.more_problems += count;
    }

    pub(super) fn add_remarks(&mut self, remarks: Vec<Remark>) {
        self.remarks.extend(remarks);
    }

    /// Adds what there is to say about the rows that count. To be called when all rows are added; `is_empty` is whether
    /// none of them counts.
    pub(super) fn report_choice(&mut self, roster: &Roster, is_empty: bool) {
        for problem in self.choice.problems(roster.choice(), roster.shown()) {
            self.add_problem(problem);
        }
        for problem in unknown_roles::problems(roster, &self.unknown_roles) {
            self.add_problem(problem);
        }
        self.remarks.extend(self.choice.remarks(roster.choice()));
        // People whom `meeting.toml` adds do not make up for a list in which nobody is left.
        if is_empty && self.choice.left_out() > 0 && self.problems.is_empty() {
            self.add_problem(self.choice.nobody_left(roster.choice(), roster.shown()));
        }
    }

    /// Completes the lines to paste in hints by what `[roster]` has already.
    pub(super) fn complete_hints(&mut self, roster: &Roster) {
        let problems = self.problems.iter_mut().map(|problem| &mut problem.hint);
        let remarks = self.remarks.iter_mut().map(|remark| &mut remark.hint);
        problems.chain(remarks).for_each(|hint| roster.complete_hint(hint));
    }

    pub(super) fn sort_problems(&mut self) {
        // A stable sort: the problems of a row stay in the order of its columns.
        self.problems.sort_by_key(|problem| problem.line);
    }

    /// Takes a row that repeats another one out of the count. `counted_role` is the role it was counted under; none if its
    /// meeting is over. To be followed by [`sort_rows`](Survey::sort_rows).
    pub(super) fn add_repetition(&mut self, number: u64, counted_role: Option<usize>) {
        // The first reading counted it, because it saw one chunk at a time.
        if let Some(role) = counted_role {
            self.count_out(role);
        }
        self.repeated.push(number);
    }

    /// Adds a row that repeats another one to those that are shown, if there is room. To be followed by
    /// [`sort_rows`](Survey::sort_rows).
    pub(super) fn show_repetition(&mut self, repetition: Repetition) {
        if self.repetitions.len() < MOST {
            self.repetitions.push(repetition);
        }
    }

    /// Takes a row that contradicts another one out of the count. `counted_role` is as in
    /// [`add_repetition`](Survey::add_repetition).
    pub(super) fn add_bad_row(&mut self, number: u64, counted_role: Option<usize>, person: &str) {
        match counted_role {
            Some(role) => self.count_out(role),
            None => self.over = self.over.saturating_sub(1),
        }
        self.bad_rows.push(number);
        // The person was not removed from the roster.
        self.bad.insert(Some(address_in_key(person).to_owned()));
    }

    /// Takes a row out of the count of a role.
    fn count_out(&mut self, role: usize) {
        // The file may have changed since the row was counted. That is a problem of its own, and no reason to panic.
        self.by_role[role] = self.by_role[role].saturating_sub(1);
    }

    /// To be called after the last bad or repeated row was added.
    pub(super) fn sort_rows(&mut self) {
        self.bad_rows.sort_unstable();
        self.repeated.sort_unstable();
        self.repetitions.sort_by_key(|repetition| repetition.line);
    }

    /// Adds somebody without an address who shares a name. To be called in the order of the numbers.
    pub(super) fn add_namesake(&mut self, number: u64, count: u32) {
        self.namesakes.push((number, count));
    }

    /// Adds an address that several people have, in lower case.
    pub(super) fn add_shared(&mut self, address: String) {
        self.shared.insert(address);
    }
}
