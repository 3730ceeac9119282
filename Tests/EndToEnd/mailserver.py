"""An SMTP server that behaves as badly as it is told to, on loopback, and certificates to do so with."""

import base64
import email
import email.policy
import pathlib
import re
import socket
import ssl
import subprocess
import threading
import time


def openssl(*arguments, **more):
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, **more)


class Certificates:
    """An authority of its own, a leaf for localhost, and one for somebody else."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.ca = self.folder / "ca.crt"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3",
                "-subj", "/CN=Mail test CA", "-keyout", str(self.folder / "ca.key"), "-out", str(self.ca))
        self.leaf("localhost", "DNS:localhost,IP:127.0.0.1")
        self.leaf("other", "DNS:mail.example.net")

    def leaf(self, name, names):
        request, extensions = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={names}\n")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
                "-keyout", str(self.folder / f"{name}.key"), "-out", str(request))
        openssl("x509", "-req", "-in", str(request), "-CA", str(self.ca), "-CAkey", str(self.folder / "ca.key"),
                "-CAcreateserial", "-days", "2", "-extfile", str(extensions), "-out", str(self.folder / f"{name}.crt"))

    def context(self, name):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / f"{name}.crt", self.folder / f"{name}.key")
        return context


class MailServer:
    """`security` is starttls, tls or none. `fault` is what goes wrong: greylist, slow, closed, recipient, content,
    sender, no_starttls, broken; None for nothing. `messages` are those that were taken: (from, to, bytes)."""

    def __init__(self, certificates=None, security="none", leaf="localhost", user=None, password=None, fault=None):
        self.security = security
        self.user, self.password = user, password
        self.fault = fault
        self.context = certificates.context(leaf) if certificates else None
        self.messages = []
        self.commands = []
        self.seen = set()
        self.arrived = threading.Condition()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.is_open = True
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()

    def stop(self):
        self.is_open = False
        # Otherwise the accepting thread keeps the socket until somebody comes.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.is_open:
            self.stop()

    def accept(self):
        while self.is_open:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(plain,), daemon=True).start()

    def serve(self, connection):
        try:
            connection.settimeout(30)
            if self.security == "tls":
                connection = self.context.wrap_socket(connection, server_side=True)
            if self.fault == "broken":
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            elif self.fault == "slow":
                time.sleep(60)
            elif self.fault != "closed":
                self.converse(connection)
        except (OSError, ssl.SSLError):
            pass
        finally:
            connection.close()

    def converse(self, connection):
        file = connection.makefile("rb")

        def say(text):
            connection.sendall(text.encode() + b"\r\n")

        secured, known, sender, recipient = self.security == "tls", self.user is None, None, None
        say("220 localhost ESMTP test")
        while line := file.readline(8192):
            text = line.decode(errors="replace").strip()
            verb = text.split(" ")[0].upper()
            self.commands.append(verb)
            if verb in ("EHLO", "HELO"):
                offers = ["localhost", "SIZE 1000000"]
                if self.security == "starttls" and not secured and self.fault != "no_starttls":
                    offers.append("STARTTLS")
                if self.user:
                    offers.append("AUTH PLAIN LOGIN")
                for offer in offers[:-1]:
                    say(f"250-{offer}")
                say(f"250 {offers[-1]}")
            elif verb == "STARTTLS":
                say("220 go ahead")
                connection = self.context.wrap_socket(connection, server_side=True)
                file, secured = connection.makefile("rb"), True
            elif verb == "AUTH":
                known = self.authenticate(text, say, file)
                say("235 2.7.0 welcome" if known else "535 5.7.8 Error: authentication failed")
            elif verb == "MAIL":
                sender = text
                say("530 5.7.0 Authentication required" if not known
                    else "553 5.7.1 Sender not owned by you" if self.fault == "sender" else "250 2.1.0 ok")
            elif verb == "RCPT":
                recipient = re.search(r"<([^>]*)>", text).group(1)
                say(self.admit(recipient))
            elif verb == "DATA":
                say("354 go ahead")
                body = b""
                while (part := file.readline(8192)) and part != b".\r\n":
                    body += part[1:] if part.startswith(b"..") else part
                if self.fault == "content":
                    say("554 5.6.0 Message refused")
                    continue
                with self.arrived:
                    self.messages.append((sender, recipient, body))
                    self.arrived.notify_all()
                say("250 2.0.0 queued")
            elif verb == "QUIT":
                say("221 bye")
                return
            else:
                say("250 ok")

    def authenticate(self, text, say, file):
        words = text.split(" ")
        if words[1].upper() == "PLAIN":
            given = words[2] if len(words) > 2 else None
            if given is None:
                say("334 ")
                given = file.readline(8192).decode().strip()
            return base64.b64decode(given).split(b"\0")[1:] == [self.user.encode(), self.password.encode()]
        say("334 VXNlcm5hbWU6")
        user = base64.b64decode(file.readline(8192))
        say("334 UGFzc3dvcmQ6")
        return (user, base64.b64decode(file.readline(8192))) == (self.user.encode(), self.password.encode())

    def admit(self, recipient):
        if self.fault == "recipient":
            return "550 5.1.1 No such user here"
        if self.fault == "greylist" and recipient not in self.seen:
            self.seen.add(recipient)
            return "451 4.7.1 Greylisted, try again later"
        return "250 2.1.5 ok"

    def wait_for(self, count=1, seconds=20):
        """The newest message, parsed, once so many are there."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.messages) >= count, seconds), self.commands
            return email.message_from_bytes(self.messages[count - 1][2], policy=email.policy.SMTP)


def link_of(message):
    """The address in a message, as a person would click it: the same in text and HTML."""
    text = message.get_body(("plain",)).get_content()
    html = message.get_body(("html",)).get_content()
    found = re.search(r"https://\S+#\S+", text).group(0)
    assert found in html
    return found
