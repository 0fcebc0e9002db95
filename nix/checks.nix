# What `nix flake check` runs, on any machine. The tests on running hosts (tests/) want KVM, and are built one by one;
# the tests in the browser and those that fetch (npm, PyPI) are script/test's.
{
  lib,
  pkgs,
  runCommand,
  cargo-nextest,
  self,
  inputs,
  craneLib,
  rust,
  target,
  xtablo,
  image,
  options-doc,
  devshell,
  treefmt,
  postgresql,
  python3,
  closureInfo,
  file,
}:
let
  module = self.nixosModules.default;

  sources = rust.args // {
    doInstallCargoArtifacts = false;
  };

  # The stories too, and what they read.
  withTests = sources // {
    src = lib.fileset.toSource {
      root = ../.;
      fileset = lib.fileset.difference ../. (
        lib.fileset.unions [
          ./.
          ../flake.nix
          ../flake.lock
          # A change of what people read builds nothing anew.
          ../.envrc
          ../CHANGELOG.md
          ../CONTRIBUTING.md
          ../README.md
          ../SECURITY.md
          (lib.fileset.difference ../nixos-module ../nixos-module/assertions.nix)
        ]
      );
    };
  };
in
{
  module = import ./module-tests {
    inherit lib pkgs module;
    inherit (inputs.nixpkgs.lib) nixosSystem;
  };

  settings = import ./settings-tests.nix {
    inherit lib pkgs module;
    inherit (inputs.nixpkgs.lib) nixosSystem;
    package = xtablo;
  };

  # The same derivation as the package, as long as the overlay adds nothing to it.
  overlay = (pkgs.extend self.overlays.default).xtablo;

  inherit
    xtablo
    options-doc
    devshell
    ;

  # The released one is named by its commit, this one by nothing that changes while its content stays.
  image =
    assert image.imageTag == xtablo.version;
    assert (image.override { revision = "abcdef0"; }).imageTag == "${xtablo.version}-abcdef0";
    image;

  clippy = craneLib.cargoClippy (
    withTests // { cargoClippyExtraArgs = "--all-targets -- --deny warnings"; }
  );

  fmt = treefmt.config.build.check self;

  nextest = craneLib.mkCargoDerivation (
    withTests
    // {
      pnameSuffix = "-nextest";
      nativeBuildInputs = [
        cargo-nextest
        postgresql
      ];
      buildPhaseCargoCommand = "cargo build --release --locked --bins";
      doCheck = true;
      # Left out: script/server sets up a machine, and fetches to do so; what is in_s3 wants a server of the S3 protocol;
      # what mounts a disk does what not every builder lets a build do; what reads the README would want it here.
      # script/test runs them.
      checkPhaseCargoCommand = ''
        export HOME=$TMPDIR PG_BIN=${postgresql}/bin
        export TEST_SMTP_PYTHON=${python3.withPackages (packages: [ packages.aiosmtpd ])}/bin/python3
        target/${target}/release/xtablo with-postgres -- \
          cargo nextest run --release --locked --no-fail-fast \
          --filterset 'not test(/^readme::/) and not test(in_s3) and not test(a_full_disk_is_said) and not test(on_a_mount)'
      '';
    }
  );

  doc = craneLib.cargoDoc (
    sources
    // {
      cargoDocExtraArgs = "--no-deps --document-private-items";
      env = rust.args.env // {
        RUSTDOCFLAGS = "--deny warnings";
      };
    }
  );

  doctest = craneLib.cargoDocTest sources;

  deny = craneLib.cargoDeny { inherit (withTests) src; };

  audit = craneLib.cargoAudit {
    inherit (rust) src;
    inherit (inputs) advisory-db;
  };

  # The binaries are static and refer to nothing.
  static =
    runCommand "xtablo-static"
      {
        nativeBuildInputs = [ file ];
      }
      ''
        for binary in xtablo xtablo-web xtablo-worker; do
          file --brief ${xtablo}/bin/$binary | grep -E 'static(ally|-pie) linked'
        done
        [ "$(cat ${closureInfo { rootPaths = [ xtablo ]; }}/store-paths)" = ${xtablo} ]
        touch $out
      '';
}
