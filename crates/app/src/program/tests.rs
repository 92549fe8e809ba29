use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};

use super::*;

const LARGEST: u64 = 1 << 20;

/// Longer than any machine takes to end a process.
const LONG: Duration = Duration::from_secs(60);

fn shell(script: &str, limit: Option<Duration>) -> Result<Vec<u8>, RunError> {
    shell_until(script, limit, &|| false, Vec::new())
}

fn shell_until<W: Write + Send + 'static>(
    script: &str,
    limit: Option<Duration>,
    interrupted: &dyn Fn() -> bool,
    target: W,
) -> Result<W, RunError> {
    let arguments = ["-c".to_owned(), script.to_owned()];
    let run = Run {
        program: "sh",
        arguments: &arguments,
        folder: Path::new(""),
        input: false,
        largest: LARGEST,
        limit,
        own_group: true,
        interrupted,
    };
    super::run(&run, target)
}

#[test]
fn the_output_of_a_program_that_succeeds_counts() {
    assert_eq!(shell("printf 'a\\nb'; cat", Some(LONG)).unwrap(), b"a\nb");
    assert_eq!(shell("exec >&-; sleep 0.1", Some(LONG)).unwrap(), b"");
}

#[test]
fn a_program_runs_in_the_folder_that_its_path_is_relative_to() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("list");
    fs::write(&script, "#!/bin/sh\ncat people\n").unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(folder.path().join("people"), "ada").unwrap();
    let (with_path, with_name) = (("./list", &[][..]), ("cat", &["people".to_owned()][..]));
    for (program, arguments) in [with_path, with_name] {
        let run = Run {
            program,
            arguments,
            folder: folder.path(),
            input: false,
            largest: LARGEST,
            limit: Some(LONG),
            own_group: true,
            interrupted: &|| false,
        };
        assert_eq!(super::run(&run, Vec::new()).unwrap(), b"ada", "{program}");
    }
}

#[test]
fn half_an_output_does_not_count() {
    match shell("echo half; exit 3", None) {
        Err(RunError::Failed(status)) => assert_eq!(status.code(), Some(3)),
        other => panic!("{other:?}"),
    }
    match shell("echo half; kill -9 $$", None) {
        Err(RunError::Failed(status)) => assert_eq!(status.code(), None),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_program_that_does_not_end_is_ended() {
    let limit = Some(Duration::from_millis(100));
    assert!(matches!(shell("echo half; exec sleep 1000", limit), Err(RunError::TimedOut)));
    assert!(matches!(shell("exec >&-; exec sleep 1000", limit), Err(RunError::TimedOut)));
    assert!(matches!(shell("exec cat /dev/zero", None), Err(RunError::TooLarge)));
}

#[test]
fn a_program_that_is_not_there_is_named() {
    let run = Run {
        program: "./there-is-no-such-program",
        arguments: &[],
        folder: Path::new(""),
        input: false,
        largest: LARGEST,
        limit: None,
        own_group: true,
        interrupted: &|| false,
    };
    assert!(matches!(super::run(&run, Vec::new()), Err(RunError::NotFound)));
}

/// A target that says when it is dropped: when nobody has the pipe open any more.
struct Watched(#[expect(dead_code, reason = "its end is what is watched")] Sender<()>);

impl Write for Watched {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_a_program_has_started_ends_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let started = folder.path().join("started");
    // The sleeping process has the pipe open, too.
    let script = format!("sleep 1000 & echo > '{}'; wait", started.display());
    let (sender, receiver) = channel();
    let interrupted = || started.exists();
    let result = shell_until(&script, None, &interrupted, Watched(sender));
    assert!(matches!(result, Err(RunError::Interrupted)));
    assert_eq!(receiver.recv_timeout(LONG), Err(RecvTimeoutError::Disconnected));
    assert!(fs::metadata(started).is_ok());
}
