# A host with all of Xtablo, as the tests use it.
{ variants }:
{
  services.xtablo = {
    enable = true;
    package = variants.base;
    domain = "board.test";
    openFirewall = true;
    caddy.extraConfig = "tls internal";
  };
  networking.hosts."127.0.0.1" = [ "board.test" ];
  virtualisation.memorySize = 2048;
}
