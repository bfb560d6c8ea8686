//! What somebody wrote, without what their mail program added.
//!
//! Line by line, before any Markdown: people who answer by mail do not leave a blank line between what they
//! quote and what they say, and mean it as their own words all the same.

use crate::command::with_plain_line_ends;

/// What a line of a comment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LineKind {
    /// Their own words.
    Text,
    /// Their own, in a fenced block.
    Code,
    /// Somebody else's words, or what introduces them.
    Quote,
}

/// A comment, line by line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cleaned {
    pub(super) lines: Vec<(LineKind, String)>,
}

/// Mail programs break the line that introduces a quote into at most so many.
const MAX_ATTRIBUTION_LINES: usize = 3;

/// How lines begin that mail programs add at the end.
const MAIL_FOOTERS: [&str; 2] = ["sent from my ", "get outlook for "];

impl Cleaned {
    /// Cleans `body`; a leading mention of `slug` goes.
    pub(super) fn of(body: &str, slug: &str) -> Self {
        let body = with_plain_line_ends(body);
        let mut cleaned = Self { lines: lines_with_kinds(&body) };
        cleaned.cut_signature();
        cleaned.mark_attributions();
        cleaned.mark_mail_footer();
        cleaned.strip_leading_mention(slug);
        cleaned
    }

    /// Returns their own words; a quote between them is a blank line.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for (kind, line) in &self.lines {
            match kind {
                LineKind::Text | LineKind::Code => text.push_str(line),
                LineKind::Quote => {}
            }
            text.push('\n');
        }
        text
    }

    /// Returns the lines that are not their own words.
    pub(super) fn quotes(&self) -> impl Iterator<Item = &str> {
        self.lines_of(LineKind::Quote)
    }

    /// Returns the lines of `kind`.
    pub(super) fn lines_of(&self, kind: LineKind) -> impl Iterator<Item = &str> {
        self.lines.iter().filter(move |(line_kind, _)| *line_kind == kind).map(|(_, line)| line.as_str())
    }

    /// Everything from a line `-- ` on is a signature; without the space it is one only after a blank line,
    /// because otherwise it underlines a heading.
    fn cut_signature(&mut self) {
        let mut is_after_blank = true;
        let start = self.lines.iter().position(|(kind, line)| {
            let is_signature = *kind == LineKind::Text && (line == "-- " || (line == "--" && is_after_blank));
            is_after_blank = line.trim().is_empty();
            is_signature
        });
        if let Some(start) = start {
            self.lines.truncate(start);
        }
    }

    /// Marks what introduces a quote: `On …, somebody wrote:`, or a line with a mail address and a colon at its end.
    fn mark_attributions(&mut self) {
        let attributions: Vec<usize> = (0..self.lines.len())
            .filter_map(|start| Some(start..start + self.attribution_at(start)?))
            .flatten()
            .collect();
        for index in attributions {
            if let Some((kind, _)) = self.lines.get_mut(index) {
                *kind = LineKind::Quote;
            }
        }
    }

    /// Returns how many lines the introduction of a quote has that begins at `start`.
    fn attribution_at(&self, start: usize) -> Option<usize> {
        let rest = self.lines.get(start..)?;
        let text_lines = rest
            .iter()
            .take(MAX_ATTRIBUTION_LINES)
            .take_while(|(kind, line)| *kind == LineKind::Text && !line.trim().is_empty());
        let first = rest.first().map(|(_, line)| line.trim())?;
        let mut joined = String::new();
        let length = text_lines.enumerate().find_map(|(index, (_, line))| {
            joined.push_str(line.trim());
            let is_english = first.starts_with("On ") && joined.ends_with("wrote:");
            // The address may stand on a line of its own.
            let is_one_phrase = index == 0 || (index == 1 && first.ends_with('<'));
            let is_with_address = is_one_phrase && joined.ends_with(':') && holds_mail_address(&joined);
            (is_english || is_with_address).then_some(index + 1)
        })?;
        let next = rest.iter().skip(length).find(|(_, line)| !line.trim().is_empty());
        let introduces = next.is_none_or(|(kind, _)| *kind == LineKind::Quote);
        introduces.then_some(length)
    }

    /// Marks a last line like `Sent from my phone`.
    fn mark_mail_footer(&mut self) {
        let last = self.lines.iter_mut().rev().find(|(kind, line)| *kind != LineKind::Quote && !line.trim().is_empty());
        if let Some((kind, line)) = last {
            let start = line.trim_start().to_lowercase();
            if *kind == LineKind::Text && MAIL_FOOTERS.iter().any(|footer| start.starts_with(footer)) {
                *kind = LineKind::Quote;
            }
        }
    }

    fn strip_leading_mention(&mut self, slug: &str) {
        let first = self.lines.iter_mut().find(|(kind, line)| *kind == LineKind::Text && !line.trim().is_empty());
        if let Some((_, line)) = first
            && let Some(rest) = after_mention(line.trim_start(), slug)
        {
            *line = rest.trim_start_matches([',', ':', ';', ' ', '\t']).to_owned();
        }
    }
}

/// Returns what follows a mention of `slug` at the start of `text`.
fn after_mention<'a>(text: &'a str, slug: &str) -> Option<&'a str> {
    let name = text.strip_prefix('@')?;
    let (typed, rest) = name.split_at_checked(slug.len())?;
    let rest = rest.strip_prefix("[bot]").unwrap_or(rest);
    let goes_on = rest.starts_with(|next: char| next.is_alphanumeric() || "-_/".contains(next));
    (typed.eq_ignore_ascii_case(slug) && !goes_on).then_some(rest)
}

/// Says whether a line holds something like `<somebody@example.com>`.
fn holds_mail_address(line: &str) -> bool {
    let address = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    address.is_some_and(|(address, _)| {
        let is_part = |part: &str| !part.is_empty() && !part.contains(char::is_whitespace);
        address.split_once('@').is_some_and(|(name, host)| is_part(name) && is_part(host))
    })
}

fn lines_with_kinds(body: &str) -> Vec<(LineKind, String)> {
    let mut fence: Option<Fence> = None;
    let kind_of = |line: &str| {
        let text = line.trim_start_matches(' ');
        let is_indented = line.len() - text.len() > 3;
        if let Some(open) = fence {
            if !is_indented && open.is_closed_by(text) {
                fence = None;
            }
            return LineKind::Code;
        }
        fence = Fence::opened_by(text).filter(|_| !is_indented);
        if fence.is_some() {
            LineKind::Code
        } else if text.starts_with('>') && !is_indented {
            LineKind::Quote
        } else {
            LineKind::Text
        }
    };
    let kinds: Vec<LineKind> = body.split('\n').map(kind_of).collect();
    kinds.into_iter().zip(body.split('\n').map(str::to_owned)).collect()
}

/// An open code block.
#[derive(Clone, Copy)]
struct Fence {
    mark: char,
    length: usize,
}

impl Fence {
    fn opened_by(text: &str) -> Option<Self> {
        let mark = text.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
        let rest = text.trim_start_matches(mark);
        let length = text.len() - rest.len();
        let is_fence = length >= 3 && !(mark == '`' && rest.contains('`'));
        is_fence.then_some(Self { mark, length })
    }

    fn is_closed_by(self, text: &str) -> bool {
        let rest = text.trim_start_matches(self.mark);
        text.len() - rest.len() >= self.length && rest.trim().is_empty()
    }
}
