//! Tests of who may do what.

use super::*;

/// Who we are in all tests.
pub(crate) const OUR_APP: u64 = 7;
pub(crate) const OUR_ACCOUNT: u64 = 700;
/// A bot that is listed.
pub(crate) const LISTED_BOT: u64 = 900;

pub(crate) fn rules() -> AccessRules {
    AccessRules {
        ours: Ours { app_id: OUR_APP, account_id: OUR_ACCOUNT, slug: Arc::from("pipemason") },
        roles: Roles::default(),
        self_approve: SelfApproval::Auto,
        allowed_bots: BTreeSet::from([LISTED_BOT]),
    }
}

/// Makes a user whose number is `id`.
pub(crate) fn user(id: u64, right: Right) -> Person {
    account(id, "somebody", AccountKind::User, right)
}

pub(crate) fn account(id: u64, login: &str, kind: AccountKind, right: Right) -> Person {
    Person { account: Account { id, login: Arc::from(login), kind }, through_app: None, right: Lookup::Known(right) }
}

pub(crate) const EVERY_DENIAL: [Denial; 9] = [
    Denial::TooFewRights { needed: Right::Write },
    Denial::RightUnknown,
    Denial::OthersUnknown,
    Denial::OwnRequest,
    Denial::UnlistedBot,
    Denial::BotApproval,
    Denial::ThroughApp,
    Denial::NotAPerson,
    Denial::Ourselves,
];

const APPROVE: Action = Action::Approve { is_requester: false, others: OtherApprovers::Nobody };

const ACTIONS: [Action; 6] =
    [Action::Look, Action::Start, Action::Resume, Action::Cancel, APPROVE, Action::RaiseBudget];

const RIGHTS: [Right; 6] = [Right::None, Right::Read, Right::Triage, Right::Write, Right::Maintain, Right::Admin];

fn permissions(steps: [bool; 5]) -> Permissions {
    let [pull, triage, push, maintain, admin] = steps;
    Permissions { pull, triage: Some(triage), push, maintain: Some(maintain), admin }
}

#[test]
fn sec_12_the_booleans_decide_and_nothing_else() {
    for (steps, right) in [
        ([false, false, false, false, false], Right::None),
        ([true, false, false, false, false], Right::Read),
        ([true, true, false, false, false], Right::Triage),
        ([true, true, true, false, false], Right::Write),
        ([true, true, true, true, false], Right::Maintain),
        ([true, true, true, true, true], Right::Admin),
        // Contradictions count for the lower right.
        ([false, true, true, true, true], Right::None),
        ([true, true, false, false, true], Right::Triage),
        ([true, true, true, false, true], Right::Write),
    ] {
        assert_eq!(Right::of(permissions(steps)), right, "{steps:?}");
    }
}

#[test]
fn where_maintain_does_not_exist_admin_stands_for_it() {
    let old = |push, admin| Permissions { pull: true, triage: None, push, maintain: None, admin };
    assert_eq!(Right::of(old(true, true)), Right::Admin);
    assert_eq!(Right::of(old(true, false)), Right::Write);
    assert_eq!(Right::of(old(false, false)), Right::Read);
    assert!(Right::of(old(true, true)) >= Right::Maintain);
}

#[test]
fn each_action_takes_exactly_its_right() {
    let needed = [Right::Read, Right::Write, Right::Write, Right::Write, Right::Maintain, Right::Maintain];
    for (action, needed) in ACTIONS.into_iter().zip(needed) {
        for right in RIGHTS {
            let expected = if right >= needed { Ok(Grant::ByRight) } else { Err(Denial::TooFewRights { needed }) };
            assert_eq!(may(action, &user(1, right), &rules()), expected, "{action:?} {right:?}");
        }
    }
}

#[test]
fn the_configured_roles_count_one_by_one() {
    let configured = AccessRules {
        roles: Roles { start: Right::Triage, resume: Right::Maintain, cancel: Right::Read, approve: Right::Admin },
        ..rules()
    };
    let allowed = |right| ACTIONS.map(|action| may(action, &user(1, right), &configured).is_ok());
    assert_eq!(allowed(Right::Read), [true, false, false, true, false, false]);
    assert_eq!(allowed(Right::Triage), [true, true, false, true, false, false]);
    assert_eq!(allowed(Right::Maintain), [true, true, true, true, false, false]);
    assert_eq!(allowed(Right::Admin), [true; 6]);
}

#[test]
fn somebody_without_any_right_may_nothing_even_where_the_role_is_none() {
    let open = AccessRules {
        roles: Roles { start: Right::None, resume: Right::None, cancel: Right::None, approve: Right::None },
        ..rules()
    };
    for action in ACTIONS {
        assert!(may(action, &user(1, Right::None), &open).is_err(), "{action:?}");
        assert!(may(action, &user(1, Right::Read), &open).is_ok(), "{action:?}");
    }
}

#[test]
fn sec_13_accounts_count_by_kind_and_number_never_by_name() {
    for login in ["evil[bot]", "Copilot", "pipemason-bot", "pipemason[bot]", "dependabot[bot]"] {
        let bot = account(901, login, AccountKind::Bot, Right::Admin);
        let listed = account(LISTED_BOT, login, AccountKind::Bot, Right::Write);
        let named_alike = account(1, login, AccountKind::User, Right::Read);
        let other = account(2, login, AccountKind::Other, Right::Admin);
        let listed_other = account(LISTED_BOT, login, AccountKind::Other, Right::Admin);
        assert_eq!(may(Action::Start, &bot, &rules()), Err(Denial::UnlistedBot));
        assert_eq!(may(Action::Start, &listed, &rules()), Ok(Grant::ByRight));
        let denied = Denial::TooFewRights { needed: Right::Write };
        assert_eq!(may(Action::Start, &named_alike, &rules()), Err(denied));
        assert_eq!(may(Action::Look, &other, &rules()), Err(Denial::NotAPerson));
        assert_eq!(may(Action::Start, &listed_other, &rules()), Err(Denial::NotAPerson));
    }
    let weak_bot = account(LISTED_BOT, "helper[bot]", AccountKind::Bot, Right::Triage);
    assert!(may(Action::Start, &weak_bot, &rules()).is_err());
}

#[test]
fn the_kind_of_an_account_is_what_the_api_says() {
    for (kind, expected) in [
        ("User", AccountKind::User),
        ("Bot", AccountKind::Bot),
        ("Organization", AccountKind::Other),
        ("Mannequin", AccountKind::Other),
        ("user", AccountKind::Other),
        ("", AccountKind::Other),
    ] {
        assert_eq!(AccountKind::of_type(kind), expected, "{kind}");
    }
}

#[test]
fn sec_14_a_right_that_cannot_be_read_is_a_no_worth_asking_again() {
    let all = Some(permissions([true; 5]));
    assert_eq!(Lookup::of_answer(200, all), Lookup::Known(Right::Admin));
    for status in [0, 199, 201, 301, 304, 403, 404, 429, 500, 502, 503] {
        let expected = Lookup::Uncertain(Uncertainty::Status(status));
        assert_eq!(Lookup::of_answer(status, all), expected);
        assert_eq!(Lookup::of_answer(status, None), expected);
    }
    assert_eq!(Lookup::of_answer(200, None), Lookup::Uncertain(Uncertainty::Unreadable));
    for uncertainty in [Uncertainty::Status(404), Uncertainty::Unreadable, Uncertainty::NoAnswer] {
        let person = Person { right: Lookup::Uncertain(uncertainty), ..user(1, Right::Admin) };
        for action in ACTIONS {
            let denial = may(action, &person, &rules()).unwrap_err();
            assert!(denial == Denial::RightUnknown && denial.is_retryable(), "{action:?}");
        }
    }
}

#[test]
fn sec_15_we_are_known_by_number_and_may_nothing() {
    let ours = rules().ours;
    assert!(ours.did(OUR_ACCOUNT, None) && ours.did(1, Some(OUR_APP)));
    assert!(!ours.did(1, None) && !ours.did(1, Some(8)) && !ours.did(OUR_APP, Some(OUR_ACCOUNT)));
    for person in [
        account(OUR_ACCOUNT, "x", AccountKind::Bot, Right::Admin),
        account(OUR_ACCOUNT, "x", AccountKind::User, Right::Admin),
        Person { through_app: Some(OUR_APP), ..user(1, Right::Admin) },
    ] {
        for action in ACTIONS {
            assert_eq!(may(action, &person, &rules()), Err(Denial::Ourselves), "{action:?}");
        }
    }
}

#[test]
fn sec_17_what_comes_through_another_app_is_not_a_person_speaking() {
    let through = |person| Person { through_app: Some(8), ..person };
    assert_eq!(may(Action::Start, &through(user(1, Right::Admin)), &rules()), Err(Denial::ThroughApp));
    let listed = account(LISTED_BOT, "helper[bot]", AccountKind::Bot, Right::Write);
    assert_eq!(may(Action::Start, &through(listed), &rules()), Ok(Grant::ByRight));
}

#[test]
fn sec_19_nobody_approves_their_own_request_where_somebody_else_may() {
    let all_others = [OtherApprovers::Exist, OtherApprovers::Nobody, OtherApprovers::Uncertain];
    let own = Err(Denial::OwnRequest);
    for (self_approve, expected) in [
        (SelfApproval::Auto, [own, Ok(Grant::SelfApproved), Err(Denial::OthersUnknown)]),
        (SelfApproval::Never, [own; 3]),
        (SelfApproval::Always, [Ok(Grant::SelfApproved); 3]),
    ] {
        let rules = AccessRules { self_approve, ..rules() };
        let maintainer = user(1, Right::Maintain);
        let by = |is_requester, others| may(Action::Approve { is_requester, others }, &maintainer, &rules);
        assert_eq!(all_others.map(|others| by(true, others)), expected, "{self_approve:?}");
        assert_eq!(all_others.map(|others| by(false, others)), [Ok(Grant::ByRight); 3], "{self_approve:?}");
        let writer =
            may(Action::Approve { is_requester: true, others: OtherApprovers::Nobody }, &user(1, Right::Write), &rules);
        assert_eq!(writer, Err(Denial::TooFewRights { needed: Right::Maintain }));
    }
    assert!(Denial::OthersUnknown.is_retryable() && !Denial::OwnRequest.is_retryable());
}

#[test]
fn sec_19_no_bot_approves_listed_or_not() {
    let bot = |id| account(id, "helper[bot]", AccountKind::Bot, Right::Admin);
    assert_eq!(may(APPROVE, &bot(LISTED_BOT), &rules()), Err(Denial::BotApproval));
    assert_eq!(may(APPROVE, &bot(901), &rules()), Err(Denial::UnlistedBot));
    assert_eq!(may(Action::RaiseBudget, &bot(LISTED_BOT), &rules()), Err(Denial::BotApproval));
    assert_eq!(may(Action::Resume, &bot(LISTED_BOT), &rules()), Ok(Grant::ByRight));
}

#[test]
fn only_uncertain_denials_are_worth_asking_again() {
    let retryable: Vec<_> = EVERY_DENIAL.into_iter().filter(|denial| denial.is_retryable()).collect();
    assert_eq!(retryable, [Denial::RightUnknown, Denial::OthersUnknown]);
}
