//! The pattern that says how branches are named.

use std::fmt;
use std::str::FromStr;

/// What stands for a part of a branch name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Placeholder {
    Type,
    Description,
    Ticket,
    Story,
    Epic,
    Program,
    User,
}

impl Placeholder {
    const ALL: [Self; 7] =
        [Self::Type, Self::Description, Self::Ticket, Self::Story, Self::Epic, Self::Program, Self::User];

    /// Says whether runs differ in it.
    pub(super) fn tells_apart(self) -> bool {
        match self {
            Self::Description | Self::Ticket | Self::Story => true,
            Self::Type | Self::Epic | Self::Program | Self::User => false,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::Description => "description",
            Self::Ticket => "ticket",
            Self::Story => "story",
            Self::Epic => "epic",
            Self::Program => "program",
            Self::User => "user",
        }
    }
}

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Piece {
    Literal(String),
    Placeholder(Placeholder),
}

/// How a branch is named: text with placeholders such as `{ticket}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BranchPattern {
    pieces: Vec<Piece>,
}

/// Why a text is not a pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    #[error(
        "`{{{name}}}` is not a placeholder; known are {{type}}, {{description}}, {{ticket}}, {{story}}, {{epic}}, {{program}} and {{user}}"
    )]
    UnknownPlaceholder { name: String },
    #[error("a brace of the pattern has no partner")]
    LooseBrace,
    #[error("the pattern is empty or longer than {MAX_PATTERN_BYTES} bytes")]
    Length,
}

/// Longer patterns leave no place for what they are about.
const MAX_PATTERN_BYTES: usize = 200;

impl BranchPattern {
    pub(super) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }
}

/// `{type}/{ticket}-{description}`.
impl Default for BranchPattern {
    fn default() -> Self {
        Self {
            pieces: vec![
                Piece::Placeholder(Placeholder::Type),
                Piece::Literal("/".to_owned()),
                Piece::Placeholder(Placeholder::Ticket),
                Piece::Literal("-".to_owned()),
                Piece::Placeholder(Placeholder::Description),
            ],
        }
    }
}

impl FromStr for BranchPattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        if text.is_empty() || text.len() > MAX_PATTERN_BYTES {
            return Err(PatternError::Length);
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((literal, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or(PatternError::LooseBrace)?;
            let placeholder = Placeholder::ALL.into_iter().find(|placeholder| placeholder.name() == name);
            let placeholder = placeholder.ok_or_else(|| PatternError::UnknownPlaceholder { name: name.to_owned() })?;
            push_literal(&mut pieces, literal)?;
            pieces.push(Piece::Placeholder(placeholder));
            rest = after;
        }
        push_literal(&mut pieces, rest)?;
        Ok(Self { pieces })
    }
}

fn push_literal(pieces: &mut Vec<Piece>, literal: &str) -> Result<(), PatternError> {
    if literal.contains('}') {
        return Err(PatternError::LooseBrace);
    }
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal.to_owned()));
    }
    Ok(())
}

impl fmt::Display for BranchPattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => formatter.write_str(text)?,
                Piece::Placeholder(placeholder) => write!(formatter, "{{{}}}", placeholder.name())?,
            }
        }
        Ok(())
    }
}
