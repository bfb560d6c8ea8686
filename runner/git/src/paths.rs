//! What no tree of a run takes in, whoever wrote it (SEC-50).
//!
//! The rules speak of names, modes and the text of links, so that they hold alike for files on a disk and for entries of
//! a tree. Which files are protected or frozen is not here.

use std::borrow::Cow;

use pipemason_core::paths::MAX_PATH_BYTES;

/// Something that was not taken in, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refused {
    /// The path; what of it is no text is replaced.
    pub path: String,
    pub reason: Reason,
}

/// Why something was not taken in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// A folder that is a repository, or an entry that stands for one.
    Repository,
    /// A link that leads out of the tree, into a `.git`, or not straight.
    LinkLeadsOut { target: String },
    /// A name that git keeps for itself, or that some file system takes for such a one.
    GitName,
    /// A name with control characters.
    ControlCharacter,
    /// A name that is no text, or longer than any system opens.
    Unnameable,
    /// A pipe, a socket, a device.
    NotAFile,
    /// A file that cannot be read.
    Unreadable,
    /// A file that is larger than is taken in.
    TooLarge { bytes: u64 },
    /// More files at once than are taken in; none of them was.
    TooMany { count: usize },
    /// A file that passes through a program of the repository (Git LFS, an encoding), which does not run here.
    Filtered { attribute: String },
}

impl std::fmt::Display for Refused {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { path, reason } = self;
        match reason {
            Reason::Repository => write!(formatter, "`{path}` is a repository of its own"),
            Reason::LinkLeadsOut { target } => {
                write!(formatter, "`{path}` is a link to `{target}`, which leads out of the tree or not straight")
            }
            Reason::GitName => write!(formatter, "`{path}` has a name that git keeps for itself"),
            Reason::ControlCharacter => {
                write!(formatter, "`{}` has control characters in its name", path.escape_debug())
            }
            Reason::Unnameable => write!(formatter, "`{path}` has a name that is no text, or is too long"),
            Reason::NotAFile => write!(formatter, "`{path}` is neither a file nor a link"),
            Reason::Unreadable => write!(formatter, "`{path}` cannot be read"),
            Reason::TooLarge { bytes } => write!(formatter, "`{path}` has {bytes} bytes, more than are taken in"),
            Reason::TooMany { count } => write!(formatter, "{count} files changed, more than are taken in"),
            Reason::Filtered { attribute } => {
                write!(formatter, "`{path}` passes through `{attribute}`, which does not run here")
            }
        }
    }
}

/// Shows a path for people.
pub(crate) fn shown(path: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(path)
}

/// Judges the name of a file.
pub(crate) fn judge_name(path: &[u8]) -> Result<&str, Reason> {
    let text = std::str::from_utf8(path).map_err(|_| Reason::Unnameable)?;
    if text.is_empty() || text.len() > MAX_PATH_BYTES {
        return Err(Reason::Unnameable);
    }
    if text.chars().any(char::is_control) {
        return Err(Reason::ControlCharacter);
    }
    if text.split(['/', '\\']).any(is_git_name) {
        return Err(Reason::GitName);
    }
    Ok(text)
}

/// Says whether a name is `.git`, `.` or `..`, or what Windows or macOS take for one of them.
fn is_git_name(name: &str) -> bool {
    // Windows leaves out what follows a colon, and dots and spaces at the end; macOS what has no shape.
    let is_shapeless = |character: char| matches!(character, '\u{200c}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{206a}'..='\u{206f}' | '\u{feff}');
    let visible: String = name.chars().filter(|character| !is_shapeless(*character)).collect();
    let before_colon = visible.split(':').next().unwrap_or_default();
    let kept = before_colon.trim_end_matches(['.', ' ']);
    if kept.is_empty() {
        return true;
    }
    kept.eq_ignore_ascii_case(".git") || kept.eq_ignore_ascii_case("git~1")
}

/// Judges a link at `path` by its text: it has to lead, straight, to a place inside of the tree.
///
/// Climbing is allowed at the beginning only: after a name it would depend on whether that name is a link.
pub(crate) fn judge_link(path: &str, target: &[u8]) -> Result<(), Reason> {
    let leads_out = || Reason::LinkLeadsOut { target: shown(target).into_owned() };
    let text = std::str::from_utf8(target).map_err(|_| leads_out())?;
    if text.is_empty() || text.starts_with(['/', '\\']) || text.contains(['\0', '\\', ':']) {
        return Err(leads_out());
    }
    let depth = path.matches('/').count();
    let (mut climbed, mut has_name) = (0, false);
    for name in text.split('/') {
        match name {
            "" | "." => {}
            ".." if has_name || climbed == depth => return Err(leads_out()),
            ".." => climbed += 1,
            name if is_git_name(name) => return Err(leads_out()),
            _ => has_name = true,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sec_50_names_that_some_system_takes_for_gits_own_are_refused() {
        for name in [
            ".git",
            "a/.git",
            ".GIT/config",
            "a/.Git ",
            ".git.",
            ".git . .",
            ".git::$INDEX_ALLOCATION",
            "git~1",
            "GIT~1/x",
            "a/../b",
            "..",
            "./a",
            "a//b",
            ".g\u{200c}it",
            "a\\.git\\config",
            "\u{feff}.git",
            "...",
        ] {
            assert_eq!(judge_name(name.as_bytes()), Err(Reason::GitName), "{name:?}");
        }
        for name in
            [".gitignore", ".github/x", "git", "a.git", "git~10", "a/.gitattributes", "€/😀.txt", "a..b", "-a", "a b"]
        {
            assert_eq!(judge_name(name.as_bytes()), Ok(name));
        }
    }

    #[test]
    fn sec_50_names_that_cannot_be_shown_are_refused() {
        for name in ["a\nb", "a\tb", "\u{1b}[31m", "a\u{7f}", "a\u{85}b"] {
            assert_eq!(judge_name(name.as_bytes()), Err(Reason::ControlCharacter), "{name:?}");
        }
        assert_eq!(judge_name(b"caf\xe9"), Err(Reason::Unnameable));
        assert_eq!(judge_name(b""), Err(Reason::Unnameable));
        assert_eq!(judge_name("a".repeat(MAX_PATH_BYTES).as_bytes()).map(str::len), Ok(MAX_PATH_BYTES));
        assert_eq!(judge_name("a".repeat(MAX_PATH_BYTES + 1).as_bytes()), Err(Reason::Unnameable));
    }

    #[test]
    fn sec_50_links_that_lead_out_are_refused() {
        for (path, target) in [
            ("a", "/etc/passwd"),
            ("a", ".."),
            ("a", "../x"),
            ("d/a", "../../x"),
            ("a", "b/../../x"),
            ("a", "b/.."),
            ("a", ".git/config"),
            ("d/a", "../.GIT/hooks"),
            ("a", "c:/x"),
            ("a", "..\\x"),
            ("a", ""),
            ("a", "b\0c"),
        ] {
            assert!(judge_link(path, target.as_bytes()).is_err(), "{path} -> {target}");
        }
        assert!(judge_link("a", b"caf\xe9").is_err());
        for (path, target) in
            [("a", "b"), ("d/a", "../b"), ("d/e/a", "../../b/c"), ("a", "./b/c"), ("a", "b//c"), ("a", ".")]
        {
            assert_eq!(judge_link(path, target.as_bytes()), Ok(()), "{path} -> {target}");
        }
    }
}
