# Everything the flake gives for one system, each part in the file of its name; the parts find each other by name.
{ inputs, pkgs }:
let
  inherit (pkgs) lib;
in
lib.makeScope pkgs.newScope (
  parts:
  let
    # For what is no package, and so has nothing to override.
    values =
      file:
      let
        part = import file;
      in
      part (builtins.intersectAttrs (lib.functionArgs part) (pkgs // parts));
  in
  {
    inherit inputs;
    inherit (inputs) self;

    # The compiler of rust-toolchain.toml, able to make static binaries for the machine it runs on.
    target = pkgs.pkgsStatic.stdenv.hostPlatform.rust.rustcTarget;
    toolchain =
      let
        inherit (pkgs.extend inputs.rust-overlay.overlays.default) rust-bin;
      in
      (rust-bin.fromRustupToolchainFile ../rust-toolchain.toml).override { targets = [ parts.target ]; };
    craneLib = (inputs.crane.mkLib pkgs).overrideToolchain (_: parts.toolchain);

    rust = values ./rust.nix;
    xtablo = parts.callPackage ./package.nix { };
    variants = values ./variants.nix;
    npm = parts.callPackage ./npm.nix { };
    assets = parts.callPackage ./assets.nix { };
    image = parts.callPackage ./image.nix { };
    dev = parts.callPackage ./dev.nix { };
    treefmt = inputs.treefmt-nix.lib.evalModule pkgs (values ./treefmt.nix);
    options-doc = parts.callPackage ./options-doc.nix { };
    devshell = parts.callPackage ./devshell.nix { };
    vmTests = values ./tests;
    checks = values ./checks.nix;
  }
)
