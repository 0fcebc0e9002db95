# Folders of files and backups, the standard ones and others.
{
  lib,
  has,
  unit,
  settings,
  bucket,
  ...
}:
{
  accepted = {
    "the standard folders" = {
      holds = host: {
        "systemd makes what each service writes to" =
          has host "xtablo-web.service" "StateDirectory=xtablo/files"
          && !has host "xtablo-web.service" "StateDirectory=xtablo/backups"
          && has host "xtablo-backup.service" "StateDirectory=xtablo/backups";
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
    "migrations without a dump" = {
      xtablo = {
        backup.location = "/mnt/backups";
        migrations.backupBefore = false;
      };
      holds = host: {
        "do not want the disk of the backups" =
          !lib.hasInfix "/mnt/backups" (unit host "xtablo-migrate.service");
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
