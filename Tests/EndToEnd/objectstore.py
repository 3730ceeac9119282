"""An S3-compatible store on loopback (moto) that checks keys and signatures, and a way there that misbehaves as told."""

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time

import boto3
from botocore.config import Config
from daemon import free_port

BUCKET = "lab-backups"
# What is done before keys are asked for: a user, its policy, its key, and the bucket.
PREPARATION = 4
POLICY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}'


class ObjectStore:
    """`key` and `secret` are the only ones that are let in. With `certificates` it speaks TLS as localhost."""

    def __init__(self, certificates=None):
        self.port = free_port()
        scheme = "http"
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        if certificates:
            scheme = "https"
            command += ["-c", str(certificates.folder / "localhost.crt"), "-k", str(certificates.folder / "localhost.key")]
        self.endpoint = f"{scheme}://localhost:{self.port}"
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env={**os.environ, "INITIAL_NO_AUTH_ACTION_COUNT": str(PREPARATION)})
        try:
            self.wait()
            self.verify = str(certificates.ca) if certificates else None
            unknown = {"aws_access_key_id": "nobody", "aws_secret_access_key": "nothing"}
            people = self.client("iam", **unknown)
            people.create_user(UserName="daemon")
            people.put_user_policy(UserName="daemon", PolicyName="all", PolicyDocument=POLICY)
            made = people.create_access_key(UserName="daemon")["AccessKey"]
            self.key, self.secret = made["AccessKeyId"], made["SecretAccessKey"]
            self.client("s3", **unknown).create_bucket(Bucket=BUCKET)
            self.files = self.client(
                "s3", aws_access_key_id=self.key, aws_secret_access_key=self.secret)
        except BaseException:
            self.stop()
            raise

    def client(self, what, **keys):
        return boto3.client(what, endpoint_url=self.endpoint, region_name="us-east-1", verify=self.verify,
                            config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}), **keys)

    def wait(self):
        for _ in range(200):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            assert self.process.poll() is None, "the store ended"
            time.sleep(0.1)
        raise AssertionError("the store does not answer")

    def names(self):
        return [one["Key"] for one in self.files.list_objects_v2(Bucket=BUCKET).get("Contents", [])]

    def unfinished(self):
        return self.files.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class BadWay:
    """Passes bytes on to the store, until told to do worse: `cut` closes after so many bytes to the store, `silent`
    takes everything and never answers."""

    def __init__(self, store):
        self.store = store
        self.cut = None
        self.silent = False
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.endpoint = f"http://localhost:{self.port}"
        self.is_open = True
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while self.is_open:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with contextlib.suppress(OSError), client, socket.create_connection(("127.0.0.1", self.store.port)) as server:
            threading.Thread(target=self.back, args=(server, client), daemon=True).start()
            passed = 0
            while data := client.recv(65536):
                passed += len(data)
                if self.cut is not None and passed > self.cut:
                    return
                if not self.silent:
                    server.sendall(data)

    @staticmethod
    def back(server, client):
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                client.sendall(data)
            client.shutdown(socket.SHUT_WR)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.is_open = False
        self.listener.close()
