# A host with Xtablo and little else, for tests that look at configurations: from the module's settings, and a NixOS module of
# what else is on the host, to the evaluated system.
{
  pkgs,
  module,
  nixosSystem,
}:
{
  xtablo ? { },
  host ? { },
  ...
}:
nixosSystem {
  modules = [
    module
    host
    {
      nixpkgs.hostPlatform = pkgs.stdenv.hostPlatform.system;
      boot.loader.grub.enable = false;
      fileSystems."/".device = "/dev/vda1";
      system.stateVersion = "26.05";
      services.xtablo = pkgs.lib.mkMerge [
        {
          enable = true;
          domain = "board.example.org";
        }
        xtablo
      ];
    }
  ];
}
