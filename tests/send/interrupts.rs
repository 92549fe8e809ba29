//! Runs that are interrupted or killed.

use crate::support::{Folder, roster_of};

/// Starts `send`, sends it a signal once the first message is written, and waits for its end.
fn interrupted(folder: &Folder, signal: &str) -> crate::support::Run {
    folder.shell(&format!(
        "meetmint send -q & pid=$!
         for i in $(seq 3000); do ls outbox 2>/dev/null | grep -q eml && break; sleep 0.005; done
         kill -{signal} $pid; wait $pid"
    ))
}

#[test]
fn an_interrupted_send_continues_where_it_stopped() {
    // So many that the run is not over before the signal, however busy the machine is.
    const PEOPLE: usize = 2000;
    for signal in ["INT", "TERM", "HUP", "KILL"] {
        let folder = Folder::meeting(&roster_of(PEOPLE));
        let run = interrupted(&folder, signal);
        if signal != "KILL" {
            assert_eq!(run.code, Some(130), "{}", run.stderr);
            assert!(
                run.stderr.starts_with("interrupted: ")
                    && run.stderr.ends_with(
                        " messages not sent; run the command again, and it continues where it stopped\n"
                    ),
                "{}",
                run.stderr
            );
        }
        let first = folder.file_names("outbox");
        assert!(
            first.iter().filter(|name| name.contains(".eml")).count() < PEOPLE,
            "the run ended before the signal"
        );
        folder.run(["send", "-q"]).exits(0).stderr("");
        let names = folder.file_names("outbox");
        assert_eq!(names.len(), PEOPLE);
        assert!(names.iter().all(|name| name.ends_with(".0.invite.0.eml")));
        let plan = format!("= {PEOPLE} people are up to date\nNothing is due.\n");
        folder.run(["plan"]).exits(0).stdout(&plan);
    }
}
