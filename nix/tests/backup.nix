# A backup brings everything back, on the same host and on another one.
{ variants, ... }:
{
  name = "xtablo-backup";
  nodes.server = import ./support/host.nix { inherit variants; };
  nodes.spare = {
    imports = [ (import ./support/host.nix { inherit variants; }) ];
    services.xtablo.backup.location = "/mnt/backups";
  };
  nodes.client = { };
  testScript = ''
    ${builtins.readFile ./support/visitor.py}
    start_all()
    visitor = Visitor(client)
    visitor.trust(server)
    visitor.sign_up("ada")
    board, card = visitor.make_board("Garden")
    client.succeed("head --bytes 3000000 /dev/urandom > /tmp/seeds.bin")
    seeds = client.succeed("sha256sum /tmp/seeds.bin").split()[0]
    file = visitor.upload(card, "/tmp/seeds.bin")

    # A hash of all that people have made.
    def contents(host):
        tables = ["users", "boards", "members", "columns", "cards", "files", "events"]
        hashed = "; ".join(f"SELECT '{table}', md5(coalesce(string_agg(t::text, ',' ORDER BY t::text), 'nothing')) FROM {table} t" for table in tables)
        rows = host.succeed(f"runuser -u xtablo -- psql --no-psqlrc --tuples-only --dbname=xtablo --command={shlex.quote(hashed)}")
        files = host.succeed("cd /var/lib/xtablo/files && find . -type f -exec sha256sum {} + | sort")
        return rows + files

    with subtest("the unit makes a backup, and the command proves it good"):
        server.succeed("systemctl start xtablo-backup.service")
        name = server.succeed("xtablo backup list | cut --fields=1 | tail -1").strip()
        server.succeed("xtablo backup verify")
        made = contents(server)

    with subtest("a damaged backup is found out"):
        dump = server.succeed(f"find /var/lib/xtablo/backups/{name} -type f -size +4k").split()[0]
        server.succeed(f"cp -a {dump} /tmp/whole; printf x | dd of={dump} bs=1 seek=2000 conv=notrunc")
        server.fail("xtablo backup verify")
        server.succeed(f"cp -a /tmp/whole {dump}; xtablo backup verify")

    with subtest("a host that has something is not overwritten by mistake"):
        visitor.make_board("Made after the backup")
        server.succeed("systemctl stop xtablo.target 'xtablo-w*'")
        said = server.fail(f"xtablo backup restore {name} 2>&1")
        assert "not empty" in said, said

    with subtest("a host that has lost everything gets everything back"):
        server.succeed("runuser -u postgres -- dropdb xtablo && systemctl restart postgresql-setup.service")
        server.succeed("rm -rf /var/lib/xtablo/files")
        server.succeed(f"xtablo backup restore {name}")
        server.succeed("systemctl start xtablo.target")
        visitor.trust(server)
        assert contents(server) == made
        assert "Card of Garden" in visitor.get(card), "also the session is there"
        assert visitor.sha256(file) == seeds

    with subtest("another host gets it too"):
        spare.wait_for_unit("xtablo-web.service")
        client.succeed("rm -f /tmp/jar")
        server.succeed(f"cd /var/lib/xtablo/backups && tar c {name} | base64 --wrap=0 > /tmp/backup")
        packed = server.succeed("cat /tmp/backup").strip()
        for start in range(0, len(packed), 65536):
            spare.succeed(f"printf %s {packed[start : start + 65536]} >> /tmp/backup")
        spare.succeed("base64 --decode /tmp/backup | tar x -C /mnt/backups && chown -R xtablo: /mnt/backups")
        spare.succeed("systemctl stop xtablo.target 'xtablo-w*'")
        spare.succeed(f"xtablo backup restore {name} --force")
        spare.succeed("systemctl start xtablo.target")
        assert contents(spare) == made

    with subtest("people sign in there, and find what they had"):
        visitor = Visitor(client, "spare")
        visitor.trust(spare)
        visitor.post("/login", email="ada@board.test", password="correct horse battery")
        assert "Card of Garden" in visitor.get(card)
        assert visitor.sha256(file) == seeds

    with subtest("no more backups are kept than were asked for"):
        for _ in range(16):
            server.succeed("systemctl start xtablo-backup.service")
        kept = server.succeed("xtablo backup list").splitlines()
        assert len([line for line in kept if "-before-" not in line]) == 14, kept

    with subtest("and the same file takes its room once"):
        linked = server.succeed("find /var/lib/xtablo/backups -path '*/files/*' -type f -size +2M -printf '%n\\n'").split()
        assert linked == ["14"] * 14, linked
  '';
}
