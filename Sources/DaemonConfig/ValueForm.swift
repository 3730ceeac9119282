import Kernel
import NetAddress

/// What config.yaml must hold: a word, a bare number, a bare true or false, or a list.
enum ValueShape: Sendable { case text, number, boolean, list }

/// The text does not fit. For a list, which element.
struct Unfit: Error { var index = 0 }

/// How the text of one option reads: what is accepted, what a person is told that is right, and how a value is shown.
struct ValueForm<Value: Sendable>: Sendable {
    let shape: ValueShape
    /// Stands for the value in help texts: `PORT`, `PATH`.
    let placeholder: String
    /// Completes "give …".
    let expected: String
    /// Whether an empty value in config.yaml means "not set".
    var allowsNothing = false
    let parse: @Sendable ([String]) throws(Unfit) -> Value
    /// As config.yaml would write it.
    let show: @Sendable (Value) -> String
}

extension ValueForm {
    static func word(
        _ placeholder: String,
        _ expected: String,
        shape: ValueShape = .text,
        parse: @escaping @Sendable (String) -> Value?,
        show: @escaping @Sendable (Value) -> String
    ) -> ValueForm {
        ValueForm(
            shape: shape, placeholder: placeholder, expected: expected,
            parse: { texts throws(Unfit) in
                guard texts.count == 1, let text = texts.first, let value = parse(text) else { throw Unfit() }
                return value
            },
            show: show)
    }

    /// The same form where the option may be left unset; `none` is the word that says so.
    func orNothing(_ none: String? = nil) -> ValueForm<Value?> {
        ValueForm<Value?>(
            shape: shape, placeholder: placeholder, expected: none.map { "\(expected), or \($0)" } ?? expected,
            allowsNothing: true,
            parse: { [parse] texts throws(Unfit) in
                if let none, texts == [none] { return nil }
                return try parse(texts)
            },
            show: { [show] value in value.map(show) ?? none ?? "" })
    }

    /// The same form where the value must never be shown.
    var hidden: ValueForm<Secret<Value>> {
        ValueForm<Secret<Value>>(
            shape: shape, placeholder: placeholder, expected: expected,
            parse: { [parse] texts throws(Unfit) in
                Secret(try parse(texts))
            },
            show: { _ in "" })
    }

    /// A list of values of this form.
    var list: ValueForm<[Value]> {
        ValueForm<[Value]>(
            shape: .list, placeholder: placeholder, expected: expected,
            parse: { [parse] texts throws(Unfit) in
                var values: [Value] = []
                for (index, text) in texts.enumerated() {
                    do throws(Unfit) { values.append(try parse([text])) } catch { throw Unfit(index: index) }
                }
                return values
            },
            show: { [show] values in "[\(values.map(show).joined(separator: ", "))]" })
    }
}

extension ValueForm where Value == Int {
    static func number(_ range: ClosedRange<Int>, _ placeholder: String = "NUMBER", of what: String = "a number")
        -> ValueForm
    {
        .word(
            placeholder, "\(what) from \(range.lowerBound) to \(range.upperBound)", shape: .number,
            parse: { text in
                guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(text) else { return nil }
                return range.contains(value) ? value : nil
            },
            show: { String($0) })
    }
}

extension ValueForm where Value == Bool {
    static var boolean: ValueForm {
        .word(
            "true|false", "true or false", shape: .boolean,
            parse: { text in
                switch text.lowercased() {
                case "true", "yes", "on": true
                case "false", "no", "off": false
                default: nil
                }
            },
            show: { $0 ? "true" : "false" })
    }
}

extension ValueForm where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    static var choice: ValueForm {
        let words = Value.allCases.map(\.rawValue)
        let all = words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
        return .word(
            words.joined(separator: "|"), all,
            parse: { text in Value.allCases.first { $0.rawValue == text.lowercased() } },
            show: { $0.rawValue })
    }
}

extension ValueForm where Value == String {
    /// Paths are absolute, because the daemon has no working directory a person would think of.
    static func path(_ placeholder: String = "PATH", longest: Int = 4095) -> ValueForm {
        .word(
            placeholder, "an absolute path" + (longest < 4095 ? " of at most \(longest) bytes" : ""),
            parse: { text in
                guard text.hasPrefix("/"), text.utf8.count <= longest, !text.utf8.contains(where: { $0 < 0x20 }) else {
                    return nil
                }
                return text.count > 1 && text.hasSuffix("/") ? String(text.dropLast()) : text
            },
            show: quoted)
    }

    static var hostName: ValueForm {
        .word(
            "NAME", "a host name such as lab.example.org",
            parse: { isHostName($0) ? $0.lowercased() : nil }, show: quoted)
    }

    static var webAddress: ValueForm {
        .word(
            "URL", "an address such as https://lab.example.org:8443, without a path",
            parse: { text in
                let bare = text.hasSuffix("/") ? String(text.dropLast()) : text
                return isWebAddress(bare) ? bare : nil
            },
            show: quoted)
    }

    static var databaseURL: ValueForm {
        .word(
            "URL", "a URL such as postgresql://user:password@host:5432/name",
            parse: { text in
                let schemes = ["postgresql://", "postgres://"]
                guard let scheme = schemes.first(where: { text.hasPrefix($0) }), text.count > scheme.count else {
                    return nil
                }
                return text.contains(where: \.isWhitespace) ? nil : text
            },
            show: quoted)
    }

    static var token: ValueForm {
        .word(
            "TOKEN", "16 to 512 visible ASCII characters, for example from `openssl rand -hex 32`",
            parse: { text in
                (16...512).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
                    ? text : nil
            },
            show: quoted)
    }

    /// A Fernet key: 32 bytes in base64 of either alphabet, given in the URL-safe one.
    static var fernetKey: ValueForm {
        .word("KEY", "a Fernet key, 32 bytes in base64 (44 characters)", parse: urlSafeKey, show: quoted)
    }

    /// Fernet keys, separated by commas, spaces or lines.
    static var fernetKeys: ValueForm {
        .word(
            "KEYS", "Fernet keys, each 32 bytes in base64 (44 characters), separated by commas",
            parse: { text in
                let keys = text.split { $0 == "," || $0.isWhitespace }.map { urlSafeKey(String($0)) }
                return keys.isEmpty || keys.contains(nil) ? nil : keys.compactMap { $0 }.joined(separator: ",")
            },
            show: quoted)
    }

    private static func urlSafeKey(_ text: String) -> String? {
        let body = String(text.hasSuffix("=") ? text.dropLast() : text[...])
            .replacing("+", with: "-").replacing("/", with: "_")
        let isURLSafe = body.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == 0x2D || byte == 0x5F
        }
        return body.utf8.count == 43 && isURLSafe ? body + "=" : nil
    }
}

extension ValueForm where Value == IPAddress {
    static var address: ValueForm {
        .word(
            "ADDRESS", "an IP address such as 192.0.2.10 or 2001:db8::10",
            parse: { IPAddress($0) }, show: { quoted($0.description) })
    }

    /// An address to listen on, where `*` and `localhost` are ways to write one.
    static var listenAddress: ValueForm {
        .word(
            "ADDRESS", "an IP address of this machine, 0.0.0.0 for all of IPv4, or :: for all of IPv4 and IPv6",
            parse: { text in
                switch text {
                case "*": IPAddress("::")
                case "localhost": IPAddress("127.0.0.1")
                default: IPAddress(text)
                }
            },
            show: { quoted($0.description) })
    }
}

extension ValueForm where Value == CIDRBlock {
    /// A network, or one address standing for itself.
    static var network: ValueForm {
        .word(
            "CIDR", "a network such as 10.0.0.0/8, or one address",
            parse: { text in
                if let address = IPAddress(text) { return CIDRBlock(address, prefix: address.family.width) }
                return CIDRBlock(text)
            },
            show: { quoted($0.description) })
    }
}

/// Text as config.yaml writes it: in quotes where YAML would read something else.
@Sendable private func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || [0x2D, 0x2E, 0x2F, 0x5F].contains(byte)
    }
    return isPlain && !text.isEmpty ? text : "\"\(text)\""
}

/// RFC 1123: labels of letters, digits and inner hyphens; 253 characters at most.
private func isHostName(_ text: String) -> Bool {
    guard (1...253).contains(text.utf8.count) else { return false }
    return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
        (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
            && label.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || byte == 0x2D
            }
    }
}

private func isWebAddress(_ text: String) -> Bool {
    guard let scheme = ["https://", "http://"].first(where: { text.hasPrefix($0) }) else { return false }
    var host = text.dropFirst(scheme.count)
    if host.hasPrefix("[") {
        guard let end = host.firstIndex(of: "]") else { return false }
        guard IPAddress(String(host[host.index(after: host.startIndex)..<end])) != nil else { return false }
        let rest = host[host.index(after: end)...]
        return rest.isEmpty || (rest.hasPrefix(":") && isPort(rest.dropFirst()))
    }
    if let colon = host.lastIndex(of: ":") {
        guard isPort(host[host.index(after: colon)...]) else { return false }
        host = host[..<colon]
    }
    return isHostName(String(host))
}

private func isPort(_ text: some StringProtocol) -> Bool {
    UInt16(text).map { $0 > 0 } ?? false
}
