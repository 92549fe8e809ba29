//! Addresses as people write them into cells.
pub(crate) fn looks_like_address(cell: &str) -> bool {
    cell.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))
}
