//! Links between the Markdown files of the repository: every one leads somewhere.

use std::collections::{BTreeMap, BTreeSet};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use crate::violation::{TextFile, Violation};

/// Checks the links of all Markdown files in `files`; `paths` are the paths of all files there are.
pub fn check(files: &[TextFile], paths: &BTreeSet<String>) -> Vec<Violation> {
    let pages: BTreeMap<&str, Page> = files
        .iter()
        .filter(|file| file.has_extension("md") && !file.is_fixture())
        .map(|file| (file.path.as_str(), Page::read(file)))
        .collect();
    let mut found = Vec::new();
    for file in files {
        let Some(page) = pages.get(file.path.as_str()) else {
            continue;
        };
        for (line, target) in &page.links {
            if let Some(why) = broken(file, target, &pages, paths) {
                found.push(file.violation("link", *line, format!("`{target}` {why}")));
            }
        }
    }
    found
}

/// What matters of a Markdown file.
struct Page {
    /// Each with its line, from 1.
    links: Vec<(usize, String)>,
    anchors: BTreeSet<String>,
}

impl Page {
    fn read(file: &TextFile) -> Self {
        let mut page = Self { links: Vec::new(), anchors: BTreeSet::new() };
        let mut heading: Option<String> = None;
        // Without it, the text of a footnote would be taken for the target of a link.
        let options = Options::ENABLE_FOOTNOTES;
        for (event, range) in Parser::new_ext(&file.text, options).into_offset_iter() {
            match event {
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    let line = file.text.get(..range.start).unwrap_or_default().matches('\n').count() + 1;
                    page.links.push((line, dest_url.to_string()));
                }
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => page.add_anchor(&heading.take().unwrap_or_default()),
                Event::Text(text) | Event::Code(text) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&text);
                    }
                }
                _ => {}
            }
        }
        page
    }

    /// The second heading of one name gets `-1`, the third `-2`.
    fn add_anchor(&mut self, heading: &str) {
        let anchor = anchor_of(heading);
        let numbered = (1..).map(|number| format!("{anchor}-{number}"));
        let mut names = std::iter::once(anchor.clone()).chain(numbered);
        let free = names.find(|name| !self.anchors.contains(name));
        self.anchors.extend(free);
    }
}

/// Returns the anchor that GitHub gives to a heading.
fn anchor_of(heading: &str) -> String {
    heading
        .trim()
        .to_lowercase()
        .chars()
        .filter(|character| character.is_alphanumeric() || " -_".contains(*character))
        .map(|character| if character == ' ' { '-' } else { character })
        .collect()
}

/// Says what is wrong with a link; links to other sites are not followed.
fn broken(
    file: &TextFile,
    target: &str,
    pages: &BTreeMap<&str, Page>,
    paths: &BTreeSet<String>,
) -> Option<&'static str> {
    if target.contains("://") || target.starts_with("mailto:") {
        return None;
    }
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    if path.starts_with('/') {
        return Some("starts at the root of a site; write it relative to this file");
    }
    let path = if path.is_empty() {
        file.path.clone()
    } else {
        match resolve(file.folder(), path) {
            Some(path) => path,
            None => return Some("leads out of the repository"),
        }
    };
    let folder = format!("{path}/");
    let is_folder = path.is_empty() || paths.iter().any(|known| known.starts_with(&folder));
    if !paths.contains(&path) && !is_folder {
        return Some("does not exist");
    }
    if anchor.is_empty() {
        return None;
    }
    match pages.get(path.as_str()) {
        Some(page) if page.anchors.contains(anchor) => None,
        Some(_) => Some("names a heading that does not exist"),
        None => Some("names a place in a file that has no headings"),
    }
}

/// Returns the path that `link` means in a file of `folder`.
fn resolve(folder: &str, link: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::violation::expect;

    fn check_link(link: &str) -> Vec<Violation> {
        let files = [
            TextFile::new("docs/a.md", &format!("# One\n\nText [name]({link}).\n")),
            TextFile::new("docs/b.md", "# Two words, `code` & more!\n\n## Same\n\n## Same\n"),
            TextFile::new("src/c.rs", "//! C\n"),
        ];
        let paths = files.iter().map(|file| file.path.clone()).collect();
        check(&files, &paths)
    }

    #[test]
    fn links_that_lead_somewhere_are_not_found() {
        for link in [
            "b.md",
            "./b.md",
            "../docs/b.md",
            "../docs",
            "../docs/",
            "..",
            "../src/c.rs",
            "#one",
            "b.md#two-words-code--more",
            "b.md#same",
            "b.md#same-1",
            "https://example.com/x#y",
            "mailto:a@example.com",
        ] {
            expect::none(&check_link(link));
        }
    }

    #[test]
    fn links_that_lead_nowhere_are_found() {
        for link in [
            "c.md",
            "../b.md",
            "/docs/b.md",
            "../../b.md",
            "#two",
            "b.md#Same",
            "b.md#same-2",
            "../src/c.rs#L1",
            "../sr",
        ] {
            expect::one(&check_link(link), "link", 3);
        }
    }

    #[test]
    fn images_and_references_are_links() {
        for text in ["![a](b.png)", "[a][b]\n\n[b]: b.png", "<a.md>", "[![a](b.png)](c.md)"] {
            let files = [TextFile::new("a.md", text)];
            let found = check(&files, &BTreeSet::from(["a.md".to_owned()]));
            let expected = match text {
                "<a.md>" => 0,
                "[![a](b.png)](c.md)" => 2,
                _ => 1,
            };
            assert_eq!(found.len(), expected, "{text}");
        }
    }

    #[test]
    fn code_and_footnotes_are_no_links() {
        let files = [TextFile::new("a.md", "`[a](b)` c[^1]\n\n```\n[a](b)\n```\n\n[^1]: note\n")];
        expect::none(&check(&files, &BTreeSet::from(["a.md".to_owned()])));
    }

    #[test]
    fn a_table_may_hold_links() {
        let files = [TextFile::new("a.md", "| a | b |\n|---|---|\n| c | [d](e.md) |\n")];
        expect::one(&check(&files, &BTreeSet::from(["a.md".to_owned()])), "link", 3);
    }

    #[test]
    fn only_our_own_markdown_is_read() {
        let files = [TextFile::new("tests/fixtures/a.md", "[a](b.md)\n"), TextFile::new("a.rs", "//! [a](b.md)\n")];
        expect::none(&check(&files, &BTreeSet::new()));
    }
}
