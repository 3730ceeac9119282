/// One message of the kernel's netlink protocol (RFC 3549): a header of 16 bytes and a body.
struct NetlinkMessage {
    /// Types that netlink itself uses; the rest belongs to the family, here rtnetlink.
    enum Control {
        static let noop: UInt16 = 1
        static let error: UInt16 = 2
        static let done: UInt16 = 3
    }

    enum Flag {
        static let request: UInt16 = 0x01
        static let dumpInterrupted: UInt16 = 0x10
        static let dump: UInt16 = 0x300
    }

    let type: UInt16
    let flags: UInt16
    let sequence: UInt32
    let body: ArraySlice<UInt8>

    static let headerLength = 16

    /// Splits what one read from the socket gave. The first message whose length is impossible ends the list, because
    /// nothing after it can be trusted.
    static func split(_ bytes: [UInt8]) -> [NetlinkMessage] {
        var cursor = ByteCursor(bytes[...])
        var messages: [NetlinkMessage] = []
        while let length = cursor.integer(UInt32.self), let type = cursor.integer(UInt16.self),
            let flags = cursor.integer(UInt16.self), let sequence = cursor.integer(UInt32.self),
            cursor.take(4) != nil, length >= headerLength,
            let body = cursor.take(Int(length) - headerLength)
        {
            messages.append(NetlinkMessage(type: type, flags: flags, sequence: sequence, body: body))
            cursor.skip(NetlinkAttributes.padding(Int(length)))
        }
        return messages
    }

    /// A request to list everything of one kind. `body` is the fixed part the kind asks for.
    static func dumpRequest(type: UInt16, sequence: UInt32, body: [UInt8]) -> [UInt8] {
        UInt32(headerLength + body.count).nativeBytes + type.nativeBytes + (Flag.request | Flag.dump).nativeBytes
            + sequence.nativeBytes + [0, 0, 0, 0] + body
    }
}

/// The type-length-value list after the fixed part of a message. A later attribute of the same type wins.
struct NetlinkAttributes {
    private var values: [UInt16: ArraySlice<UInt8>] = [:]

    init(_ bytes: ArraySlice<UInt8>) {
        var cursor = ByteCursor(bytes)
        while let length = cursor.integer(UInt16.self), let type = cursor.integer(UInt16.self), length >= 4,
            let value = cursor.take(Int(length) - 4)
        {
            // The two highest bits say "nested" and "network byte order"; they are not part of the type.
            values[type & 0x3FFF] = value
            cursor.skip(Self.padding(Int(length)))
        }
    }

    static func padding(_ length: Int) -> Int { (4 - length % 4) % 4 }

    func bytes(_ type: UInt16) -> ArraySlice<UInt8>? { values[type] }

    func nested(_ type: UInt16) -> NetlinkAttributes? { values[type].map { NetlinkAttributes($0) } }

    func integer<Value: FixedWidthInteger>(_ type: UInt16, _: Value.Type) -> Value? {
        guard let value = values[type], value.count == Value.bitWidth / 8 else { return nil }
        return ByteCursor.decode(value)
    }

    /// Text up to its terminating zero; nil if it is empty or not printable.
    func text(_ type: UInt16) -> String? {
        values[type].flatMap { PlainText.clean(String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)) }
    }
}
