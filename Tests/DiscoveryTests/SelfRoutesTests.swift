import JSONKit
import Kernel
import TestSupport
import Testing

@testable import Discovery

@Suite("Routes of self-knowledge")
struct SelfRoutesTests {
    @Test("the answer is what the page reads", arguments: Engine.available)
    func shape(on engine: Engine) async throws {
        let lab = try await SelfLab(engine)
        let routes = try RouteHarness { SelfRoutes(knowledge: lab.knowledge).register(in: &$0) }

        let answer = try await routes.get("discovery/self", as: .viewer)

        #expect(answer.status == 200)
        let look = try #require(try answer.json().objectValue)
        #expect(look["read_at"]?.stringValue?.hasPrefix("2026-09-21T") == true)
        let machine = try #require(look["machine"]?.objectValue)
        #expect(machine["hostname"] == "box" && machine["memory_mb"] == 15_900)
        let proposals = (look["proposals"]?.arrayValue ?? []).compactMap(\.objectValue)
        let first = try #require(proposals.first)
        #expect(first["key"]?.stringValue == HomeLab.machine && first["action"] == "add")
        #expect(first["kind"] == "hardware" && first["group"] == "Machine" && first["object_id"] == .null)
        let cpu = try #require(first["fields"]?.objectValue?["cpu"]?.objectValue)
        #expect(cpu["observed"] == "Intel Core i5-8500T" && cpu["documented"] == .null)
        let groups = proposals.compactMap { $0["group"]?.stringValue }
        #expect(!groups.contains("Memberships"))
        let unseen = look["unseen"]?.arrayValue?.compactMap { $0.objectValue?["part"]?.stringValue }
        #expect(unseen == ["Serial numbers"])
    }

    @Test("taking over answers with what came of it, and the next look says so", arguments: Engine.available)
    func accept(on engine: Engine) async throws {
        let lab = try await SelfLab(engine)
        let routes = try RouteHarness { SelfRoutes(knowledge: lab.knowledge).register(in: &$0) }

        let answer = try await routes.post("discovery/self/accept", #"{"keys":["\#(HomeLab.machine)"]}"#, as: .editor)
        let refresh = try await routes.send("POST", "discovery/self/refresh", as: .editor)

        #expect(answer.status == 200)
        let result = try #require(try answer.json().objectValue)
        #expect(result["created"] == 1 && result["changed"] == 0)
        let item = result["items"]?.arrayValue?.first?.objectValue
        #expect(item?["kind"] == "hardware" && item?["name"] == "box")
        #expect(refresh.status == 200)
        let machine = try refresh.json().objectValue?["proposals"]?.arrayValue?.first?.objectValue
        #expect(machine?["action"] == "same" && machine?["object_id"] == item?["id"])
    }

    @Test(
        "refusals",
        arguments: [
            ("POST", "accept", #"{"all":true}"#, Role.viewer, 403), ("POST", "refresh", "", .viewer, 403),
            ("POST", "accept", "{}", .editor, 422), ("POST", "accept", #"{"keys":[]}"#, .editor, 422),
            ("POST", "accept", #"{"keys":["a"],"all":true}"#, .editor, 422),
            ("POST", "accept", #"{"keys":["no such"]}"#, .editor, 409),
            ("POST", "accept", #"{"keys":"a"}"#, .editor, 422), ("POST", "accept", "[", .editor, 400),
        ])
    func refusals(_ method: String, _ path: String, _ body: String, _ role: Role, _ status: Int) async throws {
        let lab = try await SelfLab(.sqlite)
        let routes = try RouteHarness { SelfRoutes(knowledge: lab.knowledge).register(in: &$0) }

        let answer = try await routes.send(
            method, "discovery/self/\(path)", as: role == .viewer ? .viewer : .editor, body: body.isEmpty ? nil : body)

        #expect(answer.status == status, "\(answer.text)")
    }

    @Test("nobody reads without a sign-in")
    func nobody() async throws {
        let lab = try await SelfLab(.sqlite)
        let routes = try RouteHarness { SelfRoutes(knowledge: lab.knowledge).register(in: &$0) }

        #expect(try await routes.get("discovery/self", as: .nobody).status == 401)
    }
}
