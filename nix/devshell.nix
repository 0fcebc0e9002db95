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
  nodejs,
  postgresql,
  shellcheck,
  stdenv,
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
    nodejs
    postgresql
    shellcheck
    stdenv.cc
  ];
  PG_BIN = "${postgresql}/bin";
}
