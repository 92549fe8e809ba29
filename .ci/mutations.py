"""Breaks the code on purpose, one place at a time, and fails if the test that should notice does not.

Each mutation names the promise that it breaks. It is applied to a clone of HEAD, so only what is committed counts. With
words as arguments, only mutations whose names contain one of them run. A mutation that no longer applies or does not
compile is an error of the table: correct it along with the code.

The clone builds in `target/mutations`, or in CARGO_TARGET_DIR if that is set, which makes the next call faster.
"""

import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 900  # for one test; a test that hangs has not noticed anything


@dataclass
class Mutation:
    name: str
    promise: str
    file: str
    edits: list[tuple[str, str]]  # each text is in the file once
    test: str  # package, target, and the test's full name


TRANSFER = 'crates/mailer/src/delivery/worker/transfer.rs'
WRITER = 'crates/mailer/src/delivery/ledger_writer.rs'
SQLITE = 'crates/mailer/src/ledger/sqlite.rs'
CREATE = 'crates/mailer/src/ledger/sqlite/create.rs'
MIGRATION = 'crates/mailer/src/ledger/sqlite/schema/snapshots_once.rs'
ERASE = 'crates/mailer/src/ledger/sqlite/erase.rs'
FOLDER = 'crates/mailer/src/delivery/folder.rs'
OUTBOX = 'crates/mailer/src/outbox/folder.rs'
DUE = 'crates/mailer/src/plan/due.rs'
RECONCILIATION = 'crates/mailer/src/reconcile/reconciliation.rs'
FACTORY = 'crates/mailer/src/delivery/factory.rs'
COMPOSE = 'crates/mailer/src/delivery/compose.rs'
MESSAGE = 'crates/mailer/src/message.rs'
COMPOSITION = 'crates/app/src/composition.rs'
QUEUE = 'crates/mailer/src/delivery/run/queue.rs'
SHARED = 'crates/mailer/src/delivery/run/shared.rs'
FLIGHT = 'crates/mailer/src/outbox/smtp/flight.rs'
SESSION = 'crates/mailer/src/outbox/smtp/session.rs'
RATE = 'crates/mailer/src/delivery/rate.rs'
PLAN = 'crates/mailer/src/plan.rs'
FACTS = 'crates/mailer/src/snapshot/facts.rs'
PERSONAL = 'crates/mailer/src/variables/personal.rs'
ATOMIC_FILE = 'crates/batch/src/atomic_file.rs'
APP_LINKS = 'crates/app/src/links.rs'
INSPECT = 'crates/core/src/inspect.rs'
INSPECT_LOGIN = 'crates/core/src/inspect/login.rs'
JOIN = 'crates/core/src/inspect/join.rs'

NO_TRACE = 'meetmint cli ledger::erase::nothing_about_a_forgotten_person_is_left_in_any_file'
COMES_BACK = 'meetmint cli ledger::erase::a_forgotten_person_who_comes_back_is_left_out_until_that_is_taken_back'
VARIABLES = 'meetmint-mailer lib variables::personal::tests::every_variable_but_those_of_the_person_decides_which_texts_are_the_same'
PRUNED = 'meetmint-mailer lib reconcile::tests::pruned::erasing_what_is_over_changes_no_message'
ODD_NAME = 'meetmint cli send::hostile::one_odd_name_among_plain_ones_is_found_before_anything_is_written'
TOKENS = 'meetmint-core judge against_inspector::the_inspector_says_of_every_row_what_prosody_answers'
MAIL = 'meetmint cli power::mail::a_power_cut_leaves_at_most_one_message_a_connection_in_doubt'
WRITTEN = 'meetmint cli power::files::a_message_that_counts_as_written_survives_a_power_cut'
NEW_LEDGER = 'meetmint cli power::files::a_new_ledger_is_whole_or_absent_at_any_moment'
REPLACED = 'meetmint cli power::files::a_ledger_in_place_of_a_lost_one_has_nothing_of_it_at_any_moment'
LINKS = 'meetmint cli power::files::a_link_file_is_the_old_one_or_the_new_one_at_any_moment'
MODEL = 'meetmint cli model::everybody_has_what_the_roster_wants_after_any_history'
SCHEDULES = 'meetmint-mailer lib delivery::tests::schedules::every_message_has_one_result_whatever_the_server_does'
QUOTA = 'meetmint-mailer lib delivery::tests::pace::a_quota_is_never_exceeded_and_is_used_up'
LIVE = 'meetmint-doctor live trials::a_trial_sees_what_is_wrong_with_a_server'
COMMITS = 'meetmint-mailer lib delivery::ledger_writer::tests::each_intent_gets_its_own_id_whichever_thread_commits_it'
CRASH = 'meetmint-mailer lib delivery::tests::panics::a_panic_while_committing'
INIT = 'meetmint cli power::files::a_file_of_a_new_meeting_is_whole_or_absent_at_any_moment'

AGES = 'meetmint-core lib inspect::tests::texts_and_answers_depend_on_the_age_of_the_plugins'
FAULTS = 'meetmint-core lib inspect::tests::the_first_of_several_faults_decides_and_all_are_named'
NOBODY = 'meetmint-core lib inspect::shown::tests::nobody_can_be_recognized_and_no_credential_read'

MUTATIONS = [
    Mutation(
        'intent after the message',
        'before a message leaves, the disk knows that it may arrive',
        TRANSFER,
        [
            (
                '        // The commit takes as long as the server',
                '        let _ = session.read_envelope_replies();\n'
                '        let sent = session.send_data(&job.draft.message.bytes);\n'
                '        // The commit takes as long as the server',
            ),
            (
                '        if let Err(rejected) = session.read_envelope_replies() {\n'
                '            return self.on_rejected(job, origin, rejected);\n        }\n',
                '',
            ),
            ('if let Err(outcome) = session.send_data(&job.draft.message.bytes) {', 'if let Err(outcome) = sent {'),
        ],
        MAIL,
    ),
    Mutation(
        'results not committed',
        'at most one message a connection is in doubt after a power cut',
        WRITER,
        [('ledger.commit(&running.results, &intents, now)', 'ledger.commit(&[], &intents, now)')],
        MAIL,
    ),
    Mutation(
        'synchronous = OFF',
        'a commit is on the disk when it returns',
        SQLITE,
        [('"synchronous", "FULL"', '"synchronous", "OFF"')],
        MAIL,
    ),
    Mutation(
        'synchronous = NORMAL',
        'a commit is on the disk when it returns',
        SQLITE,
        [('"synchronous", "FULL"', '"synchronous", "NORMAL"')],
        MAIL,
    ),
    Mutation(
        'outbox not synced',
        'what is recorded as written has its name on the disk',
        FOLDER,
        [('        self.folder.sync()?;\n', '')],
        WRITTEN,
    ),
    Mutation(
        'message file not synced',
        'what is recorded as written has its content on the disk',
        OUTBOX,
        [('file.write_all(bytes).and_then(|()| file.sync_data())', 'file.write_all(bytes)')],
        WRITTEN,
    ),
    Mutation(
        'new ledger not synced',
        'a new ledger is whole or absent',
        CREATE,
        [('File::open(&name).and_then(|file| file.sync_all())', 'File::open(&name).map(drop)')],
        NEW_LEDGER,
    ),
    Mutation(
        "new ledger's folder not synced",
        'a new ledger has its name on the disk before anything is recorded in it',
        CREATE,
        [('    sync_folder_of(path).map_err(|error| {', '    Ok(()).map_err(|error| {')],
        NEW_LEDGER,
    ),
    Mutation(
        'removal of the old log not synced',
        'a new ledger has nothing of one that was lost',
        CREATE,
        [('lasts first.\n        sync_folder_of(path).map_err(failed)?;', 'lasts first.')],
        REPLACED,
    ),
    Mutation(
        'link file not synced',
        'a link file is the old one or the new one',
        ATOMIC_FILE,
        [('file.as_file().sync_all()', 'io::Result::Ok(())')],
        LINKS,
    ),
    Mutation(
        "link file's folder not synced",
        'a link file that `links` has reported is not lost',
        APP_LINKS,
        [('sync_folder(folder).map_err(|error| {', 'std::io::Result::Ok(folder).map_err(|error| {')],
        LINKS,
    ),
    Mutation(
        'file of a new meeting not synced',
        'a file that `init` writes is complete or absent',
        ATOMIC_FILE,
        [('file.as_file().sync_all()', 'io::Result::Ok(())')],
        INIT,
    ),
    Mutation(
        'cancel mark of the meeting ignored',
        'whoever was cancelled gets nothing until the cancellation is undone',
        RECONCILIATION,
        [('self.called_off\n            || self.people_called_off', 'self.people_called_off')],
        MODEL,
    ),
    Mutation(
        'cancel mark of a person ignored',
        'whoever was cancelled gets nothing until the cancellation is undone',
        RECONCILIATION,
        [
            (
                '            || self.people_called_off.contains(person)\n            || self.addresses_called_off.contains(address_in_key(person))',
                '',
            )
        ],
        MODEL,
    ),
    Mutation(
        'unused snapshots kept',
        'nothing about a forgotten person is left',
        ERASE,
        [('DELETE FROM snapshot WHERE id NOT IN', 'DELETE FROM snapshot WHERE 0 AND id NOT IN')],
        NO_TRACE,
    ),
    Mutation(
        'forgotten person not recorded',
        'somebody who was forgotten is not invited by mistake',
        ERASE,
        [('Some(address) => leave_out(&transaction, &meeting.address_mark(address), why, now)?,', 'Some(_) => {}')],
        COMES_BACK,
    ),
    Mutation(
        'mark of everybody at an address',
        'nobody is left out because somebody with the same address was called off',
        ERASE,
        [('let mark = meeting.person_mark(person, address_in_key(person));',
          'let mark = meeting.address_mark(address_in_key(person));')],
        'meetmint-mailer lib reconcile::tests::pruned::marks_of_people_who_share_an_address_outlive_their_entries',
    ),
    Mutation(
        'mark pruned with its entry',
        'nobody is invited because something was erased',
        ERASE,
        [('None => keep_marks(&transaction, meeting, now)?,', 'None => {}')],
        PRUNED,
    ),
    Mutation(
        'SEQUENCE reused',
        'calendars take an update for newer than the invitation',
        FACTORY,
        [
            (
                'if is_same_revision && is_free { (current, 0) } else { (current + 1, 0) }',
                'if is_same_revision && is_free { (current, 0) } else { (current, next_copy(entry, medium, current, kind)) }',
            )
        ],
        MODEL,
    ),
    Mutation(
        'removal not cancelled',
        'whoever is taken out of the roster gets a cancellation',
        PLAN,
        [('for entry in reconciliation.removed() {', 'for entry in reconciliation.removed().take(0) {')],
        MODEL,
    ),
    Mutation(
        'lost wakeup after a commit',
        'no connection waits for a commit that has ended',
        WRITER,
        [('        if is_awaited {\n', '        if false {\n')],
        COMMITS,
    ),
    Mutation(
        'lost wakeup of the next commit',
        'whoever waits for a commit to end begins the next one',
        WRITER,
        [('        if is_next_awaited {\n', '        if false {\n')],
        COMMITS,
    ),
    Mutation(
        'link of the first person in a frame',
        'what is the same for everybody has no link',
        MESSAGE,
        [('is_without_link(content, &marked).then_some(())?;', '')],
        'meetmint-mailer lib message::frame::tests::texts_with_a_link_get_no_frame',
    ),
    Mutation(
        'a time not in the key of a frame',
        'whatever a template can show is the same for all who share a frame',
        PERSONAL,
        [('(when_there, soon, duration) == (&other.when_there, &other.soon,', '(soon, duration) == (&other.soon,')],
        VARIABLES,
    ),
    Mutation(
        'before not in the key of a frame',
        'an update says what has changed for this person, not for the one before',
        PERSONAL,
        [('            && before.is_like(&other.before)\n', '')],
        VARIABLES,
    ),
    Mutation(
        'role not in the key of an occasion',
        'nobody gets the role of the person before',
        FACTS,
        [('(organizer, role) == (&other.organizer, &other.role)', 'organizer == &other.organizer')],
        'meetmint-mailer lib snapshot::tests::an_occasion_is_every_fact_but_those_of_the_person_and_the_server',
    ),
    Mutation(
        'nobody is checked if the meeting is ordinary',
        'a message that cannot be made is found before any is sent',
        COMPOSITION,
        [(' && is_ordinary_person(parts.attendee)', '')],
        ODD_NAME,
    ),
    Mutation(
        'the record of an unchanged row not read before sending',
        'a message that cannot be made is found before any is sent',
        DUE,
        [('kind = ?3 AND entry IS NULL\n', 'kind = ?3\n')],
        'meetmint cli ledger::damage::a_damaged_record_is_found_before_anything_is_sent',
    ),
    Mutation(
        'title of an ordinary meeting not checked',
        'a message that cannot be made is found before any is sent',
        COMPOSE,
        [('[meeting.title.as_str(), meeting.room.name(), role.name', '[meeting.room.name(), role.name')],
        ODD_NAME,
    ),
    Mutation(
        'lines of a link with options not checked',
        'a value that could be part of a token is checked with what stands beside it',
        MESSAGE,
        [('    if is_ordinary && [greeting', '    if [greeting')],
        'meetmint-mailer lib message::frame::tests::values_that_could_be_part_of_a_token_are_checked_with_everything_else',
    ),
    Mutation(
        'lost wakeup of the connections',
        'no connection waits for a change that has happened',
        SHARED,
        [('            self.changed.notify_all();\n', '')],
        SCHEDULES,
    ),
    Mutation(
        'a refused recipient forgotten',
        'nobody counts as accepted whom the server has refused, whatever it replies to BDAT',
        FLIGHT,
        [('message) if is_refusal(&recipient) => {', 'message) if is_refusal(&recipient) && message.is_none() => {')],
        'meetmint-mailer lib outbox::smtp::tests::chunking::a_refused_message_costs_no_connection',
    ),
    Mutation(
        'a flight after a failed RSET',
        'no message goes to the recipient of the one before',
        SESSION,
        [('            ready = envelope::reset(', '            let _ = envelope::reset(')],
        'meetmint-mailer lib outbox::smtp::tests::chunking::no_message_leaves_before_rset_has_succeeded',
    ),
    Mutation(
        'a flight over a closed connection',
        'a message is in doubt only if it may have arrived',
        SESSION,
        [('self.connection.late_reply()', 'self.connection.unsolicited_reply()')],
        'meetmint-mailer lib outbox::smtp::tests::chunking::no_message_leaves_over_a_connection_that_the_server_has_closed',
    ),
    Mutation(
        'put back before the commit',
        'a message that is put back stays the same message',
        QUEUE,
        [('        run.flush();\n', '')],
        'meetmint-mailer lib delivery::tests::schedules::a_message_that_is_put_back_after_two_attempts_stays_the_same_message',
    ),
    Mutation(
        'permit not returned',
        'a message that was not accepted does not count for the quota',
        RATE,
        [('        self.last_day.pop_back();\n', '')],
        QUOTA,
    ),
    Mutation(
        'commit without an end after a panic',
        'a panic ends the run with an error, and nobody waits forever',
        WRITER,
        [('        pending.committing = false;\n', '        pending.committing &= std::thread::panicking();\n')],
        CRASH,
    ),
    Mutation(
        'a fact moved',
        'a new version of meetmint makes nobody due again',
        FACTS,
        [('    pub(super) title: String,\n    pub(super) room: String,\n', '    pub(super) room: String,\n    pub(super) title: String,\n')],
        'meetmint-mailer lib snapshot::tests::a_fingerprint_is_the_same_in_every_version',
    ),
    Mutation(
        'wrong reason',
        'a cancellation says why it is sent',
        FACTORY,
        [('source.snapshot = source.snapshot.cancelled(reason);', 'source.snapshot = source.snapshot.cancelled(CancelReason::Meeting);')],
        'meetmint cli ledger::changes::added_people_are_invited_and_removed_people_are_cancelled',
    ),
    Mutation(
        'older ledgers lose what messages said',
        'a message that is made again from the ledger says what was said, also after a migration',
        MIGRATION,
        [('_ if said == text => snapshot,', '_ => snapshot,')],
        'meetmint-mailer lib ledger::sqlite::tests::a_migrated_ledger_has_every_text_octet_by_octet_and_equal_ones_once',
    ),
    Mutation(
        'unchecked message',
        'nothing is mailed before every message can be made',
        COMPOSE,
        [('        .all(is_plain)\n', '        .all(|_| true)\n')],
        'meetmint-mailer lib delivery::compose::tests::only_what_is_the_same_for_everybody_needs_no_check',
    ),
    Mutation(
        'another link not noticed',
        'an update does not say that a link is the same if it is another one',
        COMPOSE,
        [('        other_link: !now.has_same_link(before),\n', '        other_link: false,\n')],
        'meetmint cli ledger::words::an_update_after_a_doubt_claims_nothing_about_earlier_messages',
    ),
    Mutation(
        'doubt not noticed',
        'an update after a message in doubt claims nothing about what the person has',
        FACTORY,
        [('newest.state == MessageState::InDoubt', 'newest.state == MessageState::Due')],
        'meetmint cli ledger::words::an_update_after_a_doubt_claims_nothing_about_earlier_messages',
    ),
    Mutation(
        'a link that ends now is accepted', 'inspect allows no leeway, because servers allow none',
        INSPECT_LOGIN,
        [('filter(|exp| now >= *exp)', 'filter(|exp| now > *exp)')],
        AGES,
    ),
    Mutation(
        'the last fault decides', 'inspect names the reason that the server names',
        INSPECT,
        [('let mut faults = faults.into_iter();', 'let mut faults = faults.into_iter().rev();')],
        FAULTS,
    ),
    Mutation(
        'names are shown', 'inspect shows names and addresses only to those who ask for them',
        'crates/core/src/inspect/shown.rs',
        [('is_secret(name) || !all', 'is_secret(name) || all')],
        NOBODY,
    ),
    Mutation(
        'inspect: names after the room',
        'inspect judges in the order of the server',
        JOIN,
        [
            ('    found.extend(presence_faults(claims, accepts.plugins));\n', ''),
            (
                '    found\n}\n\n/// Whether the room claim',
                '    found.extend(presence_faults(claims, accepts.plugins));\n'
                '    found\n}\n\n/// Whether the room claim',
            ),
        ],
        TOKENS,
    ),
    Mutation(
        'inspect: one text for every age',
        'inspect says what a server of this age says',
        JOIN,
        [('target.accepts.plugins >= Plugins::Since2024 && !is_text', '!is_text')],
        TOKENS,
    ),
    Mutation(
        'doctor: roles are not waited for',
        'doctor waits for the role that the focus grants after the join',
        'crates/doctor/src/live/occupant.rs',
        [('if occupants.iter().all(is_quiet) ||', 'if true || occupants.iter().all(is_quiet) ||')],
        LIVE,
    ),
    Mutation(
        'doctor: no farewell after a lost request',
        'doctor leaves nobody on the server',
        'crates/doctor/src/live/bosh.rs',
        [('if self.is_unanswered {', 'if self.sid.is_empty() {')],
        LIVE,
    ),
    Mutation(
        'doctor: logins without a pause',
        'doctor logs in no more than twice a second',
        'crates/doctor/src/live/course.rs',
        [('saturating_sub(last.elapsed()))?', 'saturating_sub(last.elapsed()).min(Duration::from_millis(1)))?')],
        LIVE,
    ),
    Mutation(
        'meeting of another user used',
        'a meeting that somebody else has put into a folder above is refused',
        'crates/app/src/meeting_file.rs',
        [('owner == user || owner == 0', 'owner == user || owner != user')],
        'meetmint cli nearest_meeting::a_meeting_that_somebody_else_put_above_is_refused',
    ),
    Mutation(
        'role not quoted for Bash',
        'the name of a role means nothing to the shell that completes it',
        'crates/cli/src/completions/roles.bash',
        [("printf -v role '%q' \"${role}\"", ':')],
        'meetmint cli shells::bash_completes',
    ),
]


def cargo_test(clone, test, *options, filters=()):
    package, target, _ = test.split()
    where = ['--lib'] if target == 'lib' else ['--test', target]
    command = ['cargo', 'test', '--quiet', '--locked', '--package', package, *where, *options, '--', '--exact', *filters]
    environment = {
        # A test that lacks a program fails instead of being skipped.
        'MEETMINT_SERVERS': 'required',
        'CARGO_PROFILE_DEV_DEBUG': '0',
        'CARGO_TARGET_DIR': str(ROOT / 'target/mutations'),
        **os.environ,
    }
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=clone, env=environment, stdout=pipe, stderr=pipe, text=True, start_new_session=True
    ) as process:
        try:
            out, err = process.communicate(timeout=SECONDS)
        except BaseException:
            # The test and what it has started, besides cargo.
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def passes(clone, tests):
    """Whether tests of one package and target pass; stops if they do not compile, or one of them does not exist."""
    build = cargo_test(clone, tests[0], '--no-run')
    if build.returncode != 0:
        raise RuntimeError(f'it does not compile:\n{build.stderr[-2000:]}')
    names = [test.split()[2] for test in tests]
    run = cargo_test(clone, tests[0], filters=names)
    if f'running {len(names)} test' not in run.stdout:
        raise RuntimeError(f'there is no test {", ".join(names)}')
    return run.returncode == 0


def mutated(text, mutation):
    for old, new in mutation.edits:
        if text.count(old) != 1:
            raise RuntimeError(f'{mutation.file} has {text.count(old)} times: {old.strip()}')
        text = text.replace(old, new)
    return text


def survives(clone, mutation):
    """Whether the test passes in spite of the mutation."""
    file = clone / mutation.file
    original = file.read_text()
    try:
        file.write_text(mutated(original, mutation))
        return passes(clone, [mutation.test])
    finally:
        file.write_text(original)


def main():
    words = sys.argv[1:]
    chosen = [m for m in MUTATIONS if not words or any(word in m.name for word in words)]
    failures = 0 if chosen else 1
    with tempfile.TemporaryDirectory() as scratch:
        clone = Path(scratch) / 'clone'
        subprocess.run(['git', 'clone', '--quiet', ROOT, clone], check=True)
        # Before anything is built: it takes minutes.
        for mutation in chosen:
            mutated((clone / mutation.file).read_text(), mutation)
        # Without a mutation all of them pass; otherwise it would prove nothing that one fails.
        groups = {}
        for test in dict.fromkeys(m.test for m in chosen):
            groups.setdefault(tuple(test.split()[:2]), []).append(test)
        for tests in groups.values():
            if not passes(clone, tests):
                sys.exit(f'without a mutation, a test fails: {", ".join(tests)}')
        for mutation in chosen:
            try:
                result = 'SURVIVES' if survives(clone, mutation) else 'caught'
            except (RuntimeError, subprocess.TimeoutExpired) as error:
                result = f'ERROR: {error}'
            failures += result != 'caught'
            print(f'{mutation.name:36} {result:10} by {mutation.test.split("::")[-1]}', flush=True)
            if result != 'caught':
                print(f'    promise: {mutation.promise}')
    sys.exit(1 if failures else 0)


if __name__ == '__main__':
    main()
