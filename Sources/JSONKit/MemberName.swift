/// The JSON name of a Swift property: `createdAt` is `created_at`, `hardwareID` is `hardware_id`.
enum MemberName {
    static func snake(_ name: String) -> String {
        guard name.utf8.contains(where: { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }) else { return name }
        var result: [UInt8] = []
        var wasUpper = false
        for (index, byte) in name.utf8.enumerated() {
            let isUpper = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            if isUpper, !wasUpper, index > 0 { result.append(UInt8(ascii: "_")) }
            result.append(isUpper ? byte | 0x20 : byte)
            wasUpper = isUpper
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension CodingKey {
    /// The member's name in JSON.
    package var jsonName: String { MemberName.snake(stringValue) }
}
