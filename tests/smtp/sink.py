"""An SMTP server on loopback that keeps nothing: it writes what arrives to standard output, a line of JSON a mail.

The first line is {"port": ...}. With --answer it says that to recipients, as often as --times says. With --hang-after-data it has a
mail, and never says so.
"""

import argparse
import asyncio
import json
import logging
import ssl
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

# What goes wrong here is asked for.
logging.disable()
warnings.simplefilter("ignore")

parser = argparse.ArgumentParser()
parser.add_argument("--port", type=int, default=0)
parser.add_argument("--starttls", nargs=2, metavar=("CERTIFICATE", "KEY"))
parser.add_argument("--tls", nargs=2, metavar=("CERTIFICATE", "KEY"))
parser.add_argument("--login", nargs=2, metavar=("USER", "PASSWORD"))
parser.add_argument("--answer")
parser.add_argument("--times", type=int, default=1_000_000)
parser.add_argument("--hang-after-data", action="store_true")
arguments = parser.parse_args()


def say(value):
    print(json.dumps(value), flush=True)


def context(files):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*files)
    return context


class Handler:
    answers_left = arguments.times if arguments.answer else 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if self.answers_left > 0:
            self.answers_left -= 1
            return arguments.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        say(
            {
                "from": envelope.mail_from,
                "to": envelope.rcpt_tos,
                "content": envelope.content.decode("ascii"),
                "encrypted": session.ssl is not None or arguments.tls is not None,
                "user": session.auth_data,
            }
        )
        if arguments.hang_after_data:
            await asyncio.Event().wait()
        return "250 OK"


def authenticate(server, session, envelope, mechanism, data):
    user, password = data.login.decode(), data.password.decode()
    good = [user, password] == arguments.login
    # Not handled: it is the server that answers.
    return AuthResult(success=good, handled=False, auth_data=user if good else None)


def protocol():
    settings = {}
    if arguments.starttls:
        settings |= {"tls_context": context(arguments.starttls), "require_starttls": True}
    if arguments.login:
        settings |= {
            "authenticator": authenticate,
            "auth_required": True,
            "auth_require_tls": bool(arguments.starttls),
        }
    return SMTP(handler, **settings)


async def main():
    tls = context(arguments.tls) if arguments.tls else None
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", arguments.port, ssl=tls)
    say({"port": server.sockets[0].getsockname()[1]})
    await server.serve_forever()


handler = Handler()
asyncio.run(main())
