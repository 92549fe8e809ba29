//! Looking for what is rare, many octets at a time.

/// How many are looked at together: few instructions, as long as what is wanted is told without a jump (`&` and
/// `|` rather than `&&` and `||`).
const TOGETHER: usize = 64;

/// Where the first octet stands that is wanted.
pub(super) fn byte(text: &[u8], wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let (chunks, _) = text.as_chunks::<TOGETHER>();
    let without =
        |chunk: &&[u8; TOGETHER]| !chunk.iter().fold(false, |found, byte| found | wanted(*byte));
    let passed = chunks.iter().take_while(without).count() * TOGETHER;
    text[passed..].iter().position(|byte| wanted(*byte)).map(|at| passed + at)
}

/// Where the first two neighbours begin that are wanted.
pub(super) fn pair(text: &[u8], wanted: impl Fn(u8, u8) -> bool) -> Option<usize> {
    let second = text.get(1..)?;
    let (firsts, seconds) = (text.as_chunks::<TOGETHER>().0, second.as_chunks::<TOGETHER>().0);
    let without = |(firsts, seconds): &(&[u8; TOGETHER], &[u8; TOGETHER])| {
        let pairs = firsts.iter().zip(*seconds);
        !pairs.fold(false, |found, (first, second)| found | wanted(*first, *second))
    };
    let passed = firsts.iter().zip(seconds).take_while(without).count() * TOGETHER;
    let mut pairs = text[passed..].iter().zip(&second[passed..]);
    pairs.position(|(first, second)| wanted(*first, *second)).map(|at| passed + at)
}
