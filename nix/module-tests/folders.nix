# Folders of files and backups, the standard ones and others.
{
  lib,
  has,
  settings,
  bucket,
  ...
}:
{
  accepted = {
    "the standard folders" = {
      holds = host: {
        "a backup is made every day" = has host "xtablo-backup.timer" "OnCalendar=daily";
      };
    };
    "a folder of files beside the standard one" = {
      xtablo = {
        storage.local = "/var/lib/xtablo-files";
        storage.s3 = bucket;
      };
      holds = host: {
        "it is made" = host.systemd.tmpfiles.settings.xtablo ? "/var/lib/xtablo-files";
        "and can be written" = has host "xtablo-web.service" "ReadWritePaths=/var/lib/xtablo-files";
        "files that are not in the bucket are still found" =
          (settings host).STORAGE_DIR == "/var/lib/xtablo-files";
      };
    };
    "folders of one's own" = {
      xtablo = {
        dataDir = "/srv/xtablo";
        backup.location = "/mnt/backups";
      };
      holds = host: {
        "they are made" = lib.all (folder: host.systemd.tmpfiles.settings.xtablo ? ${folder}) [
          "/srv/xtablo"
          "/srv/xtablo/files"
          "/mnt/backups"
        ];
        "and can be written" = has host "xtablo-backup.service" "ReadWritePaths=/mnt/backups";
        "no disk is taken for an empty folder" =
          has host "xtablo-backup.service"
            "RequiresMountsFor=/mnt/backups";
      };
    };
  };
}
