# The three binaries: static, and with the list of what they are made of inside (`cargo audit bin` reads it).
{
  lib,
  cargo-auditable,
  craneLib,
  rust,
  vmTests,
}:
craneLib.buildPackage (
  rust.args
  // {
    nativeBuildInputs = [ cargo-auditable ];
    cargoBuildCommand = "cargo auditable build --release";
    cargoExtraArgs = "--locked --bins";
    # The tests are checks of their own.
    doCheck = false;
    # Static binaries need nothing: what they referred to would be carried along for ever.
    allowedReferences = [ ];
    passthru.tests = vmTests;
    meta = {
      description = "A self-hosted team board";
      homepage = "https://git.example.org/xtablo";
      changelog = "https://git.example.org/xtablo/src/CHANGELOG.md";
      maintainers = [ { name = "The maintainers of Xtablo"; } ];
      license = with lib.licenses; [
        mit
        asl20
      ];
      mainProgram = "xtablo";
      platforms = [
        "x86_64-linux"
        "aarch64-linux"
      ];
    };
  }
)
