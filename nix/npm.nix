# The front end's node_modules, as static/package-lock.json has them: one fixed-output fetch a package, named by
# the lock's integrity, so that no second hash is to be kept in step.
{
  lib,
  stdenv,
  runCommand,
  nodejs,
  cacert,
}:
let
  lock = lib.importJSON ../static/package-lock.json;
  cpu = if stdenv.hostPlatform.isAarch64 then "arm64" else "x64";
  ours =
    package:
    lib.elem "linux" (package.os or [ "linux" ])
    && lib.elem cpu (package.cpu or [ cpu ])
    && lib.elem "glibc" (package.libc or [ "glibc" ]);
  packages = lib.filterAttrs (path: package: path != "" && ours package) lock.packages;

  tarball =
    path: package:
    let
      name = lib.last (lib.splitString "node_modules/" path);
    in
    runCommand "${lib.replaceStrings [ "@" "/" ] [ "" "-" ] name}-${package.version}.tgz"
      {
        nativeBuildInputs = [
          nodejs
          cacert
        ];
        outputHash = package.integrity;
        impureEnvVars = lib.fetchers.proxyImpureEnvVars;
        preferLocalBuild = true;
      }
      ''
        export HOME=$TMPDIR
        npm pack ${name}@${package.version}
        mv *.tgz $out
      '';
in
runCommand "xtablo-node-modules" { } (
  lib.concatStrings (
    lib.mapAttrsToList (path: package: ''
      mkdir -p $out/${path}
      tar -xzf ${tarball path package} -C $out/${path} --strip-components=1 --no-same-permissions
    '') packages
  )
)
