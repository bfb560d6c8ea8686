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
            // Where our lines are in a template already, the next update would take them for our part.
            Self::Template(template) => {
                around_part(template).or_else(|| around_place(template)).unwrap_or(("", template))
            }
            Self::Body(body) => around_part(body).unwrap_or(("", body)),
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

/// Returns what stands before and after our part: the first line that ends one, and the last one before it that begins
/// one, because people may have such lines of their own.
fn around_part(text: &str) -> Option<(&str, &str)> {
    let mut begin = None;
    for (offset, line) in lines_with_offsets(text) {
        if line == BEGIN {
            begin = Some(offset);
        }
        if let Some(begin) = begin.filter(|_| line == END) {
            return Some((text.get(..begin)?, text.get(offset + END.len()..)?));
        }
    }
    None
}

/// Returns what stands before and after the line where a template wants our part.
fn around_place(text: &str) -> Option<(&str, &str)> {
    let (offset, _) = lines_with_offsets(text).find(|(_, line)| *line == PLACE)?;
    Some((text.get(..offset)?, text.get(offset + PLACE.len()..)?))
}

/// Returns the lines, without their ends, and where each begins.
fn lines_with_offsets(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut offset = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = offset;
        offset += line.len();
        (start, line.trim_end_matches(['\n', '\r']))
    })
}
