import Kernel

/// Where an S3-compatible store is, and with which key it is asked.
package struct S3Place: Sendable {
    /// `https://s3.example.org:9000`, without a path.
    package var endpoint: String
    package var region: String
    package var bucket: String
    /// What comes before the name of a backup; empty, or ending with a slash.
    package var folder: String
    package var keyID: String
    package var secret: Secret<String>
    /// The only certificate authorities that count, as PEM; nil for the system's.
    package var authorities: String?

    package init(
        endpoint: String, region: String, bucket: String, folder: String, keyID: String, secret: Secret<String>,
        authorities: String?
    ) {
        self.endpoint = endpoint
        self.region = region
        self.bucket = bucket
        self.folder = folder
        self.keyID = keyID
        self.secret = secret
        self.authorities = authorities
    }

    /// The host and port as a request names them.
    var host: String {
        let rest = endpoint.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).last ?? ""
        let isTLS = endpoint.hasPrefix("https://")
        for usual in [isTLS ? ":443" : ":80"] where rest.hasSuffix(usual) { return String(rest.dropLast(usual.count)) }
        return String(rest)
    }
}
