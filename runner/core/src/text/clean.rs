//! stub
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
}
