"""Starts the cloud on loopback with a fresh SQLite file, signs in, and lets schemathesis ask everything its OpenAPI document
allows and much it does not. Fails on any 5xx. `cargo xtask test` calls it: python schemathesis.py PATH_TO_CLOUD"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

EMAIL, PASSWORD = "admin@example.com", "admin-password-1"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(url, server):
    for _ in range(100):
        if server.poll() is not None:
            sys.exit(f"the cloud ended with {server.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    sys.exit("the cloud does not answer")


def main():
    with tempfile.TemporaryDirectory() as folder:
        base = f"http://127.0.0.1:{free_port()}"
        settings = {
            "SECRET_KEY": "a-key-for-this-test-only-0123456789abcdef",
            "DATABASE_URL": f"sqlite://{folder}/cloud.db",
            "OUTBOX_DIR": f"{folder}/outbox",
            "BCRYPT_ROUNDS": "4",
            "ADMIN_EMAIL": EMAIL,
            "ADMIN_PASSWORD": PASSWORD,
            "RATE_LIMIT": "off",
            "RUST_LOG": "warn",
            "BIND": base.removeprefix("http://"),
        }
        server = subprocess.Popen([os.path.abspath(sys.argv[1])], env={**os.environ, **settings})
        try:
            wait_for(f"{base}/health", server)
            form = urllib.parse.urlencode({"username": EMAIL, "password": PASSWORD}).encode()
            with urllib.request.urlopen(f"{base}/api/v1/token", form, timeout=10) as answer:
                token = json.load(answer)["access_token"]
            asked = [sys.executable, "-m", "schemathesis.cli", "run", f"{base}/openapi.json"]
            asked += ["--checks", "not_a_server_error", "--max-examples", "10", "--seed", "1"]
            asked += ["-H", f"Authorization: Bearer {token}"]
            sys.exit(subprocess.run(asked, cwd=folder, timeout=600).returncode)
        finally:
            server.terminate()
            server.wait(30)


main()
