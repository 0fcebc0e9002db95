# Everything that script/* needs, and what one wants beside it.
{
  craneLib,
  cargo-audit,
  cargo-bloat,
  cargo-deny,
  cargo-fuzz,
  cargo-nextest,
  chromium,
  diesel-cli,
  firefox-esr,
  nodejs,
  postgresql,
  python3,
  shellcheck,
}:
craneLib.devShell {
  packages = [
    cargo-audit
    cargo-bloat
    cargo-deny
    cargo-fuzz
    cargo-nextest
    chromium
    diesel-cli
    firefox-esr
    nodejs
    postgresql
    python3
    shellcheck
  ];
  PG_BIN = "${postgresql}/bin";
}
