//! Comparing names and addresses loosely.

/// Whether one text becomes the other by one edit: an octet more, one less, another one, or two exchanged. Unlike a
/// distance, it takes one pass. Equal texts are no edit apart.
pub(super) fn are_one_edit_apart(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len().abs_diff(other.len()) > 1 {
        return false;
    }
    let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let (one, other) = (&one[same..], &other[same..]);
    match (one, other) {
        ([], []) => false,
        ([a, b, rest @ ..], [c, d, other_rest @ ..]) if a == d && b == c && rest == other_rest => {
            true
        }
        ([_, rest @ ..], [_, other_rest @ ..]) if rest == other_rest => true,
        _ => one.get(1..) == Some(other) || other.get(1..) == Some(one),
    }
}

/// A text without its digits.
pub(super) fn without_digits(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// A hash of a text without regard to the case of ASCII letters: FNV-1a. Equal hashes are compared afterwards, or lead to a
/// warning at most.
pub(super) fn fold_hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_typing_error_is_one_edit() {
        for (one, other) in [
            ("gmail.com", "gmial.com"),
            ("gmail.com", "gmai.com"),
            ("gmail.com", "gmaill.com"),
            ("gmail.com", "gnail.com"),
            ("gmail.com", "gmail.co"),
            ("a", ""),
            ("ab", "ba"),
        ] {
            assert!(are_one_edit_apart(one, other), "{one} {other}");
        }
        for (one, other) in
            [("", ""), ("a", "a"), ("gmail.com", "gmx.com"), ("abcd", "badc"), ("ab", "")]
        {
            assert!(!are_one_edit_apart(one, other), "{one} {other}");
        }
    }

    proptest::proptest! {
        #[test]
        fn it_agrees_with_the_distance(one in "[ab]{0,6}", other in "[ab]{0,6}") {
            let distance = strsim::osa_distance(&one, &other);
            proptest::prop_assert_eq!(are_one_edit_apart(&one, &other), distance == 1);
        }
    }
}
