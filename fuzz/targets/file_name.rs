//! Any name becomes one that may be kept, and any name can be said in a header and an address.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xtablo::files::disposition::Disposition;
use xtablo::files::name::{NAME_MOST, clean, in_url};

fuzz_target!(|given: &str| {
    let name = clean(given);
    assert!(!name.is_empty() && name.chars().count() <= NAME_MOST && name.trim() == name);
    assert!(!name.contains(['/', '\\']) && !name.chars().any(char::is_control) && name != "." && name != "..");
    assert_eq!(clean(&name), name);
    for name in [given, &name] {
        let header = Disposition::Attachment.header(name);
        let said = header.to_str().expect("ASCII");
        assert!(said.starts_with("attachment; filename=\"") && said.matches('"').count() == 2, "{said}");
        assert!(in_url(name).bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~%".contains(&byte)));
    }
});
