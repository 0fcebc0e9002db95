# What everything that cargo does has in common: sources, target, and the dependencies, compiled once.
{
  lib,
  pkgsStatic,
  craneLib,
  target,
  assets,
}:
let
  target_ = lib.replaceStrings [ "-" ] [ "_" ] target;

  src = lib.fileset.toSource {
    root = ../.;
    fileset = lib.fileset.unions [
      ../Cargo.toml
      ../Cargo.lock
      ../build.rs
      ../clippy.toml
      ../locales
      ../src
      ../migrations
      ../templates
      # Cargo refuses a manifest whose targets are not there.
      ../benches
      ../examples
      ../tests/main.rs
      ../tests/picture_memory.rs
    ];
  };

  common = {
    inherit src;
    strictDeps = true;
    env = {
      CARGO_BUILD_TARGET = target;
      # Packed, the places that the start has to relocate are 12 kB of web instead of 912.
      CARGO_BUILD_RUSTFLAGS = "-C target-feature=+crt-static -C link-arg=-Wl,-z,pack-relative-relocs";
      # The C of mimalloc and ring is for the target too; build scripts stay with the machine's own compiler.
      "CC_${target_}" = "${pkgsStatic.stdenv.cc}/bin/${pkgsStatic.stdenv.cc.targetPrefix}cc";
    };
  };
in
{
  inherit src common;
  args = common // {
    cargoArtifacts = craneLib.buildDepsOnly common;
    postPatch = ''
      mkdir -p static
      cp -r --no-preserve=mode ${assets} static/dist
    '';
  };
}
