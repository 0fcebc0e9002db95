//! Stops the build early, with the command to run, where the front end has not been built.

fn main() {
    let manifest = "static/dist/manifest.json";
    println!("cargo::rerun-if-changed={manifest}");
    println!("cargo::rerun-if-changed=migrations");
    println!("cargo::rerun-if-changed=templates");
    println!("cargo::rerun-if-changed=locales");
    if !std::path::Path::new(manifest).exists() {
        println!(
            "cargo::error={manifest} is missing. Build the front end: (cd static && npm ci && npm run build)"
        );
    }
}
