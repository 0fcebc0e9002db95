# A deploy is a switch and a rollback a switch back: under load, and no request is lost.
{ variants, ... }:
{
  name = "xtablo-switch";
  nodes.server =
    { lib, ... }:
    {
      imports = [
        (import ./support/host.nix { inherit variants; })
        ./support/switch.nix
      ];
      specialisation.expanding.configuration.services.xtablo.package = lib.mkForce variants.expanding;
    };
  nodes.client = { };
  testScript = ''
    ${builtins.readFile ./support/visitor.py}
    start_all()
    visitor = Visitor(client)
    visitor.trust(server)
    visitor.sign_up("ada")
    board, card = visitor.make_board("Garden")
    has_step = (
        "runuser -u xtablo -- psql --no-psqlrc --tuples-only --no-align --dbname=xtablo"
        " --command=\"SELECT count(*) FROM information_schema.columns WHERE column_name = 'nickname'\""
    )

    def process(unit):
        return server.succeed(f"systemctl show --property=MainPID,ActiveEnterTimestampMonotonic {unit}")

    # Four people who ask without a pause, each answer on a line of the log.
    def under_load(action):
        client.succeed("rm -f /tmp/stop /tmp/answers*")
        for n in range(4):
            ask = (
                f"{visitor.curl} --cookie-jar /dev/null --output /dev/null --write-out '%{{http_code}} %{{time_total}}\\n'"
                f" 'https://board.test{board}?n=[1-20]' >> /tmp/answers{n} 2>&1"
            )
            load = shlex.quote(f"while [ ! -e /tmp/stop ]; do {ask}; done")
            client.succeed(f"systemd-run --unit=load-{n} --collect bash -c {load}")
        client.wait_until_succeeds("[ $(cat /tmp/answers* | wc -l) -gt 200 ]")
        action()
        reached = int(client.succeed("cat /tmp/answers* | wc -l"))
        client.wait_until_succeeds(f"[ $(cat /tmp/answers* | wc -l) -gt {reached + 200} ]")
        client.succeed("touch /tmp/stop")
        for n in range(4):
            client.wait_until_fails(f"systemctl is-active load-{n}")
        answers = client.succeed("cat /tmp/answers*").splitlines()
        others = [answer for answer in answers if not answer.startswith("200 ")]
        longest = max(float(answer.split()[1]) for answer in answers if answer.startswith("200 "))
        print(f"{len(answers)} requests, {len(others)} failed, the longest took {longest} s")
        assert others == [], others[:10]

    caddy, web = process("caddy.service"), process("xtablo-web.service")
    assert server.succeed(has_step).strip() == "0"

    with subtest("a switch to a version with a migration: not one request fails"):
        under_load(lambda: server.succeed("switch-to expanding"))
        assert process("xtablo-web.service") != web, "web is the new one"
        assert server.succeed(has_step).strip() == "1"
        assert "${variants.expanding}" in server.succeed("systemctl show --property=ExecStart xtablo-web.service 'xtablo-worker@1.service'")
        assert process("caddy.service") == caddy, "Caddy never stopped"

    with subtest("the database was dumped before it was migrated"):
        assert server.succeed("ls /var/lib/xtablo/backups").strip() != ""

    with subtest("people write with the new version"):
        assert "Card of Garden" in visitor.get(card)
        visitor.make_board("Written by the newer version")

    with subtest("a switch back: the old version serves, nothing is lost, not one request fails"):
        under_load(lambda: server.succeed("switch-to base"))
        assert "${variants.base}" in server.succeed("systemctl show --property=ExecStart xtablo-web.service")
        assert "Written by the newer version" in visitor.get("/boards")
        assert server.succeed(has_step).strip() == "1", "the step stays: the old version does not notice it"
        visitor.make_board("Written by the older version again")
        assert process("caddy.service") == caddy, "Caddy never stopped"
  '';
}
