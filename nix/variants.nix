# For the VM tests: binaries that are made quickly, and others that are the same with migrations more.
{
  lib,
  craneLib,
  rust,
}:
let
  args = rust.common // {
    pname = "xtablo-variant";
    cargoExtraArgs = "--locked --bins";
    doCheck = false;
    env = rust.common.env // {
      CARGO_PROFILE = "dev";
      CARGO_PROFILE_DEV_DEBUG = "0";
    };
  };
  cargoArtifacts = craneLib.buildDepsOnly (args // { cargoCheckCommand = "true"; });
  build =
    more:
    craneLib.buildPackage (
      args
      // {
        inherit cargoArtifacts;
        postPatch = rust.args.postPatch + more;
        meta.mainProgram = "xtablo";
      }
    );
  withMigrations = folder: build "cp -r ${./tests/migrations + "/${folder}"}/. migrations/";
in
{
  base = build "";
}
// lib.genAttrs [ "expanding" "contracting" "failing" ] withMigrations
