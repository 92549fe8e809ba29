//! Many threads share a few arenas.

#![cfg(all(target_os = "linux", target_env = "gnu", target_pointer_width = "64"))]

use std::sync::Barrier;
use std::{fs, thread};

/// How much of the address space glibc reserves for an arena, which begins at a multiple of it: `HEAP_MAX_SIZE` of 64-bit
/// systems.
const RESERVED: u64 = 64 << 20;

#[test]
fn sixteen_threads_share_four_arenas() {
    meetmint_malloc::limit_arenas();
    let barrier = Barrier::new(17);
    let maps = thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                let held = vec![1_u8; 1000];
                barrier.wait();
                barrier.wait();
                drop(held);
            });
        }
        barrier.wait();
        let maps = fs::read_to_string("/proc/self/maps").unwrap();
        barrier.wait();
        maps
    });
    let ranges = maps.lines().map(|line| {
        let (from, rest) = line.split_once('-').unwrap();
        let (to, _) = rest.split_once(' ').unwrap();
        (u64::from_str_radix(from, 16).unwrap(), u64::from_str_radix(to, 16).unwrap())
    });
    let ranges: Vec<(u64, u64)> = ranges.collect();
    // The part of an arena that is in use, and then the one that is only reserved.
    let arenas = ranges.windows(2).filter(|two| {
        two[0].0 % RESERVED == 0 && two[0].1 == two[1].0 && two[1].1 - two[0].0 == RESERVED
    });
    // One of the four is the main arena, which is elsewhere.
    assert_eq!(arenas.count(), 3);
}
