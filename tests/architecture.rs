//! Imports run one way: from floor to floor downwards, and in no circle among files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The floors of src/, the lowest first. A module may import what stands on its own floor or below; docs/architecture.md
/// draws them.
const FLOORS: [&[&str]; 10] = [
    &[
        "config",
        "email_address",
        "error",
        "language",
        "plain_text",
        "schema",
        "text_enum",
        "time_zone",
        "turns",
    ],
    &[
        "db",
        "storage",
        "queue",
        "files",
        "pictures",
        "markdown",
        "conditional_requests",
        "assets",
        "cluster",
        "locales",
    ],
    &["tasks", "mail", "telemetry"],
    &["models"],
    &["templates", "realtime", "instance", "garbage", "verification", "relocation", "backup", "forms"],
    &["views", "auth", "app", "problem"],
    &["pages", "receiving", "sending", "export", "replies", "host", "security_log"],
    &["handlers", "api", "jobs", "server"],
    &["router", "web", "worker"],
    &["cli"],
];

/// Each file of src/ by its path in modules, such as `models/card`, and its text without tests and comments.
fn sources() -> BTreeMap<String, String> {
    fn read(folder: &Path, files: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                read(&path, files);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let name = path.with_extension("");
                let name = name.strip_prefix("src").expect("below src").display().to_string();
                if name.ends_with("/tests") {
                    continue;
                }
                let text = std::fs::read_to_string(&path).expect("UTF-8");
                let code = text.split("#[cfg(test)]\n").next().unwrap_or_default();
                let code: Vec<&str> =
                    code.lines().map(|line| line.split("//").next().unwrap_or("")).collect();
                files.insert(name, code.join("\n"));
            }
        }
    }
    let mut files = BTreeMap::new();
    read(Path::new("src"), &mut files);
    files
}

/// The paths that a `use` names: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn expand(tree: &str) -> Vec<String> {
    let Some((prefix, rest)) = tree.split_once('{') else {
        return vec![tree.split(" as ").next().unwrap_or_default().trim().to_owned()];
    };
    let inner = rest.rsplit_once('}').map_or(rest, |(inner, _)| inner);
    let (mut depth, mut parts) = (0, vec![String::new()]);
    for letter in inner.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().expect("one at least").push(letter);
    }
    let parts = parts.iter().filter(|part| !part.trim().is_empty());
    parts.flat_map(|part| expand(part.trim())).map(|path| format!("{}{path}", prefix.trim())).collect()
}

/// Which files each file imports, without those that it contains.
fn imports(files: &BTreeMap<String, String>) -> BTreeMap<&str, BTreeSet<&str>> {
    let resolve = |path: &str| {
        let parts: Vec<&str> = path.split("::").collect();
        let found =
            (1..=parts.len()).rev().find_map(|length| files.get_key_value(&parts[..length].join("/")));
        found.map(|(name, _)| name.as_str())
    };
    let of = |name: &str, code: &str| {
        let uses = code.split("use ").skip(1).filter_map(|rest| rest.split(';').next());
        let uses =
            uses.filter(|tree| tree.starts_with("crate::") || tree.starts_with("super::")).flat_map(expand);
        let inline = code.split("crate::").skip(1).map(|rest| {
            let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != ':');
            format!("crate::{}", &rest[..end.unwrap_or(rest.len())])
        });
        let absolute = |path: String| {
            let ups = path.matches("super::").count();
            let own: Vec<&str> = name.split('/').collect();
            let base = own[..own.len().saturating_sub(ups)].join("::");
            let rest = path.trim_start_matches("super::");
            match path.strip_prefix("crate::") {
                Some(path) => path.to_owned(),
                None if base.is_empty() => rest.to_owned(),
                None => format!("{base}::{rest}"),
            }
        };
        let is_other = |other: &&str| *other != name && !other.starts_with(&format!("{name}/"));
        uses.chain(inline).map(absolute).filter_map(|path| resolve(&path)).filter(is_other).collect()
    };
    files.iter().map(|(name, code)| (name.as_str(), of(name, code))).collect()
}

fn top(name: &str) -> &str {
    name.split('/').next().unwrap_or(name)
}

#[test]
fn imports_run_downwards() {
    let files = sources();
    let floor = |name: &str| FLOORS.iter().position(|floor| floor.contains(&top(name)));
    let mut upwards = Vec::new();
    for (name, imported) in imports(&files) {
        // The programs are above all floors, and lib.rs lists them.
        if name == "lib" || name.starts_with("bin/") {
            continue;
        }
        let own = floor(name).unwrap_or_else(|| panic!("{name} stands on no floor"));
        let too_high = imported.into_iter().filter(|other| floor(other).is_none_or(|other| other > own));
        upwards.extend(too_high.map(|other| format!("{name} imports {other}")));
    }
    assert!(upwards.is_empty(), "{upwards:#?}");
}

#[test]
fn no_handler_imports_a_handler() {
    let files = sources();
    for (name, imported) in imports(&files) {
        let is_handler = |name: &str| {
            name.strip_prefix("handlers/")
                .is_some_and(|rest| !rest.starts_with("extract") && rest != "error_pages")
        };
        if is_handler(name) {
            let handlers: Vec<_> = imported.into_iter().filter(|other| is_handler(other)).collect();
            assert!(handlers.is_empty(), "{name} imports {handlers:?}");
        }
    }
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let files = sources();
    let imports = imports(&files);
    // Files that import nothing that is left are taken away, until only circles and what leads to them are left.
    let mut left = imports.clone();
    loop {
        let ends: Vec<&str> =
            left.iter().filter(|(_, imported)| imported.is_empty()).map(|(name, _)| *name).collect();
        if ends.is_empty() {
            break;
        }
        left.retain(|name, _| !ends.contains(name));
        for imported in left.values_mut() {
            imported.retain(|name| !ends.contains(name));
        }
    }
    assert!(left.is_empty(), "in or before a circle: {left:#?}");
}

#[test]
fn a_use_is_read_as_the_compiler_does() {
    assert_eq!(
        expand("crate::a::{b, c::{d, e as f}, self}"),
        ["crate::a::b", "crate::a::c::d", "crate::a::c::e", "crate::a::self"]
    );
    let files =
        [("a", "use crate::b::{X, c::Y};"), ("b", ""), ("b/c", "use super::Z;\nfn f() { crate::a::g() }")];
    let files = files.map(|(name, code)| (name.to_owned(), code.to_owned())).into();
    let imports = imports(&files);
    assert_eq!(imports["a"], ["b", "b/c"].into());
    assert_eq!(imports["b/c"], ["a", "b"].into());
}
