# What people have made outlives a reboot.
{ variants, ... }:
{
  name = "xtablo-reboot";
  nodes.server = import ./support/host.nix { inherit variants; };
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
    assert visitor.sha256(file) == seeds

    for how in ["shut down", "cut off"]:
        with subtest(f"everything is there after the host was {how}"):
            if how == "cut off":
                server.succeed("sync")
                server.crash()
            else:
                server.shutdown()
            server.start()
            server.wait_for_unit("xtablo-web.service")
            server.wait_for_unit("xtablo-worker@1.service")
            client.wait_until_succeeds(f"{visitor.curl} --fail https://board.test/readyz")
            assert "Garden" in visitor.get("/boards"), "still signed in, and the board is there"
            assert "Card of Garden" in visitor.get(card)
            assert visitor.sha256(file) == seeds
            visitor.make_board(f"Made after the host was {how}")
  '';
}
