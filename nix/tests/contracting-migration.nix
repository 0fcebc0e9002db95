# A migration that takes something away: the version before must not run on what is left, and the dump brings it back.
{ variants, ... }:
{
  name = "xtablo-contracting-migration";
  nodes.server =
    { lib, ... }:
    {
      imports = [
        (import ./support/host.nix { inherit variants; })
        ./support/switch.nix
      ];
      specialisation.contracting.configuration.services.xtablo.package = lib.mkForce variants.contracting;
    };
  nodes.client = { };
  testScript =
    { nodes, ... }:
    let
      newer = "${nodes.server.specialisation.contracting.configuration.services.xtablo.command}/bin/xtablo";
      older = "${nodes.server.services.xtablo.command}/bin/xtablo";
    in
    ''
      ${builtins.readFile ./support/visitor.py}
      start_all()
      visitor = Visitor(client)
      visitor.trust(server)
      visitor.sign_up("ada")
      visitor.make_board("Garden")

      with subtest("the step is applied, and takes something away"):
          server.succeed("switch-to contracting")
          boards = visitor.get("/boards")
          assert "Garden" not in boards and "taken away" in boards, boards

      with subtest("a switch back is called off, with the name of the dump that makes it possible"):
          said = server.fail("switch-to base 2>&1")
          assert "too old for its database" in said and "-before-20990101000002" in said, said
          assert "taken away" in visitor.get("/boards"), "the newer version goes on"

      with subtest("forced, the newer version still goes on"):
          server.fail("NIXOS_NO_CHECK=1 switch-to base")
          server.succeed("journalctl --unit=xtablo-migrate.service | grep --quiet 'too old for its database'")
          assert "taken away" in visitor.get("/boards")

      with subtest("and the older version refuses to start"):
          server.fail("systemctl restart xtablo-web.service")
          server.wait_until_succeeds("journalctl --unit=xtablo-web.service | grep --quiet 'too old for its database'")
          server.fail("systemctl is-active xtablo-web.service")

      with subtest("the dump restores what was there"):
          server.succeed("systemctl stop xtablo.target 'xtablo-w*'")
          dump = server.succeed(f"${older} backup list | cut --fields=1 | grep -- -before-20990101000002").strip()
          server.fail(f"${older} backup restore {dump}")
          server.succeed(f"${older} backup restore {dump} --force")
          server.succeed("systemctl start xtablo.target")
          visitor.trust(server)
          boards = visitor.get("/boards")
          assert "Garden" in boards and "taken away" not in boards, boards

      with subtest("taken back by the newer version, the step is no obstacle to a switch back"):
          server.succeed("switch-to contracting")
          said = server.fail(f"${newer} migrate down")
          assert "20990101000002 would be taken back" in said, said
          server.succeed(f"${newer} migrate --backup down --yes")
          server.succeed("switch-to base")
          visitor.trust(server)
          visitor.make_board("Orchard")
    '';
}
