"""Each mistake in the configuration stops the start with one message that names the place and the cure."""

import os
import pathlib
import socket
import subprocess

import pytest
from daemon import ROOT, run


@pytest.fixture
def place(tmp_path):
    return tmp_path


def check(place, text, command=("config", "check")):
    file = place / "config.yaml"
    file.write_text(text)
    code, out, err = run(*command, "--config", str(file), environment={"HOME": str(place)})
    return file, code, out + err


BASE = "data:\n  dir: {place}/data\n"

# name: (text, what the message must hold)
MISTAKES = {
    "unknown key": ("server:\n  prot: 8443\n", ["config.yaml:2:", "prot", "port"]),
    "unknown section": ("sever:\n  port: 8443\n", ["config.yaml:1:", "sever", "server"]),
    "wrong type": ("server:\n  port: eighty\n", ["config.yaml:2:", "eighty", "65535"]),
    "out of range": ("server:\n  port: 70000\n", ["config.yaml:2:", "70000", "65535"]),
    "list for a value": ("server:\n  port: [1, 2]\n", ["config.yaml:2:", "port"]),
    "value for a section": ("server: yes\n", ["config.yaml:1:", "server"]),
    "duplicate key": ("server:\n  port: 8443\n  port: 9443\n", ["config.yaml:3:", "port", "2"]),
    "tab": ("server:\n\tport: 8443\n", ["config.yaml:2:", "tab"]),
    "no boolean": ("tls:\n  allow_plaintext: perhaps\n", ["config.yaml:2:", "perhaps", "true"]),
    "no mode": ("tls:\n  mode: maybe\n", ["config.yaml:2:", "maybe", "local"]),
    "broken YAML": ("server: {port: 1\n", ["config.yaml:"]),
    "said twice": ("port: 8443\nserver:\n  port: 9443\n", ["config.yaml:", "port"]),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_its_place_and_cure(place, name):
    text, words = MISTAKES[name]

    _, code, said = check(place, text)
    _, started, said_by_start = check(place, text, command=("serve",))

    assert code == 2, said
    assert started == 2, said_by_start
    for word in words:
        assert word in said, said
    assert len(said.strip().splitlines()) <= 6, said


def certificate(place, name="server"):
    key, crt = place / f"{name}.key", place / f"{name}.crt"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-keyout", key, "-out", crt, "-days", "30", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    return crt, key


def provided(place, crt, key, port=0):
    return (f"server:\n  host: 127.0.0.1\n  port: {port}\ntls:\n  mode: provided\n  cert_file: {crt}\n"
            f"  key_file: {key}\ndata:\n  dir: {place}/data\n  share_dir: {ROOT}/share/circuit-breaker\n")


def test_a_missing_certificate_stops_the_start(place):
    _, key = certificate(place)

    _, code, said = check(place, provided(place, place / "absent.crt", key), command=("serve",))

    assert code == 2, said
    assert "absent.crt" in said


def test_a_key_that_does_not_match_stops_the_start(place):
    crt, _ = certificate(place, "one")
    _, key = certificate(place, "two")

    _, code, said = check(place, provided(place, crt, key), command=("serve",))

    assert code == 2, said
    assert "match" in said and "two.key" in said


def test_a_port_in_use_is_a_run_time_error(place):
    crt, key = certificate(place)
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]

        _, code, said = check(place, provided(place, crt, key, port), command=("serve",))

    assert code == 1, said
    assert str(port) in said and "in use" in said


def test_plain_http_on_a_reachable_address_is_refused(place):
    _, code, said = check(place, "server:\n  host: 0.0.0.0\ntls:\n  mode: off\n")

    assert code == 2, said
    assert "allow_plaintext" in said


def test_a_wrong_environment_value_names_the_variable(place):
    code, out, err = run("config", "check", environment={"CB_SERVER_PORT": "nonsense", "HOME": str(place)})

    assert code == 2
    assert "CB_SERVER_PORT" in out + err


def test_a_secret_is_never_printed(place):
    secret = "s3cret-value-of-the-token-that-is-long-enough"
    code, out, err = run("config", "check", environment={"CB_API_TOKEN": secret, "HOME": str(place)})

    assert secret not in out + err, out + err
    assert code in (0, 2)


def test_an_unknown_flag_is_a_usage_error():
    code, _, err = run("serve", "--nonsense")

    assert code in (2, 64), err
    assert code == 2, "usage errors end with 2"


def test_what_the_template_writes_is_accepted(place):
    code, out, err = run("config", "template")
    assert code == 0, err

    _, code, said = check(place, out)

    assert code == 0, said
    committed = ROOT / "etc/circuit-breaker/config.yaml"
    assert pathlib.Path(committed).read_text() == out


def test_the_version_is_printed():
    code, out, _ = run("version")

    assert code == 0
    assert any(character.isdigit() for character in out)


def test_an_unwritable_data_directory_is_named(place):
    (place / "data").write_text("not a directory")
    crt, key = certificate(place)

    _, code, said = check(place, provided(place, crt, key), command=("serve",))

    assert code in (1, 2), said
    assert "data" in said
    assert os.path.isfile(place / "data")
