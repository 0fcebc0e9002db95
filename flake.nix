{
  description = "Xtablo, a self-hosted team board";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";
    crane.url = "github:ipetkov/crane";
    rust-overlay = {
      url = "github:oxalica/rust-overlay";
      inputs.nixpkgs.follows = "nixpkgs";
    };
    treefmt-nix = {
      url = "github:numtide/treefmt-nix";
      inputs.nixpkgs.follows = "nixpkgs";
    };
    advisory-db = {
      url = "github:rustsec/advisory-db";
      flake = false;
    };
  };

  outputs =
    inputs@{ self, nixpkgs, ... }:
    let
      inherit (nixpkgs) lib;
      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];
      partsOf = pkgs: import ./nix { inherit inputs pkgs; };
      parts = lib.genAttrs systems (system: partsOf nixpkgs.legacyPackages.${system});
      forEachSystem = output: lib.mapAttrs (_: output) parts;
    in
    {
      packages = forEachSystem (part: {
        default = part.xtablo;
        inherit (part)
          xtablo
          assets
          options-doc
          ;
        # Named by the commit. The tests are of the same image without it.
        image = part.image.override { revision = self.shortRev or self.dirtyShortRev or "unknown"; };
      });
      checks = forEachSystem (part: part.checks);
      # Apart from the checks, since they want KVM and time: `nix build .#tests.switch`, and so on.
      legacyPackages = forEachSystem (part: {
        tests = lib.recurseIntoAttrs part.vmTests;
      });
      devShells = forEachSystem (part: {
        default = part.devshell;
      });
      formatter = forEachSystem (part: part.treefmt.config.build.wrapper);
      apps = forEachSystem (part: {
        default = {
          type = "app";
          program = lib.getExe part.dev;
          meta.description = "The whole product on this machine, with a PostgreSQL of its own";
        };
      });

      templates.default = {
        path = ./deploy/nixos;
        description = "A host of one's own with Xtablo, installed by nixos-anywhere";
      };

      # Built with the packages that it is laid over.
      overlays.default = final: _prev: {
        inherit (partsOf final) xtablo;
      };

      nixosModules.default = self.nixosModules.xtablo;
      nixosModules.xtablo = {
        # Imported twice, by any name, it counts once.
        key = "xtablo#nixosModules.xtablo";
        _file = "${self}/flake.nix#nixosModules.xtablo";
        imports = [
          ./nixos-module
          (
            { lib, pkgs, ... }:
            {
              services.xtablo.package = lib.mkDefault self.packages.${pkgs.stdenv.hostPlatform.system}.xtablo;
            }
          )
        ];
      };

      nixosConfigurations.example = lib.nixosSystem {
        modules = [
          self.nixosModules.default
          ./nix/example-host.nix
        ];
      };
    };
}
