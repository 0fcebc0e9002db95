# The image: loaded as it is, not as root, on a root that nobody can write, healthy by its own check.
{ lib, image, ... }:
{
  name = "xtablo-image";
  nodes.server = {
    virtualisation.podman.enable = true;
    virtualisation.diskSize = 4096;
    virtualisation.memorySize = 2048;
    environment.etc."image.tar.gz".source = image;
    services.postgresql = {
      enable = true;
      # The image's user is nobody that this host knows.
      authentication = lib.mkForce "local all all trust";
      ensureDatabases = [ "xtablo" ];
      ensureUsers = [
        {
          name = "xtablo";
          ensureDBOwnership = true;
        }
      ];
    };
  };
  testScript = ''
    server.wait_for_unit("postgresql.target")

    with subtest("it is loaded, and says who it is"):
        loaded = server.succeed("podman load --quiet --input /etc/image.tar.gz")
        name = loaded.removeprefix("Loaded image:").strip()
        assert name.startswith("localhost/xtablo:"), loaded
        user = server.succeed(f"podman inspect --format '{{{{.Config.User}}}} {{{{.Config.Cmd}}}}' {name}").strip()
        assert user == "10001:10001 []", user

    run = (
        "podman run --detach --read-only --cap-drop all --security-opt no-new-privileges --network host"
        " --volume /run/postgresql:/run/postgresql --env 'DATABASE_URL=postgres:///xtablo?host=/run/postgresql&user=xtablo'"
        " --env SESSION_SECRET=0123456789abcdef0123456789abcdef"
    )

    with subtest("web and worker run from it, read-only, and not as root"):
        server.succeed(f"{run} --name web {name} xtablo-web")
        server.wait_until_succeeds("curl --fail --silent http://127.0.0.1:8080/readyz")
        server.succeed(f"{run} --name worker {name} xtablo-worker")
        server.wait_until_succeeds("curl --fail --silent http://127.0.0.1:8081/readyz")
        for container in ["web", "worker"]:
            pid = server.succeed(f"podman inspect --format '{{{{.State.Pid}}}}' {container}").strip()
            status = server.succeed(f"cat /proc/{pid}/status")
            for line in ["Uid:\t10001\t10001\t10001\t10001", "NoNewPrivs:\t1", "CapEff:\t0000000000000000"]:
                assert line in status, status
            root = server.succeed(f"awk '$5 == \"/\" {{ print $6 }}' /proc/{pid}/mountinfo").strip()
            assert root.startswith("ro"), root

    with subtest("it says itself whether it is well"):
        server.succeed("podman exec web xtablo healthcheck")
        server.succeed("podman exec worker xtablo healthcheck --worker")
        server.succeed("podman healthcheck run web")

    with subtest("it ends at SIGTERM, in order"):
        server.succeed("podman stop --time 30 web worker")
        for container in ["web", "worker"]:
            code = server.succeed(f"podman inspect --format '{{{{.State.ExitCode}}}}' {container}").strip()
            assert code == "0", code
  '';
}
