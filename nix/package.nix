# The three binaries: static, and with the list of what they are made of inside (`cargo audit bin` reads it).
{
  lib,
  cargo-auditable,
  craneLib,
  rust,
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
    meta = {
      description = "A self-hosted team board";
      license = with lib.licenses; [
        mit
        asl20
      ];
      mainProgram = "xtablo";
      platforms = lib.platforms.linux;
    };
  }
)
