# `xtablo` on root's PATH: the program as the services' user, with their settings and secrets.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.services.xtablo;
  properties = lib.concatLists (
    lib.mapAttrsToList (
      name: value: map (value: "--property=${name}=${toString value}") (lib.toList value)
    ) cfg.serviceConfig
  );
in
{
  options.services.xtablo.command = lib.mkOption {
    type = lib.types.package;
    internal = true;
    readOnly = true;
    description = "The command, for those who run it from other units.";
    default = pkgs.writeShellScriptBin "xtablo" ''
      if [ "$(${pkgs.coreutils}/bin/id -u)" != 0 ]; then
        echo "xtablo: needs root, to run as ${cfg.user} with the services' secrets" >&2
        exit 77
      fi
      # What makes a dump wants the disk of the backups, not the empty folder where it would be mounted. Asked beforehand:
      # with --wait systemd-run calls a command that could not start a success.
      case " $* " in
        *" backup "* | *" --backup "*)
          ${config.systemd.package}/bin/systemd-run --quiet --collect --service-type=oneshot \
            ${lib.escapeShellArg "--property=RequiresMountsFor=${cfg.backup.location}"} \
            ${pkgs.coreutils}/bin/true || exit
          ;;
      esac
      # A terminal where there is one, for what asks; else what comes in and goes out is passed on as it is.
      if [ -t 0 ] && [ -t 1 ]; then io=--pty; else io=--pipe; fi
      exec ${config.systemd.package}/bin/systemd-run --quiet --collect --wait --service-type=exec "$io" \
        --property=WorkingDirectory="-$PWD" --property=UMask=0077 --setenv=PATH=${
          lib.makeBinPath [ cfg.database.package ]
        } \
        ${lib.escapeShellArgs properties} \
        -- ${cfg.package}/bin/xtablo "$@"
    '';
  };

  config = lib.mkIf cfg.enable { environment.systemPackages = [ cfg.command ]; };
}
