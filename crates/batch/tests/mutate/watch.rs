//! Ends the test if reading one input hangs.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::{Duration, Instant};
use std::{fs, io, process};

/// The most time of a processor that one input may take: 2 s as it is released. Without optimization it is as much for
/// ten times the work.
const MOST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 2 });
/// The most time that passes, even if no processor is busy with it: something waits for ever.
const LONGEST: Duration = Duration::from_secs(300);

/// Watches one input at a time, from a thread of its own.
pub(crate) struct Watch {
    current: Arc<Mutex<Current>>,
    thread: JoinHandle<()>,
}

#[derive(Default)]
struct Current {
    /// The input, when it began, and how long processors had worked for this process by then.
    input: Option<(String, Instant, Duration)>,
    is_over: bool,
}

impl Watch {
    /// Begins to watch. `folder` is removed if the test has to be ended.
    pub(crate) fn start(folder: &Path) -> Watch {
        let current = Arc::new(Mutex::new(Current::default()));
        let watched = Arc::clone(&current);
        let folder = folder.to_owned();
        let thread = spawn(move || {
            loop {
                sleep(Duration::from_millis(200));
                let current = watched.lock().unwrap();
                if current.is_over {
                    return;
                }
                if let Some((input, since, worked)) = &current.input {
                    let worked = processor_time().saturating_sub(*worked);
                    if worked > MOST || since.elapsed() > LONGEST {
                        end(input, worked, &folder);
                    }
                }
            }
        });
        Watch { current, thread }
    }

    /// An input is about to be read.
    pub(crate) fn begin(&self, input: String) {
        let worked = processor_time();
        self.current.lock().unwrap().input = Some((input, Instant::now(), worked));
    }

    /// It has been read.
    pub(crate) fn end(&self) {
        self.current.lock().unwrap().input = None;
    }

    /// All have been read.
    pub(crate) fn stop(self) {
        self.current.lock().unwrap().is_over = true;
        self.thread.join().unwrap();
    }
}

/// A thread that hangs cannot be ended, so the process is.
fn end(input: &str, worked: Duration, folder: &PathBuf) -> ! {
    let _ = fs::remove_dir_all(folder);
    // Not by `eprintln!`, which the test keeps until its end.
    let _ = writeln!(io::stderr(), "{input}: not read after {worked:?} of a processor's time");
    process::exit(101);
}

/// How long processors have worked for this process, by Linux; elsewhere none, and only the clock on the wall counts.
fn processor_time() -> Duration {
    let Ok(stat) = fs::read_to_string("/proc/self/stat") else { return Duration::ZERO };
    // The name of the program, in brackets, may contain blanks. User and system time are the 12th and 13th value after it,
    // in hundredths of a second.
    let values = stat.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11).take(2);
    let hundredths: u64 = values.filter_map(|value| value.parse::<u64>().ok()).sum();
    Duration::from_millis(hundredths * 10)
}
