//! How much memory it takes to read a text for links. A test of its own, because it counts what the process allocates.

use meetmint_core::{Finder, Found};
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The most memory that reading any text may take, in octets.
const MOST: usize = 10 << 20;
/// The length of each text.
const LENGTH: usize = 3 << 20;

#[test]
fn reading_any_text_takes_little_memory() {
    for (begin, piece) in [
        ("https://meet.example.org/room?jwt=", "a"),
        ("", "https://meet.example.org/room?jwt=eyJhbGciOiJIUzI1NiJ9.eyJh "),
        ("", "eyJhbGciOiJIUzI1NiJ9.eyJhbGciOiJIUzI1NiJ9\n"),
        ("\u{feff}", "\0a"),
        ("Content-Transfer-Encoding: base64\n\n", "aHR0cHM6"),
        ("Content-Transfer-Encoding: quoted-printable\n\n", "https=\n"),
        ("BEGIN:VCALENDAR\nX:", "https://\n "),
        ("Content-Type: multipart/mixed;", " boundary=x\n"),
        ("", "Content-Type: multipart/mixed; boundary=x\n\n--x\n"),
        ("Content-Type: x", "x"),
    ] {
        MEMORY.reset_peak_usage();
        let before = MEMORY.current_usage();
        let block = piece.repeat((64 << 10) / piece.len());
        let mut finder = Finder::new();
        let mut found = |_: Found| ();
        finder.read(begin.as_bytes(), &mut found);
        for _ in 0..LENGTH / block.len() {
            finder.read(block.as_bytes(), &mut found);
        }
        finder.finish(&mut found);
        let peak = MEMORY.peak_usage() - before;
        assert!(peak < MOST, "{begin:?} {piece:?}: {peak} octets");
    }
}
