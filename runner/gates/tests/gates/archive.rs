//! A project and its variants in one text, so that a corpus can be read from top to bottom.
//!
//! `= kind name` starts a section, `-- path --` a file in it, `-- path -- removed` takes one away. What stands before
//! the first file of a section are its settings, `key: value`. A variant of red grows from the base, a variant of green from the good red one.

use std::collections::BTreeMap;

/// Files by path; `None` is one that is taken away.
pub(crate) type Files = BTreeMap<String, Option<String>>;

/// One section of a corpus.
#[derive(Clone, Debug, Default)]
pub(crate) struct Section {
    /// `base`, `red good`, `red bad`, `green good`, `green bad`.
    pub(crate) kind: String,
    pub(crate) name: String,
    pub(crate) settings: BTreeMap<String, String>,
    pub(crate) files: Files,
}

/// Reads a corpus.
pub(crate) fn read(text: &str) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut file: Option<String> = None;
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("= ") {
            let (kind, name) = title.split_once(": ").unwrap_or((title, ""));
            sections.push(Section { kind: kind.to_owned(), name: name.to_owned(), ..Section::default() });
            file = None;
            continue;
        }
        let Some(section) = sections.last_mut() else { continue };
        let header = line.strip_prefix("-- ").and_then(|rest| rest.split_once(" --"));
        if let Some((path, rest)) = header {
            let is_removed = rest.trim() == "removed";
            section.files.insert(path.to_owned(), (!is_removed).then(String::new));
            file = Some(path.to_owned());
        } else if let Some(Some(text)) = file.as_ref().and_then(|path| section.files.get_mut(path)) {
            text.push_str(line);
            text.push('\n');
        } else if let Some((key, value)) = line.split_once(": ") {
            section.settings.insert(key.to_owned(), value.to_owned());
        }
    }
    sections
}

/// Lays files over others.
pub(crate) fn over(below: &Files, above: &Files) -> Files {
    let mut files = below.clone();
    files.extend(above.iter().map(|(path, text)| (path.clone(), text.clone())));
    files
}
