"""What `deploy/` says in several files agrees, and confines what it runs."""

import itertools
import re
import shutil
import subprocess

import pytest
import yaml

from activations.serving.bounds import Bounds, bounds
from tests.browser.driver import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
REPLICAS = {name: each for name, each in SERVICES.items() if name != "proxy"}
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
MANIFESTS = {
    each["kind"]: each for each in yaml.safe_load_all((DEPLOY / "kubernetes.yaml").read_text())
}
HEALTH = "/_stcore/health"


def settings(file):
    """The lines of a part of nginx's configuration, without comments."""
    return [
        line for line in (DEPLOY / file).read_text().splitlines() if line.strip()[:1] not in "#"
    ]


def address(service):
    return service["networks"]["inside"]["ipv4_address"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_may_write_to_a_small_tmp_alone_and_gains_no_right(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert all(re.fullmatch(r"/\w+:size=\d+m,mode=1777", each) for each in service["tmpfs"])
    assert {"mem_limit", "pids_limit", "restart"} <= service.keys()
    assert not service.get("privileged")
    user = service.get("user") or re.search(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE).group(1)
    assert all(int(each) > 0 for each in user.split(":"))


def test_the_proxy_knows_all_replicas_and_nobody_else_reaches_them():
    lines = settings("replicas.conf")
    (port,) = re.findall(r"^EXPOSE (\d+)$", DOCKERFILE, re.MULTILINE)
    known = [re.match(r"server (\S+) max_fails=1 fail_timeout=\d+s;", line) for line in lines]
    assert [each[1] for each in known] == [f"{address(each)}:{port}" for each in REPLICAS.values()]
    assert len(REPLICAS) > 1
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert not any("ports" in each for each in REPLICAS.values())
    assert SERVICES["proxy"]["depends_on"].keys() == REPLICAS.keys()


def test_the_proxy_is_given_its_files_and_listens_where_it_is_published():
    mounted = [each.split(":") for each in SERVICES["proxy"]["volumes"]]
    assert {source.removeprefix("./") for source, *_ in mounted} == {
        path.name for path in DEPLOY.glob("*.conf")
    }
    assert {target for _, target, _ in mounted} == {
        f"/etc/nginx/{path.name}" for path in DEPLOY.glob("*.conf")
    }
    assert all(mode == "ro" for *_, mode in mounted)
    (port,) = re.findall(r"listen (\d+);", "\n".join(settings("site.conf")))
    assert SERVICES["proxy"]["ports"] == [f"{port}:{port}"]
    assert SERVICES["proxy"]["healthcheck"]["test"][-1] == port


def test_the_image_starts_the_public_server_where_its_health_is_asked():
    command = re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE).group(1)
    words = yaml.safe_load(command)
    assert words[:4] == ["python", "-m", "activations", "--public"]
    port = words[words.index("--port") + 1]
    assert f"HTTPConnection('127.0.0.1', {port}, timeout=4)" in DOCKERFILE
    assert f"'GET', '{HEALTH}'" in DOCKERFILE
    assert f"EXPOSE {port}\n" in DOCKERFILE


def test_behind_a_proxy_each_replica_is_told_where_it_says_who_asks():
    (container,) = MANIFESTS["Deployment"]["spec"]["template"]["spec"]["containers"]
    image = yaml.safe_load(re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE).group(1))
    for command in (container["command"], *(each["command"] for each in REPLICAS.values())):
        assert command[: len(image)] == image
        header = command[command.index("--trusted-header") + 1]
        assert f"proxy_set_header {header} $remote_addr;" in (DEPLOY / "nginx.conf").read_text()
        assert command[-2] == "--origin"
    (rule,) = MANIFESTS["Ingress"]["spec"]["rules"]
    assert container["command"][-1] == f"http://{rule['host']}"


def test_what_the_image_copies_exists_and_is_all_that_docker_is_sent():
    copied = itertools.chain.from_iterable(
        words.split()[:-1] for words in re.findall(r"^COPY (?!--)(.*)$", DOCKERFILE, re.MULTILINE)
    )
    names = set(copied)
    assert all((ROOT / name).exists() for name in names)
    sent = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    assert {line[1:] for line in sent if line.startswith("!")} == names


def test_what_computes_is_what_the_share_of_the_cores_leaves_for_it():
    (container,) = MANIFESTS["Deployment"]["spec"]["template"]["spec"]["containers"]
    pod = {each["name"]: each["value"] for each in container["env"]}
    given = [(pod, int(container["resources"]["limits"]["cpu"]))]
    given += [(each["environment"], each["cpus"]) for each in REPLICAS.values()]
    for environment, cores in given:
        told = bounds(environment)
        assert told.computations == told.training_runs == cores // 2


def test_no_image_is_built_before_it_is_said_where_torch_comes_from():
    (check,) = re.findall(r"^RUN (: .*) \\\n", DOCKERFILE, re.MULTILINE)
    shell = shutil.which("sh")
    outcomes = [
        subprocess.run([shell, "-c", check], env=given, capture_output=True, check=False)
        for given in ({}, {"TORCH_INDEX": ""}, {"TORCH_INDEX": "https://example.org"})
    ]
    assert [each.returncode > 0 for each in outcomes] == [True, True, False]
    assert b"package index of CPU builds" in outcomes[0].stderr
    for each in REPLICAS.values():
        assert each["build"]["args"]["TORCH_INDEX"].startswith("${TORCH_INDEX:?")


def test_one_image_and_one_list_of_who_may_ask():
    (container,) = MANIFESTS["Deployment"]["spec"]["template"]["spec"]["containers"]
    assert {each["image"] for each in REPLICAS.values()} == {container["image"]}
    assert f" -t {container['image']} ." in DOCKERFILE
    policy = MANIFESTS["NetworkPolicy"]["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert "egress" not in policy
    ((port,),) = (each["ports"] for each in policy["ingress"])
    assert [port] == [{"port": each["name"]} for each in container["ports"]]


def test_the_proxy_has_room_for_all_visits_of_all_replicas():
    (room,) = re.findall(r"worker_connections (\d+);", "\n".join(settings("nginx.conf")))
    assert int(room) >= 3 * len(REPLICAS) * Bounds().sessions


def test_the_manifests_belong_together():
    pod = MANIFESTS["Deployment"]["spec"]["template"]
    labels = pod["metadata"]["labels"]
    assert MANIFESTS["Deployment"]["spec"]["selector"]["matchLabels"] == labels
    assert MANIFESTS["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == labels
    assert MANIFESTS["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"] == labels
    service = MANIFESTS["Service"]
    assert service["spec"]["selector"] == labels
    (container,) = pod["spec"]["containers"]
    (port,) = container["ports"]
    assert service["spec"]["ports"][0]["targetPort"] == port["name"]
    assert f"EXPOSE {port['containerPort']}\n" in DOCKERFILE
    ((path,),) = (rule["http"]["paths"] for rule in MANIFESTS["Ingress"]["spec"]["rules"])
    backend = path["backend"]["service"]
    assert backend["name"] == service["metadata"]["name"]
    assert backend["port"]["name"] == service["spec"]["ports"][0]["name"]


def test_a_pod_is_confined_as_the_container_is():
    spec = MANIFESTS["Deployment"]["spec"]["template"]["spec"]
    (container,) = spec["containers"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert f"USER {spec['securityContext']['runAsUser']}:" in DOCKERFILE
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert container["resources"]["limits"]["memory"]
    assert [each["mountPath"] for each in container["volumeMounts"]] == ["/tmp"]  # noqa: S108
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert container[probe]["httpGet"] == {"path": HEALTH, "port": "http"}


def test_kubernetes_keeps_a_visit_as_the_proxy_does():
    notes = MANIFESTS["Ingress"]["metadata"]["annotations"]
    ours = {name.rpartition("/")[2]: value for name, value in notes.items()}
    nginx = (DEPLOY / "nginx.conf").read_text()
    assert f"$cookie_{ours['session-cookie-name']}" in nginx
    assert f"client_max_body_size {ours['proxy-body-size']};" in nginx
    assert f"proxy_read_timeout {ours['proxy-read-timeout']}s;" in nginx
    assert f"proxy_next_upstream {ours['proxy-next-upstream']};" in nginx
    assert f"limit_conn connections {ours['limit-connections']};" in nginx
    assert f"rate={ours['limit-rps']}r/s;" in nginx
    burst = int(ours["limit-rps"]) * int(ours["limit-burst-multiplier"])
    assert f"burst={burst} nodelay;" in nginx
    sticky = MANIFESTS["Service"]["metadata"]["annotations"]
    prefix = "traefik.ingress.kubernetes.io/service.sticky.cookie"
    assert sticky[prefix] == "true"
    assert sticky[f"{prefix}.name"] == ours["session-cookie-name"]
