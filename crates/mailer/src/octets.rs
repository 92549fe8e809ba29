//! Octets of texts: looks for some, and puts pieces together.

/// Where the first octet is for which `is_wanted` holds.
///
/// The compiler makes vector instructions of a whole block, if `is_wanted` has no branches: `|` rather than `||`. The
/// longer the block, the faster in texts where such octets are rare.
#[inline]
pub(crate) fn find<const BLOCK: usize>(
    octets: &[u8],
    is_wanted: impl Fn(u8) -> bool,
) -> Option<usize> {
    let skipped = skip::<BLOCK>(octets, &is_wanted);
    // Small blocks first, because looking at each octet in turn is slow.
    let skipped = skipped + skip::<4>(&octets[skipped..], &is_wanted);
    let at = octets[skipped..].iter().position(|octet| is_wanted(*octet))?;
    Some(skipped + at)
}

/// The length of the blocks at the start that have none of the octets.
#[inline]
fn skip<const BLOCK: usize>(octets: &[u8], is_wanted: &impl Fn(u8) -> bool) -> usize {
    let has_none = |block: &&[u8; BLOCK]| {
        block.iter().fold(0, |found, octet| found | u8::from(is_wanted(*octet))) == 0
    };
    octets.as_chunks().0.iter().take_while(has_none).count() * BLOCK
}

/// Appends pieces of a text.
pub(crate) fn push<const N: usize>(out: &mut Vec<u8>, pieces: [&[u8]; N]) {
    for piece in pieces {
        out.extend_from_slice(piece);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_octet_is_found_wherever_it_is() {
        for length in 0..70 {
            let mut octets = vec![b'x'; length];
            assert_eq!(find::<16>(&octets, |octet| octet == b'y'), None);
            for at in (0..length).rev() {
                octets[at] = b'y';
                assert_eq!(find::<16>(&octets, |octet| octet == b'y'), Some(at));
                assert_eq!(find::<32>(&octets, |octet| octet == b'y'), Some(at));
            }
        }
    }
}
