"""What this machine sees: looked at, taken over, shown on the map."""


def test_the_machine_is_seen_and_nothing_is_written_unasked(lab):
    _, admin = lab
    look = admin.get("/api/v1/discovery/self").json
    machine = look["proposals"][0]
    assert machine["group"] == "Machine" and machine["action"] == "add"
    assert machine["fields"]["hostname"]["observed"] == look["machine"]["hostname"]
    assert admin.get("/api/v1/hardware").json["items"] == []


def test_taken_over_it_is_documented_and_on_the_map(lab):
    _, admin = lab
    offered = admin.get("/api/v1/discovery/self").json["proposals"]
    result = admin.post("/api/v1/discovery/self/accept", {"all": True}).json
    assert result["refused"] == [] and result["created"] >= len(offered)
    after = admin.post("/api/v1/discovery/self/refresh").json["proposals"]
    keys = {one["key"] for one in offered}
    assert {one["action"] for one in after if one["key"] in keys} == {"same"}
    topology = admin.get("/api/v1/topology").json
    machine = next(one for one in after if one["group"] == "Machine")["object_id"]
    assert machine in {node["id"] for node in topology["nodes"]}
    networks = {one["object_id"] for one in after if one["kind"] == "network"}
    joined = {edge["to"] for edge in topology["edges"] if edge["type"] == "in_network" and edge["from"] == machine}
    assert networks <= joined
