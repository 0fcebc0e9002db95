{
  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";
    # With the packages that it was tested with: they need not be the host's.
    xtablo.url = "git+https://git.example.org/xtablo";
    disko.url = "github:nix-community/disko";
    disko.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    {
      nixpkgs,
      xtablo,
      disko,
      ...
    }:
    {
      nixosConfigurations.board = nixpkgs.lib.nixosSystem {
        modules = [
          xtablo.nixosModules.default
          disko.nixosModules.disko
          ./disk.nix
          ./host.nix
        ];
      };
    };
}
