//! Searches for rare octets, many octets at a time.

/// How many octets are examined at once. The compiler turns a block into vector instructions, as long as `wanted` has no
/// branches (`&` and `|` rather than `&&` and `||`).
const BLOCK: usize = 64;

/// The position of the first octet that is wanted.
pub(super) fn byte(text: &[u8], wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let (blocks, _) = text.as_chunks::<BLOCK>();
    let without =
        |block: &&[u8; BLOCK]| !block.iter().fold(false, |found, byte| found | wanted(*byte));
    let passed = blocks.iter().take_while(without).count() * BLOCK;
    text[passed..].iter().position(|byte| wanted(*byte)).map(|at| passed + at)
}

/// Whether all pairs of adjacent octets that are wanted are allowed at their position.
pub(super) fn all_pairs(
    text: &[u8],
    wanted: impl Fn(u8, u8) -> bool,
    allowed: impl Fn(usize) -> bool,
) -> bool {
    // The same blocks, shifted by one octet: so a pair across the end of a block is found, too.
    let seconds = text.get(1..).unwrap_or_default();
    let mut blocks = text.chunks(BLOCK).zip(seconds.chunks(BLOCK)).enumerate();
    blocks.all(|(index, (firsts, seconds))| {
        let mut marks = [0; BLOCK];
        for ((mark, first), second) in marks.iter_mut().zip(firsts).zip(seconds) {
            *mark = u8::from(wanted(*first, *second));
        }
        memchr::memchr_iter(1, &marks).all(|at| allowed(index * BLOCK + at))
    })
}
