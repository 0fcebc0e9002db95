# Whole hosts: the least there is, one for workers alone, and what no host can be.
{
  lib,
  module,
  unit,
  has,
  settings,
  remote,
  bucket,
  ...
}:
{
  accepted = {
    "the least there is" = {
      holds = host: {
        "no RuntimeDirectory takes the socket away" =
          !lib.hasInfix "RuntimeDirectory" (unit host "xtablo-web.service");
        "services wait for the whole of PostgreSQL" =
          lib.all (name: lib.hasInfix "postgresql.target" (unit host name))
            [
              "xtablo-migrate.service"
              "xtablo-web.service"
              "xtablo-worker@.service"
              "xtablo-backup.service"
            ];
        "the database is dumped before it is migrated" = lib.hasInfix "xtablo migrate --backup --keep 5" (
          unit host "xtablo-migrate.service"
        );
        "and before a switch touches anything" =
          host.system.preSwitchChecks.xtablo or "" == "${host.services.xtablo.migrations.ahead} \"$@\"";
        "the command is on the PATH" =
          lib.elem host.services.xtablo.command host.environment.systemPackages;
      };
    };
    "the example host" = {
      host = ../example-host.nix;
      holds = host: {
        "bounds its journal, with an option of no one NixOS" =
          host.services.journald.extraConfig or "" == ""
          && host.environment.etc ? "systemd/journald.conf.d/size.conf";
        "is open for HTTPS and SSH alone" =
          lib.sort lib.lessThan host.networking.firewall.allowedTCPPorts == [
            22
            80
            443
          ];
        "backs itself up" = host.systemd.units ? "xtablo-backup.timer";
      };
    };
    "a host that is migrated by hand" = {
      xtablo.migrations.auto = false;
      holds = host: {
        "migrates neither before a switch nor at boot" =
          !(host.system.preSwitchChecks ? xtablo) && !(host.systemd.units ? "xtablo-migrate.service");
      };
    };
    "a host that imports the module twice" = {
      host.imports = [ module ];
      holds = host: {
        "has it once" = host.services.xtablo.package.pname == "xtablo";
      };
    };
    "a host for workers alone" = {
      xtablo = remote // {
        web.enable = false;
        worker.instances = 2;
        worker.queues = [ "default" ];
        metrics.enable = true;
        storage.s3 = bucket;
      };
      holds = host: {
        "there is no web and no proxy" =
          !(host.systemd.units ? "xtablo-web.service") && !host.services.caddy.enable;
        "both workers are wanted" = lib.hasInfix "xtablo-worker@1.service xtablo-worker@2.service" (
          unit host "xtablo.target"
        );
        "each has an address" = lib.hasInfix "WORKER_LISTEN=127.0.0.1:947%i" (
          unit host "xtablo-worker@.service"
        );
        "they serve what they are told to" = (settings host).WORKER_QUEUES == "default";
        "nothing is migrated or backed up here" =
          !(host.systemd.units ? "xtablo-migrate.service") && !(host.systemd.units ? "xtablo-backup.timer");
      };
    };
  };

  refused =
    lib.mapAttrs'
      (
        name: value:
        lib.nameValuePair "metrics of workers at ${name}" {
          xtablo.metrics = {
            enable = true;
            workerListen = value;
          };
          says = "services.xtablo.metrics.workerListen must be an address with a port";
        }
      )
      {
        "no port" = "nowhere%i";
        "a port too high" = "127.0.0.1:65536";
        "a path" = "/run/worker%i.sock";
        "an IPv6 address without brackets" = "::1:947%i";
      }
    // {
      "metrics of web at no address" = {
        xtablo.metrics = {
          enable = true;
          webListen = "9470";
        };
        says = "services.xtablo.metrics.webListen must be an address with a port";
      };
      "workers at one address" = {
        xtablo = {
          worker.instances = 2;
          metrics = {
            enable = true;
            workerListen = "127.0.0.1:9471";
          };
        };
        says = "put %i into it";
      };
      "a host for nothing" = {
        xtablo = remote // {
          web.enable = false;
          worker.enable = false;
        };
        says = "both web.enable and worker.enable are off";
      };
    };

  mistyped = {
    "an option that is not there" = {
      web.listne = "127.0.0.1:8080";
    };
  };
}
