//! The table of what blocks, as people and `apis/check.py` read it.

#[test]
fn the_table_of_blocking_calls_is_as_reviewed() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("blocking-table", asyncfix_codemods::blocking_table()));
}
