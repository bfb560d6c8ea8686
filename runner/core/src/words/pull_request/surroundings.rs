//! What people wrote around our part of a pull request's body.

/// What our part of a body is put into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surroundings<'a> {
    Nothing,
    /// The repository's template, read from the base. Our part stands where the template says
    /// `<!-- pipemason -->`, else above it.
    Template(&'a str),
    /// The body as it is now. Our part is replaced; where it is gone, it comes back on top.
    Body(&'a str),
}

/// GitHub refuses more than 65,536; the rest is room for its own way of counting.
const MAX_BODY_CHARACTERS: usize = 65_000;

const BEGIN: &str = "<!-- pipemason:begin -->";
const END: &str = "<!-- pipemason:end -->";
const PLACE: &str = "<!-- pipemason -->";

impl Surroundings<'_> {
    /// Returns the whole body, with our part written by `ours`, which is told how many characters it may have.
    ///
    /// Where people left no room at all, their text stays as it is.
    pub(super) fn with(self, ours: impl FnOnce(usize) -> String) -> String {
        let (before, after) = match self {
            Self::Nothing => ("", ""),
            Self::Template(template) => around_line(template, PLACE, PLACE).unwrap_or(("", template)),
            Self::Body(body) => around_line(body, BEGIN, END).unwrap_or(("", body)),
        };
        let gap = if after.is_empty() || after.starts_with(['\n', '\r']) { "" } else { "\n\n" };
        let frame = format!("{before}{BEGIN}\n\n{END}{gap}{after}");
        let Some(room) = MAX_BODY_CHARACTERS.checked_sub(frame.chars().count()) else {
            return self.text().to_owned();
        };
        let ours = ours(room);
        format!("{before}{BEGIN}\n{ours}\n{END}{gap}{after}")
    }

    /// Returns what was there before.
    fn text(&self) -> &str {
        match self {
            Self::Nothing => "",
            Self::Template(text) | Self::Body(text) => text,
        }
    }
}

/// Returns what stands before the first line `begin` and after the next line `end`.
fn around_line<'a>(text: &'a str, begin: &str, end: &str) -> Option<(&'a str, &'a str)> {
    let (begins, ends) = line_at(text, 0, begin)?;
    let (_, ends) = if begin == end { (begins, ends) } else { line_at(text, ends, end)? };
    Some((text.get(..begins)?, text.get(ends..)?))
}

/// Returns where the first line that is `wanted` begins and ends, from offset `from` on; its line end is not in it.
fn line_at(text: &str, from: usize, wanted: &str) -> Option<(usize, usize)> {
    let mut offset = from;
    for line in text.get(from..)?.split_inclusive('\n') {
        if line.trim_end_matches(['\n', '\r']) == wanted {
            return Some((offset, offset + wanted.len()));
        }
        offset += line.len();
    }
    None
}
