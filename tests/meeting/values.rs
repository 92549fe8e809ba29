//! Values that would be read as something else: secrets, starts and time zones.

use super::{PEOPLE, refused};
use crate::support::{Folder, MEETING};

#[test]
fn a_secret_that_no_server_has_is_refused_wherever_it_is_kept() {
    let line = "it is a line of a configuration file, not the value alone\n  hint: store only what is after the `=`, without quotes\n";
    let mark = "it has a byte-order mark or is in UTF-16, and the server's secret is not\n";
    let folder = Folder::meeting(PEOPLE);
    for (secret, words) in [
        ("JWT_APP_SECRET=abc", line),
        ("JITSI_APP_SECRET=abc", line),
        ("app_secret = \"abc\"", line),
        ("\u{feff}abc", mark),
    ] {
        folder.write("meeting.toml", MEETING).write_private("app-secret", secret);
        let file = folder.run(["check", "-q"]).exits(3).stderr;
        assert!(
            file.contains(&format!(
                "meeting.toml:5: cannot use the secret in `app-secret`: {words}"
            )),
            "{file}"
        );
        folder.edit_meeting("file = \"app-secret\"", "command = [\"cat\", \"app-secret\"]");
        let command = folder.run(["check", "-q"]).exits(3).stderr;
        assert!(
            command.contains(&format!("cannot use the secret from the command `cat`: {words}")),
            "{command}"
        );
        folder.edit_meeting("command = [\"cat\", \"app-secret\"]", "env = \"S\"");
        let env = folder.run_with_env(["check", "-q"], &[("S", secret)]).exits(3).stderr;
        assert!(
            env.contains(&format!("cannot use the secret in the environment variable S: {words}")),
            "{env}"
        );
    }
    // Base64 ends with `=`.
    folder
        .run_with_env(["check", "-q"], &[("S", "c2VjcmV0IG9mIHRoaXJ0eS10d28gb2N0ZXRzIQ==")])
        .exits(0);
}

#[test]
fn a_start_that_could_mean_something_else_is_refused() {
    for start in [
        "2031-03-11 14:00++1:00",
        "2031-03-11 14:00+25:00",
        "2031-03-11 14:00 CET",
        "2031-03-11 14:00:60",
    ] {
        refused(
            "2031-03-11 14:00",
            start,
            &format!(
                "error[bad-start]: meeting.toml:11: `{start}`: not a date and time in a form that meetmint reads\n  hint: write year, month, day and a 24-hour time: `2027-03-11 14:00`\n"
            ),
        );
    }
    let annotated = "2031-03-11 14:00[America/New_York]";
    refused(
        "2031-03-11 14:00",
        annotated,
        &format!(
            "error[bad-start]: meeting.toml:11: `{annotated}`: a time zone in brackets is not supported\n  hint: remove the brackets, and set the time zone with `zone`\n"
        ),
    );
    refused(
        "2031-03-11 14:00",
        "2031-03-11 14:00-05:00",
        "error[bad-start]: meeting.toml:11: the offset of Europe/Berlin is not -05:00 at that time\n  hint: remove the offset, or correct the zone\n",
    );
    let folder = Folder::meeting(&format!(
        "email,start\na@example.org,{annotated}\nb@example.org,2031-03-11 14:00++1:00\n"
    ));
    folder.add_roster_setting("per_row = [\"start\"]");
    let run = folder.run(["check"]).exits(3);
    assert!(run.stderr.contains("people.csv:2: column `start`: `2031-03-11 14:00[America/New_York]`: a time zone in brackets"), "{}", run.stderr);
    assert!(
        run.stderr.contains("people.csv:3: column `start`: `2031-03-11 14:00++1:00`: not a date"),
        "{}",
        run.stderr
    );
}

#[test]
fn an_offset_as_a_zone_suggests_places_that_have_it() {
    for zone in ["GMT+1", "UTC +1", "CET+1", "+01:00"] {
        refused(
            "Europe/Berlin",
            zone,
            &format!(
                "error[unknown-zone]: meeting.toml:12: `{zone}`: not a time zone\n  hint: an offset does not say when the clocks change: write a time zone such as `Europe/Berlin` or `Europe/London` or `Africa/Lagos`\n"
            ),
        );
    }
}
