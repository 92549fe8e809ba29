//! Settings of the C library's memory allocator, which Rust uses.
//!
//! A crate of its own, because it has the only `unsafe` block: all others forbid them.

/// The largest number of arenas. On two cores, four need hardly more memory than one, and threads seldom wait for each
/// other: each has a cache of its own in front of them.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const ARENAS: libc::c_int = 4;

/// Lets all threads share a few arenas. To be called first, before there are threads.
///
/// glibc's allocator gives each new thread an arena of its own, up to eight per core, and an arena keeps what its threads
/// once needed. So sixteen connections would each keep room for the longest message that they had; `docs/performance.md` has
/// figures. With other C libraries, nothing changes.
pub fn limit_arenas() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[expect(unsafe_code, reason = "no crate offers this, and GLIBC_TUNABLES is read before main")]
    // SAFETY: mallopt(3) takes two numbers, no pointers, and takes the allocator's lock. It refuses what it does not know.
    unsafe {
        // A refusal (0) changes nothing: then there are more arenas.
        libc::mallopt(libc::M_ARENA_MAX, ARENAS);
    }
}
