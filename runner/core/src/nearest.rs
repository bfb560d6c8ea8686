//! The known word that somebody meant who wrote an unknown one.

/// Longest word that is compared; the longest key of the configuration has 29 characters.
const MAX_COMPARED_CHARACTERS: usize = 40;

/// Returns the word nearest to `word`, if it is near enough to be what was meant.
pub(crate) fn nearest<'w>(word: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let length = word.chars().count();
    if length > MAX_COMPARED_CHARACTERS {
        return None;
    }
    // In a word of two letters every other word would be near.
    let allowed = if length < 3 { 0 } else { (length / 3).max(1) };
    words
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Returns how many letters have to be put in, taken out, exchanged or swapped with their neighbor; case and `-`
/// for `_` are free.
fn distance(left: &str, right: &str) -> usize {
    let letters = |text: &str| -> Vec<char> { text.to_lowercase().replace('-', "_").chars().collect() };
    let (left, right) = (letters(left), letters(right));
    // Rows of the usual table: the row for no letters of `left`, for one, for two, …
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (taken, letter) in left.iter().enumerate() {
        let mut row = vec![taken + 1];
        for (other_taken, other) in right.iter().enumerate() {
            let cell = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX - 1);
            let exchanged = cell(&last, other_taken) + usize::from(letter != other);
            let added_or_removed = cell(&row, other_taken).min(cell(&last, other_taken + 1)) + 1;
            let previous =
                |letters: &[char], taken: usize| taken.checked_sub(1).and_then(|index| letters.get(index).copied());
            let is_swapped = previous(&left, taken) == Some(*other) && previous(&right, other_taken) == Some(*letter);
            let swapped = if is_swapped { cell(&before_last, other_taken.saturating_sub(1)) + 1 } else { usize::MAX };
            row.push(exchanged.min(added_or_removed).min(swapped));
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distance_counts_letters() {
        for (left, right, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("abc", "", 3),
            ("abc", "abc", 0),
            ("abc", "abx", 1),
            ("abc", "ac", 1),
            ("ac", "abc", 1),
            ("kitten", "sitting", 3),
            ("flaw", "lawn", 2),
            ("ñandú", "nandu", 2),
            ("Max-Usd", "max_usd", 0),
            ("€x", "x", 1),
            ("wbe", "web", 1),
            ("tset", "test", 1),
            ("abcd", "badc", 2),
            ("xab", "yba", 2),
            ("xy", "yx", 1),
        ] {
            assert_eq!(distance(left, right), expected, "{left} {right}");
        }
    }

    #[test]
    fn only_what_is_near_is_suggested() {
        let words = ["test", "lint", "typecheck", "status", "start", "cancel"];
        for (typed, meant) in [
            ("test", Some("test")),
            ("tset", Some("test")),
            ("lnt", Some("lint")),
            ("type_check", Some("typecheck")),
            ("tes", Some("test")),
            ("Stauts", Some("status")),
            ("strat", Some("start")),
            ("cancle", Some("cancel")),
            ("cancxx", Some("cancel")),
            ("canxxx", None),
            ("canc", None),
            ("txxt", None),
            ("tchck", None),
            ("deploy", None),
            ("xy", None),
            ("", None),
        ] {
            assert_eq!(nearest(typed, words), meant, "{typed}");
        }
        let long = "x".repeat(40);
        assert_eq!(nearest(&long, [long.as_str()]), Some(long.as_str()));
        let longer = "x".repeat(41);
        assert_eq!(nearest(&longer, [longer.as_str()]), None);
    }
}
