# A migration that fails calls the switch off before it has touched anything; where the checks before it are skipped, the
# version that runs goes on all the same.
{ variants, ... }:
{
  name = "xtablo-failing-migration";
  nodes.server =
    { lib, ... }:
    {
      imports = [
        (import ./support/host.nix { inherit variants; })
        ./support/switch.nix
      ];
      specialisation.failing.configuration.services.xtablo.package = lib.mkForce variants.failing;
    };
  nodes.client = { };
  testScript = ''
    ${builtins.readFile ./support/visitor.py}
    start_all()
    visitor = Visitor(client)
    visitor.trust(server)
    visitor.sign_up("ada")
    visitor.make_board("Garden")
    server.wait_for_unit("xtablo-worker@1.service")

    def processes():
        return server.succeed("systemctl show --property=MainPID --value xtablo-web.service xtablo-worker@1.service")

    before = processes()
    with subtest("the switch fails, and says why"):
        said = server.fail("switch-to failing 2>&1")
        assert "boards_title_is_short" in said, said
        assert "nix-env --profile /nix/var/nix/profiles/system --" in said, said

    with subtest("the old version goes on, with the old data"):
        assert processes() == before
        assert "Garden" in visitor.get("/boards")
        visitor.make_board("Orchard")

    with subtest("trying again and again costs no dump"):
        assert server.succeed("xtablo backup list | wc --lines").strip() == "1"
        server.fail("switch-to failing")
        assert server.succeed("xtablo backup list | wc --lines").strip() == "1"

    with subtest("without the checks before a switch it fails later, and the old version still goes on"):
        server.fail("NIXOS_NO_CHECK=1 switch-to failing")
        assert processes() == before
        failed = server.succeed("systemctl list-units --failed --plain --no-legend 'xtablo*' | cut --delimiter=' ' --fields=1").split()
        assert sorted(failed) == ["xtablo-migrate.service", "xtablo-update.service"], failed
        server.succeed("journalctl --unit=xtablo-update.service | grep --quiet 'web and workers go on as they were'")
        assert "Orchard" in visitor.get("/boards")
        visitor.make_board("Meadow")

    with subtest("and back: nothing is left of it"):
        server.succeed("switch-to base")
        assert "${variants.base}" in server.succeed("systemctl show --property=ExecStart xtablo-web.service")
        left = server.succeed("systemctl list-units --failed --plain --no-legend 'xtablo*'")
        assert left == "", left
        assert "Meadow" in visitor.get("/boards")

    with subtest("with the cause gone the same switch succeeds"):
        server.succeed("runuser -u xtablo -- psql --no-psqlrc --dbname=xtablo --command=\"UPDATE boards SET title = 'Tiny'\"")
        server.succeed("switch-to failing")
        assert "${variants.failing}" in server.succeed("systemctl show --property=ExecStart xtablo-web.service")
        visitor.get("/boards")
  '';
}
