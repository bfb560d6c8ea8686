//! Everything goes well the first time.

use insta::assert_snapshot;
use pipemason_tests::machine::World;

#[test]
fn a_run_without_a_user_interface_walks_to_its_end() {
    assert_snapshot!(World::new(&["api"]).started().story(), @"");
}

#[test]
fn a_run_with_two_units_and_a_user_interface_walks_to_its_end() {
    assert_snapshot!(World::new(&["api", "web"]).started().story(), @"");
}
