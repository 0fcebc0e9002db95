//! Any body gives a form, and reading its fields keeps their promises.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xtablo::forms::decode;

fuzz_target!(|body: &[u8]| {
    let mut form = decode(body).form(&["title", "body", "after", "wip_limit", "email", "password"]);
    let (title, text) = (form.line("title", 120), form.text("body", 1000));
    let limit = form.optional_number("wip_limit", 1, 999);
    form.optional_id("after");
    form.email("email");
    form.password("password", 10);
    assert_eq!(form.value("password"), "", "a password is never shown again");
    if form.is_valid() {
        assert!(!title.is_empty() && title.chars().count() <= 120 && !title.chars().any(char::is_control));
        assert!(text.chars().count() <= 1000 && !text.contains('\0'));
        assert!(limit.is_none_or(|limit| (1..=999).contains(&limit)));
    }
});
