# nginx in front, as docs/deploy.md has it.
{ lib, variants, ... }:
let
  docs = import ../docs.nix { inherit lib; };
in
{
  name = "xtablo-nginx";
  nodes.server =
    { pkgs, ... }:
    {
      imports = [
        (docs.example {
          heading = "nginx";
          instead."board.example.org" = "board.test";
        })
      ];
      services.xtablo = {
        enable = true;
        package = variants.base;
        domain = "board.test";
      };
      # No Let's Encrypt here: a certificate that it has not signed.
      services.nginx.virtualHosts."board.test" = {
        enableACME = lib.mkForce false;
        sslCertificate = "/var/lib/certificate/certificate.pem";
        sslCertificateKey = "/var/lib/certificate/key.pem";
      };
      systemd.services.certificate = {
        requiredBy = [ "nginx.service" ];
        before = [ "nginx.service" ];
        serviceConfig = {
          Type = "oneshot";
          RemainAfterExit = true;
          StateDirectory = "certificate";
        };
        script = ''
          cd /var/lib/certificate
          [ -e key.pem ] || ${pkgs.openssl}/bin/openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
            -subj /CN=board.test -addext subjectAltName=DNS:board.test -addext basicConstraints=critical,CA:FALSE \
            -keyout key.pem -out certificate.pem
          chgrp nginx key.pem
          chmod 0640 key.pem
        '';
      };
      networking.hosts."127.0.0.1" = [ "board.test" ];
      virtualisation.memorySize = 2048;
    };
  nodes.client = { };
  testScript = ''
    ${builtins.readFile ./support/visitor.py}
    start_all()
    visitor = Visitor(client)
    visitor.trust(server, "/var/lib/certificate/certificate.pem")

    with subtest("somebody signs up and makes a board"):
        visitor.sign_up("ada")
        board, card = visitor.make_board("Garden")
        assert "Card of Garden" in visitor.get(card)

    with subtest("a file that nginx's own limit would refuse goes through, there and back"):
        client.succeed("head --bytes 20000000 /dev/urandom > /tmp/seeds.bin")
        seeds = client.succeed("sha256sum /tmp/seeds.bin").split()[0]
        assert visitor.sha256(visitor.upload(card, "/tmp/seeds.bin")) == seeds

    with subtest("one that is too large is refused by web, in words"):
        client.succeed("truncate --size 30M /tmp/large.bin")
        answer = client.succeed(
            f"{visitor.curl} --write-out '%{{http_code}}' --form file=@/tmp/large.bin https://board.test{card}/files"
        )
        assert answer.endswith("413") and "25 MB" in answer, answer
        assert "nginx" not in answer, answer

    with subtest("HTTPS is asked for from then on, and plain HTTP leads there"):
        headers = client.succeed(f"{visitor.curl} --head https://board.test/login").lower()
        assert "strict-transport-security: max-age=31536000" in headers, headers
        sent_on = client.succeed("curl --silent --connect-to board.test:80:server:80 --output /dev/null --write-out '%{redirect_url}' http://board.test/")
        assert sent_on == "https://board.test/", sent_on

    with subtest("web is restarted, and no request fails"):
        ask = f"{visitor.curl} --fail --output /dev/null --write-out '%{{http_code}}\\n' 'https://board.test/boards?n=[1-300]' > /tmp/answers 2>&1"
        client.succeed(f"systemd-run --unit=load --service-type=exec --collect bash -c {shlex.quote(ask)}")
        client.wait_until_succeeds("[ $(wc --lines < /tmp/answers) -gt 20 ]")
        server.succeed("systemctl restart xtablo-web.service")
        client.wait_until_fails("systemctl is-active load")
        answers = client.succeed("cat /tmp/answers").splitlines()
        assert answers == ["200"] * 300, [answer for answer in answers if answer != "200"]

    with subtest("nobody but the proxy opens the socket"):
        server.fail("runuser -u nobody -- curl --fail --silent --unix-socket /run/xtablo/web.sock http://board.test/healthz")
        server.succeed("runuser -u nginx -- curl --fail --silent --unix-socket /run/xtablo/web.sock http://board.test/healthz")
  '';
}
