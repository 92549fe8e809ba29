//! `ledger forget`, killed at every call that changes a file.

use std::path::Path;

use crate::ledger::erase::{OTHERS, assert_no_trace, folder_meeting};
use crate::support::{Folder, is_long, skip_unless_required};

/// Kills `forget` at each call that changes a file. The person is then in the ledger with everything, or not at all; and
/// the next run leaves nothing of them.
#[test]
fn a_forget_that_is_killed_at_any_moment_is_finished_by_the_next() {
    let folder = folder_meeting(OTHERS);
    let calls = "pwrite64,write,fsync,fdatasync,ftruncate,unlink,unlinkat";
    let backup = Folder::empty();
    let copy = |from: &Path, to: &Path| {
        let line = format!("rm -rf '{1}'/* && cp -a '{0}'/. '{1}'/", from.display(), to.display());
        folder.shell(&line).exits(0);
    };
    copy(folder.path(), backup.path());
    let (mut kills, mut erased_before) = (0, 0);
    // Unless time does not matter, at every fourth call.
    let step = if is_long() { 1 } else { 4 };
    for when in (1..).step_by(step) {
        let line = format!(
            "strace -f -o /dev/null -e trace={calls} -e inject={calls}:signal=KILL:when={when} meetmint ledger forget ada@example.org --yes -q"
        );
        let run = folder.shell(&line);
        if run.code == Some(0) {
            break;
        }
        if run.stderr.contains("strace:") || run.stderr.contains("not found") {
            skip_unless_required("strace is missing, or not allowed here (apt install strace)");
            return;
        }
        kills += 1;
        assert!(when < 1000, "it never ends");
        folder.run(["ledger", "check", "-q"]).exits(0);
        let export = folder.run(["ledger", "export"]).exits(0).stdout;
        if export.contains("ada@example.org") {
            for trace in ["Lovelace", "row-seven", "\"remind\""] {
                assert!(export.contains(trace), "{trace} is missing after call {when}");
            }
        } else {
            erased_before += 1;
            assert!(!export.contains("Lovelace") && export.contains("\"forgotten\""), "{export}");
        }
        folder.run(["ledger", "forget", "ada@example.org", "--yes", "-q"]).exits(0).stderr("");
        assert_no_trace(&folder);
        copy(backup.path(), folder.path());
    }
    assert!(kills > 5 && erased_before > 0, "{kills} kills, {erased_before} after the commit");
    assert_no_trace(&folder);
}
