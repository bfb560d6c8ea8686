use super::*;

#[test]
fn a_hash_reads_back_as_it_was_written() {
    let hash = ContentHash::of(b"specification");
    assert_eq!(hash.to_string().parse::<ContentHash>().unwrap(), hash);
    let commit: CommitSha = "0123456789abcdef0123456789abcdef01234567".parse().unwrap();
    assert_eq!(commit.to_string(), "0123456789abcdef0123456789abcdef01234567");
    assert_eq!(commit.short(), "0123456");
    let long: TreeHash = "ab".repeat(32).parse().unwrap();
    assert_eq!(long.to_string(), "ab".repeat(32));
}

#[test]
fn a_hash_has_one_spelling() {
    for text in ["", "0", "ABCDEF0123456789abcdef0123456789abcdef01", "g123456789abcdef0123456789abcdef01234567", "é"]
    {
        assert!(text.parse::<ObjectId>().is_err(), "{text}");
        assert!(text.parse::<ContentHash>().is_err(), "{text}");
    }
}

#[test]
fn parts_do_not_run_into_each_other() {
    let hash = |parts: &[&str]| ContentHash::of_parts(parts.iter().map(|part| part.as_bytes()));
    assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
    assert_ne!(hash(&["ab"]), hash(&["ab", ""]));
    assert_eq!(hash(&["ab", "c"]), hash(&["ab", "c"]));
}

#[test]
fn people_name_a_hash_by_twelve_digits_or_more() {
    let hash = ContentHash::of(b"diff");
    let text = hash.to_string();
    assert!(hash.is_named_by(&text));
    assert!(hash.is_named_by(text.get(..12).unwrap()));
    assert!(hash.is_named_by(&text.get(..12).unwrap().to_uppercase()));
    assert!(!hash.is_named_by(text.get(..11).unwrap()));
    assert!(!hash.is_named_by(""));
    assert!(!hash.is_named_by(&format!("{text}0")));
    assert_eq!(hash.short(), text.get(..12).unwrap());
}
