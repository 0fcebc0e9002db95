# The module, looked at without a machine: good configurations render what they must, and bad ones are refused with a
# message that says what to do. ../wrong-settings.nix is the table of what each option refuses by its own name; each other
# file here has the cases of one part of the module:
#   accepted   by name: a configuration, and what must be true of its host
#   refused    by name: a configuration, and what its refusal must say
#   mistyped   by name: a configuration with a value that the type of its option does not take
{
  lib,
  pkgs,
  module,
  nixosSystem,
}:
let
  files = lib.filterAttrs (name: _: lib.hasSuffix ".nix" name && name != "default.nix") (
    builtins.readDir ./.
  );
  parts = lib.mapAttrsToList (file: _: import (./. + "/${file}") tools) files;
  cases = kind: lib.foldl' lib.attrsets.unionOfDisjoint { } (map (part: part.${kind} or { }) parts);

  hostOf = import ../test-host.nix { inherit pkgs module nixosSystem; };
  configurationOf = case: (hostOf case).config;
  wrong = import ../wrong-settings.nix { inherit lib; };

  messages = host: map (one: one.message) (lib.filter (one: !one.assertion) host.assertions);
  # Whether a part of a configuration can be evaluated.
  isThere = value: (builtins.tryEval (builtins.deepSeq value true)).success;

  tools = rec {
    inherit
      lib
      pkgs
      module
      hostOf
      nixosSystem
      ;
    inherit (import ../docs.nix { inherit lib; }) example;

    unit = host: name: host.systemd.units.${name}.text;
    # Whether a unit has this line, as a whole.
    has =
      host: name: line:
      lib.elem line (lib.splitString "\n" (unit host name));
    settings = host: host.services.xtablo.settings;
    site = host: host.services.caddy.virtualHosts."board.example.org".extraConfig;

    remote = {
      database = {
        createLocally = false;
        host = "db.example.org";
        passwordFile = "/run/secrets/database";
      };
      credentials.SESSION_SECRET = "/run/secrets/session";
    };

    bucket = {
      endpoint = "https://s3.example.org";
      bucket = "xtablo";
      accessKeyFile = "/run/secrets/s3-access";
      secretKeyFile = "/run/secrets/s3-secret";
    };
  };

  failures =
    lib.concatLists (
      lib.mapAttrsToList (
        name: case:
        let
          host = configurationOf case;
          wrong = lib.filterAttrs (_: true': !true') (case.holds host);
        in
        map (message: "${name}: refused: ${message}") (messages host)
        ++ map (what: "${name}: not so: ${what}") (lib.attrNames wrong)
      ) (cases "accepted")
    )
    ++ lib.concatLists (
      lib.mapAttrsToList (
        name: case:
        let
          said = messages (configurationOf case);
        in
        lib.optional (
          !lib.any (lib.hasInfix case.says) said
        ) "${name}: taken, or refused otherwise: ${toString said}"
      ) (cases "refused")
    )
    ++ lib.concatLists (
      lib.mapAttrsToList (
        name: xtablo:
        let
          units = (configurationOf { inherit xtablo; }).systemd.units;
        in
        lib.optional (isThere (lib.mapAttrs (_: unit: unit.text) units)) "${name}: taken"
      ) (cases "mistyped")
    )
    ++ lib.concatMap (
      case:
      let
        said = lib.filter (lib.hasPrefix "services.xtablo.") (messages (configurationOf case));
        isNamed = message: builtins.match "services[.]xtablo[.]([^: ]+).*" message == [ case.name ];
      in
      lib.optional (
        said == [ ] || !lib.all isNamed said
      ) "${case.name}: taken, or refused by another name: ${toString said}"
    ) wrong.assertions
    ++ lib.concatMap (
      case:
      let
        value = lib.getAttrFromPath (lib.splitString "." case.name);
      in
      lib.optional (
        !isThere (value (configurationOf { }).services.xtablo)
        || isThere (value (configurationOf case).services.xtablo)
      ) "${case.name}: taken"
    ) wrong.types;
in
pkgs.runCommand "xtablo-module" { failures = lib.concatLines failures; } ''
  if [ -n "$failures" ]; then
    printf '%s' "$failures" >&2
    exit 1
  fi
  touch "$out"
''
