# The image: the binaries, CA certificates, time zones, and who we are. Its user says which service it is to be. Without a
# revision it is the same until its content changes.
{
  lib,
  self,
  dockerTools,
  runCommand,
  cacert,
  tzdata,
  xtablo,
  revision ? null,
}:
let
  id = 10001;
  root = runCommand "xtablo-image-root" { } ''
    mkdir -p $out/etc/ssl/certs $out/usr/share $out/bin
    echo 'xtablo:x:${toString id}:${toString id}:Xtablo:/var/lib/xtablo:/sbin/nologin' >$out/etc/passwd
    echo 'xtablo:x:${toString id}:' >$out/etc/group
    ln -s ${cacert}/etc/ssl/certs/ca-bundle.crt $out/etc/ssl/certs/ca-certificates.crt
    ln -s ${tzdata}/share/zoneinfo $out/usr/share/zoneinfo
    ln -s ${xtablo}/bin/* $out/bin/
  '';
in
dockerTools.buildLayeredImage {
  name = "xtablo";
  tag = lib.concatStringsSep "-" ([ xtablo.version ] ++ lib.optional (revision != null) revision);
  created = "@${toString (if revision == null then 1 else self.lastModified)}";
  contents = [ root ];
  fakeRootCommands = ''
    mkdir -p tmp var/lib/xtablo/files var/lib/xtablo/backups
    chmod 1777 tmp
    chmod -R u=rwX,go= var/lib/xtablo
    chown -R ${toString id}:${toString id} var/lib/xtablo
  '';
  config = {
    User = "${toString id}:${toString id}";
    WorkingDir = "/var/lib/xtablo";
    Env = [
      "PATH=/bin"
      "LISTEN=0.0.0.0:8080"
      "WORKER_LISTEN=127.0.0.1:8081"
    ];
    ExposedPorts."8080/tcp" = { };
    Healthcheck = {
      Test = [
        "CMD"
        "xtablo"
        "healthcheck"
      ];
      # In nanoseconds.
      Interval = 10 * 1000 * 1000 * 1000;
      Timeout = 5 * 1000 * 1000 * 1000;
      StartPeriod = 30 * 1000 * 1000 * 1000;
      Retries = 3;
    };
    Labels = {
      "org.opencontainers.image.title" = "Xtablo";
      "org.opencontainers.image.description" = xtablo.meta.description;
      "org.opencontainers.image.version" = xtablo.version;
      "org.opencontainers.image.licenses" = "MIT OR Apache-2.0";
    }
    // lib.optionalAttrs (revision != null) {
      "org.opencontainers.image.revision" = self.rev or self.dirtyRev or revision;
    };
  };
}
