//! The people of a schedule: their addresses and entries, by number.

/// The address of a person.
pub(in crate::delivery) fn address(number: usize) -> String {
    format!("p{number}@example.org")
}

/// The entry of an address.
pub(super) fn entry_of(address: &str) -> i64 {
    let number = address.strip_prefix('p').and_then(|rest| rest.split('@').next());
    id_of(number.unwrap().parse().unwrap())
}

/// The entry of a person.
pub(super) fn id_of(number: usize) -> i64 {
    i64::try_from(number).unwrap() + 1
}
