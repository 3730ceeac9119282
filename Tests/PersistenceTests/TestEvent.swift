import JSONKit
import Kernel
import Persistence

/// An event that says a number.
struct TestEvent: Event {
    var subject = "test.thing.changed"
    var number: Int64 = 0

    var audit: AuditEntry { AuditEntry("changed", entity: "thing", id: number, name: "thing \(number)") }

    func writePayload(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("number")
        writer.integer(number)
        writer.endObject()
    }
}

extension Store {
    func emit(_ numbers: some Sequence<Int> & Sendable, subject: String = "test.thing.changed") async throws {
        try await write { tx in
            for number in numbers { try tx.emit(TestEvent(subject: subject, number: Int64(number)), by: .system) }
        }
    }

    func count(_ table: String) async throws -> Int64 {
        try await read { try $0.one("SELECT count(*) FROM \(identifier: table)").integer(0) }
    }
}

/// What a failing transaction is made to throw.
struct Refusal: Error, Equatable {}
