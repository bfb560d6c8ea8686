//! The block between two `---` lines at the top of a Markdown file.

/// Why a file has no readable front matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrontMatterError {
    #[error("the file does not start with a line `---`")]
    Missing,
    #[error("the front matter has no closing line `---`")]
    Unclosed,
}

/// Splits `text` into the front matter (without its fences) and the body after it.
///
/// A byte-order mark and CRLF line ends are accepted, because editors add them.
pub fn split_front_matter(text: &str) -> Result<(&str, &str), FrontMatterError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let rest = text.strip_prefix("---\n").or_else(|| text.strip_prefix("---\r\n")).ok_or(FrontMatterError::Missing)?;
    let mut offset = 0;
    for line in rest.split_inclusive('\n') {
        let end = offset + line.len();
        if line.trim_end_matches(['\n', '\r']) == "---" {
            let front = rest.get(..offset).unwrap_or_default();
            return Ok((front, rest.get(end..).unwrap_or_default()));
        }
        offset = end;
    }
    Err(FrontMatterError::Unclosed)
}
