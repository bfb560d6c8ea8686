use super::*;

const MINUTE: Duration = Duration::from_mins(1);

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

#[test]
fn one_holds_the_lease_until_it_ends() {
    let first = Lease::take(None, "a", at(0), MINUTE).unwrap();
    assert_eq!((first.fencing, first.expires), (1, at(60)));
    let held = LeaseError::Held { owner: "a".to_owned(), until: at(60) };
    assert_eq!(Lease::take(Some(&first), "b", at(59), MINUTE), Err(held.clone()));
    // Even the same name is another process.
    assert_eq!(Lease::take(Some(&first), "a", at(59), MINUTE), Err(held));
    let second = Lease::take(Some(&first), "b", at(60), MINUTE).unwrap();
    assert_eq!(second.fencing, 2);
}

#[test]
fn a_holder_whose_lease_was_taken_can_neither_renew_nor_write() {
    let first = Lease::take(None, "a", at(0), MINUTE).unwrap();
    let second = Lease::take(Some(&first), "b", at(60), MINUTE).unwrap();
    let lost = Err(LeaseError::Lost { owner: "b".to_owned() });
    assert_eq!(first.check(&second), lost);
    assert_eq!(first.renew(&second, at(61), MINUTE).map(|_| ()), lost);
    assert_eq!(second.check(&second), Ok(()));
    let renamed = Lease { owner: "c".to_owned(), ..second.clone() };
    assert!(second.check(&renamed).is_err());
}

#[test]
fn a_lease_is_extended_and_never_shortened_by_a_renewal() {
    let lease = Lease::take(None, "a", at(0), MINUTE).unwrap();
    assert_eq!(lease.renew(&lease, at(30), MINUTE).unwrap().expires, at(90));
    assert_eq!(lease.renew(&lease, at(30), Duration::ZERO).unwrap().expires, at(60));
    // Nobody took it in between, so the work goes on.
    assert_eq!(lease.renew(&lease, at(100), MINUTE).unwrap().expires, at(160));
}

#[test]
fn a_released_lease_is_free_at_once_and_its_number_is_not_used_again() {
    let first = Lease::take(None, "a", at(0), MINUTE).unwrap();
    let released = first.released(at(10));
    assert!(!released.is_live(at(10)));
    assert_eq!(Lease::take(Some(&released), "b", at(10), MINUTE).unwrap().fencing, 2);
    assert_eq!(first.released(at(100)).expires, at(60));
}

fn letter(number: u64) -> Letter {
    Letter { number, at: at(0), event: Event::RunnerReady }
}

#[test]
fn letters_are_read_in_order_each_once_and_none_is_jumped_over() {
    let numbers = |letters: &[u64], read| {
        let letters: Vec<Letter> = letters.iter().copied().map(letter).collect();
        unread(&letters, read).map(|letters| letters.iter().map(|letter| letter.number).collect::<Vec<_>>())
    };
    assert_eq!(numbers(&[3, 1, 2, 2], 0), Ok(vec![1, 2, 3]));
    assert_eq!(numbers(&[1, 2, 3], 2), Ok(vec![3]));
    assert_eq!(numbers(&[1, 2, 3], 3), Ok(vec![]));
    assert_eq!(numbers(&[1, 3], 0), Err(2));
    assert_eq!(numbers(&[2, 3], 0), Err(1));
    assert_eq!(numbers(&[], 0), Ok(vec![]));
}
