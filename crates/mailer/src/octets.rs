//! Looks for octets of a kind in texts, a block at a time.

/// How many octets are looked at together.
const BLOCK: usize = 16;

/// Where the first octet is for which `is_wanted` holds.
pub(crate) fn find(octets: &[u8], is_wanted: impl Fn(u8) -> bool) -> Option<usize> {
    // The compiler makes a few vector instructions of `map` and `==`. It makes none of a loop that ends early.
    let has_none =
        |block: &&[u8; BLOCK]| block.map(|octet| u8::from(is_wanted(octet))) == [0; BLOCK];
    let skipped = octets.as_chunks().0.iter().take_while(has_none).count() * BLOCK;
    let at = octets[skipped..].iter().position(|octet| is_wanted(*octet))?;
    Some(skipped + at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_octet_is_found_wherever_it_is() {
        for length in 0..70 {
            let mut octets = vec![b'x'; length];
            assert_eq!(find(&octets, |octet| octet == b'y'), None);
            for at in (0..length).rev() {
                octets[at] = b'y';
                assert_eq!(find(&octets, |octet| octet == b'y'), Some(at));
            }
        }
    }
}
