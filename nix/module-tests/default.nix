# The module, looked at without a machine: good configurations render what they must, and bad ones are refused with a
# message that says what to do. Each other file here has those of one part of the module:
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

  configurationOf =
    {
      xtablo ? { },
      host ? { },
      ...
    }:
    (nixosSystem {
      modules = [
        module
        host
        {
          nixpkgs.hostPlatform = pkgs.stdenv.hostPlatform.system;
          boot.loader.grub.enable = false;
          fileSystems."/".device = "/dev/vda1";
          system.stateVersion = "26.05";
          services.xtablo = lib.mkMerge [
            {
              enable = true;
              domain = "board.example.org";
            }
            xtablo
          ];
        }
      ];
    }).config;

  messages = host: map (one: one.message) (lib.filter (one: !one.assertion) host.assertions);

  tools = rec {
    inherit lib module;
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
          tried = builtins.tryEval (builtins.deepSeq (lib.mapAttrs (_: unit: unit.text) units) true);
        in
        lib.optional tried.success "${name}: taken"
      ) (cases "mistyped")
    );
in
pkgs.runCommand "xtablo-module" { failures = lib.concatLines failures; } ''
  if [ -n "$failures" ]; then
    printf '%s' "$failures" >&2
    exit 1
  fi
  touch "$out"
''
