import AsyncHTTPClient
import Dispatch
import Foundation
import JSONKit
import Kernel
import NIOCore
import NIOHTTP1
import NIOPosix
import NetAddress

/// Asks a provider. Only addresses that `ProviderAddress` lets through, connected to the very address that was checked,
/// no redirects, bounded in time and size.
struct ProviderClient: Sendable {
    static let largestAnswer = 256 << 10
    static let patience = TimeAmount.seconds(15)

    struct Answer: Sendable {
        let status: Int
        let body: [UInt8]

        var json: JSONValue? { try? JSONParser.parse(body) }
        var object: JSONObject? { json?.objectValue }
    }

    let rules: ProviderAddress.Rules
    private let resolver = DispatchQueue(label: "providers.names", qos: .utility)

    func get(_ address: String, bearer: Secret<String>? = nil) async throws(ProviderRefusal) -> Answer {
        var request = HTTPClientRequest(url: address)
        request.headers.add(name: "accept", value: "application/json")
        if let bearer { request.headers.add(name: "authorization", value: "Bearer \(bearer.reveal())") }
        return try await send(request, to: address)
    }

    func post(
        _ address: String, form: [(String, String)], basic: (user: String, password: Secret<String>)? = nil
    ) async throws(ProviderRefusal) -> Answer {
        var request = HTTPClientRequest(url: address)
        request.method = .POST
        request.headers.add(name: "accept", value: "application/json")
        request.headers.add(name: "content-type", value: "application/x-www-form-urlencoded")
        if let basic {
            let pair = "\(FormText.escaped(basic.user)):\(FormText.escaped(basic.password.reveal()))"
            request.headers.add(name: "authorization", value: "Basic \(Data(pair.utf8).base64EncodedString())")
        }
        request.body = .bytes(Array(FormText.query(form).utf8))
        return try await send(request, to: address)
    }

    private func send(_ request: HTTPClientRequest, to address: String) async throws(ProviderRefusal) -> Answer {
        guard ProviderAddress.problem(address, rules) == nil, let parts = ProviderAddress.parts(of: address) else {
            throw .badAnswer
        }
        var request = request
        request.headers.add(name: "user-agent", value: "circuit-breaker")
        // A machine may have several addresses of which some do not answer. Nothing has been sent before a connection
        // stands, so going on with the next one repeats nothing.
        for checked in try await resolved(parts.host).prefix(4) {
            do {
                return try await Self.send(request, host: parts.host, checked)
            } catch is NIOTooManyBytesError {
                throw .badAnswer
            } catch  where Self.isUnconnected(error) {
                continue
            } catch {
                throw .unreachable
            }
        }
        throw .unreachable
    }

    private static func send(_ request: HTTPClientRequest, host: String, _ checked: String?) async throws -> Answer {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout = .init(connect: .seconds(5), read: .seconds(10))
        configuration.decompression = .disabled
        if let checked { configuration.dnsOverride = [host: checked] }
        return try await HTTPClient.withHTTPClient(configuration: configuration) { client in
            let response = try await client.execute(request, timeout: patience)
            let body = try await response.body.collect(upTo: largestAnswer)
            return Answer(status: Int(response.status.code), body: Array(body.readableBytesView))
        }
    }

    private static func isUnconnected(_ error: any Error) -> Bool {
        if let error = error as? HTTPClientError { return error == .connectTimeout }
        return error is NIOConnectionError || (error as? IOError)?.errnoCode == ECONNREFUSED
    }

    /// The addresses to connect to, so that a name cannot lead elsewhere after it was looked at. One nil where the host
    /// is an address already, which has been checked.
    private func resolved(_ host: String) async throws(ProviderRefusal) -> [String?] {
        guard IPAddress(host) == nil else { return [nil] }
        let found: [IPAddress] = await withCheckedContinuation { continuation in
            // The resolver of the system blocks.
            resolver.async { continuation.resume(returning: HostLookup.addresses(of: host)) }
        }
        let good = found.filter { address in
            ProviderAddress.refusal(of: address, rules) == nil && (rules.allowsPlainLoopback || !address.isLoopback)
        }
        guard !good.isEmpty else { throw .unreachable }
        return good.map { "\($0)" }
    }
}

/// The system's own look-up of names: files, DNS, whatever the machine is set up for.
enum HostLookup {
    static func addresses(of host: String) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [IPAddress] = []
        var next = list
        while let entry = next, found.count < 32 {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            if getnameinfo(
                entry.pointee.ai_addr, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST)
                == 0
            {
                let bytes = text.prefix { $0 != 0 && $0 != CChar(UInt8(ascii: "%")) }.map { UInt8(bitPattern: $0) }
                if let address = IPAddress(String(decoding: bytes, as: UTF8.self)) { found.append(address) }
            }
            next = entry.pointee.ai_next
        }
        return found
    }
}
