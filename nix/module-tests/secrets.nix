# Secrets: where they come from, and that none is in the store.
{
  lib,
  has,
  remote,
  bucket,
  ...
}:
{
  accepted = {
    "a host that makes its secret" = {
      holds = host: {
        "a secret is made" =
          has host "xtablo-web.service"
            "LoadCredential=SESSION_SECRET:/var/lib/xtablo-secrets/SESSION_SECRET";
      };
    };
    "a host that is given its secrets" = {
      xtablo = remote // {
        storage.s3 = bucket;
      };
      holds = host: {
        "they come as credentials" =
          lib.all (line: has host "xtablo-worker@.service" "LoadCredential=${line}")
            [
              "DATABASE_PASSWORD:/run/secrets/database"
              "S3_ACCESS_KEY:/run/secrets/s3-access"
              "S3_SECRET_KEY:/run/secrets/s3-secret"
              "SESSION_SECRET:/run/secrets/session"
            ];
        "none is made here" = !(host.systemd.units ? "xtablo-secrets.service");
      };
    };
  };

  refused = {
    "a secret among the settings" = {
      xtablo.settings.SESSION_SECRET = "0123456789abcdef0123456789abcdef";
      says = "settings.SESSION_SECRET would be in the Nix store";
    };
    "a password in DATABASE_URL" = {
      xtablo = remote // {
        settings.DATABASE_URL = "postgres://xtablo:hunter2@db.example.org/xtablo";
      };
      says = "use services.xtablo.database.passwordFile";
    };
    "a password with a slash in DATABASE_URL" = {
      xtablo = remote // {
        settings.DATABASE_URL = "postgres://xtablo:hunter/2@db.example.org/xtablo";
      };
      says = "settings.DATABASE_URL has a password";
    };
    "a password among DATABASE_URL's parameters" = {
      xtablo = remote // {
        settings.DATABASE_URL = "postgres://db.example.org/xtablo?user=xtablo&password=hunter2";
      };
      says = "settings.DATABASE_URL has a password";
    };
    "a password in another address" = {
      xtablo.settings.S3_ENDPOINT = "https://key:hunter2@s3.example.org";
      says = "settings.S3_ENDPOINT has a password";
    };
    "the file of a secret among the settings" = {
      xtablo.settings.SESSION_SECRET_FILE = "/run/secrets/session";
      says = "settings.SESSION_SECRET_FILE: the files of secrets are named in services.xtablo.credentials";
    };
    "a secret that is none" = {
      xtablo.credentials.SMPT_URL = "/run/secrets/smtp";
      says = "credentials.SMPT_URL: there is no secret of this name";
    };
    "a secret that is given twice" = {
      xtablo = {
        credentials.SESSION_SECRET = "/run/secrets/session";
        importCredentials = [ "SESSION_SECRET" ];
      };
      says = "credentials.SESSION_SECRET: this secret is given twice";
    };
    "an encrypted secret that is none" = {
      xtablo.credentialsEncrypted.SMPT_URL = "/etc/xtablo/smtp.cred";
      says = "credentials.SMPT_URL: there is no secret of this name";
    };
    "mail from nobody" = {
      xtablo.mail.urlFile = "/run/secrets/smtp";
      says = "mails need a sender";
    };
    "replies for whose senders nobody vouches" = {
      xtablo.mail.replyTo = "reply@board.example.org";
      says = "what a mail server says of their senders";
    };
    "a bucket without keys" = {
      xtablo.storage.s3 = removeAttrs bucket [
        "accessKeyFile"
        "secretKeyFile"
      ];
      says = "accessKeyFile and secretKeyFile";
    };
    "a secret of its own on one of several hosts" = {
      xtablo.worker.enable = false;
      says = "hosts that share a database must share this secret";
    };
  };
}
