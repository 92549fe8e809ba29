//! The pages: README.md, CHANGELOG.md, ARCHITECTURE.md and docs/, and what is in them.

use std::path::Path;

use crate::support::repository_path;

/// A fenced block of a page.
pub(super) struct Block {
    pub(super) page: String,
    /// The line of its first fence.
    pub(super) line: usize,
    /// What follows the fence: `sh`, or `sh needs a Jitsi server`.
    pub(super) info: String,
    /// Without the indentation of a list.
    pub(super) text: String,
}

impl Block {
    pub(super) fn language(&self) -> &str {
        self.info.split(' ').next().unwrap_or_default()
    }

    /// What stands behind the language: why the block is not run.
    pub(super) fn note(&self) -> &str {
        self.info.split_once(' ').map(|(_, note)| note.trim()).unwrap_or_default()
    }

    pub(super) fn place(&self) -> String {
        format!("{}:{}", self.page, self.line)
    }
}

/// The paths of README.md and of the pages in docs/, relative to the repository.
pub(super) fn pages() -> Vec<String> {
    let mut pages = vec!["README.md".to_owned()];
    let entries = std::fs::read_dir(repository_path("docs")).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let is_page = |name: &String| Path::new(name).extension().is_some_and(|end| end == "md");
    pages.extend(names.filter(is_page).map(|name| format!("docs/{name}")));
    pages.sort();
    assert!(pages.len() >= 9, "{pages:?}");
    pages
}

/// All pages that link to others.
pub(super) fn all_pages() -> Vec<String> {
    let mut pages = pages();
    let top = std::fs::read_dir(repository_path(".")).unwrap();
    for name in top.map(|entry| entry.unwrap().file_name().into_string().unwrap()) {
        if Path::new(&name).extension().is_some_and(|end| end == "md") && name != "README.md" {
            pages.push(name);
        }
    }
    pages
}

pub(super) fn read(page: &str) -> String {
    std::fs::read_to_string(repository_path(page)).unwrap()
}

/// The fenced blocks of a page.
pub(super) fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut indent = None;
    for (at, line) in read(page).lines().enumerate() {
        let content = line.trim_start();
        match (content.strip_prefix("```"), indent) {
            (Some(info), None) => {
                indent = Some(line.len() - content.len());
                blocks.push(Block {
                    page: page.to_owned(),
                    line: at + 1,
                    info: info.to_owned(),
                    text: String::new(),
                });
            }
            (Some(_), Some(_)) => indent = None,
            (None, Some(width)) => {
                let text = &mut blocks.last_mut().unwrap().text;
                text.push_str(line.get(width..).unwrap_or_default());
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    assert!(indent.is_none(), "{page}: a block is not closed");
    blocks
}

/// The text outside of code blocks.
pub(super) fn prose(page: &str) -> String {
    let text = read(page);
    let outside = text.split("```").step_by(2);
    outside.collect::<Vec<_>>().join("\n")
}

/// The anchors of a page's headings, as GitHub makes them.
pub(super) fn anchors(page: &str) -> Vec<String> {
    let mut anchors: Vec<String> = Vec::new();
    let text = prose(page);
    for heading in text.lines().filter(|line| line.starts_with('#')) {
        let slug = slug(heading);
        // A heading that repeats gets a number.
        let count = anchors.iter().filter(|other| **other == slug).count();
        anchors.push(if count == 0 { slug } else { format!("{slug}-{count}") });
    }
    anchors
}

fn slug(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}
