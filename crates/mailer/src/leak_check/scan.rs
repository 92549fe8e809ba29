//! Searches for rare octets, many octets at a time.

/// How many octets are examined at once. The compiler turns a block of fixed size into vector instructions, as long
/// as `wanted` has no branches (`&` and `|` rather than `&&` and `||`).
const BLOCK: usize = 64;

/// The position of the first octet that is wanted.
pub(super) fn byte(text: &[u8], wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let (blocks, _) = text.as_chunks::<BLOCK>();
    let without =
        |block: &&[u8; BLOCK]| !block.iter().fold(false, |found, byte| found | wanted(*byte));
    let passed = blocks.iter().take_while(without).count() * BLOCK;
    text[passed..].iter().position(|byte| wanted(*byte)).map(|at| passed + at)
}

/// The position of the first two adjacent octets that are wanted.
pub(super) fn pair(text: &[u8], wanted: impl Fn(u8, u8) -> bool) -> Option<usize> {
    // The same blocks, shifted by one octet: so a pair across the end of a block is found, too.
    let second = text.get(1..)?;
    let (firsts, seconds) = (text.as_chunks::<BLOCK>().0, second.as_chunks::<BLOCK>().0);
    let without = |(firsts, seconds): &(&[u8; BLOCK], &[u8; BLOCK])| {
        let pairs = firsts.iter().zip(*seconds);
        !pairs.fold(false, |found, (first, second)| found | wanted(*first, *second))
    };
    let passed = firsts.iter().zip(seconds).take_while(without).count() * BLOCK;
    let mut pairs = text[passed..].iter().zip(&second[passed..]);
    pairs.position(|(first, second)| wanted(*first, *second)).map(|at| passed + at)
}
