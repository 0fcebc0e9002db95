# The units: how they start, stop, fail and change.
{
  lib,
  pkgs,
  hostOf,
  has,
  settings,
  unit,
  ...
}:
let
  services = [
    "xtablo-web.service"
    "xtablo-worker@.service"
    "xtablo-migrate.service"
    "xtablo-backup.service"
    "xtablo-secrets.service"
    "xtablo-update.service"
  ];
  # `key=value` of a unit, several values in one line or several.
  says =
    host: name: key: value:
    lib.any (line: lib.hasPrefix "${key}=" line && lib.hasInfix value line) (
      lib.splitString "\n" (unit host name)
    );
in
{
  accepted = {
    "services as they are" = {
      holds = host: {
        "a switch leaves web and worker to the unit that migrates first" =
          lib.all (name: has host name "X-RestartIfChanged=false") [
            "xtablo-web.service"
            "xtablo-worker@.service"
            "xtablo-migrate.service"
          ]
          && has host "xtablo-update.service" "X-StopIfChanged=false";
        "a switch leaves a backup alone" = has host "xtablo-backup.service" "X-RestartIfChanged=false";
        "a backup that was slept through is made up for" = has host "xtablo-backup.timer" "Persistent=true";
        "a wrong configuration is not tried again and again" =
          lib.all (name: has host name "Restart=always" && has host name "RestartPreventExitStatus=78")
            [
              "xtablo-web.service"
              "xtablo-worker@.service"
            ];
        "a failure starts nothing" = !lib.any (name: lib.hasInfix "OnFailure" (unit host name)) services;
      };
    };
    "services of another version" = {
      holds =
        let
          triggers = host: host.systemd.services.xtablo-update.restartTriggers;
          other = change: triggers (hostOf change).config != triggers (hostOf { }).config;
        in
        _: {
          "are replaced" = other { xtablo.package = lib.mkForce pkgs.hello; };
          "after a change of one of them, too" = other { xtablo.worker.watchdogSec = 90; };
          "after another secret of agenix" = other {
            host.systemd.services.xtablo-web.restartTriggers = [ "another" ];
          };
          "and not after a change of something else" = !other { host.networking.hostName = "another"; };
        };
    };
    "services whose failures are told" = {
      xtablo = {
        onFailure = [ "tell@%n.service" ];
        backup.onFailure = [ "page.service" ];
        backup.onSuccess = [ "copy.service" ];
      };
      holds = host: {
        "each tells" = lib.all (name: says host name "OnFailure" "tell@%n.service") services;
        "the backup tells more" =
          says host "xtablo-backup.service" "OnFailure" "page.service"
          && has host "xtablo-backup.service" "OnSuccess=copy.service";
        "and it alone" = !says host "xtablo-web.service" "OnFailure" "page.service";
      };
    };
    "web and worker with times of their own" = {
      xtablo = {
        web.shutdownTimeout = 20;
        web.watchdogSec = 15;
        worker.shutdownTimeout = 300;
        worker.watchdogSec = 90;
      };
      holds = host: {
        "web has its" =
          (settings host).SHUTDOWN_TIMEOUT_SECONDS == 20
          && has host "xtablo-web.service" "TimeoutStopSec=30"
          && has host "xtablo-web.service" "WatchdogSec=15";
        "worker has its" =
          lib.hasSuffix "/xtablo-worker --shutdown-timeout-seconds 300"
            host.systemd.services."xtablo-worker@".serviceConfig.ExecStart
          && has host "xtablo-worker@.service" "TimeoutStopSec=310"
          && has host "xtablo-worker@.service" "WatchdogSec=90";
      };
    };
  };
}
