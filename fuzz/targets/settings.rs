//! Any settings give a configuration, or errors with names and without secrets.
#![no_main]

use libfuzzer_sys::fuzz_target;
use xtablo::config::{Config, SETTINGS, Source};

fuzz_target!(|values: Vec<&str>| {
    let pairs = SETTINGS.iter().zip(&values).map(|(setting, value)| (setting.name.to_owned(), (*value).to_owned()));
    if let Err(errors) = Config::load(&Source::from_environment(pairs)) {
        assert!(!errors.wrong.is_empty());
        for error in &errors.wrong {
            assert!(SETTINGS.iter().any(|setting| setting.name == error.name));
        }
    }
});
