# `nix run`: `xtablo dev`, with nixpkgs' PostgreSQL.
{
  writeShellApplication,
  postgresql,
  xtablo,
}:
writeShellApplication {
  name = "xtablo-dev";
  text = ''
    export PG_BIN=''${PG_BIN:-${postgresql}/bin}
    exec ${xtablo}/bin/xtablo dev "$@"
  '';
}
