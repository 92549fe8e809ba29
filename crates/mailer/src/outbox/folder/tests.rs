//! What the folder contains after a delivery, whatever was there before.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::thread;

use meetmint_core::MeetingId;

use super::*;

struct TestFolder {
    root: TempDir,
}

impl TestFolder {
    fn new() -> TestFolder {
        TestFolder { root: tempfile::tempdir().unwrap() }
    }

    fn folder(&self) -> PathBuf {
        self.root.path().join("outbox")
    }

    /// Names and contents of everything in the folder, hidden files included.
    fn files(&self) -> Vec<(String, String)> {
        let mut files: Vec<_> = fs::read_dir(self.folder())
            .unwrap()
            .map(|entry| {
                let entry = entry.unwrap();
                let text = fs::read_to_string(entry.path()).unwrap_or_default();
                (entry.file_name().into_string().unwrap(), text)
            })
            .collect();
        files.sort();
        files
    }

    fn deliver(&self, messages: &[(&str, &str)]) -> Result<(), OutboxError> {
        let outbox = FolderOutbox::open(&self.folder())?;
        for (name, text) in messages {
            outbox.stage(name, text.as_bytes())?;
        }
        messages.iter().try_for_each(|(name, _)| outbox.deliver(name))?;
        outbox.sync()
    }
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().permissions().mode() & 0o777
}

fn owned(files: &[(&str, &str)]) -> Vec<(String, String)> {
    files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn messages_appear_when_they_are_delivered_and_not_before() {
    let test = TestFolder::new();
    let outbox = FolderOutbox::open(&test.folder()).unwrap();
    outbox.stage("a.eml", b"one").unwrap();
    assert_eq!(test.files().len(), 1);
    let staging = test.folder().join(&test.files()[0].0);
    assert!(test.files()[0].0.starts_with(STAGING));
    assert_eq!((mode(&staging), mode(&test.folder())), (0o700, 0o700));
    outbox.deliver("a.eml").unwrap();
    outbox.sync().unwrap();
    drop(outbox);
    assert_eq!(test.files(), owned(&[("a.eml", "one")]));
    assert_eq!(mode(&test.folder().join("a.eml")), 0o600);
}

#[test]
fn a_file_with_the_same_bytes_is_left_alone() {
    let test = TestFolder::new();
    test.deliver(&[("a.eml", "one"), ("b.eml", "two")]).unwrap();
    let file = test.folder().join("a.eml");
    let before = fs::metadata(&file).unwrap().modified().unwrap();
    test.deliver(&[("a.eml", "one"), ("b.eml", "owt"), ("c.eml", "three")]).unwrap();
    assert_eq!(test.files(), owned(&[("a.eml", "one"), ("b.eml", "owt"), ("c.eml", "three")]));
    assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), before);
}

#[test]
fn a_run_that_delivers_nothing_leaves_nothing() {
    let test = TestFolder::new();
    test.deliver(&[("a.eml", "one")]).unwrap();
    let outbox = FolderOutbox::open(&test.folder()).unwrap();
    outbox.stage("a.eml", b"other").unwrap();
    outbox.stage("b.eml", b"two").unwrap();
    drop(outbox);
    assert_eq!(test.files(), owned(&[("a.eml", "one")]));
}

#[test]
fn only_what_a_killed_run_left_is_removed() {
    let test = TestFolder::new();
    test.deliver(&[]).unwrap();
    let elsewhere = test.root.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    fs::write(elsewhere.join("kept"), "").unwrap();
    // A killed process leaves a folder. A file or a link of such a name was made by somebody else.
    fs::create_dir(test.folder().join(".staging-dead")).unwrap();
    fs::write(test.folder().join(".staging-dead/a.eml"), "half").unwrap();
    fs::write(test.folder().join(".staging-file"), "kept").unwrap();
    fs::create_dir(test.folder().join("mine")).unwrap();
    symlink(&elsewhere, test.folder().join(".staging-link")).unwrap();
    test.deliver(&[]).unwrap();
    assert_eq!(
        test.files(),
        owned(&[(".staging-file", "kept"), (".staging-link", ""), ("mine", "")])
    );
    assert!(elsewhere.join("kept").exists());
}

#[test]
fn a_second_process_is_refused() {
    let test = TestFolder::new();
    let first = FolderOutbox::open(&test.folder()).unwrap();
    let error = FolderOutbox::open(&test.folder()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("another meetmint is writing to `{}`", test.folder().display())
    );
    first.stage("a.eml", b"one").unwrap();
    drop(first);
    test.deliver(&[]).unwrap();
}

#[test]
fn a_link_is_replaced_and_never_followed() {
    let test = TestFolder::new();
    test.deliver(&[]).unwrap();
    let target = test.root.path().join("target");
    fs::write(&target, "one").unwrap();
    for (name, to) in [("a.eml", target.as_path()), ("b.eml", Path::new("/nowhere"))] {
        symlink(to, test.folder().join(name)).unwrap();
    }
    // The target of `a.eml` has the same bytes as the message. Even so, the link is replaced.
    test.deliver(&[("a.eml", "one"), ("b.eml", "two")]).unwrap();
    assert!(!test.folder().join("b.eml").is_symlink());
    assert!(!test.folder().join("a.eml").is_symlink());
    assert_eq!(fs::read_to_string(&target).unwrap(), "one");
}

#[test]
fn anything_but_a_folder_is_refused() {
    let test = TestFolder::new();
    let real = test.root.path().join("real");
    fs::create_dir(&real).unwrap();
    symlink(&real, test.folder()).unwrap();
    let refused = format!("`{}` is not a folder", test.folder().display());
    assert_eq!(FolderOutbox::open(&test.folder()).unwrap_err().to_string(), refused);
    fs::remove_file(test.folder()).unwrap();
    fs::write(test.folder(), "").unwrap();
    assert_eq!(FolderOutbox::open(&test.folder()).unwrap_err().to_string(), refused);
}

#[test]
fn a_file_that_cannot_be_written_is_named() {
    let test = TestFolder::new();
    test.deliver(&[]).unwrap();
    // A file cannot be renamed over a folder.
    fs::create_dir(test.folder().join("b.eml")).unwrap();
    let error =
        test.deliver(&[("a.eml", "one"), ("b.eml", "two"), ("c.eml", "three")]).unwrap_err();
    let path = test.folder().join("b.eml");
    assert_eq!(error.to_string(), format!("cannot write `{}`", path.display()));
    assert!(std::error::Error::source(&error).is_some());
    assert_eq!(test.files(), owned(&[("a.eml", "one"), ("b.eml", "")]));
}

#[test]
fn a_name_with_a_path_or_a_duplicate_name_is_refused() {
    let test = TestFolder::new();
    let outbox = FolderOutbox::open(&test.folder()).unwrap();
    for name in ["", ".", "..", "../a", "/etc/a", "a/b", "a\\b", ".hidden", "a\0"] {
        let error = outbox.stage(name, b"").unwrap_err();
        assert_eq!(error.to_string(), format!("`{name}` is not a valid name for a message"));
    }
    outbox.stage("a.eml", b"").unwrap();
    let error = outbox.stage("a.eml", b"").unwrap_err();
    assert_eq!(error.to_string(), "two messages have the name `a.eml`");
}

#[test]
fn several_threads_may_stage_at_once() {
    let test = TestFolder::new();
    let outbox = FolderOutbox::open(&test.folder()).unwrap();
    thread::scope(|scope| {
        for thread in 0..4 {
            let outbox = &outbox;
            scope.spawn(move || {
                for n in 0..25 {
                    outbox.stage(&format!("{thread}-{n}.eml"), b"x").unwrap();
                }
            });
        }
    });
    for thread in 0..4 {
        (0..25).for_each(|n| outbox.deliver(&format!("{thread}-{n}.eml")).unwrap());
    }
    drop(outbox);
    assert_eq!(test.files().len(), 100);
}

#[test]
fn a_file_is_named_after_the_person() {
    #[track_caller]
    fn case(email: &str, expected: &str) {
        let uid = MeetingId::written("x").unwrap().uid("x", "x", jiff::Timestamp::UNIX_EPOCH);
        let name = file_name(&Email::parse(email).unwrap(), uid, 2, MessageKind::Invite, 1);
        assert_eq!(name, format!("{expected}.{}.2.invite.1.eml", uid.short()));
    }

    case("Ada.L+x@Example.org", "ada.l+x@example.org");
    case("/etc/x@example.org", "_etc_x@example.org");
    case("zoé*@bücher.example", "zo__@xn--bcher-kva.example");
    // The longest name that an address can make is cut, so that the rest of the name is kept.
    let long = format!("{}@{}.org", "a".repeat(60), "b".repeat(60));
    case(&long, &long[..100]);
}
