import JSONKit
import Kernel

extension AuditRecord: JSONWritable {
    /// The row as the API and every export show it. `AuditRecord(line:)` reads exactly this.
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("at", milliseconds: at.milliseconds)
        writer.member("actor", actor)
        writer.member("actor_kind", actorKind)
        writer.member("actor_id", actorID)
        writer.member("address", address.isEmpty ? nil : address)
        writer.member("request_id", requestID.isEmpty ? nil : requestID)
        writer.member("action", action)
        writer.member("severity", severity)
        writer.member("entity", entity)
        writer.member("entity_id", entityID)
        writer.member("entity_name", entityName.isEmpty ? nil : entityName)
        writer.name("before")
        Self.write(stored: before, to: &writer)
        writer.name("after")
        Self.write(stored: after, to: &writer)
        writer.member("previous_hash", previousHash)
        writer.member("hash", hash)
        writer.endObject()
    }

    /// What was stored, as it was stored, since the hash is over that text. A row that somebody meddled with is shown
    /// as text and not trusted to be one line of JSON.
    private static func write(stored: String?, to writer: inout JSONWriter) {
        guard let stored else { return writer.null() }
        let isPlain = !stored.utf8.contains { $0 < 0x20 } && stored != "null"
        if isPlain, (try? JSONParser.parse(stored)) != nil { writer.raw(stored) } else { writer.string(stored) }
    }

    /// Reads a line that `write(to:)` made. Throws a phrase that says what is wrong with it.
    package init(line: some Collection<UInt8>) throws(UnreadableRow) {
        let bytes = Array(line)
        let object: JSONObject
        do {
            guard let value = try JSONParser.parse(bytes).objectValue else { throw UnreadableRow("it is no object") }
            object = value
        } catch let error as UnreadableRow {
            throw error
        } catch {
            throw UnreadableRow("\(error)")
        }
        guard let id = object["id"]?.integerValue, let moment = object["at"]?.stringValue,
            let milliseconds = RFC3339.milliseconds(moment), RFC3339.text(milliseconds) == moment
        else { throw UnreadableRow("it has no id and moment of a row") }
        func text(_ name: String) throws(UnreadableRow) -> String {
            switch object[name] {
            case .string(let text): return text
            case .null: return ""
            case nil, .bool, .integer, .number, .array, .object: throw UnreadableRow("it has no “\(name)”")
            }
        }
        func number(_ name: String) throws(UnreadableRow) -> Int64? {
            switch object[name] {
            case .integer(let number): return number
            case .null: return nil
            case nil, .bool, .string, .number, .array, .object: throw UnreadableRow("it has no “\(name)”")
            }
        }
        let raw = RawMembers.find(["before", "after"], in: bytes)
        func stored(_ name: String) throws(UnreadableRow) -> String? {
            guard let value = raw[name] else { throw UnreadableRow("it has no “\(name)”") }
            let text = String(decoding: bytes[value], as: UTF8.self)
            return text == "null" ? nil : text
        }
        self.init(
            id: id, at: Instant(milliseconds: milliseconds), actor: try text("actor"),
            actorKind: try text("actor_kind"), actorID: try number("actor_id"), address: try text("address"),
            requestID: try text("request_id"), action: try text("action"), severity: try text("severity"),
            entity: try text("entity"), entityID: try number("entity_id"), entityName: try text("entity_name"),
            before: try stored("before"), after: try stored("after"), previousHash: try text("previous_hash"),
            hash: try text("hash"))
    }
}

/// Why a line is no row.
package struct UnreadableRow: Error, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}

/// Where the values of an object's members lie in its text. The text must have been parsed as valid JSON before.
enum RawMembers {
    static func find(_ names: Set<String>, in bytes: [UInt8]) -> [String: Range<Int>] {
        var found: [String: Range<Int>] = [:]
        var index = 0
        func skipSpace() {
            while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
        }
        /// From its first quotation mark to behind its last.
        func skipText() {
            index += 1
            while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
            }
            index += 1
        }
        func skipValue() {
            var depth = 0
            while index < bytes.count {
                switch bytes[index] {
                case UInt8(ascii: "\""):
                    skipText()
                    if depth == 0 { return }
                    continue
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"):
                    // The end of the object that the value is in.
                    if depth == 0 { return }
                    depth -= 1
                    if depth == 0 {
                        index += 1
                        return
                    }
                case UInt8(ascii: ","), 0x20, 0x09, 0x0A, 0x0D:
                    if depth == 0 { return }
                default: break
                }
                index += 1
            }
        }
        skipSpace()
        index += 1
        while true {
            skipSpace()
            guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return found }
            let start = index
            skipText()
            guard index <= bytes.count else { return found }
            let name = String(decoding: bytes[start + 1..<index - 1], as: UTF8.self)
            skipSpace()
            index += 1
            skipSpace()
            let value = index
            skipValue()
            if names.contains(name) { found[name] = value..<min(index, bytes.count) }
            skipSpace()
            guard index < bytes.count, bytes[index] == UInt8(ascii: ",") else { return found }
            index += 1
        }
    }
}
