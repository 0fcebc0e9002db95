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

    caddy, web = process("caddy.service"), process("xtablo-web.service")
    assert server.succeed(has_step).strip() == "0"

    with subtest("a switch to a version with a migration: not one request fails"):
        visitor.under_load(board, lambda: server.succeed("switch-to expanding"))
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
        visitor.under_load(board, lambda: server.succeed("switch-to base"))
        assert "${variants.base}" in server.succeed("systemctl show --property=ExecStart xtablo-web.service")
        assert "Written by the newer version" in visitor.get("/boards")
        assert server.succeed(has_step).strip() == "1", "the step stays: the old version does not notice it"
        visitor.make_board("Written by the older version again")
        assert process("caddy.service") == caddy, "Caddy never stopped"
  '';
}
