//! Text of tickets and comments before an agent reads it: the agent sees what a person sees (SEC-30, SEC-32).
//!
//! [`clean`] takes out what GitHub does not show, and [`wrap_untrusted`] marks what is left as data. A clean text
//! stays as it is when it is cleaned again. What stands in code is visible, so it stays.
//!
//! Addresses of links and images stay: an agent needs them, and a person can look at them. Who may write into a
//! prompt at all is not decided here.

use std::collections::BTreeMap;

use crate::text::invisible::visible;

mod entity;
mod hidden;
mod untrusted;

pub use untrusted::{MAX_UNTRUSTED_CHARACTERS, wrap_untrusted};

/// What was taken out of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RemovedKind {
    TerminalCode,
    ControlCharacter,
    BidiControl,
    ZeroWidth,
    SoftHyphen,
    TagCharacter,
    VariationSelector,
    /// A comment, a processing instruction or a declaration.
    HtmlComment,
    /// Any attribute of a tag but an address.
    HtmlAttribute,
    /// The text that stands for an image where it is not shown.
    ImageText,
    /// The title of a link or image.
    LinkTitle,
    /// A link without text.
    EmptyLink,
    /// The definition of a link or footnote, which was made visible.
    Definition,
    /// What follows the language of a code block, or cannot be a language.
    CodeLabel,
    /// A character that is written as a code although it means markup or is invisible.
    EncodedCharacter,
    /// A mark of a text that hides things so deep that all of its marks were replaced by look-alikes.
    NestedMarkup,
}

impl RemovedKind {
    /// Returns the noun for `count` of these.
    const fn noun(self, count: u32) -> &'static str {
        let (one, many) = match self {
            Self::TerminalCode => ("terminal code", "terminal codes"),
            Self::ControlCharacter => ("control character", "control characters"),
            Self::BidiControl => ("text direction control", "text direction controls"),
            Self::ZeroWidth => ("zero-width character", "zero-width characters"),
            Self::SoftHyphen => ("soft hyphen", "soft hyphens"),
            Self::TagCharacter => ("tag character", "tag characters"),
            Self::VariationSelector => ("variation selector", "variation selectors"),
            Self::HtmlComment => ("HTML comment", "HTML comments"),
            Self::HtmlAttribute => ("HTML attribute", "HTML attributes"),
            Self::ImageText => ("image description", "image descriptions"),
            Self::LinkTitle => ("link title", "link titles"),
            Self::EmptyLink => ("link without text", "links without text"),
            Self::Definition => ("hidden definition", "hidden definitions"),
            Self::CodeLabel => ("code block label", "code block labels"),
            Self::EncodedCharacter => ("encoded character", "encoded characters"),
            Self::NestedMarkup => ("mark of nested markup", "marks of nested markup"),
        };
        if count == 1 { one } else { many }
    }
}

/// A text as a person sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    pub text: String,
    /// How many of each kind were taken out or made visible.
    pub removed: BTreeMap<RemovedKind, u32>,
}

impl Cleaned {
    /// Returns the sentence for the prompt that says what was taken out, if anything was.
    pub fn notice(&self) -> Option<String> {
        let parts: Vec<_> = self.removed.iter().map(|(kind, count)| format!("{count} {}", kind.noun(*count))).collect();
        (!parts.is_empty())
            .then(|| format!("Taken out or made visible, because a reader does not see it: {}.", parts.join(", ")))
    }
}

/// How often a text is looked through. What one look takes out may uncover more; a text that is not an attack
/// needs two.
const MAX_LOOKS: usize = 8;

/// Returns `text` without what GitHub would not show of it.
pub fn clean(text: &str) -> Cleaned {
    let mut removed = BTreeMap::new();
    let mut text = text.to_owned();
    for _ in 0..MAX_LOOKS {
        let mut is_clean = true;
        let mut note = |kind| {
            is_clean = false;
            let count: &mut u32 = removed.entry(kind).or_default();
            *count = count.saturating_add(1);
        };
        text = visible(&text, &mut note);
        text = hidden::without(&text, &mut note);
        if is_clean {
            return Cleaned { text, removed };
        }
    }
    let mut marks = 0_u32;
    text = visible(&text, |_| marks = marks.saturating_add(1));
    let text = text.chars().map(|character| without_meaning(character, &mut marks)).collect();
    removed.insert(RemovedKind::NestedMarkup, marks);
    Cleaned { text, removed }
}

/// Returns the look-alike of a character that hidden text begins with, so that nothing can be hidden.
fn without_meaning(character: char, marks: &mut u32) -> char {
    let look_alike = match character {
        '<' => '‹',
        '&' => '＆',
        '[' => '［',
        '`' => 'ˋ',
        '~' => '∼',
        _ => return character,
    };
    *marks = marks.saturating_add(1);
    look_alike
}

#[cfg(test)]
mod tests;
