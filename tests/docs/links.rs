//! Links between pages lead somewhere.

use std::path::Path;

use super::page::{all_pages, anchors, pages, prose, read};
use crate::support::repository_path;

#[test]
fn every_link_between_pages_has_a_target() {
    let mut count = 0;
    let mut errors = Vec::new();
    for page in all_pages() {
        let text = prose(&page);
        let links = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        let images = text.split("src=\"").skip(1).filter_map(|rest| rest.split('"').next());
        for link in links.chain(images).filter(|link| !link.contains("://")) {
            count += 1;
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let folder = Path::new(&page).parent().unwrap();
            let target =
                if path.is_empty() { Path::new(&page).to_owned() } else { folder.join(path) };
            let target = target.to_str().unwrap();
            let is_there = repository_path(target).exists()
                && (anchor.is_empty() || anchors(target).iter().any(|other| other == anchor));
            if !is_there {
                errors.push(format!("{page}: {link}"));
            }
        }
    }
    assert!(errors.is_empty(), "{errors:#?}");
    assert!(count > 40, "{count} links");
}

/// Somebody who reads the list of pages finds every page.
#[test]
fn every_page_is_in_the_list_of_pages() {
    let list = read("docs/README.md");
    for page in pages().iter().filter_map(|page| page.strip_prefix("docs/")) {
        assert!(page == "README.md" || list.contains(&format!("]({page})")), "{page}");
    }
}
