# The disk of the backups is away: backups fail and say so, people go on.
{ variants, ... }:
{
  name = "xtablo-backup-disk";
  nodes.server = {
    imports = [ (import ./support/host.nix { inherit variants; }) ];
    services.xtablo = {
      backup.location = "/mnt/backups/xtablo";
      backup.onSuccess = [ "tell@good.service" ];
      onFailure = [ "tell@%n.service" ];
    };
    systemd.services."tell@" = {
      scriptArgs = "%i";
      script = "echo \"$1\" >> /run/told";
    };
  };
  nodes.client = { };
  testScript = ''
    ${builtins.readFile ./support/visitor.py}
    start_all()
    visitor = Visitor(client)
    visitor.trust(server)
    visitor.sign_up("ada")

    def mount(what):
        unit = f"[Mount]\nWhat={what}\nWhere=/mnt/backups\nType=tmpfs\n"
        if what != "tmpfs":
            unit = unit.replace("Type=tmpfs", "Type=ext4")
        server.succeed(f"printf %s {shlex.quote(unit)} > /run/systemd/system/mnt-backups.mount")
        server.succeed("systemctl daemon-reload")

    # What the boot before the disk was lost has written.
    beneath = server.succeed("find /mnt/backups -type f")

    # As /etc/fstab would say it of a disk that is not plugged in.
    mount("/dev/disk-that-is-away")

    with subtest("web and worker start without it"):
        server.succeed("systemctl restart xtablo.target xtablo-web.service xtablo-worker@1.service")
        server.wait_for_unit("xtablo-web.service")
        server.wait_for_unit("xtablo-worker@1.service")
        visitor.make_board("Garden")

    with subtest("the backup fails, and nothing is written to the folder where the disk would be"):
        said = server.fail("systemctl start xtablo-backup.service 2>&1")
        assert "dependency" in said, said
        server.wait_until_succeeds("grep --quiet '^xtablo-backup.service$' /run/told")
        server.fail("xtablo backup create")
        server.fail("xtablo migrate --backup")
        server.succeed("xtablo user list")
        assert server.succeed("find /mnt/backups -type f") == beneath

    with subtest("with the disk back the backup is made on it"):
        mount("tmpfs")
        server.succeed("systemctl start mnt-backups.mount")
        server.succeed("install --directory --owner=xtablo --group=xtablo --mode=0750 /mnt/backups/xtablo")
        server.succeed("systemctl start xtablo-backup.service")
        server.wait_until_succeeds("grep --quiet '^good$' /run/told")
        server.succeed("xtablo backup verify")
        server.succeed("systemctl stop mnt-backups.mount")
        assert server.succeed("find /mnt/backups -type f") == beneath, "it was on the disk"
  '';
}
