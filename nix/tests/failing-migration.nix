# A migration that fails calls the switch off before it has touched anything.
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

    with subtest("with the cause gone the same switch succeeds"):
        server.succeed("runuser -u xtablo -- psql --no-psqlrc --dbname=xtablo --command=\"UPDATE boards SET title = 'Tiny'\"")
        server.succeed("switch-to failing")
        assert "${variants.failing}" in server.succeed("systemctl show --property=ExecStart xtablo-web.service")
        visitor.get("/boards")
  '';
}
