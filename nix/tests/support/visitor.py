import html
import re
import shlex


# Somebody who uses the board: curl on one machine, through Caddy on another, with its certificate checked.
class Visitor:
    def __init__(self, machine, host="server"):
        self.machine = machine
        self.curl = (
            "curl --silent --show-error --connect-timeout 5 --max-time 60 --cacert /tmp/root.crt --cookie /tmp/jar --cookie-jar /tmp/jar"
            f" --header 'Sec-Fetch-Site: same-origin' --connect-to board.test:443:{host}:443"
        )

    def trust(self, server, root="/var/lib/caddy/.local/share/caddy/pki/authorities/local/root.crt"):
        server.wait_for_file(root)
        certificate = shlex.quote(server.succeed(f"cat {root}"))
        self.machine.succeed(f"echo {certificate} > /tmp/root.crt")
        self.machine.wait_until_succeeds(f"{self.curl} --fail https://board.test/readyz")

    def get(self, path):
        return self.machine.succeed(f"{self.curl} --fail-with-body https://board.test{path}")

    # Sends a form; gives the path it leads to.
    def post(self, path, **fields):
        data = " ".join(f"--data-urlencode {shlex.quote(f'{name}={value}')}" for name, value in fields.items())
        return self.leads_to(f"{data} https://board.test{path}")

    def leads_to(self, arguments):
        answer = self.machine.succeed(
            f"{self.curl} --fail-with-body --output /tmp/answer --write-out '%{{http_code}} %{{redirect_url}}' {arguments}"
        )
        status, _, address = answer.partition(" ")
        assert status == "303", answer + self.machine.succeed("cat /tmp/answer")
        return address.removeprefix("https://board.test")

    def sign_up(self, name):
        self.post("/register", name=name, email=f"{name}@board.test", password="correct horse battery")

    # A board with a column and a card; gives the board's path and the card's.
    def make_board(self, title):
        board = self.post("/boards", title=title)
        self.post(f"{board}/columns", title="To do")
        column = re.findall('id="column-([0-9a-f-]+)"', self.get(board))[0]
        self.post(f"/columns/{column}/cards", title=f"Card of {title}")
        card = re.findall('id="card-([0-9a-f-]+)"', self.get(board))[0]
        return board, f"/cards/{card}"

    # Puts a file of the machine on a card; gives the file's path.
    def upload(self, card, path):
        self.leads_to(f"--form file=@{path} https://board.test{card}/files")
        return re.findall('href="(/files/[0-9a-f-]+/content/[^"?]+)', html.unescape(self.get(card)))[0]

    def sha256(self, path):
        return self.machine.succeed(f"{self.curl} --fail 'https://board.test{path}?download=1' | sha256sum").split()[0]

    # While four people ask for a page without a pause: no request fails. Gives what the longest took, in seconds.
    def under_load(self, path, action):
        self.machine.succeed("rm -f /tmp/stop /tmp/answers*")
        for n in range(4):
            # Each answer is on a line of the log.
            ask = (
                f"{self.curl} --cookie-jar /dev/null --output /dev/null --write-out '%{{http_code}} %{{time_total}}\\n'"
                f" 'https://board.test{path}?n=[1-20]' >> /tmp/answers{n} 2>&1"
            )
            load = shlex.quote(f"while [ ! -e /tmp/stop ]; do {ask}; done")
            self.machine.succeed(f"systemd-run --unit=load-{n} --collect bash -c {load}")
        self.machine.wait_until_succeeds("[ $(cat /tmp/answers* | wc -l) -gt 200 ]")
        action()
        reached = int(self.machine.succeed("cat /tmp/answers* | wc -l"))
        self.machine.wait_until_succeeds(f"[ $(cat /tmp/answers* | wc -l) -gt {reached + 200} ]")
        self.machine.succeed("touch /tmp/stop")
        for n in range(4):
            self.machine.wait_until_fails(f"systemctl is-active load-{n}")
        answers = self.machine.succeed("cat /tmp/answers*").splitlines()
        others = [answer for answer in answers if not answer.startswith("200 ")]
        longest = max(float(answer.split()[1]) for answer in answers if answer.startswith("200 "))
        print(f"{len(answers)} requests, {len(others)} failed, the longest took {longest} s")
        assert others == [], others[:10]
        return longest
