use super::*;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn found(root: &Path, pattern: &str) -> Vec<String> {
    let glob = Glob::parse(pattern).unwrap();
    find(root, start_of(&glob), |path| glob.matches(path)).unwrap().into_iter().collect()
}

#[test]
fn files_are_found_by_patterns_and_not_behind_links() {
    let root = folder();
    for path in ["a/junit.xml", "a/b/junit.xml", ".git/junit.xml", "node_modules/x/junit.xml", "junit.xml"] {
        fs::create_dir_all(root.path().join(path).parent().unwrap()).unwrap();
        fs::write(root.path().join(path), "x").unwrap();
    }
    let elsewhere = folder();
    fs::write(elsewhere.path().join("junit.xml"), "x").unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), root.path().join("link")).unwrap();
    assert_eq!(found(root.path(), "**/junit.xml"), ["a/b/junit.xml", "a/junit.xml", "junit.xml"]);
    assert_eq!(found(root.path(), "a/*.xml"), ["a/junit.xml"]);
    assert_eq!(found(root.path(), "junit.xml"), ["junit.xml"]);
    assert!(found(root.path(), "link/*.xml").is_empty());
    assert!(found(&root.path().join("a"), "../*.xml").is_empty());
    assert!(found(root.path(), "none/*.xml").is_empty());
    assert!(found(root.path(), "junit.xml/*").is_empty());
}

#[test]
fn only_files_of_bounded_size_are_read() {
    let root = folder();
    let path = root.path().join("file");
    fs::write(&path, "12345").unwrap();
    assert_eq!(read(&path, 5).unwrap(), b"12345");
    assert!(read(&path, 4).is_err());
    assert!(read(root.path(), 5).is_err());
    std::os::unix::fs::symlink(&path, root.path().join("link")).unwrap();
    assert!(read(&root.path().join("link"), 5).is_err());
}

#[test]
fn what_is_written_does_not_follow_links() {
    use std::io::Write as _;

    let (root, elsewhere) = (folder(), folder());
    std::os::unix::fs::symlink(elsewhere.path(), root.path().join("artifacts")).unwrap();
    fs::write(elsewhere.path().join("kept"), "kept").unwrap();
    create(root.path(), "artifacts/gates/x.log").unwrap().write_all(b"log").unwrap();
    assert_eq!(fs::read(root.path().join("artifacts/gates/x.log")).unwrap(), b"log");
    assert!(!elsewhere.path().join("gates").exists());
    let log = root.path().join("artifacts/gates/y.log");
    std::os::unix::fs::symlink(elsewhere.path().join("kept"), &log).unwrap();
    create(root.path(), "artifacts/gates/y.log").unwrap().write_all(b"log").unwrap();
    assert_eq!(fs::read_to_string(elsewhere.path().join("kept")).unwrap(), "kept");
    fs::create_dir_all(root.path().join("artifacts/gates/z.log/x")).unwrap();
    create(root.path(), "artifacts/gates/z.log").unwrap();
}
