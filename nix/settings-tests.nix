# Settings that only Xtablo itself or systemd can judge, while they are built: good ones are taken, and each of those in
# wrong-settings.nix makes the build fail, by its own name.
{
  lib,
  pkgs,
  module,
  nixosSystem,
  package,
}:
let
  hostOf = import ./test-host.nix { inherit pkgs module nixosSystem; };
  settingsOf =
    xtablo:
    (hostOf {
      xtablo = lib.mkMerge [
        { inherit package; }
        xtablo
      ];
    }).config.services.xtablo.environmentFile;
  wrong = (import ./wrong-settings.nix { inherit lib; }).builds;

  good = [
    { }
    { backup.startAt = "Mon..Fri *-*-* 03:30:00 Europe/Berlin"; }
    {
      backup.enable = false;
      backup.startAt = "never looked at";
    }
  ];
in
pkgs.runCommand "xtablo-settings"
  {
    good = map settingsOf good;
    logs = map (
      case: "${pkgs.testers.testBuildFailure (settingsOf case.xtablo)}/testBuildFailure.log"
    ) wrong;
  }
  ''
    logs=($logs)
    n=0
    for name in ${lib.escapeShellArgs (map (case: case.name) wrong)}; do
      grep --fixed-strings --word-regexp -- "$name" "''${logs[n]}" || {
        echo "$name is not refused by its name:" >&2
        cat "''${logs[n]}" >&2
        exit 1
      }
      n=$((n + 1))
    done
    touch "$out"
  ''
