# Wrong settings that only Xtablo itself or systemd can judge: each makes the build of the settings fail, under its own name.
{
  lib,
  pkgs,
  module,
  nixosSystem,
  package,
}:
let
  settingsOf =
    xtablo:
    (nixosSystem {
      modules = [
        module
        {
          nixpkgs.hostPlatform = pkgs.stdenv.hostPlatform.system;
          boot.loader.grub.enable = false;
          fileSystems."/".device = "/dev/vda1";
          system.stateVersion = "26.05";
          services.xtablo = lib.mkMerge [
            {
              enable = true;
              domain = "board.example.org";
              inherit package;
            }
            xtablo
          ];
        }
      ];
    }).config.services.xtablo.environmentFile;

  good = [
    { }
    { backup.startAt = "Mon..Fri *-*-* 03:30:00 Europe/Berlin"; }
    {
      backup.enable = false;
      backup.startAt = "never looked at";
    }
  ];

  # By what the refusal must say.
  wrong = {
    "services.xtablo.backup.startAt: Failed to parse calendar specification 'every day'" = {
      backup.startAt = "every day";
    };
    "services.xtablo.backup.startAt: Failed to parse calendar specification 'daily Europe/Belrin'" = {
      backup.startAt = "daily Europe/Belrin";
    };
    "services.xtablo.settings.REGISTRATON: Xtablo has no setting of this name" = {
      settings.REGISTRATON = "closed";
    };
    "REGISTRATION" = {
      settings.REGISTRATION = "perhaps";
    };
    "MAX_UPLOAD_SIZE_MB" = {
      settings.MAX_UPLOAD_SIZE_MB = "lots";
    };
    "WORKER_QUEUES" = {
      worker.queues = [ "no such queue" ];
    };
    "LOG_FORMAT" = {
      settings.LOG_FORMAT = "xml";
    };
    "TRUSTED_PROXIES" = {
      settings.TRUSTED_PROXIES = "localhost";
    };
    "MAIL_FROM" = {
      mail.from = "nobody";
    };
    "DATABASE_URL" = {
      settings.DATABASE_URL = "mysql://localhost/xtablo";
    };
  };
in
pkgs.runCommand "xtablo-settings"
  {
    good = map settingsOf good;
    logs = map (xtablo: "${pkgs.testers.testBuildFailure (settingsOf xtablo)}/testBuildFailure.log") (
      lib.attrValues wrong
    );
  }
  ''
    logs=($logs)
    n=0
    for says in ${lib.escapeShellArgs (lib.attrNames wrong)}; do
      grep --fixed-strings -- "$says" "''${logs[n]}" || {
        echo "not refused as '$says', but:" >&2
        cat "''${logs[n]}" >&2
        exit 1
      }
      n=$((n + 1))
    done
    touch "$out"
  ''
