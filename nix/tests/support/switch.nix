# `switch-to NAME`: to the specialisation of that name, or to `base`; its exit status is the switch's.
# Where systemd runs without NixOS around it, it does with Xtablo's units what a switch of NixOS does with all of them.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  switched =
    host:
    let
      units = lib.filterAttrs (name: unit: lib.hasPrefix "xtablo" name && unit.enable) host.systemd.units;
    in
    pkgs.linkFarm "xtablo-units" (
      lib.mapAttrsToList (name: unit: {
        inherit name;
        path = pkgs.writeText "unit" unit.text;
      }) units
      ++ [
        {
          name = "checks";
          path = host.system.preSwitchChecks.script;
        }
      ]
    );
  generations = pkgs.linkFarm "generations" (
    lib.mapAttrsToList (name: host: {
      inherit name;
      path = switched host;
    }) ({ base = config; } // lib.mapAttrs (_: one: one.configuration) config.specialisation)
  );

  switch-to = pkgs.writeShellScriptBin "switch-to" ''
    set -u
    if [ -e /run/booted-system/bin/switch-to-configuration ]; then
      [ "$1" = base ] && exec /run/booted-system/bin/switch-to-configuration test
      exec "/run/booted-system/specialisation/$1/bin/switch-to-configuration" test
    fi

    new=${generations}/$1 failed=0
    [ -n "''${NIXOS_NO_CHECK-}" ] || "$new/checks" "$new" test || exit 1
    restart=()
    for file in "$new"/xtablo*; do
      unit=''${file##*/}
      cmp --quiet "$file" "/etc/systemd/system/$unit" && continue
      cp --remove-destination "$(readlink -f "$file")" "/etc/systemd/system/$unit"
      # What of ours a switch restarts sets stopIfChanged = false: sockets stay.
      grep --quiet '^X-RestartIfChanged=false' "$file" && continue
      case $unit in
        *@.service)
          restart+=($(systemctl list-units --plain --no-legend --state=active "''${unit%.service}*" | cut -d' ' -f1))
          ;;
        *.service) systemctl --quiet is-active "$unit" && restart+=("$unit") ;;
      esac
    done
    systemctl daemon-reload || failed=1
    [ "''${#restart[@]}" = 0 ] || systemctl restart -- "''${restart[@]}" || failed=4
    systemctl start xtablo.target || failed=4
    exit $failed
  '';
in
{
  environment.systemPackages = [ switch-to ];
  system.switch.enable = lib.mkForce true;
}
