//! The tables of what blocks and of what has an asynchronous twin, as people and the scripts in `apis/` read them.

#[test]
fn the_tables_are_as_reviewed() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        insta::assert_snapshot!("blocking-table", asyncfix_codemods::blocking_table());
        insta::assert_snapshot!("twin-table", asyncfix_codemods::twin_table());
        insta::assert_snapshot!("protocol-table", asyncfix_codemods::protocol_table());
    });
}
